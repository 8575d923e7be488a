"""Tasks, phone calls, letters and faxes as VTODO: which property carries which field, in every program's way."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.traits import ItemTraits
from fieldsync.core.values import RecordKind, Value
from fieldsync.errors import BrokenItem
from fieldsync.sides.ical.codec import ItemCodec
from fieldsync.sides.ical.codecs import codec_for
from sides.calendar_files import CALENDARS, calendar, whole

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
KINDS = (RecordKind.TASK, RecordKind.PHONE_CALL, RecordKind.LETTER, RecordKind.FAX)


class Still:
    def now(self) -> datetime:
        return NOW


def codec_of(kind: RecordKind, zone: str = "Europe/Berlin") -> ItemCodec:
    return codec_for(kind, zone, Still())


CODEC = codec_of(RecordKind.TASK)


def todo(*lines: str) -> bytes:
    return calendar("BEGIN:VTODO", "UID:u1", "DTSTAMP:20260101T000000Z", *lines, "END:VTODO")


def read(body: bytes, codec: ItemCodec = CODEC) -> dict[str, str]:
    """What is there, without an open status and a normal importance."""
    values = {key: ";".join(value) for key, value in zip(codec.keys, codec.read(body), strict=True) if any(value)}
    usual = {"prioritycode": "1", "status": ";".join(codec.normal(codec.keys.index("status"), ("0", "")))}
    return {key: value for key, value in values.items() if value != usual.get(key)}


def write(body: bytes | None, codec: ItemCodec = CODEC, **fields: str) -> bytes:
    changes: dict[int, Value] = {
        codec.keys.index(key): tuple(value.split(";")) if key == "status" else (value,) for key, value in fields.items()
    }
    return codec.write(body, changes, "u1")


def lines(body: bytes) -> list[str]:
    """The lines of the task behind UID and DTSTAMP."""
    found = body.decode().replace("\r\n ", "").split("\r\n")
    return found[found.index("BEGIN:VTODO") + 3 : found.index("END:VTODO")]


EXPECTED: dict[str, dict[str, str]] = {
    "thunderbird": {
        "subject": "Angebot für Müller, Köln fertig machen",
        "description": "Zahlen *prüfen*; dann an Eva",
        "prioritycode": "2",
        "scheduledstart": "2026-01-15T08:00:00Z",
        "scheduledend": "2026-01-20T16:00:00Z",
        "percentcomplete": "40",
        "status": "0;3",
    },
    "nextcloud": {
        "subject": "Call the printer",
        "prioritycode": "0",
        "scheduledend": "2026-03-05T23:00:00Z",
        "actualend": "2026-03-04T07:59:59Z",
        "percentcomplete": "100",
        "status": "1;5",
    },
    "apple": {
        "subject": "Pick up the samples 📦",
        "scheduledstart": "2026-02-10T23:30:00Z",
        "scheduledend": "2026-02-10T23:30:00Z",
    },
    "evolution": {
        "subject": "Steuer vorbereiten",
        "description": "Belege sortieren\n\nBuchhalter anrufen",
        "scheduledstart": "2026-04-01T22:00:00Z",
        "scheduledend": "2026-04-08T22:00:00Z",
        "percentcomplete": "10",
        "status": "2;6",
    },
    "sogo": {
        "subject": "Vertrag verlängern",
        "description": "Siehe Akte 12/2026",
        "prioritycode": "2",
        "scheduledstart": "2026-05-04T07:00:00Z",
        "scheduledend": "2026-05-05T09:00:00Z",
    },
    "synchronizer": {
        "subject": "Renew the lease",
        "description": "First line\nSecond & last",
        "scheduledstart": "2026-06-07T22:00:00Z",
        "scheduledend": "2026-06-11T22:00:00Z",
        "status": "0;7",
    },
    "tasksorg": {
        "subject": "Water the plants",
        "scheduledstart": "2026-07-05T22:00:00Z",
        "scheduledend": "2026-07-05T22:00:00Z",
    },
}


def test_every_file_is_looked_at() -> None:
    assert sorted(path.stem.removesuffix("-todo") for path in whole("todo")) == sorted(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_task_is_read_as_its_program_meant_it(name: str) -> None:
    assert read((CALENDARS / f"{name}-todo.ics").read_bytes()) == EXPECTED[name]


def test_traits_are_those_of_the_file() -> None:
    assert CODEC.traits((CALENDARS / "sogo-todo.ics").read_bytes()) == ItemTraits(
        uid="1A2B-65F00000-1-4E2C5A80",
        private=True,
        modified=datetime(2026, 5, 2, 10, 11, 12, tzinfo=UTC),
        organizer="eva.weber@example.org",
        attendees=("jan@example.org",),
        start=datetime(2026, 5, 4, 7, tzinfo=UTC),
        end=datetime(2026, 5, 5, 9, tzinfo=UTC),
    )
    thunderbird = CODEC.traits((CALENDARS / "thunderbird-todo.ics").read_bytes())
    assert (thunderbird.private, thunderbird.categories) == (True, {"kunden", "verfolgt"})
    nextcloud = CODEC.traits((CALENDARS / "nextcloud-todo.ics").read_bytes())
    assert (nextcloud.completed, nextcloud.cancelled, nextcloud.private) == (True, False, False)
    evolution = CODEC.traits((CALENDARS / "evolution-todo.ics").read_bytes())
    assert (evolution.completed, evolution.cancelled) == (False, True)


def test_a_stamp_that_is_no_time_is_no_reason_to_give_up_the_item() -> None:
    assert CODEC.traits(todo("LAST-MODIFIED:now")).modified == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("due", "DUE is not a date: 'tomorrow'"),
        ("unfolded", "line 8 has no colon: 'and the second one without a blank before it'"),
        ("two-uids", "the calendar holds 2 items: 1, 2"),
        ("zone", "DUE is in a time zone nobody knows: 'Middle of Nowhere'"),
    ],
)
def test_a_broken_task_says_why(name: str, reason: str) -> None:
    body = (CALENDARS / f"broken-{name}-todo.ics").read_bytes()

    with pytest.raises(BrokenItem) as caught:
        CODEC.read(body)

    assert caught.value.reason == reason
    assert CODEC.holds(body)


def test_an_event_is_no_task() -> None:
    body = calendar("BEGIN:VEVENT", "UID:1", "END:VEVENT")

    with pytest.raises(BrokenItem):
        CODEC.read(body)
    assert not CODEC.holds(body)


def test_two_masters_of_one_uid_are_broken() -> None:
    with pytest.raises(BrokenItem):
        CODEC.read(calendar("BEGIN:VTODO", "UID:1", "END:VTODO", "BEGIN:VTODO", "UID:1", "END:VTODO"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_fields_are_those_of_the_catalogue_in_its_order(kind: RecordKind) -> None:
    codec, fields = codec_of(kind), catalogue().fields(kind)

    assert codec.keys == tuple(field.key for field in fields)
    assert [len(value) for value in codec.read(todo())] == [len(field.empty) for field in fields]
    assert codec.read(todo()) == tuple(codec.normal(field.position, field.empty) for field in fields)


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("subject", "Buy; sell, keep", "SUMMARY:Buy\\; sell\\, keep"),
        ("description", "One\nTwo", "DESCRIPTION:One\\nTwo"),
        ("regardingobjectid", "Acme, Inc.", "X-FIELDSYNC-REGARDING:Acme\\, Inc."),
        ("percentcomplete", "25", "PERCENT-COMPLETE:25"),
        ("prioritycode", "0", "PRIORITY:9"),
        ("prioritycode", "2", "PRIORITY:1"),
        ("scheduledstart", "2026-01-14T23:00:00Z", "DTSTART;VALUE=DATE:20260115"),
        ("scheduledstart", "2026-01-15T08:00:00Z", "DTSTART:20260115T080000Z"),
        ("scheduledend", "2026-07-14T22:00:00Z", "DUE;VALUE=DATE:20260715"),
    ],
)
def test_a_field_has_one_usual_form(key: str, value: str, line: str) -> None:
    body = todo("STATUS:NEEDS-ACTION")

    written = write(body, **{key: value})

    assert lines(written) == ["STATUS:NEEDS-ACTION", line]
    assert read(written) == {key: value}
    if key != "prioritycode":
        assert write(written, **{key: ""}) == body


def test_a_new_task_has_what_programs_ask_for() -> None:
    written = write(None, subject="Call Ann", status="0;3", scheduledend="2026-02-01T10:00:00Z")

    assert written.decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Fieldsync//Fieldsync//EN",
        "BEGIN:VTODO",
        "UID:u1",
        "DTSTAMP:20260110T120000Z",
        "STATUS:IN-PROCESS",
        "SUMMARY:Call Ann",
        "DUE:20260201T100000Z",
        "BEGIN:VALARM",
        "X-FIELDSYNC-REMINDER:1",
        "ACTION:DISPLAY",
        "TRIGGER;VALUE=DATE-TIME:20260201T100000Z",
        "DESCRIPTION:Call Ann",
        "END:VALARM",
        "END:VTODO",
        "END:VCALENDAR",
        "",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_is_carried_and_each_item_is_held_by_one_codec(kind: RecordKind) -> None:
    written = write(None, codec_of(kind), subject="x")

    assert [other for other in KINDS if codec_of(other).holds(written)] == [kind]
    assert (b"X-FIELDSYNC-KIND" in written) == (kind is not RecordKind.TASK)
    changed = write(written, codec_of(kind), subject="y", status="1;")
    assert [other for other in KINDS if codec_of(other).holds(changed)] == [kind]


STATES: list[tuple[RecordKind, str, str, list[str]]] = [
    (RecordKind.TASK, "0;2", "0;2", ["STATUS:NEEDS-ACTION"]),
    (RecordKind.TASK, "0;3", "0;3", ["STATUS:IN-PROCESS"]),
    (RecordKind.TASK, "0;4", "0;4", ["STATUS:NEEDS-ACTION", "X-FIELDSYNC-STATUS:WAITING"]),
    (RecordKind.TASK, "0;7", "0;7", ["STATUS:NEEDS-ACTION", "X-FIELDSYNC-STATUS:DEFERRED"]),
    (RecordKind.TASK, "1;5", "1;5", ["STATUS:COMPLETED"]),
    (RecordKind.TASK, "2;6", "2;6", ["STATUS:CANCELLED"]),
    (RecordKind.TASK, "0;", "0;2", ["STATUS:NEEDS-ACTION"]),
    (RecordKind.TASK, ";", "0;2", ["STATUS:NEEDS-ACTION"]),
    (RecordKind.TASK, ";5", "1;5", ["STATUS:COMPLETED"]),
    (RecordKind.TASK, "0;5", "0;2", ["STATUS:NEEDS-ACTION"]),
    (RecordKind.PHONE_CALL, "0;1", "0;1", ["STATUS:NEEDS-ACTION"]),
    (RecordKind.PHONE_CALL, "1;2", "1;2", ["STATUS:COMPLETED"]),
    (RecordKind.PHONE_CALL, "1;4", "1;2", ["STATUS:COMPLETED"]),
    (RecordKind.PHONE_CALL, ";4", "1;2", ["STATUS:COMPLETED"]),
    (RecordKind.PHONE_CALL, "2;3", "2;3", ["STATUS:CANCELLED"]),
    (RecordKind.LETTER, "0;1", "0;1", ["STATUS:NEEDS-ACTION"]),
    (RecordKind.LETTER, "0;2", "0;2", ["STATUS:NEEDS-ACTION", "X-FIELDSYNC-STATUS:DRAFT"]),
    (RecordKind.LETTER, "1;3", "1;4", ["STATUS:COMPLETED"]),
    (RecordKind.LETTER, "1;4", "1;4", ["STATUS:COMPLETED"]),
    (RecordKind.LETTER, "2;5", "2;5", ["STATUS:CANCELLED"]),
    (RecordKind.FAX, "0;1", "0;1", ["STATUS:NEEDS-ACTION"]),
    (RecordKind.FAX, "1;2", "1;2", ["STATUS:COMPLETED"]),
    (RecordKind.FAX, "1;3", "1;2", ["STATUS:COMPLETED"]),
    (RecordKind.FAX, "1;4", "1;2", ["STATUS:COMPLETED"]),
    (RecordKind.FAX, "2;5", "2;5", ["STATUS:CANCELLED"]),
]


@pytest.mark.parametrize(("kind", "status", "normal", "found"), STATES)
def test_a_status_is_written_and_read_as_its_kind_has_it(
    kind: RecordKind, status: str, normal: str, found: list[str]
) -> None:
    codec = codec_of(kind)
    position = codec.keys.index("status")

    written = write(None, codec, status=status)

    assert ";".join(codec.normal(position, tuple(status.split(";")))) == normal
    assert ";".join(codec.read(written)[position]) == normal
    assert [line for line in lines(written) if "STATUS" in line] == found


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ([], "0;2"),
        (["STATUS:in-process"], "0;3"),
        (["STATUS:CONFIRMED"], "0;2"),
        (["COMPLETED:20260102T030405Z"], "1;5"),
        (["PERCENT-COMPLETE:100"], "1;5"),
        (["PERCENT-COMPLETE:30"], "0;3"),
        (["STATUS:NEEDS-ACTION", "PERCENT-COMPLETE:100"], "0;2"),
        (["STATUS:IN-PROCESS", "X-FIELDSYNC-STATUS:WAITING"], "0;3"),
        (["STATUS:COMPLETED", "X-FIELDSYNC-STATUS:WAITING"], "1;5"),
        (["X-FIELDSYNC-STATUS:DEFERRED"], "0;7"),
        (["STATUS:NEEDS-ACTION", "X-FIELDSYNC-STATUS:else"], "0;2"),
    ],
)
def test_the_status_of_other_programs(found: list[str], status: str) -> None:
    assert ";".join(CODEC.read(todo(*found))[CODEC.keys.index("status")]) == status


def test_synchronizers_cancelled_is_deferred_until_it_is_cancelled_here() -> None:
    body = (CALENDARS / "synchronizer-todo.ics").read_bytes()

    cancelled = write(body, status="2;6")

    assert read(cancelled)["status"] == "2;6"
    assert cancelled == body.replace(b"END:VTODO", b"X-FIELDSYNC-STATUS:CANCELED\r\nEND:VTODO")
    assert read(write(cancelled, status="0;7"))["status"] == "0;7"


class TestCompletion:
    """Programs tell a completed task by three properties; they are kept in step and stay fields of their own."""

    def test_all_three_are_set_together(self) -> None:
        body = todo("STATUS:IN-PROCESS", "PERCENT-COMPLETE:50")

        written = write(body, status="1;5", percentcomplete="100", actualend="2026-01-09T10:00:00Z")

        assert lines(written) == ["STATUS:COMPLETED", "PERCENT-COMPLETE:100", "COMPLETED:20260109T100000Z"]

    def test_what_the_crm_does_not_say_stands_in_and_is_not_read(self) -> None:
        body = todo("STATUS:IN-PROCESS", "PERCENT-COMPLETE:50")

        written = write(body, status="1;5")

        assert lines(written) == [
            "STATUS:COMPLETED",
            "COMPLETED;X-FIELDSYNC-PLACEHOLDER=1:20260110T120000Z",
            "PERCENT-COMPLETE;X-FIELDSYNC-PLACEHOLDER=1:100",
            "X-FIELDSYNC-PERCENT:50",
        ]
        assert read(written) == {"status": "1;5", "percentcomplete": "50"}
        assert lines(write(written, status="0;3")) == ["STATUS:IN-PROCESS", "PERCENT-COMPLETE:50"]

    def test_a_date_that_comes_later_replaces_its_stand_in(self) -> None:
        written = write(write(todo(), status="1;5"), actualend="2026-01-09T10:00:00Z", percentcomplete="100")

        assert lines(written) == ["STATUS:COMPLETED", "PERCENT-COMPLETE:100", "COMPLETED:20260109T100000Z"]

    def test_an_open_task_with_a_date_and_100_percent_looks_open_everywhere(self) -> None:
        body = todo("STATUS:COMPLETED", "COMPLETED:20260109T100000Z", "PERCENT-COMPLETE:100")

        written = write(body, status="0;2")

        assert lines(written) == [
            "STATUS:NEEDS-ACTION",
            "X-FIELDSYNC-ACTUAL-END:20260109T100000Z",
            "X-FIELDSYNC-PERCENT:100",
        ]
        assert read(written) == {"actualend": "2026-01-09T10:00:00Z", "percentcomplete": "100"}
        again = write(written, status="1;5")
        assert lines(again) == ["STATUS:COMPLETED", "COMPLETED:20260109T100000Z", "PERCENT-COMPLETE:100"]

    def test_another_programs_completion_counts_more_than_what_stood_aside(self) -> None:
        body = todo("STATUS:NEEDS-ACTION", "X-FIELDSYNC-ACTUAL-END:20260109T100000Z", "X-FIELDSYNC-PERCENT:100")
        completed = body.replace(b"NEEDS-ACTION", b"COMPLETED\r\nCOMPLETED:20260111T100000Z\r\nPERCENT-COMPLETE:100")

        assert read(completed) == {"status": "1;5", "actualend": "2026-01-11T10:00:00Z", "percentcomplete": "100"}

    def test_the_status_of_a_task_without_one_does_not_follow_its_percentage(self) -> None:
        written = write(todo(), percentcomplete="60")

        assert read(written) == {"percentcomplete": "60"}
        assert lines(written) == ["PERCENT-COMPLETE:60", "STATUS:NEEDS-ACTION"]

    def test_a_phone_call_has_no_percentage_yet_is_completed_with_one(self) -> None:
        codec = codec_of(RecordKind.PHONE_CALL)
        body = todo("X-FIELDSYNC-KIND:PHONE_CALL", "STATUS:NEEDS-ACTION")

        written = write(body, codec, status="1;2")

        assert "PERCENT-COMPLETE;X-FIELDSYNC-PLACEHOLDER=1:100" in lines(written)
        assert write(written, codec, status="0;1") == body

    def test_no_percentage_and_none_done_are_the_same(self) -> None:
        position = CODEC.keys.index("percentcomplete")

        assert [CODEC.normal(position, (text,)) for text in ("0", "", "x", "150", "7")] == [
            ("",),
            ("",),
            ("",),
            ("100",),
            ("7",),
        ]


class TestDates:
    """Start and due are of one type (RFC 5545, 3.8.2.3), a day is midnight in the mailbox's zone."""

    @pytest.mark.parametrize(
        ("found", "due"),
        [
            ("DUE;VALUE=DATE:20260120", "2026-01-19T23:00:00Z"),
            ("DUE:20260120", "2026-01-19T23:00:00Z"),
            ("DUE:20260120T150000Z", "2026-01-20T15:00:00Z"),
            ("DUE:20260120T150000", "2026-01-20T14:00:00Z"),
            ("DUE;TZID=America/New_York:20260120T150000", "2026-01-20T20:00:00Z"),
            ('DUE;VALUE=DATE-TIME;TZID="Asia/Tokyo":20260120T150000', "2026-01-20T06:00:00Z"),
            ("DUE:20260120T235959", "2026-01-19T23:00:00Z"),
            ("DUE;TZID=Europe/Berlin:20260120T235959", "2026-01-19T23:00:00Z"),
            ("DUE;TZID=America/New_York:20260120T235959", "2026-01-21T04:59:59Z"),
            ("DTSTART:20260328T120000\r\nDURATION:P1D", "2026-03-29T10:00:00Z"),
            ("DTSTART:20260328T120000\r\nDURATION:PT24H", "2026-03-29T11:00:00Z"),
            ("DTSTART;VALUE=DATE:20260101\r\nDURATION:P2W", "2026-01-14T23:00:00Z"),
            ("DURATION:P1D", ""),
        ],
    )
    def test_a_due_date_is_read_in_all_its_forms(self, found: str, due: str) -> None:
        assert read(todo(found)).get("scheduledend", "") == due

    def test_a_missing_due_date_is_not_made_up_from_the_start(self) -> None:
        assert read(todo("DTSTART:20260120T150000Z")) == {"scheduledstart": "2026-01-20T15:00:00Z"}
        assert lines(write(todo(), scheduledstart="2026-01-20T15:00:00Z")) == ["DTSTART:20260120T150000Z"]

    @pytest.mark.parametrize(
        ("found", "value", "written"),
        [
            # A time stays in the zone and form it has.
            (
                ["DUE;TZID=America/New_York:20260120T150000"],
                "2026-07-01T12:00:00Z",
                ["DUE;TZID=America/New_York:20260701T080000"],
            ),
            (["DUE:20260120T150000"], "2026-07-01T12:00:00Z", ["DUE:20260701T140000"]),
            (["DUE:20260120T150000Z"], "2026-07-01T12:00:00Z", ["DUE:20260701T120000Z"]),
            (["DUE;VALUE=DATE:20260120"], "2026-07-01T12:00:00Z", ["DUE:20260701T120000Z"]),
            # That clock shows this hour twice; the other one can only be said in UTC.
            (["DUE:20260120T150000"], "2026-10-25T01:30:00Z", ["DUE:20261025T013000Z"]),
            (["DUE:20260120T150000"], "2026-10-25T00:30:00Z", ["DUE:20261025T023000"]),
            # The untouched date is not made a day, the new day is made a time.
            (
                ["DTSTART:20260101T080000Z"],
                "2026-06-30T22:00:00Z",
                ["DTSTART:20260101T080000Z", "DUE:20260630T220000Z"],
            ),
            (
                ["DTSTART;TZID=Europe/Berlin:20260101T080000"],
                "2026-06-30T22:00:00Z",
                ["DTSTART;TZID=Europe/Berlin:20260101T080000", "DUE;TZID=Europe/Berlin:20260701T000000"],
            ),
            # A time makes the other a time, too: the same instant, written otherwise.
            (
                ["DTSTART;VALUE=DATE:20260101"],
                "2026-07-01T12:00:00Z",
                ["DTSTART:20251231T230000Z", "DUE:20260701T120000Z"],
            ),
            # The last second of the day is how this program writes a day.
            (["DUE:20260120T225959Z"], "2026-06-30T22:00:00Z", ["DUE:20260701T215959Z"]),
            (["DUE:20260120T225959Z"], "2026-06-30T10:00:00Z", ["DUE:20260630T100000Z"]),
            # DURATION would move the due date with the start.
            (
                ["DTSTART:20260101T080000Z", "DURATION:PT1H"],
                "2026-01-01T10:00:00Z",
                ["DTSTART:20260101T080000Z", "DUE:20260101T100000Z"],
            ),
        ],
    )
    def test_a_new_due_date_keeps_the_form(self, found: list[str], value: str, written: list[str]) -> None:
        body = todo(*found)
        start = read(body).get("scheduledstart")

        changed = write(body, scheduledend=value)

        assert [line for line in lines(changed) if line.startswith(("DUE", "DTSTART"))] == written
        assert read(changed).get("scheduledend") == value
        assert read(changed).get("scheduledstart") == start

    def test_a_new_start_leaves_a_due_date_told_by_a_duration(self) -> None:
        body = todo("DTSTART:20260101T080000Z", "DURATION:PT1H")

        assert lines(write(body, scheduledstart="2026-01-01T07:00:00Z")) == [
            "DTSTART:20260101T070000Z",
            "DUE:20260101T090000Z",
        ]
        assert lines(write(body, scheduledstart="")) == ["DUE:20260101T090000Z"]

    def test_midnight_that_does_not_exist_is_still_a_day(self) -> None:
        codec = codec_of(RecordKind.TASK, "America/Santiago")  # 2026-09-06 begins at 01:00

        written = write(todo(), codec, scheduledend="2026-09-06T04:00:00Z")

        assert lines(written) == ["DUE;VALUE=DATE:20260906"]
        assert read(written, codec) == {"scheduledend": "2026-09-06T04:00:00Z"}

    @pytest.mark.parametrize("value", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "soon"])
    def test_what_no_calendar_can_say_is_empty(self, value: str) -> None:
        assert CODEC.normal(CODEC.keys.index("scheduledend"), (value,)) == ("",)


