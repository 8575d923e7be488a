"""Use cases of principals: who is behind an id."""

from collections.abc import Sequence
from typing import Any

from fieldsync.db.database import Database
from fieldsync.db.repo import principals as rows


class Principals:
    """Names of principals are known to everybody who is signed in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_ids(self, ids: Sequence[str]) -> list[Any]:
        """Principals in the order of ``ids``; None for unknown ones."""
        found = await self._database.read(lambda connection: rows.by_ids(connection, set(ids)))
        return [found.get(principal_id) for principal_id in ids]

    async def answer(self) -> None:
        """Ask the database the smallest question; raises if it does not answer."""
        await self._database.read(rows.answer)
