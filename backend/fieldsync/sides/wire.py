"""HTTP/1.1 on a socket, as much of it as a mail server asks for.

Why not a client library: ADR 0009. The parser is llhttp, as in the servers of this house. A connection carries one
exchange at a time; bodies are whole (no streaming) and bounded. Nothing here knows sign-ins or WebDAV.
"""

import asyncio
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

_TARGET = re.compile(r"^/[\x21-\x7e]*$")
_FORBIDDEN = re.compile(r"[\r\n\x00]")
_MOST_HEADER_OCTETS = 64 << 10
_DEFAULT_PORTS = {"http": 80, "https": 443}


class WireError(Exception):
    """An exchange failed below HTTP; the message is its gist and holds no address."""


class NoSuchHost(WireError):
    """The name of the server does not exist."""


class NotConnected(WireError):
    """There is no connection to be had."""


class NotTrusted(WireError):
    """The server's certificate or encryption is not accepted."""


class TookTooLong(WireError):
    """One of the limits of time passed."""


class Dropped(WireError):
    """The connection ended before an answer began; ``kept`` if it had served before."""

    def __init__(self, message: str, *, kept: bool) -> None:
        super().__init__(message)
        self.kept = kept


class CutShort(WireError):
    """The connection ended within an answer."""


class TooLong(WireError):
    """The answer is longer than what was allowed for."""


class NotHttp(WireError):
    """What came is no HTTP answer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost: seconds for each phase, requests at once, octets of an answer."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 120.0
    connections: int = 4
    max_answer: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port: what a connection goes to."""

    scheme: str
    host: str
    port: int
    name: str
    """As the Host header says it."""


class Headers(Mapping[str, str]):
    """Headers of an answer, found whatever their case; repeated ones are joined by commas."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def add(self, name: str, value: str) -> None:
        name = name.lower()
        before = self._values.get(name)
        self._values[name] = value if before is None else f"{before}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Headers
    body: bytes


def split(url: str) -> tuple[Origin, str]:
    """Where an address leads and what to ask for there; raises ValueError when it is no web address."""
    scheme, separator, rest = url.partition("://")
    scheme = scheme.lower()
    ends = [at for mark in "/?#" if (at := rest.find(mark)) >= 0]
    authority, path = (rest[: min(ends)], rest[min(ends) :]) if ends else (rest, "")
    target = path.partition("#")[0]
    if not target.startswith("/"):
        target = f"/{target}"
    if not target.isascii():
        target = quote(target, safe="/%?&=+,;:@!$'()*~")
    if not separator or scheme not in _DEFAULT_PORTS or not _TARGET.match(target):
        raise ValueError("not a web address")
    return _origin(scheme, authority.rpartition("@")[2]), target


@cache
def _origin(scheme: str, authority: str) -> Origin:
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        host, port = authority, ""
    number = int(port) if port else _DEFAULT_PORTS[scheme]
    if not host or not 0 < number < 65536:
        raise ValueError("not a web address")
    bare = host.removeprefix("[").removesuffix("]")
    if not bare.isascii():
        bare = host = bare.encode("idna").decode()
    name = host if number == _DEFAULT_PORTS[scheme] else f"{host}:{number}"
    return Origin(scheme, bare, number, name)


def request_head(method: str, target: str, origin: Origin, headers: Mapping[str, str], length: int | None) -> bytes:
    """The octets of a request up to its body; raises ValueError for what cannot stand in a header."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {origin.name}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    if any(_FORBIDDEN.search(line) for line in lines):
        raise ValueError("a line end in a header")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


