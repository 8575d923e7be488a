"""Business units: one tree, whose root comes with the database."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.db.columns import table_of
from fieldsync.db.dialect import folded
from fieldsync.db.repo.list_query import listing
from fieldsync.db.rights import BusinessUnit
from fieldsync.db.tables import Principal

table = table_of(BusinessUnit)
LISTING = listing("businessUnits", table, usual_order="name")
_principal = table_of(Principal)


def listed() -> Select[Any]:
    """Every unit."""
    return select(table)


def by_ids(connection: Connection, ids: Collection[str]) -> dict[str, Any]:
    return {row.id: row for row in connection.execute(select(table).where(table.c.id.in_(ids)))}


def get(connection: Connection, unit_id: str) -> Any | None:
    return connection.execute(select(table).where(table.c.id == unit_id)).one_or_none()


def by_name(connection: Connection, name: str) -> Any | None:
    return connection.execute(select(table).where(table.c.name == name)).one_or_none()


def is_taken(connection: Connection, name: str, but: str | None = None) -> bool:
    """Whether a unit other than ``but`` has this name."""
    wanted = select(table.c.id).where(table.c.name == name, table.c.id != (but or ""))
    return connection.scalar(wanted) is not None


def is_within(connection: Connection, unit_id: str, top_id: str) -> bool:
    """Whether the unit is ``top_id`` or lies below it."""
    parents = {row.id: row.parent_id for row in connection.execute(select(table.c.id, table.c.parent_id))}
    at: str | None = unit_id
    for _ in parents:
        if at is None or at == top_id:
            break
        at = parents.get(at)
    return at == top_id


def children(connection: Connection, unit_id: str) -> list[str]:
    """The names of the units right below."""
    return list(
        connection.scalars(select(table.c.name).where(table.c.parent_id == unit_id).order_by(folded(table.c.name)))
    )


def counts(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    """How many users and teams each unit has, besides its default team."""
    wanted = (
        select(_principal.c.unit_id, func.count())
        .where(_principal.c.unit_id.in_(ids), _principal.c.is_default_team.is_(False))
        .group_by(_principal.c.unit_id)
    )
    return {row[0]: row[1] for row in connection.execute(wanted)}


def add(connection: Connection, unit_id: str, name: str, parent_id: str) -> None:
    connection.execute(insert(table).values(id=unit_id, name=name, parent_id=parent_id, revision=1))


def change(connection: Connection, unit_id: str, **values: Any) -> None:
    """Change these columns and count the revision."""
    connection.execute(update(table).where(table.c.id == unit_id).values(**values, revision=table.c.revision + 1))


def remove(connection: Connection, unit_id: str) -> None:
    connection.execute(delete(table).where(table.c.id == unit_id))
