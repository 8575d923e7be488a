"""Mutations of field profiles."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.mutations.teams import members_of
from fieldsync.api.types.field_profile import FieldProfile
from fieldsync.core.privileges import ColumnRights
from fieldsync.core.values import RecordKind
from fieldsync.services.field_profiles import FIELD_PROFILE, FieldPermission

_ERRORS = "Why nothing was changed; empty when all went well."
_NAME = "What to call it, 1 to 100 characters; no other field profile may have the name."
_DESCRIPTION = "What it is for, at most 1000 characters."
_REVISION = "The field profile's revision as you saw it; refused with STALE_REVISION if it has moved on."
_WHICH = "Which field profile."


@strawberry.input(description="A new field profile.")
class FieldProfileCreateInput:
    name: str = strawberry.field(description=_NAME)
    description: str = strawberry.field(description=_DESCRIPTION, default="")


@strawberry.type(description="What fieldProfileCreate did.")
class FieldProfileCreatePayload:
    field_profile: FieldProfile | None = strawberry.field(description="The new field profile; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="What a field profile is to allow with one column; nothing at all takes it off the list.")
class FieldPermissionInput:
    kind: RecordKind = strawberry.field(description="The records it concerns.")
    attribute: str = strawberry.field(description="The CRM column; NEVER_SECURABLE if it can never be secured.")
    read: bool = strawberry.field(description="Whether it may be read, masked if the column has a masking rule.")
    read_unmasked: bool = strawberry.field(description="Whether it may be read without the mask; wants read.")
    create: bool = strawberry.field(description="Whether it may be filled on a new record.")
    update: bool = strawberry.field(description="Whether it may be changed.")


@strawberry.input(description="Changes of a field profile: what is left out stays.")
class FieldProfileUpdateInput:
    field_profile_id: strawberry.ID = strawberry.field(description=_WHICH)
    expected_revision: int = strawberry.field(description=_REVISION)
    name: str | None = strawberry.field(description=_NAME, default=None)
    description: str | None = strawberry.field(description=_DESCRIPTION, default=None)
    permissions: list[FieldPermissionInput] | None = strawberry.field(
        description="Only the columns named here change, each once.", default=None
    )
    member_ids: list[strawberry.ID] | None = strawberry.field(
        description="The users and teams who have it, as a whole set.", default=None
    )


@strawberry.type(description="What fieldProfileUpdate did.")
class FieldProfileUpdatePayload:
    field_profile: FieldProfile | None = strawberry.field(
        description="The field profile after the change; null on errors."
    )
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Delete a field profile.")
class FieldProfileDeleteInput:
    field_profile_id: strawberry.ID = strawberry.field(description=_WHICH)
    expected_revision: int = strawberry.field(description=_REVISION)


@strawberry.type(description="What fieldProfileDelete did.")
class FieldProfileDeletePayload:
    field_profile_id: strawberry.ID | None = strawberry.field(
        description="The field profile that is gone; null on errors."
    )
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class FieldProfileMutations:
    @strawberry.mutation(description="Make a field profile; for administrators.")
    async def field_profile_create(
        self, info: Info, input: Annotated[FieldProfileCreateInput, strawberry.argument(description="The profile.")]
    ) -> FieldProfileCreatePayload:
        actor = info.context.signed_in()
        try:
            row = await info.context.services.field_profiles.create(actor, input.name, input.description)
        except REFUSALS as refusal:
            return FieldProfileCreatePayload(field_profile=None, errors=mutation_errors(refusal))
        return FieldProfileCreatePayload(field_profile=FieldProfile.from_row(row), errors=[])

    @strawberry.mutation(description="Change a field profile: permissions, members, name; for administrators.")
    async def field_profile_update(
        self, info: Info, input: Annotated[FieldProfileUpdateInput, strawberry.argument(description="The changes.")]
    ) -> FieldProfileUpdatePayload:
        actor = info.context.signed_in()
        permissions = [
            FieldPermission(one.kind, one.attribute, ColumnRights(one.read, one.read_unmasked, one.create, one.update))
            for one in input.permissions or ()
        ]
        try:
            row = await info.context.services.field_profiles.update(
                actor,
                parse_id(FIELD_PROFILE, input.field_profile_id, "fieldProfileId"),
                input.expected_revision,
                name=input.name,
                description=input.description,
                permissions=permissions,
                member_ids=members_of(input.member_ids),
            )
        except REFUSALS as refusal:
            return FieldProfileUpdatePayload(field_profile=None, errors=mutation_errors(refusal))
        return FieldProfileUpdatePayload(field_profile=FieldProfile.from_row(row), errors=[])

    @strawberry.mutation(description="Delete a field profile; what it opened is closed again. For administrators.")
    async def field_profile_delete(
        self, info: Info, input: Annotated[FieldProfileDeleteInput, strawberry.argument(description="Which one.")]
    ) -> FieldProfileDeletePayload:
        actor = info.context.signed_in()
        try:
            field_profile_id = parse_id(FIELD_PROFILE, input.field_profile_id, "fieldProfileId")
            await info.context.services.field_profiles.delete(actor, field_profile_id, input.expected_revision)
        except REFUSALS as refusal:
            return FieldProfileDeletePayload(field_profile_id=None, errors=mutation_errors(refusal))
        return FieldProfileDeletePayload(field_profile_id=input.field_profile_id, errors=[])
