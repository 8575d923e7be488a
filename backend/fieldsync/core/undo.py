"""Undoing: what was there before the entries of the journal, beside what is there now, and what follows from both.

Everything is decided by values: a field that nobody touched since goes back, one that holds its earlier value already
needs nothing, and one that somebody changed since stays and is told. So undoing twice does nothing the second time, and
what an undo wrote can itself be undone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from fieldsync.core.changes import Change, Changed, Made, Removed
from fieldsync.core.detect import Digests, moved, replaced
from fieldsync.core.plan import ItemState, RecordState
from fieldsync.core.values import Side, Value


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal entry, opened."""

    id: str
    run_id: str
    side: Side
    link_id: str
    record_id: str | None
    href: str | None
    subject: str
    change: Change


@dataclass(frozen=True, slots=True)
class End:
    """A record or an item, as its entries tell it: before the first of them and after the last.

    ``fields`` hold per position the value before and the value after; ``made`` is what was made last, ``since`` what
    was written after that; ``removed`` is what was deleted last.
    """

    side: Side
    link_id: str
    record_id: str | None
    href: str | None
    subject: str
    entries: tuple[Entry, ...]
    existed: bool
    exists: bool
    fields: Mapping[int, tuple[Value, Value]]
    made: Made | None = None
    since: Mapping[int, Value] = field(default_factory=dict)
    removed: Removed | None = None


def ends(entries: Iterable[Entry]) -> list[End]:
    """The ends that entries (oldest first) are about."""
    groups: dict[tuple[Side, str | None], list[Entry]] = {}
    for entry in entries:
        key = (entry.side, entry.link_id if entry.side is Side.OUTLOOK else entry.record_id)
        groups.setdefault(key, []).append(entry)
    return [_end(group) for group in groups.values()]


def _end(group: Sequence[Entry]) -> End:
    fields: dict[int, tuple[Value, Value]] = {}
    since: dict[int, Value] = {}
    made: Made | None = None
    removed: Removed | None = None
    for entry in group:
        match entry.change:
            case Made() as made:
                since = {}
            case Removed() as removed:
                pass
            case Changed(written):
                for position, (before, after) in written.items():
                    fields[position] = (fields[position][0] if position in fields else before, after)
                    since[position] = after
    last = group[-1]
    return End(
        last.side,
        last.link_id,
        last.record_id,
        last.href,
        last.subject,
        tuple(group),
        existed=not isinstance(group[0].change, Made),
        exists=not isinstance(last.change, Removed),
        fields=fields,
        made=made,
        since=since,
        removed=removed,
    )


class Act(Enum):
    """What undoing does with an end."""

    WRITE = "WRITE"
    REMOVE = "REMOVE"
    PUT_BACK = "PUT_BACK"


class ObstacleKind(Enum):
    """Why something is not undone."""

    CHANGED_SINCE = "CHANGED_SINCE"
    NOT_PERMITTED = "NOT_PERMITTED"
    GONE = "GONE"
    OUT_OF_REACH = "OUT_OF_REACH"
    LINKED_ELSEWHERE = "LINKED_ELSEWHERE"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way, and why."""

    kind: ObstacleKind
    because: str


CHANGED_SINCE = Obstacle(ObstacleKind.CHANGED_SINCE, "It was changed since.")
GONE = Obstacle(ObstacleKind.GONE, "It is no longer there.")
OUT_OF_REACH = Obstacle(
    ObstacleKind.OUT_OF_REACH, "The record is no longer among those that this mailbox synchronizes."
)
LINKED_ELSEWHERE = Obstacle(ObstacleKind.LINKED_ELSEWHERE, "Its record or item belongs to another one by now.")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What rights leave of undoing: the rule that forbids it, per field and for the whole; nothing is allowed."""

    fields: Mapping[int, str] = field(default_factory=dict)
    remove: str | None = None
    put_back: str | None = None


@dataclass(frozen=True, slots=True)
class FieldBack:
    """One field that goes back from ``now``, unless something is in the way; ``forced`` overwrites a later edit."""

    position: int
    now: Value
    back: Value
    obstacle: Obstacle | None = None
    forced: bool = False


@dataclass(frozen=True, slots=True)
class EndPlan:
    """What undoing does with one end. Nothing, if there is no ``act``: it is as it was, or something is in the way."""

    end: End
    act: Act | None = None
    fields: tuple[FieldBack, ...] = ()
    obstacle: Obstacle | None = None

    @property
    def back(self) -> dict[int, Value]:
        """The fields to write, by position."""
        return {one.position: one.back for one in self.fields if one.obstacle is None}

    @property
    def obstacles(self) -> int:
        return (self.obstacle is not None) + sum(one.obstacle is not None for one in self.fields)


State: TypeAlias = ItemState | RecordState


def plan_end(end: End, now: State | None, allowed: Allowed, digests: Digests, *, force: bool = False) -> EndPlan:
    """What undoing does with an end that is in state ``now``; None says that it is not there."""
    if not end.existed:
        return _plan_removal(end, now, allowed, digests, force=force)
    if not end.exists:
        return _plan_return(end, now, allowed)
    fields = _plan_fields(end, now, allowed, force=force)
    if now is None and any(before != after for before, after in end.fields.values()):
        return EndPlan(end, obstacle=GONE)
    writes = any(one.obstacle is None for one in fields)
    return EndPlan(end, Act.WRITE if writes else None, fields)


def _plan_fields(end: End, now: State | None, allowed: Allowed, *, force: bool) -> tuple[FieldBack, ...]:
    if now is None:
        return ()
    fields: list[FieldBack] = []
    for position, (before, after) in sorted(end.fields.items()):
        current = now.values[position]
        if current == before:
            continue
        rule = allowed.fields.get(position)
        changed = current != after
        obstacle = None
        if rule is not None:
            obstacle = Obstacle(ObstacleKind.NOT_PERMITTED, rule)
        elif changed and not force:
            obstacle = CHANGED_SINCE
        fields.append(FieldBack(position, current, before, obstacle, forced=changed and obstacle is None))
    return tuple(fields)


def _plan_removal(end: End, now: State | None, allowed: Allowed, digests: Digests, *, force: bool) -> EndPlan:
    if now is None:
        return EndPlan(end)
    if allowed.remove is not None:
        return EndPlan(end, obstacle=Obstacle(ObstacleKind.NOT_PERMITTED, allowed.remove))
    if not force and not _untouched(end, now, digests):
        return EndPlan(end, obstacle=CHANGED_SINCE)
    return EndPlan(end, Act.REMOVE)


def _plan_return(end: End, now: State | None, allowed: Allowed) -> EndPlan:
    if now is not None or end.removed is None:
        return EndPlan(end)
    if allowed.put_back is not None:
        return EndPlan(end, obstacle=Obstacle(ObstacleKind.NOT_PERMITTED, allowed.put_back))
    fields = tuple(
        FieldBack(position, after, before)
        for position, (before, after) in sorted(end.fields.items())
        if before != after and position not in allowed.fields
    )
    return EndPlan(end, Act.PUT_BACK, fields)


def _untouched(end: End, now: State, digests: Digests) -> bool:
    """Whether what was made is still what it was when the entries ended.

    Its version says so if nothing was written since; else the values of all fields do.
    """
    if end.made is None:
        return False
    if not end.since and end.made.version:
        return str(now.version) == end.made.version
    written = digests.baseline(tuple(end.since.get(n, ("",)) for n in range(len(now.values))))
    seen = replaced(end.made.seen, written, frozenset(end.since))
    return not moved(seen, digests.baseline(now.values))
