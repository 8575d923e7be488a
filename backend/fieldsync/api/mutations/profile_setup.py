"""Mutations of profiles as such: make, describe, rank, give to people, delete."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.mutations.teams import members_of
from fieldsync.api.types.profile import Profile, profile_of
from fieldsync.core.privileges import SecuredWrites
from fieldsync.services.profile_setup import PROFILE, ProfileChange

_ERRORS = "Why nothing was changed; empty when all went well."
_REVISION = "The profile's revision as you saw it; refused with STALE_REVISION if it has moved on."
_RANK = "Among several profiles of one person the one of the lowest rank holds; 1 to 10000."


@strawberry.input(description="A new profile.")
class ProfileCreateInput:
    name: str = strawberry.field(description="What to call it, at most 100 characters; no other profile has it.")
    description: str = strawberry.field(description="What it is for, at most 1000 characters.", default="")
    copy_of: strawberry.ID | None = strawberry.field(
        description="The profile whose published directions it begins with; the default one when omitted.", default=None
    )
    rank: int | None = strawberry.field(description=f"{_RANK} 100 when omitted.", default=None)


@strawberry.type(description="What profileCreate did.")
class ProfileCreatePayload:
    profile: Profile | None = strawberry.field(description="The new profile, given to nobody yet; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Changes of a profile, in force at once: what is left out stays.")
class ProfileUpdateInput:
    profile_id: strawberry.ID = strawberry.field(description="Which profile.")
    expected_revision: int = strawberry.field(description=_REVISION)
    name: str | None = strawberry.field(description="What to call it, at most 100 characters.", default=None)
    description: str | None = strawberry.field(description="What it is for, at most 1000 characters.", default=None)
    rank: int | None = strawberry.field(description=f"{_RANK} Not for the default profile.", default=None)
    secured_writes: SecuredWrites | None = strawberry.field(
        description="What a sync does with an Outlook value that its user may not write in CRM.", default=None
    )
    member_ids: list[strawberry.ID] | None = strawberry.field(
        description="The users and teams it is given to, as a whole set. Not for the default profile.", default=None
    )


@strawberry.type(description="What profileUpdate did.")
class ProfileUpdatePayload:
    profile: Profile | None = strawberry.field(description="The profile after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Delete a profile that is given to nobody, with its versions.")
class ProfileDeleteInput:
    profile_id: strawberry.ID = strawberry.field(description="Which profile; not the default one.")
    expected_revision: int = strawberry.field(description=_REVISION)


@strawberry.type(description="What profileDelete did.")
class ProfileDeletePayload:
    profile_id: strawberry.ID | None = strawberry.field(description="The profile that is gone; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class ProfileSetupMutations:
    @strawberry.mutation(description="Make a profile for a group of people; for administrators.")
    async def profile_create(
        self, info: Info, input: Annotated[ProfileCreateInput, strawberry.argument(description="The profile.")]
    ) -> ProfileCreatePayload:
        actor = info.context.signed_in()
        try:
            source = None if input.copy_of is None else parse_id(PROFILE, input.copy_of, "copyOf")
            state = await info.context.services.profile_setup.create(
                actor, input.name, input.description, source, input.rank
            )
        except REFUSALS as refusal:
            return ProfileCreatePayload(profile=None, errors=mutation_errors(refusal))
        return ProfileCreatePayload(profile=profile_of(info, state), errors=[])

    @strawberry.mutation(description="Change what a profile is called, whom it is given to and what it does.")
    async def profile_update(
        self, info: Info, input: Annotated[ProfileUpdateInput, strawberry.argument(description="The changes.")]
    ) -> ProfileUpdatePayload:
        actor = info.context.signed_in()
        try:
            change = ProfileChange(
                name=input.name,
                description=input.description,
                rank=input.rank,
                secured_writes=input.secured_writes,
                member_ids=members_of(input.member_ids),
            )
            profile_id = parse_id(PROFILE, input.profile_id, "profileId")
            state = await info.context.services.profile_setup.update(actor, profile_id, input.expected_revision, change)
        except REFUSALS as refusal:
            return ProfileUpdatePayload(profile=None, errors=mutation_errors(refusal))
        return ProfileUpdatePayload(profile=profile_of(info, state), errors=[])

    @strawberry.mutation(description="Delete a profile; for administrators.")
    async def profile_delete(
        self, info: Info, input: Annotated[ProfileDeleteInput, strawberry.argument(description="Which one.")]
    ) -> ProfileDeletePayload:
        actor = info.context.signed_in()
        try:
            profile_id = parse_id(PROFILE, input.profile_id, "profileId")
            await info.context.services.profile_setup.delete(actor, profile_id, input.expected_revision)
        except REFUSALS as refusal:
            return ProfileDeletePayload(profile_id=None, errors=mutation_errors(refusal))
        return ProfileDeletePayload(profile_id=input.profile_id, errors=[])
