"""Which rows of a list, in which order: conditions joined by and, or and not, and places in a sorted list.

No predicate made here is ever NULL, so that its opposite is what one expects: what is empty equals nothing, contains
nothing and is neither before nor after anything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from hashlib import blake2s
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Integer, Table, and_, false, not_, or_, true

from fieldsync.db.dialect import folded
from fieldsync.db.repo.sort_keys import key_of, sort_key, text_of


class Operator(Enum):
    """How a value is compared; CONTAINS, STARTS_WITH and ENDS_WITH do not tell capitals from small letters."""

    EQUALS = "EQUALS"
    NOT_EQUALS = "NOT_EQUALS"
    IN = "IN"
    NOT_IN = "NOT_IN"
    CONTAINS = "CONTAINS"
    STARTS_WITH = "STARTS_WITH"
    ENDS_WITH = "ENDS_WITH"
    LESS = "LESS"
    AT_MOST = "AT_MOST"
    GREATER = "GREATER"
    AT_LEAST = "AT_LEAST"
    HAS_BITS = "HAS_BITS"
    IS_EMPTY = "IS_EMPTY"


@dataclass(frozen=True, slots=True)
class Condition:
    """One attribute compared with one value; a tuple of values for IN and NOT_IN."""

    attribute: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class Every:
    """All of these; without any, everything."""

    parts: tuple["Term", ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """One of these at least; without any, nothing."""

    parts: tuple["Term", ...] = ()


@dataclass(frozen=True, slots=True)
class Opposite:
    """Whatever ``part`` is not."""

    part: "Term"


Term: TypeAlias = Condition | Every | Some | Opposite
EVERYTHING = Every()


@dataclass(frozen=True, eq=False, slots=True)
class Listing:
    """A list: its name, what tells its rows apart, and its attributes in SQL.

    ``id`` is what rows are sorted by unless somebody asks for another order, or there is a ``usual_order``, and always
    in the end. What is ``guarded`` shows of some rows only, so it is neither filtered nor sorted by, but for those who
    see everything.
    """

    name: str
    id: ColumnElement[Any]
    columns: Mapping[str, ColumnElement[Any]]
    guarded: frozenset[str] = frozenset()
    newest_first: bool = False
    usual_order: str | None = None


def listing(
    name: str,
    table: Table,
    *,
    guarded: frozenset[str] = frozenset(),
    newest_first: bool = False,
    usual_order: str | None = None,
    **computed: ColumnElement[Any],
) -> Listing:
    """The list of a table's rows: its columns, and attributes that are computed from them."""
    return Listing(name, table.c.id, {**table.columns, **computed}, guarded, newest_first, usual_order)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a sorted list: the key it is sorted by, and the id that tells equal keys apart."""

    id: Any
    key: Any = None


@dataclass(frozen=True, slots=True)
class ListQuery:
    """``order`` is an attribute, or None for the order in which the rows were made."""

    listing: Listing
    term: Term = EVERYTHING
    order: str | None = None
    descending: bool = False

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes that the answer would tell something about."""
        named = set(_named(self.term))
        return frozenset(named if self.order is None else named | {self.order})

    def where(self) -> ColumnElement[bool]:
        return _where(self.listing, self.term)

    def sort_key(self) -> ColumnElement[Any] | None:
        """What is sorted by before the id; None for the id alone. It is never NULL: what is empty comes first."""
        return None if self.order is None else sort_key(self.listing.columns[self.order])

    def place(self, row: Any) -> Place:
        """A row's place in this order; the row holds its key as ``sort_key``."""
        row_id = getattr(row, self.listing.id.key or "id")
        return Place(row_id) if self.order is None else Place(row_id, row.sort_key)

    def text_of(self, row: Any) -> str:
        """A row's place in this order as text, which says of which list and order it is."""
        place = self.place(row)
        return f"{_mark(self.listing.name, self.order, self.descending)}{text_of(self.sort_key(), place.key, place.id)}"

    def place_of(self, text: str) -> Place:
        """The place that ``text_of`` wrote down in this order; raises ValueError for any other text."""
        mark = _mark(self.listing.name, self.order, self.descending)
        if not text.startswith(mark):
            raise ValueError("a place in another list, or in another order")
        key, row_id = key_of(self.sort_key(), text[len(mark) :])
        if not isinstance(self.listing.id.type, Integer):
            return Place(row_id, key)
        if not (row_id.isascii() and row_id.isdigit() and len(row_id) < 10):
            raise ValueError("no place in this list")
        return Place(int(row_id), key)


@lru_cache(maxsize=1024)
def _mark(name: str, order: str | None, descending: bool) -> str:
    """Ten characters that no other list and no other order has, but by chance."""
    return blake2s(f"{name} {order} {descending}".encode(), digest_size=5).hexdigest()


def _named(term: Term) -> Iterator[str]:
    match term:
        case Condition(attribute=attribute):
            yield attribute
        case Opposite(part=part):
            yield from _named(part)
        case Every(parts=parts) | Some(parts=parts):
            for part in parts:
                yield from _named(part)


def _where(within: Listing, term: Term) -> ColumnElement[bool]:
    match term:
        case Condition():
            return _compared(within.columns[term.attribute], term.operator, term.value)
        case Opposite(part=part):
            return not_(_where(within, part))
        case Every(parts=parts):
            return and_(*(_where(within, part) for part in parts)) if parts else true()
        case Some(parts=parts):
            return or_(*(_where(within, part) for part in parts)) if parts else false()


def _compared(column: ColumnElement[Any], operator: Operator, value: Any) -> ColumnElement[bool]:
    match operator:
        case Operator.IS_EMPTY:
            return column.is_(None) if value else column.is_not(None)
        case Operator.NOT_EQUALS:
            return not_(_compared(column, Operator.EQUALS, value))
        case Operator.NOT_IN:
            return not_(_compared(column, Operator.IN, value))
        case Operator.IN if not value:
            return false()
        case Operator.EQUALS if isinstance(value, bool):
            return column.is_(value)
        case _:
            found = _holds(column, operator, value)
            return and_(column.is_not(None), found) if getattr(column, "nullable", True) else found


def _holds(column: ColumnElement[Any], operator: Operator, value: Any) -> ColumnElement[bool]:
    """A comparison that is NULL where there is nothing to compare."""
    match operator:
        case Operator.EQUALS:
            return column == value
        case Operator.IN:
            return column.in_(value)
        case Operator.CONTAINS:
            return folded(column).contains(value.lower(), autoescape=True)
        case Operator.STARTS_WITH:
            return folded(column).startswith(value.lower(), autoescape=True)
        case Operator.ENDS_WITH:
            return folded(column).endswith(value.lower(), autoescape=True)
        case Operator.LESS:
            return column < value
        case Operator.AT_MOST:
            return column <= value
        case Operator.GREATER:
            return column > value
        case Operator.AT_LEAST:
            return column >= value
        case Operator.HAS_BITS:
            return column.op("&")(value) == value
        case _:
            raise ValueError(f"{operator} is made of others")
