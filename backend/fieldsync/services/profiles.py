"""Use cases of profiles: read the mappings, change the draft, publish it, go back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any, TypeAlias, TypeVar

from fieldsync.catalogue.fields import Field, catalogue
from fieldsync.clock import Clock
from fieldsync.core.conflicts import ConflictPolicy
from fieldsync.core.rights import Action, Actor
from fieldsync.core.values import Direction
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import profiles as rows
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.errors import (
    DirectionNotAllowed,
    InvalidInput,
    NotFound,
    NothingToPublish,
    StaleRevision,
    UserFacing,
)
from fieldsync.events.bell import Bell
from fieldsync.events.hubs import Hubs, ProfileHub
from fieldsync.events.log import profile_topic
from fieldsync.security import gate
from fieldsync.services.paging import Page, PageArguments, count_each, read_each

MESSAGE_LENGTH = 500
NEWEST_FIRST = ListQuery(rows.VERSIONS, descending=True)


@dataclass(frozen=True, slots=True)
class DirectionChange:
    """One wish of an administrator; ``revision`` is the mapping's as the administrator saw it."""

    field_id: str
    direction: Direction
    revision: int


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """Like DirectionChange, for who leads in a conflict."""

    field_id: str
    policy: ConflictPolicy
    revision: int


MappingChange: TypeAlias = DirectionChange | PolicyChange
Choice = TypeVar("Choice", bound=Enum)
_NOTHING = rows.Content({}, {})


@dataclass(frozen=True, slots=True)
class Version:
    """A published version, and what it changed against the one before it."""

    row: Any
    changes: dict[str, tuple[Direction, Direction]]
    policy_changes: dict[str, tuple[ConflictPolicy, ConflictPolicy]] = field(default_factory=dict)


