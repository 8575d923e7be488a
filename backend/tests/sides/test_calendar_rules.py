"""RRULE and the pattern of a series: what can be said on both sides, and why the rest cannot."""

from datetime import UTC, date, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.core.recurrence import Pattern, PatternEnd, PatternType, UnsoundPattern, sound
from fieldsync.errors import BrokenItem, NotTransferable
from fieldsync.sides.ical import rules
from fieldsync.sides.ical.times import Form

VIENNA = ZoneInfo("Europe/Vienna")
MONDAY = datetime(2026, 1, 5, 10)  # noqa: DTZ001 (local)
D, W, M, Y = PatternType.DAILY, PatternType.WEEKLY, PatternType.MONTHLY, PatternType.YEARLY
MN, YN = PatternType.MONTHLY_NTH, PatternType.YEARLY_NTH


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("FREQ=DAILY", Pattern(D)),
        ("freq=daily;interval=3", Pattern(D, 3)),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", Pattern(W, weekdays=62)),
        ("FREQ=WEEKLY", Pattern(W, weekdays=2)),
        ("FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=MO,WE", Pattern(W, 2, weekdays=10)),
        ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1", Pattern(W, weekdays=2)),
        ("FREQ=MONTHLY", Pattern(M, day=5)),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=5", Pattern(M, 2, day=5)),
        ("FREQ=MONTHLY;BYDAY=1MO", Pattern(MN, weekdays=2, instance=1)),
        ("FREQ=MONTHLY;BYDAY=+1MO;BYSETPOS=1", Pattern(MN, weekdays=2, instance=1)),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1", Pattern(MN, weekdays=2, instance=1)),
        ("FREQ=MONTHLY;BYDAY=MO", Pattern(W, weekdays=2)),
        ("FREQ=MONTHLY;BYMONTHDAY=5;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12", Pattern(M, day=5)),
        ("FREQ=YEARLY", Pattern(Y, day=5, month=1)),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5", Pattern(Y, day=5, month=1)),
        ("FREQ=MONTHLY;BYMONTH=1;BYMONTHDAY=5", Pattern(Y, day=5, month=1)),
        ("FREQ=YEARLY;BYMONTHDAY=5", Pattern(M, day=5)),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=1MO", Pattern(YN, weekdays=2, month=1, instance=1)),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3", Pattern(YN, weekdays=62, month=1, instance=3)),
        ("FREQ=DAILY;BYHOUR=10;BYMINUTE=0;RSCALE=GREGORIAN;SKIP=OMIT", Pattern(D)),
        ("FREQ=DAILY;COUNT=3;", Pattern(D, end=PatternEnd.OCCURRENCES, count=3)),
        ("FREQ=DAILY;UNTIL=20260131", Pattern(D, end=PatternEnd.DATE, until=date(2026, 1, 31))),
        ("FREQ=DAILY;UNTIL=20260131T090000Z", Pattern(D, end=PatternEnd.DATE, until=date(2026, 1, 31))),
        ("FREQ=DAILY;UNTIL=20260131T085959Z", Pattern(D, end=PatternEnd.DATE, until=date(2026, 1, 30))),
        ("FREQ=DAILY;UNTIL=20260131T225959Z", Pattern(D, end=PatternEnd.DATE, until=date(2026, 1, 31))),
        ("FREQ=DAILY;UNTIL=20260131T100000", Pattern(D, end=PatternEnd.DATE, until=date(2026, 1, 31))),
        ("FREQ=DAILY;UNTIL=2026-01-31T10:00:00", Pattern(D, end=PatternEnd.DATE, until=date(2026, 1, 31))),
    ],
)
def test_a_rule_is_read(text: str, pattern: Pattern) -> None:
    assert rules.read(text, MONDAY, VIENNA) == pattern


