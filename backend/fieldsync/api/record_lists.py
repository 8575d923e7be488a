"""CRM records by themselves and in lists, for resolvers that confirm the caller (``api.claims``)."""

from typing import Any

from fieldsync.api.context import Info, columns_of
from fieldsync.api.paging import Connection, connection_of
from fieldsync.api.types.records import record_of
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.services.paging import PageArguments
from fieldsync.services.records import Records
from fieldsync.services.seen import Seen


async def record_seen(info: Info, service: Records, record_id: str) -> Seen:
    """One record as the caller may see it; raises NotFound."""
    seen = await service.get(info.context.claiming(), record_id, columns_of(info, service.kind))
    info.context.confirmed()
    return seen


async def records_listed(info: Info, service: Records, query: ListQuery, asked: PageArguments) -> Connection[Any]:
    """The page of a query over the records of one kind, as far as the caller may see them."""
    page = await service.page(info.context.claiming(), asked, query, columns_of(info, service.kind))
    info.context.confirmed()
    return connection_of(
        page,
        query,
        lambda seen: record_of(info, seen),
        lambda: service.count(info.context.signed_in(), query),
        row=lambda seen: seen.row,
    )
