"""Runs, their problems and operations as the pages show them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.runs import EventType
from fieldsync.db.columns import table_of
from fieldsync.db.repo.list_query import Listing, listing
from fieldsync.db.repo.windows import Within
from fieldsync.db.tables import Operation, Run, RunEvent

table = table_of(Run)
LISTING = listing("runs", table, newest_first=True)
_operation = table_of(Operation)
_event = table_of(RunEvent)
OPERATIONS = Listing("operations", _operation.c.ordinal, dict(_operation.columns), frozenset({"subject"}))
"""The operations of one run, in their order."""
_shown = [
    _operation.c[name]
    for name in (
        "run_id", "id", "ordinal", "kind", "action", "state", "subject", "record_id", "mailed", "fields", "message",
    )
]  # fmt: skip
PROBLEMS = Listing("problems", _event.c.seq, {})
PROBLEMS_OF = Within(
    select(*[_event.c.run_id, _event.c.seq, _event.c.at, _event.c.body]).where(
        _event.c.body["type"].as_string() == EventType.PROBLEM.value
    ),
    _event.c.run_id,
)
"""The events of each run that tell a problem."""
OPERATIONS_OF = Within(select(*_shown), _operation.c.run_id)
"""The operations of each run."""


def listed(visible: ColumnElement[bool]) -> Select[Any]:
    """Runs that may be seen."""
    return select(table).where(visible)


def by_ids(connection: Connection, visible: ColumnElement[bool], ids: Collection[str]) -> dict[str, Any]:
    return {row.id: row for row in connection.execute(select(table).where(visible, table.c.id.in_(ids)))}


def request_cancel(connection: Connection, run_id: str) -> None:
    connection.execute(update(table).where(table.c.id == run_id).values(cancel_requested=True))


def operations_by_ids(connection: Connection, visible: ColumnElement[bool], ids: Collection[str]) -> list[Any]:
    """These operations, of runs that may be seen."""
    shown = _operation.c.run_id.in_(select(table.c.id).where(visible))
    return list(connection.execute(select(*_shown).where(shown, _operation.c.id.in_(ids))))
