"""The states and status reasons of activities, kind by kind, as Dataverse numbers them (``dav.md``, sections 7 and 8).

The value of a status is its statuscode. Each belongs to one state; the two are written together, and a pair that does
not belong together never is.
"""

from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

from fieldsync.core.values import RecordKind


class ActivityState(Enum):
    """``statecode`` of all activities; only meetings are scheduled."""

    OPEN = 0
    COMPLETED = 1
    CANCELLED = 2
    SCHEDULED = 3


class AppointmentStatus(Enum):
    """``statuscode`` of appointments and of series: what the time shows as."""

    FREE = 1
    TENTATIVE = 2
    COMPLETED = 3
    CANCELLED = 4
    BUSY = 5
    OUT_OF_OFFICE = 6


class ServiceActivityStatus(Enum):
    """``statuscode`` of service activities."""

    REQUESTED = 1
    TENTATIVE = 2
    PENDING = 3
    RESERVED = 4
    IN_PROGRESS = 6
    ARRIVED = 7
    COMPLETED = 8
    CANCELLED = 9
    NO_SHOW = 10


class TaskStatus(Enum):
    """``statuscode`` of tasks."""

    NOT_STARTED = 2
    IN_PROGRESS = 3
    WAITING = 4
    COMPLETED = 5
    CANCELLED = 6
    DEFERRED = 7


class PhoneCallStatus(Enum):
    """``statuscode`` of phone calls; those made and received are completed."""

    OPEN = 1
    MADE = 2
    CANCELLED = 3
    RECEIVED = 4


class LetterStatus(Enum):
    """``statuscode`` of letters; those received and sent are completed."""

    OPEN = 1
    DRAFT = 2
    RECEIVED = 3
    SENT = 4
    CANCELLED = 5


class FaxStatus(Enum):
    """``statuscode`` of faxes; those sent and received are completed."""

    OPEN = 1
    COMPLETED = 2
    SENT = 3
    RECEIVED = 4
    CANCELLED = 5


Status: TypeAlias = AppointmentStatus | ServiceActivityStatus | TaskStatus | PhoneCallStatus | LetterStatus | FaxStatus
_States: TypeAlias = Mapping[ActivityState, tuple[Status, ...]]

_OPEN, _COMPLETED, _CANCELLED, _SCHEDULED = ActivityState
_OF_APPOINTMENTS: _States = {
    _SCHEDULED: (AppointmentStatus.BUSY, AppointmentStatus.OUT_OF_OFFICE),
    _OPEN: (AppointmentStatus.FREE, AppointmentStatus.TENTATIVE),
    _COMPLETED: (AppointmentStatus.COMPLETED,),
    _CANCELLED: (AppointmentStatus.CANCELLED,),
}
STATUSES: Mapping[RecordKind, _States] = {
    RecordKind.APPOINTMENT: _OF_APPOINTMENTS,
    RecordKind.RECURRING_APPOINTMENT: _OF_APPOINTMENTS,
    RecordKind.SERVICE_ACTIVITY: {
        _SCHEDULED: (
            ServiceActivityStatus.RESERVED,
            ServiceActivityStatus.PENDING,
            ServiceActivityStatus.IN_PROGRESS,
            ServiceActivityStatus.ARRIVED,
        ),
        _OPEN: (ServiceActivityStatus.TENTATIVE, ServiceActivityStatus.REQUESTED),
        _COMPLETED: (ServiceActivityStatus.COMPLETED,),
        _CANCELLED: (ServiceActivityStatus.CANCELLED, ServiceActivityStatus.NO_SHOW),
    },
    RecordKind.TASK: {
        _OPEN: (TaskStatus.NOT_STARTED, TaskStatus.IN_PROGRESS, TaskStatus.WAITING, TaskStatus.DEFERRED),
        _COMPLETED: (TaskStatus.COMPLETED,),
        _CANCELLED: (TaskStatus.CANCELLED,),
    },
    RecordKind.PHONE_CALL: {
        _OPEN: (PhoneCallStatus.OPEN,),
        _COMPLETED: (PhoneCallStatus.MADE, PhoneCallStatus.RECEIVED),
        _CANCELLED: (PhoneCallStatus.CANCELLED,),
    },
    RecordKind.LETTER: {
        _OPEN: (LetterStatus.OPEN, LetterStatus.DRAFT),
        _COMPLETED: (LetterStatus.SENT, LetterStatus.RECEIVED),
        _CANCELLED: (LetterStatus.CANCELLED,),
    },
    RecordKind.FAX: {
        _OPEN: (FaxStatus.OPEN,),
        _COMPLETED: (FaxStatus.COMPLETED, FaxStatus.SENT, FaxStatus.RECEIVED),
        _CANCELLED: (FaxStatus.CANCELLED,),
    },
}
"""By kind and state; the first state is that of a new activity, the first status of a state its usual one."""


def state_of(kind: RecordKind, status: Status) -> ActivityState:
    """The state that a status of the kind belongs to."""
    return next(state for state, statuses in STATUSES[kind].items() if status in statuses)


def new_status(kind: RecordKind) -> Status:
    """What an activity is when nobody says: a meeting is busy or reserved, everything else is open."""
    return next(iter(STATUSES[kind].values()))[0]


def status_of(kind: RecordKind, statecode: int, statuscode: int | None) -> Status:
    """What two columns mean: the status reason says which; without one that exists, the state does."""
    every = [status for statuses in STATUSES[kind].values() for status in statuses]
    found = next((status for status in every if status.value == statuscode), None)
    if found is not None:
        return found
    of_state = next((of for state, of in STATUSES[kind].items() if state.value == statecode), None)
    return of_state[0] if of_state else new_status(kind)
