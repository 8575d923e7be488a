"""Pages of what grows: how many, after which, and how a place in a list is written down."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fieldsync.db.database import Database
from fieldsync.errors import InvalidInput

DEFAULT_FIRST = 50
MAX_FIRST = 1000
LONGEST_KEY = 100_500  # the longest text that can be sorted by, with an id


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, and whether there are more on either side."""

    rows: Sequence[Any]
    has_next: bool
    has_previous: bool


def checked_first(first: int | None, default: int = DEFAULT_FIRST) -> int:
    """How many rows to read; raises InvalidInput outside of 0 to 1000."""
    if first is None:
        return default
    if not 0 <= first <= MAX_FIRST:
        raise InvalidInput(f"first must lie between 0 and {MAX_FIRST}.", path=("first",))
    return first


def cursor_of(key: str) -> str:
    """An opaque mark of the row with this key."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def key_of(cursor: str | None) -> str | None:
    """The key behind a cursor; raises InvalidInput for what is none."""
    if cursor is None:
        return None
    try:
        key = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("after must be a cursor from an earlier answer.", path=("after",)) from error
    if not key or len(key) > LONGEST_KEY or "\x00" in key:
        raise InvalidInput("after must be a cursor from an earlier answer.", path=("after",))
    return key


async def read_page(
    database: Database, first: int | None, after: str | None, fetch: Callable[..., Sequence[Any]]
) -> Page:
    """A page of what ``fetch(connection, first=…, after=…)`` finds: rows after a key, up to one more than ``first``.

    Raises InvalidInput for what is no size or no cursor.
    """
    size, key = checked_first(first), key_of(after)
    found = await database.read(lambda connection: fetch(connection, first=size, after=key))
    return page_of(found, size, after)


def page_of(rows: Sequence[Any], first: int, after: str | None) -> Page:
    """A page from rows of which one more than ``first`` was asked for."""
    return Page(rows[:first], has_next=len(rows) > first, has_previous=after is not None)
