"""Bring a database to the newest shape of its tables.

Revisions are numbered files in ``migrations/versions``. Each move of a database is one transaction, and
only one process moves it: a second one waits, then finds nothing left to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import Connection

from fieldsync.db import dialect

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = resources.files("fieldsync.db") / "migrations"
_LOCK = 7_310_001  # any number that nobody else in this database locks


class ForeignKeyBroken(Exception):
    """A migration left rows that refer to rows which are not there; it was undone."""


def newest() -> str:
    """The revision that this version of the product works with."""
    # Read from the file names: importing Alembic would cost every start a fifth of a second.
    names = (entry.name for entry in (_MIGRATIONS / "versions").iterdir())
    return max(name.split("_", 1)[0] for name in names if name[:4].isdigit() and name.endswith(".py"))


def current(url: str) -> str | None:
    """The revision a database is at; None for an empty one."""
    engine = dialect.make_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            return _current(connection)
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """True if there is nothing to do for ``upgrade``."""
    return current(url) == newest()


def upgrade(url: str, to: str = "head") -> None:
    """Move a database up to revision ``to``; safe to repeat, and quick when there is nothing to do."""
    if to == "head" and is_current(url):
        return
    with _exclusive(url) as connection:
        from alembic import command

        command.upgrade(config(connection), to)


def downgrade(url: str, to: str) -> None:
    """Move a database down to revision ``to`` (``base`` for empty); what newer tables held is lost."""
    with _exclusive(url) as connection:
        from alembic import command

        command.downgrade(config(connection), to)


def config(connection: Connection) -> "Config":
    """Alembic's settings for this connection; needs no file in the working directory."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


@contextmanager
def _exclusive(url: str) -> Iterator[Connection]:
    engine = dialect.make_engine(url, pool_size=1)
    try:
        with _locked_sqlite(engine) if dialect.is_sqlite(url) else _locked_postgresql(engine) as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _locked_postgresql(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        yield connection


@contextmanager
def _locked_sqlite(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        # SQLite changes a table by copying and dropping it; with foreign keys on, that drop would
        # delete the rows that refer to it. The switch has no effect inside a transaction, hence the driver.
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF").close()
        connection = connection.execution_options(**{dialect.WRITE: True})
        with connection.begin():
            yield connection
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise ForeignKeyBroken(f"{len(broken)} rows, first in {broken[0][0]}")
