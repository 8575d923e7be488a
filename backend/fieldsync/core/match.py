"""Which unlinked record and which unlinked item are one and the same.

By their UID first; then by name and a common e-mail address (meetings and tasks: subject and date); then by name and
company. Each step wants exactly one candidate on either side. Where there are several, or where the name is all that
speaks for it, a person decides: nobody is linked, and nobody is made anew, for a blind copy would be a duplicate.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from fieldsync.core.identity import Identity, Key
from fieldsync.core.plan import ItemState, RecordState
from fieldsync.core.values import Values


class Doubt(Enum):
    """Why a person is asked whether an item is a record."""

    SEVERAL = "SEVERAL"
    OTHER_ADDRESSES = "OTHER_ADDRESSES"
    NAME_ONLY = "NAME_ONLY"


class MatchChoice(Enum):
    """What a person says of an item that may be a record: it is one, it stands alone, or it is left alone."""

    LINK = "LINK"
    CREATE = "CREATE"
    IGNORE = "IGNORE"


@dataclass(frozen=True, slots=True)
class Unsure:
    """An item that may be one of these records, and why nobody knows."""

    item: ItemState
    records: tuple[RecordState, ...]
    why: Doubt


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people said of items, by href: which record one is, which stand alone, and which are left alone."""

    pairs: Mapping[str, str] = field(default_factory=dict)
    alone: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()


NO_DECISIONS = Decisions()


@dataclass(slots=True)
class Matches:
    """``pairs`` belong together; ``unsure`` items may be somebody; the rest stand alone."""

    pairs: list[tuple[RecordState, ItemState]] = field(default_factory=list)
    unsure: list[Unsure] = field(default_factory=list)
    records: list[RecordState] = field(default_factory=list)
    items: list[ItemState] = field(default_factory=list)


Keys: TypeAlias = Callable[[Values], Collection[Key]]


def match(
    identity: Identity,
    records: Sequence[RecordState],
    items: Sequence[ItemState],
    decisions: Decisions = NO_DECISIONS,
) -> Matches:
    """Sort unlinked records and items into pairs, unsure ones and loners."""
    result = Matches()
    left = _Left({one.id: one for one in records}, {one.href: one for one in items})
    for href in decisions.ignored:
        left.items.pop(href, None)
    alone = [item for href in decisions.alone if (item := left.items.pop(href, None)) is not None]
    for href, record_id in decisions.pairs.items():
        if href in left.items and record_id in left.records:
            result.pairs.append((left.records.pop(record_id), left.items.pop(href)))
    left.step(result, {id_: _uid(one.traits.uid) for id_, one in left.records.items()}, _uids(left))
    for keys, doubt in ((identity.keys, None), (identity.weaker_keys, _other_addresses(identity))):
        left.by_values(result, keys, doubt)
    left.by_values(result, identity.names, _name_only(identity))
    result.records, result.items = list(left.records.values()), [*left.items.values(), *alone]
    return result


def _uid(uid: str) -> Collection[Key]:
    return ((uid, ""),) if uid else ()


def _uids(left: "_Left") -> Mapping[str, Collection[Key]]:
    return {href: _uid(one.traits.uid) for href, one in left.items.items()}


Doubts: TypeAlias = Callable[[Values, Values], Doubt | bool | None]
"""What speaks against the only candidate: a doubt for a person, None for nothing, False for another one altogether."""


def _other_addresses(identity: Identity) -> Doubts:
    return lambda one, other: Doubt.OTHER_ADDRESSES if identity.differ(one, other) else None


def _name_only(identity: Identity) -> Doubts:
    return lambda one, other: False if identity.differ(one, other) else Doubt.NAME_ONLY


@dataclass(slots=True)
class _Left:
    """What no step has dealt with so far."""

    records: dict[str, RecordState]
    items: dict[str, ItemState]

    def by_values(self, result: Matches, keys: Keys, doubts: Doubts | None) -> None:
        if self.records and self.items:
            of_records = {id_: keys(one.values) for id_, one in self.records.items()}
            self.step(result, of_records, {href: keys(one.values) for href, one in self.items.items()}, doubts)

    def step(
        self,
        result: Matches,
        of_records: Mapping[str, Collection[Key]],
        of_items: Mapping[str, Collection[Key]],
        doubts: Doubts | None = None,
    ) -> None:
        """Pair what has a key in common and nobody else to have it in common with."""
        same_plan: dict[Key, list[str]] = defaultdict(list)
        for record_id, keys in of_records.items():
            for key in keys:
                same_plan[key].append(record_id)
        if not same_plan:
            return
        candidates = {
            href: found
            for href, keys in of_items.items()
            if (found := self._candidates(href, {id_ for key in keys for id_ in same_plan.get(key, ())}, doubts))
        }
        wanted_by: dict[str, int] = defaultdict(int)
        for found in candidates.values():
            for record_id in found:
                wanted_by[record_id] += 1
        for href, found in candidates.items():
            item, why = self.items.pop(href), next(iter(found.values()))
            if len(found) > 1 or wanted_by[next(iter(found))] > 1:
                why = Doubt.SEVERAL
            pair = tuple(self.records[record_id] for record_id in found)
            if why is None:
                result.pairs.append((pair[0], item))
            else:
                result.unsure.append(Unsure(item, pair, why))
        for record_id in wanted_by:
            del self.records[record_id]

    def _candidates(self, href: str, found: set[str], doubts: Doubts | None) -> dict[str, Doubt | None]:
        """The records that an item may be, each with what speaks against it."""
        if doubts is None or not found:
            return dict.fromkeys(sorted(found))
        values = self.items[href].values
        said = {record_id: doubts(self.records[record_id].values, values) for record_id in sorted(found)}
        return {record_id: why for record_id, why in said.items() if isinstance(why, Doubt) or why is None}
