"""Real mail servers for tests: Radicale and Xandikos as processes of their own, and one that misbehaves.

A session starts each server once; every test gets an address book of its own.
"""

import asyncio
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from aiohttp import web

from fieldsync.demo.mailserver import MailServer, free_port

USER, PASSWORD = "tester", "correct horse"
_numbers = count(1)
_MKCOL = b"""<?xml version="1.0" encoding="utf-8"?>
<d:mkcol xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:set><d:prop>
<d:resourcetype><d:collection/><c:addressbook/></d:resourcetype><d:displayname>Test book</d:displayname>
</d:prop></d:set></d:mkcol>"""

_MKCALENDAR = b"""<?xml version="1.0" encoding="utf-8"?>
<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>
<d:displayname>Test calendar</d:displayname><c:supported-calendar-component-set>
<c:comp name="VEVENT"/><c:comp name="VTODO"/></c:supported-calendar-component-set>
</d:prop></d:set></c:mkcalendar>"""


@dataclass(frozen=True)
class DavServer:
    """A running server and where address books can be made on it."""

    url: str
    home: str

    def new_address_book(self) -> str:
        """The URL of a fresh, empty address book."""
        url = f"{self.home}book{next(_numbers)}/"
        self.ask("MKCOL", url, _MKCOL, "application/xml")
        return url

    def new_calendar(self) -> str:
        """The URL of a fresh, empty calendar for events and tasks."""
        url = f"{self.home}calendar{next(_numbers)}/"
        self.ask("MKCALENDAR", url, _MKCALENDAR, "application/xml")
        return url

    def ask(self, method: str, url: str, body: bytes = b"", content_type: str = "text/calendar") -> bytes:
        """What the server answers to a plain request; raises HTTPError."""
        request = urllib.request.Request(url, body or None, method=method)
        request.add_header("Content-Type", content_type)
        request.add_header("Authorization", "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()


@pytest.fixture(scope="session")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    with MailServer(tmp_path_factory.mktemp("radicale")) as server:
        server.add_user(USER, PASSWORD)
        yield DavServer(server.url, f"{server.url}{USER}/")


@pytest.fixture(scope="session")
def xandikos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DavServer]:
    """Xandikos asks for no sign-in over plain HTTP."""
    folder, port = tmp_path_factory.mktemp("xandikos"), free_port()
    command = [sys.executable, "-m", "xandikos", "serve", "--defaults", "--no-detect-systemd"]
    command += ["-d", str(folder / "data"), "--state-dir", str(folder / "state")]
    command += ["--current-user-principal", f"/{USER}/", "-l", "127.0.0.1", "-p", str(port)]
    (folder / "data").mkdir()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}/"
    try:
        _wait_for(url, process, folder / "log")
        yield DavServer(url, f"{url}{USER}/contacts/")
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        assert process.poll() is None, f"the server ended: {log.read_text('utf-8', 'replace')[-500:]}"
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"no answer from {url}")


Act = Callable[[web.Request, bytes], Awaitable[web.StreamResponse]]


@dataclass
class Misbehaving:
    """A server that answers as it was told: per method a list of acts, the last of which stays."""

    url: str = ""
    acts: dict[str, list[Act]] = field(default_factory=dict)
    seen: list[tuple[str, str, bytes]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    silence: asyncio.Event = field(default_factory=asyncio.Event)

    def on(self, method: str, *acts: Act) -> None:
        self.acts[method] = list(acts)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.seen.append((request.method, request.raw_path, body))
        self.headers.append(dict(request.headers))
        acts = self.acts.get(request.method, [status(404)])
        act = acts.pop(0) if len(acts) > 1 else acts[0]
        return await act(request, body)


@pytest.fixture
async def misbehaving() -> AsyncIterator[Misbehaving]:
    server = Misbehaving()
    app = web.Application(client_max_size=64 << 20)
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}/"
    yield server
    server.silence.set()
    await runner.cleanup()


def status(code: int, body: str | bytes = b"", **headers: str) -> Act:
    """Answer with this status; header names are written with underscores."""

    async def act(request: web.Request, sent: bytes) -> web.StreamResponse:
        octets = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=code, body=octets, headers=named)

    return act


def xml(code: int, body: str, **headers: str) -> Act:
    return status(code, f'<?xml version="1.0"?>{body}', Content_Type="application/xml", **headers)


def multistatus(*responses: str, token: str = "") -> Act:
    ending = f"<sync-token>{token}</sync-token>" if token else ""
    return xml(207, f'<multistatus xmlns="DAV:">{"".join(responses)}{ending}</multistatus>')


def listed(href: str, etag: str) -> str:
    return (
        f"<response><href>{href}</href><propstat><prop><getetag>{etag}</getetag></prop>"
        "<status>HTTP/1.1 200 OK</status></propstat></response>"
    )


def gone(href: str, code: int = 404) -> str:
    return f"<response><href>{href}</href><status>HTTP/1.1 {code} Whatever</status></response>"


async def cut(request: web.Request, sent: bytes) -> web.StreamResponse:
    """Close the connection without an answer."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def cut_short(request: web.Request, sent: bytes) -> web.StreamResponse:
    """Announce more than is sent."""
    response = web.StreamResponse(status=207, headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"<multistatus")
    assert request.transport is not None
    request.transport.close()
    return response


def never(server: Misbehaving) -> Act:
    """Do not answer until the test is over."""

    async def act(request: web.Request, sent: bytes) -> web.StreamResponse:
        await server.silence.wait()
        return web.Response()

    return act
