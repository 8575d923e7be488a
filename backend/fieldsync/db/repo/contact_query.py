"""Which contacts, in which order: conditions over single attributes, and places in a sorted list."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy.sql import operators

from fieldsync.db.columns import table_of
from fieldsync.db.dialect import folded
from fieldsync.db.records import Contact

_table = table_of(Contact)
MODIFIED = "modified_at"
_EARLIEST = date(1, 1, 1)


class Operator(Enum):
    """How a value is compared; CONTAINS and STARTS_WITH do not tell capitals from small letters."""

    EQUALS = "EQUALS"
    CONTAINS = "CONTAINS"
    STARTS_WITH = "STARTS_WITH"
    ON_OR_AFTER = "ON_OR_AFTER"
    ON_OR_BEFORE = "ON_OR_BEFORE"
    IS_EMPTY = "IS_EMPTY"


@dataclass(frozen=True, slots=True)
class Condition:
    """One attribute compared with one value."""

    attribute: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """All conditions must hold. ``order`` is an attribute, MODIFIED, or None for the order in which they were made."""

    conditions: tuple[Condition, ...] = ()
    order: str | None = None
    descending: bool = False

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes that the answer would tell something about."""
        named = {condition.attribute for condition in self.conditions}
        return frozenset(named | ({self.order} if self.order not in (None, MODIFIED) else set()))

    def where(self) -> list[ColumnElement[bool]]:
        return [_where(condition) for condition in self.conditions]

    def sort_key(self) -> ColumnElement[Any] | None:
        """What is sorted by before the id; None for the id alone."""
        if self.order is None:
            return None
        column = _table.c[self.order]
        if self.order == MODIFIED:
            return column
        return func.coalesce(column, _EARLIEST) if _is_date(column) else func.coalesce(folded(column), "")

    def after(self, place: "Place") -> ColumnElement[bool]:
        """The rows behind a place in this order."""
        beyond = operators.lt if self.descending else operators.gt
        key = self.sort_key()
        if key is None:
            return beyond(_table.c.id, place.id)
        return or_(beyond(key, place.key), and_(key == place.key, beyond(_table.c.id, place.id)))

    def order_by(self) -> list[Any]:
        key = self.sort_key()
        columns = [_table.c.id] if key is None else [key, _table.c.id]
        return [column.desc() if self.descending else column.asc() for column in columns]

    def place_of(self, text: str) -> "Place":
        """The place that ``text_of`` wrote down in this order; raises ValueError for any other text."""
        if self.order is None:
            return Place(text)
        found = json.loads(text)
        if not isinstance(found, list) or len(found) != 2 or not all(isinstance(part, str) for part in found):
            raise ValueError("not a place in this order")
        key: Any = found[0]
        if self.order == MODIFIED:
            key = datetime.fromisoformat(key)
        elif _is_date(_table.c[self.order]):
            key = date.fromisoformat(key)
        return Place(found[1], key)

    def text_of(self, row: Any) -> str:
        """A row's place in this order as text."""
        if self.order is None:
            return row.id
        key = row.sort_key
        return json.dumps([key.isoformat() if isinstance(key, date) else key, row.id], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a sorted list: the key it is sorted by, and the id that tells equal keys apart."""

    id: str
    key: Any = None


EVERYTHING = ContactQuery()


def _is_date(column: Any) -> bool:
    return column.type.python_type is date


def _where(condition: Condition) -> ColumnElement[bool]:
    column, value = _table.c[condition.attribute], condition.value
    match condition.operator:
        case Operator.EQUALS:
            return column == value
        case Operator.CONTAINS:
            return folded(column).contains(value.lower(), autoescape=True)
        case Operator.STARTS_WITH:
            return folded(column).startswith(value.lower(), autoescape=True)
        case Operator.ON_OR_AFTER:
            return column >= value
        case Operator.ON_OR_BEFORE:
            return column <= value
        case Operator.IS_EMPTY:
            empty = column.is_(None)
            return empty if value else ~empty


def conditions(attribute: str, comparisons: Sequence[tuple[Operator, Any]]) -> list[Condition]:
    """The conditions of one attribute; comparisons without a value are left out."""
    return [Condition(attribute, operator, value) for operator, value in comparisons if value is not None]
