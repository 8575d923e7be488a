"""The one way out: every request to a mail server goes through here.

Connections kept alive in one pool per server, a timeout and a size limit on every answer, and each failure
below HTTP as a ``faults.SideError``. Redirects are not followed unless the caller asks, and then the sign-in
goes along only within the same origin.
"""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from urllib.parse import urljoin

from fieldsync.sides import wire
from fieldsync.sides.faults import (
    AnswerUnreadable,
    ServerFailed,
    SideError,
    SignInRefused,
    Throttled,
    TimedOut,
    Unreachable,
)
from fieldsync.sides.pool import Pool
from fieldsync.sides.wire import Limits

__all__ = ["Answer", "Limits", "Outbound", "host"]

_AGENT = "Fieldsync"
_LONGEST_WAIT = timedelta(days=1)
_USUAL_WAIT = timedelta(seconds=30)
_REDIRECTS = {301, 302, 303, 307, 308}
# These only read: when a kept connection turns out to be closed they are simply sent again.
_READS = {"GET", "PROPFIND", "REPORT", "OPTIONS"}
_REPEATABLE = {"PUT", "DELETE", "MKCOL", "MKCALENDAR"}
_LISTS = {"PROPFIND", "REPORT"}


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
    """HTTP with one sign-in. Make one per mailbox and run; close it in the end.

    ``pool`` is shared by all who talk to the same servers; without one it has its own.
    """

    def __init__(
        self,
        user: str,
        password: str,
        limits: Limits | None = None,
        now: Callable[[], datetime] = _now,
        pool: Pool | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.requests = 0
        self._now = now
        self._shared = pool is not None
        self._pool = pool or Pool()
        self._slots = asyncio.Semaphore(self.limits.connections)
        self._signed = {
            "User-Agent": _AGENT,
            "Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode(),
        }

    def __repr__(self) -> str:
        return f"Outbound(requests={self.requests})"

    async def __aenter__(self) -> "Outbound":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if not self._shared:
            self._pool.close()

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
        everything = dict(self._signed) if signed else {"User-Agent": _AGENT}
        everything |= headers
        if method in _LISTS:
            everything["Accept-Encoding"] = "gzip"
        length = None if body is None else len(body)
        try:
            origin, target = wire.split(url)
            head = wire.request_head(method, target, origin, everything, length)
        except ValueError as error:
            raise Unreachable(host(url), "this is not a web address") from error
        try:
            try:
                reply = await self._exchange(origin, head, body)
            except wire.Dropped as error:
                # A kept connection may be closed by its server at any moment; all but POST can be repeated then.
                if method not in _READS and not (error.kept and method in _REPEATABLE):
                    raise
                reply = await self._exchange(origin, head, body)
        except wire.WireError as error:
            raise _fault(error, host(url)) from error
        return Answer(reply.status, reply.headers, reply.body, url)

    async def _exchange(self, origin: wire.Origin, head: bytes, body: bytes | None) -> wire.Reply:
        async with self._slots:
            self.requests += 1
            return await self._pool.exchange(origin, head, body, self.limits)

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


def _fault(error: wire.WireError, where: str) -> SideError:
    """What a failure below HTTP means."""
    match error:
        case wire.TookTooLong():
            return TimedOut(where, str(error))
        case wire.TooLong():
            return AnswerUnreadable(where, str(error))
        case wire.CutShort():
            return ServerFailed(where, str(error))
        case wire.NotHttp():
            return ServerFailed(where, f"not an HTTP answer ({error})")
        case _:
            return Unreachable(where, str(error))
