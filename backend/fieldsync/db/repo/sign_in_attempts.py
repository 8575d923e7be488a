"""Failed attempts to sign in, by the digest of the user name or address they came with."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from fieldsync.db import dialect
from fieldsync.db.accounts import SignInAttempt
from fieldsync.db.columns import table_of

_attempt = table_of(SignInAttempt)


def lock(connection: Connection, keys: Collection[str], now: datetime) -> dict[str, Any]:
    """The counts behind these keys, made where there are none; nobody else counts them until this unit ends."""
    # In one order for everybody, and locked by the upsert itself: two attempts at once wait instead of crossing.
    make = dialect.upsert(connection, _attempt, ["key"], ["key"])
    for key in sorted(keys):
        connection.execute(make, {"key": key, "failures": 0, "last_at": now})
    found = connection.execute(select(_attempt).where(_attempt.c.key.in_(keys)))
    return {row.key: row for row in found}


def note_failure(
    connection: Connection, key: str, *, failures: int, now: datetime, blocked_until: datetime | None
) -> None:
    connection.execute(
        update(_attempt)
        .where(_attempt.c.key == key)
        .values(failures=failures, last_at=now, blocked_until=blocked_until)
    )


def take_back(connection: Connection, key: str, blocked_until: datetime | None) -> None:
    """Uncount one failure, with the wait that it brought, but not one that somebody else's brought meanwhile."""
    connection.execute(
        update(_attempt).where(_attempt.c.key == key, _attempt.c.failures > 0).values(failures=_attempt.c.failures - 1)
    )
    if blocked_until is not None:
        connection.execute(
            update(_attempt)
            .where(_attempt.c.key == key, _attempt.c.blocked_until == blocked_until)
            .values(blocked_until=None)
        )


def reset(connection: Connection, key: str) -> None:
    connection.execute(delete(_attempt).where(_attempt.c.key == key))


def forget_old(connection: Connection, now: datetime, after: timedelta) -> None:
    """Drop counts to which nothing was added for so long."""
    connection.execute(delete(_attempt).where(_attempt.c.last_at < now - after))
