"""The number that every change of rights counts up, so that whoever keeps rights in memory notices."""

from sqlalchemy import update
from sqlalchemy.engine import Connection

from fieldsync.db.columns import table_of
from fieldsync.db.rights import SecuritySettings

_settings = table_of(SecuritySettings)


def bump(connection: Connection) -> None:
    """Count up the version of the rights, in the unit that changes them."""
    connection.execute(update(_settings).values(rights_version=_settings.c.rights_version + 1))
