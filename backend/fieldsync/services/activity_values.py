"""The values of activities, checked and completed before they are stored.

The time of a meeting is one field on both sides (catalogue ``time``), so it is completed and checked as a whole.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from fieldsync.core.activity_status import new_status, state_of
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.record_rows import rows_of
from fieldsync.errors import FieldWithheld, InvalidInput
from fieldsync.services.records import Change
from fieldsync.services.series_values import SeriesRule, checked_instant, columns_of
from fieldsync.sides.ical.series import TEXTS

RECURRENCE = "recurrence"
"""The recurrence pattern among the values: all of its columns at once, as a ``SeriesRule``."""
STATUS = "statuscode"

_START, _END, _ALL_DAY, _MINUTES = "scheduledstart", "scheduledend", "isalldayevent", "scheduleddurationminutes"
_MIDNIGHT = time()
_DAY = timedelta(days=1)
_NOUNS = {
    RecordKind.APPOINTMENT: "appointment",
    RecordKind.RECURRING_APPOINTMENT: "recurring appointment",
    RecordKind.SERVICE_ACTIVITY: "service activity",
    RecordKind.TASK: "task",
    RecordKind.PHONE_CALL: "phone call",
    RecordKind.LETTER: "letter",
    RecordKind.FAX: "fax",
}
ACTIVITY_KINDS = tuple(_NOUNS)


class ActivityRules:
    """The values of one kind of activity."""

    def __init__(self, kind: RecordKind) -> None:
        self.kind = kind
        self.noun = _NOUNS[kind]
        self._rows = rows_of(kind)
        self._timed = _MINUTES in self._rows.attributes

    def checked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        checked: dict[str, Any] = {}
        for name, value in values.items():
            match value:
                case None if name in (STATUS, RECURRENCE):
                    raise InvalidInput(f"It always has one; leave {name} out to keep it.", path=(name,))
                case SeriesRule():
                    checked |= columns_of(value)
                case _ if name == STATUS:
                    checked |= {"statecode": state_of(self.kind, value).value, STATUS: value.value}
                case str():
                    checked[name] = self._text(name, value)
                case datetime():
                    checked[name] = checked_instant(name, value)
                case int() if name == "percentcomplete" and not 0 <= value <= 100:
                    raise InvalidInput("Percentages lie between 0 and 100.", path=(name,))
                case _:
                    checked[name] = value
        return checked

    def complete(self, change: Change) -> None:
        wanted = change.wanted
        if change.held is None and not wanted:
            raise InvalidInput(f"A new {self.noun} needs at least one value, such as its subject.")
        if self._timed:
            _complete_time(change)
        if self.kind is RecordKind.RECURRING_APPOINTMENT:
            _check_series(change)
        wanted |= self._rows.filled(change.held or {}, wanted, change.now)
        if change.held is None and STATUS not in wanted:
            status = new_status(self.kind)
            wanted |= {"statecode": state_of(self.kind, status).value, STATUS: status.value}

    def _text(self, name: str, value: str) -> str | None:
        if "\x00" in value:
            raise InvalidInput("This text holds a character that cannot be stored.", path=(name,))
        limit = self._rows.max_lengths[name]
        if len(value) > limit:
            raise InvalidInput(f"This text has {len(value)} characters; at most {limit} are kept.", path=(name,))
        return value or None


def _complete_time(change: Change) -> None:
    """Start, end and duration of a meeting fit each other; of one that lasts all day, both are midnights (UTC)."""
    wanted, parts = change.wanted, (_START, _END, _ALL_DAY)
    if change.held is not None and not any(name in wanted for name in parts):
        return
    for name in parts:
        # Whether times fit would otherwise tell, try by try, the one that is withheld.
        if name in change.hidden and name not in wanted:
            raise FieldWithheld(f"{name} is withheld from you; say it too, a time is written as a whole.", path=(name,))
    start, end, all_day = (change.after(name) for name in parts)
    if start is None:
        raise InvalidInput("A meeting needs a start.", path=(_START,))
    if end is None:
        end = start + _DAY if all_day else start
    if all_day and not (start.time() == end.time() == _MIDNIGHT and start < end):
        raise InvalidInput("What lasts all day goes from a midnight to a later one, both in UTC.", path=(_ALL_DAY,))
    if end < start:
        raise InvalidInput("It ends before it starts.", path=(_END,))
    minutes = (end - start) // timedelta(minutes=1)
    wanted |= {_START: start, _END: end, _ALL_DAY: bool(all_day), _MINUTES: minutes}


def _check_series(change: Change) -> None:
    if change.held is None and "recurrencepatterntype" not in change.wanted:
        raise InvalidInput("A series needs a recurrence pattern.", path=(RECURRENCE,))
    if "exceptions" in change.wanted:
        closed = sorted(name for name in TEXTS if name in change.hidden | change.closed)
        if closed:
            raise FieldWithheld(
                f"Changed occurrences also say {', '.join(closed)}, which no field profile of yours opens to you.",
                path=("exceptions",),
            )
