"""The numbered lines of a run."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from fieldsync.core.runs import EventType
from fieldsync.db.columns import table_of
from fieldsync.db.tables import RunEvent

_table = table_of(RunEvent)


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
