"""The audit: who changed which right when, before and after. Rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
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
