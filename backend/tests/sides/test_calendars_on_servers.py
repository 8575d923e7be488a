"""Items of a calendar on real servers: whatever a server makes of a body, the values stay."""

from pathlib import Path

import pytest

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.values import RecordKind, Value
from fieldsync.sides.ical.codecs import codec_for
from servers import DavServer
from sides.calendar_files import calendar, whole

TODOS = (RecordKind.TASK, RecordKind.PHONE_CALL, RecordKind.LETTER, RecordKind.FAX)
OLD: dict[str, Value] = {
    "subject": ("Straße; 1, \\ 日本",),
    "description": ("One\n\nTwo " + "x" * 100,),
    "regardingobjectid": ("Acme, Inc.",),
    "prioritycode": ("2",),
    "scheduledstart": ("2026-01-04T23:00:00Z",),
    "scheduledend": ("2099-01-05T15:30:00Z",),
    "percentcomplete": ("50",),
    "actualend": ("2026-01-06T15:30:00Z",),
}
NEW: dict[str, Value] = {
    "subject": ("New",),
    "description": ("",),
    "prioritycode": ("0",),
    "scheduledend": ("2026-02-04T23:00:00Z",),
    "percentcomplete": ("100",),
    "actualend": ("",),
}


@pytest.fixture(params=["radicale", "xandikos"])
def server(request: pytest.FixtureRequest) -> DavServer:
    return request.getfixturevalue(request.param)


@pytest.fixture
def collection(server: DavServer) -> str:
    return server.new_calendar()


@pytest.mark.parametrize("kind", TODOS)
@pytest.mark.parametrize("status", [("0", "2"), ("1", ""), ("2", "")])
def test_a_task_of_each_kind_goes_there_and_back(
    server: DavServer, collection: str, kind: RecordKind, status: Value
) -> None:
    codec = codec_for(kind, "Europe/Berlin")
    url = f"{collection}one.ics"
    body: bytes | None = None
    for values in (OLD, NEW, OLD):
        fields = catalogue().fields(kind)
        changes = {
            field.position: values[field.key] for field in fields if field.key in values and field.key != "status"
        } | {next(field.position for field in fields if field.key == "status"): status}

        written = codec.write(body, changes, "one")
        server.ask("PUT", url, written)
        body = server.ask("GET", url)

        assert codec.holds(body)
        assert codec.read(body) == codec.read(written)
        assert codec.same(body, written)
        for position, value in changes.items():
            assert codec.read(body)[position] == codec.normal(position, value)
        assert codec.write(body, changes, "one") == body


@pytest.mark.parametrize("path", whole("todo"), ids=lambda path: path.stem)
def test_a_file_of_another_program_keeps_its_values_and_traits(server: DavServer, collection: str, path: Path) -> None:
    codec = codec_for(RecordKind.TASK, "Europe/Berlin")
    sent = path.read_bytes()
    url = f"{collection}one.ics"
    server.ask("PUT", url, sent)
    body = server.ask("GET", url)
    assert codec.read(body) == codec.read(sent)
    assert codec.traits(body) == codec.traits(sent)

    server.ask("PUT", url, codec.write(body, {codec.keys.index("subject"): ("New",)}, ""))

    after = server.ask("GET", url)
    assert sorted(after.splitlines()) != sorted(body.splitlines())
    assert {line for line in body.splitlines() if line not in after.splitlines()} <= {
        line for line in body.splitlines() if line.startswith((b"SUMMARY", b" "))
    }


def test_what_our_own_lines_say_survives(server: DavServer, collection: str) -> None:
    body = calendar(
        "BEGIN:VTODO",
        "UID:one",
        "DTSTAMP:20260101T000000Z",
        "SUMMARY:x",
        "STATUS:COMPLETED",
        "COMPLETED;X-FIELDSYNC-PLACEHOLDER=1:20260101T000000Z",
        "PERCENT-COMPLETE;X-FIELDSYNC-PLACEHOLDER=1:100",
        "X-FIELDSYNC-PERCENT:50",
        "END:VTODO",
    )
    codec = codec_for(RecordKind.TASK, "UTC")

    server.ask("PUT", f"{collection}one.ics", body)

    back = codec.read(server.ask("GET", f"{collection}one.ics"))
    assert back[codec.keys.index("actualend")] == ("",)
    assert back[codec.keys.index("percentcomplete")] == ("50",)
