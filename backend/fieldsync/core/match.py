"""Which unlinked record and which unlinked item are the same person.

A match wants the same name and a common e-mail address, and exactly one candidate on either side.
Where there are several, nobody is linked and nobody is made anew: a blind copy would be a duplicate.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from fieldsync.core.identity import Identity
from fieldsync.core.values import Values

R = TypeVar("R")
I = TypeVar("I")  # noqa: E741 - R and I are the two sides


@dataclass(frozen=True, slots=True)
class IdentityFields:
    """Positions of the fields that tell who somebody is."""

    name: int
    emails: tuple[int, ...]
    company: int

    def subject(self, values: Values) -> str:
        """What to call this record or item before people: by what can never be secured (C11)."""
        for position in (self.name, self.company):
            if values[position][0].strip():
                return values[position][0].strip()[:400]
        return "(no name)"

    def keys(self, values: Values) -> set[tuple[str, str]]:
        """Name and address, once per address; empty if either is missing, for then nothing is sure."""
        name = " ".join(values[self.name][0].casefold().split())
        if not name:
            return set()
        return {(name, mail) for position in self.emails if (mail := values[position][0].strip().casefold())}


@dataclass(slots=True)
class Matches(Generic[R, I]):
    """``pairs`` belong together; ``unsure`` have several candidates; the rest stand alone."""

    pairs: list[tuple[R, I]] = field(default_factory=list)
    unsure_records: list[R] = field(default_factory=list)
    unsure_items: list[I] = field(default_factory=list)
    records: list[R] = field(default_factory=list)
    items: list[I] = field(default_factory=list)


def match(
    identity: Identity,
    records: Sequence[tuple[R, Values]],
    items: Sequence[tuple[I, Values]],
) -> Matches[R, I]:
    """Sort unlinked records and items into pairs, unsure ones and loners."""
    result: Matches[R, I] = Matches()
    by_key: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, (_, values) in enumerate(items):
        for key in identity.keys(values):
            by_key[key].append(index)
    candidates = [
        {index for key in identity.keys(values) for index in by_key.get(key, ())} if by_key else set[int]()
        for _, values in records
    ]
    wanted_by = _invert(candidates)
    taken: set[int] = set()
    for (record, _), found in zip(records, candidates, strict=True):
        if not found:
            result.records.append(record)
        elif len(found) == 1 and len(wanted_by[next(iter(found))]) == 1:
            index = next(iter(found))
            taken.add(index)
            result.pairs.append((record, items[index][0]))
        else:
            result.unsure_records.append(record)
            taken.update(found)
            result.unsure_items.extend(items[index][0] for index in found if items[index][0] not in result.unsure_items)
    result.items = [item for index, (item, _) in enumerate(items) if index not in taken]
    return result


def _invert(candidates: Iterable[set[int]]) -> dict[int, list[int]]:
    inverted: dict[int, list[int]] = defaultdict(list)
    for record, found in enumerate(candidates):
        for index in found:
            inverted[index].append(record)
    return inverted
