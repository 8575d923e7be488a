"""What every change of rights has in common: an administrator's permit, one transaction, the audit, the version."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, TypeVar

from fieldsync.clock import Clock
from fieldsync.core.privileges import PrincipalKind
from fieldsync.core.rights import Action, Actor, Permit
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import audit, principals, rights_clock
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.errors import InvalidInput, NotFound, StaleRevision
from fieldsync.security import gate
from fieldsync.services.paging import Page, PageArguments, count_all, read_page

T = TypeVar("T")
NAME_LENGTH = 100
DESCRIPTION_LENGTH = 1000


class Change:
    """A change of rights under way: its transaction, and how to note what it did."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        self.connection = connection
        self.actor = actor
        self.now = now

    def tell(
        self, action: str, target_id: str, target_name: str, before: dict[str, Any] | None, after: dict[str, Any] | None
    ) -> None:
        """Note in the audit what something was and what it is now; nothing if that is the same."""
        if before != after:
            audit.append(
                self.connection,
                self.actor,
                action,
                target_id=target_id,
                target_name=target_name,
                before=before,
                after=after,
                now=self.now,
            )


class Administration:
    """The base of the services that administrators change rights with."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def _permit(self, actor: Actor, target: str) -> Permit:
        """An administrator's permit, to be had before anything else is looked at; raises NotAllowed."""
        return gate.permit(actor, Action.ADMINISTER, gate.Target(target))

    async def _change(self, permit: Permit, unit: Callable[[Change], T]) -> T:
        """Run ``unit`` as one change of rights.

        The version of the rights is counted up first: that row stays locked until the end, so that administrators
        change rights one after the other, and what a unit has checked is still so when it writes.
        """
        now = self._clock.now()

        def work(connection: Connection) -> T:
            rights_clock.bump(connection)
            return unit(Change(connection, permit.actor, now))

        return await self._database.write(permit, work)

    async def _page(self, actor: Actor, asked: PageArguments, query: ListQuery, wanted: Any) -> Page:
        """A page of what only administrators may see; raises InvalidInput, NotAllowed."""
        gate.administrators_only(actor)
        return await read_page(self._database, actor, asked, query, wanted)

    async def _count(self, actor: Actor, query: ListQuery, wanted: Any) -> int:
        gate.administrators_only(actor)
        return await count_all(self._database, actor, query, wanted)

    async def _look(self, actor: Actor, unit: Callable[[Connection], T]) -> T:
        """Read what only administrators may see; raises NotAllowed."""
        gate.administrators_only(actor)
        return await self._database.read(unit)


def checked_name(name: str, path: str = "name", limit: int = NAME_LENGTH) -> str:
    """A name without space around it; raises InvalidInput."""
    name = name.strip()
    if not 1 <= len(name) <= limit or not name.isprintable():
        raise InvalidInput(f"This must have 1 to {limit} characters on one line.", path=(path,))
    return name


def checked_description(description: str) -> str:
    """A description, which may be empty; raises InvalidInput."""
    description = description.strip()
    if len(description) > DESCRIPTION_LENGTH or "\x00" in description:
        raise InvalidInput(f"This must have at most {DESCRIPTION_LENGTH} characters.", path=("description",))
    return description


def check_revision(row: Any, revision: int) -> None:
    """Raises StaleRevision if a row has moved on since the caller saw it."""
    if row.revision != revision:
        raise StaleRevision(
            f"Somebody changed {row.name} meanwhile; it is at revision {row.revision} by now.",
            path=("expectedRevision",),
        )


def check_free(taken: bool, what: str, name: str) -> None:
    """Raises InvalidInput if a name is taken."""
    if taken:
        raise InvalidInput(f"There is {what} {name!r} already; choose another name.", path=("name",))


def named(row: Any) -> str:
    """What the audit and messages call a principal: users with their user name, since names of people repeat."""
    return row.name if row.user_name is None else f"{row.name} ({row.user_name})"


def names(connection: Connection, principal_ids: Collection[str]) -> list[str]:
    """What the audit and messages call these principals, in alphabetical order."""
    return sorted(named(row) for row in principals.by_ids(connection, principal_ids).values())


def in_words(of_all: Collection[str], most: int = 5) -> str:
    """A list for a sentence: all of a few, the first of many."""
    few = list(of_all)[:most]
    rest = len(of_all) - len(few)
    return ", ".join(few) + (f" and {rest} more" if rest else "")


def found_user(connection: Connection, user_id: str, path: str, *, enabled: bool = True) -> Any:
    """A user; raises NotFound, and InvalidInput for a team or a user who is disabled."""
    row = principals.get(connection, user_id)
    if row is None:
        raise NotFound(path=(path,))
    if row.kind != PrincipalKind.USER.value:
        raise InvalidInput(f"{row.name} is a team; name a user.", path=(path,))
    if enabled and row.is_disabled:
        raise InvalidInput(f"{named(row)} is disabled; enable the user first.", path=(path,))
    return row


def check_members(
    connection: Connection, wanted: Collection[str], present: Collection[str], *, users_only: bool
) -> list[str]:
    """The ids of members without repetition; raises NotFound or InvalidInput that says which one cannot be.

    Those who are members already may stay whatever became of them.
    """
    rows = principals.by_ids(connection, set(wanted))
    for n, one in enumerate(wanted):
        row, path = rows.get(one), ("memberIds", str(n))
        if row is None:
            raise NotFound(path=path)
        if users_only and row.kind != PrincipalKind.USER.value:
            raise InvalidInput(f"{row.name} is a team; only users are members of teams.", path=path)
        if row.is_disabled and one not in present:
            raise InvalidInput(f"{named(row)} is disabled; enable the user first.", path=path)
    return list(dict.fromkeys(wanted))
