"""Use cases of the audit: read who changed which right when."""

from fieldsync.core.rights import Actor
from fieldsync.db.database import Database
from fieldsync.db.repo import audit as rows
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.security import gate
from fieldsync.services.paging import Page, PageArguments, count_all, read_page


class Audit:
    """Administrators read it; nobody changes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page:
        """Events. Raises InvalidInput, FieldWithheld, NotAllowed."""
        gate.administrators_only(actor)
        return await read_page(self._database, actor, asked, query, rows.listed())

    async def count(self, actor: Actor, query: ListQuery) -> int:
        gate.administrators_only(actor)
        return await count_all(self._database, actor, query, rows.listed())
