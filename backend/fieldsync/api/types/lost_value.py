"""Values that gave way: the history."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.api.types.profile import Mapping
from fieldsync.api.types.run import HIDDEN, Run, mapping_by_field
from fieldsync.core.values import RecordKind, Side
from fieldsync.ids import global_id
from fieldsync.ids import record_id as global_record_id

if TYPE_CHECKING:
    from fieldsync.api.types.mailbox import Mailbox


@strawberry.type(description="A value that gave way to another one; it was put aside before it was overwritten.")
class LostValue(Node):
    side: Side = strawberry.field(description="Which end it was lost from.")
    lost_at: datetime = strawberry.field(description="When it gave way.")
    expires_at: datetime | None = strawberry.field(
        description="When it is forgotten; null if it is kept as long as its run."
    )
    restored_at: datetime | None = strawberry.field(description="When it was put back; null if it was not.")
    row: strawberry.Private[Any]

    @strawberry.field(description="Of which type of record; null if nobody knows any more.")
    def kind(self) -> RecordKind | None:
        return RecordKind[self.row.kind] if self.row.kind else None

    @strawberry.field(description="The record it belonged to; null if the caller may not see it.")
    async def record_id(self, info: Info) -> strawberry.ID | None:
        if not await info.context.loaders.sees_record.load(self.row.record_id):
            return None
        kind = self.row.field_id.partition(".")[0]
        return strawberry.ID(global_record_id(kind, self.row.record_id))

    @strawberry.field(description="Name of the record; *** if the caller may not see it, or if it is gone.")
    async def subject(self, info: Info) -> str:
        kind = RecordKind[self.row.field_id.partition(".")[0]]
        return await info.context.loaders.record_names.load((kind, self.row.record_id)) or HIDDEN

    @strawberry.field(
        description="The value part by part, in the order of the mapping's crmAttributes. Null if the caller may not "
        "see the record or not read the field."
    )
    async def value(self, info: Info) -> list[str] | None:
        parts = await info.context.loaders.lost_parts.load(self.row)
        return None if parts is None else list(parts)

    @strawberry.field(description="The field it was in; null if it is no longer in the catalogue.")
    async def mapping(self, info: Info) -> Mapping | None:
        return await mapping_by_field(info, self.row.field_id)

    @strawberry.field(description="The run that put it aside; null if it is gone.")
    async def run(self, info: Info) -> Run | None:
        row = await info.context.loaders.runs.load(self.row.run_id)
        return None if row is None else Run.from_row(row)

    @strawberry.field(description="The mailbox of that run; null if nobody knows any more.")
    async def mailbox(self, info: Info) -> Annotated["Mailbox", strawberry.lazy("fieldsync.api.types.mailbox")] | None:
        from fieldsync.api.types.mailbox import Mailbox

        row = await info.context.loaders.mailboxes.load(self.row.mailbox_id) if self.row.mailbox_id else None
        return None if row is None else Mailbox.from_row(info, row)

    @classmethod
    def from_row(cls, row: Any) -> "LostValue":
        return cls(
            id=strawberry.ID(global_id("lostValue", row.id)),
            side=Side[row.side],
            lost_at=row.lost_at,
            expires_at=row.expires_at,
            restored_at=row.restored_at,
            row=row,
        )
