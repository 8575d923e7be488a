"""The quarantine: copies of what a deletion removed, sealed, until they expire.

A copy is stored in the unit of work that records the deletion as INTENDED, and bears the id of that operation. It shows
once the operation has an outcome, and goes again if nothing was deleted after all.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, exists, insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.runs import OperationAction, OperationState
from fieldsync.core.values import Side
from fieldsync.db.columns import table_of
from fieldsync.db.repo.list_query import listing
from fieldsync.db.sync_tables import Quarantined
from fieldsync.db.tables import Operation

table = table_of(Quarantined)
LISTING = listing("quarantine", table, guarded=frozenset({"subject"}), newest_first=True)
_operation = table_of(Operation)
_open = exists().where(_operation.c.id == table.c.id, _operation.c.state == OperationState.INTENDED.value)
_action = case(
    (table.c.side == Side.CRM.value, OperationAction.DELETE_RECORD.value), else_=OperationAction.DELETE_ITEM.value
)


def insert_many(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), list(rows))


def strike_out(connection: Connection, operation_ids: Collection[str]) -> None:
    """These operations deleted nothing after all."""
    if operation_ids:
        connection.execute(delete(table).where(table.c.id.in_(operation_ids)))


def mark_restored(connection: Connection, operation_ids: Collection[str], now: datetime) -> None:
    if operation_ids:
        connection.execute(update(table).where(table.c.id.in_(operation_ids)).values(restored_at=now))


def purge(connection: Connection, now: datetime) -> None:
    """Drop what has expired."""
    connection.execute(delete(table).where(table.c.expires_at <= now))


def entry(connection: Connection, mailbox_id: str, quarantine_id: str, now: datetime) -> Any:
    """One copy as the journal entry of its deletion, with the link that its pair had; None if there is none."""
    wanted = (
        select(table, _action.label("action"), _operation.c.link_id)
        .outerjoin(_operation, _operation.c.id == table.c.id)
        .where(table.c.id == quarantine_id, table.c.mailbox_id == mailbox_id, table.c.expires_at > now)
    )
    return connection.execute(wanted).one_or_none()


def listed(visible: ColumnElement[bool]) -> Select[Any]:
    """Copies that may be seen."""
    return select(table).where(visible, ~_open)


def by_id(connection: Connection, visible: ColumnElement[bool], quarantine_id: str, now: datetime) -> Any:
    """A copy that has not expired."""
    wanted = select(table).where(visible, table.c.id == quarantine_id, table.c.expires_at > now, ~_open)
    return connection.execute(wanted).one_or_none()
