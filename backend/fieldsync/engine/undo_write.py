"""Carrying out an undo: each pair with its operations, its journal entries and its link.

Three steps, so that a process may die anywhere. *Before*: operations are INTENDED, entries tell what is there, and
links are left so that a half-done undo makes nobody delete or copy anything. *Sent*: the item is written, expecting its
version. *After*: the record is written in the unit of work that stores all outcomes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.engine import Connection

from fieldsync.clock import Clock
from fieldsync.core.changes import Change, Changed, Made, Removed
from fieldsync.core.detect import Digests, moved, replaced
from fieldsync.core.plan import ITEM_DELETED, RECORD_DELETED, UNDONE, ItemState, LinkState, RecordState
from fieldsync.core.runs import OperationAction, OperationState
from fieldsync.core.undo import Act, EndPlan
from fieldsync.core.values import Side
from fieldsync.db.repo import conflicts, journal_entries
from fieldsync.db.repo import links as link_rows
from fieldsync.db.repo import records as record_rows
from fieldsync.db.repo import runs as run_rows
from fieldsync.engine.entries import Entries, Row, Written
from fieldsync.engine.lost import NoteTaker
from fieldsync.engine.undo import PairPlan, UndoPlan
from fieldsync.ids import new_id
from fieldsync.ports import RemoteSide

ACTIONS = {
    (Side.OUTLOOK, Act.WRITE): OperationAction.UPDATE_ITEM,
    (Side.OUTLOOK, Act.REMOVE): OperationAction.DELETE_ITEM,
    (Side.OUTLOOK, Act.PUT_BACK): OperationAction.CREATE_ITEM,
    (Side.CRM, Act.WRITE): OperationAction.UPDATE_RECORD,
    (Side.CRM, Act.REMOVE): OperationAction.DELETE_RECORD,
    (Side.CRM, Act.PUT_BACK): OperationAction.CREATE_RECORD,
}
MEANWHILE = "An end of this pair changed meanwhile; it was looked at again."


@dataclass(slots=True, eq=False)
class Undo:
    """One pair on its way: its operations by side, the key of an item to be made, and what was made of the item."""

    pair: PairPlan
    operations: dict[Side, str] = field(default_factory=dict)
    key: str = ""
    item: ItemState | None = None
    sent: bool = False
    failed: str | None = None

    def plan(self, side: Side) -> EndPlan | None:
        """What is done with this end; None if nothing is."""
        plan = self.pair.plans.get(side)
        return plan if plan is not None and plan.act is not None else None

    def action(self, side: Side) -> OperationAction:
        act = self.pair.act(side)
        assert act is not None
        return ACTIONS[side, act]


@dataclass(slots=True)
class UndoWriter:
    """Writes the pairs of one kind."""

    run_id: str
    mailbox_id: str
    plan: UndoPlan
    side: RemoteSide
    digests: Digests
    clock: Clock
    entries: Entries
    notes: NoteTaker
    _ordinal: int = 0

    # before

    def prepare(self, connection: Connection, undo: Undo) -> None:
        """Store what is about to be done."""
        pair, now = undo.pair, self.clock.now()
        rows, entered, lost = list[Row](), list[Row](), list[Row]()
        for side in Side:
            plan = undo.plan(side)
            if plan is None:
                continue
            undo.operations[side] = new_id()
            rows.append(self._operation(undo, side, plan))
            record_id = plan.end.record_id
            for one in plan.fields:
                if one.forced and record_id and any(one.now):
                    lost.append(self.notes.put_aside(record_id, one.position, side, one.now, now))
        item = undo.plan(Side.OUTLOOK)
        match pair.act(Side.OUTLOOK):
            case Act.WRITE if item and pair.item:
                normal = self.plan.setup.codec.normal
                before = pair.item.values
                changed = Changed({n: (before[n], normal(n, value)) for n, value in item.back.items()})
                entered.append(self._entry(undo, Side.OUTLOOK, changed))
            case Act.REMOVE:
                entered.append(self._entry(undo, Side.OUTLOOK, Removed(pair.body)))
                # First of all: an item that is gone while its link is followed looks like a deletion to the next run.
                link_rows.unlink(connection, pair.link_id, UNDONE)
            case Act.PUT_BACK if item:
                link = self._link(undo, item.end.record_id or "", self.side.address(undo.key))
                link_rows.put(connection, self.mailbox_id, self.plan.setup.kind, link)
            case _:
                pass
        run_rows.insert_operations(connection, rows)
        run_rows.insert_lost(connection, lost)
        journal_entries.insert_many(connection, entered)

    def _link(self, undo: Undo, record_id: str, href: str, reason: str = UNDONE) -> LinkState:
        """A link that nobody follows: both ends are left alone, and neither is copied anew."""
        uid = undo.pair.link.uid if undo.pair.link else ""
        return LinkState(undo.pair.link_id, record_id, href, 0, "", b"", b"", linked=False, reason=reason, uid=uid)

    def _operation(self, undo: Undo, side: Side, plan: EndPlan) -> Row:
        pair = undo.pair
        facts: dict[str, Any] = {"href": pair.item.href if pair.item else plan.end.href, "fields": sorted(plan.back)}
        if pair.record is not None:
            facts |= {"record_version": pair.record.version, "crm_seen": self.digests.baseline(pair.record.values)}
        if side is Side.OUTLOOK and plan.act is Act.PUT_BACK:
            undo.key = new_id()
            body = self._returning(undo, plan)
            facts |= {
                "href": None,
                "item_key": undo.key,
                "outlook_seen": self.digests.baseline(self.plan.setup.codec.read(body)),
            }
        elif side is Side.OUTLOOK and pair.item is not None:
            after = tuple(plan.back.get(n, value) for n, value in enumerate(pair.item.values))
            facts |= {"expect": pair.item.version, "outlook_seen": self.digests.baseline(after)}
        self._ordinal += 1
        return {
            "id": undo.operations[side],
            "run_id": self.run_id,
            "mailbox_id": self.mailbox_id,
            "ordinal": self._ordinal,
            "kind": self.plan.setup.kind.value,
            "action": undo.action(side).value,
            "state": OperationState.INTENDED.value,
            "subject": plan.end.subject,
            "link_id": pair.link_id,
            "record_id": plan.end.record_id,
            "record_version": None,
            "item_key": None,
            "expect": None,
            "crm_seen": None,
            "outlook_seen": None,
            "message": None,
            **facts,
        }

    def _entry(self, undo: Undo, side: Side, change: Change, href: str | None = None) -> Row:
        plan = undo.pair.plans[side]
        where = href or (undo.pair.item.href if undo.pair.item else plan.end.href)
        about = Written(
            undo.operations[side], undo.action(side), undo.pair.link_id, plan.end.record_id, where, plan.end.subject
        )
        return self.entries.row(about, change, self.clock.now())

    def _returning(self, undo: Undo, plan: EndPlan) -> bytes:
        """The body of an item that comes back, with what its fields held before the entries."""
        body = plan.end.removed.body if plan.end.removed else b""
        return self.plan.setup.codec.write(body, plan.back, undo.key) if plan.back else body

    # sent

    async def send(self, undo: Undo) -> None:
        """Write the item, if anything is to be written there; raises ``SideError`` or BrokenItem."""
        pair, plan, codec = undo.pair, undo.plan(Side.OUTLOOK), self.plan.setup.codec
        undo.item = pair.item
        if plan is None:
            return
        match plan.act:
            case Act.WRITE if pair.item:
                body = codec.write(pair.body, plan.back, pair.link_id)
                written = await self.side.update(pair.item.href, body, pair.item.version)
            case Act.REMOVE if pair.item:
                await self.side.delete(pair.item.href, pair.item.version)
                undo.item, undo.sent = None, True
                return
            case _:
                written = await self.side.create(undo.key, self._returning(undo, plan))
        undo.item = ItemState(written.href, written.version, codec.read(written.body), codec.traits(written.body))
        undo.sent = True

    # after

    def finish(self, connection: Connection, undo: Undo) -> bool:
        """Write the record and store all that became of the pair; False if an end has to be looked at again."""
        entered, done = list[Row](), list[Side]()
        if undo.plan(Side.OUTLOOK) is not None and undo.sent:
            done.append(Side.OUTLOOK)
            entered.extend(self._item_entry(undo))
        record = undo.pair.record
        # What came of the item decides first: a record is not written for an item that could not be.
        item_done = undo.plan(Side.OUTLOOK) is None or undo.sent
        if item_done and undo.failed is None and undo.plan(Side.CRM) is not None:
            changed, record = self._write_record(connection, undo)
            if changed is not None:
                done.append(Side.CRM)
                entered.append(self._entry(undo, Side.CRM, changed))
        self._keep_link(connection, undo, record, done)
        self._close(connection, undo, done)
        journal_entries.replace(connection, entered)
        return undo.failed is not None or all(side in done for side in undo.operations)

    def _item_entry(self, undo: Undo) -> list[Row]:
        plan, item = undo.pair.plans[Side.OUTLOOK], undo.item
        if item is None or undo.pair.act(Side.OUTLOOK) is Act.REMOVE:
            return []
        if undo.pair.act(Side.OUTLOOK) is Act.PUT_BACK:
            made = Made(self.digests.baseline(item.values), item.version)
            return [self._entry(undo, Side.OUTLOOK, made, item.href)]
        normal = self.plan.setup.codec.normal
        if undo.pair.item is None or all(item.values[n] == normal(n, value) for n, value in plan.back.items()):
            return []
        before = undo.pair.item.values
        return [self._entry(undo, Side.OUTLOOK, Changed({n: (before[n], item.values[n]) for n in plan.back}))]

    def _write_record(self, connection: Connection, undo: Undo) -> tuple[Change | None, RecordState | None]:
        """What was changed, or None if the record moved meanwhile; and the record as it is now."""
        kind, now = self.plan.setup.kind, self.clock.now()
        plan, record = undo.pair.plans[Side.CRM], undo.pair.record
        if plan.act is Act.PUT_BACK and plan.end.removed is not None:
            row = plan.end.removed.row
            record_id = row["id"]
            if record_rows.existing(connection, kind, [record_id]):
                return None, None
            version = record_rows.put_back(connection, kind, row, now)
            if plan.back:
                record_rows.write(connection, kind, record_id, plan.back, version, now)
            version, values = record_rows.held(connection, kind, record_id)
            return Made(self.digests.baseline(values), str(version)), RecordState(record_id, version, values)
        if record is None:
            return None, None
        if plan.act is Act.REMOVE:
            row = record_rows.row_of(connection, kind, record.id)
            if not record_rows.remove(connection, kind, record.id, record.version, now):
                return None, record
            return Removed(row=row or {}), None
        version = record_rows.write(connection, kind, record.id, plan.back, record.version, now)
        if version is None:
            return None, record
        before = record.values
        after = tuple(plan.back.get(n, value) for n, value in enumerate(before))
        changed = Changed({n: (before[n], value) for n, value in plan.back.items()})
        return changed, replace(record, version=version, values=after)

    def _keep_link(self, connection: Connection, undo: Undo, record: RecordState | None, done: Sequence[Side]) -> None:
        pair, kind = undo.pair, self.plan.setup.kind
        acts = {pair.act(side) for side in done}
        if Act.REMOVE in acts:
            link_rows.unlink(connection, pair.link_id, UNDONE)
        elif Act.PUT_BACK in acts:
            record_id = next(plan.end.record_id for plan in pair.plans.values() if plan.end.record_id)
            item, link = undo.item, self._link(undo, record_id, _where(undo))
            if record is not None and item is not None:
                link = LinkState(
                    link.id,
                    record.id,
                    item.href,
                    record.version,
                    item.version,
                    self.digests.baseline(record.values),
                    self.digests.baseline(item.values),
                    uid=item.traits.uid or link.uid,
                )
            else:
                link = replace(link, reason=RECORD_DELETED if record is None else ITEM_DELETED)
            if _is_free(connection, self.mailbox_id, kind, link):
                link_rows.put(connection, self.mailbox_id, kind, link)
        elif done and pair.link is not None and pair.link.linked:
            written = frozenset(n for side in done for n in pair.plans[side].back)
            link_rows.save_seen(connection, [self._seen(pair.link, record, undo.item, written)])
            conflicts.close_of_fields(connection, pair.link_id, [self.plan.setup.fields[n].id for n in written])
        elif pair.act(Side.OUTLOOK) is Act.REMOVE and pair.link is not None and pair.link.linked:
            link_rows.relink(connection, [pair.link_id])

    def _seen(
        self, link: LinkState, record: RecordState | None, item: ItemState | None, written: frozenset[int]
    ) -> LinkState:
        """The link after these fields were written back: they count as handled on both sides, all others as before.

        A version is only taken on if nothing else of that side waits to be handled.
        """
        if record is not None:
            crm = self.digests.baseline(record.values)
            link = replace(link, crm_seen=replaced(link.crm_seen, crm, written))
            if not moved(link.crm_seen, crm) - self.plan.held.rules.of(record.id).withheld:
                link = replace(link, record_version=record.version)
        if item is not None:
            outlook = self.digests.baseline(item.values)
            link = replace(link, outlook_seen=replaced(link.outlook_seen, outlook, written))
            if not moved(link.outlook_seen, outlook):
                link = replace(link, item_version=item.version)
        return link

    def _close(self, connection: Connection, undo: Undo, done: Sequence[Side]) -> None:
        closed: list[tuple[str, OperationState, str | None, str | None]] = []
        for side, operation in undo.operations.items():
            if side in done:
                closed.append((operation, OperationState.APPLIED, None, undo.pair.link_id))
            elif undo.failed is not None:
                closed.append((operation, OperationState.FAILED, undo.failed, undo.pair.link_id))
            else:
                closed.append((operation, OperationState.SKIPPED, MEANWHILE, undo.pair.link_id))
        run_rows.close_operations(connection, closed)
        journal_entries.strike_out(
            connection, [operation for side, operation in undo.operations.items() if side not in done]
        )
        for side in done:
            plan = undo.pair.plans[side]
            if not plan.obstacles:
                journal_entries.mark_undone(connection, plan.end.entries, self.run_id)


def _where(undo: Undo) -> str:
    if undo.item is not None:
        return undo.item.href
    known = undo.pair.link.href if undo.pair.link else None
    return known or next((plan.end.href for plan in undo.pair.plans.values() if plan.end.href), "")


def _is_free(connection: Connection, mailbox_id: str, kind: Any, link: LinkState) -> bool:
    """Whether no other link has this record or this item."""
    others = link_rows.links_of(connection, mailbox_id, kind, hrefs=[link.href], record_ids=[link.record_id])
    return all(one.id == link.id for one in others)