class Connection(asyncio.Protocol):
    """One connection; ``reusable`` says whether another exchange may follow."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.idle_since = 0.0
        self.reusable = False
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[Reply] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._lost = False

    async def exchange(self, head: bytes, body: bytes | None, limits: Limits) -> Reply:
        """Send a request and wait for its whole answer; raises WireError, and the connection is of no use then."""
        assert self._transport is not None, "connected"
        now = self.loop.time()
        self._limits, self._deadline, self._heard = limits, now + limits.total, now
        self._status, self._headers, self._chunks, self._size = 0, Headers(), [], 0
        self._header_octets, self._unpack = 0, None
        self._parser = HttpResponseParser(self)
        self.reusable = False
        self._waiter = self.loop.create_future()
        self._timer = self.loop.call_at(now + min(limits.read, limits.total), self._tick)
        if self._lost:
            self._fail(Dropped("the connection was cut", kept=self.idle_since > 0))
        elif body and len(body) > 16384:
            self._transport.write(head)
            self._transport.write(body)
        else:
            self._transport.write(head + body if body else head)
        try:
            return await self._waiter
        finally:
            self._timer.cancel()
            self._waiter = None
            if not self.reusable:
                self.close()

    @property
    def alive(self) -> bool:
        return not self._lost and self._transport is not None and not self._transport.is_closing()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # pyright: ignore[reportAttributeAccessIssue]

    def data_received(self, data: bytes) -> None:
        waiter = self._waiter
        if waiter is None or waiter.done():
            # Nobody asked: whatever follows on this connection cannot be trusted.
            self.reusable = False
            self.close()
            return
        self._heard = self.loop.time()
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self._fail(NotHttp("it changes to another protocol"))
        except HttpParserError:
            # A server that sends more than it announced has still answered.
            self.reusable = False
            if not waiter.done():
                self._fail(NotHttp("it is not understood"))

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        waiter = self._waiter
        if waiter is None or waiter.done():
            return
        if not self._status:
            self._fail(Dropped("the connection was cut", kept=self.idle_since > 0))
        elif exc is None and "content-length" not in self._headers and "transfer-encoding" not in self._headers:
            self._finish()
        else:
            self._fail(CutShort("the answer was cut short"))

    # httptools.HttpResponseParser

    def on_message_begin(self) -> None:
        if self._status:
            # A second answer that nobody asked for: what it would be taken for is the answer to the next request.
            self.reusable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._waiter is None or self._waiter.done():
            return
        self._header_octets += len(name) + len(value)
        if self._header_octets > _MOST_HEADER_OCTETS:
            self._fail(TooLong("headers without end"))
        else:
            self._headers.add(name.decode("latin-1"), value.decode("utf-8", "surrogateescape"))

    def on_headers_complete(self) -> None:
        if self._waiter is None or self._waiter.done():
            return
        self._status = self._parser.get_status_code()
        if self._headers.get("content-encoding", "").lower() in ("gzip", "x-gzip"):
            self._unpack = zlib.decompressobj(31)

    def on_body(self, chunk: bytes) -> None:
        if self._waiter is None or self._waiter.done():
            return
        if self._unpack is not None:
            room = self._limits.max_answer - self._size + 1
            try:
                chunk = self._unpack.decompress(chunk, room)
            except zlib.error:
                self._fail(NotHttp("its compression is broken"))
                return
        self._size += len(chunk)
        if self._size > self._limits.max_answer:
            self._fail(TooLong(f"an answer of more than {self._limits.max_answer} octets"))
            return
        self._chunks.append(chunk)

    def on_message_complete(self) -> None:
        if 100 <= self._status < 200:
            # An interim answer (100 Continue); the real one follows.
            self._status, self._headers = 0, Headers()
        elif self._waiter is not None and not self._waiter.done():
            self.reusable = self._parser.should_keep_alive()
            self._finish()

    def _finish(self) -> None:
        assert self._waiter is not None, "somebody waits"
        chunks = self._chunks
        body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        self._waiter.set_result(Reply(self._status, self._headers, body))

    def _fail(self, error: WireError) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)
        self.close()

    def _tick(self) -> None:
        due = min(self._deadline, self._heard + self._limits.read)
        if self.loop.time() >= due:
            self._fail(TookTooLong("while waiting for the answer"))
        else:
            self._timer = self.loop.call_at(due, self._tick)