class TestReminder:
    """A14: the due time of the CRM becomes the reminder; a reminder is never brought to the CRM."""

    OTHERS = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "END:VALARM")

    def alarms(self, body: bytes) -> list[str]:
        return [line for line in lines(body) if "TRIGGER" in line]

    def test_it_follows_the_due_time_and_leaves_other_alarms_alone(self) -> None:
        body = todo("SUMMARY:x", *self.OTHERS)

        first = write(body, scheduledend="2026-02-01T10:00:00Z")
        second = write(
            first.replace(b"ACTION", b"ACKNOWLEDGED:20260201T100100Z\r\nACTION"), scheduledend="2026-02-03T10:00:00Z"
        )

        assert self.alarms(first) == ["TRIGGER:-PT5M", "TRIGGER;VALUE=DATE-TIME:20260201T100000Z"]
        assert self.alarms(second) == ["TRIGGER:-PT5M", "TRIGGER;VALUE=DATE-TIME:20260203T100000Z"]
        assert second.count(b"ACKNOWLEDGED") == 1
        assert write(first, scheduledend="") == body

    @pytest.mark.parametrize("due", ["2026-02-01T23:00:00Z", "2026-01-10T11:59:59Z"])
    def test_a_day_and_a_time_that_has_passed_remind_of_nothing(self, due: str) -> None:
        assert self.alarms(write(todo(), scheduledend=due)) == []

    @pytest.mark.parametrize("status", ["1;5", "2;6"])
    def test_a_task_that_is_over_reminds_of_nothing(self, status: str) -> None:
        body = write(todo(), scheduledend="2026-02-01T10:00:00Z")

        over = write(body, status=status)

        assert self.alarms(over) == []
        assert self.alarms(write(over, status="0;2")) == self.alarms(body)

    def test_an_alarm_is_not_read(self) -> None:
        body = write(todo(), scheduledend="2026-02-01T10:00:00Z")

        assert read(body.replace(b"TRIGGER;VALUE=DATE-TIME:20260201", b"TRIGGER;VALUE=DATE-TIME:20260301")) == read(
            body
        )

    def test_what_does_not_touch_the_due_time_does_not_bring_a_dismissed_alarm_back(self) -> None:
        body = todo("DUE:20260201T100000Z")

        assert self.alarms(write(body, subject="New", scheduledend="2026-02-01T10:00:00Z")) == []


