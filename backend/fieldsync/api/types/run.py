"""Runs with their phases, counts, problems and operations; run events."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import (
    AfterArgument,
    BeforeArgument,
    Connection,
    FirstArgument,
    LastArgument,
    Node,
    connection_of,
)
from fieldsync.api.types.failure import MailboxError, failure_of
from fieldsync.api.types.list_inputs import SORTED, WHICH, query_of
from fieldsync.api.types.principal import Principal, principal_of
from fieldsync.api.types.profile import Mapping, can_edit, mapping_of
from fieldsync.api.types.run_query import OPERATIONS, OperationFilter, OperationOrder
from fieldsync.catalogue.fields import catalogue
from fieldsync.core.rights import Action
from fieldsync.core.runs import (
    EventType,
    OperationAction,
    OperationState,
    Phase,
    RunConfiguration,
    RunMode,
    RunState,
)
from fieldsync.core.undo_scope import UndoScope
from fieldsync.core.values import RecordKind, Side
from fieldsync.db.repo import run_views as rows
from fieldsync.db.repo.profiles import DEFAULT
from fieldsync.ids import global_id
from fieldsync.ids import record_id as global_record_id
from fieldsync.security import gate
from fieldsync.services.paging import PageArguments
from fieldsync.services.runs import AS_THEY_HAPPENED

if TYPE_CHECKING:
    from fieldsync.api.types.mailbox import Mailbox


async def _mappings(info: Info, field_ids: list[str]) -> list[Mapping]:
    known = [field_id for field_id in field_ids if field_id in catalogue().by_id]
    if not known:
        return []
    state = await info.context.loaders.profiles.load(DEFAULT)
    editable = can_edit(info, DEFAULT)
    return [mapping_of(state, catalogue().by_id[field_id], editable=editable) for field_id in known]


async def mapping_by_field(info: Info, field_id: str | None) -> Mapping | None:
    """The default profile's mapping of a field; None for none, or one that is no longer in the catalogue."""
    found = await _mappings(info, [field_id] if field_id else [])
    return found[0] if found else None


UNKNOWN = "?"
HIDDEN = "***"


async def subject_of(info: Info, name: str, record_id: str | None) -> str:
    """The name of a record, for those who may see it; items and what became of them are the mailbox's own."""
    if record_id is None or await info.context.loaders.sees_record.load(record_id):
        return name
    return HIDDEN


@strawberry.type(description="One part of a run, for one kind.")
class RunPhase:
    phase: Phase = strawberry.field(description="Which part.")
    kind: RecordKind = strawberry.field(description="Of which type of record.")
    started_at: datetime = strawberry.field(description="When it began.")
    finished_at: datetime | None = strawberry.field(description="When it ended; null while it lasts.")
    milliseconds: float | None = strawberry.field(description="How long it took; null while it lasts.")
    done: int = strawberry.field(description="Records or operations handled so far.")
    total: int | None = strawberry.field(description="Records or operations there are; null if not known yet.")


@strawberry.type(description="What a run found and did.")
class RunCounts:
    records_changed: int = strawberry.field(description="Records that had changed in CRM.")
    items_changed: int = strawberry.field(description="Items that had changed in the mailbox.")
    unchanged: int = strawberry.field(description="Links with nothing to do.")
    created_in_crm: int = strawberry.field(description="Records made.")
    updated_in_crm: int = strawberry.field(description="Records written.")
    deleted_in_crm: int = strawberry.field(description="Records deleted.")
    created_in_outlook: int = strawberry.field(description="Items made.")
    updated_in_outlook: int = strawberry.field(description="Items written.")
    deleted_in_outlook: int = strawberry.field(description="Items deleted.")
    linked: int = strawberry.field(description="Records and items found to belong together.")
    unlinked: int = strawberry.field(description="Links forgotten.")
    strays: int = strawberry.field(description="Fields edited on the side that does not lead.")
    conflicts: int = strawberry.field(description="Fields that both sides had changed.")
    held: int = strawberry.field(description="Operations set aside until a person agrees.")
    skipped: int = strawberry.field(description="Operations not carried out, on purpose.")
    failed: int = strawberry.field(description="Operations that were refused.")
    different: int = strawberry.field(description="Fields and ends of links that a verify run found to differ.")

    @classmethod
    def of(cls, counts: dict[str, int]) -> "RunCounts":
        return cls(**{name: counts.get(name, 0) for name in cls.__annotations__})


