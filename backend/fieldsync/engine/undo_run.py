"""A run that undoes: it looks at what the journal tells and at both sides, and writes back what nobody changed since.

It saves no cursors: the next run goes on from where the last one ended, and finds the links as this one left them.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count as count_from

from sqlalchemy.engine import Connection

from fieldsync.clock import Clock
from fieldsync.core.detect import Digests
from fieldsync.core.runs import Phase, Problem
from fieldsync.core.undo import Entry, Obstacle, ObstacleKind
from fieldsync.core.undo_scope import UndoScope
from fieldsync.core.values import Side
from fieldsync.db.database import Database
from fieldsync.db.repo.runs import InForce, MailboxAccess, RunOrder
from fieldsync.engine.entries import Entries
from fieldsync.engine.journal import Journal, PhaseRow
from fieldsync.engine.kinds import KindSetup, setup
from fieldsync.engine.lost import NoteTaker
from fieldsync.engine.operations import count
from fieldsync.engine.rights import RightsChanged, still_obeyed
from fieldsync.engine.stores import Stores
from fieldsync.engine.undo import PairPlan, UndoLook, UndoPlan
from fieldsync.engine.undo_write import Undo, UndoWriter
from fieldsync.errors import BrokenItem
from fieldsync.security.secrets import SecretBox
from fieldsync.sides.faults import ItemGone, ItemLocked, SideError, VersionMismatch

CHUNK = 25
TRIES = 3
LOCK_SECONDS = 0.2
GIVEN_UP = "It changed again and again while it was to be undone; it stays as it is."
_REMEDIES = {
    ObstacleKind.CHANGED_SINCE: "It stays as it is. Undo it with force, or put single values back by hand.",
    ObstacleKind.NOT_PERMITTED: "Ask an administrator for the right, or have somebody undo it who has it.",
    ObstacleKind.GONE: "Undo its deletion first, if that is in the journal.",
    ObstacleKind.OUT_OF_REACH: "Undo it from the mailbox of the record's owner, or edit the record.",
    ObstacleKind.LINKED_ELSEWHERE: "Delete or unlink the other one first.",
}


@dataclass(slots=True)
class UndoRun:
    """The work of one run that undoes, once its mailbox is claimed."""

    database: Database
    box: SecretBox
    clock: Clock
    digests: Digests
    order: RunOrder
    mailbox: MailboxAccess
    in_force: InForce
    stores: Stores
    journal: Journal
    scope: UndoScope
    _ordinals: Iterator[int] = field(default_factory=lambda: count_from(1))

    async def execute(self) -> None:
        """Undo to the end; raises what ends a run."""
        look = UndoLook(self.database, self.mailbox, self.in_force, self.box, self.digests, self.scope)
        for kind in self.order.kinds:
            if self.stores.has(kind):
                await self._kind(look, setup(kind, self.mailbox.time_zone))

    async def _kind(self, look: UndoLook, kind_setup: KindSetup) -> None:
        kind, journal, now = kind_setup.kind, self.journal, self.clock.now()
        entries = await self.database.read(
            lambda connection: look.entries(connection, kind_setup, now, but_run=self.order.id)
        )
        if not entries:
            return
        with journal.phase(Phase.GATHER, kind) as row:
            plan = await look.plan(kind_setup, self.stores.side(kind), entries, now)
            row.done = row.total = len(entries)
        await journal.write()
        with journal.phase(Phase.DECIDE, kind) as row:
            pairs = [pair for pair in plan.pairs if pair.acts]
            row.done = row.total = len(plan.pairs)
            journal.counts.unchanged += sum(not pair.acts and not _obstacles(pair) for pair in plan.pairs)
            for pair in plan.pairs:
                self._report(pair, kind_setup)
        with journal.phase(Phase.APPLY, kind) as row:
            row.total = len(pairs)
            await self._apply(look, plan, pairs, row)

    async def _apply(self, look: UndoLook, plan: UndoPlan, pairs: Sequence[PairPlan], row: PhaseRow) -> None:
        writer = self._writer(plan)
        waiting = [(pair, 1) for pair in pairs]
        while waiting:
            chunk, waiting = waiting[:CHUNK], waiting[CHUNK:]
            undos = [Undo(pair) for pair, _ in chunk]
            again = await self._chunk(writer, undos, row)
            if not await self.database.read(
                lambda connection: still_obeyed(connection, self.mailbox, plan.setup, self.in_force, plan.held)
            ):
                raise RightsChanged(RightsChanged.__doc__)
            if not again:
                continue
            tried = {id(pair): tries for pair, tries in chunk}
            for pair in again:
                if tried[id(pair)] >= TRIES:
                    self._give_up(pair, plan.setup)
                    continue
                looked = await look.plan(plan.setup, writer.side, _entries_of(pair), self.clock.now())
                for one in looked.pairs:
                    self._report(one, plan.setup)
                waiting.extend((one, tried[id(pair)] + 1) for one in looked.pairs if one.acts)

    def _writer(self, plan: UndoPlan) -> UndoWriter:
        kind, settings = plan.setup.kind, plan.held.settings
        return UndoWriter(
            run_id=self.order.id,
            mailbox_id=self.mailbox.id,
            plan=plan,
            side=self.stores.side(kind),
            digests=self.digests,
            clock=self.clock,
            ordinals=self._ordinals,
            entries=Entries(
                self.order.id,
                self.mailbox.id,
                kind,
                plan.setup.fields,
                self.box,
                timedelta(days=settings.journal_days),
                timedelta(days=settings.quarantine_days),
            ),
            notes=NoteTaker(
                self.order.id, self.mailbox.id, plan.setup, self.box, timedelta(days=settings.history_days)
            ),
        )

    async def _chunk(self, writer: UndoWriter, undos: Sequence[Undo], row: PhaseRow) -> list[PairPlan]:
        """Undo these pairs; those that moved meanwhile, to be looked at again."""

        def before(connection: Connection) -> None:
            for undo in undos:
                writer.prepare(connection, undo)

        await self.journal.write(before)
        lost: SideError | None = None
        over = list(undos)
        for undo in undos:
            try:
                await self._send(writer, undo)
            except (VersionMismatch, ItemGone):
                pass  # nothing was sent: an end moved
            except SideError as error:
                if error.whole_run:
                    # Nobody knows what became of it: it stays INTENDED, and the next run asks the server.
                    lost = error
                    over.remove(undo)
                    break
                self._failed(undo, str(error), error.remedy)
            except BrokenItem as error:
                self._failed(undo, str(error), "Mend the item in the mailbox.")

        def after(connection: Connection) -> list[Undo]:
            return [undo for undo in over if not writer.finish(connection, undo)]

        again = await self.journal.write(after, stoppable=lost is None)
        for undo in over:
            self._tally(undo, again, row)
        self.journal.progress(row)
        if lost is not None:
            raise lost
        return [undo.pair for undo in again]

    async def _send(self, writer: UndoWriter, undo: Undo) -> None:
        for attempt in range(TRIES):
            try:
                await writer.send(undo)
            except ItemLocked:
                if attempt == TRIES - 1:
                    raise
                await asyncio.sleep(LOCK_SECONDS)
            else:
                return

    def _tally(self, undo: Undo, again: Sequence[Undo], row: PhaseRow) -> None:
        row.done += 1
        if undo.failed is not None:
            self.journal.counts.failed += 1
        for side in undo.operations:
            sent = undo.sent if side is Side.OUTLOOK else undo.failed is None and undo not in again
            if sent:
                count(self.journal.counts, undo.action(side))

    def _failed(self, undo: Undo, message: str, remedy: str) -> None:
        undo.failed = message
        plan = next(iter(undo.pair.plans.values()))
        self.journal.problem(Problem("FAILED", message, remedy, side=Side.OUTLOOK.value, subject=plan.end.subject))

    def _give_up(self, pair: PairPlan, kind_setup: KindSetup) -> None:
        for plan in pair.plans.values():
            self._tell(
                Obstacle(ObstacleKind.CHANGED_SINCE, GIVEN_UP), plan.end.side, plan.end.subject, None, kind_setup
            )

    def _report(self, pair: PairPlan, kind_setup: KindSetup) -> None:
        for plan in pair.plans.values():
            end = plan.end
            if plan.obstacle is not None:
                self._tell(plan.obstacle, end.side, end.subject, end.record_id, kind_setup)
            for one in plan.fields:
                if one.obstacle is not None:
                    self._tell(one.obstacle, end.side, end.subject, end.record_id, kind_setup, one.position)

    def _tell(
        self,
        obstacle: Obstacle,
        side: Side,
        subject: str,
        record_id: str | None,
        kind_setup: KindSetup,
        position: int | None = None,
    ) -> None:
        about = None if position is None else kind_setup.fields[position]
        label = f"{about.outlook_label}: " if about else ""
        self.journal.counts.skipped += 1
        self.journal.problem(
            Problem(
                obstacle.kind.value,
                f"{label}{obstacle.because}",
                _REMEDIES[obstacle.kind],
                side=side.value,
                subject=subject,
                field_id=about.id if about else None,
                record_id=record_id,
            )
        )


def _obstacles(pair: PairPlan) -> int:
    return sum(plan.obstacles for plan in pair.plans.values())


def _entries_of(pair: PairPlan) -> list[Entry]:
    entries: Iterable[Entry] = (entry for plan in pair.plans.values() for entry in plan.end.entries)
    return sorted(entries, key=lambda entry: entry.id)
