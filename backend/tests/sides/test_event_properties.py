"""What is written reads back, on any event, and nothing else of it moves. The PyPI package icalendar is the witness."""

import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.values import RecordKind, Value
from fieldsync.errors import BrokenItem, NotTransferable
from fieldsync.sides.ical.codecs import codec_for
from fieldsync.sides.ical.lines import Calendar, Component, Line
from sides.calendar_files import calendar, samples, singles, whole

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


class Still:
    def now(self) -> datetime:
        return NOW


SERIES = RecordKind.RECURRING_APPOINTMENT
KINDS = (RecordKind.APPOINTMENT, RecordKind.SERVICE_ACTIVITY, SERIES)
ZONES = ("Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "UTC")
CODECS = {(kind, zone): codec_for(kind, zone, Still()) for kind in KINDS for zone in ZONES}
EVENTS = [path.read_bytes() for path in whole("event")]
WHOLE_SERIES = [path.read_bytes() for path in whole("series")]
OURS = {
    *("SUMMARY", "DESCRIPTION", "X-ALT-DESC", "PRIORITY", "X-MICROSOFT-CDO-IMPORTANCE", "LOCATION"),
    *("DTSTART", "DTEND", "DURATION", "X-MICROSOFT-CDO-ALLDAYEVENT", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"),
    *(
        "STATUS",
        "TRANSP",
        "X-MICROSOFT-CDO-BUSYSTATUS",
        "X-FIELDSYNC-STATUS",
        "X-FIELDSYNC-REGARDING",
        "SEQUENCE",
        "X-FIELDSYNC-SHOWN",
    ),
    *("ATTENDEE", "ORGANIZER", "X-SOGO-SEND-APPOINTMENT-NOTIFICATIONS"),
}

text = st.one_of(
    st.just(""),
    st.text(max_size=12),
    st.sampled_from([",;\\", "a\r\nb", "^n", "\\n", "  x ", "ünï 日本", "😀", "x" * 90, "é" * 60, "\x85", '"']),
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001
around_a_change = st.integers(-8, 8).map(lambda n: datetime(2026, 10, 25) + timedelta(minutes=30 * n))  # noqa: DTZ001
midnights = st.dates(date(2025, 1, 1), date(2027, 12, 31)).map(lambda on: datetime.combine(on, time()))
instant = st.one_of(moments, around_a_change, midnights).map(lambda at: f"{at.isoformat()}Z")
maybe = st.one_of(st.just(""), instant)
blocks = st.tuples(
    instant, maybe, st.sampled_from(["", "0", "30", "1440", "x"]), st.sampled_from(["", "true", "false", "odd"])
)
states = st.tuples(st.sampled_from(["", "0", "1", "3", "x"]), st.sampled_from(["", *"1235678", "10", "99"]))
required = st.lists(st.sampled_from(["a@x.example", "Ada <a@x.example>", '"B; b" <b@x.example>', "Bob", "x@y"]))
optional = st.lists(st.sampled_from(["c@x.example", "Cem <c@x.example>", "'d' <d@x.example>", "Dora"]))
organizers = st.sampled_from(["", "a@x.example", "Mara <m@x.example>", "Nobody", "Zoë <z@x.example>"])


@st.composite
def recurrences(draw: st.DrawFn) -> Value:
    start = draw(st.one_of(moments, midnights))
    days = [start + timedelta(days=draw(st.integers(0, 60))) for _ in range(draw(st.integers(0, 4)))]
    changed: list[dict[str, object]] = []
    for at in days[:2]:
        one: dict[str, object] = {"original": f"{at.isoformat()}Z"}
        what = draw(st.sampled_from(["start", "subject", "cancelled", "both", "nothing"]))
        if what in ("start", "both"):
            one["start"] = draw(instant)
        if what in ("subject", "both"):
            one |= {"subject": f"Other {draw(text)}", "location": f"There {draw(text)}"}
        if what == "cancelled":
            one["cancelled"] = True
        changed.append(one)
    numbers = st.integers(0, 12).map(str)
    return (
        draw(st.sampled_from("012345")),
        draw(st.sampled_from(["", "1", "2", "3"])),
        str(draw(st.integers(0, 127))),
        *(draw(numbers) for _ in range(2)),
        draw(st.sampled_from("12345")),
        draw(numbers),
        draw(st.sampled_from(["", "1", "2", "3"])),
        draw(st.sampled_from(["", "2026-02-01"])),
        draw(st.sampled_from(["", "2026-08-01", "2028-01-01"])),
        f"{start.isoformat()}Z",
        draw(st.sampled_from(["", *(f"{(start + timedelta(hours=hours)).isoformat()}Z" for hours in (1, 24))])),
        draw(st.sampled_from(["", "45", "1440"])),
        draw(st.sampled_from(["", "UTC", "Asia/Tokyo", *ZONES])),
        json.dumps([f"{at.isoformat()}Z" for at in days[2:]]),
        json.dumps(changed),
    )  # fmt: skip


VALUES: dict[str, st.SearchStrategy[Value]] = {
    "status": states,
    "prioritycode": st.tuples(st.sampled_from(["", "0", "1", "2", "7"])),
    "time": blocks,
    "attachments": st.just(("",)),
    "recurrence": recurrences(),
    "requiredattendees": st.tuples(required.map("; ".join)),
    "optionalattendees": st.tuples(optional.map(" ;".join)),
    "organizer": st.tuples(organizers),
}


@st.composite
def cases(draw: st.DrawFn, kinds: tuple[RecordKind, ...]) -> tuple[RecordKind, str, list[dict[int, Value]]]:
    kind, zone = draw(st.sampled_from(kinds)), draw(st.sampled_from(ZONES))
    keys = [field.key for field in catalogue().fields(kind)]
    rounds: list[dict[int, Value]] = []
    for _ in range(draw(st.integers(1, 3))):
        chosen = draw(st.sets(st.integers(0, len(keys) - 1), max_size=5))
        rounds.append({n: draw(VALUES.get(keys[n], st.tuples(text))) for n in sorted(chosen)})
    return kind, zone, rounds


lines = st.lists(
    st.sampled_from(
        [
            "SUMMARY:x",
            "STATUS:CONFIRMED",
            "STATUS:TENTATIVE",
            "TRANSP:TRANSPARENT",
            "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
            "X-FIELDSYNC-STATUS:COMPLETED",
            "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
            "DTEND:20260307T225959Z",
            "DTEND;VALUE=DATE:20260307",
            "DTEND;TZID=America/New_York:20260308T000000",
            "DURATION:P1DT1H",
            "PRIORITY:3",
            "DESCRIPTION;ALTREP=x:One",
            "X-ALT-DESC;FMTTYPE=text/html:<p>One</p>",
            "ORGANIZER;CN=M:mailto:m@x.example",
            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:A@x.example",
            "ATTENDEE;ROLE=OPT-PARTICIPANT;CN=Cem:mailto:c@x.example",
            "ATTENDEE;CUTYPE=ROOM:mailto:room@x.example",
            "SEQUENCE:3",
            "X-OTHER;P=1:kept\\n",
            "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nACTION:AUDIO\r\nEND:VALARM",
        ]
    ),
    max_size=8,
    unique_by=lambda line: line if line.startswith("ATTENDEE") else line.replace(":", ";").partition(";")[0],
)
starts = st.sampled_from(
    [
        "DTSTART:20260302T090000Z",
        "DTSTART:20260302T090000",
        "DTSTART;VALUE=DATE:20260302",
        "DTSTART;TZID=Europe/Berlin:20260302T090000",
        "DTSTART;TZID=Tokyo Standard Time:20260302T000000",
    ]
)
found = st.tuples(starts, lines).map(
    lambda told: calendar("BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z", told[0], *told[1], "END:VEVENT")
)
rules = st.sampled_from(["FREQ=WEEKLY", "FREQ=DAILY;COUNT=30", "FREQ=MONTHLY;BYDAY=1MO;UNTIL=20270101T000000Z"])
found_series = st.tuples(starts, lines, rules).map(
    lambda told: calendar(
        *("BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z", told[0], f"RRULE:{told[2]}", *told[1], "END:VEVENT"),
        *("BEGIN:VEVENT", "UID:1", "RECURRENCE-ID:20260309T090000Z", "SUMMARY:Moved", "DTSTART:20260310T090000Z"),
        *("X-OTHER:kept", "END:VEVENT"),
    )
)


def kept(component: Component) -> list[str]:
    """Everything that no field stands in, as it is written; time zones come and stay."""
    raws: list[str] = [component.begin.raw]
    for item in component.items:
        if isinstance(item, Line):
            if item.head is None or item.head.name not in OURS:
                raws.append(item.raw)
        elif item.name != "VTIMEZONE":
            raws.extend(kept(item) if item.name == "VEVENT" else item.raws())
    return raws


def disjoint(wanted: list[Value], keys: tuple[str, ...]) -> bool:
    """Nobody stands on both lists: such a person is required."""
    both = [{one.rpartition("<")[2] for one in wanted[keys.index(key)][0].split("; ") if one} for key in ATTENDING]
    return not both[0] & both[1]


ATTENDING = ("requiredattendees", "optionalattendees")


def told_apart(wanted: list[Value], keys: tuple[str, ...]) -> tuple[Value, ...]:
    """These values, without what an occurrence says as its series does: only what differs is told."""
    if "recurrence" not in keys:
        return tuple(wanted)
    place = keys.index("recurrence")
    *rest, deleted, changed = wanted[place]
    general = {key: wanted[keys.index(key)][0] for key in ("subject", "location", "description", "prioritycode")}
    general |= dict(zip(("statecode", "statuscode"), wanted[keys.index("status")], strict=True))
    entries: list[dict[str, object]] = []
    for one in json.loads(changed or "[]"):
        left = {key: value for key, value in one.items() if general.get(key) != value}
        if "statecode" in left or "statuscode" in left:
            left |= {key: one[key] for key in ("statecode", "statuscode")}
        if len(left) > 1:
            entries.append({key: left[key] for key in one if key in left})
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":")) if entries else ""
    return tuple((*rest, deleted, text) if n == place else value for n, value in enumerate(wanted))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(body=st.one_of(st.none(), st.sampled_from(EVENTS), found), case=cases(KINDS[:2]))
def test_what_is_written_to_an_event_reads_back_and_nothing_else_moves(
    body: bytes | None, case: tuple[RecordKind, str, list[dict[int, Value]]]
) -> None:
    kind, zone, rounds = case
    codec, fields = CODECS[kind, zone], catalogue().fields(kind)
    if body is None:
        rounds[0].setdefault(codec.keys.index("time"), ("2026-03-02T09:00:00Z", "", "", ""))
    for changes in rounds:
        empty = tuple(codec.normal(field.position, field.empty) for field in fields)
        wanted = list(codec.read(body) if body is not None else empty)
        for n, value in changes.items():
            wanted[n] = codec.normal(n, value)
        assume(disjoint(wanted, codec.keys))

        written = codec.write(body, changes, "1")

        assert codec.read(written) == tuple(wanted)
        assert codec.write(written, changes, "1") == written
        assert codec.write(written, dict(enumerate(wanted)), "1") == written
        if body is not None:
            assert kept(Calendar(written).root) == kept(Calendar(body).root)
        assert all(len(line) <= 75 for line in written.split(b"\r\n") if body is None)
        agrees(written, dict(zip(codec.keys, wanted, strict=True)), zone)
        body = written


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(
    body=st.one_of(st.none(), st.sampled_from(WHOLE_SERIES), found_series), case=cases((SERIES,)), first=recurrences()
)
def test_what_is_written_to_a_series_reads_back(
    body: bytes | None, case: tuple[RecordKind, str, list[dict[int, Value]]], first: Value
) -> None:
    kind, zone, rounds = case
    codec, fields = CODECS[kind, zone], catalogue().fields(kind)
    place = codec.keys.index("recurrence")
    if body is None:
        rounds[0][place] = first
    for changes in rounds:
        try:
            before = codec.read(body) if body is not None else None
        except NotTransferable:
            assume(False)
            return
        wanted = list(before or (codec.normal(field.position, field.empty) for field in fields))
        for n, value in changes.items():
            wanted[n] = codec.normal(n, value)
        assume(disjoint(wanted, codec.keys))
        try:
            written = codec.write(body, changes, "1")
        except NotTransferable:
            # Refused as it is; normal says nothing else then.
            assert place in changes
            assert wanted[place] == tuple(changes[place])
            assume(False)
            return

        wanted = list(told_apart(wanted, codec.keys))
        assert codec.read(written) == tuple(wanted)
        assert codec.write(written, dict(enumerate(wanted)), "1") == written
        if body is not None and (place not in changes or before is None or before[place] == wanted[place]):
            assert kept(Calendar(written).root) == kept(Calendar(body).root)
        assert codec.traits(written).start == datetime.fromisoformat(wanted[place][10])
        occurrences_agree(written, wanted[place], zone)
        body = written


def agrees(body: bytes, values: dict[str, Value], zone: str) -> None:
    (witness,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert str(witness.get("SUMMARY", "")).strip() == values["subject"][0]
    assert str(witness.get("LOCATION", "")).strip() == values["location"][0]
    start = witness["DTSTART"].dt
    if values["time"][3] == "true":
        assert values["time"][0] == f"{date.fromisoformat(f'{start:%Y-%m-%d}')}T00:00:00Z"
    else:
        assert values["time"][0] == told(start, zone)
        if "DTEND" in witness and values["time"][2] != "0":
            assert values["time"][1] == told(witness["DTEND"].dt, zone)


def told(at: date | datetime, zone: str) -> str:
    if not isinstance(at, datetime):
        at = datetime.combine(at, time())
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(zone))
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def occurrences_agree(body: bytes, value: Value, zone: str) -> None:
    """The witness finds the same original starts taken out, and the same ones that differ."""
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    (master,) = [event for event in events if "RECURRENCE-ID" not in event]
    days = value[13] == "UTC"
    home = "UTC" if days else zone
    lists = master.get("EXDATE", [])
    taken = {told(one.dt, home) for line in (lists if isinstance(lists, list) else [lists]) for one in line.dts}
    assert set(json.loads(value[14] or "[]")) <= taken
    differing = {told(event["RECURRENCE-ID"].dt, home) for event in events if "RECURRENCE-ID" in event}
    originals = {one["original"] for one in json.loads(value[15] or "[]")}
    # Of a series of days the day counts.
    assert {one[:10] for one in originals} <= {one[:10] for one in differing} if days else originals <= differing
    assert len(master["RRULE"] if isinstance(master["RRULE"], list) else [master["RRULE"]]) == 1


@settings(max_examples=400, deadline=None)
@given(value=st.one_of(recurrences(), st.tuples(*[text] * 16)), zone=st.sampled_from(ZONES))
def test_a_series_that_is_normal_stays_so(value: Value, zone: str) -> None:
    codec = CODECS[SERIES, zone]
    place = codec.keys.index("recurrence")

    normal = codec.normal(place, value)

    assert codec.normal(place, normal) == normal


@settings(max_examples=150, deadline=None)
@given(value=st.one_of(blocks, st.tuples(*[text] * 4)), zone=st.sampled_from(ZONES))
def test_a_time_that_is_normal_stays_so(value: Value, zone: str) -> None:
    codec = CODECS[RecordKind.APPOINTMENT, zone]

    normal = codec.normal(codec.keys.index("time"), value)

    assert codec.normal(codec.keys.index("time"), normal) == normal


damage = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 9),
        st.sampled_from([b"", b";", b'"', b":", b"\r\n", b"\n ", b"\\", b"\r\nDTEND:1", b"BEGIN:VEVENT\r\n", b"9"]),
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(body=st.sampled_from([*EVENTS, *WHOLE_SERIES]), damages=damage, case=cases(KINDS[:1]), other=cases(KINDS[2:]))
def test_a_damaged_event_is_broken_or_keeps_all_promises(
    body: bytes,
    damages: list[tuple[float, int, bytes]],
    case: tuple[RecordKind, str, list[dict[int, Value]]],
    other: tuple[RecordKind, str, list[dict[int, Value]]],
) -> None:
    kind, zone, rounds = other if b"\nRRULE" in body else case
    for where, lost, put in damages:
        place = int(where * len(body))
        body = body[:place] + put + body[place + lost :]
    codec, changes = CODECS[kind, zone], rounds[0]
    codec.holds(body)
    try:
        wanted = list(codec.read(body))
    except BrokenItem:
        assume(False)
        return
    codec.traits(body)
    assert codec.write(body, {}, "") == body
    for n, value in changes.items():
        wanted[n] = codec.normal(n, value)
    assume(disjoint(wanted, codec.keys))
    try:
        assert codec.read(codec.write(body, changes, "")) == told_apart(wanted, codec.keys)
    except NotTransferable:
        assert "recurrence" in [codec.keys[n] for n in changes]


