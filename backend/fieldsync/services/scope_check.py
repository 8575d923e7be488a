"""Use case of asking why one record does or does not reach a mailbox."""

from dataclasses import dataclass
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.filters import unreadable
from fieldsync.core.rights import Actor
from fieldsync.core.runs import SyncMethod
from fieldsync.core.scope_check import Met, ScopeCheck, ScopeStage, Tried, filter_check, link_check, organizer_check
from fieldsync.core.values import STORE_OF, RecordKind, Store
from fieldsync.db.database import Connection, Database
from fieldsync.db.filter_sql import cells_of, filter_columns, filter_labels
from fieldsync.db.repo import links, mailboxes, opt_outs, scope_counts, sync_filters
from fieldsync.errors import NotFound
from fieldsync.security import gate
from fieldsync.services.filter_scope import viewer_of

_URLS = {Store.ADDRESS_BOOK: "contacts_url", Store.CALENDAR: "calendar_url", Store.TASK_LIST: "tasks_url"}


@dataclass(frozen=True, slots=True)
class Walk:
    """Every check on the way of a record into a mailbox."""

    name: str
    checks: tuple[ScopeCheck, ...]

    @property
    def failure(self) -> ScopeCheck | None:
        """The first that failed."""
        return next((one for one in self.checks if not one.passed), None)


class ScopeChecks:
    """Users ask about their own mailboxes and records that they see, administrators about all."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def walk(self, actor: Actor, mailbox_id: str, kind: RecordKind, record_id: str) -> Walk:
        """Mailbox, filter, organizer, access, opt-out and link, in this order; raises NotFound."""
        boxes, now = gate.visible(actor, mailboxes.table), self._clock.now()

        def unit(connection: Connection) -> Walk:
            box = mailboxes.by_ids(connection, boxes, [mailbox_id]).get(mailbox_id)
            if box is None:
                raise NotFound(path=("mailboxId",))
            sight = gate.sight(connection, actor)
            mask = sight.mask(kind)
            seen = scope_counts.names(connection, kind, [record_id], sight.records(kind))
            if record_id not in seen:
                raise NotFound(path=("recordId",))
            owner = box.principal_id
            viewer = viewer_of(connection, owner, kind, now)
            cells = cells_of(connection, kind, record_id)
            met = Met(filter_columns(kind), filter_labels(kind), cells, viewer.me, viewer.today)
            tried = [
                Tried(one.name, one.excludes, one.definition, unreadable(one.definition, viewer.closed))
                for one in sync_filters.in_force(connection, owner, kind)
            ]
            link = links.ends_of(connection, mailbox_id, kind, record_id)
            came_in = link is not None and link.came_in and link.state == "LINKED" and cells["ownerid"] == owner
            checks = [_mailbox(box, kind), filter_check(tried, met, came_in=came_in)]
            if "organizer" in cells and "organizer" not in mask.withheld | mask.masked.keys():
                checks.append(organizer_check(cells["organizer"], named=checks[-1].passed))
            reads = bool(scope_counts.names(connection, kind, [record_id], viewer.readable))
            checks += [_access(reads=reads), _opt_out(connection, mailbox_id, kind, record_id)]
            followed = None if link is None else link.state == "LINKED"
            waits = all(one.passed for one in checks)
            checks.append(link_check(followed, None if link is None else link.reason, waits=waits))
            return Walk(seen[record_id], tuple(checks))

        return await self._database.read(unit)


def _mailbox(box: Any, kind: RecordKind) -> ScopeCheck:
    stage = ScopeStage.MAILBOX
    if box.sync_method != SyncMethod.SERVER_SIDE.value:
        return ScopeCheck(stage, False, "This server does not synchronize it.", "Set its sync method to server-side.")
    if not getattr(box, _URLS[STORE_OF[kind]]):
        return ScopeCheck(
            stage, False, "It has no collection for records of this kind.", "Connect its calendar or task list."
        )
    if box.stopped_at is not None:
        why = box.stopped or {}
        return ScopeCheck(
            stage, False, f"It is stopped: {why.get('message', 'its server refused.')}", why.get("remedy", "Resume it.")
        )
    return ScopeCheck(stage, True, "It is synchronized.")


def _access(*, reads: bool) -> ScopeCheck:
    if reads:
        return ScopeCheck(ScopeStage.ACCESS, True, "The owner of the mailbox may read it.")
    return ScopeCheck(
        ScopeStage.ACCESS,
        False,
        "The owner of the mailbox may not read it.",
        "Share it with that person, or give a security role that reads it.",
    )


def _opt_out(connection: Connection, mailbox_id: str, kind: RecordKind, record_id: str) -> ScopeCheck:
    if record_id in opt_outs.in_force(connection, mailbox_id, kind).record_ids:
        return ScopeCheck(ScopeStage.OPT_OUT, False, "Somebody opted it out of this mailbox.", "Take that back.")
    return ScopeCheck(ScopeStage.OPT_OUT, True, "Nobody opted it out.")
