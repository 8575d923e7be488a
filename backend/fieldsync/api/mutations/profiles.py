"""Mutations of profiles: change the draft, publish it, drop it, go back to a version."""

from collections.abc import Awaitable, Sequence
from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.profile import Mapping, Profile, can_edit, mapping_of, profile_of
from fieldsync.catalogue.fields import catalogue
from fieldsync.core.conflicts import ConflictPolicy
from fieldsync.core.values import Direction
from fieldsync.db.repo.profiles import DEFAULT, ProfileState
from fieldsync.errors import NotFound
from fieldsync.services.profiles import DirectionChange, MappingChange, PolicyChange

_PROFILE = "Which profile; the default one when omitted."
_REVISION = "The profile's revision as you saw it; refused with STALE_REVISION if it has moved on."
_ERRORS = "Why nothing was changed; empty when all went well."


@strawberry.input(description="One field's new direction.")
class MappingDirectionChange:
    mapping_id: strawberry.ID = strawberry.field(description="Which field.")
    direction: Direction = strawberry.field(description="One of the mapping's allowedDirections.")
    expected_revision: int = strawberry.field(
        description="The mapping's revision as you saw it; refused with STALE_REVISION if it has moved on."
    )


@strawberry.input(description="Changes of the draft, made together or not at all.")
class MappingDirectionsSetInput:
    changes: list[MappingDirectionChange] = strawberry.field(description="At least one; each field once.")
    profile_id: strawberry.ID | None = strawberry.field(description=_PROFILE, default=None)
    publish: bool = strawberry.field(
        description="Put the draft in force in the same step; no new version is made if it equals what is in force.",
        default=False,
    )
    message: str | None = strawberry.field(description="What to say about the version, with publish.", default=None)

    def parsed(self) -> tuple[str, list[DirectionChange]]:
        """The raw profile id and the changes; raises NotFound for ids of other things."""
        profile_id = _profile_id(self.profile_id)
        fields = _field_ids(profile_id, [change.mapping_id for change in self.changes])
        return profile_id, [
            DirectionChange(field_id, change.direction, change.expected_revision)
            for field_id, change in zip(fields, self.changes, strict=True)
        ]


@strawberry.type(description="What mappingDirectionsSet did.")
class MappingDirectionsSetPayload:
    mappings: list[Mapping] | None = strawberry.field(
        description="The named mappings after the change; null when `errors` is not empty."
    )
    profile: Profile | None = strawberry.field(description="Their profile after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Who leads in conflicts of one field from now on.")
class MappingPolicyChange:
    mapping_id: strawberry.ID = strawberry.field(description="Which field.")
    policy: ConflictPolicy = strawberry.field(description="The new policy.")
    expected_revision: int = strawberry.field(
        description="The mapping's revision as you saw it; refused with STALE_REVISION if it has moved on."
    )


@strawberry.input(description="Changes of the draft's conflict policies, made together or not at all.")
class MappingPoliciesSetInput:
    changes: list[MappingPolicyChange] = strawberry.field(description="At least one; each field once.")
    profile_id: strawberry.ID | None = strawberry.field(description=_PROFILE, default=None)
    publish: bool = strawberry.field(
        description="Put the draft in force in the same step; no new version is made if it equals what is in force.",
        default=False,
    )
    message: str | None = strawberry.field(description="What to say about the version, with publish.", default=None)

    def parsed(self) -> tuple[str, list[PolicyChange]]:
        """The raw profile id and the changes; raises NotFound for ids of other things."""
        profile_id = _profile_id(self.profile_id)
        fields = _field_ids(profile_id, [change.mapping_id for change in self.changes])
        return profile_id, [
            PolicyChange(field_id, change.policy, change.expected_revision)
            for field_id, change in zip(fields, self.changes, strict=True)
        ]


@strawberry.type(description="What mappingPoliciesSet did.")
class MappingPoliciesSetPayload:
    mappings: list[Mapping] | None = strawberry.field(
        description="The named mappings after the change; null when `errors` is not empty."
    )
    profile: Profile | None = strawberry.field(description="Their profile after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Put the draft in force.")
class ProfilePublishInput:
    expected_revision: int = strawberry.field(description=_REVISION)
    profile_id: strawberry.ID | None = strawberry.field(description=_PROFILE, default=None)
    message: str = strawberry.field(description="What to say about the version, at most 500 characters.", default="")


@strawberry.type(description="What profilePublish did.")
class ProfilePublishPayload:
    profile: Profile | None = strawberry.field(description="The profile with its new version; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Make the draft equal to what is in force.")
class ProfileDraftDiscardInput:
    expected_revision: int = strawberry.field(description=_REVISION)
    profile_id: strawberry.ID | None = strawberry.field(description=_PROFILE, default=None)


@strawberry.type(description="What profileDraftDiscard did.")
class ProfileDraftDiscardPayload:
    profile: Profile | None = strawberry.field(description="The profile without a draft; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Put what an earlier version holds into the draft.")
