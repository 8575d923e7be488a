"""Profiles, their mappings, drafts and versions."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Annotated

import strawberry

from fieldsync.api.bulk import in_bulk
from fieldsync.api.context import Info
from fieldsync.api.errors import parse_id
from fieldsync.api.paging import (
    AfterArgument,
    BeforeArgument,
    Connection,
    FirstArgument,
    LastArgument,
    Node,
    connection_of,
)
from fieldsync.api.types.effective import EffectiveDirection
from fieldsync.api.types.principal import Principal, members_of, principal_of
from fieldsync.catalogue.fields import Field, catalogue
from fieldsync.core.conflicts import ConflictPolicy
from fieldsync.core.directions import next_direction
from fieldsync.core.privileges import SecuredWrites
from fieldsync.core.rights import Action
from fieldsync.core.values import Direction, RecordKind
from fieldsync.db.repo.profiles import DEFAULT, DraftMapping, ProfileState
from fieldsync.ids import global_id
from fieldsync.security import gate
from fieldsync.services.members import MembersOf
from fieldsync.services.paging import PageArguments
from fieldsync.services.profile_setup import differences, policy_differences
from fieldsync.services.profiles import NEWEST_FIRST, Version


async def _secured_attributes(mappings: Sequence["Mapping"], info: Info) -> list[list[str]]:
    kinds = list(dict.fromkeys(mapping.kind for mapping in mappings))
    found = await info.context.services.effective.secured(kinds)
    secured = dict(zip(kinds, found, strict=True))
    return [[name for name in one.crm_attributes if name in secured[one.kind]] for one in mappings]


async def _effective(
    mappings: Sequence["Mapping"], info: Info, principal_id: str | None = None
) -> list[EffectiveDirection]:
    who = _whose(info, principal_id)
    asked = [(one.field_id, one.direction) for one in mappings]
    found = await info.context.services.effective.of(info.context.signed_in(), who, asked)
    return [EffectiveDirection.of(one) for one in found]


def _whose(info: Info, principal_id: str | None) -> str:
    actor = info.context.signed_in()
    return actor.principal_id if principal_id is None else parse_id("principal", principal_id, "principalId")


@strawberry.type(description="A field inside a profile, and which way it travels.")
class Mapping(Node):
    kind: RecordKind = strawberry.field(description="The type of record the field belongs to.")
    outlook_label: str = strawberry.field(description="What Outlook calls the field.")
    crm_label: str = strawberry.field(description="What CRM calls the field.")
    outlook_properties: list[str] = strawberry.field(
        description="Outlook properties behind the field, all parts of a composite."
    )
    crm_attributes: list[str] = strawberry.field(
        description="CRM attributes behind the field, all parts of a composite."
    )
    direction: Direction = strawberry.field(description="In force: the published direction.")
    draft_direction: Direction = strawberry.field(
        description="What the draft holds; equals direction when the draft does not touch the field."
    )
    default_direction: Direction = strawberry.field(description="What it is before anybody changes it.")
    allowed_directions: list[Direction] = strawberry.field(description="What it may be set to, in the arrow's order.")
    next_direction: Direction = strawberry.field(
        description="Where the arrow goes next, counted from draftDirection; the same when it cannot move."
    )
    conflict_policy: ConflictPolicy = strawberry.field(
        description="In force: who leads when both sides changed the field; it only plays a part with BOTH."
    )
    draft_conflict_policy: ConflictPolicy = strawberry.field(
        description="What the draft holds; equals conflictPolicy when the draft does not touch it."
    )
    computed: bool = strawberry.field(description="Whether its value follows from others.")
    fixed_reason: str | None = strawberry.field(description="Why the arrow does not move; null when it does.")
    note: str | None = strawberry.field(description="What is special about the field; null if nothing is.")
    revision: int = strawberry.field(
        description="Counts every change of the draft of this mapping; send it back as expectedRevision."
    )
    viewer_can_edit: bool = strawberry.field(description="Whether the caller may move the arrow.")
    field_id: strawberry.Private[str]

    @strawberry.field(description="The CRM attributes behind the field that are secured columns.")
    @in_bulk(_secured_attributes)
    async def secured_attributes(self, info: Info) -> list[str]:
        secured = await info.context.loaders.secured.load(self.kind)
        return [name for name in self.crm_attributes if name in secured]

    @strawberry.field(description="The published direction minus what rights forbid somebody.")
    @in_bulk(_effective)
    async def effective(
        self,
        info: Info,
        principal_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Whose; the caller's own when omitted.")
        ] = None,
    ) -> EffectiveDirection:
        who = _whose(info, principal_id)
        return EffectiveDirection.of(await info.context.loaders.effective.load((who, self.field_id, self.direction)))


def mapping_of(state: ProfileState, field: Field, *, editable: bool) -> Mapping:
    """The mapping of one field; ``editable`` says whether the caller may change mappings at all."""
    return _mapping(
        state.id, field.id, state.published[field.id], state.policies[field.id], state.draft[field.id], editable
    )


@lru_cache(maxsize=2_000)
def _mapping(
    profile_id: str,
    field_id: str,
    direction: Direction,
    policy: ConflictPolicy,
    draft: DraftMapping,
    editable: bool,
) -> Mapping:
    """The same mapping for the same arguments; nobody changes one once it is made."""
    field = catalogue().by_id[field_id]
    return Mapping(
        id=strawberry.ID(global_id("mapping", f"{profile_id}:{field.id}")),
        kind=field.kind,
        outlook_label=field.outlook_label,
        crm_label=field.crm_label,
        outlook_properties=list(field.outlook_properties),
        crm_attributes=list(field.attributes),
        direction=direction,
        draft_direction=draft.direction,
        default_direction=field.default,
        allowed_directions=list(field.allowed),
        next_direction=next_direction(draft.direction, field.allowed),
        conflict_policy=policy,
        draft_conflict_policy=draft.policy,
        computed=field.computed,
        fixed_reason=field.fixed_reason,
        note=field.note or None,
        revision=draft.revision,
        viewer_can_edit=editable and len(field.allowed) > 1,
        field_id=field.id,
    )


def can_edit(info: Info, profile_id: str) -> bool:
    return gate.may(info.context.signed_in(), Action.MAPPING_EDIT, gate.Target(profile_id))


def mappings_of(info: Info, state: ProfileState, kind: RecordKind | None) -> list[Mapping]:
    """All mappings of a profile, or of one kind, in the catalogue's order."""
    return _mappings(state, kind, can_edit(info, state.id))


