"""Use cases of the quarantine: see copies of what was deleted, and put one back."""

from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.rights import Action, Actor
from fieldsync.core.undo_scope import UndoScope
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import mailboxes
from fieldsync.db.repo import quarantine as rows
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.errors import AlreadyRestored, NotFound
from fieldsync.security import gate
from fieldsync.services.paging import Page, PageArguments, count_all, read_page
from fieldsync.services.runs import Runs


class Quarantine:
    """Users see and restore what was deleted from or because of their own mailboxes; administrators everything."""

    def __init__(self, database: Database, clock: Clock, runs: Runs) -> None:
        self._database = database
        self._clock = clock
        self._runs = runs

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page:
        """Copies from mailboxes that the actor sees. Raises InvalidInput, FieldWithheld."""
        return await read_page(self._database, actor, asked, query, rows.listed(gate.visible(actor, rows.table)))

    async def count(self, actor: Actor, query: ListQuery) -> int:
        return await count_all(self._database, actor, query, rows.listed(gate.visible(actor, rows.table)))

    async def restore(self, actor: Actor, quarantine_id: str) -> tuple[Any, Any]:
        """Start the run that puts a copy back, and link it again if the other end is still there; row and run.

        What stands in the way is told by the run: rights of the mailbox's owner, or that something else took the
        place. Raises NotFound, AlreadyRestored, MailboxBusy, MailboxDisabled, KindNotSupported.
        """
        visible, boxes = gate.visible(actor, rows.table), gate.visible(actor, mailboxes.table)
        now = self._clock.now()

        def look(connection: Connection) -> tuple[Any, Any]:
            row = rows.by_id(connection, visible, quarantine_id, now)
            if row is None:
                raise NotFound(path=("quarantinedId",))
            return row, mailboxes.by_ids(connection, boxes, [row.mailbox_id])[row.mailbox_id]

        row, mailbox = await self._database.read(look)
        gate.permit(actor, Action.RUN_START, gate.Target(mailbox.id, mailbox.principal_id))
        if row.restored_at is not None:
            raise AlreadyRestored("This copy was put back already.", path=("quarantinedId",))
        scope = UndoScope(quarantine_id=quarantine_id)
        (run,) = await self._runs.start(actor, [row.mailbox_id], kinds=[RecordKind(row.kind)], undoes=scope)
        return row, run
