"""Use cases of held deletions: see what a brake holds, and agree to it."""

from collections.abc import Sequence
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.rights import Action, Actor
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import held_deletions as rows
from fieldsync.db.repo import mailboxes
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.errors import MailboxBusy, MailboxDisabled, NotFound
from fieldsync.security import gate
from fieldsync.services.paging import Page, PageArguments, count_all, read_page
from fieldsync.services.runs import Runs


class HeldDeletions:
    """Users see and release those of their own mailboxes; administrators all."""

    def __init__(self, database: Database, clock: Clock, runs: Runs) -> None:
        self._database = database
        self._clock = clock
        self._runs = runs

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page:
        """Held deletions of mailboxes that the actor sees. Raises InvalidInput, FieldWithheld."""
        return await read_page(self._database, actor, asked, query, rows.listed(gate.visible(actor, rows.table)))

    async def count(self, actor: Actor, query: ListQuery) -> int:
        return await count_all(self._database, actor, query, rows.listed(gate.visible(actor, rows.table)))

    async def release(self, actor: Actor, mailbox_id: str, ids: Sequence[str] | None) -> tuple[list[Any], Any | None]:
        """Let the next run carry out these, or all of a mailbox, and start it if one can start; their rows.

        What it finds no cause for any more by then is not deleted. Raises NotFound for a mailbox that the actor does
        not see, or for an id that is not on its list.
        """
        visible, boxes = gate.visible(actor, rows.table), gate.visible(actor, mailboxes.table)
        wanted = None if ids is None else list(dict.fromkeys(ids))
        found = await self._database.read(lambda connection: mailboxes.by_ids(connection, boxes, [mailbox_id]))
        if mailbox_id not in found:
            raise NotFound(path=("mailboxId",))
        target = gate.Target(mailbox_id, found[mailbox_id].principal_id)
        permit, now = gate.permit(actor, Action.RUN_START, target), self._clock.now()

        def unit(connection: Connection) -> list[Any]:
            held = rows.by_ids(connection, visible, mailbox_id, wanted)
            if wanted is not None and len(held) < len(wanted):
                raise NotFound(path=("heldDeletionIds",))
            rows.release(connection, mailbox_id, wanted, actor.principal_id or None, now)
            return rows.by_ids(connection, visible, mailbox_id, wanted)

        released = await self._database.write(permit, unit)
        return released, await self._start(actor, mailbox_id) if released else None

    async def _start(self, actor: Actor, mailbox_id: str) -> Any | None:
        try:
            return (await self._runs.start(actor, [mailbox_id]))[0]
        except (MailboxBusy, MailboxDisabled):
            return None  # the next run carries it out
