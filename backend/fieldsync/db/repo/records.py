"""CRM records of every kind as the engine sees them: versions, values, and writes that expect a version."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.filling import Filling
from fieldsync.core.plan import RecordState
from fieldsync.core.traits import RecordTraits
from fieldsync.core.values import RecordKind, Value, Values
from fieldsync.db.columns import table_of
from fieldsync.db.records import RECORD_MODELS, RecordClock, RecordDeletion
from fieldsync.db.repo.cells import TEXTS, as_text, from_text
from fieldsync.db.repo.deletions import bury
from fieldsync.db.repo.record_traits import UID, trait_columns, traits_of
from fieldsync.db.tables import Link

_clock = table_of(RecordClock)
_deletions = table_of(RecordDeletion)
_links = table_of(Link)
_newest = select(_clock.c.version).where(_clock.c.id == 1)
CHUNK = 500


def next_version(connection: Connection, count: int = 1) -> int:
    """Take ``count`` versions; the last of them. Every later writer waits until this transaction ends."""
    statement = (
        update(_clock).where(_clock.c.id == 1).values(version=_clock.c.version + count).returning(_clock.c.version)
    )
    return connection.execute(statement).scalar_one()


def current_version(connection: Connection) -> int:
    """The version of the newest write that can be seen."""
    return connection.execute(_newest).scalar_one()


_NOTHING = ("",)


class Layout:
    """How the columns of a kind make up its values, and back."""

    def __init__(self, kind: RecordKind) -> None:
        self.kind = kind
        self.table: Table = table_of(RECORD_MODELS[kind])
        self.fields = catalogue().fields(kind)
        self.columns: list[Column[Any]] = [self.table.c[name] for field in self.fields for name in field.attributes]
        self._slices: list[tuple[int, int]] = []
        start = 0
        for field in self.fields:
            self._slices.append((start, start + len(field.attributes)))
            start += len(field.attributes)
        self.traits = trait_columns(self.table)
        self.filling = Filling(kind, {field.key: field.position for field in self.fields})
        self._converted = [n for n, column in enumerate(self.columns) if not isinstance(column.type, TEXTS)]

    def decode(self, row: Sequence[Any]) -> Values:
        """Values from the columns of ``columns``, in that order."""
        texts = [text or "" for text in row]
        for n in self._converted:
            texts[n] = as_text(row[n])
        # Most fields of most records are empty: all of those are one object.
        return tuple(
            [
                ((texts[start],) if texts[start] else _NOTHING)
                if end - start == 1
                else (tuple(texts[start:end]) or _NOTHING)
                for start, end in self._slices
            ]
        )

    def encode(self, changes: Mapping[int, Value]) -> dict[str, Any]:
        """Columns to write for these fields; texts are cut to what the column holds."""
        cells: dict[str, Any] = {}
        for position, value in changes.items():
            start, end = self._slices[position]
            if end == start:
                continue
            for column, text in zip(self.columns[start:end], value, strict=True):
                cells[column.name] = from_text(column, text)
        if cells.get("statecode", 0) is None:
            cells["statecode"] = 0
        return cells

    def fit(self, position: int, value: Value) -> Value:
        """The value as this kind would hold it once written."""
        start, end = self._slices[position]
        if end == start:
            return ("",)
        return tuple(
            as_text(from_text(column, text)) for column, text in zip(self.columns[start:end], value, strict=True)
        )


@cache
def layout(kind: RecordKind) -> Layout:
    """The layout of a kind."""
    return Layout(kind)


@dataclass(frozen=True, slots=True)
class Scope:
    """The records of a kind that a mailbox follows, and their columns as its owner may read them.

    ``db/repo/scopes.py`` makes it of the filters in force and the owner's rights. ``included`` are the records that a
    filter names, whoever may read them; ``allowed`` those that would be followed if they came from the mailbox:
    readable, and neither excluded nor opted out. ``own_only`` is True if no other owner's record can be in scope.
    """

    kind: RecordKind
    owner_id: str
    where: ColumnElement[bool]
    columns: Sequence[ColumnElement[Any]]
    included: ColumnElement[bool]
    allowed: ColumnElement[bool]
    own_only: bool


def included_among(connection: Connection, scope: Scope, ids: Any) -> list[str]:
    """Those of these records that a filter names."""
    stored = layout(scope.kind).table
    return list(connection.scalars(select(stored.c.id).where(stored.c.id.in_(ids), scope.included)))


def changed_since(connection: Connection, scope: Scope, since: int) -> dict[str, int]:
    """Records in scope written after version ``since``: id and version."""
    stored = layout(scope.kind).table
    rows = connection.execute(select(stored.c.id, stored.c.version).where(scope.where, stored.c.version > since))
    return dict(rows.all())


def gone_since(connection: Connection, scope: Scope, mailbox_id: str, since: int) -> dict[str, bool]:
    """Linked records that left after version ``since``: True if deleted, False if merely out of scope."""
    stored, kind = layout(scope.kind).table, scope.kind.value
    mine = and_(_links.c.mailbox_id == mailbox_id, _links.c.kind == kind, _links.c.state == "LINKED")
    left = connection.execute(
        select(stored.c.id)
        .join(_links, _links.c.record_id == stored.c.id)
        .where(mine, stored.c.version > since, ~scope.where)
    )
    gone = {record_id: False for (record_id,) in left}
    deleted = connection.execute(
        select(_deletions.c.record_id)
        .join(_links, _links.c.record_id == _deletions.c.record_id)
        .where(mine, _deletions.c.kind == kind, _deletions.c.version > since)
    )
    gone.update({record_id: True for (record_id,) in deleted})
    return gone


def fetch(connection: Connection, scope: Scope, ids: Iterable[str]) -> dict[str, RecordState]:
    """These records with their values, as far as they exist and are in scope; withheld columns are empty."""
    shape = layout(scope.kind)
    stored, found = shape.table, dict[str, RecordState]()
    wanted = list(ids)
    for start in range(0, len(wanted), CHUNK):
        rows = connection.execute(
            select(stored.c.id, stored.c.version, *shape.traits, *scope.columns).where(
                scope.where, stored.c.id.in_(wanted[start : start + CHUNK])
            )
        )
        for row in map(tuple, rows):
            values = shape.decode(row[2 + len(shape.traits) :])
            found[row[0]] = RecordState(row[0], row[1], values, traits_of(row[2 : 2 + len(shape.traits)]))
    return found


def stored_values(
    connection: Connection, kind: RecordKind, record_id: str, positions: Collection[int]
) -> dict[int, Value]:
    """What the CRM holds in these fields, whoever may read it: only to be sealed and put aside."""
    found = _stored(connection, kind, record_id)
    return {} if found is None else {position: found[1][position] for position in positions}


def held(connection: Connection, kind: RecordKind, record_id: str) -> tuple[int, Values]:
    """Version and values of a record that exists, whoever may read it: to compare, never to show."""
    found = _stored(connection, kind, record_id)
    if found is None:
        raise LookupError(f"no {kind.value} {record_id}")
    return found


def _stored(connection: Connection, kind: RecordKind, record_id: str) -> tuple[int, Values] | None:
    shape = layout(kind)
    wanted = select(shape.table.c.version, *shape.columns).where(shape.table.c.id == record_id)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else (row[0], shape.decode(tuple(row)[1:]))


def traits(connection: Connection, kind: RecordKind, record_id: str) -> RecordTraits | None:
    """What a record is beside its fields, whoever may see it; None if there is none."""
    shape = layout(kind)
    row = connection.execute(select(*shape.traits).where(shape.table.c.id == record_id)).one_or_none()
    return None if row is None else traits_of(tuple(row))


def existing(connection: Connection, kind: RecordKind, ids: Iterable[str]) -> set[str]:
    """Which of these records exist, whoever may see them."""
    stored, wanted, found = layout(kind).table, list(ids), set[str]()
    for start in range(0, len(wanted), CHUNK):
        found.update(connection.scalars(select(stored.c.id).where(stored.c.id.in_(wanted[start : start + CHUNK]))))
    return found


def row_of(connection: Connection, kind: RecordKind, record_id: str) -> dict[str, str] | None:
    """All columns of a record as text, whoever may read it: only to be sealed, for ``put_back``."""
    stored = layout(kind).table
    row = connection.execute(select(stored).where(stored.c.id == record_id)).mappings().one_or_none()
    return None if row is None else {name: as_text(cell) for name, cell in row.items()}


def put_back(connection: Connection, kind: RecordKind, row: Mapping[str, str], now: datetime) -> int:
    """Make a deleted record again, with its id, its owner and all its columns; its new version.

    Nobody is told of its deletion any more. Raises IntegrityError if it is there, or its owner is not.
    """
    stored = layout(kind).table
    version = next_version(connection)
    cells = {name: from_text(stored.c[name], text) for name, text in row.items() if name in stored.c}
    connection.execute(insert(stored).values({**cells, "version": version, "modified_at": now}))
    connection.execute(delete(_deletions).where(_deletions.c.kind == kind.value, _deletions.c.record_id == row["id"]))
    return version


def insert_many(
    connection: Connection,
    kind: RecordKind,
    owner_id: str,
    records: Sequence[tuple[str, Values]],
    now: datetime,
    uids: Sequence[str] = (),
) -> list[int]:
    """Create records with these ids and values, and what the CRM fills in; their versions, in the same order.

    ``uids`` are those of the items they are made of, kept by the kinds that are one record in many mailboxes.
    """
    if not records:
        return []
    shape = layout(kind)
    last = next_version(connection, len(records))
    versions = list(range(last - len(records) + 1, last + 1))
    rows = [
        {
            "statecode": 0,
            **shape.encode(_filled(shape, values, dict(enumerate(values)), now)),
            "id": record_id,
            "owner_id": owner_id,
            "version": version,
            "created_at": now,
            "modified_at": now,
        }
        for (record_id, values), version in zip(records, versions, strict=True)
    ]
    if uids and UID in shape.table.c:
        rows = [row | {UID: uid or None} for row, uid in zip(rows, uids, strict=True)]
    connection.execute(insert(shape.table), rows)
    return versions


def write(
    connection: Connection,
    kind: RecordKind,
    record_id: str,
    changes: Mapping[int, Value],
    expect: int,
    now: datetime,
) -> int | None:
    """Write these fields of a record that is still at version ``expect``, and what the CRM fills in.

    The new version, or None if somebody else was faster.
    """
    shape = layout(kind)
    if shape.filling.triggers(changes.keys()) and (found := _stored(connection, kind, record_id)) is not None:
        changes = _filled(shape, found[1], changes, now)
    version = next_version(connection)
    done = connection.execute(
        update(shape.table)
        .where(shape.table.c.id == record_id, shape.table.c.version == expect)
        .values(**shape.encode(changes), version=version, modified_at=now)
    )
    return version if done.rowcount else None


def _filled(shape: Layout, values: Values, changes: Mapping[int, Value], now: datetime) -> Mapping[int, Value]:
    """The changes of a record with these values, and what the CRM fills in because of them."""
    if not shape.filling.cares:
        return changes
    after = tuple(changes.get(position, value) for position, value in enumerate(values))
    return {**changes, **shape.filling.fill(after, changes.keys(), now)}


def adopt_uids(connection: Connection, kind: RecordKind, uids: Mapping[str, str]) -> None:
    """Remember the UIDs that meetings have in mailboxes (by record), where there is none yet.

    Nothing that travels: no new version.
    """
    stored = layout(kind).table
    if UID in stored.c and uids:
        connection.execute(
            update(stored)
            .where(stored.c.id == bindparam("adopting"), stored.c[UID].is_(None))
            .values({UID: bindparam("adopted")}),
            [{"adopting": record_id, "adopted": uid} for record_id, uid in uids.items()],
        )


def remove(connection: Connection, kind: RecordKind, record_id: str, expect: int, now: datetime) -> bool:
    """Delete a record that is still at version ``expect`` and remember that it was; False if it is not."""
    shape = layout(kind)
    this = and_(shape.table.c.id == record_id, shape.table.c.version == expect)
    row = connection.execute(select(*shape.traits).where(this)).one_or_none()
    if row is None or not connection.execute(delete(shape.table).where(this)).rowcount:
        return False
    bury(connection, kind, record_id, traits_of(tuple(row)), next_version(connection), now)
    return True


def not_allowed_among(connection: Connection, scope: Scope, ids: Collection[str]) -> set[str]:
    """Those of these records that are not followed even if they come from the mailbox."""
    stored = layout(scope.kind).table
    allowed = select(stored.c.id).where(stored.c.id.in_(sorted(ids)), scope.allowed)
    return set(ids) - set(connection.scalars(allowed))


def unhandled_since(connection: Connection, scope: Scope, mailbox_id: str, since: int) -> bool:
    """True if somebody else than this mailbox's sync wrote a record in scope, or a linked one, after ``since``."""
    stored = layout(scope.kind).table
    mine = and_(_links.c.mailbox_id == mailbox_id, _links.c.kind == scope.kind.value, _links.c.record_id == stored.c.id)
    foreign = connection.execute(
        select(stored.c.id)
        .outerjoin(_links, mine)
        .where(
            scope.where,
            stored.c.version > since,
            (_links.c.id.is_(None)) | (_links.c.record_version != stored.c.version),
        )
        .limit(1)
    ).first()
    return foreign is not None or bool(gone_since(connection, scope, mailbox_id, since))
