"""What lists are sorted by: keys that are never NULL and sort alike on both databases, and keys as text and back."""

from datetime import UTC, date, datetime
from typing import Any

import orjson
from sqlalchemy import Boolean, ColumnElement, Date, Integer, case, func, literal
from sqlalchemy.types import TypeEngine

from fieldsync.db.columns import UtcDateTime
from fieldsync.db.dialect import folded

LEAST = -(2**31)
"""Stands for no number; columns of numbers hold 32 bits."""
FIRST_TIME = datetime.min.replace(tzinfo=UTC)
SORTED_BY = 200
"""Long texts are sorted by so many of their first characters: a cursor holds them."""
LONGEST_ID = 120


def sort_key(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """What a list is sorted by for a column: what is empty comes first, and texts sort in lower case by code point."""
    if getattr(column, "nullable", True) is False and isinstance(column.type, (UtcDateTime, Date, Integer)):
        return column
    match column.type:
        case UtcDateTime():
            return func.coalesce(column, literal(FIRST_TIME, type_=column.type))
        case Date():
            return func.coalesce(column, literal(date.min, type_=column.type))
        case Boolean():
            return case((column.is_(True), 1), (column.is_(False), 0), else_=-1)
        case Integer():
            return func.coalesce(column, literal(LEAST, type_=column.type))
        case _:
            text = func.coalesce(folded(column), "")
            short = 0 < (getattr(column.type, "length", None) or 0) <= SORTED_BY
            return text if short else func.substr(text, 1, SORTED_BY, type_=text.type)


def text_of(key: ColumnElement[Any] | None, value: Any, row_id: Any) -> str:
    """A key's value and an id as text; the id alone where there is no key."""
    if key is None:
        return str(row_id)
    shown = value.isoformat() if isinstance(value, date) else value
    return orjson.dumps([shown, str(row_id)]).decode()


def key_of(key: ColumnElement[Any] | None, text: str) -> tuple[Any, str]:
    """The value and the id that ``text_of`` wrote down for this key; raises ValueError for any other text."""
    if key is None:
        return None, _checked(text)
    found = orjson.loads(text)
    if not isinstance(found, list) or len(found) != 2 or not isinstance(found[1], str):
        raise ValueError("no place in a sorted list")
    return _value(key.type, found[0]), _checked(found[1])


def _checked(text: str) -> str:
    if not text or len(text) > LONGEST_ID or "\x00" in text:
        raise ValueError("no id")
    return text


def _value(of: TypeEngine[Any], found: Any) -> Any:
    match of:
        case Integer():
            if type(found) is not int or not LEAST <= found < 2**31:
                raise ValueError("no number")
            return found
        case UtcDateTime():
            at = datetime.fromisoformat(found) if isinstance(found, str) else None
            if at is None or at.utcoffset() != UTC.utcoffset(None):
                raise ValueError("no time in UTC")
            return at
        case Date():
            if not isinstance(found, str):
                raise ValueError("no date")
            return date.fromisoformat(found)
        case _:
            if not isinstance(found, str) or "\x00" in found:
                raise ValueError("no text")
            return found