class TestBody:
    """A16: the CRM has plain text, the mailbox may have more."""

    RICH = "X-ALT-DESC;FMTTYPE=text/html:<p>One</p><p>Two &amp\\; <b>three</b></p>"

    def test_a_rich_body_is_read_as_plain_text(self) -> None:
        assert read(todo(self.RICH)) == {"description": "One\nTwo & three"}

    @pytest.mark.parametrize("found", [(RICH,), (RICH, "DESCRIPTION:One\\nTwo & three")])
    def test_it_stays_as_long_as_its_text_does(self, found: tuple[str, ...]) -> None:
        body = todo(*found)

        assert write(body, description="One\r\nTwo & three ") == body
        assert lines(write(body, description="Other")) == ["DESCRIPTION:Other"]
        assert lines(write(body, description="")) == []

    def test_a_twin_in_a_parameter_goes_with_its_text(self) -> None:
        body = (CALENDARS / "thunderbird-todo.ics").read_bytes()

        assert write(body, description="Zahlen *prüfen*; dann an Eva") == body
        assert "DESCRIPTION:Neu" in lines(write(body, description="Neu"))


@pytest.mark.parametrize(
    ("found", "importance"),
    [
        ([], "1"),
        (["PRIORITY:0"], "1"),
        (["PRIORITY:1"], "2"),
        (["PRIORITY:4"], "2"),
        (["PRIORITY:5"], "1"),
        (["PRIORITY:6"], "0"),
        (["PRIORITY:9"], "0"),
        (["PRIORITY:high"], "1"),
        (["X-MICROSOFT-CDO-IMPORTANCE:2"], "2"),
        (["PRIORITY:9", "X-MICROSOFT-CDO-IMPORTANCE:2"], "0"),
    ],
)
def test_importance_is_read_from_all_its_numbers(found: list[str], importance: str) -> None:
    assert CODEC.read(todo(*found))[CODEC.keys.index("prioritycode")] == (importance,)


