"""The audit."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry.scalars import JSON

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.api.types.principal import Principal, principal_of
from fieldsync.ids import global_id


@strawberry.type(description="A change of rights: who, when, what it was before and after. It never changes.")
class AuditEvent(Node):
    at: datetime = strawberry.field(description="When it was made.")
    actor: str = strawberry.field(description="How the one who made it came in: a session, a token, the command line.")
    action: str = strawberry.field(description="What was done, such as SECURITY_ROLE_UPDATE.")
    target_id: strawberry.ID = strawberry.field(description="The id of what was changed; it may be gone by now.")
    target_name: str = strawberry.field(description="What it was called then.")
    before: JSON | None = strawberry.field(description="What it held before; null if it was made.")
    after: JSON | None = strawberry.field(description="What it held afterwards; null if it was deleted.")
    principal_id: strawberry.Private[str | None]

    @strawberry.field(description="The person who made it; null if nobody in particular, or gone.")
    async def principal(self, info: Info) -> Principal | None:
        return await principal_of(info, self.principal_id)

    @classmethod
    def from_row(cls, row: Any) -> "AuditEvent":
        return cls(
            id=strawberry.ID(global_id("audit", row.id)),
            at=row.at,
            actor=row.actor,
            action=row.action,
            target_id=strawberry.ID(row.target_id),
            target_name=row.target_name,
            before=row.before,
            after=row.after,
            principal_id=row.principal_id,
        )
