"""Use cases of principals: who is behind an id."""

from collections.abc import Sequence
from typing import Any

from fieldsync.core.rights import Actor
from fieldsync.db.database import Database
from fieldsync.db.repo import principals as rows
from fieldsync.db.repo import profiles
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.security import gate
from fieldsync.services.paging import Page, PageArguments, count_all, read_page


class Principals:
    """Names of principals are known to everybody who is signed in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_ids(self, ids: Sequence[str]) -> list[Any]:
        """Principals in the order of ``ids``; None for unknown ones."""
        found = await self._database.read(lambda connection: rows.by_ids(connection, set(ids)))
        return [found.get(principal_id) for principal_id in ids]

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page:
        """Principals. Raises InvalidInput, FieldWithheld, NotAllowed."""
        gate.administrators_only(actor)
        return await read_page(self._database, actor, asked, query, rows.listed())

    async def count(self, actor: Actor, query: ListQuery) -> int:
        gate.administrators_only(actor)
        return await count_all(self._database, actor, query, rows.listed())

    async def profiles(self, ids: Sequence[str]) -> list[str]:
        """The id of the profile that holds for each principal, for those whose rights the caller may see."""
        found = await self._database.read(lambda connection: profiles.holding_for(connection, ids))
        return [found[one] for one in ids]

    async def answer(self) -> None:
        """Ask the database the smallest question; raises if it does not answer."""
        await self._database.read(rows.answer)
