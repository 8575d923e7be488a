"""When mailboxes are due, and what became of their cycles. A mailbox without ``due_at`` runs only when told to."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.runs import RunState, SyncMethod
from fieldsync.db.columns import table_of
from fieldsync.db.tables import Mailbox, Run

_mailboxes = table_of(Mailbox)
_runs = table_of(Run)
_active = select(_runs.c.mailbox_id).where(_runs.c.state.in_((RunState.QUEUED.value, RunState.RUNNING.value)))
_may_run = (
    _mailboxes.c.sync_method == SyncMethod.SERVER_SIDE.value,
    _mailboxes.c.stopped_at.is_(None),
    _mailboxes.c.due_at.is_not(None),
)


def due(connection: Connection, now: datetime, at_most: int) -> list[str]:
    """Mailboxes whose cycle is due and that nobody works on, the longest overdue first."""
    wanted = (
        select(_mailboxes.c.id)
        .where(*_may_run, _mailboxes.c.due_at <= now, _mailboxes.c.id.not_in(_active))
        .order_by(_mailboxes.c.due_at, _mailboxes.c.id)
        .limit(at_most)
    )
    return list(connection.scalars(wanted))


def is_due(connection: Connection, mailbox_id: str, now: datetime) -> bool:
    """Whether a cycle of this mailbox is due, now that its row is locked."""
    wanted = select(_mailboxes.c.id).where(_mailboxes.c.id == mailbox_id, *_may_run, _mailboxes.c.due_at <= now)
    return connection.scalar(wanted) is not None


def next_due(connection: Connection) -> datetime | None:
    """When the next mailbox that nobody works on is due."""
    wanted = select(_mailboxes.c.due_at).where(*_may_run, _mailboxes.c.id.not_in(_active))
    return connection.scalar(wanted.order_by(_mailboxes.c.due_at).limit(1))


_state = select(_mailboxes.c.due_at, _mailboxes.c.interval_seconds, _mailboxes.c.failures).where(
    _mailboxes.c.id == bindparam("mailbox_id")
)


def state(connection: Connection, mailbox_id: str) -> tuple[datetime | None, int | None, int]:
    """When it is due, its interval in seconds, and how often in a row its cycles failed."""
    return tuple(connection.execute(_state, {"mailbox_id": mailbox_id}).one())  # pyright: ignore


_BOTH = {"due_at": bindparam("new_due_at"), "failures": bindparam("new_failures")}
_succeeded = (
    update(_mailboxes)
    .where(_mailboxes.c.id == bindparam("mailbox_id"))
    .values(
        **_BOTH,
        interval_seconds=bindparam("new_interval"),
        last_success_at=bindparam("now"),
        stopped_at=None,
        stopped=None,
    )
)
_compared = update(_mailboxes).where(_mailboxes.c.id == bindparam("mailbox_id")).values(compared_at=bindparam("now"))
_failed = update(_mailboxes).where(_mailboxes.c.id == bindparam("mailbox_id")).values(**_BOTH)


def succeeded(
    connection: Connection,
    mailbox_id: str,
    due_at: datetime | None,
    interval: int,
    now: datetime,
    *,
    compared: bool,
) -> None:
    """A run went through: whatever stood in the way is over. ``compared`` if it looked at all there is."""
    if compared:
        connection.execute(_compared, {"mailbox_id": mailbox_id, "now": now})
    connection.execute(
        _succeeded,
        {"mailbox_id": mailbox_id, "new_due_at": due_at, "new_failures": 0, "new_interval": interval, "now": now},
    )


def failed(connection: Connection, mailbox_id: str, due_at: datetime | None, failures: int) -> None:
    """A run failed by what may pass."""
    connection.execute(_failed, {"mailbox_id": mailbox_id, "new_due_at": due_at, "new_failures": failures})


def stop(connection: Connection, mailbox_id: str, now: datetime, reason: Mapping[str, str]) -> None:
    """No cycles until a person acts; ``reason`` has code, message and remedy."""
    connection.execute(
        update(_mailboxes)
        .where(_mailboxes.c.id == mailbox_id)
        .values(stopped_at=now, stopped=dict(reason), failures=_mailboxes.c.failures + 1)
    )


def hasten(connection: Connection, mailbox_id: str, now: datetime) -> None:
    """Due now, if it runs in cycles and is not stopped."""
    connection.execute(
        update(_mailboxes)
        .where(_mailboxes.c.id == mailbox_id, _mailboxes.c.due_at.is_not(None), _mailboxes.c.stopped_at.is_(None))
        .values(due_at=now)
    )


def enable(connection: Connection, mailbox_id: str, now: datetime | None) -> None:
    """Run in cycles from ``now`` on, or with None only when told to."""
    changed = _mailboxes.c.due_at.is_(None) if now is not None else _mailboxes.c.due_at.is_not(None)
    connection.execute(update(_mailboxes).where(_mailboxes.c.id == mailbox_id, changed).values(due_at=now))


def resume(connection: Connection, mailbox_id: str, now: datetime) -> None:
    """The obstacle is out of the way: due at once, if it runs in cycles."""
    connection.execute(
        update(_mailboxes).where(_mailboxes.c.id == mailbox_id).values(stopped_at=None, stopped=None, failures=0)
    )
    connection.execute(
        update(_mailboxes).where(_mailboxes.c.id == mailbox_id, _mailboxes.c.due_at.is_not(None)).values(due_at=now)
    )