@strawberry.type(description="One thing that went wrong or wants a look, with what to do next.")
class RunProblem:
    seq: int = strawberry.field(description="Number of the run event that told it.")
    at: datetime = strawberry.field(description="When it happened.")
    code: str = strawberry.field(description="For programs; an ErrorCode, or a word of its own.")
    message: str = strawberry.field(description="What happened.")
    remedy: str = strawberry.field(description="What to do about it.")
    side: Side | None = strawberry.field(description="Which end it concerns; null if both or none.")
    field_id: strawberry.Private[str | None]
    lost_id: strawberry.Private[str | None]
    record_id: strawberry.Private[str | None]
    name: strawberry.Private[str | None]

    @strawberry.field(
        description="Name of the record, or address of the item; *** if the caller may not see that record."
    )
    async def subject(self, info: Info) -> str | None:
        return None if self.name is None else await subject_of(info, self.name, self.record_id)

    @strawberry.field(
        description="The value that gave way: it was put aside before it was overwritten. Null if none was, "
        "or if the caller may not read the field of that record."
    )
    async def lost_value(self, info: Info) -> str | None:
        return await info.context.loaders.lost_values.load(self.lost_id) if self.lost_id else None

    @strawberry.field(description="The field it concerns; null if it concerns more.")
    async def mapping(self, info: Info) -> Mapping | None:
        return await mapping_by_field(info, self.field_id)

    @classmethod
    def of(cls, seq: int, at: datetime, problem: dict[str, Any]) -> "RunProblem":
        return cls(
            seq=seq,
            at=at,
            code=problem["code"],
            message=problem["message"],
            remedy=problem["remedy"],
            side=Side[problem["side"]] if problem.get("side") else None,
            name=problem.get("subject"),
            field_id=problem.get("field_id"),
            lost_id=problem.get("lost_id"),
            # Problems of fields were told without their record once: nobody can tell who may see it.
            record_id=problem.get("record_id", UNKNOWN if problem.get("field_id") else None),
        )


@strawberry.type(description="One write of a run, or one that a preview would make.")
class Operation(Node):
    action: OperationAction = strawberry.field(description="What it does.")
    state: OperationState = strawberry.field(description="What became of it.")
    message: str | None = strawberry.field(description="Why it ended so; null if there is nothing to say.")
    field_ids: strawberry.Private[list[str]]
    kind: strawberry.Private[RecordKind]
    about: strawberry.Private[str | None]
    name: strawberry.Private[str]
    mailed: list[str] = strawberry.field(
        description="The people whom the mail server may mail because of it: attendees of a meeting of the mailbox's "
        "owner, but for those of whom it was told to stay silent."
    )

    @strawberry.field(description="Name of the record it concerns; *** if the caller may not see that record.")
    async def subject(self, info: Info) -> str:
        return await subject_of(info, self.name, self.about)

    @strawberry.field(description="The record it concerns; null if there is none that the caller may see.")
    async def record_id(self, info: Info) -> strawberry.ID | None:
        if self.about is None or not await info.context.loaders.sees_record.load(self.about):
            return None
        return strawberry.ID(global_record_id(self.kind.value, self.about))

    @strawberry.field(description="The fields it writes.")
    async def mappings(self, info: Info) -> list[Mapping]:
        return await _mappings(info, self.field_ids)

    @classmethod
    def from_row(cls, row: Any) -> "Operation":
        fields = catalogue().fields(RecordKind[row.kind])
        return cls(
            id=strawberry.ID(global_id("operation", row.id)),
            action=OperationAction[row.action],
            state=OperationState[row.state],
            name=row.subject,
            # Whom the run deleted is gone; its owner could see it, or it would not have been deleted.
            about=None if row.action == OperationAction.DELETE_RECORD.value else row.record_id,
            kind=RecordKind[row.kind],
            message=row.message,
            mailed=row.mailed or [],
            field_ids=[fields[position].id for position in row.fields if position < len(fields)],
        )


