"""Housekeeping: what was kept for a while is dropped when its time is over."""

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from fieldsync.db.repo import conflicts, journal_entries, lost_values, quarantine, sync_settings

EVERY = timedelta(hours=1)


def clean(connection: Connection, now: datetime) -> None:
    """Drop what expired of history, journal and quarantine, and conflicts that ended as long ago as history is kept."""
    kept = timedelta(days=sync_settings.get(connection).history_days)
    lost_values.purge(connection, now)
    journal_entries.purge(connection, now)
    quarantine.purge(connection, now)
    conflicts.purge(connection, now - kept)
