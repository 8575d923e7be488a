"""What GraphQL calls the attributes of activities, and what it makes of their columns, for types and inputs alike.

The names are those of the Dataverse columns in camel case; the columns of a recurrence pattern are in ``series``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar

import strawberry

from fieldsync.api.activity_enums import ActivityPriority
from fieldsync.api.types.participant import Participant, ParticipantInput, participants_of, text_of
from fieldsync.core.activity_status import (
    AppointmentStatus,
    FaxStatus,
    LetterStatus,
    PhoneCallStatus,
    ServiceActivityStatus,
    TaskStatus,
)
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.record_rows import rows_of

C = TypeVar("C", bound=type)

STATUS_TYPES: Mapping[RecordKind, type[Enum]] = {
    RecordKind.APPOINTMENT: AppointmentStatus,
    RecordKind.RECURRING_APPOINTMENT: AppointmentStatus,
    RecordKind.SERVICE_ACTIVITY: ServiceActivityStatus,
    RecordKind.TASK: TaskStatus,
    RecordKind.PHONE_CALL: PhoneCallStatus,
    RecordKind.LETTER: LetterStatus,
    RecordKind.FAX: FaxStatus,
}


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: its types, and how a column becomes a value. Without an input type it cannot be written."""

    name: str
    about: str
    output: Any = str
    input: Any = str
    shown: Callable[[Any], Any] = _same


def _priority(code: int | None) -> ActivityPriority | None:
    return ActivityPriority(code) if code in (0, 1, 2) else None


def _somebody(text: str | None) -> Participant | None:
    return next(iter(participants_of(text)), None)


def _time(name: str, about: str) -> Attribute:
    return Attribute(name, about, datetime, datetime)


def _people(name: str, about: str) -> Attribute:
    return Attribute(name, about, list[Participant], list[ParticipantInput], participants_of)


ATTRIBUTES: Mapping[str, Attribute] = {
    "subject": Attribute("subject", "What it is about"),
    "description": Attribute("description", "Notes; plain text"),
    "prioritycode": Attribute("priority", "How urgent it is", ActivityPriority, ActivityPriority, _priority),
    "regardingobjectid": Attribute("regardingObject", "Name of the record that it is about"),
    "scheduledstart": _time("scheduledStart", "When it begins"),
    "scheduledend": _time("scheduledEnd", "When it ends or is due"),
    "scheduleddurationminutes": Attribute("scheduledDurationMinutes", "From start to end, in minutes", int, None),
    "isalldayevent": Attribute(
        "isAllDayEvent", "Whether it lasts whole days; then start and end are midnights in UTC", bool, bool
    ),
    "actualend": _time("actualEnd", "When it was completed"),
    "percentcomplete": Attribute("percentComplete", "How much of it is done, from 0 to 100", int, int),
    "location": Attribute("location", "Where it takes place"),
    "organizer": Attribute("organizer", "Who invites", Participant, ParticipantInput, _somebody),
    "requiredattendees": _people("requiredAttendees", "Who has to come"),
    "optionalattendees": _people("optionalAttendees", "Who may come"),
}
PEOPLE = frozenset({"organizer", "requiredattendees", "optionalattendees"})
COMMON = ("subject", "description", "prioritycode", "regardingobjectid")
"""What all kinds have."""


@cache
def attributes_of(kind: RecordKind) -> Mapping[str, Attribute]:
    """The attributes of a kind by column, but for its status and its recurrence pattern."""
    return {name: ATTRIBUTES[name] for name in rows_of(kind).attributes if name in ATTRIBUTES}


def with_outputs(attributes: Mapping[str, Attribute]) -> Callable[[C], C]:
    """Give a class that is to become a GraphQL type a field for each attribute."""

    def decorate(cls: C) -> C:
        for column, one in attributes.items():
            cls.__annotations__[column] = one.output | None
            setattr(cls, column, strawberry.field(name=one.name, description=f"{one.about}.", default=None))
        return cls

    return decorate


def inputs_of(kind: RecordKind) -> dict[str, tuple[Any, Any]]:
    """By column: the type and the field of an input for a kind."""
    limits, found = rows_of(kind).max_lengths, dict[str, tuple[Any, Any]]()
    for column, one in attributes_of(kind).items():
        if one.input is not None:
            length = f", at most {limits[column]} characters" if one.input is str else ""
            field = strawberry.field(name=one.name, description=f"{one.about}{length}.", default=strawberry.UNSET)
            found[column] = (one.input | None, field)
    return found


def given_in(kind: RecordKind, data: Any) -> dict[str, Any]:
    """The values of an input by column, null included; raises InvalidInput."""
    values = {name: getattr(data, name, strawberry.UNSET) for name in attributes_of(kind)}
    return {name: _written(name, value) for name, value in values.items() if value is not strawberry.UNSET}


def _written(attribute: str, value: Any) -> Any:
    match value:
        case ActivityPriority():
            return value.value
        case ParticipantInput():
            return text_of([value], attribute)
        case Sequence() if attribute in PEOPLE:
            return text_of(value, attribute)
        case _:
            return value