@strawberry.type(description="One execution of the synchronization of a mailbox.")
class Run(Node):
    state: RunState = strawberry.field(description="Where it stands.")
    mode: RunMode = strawberry.field(description="Whether it writes.")
    configuration: RunConfiguration = strawberry.field(description="Which directions it obeys.")
    kinds: list[RecordKind] = strawberry.field(description="Which types of records it handles.")
    profile_version: int | None = strawberry.field(
        description="Number of the published version it obeys; null until it starts."
    )
    queued_at: datetime = strawberry.field(description="When it was ordered.")
    started_at: datetime | None = strawberry.field(description="When it began; null before.")
    finished_at: datetime | None = strawberry.field(description="When it ended; null before.")
    milliseconds: float | None = strawberry.field(description="How long it took; null before its end.")
    requests: int = strawberry.field(description="Requests sent to the mail server.")
    phases: list[RunPhase] = strawberry.field(description="Its parts, in their order.")
    counts: RunCounts = strawberry.field(description="What it found and did so far.")
    error: MailboxError | None = strawberry.field(description="Why it failed; null unless state is FAILED.")
    last_seq: int = strawberry.field(description="Number of its newest event.")
    row: strawberry.Private[Any]

    @strawberry.field(description="The mailbox it synchronizes.")
    async def mailbox(self, info: Info) -> Annotated["Mailbox", strawberry.lazy("fieldsync.api.types.mailbox")]:
        from fieldsync.api.types.mailbox import Mailbox

        return Mailbox.from_row(info, await info.context.loaders.mailboxes.load(self.row.mailbox_id))

    @strawberry.field(description="Who started it; null if the server did.")
    async def started_by(self, info: Info) -> Principal | None:
        return await principal_of(info, self.row.started_by)

    @strawberry.field(description="What went wrong or wants a look, in the order in which it happened.")
    async def problems(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
    ) -> Connection[RunProblem]:
        loaders, key = info.context.loaders, self.row.id
        return connection_of(
            await loaders.problems.load((key, PageArguments(first, after, last, before))),
            AS_THEY_HAPPENED,
            lambda row: RunProblem.of(row.seq, row.at, row.body["problem"]),
            lambda: loaders.problem_counts.load((key,)),
        )

    @strawberry.field(description="What it writes, or would write, in order.")
    async def operations(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[OperationFilter | None, WHICH] = None,
        order_by: Annotated[OperationOrder | None, SORTED] = None,
    ) -> Connection[Operation]:
        loaders, query = info.context.loaders, query_of(rows.OPERATIONS, OPERATIONS, filter, order_by)
        page = await loaders.operations.load((self.row.id, PageArguments(first, after, last, before), query))
        return connection_of(
            page, query, Operation.from_row, lambda: loaders.operation_counts.load((self.row.id, query))
        )

    @strawberry.field(description="What it undoes; null if it is a run like any other.")
    def undoes(self) -> "RunUndo | None":
        return None if self.row.undoes is None else RunUndo.of(self.row)

    @strawberry.field(description="Whether the caller may undo what it wrote, as far as that was not undone yet.")
    async def viewer_can_undo(self, info: Info) -> bool:
        if not self.state.final or self.mode is not RunMode.APPLY:
            return False
        mailbox = await info.context.loaders.mailboxes.load(self.row.mailbox_id)
        target = gate.Target(self.row.mailbox_id, mailbox.principal_id)
        allowed = gate.may(info.context.signed_in(), Action.RUN_START, target)
        return allowed and await info.context.loaders.undoable.load(self.row.id)

    @strawberry.field(description="Whether the caller may cancel it now.")
    async def viewer_can_cancel(self, info: Info) -> bool:
        if self.state.final:
            return False
        mailbox = await info.context.loaders.mailboxes.load(self.row.mailbox_id)
        target = gate.Target(self.row.id, mailbox.principal_id)
        return gate.may(info.context.signed_in(), Action.RUN_CANCEL, target)

    @classmethod
    def from_row(cls, row: Any) -> "Run":
        took = (row.finished_at - row.started_at).total_seconds() * 1000 if row.finished_at and row.started_at else None
        return cls(
            id=strawberry.ID(global_id("run", row.id)),
            state=RunState[row.state],
            mode=RunMode[row.mode],
            configuration=RunConfiguration[row.configuration],
            kinds=[RecordKind[kind] for kind in row.kinds],
            profile_version=row.profile_version,
            queued_at=row.queued_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            milliseconds=took,
            requests=row.requests,
            phases=[_phase(phase) for phase in row.phases],
            counts=RunCounts.of(row.counts),
            error=failure_of(row) if row.state == RunState.FAILED.value else None,
            last_seq=row.last_seq,
            row=row,
        )


