"""Runs, their problems and operations as the pages show them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.runs import EventType
from fieldsync.db.columns import table_of
from fieldsync.db.tables import Operation, Run, RunEvent

table = table_of(Run)
_operation = table_of(Operation)
_event = table_of(RunEvent)


def page(
    connection: Connection,
    visible: ColumnElement[bool],
    *,
    first: int,
    after: str | None,
    mailbox_id: str | None,
) -> list[Any]:
    """Runs, newest first, up to one more than ``first``."""
    wanted = select(table).where(visible).order_by(table.c.id.desc()).limit(first + 1)
    if mailbox_id is not None:
        wanted = wanted.where(table.c.mailbox_id == mailbox_id)
    return list(connection.execute(wanted if after is None else wanted.where(table.c.id < after)))


def count(connection: Connection, visible: ColumnElement[bool], mailbox_id: str | None) -> int:
    wanted = select(func.count()).select_from(table).where(visible)
    return connection.scalar(wanted if mailbox_id is None else wanted.where(table.c.mailbox_id == mailbox_id)) or 0


def by_ids(connection: Connection, visible: ColumnElement[bool], ids: Collection[str]) -> dict[str, Any]:
    return {row.id: row for row in connection.execute(select(table).where(visible, table.c.id.in_(ids)))}


def request_cancel(connection: Connection, run_id: str) -> None:
    connection.execute(update(table).where(table.c.id == run_id).values(cancel_requested=True))


def problems(connection: Connection, ids: Collection[str], first: int) -> dict[str, list[Any]]:
    """The first problems of each run, in order: seq, at and body of their events."""
    place = func.row_number().over(partition_by=_event.c.run_id, order_by=_event.c.seq).label("place")
    numbered = (
        select(_event.c.run_id, _event.c.seq, _event.c.at, _event.c.body, place)
        .where(_event.c.run_id.in_(ids), _event.c.body["type"].as_string() == EventType.PROBLEM.value)
        .subquery()
    )
    return _grouped(
        connection.execute(
            select(numbered).where(numbered.c.place <= first).order_by(numbered.c.run_id, numbered.c.seq)
        ),
        ids,
    )


def operations(connection: Connection, ids: Collection[str], first: int, after: int | None) -> dict[str, list[Any]]:
    """Operations of each run after an ordinal, in order, up to one more than ``first``."""
    place = func.row_number().over(partition_by=_operation.c.run_id, order_by=_operation.c.ordinal).label("place")
    wanted = select(
        _operation.c.run_id,
        _operation.c.id,
        _operation.c.ordinal,
        _operation.c.kind,
        _operation.c.action,
        _operation.c.state,
        _operation.c.subject,
        _operation.c.record_id,
        _operation.c.mailed,
        _operation.c.fields,
        _operation.c.message,
        place,
    ).where(_operation.c.run_id.in_(ids))
    if after is not None:
        wanted = wanted.where(_operation.c.ordinal > after)
    numbered = wanted.subquery()
    return _grouped(
        connection.execute(
            select(numbered).where(numbered.c.place <= first + 1).order_by(numbered.c.run_id, numbered.c.ordinal)
        ),
        ids,
    )


def operation_counts(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    wanted = select(_operation.c.run_id, func.count()).where(_operation.c.run_id.in_(ids)).group_by(_operation.c.run_id)
    return {row[0]: row[1] for row in connection.execute(wanted)}


def _grouped(rows: Any, ids: Collection[str]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {run_id: [] for run_id in ids}
    for row in rows:
        groups[row.run_id].append(row)
    return groups
