"""Mutations of teams."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.principal import Principal
from fieldsync.core.privileges import PrincipalKind
from fieldsync.services.units import UNIT

_ERRORS = "Why nothing was changed; empty when all went well."
_NAME = "What to call it, 1 to 160 characters; no other team may have the name."
_MEMBERS = "The users who are its members, as a whole set."
_REVISION = "The revision of the team's rights as you saw it; refused with STALE_REVISION if it has moved on."
_WHICH = "Which team; not the default team of a business unit."


@strawberry.input(description="A new team.")
class TeamCreateInput:
    name: str = strawberry.field(description=_NAME)
    kind: PrincipalKind = strawberry.field(description="OWNER_TEAM or ACCESS_TEAM; it never changes.")
    business_unit_id: strawberry.ID | None = strawberry.field(
        description="The business unit to belong to; the root when omitted.", default=None
    )
    member_ids: list[strawberry.ID] | None = strawberry.field(description=_MEMBERS, default=None)


@strawberry.type(description="What teamCreate did.")
class TeamCreatePayload:
    principal: Principal | None = strawberry.field(description="The new team; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Changes of a team: what is left out stays.")
class TeamUpdateInput:
    principal_id: strawberry.ID = strawberry.field(description=_WHICH)
    expected_revision: int = strawberry.field(description=_REVISION)
    name: str | None = strawberry.field(description=_NAME, default=None)
    business_unit_id: strawberry.ID | None = strawberry.field(
        description="The business unit to belong to.", default=None
    )
    member_ids: list[strawberry.ID] | None = strawberry.field(description=_MEMBERS, default=None)


@strawberry.type(description="What teamUpdate did.")
class TeamUpdatePayload:
    principal: Principal | None = strawberry.field(description="The team after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Delete a team.")
class TeamDeleteInput:
    principal_id: strawberry.ID = strawberry.field(description=_WHICH)
    expected_revision: int = strawberry.field(description=_REVISION)


@strawberry.type(description="What teamDelete did.")
class TeamDeletePayload:
    principal_id: strawberry.ID | None = strawberry.field(description="The team that is gone; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class TeamMutations:
    @strawberry.mutation(description="Make a team; for administrators.")
    async def team_create(
        self, info: Info, input: Annotated[TeamCreateInput, strawberry.argument(description="The team.")]
    ) -> TeamCreatePayload:
        actor = info.context.signed_in()
        try:
            row = await info.context.services.teams.create(
                actor,
                name=input.name,
                kind=input.kind,
                unit_id=_unit(input.business_unit_id),
                member_ids=members_of(input.member_ids) or [],
            )
        except REFUSALS as refusal:
            return TeamCreatePayload(principal=None, errors=mutation_errors(refusal))
        return TeamCreatePayload(principal=Principal.from_row(row), errors=[])

    @strawberry.mutation(description="Change a team; for administrators.")
    async def team_update(
        self, info: Info, input: Annotated[TeamUpdateInput, strawberry.argument(description="The changes.")]
    ) -> TeamUpdatePayload:
        actor = info.context.signed_in()
        try:
            row = await info.context.services.teams.update(
                actor,
                parse_id("principal", input.principal_id, "principalId"),
                input.expected_revision,
                name=input.name,
                unit_id=_unit(input.business_unit_id),
                member_ids=members_of(input.member_ids),
            )
        except REFUSALS as refusal:
            return TeamUpdatePayload(principal=None, errors=mutation_errors(refusal))
        return TeamUpdatePayload(principal=Principal.from_row(row), errors=[])

    @strawberry.mutation(description="Delete a team; refused with IN_USE while it owns records. For administrators.")
    async def team_delete(
        self, info: Info, input: Annotated[TeamDeleteInput, strawberry.argument(description="Which one.")]
    ) -> TeamDeletePayload:
        actor = info.context.signed_in()
        try:
            team_id = parse_id("principal", input.principal_id, "principalId")
            await info.context.services.teams.delete(actor, team_id, input.expected_revision)
        except REFUSALS as refusal:
            return TeamDeletePayload(principal_id=None, errors=mutation_errors(refusal))
        return TeamDeletePayload(principal_id=input.principal_id, errors=[])


def members_of(ids: list[strawberry.ID] | None) -> list[str] | None:
    """The raw ids of members; raises NotFound that says which one names no principal."""
    if ids is None:
        return None
    return [parse_id("principal", one, "memberIds", str(n)) for n, one in enumerate(ids)]


def _unit(value: strawberry.ID | None) -> str | None:
    return None if value is None else parse_id(UNIT, value, "businessUnitId")
