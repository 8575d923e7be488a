"""Use cases of conflicts: see what waits for a person, and decide it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.conflicts import ConflictChoice
from fieldsync.core.rights import Action, Actor
from fieldsync.core.values import RecordKind, Value
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import conflicts as rows
from fieldsync.db.repo import mailboxes
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.db.repo.records import layout
from fieldsync.errors import (
    ConflictEnded,
    FieldWithheld,
    InvalidInput,
    MailboxBusy,
    MailboxDisabled,
    NotFound,
    StaleRevision,
)
from fieldsync.security import gate
from fieldsync.security.sealed_values import open_value, seal_value
from fieldsync.security.secrets import SecretBox
from fieldsync.services.paging import Page, PageArguments, count_all, read_page
from fieldsync.services.runs import Runs
from fieldsync.services.value_rights import Place, rights_at


@dataclass(frozen=True, slots=True)
class Held:
    """What the sides held and what was decided, part by part; None where the caller may not read it."""

    crm: Value
    outlook: Value
    chosen: Value | None


class Conflicts:
    """Users see and decide the conflicts of their own mailboxes; administrators those of all.

    Values are for whoever may see the record and read the field.
    """

    def __init__(self, database: Database, clock: Clock, box: SecretBox, runs: Runs) -> None:
        self._database = database
        self._clock = clock
        self._box = box
        self._runs = runs

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page:
        """Conflicts of mailboxes that the actor sees. Raises InvalidInput, FieldWithheld."""
        return await read_page(self._database, actor, asked, query, rows.listed(gate.visible(actor, rows.table)))

    async def count(self, actor: Actor, query: ListQuery) -> int:
        return await count_all(self._database, actor, query, rows.listed(gate.visible(actor, rows.table)))

    async def held(self, actor: Actor, found: Sequence[Any]) -> list[Held | None]:
        """What each of these conflicts is about, for conflicts that the actor was shown already."""
        places = [Place(row.record_id, row.field_id) for row in found]
        rights = await self._database.read(lambda connection: rights_at(connection, actor, places))
        return [
            self._open(row) if place in rights and rights[place].read is None else None
            for row, place in zip(found, places, strict=True)
        ]

    def _open(self, row: Any) -> Held:
        return Held(
            open_value(self._box, row.crm_box),
            open_value(self._box, row.outlook_box),
            open_value(self._box, row.value_box) if row.value_box else None,
        )

    async def resolve(
        self,
        actor: Actor,
        conflict_id: str,
        choice: ConflictChoice,
        value: Sequence[str] | None,
        revision: int | None,
    ) -> tuple[Any, Any | None]:
        """Decide a conflict for the next run, which starts at once if it can: the conflict, and that run.

        Raises NotFound, FieldWithheld, InvalidInput, ConflictEnded, StaleRevision.
        """
        visible, boxes = gate.visible(actor, rows.table), gate.visible(actor, mailboxes.table)

        def look(connection: Connection) -> tuple[Any, Any]:
            row = rows.by_id(connection, visible, conflict_id)
            if row is None:
                raise NotFound(path=("conflictId",))
            return row, mailboxes.by_ids(connection, boxes, [row.mailbox_id])[row.mailbox_id]

        row, mailbox = await self._database.read(look)
        permit = gate.permit(actor, Action.CONFLICT_RESOLVE, gate.Target(conflict_id, mailbox.principal_id))
        place = Place(row.record_id, row.field_id)
        chosen = _checked(place, choice, value)
        box = None if chosen is None else seal_value(self._box, chosen)
        now = self._clock.now()

        def unit(connection: Connection) -> Any:
            _check_rights(connection, actor, place, choice)
            current = rows.by_id(connection, visible, conflict_id, lock=True)
            if current is None or current.state not in rows.WAITING:
                raise ConflictEnded(path=("conflictId",))
            if revision is not None and current.revision != revision:
                raise StaleRevision(
                    f"The conflict is at revision {current.revision} by now; read it again.",
                    path=("expectedRevision",),
                )
            rows.resolve(connection, conflict_id, choice, box, now, actor.principal_id or None)
            return rows.by_id(connection, visible, conflict_id)

        resolved = await self._database.write(permit, unit)
        return resolved, await self._start(actor, row)

    async def _start(self, actor: Actor, row: Any) -> Any | None:
        try:
            return (await self._runs.start(actor, [row.mailbox_id], kinds=[RecordKind[row.kind]]))[0]
        except (MailboxBusy, MailboxDisabled):
            return None  # the run under way may have seen it already, or the next one will


def _check_rights(connection: Connection, actor: Actor, place: Place, choice: ConflictChoice) -> None:
    rights = rights_at(connection, actor, [place]).get(place)
    if rights is None:
        raise NotFound(path=("conflictId",))
    needed = (rights.read, None if choice is ConflictChoice.CRM else rights.update)
    refusal = next((one for one in needed if one is not None), None)
    if refusal is not None:
        raise FieldWithheld(refusal.rule, path=("conflictId",))


def _checked(place: Place, choice: ConflictChoice, value: Sequence[str] | None) -> Value | None:
    """The value that was chosen, if it is another one than those of the sides."""
    if choice is not ConflictChoice.VALUE:
        if value is not None:
            raise InvalidInput("A value only goes with the choice VALUE.", path=("value",))
        return None
    field = place.field
    parts = tuple(value or ())
    if len(parts) != len(field.empty):
        raise InvalidInput(
            f"{field.crm_label} has {len(field.empty)} parts: {', '.join(field.attributes) or 'its text'}.",
            path=("value",),
        )
    if layout(field.kind).fit(field.position, parts) != parts:
        raise InvalidInput(f"The CRM cannot hold this value in {field.crm_label}.", path=("value",))
    return parts
