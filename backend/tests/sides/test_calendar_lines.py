"""A calendar object as lines and components: nothing is lost, and what is broken is told by its line."""

import pytest

from fieldsync.core.values import RecordKind
from fieldsync.errors import BrokenItem
from fieldsync.sides.ical.kinds import kind_of
from fieldsync.sides.ical.lines import Calendar, Component, head


def calendar(*lines: str, end: str = "\r\n") -> bytes:
    return end.join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


def todo(*lines: str, end: str = "\r\n") -> bytes:
    return calendar("BEGIN:VTODO", "UID:1", *lines, "END:VTODO", end=end)


def main(body: bytes) -> tuple[Calendar, Component]:
    read = Calendar(body)
    return read, next(read.root.components("VTODO"))


@pytest.mark.parametrize(
    "body",
    [
        todo("SUMMARY:x", "BEGIN:VALARM", "TRIGGER:-PT5M", "END:VALARM", "X-AFTER:1"),
        todo("SUMMARY:x", end="\n"),
        b"\xef\xbb\xbf\r\n" + todo("DESCRIPTION:one\r\n  two\r\n\tthree", "", "SUMMARY:ünï"),
        todo("SUMMARY:x").replace(b"x", b"\xe4\xf6"),
        todo("SUMMARY:x").rstrip() + b"\n\n garbage after the end\n",
        b"begin:vcalendar\r\nbegin:vtodo\r\nsummary:x\r\nend:vtodo\r\nend:vcalendar\r\n",
        calendar("BEGIN:X-OTHER", "no colon here, and nobody minds", "END:X-OTHER"),
    ],
)
def test_what_is_not_touched_comes_back_to_the_octet(body: bytes) -> None:
    assert Calendar(body).to_bytes() == body


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "line 1 does not begin a calendar"),
        (b"<html>\n<body>\n", "line 1 comes before BEGIN:VCALENDAR: '<html>'"),
        (b"BEGIN:VEVENT\nUID:1\nEND:VEVENT\n", "line 1 begins a VEVENT outside of a VCALENDAR"),
        (b"BEGIN:VCALENDAR\nBEGIN:VTODO\nEND:VTODO\n", "line 4 is the last, and VCALENDAR has no END"),
        (calendar("BEGIN:VTODO", "END:VEVENT"), "line 4 ends VEVENT, but VTODO is open"),
        (calendar() + calendar(), "the file holds 2 calendars"),
        (todo("SUMMARY:one", "two"), "line 6 has no colon: 'two'"),
        (todo("DESCRIPTION:one\r\n two", "three"), "line 7 has no colon: 'three'"),
        (todo("two words: x"), "line 5 has no property name: 'two words: x'"),
        (todo("SUMMARY:a\0b"), "line 5 holds a NUL character"),
        (todo(end="\r"), "line 1 has no end: lines are parted by bare carriage returns"),
    ],
)
def test_a_broken_calendar_is_told_by_its_line(body: bytes, reason: str) -> None:
    with pytest.raises(BrokenItem) as broken:
        Calendar(body)

    assert broken.value.reason == reason


def test_values_are_unfolded_and_unescaped() -> None:
    _, component = main(todo("summary;LANGUAGE=en:a\\, b\\nc\\;\\\\ d\r\n  e", 'X-A;P="x:y;z";Q=1:value:with colon'))

    assert component.text(component.first("SUMMARY")) == "a, b\nc;\\ d e"
    line = component.first("X-A")
    assert line is not None and line.head is not None
    assert (line.head.param("P"), line.head.param("Q"), line.value) == ("x:y;z", "1", "value:with colon")


def test_parameters_are_written_as_rfc_6868_says() -> None:
    written = head("ATTENDEE").with_param("CN", 'Ann "A", of\nBonn^').with_param("ROLE", "CHAIR")

    assert written.text == "ATTENDEE;CN=\"Ann ^'A^', of^nBonn^^\";ROLE=CHAIR"
    assert written.param("CN") == 'Ann "A", of\nBonn^'
    assert written.without("CN").text == "ATTENDEE;ROLE=CHAIR"


def test_a_quote_that_never_ends_costs_no_line() -> None:
    _, component = main(todo('X-A;CN="broken:value'))

    assert component.text(component.first("X-A")) == "value"


