"""Dead letters: single records and items that failed and are put by."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.api.types.run import subject_of
from fieldsync.core.letters import LetterState
from fieldsync.core.values import RecordKind, Side
from fieldsync.ids import global_id

if TYPE_CHECKING:
    from fieldsync.api.types.mailbox import Mailbox


@strawberry.type(description="One record or item that failed; it stops nothing else, and is tried again.")
class DeadLetter(Node):
    kind: RecordKind = strawberry.field(description="Of which type of record.")
    side: Side = strawberry.field(description="Which end failed to get across.")
    state: LetterState = strawberry.field(description="Whether it is tried again by itself.")
    code: str = strawberry.field(description="For programs; an ErrorCode.")
    message: str = strawberry.field(description="What happened.")
    remedy: str = strawberry.field(description="What to do about it.")
    attempts: int = strawberry.field(description="How often it was tried.")
    first_at: datetime = strawberry.field(description="When it failed first.")
    last_at: datetime = strawberry.field(description="When it failed last.")
    next_at: datetime | None = strawberry.field(
        description="When it is tried again at the earliest; null if it is not."
    )
    row: strawberry.Private[Any]

    @strawberry.field(
        description="Name of the record, or address of the item; *** if the caller may not see that record."
    )
    async def subject(self, info: Info) -> str:
        return await subject_of(info, self.row.subject, self.row.record_id)

    @strawberry.field(description="The mailbox it belongs to.")
    async def mailbox(self, info: Info) -> Annotated["Mailbox", strawberry.lazy("fieldsync.api.types.mailbox")]:
        from fieldsync.api.types.mailbox import Mailbox

        return Mailbox.from_row(info, await info.context.loaders.mailboxes.load(self.row.mailbox_id))

    @classmethod
    def from_row(cls, row: Any) -> "DeadLetter":
        return cls(
            id=strawberry.ID(global_id("deadLetter", row.id)),
            kind=RecordKind[row.kind],
            side=Side[row.side],
            state=LetterState[row.state],
            code=row.code,
            message=row.message,
            remedy=row.remedy,
            attempts=row.attempts,
            first_at=row.first_at,
            last_at=row.last_at,
            next_at=row.next_at,
            row=row,
        )
