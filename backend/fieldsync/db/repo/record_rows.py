"""CRM records of one kind as callers read and write them: pages, and writes that take their version from the clock."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Table, Text, bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.records import RECORD_MODELS, Record
from fieldsync.db.repo.deletions import bury
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.db.repo.record_traits import UID, traits_of
from fieldsync.db.repo.records import layout, next_version
from fieldsync.db.repo.windows import Page, Window, count_in, rows_in
from fieldsync.ids import new_id

LONGEST_TEXT = 100_000


class RecordRows:
    """Reads and writes of one kind.

    ``attributes`` are the columns that callers read and write, in the order of the table; ``max_lengths`` are the
    text columns among them with how many characters they take; ``name`` is what a record is called by.
    """

    def __init__(self, kind: RecordKind) -> None:
        self.kind = kind
        self.table: Table = table_of(RECORD_MODELS[kind])
        columns = self.table.c
        own = [name for name in columns.keys() if name not in Record.model_fields and name != UID]  # noqa: SIM118
        self.name = "fullname" if kind is RecordKind.CONTACT else "subject"
        self.attributes: tuple[str, ...] = tuple(own if kind is RecordKind.CONTACT else [*own, "statecode"])
        self.max_lengths: Mapping[str, int] = {
            name: getattr(columns[name].type, "length", None) or LONGEST_TEXT
            for name in self.attributes
            if isinstance(columns[name].type, Text) or getattr(columns[name].type, "length", None)
        }

    def page(
        self,
        connection: Connection,
        visible: Select[Any],
        query: ListQuery,
        window: Window,
    ) -> Page:
        """Records in the query's order; ``sort_key`` is what they were sorted by."""
        return rows_in(connection, visible, query, window)

    def count(self, connection: Connection, visible: ColumnElement[bool], query: ListQuery) -> int:
        return count_in(connection, select(self.table.c.id).where(visible), query)

    def with_id(self, visible: Select[Any]) -> Select[Any]:
        """The record with the id that the parameter ``id`` names, if it is visible."""
        return visible.where(self.table.c.id == bindparam("id", None, String))

    def by_ids(
        self,
        connection: Connection,
        visible: ColumnElement[bool],
        columns: Sequence[ColumnElement[Any]],
        ids: Collection[str],
        *,
        lock: bool = False,
    ) -> dict[str, Any]:
        """These records by id, as far as they are visible."""
        wanted = select(*columns).where(visible, self.table.c.id.in_(ids))
        return {row.id: row for row in connection.execute(wanted.with_for_update(of=self.table) if lock else wanted)}

    def plain(self, connection: Connection, record_id: str, *, lock: bool = False) -> Any:
        """Owner, version and name (``called``) of a record that exists, whoever asks.

        The name of a contact cannot be secured (C11); the subject of an activity can.
        """
        columns = self.table.c
        wanted = select(columns.id, columns.owner_id, columns.version, columns[self.name].label("called"))
        wanted = wanted.where(columns.id == record_id)
        return connection.execute(wanted.with_for_update() if lock else wanted).one()

    def held(self, connection: Connection, record_id: str) -> Mapping[str, Any]:
        """All columns of a record that exists, whoever asks: to complete it by rule, never to show."""
        row = connection.execute(select(self.table).where(self.table.c.id == record_id)).one()
        return row._asdict()

    def ids_among(self, connection: Connection, visible: ColumnElement[bool], ids: Collection[str]) -> set[str]:
        """Which of these records are visible."""
        return set(connection.scalars(select(self.table.c.id).where(visible, self.table.c.id.in_(ids))))

    def create(self, connection: Connection, values: Mapping[str, Any], *, owner_id: str, now: datetime) -> str:
        """Store a record; returns its id."""
        return self.create_many(connection, [(owner_id, values)], now)[0]

    def create_many(
        self, connection: Connection, records: list[tuple[str, Mapping[str, Any]]], now: datetime
    ) -> list[str]:
        """Store records of these owners, with versions in their order; returns their ids."""
        last = next_version(connection, len(records))
        empty = {**dict.fromkeys(self.attributes), "statecode": 0}
        rows = [
            {
                **empty,
                **values,
                "id": new_id(),
                "owner_id": owner_id,
                "version": last - len(records) + 1 + n,
                "created_at": now,
                "modified_at": now,
            }
            for n, (owner_id, values) in enumerate(records)
        ]
        connection.execute(insert(self.table), rows)
        return [row["id"] for row in rows]

    def filled(self, held: Mapping[str, Any], wanted: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """What the CRM fills in by itself once ``wanted`` is written over what is held (behaviours A13, F23)."""
        shape = layout(self.kind)
        written = {field.position for field in shape.fields if not wanted.keys().isdisjoint(field.attributes)}
        after = shape.decode([wanted.get(column.name, held.get(column.name)) for column in shape.columns])
        return shape.encode(shape.filling.fill(after, written, now)) if shape.filling.triggers(written) else {}

    def take_version(self, connection: Connection) -> int:
        """The version for a write of this transaction.

        Taken before any row is locked, as the engine does it too; the other order could deadlock.
        """
        return next_version(connection)

    def change(
        self, connection: Connection, record_id: str, values: Mapping[str, Any], version: int, now: datetime
    ) -> None:
        """Change these columns."""
        changed = update(self.table).where(self.table.c.id == record_id)
        connection.execute(changed.values(**values, version=version, modified_at=now))

    def remove(self, connection: Connection, record_id: str, version: int, now: datetime) -> None:
        """Delete a record, leaving a tombstone for whoever asks what changed, and what the deletion matrix asks."""
        this = self.table.c.id == record_id
        was = connection.execute(select(*layout(self.kind).traits).where(this)).one()
        connection.execute(delete(self.table).where(this))
        bury(connection, self.kind, record_id, traits_of(tuple(was)), version, now)


@cache
def rows_of(kind: RecordKind) -> RecordRows:
    """The rows of a kind."""
    return RecordRows(kind)