class ProfileRestoreInput:
    number: int = strawberry.field(description="Number of the version.")
    expected_revision: int = strawberry.field(description=_REVISION)
    profile_id: strawberry.ID | None = strawberry.field(description=_PROFILE, default=None)


@strawberry.type(description="What profileRestore did; publishing is another step.")
class ProfileRestorePayload:
    profile: Profile | None = strawberry.field(description="The profile with its new draft; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class ProfileMutations:
    @strawberry.mutation(description="Change directions in the draft, and publish it if asked to.")
    async def mapping_directions_set(
        self,
        info: Info,
        input: Annotated[MappingDirectionsSetInput, strawberry.argument(description="What to change.")],
    ) -> MappingDirectionsSetPayload:
        actor = info.context.signed_in()
        try:
            profile_id, changes = input.parsed()
            state = await info.context.services.profiles.set_mappings(
                actor, profile_id, changes, publish=input.publish, message=input.message or ""
            )
        except REFUSALS as refusal:
            return MappingDirectionsSetPayload(mappings=None, profile=None, errors=mutation_errors(refusal))
        return MappingDirectionsSetPayload(
            mappings=_named(info, state, changes), profile=profile_of(info, state), errors=[]
        )

    @strawberry.mutation(description="Say in the draft who leads in conflicts, and publish it if asked to.")
    async def mapping_policies_set(
        self,
        info: Info,
        input: Annotated[MappingPoliciesSetInput, strawberry.argument(description="What to change.")],
    ) -> MappingPoliciesSetPayload:
        actor = info.context.signed_in()
        try:
            profile_id, changes = input.parsed()
            state = await info.context.services.profiles.set_mappings(
                actor, profile_id, changes, publish=input.publish, message=input.message or ""
            )
        except REFUSALS as refusal:
            return MappingPoliciesSetPayload(mappings=None, profile=None, errors=mutation_errors(refusal))
        return MappingPoliciesSetPayload(
            mappings=_named(info, state, changes), profile=profile_of(info, state), errors=[]
        )

    @strawberry.mutation(description="Put the draft in force as a new version.")
    async def profile_publish(
        self,
        info: Info,
        input: Annotated[ProfilePublishInput, strawberry.argument(description="What to publish.")],
    ) -> ProfilePublishPayload:
        actor, service = info.context.signed_in(), info.context.services.profiles
        profile, errors = await _changed(
            info,
            service.publish(actor, _profile_id(input.profile_id), input.expected_revision, input.message),
        )
        return ProfilePublishPayload(profile=profile, errors=errors)

    @strawberry.mutation(description="Drop the draft.")
    async def profile_draft_discard(
        self,
        info: Info,
        input: Annotated[ProfileDraftDiscardInput, strawberry.argument(description="What to drop.")],
    ) -> ProfileDraftDiscardPayload:
        actor, service = info.context.signed_in(), info.context.services.profiles
        profile, errors = await _changed(
            info, service.discard(actor, _profile_id(input.profile_id), input.expected_revision)
        )
        return ProfileDraftDiscardPayload(profile=profile, errors=errors)

    @strawberry.mutation(description="Put what an earlier version holds into the draft.")
    async def profile_restore(
        self,
        info: Info,
        input: Annotated[ProfileRestoreInput, strawberry.argument(description="What to restore.")],
    ) -> ProfileRestorePayload:
        actor, service = info.context.signed_in(), info.context.services.profiles
        profile, errors = await _changed(
            info, service.restore(actor, _profile_id(input.profile_id), input.expected_revision, input.number)
        )
        return ProfileRestorePayload(profile=profile, errors=errors)


def _field_ids(profile_id: str, mapping_ids: Sequence[str]) -> list[str]:
    """The fields behind mappings of this profile; raises NotFound for ids of other things."""
    fields: list[str] = []
    for n, mapping_id in enumerate(mapping_ids):
        place = ("changes", str(n), "mappingId")
        owner, _, field_id = parse_id("mapping", mapping_id, *place).partition(":")
        if owner != profile_id:
            raise NotFound("This mapping belongs to another profile.", path=place)
        fields.append(field_id)
    return fields


def _named(info: Info, state: ProfileState, changes: Sequence[MappingChange]) -> list[Mapping]:
    editable, fields = can_edit(info, state.id), catalogue().by_id
    return [mapping_of(state, fields[change.field_id], editable=editable) for change in changes]


def _profile_id(given: strawberry.ID | None) -> str:
    """The raw id; an id of another kind names no profile, which the service will say."""
    kind, _, raw = (given or "").partition(":")
    return DEFAULT if given is None else raw if kind == "profile" else ""


async def _changed(info: Info, change: Awaitable[ProfileState]) -> tuple[Profile | None, list[MutationError]]:
    try:
        return profile_of(info, await change), []
    except REFUSALS as refusal:
        return None, mutation_errors(refusal)
