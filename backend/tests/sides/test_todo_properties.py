"""What is written reads back, on any task, and nothing else of it moves. The PyPI package icalendar is the witness."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.values import RecordKind, Value
from fieldsync.errors import BrokenItem
from fieldsync.sides.ical.codecs import codec_for
from fieldsync.sides.ical.lines import Calendar, Component, Line
from sides.calendar_files import calendar, samples, singles, whole

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


class Still:
    def now(self) -> datetime:
        return NOW


KINDS = (RecordKind.TASK, RecordKind.PHONE_CALL, RecordKind.LETTER, RecordKind.FAX)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "UTC")
CODECS = {(kind, zone): codec_for(kind, zone, Still()) for kind in KINDS for zone in ZONES}
FILES = [path.read_bytes() for path in whole("todo")]
OURS = {
    *("SUMMARY", "DESCRIPTION", "X-ALT-DESC", "PRIORITY", "X-MICROSOFT-CDO-IMPORTANCE", "DTSTART", "DUE", "DURATION"),
    *("STATUS", "COMPLETED", "PERCENT-COMPLETE", "X-FIELDSYNC-REGARDING", "X-FIELDSYNC-STATUS"),
    *("X-FIELDSYNC-ACTUAL-END", "X-FIELDSYNC-PERCENT"),
}

awkward = st.sampled_from(
    [
        ",",
        ";",
        "\\",
        "\n",
        "\r\n",
        ":",
        '"',
        "^n",
        "\\n",
        "a,b;c",
        "  x ",
        "ünï",
        "日本",
        "😀",
        "x" * 90,
        "é" * 60,
        "\x85",
    ]
)
text = st.one_of(
    st.just(""), st.text(max_size=12), st.lists(st.one_of(awkward, st.text(max_size=6)), max_size=5).map("".join)
)
instant = st.one_of(
    st.just(""),
    st.dates(date(1890, 1, 1), date(2120, 1, 1)).map(lambda on: f"{on}T17:45:01.25Z"),
    st.dates(date(2025, 1, 1), date(2027, 12, 31)).flatmap(
        lambda on: st.sampled_from(["T22:00:00Z", "T23:00:00Z", "T05:00:00Z", "T00:00:00Z", "T01:30:00+02:00"]).map(
            lambda at: f"{on}{at}"
        )
    ),
    st.datetimes().map(lambda at: at.isoformat()),
    st.sampled_from(["soon", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-06-11T21:59:59Z"]),
)
states = st.tuples(st.sampled_from(["", "0", "1", "2", "3", "x"]), st.sampled_from(["", *"1234567", "99"]))
VALUES: dict[str, st.SearchStrategy[Value]] = {
    "status": states,
    "prioritycode": st.tuples(st.sampled_from(["", "0", "1", "2", "7"])),
    "percentcomplete": st.tuples(st.sampled_from(["", "0", "1", "50", "99", "100", "101", "half"])),
    **{key: st.tuples(instant) for key in ("scheduledstart", "scheduledend", "actualend")},
}


@st.composite
def cases(draw: st.DrawFn) -> tuple[RecordKind, str, list[dict[int, Value]]]:
    kind, zone = draw(st.sampled_from(KINDS)), draw(st.sampled_from(ZONES))
    keys = [field.key for field in catalogue().fields(kind)]
    rounds: list[dict[int, Value]] = []
    for _ in range(draw(st.integers(1, 3))):
        chosen = draw(st.sets(st.integers(0, len(keys) - 1), max_size=5))
        rounds.append({n: draw(VALUES.get(keys[n], st.tuples(text))) for n in sorted(chosen)})
    return kind, zone, rounds


found = st.lists(
    st.sampled_from(
        [
            "SUMMARY:x",
            "STATUS:COMPLETED",
            "STATUS:NEEDS-ACTION",
            "STATUS:IN-PROCESS",
            "STATUS:CANCELLED",
            "X-FIELDSYNC-STATUS:WAITING",
            "COMPLETED:20260102T030405Z",
            "COMPLETED;VALUE=DATE:20260102",
            "PERCENT-COMPLETE:100",
            "PERCENT-COMPLETE:30",
            "PERCENT-COMPLETE;X-FIELDSYNC-PLACEHOLDER=1:100",
            "X-FIELDSYNC-PERCENT:70",
            "X-FIELDSYNC-ACTUAL-END:20260103T000000Z",
            "DTSTART:20260105T090000Z",
            "DTSTART;VALUE=DATE:20260105",
            "DTSTART;TZID=Europe/Berlin:20260105T090000",
            "DUE:20260107T225959Z",
            "DUE:20260107T235959",
            "DUE;VALUE=DATE:20260107",
            "DUE;TZID=America/New_York:20260107T000000",
            "DURATION:P1DT1H",
            "PRIORITY:3",
            "DESCRIPTION:One",
            "X-ALT-DESC;FMTTYPE=text/html:<p>One</p>",
            "X-OTHER;P=1:kept\\n",
            "CATEGORIES:a,b",
            "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nACTION:AUDIO\r\nEND:VALARM",
        ]
    ),
    max_size=8,
    unique=True,
).map(lambda lines: calendar("BEGIN:VTODO", "UID:1", "DTSTAMP:20260101T000000Z", *lines, "END:VTODO"))
bodies = st.one_of(st.none(), st.sampled_from(FILES), found)


def kept(component: Component) -> list[str]:
    """Everything that no field stands in, ours alarm aside, as it is written."""
    raws: list[str] = [component.begin.raw]
    for item in component.items:
        if isinstance(item, Line):
            if item.head is None or item.head.name not in OURS:
                raws.append(item.raw)
        elif item.first("X-FIELDSYNC-REMINDER") is None:
            raws.extend(kept(item) if item.name == "VTODO" else item.raws())
    return raws


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=bodies, case=cases())
def test_what_is_written_reads_back_and_nothing_else_moves(
    body: bytes | None, case: tuple[RecordKind, str, list[dict[int, Value]]]
) -> None:
    kind, zone, rounds = case
    codec, fields = CODECS[kind, zone], catalogue().fields(kind)
    for changes in rounds:
        empty = tuple(codec.normal(field.position, field.empty) for field in fields)
        wanted = list(codec.read(body) if body is not None else empty)
        for n, value in changes.items():
            wanted[n] = codec.normal(n, value)

        written = codec.write(body, changes, "1")

        assert codec.read(written) == tuple(wanted)
        assert codec.write(written, changes, "1") == written
        assert codec.write(written, dict(enumerate(wanted)), "1") == written
        if body is not None:
            assert kept(Calendar(written).root) == kept(Calendar(body).root)
        assert all(len(line) <= 75 for line in written.split(b"\r\n") if body is None)
        body = written


@settings(max_examples=300, deadline=None)
@given(value=instant, zone=st.sampled_from(ZONES), kind=st.sampled_from(KINDS))
def test_what_is_normal_stays_so(value: str, zone: str, kind: RecordKind) -> None:
    codec = CODECS[kind, zone]
    for key in ("scheduledstart", "scheduledend", "actualend"):
        normal = codec.normal(codec.keys.index(key), (value,))

        assert codec.normal(codec.keys.index(key), normal) == normal


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=st.sampled_from([None, *FILES]), case=cases())
def test_another_reader_agrees(body: bytes | None, case: tuple[RecordKind, str, list[dict[int, Value]]]) -> None:
    kind, zone, rounds = case
    codec = CODECS[kind, zone]
    for changes in rounds:
        body = codec.write(body, changes, "1")
    assert body is not None
    values = dict(zip(codec.keys, (value[0] for value in codec.read(body)), strict=True))
    moved = {codec.keys[n] for changes in rounds for n in changes}

    tasks = icalendar.Calendar.from_ical(body).walk("VTODO")
    witness = next(task for task in tasks if "RECURRENCE-ID" not in task)

    assert str(witness.get("SUMMARY", "")).strip() == values["subject"]
    if "DESCRIPTION" in witness:
        assert str(witness["DESCRIPTION"]).strip() == values["description"]
    for key, name in (("scheduledstart", "DTSTART"), ("scheduledend", "DUE")):
        if name in witness:
            told = {instant_of(witness[name].dt, zone, last_second=last) for last in (False, True)}
            assert values[key] in told
        elif "DURATION" not in witness:
            assert not values[key]
    if {"scheduledstart", "scheduledend"} <= moved and "DUE" in witness and "DTSTART" in witness:
        both = (witness["DTSTART"].dt, witness["DUE"].dt)
        assert isinstance(both[0], datetime) == isinstance(both[1], datetime)
    if "status" in moved:
        done = values["status"] == "1"
        assert (witness.get("STATUS") == "COMPLETED") == done
        assert ("COMPLETED" in witness) == done
        assert (int(witness.get("PERCENT-COMPLETE", 0)) == 100) == done


def instant_of(at: date | datetime, zone: str, last_second: bool) -> str:
    place = ZoneInfo(zone)
    if not isinstance(at, datetime):
        at = datetime.combine(at, time(), place)
    elif at.tzinfo is None:
        at = at.replace(tzinfo=place)
    if last_second and at.astimezone(place).time() == time(23, 59, 59):
        at = datetime.combine(at.astimezone(place).date(), time(), place)
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


damage = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 9),
        st.sampled_from([b"", b";", b'"', b":", b"\r\n", b"\n ", b"\\", b"\r\nDUE:1", b"\xc3", b"BEGIN:VTODO\r\n"]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=250, deadline=None)
@given(body=st.sampled_from(FILES), damages=damage, case=cases())
def test_a_damaged_task_is_broken_or_keeps_all_promises(
    body: bytes, damages: list[tuple[float, int, bytes]], case: tuple[RecordKind, str, list[dict[int, Value]]]
) -> None:
    for where, lost, put in damages:
        place = int(where * len(body))
        body = body[:place] + put + body[place + lost :]
    kind, zone, rounds = case
    codec, changes = CODECS[kind, zone], rounds[0]
    codec.holds(body)
    try:
        wanted = list(codec.read(body))
    except BrokenItem:
        assume(False)
        return
    for n, value in changes.items():
        wanted[n] = codec.normal(n, value)

    assert codec.write(body, {}, "") == body
    assert codec.read(codec.write(body, changes, "")) == tuple(wanted)
    codec.traits(body)


BROKEN_SAMPLES = {
    "big_bad_calendar.ics": "line 42 is the last, and VCALENDAR has no END",
    "event_with_recurrence.ics": "line 1 begins a VEVENT outside of a VCALENDAR",
    "event_with_rsvp.ics": "line 1 begins a VEVENT outside of a VCALENDAR",
    "small_bad_calendar.ics": "line 4 is the last, and VCALENDAR has no END",
}


@pytest.mark.skipif(not samples(), reason="2026-11-24: samples are not part of the product")
def test_every_sample_is_read_and_survives_each_change_or_says_what_is_broken() -> None:
    codec = CODECS[RecordKind.TASK, "Europe/Berlin"]
    new: dict[str, Value] = {
        "status": ("1", "5"),
        "percentcomplete": ("100",),
        "actualend": ("2026-01-02T03:04:05Z",),
        "scheduledstart": ("2026-01-01T08:00:00Z",),
        "scheduledend": ("2026-01-02T08:00:00Z",),
        "prioritycode": ("2",),
    }
    broken: dict[str, str] = {}
    tasks = 0
    for path in samples():
        body = path.read_bytes()
        try:
            assert Calendar(body).to_bytes() == body, path.name
            found = singles(body, "VTODO")
        except BrokenItem as reason:
            broken[path.name] = reason.reason
            continue
        for task in found:
            tasks += 1
            before = codec.read(task)
            for n, key in enumerate(codec.keys):
                value = new.get(key, ("New, text\nin two lines",))
                written = codec.write(task, {n: value}, "")
                assert codec.read(written) == (*before[:n], value, *before[n + 1 :]), (path.name, key)
                assert kept(Calendar(written).root) == kept(Calendar(task).root), (path.name, key)

    assert {name: reason for name, reason in broken.items() if name in BROKEN_SAMPLES} == {
        name: reason for name, reason in BROKEN_SAMPLES.items() if name in broken
    }
    assert tasks
