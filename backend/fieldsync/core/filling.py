"""What the CRM fills in by itself when an activity that becomes a task is written (behaviours A13, F23).

It does so whoever writes, and whatever the directions say; what it filled in then travels as an edit of the CRM does.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from fieldsync.core.values import RecordKind, Value, Values, is_empty

START, DUE, ENDED, STATUS = "scheduledstart", "scheduledend", "actualend", "status"
OPEN, COMPLETED = "0", "1"
COMPLETED_CODES: Mapping[RecordKind, str] = {
    RecordKind.TASK: "5",
    RecordKind.PHONE_CALL: "2",
    RecordKind.LETTER: "4",
    RecordKind.FAX: "2",
}
"""The statuscode that a kind has when nothing says how it was completed (``dav.md``, section 8)."""


@dataclass(frozen=True, slots=True)
class Filling:
    """The rules of one kind; ``places`` are the positions of its fields by key."""

    kind: RecordKind
    places: Mapping[str, int]

    @property
    def cares(self) -> bool:
        """Whether anything is ever filled in for this kind."""
        return self.kind in COMPLETED_CODES

    def triggers(self, positions: Set[int]) -> bool:
        """Whether writing these fields may fill in others."""
        return self.cares and not positions.isdisjoint({self.places[key] for key in (START, ENDED, STATUS)})

    def fill(self, values: Values, written: Set[int], now: datetime) -> dict[int, Value]:
        """What is filled in, by field, once ``written`` fields made the record what ``values`` say.

        A task without due date is due when it starts; one that is completed ended now; one that ended is completed.
        """
        if not self.triggers(written):
            return {}
        start, due, ended, status = (self.places[key] for key in (START, DUE, ENDED, STATUS))
        filled: dict[int, Value] = {}
        if start in written and not is_empty(values[start]) and is_empty(values[due]):
            filled[due] = values[start]
        if status in written:
            if values[status][0] == COMPLETED and is_empty(values[ended]):
                filled[ended] = (f"{now:%Y-%m-%dT%H:%M:%SZ}",)
        elif ended in written and values[status][0] in ("", OPEN) and _is_past(values[ended][0], now):
            filled[status] = (COMPLETED, COMPLETED_CODES[self.kind])
        return filled


def _is_past(text: str, now: datetime) -> bool:
    try:
        return datetime.fromisoformat(text) <= now
    except (ValueError, TypeError):
        return False
