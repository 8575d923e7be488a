"""Use cases of the history: see what gave way, and put it back."""

from collections.abc import Sequence
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.rights import Action, Actor
from fieldsync.core.runs import RunConfiguration
from fieldsync.core.values import Direction, Side, Value
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import lost_values as rows
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.db.repo.runs import directions_in_force, mailbox_of
from fieldsync.errors import AlreadyRestored, MailboxBusy, MailboxDisabled, NotFound, NotRestorable
from fieldsync.security import gate
from fieldsync.security.sealed_values import open_value, shown
from fieldsync.security.secrets import SecretBox
from fieldsync.services.paging import Page, PageArguments, count_all, read_page
from fieldsync.services.runs import Runs
from fieldsync.services.value_rights import Place, rights_at, write_back


class History:
    """Users see what their own mailboxes put aside; administrators everything. Values want the right to read them."""

    def __init__(self, database: Database, clock: Clock, box: SecretBox, runs: Runs) -> None:
        self._database = database
        self._clock = clock
        self._box = box
        self._runs = runs

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery, record_id: str | None = None) -> Page:
        """Lost values of mailboxes that the actor sees; raises InvalidInput, FieldWithheld."""
        return await read_page(
            self._database, actor, asked, query, rows.listed(gate.visible(actor, rows.table), record_id)
        )

    async def count(self, actor: Actor, query: ListQuery, record_id: str | None = None) -> int:
        return await count_all(self._database, actor, query, rows.listed(gate.visible(actor, rows.table), record_id))

    async def values(self, actor: Actor, found: Sequence[Any]) -> list[Value | None]:
        """The values of rows that the actor was shown already; None where the actor may not read them."""
        places = [Place(row.record_id, row.field_id) for row in found]
        rights = await self._database.read(lambda connection: rights_at(connection, actor, places))
        return [
            open_value(self._box, row.value_box) if place in rights and rights[place].read is None else None
            for row, place in zip(found, places, strict=True)
        ]

    async def shown(self, actor: Actor, ids: Sequence[str]) -> list[str | None]:
        """Values that problems put aside, as text, of problems that the actor was shown already.

        None if there is none any more, or if the actor may by now not see the record, or not read the field.
        """
        found = await self._database.read(lambda connection: rows.by_ids(connection, set(ids)))
        values = await self.values(actor, list(found.values()))
        texts = {lost_id: value for lost_id, value in zip(found, values, strict=True) if value is not None}
        return [shown(texts[lost_id]) if lost_id in texts else None for lost_id in ids]

    async def restore(self, actor: Actor, lost_id: str) -> tuple[Any, Any | None]:
        """Put a value back as an edit of the actor's in the CRM, and let a run carry it on if one can start.

        What Outlook lost comes back there by that run, as long as the field travels to Outlook. Raises NotFound,
        NotAllowed, FieldWithheld, AlreadyRestored, NotRestorable, StaleRevision.
        """
        visible = gate.visible(actor, rows.table)
        row = await self._database.read(lambda connection: rows.by_id(connection, visible, lost_id))
        if row is None:
            raise NotFound(path=("lostValueId",))
        place = Place(row.record_id, row.field_id)
        sight = await self._database.read(lambda connection: gate.sight(connection, actor))
        permit = gate.permit_records(sight, Action.RECORD_UPDATE, place.field.kind, row.record_id)
        now = self._clock.now()

        def unit(connection: Connection) -> Any:
            current = rows.by_id(connection, visible, lost_id)
            rights = rights_at(connection, actor, [place]).get(place)
            if current is None or rights is None:
                raise NotFound(path=("lostValueId",))
            if current.restored_at is not None:
                raise AlreadyRestored(path=("lostValueId",))
            if Side[current.side] is Side.OUTLOOK and not _reaches_outlook(connection, current):
                raise NotRestorable(
                    f"{place.field.outlook_label} does not travel to Outlook, where this value was lost; "
                    "enter it there.",
                    path=("lostValueId",),
                )
            write_back(connection, actor, place, open_value(self._box, current.value_box), now)
            rows.mark_restored(connection, lost_id, now)
            return rows.by_id(connection, visible, lost_id)

        restored = await self._database.write(permit, unit)
        return restored, await self._start(actor, restored)

    async def _start(self, actor: Actor, row: Any) -> Any | None:
        if row.mailbox_id is None:
            return None
        try:
            return (await self._runs.start(actor, [row.mailbox_id]))[0]
        except (MailboxBusy, MailboxDisabled, NotFound):
            return None


def _reaches_outlook(connection: Connection, row: Any) -> bool:
    """Whether the field travels to the mailbox where the value was lost."""
    if row.mailbox_id is None:
        return False
    owner = mailbox_of(connection, row.mailbox_id).principal_id
    profile_id = gate.standing(connection, owner).profile_id
    configured = directions_in_force(connection, profile_id, RunConfiguration.PUBLISHED).directions
    return Direction[configured.get(row.field_id, "NONE")].writes(Side.OUTLOOK)
