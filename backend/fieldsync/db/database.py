"""The database: reads and writes as plain functions that run in a thread, each in one transaction.

A unit of work is a synchronous function of a connection. It cannot await, so no transaction can stay
open while a request is on the wire (ADR 0002). What nearly every request asks is a question of one statement, which
PostgreSQL is asked without a thread (ADR 0015).
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from fieldsync.core.rights import Permit
from fieldsync.db import dialect
from fieldsync.db.questions import Question, Rows, Unreachable

T = TypeVar("T")
READERS = 6


class Database:
    """One database, by URL (``sqlite:///path`` or ``postgresql://…``)."""

    def __init__(self, url: str) -> None:
        writers = dialect.writer_threads(url)
        self.url = url
        self.engine = dialect.make_engine(url, pool_size=READERS + writers)
        self.reading = dialect.for_reading(self.engine)
        self._in_loop = dialect.in_loop(self.engine, READERS)
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
        """Run ``unit`` on one consistent state of the database."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, unit)

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
