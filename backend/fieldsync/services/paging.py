"""Pages of what grows: how many, from where on, and how a place in a list is written down."""

import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from fieldsync.core.rights import Actor
from fieldsync.db.database import Database
from fieldsync.db.repo.list_query import ListQuery, Place
from fieldsync.db.repo.windows import Page, Window, Within, count_in, count_in_each, rows_in, rows_in_each
from fieldsync.errors import FieldWithheld, InvalidInput
from fieldsync.security import gate

__all__ = ["Page", "PageArguments"]

DEFAULT_FIRST = 50
MAX_FIRST = 1000
LONGEST_CURSOR = 4_000


@dataclass(frozen=True, slots=True)
class PageArguments:
    """What a caller says of the page it wants, as Relay's cursor connections have it."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None


def checked_first(first: int | None, default: int = DEFAULT_FIRST, *, name: str = "first") -> int:
    """How many rows to read; raises InvalidInput outside of 0 to 1000."""
    if first is None:
        return default
    if not 0 <= first <= MAX_FIRST:
        raise InvalidInput(f"{name} must lie between 0 and {MAX_FIRST}.", path=(name,))
    return first


def window_of(asked: PageArguments, query: ListQuery) -> Window:
    """The window that the arguments mean; raises InvalidInput for what is no size, no cursor, or both ends at once."""
    if asked.first is not None and asked.last is not None:
        raise InvalidInput("Ask for the first or for the last ones, not for both.", path=("last",))
    backward = asked.last is not None
    size = checked_first(asked.last, name="last") if backward else checked_first(asked.first)
    return Window(size, backward, _place_of(asked.after, query, "after"), _place_of(asked.before, query, "before"))


def cursor_of(query: ListQuery, row: Any) -> str:
    """An opaque mark of a row's place in the order of the query."""
    return base64.urlsafe_b64encode(query.text_of(row).encode()).decode().rstrip("=")


def _place_of(cursor: str | None, query: ListQuery, name: str) -> Place | None:
    if cursor is None:
        return None
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise ValueError("too long for a cursor")
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        return query.place_of(text)
    except (binascii.Error, ValueError, OverflowError) as error:
        raise InvalidInput(
            f"{name} must be a cursor from an answer with this list in the same order.", path=(name,)
        ) from error


async def read_page(database: Database, actor: Actor, asked: PageArguments, query: ListQuery, wanted: Any) -> Page:
    """The page of ``wanted``, which selects what the actor may see; raises InvalidInput, FieldWithheld."""
    window = window_of(asked, query)
    check_guarded(actor, query)
    return await database.read(lambda connection: rows_in(connection, wanted, query, window))


async def count_all(database: Database, actor: Actor, query: ListQuery, wanted: Any) -> int:
    """How many rows of ``wanted``, which selects what the actor may see, the list has; raises FieldWithheld."""
    check_guarded(actor, query)
    return await database.read(lambda connection: count_in(connection, wanted, query))


async def read_each(
    database: Database, actor: Actor, asked: PageArguments, query: ListQuery, within: Within, ids: Collection[str]
) -> dict[str, Page]:
    """A page of the list within each of these objects, with one look; raises InvalidInput, FieldWithheld."""
    window = window_of(asked, query)
    check_guarded(actor, query)
    return await database.read(lambda connection: rows_in_each(connection, within, query, window, set(ids)))


async def count_each(
    database: Database, actor: Actor, query: ListQuery, within: Within, ids: Collection[str]
) -> dict[str, int]:
    """How many rows the list within each of these objects has; raises FieldWithheld."""
    check_guarded(actor, query)
    return await database.read(lambda connection: count_in_each(connection, within, query, set(ids)))


def check_guarded(actor: Actor, query: ListQuery) -> None:
    """What shows of some rows only can be neither searched nor sorted by: the answer would tell the rest."""
    if gate.sees_everybody(actor):
        return
    for name in sorted(query.attributes & query.listing.guarded):
        raise FieldWithheld(
            f"{name} is withheld from you where you do not see the record, so this list can be neither filtered nor "
            "sorted by it; only administrators can.",
            path=("orderBy" if name == query.order else "filter", name),
        )
