"""Principals: who signs in and owns mailboxes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.engine import Connection

from fieldsync.core.rights import Role
from fieldsync.db.columns import table_of
from fieldsync.db.tables import Principal
from fieldsync.ids import new_id

table = table_of(Principal)
_public = (table.c.id, table.c.user_name, table.c.name, table.c.role)


def answer(connection: Connection) -> None:
    """The smallest question; raises if the database does not answer."""
    connection.execute(text("SELECT 1"))


def by_ids(connection: Connection, ids: Collection[str]) -> dict[str, Any]:
    """Principals by id, without their password hashes."""
    return {row.id: row for row in connection.execute(select(*_public).where(table.c.id.in_(ids)))}


def by_user_name(connection: Connection, user_name: str) -> Any | None:
    """A principal with the password hash, for signing in."""
    return connection.execute(select(*_public, table.c.password).where(table.c.user_name == user_name)).one_or_none()


def upsert(
    connection: Connection, *, user_name: str, name: str, role: Role, password_hash: str | None, now: datetime
) -> str:
    """The id of the principal with this user name, made if there is none; an existing one keeps its password."""
    found = by_user_name(connection, user_name)
    if found is not None:
        connection.execute(update(table).where(table.c.id == found.id).values(name=name, role=role.value))
        return found.id
    principal_id = new_id()
    connection.execute(
        insert(table).values(
            id=principal_id,
            user_name=user_name,
            name=name,
            role=role.value,
            password=password_hash,
            created_at=now,
        )
    )
    return principal_id
