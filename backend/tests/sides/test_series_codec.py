"""Series as one resource: master, rule, what was taken out, and occurrences that differ."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldsync.core.values import RecordKind
from fieldsync.errors import BrokenItem, NotTransferable
from fieldsync.sides.ical.codecs import codec_for
from sides.calendar_files import CALENDARS, calendar, whole

PARTS = (
    *("type", "interval", "weekdays", "day", "month", "instance", "occurrences", "ends", "begins", "until"),
    *("start", "end", "minutes", "zone", "deleted", "changed"),
)


class Still:
    def now(self) -> datetime:
        return datetime(2026, 1, 10, 12, tzinfo=UTC)


CODEC = codec_for(RecordKind.RECURRING_APPOINTMENT, "Europe/Vienna", Still())
PLACE = CODEC.keys.index("recurrence")
SUBJECT = CODEC.keys.index("subject")


def series(*lines: str, start: str = "DTSTART;TZID=Europe/Vienna:20260302T100000", more: tuple[str, ...] = ()) -> bytes:
    """Mondays at ten from 2026-03-02 on, unless told otherwise; ``more`` are further components."""
    rule = () if any(line.startswith("RRULE") for line in lines) else ("RRULE:FREQ=WEEKLY",)
    master = ("BEGIN:VEVENT", "UID:u1", "DTSTAMP:20260101T000000Z", "SUMMARY:Plan", start, "DURATION:PT1H", *rule)
    return calendar(*master, *lines, "END:VEVENT", *more)


def override(original: str, *lines: str, zone: str = ";TZID=Europe/Vienna") -> tuple[str, ...]:
    return (
        "BEGIN:VEVENT",
        "UID:u1",
        "DTSTAMP:20260101T000000Z",
        f"RECURRENCE-ID{zone}:{original}",
        *lines,
        "END:VEVENT",
    )


def told(body: bytes) -> dict[str, str]:
    return {name: part for name, part in zip(PARTS, CODEC.read(body)[PLACE], strict=True) if part}


def value(**parts: str) -> tuple[str, ...]:
    """Mondays at ten in Vienna, unless told otherwise."""
    usual = {
        "type": "1",
        "weekdays": "2",
        "ends": "1",
        "start": "2026-03-02T09:00:00Z",
        "end": "2026-03-02T10:00:00Z",
        "zone": "Europe/Vienna",
    }
    return tuple({**usual, **parts}.get(name, "") for name in PARTS)


def write(body: bytes | None, **parts: str) -> bytes:
    written = CODEC.write(body, {PLACE: value(**parts)}, "u1")
    assert CODEC.read(written)[PLACE] == CODEC.normal(PLACE, value(**parts))
    assert CODEC.write(written, {PLACE: value(**parts)}, "u1") == written
    return written


def lines(body: bytes) -> list[str]:
    found = body.decode().replace("\r\n ", "").split("\r\n")
    return found[found.index("BEGIN:VEVENT") :]


def changed(body: bytes) -> list[dict[str, object]]:
    return json.loads(told(body).get("changed", "[]"))


EXPECTED: dict[str, dict[str, str]] = {
    "outlook": {
        "type": "1",
        "interval": "2",
        "weekdays": "2",
        "ends": "3",
        "begins": "2026-01-12",
        "until": "2026-06-29",
        "start": "2026-01-12T07:30:00Z",
        "end": "2026-01-12T08:30:00Z",
        "minutes": "60",
        "zone": "Europe/Berlin",
        "deleted": '["2026-01-26T07:30:00Z"]',
        "changed": '[{"original":"2026-02-09T07:30:00Z","start":"2026-02-10T13:00:00Z","end":"2026-02-10T14:00:00Z",'
        '"location":"Canteen"}]',
    },
    "google": {
        "type": "4",
        "interval": "1",
        "weekdays": "4",
        "instance": "1",
        "occurrences": "12",
        "ends": "2",
        "begins": "2026-03-03",
        "start": "2026-03-03T16:00:00Z",
        "end": "2026-03-03T16:45:00Z",
        "minutes": "45",
        "zone": "Europe/Vienna",
        "deleted": '["2026-05-05T15:00:00Z","2026-08-04T15:00:00Z"]',
        "changed": '[{"original":"2026-04-07T15:00:00Z","start":"2026-04-08T15:00:00Z","end":"2026-04-08T16:00:00Z",'
        '"subject":"Board, monthly (moved)"},{"original":"2026-06-02T15:00:00Z","cancelled":true}]',
    },
    "evolution": {
        "type": "1",
        "interval": "1",
        "weekdays": "62",
        "occurrences": "20",
        "ends": "2",
        "begins": "2026-02-02",
        "start": "2026-02-02T07:00:00Z",
        "end": "2026-02-02T07:15:00Z",
        "minutes": "15",
        "zone": "Europe/London",
    },
    "nextcloud": {
        "type": "4",
        "interval": "1",
        "weekdays": "127",
        "instance": "5",
        "ends": "1",
        "begins": "2026-01-31",
        "start": "2026-01-31T00:00:00Z",
        "end": "2026-02-01T00:00:00Z",
        "minutes": "1440",
        "zone": "UTC",
        "deleted": '["2026-03-31T00:00:00Z"]',
        "changed": '[{"original":"2026-04-30T00:00:00Z","start":"2026-04-29T00:00:00Z","end":"2026-04-30T00:00:00Z",'
        '"subject":"Month end, a day early"}]',
    },
}


@pytest.mark.parametrize("path", whole("series"), ids=lambda path: path.stem)
def test_a_series_of_another_program_is_read_and_comes_back(path: Path) -> None:
    body = path.read_bytes()

    assert told(body) == EXPECTED[path.stem.removesuffix("-series")]
    assert CODEC.holds(body)
    assert CODEC.write(body, dict(enumerate(CODEC.read(body))), "") == body


def test_a_new_series_has_rule_zone_and_exceptions() -> None:
    body = write(
        None,
        interval="2",
        weekdays="10",
        ends="2",
        occurrences="10",
        deleted='["2026-03-04T09:00:00Z"]',
        changed=json.dumps(
            [
                {"original": "2026-03-30T08:00:00Z", "start": "2026-03-31T08:00:00Z", "subject": "Late"},
                {"original": "2026-03-18T09:00:00Z", "cancelled": True},
            ]
        ),
    )

    assert b"BEGIN:VTIMEZONE" in body
    assert lines(body)[3:] == [
        "DTSTART;TZID=Europe/Vienna:20260302T100000",
        "DTEND;TZID=Europe/Vienna:20260302T110000",
        "RRULE:FREQ=WEEKLY;COUNT=10;INTERVAL=2;BYDAY=MO,WE",
        "EXDATE;TZID=Europe/Vienna:20260304T100000",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:u1",
        "DTSTAMP:20260110T120000Z",
        "DTSTART;TZID=Europe/Vienna:20260318T100000",
        "DTEND;TZID=Europe/Vienna:20260318T110000",
        "RECURRENCE-ID;TZID=Europe/Vienna:20260318T100000",
        "TRANSP:TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "STATUS:CANCELLED",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:u1",
        "DTSTAMP:20260110T120000Z",
        "DTSTART;TZID=Europe/Vienna:20260331T100000",
        "DTEND;TZID=Europe/Vienna:20260331T110000",
        "RECURRENCE-ID;TZID=Europe/Vienna:20260330T100000",
        "SUMMARY:Late",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


@pytest.mark.parametrize(
    ("lines_", "reason"),
    [
        (("RRULE:FREQ=WEEKLY;BYDAY=MO,XX",), "a day of the week that is none"),
        (("RRULE:FREQ=MONTHLY;BYDAY=MO,2TU",), "several numbered weekdays"),
        (("RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY"), "the series has 2 rules"),
        (("EXRULE:FREQ=WEEKLY",), "EXRULE"),
        (("RDATE:20260303T090000Z",), "RDATE"),
        (("RDATE;VALUE=PERIOD:20260303T090000Z/PT1H",), "RDATE"),
        (("EXDATE:whenever",), "EXDATE is not a date"),
    ],
)
def test_a_series_that_cannot_be_told_is_left_alone(lines_: tuple[str, ...], reason: str) -> None:
    body = series(*lines_)

    with pytest.raises(BrokenItem, match=reason):
        CODEC.read(body)
    with pytest.raises(BrokenItem, match=reason):
        CODEC.write(body, {SUBJECT: ("new",)}, "")
    assert CODEC.holds(body)


def test_dates_without_a_rule_are_left_alone() -> None:
    body = series("RDATE:20260309T090000Z").replace(b"RRULE:FREQ=WEEKLY\r\n", b"")

    with pytest.raises(NotTransferable, match="lists its dates"):
        CODEC.read(body)
    assert CODEC.traits(body).start == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_change_of_all_following_occurrences_is_left_alone() -> None:
    more = override("20260309T100000", "DTSTART:20260309T110000Z", zone=";RANGE=THISANDFUTURE;TZID=Europe/Vienna")

    with pytest.raises(NotTransferable, match="all following"):
        CODEC.read(series(more=more))


@pytest.mark.parametrize(
    "start",
    ["DTSTART:20260302T090000Z", "DTSTART:20260302T100000", "DTSTART;TZID=W. Europe Standard Time:20260302T100000"],
)
def test_a_series_is_read_in_the_zone_it_is_written_in(start: str) -> None:
    zones = {"DTSTART:20260302T090000Z": "UTC", "DTSTART:20260302T100000": "Europe/Vienna"}

    found = told(series(start=start))

    assert found["zone"] == zones.get(start, "Europe/Berlin")
    assert found["start"] == "2026-03-02T09:00:00Z"


class TestTakenOut:
    @pytest.mark.parametrize(
        "line",
        [
            "EXDATE;TZID=Europe/Vienna:20260330T100000",
            "EXDATE:20260330T080000Z",
            "EXDATE;TZID=Asia/Tokyo:20260330T170000",
            "EXDATE;VALUE=DATE:20260330",
            "EXDATE:20260330T100000",
            "EXDATE:20260330T080000Z,20260331T080000Z,",
        ],
    )
    def test_a_day_is_taken_out_in_whatever_form_it_is_named(self, line: str) -> None:
        assert told(series(line))["deleted"] == '["2026-03-30T08:00:00Z"]'

    def test_what_names_no_occurrence_takes_nothing_out_and_is_kept(self) -> None:
        body = series("EXDATE:20260330T090000Z", "EXDATE;TZID=Europe/Vienna:20260309T100000")

        assert told(body)["deleted"] == '["2026-03-09T09:00:00Z"]'
        assert b"EXDATE:20260330T090000Z" in write(body, deleted='["2026-03-09T09:00:00Z","2026-03-16T09:00:00Z"]')

    def test_a_day_that_is_back_is_no_longer_taken_out(self) -> None:
        body = series("EXDATE:20260309T090000Z,20260316T090000Z")

        after = write(body, deleted='["2026-03-16T09:00:00Z"]')

        assert [line for line in lines(after) if line.startswith("EXDATE")] == [
            "EXDATE;TZID=Europe/Vienna:20260316T100000"
        ]

    def test_taking_out_an_occurrence_that_differs_removes_it(self) -> None:
        body = series(more=override("20260309T100000", "DTSTART:20260310T100000Z", "SUMMARY:Moved"))

        after = write(body, deleted='["2026-03-09T09:00:00Z"]')

        assert after.count(b"BEGIN:VEVENT") == 1


class TestOccurrencesThatDiffer:
    def test_only_what_differs_is_told(self) -> None:
        same = override("20260309T100000", "DTSTART:20260309T090000Z", "DURATION:PT1H", "SUMMARY:Plan", "X-Y:1")
        other = override("20260316T100000", "DTSTART:20260316T090000Z", "DTEND:20260316T103000Z", "SUMMARY:Plan")

        body = series(more=(*same, *other))

        assert changed(body) == [
            {"original": "2026-03-16T09:00:00Z", "start": "2026-03-16T09:00:00Z", "end": "2026-03-16T10:30:00Z"}
        ]
        assert CODEC.write(body, dict(enumerate(CODEC.read(body))), "") == body

    def test_what_does_not_differ_follows_the_series(self) -> None:
        body = series("LOCATION:Here", more=override("20260309T100000", "DTSTART:20260310T090000Z", "SUMMARY:Plan"))
        before = CODEC.read(body)[PLACE]

        after = CODEC.write(body, {SUBJECT: ("New plan",), CODEC.keys.index("prioritycode"): ("2",)}, "")

        assert CODEC.read(after)[PLACE] == before
        assert after.count(b"SUMMARY:New plan") == after.count(b"PRIORITY:1") == 2
        assert changed(after)[0]["location"] == ""

    def test_a_series_that_moves_takes_its_exceptions_along(self) -> None:
        body = series(
            "EXDATE:20260316T090000Z",
            more=(
                *override("20260309T100000", "DTSTART:20260309T090000Z", "DURATION:PT1H", "SUMMARY:Plan", "X-Y:1"),
                *override("20260323T100000", "DTSTART:20260324T090000Z", "DURATION:PT1H", "SUMMARY:Other"),
            ),
        )
        held = CODEC.read(body)[PLACE]

        after = write(
            body, start="2026-03-02T13:00:00Z", end="2026-03-02T15:00:00Z", deleted=held[14], changed=held[15]
        )

        assert told(after)["deleted"] == '["2026-03-16T13:00:00Z"]'
        assert changed(after) == [
            {
                "original": "2026-03-23T13:00:00Z",
                "start": "2026-03-24T09:00:00Z",
                "end": "2026-03-24T10:00:00Z",
                "subject": "Other",
            }
        ]
        assert "RECURRENCE-ID;TZID=Europe/Vienna:20260309T140000" in lines(after)
        assert b"DTSTART:20260309T130000Z" in after
        assert b"X-Y:1" in after

    def test_a_day_that_is_no_longer_of_the_rule_loses_its_override(self) -> None:
        body = series(more=override("20260309T100000", "DTSTART:20260310T090000Z", "SUMMARY:Other"))

        after = write(body, weekdays="4", begins="2026-03-03", start="2026-03-03T09:00:00Z", end="2026-03-03T10:00:00Z")

        assert after.count(b"BEGIN:VEVENT") == 1

    def test_an_occurrence_that_is_as_usual_again_keeps_what_is_not_ours(self) -> None:
        body = series(more=override("20260309T100000", "DTSTART:20260310T090000Z", "SUMMARY:Other", "X-Y:1"))

        after = write(body)

        assert changed(after) == []
        assert b"X-Y:1" in after
        assert b"SUMMARY:Other" not in after

    def test_a_cancelled_occurrence_can_come_back(self) -> None:
        body = series(more=override("20260309T100000", "DTSTART:20260309T090000Z", "STATUS:CANCELLED"))
        assert changed(body) == [{"original": "2026-03-09T09:00:00Z", "cancelled": True}]

        after = write(body)

        assert b"CANCELLED" not in after
        assert after.count(b"SUMMARY:Plan") == 2

    def test_people_who_join_or_leave_do_so_on_changed_days_too(self) -> None:
        people = ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.com", "ATTENDEE;PARTSTAT=DECLINED:mailto:b@example.com")
        body = series(*people, more=override("20260309T100000", "DTSTART:20260310T090000Z", "SUMMARY:Plan", *people))
        required = CODEC.keys.index("requiredattendees")

        after = CODEC.write(body, {required: ("b@example.com; c@example.com",)}, "")

        assert after.count(b"mailto:a@") == 0
        assert after.count(b"ATTENDEE;PARTSTAT=DECLINED:mailto:b@example.com") == after.count(b"mailto:c@") == 2

    def test_an_alarm_of_the_series_rings_on_changed_days_too(self) -> None:
        body = series("BEGIN:VALARM", "TRIGGER:-PT5M", "END:VALARM")

        after = write(body, changed='[{"original":"2026-03-09T09:00:00Z","location":"There"}]')

        assert after.count(b"BEGIN:VALARM") == 2

    def test_what_stands_for_no_day_of_the_rule_is_not_read_and_kept(self) -> None:
        body = series(more=override("20260310T100000", "DTSTART:20260310T110000Z", "SUMMARY:Stray"))

        assert changed(body) == []
        assert b"SUMMARY:Stray" in CODEC.write(body, {SUBJECT: ("New",)}, "")


class TestValue:
    @pytest.mark.parametrize(
        ("parts", "normal"),
        [
            ({"weekdays": ""}, {"weekdays": "2"}),
            ({"type": "0", "weekdays": "62"}, {"type": "1", "weekdays": "62"}),
            ({"end": "", "minutes": "30"}, {"end": "2026-03-02T09:30:00Z", "minutes": "30"}),
            ({"minutes": "5"}, {"minutes": "60"}),
            (
                {"weekdays": "4"},
                {"begins": "2026-03-03", "start": "2026-03-03T09:00:00Z", "end": "2026-03-03T10:00:00Z"},
            ),
            ({"begins": "2026-06-01"}, {"start": "2026-06-01T08:00:00Z", "end": "2026-06-01T09:00:00Z"}),
            ({"zone": ""}, {"zone": "Europe/Vienna"}),
            ({"zone": "W. Europe Standard Time"}, {"zone": "Europe/Berlin"}),
            ({"ends": "", "occurrences": "3"}, {"ends": "2", "occurrences": "3"}),
            ({"ends": "", "until": "2026-04-01"}, {"ends": "3", "until": "2026-04-01"}),
            ({"ends": "1", "until": "2026-04-01", "occurrences": "3"}, {"until": "", "occurrences": ""}),
            ({"deleted": "not JSON"}, {"deleted": ""}),
            ({"deleted": '["2026-03-10T09:00:00Z", 5, null]'}, {"deleted": ""}),
            ({"deleted": '["2026-03-09T11:00:00Z"]'}, {"deleted": '["2026-03-09T09:00:00Z"]'}),
            ({"changed": '{"original":1}'}, {"changed": ""}),
            ({"changed": '[{"original":"2026-03-09T09:00:00Z"}]'}, {"changed": ""}),
            (
                {"changed": '[{"original":"2026-03-09T09:00:00Z","prioritycode":"9","x":"y"}]'},
                {"changed": '[{"original":"2026-03-09T09:00:00Z","prioritycode":"1"}]'},
            ),
            (
                {"changed": '[{"original":"2026-03-09T09:00:00Z","statuscode":"4","subject":"x"}]'},
                {"changed": '[{"original":"2026-03-09T09:00:00Z","cancelled":true}]'},
            ),
        ],
    )
    def test_a_series_has_one_form(self, parts: dict[str, str], normal: dict[str, str]) -> None:
        found = dict(zip(PARTS, CODEC.normal(PLACE, value(**parts)), strict=True))

        assert {name: found[name] for name in normal} == normal
        assert CODEC.normal(PLACE, tuple(found.values())) == tuple(found.values())

    @pytest.mark.parametrize(
        ("parts", "reason"),
        [
            ({"type": ""}, "the rule of the series is none"),
            ({"type": "9"}, "the rule of the series is none"),
            ({"start": ""}, "no start"),
            ({"zone": "Nowhere"}, "nobody knows the time zone 'Nowhere'"),
            ({"interval": "0"}, "the interval is 0"),
            ({"ends": "3", "until": "2026-01-01"}, "no day at all"),
            ({"start": "9990-01-01T00:00:00Z", "end": ""}, "beyond the calendar"),
        ],
    )
    def test_what_is_no_series_is_refused_with_the_reason(self, parts: dict[str, str], reason: str) -> None:
        assert CODEC.normal(PLACE, value(**parts)) == value(**parts)
        for body in (None, series()):
            with pytest.raises(NotTransferable, match=reason):
                CODEC.write(body, {PLACE: value(**parts)}, "u1")

    def test_a_series_without_a_rule_is_refused(self) -> None:
        with pytest.raises(NotTransferable, match="needs a start"):
            CODEC.write(None, {SUBJECT: ("x",)}, "u1")

    def test_whole_days_are_dates(self) -> None:
        body = write(
            None,
            start="2026-03-02T00:00:00Z",
            end="2026-03-04T00:00:00Z",
            zone="UTC",
            deleted='["2026-03-09T00:00:00Z"]',
        )

        assert "DTSTART;VALUE=DATE:20260302" in lines(body)
        assert "DTEND;VALUE=DATE:20260304" in lines(body)
        assert "EXDATE;VALUE=DATE:20260309" in lines(body)
        assert CODEC.read(body)[CODEC.keys.index("status")] == ("3", "5")

    def test_midnights_that_exchange_marks_as_days_are_days(self) -> None:
        body = series(
            "DTEND;TZID=Europe/Vienna:20260303T000000",
            "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
            "EXDATE;TZID=Europe/Vienna:20260309T000000",
            "RRULE:FREQ=WEEKLY;UNTIL=20260329T220000Z",
            start="DTSTART;TZID=Europe/Vienna:20260302T000000",
        ).replace(b"DURATION:PT1H\r\n", b"")

        found = told(body)

        assert (found["zone"], found["start"], found["minutes"]) == ("UTC", "2026-03-02T00:00:00Z", "1440")
        assert (found["deleted"], found["until"]) == ('["2026-03-09T00:00:00Z"]', "2026-03-30")
        again = dict(found, deleted='["2026-03-09T00:00:00Z","2026-03-16T00:00:00Z"]')
        assert "EXDATE;TZID=Europe/Vienna:20260316T000000" in lines(write(body, **again))


class TestTraits:
    @pytest.mark.parametrize(
        ("rule", "end"),
        [
            ("FREQ=WEEKLY", None),
            ("FREQ=WEEKLY;COUNT=5", datetime(2026, 3, 30, 9, tzinfo=UTC)),
            ("FREQ=WEEKLY;UNTIL=20260330T080000Z", datetime(2026, 3, 30, 9, tzinfo=UTC)),
            ("FREQ=DAILY;UNTIL=99991231T000000Z", None),
            ("FREQ=HOURLY", None),
        ],
    )
    def test_a_series_lasts_from_its_first_to_its_last_occurrence(self, rule: str, end: datetime | None) -> None:
        traits = CODEC.traits(series(f"RRULE:{rule}"))

        assert (traits.start, traits.end) == (datetime(2026, 3, 2, 9, tzinfo=UTC), end)


def test_a_zone_without_a_name_is_left_alone() -> None:
    zone = (
        *("BEGIN:VTIMEZONE", "TZID:mine", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0017"),
        *("TZOFFSETTO:+0017", "END:STANDARD", "END:VTIMEZONE"),
    )

    with pytest.raises(NotTransferable, match="no name"):
        CODEC.read(series(start="DTSTART;TZID=mine:20260302T100000", more=zone))


def test_the_files_are_those_that_are_expected() -> None:
    assert {path.stem.removesuffix("-series") for path in CALENDARS.glob("*-series.ics")} == set(EXPECTED)
