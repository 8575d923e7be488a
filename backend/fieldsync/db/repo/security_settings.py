"""The one row of settings that concern rights."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from fieldsync.db.columns import table_of
from fieldsync.db.rights import SecuritySettings

table = table_of(SecuritySettings)


def get(connection: Connection) -> Any:
    return connection.execute(select(table)).one()


def change(connection: Connection, **values: Any) -> None:
    """Change these columns and count the revision."""
    connection.execute(update(table).values(**values, revision=table.c.revision + 1))
