"""Asking PostgreSQL in the event loop: connections of psycopg for questions, beside those of SQLAlchemy for threads."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection, AsyncCursor, Error
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine

from fieldsync.db.questions import Question

Row = tuple[Any, ...]


class Unreachable(Exception):
    """A question was not answered here; a thread may have more luck, or an error that says why."""


@dataclass(slots=True)
class _Connections:
    """Those of one event loop with the same settings, each with a cursor that it keeps."""

    count: int = 0
    idle: list[AsyncCursor[Row]] = field(default_factory=list)


_OfLoop = tuple[_Connections, _Connections]


class InLoop:
    """Up to ``most`` connections for each event loop that asks, and as many for questions with the same plan always.

    They are opened when they are first wanted, with ``options``, the others with ``same_plan``. Each statement is a
    transaction of its own, as with ``dialect.for_reading``. Nobody waits for a connection: whoever waits in the event
    loop for somebody else may be the one whom that one waits for.
    """

    def __init__(self, engine: Engine, most: int, *, options: str, same_plan: str) -> None:
        self._dialect = engine.dialect
        self._arguments: dict[str, Any] = {**engine.dialect.create_connect_args(engine.url)[1]}
        self._options = (options, same_plan)
        self._most = most
        self._of: WeakKeyDictionary[asyncio.AbstractEventLoop, _OfLoop] = WeakKeyDictionary()

    async def ask(self, question: Question, values: Mapping[str, Any]) -> Sequence[Row]:
        """The rows of the answer; raises Unreachable."""
        written = question.written(self._dialect)
        loop = asyncio.get_running_loop()
        both = self._of.get(loop)
        if both is None:
            both = self._of[loop] = (_Connections(), _Connections())
        ours = both[question.same_plan]
        try:
            cursor = ours.idle.pop() if ours.idle else await self._opened(ours, self._options[question.same_plan])
            try:
                await cursor.execute(written.sql, written.parameters(values), prepare=True)
                return written.rows(await cursor.fetchall())
            finally:
                self._put_back(ours, cursor)
        except Error as error:
            raise Unreachable from error

    async def _opened(self, ours: _Connections, options: str) -> AsyncCursor[Row]:
        if ours.count >= self._most:
            raise Unreachable
        ours.count += 1
        try:
            connection = await AsyncConnection.connect(**{**self._arguments, "options": options, "autocommit": True})
        except BaseException:
            ours.count -= 1
            raise
        return connection.cursor(binary=True)

    @staticmethod
    def _put_back(ours: _Connections, cursor: AsyncCursor[Row]) -> None:
        # Whoever was stopped in the middle leaves a connection on which an answer may still come.
        if cursor.connection.pgconn.transaction_status == TransactionStatus.IDLE:
            ours.idle.append(cursor)
        else:
            cursor.connection.pgconn.finish()
            ours.count -= 1

    def close(self) -> None:
        """Close all connections that nobody uses."""
        for ours in chain.from_iterable(self._of.values()):
            for cursor in ours.idle:
                cursor.connection.pgconn.finish()
            ours.count -= len(ours.idle)
            ours.idle.clear()
