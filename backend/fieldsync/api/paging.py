"""Nodes and connections, after the Relay conventions."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, Protocol, TypeVar

import strawberry

from fieldsync.core.rights import Actor
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.services.paging import Page, PageArguments, cursor_of
from fieldsync.services.seen import SeenRows

T = TypeVar("T")

FirstArgument = Annotated[int | None, strawberry.argument(description="How many at most, 0 to 1000; 50 when omitted.")]
AfterArgument = Annotated[str | None, strawberry.argument(description="Cursor of the last one already seen.")]
LastArgument = Annotated[
    int | None,
    strawberry.argument(description="In the place of first: how many at most of the end of the list, 0 to 1000."),
]
BeforeArgument = Annotated[str | None, strawberry.argument(description="Cursor of what the page ends before.")]


@strawberry.interface(description="A thing with an identity.")
class Node:
    id: strawberry.ID = strawberry.field(description="Names this thing in the whole product; begins with its type.")


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follow.")
    has_previous_page: bool = strawberry.field(description="Whether some come before.")
    start_cursor: str | None = strawberry.field(
        description="Cursor of the first one, to be sent as `before` for the page before; null on an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last one, to be sent as `after` for the next page; null on an empty page."
    )


@strawberry.type(description="One line of a page.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Marks this place in the list.")
    node: T = strawberry.field(description="What is listed.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    page: strawberry.Private[Page]
    cursor: strawberry.Private[Callable[[Any], str]]
    counter: strawberry.Private[Callable[[], Awaitable[int]]]
    nodes: list[T] = strawberry.field(description="What is listed, without the cursors.")

    @strawberry.field(description="What is listed, each with its cursor.")
    def edges(self) -> list[Edge[T]]:
        return [Edge(cursor=self.cursor(row), node=node) for row, node in zip(self.page.rows, self.nodes, strict=True)]

    @strawberry.field(description="Where this page lies in the list.")
    def page_info(self) -> PageInfo:
        rows = self.page.rows
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=self.cursor(rows[0]) if rows else None,
            end_cursor=self.cursor(rows[-1]) if rows else None,
        )

    @strawberry.field(description="How many there are in the whole list.")
    async def total_count(self) -> int:
        return await self.counter()


def connection_of(
    page: Page,
    query: ListQuery,
    convert: Callable[[Any], T],
    counter: Callable[[], Awaitable[int]],
    row: Callable[[Any], Any] = lambda found: found,
) -> Connection[T]:
    """A connection over a page of a query; ``counter`` is only asked when totalCount is.

    ``row`` is the database's row in what the page holds; cursors are made of it, when somebody asks for them.
    Rows of contacts that a plan reads for itself stay rows.
    """
    rows: Any = page.rows
    stay = isinstance(rows, SeenRows) and rows.columns is not None and rows.kind is RecordKind.CONTACT
    nodes: Any = rows if stay else [convert(found) for found in rows]
    return Connection(
        page=page,
        cursor=lambda found: cursor_of(query, row(found)),
        counter=counter,
        nodes=nodes,
    )


class Pages(Protocol):
    """Use cases of what can be listed."""

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page: ...
    async def count(self, actor: Actor, query: ListQuery) -> int: ...


async def listed(
    service: Pages, actor: Actor, asked: PageArguments, query: ListQuery, convert: Callable[[Any], T]
) -> Connection[T]:
    """The page of a query over what a service lists, as far as the actor may see it."""
    page = await service.page(actor, asked, query)
    return connection_of(page, query, convert, lambda: service.count(actor, query))
