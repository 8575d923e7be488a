"""Deletions that a brake holds, as the engine writes them and the pages show them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.repo.list_query import listing
from fieldsync.db.sync_tables import HeldDeletion

table = table_of(HeldDeletion)
LISTING = listing("heldDeletions", table, guarded=frozenset({"subject"}))


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


def listed(visible: ColumnElement[bool]) -> Select[Any]:
    """Held deletions that may be seen."""
    return select(table).where(visible)


def by_ids(
    connection: Connection, visible: ColumnElement[bool], mailbox_id: str, ids: Collection[str] | None
) -> list[Any]:
    """These of a mailbox, or all of it, the oldest first."""
    wanted = select(table).where(visible, table.c.mailbox_id == mailbox_id).order_by(table.c.id)
    return list(connection.execute(wanted if ids is None else wanted.where(table.c.id.in_(ids))))
