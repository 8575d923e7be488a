"""Tokens of scripts, as their owner sees them."""

from datetime import datetime
from typing import Any

import strawberry

from fieldsync.api.paging import Node
from fieldsync.core.rights import Scope
from fieldsync.ids import global_id


@strawberry.type(description="A script's way in; its secret is shown once, when it is made, and never again.")
class Token(Node):
    name: str = strawberry.field(description="What the token is for.")
    scope: Scope = strawberry.field(description="How far it reaches.")
    created_at: datetime = strawberry.field(description="When it was made.")
    last_used_at: datetime | None = strawberry.field(
        description="When it was used last, to the minute; null if it never was."
    )
    expires_at: datetime | None = strawberry.field(description="When it ends by itself; null if it never does.")

    @classmethod
    def from_row(cls, row: Any) -> "Token":
        return cls(
            id=strawberry.ID(global_id("token", row.id)),
            name=row.name,
            scope=Scope(row.scope),
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
        )
