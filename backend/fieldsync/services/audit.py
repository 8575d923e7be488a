"""Use cases of the audit: read who changed which right when."""

from fieldsync.core.rights import Actor
from fieldsync.db.database import Database
from fieldsync.db.repo import audit as rows
from fieldsync.security import gate
from fieldsync.services.paging import Page, checked_first, key_of, page_of


class Audit:
    """Administrators read it; nobody changes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, actor: Actor, first: int | None, after: str | None, target_id: str | None) -> Page:
        """Events, newest first, of all targets or of the one with this id of the API.

        Raises NotAllowed, InvalidInput.
        """
        gate.administrators_only(actor)
        size, key = checked_first(first), key_of(after)
        found = await self._database.read(
            lambda connection: rows.page(connection, first=size, after=key, target_id=target_id)
        )
        return page_of(found, size, after)

    async def count(self, actor: Actor, target_id: str | None) -> int:
        gate.administrators_only(actor)
        return await self._database.read(lambda connection: rows.count(connection, target_id))
