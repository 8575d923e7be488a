"""CRM contacts: pages by id, and writes that take their version from the record clock."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.traits import RecordTraits
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.records import Contact, Record
from fieldsync.db.repo.contact_query import ContactQuery, Place
from fieldsync.db.repo.deletions import bury
from fieldsync.db.repo.records import next_version
from fieldsync.ids import new_id

table = table_of(Contact)

ATTRIBUTES: tuple[str, ...] = tuple(name for name in table.c.keys() if name not in Record.model_fields)  # noqa: SIM118
"""The columns that callers read and write, in the order of the table."""

MAX_LENGTHS: Mapping[str, int] = {
    name: getattr(table.c[name].type, "length", None) or 100_000
    for name in ATTRIBUTES
    if isinstance(table.c[name].type, Text) or getattr(table.c[name].type, "length", None)
}
"""The text columns and how many characters they take."""


def page(
    connection: Connection,
    visible: ColumnElement[bool],
    columns: Sequence[ColumnElement[Any]],
    query: ContactQuery,
    *,
    first: int,
    after: Place | None,
) -> list[Any]:
    """Contacts in the query's order, up to one more than ``first``; ``sort_key`` is what they were sorted by."""
    key = query.sort_key()
    wanted = select(*columns) if key is None else select(*columns, key.label("sort_key"))
    wanted = wanted.where(visible, *query.where()).order_by(*query.order_by()).limit(first + 1)
    return list(connection.execute(wanted if after is None else wanted.where(query.after(after))))


def count(connection: Connection, visible: ColumnElement[bool], query: ContactQuery) -> int:
    wanted = select(func.count()).select_from(table).where(visible, *query.where())
    return connection.scalar(wanted) or 0


def by_ids(
    connection: Connection,
    visible: ColumnElement[bool],
    columns: Sequence[ColumnElement[Any]],
    ids: Collection[str],
    *,
    lock: bool = False,
) -> dict[str, Any]:
    """These contacts by id, as far as they are visible."""
    wanted = select(*columns).where(visible, table.c.id.in_(ids))
    return {row.id: row for row in connection.execute(wanted.with_for_update(of=table) if lock else wanted)}


def plain(connection: Connection, contact_id: str, *, lock: bool = False) -> Any:
    """Owner, version and full name of a contact that exists, whoever asks; none of it can be secured (C11)."""
    wanted = select(table.c.id, table.c.owner_id, table.c.version, table.c.fullname).where(table.c.id == contact_id)
    return connection.execute(wanted.with_for_update() if lock else wanted).one()


def ids_among(connection: Connection, visible: ColumnElement[bool], ids: Collection[str]) -> set[str]:
    """Which of these contacts are visible."""
    return set(connection.scalars(select(table.c.id).where(visible, table.c.id.in_(ids))))


def create(connection: Connection, values: Mapping[str, Any], *, owner_id: str, now: datetime) -> str:
    """Store a contact; returns its id."""
    return create_many(connection, [(owner_id, values)], now)[0]


def create_many(connection: Connection, contacts: list[tuple[str, Mapping[str, Any]]], now: datetime) -> list[str]:
    """Store contacts of these owners, with versions in their order; returns their ids."""
    last = next_version(connection, len(contacts))
    empty = dict.fromkeys(ATTRIBUTES)
    rows = [
        {
            **empty,
            **values,
            "id": new_id(),
            "owner_id": owner_id,
            "version": last - len(contacts) + 1 + n,
            "statecode": 0,
            "created_at": now,
            "modified_at": now,
        }
        for n, (owner_id, values) in enumerate(contacts)
    ]
    connection.execute(insert(table), rows)
    return [row["id"] for row in rows]


def take_version(connection: Connection) -> int:
    """The version for a write of this transaction.

    Taken before any row is locked, as the engine does it too; the other order could deadlock.
    """
    return next_version(connection)


def change(connection: Connection, contact_id: str, values: Mapping[str, Any], version: int, now: datetime) -> None:
    """Change these columns."""
    connection.execute(update(table).where(table.c.id == contact_id).values(**values, version=version, modified_at=now))


def remove(connection: Connection, contact_id: str, version: int, now: datetime) -> None:
    """Delete a contact, leaving a tombstone for whoever asks what changed."""
    was = connection.execute(select(table.c.owner_id, table.c.statecode).where(table.c.id == contact_id)).one()
    connection.execute(delete(table).where(table.c.id == contact_id))
    bury(connection, RecordKind.CONTACT, contact_id, RecordTraits(owner_id=was[0], state=was[1]), version, now)
