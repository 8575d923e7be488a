"""Use cases of profiles: read the mappings, change the draft, publish it, go back."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fieldsync.catalogue.fields import catalogue
from fieldsync.clock import Clock
from fieldsync.core.rights import Action, Actor
from fieldsync.core.values import Direction
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import profiles as rows
from fieldsync.errors import (
    DirectionNotAllowed,
    InvalidInput,
    NotFound,
    NothingToPublish,
    StaleRevision,
    UserFacing,
)
from fieldsync.events.bell import Bell, Listener
from fieldsync.security import gate

MESSAGE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class DirectionChange:
    """One wish of an administrator; ``revision`` is the mapping's as the administrator saw it."""

    field_id: str
    direction: Direction
    revision: int


@dataclass(frozen=True, slots=True)
class Version:
    """A published version, and what it changed against the one before it."""

    row: Any
    changes: dict[str, tuple[Direction, Direction]]


def topic(profile_id: str) -> str:
    """The bell's topic of a profile's draft and versions."""
    return f"profile:{profile_id}"


class Profiles:
    """Every signed-in actor reads; administrators change. Writers ring the profile's topic after commit."""

    def __init__(self, database: Database, bell: Bell, clock: Clock) -> None:
        self._database = database
        self._bell = bell
        self._clock = clock

    async def all(self) -> list[rows.ProfileState]:
        def unit(connection: Connection) -> list[rows.ProfileState]:
            return [_found(connection, profile_id) for profile_id in rows.ids(connection)]

        return await self._database.read(unit)

    async def get(self, profile_id: str) -> rows.ProfileState:
        """A profile as it stands; raises NotFound."""
        return await self._database.read(lambda connection: _found(connection, profile_id))

    def listen(self, profile_id: str) -> AbstractAsyncContextManager[Listener]:
        """Hear when a profile may have changed; by writers in other processes it is not told."""
        return self._bell.listen(topic(profile_id))

    async def versions(self, profile_id: str, first: int) -> list[Version]:
        """Published versions, newest first."""

        def unit(connection: Connection) -> list[Version]:
            found = rows.versions(connection, profile_id, first + 1)
            return [
                Version(row, _difference(found[n + 1][1] if n + 1 < len(found) else None, directions))
                for n, (row, directions) in enumerate(found[:first])
            ]

        return await self._database.read(unit)

    async def published(self, state: rows.ProfileState) -> Version:
        """The version in force."""

        def unit(connection: Connection) -> Version:
            number = state.row.published_number
            ((row, directions),) = rows.versions(connection, state.id, number=number)
            before = rows.versions(connection, state.id, number=number - 1)
            return Version(row, _difference(before[0][1] if before else None, directions))

        return await self._database.read(unit)

    async def set_directions(
        self,
        actor: Actor,
        profile_id: str,
        changes: Sequence[DirectionChange],
        *,
        publish: bool,
        message: str,
    ) -> rows.ProfileState:
        """Change the draft, all changes or none; with ``publish``, put it in force in the same transaction.

        Raises an ExceptionGroup of UserFacing errors, one for each change that cannot be made.
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
            moved = {
                change.field_id: change.direction
                for change in changes
                if state.draft[change.field_id].direction is not change.direction
            }
            if moved:
                state = _redraft(connection, state, moved, actor, now)
            if publish and state.changes:
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
            if not state.changes:
                raise NothingToPublish
            return _publish(connection, state, message, actor, now)

        return await self._write(permit, unit, profile_id)

    async def discard(self, actor: Actor, profile_id: str, revision: int) -> rows.ProfileState:
        """Make the draft equal to what is in force; nothing to discard is no error."""
        permit = gate.permit(actor, Action.MAPPING_EDIT, gate.Target(profile_id))
        now = self._clock.now()

        def unit(connection: Connection) -> rows.ProfileState:
            state = _current(connection, profile_id, revision)
            back = {field: before for field, (before, _) in state.changes.items()}
            return _redraft(connection, state, back, actor, now) if back else state

        return await self._write(permit, unit, profile_id)

    async def restore(self, actor: Actor, profile_id: str, revision: int, number: int) -> rows.ProfileState:
        """Put the directions of an earlier version into the draft; publishing them is another step."""
        permit = gate.permit(actor, Action.MAPPING_EDIT, gate.Target(profile_id))
        now = self._clock.now()

        def unit(connection: Connection) -> rows.ProfileState:
            state = _current(connection, profile_id, revision)
            found = rows.versions(connection, profile_id, number=number)
            if not found:
                raise NotFound(f"This profile has no version {number}.", path=("number",))
            wanted = found[0][1]
            moved = {field: wanted[field] for field in wanted if state.draft[field].direction is not wanted[field]}
            return _redraft(connection, state, moved, actor, now) if moved else state

        return await self._write(permit, unit, profile_id)

    async def _write(self, permit: Any, unit: Any, profile_id: str) -> rows.ProfileState:
        state = await self._database.write(permit, unit)
        self._bell.ring(topic(profile_id))
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


def _refusals(state: rows.ProfileState, changes: Sequence[DirectionChange]) -> list[UserFacing]:
    """Why changes cannot be made; at most one reason for each."""
    refused: list[UserFacing] = []
    seen: set[str] = set()
    for n, change in enumerate(changes):
        place = ("changes", str(n))
        field = catalogue().by_id.get(change.field_id)
        if field is None:
            refused.append(NotFound(path=(*place, "mappingId")))
        elif change.field_id in seen:
            refused.append(InvalidInput(f"{field.crm_label} is named twice.", path=(*place, "mappingId")))
        elif change.direction not in field.allowed:
            allowed = ", ".join(direction.name for direction in field.allowed)
            refused.append(
                DirectionNotAllowed(
                    f"{field.crm_label} cannot be set to {change.direction.name}; it allows {allowed}.",
                    path=(*place, "direction"),
                )
            )
        elif state.draft[change.field_id].revision != change.revision:
            refused.append(
                StaleRevision(
                    f"Somebody changed {field.crm_label} meanwhile; it is at revision "
                    f"{state.draft[change.field_id].revision} by now.",
                    path=(*place, "expectedRevision"),
                )
            )
        seen.add(change.field_id)
    return refused


def _redraft(
    connection: Connection, state: rows.ProfileState, moved: dict[str, Direction], actor: Actor, now: datetime
) -> rows.ProfileState:
    rows.set_draft(connection, state.id, moved, state.draft.keys())
    after = {field: moved.get(field, mapping.direction) for field, mapping in state.draft.items()}
    touched = any(after[field] is not direction for field, direction in state.published.items())
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
    directions = {field: mapping.direction for field, mapping in state.draft.items()}
    number = rows.insert_version(
        connection,
        state.id,
        directions,
        message=message.strip(),
        now=now,
        published_by=actor.principal_id or None,
    )
    rows.touch(connection, state.id, published_number=number, draft_changed_at=None, draft_changed_by=None)
    return _found(connection, state.id)


def _difference(
    before: dict[str, Direction] | None, after: dict[str, Direction]
) -> dict[str, tuple[Direction, Direction]]:
    if before is None:
        return {}
    return {field: (before[field], direction) for field, direction in after.items() if before[field] is not direction}


def _check_message(message: str) -> None:
    if len(message) > MESSAGE_LENGTH:
        raise InvalidInput(f"The message has more than {MESSAGE_LENGTH} characters.", path=("message",))
    if "\x00" in message:
        raise InvalidInput("The message holds a character that cannot be stored.", path=("message",))