class Profiles:
    """Every signed-in actor reads; administrators change. Writers ring the profile's topic after commit."""

    def __init__(self, database: Database, bell: Bell, clock: Clock, hubs: Hubs | None = None) -> None:
        self._database = database
        self._hubs = hubs or Hubs(database, bell)
        self._bell = bell
        self._clock = clock

    async def all(self) -> list[rows.ProfileState]:
        def unit(connection: Connection) -> list[rows.ProfileState]:
            wanted = rows.ids(connection)
            found = rows.states(connection, wanted)
            return [found[profile_id] for profile_id in wanted]

        return await self._database.read(unit)

    async def by_ids(self, profile_ids: Sequence[str]) -> list[rows.ProfileState]:
        """Profiles as they stand; raises NotFound if one of them is not there."""
        found = await self._database.read(lambda connection: rows.states(connection, profile_ids))
        if len(found) < len(set(profile_ids)):
            raise NotFound
        return [found[profile_id] for profile_id in profile_ids]

    async def get(self, profile_id: str) -> rows.ProfileState:
        """A profile as it stands; raises NotFound."""
        state = await rows.glance(self._database, profile_id)
        if state is None:
            raise NotFound(path=("profileId",))
        return state

    def hub(self, profile_id: str) -> ProfileHub:
        """What tells all who follow a profile, in this process, that it changed."""
        return self._hubs.profile(profile_id)

    async def versions(self, actor: Actor, profile_ids: Collection[str], asked: PageArguments) -> dict[str, Page]:
        """A page of the published versions of each profile, newest first; raises InvalidInput."""
        found = await read_each(self._database, actor, asked, NEWEST_FIRST, rows.VERSIONS_OF, profile_ids)
        return {one: replace(page, rows=[_version(row) for row in page.rows]) for one, page in found.items()}

    async def version_counts(self, actor: Actor, profile_ids: Collection[str]) -> dict[str, int]:
        """How many versions of each profile were published."""
        return await count_each(self._database, actor, NEWEST_FIRST, rows.VERSIONS_OF, profile_ids)

    async def published(self, wanted: Sequence[tuple[str, int]]) -> list[Version]:
        """The versions of these profiles and numbers."""
        found = await self._database.read(lambda connection: rows.numbered_versions(connection, wanted))
        return [_version(found[one]) for one in wanted]

    async def set_mappings(
        self,
        actor: Actor,
        profile_id: str,
        changes: Sequence[MappingChange],
        *,
        publish: bool,
        message: str,
    ) -> rows.ProfileState:
        """Change directions and conflict policies in the draft, all changes or none.

        With ``publish`` it is put in force in the same transaction. Raises an ExceptionGroup of UserFacing errors, one
        for each change that cannot be made.
        Publishing what is in force already makes no version and is no error, so a repeat does no harm.
        """
        permit = gate.permit(actor, Action.MAPPING_EDIT, gate.Target(profile_id))
        if publish:
            permit = gate.permit(actor, Action.PROFILE_PUBLISH, gate.Target(profile_id))
        _check_message(message)
        if not changes:
            raise InvalidInput("Name at least one change.", path=("changes",))
        now = self._clock.now()

        def unit(connection: Connection) -> rows.ProfileState:
            state = _found(connection, profile_id, lock=True)
            refused = _refusals(state, changes)
            if refused:
                raise ExceptionGroup("changes that cannot be made", refused)
            state = _redraft(connection, state, _moved(state, changes), actor, now)
            if publish and _differs(state):
                state = _publish(connection, state, message, actor, now)
            return state

        return await self._write(permit, unit, profile_id)

    async def publish(self, actor: Actor, profile_id: str, revision: int, message: str) -> rows.ProfileState:
        """Put the draft in force as a new, numbered version; raises StaleRevision, NothingToPublish."""
        permit = gate.permit(actor, Action.PROFILE_PUBLISH, gate.Target(profile_id))
        _check_message(message)
        now = self._clock.now()

        def unit(connection: Connection) -> rows.ProfileState:
            state = _current(connection, profile_id, revision)
            if not _differs(state):
                raise NothingToPublish
            return _publish(connection, state, message, actor, now)

        return await self._write(permit, unit, profile_id)

    async def discard(self, actor: Actor, profile_id: str, revision: int) -> rows.ProfileState:
        """Make the draft equal to what is in force; nothing to discard is no error."""
        permit = gate.permit(actor, Action.MAPPING_EDIT, gate.Target(profile_id))
        now = self._clock.now()

        def unit(connection: Connection) -> rows.ProfileState:
            state = _current(connection, profile_id, revision)
            back = rows.Content(_before(state.changes), _before(state.policy_changes))
            return _redraft(connection, state, back, actor, now)

        return await self._write(permit, unit, profile_id)

    async def restore(self, actor: Actor, profile_id: str, revision: int, number: int) -> rows.ProfileState:
        """Put what an earlier version holds into the draft; publishing it is another step."""
        permit = gate.permit(actor, Action.MAPPING_EDIT, gate.Target(profile_id))
        now = self._clock.now()

        def unit(connection: Connection) -> rows.ProfileState:
            state = _current(connection, profile_id, revision)
            found = rows.versions(connection, profile_id, number=number)
            if not found:
                raise NotFound(f"This profile has no version {number}.", path=("number",))
            wanted = found[0][1]
            moved = rows.Content(
                {one: way for one, way in wanted.directions.items() if state.draft[one].direction is not way},
                {one: policy for one, policy in wanted.policies.items() if state.draft[one].policy is not policy},
            )
            return _redraft(connection, state, moved, actor, now)

        return await self._write(permit, unit, profile_id)

    async def _write(self, permit: Any, unit: Any, profile_id: str) -> rows.ProfileState:
        state = await self._database.write(permit, unit)
        self._bell.ring(profile_topic(profile_id))
        return state


def _found(connection: Connection, profile_id: str, *, lock: bool = False) -> rows.ProfileState:
    state = rows.state(connection, profile_id, lock=lock)
    if state is None:
        raise NotFound(path=("profileId",))
    return state


def _current(connection: Connection, profile_id: str, revision: int) -> rows.ProfileState:
    state = _found(connection, profile_id, lock=True)
    if state.row.revision != revision:
        raise StaleRevision(
            f"The profile is at revision {state.row.revision} by now; read it again.",
            path=("expectedRevision",),
        )
    return state


