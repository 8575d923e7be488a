"""CRM activities, as far as the caller's rights open them: one type per kind, one interface for what they share."""

from collections.abc import Mapping
from typing import Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.api.types.activity_attributes import (
    ATTRIBUTES,
    COMMON,
    PEOPLE,
    attributes_of,
    with_outputs,
)
from fieldsync.api.types.participant import Participant
from fieldsync.api.types.record import RecordFields
from fieldsync.api.types.series import RECURRENCE_NAMES, Recurrence, recurrence_of
from fieldsync.core.activity_status import (
    ActivityState,
    AppointmentStatus,
    FaxStatus,
    LetterStatus,
    PhoneCallStatus,
    ServiceActivityStatus,
    TaskStatus,
    status_of,
)
from fieldsync.core.values import RecordKind
from fieldsync.services.seen import Seen

_STATUS = "What exactly its state is."


def _own(kind: RecordKind) -> Any:
    """Gives a type the attributes of its kind that not all activities have."""
    return with_outputs({name: one for name, one in attributes_of(kind).items() if name not in COMMON})


@strawberry.interface(description="A CRM activity; the names are those of the Dataverse columns in camel case.")
@with_outputs({name: ATTRIBUTES[name] for name in COMMON})
class Activity(Node, RecordFields):
    kind: RecordKind = strawberry.field(description="What kind of activity it is.")
    state: ActivityState = strawberry.field(description="How far it is.")


@strawberry.type(description="A meeting.")
@_own(RecordKind.APPOINTMENT)
class Appointment(Activity):
    status: AppointmentStatus = strawberry.field(description=_STATUS)


@strawberry.type(description="A series of meetings.")
@_own(RecordKind.RECURRING_APPOINTMENT)
class RecurringAppointment(Activity):
    status: AppointmentStatus = strawberry.field(description=_STATUS)
    recurrence: Recurrence = strawberry.field(description="When it happens.")


@strawberry.type(description="A booked service; it travels to Outlook only.")
@_own(RecordKind.SERVICE_ACTIVITY)
class ServiceActivity(Activity):
    status: ServiceActivityStatus = strawberry.field(description=_STATUS)


@strawberry.type(description="A task.")
@_own(RecordKind.TASK)
class Task(Activity):
    status: TaskStatus = strawberry.field(description=_STATUS)


@strawberry.type(description="A phone call; a task in Outlook.")
@_own(RecordKind.PHONE_CALL)
class PhoneCall(Activity):
    status: PhoneCallStatus = strawberry.field(description=_STATUS)


@strawberry.type(description="A letter; a task in Outlook.")
@_own(RecordKind.LETTER)
class Letter(Activity):
    status: LetterStatus = strawberry.field(description=_STATUS)


@strawberry.type(description="A fax; a task in Outlook.")
@_own(RecordKind.FAX)
class Fax(Activity):
    status: FaxStatus = strawberry.field(description=_STATUS)


TYPES: Mapping[RecordKind, type[Activity]] = {
    RecordKind.APPOINTMENT: Appointment,
    RecordKind.RECURRING_APPOINTMENT: RecurringAppointment,
    RecordKind.SERVICE_ACTIVITY: ServiceActivity,
    RecordKind.TASK: Task,
    RecordKind.PHONE_CALL: PhoneCall,
    RecordKind.LETTER: Letter,
    RecordKind.FAX: Fax,
}
NAMES: Mapping[RecordKind, Mapping[str, str]] = {
    kind: {name: one.name for name, one in attributes_of(kind).items()}
    | {"statuscode": "status"}
    | (RECURRENCE_NAMES if kind is RecordKind.RECURRING_APPOINTMENT else {})
    for kind in TYPES
}
"""What GraphQL calls the columns of each kind."""


def activity_of(info: Info, seen: Seen) -> Activity:
    """The activity that the caller may see, as far as its columns were read."""
    kind, row, mask = seen.kind, seen.row, seen.mask
    activity = TYPES[kind].__new__(TYPES[kind])
    activity.take(info, seen, NAMES[kind])
    held = activity.__dict__
    held["kind"] = kind
    state: Any = held.get("statecode")
    if "statuscode" in held:
        held["status"] = status_of(kind, state, held["statuscode"])
    held["state"] = ActivityState(state) if state in range(4) else ActivityState.OPEN
    if seen.columns is None and kind is RecordKind.RECURRING_APPOINTMENT:
        held["recurrence"] = recurrence_of(held, mask.withheld_on(row.id) | mask.masked.keys())
    for name, one in attributes_of(kind).items():
        cell = held.get(name)
        if cell is None or isinstance(cell, Exception):
            continue
        if name in PEOPLE and name in mask.masked:
            # What is left of a masked text names nobody; it is shown as it is.
            somebody = Participant(name=cell, address="")
            held[name] = somebody if name == "organizer" else [somebody]
        else:
            held[name] = one.shown(cell)
    return activity
