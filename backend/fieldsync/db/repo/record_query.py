"""Which records of a kind, in which order: conditions over single attributes, and places in a sorted list."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Boolean, Column, ColumnElement, Date, Integer, Table, and_, func, literal, or_
from sqlalchemy.sql import operators

from fieldsync.core.values import RecordKind
from fieldsync.db.columns import UtcDateTime, table_of
from fieldsync.db.dialect import folded
from fieldsync.db.records import RECORD_MODELS

MODIFIED = "modified_at"


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
class RecordQuery:
    """All conditions must hold. ``order`` is an attribute, MODIFIED, or None for the order in which they were made."""

    kind: RecordKind
    conditions: tuple[Condition, ...] = ()
    order: str | None = None
    descending: bool = False

    @property
    def table(self) -> Table:
        return table_of(RECORD_MODELS[self.kind])

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes that the answer would tell something about."""
        named = {condition.attribute for condition in self.conditions}
        return frozenset(named | ({self.order} if self.order not in (None, MODIFIED) else set()))

    def where(self) -> list[ColumnElement[bool]]:
        return [_where(self.table, condition) for condition in self.conditions]

    def sort_key(self) -> ColumnElement[Any] | None:
        """What is sorted by before the id; None for the id alone. What has no value comes first."""
        if self.order is None:
            return None
        column = self.table.c[self.order]
        if self.order == MODIFIED:
            return column
        least = _least(column)
        if least is None:
            return func.coalesce(folded(column), "")
        return func.coalesce(column, literal(least, type_=column.type))

    def after(self, place: "Place") -> ColumnElement[bool]:
        """The rows behind a place in this order."""
        beyond = operators.lt if self.descending else operators.gt
        key = self.sort_key()
        if key is None:
            return beyond(self.table.c.id, place.id)
        return or_(beyond(key, place.key), and_(key == place.key, beyond(self.table.c.id, place.id)))

    def order_by(self) -> list[Any]:
        key = self.sort_key()
        columns = [self.table.c.id] if key is None else [key, self.table.c.id]
        return [column.desc() if self.descending else column.asc() for column in columns]

    def place_of(self, text: str) -> "Place":
        """The place that ``text_of`` wrote down in this order; raises ValueError for any other text."""
        if self.order is None:
            return Place(text)
        found = json.loads(text)
        if not isinstance(found, list) or len(found) != 2 or not all(isinstance(part, str) for part in found):
            raise ValueError("not a place in this order")
        return Place(found[1], _key_of(self.table.c[self.order], found[0]))

    def text_of(self, row: Any) -> str:
        """A row's place in this order as text."""
        if self.order is None:
            return row.id
        key = row.sort_key
        return json.dumps([key.isoformat() if isinstance(key, date) else str(key), row.id], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a sorted list: the key it is sorted by, and the id that tells equal keys apart."""

    id: str
    key: Any = None


def _least(column: Column[Any]) -> Any:
    """What stands for no value when sorting; None for texts."""
    match column.type:
        case UtcDateTime():
            return datetime.min.replace(tzinfo=UTC)
        case Date():
            return date.min
        case Integer() | Boolean():
            return -1
        case _:
            return None


def _key_of(column: Column[Any], text: str) -> Any:
    """The key that was written down as ``text``; raises ValueError."""
    match column.type:
        case UtcDateTime():
            at = datetime.fromisoformat(text)
            if at.tzinfo is None:
                raise ValueError("a time without a zone is no place")
            return at
        case Date():
            return date.fromisoformat(text)
        case Integer():
            return int(text)
        case _:
            return text


def _where(table: Table, condition: Condition) -> ColumnElement[bool]:
    column, value = table.c[condition.attribute], condition.value
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
