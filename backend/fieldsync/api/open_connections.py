"""What lasting connections have in common, with one clock for all of them."""

import asyncio
from collections.abc import Callable

import structlog
from starlette.types import Message, Scope, Send

from fieldsync.api.serving import Times

log = structlog.get_logger("fieldsync.api")

TICK = 1.0


class Gone(Exception):
    """The other side is not there any more."""


class OpenConnection:
    """Writes to the other side, and knows since when it does not take what is written."""

    def __init__(self, scope: Scope, send: Send, times: Times) -> None:
        self._send = send
        self._times = times
        self._abort: Callable[[], None] | None = scope.get("state", {}).get("abort")
        self._clock = asyncio.get_running_loop().time
        self._waiting = 0
        self._since = 0.0
        self._wrote = self._clock()

    async def write(self, message: Message) -> None:
        """Returns once it is handed over to the network; raises Gone."""
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
