"""Send: carry out one step, and say how its outcome is stored.

Nothing is stored here. A remote write happens outside any transaction; the unit in its ``Outcome`` then
stores link, versions and baselines together.
"""

from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from fieldsync.clock import Clock
from fieldsync.core.changes import Changed, Made
from fieldsync.core.conflicts import NONE_WAITING, Waiting
from fieldsync.core.detect import NOTHING_SENT, Digests, Sent, replaced
from fieldsync.core.pair import plan_pair
from fieldsync.core.plan import (
    NO_VERSION,
    RECORD_DELETED,
    CreateItem,
    CreateRecord,
    DeleteItem,
    DeleteRecord,
    Forget,
    ItemState,
    LinkState,
    Reconcile,
    RecordState,
    Rules,
    Unlink,
)
from fieldsync.core.runs import OperationAction, OperationState
from fieldsync.core.values import Side
from fieldsync.db.database import Database
from fieldsync.db.repo import links as link_rows
from fieldsync.db.repo import records as record_rows
from fieldsync.db.repo import runs as run_rows
from fieldsync.db.repo.records import Scope
from fieldsync.db.repo.runs import MailboxAccess
from fieldsync.engine.entries import Entries, Row, removed_record
from fieldsync.engine.inbox import Inbox
from fieldsync.engine.kinds import KindSetup
from fieldsync.engine.lost import NoteTaker
from fieldsync.engine.operations import Job
from fieldsync.engine.post import Post
from fieldsync.errors import BrokenItem
from fieldsync.ports import Item, RemoteSide

Store = Callable[[Connection], bool]


@dataclass(slots=True)
class Outcome:
    """What became of a job. ``store`` returns False if the record moved meanwhile: then nothing was stored.

    ``entries`` are journal entries to be stored with it; ``store`` may add some. ``made`` is an item that was made, and
    ``link`` its link once that is ``Sender.settle``d: many are at once.
    """

    job: Job
    store: Store
    state: OperationState = OperationState.APPLIED
    message: str | None = None
    entries: list[Row] = field(default_factory=list)
    made: Item | None = None
    link: LinkState | None = None


