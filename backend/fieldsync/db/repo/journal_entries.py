"""Journal entries as the engine writes them and undoing reads them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.runs import OperationState
from fieldsync.core.undo import Entry
from fieldsync.core.undo_scope import UndoScope
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.sync_tables import JournalEntry
from fieldsync.db.tables import Operation

table = table_of(JournalEntry)
_operation = table_of(Operation)
_open = exists().where(_operation.c.id == table.c.operation_id, _operation.c.state == OperationState.INTENDED.value)
CHUNK = 500


def insert_many(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), list(rows))


def replace(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write entries in the place of those of the same operations."""
    strike_out(connection, [row["id"] for row in rows])
    insert_many(connection, rows)


def strike_out(connection: Connection, operation_ids: Collection[str]) -> None:
    """These operations wrote nothing after all."""
    wanted = list(operation_ids)
    for start in range(0, len(wanted), CHUNK):
        connection.execute(delete(table).where(table.c.id.in_(wanted[start : start + CHUNK])))


def selected(
    connection: Connection,
    visible: ColumnElement[bool],
    now: datetime,
    scope: UndoScope,
    *,
    mailbox_id: str | None = None,
    kind: RecordKind | None = None,
) -> list[Any]:
    """Entries that can be undone, oldest first: not expired, and their operations not under way."""
    wanted = _within(select(table).where(visible), now, scope, mailbox_id)
    if kind is not None:
        wanted = wanted.where(table.c.kind == kind.value)
    return list(connection.execute(wanted.order_by(table.c.id)))


def counted(
    connection: Connection,
    visible: ColumnElement[bool],
    now: datetime,
    scope: UndoScope,
    mailbox_id: str | None = None,
) -> list[Any]:
    """How many of these entries there are by mailbox_id and kind, and how many of them are not ``undone``."""
    undone = func.count(table.c.undone_by).label("undone")
    wanted = select(table.c.mailbox_id, table.c.kind, func.count().label("entries"), undone).where(visible)
    wanted = _within(wanted, now, scope, mailbox_id).group_by(table.c.mailbox_id, table.c.kind)
    return list(connection.execute(wanted))


def undoable_runs(connection: Connection, run_ids: Collection[str], now: datetime) -> set[str]:
    """Which of these runs left entries that can be undone and were not yet."""
    wanted = select(table.c.run_id).where(
        table.c.run_id.in_(run_ids), table.c.expires_at > now, table.c.undone_by.is_(None)
    )
    return set(connection.scalars(wanted.distinct()))


def _within(wanted: Any, now: datetime, scope: UndoScope, mailbox_id: str | None) -> Any:
    wanted = wanted.where(table.c.expires_at > now, ~_open)
    narrowed = ((table.c.mailbox_id, mailbox_id), (table.c.run_id, scope.run_id), (table.c.record_id, scope.record_id))
    for column, value in narrowed:
        if value is not None:
            wanted = wanted.where(column == value)
    return wanted if scope.since is None else wanted.where(table.c.at >= scope.since)


_not_undone = (
    update(table)
    .where(
        table.c.record_id == bindparam("of_record"),
        table.c.side == bindparam("on_side"),
        table.c.undone_by == bindparam("by_run"),
    )
    .values(undone_by=None)
)


def mark_undone(connection: Connection, entries: Sequence[Entry], run_id: str) -> None:
    """These entries were undone by a run. Undoing what an undo wrote makes what it had undone count again."""
    for entry in entries:
        connection.execute(
            _not_undone, {"of_record": entry.record_id, "on_side": entry.side.value, "by_run": entry.run_id}
        )
    ids = [entry.id for entry in entries]
    for start in range(0, len(ids), CHUNK):
        connection.execute(update(table).where(table.c.id.in_(ids[start : start + CHUNK])).values(undone_by=run_id))


def purge(connection: Connection, now: datetime) -> None:
    """Drop what has expired."""
    connection.execute(delete(table).where(table.c.expires_at <= now))
