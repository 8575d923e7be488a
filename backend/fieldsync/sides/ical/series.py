"""A series as the field *recurrence* holds it, in one canonical form.

The value has the columns of Dataverse and three more parts: the IANA zone in which the rule counts its days, the
original starts of occurrences that were taken out (JSON list, sorted), and the occurrences that differ (JSON list of
objects, sorted by ``original``, with only what differs). An occurrence is told by its day: a series has one a day.
Without ``timezone`` the mailbox's zone is meant; a series of whole days is one of UTC midnights in the zone UTC.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, TypeAlias

from fieldsync.core.recurrence import Pattern, PatternEnd, PatternType, UnsoundPattern, sound
from fieldsync.core.values import Value
from fieldsync.errors import NotTransferable
from fieldsync.sides.content.instants import from_text, to_text
from fieldsync.sides.ical import zones
from fieldsync.sides.ical.showing import CANCELED
from fieldsync.sides.ical.timeblock import EARLIEST, LATEST

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_LAST_START = datetime(9500, 1, 1)  # noqa: DTZ001 (of any zone)
_LONGEST = timedelta(days=36525)
TEXTS = ("subject", "location", "description", "prioritycode", "statecode", "statuscode")
"""What an occurrence may say otherwise than its series, beside its time."""

Tidy: TypeAlias = Callable[[Mapping[str, str]], Mapping[str, str]]
"""Gives these texts as an item holds them."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What differs on one day: another time (both or neither), other texts, or that it is cancelled."""

    start: datetime | None = None
    end: datetime | None = None
    texts: tuple[tuple[str, str], ...] = ()
    cancelled: bool = False

    def __bool__(self) -> bool:
        return self.cancelled or self.start is not None or bool(self.texts)


@dataclass(frozen=True, slots=True)
class Series:
    """Start and length are those of the clock in ``zone``, whose IANA name is ``zone_name``."""

    pattern: Pattern
    start: datetime
    length: timedelta
    zone_name: str
    zone: tzinfo
    deleted: frozenset[date] = frozenset()
    changed: Mapping[date, Occurrence] = field(default_factory=dict)

    @property
    def whole_days(self) -> bool:
        """True if its occurrences are days rather than times."""
        days = self.length >= _DAY and not self.length % _DAY
        return self.zone_name == "UTC" and self.start.time() == time() and days

    @property
    def first(self) -> date:
        return self.start.date()

    def start_of(self, day: date) -> datetime:
        """When the occurrence of a day begins (UTC)."""
        return _utc(datetime.combine(day, self.start.time()), self.zone)

    def end_of(self, day: date) -> datetime:
        return max(self.start_of(day), _utc(datetime.combine(day, self.start.time()) + self.length, self.zone))

    def day_of(self, at: datetime) -> date | None:
        """The day whose occurrence begins at this instant, whether the rule gives that day or not."""
        try:
            near = at.astimezone(self.zone).date()
            # Where a clock skips a time, the occurrence begins a little later, perhaps on the next day.
            return next((day for day in (near, near - _DAY) if self.start_of(day) == at), None)
        except OverflowError:
            return None

    def days_among(self, days: Iterable[date]) -> frozenset[date]:
        return self.pattern.among(days, self.first)


