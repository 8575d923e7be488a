"""Appointments and service activities as VEVENT: which property carries which field, in every program's way."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldsync.core.values import RecordKind, Value
from fieldsync.errors import BrokenItem, NotTransferable
from fieldsync.sides.ical.codec import ItemCodec
from fieldsync.sides.ical.codecs import codec_for
from sides.calendar_files import CALENDARS, calendar, whole

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


class Still:
    def now(self) -> datetime:
        return NOW


def codec_of(kind: RecordKind = RecordKind.APPOINTMENT, zone: str = "Europe/Vienna", mails: bool = False) -> ItemCodec:
    return codec_for(kind, zone, Still(), mails)


CODEC = codec_of()
SERVICE = codec_of(RecordKind.SERVICE_ACTIVITY)
_ASKED = "PARTSTAT=NEEDS-ACTION;RSVP=TRUE;SCHEDULE-AGENT=CLIENT"


def event(*lines: str) -> bytes:
    return calendar("BEGIN:VEVENT", "UID:u1", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT")


def timed(*lines: str) -> bytes:
    return event("DTSTART:20260302T090000Z", "DTEND:20260302T100000Z", *lines)


def read(body: bytes, codec: ItemCodec = CODEC) -> dict[str, str]:
    """What is there, without a busy status and a normal importance."""
    values = {key: "|".join(value) for key, value in zip(codec.keys, codec.read(body), strict=True) if any(value)}
    usual = {"prioritycode": "1", "status": "|".join(codec.normal(codec.keys.index("status"), ("", "")))}
    return {key: value for key, value in values.items() if value != usual.get(key)}


def write(body: bytes | None, codec: ItemCodec = CODEC, **fields: str) -> bytes:
    changes: dict[int, Value] = {
        codec.keys.index(key): tuple(value.split("|")) if key in ("time", "status") else (value,)
        for key, value in fields.items()
    }
    return codec.write(body, changes, "u1")


def lines(body: bytes) -> list[str]:
    """The lines of the event behind UID and DTSTAMP."""
    found = body.decode().replace("\r\n ", "").split("\r\n")
    return found[found.index("BEGIN:VEVENT") + 3 : found.index("END:VEVENT")]


def line(body: bytes, name: str) -> str:
    found = [line for line in lines(body) if line.startswith((f"{name}:", f"{name};"))]
    return "\n".join(found)


EXPECTED: dict[str, dict[str, str]] = {
    "apple": {
        "subject": "Lunch \U0001f35c with Joon",
        "time": "2026-03-10T14:30:00Z|2026-03-10T15:30:00Z|60|false",
        "location": "Apple Park\n1 Apple Park Way\nCupertino",
        "requiredattendees": "Joon Park <joon@example.org>; Mara Iversen <mara.iversen@example.com>",
        "organizer": "Mara Iversen <mara.iversen@example.com>",
    },
    "exchange": {
        "subject": "Trade fair",
        "time": "2026-03-28T00:00:00Z|2026-03-31T00:00:00Z|4320|true",
        "location": "Hall 4",
        "prioritycode": "2",
        "status": "3|6",
        "requiredattendees": "Tomas Lind <tomas.lind@example.com>",
        "organizer": "Mara Iversen <mara.iversen@example.com>",
    },
    "sogo": {
        "subject": "Audit",
        "time": "2026-04-01T00:00:00Z|2026-04-03T00:00:00Z|2880|true",
        "status": "0|1",
        "requiredattendees": "Tomas Lind <tomas.lind@example.com>",
        "organizer": "Mara Iversen <mara.iversen@example.com>",
    },
    "thunderbird": {
        "subject": "Handover",
        "description": "Keys and list",
        "time": "2026-07-20T12:00:00Z|2026-07-20T13:30:00Z|90|false",
        "prioritycode": "2",
        "status": "0|2",
    },
}


@pytest.mark.parametrize("path", whole("event"), ids=lambda path: path.stem)
def test_an_event_of_another_program_is_read(path: Path) -> None:
    body = path.read_bytes()

    assert read(body) == EXPECTED[path.stem.removesuffix("-event")]
    assert CODEC.holds(body)
    assert CODEC.write(body, dict(enumerate(CODEC.read(body))), "") == body


def test_a_new_appointment_has_all_that_a_calendar_needs_and_mails_nobody() -> None:
    body = write(
        None,
        subject="Review, part 2",
        time="2026-07-01T08:00:00Z||45|",
        location="Room 1",
        requiredattendees="Tomas <tomas@example.com>; nadia@example.com",
        optionalattendees="Joon <joon@example.com>",
        organizer="Mara <mara@example.com>",
        regardingobjectid="Acme",
    )

    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Vienna\r\n" in body
    assert lines(body) == [
        "SUMMARY:Review\\, part 2",
        "LOCATION:Room 1",
        "X-FIELDSYNC-REGARDING:Acme",
        "DTSTART;TZID=Europe/Vienna:20260701T100000",
        "DTEND;TZID=Europe/Vienna:20260701T104500",
        "ORGANIZER;CN=Mara;SCHEDULE-AGENT=CLIENT:mailto:mara@example.com",
        f"ATTENDEE;CN=Joon;ROLE=OPT-PARTICIPANT;{_ASKED}:mailto:joon@example.com",
        f"ATTENDEE;ROLE=REQ-PARTICIPANT;{_ASKED}:mailto:nadia@example.com",
        f"ATTENDEE;CN=Tomas;ROLE=REQ-PARTICIPANT;{_ASKED}:mailto:tomas@example.com",
        "X-SOGO-SEND-APPOINTMENT-NOTIFICATIONS:NO",
    ]


def test_the_one_sender_of_a_meeting_lets_the_server_invite() -> None:
    body = write(None, codec_of(mails=True), time="2026-07-01T08:00:00Z||45|", requiredattendees="a@example.com")

    assert b"SCHEDULE-AGENT" not in body
    assert b"X-SOGO" not in body


class TestTime:
    @pytest.mark.parametrize(
        ("found", "time"),
        [
            (("DTSTART:20260302T090000Z",), "2026-03-02T09:00:00Z|2026-03-02T09:00:00Z|0|false"),
            (("DTSTART:20260302T090000",), "2026-03-02T08:00:00Z|2026-03-02T08:00:00Z|0|false"),
            (("DTSTART;VALUE=DATE:20260329",), "2026-03-29T00:00:00Z|2026-03-30T00:00:00Z|1440|true"),
            (("DTSTART:20260329",), "2026-03-29T00:00:00Z|2026-03-30T00:00:00Z|1440|true"),
            (
                ("DTSTART;VALUE=DATE:20260329", "DTEND;VALUE=DATE:20260329"),
                "2026-03-29T00:00:00Z|2026-03-30T00:00:00Z|1440|true",
            ),
            (("DTSTART;VALUE=DATE:20260329", "DURATION:P2D"), "2026-03-29T00:00:00Z|2026-03-31T00:00:00Z|2880|true"),
            (
                ("DTSTART;TZID=Europe/Vienna:20260328T100000", "DURATION:P1D"),
                "2026-03-28T09:00:00Z|2026-03-29T08:00:00Z|1380|false",
            ),
            (
                ("DTSTART;TZID=Europe/Vienna:20260302T100000", "DTEND;TZID=Asia/Tokyo:20260302T190000"),
                "2026-03-02T09:00:00Z|2026-03-02T10:00:00Z|60|false",
            ),
            (
                ("DTSTART:20260302T090000Z", "DTEND:20260302T080000Z"),
                "2026-03-02T09:00:00Z|2026-03-02T09:00:00Z|0|false",
            ),
            (
                ("DTSTART:20260301T230000Z", "DTEND:20260302T230000Z", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"),
                "2026-03-02T00:00:00Z|2026-03-03T00:00:00Z|1440|true",
            ),
            (
                ("DTSTART:20260302T090000Z", "DTEND:20260302T100000Z", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"),
                "2026-03-02T09:00:00Z|2026-03-02T10:00:00Z|60|false",
            ),
        ],
    )  # fmt: skip
    def test_a_block_is_read_in_every_form(self, found: tuple[str, ...], time: str) -> None:
        assert read(event(*found))["time"] == time

    @pytest.mark.parametrize(
        ("found", "reason"),
        [
            ((), "the event has no start"),
            (("DTSTART:soon",), "DTSTART is not a date: 'soon'"),
            (("DTSTART:20260302T090000Z", "DTEND:later"), "DTEND is not a date: 'later'"),
            (("DTSTART:20260302T090000Z", "DURATION:long"), "DURATION is none: 'long'"),
            (("DTSTART;TZID=Nowhere:20260302T090000",), "DTSTART is in a time zone nobody knows: 'Nowhere'"),
            (("DTSTART;VALUE=DATE:00010102",), "DTSTART is beyond the calendar: '00010102'"),
        ],
    )
    def test_a_block_that_cannot_be_read_is_told(self, found: tuple[str, ...], reason: str) -> None:
        with pytest.raises(BrokenItem) as broken:
            CODEC.read(event(*found))

        assert broken.value.reason == reason

    @pytest.mark.parametrize(
        ("given", "normal"),
        [
            ("|||", "|||"),
            ("|2026-03-02T10:00:00Z|60|false", "|||"),
            ("2026-03-02T09:00:00Z|||", "2026-03-02T09:00:00Z|2026-03-02T09:00:00Z|0|false"),
            ("2026-03-02T09:00:00Z||30|false", "2026-03-02T09:00:00Z|2026-03-02T09:30:00Z|30|false"),
            ("2026-03-02T09:00:00Z|2026-03-02T10:00:00Z|5|", "2026-03-02T09:00:00Z|2026-03-02T10:00:00Z|60|false"),
            ("2026-03-02T09:00:00Z|2026-03-02T08:00:00Z||", "2026-03-02T09:00:00Z|2026-03-02T09:00:00Z|0|false"),
            ("2026-03-28T23:00:00Z|2026-03-29T22:00:00Z||true", "2026-03-29T00:00:00Z|2026-03-30T00:00:00Z|1440|true"),
            ("2026-03-29T00:00:00Z|2026-03-31T00:00:00Z||true", "2026-03-29T00:00:00Z|2026-03-31T00:00:00Z|2880|true"),
            ("2026-03-29T00:00:00Z|||true", "2026-03-29T00:00:00Z|2026-03-30T00:00:00Z|1440|true"),
            ("2026-03-29T08:00:00Z|2026-03-29T09:00:00Z||true", "2026-03-29T00:00:00Z|2026-03-30T00:00:00Z|1440|true"),
        ],
    )
    def test_a_block_has_one_form(self, given: str, normal: str) -> None:
        assert CODEC.normal(CODEC.keys.index("time"), tuple(given.split("|"))) == tuple(normal.split("|"))

    @pytest.mark.parametrize(
        ("found", "written"),
        [
            (
                ("DTSTART:20260302T090000Z", "DTEND:20260302T100000Z"),
                ("DTSTART:20260701T080000Z", "DTEND:20260701T090000Z"),
            ),
            (("DTSTART:20260302T090000",), ("DTSTART:20260701T100000", "DTEND:20260701T110000")),
            (
                ("DTSTART;TZID=Tokyo Standard Time;X-P=1:20260302T090000", "DURATION:PT1H"),
                (
                    "DTSTART;TZID=Tokyo Standard Time;X-P=1:20260701T170000",
                    "DTEND;TZID=Tokyo Standard Time:20260701T180000",
                ),
            ),
            (
                ("DTSTART;VALUE=DATE:20260302", "TRANSP:OPAQUE"),
                ("DTSTART;TZID=Europe/Vienna:20260701T100000", "DTEND;TZID=Europe/Vienna:20260701T110000"),
            ),
            (
                (
                    "DTSTART;TZID=Europe/Vienna:20260302T100000",
                    "DTEND;TZID=Asia/Tokyo:20260302T190000",
                ),
                ("DTSTART;TZID=Europe/Vienna:20260701T100000", "DTEND;TZID=Asia/Tokyo:20260701T180000"),
            ),
        ],
    )
    def test_a_new_time_keeps_form_and_zone_of_the_old_one(
        self, found: tuple[str, ...], written: tuple[str, str]
    ) -> None:
        body = write(event(*found), time="2026-07-01T08:00:00Z|2026-07-01T09:00:00Z||false")

        assert (line(body, "DTSTART"), line(body, "DTEND")) == written
        assert line(body, "SEQUENCE") == "SEQUENCE:1"

    def test_whole_days_are_dates_and_stay_busy(self) -> None:
        body = write(None, time="2026-03-29T00:00:00Z|2026-03-31T00:00:00Z||true")

        assert lines(body) == [
            "DTSTART;VALUE=DATE:20260329",
            "DTEND;VALUE=DATE:20260331",
            "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
            "TRANSP:OPAQUE",
            "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        ]
        assert read(body) == {"time": "2026-03-29T00:00:00Z|2026-03-31T00:00:00Z|2880|true"}

    def test_days_are_the_same_days_in_every_mailbox(self) -> None:
        body = event("DTSTART;VALUE=DATE:20260329")

        assert CODEC.read(body)[0] == codec_of(zone="America/Los_Angeles").read(body)[0]

    def test_whole_days_that_get_a_time_say_so_to_outlook(self) -> None:
        days = write(None, time="2026-03-29T00:00:00Z|||true")

        body = write(days, time="2026-03-29T08:00:00Z|2026-03-29T09:00:00Z||false")

        assert line(body, "X-MICROSOFT-CDO-ALLDAYEVENT") == "X-MICROSOFT-CDO-ALLDAYEVENT:FALSE"
        assert line(body, "DTSTART") == "DTSTART;TZID=Europe/Vienna:20260329T100000"

    def test_a_time_that_the_zone_shows_twice_is_written_in_utc(self) -> None:
        body = write(None, time="2026-10-25T01:30:00Z|2026-10-25T01:45:00Z||false")

        assert line(body, "DTSTART") == "DTSTART:20261025T013000Z"
        assert read(body)["time"].startswith("2026-10-25T01:30:00Z|2026-10-25T01:45:00Z|15")

    @pytest.mark.parametrize("body", [None, timed()])
    def test_an_event_without_a_start_is_refused_with_the_reason(self, body: bytes | None) -> None:
        with pytest.raises(NotTransferable, match="needs a start"):
            write(body, subject="x", time="|||")


class TestStatus:
    @pytest.mark.parametrize(
        ("found", "status"),
        [
            ((), "3|5"),
            (("TRANSP:OPAQUE",), "3|5"),
            (("TRANSP:TRANSPARENT",), "0|1"),
            (("STATUS:TENTATIVE",), "0|2"),
            (("STATUS:CONFIRMED", "TRANSP:TRANSPARENT"), "0|1"),
            (("STATUS:CANCELLED",), "2|4"),
            (("X-MICROSOFT-CDO-BUSYSTATUS:FREE", "TRANSP:OPAQUE"), "0|1"),
            (("X-MICROSOFT-CDO-BUSYSTATUS:OOF", "TRANSP:TRANSPARENT"), "3|6"),
            (("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",), "0|2"),
            (("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",), "3|5"),
            (("X-MICROSOFT-CDO-BUSYSTATUS:odd", "TRANSP:TRANSPARENT"), "0|1"),
            (("TRANSP:TRANSPARENT", "X-FIELDSYNC-STATUS:COMPLETED"), "1|3"),
            (("TRANSP:OPAQUE", "X-FIELDSYNC-STATUS:COMPLETED"), "3|5"),
        ],
    )
    def test_the_properties_tell_the_status(self, found: tuple[str, ...], status: str) -> None:
        assert CODEC.read(timed(*found))[CODEC.keys.index("status")] == tuple(status.split("|"))

    @pytest.mark.parametrize(("found", "status"), [((), ("0", "1")), (("TRANSP:OPAQUE",), ("3", "5"))])
    def test_whole_days_are_free_unless_they_say_otherwise(self, found: tuple[str, ...], status: Value) -> None:
        body = event("DTSTART;VALUE=DATE:20260302", *found)

        assert CODEC.read(body)[CODEC.keys.index("status")] == status

    @pytest.mark.parametrize(
        ("status", "written"),
        [
            ("0|1", ["TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"]),
            ("0|2", ["TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", "STATUS:TENTATIVE"]),
            ("3|6", ["TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"]),
            ("1|3", ["TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "X-FIELDSYNC-STATUS:COMPLETED"]),
            ("2|4", ["TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "STATUS:CANCELLED"]),
        ],
    )
    def test_a_status_is_written_as_outlook_shows_it(self, status: str, written: list[str]) -> None:
        body = write(timed(), status=status)

        assert [line for line in lines(body) if not line.startswith(("DT", "SEQ"))] == written
        assert read(body)["status"] == status

    @pytest.mark.parametrize(
        ("given", "normal"),
        [("|", "3|5"), ("0|", "0|1"), ("0|5", "3|5"), ("2|99", "2|4"), ("x|y", "3|5"), ("1|", "1|3")],
    )
    def test_the_status_reason_says_which(self, given: str, normal: str) -> None:
        assert CODEC.normal(CODEC.keys.index("status"), tuple(given.split("|"))) == tuple(normal.split("|"))

    @pytest.mark.parametrize("status", ["0|1", "0|2", "3|3", "3|4", "3|6", "3|7", "1|8", "2|9", "2|10"])
    def test_a_service_activity_keeps_all_its_states(self, status: str) -> None:
        body = write(None, SERVICE, time="2026-03-02T09:00:00Z||60|false", status=status)

        assert SERVICE.read(body)[SERVICE.keys.index("status")] == tuple(status.split("|"))
        assert "X-FIELDSYNC-KIND:SERVICE_ACTIVITY" in lines(body)
        assert SERVICE.holds(body)
        assert not CODEC.holds(body)


class TestPeople:
    FOUND = (
        "ORGANIZER;CN=Mara;SENT-BY=\"mailto:help@example.com\":mailto:mara@example.com",
        "ATTENDEE;CN=Mara;ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:mara@example.com",
        "ATTENDEE;CN=Tomas;PARTSTAT=ACCEPTED;X-NUM-GUESTS=2:MAILTO:Tomas@Example.com",
        "ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=DECLINED;CN=Joon:mailto:joon@example.com",
        "ATTENDEE;CUTYPE=ROOM;CN=Room 1:mailto:room1@example.com",
        "ATTENDEE;ROLE=NON-PARTICIPANT:mailto:cc@example.com",
        "ATTENDEE;CN=Nora:urn:uuid:1",
    )  # fmt: skip

    def test_people_are_read_by_their_part(self) -> None:
        told = read(timed(*self.FOUND))

        assert told["requiredattendees"] == "Nora; Mara <mara@example.com>; Tomas <tomas@example.com>"
        assert told["optionalattendees"] == "Joon <joon@example.com>"
        assert told["organizer"] == "Mara <mara@example.com>"

    def test_who_stays_keeps_their_line_and_their_answer(self) -> None:
        body = write(
            timed(*self.FOUND), requiredattendees="TOMAS@example.com; new@example.com; Mara <mara@example.com>"
        )

        assert [one for one in lines(body) if one.startswith("ATTENDEE")] == [
            "ATTENDEE;CN=Mara;ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:mara@example.com",
            "ATTENDEE;PARTSTAT=ACCEPTED;X-NUM-GUESTS=2:MAILTO:Tomas@Example.com",
            "ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=DECLINED;CN=Joon:mailto:joon@example.com",
            "ATTENDEE;CUTYPE=ROOM;CN=Room 1:mailto:room1@example.com",
            "ATTENDEE;ROLE=NON-PARTICIPANT:mailto:cc@example.com",
            "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;SCHEDULE-AGENT=CLIENT:mailto:new@example.com",
        ]
        assert not line(body, "X-SOGO-SEND-APPOINTMENT-NOTIFICATIONS")

    def test_who_changes_the_list_keeps_their_answer(self) -> None:
        body = write(
            timed(*self.FOUND),
            requiredattendees="Joon <joon@example.com>; Mara <mara@example.com>",
            optionalattendees="Tomas <tomas@example.com>",
        )

        assert "ATTENDEE;PARTSTAT=DECLINED;CN=Joon;ROLE=REQ-PARTICIPANT:mailto:joon@example.com" in lines(body)
        assert (
            "ATTENDEE;CN=Tomas;PARTSTAT=ACCEPTED;X-NUM-GUESTS=2;ROLE=OPT-PARTICIPANT:MAILTO:Tomas@Example.com"
            in lines(body)
        )

    def test_another_organizer_brings_nothing_of_the_one_before(self) -> None:
        body = write(timed(*self.FOUND), organizer="Nadia <nadia@example.com>")

        assert line(body, "ORGANIZER") == "ORGANIZER;CN=Nadia;SCHEDULE-AGENT=CLIENT:mailto:nadia@example.com"

    def test_the_same_organizer_by_another_name_keeps_the_rest(self) -> None:
        body = write(timed(*self.FOUND), organizer="Mara I. <MARA@example.com>")

        assert line(body, "ORGANIZER") == (
            'ORGANIZER;SENT-BY="mailto:help@example.com";CN=Mara I.:mailto:mara@example.com'
        )

    def test_nobody_is_left_where_nobody_is_wanted(self) -> None:
        body = write(timed(*self.FOUND), requiredattendees="", optionalattendees="", organizer="")

        assert [one for one in lines(body) if one.startswith(("ATTENDEE", "ORGANIZER"))] == [
            "ATTENDEE;CUTYPE=ROOM;CN=Room 1:mailto:room1@example.com",
            "ATTENDEE;ROLE=NON-PARTICIPANT:mailto:cc@example.com",
        ]

    def test_the_organizer_who_attends_is_not_asked(self) -> None:
        body = write(
            None, time="2026-03-02T09:00:00Z||60|", organizer="m@example.com", requiredattendees="m@example.com"
        )

        assert line(body, "ATTENDEE") == (
            "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;SCHEDULE-AGENT=CLIENT:mailto:m@example.com"
        )

    def test_names_with_marks_and_people_without_address_come_back(self) -> None:
        names = '"Sales; \\"north\\"" <n@example.com>; Bob'

        body = write(timed(), requiredattendees=names)

        assert read(body)["requiredattendees"] == 'Bob; "Sales; \\"north\\"" <n@example.com>'
        assert "ATTENDEE;CN=Bob;ROLE=REQ-PARTICIPANT" in line(body, "ATTENDEE")


def test_a_revision_is_counted_only_for_what_attendees_must_know() -> None:
    body = timed("SEQUENCE:4")

    assert line(write(body, subject="x", prioritycode="2"), "SEQUENCE") == "SEQUENCE:4"
    assert line(write(body, location="x"), "SEQUENCE") == "SEQUENCE:5"
    assert line(write(body, location=""), "SEQUENCE") == "SEQUENCE:4"


def test_the_rich_body_stays_as_long_as_its_text_does() -> None:
    body = timed("DESCRIPTION:Bring the list", "X-ALT-DESC;FMTTYPE=text/html:<p>Bring the <b>list</b></p>")

    assert write(body, description="Bring the list") == body
    assert b"X-ALT-DESC" not in write(body, description="Bring nothing")


def test_traits_tell_what_scope_and_invitations_need() -> None:
    body = (CALENDARS / "exchange-event.ics").read_bytes()

    traits = CODEC.traits(body)

    assert traits.private
    assert traits.organizer == "mara.iversen@example.com"
    assert traits.attendees == ("tomas.lind@example.com",)
    assert (traits.start, traits.end) == (datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC))
    assert not traits.cancelled
    assert CODEC.traits(timed("STATUS:CANCELLED")).cancelled


def test_single_occurrences_without_their_series_are_left_alone() -> None:
    one = ("BEGIN:VEVENT", "UID:1", "RECURRENCE-ID:20260302T090000Z", "DTSTART:20260302T090000Z", "END:VEVENT")
    other = ("BEGIN:VEVENT", "UID:1", "RECURRENCE-ID:20260303T090000Z", "DTSTART:20260303T090000Z", "END:VEVENT")

    assert read(calendar(*one))["time"].startswith("2026-03-02")
    with pytest.raises(NotTransferable, match="single occurrences"):
        CODEC.read(calendar(*one, *other))
