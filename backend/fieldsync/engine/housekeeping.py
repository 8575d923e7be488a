"""Housekeeping: what was kept for a while is dropped when its time is over."""

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from fieldsync.db.repo import conflicts, journal_entries, lost_values, sync_settings

EVERY = timedelta(hours=1)


def clean(connection: Connection, now: datetime) -> None:
    """Drop what expired of the history and of the journal, and conflicts that ended as long ago as it is kept."""
    kept = timedelta(days=sync_settings.get(connection).history_days)
    lost_values.purge(connection, now)
    journal_entries.purge(connection, now)
    conflicts.purge(connection, now - kept)