def test_both_properties_of_importance_follow() -> None:
    body = todo("PRIORITY:3", "X-MICROSOFT-CDO-IMPORTANCE:2")

    assert write(body, prioritycode="2") == body
    assert lines(write(body, prioritycode="0")) == ["PRIORITY:9", "X-MICROSOFT-CDO-IMPORTANCE:0"]


@pytest.mark.parametrize("path", whole("todo"), ids=lambda path: path.stem)
def test_a_change_touches_its_own_lines_and_no_other(path: Path) -> None:
    body = path.read_bytes()

    written = write(body, regardingobjectid="Acme", subject="New")

    before, after = body.splitlines(), written.splitlines()
    assert [line for line in before if line not in after] == [
        next(line for line in before if line.startswith(b"SUMMARY:"))
    ]
    assert [line for line in after if line not in before] == [b"SUMMARY:New", b"X-FIELDSYNC-REGARDING:Acme"]
    old = read(body)["subject"]
    assert read(write(written, regardingobjectid="", subject=old)) == read(body)


def test_an_occurrence_that_differs_is_kept_and_not_read() -> None:
    body = (CALENDARS / "tasksorg-todo.ics").read_bytes()

    written = write(body, scheduledend="2026-07-06T22:00:00Z", subject="Water all")

    kept = body[body.rindex(b"BEGIN:VTODO") :]
    assert written.endswith(kept)
    assert read(written)["subject"] == "Water all"


def test_two_spellings_of_one_item_are_the_same() -> None:
    body = write(None, subject="x", scheduledend="2026-02-01T10:00:00Z")
    rewritten = body.replace(b"SUMMARY:x", b"CLASS:PUBLIC\r\nsummary:x").replace(
        b"20260201T100000Z", b"20260201T110000", 1
    )

    assert CODEC.same(body, rewritten)
    assert not CODEC.same(body, write(body, subject="y"))
    assert not CODEC.same(body, body.replace(b"UID:u1", b"UID:u2"))
    assert not CODEC.same(body, b"")


def test_a_contact_lives_in_no_calendar() -> None:
    with pytest.raises(ValueError, match="CONTACT"):
        codec_for(RecordKind.CONTACT, "UTC")


def test_a_zone_that_nobody_knows_is_utc() -> None:
    codec = codec_for(RecordKind.TASK, "Middle of Nowhere")

    assert read(todo("DUE:20260120T150000"), codec) == {"scheduledend": "2026-01-20T15:00:00Z"}
