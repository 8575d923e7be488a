"""Deletions: what one of them does on the other side, as one matrix that everybody can see and administrators set.

A *cell* is a kind, what happened, and what counts for that kind: whether the mailbox's owner owns the record and is the
organizer, whether it lies in the past, and its state. What is shipped are the rules of Dynamics 365, but for those that
lose somebody's data: there the other end stays and is unlinked. Each cell names where its rule comes from.

A mailbox may go its own way (``DeletionRule``): UNLINK never deletes, DELETE always does, MATRIX goes by the cells.
Rights come last: what the owner of a mailbox may not delete stays, whatever a cell says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import product

from fieldsync.core.runs import DeletionRule
from fieldsync.core.values import MEETINGS, RecordKind, Side


class EditAgainstDelete(Enum):
    """Who wins when one end of a pair was edited and the other one deleted.

    EDIT_WINS: the edited end stays, as it is, and is no longer followed; nobody brings back what somebody deleted.
    """

    EDIT_WINS = "EDIT_WINS"
    DELETE_WINS = "DELETE_WINS"


class Cause(Enum):
    """What happened: an end of a pair was deleted, or a meeting was cancelled in the CRM."""

    RECORD_DELETED = "RECORD_DELETED"
    ITEM_DELETED = "ITEM_DELETED"
    RECORD_CANCELLED = "RECORD_CANCELLED"

    @property
    def side(self) -> Side:
        """Where it happened."""
        return Side.OUTLOOK if self is Cause.ITEM_DELETED else Side.CRM


class Ending(Enum):
    """What that does on the other side. KEEP and CANCEL are for cancelled meetings alone."""

    DELETE = "DELETE"
    UNLINK = "UNLINK"
    KEEP = "KEEP"
    CANCEL = "CANCEL"


class When(Enum):
    """PAST has begun, a series that is PAST has ended."""

    PAST = "PAST"
    FUTURE = "FUTURE"


class Progress(Enum):
    """How far an activity is; scheduled ones are open."""

    OPEN = "OPEN"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


TODOS = (RecordKind.TASK, RecordKind.PHONE_CALL, RecordKind.LETTER, RecordKind.FAX)
_STATES = {1: Progress.COMPLETED, 2: Progress.CANCELLED}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix; what does not count for its kind is None."""

    kind: RecordKind
    cause: Cause
    owner: bool | None = None
    organizer: bool | None = None
    when: When | None = None
    state: Progress | None = None

    @property
    def key(self) -> str:
        """Its name, such as ``APPOINTMENT:RECORD_DELETED:OWNER:ORGANIZER:FUTURE:OPEN``."""
        parts = [self.kind.value, self.cause.value]
        if self.owner is not None:
            parts.append("OWNER" if self.owner else "NOT_OWNER")
        if self.organizer is not None:
            parts.append("ORGANIZER" if self.organizer else "NOT_ORGANIZER")
        parts.extend(one.value for one in (self.when, self.state) if one is not None)
        return ":".join(parts)

    @property
    def choices(self) -> tuple[Ending, ...]:
        """What it can be set to."""
        if self.cause is Cause.RECORD_CANCELLED:
            return (Ending.KEEP, Ending.CANCEL, Ending.DELETE)
        if self.kind is RecordKind.SERVICE_ACTIVITY and self.cause is Cause.ITEM_DELETED:
            return (Ending.UNLINK,)
        return (Ending.UNLINK, Ending.DELETE)


def cells(kind: RecordKind | None = None) -> Iterator[Cell]:
    """Every cell there is, of all kinds or of one, in the order in which they are shown."""
    for one in RecordKind if kind is None else (kind,):
        yield from _cells_of(one)


