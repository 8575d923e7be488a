"""Start and due date of a task: DTSTART, and DUE or DURATION.

A day without time is midnight in the CRM and a DATE in the mailbox. Each of the two is read and written for itself: a
missing due date is not filled from the start here, each side does that by itself (behaviours A13).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, tzinfo

from fieldsync.core.values import Value
from fieldsync.sides.content.instants import from_text, to_text
from fieldsync.sides.ical.items import Item
from fieldsync.sides.ical.lines import Head, Line
from fieldsync.sides.ical.times import Form, Moment, Times, read_duration

START, DUE = "scheduledstart", "scheduledend"
_NAMES = {START: "DTSTART", DUE: "DUE"}
_EARLIEST, _LATEST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
"""The ends of the calendar cannot be said in every zone."""

_LAST_SECOND = time(23, 59, 59)


class Schedule:
    """RFC 5545, 3.6.2 and 3.8.2.3: the two are of one type, and DURATION stands for DUE."""

    keys = (START, DUE)

    def __init__(self, zone: tzinfo) -> None:
        self._days = Times(None, zone)

    def read(self, item: Item) -> dict[str, Value]:
        start, due = _start(item), _due(item)
        return {
            START: (to_text(start.at) if start else "",),
            DUE: (to_text(self._without_last_second(due.at)) if due else "",),
        }

    def normal(self, key: str, value: Value) -> Value:
        at = from_text(value[0])
        if at is None:
            return ("",)
        if not _EARLIEST < at < _LATEST:
            return ("",)
        return (to_text(self._without_last_second(at) if key == DUE else at),)

    def write(self, item: Item, changes: Mapping[str, Value]) -> None:
        main = item.main
        due = _due(item)
        wanted = {key: from_text(changes[key][0]) for key in changes}
        length = main.first("DURATION")
        if length is not None:
            # A due date told by a duration would move with the start.
            if due is not None:
                wanted.setdefault(DUE, self._without_last_second(due.at))
            main.remove(length)
        for key in [key for key, at in wanted.items() if at is None]:
            main.remove_all(_NAMES[key])
            del wanted[key]
        if wanted:
            self._write(item, {key: at for key, at in wanted.items() if at is not None})

    def _write(self, item: Item, wanted: Mapping[str, datetime]) -> None:
        main, times = item.main, item.times
        lines = {key: line for key, name in _NAMES.items() if (line := main.first(name)) is not None}
        found = {key: times.read(line) for key, line in lines.items()}
        timed = any(times.as_day(at) is None for at in wanted.values()) or any(
            moment.form is not Form.DATE for key, moment in found.items() if key not in wanted
        )
        models = [(lines[key], moment.form) for key, moment in found.items() if moment.form is not Form.DATE]
        model = models[0] if models else None
        for key, at in wanted.items():
            old = found.get(key)
            if key == DUE and old is not None and self._is_last_second(old) and times.as_day(at) is not None:
                self._put(item, key, lines.get(key), _last_second(at, times.zone), old.form, None)
            elif timed:
                self._put_time(item, key, lines.get(key), at, old, model)
            else:
                self._put(item, key, lines.get(key), at, Form.DATE, None)
        if timed:
            for key, moment in found.items():
                if key not in wanted and moment.form is Form.DATE:
                    self._put_time(item, key, lines[key], moment.at, None, model)

    def _put_time(
        self,
        item: Item,
        key: str,
        line: Line | None,
        at: datetime,
        old: Moment | None,
        model: tuple[Line, Form] | None,
    ) -> None:
        if old is not None and old.form is not Form.DATE:
            self._put(item, key, line, at, old.form, None)
        elif model is not None:
            zone = model[0].head.param("TZID") if model[0].head is not None else ""
            self._put(item, key, line, at, model[1], zone)
        else:
            self._put(item, key, line, at, Form.UTC, None)

    def _put(self, item: Item, key: str, line: Line | None, at: datetime, form: Form, zone: str | None) -> None:
        like: Head | None = line.head if line is not None else None
        if zone:
            like = (like or _plain(key)).with_param("TZID", zone)
        known, value = item.times.render(_NAMES[key], at, form, like)
        if line is None:
            item.main.add(known.text, value)
        else:
            item.main.set(line, value, known)

    def _is_last_second(self, moment: Moment) -> bool:
        return self._without_last_second(moment.at) != moment.at

    def _without_last_second(self, at: datetime) -> datetime:
        """CalDav Synchronizer writes a due day as its last second in the user's zone."""
        local = at.astimezone(self._days.zone)
        return self._days.day_start(local.date()) if local.time() == _LAST_SECOND else at


def _plain(key: str) -> Head:
    return Head(_NAMES[key])


def _last_second(at: datetime, zone: tzinfo) -> datetime:
    return datetime.combine(at.astimezone(zone).date(), _LAST_SECOND, zone).astimezone(at.tzinfo)


def _start(item: Item) -> Moment | None:
    line = item.main.first("DTSTART")
    return item.times.read(line) if line is not None else None


def _due(item: Item) -> Moment | None:
    line = item.main.first("DUE")
    if line is not None:
        return item.times.read(line)
    length, start = item.main.first("DURATION"), _start(item)
    duration = read_duration(length.value) if length is not None else None
    return duration.after(start) if duration is not None and start is not None else None
