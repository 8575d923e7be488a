"""Whether a record matches a filter: the meaning of ``core/filters.py``, row by row.

``cells`` give a record's columns as text, as the parts of values do; what is missing is empty. The SQL of
``db/filter_sql.py`` says the same, which a property test holds it to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from fieldsync.core.filters import (
    OWNER,
    PARTICIPANTS,
    PEOPLE_COLUMNS,
    ColumnType,
    Group,
    Joint,
    Operator,
    Row,
)

BEFORE_AN_ADDRESS = ("mailto:", "<", ">", ";", ",", "\t", "\r", "\n")
"""What may stand around an address in a text of people; as good as a blank."""


@dataclass(frozen=True, slots=True)
class Me:
    """Whose filter it is: the owner of the mailbox, with teams and mail addresses (in lower case)."""

    principal_id: str
    team_ids: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Today:
    """The day that relative dates count from, in the zone of the mailbox."""

    day: date
    zone: tzinfo = UTC

    @classmethod
    def of(cls, now: datetime, zone: tzinfo = UTC) -> "Today":
        return cls(now.astimezone(zone).date(), zone)

    def begin(self, day: date) -> datetime:
        """When a day begins."""
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)


def days_of(row: Row, today: Today) -> tuple[date | None, date | None]:
    """The first day that a row of dates lets pass and the first that it no longer does; None is without end."""
    one = timedelta(days=1)
    match row.operator:
        case Operator.LAST_DAYS:
            return today.day - timedelta(days=int(row.value)), today.day + one
        case Operator.NEXT_DAYS:
            return today.day, today.day + timedelta(days=int(row.value)) + one
        case Operator.ON:
            return date.fromisoformat(row.value), date.fromisoformat(row.value) + one
        case Operator.BEFORE:
            return None, date.fromisoformat(row.value)
        case Operator.AFTER:
            return date.fromisoformat(row.value) + one, None
        case _:
            raise ValueError(f"{row.operator.value} compares no days")


def evaluate(
    definition: Group, columns: Mapping[str, ColumnType], cells: Mapping[str, str], me: Me, today: Today
) -> bool:
    """Whether a record with these cells matches a filter without faults."""
    parts = (
        *(_holds(row, columns[row.attribute], cells, me, today) for row in definition.rows),
        *(evaluate(group, columns, cells, me, today) for group in definition.groups),
    )
    return all(parts) if definition.joint is Joint.ALL else any(parts)


def _holds(row: Row, kind: ColumnType, cells: Mapping[str, str], me: Me, today: Today) -> bool:
    if row.attribute == PARTICIPANTS:
        return any(mentions(cells.get(name, ""), me.addresses) for name in PEOPLE_COLUMNS)
    cell = cells.get(row.attribute, "")
    match row.operator:
        case Operator.IS_EMPTY:
            return not cell
        case Operator.IS_NOT_EMPTY:
            return bool(cell)
        case Operator.IS_ME:
            return cell == me.principal_id if row.attribute == OWNER else mentions(cell, me.addresses)
        case Operator.IS_MY_TEAM:
            return cell in me.team_ids
        case Operator.EQUALS:
            return _equals(cell, row.value, kind)
        case Operator.NOT_EQUALS:
            return not _equals(cell, row.value, kind)
        case Operator.CONTAINS:
            return row.value.lower() in cell.lower()
        case Operator.BEGINS_WITH:
            return cell.lower().startswith(row.value.lower())
        case Operator.GREATER:
            return bool(cell) and int(cell) > int(row.value)
        case Operator.LESS:
            return bool(cell) and int(cell) < int(row.value)
        case Operator.ON | Operator.BEFORE | Operator.AFTER | Operator.LAST_DAYS | Operator.NEXT_DAYS:
            return bool(cell) and _within(cell, kind, days_of(row, today), today)


def _equals(cell: str, value: str, kind: ColumnType) -> bool:
    match kind:
        case ColumnType.NUMBER:
            return bool(cell) and int(cell) == int(value)
        case ColumnType.FLAG:
            return (cell or "false") == value
        case _:
            return cell.lower() == value.lower()


def _within(cell: str, kind: ColumnType, days: tuple[date | None, date | None], today: Today) -> bool:
    first, beyond = days
    if kind is ColumnType.DATE:
        day = date.fromisoformat(cell)
        return (first is None or day >= first) and (beyond is None or day < beyond)
    moment = datetime.fromisoformat(cell)
    return (first is None or moment >= today.begin(first)) and (beyond is None or moment < today.begin(beyond))


def mentions(text: str, addresses: frozenset[str]) -> bool:
    """Whether one of these addresses stands in a text of people such as ``Ada <ada@example.com>; bob@example.com``."""
    if not addresses:
        return False
    spaced = text.lower()
    for mark in BEFORE_AN_ADDRESS:
        spaced = spaced.replace(mark, " ")
    spaced = f" {spaced} "
    return any(f" {address} " in spaced for address in addresses)
