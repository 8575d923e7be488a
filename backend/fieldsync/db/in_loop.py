"""Asking PostgreSQL in the event loop: connections of asyncpg for questions, beside those of SQLAlchemy for threads."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import asyncpg
import orjson
from sqlalchemy import URL
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from fieldsync.db.questions import Question, Unreachable

Row = Sequence[Any]
_PATIENCE = "connect_timeout"
UNDERSTOOD = frozenset(
    {"host", "port", "user", "password", "dbname", "options", "application_name", "passfile", "target_session_attrs"}
    | {"sslmode", "sslcert", "sslkey", "sslpassword", "sslrootcert", "sslcrl", "ssl_min_protocol_version", _PATIENCE}
)
"""What may stand in the query of an address; the rest only libpq knows, and what it means must not be passed over."""


@dataclass(slots=True)
class _Connections:
    """Those of one event loop with the same settings."""

    count: int = 0
    idle: list[asyncpg.Connection] = field(default_factory=list)


@dataclass(slots=True)
class _OfLoop:
    """All of one event loop; ``ending`` ends when the loop does."""

    planned_anew: _Connections = field(default_factory=_Connections)
    same_plan: _Connections = field(default_factory=_Connections)
    ending: AsyncGenerator[None] | None = None

    def close(self) -> None:
        """Close all connections that nobody uses."""
        for ours in (self.planned_anew, self.same_plan):
            for connection in ours.idle:
                connection.terminate()
            ours.count -= len(ours.idle)
            ours.idle.clear()

    async def closed_with_loop(self) -> AsyncGenerator[None]:
        """Closes them when it is closed, which an event loop does with every generator that began in it."""
        try:
            yield
        finally:
            self.close()


class InLoop:
    """Up to ``most`` connections for each event loop that asks, and as many for questions with the same plan always.

    They are opened when they are first wanted, with ``options``, the others with ``same_plan``. Each statement is a
    transaction of its own, as with ``dialect.for_reading``. Nobody waits for a connection: whoever waits in the event
    loop for somebody else may be the one whom that one waits for.
    """

    def __init__(self, url: URL, most: int, *, options: str, same_plan: str) -> None:
        theirs, self._patience = url.query.get("options", ""), int(str(url.query.get(_PATIENCE) or 10))
        plain = url.set(drivername="postgresql").difference_update_query([_PATIENCE])
        self._address = plain.render_as_string(hide_password=False)
        self._options, self._same_plan = f"{theirs} {options}", f"{theirs} {same_plan}"
        self._dialect = PGDialect_asyncpg()
        self._most = most
        self._of: WeakKeyDictionary[asyncio.AbstractEventLoop, _OfLoop] = WeakKeyDictionary()

    async def ask(self, question: Question, values: Mapping[str, Any]) -> Sequence[Row]:
        """The rows of the answer; raises Unreachable."""
        written = question.written(self._dialect)
        ours = self._of.get(asyncio.get_running_loop()) or await self._begun()
        kept, options = (ours.same_plan, self._same_plan) if question.same_plan else (ours.planned_anew, self._options)
        try:
            connection = kept.idle.pop() if kept.idle else await self._opened(kept, options)
            try:
                return written.rows(await connection.fetch(written.sql, *written.parameters(values)))
            finally:
                if connection.is_closed():
                    kept.count -= 1
                else:
                    kept.idle.append(connection)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            raise Unreachable from error

    async def _begun(self) -> _OfLoop:
        ours = self._of[asyncio.get_running_loop()] = _OfLoop()
        ours.ending = ours.closed_with_loop()
        await anext(ours.ending)
        return ours

    async def _opened(self, ours: _Connections, options: str) -> asyncpg.Connection:
        if ours.count >= self._most:
            raise Unreachable
        ours.count += 1
        try:
            settings = {"options": options}
            connection = await asyncpg.connect(self._address, timeout=self._patience, server_settings=settings)
            for name in ("json", "jsonb"):
                await connection.set_type_codec(name, schema="pg_catalog", encoder=str, decoder=orjson.loads)
        except BaseException:
            ours.count -= 1
            raise
        return connection

    def close(self) -> None:
        """Close all connections that nobody uses; those of a loop that ended are closed already."""
        for loop, ours in list(self._of.items()):
            if not loop.is_closed():
                ours.close()
