"""Security roles."""

from typing import Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import AfterArgument, BeforeArgument, Connection, FirstArgument, LastArgument, Node
from fieldsync.api.types.principal import Principal, members_of
from fieldsync.core.privileges import AccessLevel, Privilege, RoleInheritance
from fieldsync.core.values import RecordKind
from fieldsync.ids import global_id
from fieldsync.services.members import MembersOf
from fieldsync.services.paging import PageArguments
from fieldsync.services.roles import ROLE, privileges_of


@strawberry.type(description="How far a privilege reaches with the records of a kind.")
class RolePrivilege:
    kind: RecordKind = strawberry.field(description="The records it concerns.")
    privilege: Privilege = strawberry.field(description="What it allows.")
    level: AccessLevel = strawberry.field(description="How far it reaches.")


@strawberry.type(description="A set of privileges; those of all roles of a user and of the user's teams add up.")
class SecurityRole(Node):
    name: str = strawberry.field(description="What it is called; no two roles share a name.")
    description: str = strawberry.field(description="What it is for; may be empty.")
    inheritance: RoleInheritance = strawberry.field(description="What it means for the members of a team that has it.")
    privileges: list[RolePrivilege] = strawberry.field(
        description="What it allows, by kind; what is not listed is not allowed."
    )
    revision: int = strawberry.field(description="Counts its changes; send it back as expectedRevision.")
    row: strawberry.Private[Any]

    @strawberry.field(
        description="The users and teams it is given to directly, by name; for users only themselves and their teams."
    )
    async def holders(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
    ) -> Connection[Principal]:
        return await members_of(info, self.row.id, MembersOf.ROLE, PageArguments(first, after, last, before))

    @classmethod
    def from_row(cls, row: Any) -> "SecurityRole":
        return cls(
            id=strawberry.ID(global_id(ROLE, row.id)),
            name=row.name,
            description=row.description,
            inheritance=RoleInheritance(row.inheritance),
            privileges=[
                RolePrivilege(kind=one.kind, privilege=one.privilege, level=one.level)
                for one in privileges_of(row.privileges)
            ],
            revision=row.revision,
            row=row,
        )
