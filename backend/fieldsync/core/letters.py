"""Dead letters: what failed for one record or item, when it is tried again, and when that is given up.

One bad item never stops the rest: it is put by here, and the cursors move on. What is put by is tried again after a
growing wait, at once when its record or item changes, and not at all any more after too many attempts, until a person
says so (behaviours H7; unlike Dynamics, only the one item is given up, never the mailbox).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from fieldsync.core.plan import CreateItem, CreateRecord, DeleteItem, DeleteRecord, Reconcile, Step, Unlink
from fieldsync.core.schedule import back_off
from fieldsync.core.values import Side


class LetterState(Enum):
    """WAITING for its next attempt, or DEAD until a person asks for another one."""

    WAITING = "WAITING"
    DEAD = "DEAD"


@dataclass(frozen=True, slots=True)
class LetterKey:
    """What failed: a record by its id (side CRM), or an item by its href."""

    side: Side
    subject: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One failure that stands; ``version`` is what failed, of the record, the item, or both."""

    id: str
    key: LetterKey
    version: str
    state: LetterState
    attempts: int
    next_at: datetime | None

    def rests(self, version: str, now: datetime) -> bool:
        """True if this version is not to be tried now."""
        return version == self.version and not self.is_due(now)

    def is_due(self, now: datetime) -> bool:
        return self.state is LetterState.WAITING and (self.next_at is None or self.next_at <= now)


def key_of(step: Step) -> tuple[LetterKey, str] | None:
    """What a step is about, and the version of it; None for steps that cannot fail."""
    match step:
        case CreateItem(record):
            return LetterKey(Side.CRM, record.id), str(record.version)
        case CreateRecord(item):
            return LetterKey(Side.OUTLOOK, item.href), item.version
        case Reconcile():
            return LetterKey(Side.CRM, step.record.id), f"{step.record.version} {step.item.version}"
        case DeleteItem(link) | DeleteRecord(link):
            return LetterKey(Side.CRM, link.record_id), f"gone {link.item_version}"
        case Unlink():
            return None
        case _:
            return None


def after(attempts: int, dead_after: int, now: datetime) -> tuple[LetterState, datetime | None]:
    """What becomes of a letter after so many failed attempts, and when it is tried again."""
    if attempts >= dead_after:
        return LetterState.DEAD, None
    return LetterState.WAITING, now + back_off(attempts)
