"""Which zone a TZID means, and zones as a VTIMEZONE defines them."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldsync.sides.ical import zones
from fieldsync.sides.ical.lines import Calendar, Component
from fieldsync.sides.ical.observances import Observances, observed
from fieldsync.sides.ical.vtimezone import defined

OUTLOOK = (
    "BEGIN:VTIMEZONE",
    "TZID:(UTC+01:00) Amsterdam\\, Berlin\\, Bern\\, Rom",
    "BEGIN:STANDARD",
    "DTSTART:16010101T030000",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:16010101T020000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
)


def calendar(*lines: str) -> Component:
    return Calendar("\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""]).encode()).root


def own(*lines: str) -> Observances | None:
    return observed(next(calendar(*lines).components("VTIMEZONE")))


@pytest.mark.parametrize(
    ("tzid", "name"),
    [
        ("Europe/Vienna", "Europe/Vienna"),
        ("europe/vienna", "Europe/Vienna"),
        ('"Europe/Vienna"', "Europe/Vienna"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("w. europe standard time", "Europe/Berlin"),
        ("Mexico Standard Time", "America/Mexico_City"),
        ("/mozilla.org/20050126_1/Europe/Vienna", "Europe/Vienna"),
        ("/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("/softwarestudio.org/Olson_20011030_5/America/New_York", "America/New_York"),
        ("tzone://Microsoft/Utc", "Utc"),
        ("UTC", "UTC"),
    ],
)
def test_a_name_means_a_zone(tzid: str, name: str) -> None:
    found = zones.find(tzid, None)

    assert isinstance(found, ZoneInfo)
    assert found.key.casefold() == name.casefold()


@pytest.mark.parametrize("tzid", ["", "Nowhere/Land", "localtime", "../../etc/passwd", "PST8", "UTC+25:00", "a\0b"])
def test_what_nobody_knows_is_no_zone(tzid: str) -> None:
    assert zones.find(tzid, None) is None


@pytest.mark.parametrize(("tzid", "hours"), [("UTC+01:00", 1), ("GMT-0500", -5), ("(GMT+2)", 2), ("UTC", 0)])
def test_an_offset_is_a_zone(tzid: str, hours: int) -> None:
    zone = zones.find(tzid, None)

    assert zone is not None
    assert datetime(2026, 1, 1, tzinfo=zone).utcoffset() == timedelta(hours=hours)


def test_a_free_name_is_read_from_its_definition_and_gets_the_name_of_a_zone_like_it() -> None:
    zone = zones.find("(UTC+01:00) Amsterdam, Berlin, Bern, Rom", calendar(*OUTLOOK))

    assert isinstance(zone, Observances)
    assert datetime(2026, 7, 1, 12, tzinfo=zone).astimezone(UTC).hour == 10
    assert datetime(2026, 1, 1, 12, tzinfo=zone).astimezone(UTC).hour == 11
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert zones.name_of(zone, now, ZoneInfo("Europe/Vienna")) == "Europe/Vienna"
    assert zones.name_of(zone, now, ZoneInfo("America/New_York")) == "Europe/Berlin"


def test_the_place_in_the_definition_outweighs_its_offsets() -> None:
    lines = [line.replace("TZID:(UTC+01:00) Amsterdam\\, Berlin\\, Bern\\, Rom", "TZID:x") for line in OUTLOOK]

    zone = zones.find("x", calendar(lines[0], lines[1], "X-LIC-LOCATION:Asia/Tokyo", *lines[2:]))

    assert isinstance(zone, ZoneInfo)
    assert zone.key == "Asia/Tokyo"


@pytest.mark.parametrize(
    "lines",
    [
        ("BEGIN:VTIMEZONE", "TZID:x", "END:VTIMEZONE"),
        ("BEGIN:VTIMEZONE", "TZID:x", "BEGIN:STANDARD", "DTSTART:x", "END:STANDARD", "END:VTIMEZONE"),
        tuple(line.replace("YEARLY", "HOURLY") for line in OUTLOOK),
        tuple(line.replace("-1SU", "-1XX") for line in OUTLOOK),
        tuple(line.replace("BYMONTH=3", "BYMONTH=13") for line in OUTLOOK),
        tuple(line.replace("+0200", "+9900") for line in OUTLOOK),
        tuple(line.replace("16010101", "00000101") for line in OUTLOOK),
    ],
)
def test_a_definition_that_cannot_be_understood_is_none(lines: tuple[str, ...]) -> None:
    assert own(*lines) is None


def test_a_zone_whose_rule_ended_keeps_its_last_offset() -> None:
    zone = own(*(line.replace("BYMONTH=3", "BYMONTH=3;UNTIL=20160327T010000Z") for line in OUTLOOK[:-2]), *OUTLOOK[-2:])

    assert zone is not None
    assert datetime(2016, 7, 1, tzinfo=zone).utcoffset() == timedelta(hours=2)
    assert datetime(2026, 7, 1, tzinfo=zone).utcoffset() == timedelta(hours=1)


def test_times_that_a_clock_skips_or_shows_twice_are_read_as_the_database_reads_them() -> None:
    zone, real = own(*OUTLOOK), ZoneInfo("Europe/Berlin")
    assert zone is not None
    for local in (datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 2, 30, fold=1)):  # noqa: DTZ001
        assert local.replace(tzinfo=zone).utcoffset() == local.replace(tzinfo=real).utcoffset()


def _same_time(one: tzinfo, other: tzinfo, at: datetime) -> bool:
    local = at.replace(tzinfo=None)
    return (
        at.astimezone(one).utcoffset() == at.astimezone(other).utcoffset()
        and local.replace(tzinfo=one).utcoffset() == local.replace(tzinfo=other).utcoffset()
    )


_NAMES = (
    "Africa/Casablanca",
    "America/New_York",
    "America/Santiago",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Europe/Vienna",
    "Pacific/Apia",
    "UTC",
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_NAMES), st.integers(1990, 2040), st.lists(st.integers(0, 19 * 365 * 48), max_size=20))
def test_what_is_defined_is_what_the_database_says(name: str, year: int, halves: list[int]) -> None:
    zone = own(*defined(ZoneInfo(name), name, year))

    assert zone is not None
    for half in halves:
        assert _same_time(zone, ZoneInfo(name), datetime(year, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * half))


@pytest.mark.parametrize("name", _NAMES)
def test_the_oracle_reads_a_definition_as_we_do(name: str) -> None:
    lines = ["BEGIN:VCALENDAR", *defined(ZoneInfo(name), f"x-{name}", 2026), "END:VCALENDAR", ""]
    (component,) = icalendar.Calendar.from_ical("\r\n".join(lines)).walk("VTIMEZONE")
    theirs = component.to_tz()

    for day in range(0, 1500, 11):
        local = datetime(2026, 1, 1, 12) + timedelta(days=day)  # noqa: DTZ001
        offset = local.replace(tzinfo=ZoneInfo(name)).utcoffset()
        assert theirs.utcoffset(local) == offset


def test_a_zone_with_a_yearly_rule_is_defined_by_it() -> None:
    lines = defined(ZoneInfo("Europe/Vienna"), "Europe/Vienna", 2026)

    assert [line for line in lines if line.startswith("RRULE")] == [
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    ]
