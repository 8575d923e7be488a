"""Use cases of profiles as such: make, rank, give to people, delete; their content is ``services.profiles``."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.conflicts import ConflictPolicy
from fieldsync.core.privileges import SecuredWrites
from fieldsync.core.rights import Actor
from fieldsync.core.values import Direction
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import profiles as rows
from fieldsync.errors import InUse, InvalidInput, NotFound
from fieldsync.events.bell import Bell
from fieldsync.events.log import profile_topic
from fieldsync.ids import global_id, new_id
from fieldsync.services.administration import (
    Administration,
    Change,
    check_free,
    check_members,
    check_revision,
    checked_description,
    checked_name,
    names,
)

PROFILE = "profile"
RANKS = range(1, 10_001)
RANK = 100


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What to change; None leaves it as it is. ``member_ids`` are a whole set."""

    name: str | None = None
    description: str | None = None
    rank: int | None = None
    secured_writes: SecuredWrites | None = None
    member_ids: Collection[str] | None = None


class ProfileSetup(Administration):
    """Administrators only. Everybody may read profiles; whom they are given to, only administrators."""

    def __init__(self, database: Database, bell: Bell, clock: Clock) -> None:
        super().__init__(database, clock)
        self._bell = bell

    async def create(
        self, actor: Actor, name: str, description: str = "", copy_of: str | None = None, rank: int | None = None
    ) -> rows.ProfileState:
        """A new profile given to nobody, with what another one has in force, by default the default one.

        Raises InvalidInput, NotFound.
        """
        profile_id = new_id()
        permit = self._permit(actor, profile_id)
        name, description = checked_name(name), checked_description(description)
        chosen = _checked_rank(RANK if rank is None else rank)

        def unit(change: Change) -> rows.ProfileState:
            connection = change.connection
            check_free(rows.is_taken(connection, name), "a profile", name)
            source = rows.state(connection, copy_of or rows.DEFAULT)
            if source is None:
                raise NotFound(path=("copyOf",))
            rows.add(
                connection,
                profile_id,
                rows.Content(source.published, source.policies),
                name=name,
                description=description,
                rank=chosen,
                secured_writes=SecuredWrites(source.row.secured_writes),
                message=f"Copied from {source.row.name}, version {source.row.published_number}",
                now=change.now,
                published_by=actor.principal_id or None,
            )
            return _told(change, "PROFILE_CREATE", profile_id, None)

        return await self._change(permit, unit)

    async def update(self, actor: Actor, profile_id: str, revision: int, wanted: ProfileChange) -> rows.ProfileState:
        """Change a profile, in force at once; raises InvalidInput, NotFound, StaleRevision.

        The default profile holds for whoever has no other: it has no members, and its rank plays no part.
        """
        permit = self._permit(actor, profile_id)
        values: dict[str, Any] = {}
        if wanted.name is not None:
            values["name"] = checked_name(wanted.name)
        if wanted.description is not None:
            values["description"] = checked_description(wanted.description)
        if wanted.rank is not None:
            values["rank"] = _checked_rank(wanted.rank)
        if wanted.secured_writes is not None:
            values["secured_writes"] = wanted.secured_writes.value

        def unit(change: Change) -> rows.ProfileState:
            connection = change.connection
            state = _current(connection, profile_id, revision)
            if state.row.is_default and (wanted.member_ids is not None or wanted.rank is not None):
                raise InvalidInput(
                    "The default profile holds for everybody else; it is given to nobody and has no rank.",
                    path=("memberIds" if wanted.member_ids is not None else "rank",),
                )
            if "name" in values:
                check_free(rows.is_taken(connection, values["name"], profile_id), "a profile", values["name"])
            before = _picture(connection, state)
            if wanted.member_ids is not None:
                present = rows.given.holders(connection, [profile_id]).get(profile_id, [])
                members = check_members(connection, wanted.member_ids, present, users_only=False)
                rows.given.set_holders(connection, profile_id, members)
            rows.touch(connection, profile_id, **values)
            return _told(change, "PROFILE_UPDATE", profile_id, before)

        state = await self._change(permit, unit)
        self._bell.ring(profile_topic(profile_id))
        return state

    async def delete(self, actor: Actor, profile_id: str, revision: int) -> None:
        """Delete a profile that is given to nobody, with its versions; raises InUse, InvalidInput, NotFound."""
        permit = self._permit(actor, profile_id)

        def unit(change: Change) -> None:
            connection = change.connection
            state = _current(connection, profile_id, revision)
            if state.row.is_default:
                raise InvalidInput("The default profile cannot be deleted.", path=("profileId",))
            holders = rows.given.holders(connection, [profile_id]).get(profile_id, [])
            if holders:
                raise InUse(
                    f"{state.row.name} is given to {len(holders)} users and teams; take it from them first.",
                    path=("profileId",),
                )
            before = _picture(connection, state)
            rows.remove(connection, profile_id)
            change.tell("PROFILE_DELETE", global_id(PROFILE, profile_id), state.row.name, before, None)

        await self._change(permit, unit)


def differences(state: rows.ProfileState, default: rows.ProfileState) -> dict[str, tuple[Direction, Direction]]:
    """Where a profile's published directions differ from the default's: the default's, and its own."""
    return {
        field: (default.published[field], direction)
        for field, direction in state.published.items()
        if direction is not default.published[field]
    }


def policy_differences(
    state: rows.ProfileState, default: rows.ProfileState
) -> dict[str, tuple[ConflictPolicy, ConflictPolicy]]:
    """Likewise, of the conflict policies."""
    return {
        field: (default.policies[field], policy)
        for field, policy in state.policies.items()
        if policy is not default.policies[field]
    }


def _checked_rank(rank: int) -> int:
    if rank not in RANKS:
        raise InvalidInput(f"A rank lies between {RANKS.start} and {RANKS.stop - 1}.", path=("rank",))
    return rank


def _current(connection: Connection, profile_id: str, revision: int) -> rows.ProfileState:
    state = rows.state(connection, profile_id, lock=True)
    if state is None:
        raise NotFound(path=("profileId",))
    check_revision(state.row, revision)
    return state


def _told(change: Change, action: str, profile_id: str, before: dict[str, Any] | None) -> rows.ProfileState:
    state = rows.state(change.connection, profile_id)
    if state is None:
        raise NotFound(path=("profileId",))
    change.tell(action, global_id(PROFILE, profile_id), state.row.name, before, _picture(change.connection, state))
    return state


def _picture(connection: Connection, state: rows.ProfileState) -> dict[str, Any]:
    row = state.row
    return {
        "name": row.name,
        "description": row.description,
        "rank": row.rank,
        "securedWrites": row.secured_writes,
        "members": names(connection, rows.given.holders(connection, [row.id]).get(row.id, [])),
    }
