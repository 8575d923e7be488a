"""Units of work: all or nothing, one after the other where they meet, and never without a permit."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from threading import Event

import pytest
from sqlalchemy import create_engine, insert, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, StatementError

from fieldsync.core.rights import Permit
from fieldsync.db.database import READERS, Database
from fieldsync.db.dialect import after_bulk_load
from fieldsync.db.records import RecordClock
from fieldsync.db.tables import Principal, Session

principals = Principal.__table__
clock = RecordClock.__table__
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def person(user_name: str = "ada", created_at: datetime = NOON) -> dict[str, object]:
    return {
        "id": user_name, "kind": "USER", "unit_id": "root", "user_name": user_name, "name": "Ada", "role": "USER",
        "created_at": created_at,
    }  # fmt: skip


def names(connection: Connection) -> list[str]:
    return list(connection.execute(select(principals.c.user_name).where(principals.c.kind == "USER")).scalars())


async def test_a_unit_that_returns_is_kept(database: Database, permit: Permit) -> None:
    def unit(connection: Connection) -> str:
        connection.execute(insert(principals), [person()])
        return "done"

    assert await database.write(permit, unit) == "done"
    assert await database.read(names) == ["ada"]


async def test_a_unit_that_raises_leaves_nothing(database: Database, permit: Permit) -> None:
    def unit(connection: Connection) -> None:
        connection.execute(insert(principals), [person()])
        raise LookupError("half way")

    with pytest.raises(LookupError, match="half way"):
        await database.write(permit, unit)

    assert await database.read(names) == []
    await database.write(permit, lambda c: c.execute(insert(principals), [person("bob")]))
    assert await database.read(names) == ["bob"]


async def test_a_cancelled_caller_does_not_undo_the_unit(database: Database, permit: Permit) -> None:
    started = asyncio.Event()
    loop = asyncio.get_running_loop()

    def unit(connection: Connection) -> None:
        loop.call_soon_threadsafe(started.set)
        connection.execute(insert(principals), [person()])

    caller = asyncio.create_task(database.write(permit, unit))
    await started.wait()
    caller.cancel()
    await asyncio.wait([caller])

    async with asyncio.timeout(10):
        while await database.read(names) != ["ada"]:
            await asyncio.sleep(0.01)


async def test_a_cancelled_reader_stops_the_statement(database: Database) -> None:
    """Otherwise an operation that takes too long would keep one of few readers busy for as long as it likes."""
    endless = text("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n")
    begun, ended = Event(), Event()

    def unit(connection: Connection) -> None:
        begun.set()
        try:
            connection.execute(endless)
        finally:
            ended.set()

    for _ in range(2):
        reading = asyncio.create_task(database.read(unit))
        assert await asyncio.to_thread(begun.wait, 30)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert await asyncio.to_thread(ended.wait, 30)
        begun.clear()
        ended.clear()
    for _ in range(2 * READERS):
        assert await database.read(lambda connection: connection.execute(text("SELECT 1")).scalar()) == 1


async def test_two_writers_at_once_both_count(database: Database, permit: Permit) -> None:
    def tick(connection: Connection) -> None:
        connection.execute(update(clock).values(version=clock.c.version + 1))

    await asyncio.gather(*(database.write(permit, tick) for _ in range(40)))

    assert await database.read(lambda c: c.execute(select(clock.c.version)).scalar_one()) == 40


async def test_two_processes_writing_at_once_wait_for_each_other(
    database: Database, database_url: str, permit: Permit
) -> None:
    other = Database(database_url)

    def tick(connection: Connection) -> None:
        seen = connection.execute(select(clock.c.version).with_for_update()).scalar_one()
        connection.execute(update(clock).values(version=seen + 1))

    await asyncio.gather(*(each.write(permit, tick) for _ in range(20) for each in (database, other)))
    other.close()

    assert await database.read(lambda c: c.execute(select(clock.c.version)).scalar_one()) == 40


async def test_a_read_sees_one_state_while_others_write(database: Database, permit: Permit) -> None:
    await database.write(permit, lambda c: c.execute(insert(principals), [person()]))

    def unit(connection: Connection) -> None:
        connection.execute(insert(principals), [person("bob")])
        assert database.read_now(names) == ["ada"]

    await database.write(permit, unit)

    assert sorted(await database.read(names)) == ["ada", "bob"]


@pytest.mark.parametrize("permit", [None, "yes", True], ids=repr)
async def test_a_write_without_a_permit_is_refused(database: Database, permit: object) -> None:
    with pytest.raises(TypeError, match="permit"):
        await database.write(permit, lambda c: c.execute(insert(principals), [person()]))  # pyright: ignore

    assert await database.read(names) == []


async def test_a_time_without_a_zone_is_refused(database: Database, permit: Permit) -> None:
    naive = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - the point of the test

    with pytest.raises(StatementError, match="without a zone"):
        await database.write(permit, lambda c: c.execute(insert(principals), [person(created_at=naive)]))

    assert await database.read(names) == []


async def test_a_time_comes_back_as_the_same_moment_in_utc(database: Database, permit: Permit) -> None:
    abroad = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))

    await database.write(permit, lambda c: c.execute(insert(principals), [person(created_at=abroad)]))

    [stored] = await database.read(
        lambda c: c.scalars(select(principals.c.created_at).where(principals.c.id == "ada")).all()
    )
    assert (stored, stored.tzinfo) == (NOON, UTC)


async def test_a_reference_to_nobody_is_refused(database: Database, permit: Permit) -> None:
    session = {"digest": "d", "principal_id": "nobody", "created_at": NOON, "expires_at": NOON}

    with pytest.raises(IntegrityError):
        await database.write(permit, lambda c: c.execute(insert(Session.__table__), [session]))


def test_a_query_is_planned_for_its_values_however_often_it_is_asked(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        return  # plans every query for itself
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW plan_cache_mode").scalar() == "force_custom_plan"


def test_after_a_bulk_load_the_planner_knows_how_large_tables_are(database: Database, permit: Permit) -> None:
    database.write_now(permit, lambda c: c.execute(insert(principals), [person(f"user-{n}") for n in range(500)]))

    database.write_now(permit, after_bulk_load)

    known = {
        "sqlite": "SELECT max(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = 'principal'",
        "postgresql": "SELECT reltuples FROM pg_class WHERE oid = 'principal'::regclass",
    }
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql(known[connection.dialect.name]).scalar_one() >= 500


async def test_a_connection_that_the_server_closed_is_replaced_before_anybody_notices(
    database: Database, backend: str
) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite has no server")
    own = await database.read(lambda connection: connection.scalar(text("SELECT pg_backend_pid()")))

    def end(connection: Connection) -> None:
        connection.execute(
            text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid = :own"), {"own": own}
        )

    with create_engine(database.engine.url).connect() as other:
        end(other)

    assert await database.read(names) == []
