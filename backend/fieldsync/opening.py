"""What commands begin with: the settings, and a database that is migrated. Nothing is loaded before it is used."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fieldsync.errors import FieldsyncError

if TYPE_CHECKING:
    from fieldsync.db.database import Database
    from fieldsync.settings import Settings


class CommandFailed(FieldsyncError):
    """The command could not be carried out; the message is one sentence for the person who gave it."""


def settings_of(**changes: object) -> "Settings":
    """The settings of the environment, with what the command was told (None: nothing); their data folder exists."""
    from fieldsync.settings import Settings

    settings = Settings(**{name: value for name, value in changes.items() if value is not None})  # pyright: ignore[reportArgumentType]
    settings.data.mkdir(parents=True, exist_ok=True)
    return settings


def check_migrated(settings: "Settings") -> None:
    """Raise CommandFailed unless the database has the shape that this version works with."""
    from fieldsync.db.migrate import is_current

    if not is_current(settings.database):
        raise CommandFailed("The database is not migrated; run: fieldsync migrate")


@contextmanager
def opened() -> "Iterator[tuple[Settings, Database]]":
    """The settings and their database, which must be migrated."""
    settings = settings_of()
    check_migrated(settings)
    from fieldsync.db.database import Database

    database = Database(settings.database)
    try:
        yield settings, database
    finally:
        database.close()
