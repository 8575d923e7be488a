"""That records were deleted, and what they were: for whoever asks what changed, and for the deletion matrix."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from fieldsync.core.deletes import Facts
from fieldsync.core.traits import RecordTraits
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.records import RecordDeletion
from fieldsync.db.repo.shares import forget_record

_deletions = table_of(RecordDeletion)
CHUNK = 500


def bury(
    connection: Connection, kind: RecordKind, record_id: str, was: RecordTraits, version: int, now: datetime
) -> None:
    """Remember that a record was deleted, and what it was; forget what was granted on it."""
    forget_record(connection, kind, record_id)
    connection.execute(
        insert(_deletions).values(
            kind=kind.value,
            record_id=record_id,
            version=version,
            deleted_at=now,
            owner_id=was.owner_id,
            organizer=was.organizer[:400],
            starts_at=was.start,
            ends_at=was.end,
            statecode=was.state,
        )
    )


def deleted(connection: Connection, kind: RecordKind, ids: Iterable[str]) -> dict[str, Facts]:
    """What deleted records were, as far as that was noted."""
    wanted, found = list(ids), dict[str, Facts]()
    columns = (_deletions.c.owner_id, _deletions.c.organizer, _deletions.c.starts_at, _deletions.c.ends_at)
    for start in range(0, len(wanted), CHUNK):
        rows = connection.execute(
            select(_deletions.c.record_id, *columns, _deletions.c.statecode).where(
                _deletions.c.kind == kind.value,
                _deletions.c.record_id.in_(wanted[start : start + CHUNK]),
                _deletions.c.owner_id.is_not(None),
            )
        )
        found.update((row[0], Facts(row[1], row[2] or "", row[3], row[4], row[5] or 0)) for row in rows)
    return found
