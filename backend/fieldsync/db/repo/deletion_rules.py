"""The cells of the deletion matrix that somebody set."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from fieldsync.core.deletes import DeletionMatrix, Ending
from fieldsync.db.columns import table_of
from fieldsync.db.sync_tables import DeletionRow

_table = table_of(DeletionRow)
_KNOWN = {one.value: one for one in Ending}
_all = select(_table.c.cell, _table.c.outcome)


def matrix(connection: Connection) -> DeletionMatrix:
    """The matrix as it is in force."""
    return DeletionMatrix({cell: _KNOWN[ending] for cell, ending in connection.execute(_all) if ending in _KNOWN})


def put(connection: Connection, cells: Mapping[str, Ending | None]) -> None:
    """Set these cells by their keys; None makes one as shipped again."""
    if cells:
        connection.execute(delete(_table).where(_table.c.cell.in_(cells)))
    rows = [{"cell": cell, "outcome": ending.value} for cell, ending in cells.items() if ending is not None]
    if rows:
        connection.execute(insert(_table), rows)
