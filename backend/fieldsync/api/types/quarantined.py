"""Copies of what was deleted: the quarantine."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.api.types.run import Run, subject_of
from fieldsync.core.values import RecordKind, Side
from fieldsync.ids import global_id

if TYPE_CHECKING:
    from fieldsync.api.types.mailbox import Mailbox


@strawberry.type(description="A copy of what a run deleted, whole and sealed, until it expires; it can be put back.")
class Quarantined(Node):
    kind: RecordKind = strawberry.field(description="Of which type of record.")
    side: Side = strawberry.field(description="Where it was deleted.")
    deleted_at: datetime = strawberry.field(description="When that was.")
    expires_at: datetime = strawberry.field(description="When the copy is dropped.")
    restored_at: datetime | None = strawberry.field(description="When it was put back; null if it was not.")
    row: strawberry.Private[Any]

    @strawberry.field(description="What it was called; *** if it was somebody else's record.")
    async def subject(self, info: Info) -> str:
        # An item lay in the open for whoever sees the mailbox, and so did one's own record.
        mine = self.side is Side.OUTLOOK or self.row.owner_id == info.context.signed_in().principal_id
        return await subject_of(info, self.row.subject, None if mine else self.row.record_id)

    @strawberry.field(description="The run that deleted it; null if it is gone.")
    async def run(self, info: Info) -> Run | None:
        row = await info.context.loaders.runs.load(self.row.run_id)
        return None if row is None else Run.from_row(row)

    @strawberry.field(description="The mailbox of that run.")
    async def mailbox(self, info: Info) -> Annotated["Mailbox", strawberry.lazy("fieldsync.api.types.mailbox")]:
        from fieldsync.api.types.mailbox import Mailbox

        return Mailbox.from_row(info, await info.context.loaders.mailboxes.load(self.row.mailbox_id))

    @classmethod
    def from_row(cls, row: Any) -> "Quarantined":
        return cls(
            id=strawberry.ID(global_id("quarantined", row.id)),
            kind=RecordKind[row.kind],
            side=Side[row.side],
            deleted_at=row.deleted_at,
            expires_at=row.expires_at,
            restored_at=row.restored_at,
            row=row,
        )
