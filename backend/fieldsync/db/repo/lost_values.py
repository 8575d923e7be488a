"""The history: values that gave way, sealed, until they expire."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.engine import Connection

from fieldsync.db.columns import table_of
from fieldsync.db.repo.list_query import listing
from fieldsync.db.tables import LostValue

table = table_of(LostValue)
LISTING = listing("history", table, guarded=frozenset({"record_id"}), newest_first=True)


def listed(visible: ColumnElement[bool], record_id: str | None) -> Select[Any]:
    """Lost values that may be seen, of one record if it is named."""
    wanted = select(table).where(visible)
    return wanted if record_id is None else wanted.where(table.c.record_id == record_id)


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
