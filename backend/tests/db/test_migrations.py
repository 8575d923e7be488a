"""The history of the tables: one line, both ways, with rows in it, on both databases."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table, func, insert, inspect, select
from sqlalchemy.engine import Connection

from fieldsync.core.filters import faults, from_stored, in_words
from fieldsync.core.rights import Permit
from fieldsync.core.values import RecordKind
from fieldsync.db import migrate
from fieldsync.db.database import Database
from fieldsync.db.filter_sql import filter_columns
from fieldsync.db.records import RecordClock
from fieldsync.db.tables import metadata

SAMPLES: dict[str, Any] = {
    "VARCHAR": "x",
    "TEXT": "text",
    "INTEGER": 1,
    "BOOLEAN": True,
    "DATE": date(2026, 3, 1),
    "DATETIME": datetime(2026, 3, 1, 12, tzinfo=UTC),
    "BLOB": b"\x00\xff",
    "JSON": {"a": 1},
}


def row_for(connection: Connection, table: Table) -> dict[str, Any]:
    """A row with every column filled; references point at the first row of the table they name."""
    row = {
        column.name: SAMPLES["DATETIME" if "UtcDateTime" in repr(column.type) else _type_name(column.type)]
        for column in table.columns
    }
    for key in table.foreign_keys:
        row[key.parent.name] = connection.scalar(select(key.column).limit(1)) or SAMPLES["VARCHAR"]
    return row


def _type_name(of: Any) -> str:
    name = of.compile().split("(")[0].upper()
    return {"AUTOSTRING": "VARCHAR"}.get(name, name)


def fill(connection: Connection) -> None:
    """One row in every table that came without one."""
    for table in metadata.sorted_tables:
        if not connection.execute(select(table)).all():
            connection.execute(insert(table), [row_for(connection, table)])


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has; of filters, which come with the database, the most of one kind and owner."""
    found = {table.name: len(connection.execute(select(table)).all()) for table in metadata.sorted_tables}
    table = metadata.tables["sync_filter"]
    owned = connection.execute(
        select(table.c.kind, table.c.principal_id, func.count()).group_by(*table.c["kind", "principal_id"])
    )
    return found | {"sync_filter": max(row[2] for row in owned)}


def revisions() -> list[str]:
    """All revisions, oldest first."""
    script = ScriptDirectory(str(migrate._MIGRATIONS))
    return [step.revision for step in reversed(list(script.walk_revisions()))]


def test_the_history_is_one_line_whose_end_is_the_newest_file() -> None:
    script = ScriptDirectory(str(migrate._MIGRATIONS))

    assert script.get_heads() == [migrate.newest()]
    assert revisions() == [f"{number:04d}" for number in range(1, len(revisions()) + 1)]


def test_the_tables_in_the_code_are_those_of_the_history(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})

        assert compare_metadata(context, metadata) == [], 'run `make migration name="..."`'


def test_every_constraint_has_a_name(database: Database) -> None:
    found = inspect(database.engine)
    nameless = [
        (table, constraint)
        for table in metadata.tables
        for constraint in [*found.get_foreign_keys(table), *found.get_unique_constraints(table)]
        if not constraint["name"]
    ]

    assert nameless == []


def test_the_counter_of_record_versions_comes_with_its_table(database: Database) -> None:
    assert database.read_now(lambda c: [tuple(row) for row in c.execute(select(RecordClock.__table__))]) == [(1, 0)]


def test_an_upgrade_can_be_repeated(empty_database_url: str) -> None:
    assert not migrate.is_current(empty_database_url)

    migrate.upgrade(empty_database_url)
    migrate.upgrade(empty_database_url)

    assert migrate.is_current(empty_database_url)


def test_rows_survive_what_is_already_current(database: Database, database_url: str, permit: Permit) -> None:
    database.write_now(permit, fill)

    migrate.upgrade(database_url)

    assert set(database.read_now(counts).values()) == {1}


def test_with_rows_in_it_the_history_goes_down_and_up_again(
    database: Database, database_url: str, permit: Permit
) -> None:
    database.write_now(permit, fill)

    for revision in [*reversed(revisions()[:-1]), "base"]:
        migrate.downgrade(database_url, revision)
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}

    for revision in revisions():
        migrate.upgrade(database_url, revision)
    assert migrate.is_current(database_url)
    database.write_now(permit, fill)
    assert set(database.read_now(counts).values()) == {1}


def test_sessions_and_tokens_that_exist_get_ids_and_stay(database: Database, database_url: str, permit: Permit) -> None:
    database.write_now(permit, fill)
    migrate.downgrade(database_url, "0002")
    migrate.upgrade(database_url)

    def rows(connection: Connection) -> list[Any]:
        return [
            connection.execute(select(table.c.id, table.c.digest, table.c.created_at)).one()
            for table in (metadata.tables["session"], metadata.tables["token"])
        ]

    assert [tuple(row) for row in database.read_now(rows)] == [("x", "x", SAMPLES["DATETIME"])] * 2


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_migration_that_would_strand_rows_is_undone(database: Database, database_url: str, permit: Permit) -> None:
    database.write_now(permit, fill)

    with pytest.raises(migrate.ForeignKeyBroken), migrate._exclusive(database_url) as connection:
        connection.exec_driver_sql("DELETE FROM principal")

    assert set(database.read_now(counts).values()) == {1}


def test_whoever_has_a_mailbox_goes_on_with_the_default_filters(
    database: Database, database_url: str, permit: Permit
) -> None:
    migrate.downgrade(database_url, "0005")
    with database.engine.begin() as connection:
        for name in ("business_unit", "principal"):
            table = metadata.tables[name]
            if not connection.execute(select(table)).all():
                connection.execute(insert(table), [row_for(connection, table)])
        mailbox = metadata.tables["mailbox"]
        connection.execute(insert(mailbox), [row_for(connection, mailbox)])
        owner = connection.scalar(select(mailbox.c.principal_id))

    migrate.upgrade(database_url)

    def rows(connection: Connection) -> list[Any]:
        table = metadata.tables["sync_filter"]
        return list(connection.execute(select(table).where(table.c.kind == "CONTACT").order_by(table.c.scope.desc())))

    template, own = sorted(database.read_now(rows), key=lambda row: row.scope)
    assert (template.scope, template.principal_id, template.id) == ("TEMPLATE", None, "template-contact")
    assert (own.scope, own.principal_id, own.is_active, own.excludes) == ("USER", owner, True, False)
    assert (own.template_id, own.template_revision) == ("template-contact", 1)
    assert from_stored(own.definition) == from_stored(template.definition)
    assert in_words(from_stored(own.definition), {}) == "ownerid is me and statecode is 0"


def test_the_filters_that_ship_have_no_faults(database: Database) -> None:
    table = metadata.tables["sync_filter"]
    found = database.read_now(lambda c: list(c.execute(select(table.c.kind, table.c.definition))))

    assert {row.kind for row in found} == {kind.value for kind in RecordKind}
    assert all(not faults(from_stored(row.definition), filter_columns(RecordKind(row.kind))) for row in found)
