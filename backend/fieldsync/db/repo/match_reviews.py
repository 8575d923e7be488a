"""Items that may be records that are there already, as the engine writes them and the pages show them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.repo.list_query import listing
from fieldsync.db.sync_tables import MatchReview
from fieldsync.db.tables import Link

table = table_of(MatchReview)
LISTING = listing("matchReviews", table)
_links = table_of(Link)


def of_kind(connection: Connection, mailbox_id: str, kind: RecordKind) -> list[Any]:
    """All of a mailbox and kind, each with ``linked``: whether its item has a link by now."""
    here = and_(
        _links.c.mailbox_id == table.c.mailbox_id,
        _links.c.kind == table.c.kind,
        _links.c.href == table.c.subject_key,
    )
    linked = select(_links.c.id).where(here).exists().label("linked")
    mine = and_(table.c.mailbox_id == mailbox_id, table.c.kind == kind.value)
    return list(connection.execute(select(table, linked).where(mine).order_by(table.c.id)))


def insert_many(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), list(rows))


def update_one(connection: Connection, review_id: str, **cells: Any) -> None:
    connection.execute(update(table).where(table.c.id == review_id).values(**cells))


def remove(connection: Connection, ids: Collection[str]) -> None:
    if ids:
        connection.execute(delete(table).where(table.c.id.in_(ids)))


def forget(connection: Connection, mailbox_id: str, kinds: Collection[RecordKind]) -> None:
    """The mailbox means other collections for these kinds now."""
    connection.execute(
        delete(table).where(table.c.mailbox_id == mailbox_id, table.c.kind.in_([kind.value for kind in kinds]))
    )


def decide(connection: Connection, review_id: str, decision: Mapping[str, Any], who: str | None, now: datetime) -> None:
    """Let the next run carry out a decision."""
    update_one(connection, review_id, state="DECIDED", decision=dict(decision), decided_by=who, decided_at=now)


def listed(visible: ColumnElement[bool]) -> Select[Any]:
    """Reviews that may be seen."""
    return select(table).where(visible)


def by_ids(connection: Connection, visible: ColumnElement[bool], ids: Collection[str]) -> dict[str, Any]:
    return {row.id: row for row in connection.execute(select(table).where(visible, table.c.id.in_(ids)))}
