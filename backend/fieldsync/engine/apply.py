"""Apply: a queue of jobs, a few writers, and short writes that store outcomes with their operations.

Several outcomes may share one write: an outcome that a crash loses is found again by ``engine.recover``.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from sqlalchemy.engine import Connection

from fieldsync.core.changes import Made
from fieldsync.core.detect import replaced
from fieldsync.core.letters import key_of
from fieldsync.core.plan import (
    NO_VERSION,
    OUT_OF_SCOPE,
    CreateItem,
    CreateRecord,
    ItemState,
    LinkState,
    Reconcile,
    RecordState,
    plan_following,
)
from fieldsync.core.runs import OperationAction, OperationState, Problem
from fieldsync.core.values import Side
from fieldsync.db.repo import dead_letters, journal_entries, newcomers
from fieldsync.db.repo import links as link_rows
from fieldsync.db.repo import records as record_rows
from fieldsync.db.repo import runs as run_rows
from fieldsync.db.repo.scopes import note_arrivals
from fieldsync.engine.entries import Row
from fieldsync.engine.journal import Journal, PhaseRow
from fieldsync.engine.letters import Failure, Letters
from fieldsync.engine.operations import Job, OperationBook, count
from fieldsync.engine.outcomes import store_outcomes
from fieldsync.engine.pace import Pace
from fieldsync.engine.rights import RightsChanged
from fieldsync.engine.send import LATER, Outcome, Sender
from fieldsync.errors import BrokenItem
from fieldsync.ids import new_id
from fieldsync.ports import load_of
from fieldsync.sides.faults import ItemGone, ItemLocked, SideError, VersionMismatch

TRIES = 3
BATCH = 100
BATCH_SECONDS = 0.5
AHEAD = 50
"""Bodies of new items that are written before the first of them is sent."""
RECORD_BATCH = 200
LOCK_SECONDS = 0.2
WRITTEN_AGAIN = "An end changed meanwhile; what is written after that is an operation of its own."
NOT_SENT = "The run ended before this was sent; the next run plans it anew."


@dataclass(slots=True)
class Applier:
    """Applies the jobs of one kind. ``clean`` turns False when the next run must look at something again."""

    sender: Sender
    journal: Journal
    book: OperationBook
    row: PhaseRow
    letters: Letters
    still_obeyed: Callable[[], Awaitable[bool]]
    clean: bool = True
    _pace: Pace = field(default_factory=Pace)
    _writing: set[int] = field(default_factory=set)
    _pending: list[Outcome] = field(default_factory=list)
    _flushed: float = field(default_factory=time.monotonic)
    _queue: deque[Job] = field(default_factory=deque)

    async def run(self, jobs: Sequence[Job]) -> None:
        """Carry out all jobs; raises ``SideError`` when the server is lost, LeaseLost, RunCancelled, RightsChanged."""
        creations = [job for job in jobs if isinstance(job.step, CreateRecord)]
        for start in range(0, len(creations), RECORD_BATCH):
            await self._create_records(creations[start : start + RECORD_BATCH])
        making = [job for job in jobs if isinstance(job.step, CreateItem)]
        together = load_of(self.sender.side).together
        if making and together > 1:
            # They travel in few requests: whoever waits for one costs the server nothing.
            self._pace = Pace(most=2 * together, writers=2 * together)
            await self._all(making)
            self._pace, making = Pace(), []
        await self._all([*making, *(job for job in jobs if not isinstance(job.step, CreateRecord | CreateItem))])

    async def _all(self, jobs: Sequence[Job]) -> None:
        self._queue.extend(jobs)
        while self._queue:
            await self._drain()
            await self._flush()

    async def _drain(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                self._join(group)
        except ExceptionGroup as failures:
            failure = failures.exceptions[0]
        else:
            return
        # What was written is stored as such; what was not sent is left to the next run.
        while self._queue:
            job = self._queue.popleft()
            if not job.tries:
                self._pending.append(Outcome(job, lambda _: True, OperationState.SKIPPED, NOT_SENT))
        await self._flush(stoppable=False)
        raise failure

    def _join(self, group: asyncio.TaskGroup) -> None:
        """As many writers as the pace allows and the queue can use."""
        for number in range(min(self._pace.writers, len(self._queue) + len(self._writing))):
            if number not in self._writing:
                self._writing.add(number)
                group.create_task(self._work(number, group))

    async def _work(self, number: int, group: asyncio.TaskGroup) -> None:
        try:
            while number < self._pace.writers and self._queue:
                refusals = load_of(self.sender.side).refusals
                outcome = await self._carry_out(self._next())
                if load_of(self.sender.side).refusals > refusals:
                    self._pace.refused()
                self._pace.done(time.monotonic())
                if len(self._writing) < self._pace.writers:
                    self._join(group)
                if outcome is not None:
                    self._pending.append(outcome)
                if len(self._pending) >= BATCH or time.monotonic() - self._flushed > BATCH_SECONDS:
                    await self._flush()
        finally:
            self._writing.discard(number)

    def _next(self) -> Job:
        job = self._queue.popleft()
        if not self.sender.is_ready(job):
            self.sender.prepare([job, *islice(self._queue, AHEAD - 1)])
        return job

    async def _carry_out(self, job: Job) -> Outcome | None:
        """The outcome of a job, or None if it went back into the queue."""
        try:
            if job.moved:
                outcome = await self.sender.decide_anew(job)
                if outcome is not None:
                    return outcome
                await self._record_anew(job)
            return await self.sender.send(job)
        except VersionMismatch as error:
            job.tries += 1
            if job.tries >= TRIES:
                return self._failed(job, error)
            job.moved = True
            self._queue.append(job)
            return None
        except ItemLocked as error:
            return await self._wait_for_lock(job, error)
        except ItemGone:
            return self.sender.given_up(job)
        except BrokenItem as error:
            return self._failed(job, error)
        except SideError as error:
            if error.whole_run:
                raise
            return self._failed(job, error)

    async def _wait_for_lock(self, job: Job, error: ItemLocked) -> Outcome | None:
        """Some servers lock the whole collection for a write (Xandikos answers 423): go on with fewer writers."""
        if self._pace.writers == 1:
            job.tries += 1
            if job.tries >= TRIES:
                return self._failed(job, error)
            await asyncio.sleep(LOCK_SECONDS)
        self._pace.refused()
        self._queue.append(job)
        return None

    async def _record_anew(self, job: Job) -> None:
        """A job decided anew may write more than was recorded, or something else: record that first."""
        set_aside = self._set_aside(job)
        rows = self.book.rows(job, OperationState.INTENDED, self.sender.bodies)
        now = self.journal.clock.now()
        entries = self.sender.entries.intended(job, self.sender.setup.codec, self.sender.bodies, now)
        problems, lost = self.sender.notes.take(job.step, now)
        for problem in problems:
            self.journal.problem(problem)
        if rows or lost or entries:

            def unit(connection: Connection) -> None:
                set_aside(connection)
                run_rows.insert_operations(connection, rows)
                run_rows.insert_lost(connection, lost)
                journal_entries.replace(connection, entries)

            await self.journal.write(unit)

    def _set_aside(self, job: Job) -> Callable[[Connection], None]:
        """Close the operation of an item that is to be written again: what is sent each time stays on record."""
        step = job.step
        if not (isinstance(step, Reconcile) and step.to_outlook and OperationAction.UPDATE_ITEM in job.operations):
            return lambda _: None
        operation, arrived = job.operations.pop(OperationAction.UPDATE_ITEM), OperationAction.UPDATE_ITEM in job.done
        job.done.discard(OperationAction.UPDATE_ITEM)
        link = step.link if arrived else None
        state = OperationState.APPLIED if link else OperationState.SKIPPED

        def store(connection: Connection) -> None:
            run_rows.close_operations(connection, [(operation, state, WRITTEN_AGAIN, job.link_id)])
            if not arrived:
                journal_entries.strike_out(connection, [operation])
            if link:
                link_rows.save_seen(connection, [replace(link, item_version=NO_VERSION)])

        return store

    def _failed(self, job: Job, error: SideError | BrokenItem) -> Outcome:
        remedy = error.remedy if isinstance(error, SideError) else "Mend the item in the mailbox; it is tried again."
        self.journal.problem(
            Problem(error.code.value, str(error), remedy, side=Side.OUTLOOK.value, subject=job.subject)
        )
        about = key_of(job.step)
        if about is None:
            return Outcome(job, lambda _: True, OperationState.FAILED, str(error))
        failure = Failure(*about, job.subject, error.code.value, str(error), remedy)
        now = self.journal.clock.now()

        def put_by(connection: Connection) -> bool:
            self.letters.failed(connection, failure, now)
            return True

        return Outcome(job, put_by, OperationState.FAILED, str(error))

    async def _create_records(self, jobs: Sequence[Job]) -> None:
        if not jobs:
            return
        mailbox, setup, now = self.sender.mailbox, self.sender.setup, self.journal.clock.now()
        made = [(job, job.step, new_id()) for job in jobs if isinstance(job.step, CreateRecord)]

        def store(connection: Connection) -> list[Reconcile]:
            if taken := self._taken(connection, made):
                raise _MadeMeanwhile(taken)
            records = [(record_id, step.values) for _, step, record_id in made]
            uids = [step.item.traits.uid for _, step, _ in made]
            versions = record_rows.insert_many(connection, setup.kind, mailbox.principal_id, records, now, uids)
            links: list[LinkState] = []
            following: list[Reconcile] = []
            for (job, step, record_id), version in zip(made, versions, strict=True):
                record = RecordState(record_id, version, step.values)
                links.append(self.sender.new_link(job, *_as_seen(step, record), written=set(range(len(step.values)))))
                if step.follows:
                    following.append(plan_following(links[-1], record, step))
            link_rows.insert_links(connection, mailbox.id, setup.kind, links)
            ended = note_arrivals(connection, mailbox.id, self.sender.scope, [link.record_id for link in links])
            for link in links:
                if link.record_id in ended:
                    link_rows.unlink(connection, link.id, OUT_OF_SCOPE)
            journal_entries.insert_many(connection, self._made(made, links, now))
            closed = [(op, OperationState.APPLIED, None, job.link_id) for job in jobs for op in job.operations.values()]
            run_rows.close_operations(connection, closed)
            dead_letters.remove(connection, [letter for job in jobs if (letter := self.letters.over(job.step))])
            return [step for step in following if step.record.id not in ended]

        try:
            following = await self.journal.write(store)
        except _MadeMeanwhile as others:
            self._pending.extend(
                Outcome(job, lambda _: True, OperationState.SKIPPED, LATER)
                for job in jobs
                if job.link_id in others.links
            )
            await self._flush()
            await self._create_records([job for job in jobs if job.link_id not in others.links])
            return
        self.journal.counts.created_in_crm += len(jobs)
        self.row.done += len(jobs)
        self.journal.progress(self.row)
        for step in following:
            job = self.book.job(step)
            self.row.total = (self.row.total or 0) + 1
            await self._record_anew(job)
            self._queue.append(job)

    def _taken(self, connection: Connection, made: Sequence[tuple[Job, CreateRecord, str]]) -> set[str]:
        """The jobs, by link, whose meeting another mailbox brought in since this one looked: it is one meeting."""
        uids = {step.item.traits.uid: job.link_id for job, step, _ in made if step.item.traits.uid}
        return {uids[uid] for uid in newcomers.brought_in(connection, self.sender.setup.kind, uids)}

    def _made(
        self, made: Sequence[tuple[Job, CreateRecord, str]], links: Sequence[LinkState], now: datetime
    ) -> list[Row]:
        entries = self.sender.entries
        return [
            entries.of(
                job,
                OperationAction.CREATE_RECORD,
                Made(self._crm_of(link, step), str(link.record_version)),
                now,
                record_id=record_id,
            )
            for (job, step, record_id), link in zip(made, links, strict=True)
        ]

    def _crm_of(self, link: LinkState, step: CreateRecord) -> bytes:
        """What the new record holds, with what counts as unseen only until Outlook has it."""
        return replaced(link.crm_seen, self.sender.digests.baseline(step.values), step.gains)

    async def _flush(self, *, stoppable: bool = True) -> None:
        """Store the outcomes so far; jobs whose record moved meanwhile go back into the queue."""
        batch, self._pending = self._pending, []
        self._flushed = time.monotonic()
        if not batch:
            return
        batch = [self._settled(outcome) for outcome in batch]
        for outcome in batch:
            self._tally(outcome, +1)
        self.journal.progress(self.row)

        stale = await self.journal.write(
            lambda connection: store_outcomes(connection, batch, self.sender, self.letters), stoppable=stoppable
        )
        if stoppable and not await self.still_obeyed():
            raise RightsChanged(RightsChanged.__doc__)
        for outcome in stale:
            self._tally(outcome, -1)
            outcome.job.tries += 1
            if outcome.job.tries < TRIES:
                outcome.job.moved = True
                self._queue.append(outcome.job)
            else:
                self.clean = False
                self.journal.counts.skipped += 1

    def _settled(self, outcome: Outcome) -> Outcome:
        try:
            self.sender.settle(outcome)
        except BrokenItem as error:
            return self._failed(outcome.job, error)
        return outcome

    def _tally(self, outcome: Outcome, by: int) -> None:
        self.row.done += by
        match outcome.state:
            case OperationState.APPLIED:
                for action in outcome.job.carried_out:
                    count(self.journal.counts, action, by)
            case OperationState.FAILED:
                # A dead letter remembers it: the cursors may move on.
                self.journal.counts.failed += by
            case _:
                self.clean = False
                self.journal.counts.skipped += by


class _MadeMeanwhile(Exception):
    """Some of these records are there by now; ``links`` are those of their jobs."""

    def __init__(self, links: set[str]) -> None:
        self.links = links


def _as_seen(step: CreateRecord, record: RecordState) -> tuple[RecordState, ItemState]:
    """The new record and the item as their link remembers them.

    What Outlook has yet to give up, or to get, counts as not seen, so that the next run does it, should this one die.
    """
    if not step.follows:
        return record, step.item
    values, held = list(step.item.values), list(record.values)
    for note in step.gives_up:
        values[note.position] = ("",) * len(values[note.position])
    for position in step.gains:
        held[position] = ("",) * len(held[position])
    return replace(record, values=tuple(held)), replace(step.item, version=NO_VERSION, values=tuple(values))
