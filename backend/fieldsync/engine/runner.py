"""The runner: starts runs, gives each its lease and its end, and picks up what a dead server left."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import Connection

from fieldsync.clock import Clock, SystemClock
from fieldsync.core.detect import Digests
from fieldsync.core.runs import EventType, RunConfiguration, RunState, event_body
from fieldsync.core.undo_scope import UndoScope
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Database
from fieldsync.db.repo import leases, run_events
from fieldsync.db.repo import runs as run_rows
from fieldsync.db.repo.runs import InForce, Intended, MailboxAccess, RunOrder
from fieldsync.engine.connect import OpenSide, sides_of
from fieldsync.engine.cycles import Ended, closing
from fieldsync.engine.journal import Journal, LeaseLost, RunCancelled, cancelling
from fieldsync.engine.kinds import setup
from fieldsync.engine.patience import Patience, PatientSide, Reads
from fieldsync.engine.rights import NotObeyable
from fieldsync.engine.run import MailboxRun
from fieldsync.errors import ErrorCode, FieldsyncError
from fieldsync.events.bell import CYCLES, Bell
from fieldsync.events.log import topic
from fieldsync.logs import Log
from fieldsync.ports import RemoteSide
from fieldsync.security import gate
from fieldsync.security.secrets import SecretBox
from fieldsync.sides.faults import SideError
from fieldsync.sides.pool import Pool

if TYPE_CHECKING:
    from fieldsync.engine.undo import UndoPlan

AT_ONCE = 8
LOOK_SECONDS = 2.0
log = Log()


class Runner:
    """Runs on the event loop it is used from; one run per mailbox at a time, eight at once in all."""

    def __init__(
        self,
        database: Database,
        bell: Bell,
        box: SecretBox,
        clock: Clock | None = None,
        open_side: OpenSide | None = None,
        patience: Patience | None = None,
        chance: Random | None = None,
    ) -> None:
        """``patience`` None lets every fault of a mail server end its run; ``chance`` spreads retries."""
        self._database = database
        self._bell = bell
        self._box = box
        self._clock = clock or SystemClock()
        self._pool = Pool()
        self._open_side = open_side or sides_of(box, self._pool)
        self._patience = patience
        self._chance = chance or Random()
        self._digests = Digests(box.digest_key)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)

    def start(self, run_id: str) -> None:
        """Run it in the background; its row exists and is QUEUED."""
        task = asyncio.create_task(self._in_slot(run_id), name=f"run {run_id}")
        self._tasks[run_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(run_id, None))

    def cancel(self, run_id: str) -> None:
        """Wake a run whose row says ``cancel_requested``; a run of another process looks there by itself."""
        self._bell.ring(topic(run_id))
        self._bell.ring(cancelling(run_id))

    async def recover(self) -> None:
        """At the start of a server: close runs whose process died, and take on those that died waiting."""
        now, process = self._clock.now(), leases.owner_name()

        def unit(connection: Connection) -> list[str]:
            waiting = run_rows.adopt_waiting(connection, process)
            run_rows.close_all_dead(connection, now)
            return waiting

        for run_id in await self._database.write(gate.synchronize("all"), unit):
            self.start(run_id)

    async def close(self) -> None:
        """Stop all runs of this process; each is marked, and the next run of its mailbox goes on."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._pool.close()

    async def preview_undo(self, mailbox_id: str, scope: UndoScope, kinds: Sequence[RecordKind]) -> "list[UndoPlan]":
        """What an undo would do, by kind; nothing is written, and no lease is taken.

        Raises ``SideError`` when the mail server cannot be read, NotObeyable when the mailbox's owner is disabled.
        """
        # Loaded by whoever undoes something; a run starts sooner without.
        from fieldsync.engine.undo import UndoLook, UndoPlan

        now = self._clock.now()

        def load(connection: Connection) -> tuple[MailboxAccess, InForce]:
            mailbox = run_rows.mailbox_of(connection, mailbox_id)
            profile_id = gate.standing(connection, mailbox.principal_id).profile_id
            return mailbox, run_rows.directions_in_force(connection, profile_id, RunConfiguration.PUBLISHED)

        mailbox, in_force = await self._database.read(load)
        look = UndoLook(self._database, mailbox, in_force, self._box, self._digests, scope)
        stores, plans = self._open_side(mailbox), list[UndoPlan]()
        try:
            for kind_setup in (setup(kind, mailbox.time_zone) for kind in kinds if stores.has(kind)):
                entries = await self._database.read(partial(look.entries, setup=kind_setup, now=now))
                plans.append(await look.plan(kind_setup, stores.side(kind_setup.kind), entries, now))
        finally:
            await stores.close()
        return plans

    async def _in_slot(self, run_id: str) -> None:
        async with self._slots:
            await self.run(run_id)

    async def run(self, run_id: str) -> None:
        """Run it to its end; the outcome is in its row, nothing is raised but cancellation."""
        now, owner = self._clock.now(), leases.owner_name()

        def unit(connection: Connection) -> Claimed | RunOrder | None:
            """Take the lease, close what a dead holder left, start the run; its order if the lease is held."""
            order = run_rows.order_of(connection, run_id)
            if order is None or order.state is not RunState.QUEUED:
                return None
            lease = leases.claim(connection, order.mailbox_id, owner, now)
            if lease is None:
                return order
            dead = run_rows.runs_in(connection, RunState.RUNNING, order.mailbox_id) if lease.abandoned else []
            for dead_id in dead:
                run_rows.close_dead(connection, dead_id, now)
            mailbox = run_rows.mailbox_of(connection, order.mailbox_id)
            profile_id = gate.standing(connection, mailbox.principal_id).profile_id
            in_force = run_rows.directions_in_force(connection, profile_id, order.configuration)
            _start(connection, order, mailbox, in_force, now)
            left_open = run_rows.intended(connection, mailbox.id)
            return Claimed(order, mailbox, in_force, lease.fence, left_open, dead)

        claimed = await self._database.write(gate.synchronize(run_id), unit)
        match claimed:
            case None:
                return
            case RunOrder():
                await self._refuse(claimed)
            case Claimed():
                for begun in (*claimed.dead, run_id):
                    self._bell.ring(topic(begun))
                await self._claimed(claimed)

    async def _refuse(self, order: RunOrder) -> None:
        now = self._clock.now()
        message = "Another run of this mailbox is under way."
        await self._database.write(
            gate.synchronize(order.mailbox_id),
            lambda connection: run_rows.end_run(
                connection, order.id, order.last_seq, now, ErrorCode.MAILBOX_BUSY, message, "Wait for its end."
            ),
        )
        self._bell.ring(topic(order.id))

    async def _claimed(self, claimed: "Claimed") -> None:
        began = time.perf_counter()
        order, mailbox = claimed.order, claimed.mailbox
        journal = Journal(
            database=self._database,
            bell=self._bell,
            clock=self._clock,
            permit=gate.synchronize(order.mailbox_id),
            run_id=order.id,
            mailbox_id=order.mailbox_id,
            fence=claimed.fence,
            seq=order.last_seq + 1,
        )
        failure: tuple[ErrorCode, str, str] | None = None
        ended_by: FieldsyncError | None = None
        stores, compared = None, False
        message = ""
        try:
            stores = self._open_side(mailbox)
            reads = Reads()
            stores.wrap(lambda side: self._patient(side, journal, reads))
            work = MailboxRun(
                database=self._database,
                box=self._box,
                clock=self._clock,
                digests=self._digests,
                order=order,
                mailbox=mailbox,
                in_force=claimed.in_force,
                left_open=claimed.left_open,
                stores=stores,
                journal=journal,
                reads=reads,
            )
            await work.execute()
            compared = order.undoes is None and (mailbox.compared_at is None or work.compares)
            journal.state, message = RunState.SUCCEEDED, work.finished()
        except LeaseLost:
            log.warning("lease lost", run=order.id, mailbox=order.mailbox_id)
            return
        except RunCancelled as error:
            journal.state, message = RunState.CANCELLED, str(error)
        except NotObeyable as error:
            journal.state, message = RunState.FAILED, str(error)
            failure = (error.code, str(error), error.remedy)
        except SideError as error:
            journal.state, message = RunState.FAILED, str(error)
            failure, ended_by = (error.code, str(error), error.remedy), error
        except asyncio.CancelledError:
            journal.state, message = RunState.FAILED, run_rows.DIED
            failure = (ErrorCode.LEASE_LOST, run_rows.DIED, run_rows.DIED_REMEDY)
            await self._finish(journal, began, message, failure)
            raise
        except Exception:
            log.exception("run failed", run=order.id, mailbox=order.mailbox_id)
            message = "An error inside Fieldsync ended this run; nothing is lost."
            journal.state = RunState.FAILED
            failure = (ErrorCode.INTERNAL, message, "Start it again; if it fails again, see the log for this run's id.")
        finally:
            if stores is not None:
                await stores.close()
        counts = journal.counts
        ended = Ended(mailbox.id, order.mode, journal.state, counts.wrote, compared, ended_by, self._clock.now())
        await self._finish(journal, began, message, failure, closing(ended, self._chance))
        self._bell.ring(CYCLES)

    def _patient(self, side: RemoteSide, journal: Journal, reads: Reads) -> RemoteSide:
        if self._patience is None:
            return side
        return PatientSide(side, self._patience, lambda error, time: self._wait(journal, error, time), reads)

    async def _wait(self, journal: Journal, error: SideError, time: timedelta) -> None:
        """Wait in the open: followers are told, the lease is kept, and who cancels does not wait to the end."""
        seconds = time.total_seconds()
        journal.tell(EventType.WAITING, f"{error} Waiting {seconds:.0f} s, then going on.")
        until = asyncio.get_running_loop().time() + seconds
        async with self._bell.listen(cancelling(journal.run_id)) as listener:
            while True:
                await journal.write()
                left = until - asyncio.get_running_loop().time()
                if left <= 0:
                    return
                await listener.wait(min(left, LOOK_SECONDS))

    async def _finish(
        self,
        journal: Journal,
        began: float,
        message: str,
        failure: tuple[ErrorCode, str, str] | None,
        unit: Callable[[Connection], None] | None = None,
    ) -> None:
        if journal.problems_untold:
            message = f"{message} ({journal.problems_untold} more problems are not listed)"
        milliseconds = round((time.perf_counter() - began) * 1000, 3)
        journal.tell(EventType.FINISHED, message, milliseconds=milliseconds, counts=journal.counts)
        cells: dict[str, Any] = {"state": journal.state.value, "finished_at": self._clock.now()}
        if failure is not None:
            code, text, remedy = failure
            cells |= {"error_code": code.value, "error_message": text, "error_remedy": remedy}

        try:
            await journal.write(unit, stoppable=False, release=True, **cells)
        except LeaseLost:
            log.warning("lease lost at the end", run=journal.run_id)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run that may begin: its mailbox, ours by ``fence``, and what an earlier run did not finish."""

    order: RunOrder
    mailbox: MailboxAccess
    in_force: InForce
    fence: int
    left_open: list[Intended]
    dead: list[str]


def _start(connection: Connection, order: RunOrder, mailbox: MailboxAccess, in_force: InForce, now: datetime) -> None:
    seq = order.last_seq + 1
    message = f"Started for {mailbox.name}, by the profile {in_force.profile_name}"
    body = event_body(EventType.STARTED, RunState.RUNNING, message)
    run_events.append(connection, order.id, seq, now, [body])
    run_rows.save_run(
        connection,
        order.id,
        state=RunState.RUNNING.value,
        started_at=now,
        last_seq=seq,
        profile_version=in_force.number,
    )
