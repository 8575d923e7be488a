"""Nodes and connections, after the Relay conventions."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

import strawberry

from fieldsync.core.values import RecordKind
from fieldsync.services.paging import Page, cursor_of
from fieldsync.services.records import SeenRows

T = TypeVar("T")


@strawberry.interface(description="A thing with an identity.")
class Node:
    id: strawberry.ID = strawberry.field(description="Names this thing in the whole product; begins with its type.")


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follow.")
    has_previous_page: bool = strawberry.field(description="Whether some come before; true after a cursor.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first one; null on an empty page.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last one, to be sent as `after` for the next page; null on an empty page."
    )


@strawberry.type(description="One line of a page.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Marks this place in the list.")
    node: T = strawberry.field(description="What is listed.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    keys: strawberry.Private[Sequence[str]]
    page: strawberry.Private[Page]
    counter: strawberry.Private[Callable[[], Awaitable[int]]]
    nodes: list[T] = strawberry.field(description="What is listed, without the cursors.")

    @strawberry.field(description="What is listed, each with its cursor.")
    def edges(self) -> list[Edge[T]]:
        return [Edge(cursor=cursor_of(key), node=node) for key, node in zip(self.keys, self.nodes, strict=True)]

    @strawberry.field(description="Where this page lies in the list.")
    def page_info(self) -> PageInfo:
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=cursor_of(self.keys[0]) if self.keys else None,
            end_cursor=cursor_of(self.keys[-1]) if self.keys else None,
        )

    @strawberry.field(description="How many there are in the whole list.")
    async def total_count(self) -> int:
        return await self.counter()


def connection_of(
    page: Page,
    convert: Callable[[Any], T],
    counter: Callable[[], Awaitable[int]],
    key: Callable[[Any], str] = lambda row: row.id,
) -> Connection[T]:
    """A connection over the rows of a page; ``counter`` is only asked when totalCount is.

    Rows of contacts that a plan reads for itself stay rows.
    """
    rows: Any = page.rows
    stay = isinstance(rows, SeenRows) and rows.columns is not None and rows.kind is RecordKind.CONTACT
    nodes: Any = rows if stay else [convert(row) for row in rows]
    return Connection(
        keys=_Keys(rows, key),
        page=page,
        counter=counter,
        nodes=nodes,
    )


class _Keys(Sequence[str]):
    """The keys of rows, made when they are asked for."""

    def __init__(self, rows: Sequence[Any], key: Callable[[Any], str]) -> None:
        self._rows = rows
        self._key = key

    def __getitem__(self, index: Any) -> Any:
        return self._key(self._rows[index])

    def __len__(self) -> int:
        return len(self._rows)