def _cells_of(kind: RecordKind) -> Iterator[Cell]:
    yes_no, any_time, any_state = (True, False), tuple(When), tuple(Progress)
    for cause in (Cause.RECORD_DELETED, Cause.ITEM_DELETED):
        if kind is RecordKind.CONTACT:
            yield from (Cell(kind, cause, owner) for owner in yes_no)
        elif kind in TODOS:
            yield from (Cell(kind, cause, owner, state=state) for owner, state in product(yes_no, any_state))
        elif kind is RecordKind.SERVICE_ACTIVITY:
            for owner, when, state in product(yes_no, any_time, any_state):
                yield Cell(kind, cause, owner, None, when, state)
        else:
            for owner, organizer, when, state in product(yes_no, yes_no, any_time, any_state):
                yield Cell(kind, cause, owner, organizer, when, state)
    if kind in MEETINGS:
        for owner, organizer, when in product(yes_no, yes_no, any_time):
            yield Cell(kind, Cause.RECORD_CANCELLED, owner, organizer, when)


@dataclass(frozen=True, slots=True)
class Shipped:
    """What a cell is as long as nobody sets it: why, and where the rule comes from."""

    ending: Ending
    because: str
    source: str


def shipped(cell: Cell) -> Shipped:
    """The rule of Dynamics for a cell, or a safer one where that would lose somebody's data."""
    match cell.cause:
        case Cause.RECORD_CANCELLED:
            return Shipped(Ending.KEEP, "cancelling in the CRM does not cancel the item; its status travels", "F15")
        case Cause.RECORD_DELETED:
            return _record_deleted(cell)
        case Cause.ITEM_DELETED:
            return _item_deleted(cell)


def _record_deleted(cell: Cell) -> Shipped:
    if cell.kind is RecordKind.CONTACT:
        if cell.owner:
            return Shipped(Ending.UNLINK, "the owner of a contact keeps the item", "F27, F28")
        return Shipped(Ending.DELETE, "who does not own the contact had a copy of it", "F27, F28")
    if cell.kind in TODOS:
        if cell.state is Progress.OPEN:
            return Shipped(Ending.DELETE, "the item of an open activity goes with it", "F24")
        return Shipped(Ending.UNLINK, "what is done stays in the mailbox", "F24")
    if cell.when is When.PAST:
        return Shipped(Ending.UNLINK, "what has been stays in the mailbox", "F13")
    if cell.kind is RecordKind.SERVICE_ACTIVITY:
        return Shipped(Ending.DELETE, "everybody has a copy of their own, made from the CRM", "F21")
    if cell.organizer:
        return Shipped(Ending.DELETE, "the organizer's item of a meeting to come goes with it", "F13")
    return Shipped(Ending.UNLINK, "only the organizer's item goes with the meeting", "F13")


def _item_deleted(cell: Cell) -> Shipped:
    if cell.kind is RecordKind.CONTACT:
        return Shipped(Ending.UNLINK, "deleting a contact in Outlook never deletes it in the CRM", "F27")
    if cell.kind is RecordKind.SERVICE_ACTIVITY:
        return Shipped(Ending.UNLINK, "nothing of a service activity comes back from Outlook", "F21")
    if not cell.owner:
        return Shipped(Ending.UNLINK, "the record belongs to somebody else; safer than Dynamics 365", "F14, F24")
    if cell.state is not Progress.OPEN:
        if cell.kind in TODOS:
            return Shipped(Ending.UNLINK, "tidying up what is done deletes nothing; safer than Dynamics 365", "F24, J")
        return Shipped(Ending.UNLINK, "what is completed or cancelled stays in the CRM", "F14")
    if cell.kind in TODOS:
        return Shipped(Ending.DELETE, "an open activity of one's own goes with its item", "F24")
    if not cell.organizer:
        return Shipped(Ending.UNLINK, "only the organizer deletes a meeting", "F14")
    if cell.when is When.PAST:
        if cell.kind is RecordKind.RECURRING_APPOINTMENT:
            return Shipped(Ending.UNLINK, "a series that has ended stays in the CRM; safer than Dynamics 365", "F14")
        return Shipped(Ending.UNLINK, "what has been stays in the CRM", "F14")
    return Shipped(Ending.DELETE, "the organizer deleted a meeting to come", "F14")


