"""Use cases of undoing: see what it would do, and have it done by a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from fieldsync.catalogue.fields import catalogue
from fieldsync.clock import Clock
from fieldsync.core.rights import Actor
from fieldsync.core.undo import EndPlan
from fieldsync.core.undo_scope import UndoScope
from fieldsync.core.values import RecordKind, Value
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import journal_entries, mailboxes, run_views
from fieldsync.engine.rights import NotObeyable
from fieldsync.engine.undo import UndoPlan
from fieldsync.errors import InvalidInput, MailboxDisabled, NotFound, NothingToUndo
from fieldsync.security import gate
from fieldsync.services.runs import Runs
from fieldsync.services.value_rights import Place, rights_at

MOST = 20_000
_Shown = tuple[Value, Value] | None


@dataclass(frozen=True, slots=True)
class UndoWish:
    """What somebody wants undone: of a run, a record, or of a mailbox since a time; only some fields, if named."""

    run_id: str | None = None
    mailbox_id: str | None = None
    record_id: str | None = None
    since: datetime | None = None
    field_ids: Sequence[str] | None = None
    force: bool = False


class Previews(Protocol):
    """What this service needs of the engine."""

    async def preview_undo(self, mailbox_id: str, scope: UndoScope, kinds: Sequence[RecordKind]) -> list[UndoPlan]: ...


@dataclass(frozen=True, slots=True)
class Found:
    """The mailbox that an undo is about, and how much of it there is."""

    mailbox_id: str
    scope: UndoScope
    kinds: tuple[RecordKind, ...]
    entries: int
    undone: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What an undo would do with each record and item; ``changes`` leaves out what is as it was."""

    mailbox_id: str
    changes: list[tuple[RecordKind, EndPlan]]


class Undo:
    """Users undo in their own mailboxes what the rights of the mailbox's owner allow; administrators in all."""

    def __init__(self, database: Database, clock: Clock, runs: Runs, engine: Previews) -> None:
        self._database = database
        self._clock = clock
        self._runs = runs
        self._engine = engine

    async def preview(self, actor: Actor, wish: UndoWish) -> Preview:
        """What undoing would write, and what it would leave; nothing is written.

        Raises NotFound, InvalidInput, NothingToUndo, MailboxDisabled if its owner is, and ``SideError`` when the mail
        server cannot be read.
        """
        found = await self._find(actor, wish)
        try:
            plans = await self._engine.preview_undo(found.mailbox_id, found.scope, found.kinds)
        except NotObeyable as error:
            raise MailboxDisabled(f"{error} {error.remedy}") from error
        return Preview(
            found.mailbox_id,
            [
                (plan.setup.kind, end)
                for plan in plans
                for pair in plan.pairs
                for end in pair.plans.values()
                if end.act is not None or end.obstacles
            ],
        )

    async def start(self, actor: Actor, wish: UndoWish) -> Any:
        """Start the run that undoes; raises NotFound, InvalidInput, NothingToUndo, MailboxBusy, MailboxDisabled."""
        found = await self._find(actor, wish)
        if found.undone == found.entries:
            raise NothingToUndo("All of this was undone already; to bring it forth again, undo the run that undid it.")
        (run,) = await self._runs.start(actor, [found.mailbox_id], kinds=found.kinds, undoes=found.scope)
        return run

    async def values(self, actor: Actor, places: Sequence[tuple[Place, Value, Value]]) -> list[_Shown]:
        """Values now and to be put back, of places in previews; None where the actor may not read them."""
        rights = await self._database.read(
            lambda connection: rights_at(connection, actor, [place for place, _, _ in places])
        )
        return [(now, back) if place in rights and rights[place].read is None else None for place, now, back in places]

    async def _find(self, actor: Actor, wish: UndoWish) -> Found:
        if wish.run_id is None and wish.record_id is None and (wish.mailbox_id is None or wish.since is None):
            raise InvalidInput("Name a run, a record, or a mailbox and since when.", path=("runId",))
        if wish.since is not None and wish.since.tzinfo is None:
            raise InvalidInput("A time says where it is, as 2026-03-01T09:00:00Z does.", path=("since",))
        if wish.field_ids is not None:
            unknown = [one for one in wish.field_ids if one not in catalogue().by_id]
            if unknown or not wish.field_ids:
                raise NotFound("Name fields of the catalogue.", path=("fieldIds",))
        fields = None if wish.field_ids is None else frozenset(wish.field_ids)
        scope = UndoScope(wish.run_id, wish.record_id, wish.since, fields, wish.force)
        now = self._clock.now()

        def unit(connection: Connection) -> list[Any]:
            runs = gate.visible(actor, run_views.table)
            if wish.run_id is not None and not run_views.by_ids(connection, runs, [wish.run_id]):
                raise NotFound(path=("runId",))
            boxes = gate.visible(actor, mailboxes.table)
            if wish.mailbox_id is not None and not mailboxes.by_ids(connection, boxes, [wish.mailbox_id]):
                raise NotFound(path=("mailboxId",))
            visible = gate.visible(actor, journal_entries.table)
            return journal_entries.counted(connection, visible, now, scope, wish.mailbox_id)

        return _one_mailbox(await self._database.read(unit), scope)


def _one_mailbox(counted: Sequence[Any], scope: UndoScope) -> Found:
    of = {row.mailbox_id for row in counted}
    if not of:
        raise NothingToUndo
    if len(of) > 1:
        raise InvalidInput("Several mailboxes wrote this record; name one of them.", path=("mailboxId",))
    entries = sum(row.entries for row in counted)
    if entries > MOST:
        raise InvalidInput(
            f"These are {entries} writes, more than the {MOST} that one undo takes; narrow it by run, record or time.",
            path=("since",),
        )
    named = {row.kind for row in counted}
    kinds = tuple(kind for kind in RecordKind if kind.value in named)
    return Found(of.pop(), scope, kinds, entries, sum(row.undone for row in counted))
