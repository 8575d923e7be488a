"""Houses on both databases at once, for the tests beside this file."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.office import office
from fieldsync.db.database import Database
from rights.house import House

__all__ = ["office"]


@pytest.fixture
def houses(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[House]]:
    """The application on SQLite and on PostgreSQL; what is loaded into both must answer alike."""
    path = tmp_path / "house.db"
    shutil.copyfile(request.getfixturevalue("_sqlite"), path)
    postgres = request.getfixturevalue("_postgres")
    name = postgres.create()
    databases = [Database(f"sqlite:///{path}"), Database(postgres.url(name))]
    yield [House(database, tmp_path) for database in databases]
    for database in databases:
        database.close()
    postgres.drop(name)
