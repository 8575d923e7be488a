"""The settings of the sync engine: one row that comes with the database."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from fieldsync.db.columns import table_of
from fieldsync.db.sync_tables import SyncSettings as SyncSettingsTable

_table = table_of(SyncSettingsTable)


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """What the row holds; the meaning of each is told at the table."""

    brake_count: int
    brake_share: int
    edit_against_delete: str
    newest_guard_seconds: int
    history_days: int
    quarantine_days: int
    journal_days: int
    shortest_interval: int
    longest_interval: int
    dead_after: int
    invitations: str
    revision: int


_all = select(*(_table.c[name] for name in SyncSettings.__dataclass_fields__)).where(_table.c.id == 1)


def get(connection: Connection) -> SyncSettings:
    return SyncSettings(*connection.execute(_all).one())


def change(connection: Connection, revision: int, **values: Any) -> bool:
    """Set these columns of settings that are still at this revision, and count the change; False if they are not."""
    done = connection.execute(
        update(_table)
        .where(_table.c.id == 1, _table.c.revision == revision)
        .values(**values, revision=_table.c.revision + 1)
    )
    return bool(done.rowcount)
