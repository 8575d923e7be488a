"""Who held what when: every value of every record and item, and whether a person or a run put it there."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from fieldsync.core.values import Side, Value, Values


class Violation(BaseException):
    """A promise was broken: ``rule`` says which, ``facts`` how. No part of the product catches it on its way out."""

    def __init__(self, rule: str, facts: str) -> None:
        super().__init__(f"{rule}\n    {facts}")
        self.rule = rule
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Held:
    """A value from ``at`` on. ``led`` if a person put it where it could travel on, by the rules of that moment."""

    at: int
    value: Value
    typed: bool
    led: bool = False


@dataclass(slots=True)
class End:
    """A record or an item, also after it is gone. ``who`` it is about is the same on both sides.

    ``left_at`` is when a record was given to somebody else, ``mended`` what a broken item was before,
    ``kept_back`` the fields that could not be filled when a run made the record, ``born_empty`` those that held nothing
    at first.
    """

    side: Side
    id: str
    label: str
    who: str
    values: Values
    owner: str = ""
    born_at: int = 0
    left_at: int = -1
    unmapped: bytes = b""
    alive: bool = True
    broken: bool = False
    mended: bytes = b""
    removed_by_run: bool = False
    kept_back: frozenset[int] = frozenset()
    born_empty: frozenset[int] = frozenset()
    held: dict[int, list[Held]] = field(default_factory=lambda: defaultdict(list))

    def newest(self, position: int) -> Held:
        known = self.held.get(position)
        return known[-1] if known else Held(0, self.values[position], typed=False)

    def since(self, position: int, since: int) -> list[Value]:
        """The values held at some moment from ``since`` on, even if it is gone by now."""
        known = self.held.get(position, [])
        before = [one.value for one in known if one.at <= since][-1:]
        return (before or [("",) * len(self.values[position])]) + [one.value for one in known if one.at > since]

    def was_empty(self, position: int) -> bool:
        """Whether the field held nothing at some moment before the value it has now."""
        known = self.held.get(position, [])
        return not known or position in self.born_empty or any(not any(one.value) for one in known[:-1])

    def typed_at(self, position: int) -> int:
        """When a person last wrote this field; 0 for never."""
        return max((one.at for one in self.held.get(position, ()) if one.typed), default=0)


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an end that came to hold something else."""

    position: int
    before: Held
    value: Value


class Ledger:
    """All ends there ever were. ``now`` counts what happens."""

    def __init__(self) -> None:
        self.now = 0
        self.ends: dict[tuple[Side, str], End] = {}
        self._by_who: dict[tuple[Side, str], list[End]] = defaultdict(list)

    def tick(self) -> int:
        self.now += 1
        return self.now

    def add(self, end: End, *, typed: bool, led: frozenset[int]) -> None:
        """An end appears; ``led`` are the fields that can travel on from here."""
        end.born_at = self.now
        end.born_empty = frozenset(n for n, value in enumerate(end.values) if not any(value))
        self.ends[end.side, end.id] = end
        self._by_who[end.side, end.who].append(end)
        for position, value in enumerate(end.values):
            if any(value):
                end.held[position].append(Held(self.now, value, typed, position in led))

    def move(self, end: End, end_id: str) -> None:
        """The same end is known by another name from now on."""
        del self.ends[end.side, end.id]
        end.id = end_id
        self.ends[end.side, end_id] = end

    def observe(self, end: End, values: Values, *, typed: bool, led: frozenset[int]) -> list[Change]:
        """An end holds these values now; what that changes."""
        if values == end.values:
            return []
        changes = []
        for position, value in enumerate(values):
            if value != end.values[position]:
                changes.append(Change(position, end.newest(position), value))
                end.held[position].append(Held(self.now, value, typed, position in led))
        end.values = values
        return changes

    def get(self, side: Side, end_id: str) -> End:
        return self.ends[side, end_id]

    def about(self, side: Side, who: str) -> list[End]:
        return self._by_who.get((side, who), [])

    def alive(self, side: Side) -> list[End]:
        return [end for (of, _), end in self.ends.items() if of is side and end.alive]

    def ever(self, side: Side, who: str, position: int) -> Iterator[Value]:
        """Every value that any end about somebody held in a field."""
        for end in self.about(side, who):
            for one in end.held.get(position, ()):
                yield one.value

    def typed_at(self, side: Side, who: str, position: int) -> int:
        return max((end.typed_at(position) for end in self.about(side, who)), default=0)
