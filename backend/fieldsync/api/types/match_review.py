"""Items that may be records that are there already."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.api.types.principal import Principal, principal_of
from fieldsync.api.types.records import record_of
from fieldsync.api.types.run import subject_of
from fieldsync.core.match import Doubt, MatchChoice
from fieldsync.core.values import RecordKind
from fieldsync.ids import global_id
from fieldsync.ids import record_id as global_record_id

if TYPE_CHECKING:
    from fieldsync.api.types.mailbox import Mailbox


@strawberry.type(description="A record that an item may be.")
class MatchCandidate:
    record_id: strawberry.ID = strawberry.field(description="The record; send it back to link the item with it.")
    kind: strawberry.Private[RecordKind]
    row: strawberry.Private[Any]

    @strawberry.field(description="What it was called when it was compared; *** if the caller may not see it.")
    async def subject(self, info: Info) -> str:
        return await subject_of(info, self.row["subject"], self.row["recordId"])

    @strawberry.field(description="The record as it is now; null if the caller may not see it, or if it is gone.")
    async def record(self, info: Info) -> Node | None:
        seen = await info.context.loaders.records.load((self.kind, self.row["recordId"]))
        return None if seen is None else record_of(info, seen)


@strawberry.type(description="An item of a mailbox that may be a record that is there; it waits for a person.")
class MatchReview(Node):
    kind: RecordKind = strawberry.field(description="Of which type of record.")
    subject: str = strawberry.field(description="What the item is called.")
    reason: Doubt = strawberry.field(description="Why it was not linked by itself.")
    candidates: list[MatchCandidate] = strawberry.field(description="The records that it may be, at most twenty.")
    choice: MatchChoice | None = strawberry.field(
        description="What was decided, for the next run to carry out; null if nothing is."
    )
    chosen_record_id: strawberry.ID | None = strawberry.field(description="The record that it is to be linked with.")
    found_at: datetime = strawberry.field(description="When it was found.")
    decided_at: datetime | None = strawberry.field(description="When it was decided; null if it is not.")
    row: strawberry.Private[Any]

    @strawberry.field(description="The mailbox that holds the item.")
    async def mailbox(self, info: Info) -> Annotated["Mailbox", strawberry.lazy("fieldsync.api.types.mailbox")]:
        from fieldsync.api.types.mailbox import Mailbox

        return Mailbox.from_row(info, await info.context.loaders.mailboxes.load(self.row.mailbox_id))

    @strawberry.field(description="Who decided it; null if nobody did.")
    async def decided_by(self, info: Info) -> Principal | None:
        return await principal_of(info, self.row.decided_by)

    @classmethod
    def from_row(cls, row: Any) -> "MatchReview":
        said = row.decision or {}

        def named(record_id: str) -> strawberry.ID:
            return strawberry.ID(global_record_id(row.kind, record_id))

        return cls(
            id=strawberry.ID(global_id("matchReview", row.id)),
            kind=RecordKind[row.kind],
            subject=row.subject,
            reason=Doubt[row.reason],
            candidates=[
                MatchCandidate(record_id=named(one["recordId"]), kind=RecordKind[row.kind], row=one)
                for one in row.candidates
            ],
            choice=MatchChoice[said["choice"]] if said else None,
            chosen_record_id=named(said["recordId"]) if said.get("recordId") else None,
            found_at=row.found_at,
            decided_at=row.decided_at,
            row=row,
        )
