"""The words of the core: sides, kinds, directions and the values of fields.

Everything here is frozen and free of I/O. A *value* is one field as both sides agree to write it
down: a tuple of its parts, in the order in which the catalogue lists the CRM attributes behind the
field. A plain field has one part, an address eight. An absent part is the empty string: no mail
server tells empty from missing, so neither do we.
"""

from enum import Enum
from typing import TypeAlias

Value: TypeAlias = tuple[str, ...]
"""One field: its parts as text. Dates are ISO 8601 (``1980-03-22``), numbers decimal."""

Values: TypeAlias = tuple[Value, ...]
"""All fields of one record or item, in the catalogue's order of the kind."""


class Side(Enum):
    """The two ends of a link."""

    CRM = "CRM"
    OUTLOOK = "OUTLOOK"

    @property
    def other(self) -> "Side":
        return Side.OUTLOOK if self is Side.CRM else Side.CRM


class RecordKind(Enum):
    """The eight record types of the catalogue."""

    APPOINTMENT = "APPOINTMENT"
    RECURRING_APPOINTMENT = "RECURRING_APPOINTMENT"
    SERVICE_ACTIVITY = "SERVICE_ACTIVITY"
    CONTACT = "CONTACT"
    TASK = "TASK"
    PHONE_CALL = "PHONE_CALL"
    LETTER = "LETTER"
    FAX = "FAX"


class Store(Enum):
    """The collections of a mailbox; the calendar and the task list may be one and the same."""

    ADDRESS_BOOK = "ADDRESS_BOOK"
    CALENDAR = "CALENDAR"
    TASK_LIST = "TASK_LIST"


STORE_OF: dict[RecordKind, Store] = {
    RecordKind.CONTACT: Store.ADDRESS_BOOK,
    RecordKind.APPOINTMENT: Store.CALENDAR,
    RecordKind.RECURRING_APPOINTMENT: Store.CALENDAR,
    RecordKind.SERVICE_ACTIVITY: Store.CALENDAR,
    RecordKind.TASK: Store.TASK_LIST,
    RecordKind.PHONE_CALL: Store.TASK_LIST,
    RecordKind.LETTER: Store.TASK_LIST,
    RecordKind.FAX: Store.TASK_LIST,
}
"""Where the items of a kind live (behaviours F11, F21, F22)."""

MEETINGS = (RecordKind.APPOINTMENT, RecordKind.RECURRING_APPOINTMENT)
"""The kinds that have attendees who are invited; service activities invite nobody (behaviours F21)."""


class Direction(Enum):
    """Which way a field travels; the numbers are those of Dataverse's SyncDirection.

    Not a Flag on purpose: looping over a Flag would skip NONE and BOTH.
    """

    NONE = 0
    TO_OUTLOOK = 1
    TO_CRM = 2
    BOTH = 3

    # Members are single objects, and Enum's own hash is a Python function: grids of directions are full of them.
    __hash__ = object.__hash__

    def writes(self, side: Side) -> bool:
        """True if this direction carries values to ``side``."""
        return bool(self.value & (1 if side is Side.OUTLOOK else 2))


def is_empty(value: Value) -> bool:
    """True if no part of the value holds anything."""
    return not any(value)