def test_the_last_day_of_a_month_is_the_last_of_all_days() -> None:
    end = datetime(2026, 1, 31, 10)  # noqa: DTZ001

    told = rules.read("FREQ=MONTHLY;BYMONTHDAY=-1", end, VIENNA)

    assert told == Pattern(MN, weekdays=127, instance=5)
    assert rules.write(told, end, VIENNA, Form.ZONED) == "FREQ=MONTHLY;BYMONTHDAY=-1"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("FREQ=HOURLY", "no rule that is hourly"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO", "does not count weeks"),
        ("FREQ=DAILY;BYMONTH=1", "keeps to some months"),
        ("FREQ=DAILY;BYHOUR=9,10", "no BYHOUR"),
        ("FREQ=YEARLY;BYYEARDAY=5", "no BYYEARDAY"),
        ("FREQ=YEARLY;BYWEEKNO=2", "no BYWEEKNO"),
        ("FREQ=YEARLY;BYDAY=1MO", "not in a certain month"),
        ("FREQ=YEARLY;BYMONTH=1,7", "several numbers in BYMONTH"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTHDAY=5", "not in a certain month"),
        ("FREQ=MONTHLY;BYMONTHDAY=5,20", "several numbers in BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", "from the end of a month"),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", "several numbered weekdays"),
        ("FREQ=MONTHLY;BYDAY=5MO", "not number 5"),
        ("FREQ=MONTHLY;BYDAY=-2MO", "not number -2"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1,2", "several numbers in BYSETPOS"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=MO", "does not count weeks"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "fall on certain days of the month"),
        ("FREQ=MONTHLY;INTERVAL=5;BYMONTH=1", "keeps to one month"),
        ("FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1", "no BYSETPOS"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,MO", "begin on SU"),
        ("FREQ=DAILY;RSCALE=HEBREW", "no RSCALE"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260131", "both COUNT and UNTIL"),
        ("FREQ=DAILY;COUNT=0", "number of occurrences is 0"),
        ("FREQ=DAILY;UNTIL=20251231", "no day at all"),
        ("FREQ=WEEKLY;BYDAY=TU", "begins on 2026-01-05, which is no day of its rule"),
    ],
)
def test_what_the_crm_cannot_say_is_told(text: str, reason: str) -> None:
    with pytest.raises(NotTransferable, match=reason):
        rules.read(text, MONDAY, VIENNA)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DAILY",
        "FREQ=",
        "INTERVAL=2",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=x",
        "FREQ=DAILY;COUNT=1x",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;WKST=XX",
        "FREQ=DAILY;UNTIL=soon",
        "FREQ=DAILY;UNTIL=20260231",
    ],
)
def test_what_is_no_rule_is_broken(text: str) -> None:
    with pytest.raises(BrokenItem) as broken:
        rules.read(text, MONDAY, VIENNA)

    assert not isinstance(broken.value, NotTransferable)


@pytest.mark.parametrize(
    ("form", "until"),
    [
        (Form.ZONED, "20260707T080000Z"),
        (Form.UTC, "20260707T080000Z"),
        (Form.FLOATING, "20260707T100000"),
        (Form.DATE, "20260707"),
    ],
)
def test_the_end_is_written_in_the_form_of_the_start(form: Form, until: str) -> None:
    pattern = Pattern(D, end=PatternEnd.DATE, until=date(2026, 7, 7))

    assert rules.write(pattern, MONDAY, VIENNA, form) == f"FREQ=DAILY;UNTIL={until}"


_patterns = st.builds(
    Pattern,
    type=st.sampled_from(PatternType),
    interval=st.integers(1, 5),
    weekdays=st.integers(1, 127),
    day=st.integers(1, 31),
    month=st.integers(1, 12),
    instance=st.integers(1, 5),
    end=st.sampled_from(PatternEnd),
    count=st.integers(1, 40),
    until=st.dates(date(2026, 1, 1), date(2032, 1, 1)),
)
_forms = st.sampled_from([(Form.ZONED, VIENNA), (Form.UTC, UTC), (Form.FLOATING, VIENNA), (Form.DATE, VIENNA)])


@given(_patterns, st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)), _forms)  # noqa: DTZ001
def test_a_rule_that_was_written_is_read_as_the_same_and_by_the_oracle(
    pattern: Pattern, start: datetime, form: tuple[Form, ZoneInfo]
) -> None:
    start = datetime.combine(start.date(), time()) if form[0] is Form.DATE else start.replace(microsecond=0)
    try:
        told, first = sound(pattern, start.date())
    except UnsoundPattern:
        return
    start = datetime.combine(first, start.time())

    text = rules.write(told, start, form[1], form[0])

    assert rules.read(text, start, form[1]) == told
    begin = start if form[0] in (Form.FLOATING, Form.DATE) else start.replace(tzinfo=form[1])
    days = [moment.date() for moment in islice(rrulestr(text, dtstart=begin), 30)]
    assert days == list(islice(told.days(first), 30))


@given(st.text(alphabet="FREQ=DAILYWK;MONTHBSUP123-,INTV", max_size=60))
def test_no_text_is_read_with_any_other_error(text: str) -> None:
    try:
        rules.read(f"FREQ=MONTHLY;{text}", MONDAY, VIENNA)
    except BrokenItem as error:
        assert error.reason
