"""The kinds of records that the oracle and the product are held against each other with, and how the API says them.

Every stored value is a text to the oracle; ``said`` is what the API makes of it.
"""

from dataclasses import dataclass, field
from typing import Any

from fieldsync.core.values import RecordKind

_PEOPLE = ("requiredattendees", "optionalattendees")
_ORGANIZER = "organizer"


@dataclass(frozen=True)
class Stock:
    """One kind of record: ``noun`` as its ids begin, ``names`` the columns in play and what GraphQL calls them.

    ``called`` is the column that every record has. ``open`` cannot be secured. ``listed`` is the query of many,
    ``one`` that of a single record, ``any`` what the mutations are called that are the same for all activities.
    """

    kind: RecordKind
    noun: str
    names: dict[str, str]
    called: str
    open: tuple[str, ...]
    dates: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    listed: str = "contacts"
    arguments: str = ""
    one: str = "contact"
    filter: str = "ContactFilter"
    order: str = "ContactOrder"
    needed: dict[str, Any] = field(default_factory=dict)
    """What a new one cannot do without."""

    @property
    def type(self) -> str:
        return self.noun[0].upper() + self.noun[1:]

    @property
    def securable(self) -> list[str]:
        return [name for name in self.names if name not in self.open]

    @property
    def unmaskable(self) -> tuple[str, ...]:
        return self.dates + self.times

    @property
    def selection(self) -> str:
        people = {_ORGANIZER, *_PEOPLE}
        return " ".join(f"{gql}{{name address}}" if name in people else gql for name, gql in self.names.items())

    def id(self, record: str) -> str:
        return f"{self.noun}:{record}"

    def mutation(self, what: str) -> str:
        return f"{self.noun if what in ('Create', 'Update') else self.one}{what}"

    def said(self, name: str, value: str | None) -> Any:
        """A value as an answer holds it, or as it is sent."""
        if value is None:
            return None
        if name in _PEOPLE:
            return [{"name": value, "address": ""}]
        return {"name": value, "address": ""} if name == _ORGANIZER else value

    def field(self, name: str) -> str:
        """FULL_NAME for ``fullname``."""
        return "".join(f"_{c}" if c.isupper() else c.upper() for c in self.names[name])


CONTACTS = Stock(
    RecordKind.CONTACT,
    "contact",
    {
        "fullname": "fullName",
        "jobtitle": "jobTitle",
        "department": "department",
        "telephone1": "telephone1",
        "governmentid": "governmentId",
        "description": "description",
        "address1_line1": "address1Line1",
        "address1_city": "address1City",
        "birthdate": "birthDate",
    },
    called="fullname",
    open=("fullname",),
    dates=("birthdate",),
)

_ABOUT = {"regardingobjectid": "regardingObject", "subject": "subject", "description": "description"}
_MET = {
    "location": "location",
    "organizer": "organizer",
    "requiredattendees": "requiredAttendees",
    "optionalattendees": "optionalAttendees",
}
_START = {"scheduledStart": "2026-03-02T09:00:00Z"}
_RULE = {
    "recurrence": {
        "patternType": "DAILY", "startTime": "2026-03-02T09:00:00Z", "endTime": "2026-03-02T10:00:00Z",
        "timeZone": "UTC",
    }
}  # fmt: skip


def _activities(
    kind: RecordKind, noun: str, more: dict[str, str], needed: dict[str, Any], times: tuple[str, ...] = ()
) -> Stock:
    return Stock(
        kind, noun, _ABOUT | more, "regardingobjectid", ("regardingobjectid",), times=times, listed="activities",
        arguments=f"kind: {kind.value}, ", one="activity", filter="ActivityFilter", order="ActivityOrder",
        needed=needed,
    )  # fmt: skip


_ENDED = {"actualend": "actualEnd"}
ACTIVITIES = [
    _activities(RecordKind.APPOINTMENT, "appointment", _MET, _START),
    _activities(RecordKind.RECURRING_APPOINTMENT, "recurringAppointment", _MET, _RULE),
    _activities(RecordKind.SERVICE_ACTIVITY, "serviceActivity", _MET, _START),
    _activities(RecordKind.TASK, "task", _ENDED, {}, ("actualend",)),
    _activities(RecordKind.PHONE_CALL, "phoneCall", _ENDED, {}, ("actualend",)),
    _activities(RecordKind.LETTER, "letter", _ENDED, {}, ("actualend",)),
    _activities(RecordKind.FAX, "fax", _ENDED, {}, ("actualend",)),
]
UNSORTED = ("regardingobjectid", "description", "organizer", *_PEOPLE)
"""Columns of activities that no list is sorted by."""
