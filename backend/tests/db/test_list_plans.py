"""The pages that everybody asks for are read through an index: in the usual order of a list, and by the last write."""

import re
from collections.abc import Mapping
from typing import Any, cast

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from authority import NOON
from fieldsync.core.rights import Actor, Role
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.repo import (
    audit,
    conflicts,
    dead_letters,
    held_deletions,
    lost_values,
    mailboxes,
    match_reviews,
    principals,
    quarantine,
    run_views,
)
from fieldsync.db.repo.list_query import Every, ListQuery, Place
from fieldsync.db.repo.record_query import MODIFIED, records_of
from fieldsync.db.repo.windows import Window, rows_in
from fieldsync.security import gate

OF_MAILBOXES = (conflicts, dead_letters, held_deletions, lost_values, mailboxes, match_reviews, quarantine, run_views)
EVERYBODY, SOMEBODY = Actor("session", "admin", Role.ADMINISTRATOR), Actor("session", "ada", Role.USER)


class Explaining:
    """Stands in for a connection: notes how the database would read the first thing that it is asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.plan = ""

    def execute(self, statement: Any, values: Mapping[str, Any] | None = None) -> Any:
        given = statement.params(**(values or {}))
        compiled = given.compile(dialect=self._connection.dialect, compile_kwargs={"literal_binds": True})
        how = "EXPLAIN QUERY PLAN" if self._connection.dialect.name == "sqlite" else "EXPLAIN"
        found = self._connection.exec_driver_sql(f"{how} {compiled}".replace("%", "%%"))
        self.plan = self.plan or "\n".join(str(row) for row in found)
        return CursorOfNothing()


class CursorOfNothing(list[Any]):
    def first(self) -> None: ...

    def all(self) -> list[Any]:
        return self


def plan_of(database: Database, wanted: Any, query: ListQuery, place: Place) -> str:
    """How a page behind a place is read; PostgreSQL would not bother with an index of an empty table, so it has to."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            for setting in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
                connection.execute(text(f"SET LOCAL {setting} = off"))
        explaining = Explaining(connection)
        rows_in(cast("Connection", explaining), wanted, query, Window(50, after=place))
        return explaining.plan


def check(plan: str, attribute: str) -> None:
    """That the plan starts at the place, and reads no table from its beginning."""
    assert "Seq Scan" not in plan, plan
    assert not re.search(r"SCAN (?!\d)", plan), plan
    assert re.search(
        rf"Index Cond.*{attribute}|\({attribute}[<>]|\(\({attribute},id\)|(?:mailbox|principal)_id=\?", plan
    ), plan


@pytest.mark.parametrize("kind", RecordKind)
def test_pages_of_records_begin_where_the_last_one_ended(database: Database, kind: RecordKind) -> None:
    listing = records_of(kind)
    for order, place in ((None, Place("id")), (MODIFIED, Place("id", NOON)), ("version", Place("id", 7))):
        for descending in (False, True):
            query = ListQuery(listing, Every(), order, descending)
            wanted = select(*table_of(RECORD_MODELS[kind]).columns)
            check(plan_of(database, wanted, query, place), order or "id")


@pytest.mark.parametrize("actor", [EVERYBODY, SOMEBODY], ids=["everybody", "somebody"])
def test_pages_of_lists_begin_where_the_last_one_ended(database: Database, actor: Actor) -> None:
    for rows in OF_MAILBOXES:
        visible = gate.visible(actor, rows.table)
        wanted = lost_values.listed(visible, None) if rows is lost_values else rows.listed(visible)
        query = ListQuery(rows.LISTING, Every(), None, rows.LISTING.newest_first)
        check(plan_of(database, wanted, query, Place("id")), "id")
    for rows in (audit, principals):
        query = ListQuery(rows.LISTING, Every(), None, rows.LISTING.newest_first)
        check(plan_of(database, rows.listed(), query, Place("id")), "id")
