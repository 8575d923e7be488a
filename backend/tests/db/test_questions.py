"""Questions: asked in the event loop of PostgreSQL, in a thread of SQLite, with the answers that SQLAlchemy gives."""

import asyncio
import time
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import Date, Integer, String, bindparam, func, literal, null, select

from fieldsync.core.rights import Permit
from fieldsync.db.columns import JsonColumn, UtcDateTime, table_of
from fieldsync.db.database import ASKERS, Database
from fieldsync.db.questions import Question
from fieldsync.db.records import RecordClock
from fieldsync.db.repo.records import next_version

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NUMBER = Question(select((bindparam("given", None, Integer) + 1).label("more")))
SLOW = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()"


async def test_values_come_and_go_as_sqlalchemy_has_them(database: Database) -> None:
    """Times with their zone, lists, what is empty, JSON: the driver alone would give some of them otherwise."""
    statement = select(
        bindparam("at", None, UtcDateTime).label("at"),
        literal("ä%s").label("text"),
        null().label("empty"),
        literal({"a": [1, None]}, type_=JsonColumn).label("json"),
        literal(date(2026, 3, 1), type_=Date).label("day"),
    ).where(
        literal("b").in_(["a", "b"]),
        bindparam("at", None, UtcDateTime).in_([NOON, NOON + timedelta(days=1)]),
        bindparam("name", None, String) == "x",
    )  # fmt: skip
    question = Question(statement)
    values = {"at": NOON, "name": "x"}
    (row,) = await database.ask(question, **values)
    wanted = database.read_now(lambda connection: connection.execute(statement, values).one())
    assert tuple(row) == tuple(wanted)
    assert row.at == NOON
    assert row.at.tzinfo is UTC
    assert row.json == {"a": [1, None]}
    assert not await database.ask(question, **values | {"name": "y"})
    assert not await database.ask(question, **values | {"at": NOON + timedelta(days=2)})


async def test_rows_know_their_columns_and_parts_of_them_are_rows_again(database: Database) -> None:
    rows = await database.ask(NUMBER, given=1)
    assert rows[0].more == 2
    assert rows[:1][0].more == 2
    assert list(rows) == [(2,)]
    assert rows.plain == [(2,)]
    assert rows.first() == (2,)
    assert rows[1:].first() is None


async def test_it_sees_what_was_committed_before(database: Database, permit: Permit) -> None:
    newest = Question(select(table_of(RecordClock).c.version))
    before = (await database.ask(newest))[0].version
    await database.write(permit, next_version)
    assert (await database.ask(newest))[0].version == before + 1


async def test_more_at_once_than_there_are_connections_are_all_answered(database: Database) -> None:
    asked = [database.ask(NUMBER, given=n) for n in range(5 * ASKERS)]
    assert [rows[0].more for rows in await asyncio.gather(*asked)] == [n + 1 for n in range(5 * ASKERS)]


async def test_several_are_answered_in_their_order(database: Database) -> None:
    first, second = await database.ask_all((NUMBER, {"given": 1}), (NUMBER, {"given": 5}))
    assert (first[0].more, second[0].more) == (2, 6)


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_a_connection_that_the_server_closed_is_replaced(database: Database, database_url: str) -> None:
    assert (await database.ask(NUMBER, given=1))[0].more == 2
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for _ in range(3):
        assert (await database.ask(NUMBER, given=1))[0].more == 2
    assert database._in_loop is not None
    assert await database._in_loop.ask(NUMBER, {"given": 1}) == [(2,)], "it is not a thread that answers from now on"


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_who_is_stopped_stops_the_statement_too(database: Database, database_url: str) -> None:
    sleeps = Question(select(func.pg_sleep(bindparam("seconds", None, Integer)).label("slept")))
    task = asyncio.create_task(database.ask(sleeps, seconds=600))
    with psycopg.connect(database_url, autocommit=True) as other:
        while not other.execute(SLOW).fetchall():
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while other.execute(SLOW).fetchall():
            await asyncio.sleep(0.01)
    assert (await database.ask(NUMBER, given=1))[0].more == 2


@pytest.mark.parametrize("backend", ["postgresql"])
def test_each_event_loop_has_its_own_connections(database: Database) -> None:
    for _ in range(3):
        assert asyncio.run(database.ask(NUMBER, given=1))[0].more == 2


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_no_connection_is_left_behind(database_url: str) -> None:
    database = Database(database_url)
    await asyncio.gather(*(database.ask(NUMBER, given=n) for n in range(ASKERS)))
    database.close()
    with psycopg.connect(database_url, autocommit=True) as other:
        left = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        while other.execute(left).fetchone() != (0,):
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_an_address_with_options_of_its_own_is_asked_in_the_event_loop_too(database_url: str) -> None:
    joint = "&" if "?" in database_url else "?"
    database = Database(f"{database_url}{joint}options=-c%20geqo%3Doff&application_name=mine&connect_timeout=5")
    called = Question(select(func.current_setting("application_name").label("name")))
    assert (await database.ask(called))[0].name == "mine"
    assert database._in_loop is not None
    assert await database._in_loop.ask(called, {}) == [("mine",)]
    database.close()


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_an_address_that_only_libpq_understands_is_asked_in_threads(database_url: str) -> None:
    joint = "&" if "?" in database_url else "?"
    database = Database(f"{database_url}{joint}keepalives_idle=30")
    assert database._in_loop is None
    assert (await database.ask(NUMBER, given=1))[0].more == 2
    database.close()


@pytest.mark.parametrize("backend", ["postgresql"])
def test_connections_end_with_their_event_loop(database: Database, database_url: str) -> None:
    """Commands and tests have one loop after the other on one database, and nobody says that one is over."""
    number = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(database_url, autocommit=True) as other:

        async def ask() -> None:
            await database.ask(NUMBER, given=1)
            assert other.execute(number).fetchone() == (1,)

        for _ in range(2):
            asyncio.run(ask())
            while other.execute(number).fetchone() != (0,):
                time.sleep(0.01)


async def test_an_error_of_the_statement_is_the_callers(database: Database) -> None:
    wrong = Question(select(func.no_such_function()))
    with pytest.raises(Exception, match="no_such_function"):
        await database.ask(wrong)
    assert (await database.ask(NUMBER, given=1))[0].more == 2
