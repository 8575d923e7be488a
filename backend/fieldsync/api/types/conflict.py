"""Conflicts that a person decides."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.api.types.principal import Principal, principal_of
from fieldsync.api.types.profile import Mapping
from fieldsync.api.types.run import mapping_by_field, subject_of
from fieldsync.core.conflicts import ConflictChoice, ConflictState
from fieldsync.core.rights import Action
from fieldsync.core.values import RecordKind
from fieldsync.ids import global_id
from fieldsync.security import gate

if TYPE_CHECKING:
    from fieldsync.api.types.mailbox import Mailbox

_PARTS = "Part by part, in the order of the mapping's crmAttributes; an empty text is no value."


@strawberry.type(description="A field that both sides changed, whose mapping asks a person; neither side is written.")
class Conflict(Node):
    kind: RecordKind = strawberry.field(description="Of which type of record.")
    state: ConflictState = strawberry.field(description="How far it is.")
    reason: str = strawberry.field(description="What happened.")
    choice: ConflictChoice | None = strawberry.field(description="What was decided; null if nothing is.")
    found_at: datetime = strawberry.field(description="When it was found.")
    resolved_at: datetime | None = strawberry.field(description="When it was decided; null if it is not.")
    revision: int = strawberry.field(
        description="Counts further edits and decisions; send it back as expectedRevision."
    )
    row: strawberry.Private[Any]

    @strawberry.field(description="Name of the record; *** if the caller may not see it.")
    async def subject(self, info: Info) -> str:
        return await subject_of(info, self.row.subject, self.row.record_id)

    @strawberry.field(description=f"What the CRM held. {_PARTS} Null if the caller may not read it.")
    async def crm_value(self, info: Info) -> list[str] | None:
        held = await info.context.loaders.conflict_values.load(self.row)
        return None if held is None else list(held.crm)

    @strawberry.field(description=f"What Outlook held. {_PARTS} Null if the caller may not read it.")
    async def outlook_value(self, info: Info) -> list[str] | None:
        held = await info.context.loaders.conflict_values.load(self.row)
        return None if held is None else list(held.outlook)

    @strawberry.field(description=f"The other value that was chosen, if one was. {_PARTS}")
    async def value(self, info: Info) -> list[str] | None:
        held = await info.context.loaders.conflict_values.load(self.row)
        return None if held is None or held.chosen is None else list(held.chosen)

    @strawberry.field(description="The field it is about; null if it is no longer in the catalogue.")
    async def mapping(self, info: Info) -> Mapping | None:
        return await mapping_by_field(info, self.row.field_id)

    @strawberry.field(description="The mailbox it belongs to.")
    async def mailbox(self, info: Info) -> Annotated["Mailbox", strawberry.lazy("fieldsync.api.types.mailbox")]:
        from fieldsync.api.types.mailbox import Mailbox

        return Mailbox.from_row(info, await info.context.loaders.mailboxes.load(self.row.mailbox_id))

    @strawberry.field(description="Who decided it; null if nobody did.")
    async def resolved_by(self, info: Info) -> Principal | None:
        return await principal_of(info, self.row.resolved_by)

    @strawberry.field(description="Whether the caller may decide it now.")
    async def viewer_can_resolve(self, info: Info) -> bool:
        if self.state not in (ConflictState.OPEN, ConflictState.RESOLVED):
            return False
        mailbox = await info.context.loaders.mailboxes.load(self.row.mailbox_id)
        target = gate.Target(self.row.id, mailbox.principal_id)
        allowed = gate.may(info.context.signed_in(), Action.CONFLICT_RESOLVE, target)
        return allowed and await info.context.loaders.conflict_values.load(self.row) is not None

    @classmethod
    def from_row(cls, row: Any) -> "Conflict":
        return cls(
            id=strawberry.ID(global_id("conflict", row.id)),
            kind=RecordKind[row.kind],
            state=ConflictState[row.state],
            reason=row.reason,
            choice=ConflictChoice[row.choice] if row.choice else None,
            found_at=row.found_at,
            resolved_at=row.resolved_at,
            revision=row.revision,
            row=row,
        )
