"""Mutations of security roles, and of who holds them."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.principal import Principal
from fieldsync.api.types.security_role import SecurityRole
from fieldsync.core.privileges import AccessLevel, Privilege, RoleInheritance
from fieldsync.core.values import RecordKind
from fieldsync.services.roles import ROLE, RolePrivilege

_ERRORS = "Why nothing was changed; empty when all went well."
_NAME = "What to call it, 1 to 100 characters; no other role may have the name."
_DESCRIPTION = "What it is for, at most 1000 characters."
_INHERITANCE = "What it means for the members of a team that has it."
_REVISION = "The role's revision as you saw it; refused with STALE_REVISION if it has moved on."
_WHICH = "Which role."


@strawberry.input(description="A new security role.")
class SecurityRoleCreateInput:
    name: str = strawberry.field(description=_NAME)
    description: str = strawberry.field(description=_DESCRIPTION, default="")
    inheritance: RoleInheritance = strawberry.field(description=_INHERITANCE, default=RoleInheritance.DIRECT)
    copy_of: strawberry.ID | None = strawberry.field(
        description="The role whose privileges it starts with; it starts with none when omitted.", default=None
    )


@strawberry.type(description="What securityRoleCreate did.")
class SecurityRoleCreatePayload:
    security_role: SecurityRole | None = strawberry.field(description="The new role; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="How far a privilege is to reach with the records of a kind.")
class RolePrivilegeInput:
    kind: RecordKind = strawberry.field(description="The records it concerns.")
    privilege: Privilege = strawberry.field(description="What it allows.")
    level: AccessLevel = strawberry.field(description="How far it reaches; NONE takes it away.")


@strawberry.input(description="Changes of a security role: what is left out stays.")
class SecurityRoleUpdateInput:
    role_id: strawberry.ID = strawberry.field(description=_WHICH)
    expected_revision: int = strawberry.field(description=_REVISION)
    name: str | None = strawberry.field(description=_NAME, default=None)
    description: str | None = strawberry.field(description=_DESCRIPTION, default=None)
    inheritance: RoleInheritance | None = strawberry.field(description=_INHERITANCE, default=None)
    privileges: list[RolePrivilegeInput] | None = strawberry.field(
        description="Only those named here change, each once.", default=None
    )


@strawberry.type(description="What securityRoleUpdate did.")
class SecurityRoleUpdatePayload:
    security_role: SecurityRole | None = strawberry.field(description="The role after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Delete a security role.")
class SecurityRoleDeleteInput:
    role_id: strawberry.ID = strawberry.field(description=_WHICH)
    expected_revision: int = strawberry.field(description=_REVISION)


@strawberry.type(description="What securityRoleDelete did.")
class SecurityRoleDeletePayload:
    role_id: strawberry.ID | None = strawberry.field(description="The role that is gone; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="The roles that a user or an owner team is to hold.")
class PrincipalRolesSetInput:
    principal_id: strawberry.ID = strawberry.field(description="Who; access teams hold no roles.")
    role_ids: list[strawberry.ID] = strawberry.field(description="The roles, as a whole set.")
    expected_revision: int = strawberry.field(
        description="The revision of the rights as you saw it; refused with STALE_REVISION if it has moved on."
    )


@strawberry.type(description="What principalRolesSet did.")
class PrincipalRolesSetPayload:
    principal: Principal | None = strawberry.field(description="The holder after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class RoleMutations:
    @strawberry.mutation(description="Make a security role, empty or as a copy; for administrators.")
    async def security_role_create(
        self, info: Info, input: Annotated[SecurityRoleCreateInput, strawberry.argument(description="The role.")]
    ) -> SecurityRoleCreatePayload:
        actor = info.context.signed_in()
        try:
            row = await info.context.services.roles.create(
                actor,
                input.name,
                description=input.description,
                inheritance=input.inheritance,
                copy_of=None if input.copy_of is None else parse_id(ROLE, input.copy_of, "copyOf"),
            )
        except REFUSALS as refusal:
            return SecurityRoleCreatePayload(security_role=None, errors=mutation_errors(refusal))
        return SecurityRoleCreatePayload(security_role=SecurityRole.from_row(row), errors=[])

    @strawberry.mutation(description="Change a security role; for administrators.")
    async def security_role_update(
        self, info: Info, input: Annotated[SecurityRoleUpdateInput, strawberry.argument(description="The changes.")]
    ) -> SecurityRoleUpdatePayload:
        actor = info.context.signed_in()
        try:
            row = await info.context.services.roles.update(
                actor,
                parse_id(ROLE, input.role_id, "roleId"),
                input.expected_revision,
                name=input.name,
                description=input.description,
                inheritance=input.inheritance,
                privileges=[RolePrivilege(one.kind, one.privilege, one.level) for one in input.privileges or ()],
            )
        except REFUSALS as refusal:
            return SecurityRoleUpdatePayload(security_role=None, errors=mutation_errors(refusal))
        return SecurityRoleUpdatePayload(security_role=SecurityRole.from_row(row), errors=[])

    @strawberry.mutation(
        description="Delete a security role; refused with IN_USE while somebody holds it. For administrators."
    )
    async def security_role_delete(
        self, info: Info, input: Annotated[SecurityRoleDeleteInput, strawberry.argument(description="Which one.")]
    ) -> SecurityRoleDeletePayload:
        actor = info.context.signed_in()
        try:
            role_id = parse_id(ROLE, input.role_id, "roleId")
            await info.context.services.roles.delete(actor, role_id, input.expected_revision)
        except REFUSALS as refusal:
            return SecurityRoleDeletePayload(role_id=None, errors=mutation_errors(refusal))
        return SecurityRoleDeletePayload(role_id=input.role_id, errors=[])

    @strawberry.mutation(description="Set the security roles of a user or an owner team; for administrators.")
    async def principal_roles_set(
        self, info: Info, input: Annotated[PrincipalRolesSetInput, strawberry.argument(description="Who holds what.")]
    ) -> PrincipalRolesSetPayload:
        actor = info.context.signed_in()
        try:
            row = await info.context.services.roles.give(
                actor,
                parse_id("principal", input.principal_id, "principalId"),
                input.expected_revision,
                [parse_id(ROLE, one, "roleIds", str(n)) for n, one in enumerate(input.role_ids)],
            )
        except REFUSALS as refusal:
            return PrincipalRolesSetPayload(principal=None, errors=mutation_errors(refusal))
        return PrincipalRolesSetPayload(principal=Principal.from_row(row), errors=[])
