"""What decides what a user or a team may do."""

from typing import Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import AfterArgument, BeforeArgument, Connection, FirstArgument, LastArgument
from fieldsync.api.types.field_profile import FieldProfile
from fieldsync.api.types.principal import Principal, members_of, principal_of, principals_of
from fieldsync.api.types.profile import Profile, profile_holding
from fieldsync.api.types.security_role import SecurityRole
from fieldsync.api.types.unit import BusinessUnit
from fieldsync.core.rights import Role
from fieldsync.services.members import MembersOf
from fieldsync.services.paging import PageArguments


@strawberry.type(description="What decides what a user or a team may do.")
class PrincipalRights:
    role: Role = strawberry.field(description="What it may do at all; USER for teams.")
    is_disabled: bool = strawberry.field(description="Whether the user may not sign in any more.")
    is_default_team: bool = strawberry.field(
        description="Whether it is the team that a business unit has by itself, with all its users."
    )
    revision: int = strawberry.field(description="Counts its changes; send it back as expectedRevision.")
    row: strawberry.Private[Any]

    @strawberry.field(description="The business unit it belongs to.")
    async def business_unit(self, info: Info) -> BusinessUnit:
        return BusinessUnit.from_row(await info.context.loaders.units.load(self.row.unit_id))

    @strawberry.field(description="Whom the user reports to; null for nobody, and for teams.")
    async def manager(self, info: Info) -> Principal | None:
        return await principal_of(info, self.row.manager_id)

    @strawberry.field(
        description="The teams that the user is a member of, that of the business unit among them; none for teams."
    )
    async def teams(self, info: Info) -> list[Principal]:
        return await principals_of(info, await info.context.loaders.teams_of.load(self.row.id))

    @strawberry.field(description="The members of a team, by name; none for users.")
    async def members(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
    ) -> Connection[Principal]:
        return await members_of(info, self.row.id, MembersOf.TEAM, PageArguments(first, after, last, before))

    @strawberry.field(description="The security roles given to it directly.")
    async def security_roles(self, info: Info) -> list[SecurityRole]:
        return [SecurityRole.from_row(row) for row in await info.context.loaders.roles_of.load(self.row.id)]

    @strawberry.field(description="The field profiles given to it directly.")
    async def field_profiles(self, info: Info) -> list[FieldProfile]:
        return [FieldProfile.from_row(row) for row in await info.context.loaders.field_profiles_of.load(self.row.id)]

    @strawberry.field(description="The profile of directions that holds for it.")
    async def profile(self, info: Info) -> Profile:
        return await profile_holding(info, self.row.id)

    @classmethod
    def from_row(cls, row: Any) -> "PrincipalRights":
        return cls(
            role=Role(row.role),
            is_disabled=row.is_disabled,
            is_default_team=row.is_default_team,
            revision=row.revision,
            row=row,
        )