def _refusals(state: rows.ProfileState, changes: Sequence[MappingChange]) -> list[UserFacing]:
    """Why changes cannot be made; at most one reason for each."""
    refused: list[UserFacing] = []
    seen: set[str] = set()
    for n, change in enumerate(changes):
        place = ("changes", str(n))
        mapped = catalogue().by_id.get(change.field_id)
        if mapped is None:
            refused.append(NotFound(path=(*place, "mappingId")))
        elif change.field_id in seen:
            refused.append(InvalidInput(f"{mapped.crm_label} is named twice.", path=(*place, "mappingId")))
        elif (forbidden := _not_allowed(mapped, change, place)) is not None:
            refused.append(forbidden)
        elif state.draft[change.field_id].revision != change.revision:
            refused.append(
                StaleRevision(
                    f"Somebody changed {mapped.crm_label} meanwhile; it is at revision "
                    f"{state.draft[change.field_id].revision} by now.",
                    path=(*place, "expectedRevision"),
                )
            )
        seen.add(change.field_id)
    return refused


def _not_allowed(mapped: Field, change: MappingChange, place: tuple[str, ...]) -> UserFacing | None:
    match change:
        case DirectionChange(direction=direction) if direction not in mapped.allowed:
            allowed = ", ".join(one.name for one in mapped.allowed)
            return DirectionNotAllowed(
                f"{mapped.crm_label} cannot be set to {direction.name}; it allows {allowed}.",
                path=(*place, "direction"),
            )
        case PolicyChange() if Direction.BOTH not in mapped.allowed:
            return InvalidInput(
                f"{mapped.crm_label} never travels both ways, so there is nothing to lead in.",
                path=(*place, "policy"),
            )
        case _:
            return None


def _moved(state: rows.ProfileState, changes: Sequence[MappingChange]) -> rows.Content:
    directions: dict[str, Direction] = {}
    policies: dict[str, ConflictPolicy] = {}
    for change in changes:
        drafted = state.draft[change.field_id]
        match change:
            case DirectionChange(field_id, direction) if direction is not drafted.direction:
                directions[field_id] = direction
            case PolicyChange(field_id, policy) if policy is not drafted.policy:
                policies[field_id] = policy
            case _:
                pass
    return rows.Content(directions, policies)


def _differs(state: rows.ProfileState) -> bool:
    return bool(state.changes or state.policy_changes)


def _before(changes: Mapping[str, tuple[Choice, Choice]]) -> dict[str, Choice]:
    return {one: before for one, (before, _) in changes.items()}


def _redraft(
    connection: Connection, state: rows.ProfileState, moved: rows.Content, actor: Actor, now: datetime
) -> rows.ProfileState:
    if moved == _NOTHING:
        return state
    rows.set_draft(connection, state.id, moved, state.draft.keys())
    after = _found(connection, state.id)
    touched = _differs(after)
    rows.touch(
        connection,
        state.id,
        draft_changed_at=now if touched else None,
        draft_changed_by=(actor.principal_id or None) if touched else None,
    )
    return _found(connection, state.id)


def _publish(
    connection: Connection, state: rows.ProfileState, message: str, actor: Actor, now: datetime
) -> rows.ProfileState:
    content = rows.Content(
        {one: mapping.direction for one, mapping in state.draft.items()},
        {one: mapping.policy for one, mapping in state.draft.items()},
    )
    number = rows.insert_version(
        connection,
        state.id,
        content,
        message=message.strip(),
        now=now,
        published_by=actor.principal_id or None,
    )
    rows.touch(connection, state.id, published_number=number, draft_changed_at=None, draft_changed_by=None)
    return _found(connection, state.id)


def _version(row: Any) -> Version:
    """A version from its row, with what it changed against the one before it."""
    content, before = rows.held(row), rows.held_before(row)
    if before is None:
        return Version(row, {}, {})
    return Version(
        row,
        _difference(before.directions, content.directions),
        _difference(before.policies, content.policies),
    )


def _difference(before: Mapping[str, Choice], after: Mapping[str, Choice]) -> dict[str, tuple[Choice, Choice]]:
    return {one: (before[one], choice) for one, choice in after.items() if before[one] is not choice}


def _check_message(message: str) -> None:
    if len(message) > MESSAGE_LENGTH:
        raise InvalidInput(f"The message has more than {MESSAGE_LENGTH} characters.", path=("message",))
    if "\x00" in message:
        raise InvalidInput("The message holds a character that cannot be stored.", path=("message",))
