"""Connections to mail servers, kept alive and shared by all mailboxes on the same server."""

import asyncio
import socket
import ssl
from functools import cache, partial

from fieldsync.sides.wire import (
    Connection,
    Limits,
    NoSuchHost,
    NotConnected,
    NotTrusted,
    Origin,
    Reply,
    TookTooLong,
)

_IDLE_SECONDS = 25.0
"""How long a connection is kept; servers tend to close theirs after 30 seconds or more."""
_PER_SERVER = 16


class Pool:
    """Connections kept alive per server, whoever uses them: each request carries its own sign-in."""

    def __init__(self, per_server: int = _PER_SERVER) -> None:
        self._per_server = per_server
        self._idle: dict[Origin, list[Connection]] = {}
        self._slots: dict[Origin, asyncio.Semaphore] = {}

    async def exchange(self, origin: Origin, head: bytes, body: bytes | None, limits: Limits) -> Reply:
        """One exchange with a server; raises WireError."""
        slots = self._slots.get(origin)
        if slots is None:
            slots = self._slots[origin] = asyncio.Semaphore(self._per_server)
        async with slots:
            connection = self._kept(origin) or await _connect(origin, limits.connect)
            reply = await connection.exchange(head, body, limits)
            if connection.reusable and connection.alive:
                connection.idle_since = connection.loop.time()
                self._idle.setdefault(origin, []).append(connection)
            return reply

    def _kept(self, origin: Origin) -> Connection | None:
        idle = self._idle.get(origin)
        loop = asyncio.get_running_loop()
        while idle:
            connection = idle.pop()
            if connection.loop is loop and connection.alive and loop.time() - connection.idle_since < _IDLE_SECONDS:
                return connection
            if connection.loop is loop:
                connection.close()
        return None

    def close(self) -> None:
        """Close what is idle; connections in use are closed by whoever uses them."""
        for connections in self._idle.values():
            for connection in connections:
                if not connection.loop.is_closed():
                    connection.close()
        self._idle.clear()


async def _connect(origin: Origin, seconds: float) -> Connection:
    loop = asyncio.get_running_loop()
    tls = _tls() if origin.scheme == "https" else None
    connect = partial(loop.create_connection, lambda: Connection(loop), origin.host, origin.port, ssl=tls)
    if isinstance(loop, asyncio.BaseEventLoop) and not origin.host[-1:].isdigit():
        # uvloop tries the addresses of a name in turns by itself.
        connect = partial(connect, happy_eyeballs_delay=0.25)
    try:
        async with asyncio.timeout(seconds):
            _, connection = await connect()
    except TimeoutError as error:
        raise TookTooLong("while connecting") from error
    except ssl.SSLError as error:
        raise NotTrusted("its certificate or encryption is not accepted") from error
    except (socket.gaierror, UnicodeError) as error:
        raise NoSuchHost("there is no server of this name") from error
    except OSError as error:
        raise NotConnected(error.strerror or "the connection failed") from error
    return connection


@cache
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