@lru_cache(maxsize=50)
def _mappings(state: ProfileState, kind: RecordKind | None, editable: bool) -> list[Mapping]:
    fields = catalogue().all() if kind is None else catalogue().fields(kind)
    return [mapping_of(state, field, editable=editable) for field in fields]


@strawberry.type(description="One field whose direction differs.")
class DirectionChange:
    mapping: Mapping = strawberry.field(description="The field, as it stands now.")
    before: Direction = strawberry.field(description="What it was.")
    after: Direction = strawberry.field(description="What it became, or would become.")


def _changes(info: Info, state: ProfileState, changes: dict[str, tuple[Direction, Direction]]) -> list[DirectionChange]:
    editable = can_edit(info, state.id)
    return [
        DirectionChange(
            mapping=mapping_of(state, catalogue().by_id[field], editable=editable), before=before, after=after
        )
        for field, (before, after) in changes.items()
    ]


@strawberry.type(description="One field whose conflict policy differs.")
class PolicyChange:
    mapping: Mapping = strawberry.field(description="The field, as it stands now.")
    before: ConflictPolicy = strawberry.field(description="What it was.")
    after: ConflictPolicy = strawberry.field(description="What it became, or would become.")


def _policy_changes(
    info: Info, state: ProfileState, changes: dict[str, tuple[ConflictPolicy, ConflictPolicy]]
) -> list[PolicyChange]:
    editable = can_edit(info, state.id)
    return [
        PolicyChange(mapping=mapping_of(state, catalogue().by_id[field], editable=editable), before=before, after=after)
        for field, (before, after) in changes.items()
    ]


@strawberry.type(description="A published set of directions; it never changes.")
class ProfileVersion(Node):
    number: int = strawberry.field(description="Counts from 1.")
    message: str = strawberry.field(description="What the publisher said about it; may be empty.")
    published_at: datetime = strawberry.field(description="When it came into force.")
    changes: list[DirectionChange] = strawberry.field(description="Against the version before it.")
    policy_changes: list[PolicyChange] = strawberry.field(
        description="Against the version before it, of the conflict policies."
    )
    publisher: strawberry.Private[str | None]

    @strawberry.field(description="Who published it; null if it came with the product.")
    async def published_by(self, info: Info) -> Principal | None:
        return await principal_of(info, self.publisher)


def version_of(info: Info, state: ProfileState, version: Version) -> ProfileVersion:
    return ProfileVersion(
        id=strawberry.ID(global_id("version", f"{state.id}:{version.row.number}")),
        number=version.row.number,
        message=version.row.message,
        published_at=version.row.published_at,
        publisher=version.row.published_by,
        changes=_changes(info, state, version.changes),
        policy_changes=_policy_changes(info, state, version.policy_changes),
    )


