"""The databases that worlds live in: one template, put back for each of them."""

import sqlite3
import tempfile
from pathlib import Path

from sqlalchemy import Engine

from fieldsync.db import dialect, migrate
from fieldsync.db.database import Database
from fieldsync.db.repo import records as record_rows
from fieldsync.security import gate


class Sync(Database):
    """The product's database layer without its threads: units run when the world lets them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.url = str(engine.url)
        self.reading = dialect.for_reading(engine)

    def newest(self) -> int:
        """The version of the newest write to any record."""
        return self.read_now(record_rows.current_version)

    def close(self) -> None:
        """The engine outlives the world."""


class _InMemory(Sync):
    def __init__(self, engine: Engine, raw: sqlite3.Connection) -> None:
        super().__init__(engine)
        self._raw = raw

    def newest(self) -> int:
        return self._raw.execute("SELECT version FROM record_clock").fetchone()[0]


class MemoryStore:
    """SQLite in memory; ``fresh`` puts the migrated, empty template back, in a few microseconds."""

    name = "sqlite"

    def __init__(self, template: bytes | None = None) -> None:
        self.template = template or make_template()
        self._raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._raw.deserialize(self.template)
        self._engine = dialect.engine_over(self._raw)

    def fresh(self) -> Sync:
        self._raw.deserialize(self.template)
        forget_rights(self._engine)
        return _InMemory(self._engine, self._raw)


class PostgresStore:
    """A database that is migrated and empty; one world only."""

    name = "postgresql"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def fresh(self) -> Sync:
        forget_rights(self._engine)
        return Sync(self._engine)


def make_template() -> bytes:
    """A migrated, empty database in pages that are quick to copy."""
    with tempfile.TemporaryDirectory(prefix="fieldsync-simulation-") as folder:
        path = Path(folder) / "template.db"
        migrate.upgrade(f"sqlite:///{path}")
        raw = sqlite3.connect(path, isolation_level=None)
        for statement in ("PRAGMA journal_mode=DELETE", "PRAGMA page_size=1024", "VACUUM"):
            raw.execute(statement)
        template = raw.serialize()
        raw.close()
    return template


def forget_rights(engine: Engine) -> None:
    """What the gate keeps in memory belongs to the world before."""
    gate._standings.pop(engine, None)
