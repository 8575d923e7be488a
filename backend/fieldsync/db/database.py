"""The database: reads and writes as plain functions that run in a thread, each in one transaction.

A unit of work is a synchronous function of a connection. It cannot await, so no transaction can stay
open while a request is on the wire (ADR 0002). What nearly every request asks is a question of one statement, which
PostgreSQL is asked without a thread (ADR 0015).
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Condition
from typing import Any, Generic, TypeVar

from sqlalchemy.engine import Connection

from fieldsync.core.rights import Permit
from fieldsync.db import dialect
from fieldsync.db.questions import Question, Rows, Unreachable

T = TypeVar("T")
READERS = 6
ASKERS = 12
"""Connections by which one event loop asks PostgreSQL at once, for each of two kinds of plans; opened when wanted."""
INTERRUPT_EVERY = 0.25
"""Seconds: a unit that is to stop may be between two statements."""


class Database:
    """One database, by URL (``sqlite:///path`` or ``postgresql://…``)."""

    def __init__(self, url: str) -> None:
        writers = dialect.writer_threads(url)
        self.url = url
        self.engine = dialect.make_engine(url, pool_size=READERS + writers)
        self.reading = dialect.for_reading(self.engine)
        self._in_loop = dialect.in_loop(self.engine, ASKERS)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="db-read")
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="db-write")

    async def ask(self, question: Question, **values: Any) -> Rows:
        """The answer to one question, as ``read`` would give it, and sooner."""
        if self._in_loop is not None:
            with suppress(Unreachable):
                return question.rows(await self._in_loop.ask(question, values))
        return await self.read(lambda connection: question.asked(connection, **values))

    async def ask_all(self, *asked: tuple[Question, Mapping[str, Any]]) -> list[Rows]:
        """The answers to some questions; on SQLite they see one state of the database, as within ``read``."""
        if self._in_loop is not None:
            return [await self.ask(question, **values) for question, values in asked]
        return await self.read(lambda connection: [one.asked(connection, **values) for one, values in asked])

    async def read(self, unit: Callable[[Connection], T]) -> T:
        """Run ``unit`` on one consistent state of the database; a caller that is cancelled stops its statement, too."""
        loop, stoppable = asyncio.get_running_loop(), _Stoppable(self.read_now, unit)
        try:
            return await loop.run_in_executor(self._readers, stoppable.run)
        except asyncio.CancelledError:
            # In a thread: to stop a statement of PostgreSQL is a request of its own.
            loop.run_in_executor(None, stoppable.stop)
            raise

    async def write(self, permit: Permit, unit: Callable[[Connection], T]) -> T:
        """Run ``unit`` in a transaction of its own: committed when it returns, undone when it raises.

        A caller that is cancelled meanwhile does not undo it: the unit is finished either way.
        """
        return await asyncio.shield(
            asyncio.get_running_loop().run_in_executor(self._writers, self.write_now, permit, unit)
        )

    def read_now(self, unit: Callable[[Connection], T]) -> T:
        """``read`` for callers that are not asynchronous."""
        with self.reading.connect() as connection:
            return unit(connection)

    def write_now(self, permit: Permit, unit: Callable[[Connection], T]) -> T:
        """``write`` for callers that are not asynchronous."""
        if not isinstance(permit, Permit):
            raise TypeError("a write wants a permit")
        with self.engine.connect() as connection:
            connection = connection.execution_options(**{dialect.WRITE: True})
            with connection.begin():
                return unit(connection)

    def close(self) -> None:
        self._readers.shutdown()
        self._writers.shutdown()
        self.engine.dispose()
        if self._in_loop is not None:
            self._in_loop.close()


class _Stoppable(Generic[T]):
    """A unit that only reads, which may be stopped: its statements end with an error from then on."""

    def __init__(self, run: Callable[[Callable[[Connection], T]], T], unit: Callable[[Connection], T]) -> None:
        self._run = run
        self._unit = unit
        self._changed = Condition()
        self._connection: Connection | None = None

    def run(self) -> T:
        return self._run(self._noted)

    def stop(self) -> None:
        """Returns once the unit has ended; its connection does not go back while it is being interrupted."""
        with self._changed:
            while self._connection is not None:
                dialect.interrupt(self._connection)
                self._changed.wait(INTERRUPT_EVERY)

    def _noted(self, connection: Connection) -> T:
        self._note(connection)
        try:
            return self._unit(connection)
        finally:
            self._note(None)

    def _note(self, connection: Connection | None) -> None:
        with self._changed:
            self._connection = connection
            self._changed.notify_all()