@strawberry.type(description="What was changed and is not in force yet.")
class ProfileDraft:
    changes: list[DirectionChange] = strawberry.field(description="Against the published version; empty if none.")
    policy_changes: list[PolicyChange] = strawberry.field(
        description="Against the published version, of the conflict policies; empty if none."
    )
    changed_at: datetime | None = strawberry.field(description="Last change; null without changes.")
    changer: strawberry.Private[str | None]

    @strawberry.field(description="Who changed it last; null without changes.")
    async def changed_by(self, info: Info) -> Principal | None:
        return await principal_of(info, self.changer)


@strawberry.type(description="A named set of mappings.")
class Profile(Node):
    name: str = strawberry.field(description="What it is called.")
    description: str = strawberry.field(description="What it is for.")
    is_default: bool = strawberry.field(description="Whether it holds for everybody who has no profile of their own.")
    revision: int = strawberry.field(
        description="Counts every change of the draft and every publication; send it back as expectedRevision."
    )
    viewer_can_edit: bool = strawberry.field(description="Whether the caller may change and publish it.")
    rank: int = strawberry.field(
        description="Among several profiles of one person the one of the lowest rank holds; the default one comes last."
    )
    secured_writes: SecuredWrites = strawberry.field(
        description="What a sync does with an Outlook value that its user may not write in CRM."
    )
    state: strawberry.Private[ProfileState]

    @strawberry.field(
        description="The users and teams it is given to, by name; null unless the caller is an administrator."
    )
    async def members(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
    ) -> Connection[Principal] | None:
        if not gate.sees_everybody(info.context.signed_in()):
            return None
        return await members_of(info, self.state.id, MembersOf.PROFILE, PageArguments(first, after, last, before))

    @strawberry.field(
        description="Where its published directions differ from the default profile's: `before` is the default's."
    )
    async def differences(self, info: Info) -> list["DirectionChange"]:
        default = await info.context.loaders.profiles.load(DEFAULT)
        return _changes(info, self.state, differences(self.state, default))

    @strawberry.field(
        description="Where its conflict policies in force differ from the default profile's: `before` is the default's."
    )
    async def policy_differences(self, info: Info) -> list["PolicyChange"]:
        default = await info.context.loaders.profiles.load(DEFAULT)
        return _policy_changes(info, self.state, policy_differences(self.state, default))

    @strawberry.field(description="The version in force.")
    async def published(self, info: Info) -> ProfileVersion:
        key = (self.state.id, self.state.row.published_number)
        return version_of(info, self.state, await info.context.loaders.published_versions.load(key))

    @strawberry.field(description="What was changed and is not in force yet.")
    def draft(self, info: Info) -> ProfileDraft:
        row = self.state.row
        return ProfileDraft(
            changes=_changes(info, self.state, self.state.changes),
            policy_changes=_policy_changes(info, self.state, self.state.policy_changes),
            changed_at=row.draft_changed_at,
            changer=row.draft_changed_by,
        )

    @strawberry.field(description="Published versions, newest first.")
    async def versions(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
    ) -> Connection[ProfileVersion]:
        loaders, key = info.context.loaders, self.state.id
        return connection_of(
            await loaders.profile_versions.load((key, PageArguments(first, after, last, before))),
            NEWEST_FIRST,
            lambda version: version_of(info, self.state, version),
            lambda: loaders.version_counts.load((key,)),
            lambda version: version.row,
        )

    @strawberry.field(description="The mappings, in the catalogue's order.")
    def mappings(
        self,
        info: Info,
        kind: Annotated[RecordKind | None, strawberry.argument(description="Only of this kind.")] = None,
    ) -> list[Mapping]:
        return mappings_of(info, self.state, kind)


def profile_of(info: Info, state: ProfileState) -> Profile:
    row = state.row
    return Profile(
        id=strawberry.ID(global_id("profile", state.id)),
        name=row.name,
        description=row.description,
        is_default=row.is_default,
        revision=row.revision,
        viewer_can_edit=can_edit(info, state.id),
        rank=row.rank,
        secured_writes=SecuredWrites(row.secured_writes),
        state=state,
    )


async def profile_holding(info: Info, principal_id: str) -> Profile:
    """The profile that holds for a principal."""
    loaders = info.context.loaders
    return profile_of(info, await loaders.profiles.load(await loaders.holding_profiles.load(principal_id)))
