"""Housekeeping: what was kept for a while is dropped when its time is over."""

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from fieldsync.db.repo import conflicts, lost_values, sync_settings

EVERY = timedelta(hours=1)


def clean(connection: Connection, now: datetime) -> None:
    """Drop expired values of the history, and conflicts that ended as long ago as the history is kept."""
    kept = timedelta(days=sync_settings.get(connection).history_days)
    lost_values.purge(connection, now)
    conflicts.purge(connection, now - kept)
