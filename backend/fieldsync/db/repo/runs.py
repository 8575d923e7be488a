"""Runs, their operations and what conflicts put aside, as the engine writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql.dml import ReturningUpdate

from fieldsync.core.privileges import SecuredWrites
from fieldsync.core.runs import (
    Counts,
    EventType,
    OperationAction,
    OperationState,
    RunConfiguration,
    RunMode,
    RunState,
    event_body,
)
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.repo import leases, run_events
from fieldsync.db.tables import LostValue, Mailbox, Operation, Profile, ProfileVersion, Run
from fieldsync.db.tables import Mapping as MappingTable
from fieldsync.errors import ErrorCode

DIED = "The process that ran it ended before it was finished."
DIED_REMEDY = "Start another run: it finds what was done and finishes the rest."

_runs = table_of(Run)
_operations = table_of(Operation)
_lost = table_of(LostValue)
_mailboxes = table_of(Mailbox)
_profiles = table_of(Profile)
_versions = table_of(ProfileVersion)
_mappings = table_of(MappingTable)


@dataclass(frozen=True, slots=True)
class RunOrder:
    """A run as it was ordered; ``started_by`` is None for a cycle."""

    id: str
    mailbox_id: str
    state: RunState
    mode: RunMode
    configuration: RunConfiguration
    kinds: tuple[RecordKind, ...]
    release_held: bool
    last_seq: int
    started_by: str | None = None


@dataclass(frozen=True, slots=True)
class MailboxAccess:
    """What a run needs to know of its mailbox."""

    id: str
    principal_id: str
    name: str
    contacts_url: str
    user_name: str
    password_box: bytes
    sync_method: str
    on_record_deleted: str
    on_item_deleted: str
    calendar_url: str | None = None
    tasks_url: str | None = None
    time_zone: str = "UTC"
    addresses: list[str] | None = None
    compared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Intended:
    """A write that was about to be sent when its run died."""

    id: str
    kind: RecordKind
    action: OperationAction
    link_id: str | None
    record_id: str | None
    record_version: int | None
    href: str | None
    item_key: str | None
    fields: tuple[int, ...]
    crm_seen: bytes | None
    outlook_seen: bytes | None
    run_id: str
    subject: str


def insert_run(
    connection: Connection,
    *,
    run_id: str,
    mailbox_id: str,
    mode: RunMode,
    configuration: RunConfiguration,
    kinds: Sequence[RecordKind],
    started_by: str | None,
    release_held: bool,
    now: datetime,
) -> None:
    """Order a run; its first event says so."""
    connection.execute(
        insert(_runs),
        {
            "id": run_id,
            "mailbox_id": mailbox_id,
            "state": RunState.QUEUED.value,
            "mode": mode.value,
            "configuration": configuration.value,
            "kinds": [kind.value for kind in kinds],
            "release_held": release_held,
            "process": leases.owner_name(),
            "started_by": started_by,
            "queued_at": now,
            "requests": 0,
            "counts": Counts().as_dict(),
            "phases": [],
            "cancel_requested": False,
            "last_seq": 1,
        },
    )
    body = event_body(EventType.QUEUED, RunState.QUEUED, "Waiting to start")
    run_events.append(connection, run_id, 1, now, [body])


_order = select(*(_runs.c[name] for name in RunOrder.__dataclass_fields__)).where(_runs.c.id == bindparam("run_id"))


def order_of(connection: Connection, run_id: str) -> RunOrder | None:
    row = connection.execute(_order, {"run_id": run_id}).first()
    if row is None:
        return None
    return RunOrder(
        id=row.id,
        mailbox_id=row.mailbox_id,
        state=RunState(row.state),
        mode=RunMode(row.mode),
        configuration=RunConfiguration(row.configuration),
        kinds=tuple(RecordKind(kind) for kind in row.kinds),
        release_held=row.release_held,
        last_seq=row.last_seq,
        started_by=row.started_by,
    )


def runs_in(connection: Connection, state: RunState, mailbox_id: str) -> list[str]:
    """The runs of a mailbox in a state, oldest first."""
    wanted = select(_runs.c.id).where(_runs.c.state == state.value, _runs.c.mailbox_id == mailbox_id)
    return list(connection.execute(wanted.order_by(_runs.c.id)).scalars())


def adopt_waiting(connection: Connection, process: str) -> list[str]:
    """Give the waiting runs of dead processes to this one; their ids, oldest first."""
    rows = connection.execute(
        select(_runs.c.id, _runs.c.process).where(_runs.c.state == RunState.QUEUED.value).order_by(_runs.c.id)
    )
    orphans = [run_id for run_id, holder in rows if leases.is_dead(holder)]
    if orphans:
        connection.execute(update(_runs).where(_runs.c.id.in_(orphans)).values(process=process))
    return orphans


def close_all_dead(connection: Connection, now: datetime, mailbox_ids: Sequence[str] | None = None) -> None:
    """Close runs that nobody works on any more: their process is gone, or their lease ran out elsewhere."""
    active = (
        select(_runs.c.id, _runs.c.process, _runs.c.state, _mailboxes.c.lease_until)
        .join(_mailboxes, _mailboxes.c.id == _runs.c.mailbox_id)
        .where(_runs.c.state.in_((RunState.QUEUED.value, RunState.RUNNING.value)))
    )
    if mailbox_ids is not None:
        active = active.where(_runs.c.mailbox_id.in_(mailbox_ids))
    for run_id, process, state, lease_until in connection.execute(active).all():
        expired = state == RunState.RUNNING.value and (lease_until is None or lease_until < now)
        if leases.is_dead(process) or (expired and process != leases.owner_name()):
            close_dead(connection, run_id, now)


def close_dead(connection: Connection, run_id: str, now: datetime) -> None:
    """End a run whose process died."""
    order = order_of(connection, run_id)
    if order is not None:
        end_run(connection, run_id, order.last_seq, now, ErrorCode.LEASE_LOST, DIED, DIED_REMEDY)


def end_run(
    connection: Connection, run_id: str, last_seq: int, now: datetime, code: ErrorCode, message: str, remedy: str
) -> None:
    """Mark a run as failed from outside, with its last event."""
    body = event_body(EventType.FINISHED, RunState.FAILED, message)
    run_events.append(connection, run_id, last_seq + 1, now, [body])
    save_run(
        connection,
        run_id,
        state=RunState.FAILED.value,
        finished_at=now,
        last_seq=last_seq + 1,
        error_code=code.value,
        error_message=message,
        error_remedy=remedy,
    )


_access = select(*(_mailboxes.c[name] for name in MailboxAccess.__dataclass_fields__)).where(
    _mailboxes.c.id == bindparam("mailbox_id")
)


def mailbox_of(connection: Connection, mailbox_id: str) -> MailboxAccess:
    return MailboxAccess(*connection.execute(_access, {"mailbox_id": mailbox_id}).one())


_published = (
    select(
        _profiles.c.id,
        _profiles.c.name,
        _profiles.c.secured_writes,
        _profiles.c.published_number,
        _versions.c.directions,
        _versions.c.policies,
    )
    .join(
        _versions,
        and_(_versions.c.profile_id == _profiles.c.id, _versions.c.number == _profiles.c.published_number),
    )
    .where(_profiles.c.id == bindparam("profile_id"))
)


@dataclass(frozen=True, slots=True)
class InForce:
    """The profile that a run obeys: its published version, or its draft; directions by the fields' ids.

    ``policies`` names the conflict policy of the fields whose policy is not the usual one.
    """

    profile_id: str
    profile_name: str
    secured_writes: SecuredWrites
    number: int
    directions: Mapping[str, str]
    policies: Mapping[str, str] = field(default_factory=dict)


def directions_in_force(connection: Connection, profile_id: str, configuration: RunConfiguration) -> InForce:
    """The directions of a profile as a run with this configuration obeys them."""
    found_id, name, secured_writes, number, directions, policies = connection.execute(
        _published, {"profile_id": profile_id}
    ).one()
    if configuration is RunConfiguration.DRAFT:
        rows = connection.execute(
            select(_mappings.c.field_id, _mappings.c.direction, _mappings.c.policy).where(
                _mappings.c.profile_id == profile_id
            )
        ).all()
        directions = {row.field_id: row.direction for row in rows}
        policies = {row.field_id: row.policy for row in rows}
    return InForce(found_id, name, SecuredWrites(secured_writes), number, directions, policies or {})


@cache
def _update_run(names: tuple[str, ...]) -> ReturningUpdate[bool]:
    """Built once for each set of columns: building a statement costs more than running it."""
    return (
        update(_runs)
        .where(_runs.c.id == bindparam("run_id"))
        .values({name: bindparam(f"new_{name}") for name in names})
        .returning(_runs.c.cancel_requested)
    )


def save_run(connection: Connection, run_id: str, **cells: Any) -> bool:
    """Set columns of a run; True if somebody asked for it to be cancelled."""
    values = {f"new_{name}": value for name, value in cells.items()}
    return connection.execute(_update_run(tuple(cells)), {"run_id": run_id, **values}).scalar_one()


def insert_operations(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(_operations), list(rows))


def close_operations(
    connection: Connection, outcomes: Sequence[tuple[str, OperationState, str | None, str | None]]
) -> None:
    """Store outcomes: id of the operation, state, message, and the link it belongs to by now."""
    if outcomes:
        connection.execute(
            update(_operations)
            .where(_operations.c.id == bindparam("operation_id"))
            .values(state=bindparam("new_state"), message=bindparam("new_message"), link_id=bindparam("new_link_id")),
            [
                {"operation_id": op, "new_state": state.value, "new_message": message, "new_link_id": link}
                for op, state, message, link in outcomes
            ],
        )


_intended = (
    select(*(_operations.c[name] for name in Intended.__dataclass_fields__))
    .where(
        _operations.c.mailbox_id == bindparam("mailbox_id"),
        _operations.c.state == OperationState.INTENDED.value,
    )
    .order_by(_operations.c.id)
)


def intended(connection: Connection, mailbox_id: str) -> list[Intended]:
    """Writes of earlier runs whose outcome is not known, oldest first."""
    return [
        Intended(
            id=row.id,
            kind=RecordKind(row.kind),
            action=OperationAction(row.action),
            link_id=row.link_id,
            record_id=row.record_id,
            record_version=row.record_version,
            href=row.href,
            item_key=row.item_key,
            fields=tuple(row.fields),
            crm_seen=row.crm_seen,
            outlook_seen=row.outlook_seen,
            run_id=row.run_id,
            subject=row.subject,
        )
        for row in connection.execute(_intended, {"mailbox_id": mailbox_id})
    ]


def insert_lost(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(_lost), list(rows))
