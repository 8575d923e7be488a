"""What lasting connections have in common: how their operations are opened, and one clock for all of them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from starlette.types import Message, Scope, Send

from fieldsync.api.answering import Answers, Asked
from fieldsync.api.context import Context
from fieldsync.errors import InvalidInput
from fieldsync.security.actors import Actors, Credentials
from fieldsync.services.bundle import Services

log = structlog.get_logger("fieldsync.api")

TICK = 1.0


class Gone(Exception):
    """The other side is not there any more."""


class Documents(Protocol):
    """Which documents are answered, as over HTTP."""

    def text(self, query: str | None, digest: str | None) -> str:
        """The text of a document; raises UserFacing for one that is not answered."""
        ...


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that a lasting connection is given; ``write`` is how long the other side may leave a message unread."""

    init: float = 10.0
    write: float = 30.0
    quiet: float = 12.0


@dataclass(frozen=True, slots=True)
class Serving:
    """What every connection is served with."""

    answers: Answers
    services: Services
    actors: Actors
    origins: frozenset[str] = frozenset()
    withheld_errors: bool = False
    times: Times = field(default_factory=Times)
    documents: Documents | None = None

    def context(self, credentials: Credentials) -> Context:
        """A context of its own for each operation, so that two on one connection cannot disturb each other."""
        return Context(self.services, self.actors, credentials, self.withheld_errors)

    def asked(self, payload: Mapping[str, Any]) -> Asked:
        """The operation in well-formed parameters; raises UserFacing."""
        text, digest = payload.get("query"), _digest(payload)
        if self.documents is not None:
            text = self.documents.text(text, digest)
        elif text is None:
            raise InvalidInput("Send the operation as `query`.")
        return Asked(text, payload.get("variables"), payload.get("operationName"))


def is_well_formed(payload: Any) -> bool:
    """Whether these are parameters of an operation: its text or its digest, with whatever belongs to it."""
    return (
        isinstance(payload, dict)
        and isinstance(payload.get("query") or "", str)
        and isinstance(payload.get("variables") or {}, dict)
        and isinstance(payload.get("operationName") or "", str)
        and isinstance(payload.get("extensions") or {}, dict)
        and (payload.get("query") is not None or _digest(payload) is not None)
    )


def _digest(payload: Mapping[str, Any]) -> str | None:
    """The SHA-256 of a document that the server knows: ``documentId``, or ``extensions.persistedQuery``."""
    document = payload.get("documentId")
    if isinstance(document, str):
        return document.removeprefix("sha256:")
    persisted = (payload.get("extensions") or {}).get("persistedQuery")
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    return digest if isinstance(digest, str) else None


class OpenConnection:
    """Writes to the other side, and knows since when it does not take what is written."""

    def __init__(self, scope: Scope, send: Send, times: Times) -> None:
        self._send = send
        self._times = times
        self._abort: Callable[[], None] | None = scope.get("state", {}).get("abort")
        self._clock = asyncio.get_running_loop().time
        self._closed = False
        self._waiting = 0
        self._since = 0.0
        self._wrote = self._clock()

    async def write(self, message: Message) -> None:
        """Returns once it is handed over to the network; raises Gone, also after either side closed."""
        if self._closed:
            raise Gone
        self._closed = message["type"] == "websocket.close"
        if self._waiting == 0:
            self._since = self._clock()
        self._waiting += 1
        try:
            await self._send(message)
        except OSError as error:
            raise Gone from error
        finally:
            self._waiting -= 1
            self._wrote = self._clock()

    def tick(self, now: float) -> None:
        """Cut the connection of somebody who stopped reading; else, after a quiet time, say that we are there."""
        if self._waiting:
            if now - self._since > self._times.write and self._abort is not None:
                log.info("a connection is cut: nothing is read there", seconds=self._times.write)
                self._abort()
        elif now - self._wrote > self._times.quiet:
            self.remind()

    def remind(self) -> None:
        """Nothing was written for a while."""


class OpenConnections:
    """All of one process; they share one clock, which stands still without any."""

    def __init__(self) -> None:
        self._open: set[OpenConnection] = set()
        self._ticking: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: OpenConnection) -> None:
        self._open.add(connection)
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._tick(), name="looking after open connections")

    def remove(self, connection: OpenConnection) -> None:
        self._open.discard(connection)

    async def _tick(self) -> None:
        clock = asyncio.get_running_loop().time
        while self._open:
            await asyncio.sleep(TICK)
            now = clock()
            for connection in list(self._open):
                connection.tick(now)
