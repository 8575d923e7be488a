"""The numbered lines of a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from fieldsync.core.runs import EventType
from fieldsync.db.columns import table_of
from fieldsync.db.tables import Run, RunEvent

_table = table_of(RunEvent)
_run = table_of(Run)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A line of a run; ``body`` has the keys of ``core.runs.event_body``."""

    run_id: str
    seq: int
    at: datetime
    body: dict[str, Any]

    @property
    def final(self) -> bool:
        return self.body["type"] == EventType.FINISHED.value


def append(connection: Connection, run_id: str, first_seq: int, at: datetime, bodies: list[dict[str, Any]]) -> None:
    """Store lines ``first_seq`` and on, within the caller's transaction."""
    if bodies:
        connection.execute(
            insert(_table),
            [{"run_id": run_id, "seq": first_seq + n, "at": at, "body": body} for n, body in enumerate(bodies)],
        )


def read_after(connection: Connection, run_id: str, after: int, limit: int = 500) -> list[StoredEvent]:
    """The next lines of a run, in order."""
    rows = connection.execute(
        select(_table.c.seq, _table.c.at, _table.c.body)
        .where(_table.c.run_id == run_id, _table.c.seq > after)
        .order_by(_table.c.seq)
        .limit(limit)
    )
    return [StoredEvent(run_id, seq, at, body) for seq, at, body in rows]


def read_last(connection: Connection, run_id: str, limit: int) -> list[StoredEvent]:
    """The newest lines of a run, in order."""
    rows = connection.execute(
        select(_table.c.seq, _table.c.at, _table.c.body)
        .where(_table.c.run_id == run_id)
        .order_by(_table.c.seq.desc())
        .limit(limit)
    ).all()
    return [StoredEvent(run_id, seq, at, body) for seq, at, body in reversed(rows)]


def heads(connection: Connection, run_ids: Sequence[str]) -> dict[str, int]:
    """The number of the newest line of each of these runs."""
    # One look into the index for each run: a maximum by group would read all lines of all of them.
    newest = select(func.max(_table.c.seq)).where(_table.c.run_id == _run.c.id).scalar_subquery()
    found: dict[str, int] = {}
    for start in range(0, len(run_ids), AT_ONCE):
        rows = connection.execute(select(_run.c.id, newest).where(_run.c.id.in_(run_ids[start : start + AT_ONCE])))
        found |= {run_id: head or 0 for run_id, head in rows}
    return found
