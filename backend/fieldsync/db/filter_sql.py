"""Filters as SQL: predicates over a kind's table that mean what ``core/matching.py`` says, on both databases.

No predicate here is ever NULL, so that its opposite is what one expects.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Integer,
    Table,
    and_,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.engine import Connection

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.filters import (
    OWNER,
    PARTICIPANTS,
    PEOPLE_COLUMNS,
    STATE,
    ColumnType,
    Group,
    Joint,
    Operator,
    Row,
)
from fieldsync.core.matching import BEFORE_AN_ADDRESS, Me, Today, days_of
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import UtcDateTime, table_of
from fieldsync.db.dialect import folded
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.repo.cells import as_text

_NAMES = {OWNER: "owner_id", "createdon": "created_at", "modifiedon": "modified_at"}
"""Attributes whose column is called otherwise here."""
_UNFIT = frozenset({"deletedexceptions", "exceptions"})
_LABELS = {
    OWNER: "Owner",
    STATE: "Status",
    "createdon": "Created On",
    "modifiedon": "Modified On",
    PARTICIPANTS: "Organizer or Attendee",
}


@cache
def filter_columns(kind: RecordKind) -> Mapping[str, ColumnType]:
    """The attributes of a kind that filters can ask for, and what each holds."""
    table = table_of(RECORD_MODELS[kind])
    found = {OWNER: ColumnType.OWNER, STATE: ColumnType.NUMBER}
    found |= {"createdon": ColumnType.TIME, "modifiedon": ColumnType.TIME}
    for field in catalogue().fields(kind):
        found |= {name: _type_of(table.c[name]) for name in field.attributes if name not in _UNFIT}
    if all(name in found for name in PEOPLE_COLUMNS):
        found[PARTICIPANTS] = ColumnType.PARTICIPANTS
    return found


@cache
def filter_labels(kind: RecordKind) -> Mapping[str, str]:
    """What people call these attributes; those behind one field together share its name."""
    labels = {
        name: field.crm_label if len(field.attributes) == 1 else f"{field.crm_label} ({name})"
        for field in catalogue().fields(kind)
        for name in field.attributes
    }
    return labels | _LABELS


def _type_of(column: Column[Any]) -> ColumnType:
    if column.name in PEOPLE_COLUMNS:
        return ColumnType.PEOPLE
    match column.type:
        case UtcDateTime():
            return ColumnType.TIME
        case Date():
            return ColumnType.DATE
        case Boolean():
            return ColumnType.FLAG
        case Integer():
            return ColumnType.NUMBER
        case _:
            return ColumnType.TEXT


def column_of(kind: RecordKind, attribute: str) -> Column[Any]:
    """The column behind an attribute."""
    return table_of(RECORD_MODELS[kind]).c[_NAMES.get(attribute, attribute)]


def cells_of(connection: Connection, kind: RecordKind, record_id: str) -> dict[str, str]:
    """What a record holds in all these attributes, as text; whoever may read it. Empty for one that is not there."""
    names = [name for name, holds in filter_columns(kind).items() if holds is not ColumnType.PARTICIPANTS]
    wanted = select(*(column_of(kind, name) for name in names)).where(column_of(kind, "id") == record_id)
    row = connection.execute(wanted).one_or_none()
    return {} if row is None else {name: as_text(cell) for name, cell in zip(names, row, strict=True)}


def predicate(kind: RecordKind, definition: Group, me: Me, today: Today) -> ColumnElement[bool]:
    """The records that a filter without faults matches."""
    parts = [
        *(_row(table_of(RECORD_MODELS[kind]), kind, row, me, today) for row in definition.rows),
        *(predicate(kind, group, me, today) for group in definition.groups),
    ]
    if not parts:
        return true() if definition.joint is Joint.ALL else false()
    return and_(*parts) if definition.joint is Joint.ALL else or_(*parts)


def _row(table: Table, kind: RecordKind, row: Row, me: Me, today: Today) -> ColumnElement[bool]:
    if row.attribute == PARTICIPANTS:
        return or_(*(_mentions(table.c[name], me.addresses) for name in PEOPLE_COLUMNS))
    column, holds = column_of(kind, row.attribute), filter_columns(kind)[row.attribute]
    match row.operator:
        case Operator.IS_EMPTY:
            return _empty(column, holds)
        case Operator.IS_NOT_EMPTY:
            return not_(_empty(column, holds))
        case Operator.IS_ME:
            return column == me.principal_id if row.attribute == OWNER else _mentions(column, me.addresses)
        case Operator.IS_MY_TEAM:
            return column.in_(sorted(me.team_ids)) if me.team_ids else false()
        case Operator.EQUALS:
            return _equals(column, row.value, holds)
        case Operator.NOT_EQUALS:
            return not_(_equals(column, row.value, holds))
        case Operator.CONTAINS:
            return _text(column).contains(row.value.lower(), autoescape=True)
        case Operator.BEGINS_WITH:
            return _text(column).startswith(row.value.lower(), autoescape=True)
        case Operator.GREATER:
            return and_(column.is_not(None), column > int(row.value))
        case Operator.LESS:
            return and_(column.is_not(None), column < int(row.value))
        case Operator.ON | Operator.BEFORE | Operator.AFTER | Operator.LAST_DAYS | Operator.NEXT_DAYS:
            return _within(column, holds, days_of(row, today), today)


def _text(column: ColumnElement[Any]) -> ColumnElement[str]:
    return folded(func.coalesce(column, ""))


def _empty(column: Column[Any], holds: ColumnType) -> ColumnElement[bool]:
    if holds in (ColumnType.TEXT, ColumnType.PEOPLE):
        return func.coalesce(column, "") == ""
    return column.is_(None)


def _equals(column: Column[Any], value: str, holds: ColumnType) -> ColumnElement[bool]:
    match holds:
        case ColumnType.NUMBER if column.nullable:
            return and_(column.is_not(None), column == int(value))
        case ColumnType.NUMBER:
            return column == int(value)
        case ColumnType.FLAG:
            return func.coalesce(column, false()) == (true() if value == "true" else false())
        case _:
            return _text(column) == value.lower()


def _within(
    column: Column[Any], holds: ColumnType, days: tuple[date | None, date | None], today: Today
) -> ColumnElement[bool]:
    first, beyond = days if holds is ColumnType.DATE else [None if day is None else today.begin(day) for day in days]
    bounds: list[ColumnElement[bool]] = [column.is_not(None)]
    if first is not None:
        bounds.append(column >= first)
    if beyond is not None:
        bounds.append(column < beyond)
    return and_(*bounds)


def _mentions(column: Column[Any], addresses: frozenset[str]) -> ColumnElement[bool]:
    if not addresses:
        return false()
    blank, spaced = literal(" "), _text(column)
    for mark in BEFORE_AN_ADDRESS:
        spaced = func.replace(spaced, mark, " ")
    padded = blank.concat(spaced).concat(blank)
    return or_(*(padded.contains(f" {address} ", autoescape=True) for address in sorted(addresses)))
