"""On which days a series happens, as Dataverse splits a rule: type, interval, weekdays, day, month, instance, end.

Days are those of the series' own time zone; what o'clock and where is not said here. Days that a month does not have
are left out, as iCalendar does it, and weeks begin on Monday. Weekdays are a set of bits, Sunday 1 to Saturday 64.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum
from itertools import islice
from typing import assert_never

EVERY_DAY = 127
WORKDAYS = 62
LAST = 5
"""The instance that means the last one of a month."""
HORIZON = timedelta(days=200 * 366)
"""Nothing is looked for later than this after the start: a series until the year 9999 never ends."""


class PatternType(IntEnum):
    """``recurrencepatterntype``; the last two are those that Dataverse calls nth."""

    DAILY = 0
    WEEKLY = 1
    MONTHLY = 2
    YEARLY = 3
    MONTHLY_NTH = 4
    YEARLY_NTH = 5


class PatternEnd(IntEnum):
    """``patternendtype``."""

    NEVER = 1
    OCCURRENCES = 2
    DATE = 3


class UnsoundPattern(ValueError):
    """Parts of a rule that make no rule; the message says which."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule. Which parts count depends on the type; the others are 0. ``until`` is the last day that may be one."""

    type: PatternType
    interval: int = 1
    weekdays: int = 0
    day: int = 0
    month: int = 0
    instance: int = 0
    end: PatternEnd = PatternEnd.NEVER
    count: int = 0
    until: date | None = None

    def days(self, start: date) -> Iterator[date]:
        """The days of a series that begins on ``start``, in their order."""
        days = (day for day in self._endless(start) if day >= start)
        match self.end:
            case PatternEnd.NEVER:
                yield from days
            case PatternEnd.OCCURRENCES:
                yield from islice(days, self.count)
            case PatternEnd.DATE:
                for day in days:
                    if self.until is None or day > self.until:
                        return
                    yield day
            case _:
                assert_never(self.end)

    def first(self, start: date) -> date | None:
        """The first day of a series whose rule begins on ``start``; None if it has none."""
        return next(self.days(start), None)

    def last(self, start: date) -> date | None:
        """The last day; None if there is none within the horizon, or no day at all."""
        if self.end is PatternEnd.NEVER:
            return None
        last, horizon = None, _horizon(start)
        for day in self.days(start):
            if day > horizon:
                return None
            last = day
        return last

    def among(self, days: Iterable[date], start: date) -> frozenset[date]:
        """Those of ``days`` that the series happens on."""
        horizon = _horizon(start)
        wanted = frozenset(day for day in days if start <= day <= horizon)
        if not wanted:
            return frozenset()
        newest = max(wanted)
        found = set[date]()
        for day in self.days(start):
            if day > newest:
                break
            if day in wanted:
                found.add(day)
        return frozenset(found)

    def _endless(self, start: date) -> Iterator[date]:
        """Days of the rule without its end; some may come before ``start``."""
        match self.type:
            case PatternType.DAILY:
                yield from _steps(start, self.interval)
            case PatternType.WEEKLY:
                monday = start.toordinal() - start.weekday()
                offsets = [n for n in range(7) if self.weekdays & bit_of(n)]
                for week in range(monday, date.max.toordinal() - 6, 7 * self.interval):
                    for offset in offsets:
                        if week + offset > 0:
                            yield date.fromordinal(week + offset)
            case PatternType.MONTHLY | PatternType.MONTHLY_NTH:
                yield from self._monthly(start.year * 12 + start.month - 1, self.interval)
            case PatternType.YEARLY | PatternType.YEARLY_NTH:
                yield from self._monthly(start.year * 12 + self.month - 1, self.interval * 12)
            case _:
                assert_never(self.type)

    def _monthly(self, first: int, step: int) -> Iterator[date]:
        nth = self.type in (PatternType.MONTHLY_NTH, PatternType.YEARLY_NTH)
        for month in range(first, date.max.year * 12 + 11, step):
            begin = date(month // 12, month % 12 + 1, 1)
            length = (date((month + 1) // 12, (month + 1) % 12 + 1, 1) - begin).days
            day = _nth(begin.weekday(), length, self.weekdays, self.instance) if nth else self.day
            if 1 <= day <= length:
                yield begin.replace(day=day)


def sound(pattern: Pattern, start: date) -> tuple[Pattern, date]:
    """The one way to say this rule, and its first day; raises UnsoundPattern.

    What is missing follows from ``start``, what does not count for the type is 0, and the series begins with a day that
    the rule gives (iCalendar counts the start in any case).
    """
    if not 1 <= pattern.interval <= 9999:
        raise UnsoundPattern(f"the interval is {pattern.interval}")
    if not 0 <= pattern.weekdays <= EVERY_DAY:
        raise UnsoundPattern(f"the weekdays are {pattern.weekdays}")
    told = _typed(pattern, start)
    match told.end:
        case PatternEnd.NEVER:
            told = replace(told, count=0, until=None)
        case PatternEnd.OCCURRENCES:
            if not 1 <= told.count <= 99999:
                raise UnsoundPattern(f"the number of occurrences is {told.count}")
            told = replace(told, until=None)
        case PatternEnd.DATE:
            if told.until is None:
                raise UnsoundPattern("the rule ends on a date that is missing")
            told = replace(told, count=0)
        case _:
            assert_never(told.end)
    first = told.first(start)
    if first is None:
        raise UnsoundPattern("the rule gives no day at all")
    return told, first


def _typed(pattern: Pattern, start: date) -> Pattern:
    kept = replace(pattern, weekdays=0, day=0, month=0, instance=0)
    match pattern.type:
        case PatternType.DAILY if pattern.weekdays not in (0, EVERY_DAY):
            if pattern.interval != 1:
                raise UnsoundPattern(f"every {pattern.interval} days, but only on some weekdays")
            return replace(kept, type=PatternType.WEEKLY, weekdays=pattern.weekdays)
        case PatternType.DAILY:
            return kept
        case PatternType.WEEKLY:
            return replace(kept, weekdays=pattern.weekdays or bit_of(start.weekday()))
        case PatternType.MONTHLY | PatternType.YEARLY:
            day = pattern.day or start.day
            if not 1 <= day <= 31:
                raise UnsoundPattern(f"the day of the month is {day}")
            kept = replace(kept, day=day)
        case PatternType.MONTHLY_NTH | PatternType.YEARLY_NTH:
            if not pattern.weekdays or not 1 <= pattern.instance <= LAST:
                raise UnsoundPattern("the rule does not say which weekday of the month")
            if pattern.weekdays == EVERY_DAY and pattern.instance != LAST:
                plain = PatternType.MONTHLY if pattern.type is PatternType.MONTHLY_NTH else PatternType.YEARLY
                kept = replace(kept, type=plain, day=pattern.instance)
            else:
                kept = replace(kept, weekdays=pattern.weekdays, instance=pattern.instance)
        case _:
            assert_never(pattern.type)
    if kept.type in (PatternType.YEARLY, PatternType.YEARLY_NTH):
        month = pattern.month or start.month
        if not 1 <= month <= 12:
            raise UnsoundPattern(f"the month is {month}")
        kept = replace(kept, month=month)
    return kept


def bit_of(weekday: int) -> int:
    """The bit of a weekday that Python counts from Monday 0."""
    return 1 << (weekday + 1) % 7


def _nth(weekday: int, length: int, weekdays: int, instance: int) -> int:
    """The day of a month that begins on ``weekday``: the nth of these weekdays; 0 if it has none."""
    days = [n + 1 for n in range(length) if weekdays & bit_of((weekday + n) % 7)]
    if instance == LAST:
        return days[-1] if days else 0
    return days[instance - 1] if instance <= len(days) else 0


def _steps(start: date, days: int) -> Iterator[date]:
    for ordinal in range(start.toordinal(), date.max.toordinal() + 1, days):
        yield date.fromordinal(ordinal)


def _horizon(start: date) -> date:
    return start + min(HORIZON, date.max - start)