def to_value(series: Series) -> Value:
    """The value of a series whose pattern is sound."""
    told = series.pattern
    return (
        str(int(told.type)),
        str(told.interval),
        _number(told.weekdays),
        _number(told.day),
        _number(told.month),
        _number(told.instance),
        _number(told.count),
        str(int(told.end)),
        series.first.isoformat(),
        told.until.isoformat() if told.until else "",
        to_text(series.start_of(series.first)),
        to_text(series.end_of(series.first)),
        str(series.length // _MINUTE),
        series.zone_name,
        _json([to_text(series.start_of(day)) for day in sorted(series.deleted)]),
        _json([_object(series, day, one) for day, one in sorted(series.changed.items())]),
    )


def from_value(value: Value, home: tzinfo, tidy: Tidy) -> Series:
    """The series that a value means; raises NotTransferable with the reason.

    The end outweighs the duration. ``home`` is the mailbox's zone.
    """
    kind, interval, weekdays, day, month, instance, count, end, begins, ends, start, finish, minutes, name = value[:14]
    zone = zones.by_name(name) if name.strip() else home
    if zone is None:
        raise NotTransferable(f"nobody knows the time zone {name[:60]!r}")
    at, until = from_text(start), from_text(finish)
    if at is None or not EARLIEST < at < LATEST:
        raise NotTransferable("the series has no start")
    local = _local(at, zone)
    clock = _local(until, zone) - local if until is not None and EARLIEST < until < LATEST else timedelta()
    length = max(clock, timedelta()) or _int(minutes) * _MINUTE
    first = _date(begins) or local.date()
    try:
        told = Pattern(
            PatternType(_int(kind, -1)),
            _int(interval, 1) if interval.strip() else 1,
            _int(weekdays),
            _int(day),
            _int(month),
            _int(instance),
            _ending(end, count, ends),
            _int(count),
            _date(ends),
        )
        told, first = sound(told, first)
    except (UnsoundPattern, ValueError) as error:
        raise NotTransferable(f"the rule of the series is none: {error}") from None
    # A time that the clock skips on the first day is another one.
    begin = _local(_utc(datetime.combine(first, local.time()), zone), zone)
    if begin > _LAST_START or length > _LONGEST:
        raise NotTransferable("the series is beyond the calendar")
    name = zones.name_of(zone, at, home)
    if not name:
        raise NotTransferable("the series is in a time zone that has no name")
    bare = Series(told, begin, length, name, zone)
    deleted = bare.days_among(day for text in _list(value[14]) if (day := _day(bare, text)) is not None)
    return replace(bare, deleted=deleted, changed=_changed(bare, value[15], deleted, tidy))


def _changed(bare: Series, text: str, deleted: frozenset[date], tidy: Tidy) -> dict[date, Occurrence]:
    told: dict[date, Mapping[str, Any]] = {}
    for entry in _list(text):
        if isinstance(entry, dict):
            day = _day(bare, entry.get("original"))
            if day is not None and day not in deleted:
                told.setdefault(day, entry)
    found = {day: _occurrence(bare, day, told[day], tidy) for day in sorted(bare.days_among(told))}
    return {day: one for day, one in found.items() if one}


def _occurrence(bare: Series, day: date, entry: Mapping[str, Any], tidy: Tidy) -> Occurrence:
    said = tidy({key: entry[key] for key in TEXTS if isinstance(entry.get(key), str)})
    if entry.get("cancelled") is True or said.get("statecode") == CANCELED:
        return Occurrence(cancelled=True)
    start = _instant(entry.get("start")) or bare.start_of(day)
    end = _instant(entry.get("end")) or start + (bare.end_of(day) - bare.start_of(day))
    return occurrence(bare, day, start, end, said)


def occurrence(series: Series, day: date, start: datetime, end: datetime, said: Mapping[str, str]) -> Occurrence:
    """What differs on a day that begins and ends so and says these texts otherwise."""
    end = max(start, end)
    told = tuple((key, said[key]) for key in TEXTS if key in said)
    if (start, end) == (series.start_of(day), series.end_of(day)):
        return Occurrence(texts=told)
    return Occurrence(start, end, told)


def _object(series: Series, day: date, one: Occurrence) -> dict[str, Any]:
    told: dict[str, Any] = {"original": to_text(series.start_of(day))}
    if one.start is not None and one.end is not None:
        told |= {"start": to_text(one.start), "end": to_text(one.end)}
    told |= dict(one.texts)
    if one.cancelled:
        told["cancelled"] = True
    return told


def _day(series: Series, text: object) -> date | None:
    """The day of an original start. A series whose time was changed keeps what was said of its days."""
    at = _instant(text)
    if at is None:
        return None
    return series.day_of(at) or at.astimezone(series.zone).date()


def _instant(text: object) -> datetime | None:
    at = from_text(text) if isinstance(text, str) else None
    return at if at is not None and EARLIEST < at < LATEST else None


def _ending(end: str, count: str, ends: str) -> PatternEnd:
    if end.strip():
        return PatternEnd(_int(end, -1))
    return PatternEnd.DATE if _date(ends) else PatternEnd.OCCURRENCES if _int(count) else PatternEnd.NEVER


def _utc(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def _local(at: datetime, zone: tzinfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def _list(text: str) -> list[Any]:
    if not text.strip():
        return []
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []


def _json(entries: list[Any]) -> str:
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":")) if entries else ""


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _int(text: str, missing: int = 0) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else missing


def _number(number: int) -> str:
    return str(number) if number else ""