def test_words_are_parted_at_commas_of_all_lines() -> None:
    _, component = main(todo("CATEGORIES:A\\,B, C", "CATEGORIES:D,,"))

    assert component.words("CATEGORIES") == ["A,B", "C", "D"]


def test_lines_are_added_before_the_components_and_folded_at_75_octets() -> None:
    read, component = main(todo("BEGIN:VALARM", "TRIGGER:-PT5M", "END:VALARM"))

    component.add("SUMMARY", "é" * 60)

    lines = read.to_bytes().split(b"\r\n")
    assert lines[4:7] == [b"SUMMARY:" + "é".encode() * 33, b" " + "é".encode() * 27, b"BEGIN:VALARM"]


def test_a_component_is_added_where_it_is_wanted() -> None:
    read, component = main(todo(end="\n"))

    read.root.add_component(("BEGIN:VTIMEZONE", "TZID:X", "END:VTIMEZONE"), before=component)
    component.add_component(("BEGIN:VALARM", "END:VALARM"))

    assert read.to_bytes().decode().split("\n")[2:9] == [
        "BEGIN:VTIMEZONE",
        "TZID:X",
        "END:VTIMEZONE",
        "BEGIN:VTODO",
        "UID:1",
        "BEGIN:VALARM",
        "END:VALARM",
    ]


def test_lines_and_components_are_set_and_taken_out() -> None:
    body = todo("SUMMARY;CHARSET=UTF-8:x", "COMMENT:1", "COMMENT:2", "BEGIN:VALARM", "END:VALARM")
    read, component = main(body)

    component.put("SUMMARY", "y")
    component.remove_all("COMMENT")
    component.remove(next(component.components("VALARM")))

    assert read.to_bytes() == todo("SUMMARY:y")
    assert component.first("COMMENT") is None


ALARM = ("BEGIN:VALARM", "X-FIELDSYNC-KIND:FAX", "RRULE:x", "END:VALARM")
ZONE = ("BEGIN:VTIMEZONE", "BEGIN:DAYLIGHT", "RRULE:FREQ=YEARLY", "END:DAYLIGHT", "END:VTIMEZONE")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (todo(), RecordKind.TASK),
        (todo("X-FIELDSYNC-KIND:PHONE_CALL"), RecordKind.PHONE_CALL),
        (todo("x-fieldsync-kind;X=1: letter"), RecordKind.LETTER),
        (todo(*ALARM, "X-FIELDSYNC-KIND:FAX"), RecordKind.FAX),
        (todo(*ALARM), RecordKind.TASK),
        (todo("X-FIELDSYNC-KIND:SERVICE_ACTIVITY"), RecordKind.TASK),
        (todo("X-FIELDSYNC-KIND:nonsense", "RRULE:FREQ=DAILY"), RecordKind.TASK),
        (todo("DESCRIPTION:x\r\n BEGIN:VEVENT\r\n X-FIELDSYNC-KIND:FAX"), RecordKind.TASK),
        (calendar(*ZONE, "BEGIN:VEVENT", *ALARM, "END:VEVENT"), RecordKind.APPOINTMENT),
        (calendar(*ZONE, "BEGIN:VEVENT", "RRULE:FREQ=DAILY", "END:VEVENT"), RecordKind.RECURRING_APPOINTMENT),
        (calendar("BEGIN:VEVENT", "RDATE;VALUE=DATE:20260101", "END:VEVENT"), RecordKind.RECURRING_APPOINTMENT),
        (calendar("BEGIN:VEVENT", "X-FIELDSYNC-KIND:SERVICE_ACTIVITY", "END:VEVENT"), RecordKind.SERVICE_ACTIVITY),
        (calendar("BEGIN:VEVENT", "X-FIELDSYNC-KIND:FAX", "END:VEVENT"), RecordKind.APPOINTMENT),
        (calendar("BEGIN:VJOURNAL", "END:VJOURNAL"), None),
        (b"BEGIN:VCARD\r\nX-FIELDSYNC-KIND:FAX\r\nEND:VCARD\r\n", None),
        (b"BEGIN:VTODO\nX-FIELDSYNC-KIND:FAX", RecordKind.FAX),
        (b"\x00\xff\n\r", None),
    ],
)
def test_the_kind_is_told_without_reading_the_item(body: bytes, kind: RecordKind | None) -> None:
    assert kind_of(body) is kind
