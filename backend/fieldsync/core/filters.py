"""Filters: which records of a kind travel to a mailbox, as rows of attribute, operator and value in AND/OR groups.

Source: behaviours F1, F5, F7. A definition is plain data that can be stored, shown, evaluated here
(``core/matching.py``) and turned into SQL (``db/filter_sql.py``); all of them mean the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

MAX_DEPTH = 4
MAX_ROWS = 50
MAX_TEXT = 400
MAX_DAYS = 3650
YEARS = range(1800, 2200)


class ColumnType(Enum):
    """What an attribute holds, which says how it can be compared."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    FLAG = "FLAG"
    DATE = "DATE"
    TIME = "TIME"
    OWNER = "OWNER"
    PEOPLE = "PEOPLE"
    PARTICIPANTS = "PARTICIPANTS"


class Operator(Enum):
    """How an attribute is compared. Texts are compared without regard to capitals.

    NOT_EQUALS is the very opposite of EQUALS, so an empty attribute is not equal to any value. Days are those of the
    mailbox's time zone: LAST_DAYS n holds from n days ago to today, NEXT_DAYS n from today to n days ahead.
    """

    EQUALS = "EQUALS"
    NOT_EQUALS = "NOT_EQUALS"
    CONTAINS = "CONTAINS"
    BEGINS_WITH = "BEGINS_WITH"
    IS_EMPTY = "IS_EMPTY"
    IS_NOT_EMPTY = "IS_NOT_EMPTY"
    GREATER = "GREATER"
    LESS = "LESS"
    ON = "ON"
    BEFORE = "BEFORE"
    AFTER = "AFTER"
    LAST_DAYS = "LAST_DAYS"
    NEXT_DAYS = "NEXT_DAYS"
    IS_ME = "IS_ME"
    IS_MY_TEAM = "IS_MY_TEAM"


class Joint(Enum):
    """How the parts of a group belong together: all must hold, or any one of them."""

    ALL = "ALL"
    ANY = "ANY"


_EMPTINESS = (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY)
_TEXT = (Operator.EQUALS, Operator.NOT_EQUALS, Operator.CONTAINS, Operator.BEGINS_WITH, *_EMPTINESS)
_DAYS = (Operator.ON, Operator.BEFORE, Operator.AFTER, Operator.LAST_DAYS, Operator.NEXT_DAYS, *_EMPTINESS)
OPERATORS: Mapping[ColumnType, tuple[Operator, ...]] = {
    ColumnType.TEXT: _TEXT,
    ColumnType.NUMBER: (Operator.EQUALS, Operator.NOT_EQUALS, Operator.GREATER, Operator.LESS, *_EMPTINESS),
    ColumnType.FLAG: (Operator.EQUALS, Operator.NOT_EQUALS),
    ColumnType.DATE: _DAYS,
    ColumnType.TIME: _DAYS,
    ColumnType.OWNER: (Operator.IS_ME, Operator.IS_MY_TEAM),
    ColumnType.PEOPLE: (*_TEXT, Operator.IS_ME),
    ColumnType.PARTICIPANTS: (Operator.IS_ME,),
}
WITHOUT_VALUE = frozenset({*_EMPTINESS, Operator.IS_ME, Operator.IS_MY_TEAM})
RELATIVE = frozenset({Operator.LAST_DAYS, Operator.NEXT_DAYS})

OWNER = "ownerid"
STATE = "statecode"
PARTICIPANTS = "participants"
"""Organizer and attendees together: what the default filter of appointments asks for (F6)."""
PEOPLE_COLUMNS = ("organizer", "requiredattendees", "optionalattendees")


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison; ``value`` is empty for operators that need none."""

    attribute: str
    operator: Operator
    value: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows and groups joined. A group of nothing joined by ALL holds for every record."""

    joint: Joint = Joint.ALL
    rows: tuple[Row, ...] = ()
    groups: "tuple[Group, ...]" = ()

    def every_row(self) -> Iterator[Row]:
        """All rows, also those of the groups within."""
        yield from self.rows
        for group in self.groups:
            yield from group.every_row()

    @property
    def attributes(self) -> frozenset[str]:
        """The columns that the filter depends on."""
        return frozenset(name for row in self.every_row() for name in columns_behind(row.attribute))

    @property
    def is_relative(self) -> bool:
        """True if what matches depends on the day."""
        return any(row.operator in RELATIVE for row in self.every_row())