@strawberry.type(description="What a run undoes: what was written within all that is named here.")
class RunUndo:
    since: datetime | None = strawberry.field(description="Since when; null if always.")
    force: bool = strawberry.field(description="Whether it overwrites what was changed since.")
    kind: strawberry.Private[str]
    scope: strawberry.Private[UndoScope]

    @strawberry.field(description="By which run; null if by any.")
    async def run(self, info: Info) -> Run | None:
        row = await info.context.loaders.runs.load(self.scope.run_id) if self.scope.run_id else None
        return None if row is None else Run.from_row(row)

    @strawberry.field(description="Which copy it puts back out of the quarantine; null if it undoes otherwise.")
    def quarantined_id(self) -> strawberry.ID | None:
        found = self.scope.quarantine_id
        return strawberry.ID(global_id("quarantined", found)) if found else None

    @strawberry.field(description="Of which record; null if of all, or if the caller may not see it.")
    async def record_id(self, info: Info) -> strawberry.ID | None:
        record_id = self.scope.record_id
        if record_id is None or not await info.context.loaders.sees_record.load(record_id):
            return None
        return strawberry.ID(global_record_id(self.kind, record_id))

    @strawberry.field(description="Of which fields; empty if of all.")
    async def mappings(self, info: Info) -> list[Mapping]:
        return await _mappings(info, sorted(self.scope.field_ids or ()))

    @classmethod
    def of(cls, row: Any) -> "RunUndo":
        scope = UndoScope.of(row.undoes)
        return cls(since=scope.since, force=scope.force, kind=row.kinds[0], scope=scope)


def _phase(stored: dict[str, Any]) -> RunPhase:
    finished = stored.get("finished_at")
    return RunPhase(
        phase=Phase[stored["phase"]],
        kind=RecordKind[stored["kind"]],
        started_at=datetime.fromisoformat(stored["started_at"]),
        finished_at=datetime.fromisoformat(finished) if finished else None,
        milliseconds=stored.get("milliseconds"),
        done=stored.get("done") or 0,
        total=stored.get("total"),
    )


@strawberry.type(description="One numbered, stored line of a run.")
class RunEvent:
    run_id: strawberry.ID = strawberry.field(description="The run it belongs to.")
    seq: int = strawberry.field(description="Counts from 1 within the run, without gaps.")
    at: datetime = strawberry.field(description="When it happened.")
    type: EventType = strawberry.field(description="What it tells.")
    state: RunState = strawberry.field(description="Where the run stood.")
    phase: Phase | None = strawberry.field(description="The part it concerns.")
    kind: RecordKind | None = strawberry.field(description="The type of record it concerns.")
    done: int | None = strawberry.field(description="Records or operations handled so far in the phase.")
    total: int | None = strawberry.field(description="Records or operations there are in the phase.")
    milliseconds: float | None = strawberry.field(description="How long the phase or the run took.")
    rate: float | None = strawberry.field(description="Records or operations per second so far in the phase.")
    remaining_seconds: float | None = strawberry.field(
        description="Seconds that are left of the phase at that rate; null if nobody can tell."
    )
    counts: RunCounts | None = strawberry.field(description="What the run found and did so far.")
    problem: RunProblem | None = strawberry.field(description="What went wrong, if that is what it tells.")
    message: str = strawberry.field(description="The same in words.")

    @classmethod
    def of(cls, run_id: str, seq: int, at: datetime, body: dict[str, Any]) -> "RunEvent":
        return cls(
            run_id=strawberry.ID(global_id("run", run_id)),
            seq=seq,
            at=at,
            type=EventType[body["type"]],
            state=RunState[body["state"]],
            phase=Phase[body["phase"]] if body.get("phase") else None,
            kind=RecordKind[body["kind"]] if body.get("kind") else None,
            done=body.get("done"),
            total=body.get("total"),
            milliseconds=body.get("milliseconds"),
            rate=body.get("rate"),
            remaining_seconds=body.get("remaining"),
            counts=RunCounts.of(body["counts"]) if body.get("counts") else None,
            problem=RunProblem.of(seq, at, body["problem"]) if body.get("problem") else None,
            message=body["message"],
        )
