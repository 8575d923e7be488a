"""The one way out: every request to a mail server goes through here.

One session per server and sign-in, connections kept alive, a timeout and a size limit on every
answer, and each failure below HTTP as a ``faults.SideError``. Redirects are not followed unless the
caller asks, and then the sign-in goes along only within the same origin.
"""

import asyncio
import io
import ssl
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from fieldsync.sides.faults import ServerFailed, SideError, SignInRefused, Throttled, TimedOut, Unreachable

_AGENT = "Fieldsync"
_LARGE_BODY = 1 << 20
_LONGEST_WAIT = timedelta(days=1)
_USUAL_WAIT = timedelta(seconds=30)
_REDIRECTS = {301, 302, 303, 307, 308}
# These only read: when a kept connection turns out to be closed they are simply sent again.
_READS = {"GET", "PROPFIND", "REPORT", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may cost: seconds for each phase, connections, octets of an answer."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 120.0
    connections: int = 4
    max_answer: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; ``url`` is where from, after redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


def _now() -> datetime:
    return datetime.now(UTC)


class Outbound:
    """HTTP with one sign-in. Make one per server and run; close it in the end."""

    def __init__(
        self, user: str, password: str, limits: Limits | None = None, now: Callable[[], datetime] = _now
    ) -> None:
        self.limits = limits or Limits()
        self.requests = 0
        self._authorization = "Basic " + b64encode(f"{user}:{password}".encode()).decode()
        self._now = now
        self._session: aiohttp.ClientSession | None = None
        self._timeout = aiohttp.ClientTimeout(
            total=self.limits.total, sock_connect=self.limits.connect, sock_read=self.limits.read
        )

    def __repr__(self) -> str:
        return f"Outbound(requests={self.requests})"

    async def __aenter__(self) -> "Outbound":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        redirects: int = 0,
    ) -> Answer:
        """Send one request; follow up to ``redirects`` redirects with the same method and body.

        Raises SignInRefused for 401, Throttled for 429 and 503, ServerFailed for the other 5xx but
        501 and 507, which mean something in WebDAV. Every other status is the caller's to judge.
        """
        home = _origin(url)
        while True:
            url = _without_sign_in(url)
            answer = await self._once(method, url, body, headers or {}, signed=_origin(url) == home)
            if not redirects or answer.status not in _REDIRECTS or "Location" not in answer.headers:
                break
            redirects -= 1
            url = urljoin(url, answer.headers["Location"])
        self._judge(answer)
        return answer

    async def _once(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], signed: bool
    ) -> Answer:
        everything = {**headers, "Authorization": self._authorization} if signed else headers
        where = host(url)
        try:
            try:
                return await self._exchange(method, url, body, everything)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                if method not in _READS or isinstance(error, aiohttp.ClientConnectorError):
                    raise
                return await self._exchange(method, url, body, everything)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise _fault(error, where) from error

    async def _exchange(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        self.requests += 1
        data = io.BytesIO(body) if body is not None and len(body) > _LARGE_BODY else body
        async with self._open().request(
            method,
            # Addresses go out exactly as the server wrote them.
            URL(url, encoded=True),
            data=data,
            headers=headers,
            allow_redirects=False,
            timeout=self._timeout,
        ) as response:
            return Answer(response.status, response.headers, await self._body(response, host(url)), url)

    async def _body(self, response: aiohttp.ClientResponse, where: str) -> bytes:
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > self.limits.max_answer:
                response.close()
                raise ServerFailed(where, f"an answer of more than {self.limits.max_answer} octets")
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self.limits.connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": _AGENT},
            )
        return self._session

    def _judge(self, answer: Answer) -> None:
        status = answer.status
        if status < 400:
            return
        where = host(answer.url)
        if status == 401:
            raise SignInRefused(where, status)
        if status in (429, 503):
            raise Throttled(where, self._wait(answer.headers.get("Retry-After", "")))
        if status >= 500 and status not in (501, 507):
            raise ServerFailed(where, f"status {status}", status)

    def _wait(self, retry_after: str) -> timedelta:
        """How long to wait: Retry-After is a number of seconds or a date."""
        text = retry_after.strip()
        if text.isascii() and text.isdigit():
            return timedelta(seconds=min(int(text), _LONGEST_WAIT.total_seconds()))
        try:
            then = parsedate_to_datetime(text)
        except ValueError:
            return _USUAL_WAIT
        then = then if then.tzinfo else then.replace(tzinfo=UTC)
        return min(max(then - self._now(), timedelta(0)), _LONGEST_WAIT)


def host(url: str) -> str:
    """Server and port, without a sign-in that somebody may have written into the address."""
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2]


def _without_sign_in(url: str) -> str:
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}" if "@" in authority else url


def _origin(url: str) -> tuple[str, str]:
    return url.partition("://")[0].lower(), host(url).lower()


def _fault(error: Exception, where: str) -> SideError:
    """What a failure below HTTP means; the exception's own text may hold addresses, so only its gist is told."""
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        connecting = isinstance(error, aiohttp.ConnectionTimeoutError)
        return TimedOut(where, "while connecting" if connecting else "while waiting for the answer")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return Unreachable(where, "its certificate or encryption is not accepted")
    if isinstance(error, aiohttp.InvalidURL | ValueError):
        return Unreachable(where, "this is not a web address")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Unreachable(where, "there is no server of this name")
    if isinstance(error, OSError):
        return Unreachable(where, error.strerror or "the connection failed")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return Unreachable(where, "the connection was cut")
    if isinstance(error, aiohttp.ClientPayloadError):
        return ServerFailed(where, "the answer was cut short")
    return ServerFailed(where, f"not an HTTP answer ({type(error).__name__})")
