"""Principals, and the viewer."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import Connection, Node, connection_of
from fieldsync.core.privileges import PrincipalKind
from fieldsync.core.rights import Role
from fieldsync.ids import global_id
from fieldsync.security import gate
from fieldsync.services.members import BY_NAME, MembersOf
from fieldsync.services.paging import PageArguments

if TYPE_CHECKING:
    from fieldsync.api.types.principal_rights import PrincipalRights
    from fieldsync.api.types.profile import Profile


@strawberry.type(description="A user or a team; users sign in and own mailboxes.")
class Principal(Node):
    name: str = strawberry.field(description="Full name of a person, or name of a team.")
    user_name: str | None = strawberry.field(description="What a user signs in with; null for teams.")
    kind: PrincipalKind = strawberry.field(description="Whether it is a user or which kind of team.")
    row: strawberry.Private[Any]

    @strawberry.field(
        description="What decides what it may do; null unless the caller is an administrator or this very principal."
    )
    def rights(
        self, info: Info
    ) -> Annotated["PrincipalRights", strawberry.lazy("fieldsync.api.types.principal_rights")] | None:
        from fieldsync.api.types.principal_rights import PrincipalRights

        actor = info.context.signed_in()
        if self.row.id != actor.principal_id and not gate.sees_everybody(actor):
            return None
        return PrincipalRights.from_row(self.row)

    @classmethod
    def from_row(cls, row: Any) -> "Principal":
        return cls(
            id=strawberry.ID(global_id("principal", row.id)),
            name=row.name,
            user_name=row.user_name,
            kind=PrincipalKind(row.kind),
            row=row,
        )


async def principal_of(info: Info, principal_id: str | None) -> Principal | None:
    """The principal with this raw id, through the loader."""
    if principal_id is None:
        return None
    row = await info.context.loaders.principals.load(principal_id)
    return None if row is None else Principal.from_row(row)


async def owner_of(info: Info, principal_id: str) -> Principal:
    """A principal that must exist, since a row refers to it."""
    return Principal.from_row(await info.context.loaders.principals.load(principal_id))


async def principals_of(info: Info, ids: list[str]) -> list[Principal]:
    """The principals with these raw ids that are still there, through the loader."""
    rows = await info.context.loaders.principals.load_many(ids)
    return [Principal.from_row(row) for row in rows if row is not None]


async def members_of(info: Info, raw_id: str, of: MembersOf, asked: PageArguments) -> Connection[Principal]:
    """The principals within an object, by name, through the loader."""
    loaders = info.context.loaders
    page = await loaders.members.load((raw_id, of, asked))
    return connection_of(page, BY_NAME, Principal.from_row, lambda: loaders.member_counts.load((raw_id, of)))


@strawberry.type(description="Who asks, and what the caller may do.")
class Viewer:
    actor: str = strawberry.field(description="How the caller came in: a session, or a token by its name.")
    principal: Principal = strawberry.field(description="The person the caller acts as.")
    role: Role = strawberry.field(description="What the person may do at all.")
    can_edit_mappings: bool = strawberry.field(description="Whether the caller may change and publish mappings.")
    can_connect_mailboxes: bool = strawberry.field(description="Whether the caller may connect mailboxes.")
    can_start_runs: bool = strawberry.field(description="Whether the caller may start runs of mailboxes of their own.")
    can_administer: bool = strawberry.field(
        description="Whether the caller may change rights: units, people, roles, field profiles, secured columns."
    )

    @strawberry.field(description="The profile that holds for the caller.")
    async def profile(self, info: Info) -> Annotated["Profile", strawberry.lazy("fieldsync.api.types.profile")]:
        from fieldsync.api.types.profile import profile_holding

        return await profile_holding(info, self.principal.row.id)
