"""Principals, and the viewer."""

from typing import Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.core.rights import Role
from fieldsync.ids import global_id


@strawberry.type(description="A person who signs in and owns mailboxes.")
class Principal(Node):
    name: str = strawberry.field(description="Full name.")
    user_name: str = strawberry.field(description="What the person signs in with.")

    @classmethod
    def from_row(cls, row: Any) -> "Principal":
        return cls(id=strawberry.ID(global_id("principal", row.id)), name=row.name, user_name=row.user_name)


async def principal_of(info: Info, principal_id: str | None) -> Principal | None:
    """The principal with this raw id, through the loader."""
    if principal_id is None:
        return None
    row = await info.context.loaders.principals.load(principal_id)
    return None if row is None else Principal.from_row(row)


async def owner_of(info: Info, principal_id: str) -> Principal:
    """A principal that must exist, since a row refers to it."""
    return Principal.from_row(await info.context.loaders.principals.load(principal_id))


@strawberry.type(description="Who asks, and what the caller may do.")
class Viewer:
    actor: str = strawberry.field(description="How the caller came in: a session, or a token by its name.")
    principal: Principal = strawberry.field(description="The person the caller acts as.")
    role: Role = strawberry.field(description="What the person may do at all.")
    can_edit_mappings: bool = strawberry.field(description="Whether the caller may change and publish mappings.")
    can_connect_mailboxes: bool = strawberry.field(description="Whether the caller may connect mailboxes.")
    can_start_runs: bool = strawberry.field(description="Whether the caller may start runs of mailboxes of their own.")
