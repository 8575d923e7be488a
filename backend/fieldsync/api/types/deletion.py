"""The deletion matrix, and what it says of one record."""

import strawberry

from fieldsync.core.deletes import Cause, Cell, DecidedBy, DeletionMatrix, Ending, Progress, Ruling, When, shipped
from fieldsync.core.values import RecordKind, Side


@strawberry.type(description="One cell of the deletion matrix. What does not count for its kind is null.")
class DeletionCell:
    key: str = strawberry.field(description="Its name, by which it is set.")
    kind: RecordKind = strawberry.field(description="Which records it is about.")
    cause: Cause = strawberry.field(description="What happened.")
    side: Side = strawberry.field(description="On which side that happened.")
    owner: bool | None = strawberry.field(description="Whether the mailbox's owner owns the record.")
    organizer: bool | None = strawberry.field(description="Whether the mailbox's owner is the organizer.")
    time: When | None = strawberry.field(description="Whether it has begun; a series, whether it has ended.")
    state: Progress | None = strawberry.field(description="How far the activity is.")
    outcome: Ending = strawberry.field(description="What happens on the other side.")
    shipped_outcome: Ending = strawberry.field(description="What happens as long as nobody sets it.")
    is_set: bool = strawberry.field(description="Whether an administrator set it.")
    choices: list[Ending] = strawberry.field(description="What it can be set to.")
    because: str = strawberry.field(description="Why it is shipped like that.")
    source: str = strawberry.field(
        description="The rules of Dynamics 365 that it comes from, as numbered in the documentation."
    )

    @classmethod
    def of(cls, cell: Cell, matrix: DeletionMatrix) -> "DeletionCell":
        told = shipped(cell)
        return cls(
            key=cell.key,
            kind=cell.kind,
            cause=cell.cause,
            side=cell.cause.side,
            owner=cell.owner,
            organizer=cell.organizer,
            time=cell.when,
            state=cell.state,
            outcome=matrix.ending(cell),
            shipped_outcome=told.ending,
            is_set=matrix.is_set(cell),
            choices=list(cell.choices),
            because=told.because,
            source=told.source,
        )


@strawberry.type(description="What a deletion on one side does on the other, for mailboxes that go by the matrix.")
class DeletionRules:
    cells: list[DeletionCell] = strawberry.field(description="Every cell, in a fixed order.")
    revision: int = strawberry.field(
        description="That of the sync settings, which the matrix is part of; send it back as expectedRevision."
    )


@strawberry.type(description="What a deletion would do to one record or item of one mailbox, if it happened now.")
class DeletionCheck:
    outcome: Ending = strawberry.field(description="What would happen on the other side.")
    decided_by: DecidedBy = strawberry.field(description="What decides so.")
    because: str = strawberry.field(description="Why.")
    cell: DeletionCell | None = strawberry.field(description="The cell it falls into; null if none was asked.")

    @classmethod
    def of(cls, ruling: Ruling, matrix: DeletionMatrix) -> "DeletionCheck":
        return cls(
            outcome=ruling.ending,
            decided_by=ruling.by,
            because=ruling.because,
            cell=None if ruling.cell is None else DeletionCell.of(ruling.cell, matrix),
        )