NEW: dict[str, Value] = {
    "time": ("2026-01-01T08:00:00Z", "2026-01-01T09:30:00Z", "90", "false"),
    "status": ("3", "6"),
    "prioritycode": ("2",),
    "requiredattendees": ("Ada <a@x.example>; b@x.example",),
    "optionalattendees": ("c@x.example",),
    "organizer": ("Mara <m@x.example>",),
}
_WEEKLY = ("1", "1", "16", "", "", "", "", "1", "2026-01-01", "")
NEW["recurrence"] = (*_WEEKLY, "2026-01-01T08:00:00Z", "2026-01-01T09:00:00Z", "60", "Asia/Tokyo", "", "")


@pytest.mark.skipif(not samples(), reason="2026-11-24: samples are not part of the product")
def test_every_sample_is_read_and_survives_each_change_or_says_what_is_broken() -> None:
    broken: dict[str, set[str]] = {}
    events = 0
    for path in samples():
        try:
            found = singles(path.read_bytes(), "VEVENT")
        except BrokenItem:
            continue  # told by the same test of tasks
        for event in found:
            kind = next(kind for kind in KINDS if CODECS[kind, "Europe/Vienna"].holds(event))
            codec = CODECS[kind, "Europe/Vienna"]
            try:
                before = codec.read(event)
            except BrokenItem as reason:
                broken.setdefault(path.name, set()).add(reason.reason)
                continue
            events += 1
            for n, key in enumerate(codec.keys):
                if key == "attachments":
                    continue
                value = NEW.get(key, ("New, text\nin two lines",))
                written = codec.write(event, {n: value}, "")
                assert codec.read(written) == (*before[:n], value, *before[n + 1 :]), (path.name, key)
                assert kept(Calendar(written).root) == kept(Calendar(event).root), (path.name, key)

    assert events
    assert {name: reasons for name, reasons in broken.items() if name in BROKEN_SAMPLES} == {
        name: reasons for name, reasons in BROKEN_SAMPLES.items() if name in broken
    }


BROKEN_SAMPLES = {
    "broken_dtstart.ics": {"DTSTART is not a date: 'INVALID-DATE'"},
    "issue_526_calendar_with_events.ics": {"DTSTART is in a time zone nobody knows: 'Western/Central Europe'"},
    "issue_722_missing_timezones.ics": {
        "the event has no start",
        "the series has no start",
        "the series lists its dates",
    },
    "multiple_timezones.ics": {"the series lists its dates"},
}