@dataclass(slots=True)
class Sender:
    """Carries out the steps of one kind against one mailbox; ``bodies`` are the items' bodies by href.

    ``waiting`` are the conflicts of these pairs that a person decides, ``sent`` is what earlier runs wrote on items
    without hearing of it, by record.
    """

    database: Database
    side: RemoteSide
    mailbox: MailboxAccess
    setup: KindSetup
    scope: Scope
    rules: Rules
    digests: Digests
    clock: Clock
    notes: NoteTaker
    inbox: Inbox
    entries: Entries
    waiting: Mapping[str, Mapping[int, Waiting]]
    sent: Mapping[str, Sent]
    bodies: dict[str, bytes]
    post: Post
    _ready: dict[str, bytes] = field(default_factory=dict)

    async def send(self, job: Job) -> Outcome:
        """Carry out a job; raises ``SideError`` or BrokenItem."""
        match job.step:
            case CreateItem() as step:
                return await self._create_item(job, step)
            case Reconcile() as step:
                return await self._reconcile(job, step)
            case DeleteItem(link, _, leaves):
                await self.side.delete(link.href, job.step.version)
                if leaves is not None:
                    return Outcome(job, _always(link_rows.unlink, link.id, leaves))
                return Outcome(job, _always(link_rows.remove_link, link.id))
            case DeleteRecord(link, record):
                outcome = Outcome(job, _nothing)
                outcome.store = self._delete_record(outcome, link, record)
                return outcome
            case Unlink(link, reason):
                return Outcome(job, _always(link_rows.unlink, link.id, reason, link.href))
            case Forget(link):
                return Outcome(job, _always(link_rows.remove_link, link.id))
            case CreateRecord():
                raise AssertionError("records are created in batches")

    async def decide_anew(self, job: Job) -> Outcome | None:
        """Plan a job again from what both ends hold now; an outcome if there is nothing left to send."""
        job.moved = False
        step = job.step
        if isinstance(step, DeleteItem):
            return await self._delete_anew(job, step)
        if isinstance(step, CreateItem):
            return await self._create_anew(job, step.record)
        if not isinstance(step, Reconcile):
            return Outcome(job, _nothing, OperationState.SKIPPED, LATER)
        fetched = await self.side.fetch([step.item.href])
        records = await self.database.read(lambda c: record_rows.fetch(c, self.scope, [step.record.id]))
        if not fetched or not records or not self.setup.codec.holds(fetched[0].body):
            return self.given_up(job)
        item = self._item(fetched[0])
        self.bodies[item.href] = fetched[0].body
        # The answer to what this job sent may have been lost, or come twice: that is no edit of somebody else.
        sent = self.sent.get(step.record.id, NOTHING_SENT)
        written = {n: digests | sent.written.get(n, set()) for n, digests in job.sent.items()}
        sent = replace(sent, written={**sent.written, **written})
        waiting = self.waiting.get(step.link.id, NONE_WAITING) if step.link else NONE_WAITING
        job.step = plan_pair(step.link, records[step.record.id], item, self.rules, self.digests, waiting, sent)
        return None

    def given_up(self, job: Job) -> Outcome:
        """The outcome of a job whose ends went away.

        What it wrote before that is no edit of somebody else; all the rest of the item is yet to be looked at.
        """
        store: Store = _nothing
        if isinstance(job.step, Reconcile) and job.step.link and OperationAction.UPDATE_ITEM in job.done:
            store = _always(link_rows.save_seen, [replace(job.step.link, item_version=NO_VERSION)])
        return Outcome(job, store, OperationState.SKIPPED, LATER)

    async def _delete_anew(self, job: Job, step: DeleteItem) -> Outcome | None:
        """An item that was edited a moment before it was to be deleted: stays, or goes all the same."""
        if step.leaves is not None:
            return Outcome(job, _nothing, OperationState.SKIPPED, LATER)
        if self.rules.edit_wins:
            message = "The item was edited after its record was deleted; it stays and is no longer followed."
            unlinked = _always(link_rows.unlink, step.link.id, RECORD_DELETED)
            return Outcome(job, unlinked, OperationState.SKIPPED, message)
        fetched = await self.side.fetch([step.link.href])
        if not fetched:
            return Outcome(job, _nothing, OperationState.SKIPPED, LATER)
        self.bodies[step.link.href] = fetched[0].body
        job.step = replace(step, expect=fetched[0].version)
        return None

    async def _create_anew(self, job: Job, record: RecordState) -> Outcome:
        """An item that is there already, made by a try that nobody heard of.

        The next run recognizes it. One that somebody broke meanwhile is followed from now on, so that it is looked at
        again when it is mended.
        """
        fetched = await self.side.fetch([self.side.address(job.item_key)])
        if not fetched or self._can_be_read(fetched[0]):
            return Outcome(job, _nothing, OperationState.SKIPPED, LATER)
        crm, outlook = job.seen
        uid, href = record.traits.uid or job.item_key, fetched[0].href
        link = LinkState(job.link_id, record.id, href, record.version, NO_VERSION, crm, outlook, uid=uid)
        entry = self.entries.of(job, OperationAction.CREATE_ITEM, Made(outlook), self.clock.now(), href=href)
        return Outcome(job, _nothing, entries=[entry], link=link)

    def new_link(
        self,
        job: Job,
        record: RecordState,
        item: ItemState,
        before: LinkState | None = None,
        pending: frozenset[int] = frozenset(),
        written: Set[int] = frozenset(),
    ) -> LinkState:
        """The link of a record and an item as they are now.

        What is withheld was not seen: its digest stays the one from before, so that a value which can be read one day
        is noticed then; but for what was just ``written`` in the CRM, which is known. What waits for a person
        (``pending``) counts as not seen on either side.
        """
        crm = job.seen[0] or self.digests.baseline(record.values)
        outlook = self.digests.baseline(item.values)
        unseen = (self.rules.of(record.id).withheld - written) | pending
        if unseen:
            crm = replaced(crm, (before.crm_seen if before else b"").ljust(len(crm), b"\x00"), unseen)
        if pending:
            outlook = replaced(outlook, (before.outlook_seen if before else b"").ljust(len(outlook), b"\x00"), pending)
        uid = item.traits.uid or (before.uid if before else "")
        return LinkState(job.link_id, record.id, item.href, record.version, item.version, crm, outlook, uid=uid)

    def is_ready(self, job: Job) -> bool:
        """False for an item to be made whose body should be written together with the next ones'."""
        return not isinstance(job.step, CreateItem) or job.link_id in self._ready

    def prepare(self, jobs: Iterable[Job]) -> None:
        """Write the bodies of items to be made ahead of their turn.

        In a row they take half of what they take one by one between two answers of a slow server, when everything has
        left the processor's caches meanwhile. The same goes for ``settle``.
        """
        for job in jobs:
            if isinstance(job.step, CreateItem) and job.link_id not in self._ready:
                # What cannot be written is told in its turn.
                with suppress(BrokenItem):
                    self._ready[job.link_id] = self._new_body(job, job.step)

    def _new_body(self, job: Job, step: CreateItem) -> bytes:
        changes = {position: value for position, value in enumerate(step.values) if any(value)}
        # A meeting that other mailboxes have keeps its UID: it is one meeting.
        return self.post.codec(step).write(None, changes, step.record.traits.uid or job.item_key)

    async def _create_item(self, job: Job, step: CreateItem) -> Outcome:
        body = self._ready.pop(job.link_id, None) or self._new_body(job, step)
        return Outcome(job, _nothing, made=await self.side.create(job.item_key, body))

    def settle(self, outcome: Outcome) -> None:
        """Link the item that was made with its record, and enter it in the journal; raises BrokenItem."""
        job, made = outcome.job, outcome.made
        if made is None or not isinstance(job.step, CreateItem):
            return
        outcome.link = self.new_link(job, job.step.record, self._item(made))
        change = Made(outcome.link.outlook_seen, made.version)
        entry = self.entries.of(job, OperationAction.CREATE_ITEM, change, self.clock.now(), href=made.href)
        outcome.entries.append(entry)

    def _can_be_read(self, item: Item) -> bool:
        try:
            self._item(item)
        except BrokenItem:
            return False
        return True

    def _item(self, item: Item) -> ItemState:
        codec = self.setup.codec
        return ItemState(item.href, item.version, codec.read(item.body), codec.traits(item.body))

    async def _reconcile(self, job: Job, step: Reconcile) -> Outcome:
        item, amended = step.item, list[Row]()
        if step.to_outlook:
            body = self.post.codec(step).write(self.bodies[item.href], step.to_outlook, job.link_id)
            if body == self.bodies[item.href]:
                # The item says it already, in its own words.
                job.step = step = replace(step, to_outlook={})
            else:
                item, amended = await self._update_item(job, step, body)
        outcome = Outcome(job, _nothing, entries=amended)
        outcome.store = self._pair(outcome, step, item, self.clock.now())
        return outcome

    async def _update_item(self, job: Job, step: Reconcile, body: bytes) -> tuple[ItemState, list[Row]]:
        for position, value in step.to_outlook.items():
            job.sent[position].add(self.digests.of(self.setup.codec.normal(position, value)))
        written = await self.side.update(step.item.href, body, step.item.version)
        item = self._item(written)
        for position in step.to_outlook:
            job.sent[position].add(self.digests.of(item.values[position]))
        self.bodies[item.href] = written.body
        amended = self._amended(job, step, item)
        job.done.add(OperationAction.UPDATE_ITEM)
        # Should the record turn out to have moved, the rest is decided anew; this part is done.
        job.step = replace(step, link=self._settled(step, item), item=item, to_outlook={}, notes=())
        return item, amended

    def _amended(self, job: Job, step: Reconcile, written: ItemState) -> list[Row]:
        """The entry of an item that was written, if the server made something else of it than was sent."""
        changed = Changed({n: (step.item.values[n], written.values[n]) for n in step.to_outlook})
        normal = self.setup.codec.normal
        if all(after == normal(n, step.to_outlook[n]) for n, (_, after) in changed.fields.items()):
            return []
        return [self.entries.of(job, OperationAction.UPDATE_ITEM, changed, self.clock.now())]

    def _settled(self, step: Reconcile, item: ItemState) -> LinkState | None:
        """The link of a pair whose item was just written, with those fields as both sides hold them now."""
        if step.link is None:
            return None
        crm, outlook = self.digests.baseline(step.record.values), self.digests.baseline(item.values)
        return replace(
            step.link,
            item_version=item.version,
            crm_seen=replaced(step.link.crm_seen, crm, frozenset(step.to_outlook)),
            outlook_seen=replaced(step.link.outlook_seen, outlook, frozenset(step.to_outlook)),
        )

    def _pair(self, outcome: Outcome, step: Reconcile, item: ItemState, now: datetime) -> Store:
        kind, mailbox_id, job = self.setup.kind, self.mailbox.id, outcome.job
        values = tuple(step.to_crm.get(n, value) for n, value in enumerate(step.record.values))
        blind = step.unseen & step.to_crm.keys()

        def store(connection: Connection) -> bool:
            version = step.record.version
            if step.to_crm:
                overwritten = record_rows.stored_values(connection, kind, step.record.id, blind) if blind else {}
                written = record_rows.write(connection, kind, step.record.id, step.to_crm, version, now)
                if written is None:
                    return False
                version = written
                # Nobody of this run may see what a withheld field held; it is kept all the same.
                kept = [
                    self.notes.put_aside(step.record.id, n, Side.CRM, old, now)
                    for n, old in overwritten.items()
                    if any(old) and old != step.to_crm[n]
                ]
                run_rows.insert_lost(connection, kept)
                before = dict(enumerate(step.record.values)) | overwritten
                changed = Changed({n: (before[n], value) for n, value in step.to_crm.items()})
                outcome.entries.append(self.entries.of(job, OperationAction.UPDATE_RECORD, changed, now))
            after = RecordState(step.record.id, version, values)
            link = self.new_link(job, after, item, step.link, step.pending, step.to_crm.keys())
            if step.asked or step.closed:
                self.inbox.store(connection, job.link_id, step, now)
            if step.link is None:
                link_rows.insert_links(connection, mailbox_id, kind, [link])
            else:
                link_rows.save_seen(connection, [link])
            return True

        return store

    def _delete_record(self, outcome: Outcome, link: LinkState, record: RecordState) -> Store:
        kind, now = self.setup.kind, self.clock.now()

        def store(connection: Connection) -> bool:
            removed = removed_record(connection, kind, record.id)
            outcome.entries.append(self.entries.of(outcome.job, OperationAction.DELETE_RECORD, removed, now))
            if not record_rows.remove(connection, kind, record.id, record.version, now):
                return False
            link_rows.remove_link(connection, link.id)
            return True

        return store


LATER = "An end of this pair changed or went away meanwhile; the next run looks at it again."


def _always(function: Callable[..., None], *arguments: Any) -> Store:
    def store(connection: Connection) -> bool:
        function(connection, *arguments)
        return True

    return store


def _nothing(_: Connection) -> bool:
    return True
