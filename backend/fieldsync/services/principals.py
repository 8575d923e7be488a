"""Use cases of principals: who is behind an id."""

from collections.abc import Sequence
from typing import Any

from fieldsync.core.privileges import PrincipalKind
from fieldsync.core.rights import Actor
from fieldsync.db.database import Database
from fieldsync.db.repo import principals as rows
from fieldsync.db.repo import profiles
from fieldsync.errors import InvalidInput
from fieldsync.security import gate
from fieldsync.services.paging import Page, checked_first, key_of, page_of

LONGEST_SEARCH = 200


class Principals:
    """Names of principals are known to everybody who is signed in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_ids(self, ids: Sequence[str]) -> list[Any]:
        """Principals in the order of ``ids``; None for unknown ones."""
        found = await self._database.read(lambda connection: rows.by_ids(connection, set(ids)))
        return [found.get(principal_id) for principal_id in ids]

    async def page(
        self, actor: Actor, first: int | None, after: str | None, search: str | None, kind: PrincipalKind | None
    ) -> Page:
        """Principals in a stable order, of a kind and with a text in their names; raises NotAllowed, InvalidInput."""
        gate.administrators_only(actor)
        size, key, sought = checked_first(first), key_of(after), _checked_search(search)
        found = await self._database.read(
            lambda connection: rows.page(connection, first=size, after=key, search=sought, kind=kind)
        )
        return page_of(found, size, after)

    async def count(self, actor: Actor, search: str | None, kind: PrincipalKind | None) -> int:
        gate.administrators_only(actor)
        sought = _checked_search(search)
        return await self._database.read(lambda connection: rows.count(connection, search=sought, kind=kind))

    async def profiles(self, ids: Sequence[str]) -> list[str]:
        """The id of the profile that holds for each principal, for those whose rights the caller may see."""
        found = await self._database.read(lambda connection: profiles.holding_for(connection, ids))
        return [found[one] for one in ids]

    async def answer(self) -> None:
        """Ask the database the smallest question; raises if it does not answer."""
        await self._database.read(rows.answer)


def _checked_search(search: str | None) -> str | None:
    if search is None:
        return None
    if len(search) > LONGEST_SEARCH or "\x00" in search:
        raise InvalidInput(f"Search for at most {LONGEST_SEARCH} characters.", path=("search",))
    return search.strip()