@dataclass(frozen=True, slots=True)
class DeletionMatrix:
    """All cells; ``changed`` are those that an administrator has set, by their keys."""

    changed: Mapping[str, Ending] = field(default_factory=dict)

    def ending(self, cell: Cell) -> Ending:
        """What a cell says; one that was set to what it cannot be any more is as shipped."""
        chosen = self.changed.get(cell.key)
        return chosen if chosen in cell.choices else shipped(cell).ending

    def is_set(self, cell: Cell) -> bool:
        return self.changed.get(cell.key) in cell.choices


AS_SHIPPED = DeletionMatrix()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a cell depends on, of a record that is there or of one that was deleted; ``state`` as in RecordTraits."""

    owner_id: str
    organizer: str = ""
    start: datetime | None = None
    end: datetime | None = None
    state: int = 0


@dataclass(frozen=True, slots=True)
class Party:
    """Whose mailbox it is, the owner's own mail addresses, and the time it is."""

    principal_id: str
    addresses: frozenset[str]
    now: datetime


def cell_of(kind: RecordKind, cause: Cause, facts: Facts, party: Party) -> Cell:
    """The cell that a record falls into.

    A meeting without an organizer is its owner's. What has no time lies ahead; so does a series without an end.
    """
    owner = facts.owner_id == party.principal_id
    organizer = facts.organizer in party.addresses if facts.organizer else owner
    moment = facts.end if kind is RecordKind.RECURRING_APPOINTMENT else facts.start
    when = When.PAST if moment is not None and moment <= party.now else When.FUTURE
    state = _STATES.get(facts.state, Progress.OPEN)
    if kind is RecordKind.CONTACT:
        return Cell(kind, cause, owner)
    if kind in TODOS:
        return Cell(kind, cause, owner, state=state)
    if kind is RecordKind.SERVICE_ACTIVITY:
        return Cell(kind, cause, owner, None, when, state)
    if cause is Cause.RECORD_CANCELLED:
        return Cell(kind, cause, owner, organizer, when)
    return Cell(kind, cause, owner, organizer, when, state)


class DecidedBy(Enum):
    """What decided over a deletion."""

    KIND = "KIND"
    MAILBOX = "MAILBOX"
    MATRIX = "MATRIX"
    UNKNOWN = "UNKNOWN"
    RIGHTS = "RIGHTS"
    LINK = "LINK"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is to happen on the other side, what decided so, and why; ``cell`` is the one it falls into, if known."""

    ending: Ending
    by: DecidedBy
    because: str
    cell: Cell | None = None


_FIXED = "Nothing of a service activity comes back from Outlook."
_NEVER = "The mailbox is set to delete nothing."
_ALWAYS = "The mailbox is set to delete in any case, whatever the matrix says."
_UNKNOWN = "Nobody knows any more whose it was and when it was, so the other end stays."


def rule_on(cause: Cause, cell: Cell | None, matrix: DeletionMatrix, of_mailbox: DeletionRule) -> Ruling:
    """What a deletion or cancellation does, rights aside; ``cell`` None if too little is known of the record."""
    mild = Ending.KEEP if cause is Cause.RECORD_CANCELLED else Ending.UNLINK
    if cell is not None and len(cell.choices) == 1:
        return Ruling(cell.choices[0], DecidedBy.KIND, _FIXED, cell)
    match of_mailbox:
        case DeletionRule.UNLINK:
            return Ruling(mild, DecidedBy.MAILBOX, _NEVER, cell)
        case DeletionRule.DELETE if cause is not Cause.RECORD_CANCELLED:
            return Ruling(Ending.DELETE, DecidedBy.MAILBOX, _ALWAYS, cell)
        case _:
            pass
    if cell is None:
        return Ruling(mild, DecidedBy.UNKNOWN, _UNKNOWN)
    ending = matrix.ending(cell)
    if matrix.is_set(cell):
        return Ruling(ending, DecidedBy.MATRIX, "An administrator set this cell of the deletion matrix.", cell)
    told = shipped(cell)
    because = f"{told.because[0].upper()}{told.because[1:]} (shipped rule, {told.source})."
    return Ruling(ending, DecidedBy.MATRIX, because, cell)
