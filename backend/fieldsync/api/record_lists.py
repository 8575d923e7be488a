"""Lists of CRM records as connections."""

from typing import Any

from fieldsync.api.context import Info, columns_of
from fieldsync.api.paging import Connection, connection_of
from fieldsync.api.types.records import record_of
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.services.paging import PageArguments
from fieldsync.services.records import Records


async def records_listed(info: Info, service: Records, query: ListQuery, asked: PageArguments) -> Connection[Any]:
    """The page of a query over the records of one kind, as far as the caller may see them."""
    actor = info.context.signed_in()
    page = await service.page(actor, asked, query, columns_of(info, service.kind))
    return connection_of(
        page,
        query,
        lambda seen: record_of(info, seen),
        lambda: service.count(actor, query),
        row=lambda seen: seen.row,
    )
