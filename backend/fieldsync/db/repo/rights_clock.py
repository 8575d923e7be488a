"""The number that every change of rights counts up, so that whoever keeps rights in memory knows."""

from sqlalchemy import update
from sqlalchemy.engine import Connection

from fieldsync.db.columns import table_of
from fieldsync.db.rights import SecuritySettings

_settings = table_of(SecuritySettings)
_bump = update(_settings).values(rights_version=_settings.c.rights_version + 1)


def bump(connection: Connection) -> None:
    """Say that rights change with this transaction."""
    connection.execute(_bump)
