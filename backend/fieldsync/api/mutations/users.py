"""Mutations of users."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.principal import Principal
from fieldsync.core.rights import Role
from fieldsync.services.units import UNIT
from fieldsync.services.users import UNCHANGED, UserChange

_ERRORS = "Why nothing was changed; empty when all went well."
_NAME = "Full name, 1 to 200 characters."


@strawberry.input(description="A new user.")
class UserCreateInput:
    user_name: str = strawberry.field(description="What to sign in with, 1 to 100 characters; nobody else's.")
    name: str = strawberry.field(description=_NAME)
    password: str | None = strawberry.field(
        description="At least 8 characters; without one the user cannot sign in with a password.", default=None
    )
    role: Role = strawberry.field(description="What the user may do at all.", default=Role.USER)
    business_unit_id: strawberry.ID | None = strawberry.field(
        description="The business unit to belong to; the root when omitted.", default=None
    )
    manager_id: strawberry.ID | None = strawberry.field(description="Whom the user reports to.", default=None)


@strawberry.type(description="What userCreate did.")
class UserCreatePayload:
    principal: Principal | None = strawberry.field(description="The new user; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Changes of a user: what is left out stays.")
class UserUpdateInput:
    principal_id: strawberry.ID = strawberry.field(description="Which user.")
    expected_revision: int = strawberry.field(
        description="The revision of the user's rights as you saw it; refused with STALE_REVISION if it has moved on."
    )
    name: str | None = strawberry.field(description=_NAME, default=None)
    role: Role | None = strawberry.field(
        description="What the user may do at all; nobody takes administration from themselves.", default=None
    )
    business_unit_id: strawberry.ID | None = strawberry.field(
        description="The business unit to belong to; the default team changes with it.", default=None
    )
    manager_id: strawberry.ID | None = strawberry.field(
        description="Whom the user reports to; null for nobody. RIGHTS_CYCLE if that person reports to the user.",
        default=strawberry.UNSET,
    )
    is_disabled: bool | None = strawberry.field(
        description="Whether the user may not sign in any more; not for oneself.", default=None
    )


@strawberry.type(description="What userUpdate did.")
class UserUpdatePayload:
    principal: Principal | None = strawberry.field(description="The user after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class UserMutations:
    @strawberry.mutation(description="Make a user, who gets the basic role; for administrators.")
    async def user_create(
        self, info: Info, input: Annotated[UserCreateInput, strawberry.argument(description="The user.")]
    ) -> UserCreatePayload:
        actor = info.context.signed_in()
        try:
            row = await info.context.services.users.create(
                actor,
                user_name=input.user_name,
                name=input.name,
                password=input.password,
                role=input.role,
                unit_id=_parsed(UNIT, input.business_unit_id, "businessUnitId"),
                manager_id=_parsed("principal", input.manager_id, "managerId"),
            )
        except REFUSALS as refusal:
            return UserCreatePayload(principal=None, errors=mutation_errors(refusal))
        return UserCreatePayload(principal=Principal.from_row(row), errors=[])

    @strawberry.mutation(description="Change a user, or disable or enable one; for administrators.")
    async def user_update(
        self, info: Info, input: Annotated[UserUpdateInput, strawberry.argument(description="The changes.")]
    ) -> UserUpdatePayload:
        actor = info.context.signed_in()
        try:
            manager = UNCHANGED
            if input.manager_id is not strawberry.UNSET:
                manager = _parsed("principal", input.manager_id, "managerId")
            change = UserChange(
                name=input.name,
                role=input.role,
                unit_id=_parsed(UNIT, input.business_unit_id, "businessUnitId"),
                manager_id=manager,
                is_disabled=input.is_disabled,
            )
            principal_id = parse_id("principal", input.principal_id, "principalId")
            row = await info.context.services.users.update(actor, principal_id, input.expected_revision, change)
        except REFUSALS as refusal:
            return UserUpdatePayload(principal=None, errors=mutation_errors(refusal))
        return UserUpdatePayload(principal=Principal.from_row(row), errors=[])


def _parsed(kind: str, value: strawberry.ID | None, path: str) -> str | None:
    return None if value is None else parse_id(kind, value, path)
