"""On which days a series happens; python-dateutil is the oracle."""

from datetime import date, datetime, time
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.core.recurrence import HORIZON, Pattern, PatternEnd, PatternType, UnsoundPattern, sound

MON = date(2026, 1, 5)
_NAMES = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")


def _days(pattern: Pattern, start: date, most: int = 4) -> list[str]:
    return [day.isoformat() for day in islice(pattern.days(start), most)]


_NTH, _YEARLY_NTH = PatternType.MONTHLY_NTH, PatternType.YEARLY_NTH


@pytest.mark.parametrize(
    ("pattern", "days"),
    [
        (Pattern(PatternType.DAILY, 3), "2026-01-05 2026-01-08 2026-01-11 2026-01-14"),
        (Pattern(PatternType.WEEKLY, 2, weekdays=2 | 16), "2026-01-05 2026-01-08 2026-01-19 2026-01-22"),
        (Pattern(PatternType.MONTHLY, day=31), "2026-01-31 2026-03-31 2026-05-31 2026-07-31"),
        (Pattern(_NTH, weekdays=4, instance=2), "2026-01-13 2026-02-10 2026-03-10 2026-04-14"),
        (Pattern(_NTH, weekdays=62, instance=5), "2026-01-30 2026-02-27 2026-03-31 2026-04-30"),
        (Pattern(PatternType.YEARLY, day=29, month=2), "2028-02-29 2032-02-29 2036-02-29 2040-02-29"),
        (Pattern(_YEARLY_NTH, weekdays=1, instance=1, month=6), "2026-06-07 2027-06-06 2028-06-04 2029-06-03"),
    ],
)
def test_a_rule_gives_its_days(pattern: Pattern, days: str) -> None:
    assert _days(pattern, MON) == days.split()


def test_a_rule_ends_after_a_number_of_days_or_on_a_date() -> None:
    counted = Pattern(PatternType.DAILY, end=PatternEnd.OCCURRENCES, count=2)
    dated = Pattern(PatternType.DAILY, end=PatternEnd.DATE, until=date(2026, 1, 7))

    assert _days(counted, MON) == ["2026-01-05", "2026-01-06"]
    assert _days(dated, MON) == ["2026-01-05", "2026-01-06", "2026-01-07"]
    assert (counted.last(MON), dated.last(MON)) == (date(2026, 1, 6), date(2026, 1, 7))
    assert Pattern(PatternType.DAILY).last(MON) is None


def test_a_series_until_the_end_of_time_never_ends() -> None:
    endless = Pattern(PatternType.DAILY, end=PatternEnd.DATE, until=date.max)

    assert endless.last(MON) is None
    assert endless.among([date(9999, 1, 1), date(2027, 1, 1)], MON) == {date(2027, 1, 1)}


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        (Pattern(PatternType.DAILY, weekdays=62), Pattern(PatternType.WEEKLY, weekdays=62)),
        (Pattern(PatternType.DAILY, weekdays=127, day=4), Pattern(PatternType.DAILY)),
        (Pattern(PatternType.WEEKLY), Pattern(PatternType.WEEKLY, weekdays=2)),
        (Pattern(PatternType.MONTHLY), Pattern(PatternType.MONTHLY, day=5)),
        (Pattern(PatternType.YEARLY), Pattern(PatternType.YEARLY, day=5, month=1)),
        (Pattern(PatternType.MONTHLY_NTH, weekdays=127, instance=3), Pattern(PatternType.MONTHLY, day=3)),
        (Pattern(PatternType.DAILY, count=5, until=MON), Pattern(PatternType.DAILY)),
    ],
)
def test_a_rule_is_said_in_one_way(given_: Pattern, told: Pattern) -> None:
    assert sound(given_, MON)[0] == told
    assert sound(told, MON)[0] == told


def test_a_series_begins_with_a_day_of_its_rule() -> None:
    tuesdays = Pattern(PatternType.WEEKLY, weekdays=4)

    assert sound(tuesdays, MON) == (tuesdays, date(2026, 1, 6))


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (Pattern(PatternType.DAILY, 0), "the interval is 0"),
        (Pattern(PatternType.DAILY, 2, weekdays=62), "every 2 days, but only on some weekdays"),
        (Pattern(PatternType.MONTHLY, day=32), "the day of the month is 32"),
        (Pattern(PatternType.MONTHLY_NTH, instance=1), "does not say which weekday"),
        (Pattern(PatternType.MONTHLY_NTH, weekdays=2, instance=6), "does not say which weekday"),
        (Pattern(PatternType.YEARLY, day=30, month=2), "no day at all"),
        (Pattern(PatternType.DAILY, end=PatternEnd.OCCURRENCES), "the number of occurrences is 0"),
        (Pattern(PatternType.DAILY, end=PatternEnd.DATE), "a date that is missing"),
        (Pattern(PatternType.DAILY, end=PatternEnd.DATE, until=date(2026, 1, 4)), "no day at all"),
    ],
)
def test_parts_that_make_no_rule_are_refused_with_the_reason(pattern: Pattern, reason: str) -> None:
    with pytest.raises(UnsoundPattern, match=reason):
        sound(pattern, MON)


_patterns = st.builds(
    Pattern,
    type=st.sampled_from(PatternType),
    interval=st.integers(1, 4),
    weekdays=st.integers(1, 127),
    day=st.integers(1, 31),
    month=st.integers(1, 12),
    instance=st.integers(1, 5),
    end=st.sampled_from(PatternEnd),
    count=st.integers(1, 40),
    until=st.dates(date(2026, 1, 1), date(2029, 1, 1)),
)


def _rule(pattern: Pattern) -> str:
    """The same rule in iCalendar's words, written here once more and independently."""
    days = ",".join(name for n, name in enumerate(_NAMES) if pattern.weekdays >> n & 1)
    nth = f"BYDAY={days};BYSETPOS={-1 if pattern.instance == 5 else pattern.instance}"
    frequency = {
        PatternType.DAILY: "FREQ=DAILY",
        PatternType.WEEKLY: f"FREQ=WEEKLY;BYDAY={days}",
        PatternType.MONTHLY: f"FREQ=MONTHLY;BYMONTHDAY={pattern.day}",
        PatternType.YEARLY: f"FREQ=YEARLY;BYMONTH={pattern.month};BYMONTHDAY={pattern.day}",
        PatternType.MONTHLY_NTH: f"FREQ=MONTHLY;{nth}",
        PatternType.YEARLY_NTH: f"FREQ=YEARLY;BYMONTH={pattern.month};{nth}",
    }[pattern.type]
    end = {
        PatternEnd.NEVER: "",
        PatternEnd.OCCURRENCES: f";COUNT={pattern.count}",
        PatternEnd.DATE: f";UNTIL={pattern.until or MON:%Y%m%d}T000000",
    }[pattern.end]
    return f"{frequency};INTERVAL={pattern.interval}{end}"


@given(_patterns, st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_the_days_are_those_of_the_oracle(pattern: Pattern, start: date) -> None:
    try:
        told, first = sound(pattern, start)
    except UnsoundPattern:
        return
    oracle = rrulestr(_rule(told), dtstart=datetime.combine(first, time()))
    expected = [moment.date() for moment in islice(oracle, 60)]

    assert list(islice(told.days(first), 60)) == expected
    assert sound(told, first) == (told, first)
    near = [day for day in expected if day - first <= HORIZON]
    assert told.among(expected, first) == frozenset(near)
    if told.end is not PatternEnd.NEVER and len(expected) < 60:
        assert told.last(first) == (expected[-1] if near == expected else None)
