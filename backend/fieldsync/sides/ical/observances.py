"""Time zones as a VTIMEZONE defines them, for those whose name says nothing.

A VTIMEZONE holds *observances* (STANDARD, DAYLIGHT): from its onset on, one offset holds. Onsets are written in the
time that was shown before them.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from fieldsync.sides.ical.lines import Component

_MOMENT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?)?(Z)?$", re.ASCII)
_OFFSET = re.compile(r"^([+-]?)(\d\d):?(\d\d):?(\d\d)?$", re.ASCII)
_BYDAY = re.compile(r"^([+-]?\d+)?(SU|MO|TU|WE|TH|FR|SA)$", re.ASCII)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MOST_DATES = 1000


@dataclass(frozen=True, slots=True)
class _Yearly:
    """The days of a year on which an observance begins."""

    months: tuple[int, ...]
    weekdays: tuple[tuple[int, int], ...]
    monthdays: tuple[int, ...]
    until: datetime | None

    def days(self, year: int) -> Iterator[date]:
        for month in self.months:
            length = calendar.monthrange(year, month)[1]
            for day in range(1, length + 1):
                if self.monthdays and day not in self.monthdays and day - length - 1 not in self.monthdays:
                    continue
                on = date(year, month, day)
                nth = {0, (day - 1) // 7 + 1, -((length - day) // 7 + 1)}
                if not self.weekdays or any(on.weekday() == n and which in nth for which, n in self.weekdays):
                    yield on


@dataclass(frozen=True, slots=True)
class _Observance:
    start: datetime
    before: timedelta
    after: timedelta
    rule: _Yearly | None
    dates: tuple[datetime, ...]

    def onsets(self, year: int) -> Iterator[datetime]:
        """The onsets that the time of this year can depend on, as local times."""
        yield self.start
        yield from self.dates
        if self.rule is None:
            return
        last = year + 1
        if self.rule.until is not None:
            last = min(last, self.rule.until.year)
        for one in range(max(self.start.year, last - 3), last + 1):
            for day in self.rule.days(one):
                onset = datetime.combine(day, self.start.time())
                if onset > self.start and (self.rule.until is None or onset - self.before <= self.rule.until):
                    yield onset


@dataclass(frozen=True, slots=True)
class _Onset:
    local: datetime
    utc: datetime
    before: timedelta
    after: timedelta


class Observances(tzinfo):
    """A zone known by its VTIMEZONE alone."""

    def __init__(self, name: str, observances: tuple[_Observance, ...]) -> None:
        self._name = name
        self._observances = observances
        self._first = min(observances, key=lambda one: one.start).before
        self._years: dict[int, list[_Onset]] = {}

    def utcoffset(self, dt: datetime | None, /) -> timedelta:
        """What holds at this local time; where none does, because clocks are put forward, what held before."""
        if dt is None:
            return self._first
        local = dt.replace(tzinfo=None, fold=0)
        for onset in reversed(self._around(local.year)):
            again = max(timedelta(), onset.before - onset.after) if dt.fold else timedelta()
            if onset.local - again <= local:
                skipped = local - onset.local < onset.after - onset.before
                return onset.before if skipped else onset.after
        return self._first

    def fromutc(self, dt: datetime, /) -> datetime:
        utc = dt.replace(tzinfo=None)
        offset = next((onset.after for onset in reversed(self._around(utc.year)) if onset.utc <= utc), self._first)
        shown = dt + offset
        return shown if self.utcoffset(shown) == offset else shown.replace(fold=1)

    def dst(self, dt: datetime | None, /) -> timedelta | None:
        del dt

    def tzname(self, dt: datetime | None, /) -> str:
        del dt
        return self._name

    def _around(self, year: int) -> list[_Onset]:
        found = self._years.get(year)
        if found is None:
            found = [
                _Onset(local, local - one.before, one.before, one.after)
                for one in self._observances
                for local in one.onsets(year)
            ]
            found.sort(key=lambda onset: onset.utc)
            self._years[year] = found
        return found


def observed(component: Component) -> Observances | None:
    """The zone of a VTIMEZONE; None if it says nothing that can be understood."""
    found: list[_Observance] = []
    for one in component.components("STANDARD", "DAYLIGHT"):
        try:
            found.append(_observance(one))
        except (ValueError, OverflowError):
            return None
    return Observances(component.text(component.first("TZID")), tuple(found)) if found else None


def _observance(component: Component) -> _Observance:
    start = _local(component.text(component.first("DTSTART")))
    before = _offset(component.text(component.first("TZOFFSETFROM")))
    after = _offset(component.text(component.first("TZOFFSETTO")))
    rules = [component.text(line) for line in component.all("RRULE")]
    words = component.words("RDATE")
    if len(rules) > 1 or len(words) > _MOST_DATES:
        raise ValueError("too much for one observance")
    dates = tuple(_local(word.partition("/")[0]) for word in words)
    return _Observance(start, before, after, _rule(rules[0], start, before) if rules else None, dates)


def _rule(text: str, start: datetime, before: timedelta) -> _Yearly:
    parts = {
        name.strip().upper(): value.strip() for name, _, value in (part.partition("=") for part in text.split(";"))
    }
    if parts.get("FREQ", "").upper() != "YEARLY" or parts.get("INTERVAL", "1") != "1" or "COUNT" in parts:
        raise ValueError(text)
    months = tuple(int(word) for word in parts.get("BYMONTH", str(start.month)).split(","))
    monthdays = tuple(int(word) for word in parts.get("BYMONTHDAY", "").split(",") if word)
    weekdays: list[tuple[int, int]] = []
    for word in parts.get("BYDAY", "").upper().split(","):
        match = _BYDAY.match(word.strip())
        if match:
            weekdays.append((int(match[1] or 0), _DAYS.index(match[2])))
        elif word:
            raise ValueError(text)
    if not weekdays and not monthdays:
        monthdays = (start.day,)
    if any(not 1 <= month <= 12 for month in months):
        raise ValueError(text)
    until = None
    if "UNTIL" in parts:
        until = _local(parts["UNTIL"])
        if not parts["UNTIL"].upper().endswith("Z"):
            until -= before
    return _Yearly(months, tuple(weekdays), monthdays, until)


def _local(text: str) -> datetime:
    match = _MOMENT.match(text.strip())
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    found = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (local by definition)
    if not 2 <= found.year <= 9997:
        raise ValueError(text)
    return found


def _offset(text: str) -> timedelta:
    match = _OFFSET.match(text.strip())
    if match is None:
        raise ValueError(text)
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=int(match[4] or 0))
    if offset >= timedelta(days=1):
        raise ValueError(text)
    return -offset if match[1] == "-" else offset
