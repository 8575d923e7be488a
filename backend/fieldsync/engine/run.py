"""One run: claim, recover, then gather, decide and apply for each kind, and the cursors last."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count as count_from
from typing import Any

from sqlalchemy.engine import Connection

from fieldsync.clock import Clock
from fieldsync.core.detect import Digests
from fieldsync.core.picture import Plan, plan_steps
from fieldsync.core.runs import OperationState, Phase, RunMode
from fieldsync.core.undo_scope import UndoScope
from fieldsync.db.database import Database
from fieldsync.db.dialect import after_bulk_load
from fieldsync.db.repo import journal_entries
from fieldsync.db.repo import links as link_rows
from fieldsync.db.repo import records as record_rows
from fieldsync.db.repo import runs as run_rows
from fieldsync.db.repo.runs import InForce, Intended, MailboxAccess, RunOrder
from fieldsync.db.repo.scopes import settle_arrivals
from fieldsync.engine.apply import Applier
from fieldsync.engine.entries import Entries, doomed
from fieldsync.engine.gather import Gathered, Place, gather
from fieldsync.engine.held import HeldList
from fieldsync.engine.inbox import Inbox, decided
from fieldsync.engine.journal import Journal, LeaseLost, cancelling
from fieldsync.engine.kinds import KindSetup, setup
from fieldsync.engine.letters import Letters
from fieldsync.engine.lost import NoteTaker
from fieldsync.engine.operations import Job, OperationBook, count
from fieldsync.engine.patience import Reads
from fieldsync.engine.post import Post
from fieldsync.engine.recover import recover
from fieldsync.engine.report import report
from fieldsync.engine.reviews import Reviews
from fieldsync.engine.rights import Obeyed, RightsChanged, obeyed, still_obeyed, widened
from fieldsync.engine.send import Sender
from fieldsync.engine.stores import Stores
from fieldsync.logs import Log
from fieldsync.security.secrets import SecretBox

BEAT_SECONDS = 8.0
BULK = 500
TRIES = 3
COMPARE_EVERY = timedelta(days=1)
log = Log()


@dataclass(slots=True)
class MailboxRun:
    """The work of one run, once its mailbox is claimed. Raises what ends it; the runner stores that."""

    database: Database
    box: SecretBox
    clock: Clock
    digests: Digests
    order: RunOrder
    mailbox: MailboxAccess
    in_force: InForce
    left_open: Sequence[Intended]
    stores: Stores
    journal: Journal
    reads: Reads
    _ordinals: Iterator[int] = field(default_factory=lambda: count_from(1))

    @property
    def compares(self) -> bool:
        """Whether this run looks at all there is, as one does every day."""
        last = self.mailbox.compared_at
        return self.order.undoes is None and last is not None and self.clock.now() - last >= COMPARE_EVERY

    async def execute(self) -> None:
        """Run to the end; cursors are saved only if everything up to them has an outcome."""
        self.journal.requests = lambda: self.stores.requests
        async with self._heartbeat():
            if self.left_open and self.order.mode is RunMode.APPLY:
                await recover(self.left_open, self.stores, self.mailbox, self.digests, self.journal, self.box)
            if self.order.undoes is not None:
                await self._undo(UndoScope.of(self.order.undoes))
                return
            for kind in self.order.kinds:
                if self.stores.has(kind):
                    await self._kind(setup(kind, self.mailbox.time_zone))

    async def _undo(self, scope: UndoScope) -> None:
        # Loaded by the few runs that need it, as what verifies.
        from fieldsync.engine.undo_run import UndoRun

        await UndoRun(
            database=self.database,
            box=self.box,
            clock=self.clock,
            digests=self.digests,
            order=self.order,
            mailbox=self.mailbox,
            in_force=self.in_force,
            stores=self.stores,
            journal=self.journal,
            scope=scope,
        ).execute()

    @asynccontextmanager
    async def _heartbeat(self) -> AsyncIterator[None]:
        task = asyncio.current_task()

        async def beat() -> None:
            async with self.journal.bell.listen(cancelling(self.order.id)) as listener:
                while True:
                    await listener.wait(BEAT_SECONDS)
                    try:
                        if await self.journal.beat():
                            self.reads.give_up()
                    except LeaseLost:
                        log.warning("lease lost", run=self.order.id, mailbox=self.mailbox.id)
                        if task:
                            task.cancel()
                        return

        beating = asyncio.create_task(beat())
        try:
            yield
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating

    async def _kind(self, kind_setup: KindSetup) -> None:
        kind, journal = kind_setup.kind, self.journal
        if self.order.mode is RunMode.VERIFY:
            await self._verify(kind_setup)
            return
        preview = self.order.mode is RunMode.PREVIEW
        with journal.phase(Phase.GATHER, kind) as row:
            letters = await self.database.read(
                lambda c: Letters.load(c, self.mailbox.id, kind, at_once=self.order.started_by is not None)
            )
            reviews = await self.database.read(lambda c: Reviews.load(c, self.mailbox.id, kind_setup))
            held, gathered = await self._gather(kind_setup, letters, reviews)
            journal.counts.records_changed += gathered.records_changed
            journal.counts.items_changed += gathered.items_changed
            journal.counts.skipped += len(gathered.problems)
            row.done = row.total = gathered.records_changed + gathered.items_changed
            for problem in (*held.problems, *gathered.problems):
                journal.problem(problem)
        now = self.clock.now()
        if not gathered.quiet or any(letters.due(now)):
            await journal.write(
                None
                if preview
                else lambda connection: letters.looked(connection, gathered.picture, gathered.broken, now)
            )
        inbox = Inbox(self.order.id, self.mailbox.id, kind_setup, self.box)
        waiting = await inbox.waiting(self.database, gathered.picture.links)
        holds = await self.database.read(lambda c: HeldList.load(c, self.mailbox.id, kind))
        with journal.phase(Phase.DECIDE, kind) as row:
            plan = plan_steps(
                replace(gathered.picture, waiting=waiting, decisions=reviews.decisions),
                held.rules,
                kind_setup.identity,
                self.digests,
                holds.release(everything=self.order.release_held),
            )
            plan.steps, resting = letters.sift(plan.steps, self.clock.now())
            journal.counts.skipped += resting
            row.done = row.total = len(plan.steps) + len(plan.held)
            report(plan, journal, kind_setup, held.rules)
        with journal.phase(Phase.APPLY, kind) as row:
            post = Post(kind_setup, held.rules, gathered.backfill)
            book = OperationBook(self.order.id, self.mailbox, kind_setup, self.digests, self._ordinals, post)
            history = timedelta(days=held.settings.history_days)
            notes = NoteTaker(self.order.id, self.mailbox.id, kind_setup, self.box, history)
            entries = Entries(
                self.order.id,
                self.mailbox.id,
                kind,
                kind_setup.fields,
                self.box,
                timedelta(days=held.settings.journal_days),
                timedelta(days=held.settings.quarantine_days),
            )
            bodies = dict(gathered.bodies)
            if not preview:
                bodies |= await doomed([*plan.steps, *holds.news(plan)], bodies, self.stores.side(kind))
            jobs = await self._record(plan, book, notes, entries, bodies, holds)
            asked = reviews.changes(gathered.picture, plan.unsure, now)
            if asked is not None and not preview:
                await journal.write(asked.store)
            if gathered.parted and not preview:
                await journal.write(lambda c: link_rows.readdress(c, gathered.parted))
            row.total = len(jobs)
            if preview:
                return
            sender = Sender(
                database=self.database,
                side=self.stores.side(kind),
                mailbox=self.mailbox,
                setup=kind_setup,
                scope=held.scope,
                rules=held.rules,
                digests=self.digests,
                clock=self.clock,
                notes=notes,
                inbox=inbox,
                waiting=waiting,
                sent=gathered.picture.sent,
                entries=entries,
                bodies=bodies,
                post=post,
            )
            applier = Applier(
                sender=sender,
                journal=journal,
                book=book,
                row=row,
                letters=letters,
                still_obeyed=lambda: self._still_obeyed(kind_setup, held),
            )
            await applier.run(jobs)
            clean = applier.clean and not plan.held
            await self._save_cursors(held, gathered, clean=clean)
            if len(jobs) >= BULK:
                await journal.write(after_bulk_load, stoppable=False)

    async def _gather(self, kind_setup: KindSetup, letters: Letters, reviews: Reviews) -> tuple[Obeyed, Gathered]:
        """What both sides hold, read under rights that still hold once it is read; raises RightsChanged."""
        for _ in range(TRIES):
            held, ended = await self.database.read(lambda connection: self._basis(connection, kind_setup))
            records, hrefs = letters.due(self.clock.now())
            again = (records | ended | reviews.records, hrefs | reviews.hrefs)
            place = Place(self.stores.side(kind_setup.kind), self.stores.siblings(kind_setup.kind))
            gathered = await gather(
                self.database,
                place,
                self.mailbox,
                kind_setup,
                held,
                again,
                retried=records,
                compare=self.compares,
            )
            if gathered.quiet:
                return held, gathered
            if await self._still_obeyed(kind_setup, held):
                return await self._widened(kind_setup, held, gathered), gathered
        raise RightsChanged(RightsChanged.__doc__)

    async def _widened(self, kind_setup: KindSetup, held: Obeyed, gathered: Gathered) -> Obeyed:
        records = gathered.picture.records.values()
        if all(record.traits.owner_id == self.mailbox.principal_id for record in records):
            return held
        return await self.database.read(
            lambda connection: widened(connection, self.mailbox, kind_setup, self.in_force, held, records)
        )

    def _basis(self, connection: Connection, kind_setup: KindSetup) -> tuple[Obeyed, set[str]]:
        """What is to be obeyed, and the records whose conflicts somebody decided."""
        held = obeyed(connection, self.mailbox, kind_setup, self.in_force, self.clock.now())
        return held, decided(connection, self.mailbox.id, kind_setup, held.rules)

    async def _verify(self, kind_setup: KindSetup) -> None:
        now = self.clock.now()
        held = await self.database.read(
            lambda connection: obeyed(connection, self.mailbox, kind_setup, self.in_force, now)
        )

        async def still() -> None:
            if not await self._still_obeyed(kind_setup, held):
                raise RightsChanged(RightsChanged.__doc__)

        from fieldsync.engine.verify import Verifier

        side = self.stores.side(kind_setup.kind)
        verifier = Verifier(self.database, side, self.mailbox, kind_setup, self.digests, self.journal, still)
        await verifier.run(held)

    async def _still_obeyed(self, kind_setup: KindSetup, held: Obeyed) -> bool:
        return await self.database.read(
            lambda connection: still_obeyed(connection, self.mailbox, kind_setup, self.in_force, held)
        )

    async def _record(
        self,
        plan: Plan,
        book: OperationBook,
        notes: NoteTaker,
        entries: Entries,
        bodies: Mapping[str, bytes],
        holds: HeldList,
    ) -> list[Job]:
        """Store every operation before any is sent, with the values that overwriting puts aside."""
        preview = self.order.mode is RunMode.PREVIEW
        state = OperationState.PLANNED if preview else OperationState.INTENDED
        jobs = [book.job(step, bodies) for step in plan.steps]
        rows = [row for job in jobs for row in book.rows(job, state, bodies)]
        held = holds.operations(plan, book, bodies, preview=preview)
        lost: list[dict[str, Any]] = []
        now = self.clock.now()
        for job in jobs:
            problems, kept = notes.take(job.step, now, preview=preview)
            lost.extend(kept)
            for problem in problems:
                self.journal.problem(problem)
            if preview:
                for action in job.operations:
                    count(self.journal.counts, action)
        codec = setup(entries.kind, self.mailbox.time_zone).codec
        entered = [] if preview else [row for job in jobs for row in entries.intended(job, codec, bodies, now)]
        if rows or held or lost or holds.ids:

            def unit(connection: Connection) -> None:
                run_rows.insert_operations(connection, rows + held)
                if not preview:
                    run_rows.insert_lost(connection, lost)
                    journal_entries.insert_many(connection, entered)
                    holds.store(connection, plan, held, now)

            await self.journal.write(unit)
        return jobs

    async def _save_cursors(self, held: Obeyed, gathered: Gathered, *, clean: bool) -> None:
        """Move the cursors on, if everything up to them is handled.

        The server tells of our own writes next time, when they are at the versions that their links know. Asking at
        once, to move the cursor over them, would have it list twice: that is most of what a small sync takes.
        """
        if not (clean and gathered.news):
            return
        kind, mailbox = held.scope.kind, self.mailbox

        def unit(connection: Connection) -> None:
            newest = record_rows.current_version(connection)
            since = gathered.record_cursor
            foreign = newest > since and record_rows.unhandled_since(connection, held.scope, mailbox.id, since)
            reached = since if foreign else newest
            settle_arrivals(connection, mailbox.id, held.scope)
            handled = link_rows.Handled(reached, gathered.outlook_cursor, held.digest, held.mark)
            link_rows.save_cursors(connection, mailbox.id, kind, handled)

        await self.journal.write(unit, stoppable=False)

    def finished(self) -> str:
        """What to say at the end."""
        counts = self.journal.counts
        out = counts.created_in_outlook + counts.updated_in_outlook + counts.deleted_in_outlook
        back = counts.created_in_crm + counts.updated_in_crm + counts.deleted_in_crm
        if self.order.mode is RunMode.VERIFY:
            waiting = counts.records_changed + counts.items_changed
            later = f", {waiting} changes wait for the next run" if waiting else ""
            return f"Verified: {counts.unchanged} pairs agree, {counts.different} differences{later}"
        if self.order.mode is RunMode.PREVIEW:
            return f"Preview: {out} writes to Outlook, {back} to the CRM"
        if not (out or back or counts.linked or counts.unlinked or self.journal.problems_untold):
            return "Nothing to do" if not (counts.failed or counts.held or counts.skipped) else "Nothing was written"
        return f"{out} written to Outlook, {back} to the CRM"
