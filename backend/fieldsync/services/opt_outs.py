"""Use cases of opt-outs: one record or item that stays out of a mailbox's sync."""

from collections.abc import Sequence
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.rights import Action, Actor
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import mailboxes, scope_counts
from fieldsync.db.repo import opt_outs as rows
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.errors import InvalidInput, NotFound
from fieldsync.ids import global_id, new_id
from fieldsync.security import gate
from fieldsync.services.administration import Change
from fieldsync.services.paging import Page, PageArguments, count_all, read_page

UID_LENGTH = 500


class OptOuts:
    """Users opt out of their own mailboxes, administrators of all.

    The next run unlinks what was linked; both ends stay as they are.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery, mailbox_id: str | None = None) -> Page:
        """Opt-outs that the actor may see. Raises InvalidInput, FieldWithheld, NotFound for a mailbox out of sight."""
        if mailbox_id is not None:
            await self._mailbox(actor, mailbox_id)
        return await read_page(self._database, actor, asked, query, rows.listed(gate.visible(actor, rows.table)))

    async def count(self, actor: Actor, query: ListQuery) -> int:
        return await count_all(self._database, actor, query, rows.listed(gate.visible(actor, rows.table)))

    async def names(self, actor: Actor, found: Sequence[Any]) -> list[str | None]:
        """What each of these is called, of opt-outs that the actor was shown; None for records out of sight."""

        def unit(connection: Connection) -> list[str | None]:
            named: dict[tuple[RecordKind, str], str] = {}
            for kind in {RecordKind(row.kind) for row in found if row.record_id}:
                ids = [row.record_id for row in found if row.kind == kind.value and row.record_id]
                sight = gate.sight(connection, actor)
                seen = scope_counts.names(connection, kind, ids, sight.records(kind))
                named |= {(kind, record_id): name for record_id, name in seen.items()}
            return [_name(row, named, everything=gate.sees_everybody(actor)) for row in found]

        return await self._database.read(unit)

    async def add(
        self, actor: Actor, mailbox_id: str, kind: RecordKind, *, record_id: str | None, uid: str | None
    ) -> Any:
        """Opt out a record or an item; raises NotFound, NotAllowed, InvalidInput."""
        if (record_id is None) is (uid is None):
            raise InvalidInput("Name a record or the UID of an item, one of them.", path=("recordId",))
        if uid is not None and (not 1 <= len(uid) <= UID_LENGTH or not uid.isprintable()):
            raise InvalidInput(f"A UID has 1 to {UID_LENGTH} characters on one line.", path=("uid",))
        opt_out_id, now = new_id(), self._clock.now()
        visible, box = gate.visible(actor, rows.table), await self._mailbox(actor, mailbox_id)
        permit = gate.permit(actor, Action.OPT_OUT_EDIT, gate.Target(opt_out_id, box.principal_id))

        def unit(connection: Connection) -> Any:
            name = uid or ""
            if record_id is not None:
                sight = gate.sight(connection, actor)
                seen = scope_counts.names(connection, kind, [record_id], sight.records(kind))
                if record_id not in seen:
                    raise NotFound(path=("recordId",))
                name = seen[record_id]
            pair = rows.pair_of(connection, mailbox_id, kind, record_id, uid)
            if rows.same(connection, mailbox_id, kind, *pair) is not None:
                raise InvalidInput("This is opted out already.", path=("recordId" if record_id else "uid",))
            made = rows.add(
                connection,
                mailbox_id,
                kind,
                record_id=pair[0],
                uid=pair[1],
                subject=name[:400],
                principal_id=actor.principal_id or None,
                now=now,
            )
            self._tell(connection, actor, made, name, None, _picture(mailbox_id, kind, pair))
            return rows.find(connection, visible, made)

        return await self._database.write(permit, unit)

    async def remove(self, actor: Actor, opt_out_id: str) -> None:
        """Take an opt-out back: the next run looks whether the record is in scope. Raises NotFound, NotAllowed."""
        visible, boxes = gate.visible(actor, rows.table), gate.visible(actor, mailboxes.table)

        def look(connection: Connection) -> tuple[Any, str]:
            row = rows.find(connection, visible, opt_out_id)
            if row is None:
                raise NotFound(path=("optOutId",))
            return row, mailboxes.by_ids(connection, boxes, [row.mailbox_id])[row.mailbox_id].principal_id

        row, owner = await self._database.read(look)
        permit = gate.permit(actor, Action.OPT_OUT_EDIT, gate.Target(opt_out_id, owner))

        def unit(connection: Connection) -> None:
            rows.remove(connection, opt_out_id)
            picture = _picture(row.mailbox_id, RecordKind(row.kind), (row.record_id, row.uid))
            self._tell(connection, actor, opt_out_id, row.subject, picture, None)

        await self._database.write(permit, unit)

    async def _mailbox(self, actor: Actor, mailbox_id: str) -> Any:
        visible = gate.visible(actor, mailboxes.table)
        box = (await self._database.read(lambda c: mailboxes.by_ids(c, visible, [mailbox_id]))).get(mailbox_id)
        if box is None:
            raise NotFound(path=("mailboxId",))
        return box

    def _tell(self, connection: Connection, actor: Actor, opt_out_id: str, name: str, before: Any, after: Any) -> None:
        action = "OPT_OUT_ADD" if before is None else "OPT_OUT_REMOVE"
        change = Change(connection, actor, self._clock.now())
        change.tell(action, global_id("optOut", opt_out_id), name[:200], before, after)


def _name(row: Any, named: dict[tuple[RecordKind, str], str], *, everything: bool) -> str | None:
    if not row.record_id:
        return row.subject
    # A record that is gone is still called by its name before administrators.
    return named.get((RecordKind(row.kind), row.record_id), row.subject if everything else None)


def _picture(mailbox_id: str, kind: RecordKind, pair: tuple[str | None, str | None]) -> dict[str, Any]:
    record_id, uid = pair
    record = None if record_id is None else global_id(kind.value.lower(), record_id)
    return {"mailbox": global_id("mailbox", mailbox_id), "kind": kind.value, "record": record, "uid": uid}
