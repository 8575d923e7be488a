"""Invitations: whether a meeting that a run writes may make the mail server send mail, and about what."""

from datetime import datetime
from enum import Enum

from fieldsync.core.plan import CreateItem, DeleteItem, Reconcile, Rules, Step
from fieldsync.core.traits import RecordTraits
from fieldsync.core.values import MEETINGS

NEWS = frozenset(
    {
        "subject",
        "description",
        "location",
        "time",
        "recurrence",
        "requiredattendees",
        "optionalattendees",
        "organizer",
        "status",
        "prioritycode",
    }
)
"""The fields that attendees are told of (behaviours F12)."""


class Invitations(Enum):
    """NEVER, or only from the mailbox of the meeting's ORGANIZER."""

    NEVER = "NEVER"
    ORGANIZER = "ORGANIZER"


def invites(step: Step, rules: Rules, *, backfill: bool) -> bool:
    """Whether those whom a step adds to a meeting may be invited by the mail server.

    Only by the mailbox of the organizer, never for a meeting that is over, and never by a back-fill: the first look at
    a mailbox, or at records that a filter or a right brings in (behaviours F12).
    """
    if not rules.sends_for or rules.kind not in MEETINGS or rules.now is None:
        return False
    match step:
        case CreateItem(record):
            return not backfill and _is_to_come(record.traits, rules.now) and record.traits.organizer in rules.sends_for
        case Reconcile(link, record):
            known = link is not None and link.linked
            return known and _is_to_come(record.traits, rules.now) and record.traits.organizer in rules.sends_for
        case _:
            return False


def tells(step: Step, keys: tuple[str, ...]) -> bool:
    """Whether a step changes in a mailbox what attendees are told of; ``keys`` are the fields of its kind."""
    match step:
        case CreateItem() | DeleteItem():
            return True
        case Reconcile():
            return any(keys[position] in NEWS for position in step.to_outlook)
        case _:
            return False


def _is_to_come(traits: RecordTraits, now: datetime) -> bool:
    """Whether it is not over; a series without an end never is."""
    last = traits.end or traits.start
    return (last is not None and last > now) or (traits.start is not None and traits.end is None)
