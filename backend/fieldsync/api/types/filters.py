"""Conditions on one field by what it holds: inputs that lists are filtered with, and the conditions that they mean."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeAlias

import strawberry

from fieldsync.api.activity_enums import Weekday
from fieldsync.api.errors import parse_id
from fieldsync.db.repo.list_query import Condition, Operator
from fieldsync.errors import InvalidInput

LONGEST_TEXT = 1_000
"""How long a text may be that others are compared with."""
EMPTY = "Whether there is none."

OPERATORS = {
    "equals": Operator.EQUALS,
    "not_equals": Operator.NOT_EQUALS,
    "in_": Operator.IN,
    "not_in": Operator.NOT_IN,
    "contains": Operator.CONTAINS,
    "starts_with": Operator.STARTS_WITH,
    "ends_with": Operator.ENDS_WITH,
    "before": Operator.LESS,
    "less_than": Operator.LESS,
    "on_or_before": Operator.AT_MOST,
    "at_most": Operator.AT_MOST,
    "after": Operator.GREATER,
    "greater_than": Operator.GREATER,
    "on_or_after": Operator.AT_LEAST,
    "at_least": Operator.AT_LEAST,
    "includes": Operator.HAS_BITS,
    "is_empty": Operator.IS_EMPTY,
}
"""What the fields of the inputs below mean."""


def _field(description: str, name: str | None = None) -> Any:
    return strawberry.field(description=description, name=name, default=None)


@strawberry.input(description="Conditions on a text; all that are given must hold.")
class TextFilter:
    equals: str | None = _field("Exactly this text.")
    not_equals: str | None = _field("Anything but exactly this text; none at all counts too.")
    in_: list[str] | None = _field("Exactly one of these texts.", "in")
    contains: str | None = _field("This text somewhere in it; capitals or not.")
    starts_with: str | None = _field("This text at its beginning; capitals or not.")
    ends_with: str | None = _field("This text at its end; capitals or not.")
    is_empty: bool | None = _field(EMPTY)


@strawberry.input(description="Conditions on a date; all that are given must hold.")
class DateFilter:
    equals: date | None = _field("This day.")
    not_equals: date | None = _field("Any day but this; none at all counts too.")
    in_: list[date] | None = _field("One of these days.", "in")
    before: date | None = _field("An earlier day than this.")
    after: date | None = _field("A later day than this.")
    on_or_after: date | None = _field("This day or a later one.")
    on_or_before: date | None = _field("This day or an earlier one.")
    is_empty: bool | None = _field(EMPTY)


@strawberry.input(description="Conditions on a point in time; all that are given must hold.")
class TimeFilter:
    equals: datetime | None = _field("Exactly then.")
    not_equals: datetime | None = _field("At any other time; none at all counts too.")
    in_: list[datetime] | None = _field("Exactly at one of these times.", "in")
    before: datetime | None = _field("Before that.")
    after: datetime | None = _field("After that.")
    on_or_after: datetime | None = _field("Then or later.")
    on_or_before: datetime | None = _field("Then or earlier.")
    is_empty: bool | None = _field(EMPTY)


@strawberry.input(description="Conditions on a number; all that are given must hold.")
class IntFilter:
    equals: int | None = _field("This number.")
    not_equals: int | None = _field("Any number but this; none at all counts too.")
    in_: list[int] | None = _field("One of these numbers.", "in")
    less_than: int | None = _field("Less than this.")
    at_most: int | None = _field("This or less.")
    greater_than: int | None = _field("More than this.")
    at_least: int | None = _field("This or more.")
    is_empty: bool | None = _field(EMPTY)


@strawberry.input(description="Conditions on a yes or no; all that are given must hold.")
class BooleanFilter:
    equals: bool | None = _field("Whether it is so.")
    is_empty: bool | None = _field("Whether nobody said.")


@strawberry.input(description="Conditions on the id of something; all that are given must hold.")
class IdFilter:
    equals: strawberry.ID | None = _field("This one.")
    not_equals: strawberry.ID | None = _field("Any but this; none at all counts too.")
    in_: list[strawberry.ID] | None = _field("One of these.", "in")
    not_in: list[strawberry.ID] | None = _field("None of these.")
    is_empty: bool | None = _field(EMPTY)


@strawberry.input(description="Conditions on weekdays; all that are given must hold.")
class WeekdaysFilter:
    includes: list[Weekday] | None = _field("All of these days are among them.")
    is_empty: bool | None = _field(EMPTY)


@strawberry.input(description="Whether something is there.")
class PresenceFilter:
    is_empty: bool | None = _field(EMPTY)


@cache
def enum_filter(enum: type[Enum]) -> type:
    """The input that a field of this enum is filtered with."""
    name = enum.__strawberry_definition__.name  # pyright: ignore[reportAttributeAccessIssue]

    class Filter:
        equals: enum | None = _field("This one.")  # pyright: ignore[reportInvalidTypeForm]
        not_equals: enum | None = _field("Any but this; none at all counts too.")  # pyright: ignore[reportInvalidTypeForm]
        in_: list[enum] | None = _field("One of these.", "in")  # pyright: ignore[reportInvalidTypeForm]
        not_in: list[enum] | None = _field("None of these; none at all counts too.")  # pyright: ignore[reportInvalidTypeForm]
        is_empty: bool | None = _field(EMPTY)

    Filter.__name__ = Filter.__qualname__ = f"{name}Filter"
    return strawberry.input(Filter, description=f"Conditions on a {name}; all that are given must hold.")


Path: TypeAlias = tuple[str, ...]


def conditions_in(given: Any, attribute: str, ids: str, path: Path) -> Iterator[Condition]:
    """What an input means for an attribute; ``ids`` is what its ids begin with, if it holds ids.

    Raises InvalidInput, NotFound.
    """
    for name, operator in OPERATORS.items():
        value = getattr(given, name, None)
        if value is None:
            continue
        if isinstance(value, list):
            values = tuple(_stored(one, ids, path) for one in value)
            yield Condition(attribute, operator, sum(values) if operator is Operator.HAS_BITS else values)
        else:
            yield Condition(attribute, operator, _stored(value, ids, path))


def _stored(value: Any, ids: str, path: Path) -> Any:
    """A value as columns hold it."""
    convert: Callable[[Any, str, Path], Any] | None = _CONVERTED.get(type(value))
    if convert is not None:
        return convert(value, ids, path)
    return value.value if isinstance(value, Enum) else value


def _text(value: str, ids: str, path: Path) -> str:
    if ids:
        value = value.partition(":")[2] if ids == ANY_RECORD else parse_id(ids, value, *path)
    if len(value) > LONGEST_TEXT or "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise InvalidInput(f"Compare with at most {LONGEST_TEXT} characters, none of which is NUL.", path=path)
    return value


def _time(value: datetime, _ids: str, path: Path) -> datetime:
    if value.tzinfo is None:
        raise InvalidInput("A time says where it is, as 2026-03-01T09:00:00Z does.", path=path)
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise InvalidInput("This time is out of reach.", path=path) from error


_CONVERTED: dict[type, Callable[[Any, str, Path], Any]] = {str: _text, datetime: _time}
ANY_RECORD = "record"
"""For ids of records of whatever kind: what is before the colon says of which."""
