"""Deletions that a brake holds."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.api.types.principal import Principal, principal_of
from fieldsync.api.types.run import subject_of
from fieldsync.core.runs import OperationAction
from fieldsync.core.values import RecordKind
from fieldsync.ids import global_id

if TYPE_CHECKING:
    from fieldsync.api.types.mailbox import Mailbox


@strawberry.type(description="A deletion that is not carried out before a person agrees.")
class HeldDeletion(Node):
    kind: RecordKind = strawberry.field(description="Of which type of record.")
    action: OperationAction = strawberry.field(
        description="What would happen: an end is deleted, or just no longer followed since the other one is gone."
    )
    held_at: datetime = strawberry.field(description="Since when.")
    released_at: datetime | None = strawberry.field(
        description="When somebody agreed: the next run carries it out. Null if nobody did."
    )
    row: strawberry.Private[Any]

    @strawberry.field(description="Name of the record or item; *** if it is that of a record the caller may not see.")
    async def subject(self, info: Info) -> str:
        if self.action is OperationAction.UNLINK and self.row.record_id:
            # The run knew the item by its address only; a record that is still there has a name.
            name = await info.context.loaders.record_names.load((self.kind, self.row.record_id))
            if name is not None:
                return name
        # What is deleted in the mailbox lies there in the open for whoever sees the mailbox.
        record_id = None if self.action is OperationAction.DELETE_ITEM else self.row.record_id
        return await subject_of(info, self.row.subject, record_id)

    @strawberry.field(description="The mailbox it belongs to.")
    async def mailbox(self, info: Info) -> Annotated["Mailbox", strawberry.lazy("fieldsync.api.types.mailbox")]:
        from fieldsync.api.types.mailbox import Mailbox

        return Mailbox.from_row(info, await info.context.loaders.mailboxes.load(self.row.mailbox_id))

    @strawberry.field(description="Who agreed; null if nobody did.")
    async def released_by(self, info: Info) -> Principal | None:
        return await principal_of(info, self.row.released_by)

    @classmethod
    def from_row(cls, row: Any) -> "HeldDeletion":
        return cls(
            id=strawberry.ID(global_id("heldDeletion", row.id)),
            kind=RecordKind[row.kind],
            action=OperationAction[row.action],
            held_at=row.held_at,
            released_at=row.released_at,
            row=row,
        )
