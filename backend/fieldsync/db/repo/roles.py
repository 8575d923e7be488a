"""Security roles, and who holds them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.db.columns import table_of
from fieldsync.db.repo.assignments import Assignments
from fieldsync.db.repo.list_query import listing
from fieldsync.db.rights import PrincipalRole, SecurityRole

table = table_of(SecurityRole)
LISTING = listing("securityRoles", table, usual_order="name")
_held = table_of(PrincipalRole)
given = Assignments(table, _held, "role_id")
"""Who holds which role directly."""


def listed() -> Select[Any]:
    """Every role."""
    return select(table)


def by_ids(connection: Connection, ids: Collection[str]) -> dict[str, Any]:
    return {row.id: row for row in connection.execute(select(table).where(table.c.id.in_(ids)))}


def get(connection: Connection, role_id: str) -> Any | None:
    return connection.execute(select(table).where(table.c.id == role_id)).one_or_none()


def by_name(connection: Connection, name: str) -> Any | None:
    return connection.execute(select(table).where(table.c.name == name)).one_or_none()


def is_taken(connection: Connection, name: str, but: str | None = None) -> bool:
    """Whether a role other than ``but`` has this name."""
    wanted = select(table.c.id).where(table.c.name == name, table.c.id != (but or ""))
    return connection.scalar(wanted) is not None


def add(connection: Connection, role_id: str, **values: Any) -> None:
    connection.execute(insert(table).values(id=role_id, revision=1, **values))


def change(connection: Connection, role_id: str, **values: Any) -> None:
    """Change these columns and count the revision."""
    connection.execute(update(table).where(table.c.id == role_id).values(**values, revision=table.c.revision + 1))


def remove(connection: Connection, role_id: str) -> None:
    connection.execute(delete(table).where(table.c.id == role_id))


def give(connection: Connection, principal_id: str, role_ids: Collection[str]) -> None:
    """Make just these the roles that a principal holds."""
    connection.execute(delete(_held).where(_held.c.principal_id == principal_id))
    if role_ids:
        connection.execute(insert(_held), [{"principal_id": principal_id, "role_id": one} for one in sorted(role_ids)])
