"""Field profiles: what they allow with secured columns, and who has them."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.privileges import ColumnRights
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.repo.assignments import Assignments
from fieldsync.db.repo.list_query import listing
from fieldsync.db.rights import FieldPermission, FieldProfile, FieldProfileMember

table = table_of(FieldProfile)
LISTING = listing("fieldProfiles", table, usual_order="name")
_permission = table_of(FieldPermission)
given = Assignments(table, table_of(FieldProfileMember), "field_profile_id")
"""Who has which field profile directly."""


def listed() -> Select[Any]:
    """Every field profile."""
    return select(table)


def by_ids(connection: Connection, ids: Collection[str]) -> dict[str, Any]:
    return {row.id: row for row in connection.execute(select(table).where(table.c.id.in_(ids)))}


def get(connection: Connection, field_profile_id: str) -> Any | None:
    return connection.execute(select(table).where(table.c.id == field_profile_id)).one_or_none()


def is_taken(connection: Connection, name: str, but: str | None = None) -> bool:
    """Whether a field profile other than ``but`` has this name."""
    wanted = select(table.c.id).where(table.c.name == name, table.c.id != (but or ""))
    return connection.scalar(wanted) is not None


def add(connection: Connection, field_profile_id: str, name: str, description: str) -> None:
    connection.execute(insert(table).values(id=field_profile_id, name=name, description=description, revision=1))


def change(connection: Connection, field_profile_id: str, **values: Any) -> None:
    """Change these columns and count the revision."""
    connection.execute(
        update(table).where(table.c.id == field_profile_id).values(**values, revision=table.c.revision + 1)
    )


def remove(connection: Connection, field_profile_id: str) -> None:
    connection.execute(delete(table).where(table.c.id == field_profile_id))


def permissions(connection: Connection, ids: Collection[str]) -> dict[str, dict[tuple[RecordKind, str], ColumnRights]]:
    """What each field profile allows, by kind and attribute."""
    found: dict[str, dict[tuple[RecordKind, str], ColumnRights]] = defaultdict(dict)
    wanted = (
        select(_permission)
        .where(_permission.c.field_profile_id.in_(ids))
        .order_by(_permission.c.kind, _permission.c.attribute)
    )
    for row in connection.execute(wanted):
        found[row.field_profile_id][RecordKind(row.kind), row.attribute] = ColumnRights(
            row.can_read, row.can_read_unmasked, row.can_create, row.can_update
        )
    return found


def allow(
    connection: Connection, field_profile_id: str, kind: RecordKind, attribute: str, rights: ColumnRights
) -> None:
    """Set what a field profile allows with one column; nothing at all leaves no row."""
    connection.execute(
        delete(_permission).where(
            _permission.c.field_profile_id == field_profile_id,
            _permission.c.kind == kind.value,
            _permission.c.attribute == attribute,
        )
    )
    if rights != ColumnRights():
        connection.execute(
            insert(_permission).values(
                field_profile_id=field_profile_id,
                kind=kind.value,
                attribute=attribute,
                can_read=rights.read,
                can_read_unmasked=rights.unmasked,
                can_create=rights.create,
                can_update=rights.update,
            )
        )
