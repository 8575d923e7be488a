"""The scheduler: starts the cycles of mailboxes when they are due, as long as it lives.

Several servers may each have one: whoever orders the run of a due mailbox first has it, since the order is made with
the mailbox's row locked. When a run ends, ``engine.cycles`` says when the next one is due.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from fieldsync.clock import Clock
from fieldsync.core.runs import RunConfiguration, RunMode
from fieldsync.db.database import Database
from fieldsync.db.repo import cycles, mailboxes
from fieldsync.db.repo import runs as run_rows
from fieldsync.engine import housekeeping
from fieldsync.engine.kinds import kinds_of
from fieldsync.events.bell import CYCLES, Bell
from fieldsync.ids import new_id
from fieldsync.logs import Log
from fieldsync.security import gate

AT_MOST = 50
LONGEST_SLEEP = 10.0
SWEEP_EVERY = timedelta(seconds=30)
log = Log()


class Starts(Protocol):
    """What the scheduler needs of the runner."""

    def start(self, run_id: str) -> None: ...


class Scheduler:
    """One per process; ``start`` and ``close`` on the loop that the runner lives on."""

    def __init__(self, database: Database, bell: Bell, runner: Starts, clock: Clock) -> None:
        self._database = database
        self._bell = bell
        self._runner = runner
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._swept: datetime | None = None
        self._cleaned: datetime | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._live(), name="scheduler")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def tick(self) -> list[str]:
        """Start what is due now; the ids of the runs."""
        now = self._clock.now()
        if self._swept is None or now - self._swept >= SWEEP_EVERY:
            self._swept = now
            await self._database.write(
                gate.synchronize("all"), lambda connection: run_rows.close_all_dead(connection, now)
            )
        if self._cleaned is None or now - self._cleaned >= housekeeping.EVERY:
            self._cleaned = now
            await self._database.write(gate.synchronize("all"), lambda connection: housekeeping.clean(connection, now))
        wanted = await self._database.read(lambda connection: cycles.due(connection, now, AT_MOST))
        started = []
        for mailbox_id in wanted:
            run_id = await self._database.write(gate.synchronize(mailbox_id), _ordering(mailbox_id, now))
            if run_id is not None:
                self._runner.start(run_id)
                started.append(run_id)
        return started

    async def _live(self) -> None:
        async with self._bell.listen(CYCLES) as listener:
            while True:
                try:
                    started = await self.tick()
                    due = await self._database.read(cycles.next_due)
                except SQLAlchemyError:
                    # The database may be restarting; cycles go on once it is back.
                    log.exception("the scheduler could not read what is due")
                    started, due = [], None
                if len(started) < AT_MOST:
                    await listener.wait(self._sleep(due))

    def _sleep(self, due: datetime | None) -> float:
        """Seconds until the next look; other processes ring no bell here, so never long."""
        if due is None:
            return LONGEST_SLEEP
        return min(max((due - self._clock.now()).total_seconds(), 0.05), LONGEST_SLEEP)


def _ordering(mailbox_id: str, now: datetime) -> Callable[[Connection], str | None]:
    def unit(connection: Connection) -> str | None:
        mailboxes.lock(connection, mailbox_id)
        if mailboxes.active_runs(connection, [mailbox_id]) or not cycles.is_due(connection, mailbox_id, now):
            return None
        run_id = new_id()
        run_rows.insert_run(
            connection,
            run_id=run_id,
            mailbox_id=mailbox_id,
            mode=RunMode.APPLY,
            configuration=RunConfiguration.PUBLISHED,
            kinds=kinds_of(run_rows.mailbox_of(connection, mailbox_id)),
            started_by=None,
            release_held=False,
            now=now,
        )
        return run_id

    return unit
