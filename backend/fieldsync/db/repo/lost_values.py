"""The history: values that gave way, sealed, until they expire."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.engine import Connection

from fieldsync.db.columns import table_of
from fieldsync.db.tables import LostValue

table = table_of(LostValue)


def page(
    connection: Connection,
    visible: ColumnElement[bool],
    *,
    first: int,
    after: str | None,
    record_id: str | None,
    mailbox_id: str | None,
) -> list[Any]:
    """Lost values, the newest first, up to one more than ``first``."""
    wanted = _of(select(table), visible, record_id, mailbox_id).order_by(table.c.id.desc()).limit(first + 1)
    return list(connection.execute(wanted if after is None else wanted.where(table.c.id < after)))


def count(connection: Connection, visible: ColumnElement[bool], record_id: str | None, mailbox_id: str | None) -> int:
    return connection.scalar(_of(select(func.count()).select_from(table), visible, record_id, mailbox_id)) or 0


def by_id(connection: Connection, visible: ColumnElement[bool], lost_id: str) -> Any:
    return connection.execute(select(table).where(visible, table.c.id == lost_id)).one_or_none()


def by_ids(connection: Connection, ids: Collection[str]) -> dict[str, Any]:
    """Lost values of runs that the caller was shown already."""
    return {row.id: row for row in connection.execute(select(table).where(table.c.id.in_(ids)))}


def mark_restored(connection: Connection, lost_id: str, now: datetime) -> None:
    connection.execute(update(table).where(table.c.id == lost_id).values(restored_at=now))


def purge(connection: Connection, now: datetime) -> None:
    """Drop what has expired."""
    connection.execute(delete(table).where(table.c.expires_at <= now))


def _of(statement: Any, visible: ColumnElement[bool], record_id: str | None, mailbox_id: str | None) -> Any:
    wanted = statement.where(visible)
    if record_id is not None:
        wanted = wanted.where(table.c.record_id == record_id)
    return wanted if mailbox_id is None else wanted.where(table.c.mailbox_id == mailbox_id)
