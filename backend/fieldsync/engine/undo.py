"""What an undo would do: the entries it is about, what both sides hold now, and what follows. Nothing is written.

A preview is this; a run carries it out (``engine.undo_run``).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlalchemy.engine import Connection

from fieldsync.core.access import RecordFacts, reach
from fieldsync.core.detect import Digests
from fieldsync.core.effective import field_rights
from fieldsync.core.plan import ItemState, LinkState, RecordState
from fieldsync.core.privileges import Privilege
from fieldsync.core.runs import OperationAction
from fieldsync.core.undo import (
    LINKED_ELSEWHERE,
    OUT_OF_REACH,
    Act,
    Allowed,
    End,
    EndPlan,
    Entry,
    ends,
    plan_end,
)
from fieldsync.core.undo_scope import UndoScope
from fieldsync.core.values import RecordKind, Side
from fieldsync.db.database import Database
from fieldsync.db.repo import journal_entries, principals, quarantine, shares
from fieldsync.db.repo import links as link_rows
from fieldsync.db.repo import records as record_rows
from fieldsync.db.repo.runs import InForce, MailboxAccess
from fieldsync.engine.entries import unseal
from fieldsync.engine.kinds import KindSetup
from fieldsync.engine.rights import Obeyed, obeyed
from fieldsync.errors import BrokenItem
from fieldsync.ports import RemoteSide
from fieldsync.security import gate
from fieldsync.security.secrets import SecretBox


@dataclass(slots=True, eq=False)
class PairPlan:
    """What undoing does with a pair: with its item, with its record, or with both; and what they are now."""

    link_id: str
    link: LinkState | None
    item: ItemState | None = None
    record: RecordState | None = None
    body: bytes = b""
    plans: dict[Side, EndPlan] = field(default_factory=dict)

    def act(self, side: Side) -> Act | None:
        """What is done with this end."""
        plan = self.plans.get(side)
        return plan.act if plan else None

    @property
    def acts(self) -> bool:
        return any(plan.act is not None for plan in self.plans.values())


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """The pairs of one kind, and the rights under which they were looked at."""

    setup: KindSetup
    held: Obeyed
    pairs: Sequence[PairPlan]


@dataclass(frozen=True, slots=True)
class UndoLook:
    """Looks at one mailbox for one undo."""

    database: Database
    mailbox: MailboxAccess
    in_force: InForce
    box: SecretBox
    digests: Digests
    scope: UndoScope

    def entries(
        self,
        connection: Connection,
        setup: KindSetup,
        now: datetime,
        visible: ColumnElement[bool] | None = None,
        but_run: str | None = None,
    ) -> list[Entry]:
        """The entries of a kind that are to be undone, oldest first."""
        if self.scope.quarantine_id is not None:
            row = quarantine.entry(connection, self.mailbox.id, self.scope.quarantine_id, now)
            return [self._opened(row, setup)] if row is not None and row.kind == setup.kind.value else []
        rows = journal_entries.selected(
            connection,
            true() if visible is None else visible,
            now,
            self.scope,
            mailbox_id=self.mailbox.id,
            kind=setup.kind,
        )
        opened = (self._opened(row, setup) for row in rows if row.run_id != but_run)
        return self.scope.narrowed(opened, {one.id: one.position for one in setup.fields})

    def _opened(self, row: Any, setup: KindSetup) -> Entry:
        change = unseal(OperationAction(row.action), row.body_box, setup.fields, self.box)
        return Entry(
            row.id, row.run_id, Side(row.side), row.link_id or row.id, row.record_id, row.href, row.subject, change
        )

    async def plan(self, setup: KindSetup, side: RemoteSide, entries: Iterable[Entry], now: datetime) -> UndoPlan:
        """Look at both sides and decide; raises ``SideError`` when the server cannot be read."""
        wanted = ends(entries)
        held, links, records, there = await self.database.read(
            lambda connection: self._crm_side(connection, setup, wanted, now)
        )
        pairs = _pairs(wanted, links)
        for pair in pairs.values():
            record_id = _record_of(pair)
            pair.record = records.get(record_id) if record_id else None
        await self._mail_side(setup, side, pairs.values())
        allowed = await self.database.read(lambda connection: self._allowed(connection, setup, pairs.values(), there))
        taken = {link.record_id: link.id for link in links.values()}
        for pair in pairs.values():
            for end_side, plan in pair.plans.items():
                pair.plans[end_side] = self._decide(pair, plan.end, allowed[pair.link_id], there, taken)
        return UndoPlan(setup, held, list(pairs.values()))

    def _crm_side(
        self, connection: Connection, setup: KindSetup, wanted: Sequence[End], now: datetime
    ) -> tuple[Obeyed, dict[str, LinkState], dict[str, RecordState], set[str]]:
        held = obeyed(connection, self.mailbox, setup, self.in_force, now)
        ids = {end.record_id for end in wanted if end.record_id}
        links = link_rows.by_ids(connection, {end.link_id for end in wanted})
        of_records = link_rows.links_of(connection, self.mailbox.id, setup.kind, hrefs=[], record_ids=ids)
        links |= {link.id: link for link in of_records}
        ids |= {link.record_id for link in links.values()}
        records = record_rows.fetch(connection, held.scope, sorted(ids))
        return held, links, records, record_rows.existing(connection, setup.kind, sorted(ids))

    async def _mail_side(self, setup: KindSetup, side: RemoteSide, pairs: Collection[PairPlan]) -> None:
        hrefs = {pair.link_id: href for pair in pairs if (href := _href_of(pair))}
        found = {item.href: item for item in await side.fetch(sorted(set(hrefs.values())))}
        for pair in pairs:
            item = found.get(hrefs.get(pair.link_id, ""))
            if item is None:
                continue
            pair.body = item.body
            try:
                values, traits = setup.codec.read(item.body), setup.codec.traits(item.body)
            except BrokenItem:
                values, traits = tuple(one.empty for one in setup.fields), ItemState("", "", ()).traits
            pair.item = ItemState(item.href, item.version, values, traits)

    def _allowed(
        self, connection: Connection, setup: KindSetup, pairs: Iterable[PairPlan], there: set[str]
    ) -> dict[str, dict[Side, Allowed]]:
        """By pair and side: what the rights of the mailbox's owner leave."""
        sight = gate.sight_of(connection, self.mailbox.principal_id)
        standing = sight.standing
        owner = principals.by_ids(connection, [self.mailbox.principal_id])[self.mailbox.principal_id]
        own = RecordFacts("", owner.id, owner.unit_id)
        facts = {one.id: one for one in shares.facts_of(connection, setup.kind, there)}
        may_delete = reach(standing, setup.kind, Privilege.DELETE)
        found: dict[str, dict[Side, Allowed]] = {}
        for pair in pairs:
            mine = facts.get(_record_of(pair) or "", own)
            rights = [field_rights(standing, setup.kind, one.attributes, mine) for one in setup.fields]
            unread = {n: one.read.rule for n, one in enumerate(rights) if one.read}
            unwritten = {n: one.update.rule for n, one in enumerate(rights) if one.update}
            removal = None if may_delete.way(mine, Privilege.DELETE) else _NO_DELETE
            found[pair.link_id] = {
                Side.OUTLOOK: Allowed(unread),
                Side.CRM: Allowed(unread | unwritten, removal, self._may_return(connection, pair, setup.kind)),
            }
        return found

    def _may_return(self, connection: Connection, pair: PairPlan, kind: RecordKind) -> str | None:
        """Why a deleted record may not be made again; None if it may."""
        plan = pair.plans.get(Side.CRM)
        if plan is None or plan.end.removed is None:
            return None
        owner_id = plan.end.removed.row.get("owner_id", "")
        owner = principals.by_ids(connection, [owner_id]).get(owner_id)
        if owner is None:
            return _NO_OWNER
        sight = gate.sight_of(connection, self.mailbox.principal_id)
        return None if gate.may_own(sight, kind, owner_id, owner.unit_id) else _NO_CREATE

    def _decide(
        self, pair: PairPlan, end: End, allowed: Mapping[Side, Allowed], there: set[str], taken: Mapping[str, str]
    ) -> EndPlan:
        now = pair.item if end.side is Side.OUTLOOK else pair.record
        if end.side is Side.CRM and now is None and end.record_id in there:
            return EndPlan(end, obstacle=OUT_OF_REACH)
        plan = plan_end(end, now, allowed[end.side], self.digests, force=self.scope.force)
        if plan.act is Act.PUT_BACK and taken.get(end.record_id or "", end.link_id) != end.link_id:
            return EndPlan(end, obstacle=LINKED_ELSEWHERE)
        return plan


_NO_DELETE = "The right to delete does not reach this record."
_NO_CREATE = "No security role of the mailbox's owner allows to make this record again."
_NO_OWNER = "The owner of this record is no longer there."


def _pairs(wanted: Sequence[End], links: Mapping[str, LinkState]) -> dict[str, PairPlan]:
    """The ends by the pair they belong to: the link of today, or the one of their last entry."""
    of_record = {link.record_id: link.id for link in links.values()}
    pairs: dict[str, PairPlan] = {}
    for end in wanted:
        link_id = end.link_id
        if end.side is Side.CRM and link_id not in links:
            link_id = of_record.get(end.record_id or "", link_id)
        pair = pairs.setdefault(link_id, PairPlan(link_id, links.get(link_id)))
        pair.plans[end.side] = EndPlan(end)
    return pairs


def _record_of(pair: PairPlan) -> str | None:
    if pair.link is not None:
        return pair.link.record_id
    return next((plan.end.record_id for plan in pair.plans.values() if plan.end.record_id), None)


def _href_of(pair: PairPlan) -> str | None:
    if pair.link is not None:
        return pair.link.href
    return next((plan.end.href for plan in pair.plans.values() if plan.end.href), None)
