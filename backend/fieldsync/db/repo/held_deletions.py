"""Deletions that a brake holds, as the engine writes them and the pages show them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.sync_tables import HeldDeletion

table = table_of(HeldDeletion)


def of_kind(connection: Connection, mailbox_id: str, kind: RecordKind) -> dict[str, Any]:
    """Everything held of a mailbox and kind: id and ``released_at``, by link."""
    rows = connection.execute(
        select(table.c.link_id, table.c.id, table.c.released_at).where(
            table.c.mailbox_id == mailbox_id, table.c.kind == kind.value
        )
    )
    return {row.link_id: row for row in rows}


def insert_many(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), list(rows))


def remove(connection: Connection, ids: Collection[str]) -> None:
    if ids:
        connection.execute(delete(table).where(table.c.id.in_(ids)))


def forget(connection: Connection, mailbox_id: str, kinds: Collection[RecordKind]) -> None:
    """The mailbox means other collections for these kinds now."""
    connection.execute(
        delete(table).where(table.c.mailbox_id == mailbox_id, table.c.kind.in_([kind.value for kind in kinds]))
    )


def release(
    connection: Connection, mailbox_id: str, ids: Collection[str] | None, who: str | None, now: datetime
) -> None:
    """Let the next run carry out these, or all of a mailbox."""
    wanted = update(table).where(table.c.mailbox_id == mailbox_id, table.c.released_at.is_(None))
    if ids is not None:
        wanted = wanted.where(table.c.id.in_(ids))
    connection.execute(wanted.values(released_at=now, released_by=who))


def page(
    connection: Connection, visible: ColumnElement[bool], *, first: int, after: str | None, mailbox_id: str | None
) -> list[Any]:
    """Held deletions, the oldest first, up to one more than ``first``."""
    wanted = _of(select(table), visible, mailbox_id).order_by(table.c.id).limit(first + 1)
    return list(connection.execute(wanted if after is None else wanted.where(table.c.id > after)))


def count(connection: Connection, visible: ColumnElement[bool], mailbox_id: str | None) -> int:
    return connection.scalar(_of(select(func.count()).select_from(table), visible, mailbox_id)) or 0


def by_ids(
    connection: Connection, visible: ColumnElement[bool], mailbox_id: str, ids: Collection[str] | None
) -> list[Any]:
    """These of a mailbox, or all of it, the oldest first."""
    wanted = select(table).where(visible, table.c.mailbox_id == mailbox_id).order_by(table.c.id)
    return list(connection.execute(wanted if ids is None else wanted.where(table.c.id.in_(ids))))


def _of(statement: Any, visible: ColumnElement[bool], mailbox_id: str | None) -> Any:
    wanted = statement.where(visible)
    return wanted if mailbox_id is None else wanted.where(table.c.mailbox_id == mailbox_id)
