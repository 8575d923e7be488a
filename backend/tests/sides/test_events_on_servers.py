"""Events and series on real servers: whatever a server makes of a body, the values stay."""

from pathlib import Path

import pytest

from fieldsync.core.values import RecordKind, Value
from fieldsync.sides.ical.codec import ItemCodec
from fieldsync.sides.ical.codecs import codec_for
from servers import DavServer
from sides.calendar_files import whole

PEOPLE: dict[str, Value] = {
    "subject": ("Straße; 1, \\ 日本",),
    "description": ("One\n\nTwo " + "x" * 100,),
    "location": ("Room 1, left",),
    "regardingobjectid": ("Acme, Inc.",),
    "prioritycode": ("2",),
    "requiredattendees": ('"Sales; north" <n@example.com>; Tomas <tomas@example.com>',),
    "optionalattendees": ("joon@example.com",),
    "organizer": ("Mara <mara@example.com>",),
}
TIMES: tuple[Value, ...] = (
    ("2026-07-01T08:00:00Z", "2026-07-01T09:30:00Z", "90", "false"),
    ("2026-07-01T00:00:00Z", "2026-07-03T00:00:00Z", "2880", "true"),
)
_CHANGED = (
    '{"original":"2026-03-18T09:00:00Z","cancelled":true}',
    '{"original":"2026-03-30T08:00:00Z","start":"2026-03-31T08:00:00Z","end":"2026-03-31T09:00:00Z","subject":"Ünï"}',
)
SERIES: tuple[Value, ...] = (
    (
        *("1", "2", "10", "", "", "", "10", "2", "2026-03-02", ""),
        *("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z", "60", "Europe/Vienna"),
        '["2026-03-04T09:00:00Z"]',
        f"[{','.join(_CHANGED)}]",
    ),
    (
        *("4", "1", "127", "", "", "5", "", "3", "2026-01-31", "2026-12-31"),
        *("2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z", "1440", "UTC"),
        "",
        '[{"original":"2026-03-31T00:00:00Z","location":"Home"}]',
    ),
)


@pytest.fixture(params=["radicale", "xandikos"])
def server(request: pytest.FixtureRequest) -> DavServer:
    return request.getfixturevalue(request.param)


@pytest.fixture
def collection(server: DavServer) -> str:
    return server.new_calendar()


def goes_there_and_back(server: DavServer, url: str, codec: ItemCodec, rounds: list[dict[str, Value]]) -> None:
    body: bytes | None = None
    for values in rounds:
        changes = {codec.keys.index(key): value for key, value in values.items()}
        written = codec.write(body, changes, "one")
        server.ask("PUT", url, written)
        body = server.ask("GET", url)

        assert codec.holds(body)
        assert codec.read(body) == codec.read(written)
        assert codec.same(body, written)
        for position, value in changes.items():
            assert codec.read(body)[position] == codec.normal(position, value)
        assert codec.write(body, changes, "one") == body


@pytest.mark.parametrize("kind", [RecordKind.APPOINTMENT, RecordKind.SERVICE_ACTIVITY])
def test_an_event_goes_there_and_back(server: DavServer, collection: str, kind: RecordKind) -> None:
    codec = codec_for(kind, "Europe/Vienna")
    states = ("0", "2"), ("2", "")
    rounds = [PEOPLE | {"time": time, "status": status} for time in TIMES for status in states]

    goes_there_and_back(server, f"{collection}one.ics", codec, [*rounds, {"requiredattendees": ("",)}, rounds[0]])


def test_a_series_goes_there_and_back(server: DavServer, collection: str) -> None:
    codec = codec_for(RecordKind.RECURRING_APPOINTMENT, "Europe/Vienna")
    rounds = [PEOPLE | {"recurrence": series} for series in (*SERIES, SERIES[0])]

    goes_there_and_back(server, f"{collection}one.ics", codec, [*rounds, {"subject": ("New",)}])


@pytest.mark.parametrize("path", [*whole("event"), *whole("series")], ids=lambda path: path.stem)
def test_a_file_of_another_program_keeps_its_values_and_traits(server: DavServer, collection: str, path: Path) -> None:
    kind = RecordKind.RECURRING_APPOINTMENT if path.stem.endswith("series") else RecordKind.APPOINTMENT
    codec = codec_for(kind, "Europe/Vienna")
    # What is stored in a calendar is no message (RFC 4791, 4.1).
    sent = path.read_bytes().replace(b"METHOD:REQUEST\r\n", b"").replace(b"METHOD:PUBLISH\r\n", b"")
    url = f"{collection}one.ics"

    server.ask("PUT", url, sent)

    body = server.ask("GET", url)
    assert codec.read(body) == codec.read(sent)
    assert codec.traits(body) == codec.traits(sent)
    server.ask("PUT", url, codec.write(body, {codec.keys.index("location"): ("Elsewhere",)}, ""))
    after = codec.read(server.ask("GET", url))
    assert after[codec.keys.index("location")] == ("Elsewhere",)
