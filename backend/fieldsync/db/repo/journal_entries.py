"""Journal entries as the engine writes them and undoing reads them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.runs import OperationState
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
    *,
    mailbox_id: str | None = None,
    run_id: str | None = None,
    record_id: str | None = None,
    since: datetime | None = None,
) -> list[Any]:
    """Entries that can be undone, oldest first: not expired, and their operations not under way."""
    wanted = select(table).where(visible, table.c.expires_at > now, ~_open)
    for column, value in ((table.c.mailbox_id, mailbox_id), (table.c.run_id, run_id), (table.c.record_id, record_id)):
        if value is not None:
            wanted = wanted.where(column == value)
    if since is not None:
        wanted = wanted.where(table.c.at >= since)
    return list(connection.execute(wanted.order_by(table.c.id)))


def mark_undone(connection: Connection, entries: Sequence[Any], run_id: str) -> None:
    """These entries were undone by a run. Undoing what an undo wrote makes what it had undone count again."""
    for row in entries:
        again = (table.c.record_id == row.record_id, table.c.side == row.side, table.c.undone_by == row.run_id)
        connection.execute(update(table).where(*again).values(undone_by=None))
    ids = [row.id for row in entries]
    for start in range(0, len(ids), CHUNK):
        connection.execute(update(table).where(table.c.id.in_(ids[start : start + CHUNK])).values(undone_by=run_id))


def purge(connection: Connection, now: datetime) -> None:
    """Drop what has expired."""
    connection.execute(delete(table).where(table.c.expires_at <= now))
