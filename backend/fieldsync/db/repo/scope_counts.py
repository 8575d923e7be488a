"""What filters would do, counted before anything runs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, not_, select
from sqlalchemy.engine import Connection

from fieldsync.core.filters import Group
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.filter_sql import predicate
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.repo import scopes
from fieldsync.db.repo.scopes import Viewer
from fieldsync.db.repo.sync_filters import StoredFilter

SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Compared:
    """How many records are in scope now, how many with other filters; how many of these enter, how many leave."""

    current: int
    resulting: int
    entering: int
    leaving: int


@dataclass(frozen=True, slots=True)
class Matched:
    """How many records a filter matches; ``sample`` are a few of them, last changed first: id and name."""

    count: int = 0
    sample: tuple[tuple[str, str], ...] = ()


def matched(connection: Connection, kind: RecordKind, definition: Group, viewer: Viewer) -> Matched:
    """The records that a filter matches, of those that its owner reads."""
    table = table_of(RECORD_MODELS[kind])
    where = and_(viewer.readable, predicate(kind, definition, viewer.me, viewer.today))
    name = name_column(kind)
    few = select(table.c.id, name).where(where).order_by(table.c.modified_at.desc(), table.c.id).limit(SAMPLE)
    rows = connection.execute(few).all()
    named = tuple((record_id, _called(called)) for record_id, called in rows)
    return Matched(_count(connection, table, where), named)


def name_column(kind: RecordKind) -> Any:
    """What records of a kind are called by; it can never be secured (C11)."""
    table = table_of(RECORD_MODELS[kind])
    return table.c.fullname if kind is RecordKind.CONTACT else table.c.subject


def compare(
    connection: Connection,
    kind: RecordKind,
    viewer: Viewer,
    before: Iterable[StoredFilter],
    after: Iterable[StoredFilter],
) -> Compared:
    """What another set of filters changes for somebody."""
    table = table_of(RECORD_MODELS[kind])
    old, new = scopes.goes_out(kind, before, viewer), scopes.goes_out(kind, after, viewer)
    return Compared(
        _count(connection, table, old),
        _count(connection, table, new),
        _count(connection, table, and_(new, not_(old))),
        _count(connection, table, and_(old, not_(new))),
    )


def _count(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(table).where(where)).scalar_one()


def names(
    connection: Connection, kind: RecordKind, ids: Collection[str], visible: ColumnElement[bool]
) -> dict[str, str]:
    """What these records are called, of those that are visible."""
    table = table_of(RECORD_MODELS[kind])
    rows = connection.execute(select(table.c.id, name_column(kind)).where(table.c.id.in_(ids), visible))
    return {record_id: _called(name) for record_id, name in rows}


def _called(name: str | None) -> str:
    return (name or "").strip() or "(no name)"
