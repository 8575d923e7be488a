"""Use cases of runs: start, watch, cancel."""

from collections.abc import Sequence
from typing import Any, Protocol

from fieldsync.clock import Clock
from fieldsync.core.rights import Action, Actor
from fieldsync.core.runs import RunConfiguration, RunMode, RunState, SyncMethod
from fieldsync.core.undo_scope import UndoScope
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import mailboxes, scope_counts
from fieldsync.db.repo import run_views as rows
from fieldsync.db.repo.journal_entries import undoable_runs
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.db.repo.runs import close_all_dead, insert_run
from fieldsync.engine.kinds import NAMES, kinds_of
from fieldsync.errors import (
    DraftNeedsPreview,
    InvalidInput,
    KindNotSupported,
    MailboxBusy,
    MailboxDisabled,
    NotFound,
    RunNotActive,
)
from fieldsync.events.bell import Bell
from fieldsync.events.hubs import Hubs, RunHub
from fieldsync.ids import new_id
from fieldsync.security import gate
from fieldsync.services.paging import Page, PageArguments, count_all, count_each, read_each, read_page
from fieldsync.services.value_rights import record_facts

MAX_MAILBOXES = 200
AS_THEY_HAPPENED = ListQuery(rows.PROBLEMS)


class RunnerPort(Protocol):
    """What this service needs of the engine's runner."""

    def start(self, run_id: str) -> None: ...

    def cancel(self, run_id: str) -> None: ...


