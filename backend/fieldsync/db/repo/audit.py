"""The audit: who changed which right when, before and after. Rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from fieldsync.core.rights import Actor
from fieldsync.db.columns import table_of
from fieldsync.db.rights import AuditEvent
from fieldsync.ids import new_id

table = table_of(AuditEvent)


def append(
    connection: Connection,
    actor: Actor,
    action: str,
    *,
    target_id: str,
    target_name: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    now: datetime,
) -> None:
    """Note a change in the transaction that makes it; ``target_id`` is an id of the API."""
    connection.execute(
        insert(table).values(
            id=new_id(),
            at=now,
            actor=actor.name,
            principal_id=actor.principal_id or None,
            action=action,
            target_id=target_id,
            target_name=target_name,
            before=before,
            after=after,
        )
    )


def page(connection: Connection, *, first: int, after: str | None, target_id: str | None) -> list[Any]:
    """Events, newest first, up to one more than ``first``; only those of one target, if given."""
    wanted = select(table).order_by(table.c.id.desc()).limit(first + 1)
    if target_id is not None:
        wanted = wanted.where(table.c.target_id == target_id)
    return list(connection.execute(wanted if after is None else wanted.where(table.c.id < after)))


def count(connection: Connection, target_id: str | None) -> int:
    wanted = select(func.count()).select_from(table)
    return connection.scalar(wanted if target_id is None else wanted.where(table.c.target_id == target_id)) or 0


def has_happened(connection: Connection, action: str) -> bool:
    return connection.scalar(select(table.c.id).where(table.c.action == action).limit(1)) is not None
