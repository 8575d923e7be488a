"""The only place where SQLite and PostgreSQL are treated differently."""

import os
import select
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Engine, Insert, StaticPool, String, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

if TYPE_CHECKING:
    from fieldsync.db.in_loop import InLoop

WRITE = "fieldsync_write"
"""Execution option of a connection that is going to write."""
_UTC = "-c timezone=utc"
_PLANNED_ANEW = f"{_UTC} -c plan_cache_mode=force_custom_plan"
_PATIENCE = 5.0
"""Seconds to ask PostgreSQL to end a statement."""


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def make_engine(url: str, pool_size: int) -> Engine:
    """An engine with the house's settings.

    SQLite: write-ahead log, foreign keys on, ten seconds of patience for another writer, and writing
    transactions that take the write lock at their start (an upgraded read lock could deadlock).
    PostgreSQL: UTC sessions, and each query planned for its values. Plans for whatever values, which it takes over
    after some repetitions, read the whole table for somebody who sees a handful of records.
    """
    parsed = make_url(url)
    if not is_sqlite(url):
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(
            parsed,
            pool_size=pool_size,
            max_overflow=0,
            connect_args={"options": _PLANNED_ANEW},
            json_serializer=_json,
            json_deserializer=orjson.loads,
        )
        event.listen(engine, "checkout", _check_connection)
        return engine
    if parsed.database and parsed.database != ":memory:":
        os.makedirs(os.path.dirname(os.path.abspath(parsed.database)), exist_ok=True)
    engine = create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": 10},
        json_serializer=_json,
        json_deserializer=orjson.loads,
    )
    _prepare_sqlite(engine)
    return engine


def for_reading(engine: Engine) -> Engine:
    """The engine for units that only read.

    PostgreSQL: each statement on its own, which sees what is committed by then, as it does in a transaction of READ
    COMMITTED; only BEGIN and ROLLBACK are saved. SQLite: one transaction, so that all statements see the same.
    """
    return engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="AUTOCOMMIT")


def in_loop(engine: Engine, most: int) -> "InLoop | None":
    """Connections by which questions are asked in the event loop; None where only threads can ask them.

    That is on SQLite, and at an address with parameters that only libpq understands. What has the same plan always is
    planned for its values a few times, and then once for all.
    """
    if engine.dialect.name == "sqlite":
        return None
    from fieldsync.db.in_loop import UNDERSTOOD, InLoop

    if not UNDERSTOOD.issuperset(engine.url.query):
        return None
    return InLoop(engine.url, most, options=_PLANNED_ANEW, same_plan=_UTC)


def _check_connection(connection: Any, _record: Any, _proxy: Any) -> None:
    """Part with a connection that the server has closed; the pool then takes another one.

    An idle connection has nothing to read but its end, so a look at the socket tells, and asking the server each time,
    as the pool's own check does, costs as much as a small query.
    """
    if connection.closed:
        raise DisconnectionError("the connection is closed")
    poll = select.poll()  # select itself knows no more than 1,024 files
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        raise DisconnectionError("the server has closed the connection")


def interrupt(connection: Connection) -> None:
    """End the statement that another thread runs on this connection, with an error there; nothing if there is none."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.interrupt()
    else:
        driver.cancel_safe(timeout=_PATIENCE)


def engine_over(connection: Any) -> Engine:
    """An engine over one open SQLite connection (of ``sqlite3``), with the house's settings: for databases in memory.

    Units of work follow one another on it; it belongs to whoever opened it.
    """
    engine = create_engine(
        "sqlite://",
        creator=lambda: connection,
        poolclass=StaticPool,
        json_serializer=_json,
        json_deserializer=orjson.loads,
    )
    _prepare_sqlite(engine)
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    """Give every connection its settings, and every transaction its kind of beginning."""

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        connection.create_function("fieldsync_folded", 1, _folded, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class folded(GenericFunction[str]):  # noqa: N801 - an SQL function
    """A text in lower case, to be searched and sorted by code point: alike on both databases.

    What lower case is, PostgreSQL takes from the database's locale, which should be one of UTF-8.
    """

    type = String()
    inherit_cache = True


@compiles(folded, "sqlite")
def _folded_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"fieldsync_folded({compiler.process(element.clauses, **options)})"


@compiles(folded, "postgresql")
def _folded_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f'(lower({compiler.process(element.clauses, **options)}) COLLATE "C")'


def _folded(text: str | None) -> str | None:
    return None if text is None else text.lower()


def writer_threads(url: str) -> int:
    """How many threads may write at once: SQLite has one writer, and queueing beats waiting for its lock."""
    return 1 if is_sqlite(url) else 8


def upsert(connection: Connection, table: Table, keys: list[str], columns: list[str]) -> Insert:
    """An insert that updates ``columns`` where a row with the same ``keys`` exists."""
    build = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = build(table)
    return statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in columns}
    )


def after_bulk_load(connection: Connection) -> None:
    """Refresh the planner's figures; without them a needed index is passed over."""
    if connection.dialect.name == "sqlite":
        # "PRAGMA optimize" would pass over tables that this connection has not queried yet.
        connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
    connection.exec_driver_sql("ANALYZE")