class Runs:
    """Users see, start and cancel the runs of their own mailboxes; administrators those of all."""

    def __init__(
        self, database: Database, bell: Bell, clock: Clock, runner: RunnerPort, hubs: Hubs | None = None
    ) -> None:
        self._database = database
        self._hubs = hubs or Hubs(database, bell)
        self._clock = clock
        self._runner = runner

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page:
        """Runs of mailboxes that the actor sees. Raises InvalidInput, FieldWithheld."""
        return await read_page(self._database, actor, asked, query, rows.listed(gate.visible(actor, rows.table)))

    async def count(self, actor: Actor, query: ListQuery) -> int:
        return await count_all(self._database, actor, query, rows.listed(gate.visible(actor, rows.table)))

    async def get(self, actor: Actor, run_id: str) -> Any:
        """One run; raises NotFound."""
        row = (await self.by_ids(actor, [run_id]))[0]
        if row is None:
            raise NotFound
        return row

    async def by_ids(self, actor: Actor, ids: Sequence[str]) -> list[Any]:
        """Runs in the order of ``ids``; None for those the actor does not see."""
        visible = gate.visible(actor, rows.table)
        found = await self._database.read(lambda connection: rows.by_ids(connection, visible, set(ids)))
        return [found.get(run_id) for run_id in ids]

    async def problems(self, actor: Actor, ids: Sequence[str], asked: PageArguments) -> dict[str, Page]:
        """A page of the problems of each of these runs, which the actor was shown already, as they happened."""
        return await read_each(self._database, actor, asked, AS_THEY_HAPPENED, rows.PROBLEMS_OF, ids)

    async def problem_counts(self, actor: Actor, ids: Sequence[str]) -> dict[str, int]:
        """How many problems each of these runs has, which the actor was shown already."""
        return await count_each(self._database, actor, AS_THEY_HAPPENED, rows.PROBLEMS_OF, ids)

    async def record_names(self, actor: Actor, records: Sequence[tuple[RecordKind, str]]) -> list[str | None]:
        """What records are called by now; None for those that the actor may not see, or that are gone."""

        def unit(connection: Connection) -> dict[tuple[RecordKind, str], str]:
            sight, named = gate.sight(connection, actor), dict[tuple[RecordKind, str], str]()
            for kind in {kind for kind, _ in records}:
                ids = {record_id for one, record_id in records if one is kind}
                found = scope_counts.names(connection, kind, ids, sight.records(kind))
                named |= {(kind, record_id): name for record_id, name in found.items()}
            return named

        named = await self._database.read(unit)
        return [named.get(record) for record in records]

    async def sees_records(self, actor: Actor, ids: Sequence[str]) -> list[bool]:
        """Whether the actor may see each of these records, and so be told their names."""
        if gate.sees_everybody(actor):
            return [True] * len(ids)

        def unit(connection: Connection) -> set[str]:
            sight, seen = gate.sight(connection, actor), set[str]()
            for kind in RecordKind:
                if rest := set(ids) - seen:
                    seen |= record_facts(connection, sight, kind, rest).keys()
            return seen

        seen = await self._database.read(unit)
        return [record_id in seen for record_id in ids]

    async def operations(
        self, actor: Actor, ids: Sequence[str], asked: PageArguments, query: ListQuery
    ) -> dict[str, Page]:
        """A page of the operations of each of these runs, which the actor was shown already."""
        return await read_each(self._database, actor, asked, query, rows.OPERATIONS_OF, ids)

    async def operations_by_ids(self, actor: Actor, ids: Sequence[str]) -> list[Any]:
        """Those of these operations whose runs the actor sees, in no order."""
        visible = gate.visible(actor, rows.table)
        return await self._database.read(lambda connection: rows.operations_by_ids(connection, visible, set(ids)))

    async def operation_counts(self, actor: Actor, ids: Sequence[str], query: ListQuery) -> dict[str, int]:
        """How many operations each of these runs has, which the actor was shown already."""
        return await count_each(self._database, actor, query, rows.OPERATIONS_OF, ids)

    async def start(
        self,
        actor: Actor,
        mailbox_ids: Sequence[str],
        *,
        kinds: Sequence[RecordKind] | None = None,
        mode: RunMode = RunMode.APPLY,
        configuration: RunConfiguration = RunConfiguration.PUBLISHED,
        release_held: bool = False,
        undoes: UndoScope | None = None,
    ) -> list[Any]:
        """Queue a run for each mailbox, all or none, and let the engine take them; returns their rows."""
        found = await self.queue(
            actor,
            mailbox_ids,
            kinds=kinds,
            mode=mode,
            configuration=configuration,
            release_held=release_held,
            undoes=undoes,
        )
        for row in found:
            self._runner.start(row.id)
        return found

    async def queue(
        self,
        actor: Actor,
        mailbox_ids: Sequence[str],
        *,
        kinds: Sequence[RecordKind] | None = None,
        mode: RunMode = RunMode.APPLY,
        configuration: RunConfiguration = RunConfiguration.PUBLISHED,
        release_held: bool = False,
        undoes: UndoScope | None = None,
    ) -> list[Any]:
        """``start`` for callers that run the runs themselves."""
        if configuration is RunConfiguration.DRAFT and mode is RunMode.APPLY:
            raise DraftNeedsPreview(path=("configuration",))
        ids = list(dict.fromkeys(mailbox_ids))
        if not ids or len(ids) > MAX_MAILBOXES:
            raise InvalidInput(f"Name 1 to {MAX_MAILBOXES} mailboxes.", path=("mailboxIds",))
        visible = gate.visible(actor, mailboxes.table)
        targets = await self._database.read(lambda connection: mailboxes.by_ids(connection, visible, ids))
        permits = [
            gate.permit(actor, Action.RUN_START, gate.Target(mailbox_id, _owner(targets, mailbox_id)))
            for mailbox_id in ids
        ]
        seen = gate.visible(actor, rows.table)
        now = self._clock.now()

        def unit(connection: Connection) -> list[Any]:
            for mailbox_id in sorted(ids):  # in one order, so that two callers cannot wait for each other
                mailboxes.lock(connection, mailbox_id)
            current = mailboxes.by_ids(connection, visible, ids)
            busy = mailboxes.active_runs(connection, ids)
            if busy:
                close_all_dead(connection, now, ids)
                busy = mailboxes.active_runs(connection, ids)
            started_by = actor.principal_id or None
            started: list[str] = []
            for mailbox_id in ids:
                _owner(current, mailbox_id)
                name = current[mailbox_id].name
                if current[mailbox_id].sync_method != SyncMethod.SERVER_SIDE.value:
                    raise MailboxDisabled(
                        f"{name} is not synchronized by the server; set its sync method to server-side first.",
                        path=("mailboxIds",),
                    )
                if mailbox_id in busy:
                    raise MailboxBusy(
                        f"A run of {name} is under way; wait for its end or cancel it.", path=("mailboxIds",)
                    )
                run_id = new_id()
                insert_run(
                    connection,
                    run_id=run_id,
                    mailbox_id=mailbox_id,
                    mode=mode,
                    configuration=configuration,
                    kinds=_checked_kinds(current[mailbox_id], kinds),
                    started_by=started_by,
                    release_held=release_held,
                    now=now,
                    undoes=undoes.as_dict() if undoes else None,
                )
                started.append(run_id)
            found = rows.by_ids(connection, seen, started)
            return [found[run_id] for run_id in started]

        return await self._database.write(permits[0], unit)

    async def undoable(self, ids: Sequence[str]) -> list[bool]:
        """Whether runs that the actor was shown already left anything that can be undone."""
        now = self._clock.now()
        found = await self._database.read(lambda connection: undoable_runs(connection, set(ids), now))
        return [run_id in found for run_id in ids]

    async def cancel(self, actor: Actor, run_id: str) -> Any:
        """Ask a run to end early; what it has written stays written. Raises NotFound, RunNotActive."""
        row = await self.get(actor, run_id)
        (mailbox,) = (
            await self._database.read(
                lambda connection: mailboxes.by_ids(connection, gate.visible(actor, mailboxes.table), [row.mailbox_id])
            )
        ).values()
        permit = gate.permit(actor, Action.RUN_CANCEL, gate.Target(run_id, mailbox.principal_id))
        visible = gate.visible(actor, rows.table)

        def unit(connection: Connection) -> Any:
            current = rows.by_ids(connection, visible, [run_id]).get(run_id)
            if current is None or RunState(current.state).final:
                raise RunNotActive(path=("runId",))
            rows.request_cancel(connection, run_id)
            return rows.by_ids(connection, visible, [run_id])[run_id]

        cancelled = await self._database.write(permit, unit)
        self._runner.cancel(run_id)
        return cancelled

    async def hub(self, actor: Actor, run_id: str) -> RunHub:
        """What reads the lines of a run for all who follow it; raises NotFound."""
        await self.get(actor, run_id)
        return self._hubs.run(run_id)


def _owner(found: dict[str, Any], mailbox_id: str) -> str:
    if mailbox_id not in found:
        raise NotFound(path=("mailboxIds",))
    return found[mailbox_id].principal_id


def _checked_kinds(mailbox: Any, kinds: Sequence[RecordKind] | None) -> list[RecordKind]:
    there = kinds_of(mailbox)
    missing = [kind for kind in kinds or () if kind not in there]
    if missing:
        names = ", ".join(NAMES[kind] for kind in missing)
        raise KindNotSupported(
            f"{mailbox.name} has no collection for: {names}. Connect its calendar or task list first.",
            path=("kinds",),
        )
    return [kind for kind in there if not kinds or kind in kinds]
