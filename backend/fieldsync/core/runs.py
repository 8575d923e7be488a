"""The words of a run: its states, phases, events, operations and counts."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from fieldsync.core.values import RecordKind


class RunState(Enum):
    """Where a run stands; the last three are final."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def final(self) -> bool:
        return self not in (RunState.QUEUED, RunState.RUNNING)


class RunMode(Enum):
    """APPLY writes; PREVIEW stops after deciding; VERIFY compares all values and writes nothing."""

    APPLY = "APPLY"
    PREVIEW = "PREVIEW"
    VERIFY = "VERIFY"


class RunConfiguration(Enum):
    """Which directions a run obeys; DRAFT only as a preview."""

    PUBLISHED = "PUBLISHED"
    DRAFT = "DRAFT"


class Phase(Enum):
    GATHER = "GATHER"
    DECIDE = "DECIDE"
    APPLY = "APPLY"


class EventType(Enum):
    QUEUED = "QUEUED"
    STARTED = "STARTED"
    PHASE_STARTED = "PHASE_STARTED"
    PROGRESS = "PROGRESS"
    WAITING = "WAITING"
    PHASE_FINISHED = "PHASE_FINISHED"
    PROBLEM = "PROBLEM"
    FINISHED = "FINISHED"


class OperationAction(Enum):
    """What an operation does; an item is on the Outlook side, a record on the CRM side."""

    CREATE_ITEM = "CREATE_ITEM"
    UPDATE_ITEM = "UPDATE_ITEM"
    DELETE_ITEM = "DELETE_ITEM"
    CREATE_RECORD = "CREATE_RECORD"
    UPDATE_RECORD = "UPDATE_RECORD"
    DELETE_RECORD = "DELETE_RECORD"
    LINK = "LINK"
    UNLINK = "UNLINK"


class OperationState(Enum):
    """PLANNED in a preview; INTENDED until its outcome is known."""

    PLANNED = "PLANNED"
    INTENDED = "INTENDED"
    APPLIED = "APPLIED"
    SKIPPED = "SKIPPED"
    HELD = "HELD"
    CONFLICT = "CONFLICT"
    FAILED = "FAILED"


class SyncMethod(Enum):
    """Who synchronizes a mailbox: the server, a client on the user's machine, or nobody."""

    SERVER_SIDE = "SERVER_SIDE"
    CLIENT = "CLIENT"
    NONE = "NONE"


class DeletionRule(Enum):
    """What a deletion on one side does on the other: delete there too, or only forget the link."""

    DELETE = "DELETE"
    UNLINK = "UNLINK"


_WRITES = ("created_", "updated_", "deleted_", "linked", "unlinked")


@dataclass(slots=True)
class Counts:
    """What a run found and did, in records, items, operations (and fields, for strays, conflicts and differences)."""

    records_changed: int = 0
    items_changed: int = 0
    unchanged: int = 0
    created_in_crm: int = 0
    updated_in_crm: int = 0
    deleted_in_crm: int = 0
    created_in_outlook: int = 0
    updated_in_outlook: int = 0
    deleted_in_outlook: int = 0
    linked: int = 0
    unlinked: int = 0
    strays: int = 0
    conflicts: int = 0
    held: int = 0
    skipped: int = 0
    failed: int = 0
    different: int = 0

    @property
    def wrote(self) -> bool:
        """True if anything was written on either side, or any link."""
        return any(getattr(self, name) for name in Counts.__slots__ if name.startswith(_WRITES))

    def as_dict(self) -> dict[str, int]:
        # Not dataclasses.asdict: it copies deeply, and every event of a run carries its counts.
        return {name: getattr(self, name) for name in Counts.__slots__}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong or wants a look, and what to do about it.

    ``subject`` is the name of the record, or the address of the item; never a secret. ``lost_id``
    names the value that was put aside, if one was. ``record_id`` is the record that ``subject`` names, if it is one:
    whoever may not see that record is not told its name.
    """

    code: str
    message: str
    remedy: str
    side: str | None = None
    subject: str | None = None
    field_id: str | None = None
    lost_id: str | None = None
    record_id: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in Problem.__slots__}


def event_body(
    kind_of_event: EventType,
    state: RunState,
    message: str,
    *,
    phase: Phase | None = None,
    kind: RecordKind | None = None,
    done: int | None = None,
    total: int | None = None,
    milliseconds: float | None = None,
    rate: float | None = None,
    remaining: float | None = None,
    counts: Counts | None = None,
    problem: Problem | None = None,
) -> dict[str, Any]:
    """What a run event says; ``done`` of ``total`` in records or operations, ``rate`` in those per second.

    ``milliseconds`` is how long something took, ``remaining`` the seconds that are left of a phase at that rate.
    """
    return {
        "type": kind_of_event.value,
        "state": state.value,
        "message": message,
        "phase": phase.value if phase else None,
        "kind": kind.value if kind else None,
        "done": done,
        "total": total,
        "milliseconds": milliseconds,
        "rate": rate,
        "remaining": remaining,
        "counts": counts.as_dict() if counts else None,
        "problem": problem.as_dict() if problem else None,
    }