class FilterFault(Exception):
    """A filter says something that cannot be; ``path`` leads to where it stands."""

    def __init__(self, message: str, path: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.path = path


class UnknownAttribute(FilterFault):
    """This kind has no such attribute."""


class OperatorNotFit(FilterFault):
    """This operator does not go with what the attribute holds."""


class ValueNotFit(FilterFault):
    """This value does not go with the attribute or the operator."""


class FilterTooLarge(FilterFault):
    """A filter has too many rows or lies too deep."""


def columns_behind(attribute: str) -> tuple[str, ...]:
    """The columns that an attribute of a filter looks at."""
    return PEOPLE_COLUMNS if attribute == PARTICIPANTS else (attribute,)


def faults(definition: Group, columns: Mapping[str, ColumnType]) -> list[FilterFault]:
    """Everything that is wrong with a filter of a kind with these columns."""
    found = list(_faults(definition, columns, (), 1))
    if sum(1 for _ in definition.every_row()) > MAX_ROWS:
        found.append(FilterTooLarge(f"A filter has at most {MAX_ROWS} rows."))
    return found


def _faults(
    group: Group, columns: Mapping[str, ColumnType], path: tuple[str, ...], depth: int
) -> Iterator[FilterFault]:
    if depth > MAX_DEPTH:
        yield FilterTooLarge(f"Groups lie at most {MAX_DEPTH} deep.", path)
        return
    if group.joint is Joint.ANY and not group.rows and not group.groups:
        yield ValueNotFit("A group of which any part is to hold needs a part.", path)
    for n, row in enumerate(group.rows):
        fault = _row_fault(row, columns, (*path, "rows", str(n)))
        if fault is not None:
            yield fault
    for n, inner in enumerate(group.groups):
        yield from _faults(inner, columns, (*path, "groups", str(n)), depth + 1)


def _row_fault(row: Row, columns: Mapping[str, ColumnType], path: tuple[str, ...]) -> FilterFault | None:
    kind = columns.get(row.attribute)
    if kind is None:
        return UnknownAttribute(f"There is no attribute {row.attribute[:80]!r} to filter by.", (*path, "attribute"))
    if row.operator not in OPERATORS[kind]:
        fitting = ", ".join(one.value for one in OPERATORS[kind])
        return OperatorNotFit(
            f"{row.attribute} cannot be compared by {row.operator.value}; use {fitting}.", (*path, "operator")
        )
    reason = _value_fault(row, kind)
    return None if reason is None else ValueNotFit(f"{row.attribute}: {reason}", (*path, "value"))


def _value_fault(row: Row, kind: ColumnType) -> str | None:
    value = row.value
    if row.operator in WITHOUT_VALUE:
        return "this operator takes no value." if value else None
    if row.operator in RELATIVE:
        return None if _whole(value, 1, MAX_DAYS) else f"give a number of days from 1 to {MAX_DAYS}."
    match kind:
        case ColumnType.TEXT | ColumnType.PEOPLE:
            if not value or len(value) > MAX_TEXT:
                return f"give a text of 1 to {MAX_TEXT} characters, or ask whether it is empty."
            return None if _storable(value) else "this text cannot be stored."
        case ColumnType.NUMBER:
            return None if _whole(value, -(2**31), 2**31 - 1) else "give a whole number."
        case ColumnType.FLAG:
            return None if value in ("true", "false") else "give true or false."
        case ColumnType.DATE | ColumnType.TIME:
            return None if _day(value) else "give a day such as 2026-03-01."
        case ColumnType.OWNER | ColumnType.PARTICIPANTS:
            return None


def _whole(text: str, least: int, most: int) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(digits) <= 10 and least <= int(text) <= most


def _day(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text).year in YEARS
    except ValueError:
        return False


def _storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def only_mine(definition: Group) -> bool:
    """True if nobody else's records can match: the owner is asked to be me, whatever else is."""
    own = [row.attribute == OWNER and row.operator is Operator.IS_ME for row in definition.rows]
    inner = [only_mine(group) for group in definition.groups]
    if definition.joint is Joint.ALL:
        return any(own) or any(inner)
    return bool(own or inner) and all(own) and all(inner)


def as_stored(definition: Group) -> dict[str, Any]:
    """A definition as it is stored and told to programs."""
    stored: dict[str, Any] = {"joint": definition.joint.value}
    if definition.rows:
        stored["rows"] = [
            {"attribute": row.attribute, "operator": row.operator.value, "value": row.value} for row in definition.rows
        ]
    if definition.groups:
        stored["groups"] = [as_stored(group) for group in definition.groups]
    return stored


def from_stored(stored: Mapping[str, Any]) -> Group:
    """The definition that ``as_stored`` wrote down."""
    return Group(
        Joint(stored["joint"]),
        tuple(Row(row["attribute"], Operator(row["operator"]), row["value"]) for row in stored.get("rows", ())),
        tuple(from_stored(group) for group in stored.get("groups", ())),
    )


_WORDS = {
    Operator.EQUALS: "is {}",
    Operator.NOT_EQUALS: "is not {}",
    Operator.CONTAINS: "contains {}",
    Operator.BEGINS_WITH: "begins with {}",
    Operator.IS_EMPTY: "is empty",
    Operator.IS_NOT_EMPTY: "is not empty",
    Operator.GREATER: "is greater than {}",
    Operator.LESS: "is less than {}",
    Operator.ON: "is on {}",
    Operator.BEFORE: "is before {}",
    Operator.AFTER: "is after {}",
    Operator.LAST_DAYS: "is within the last {} days",
    Operator.NEXT_DAYS: "is within the next {} days",
    Operator.IS_ME: "is me",
    Operator.IS_MY_TEAM: "is a team of mine",
}


def in_words(definition: Group, labels: Mapping[str, str]) -> str:
    """A filter as a sentence for people; attributes without a label go by their name."""
    parts = [
        f"{labels.get(row.attribute, row.attribute)} {_WORDS[row.operator].format(row.value)}"
        for row in definition.rows
    ]
    parts += [_bracketed(group, labels) for group in definition.groups]
    if not parts:
        return "every record"
    return (" and " if definition.joint is Joint.ALL else " or ").join(parts)


def _bracketed(group: Group, labels: Mapping[str, str]) -> str:
    words = in_words(group, labels)
    return f"({words})" if len(group.rows) + len(group.groups) > 1 else words


def unreadable(definition: Group, closed: Iterable[str]) -> tuple[str, ...]:
    """The columns of a filter that are closed to somebody; with any, the filter matches nothing for that person."""
    return tuple(sorted(definition.attributes & frozenset(closed)))
