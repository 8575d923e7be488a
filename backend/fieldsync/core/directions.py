"""One field, decided: what happens to it, given what moved and in which direction it may travel."""

from dataclasses import dataclass
from typing import TypeAlias

from fieldsync.core.values import Direction, Side, Value, is_empty


@dataclass(frozen=True, slots=True)
class Keep:
    """Leave both sides as they are."""


@dataclass(frozen=True, slots=True)
class Agree:
    """Both sides came to hold the same."""


@dataclass(frozen=True, slots=True)
class Write:
    """Carry the other side's value to ``to``. ``loses`` is True if an edit made on ``to`` is overwritten."""

    to: Side
    loses: bool = False


@dataclass(frozen=True, slots=True)
class Stray:
    """An edit on the side that does not lead; it stays there until the leader changes (A9)."""

    side: Side


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides moved and neither leads by direction: ``core.conflicts`` decides, or a person."""

    reason: str


Decision: TypeAlias = Keep | Agree | Write | Stray | Conflict

BOTH_CHANGED = "both sides changed"
FIRST_MATCH = "the sides differed when they were first matched"

_KEEP = Keep()
_AGREE = Agree()


def decide(
    direction: Direction,
    crm: Value,
    outlook: Value,
    *,
    crm_moved: bool,
    outlook_moved: bool,
) -> Decision:
    """Decide a linked field; a side *moved* if it differs from what was last seen on that side.

    Source: the field table of docs/decisions/0004; Dynamics' one-way behaviour is A9 and A10 of the
    reference, the untouched NONE is A11.
    """
    if direction is Direction.NONE or not (crm_moved or outlook_moved):
        return _KEEP
    if crm == outlook:
        return _AGREE
    if crm_moved and outlook_moved:
        if direction is Direction.BOTH:
            return Conflict(BOTH_CHANGED)
        return Write(Side.OUTLOOK if direction is Direction.TO_OUTLOOK else Side.CRM, loses=True)
    moved = Side.CRM if crm_moved else Side.OUTLOOK
    if direction.writes(moved.other):
        return Write(moved.other)
    return Stray(moved)


def decide_first_match(direction: Direction, crm: Value, outlook: Value) -> Decision:
    """Decide a field of a record and an item that were just found to belong together.

    There is no baseline, so nobody knows who changed what: an empty leader writes nothing, and where
    both lead, an empty side is filled.
    """
    if direction is Direction.NONE:
        return _KEEP
    if crm == outlook:
        return _AGREE
    if is_empty(crm) or is_empty(outlook):
        holder = Side.OUTLOOK if is_empty(crm) else Side.CRM
        return Write(holder.other) if direction.writes(holder.other) else _KEEP
    match direction:
        case Direction.BOTH:
            return Conflict(FIRST_MATCH)
        case Direction.TO_OUTLOOK:
            return Write(Side.OUTLOOK, loses=True)
        case Direction.TO_CRM:
            return Write(Side.CRM, loses=True)


def next_direction(current: Direction, allowed: tuple[Direction, ...]) -> Direction:
    """Where the arrow goes at the next click: the next allowed direction, round and round (A4)."""
    if not allowed:
        return current
    if current not in allowed:
        return allowed[0]
    return allowed[(allowed.index(current) + 1) % len(allowed)]
