"""The audit: who changed which right when, before and after. Rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.engine import Connection

from fieldsync.core.rights import Actor
from fieldsync.db.columns import table_of
from fieldsync.db.repo.list_query import listing
from fieldsync.db.rights import AuditEvent
from fieldsync.ids import new_id

table = table_of(AuditEvent)
LISTING = listing("auditEvents", table, newest_first=True)


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


def listed() -> Select[Any]:
    """Every event."""
    return select(table)


def has_happened(connection: Connection, action: str) -> bool:
    return connection.scalar(select(table.c.id).where(table.c.action == action).limit(1)) is not None
