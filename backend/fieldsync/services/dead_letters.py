"""Use cases of dead letters: see what failed, have it tried again, or be rid of it."""

from collections.abc import Sequence
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.rights import Action, Actor
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import cycles, mailboxes
from fieldsync.db.repo import dead_letters as rows
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.errors import InvalidInput, NotFound
from fieldsync.events.bell import CYCLES, Bell
from fieldsync.security import gate
from fieldsync.services.paging import Page, PageArguments, count_all, read_page

MOST = 500


class DeadLetters:
    """Users see those of their own mailboxes; administrators all."""

    def __init__(self, database: Database, bell: Bell, clock: Clock) -> None:
        self._database = database
        self._bell = bell
        self._clock = clock

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page:
        """Letters of mailboxes that the actor sees. Raises InvalidInput, FieldWithheld."""
        return await read_page(self._database, actor, asked, query, rows.listed(gate.visible(actor, rows.table)))

    async def count(self, actor: Actor, query: ListQuery) -> int:
        return await count_all(self._database, actor, query, rows.listed(gate.visible(actor, rows.table)))

    async def retry(self, actor: Actor, ids: Sequence[str]) -> list[Any]:
        """Try these again with the next run, and let that be soon; their rows. Raises NotFound, InvalidInput."""
        wanted = list(dict.fromkeys(ids))
        if not 1 <= len(wanted) <= MOST:
            raise InvalidInput(f"Name 1 to {MOST} dead letters.", path=("deadLetterIds",))
        visible, shown = gate.visible(actor, rows.table), gate.visible(actor, mailboxes.table)
        found = await self._database.read(lambda connection: rows.by_ids(connection, visible, wanted))
        if len(found) < len(wanted):
            raise NotFound(path=("deadLetterIds",))
        of = {row.mailbox_id for row in found.values()}
        owners = await self._database.read(lambda connection: mailboxes.by_ids(connection, shown, of))
        permits = [
            gate.permit(actor, Action.RUN_START, gate.Target(box.id, box.principal_id)) for box in owners.values()
        ]
        now = self._clock.now()

        def unit(connection: Connection) -> list[Any]:
            rows.retry(connection, wanted, now)
            for mailbox_id in of:
                cycles.hasten(connection, mailbox_id, now)
            after = rows.by_ids(connection, visible, wanted)
            return [after[letter_id] for letter_id in wanted if letter_id in after]

        tried = await self._database.write(permits[0], unit)
        self._bell.ring(CYCLES)
        return tried
