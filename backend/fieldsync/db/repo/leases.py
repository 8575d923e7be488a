"""The lease of a mailbox: one run at a time, with a heartbeat and a fencing number."""

import os
import secrets
import socket
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from fieldsync.db.columns import table_of
from fieldsync.db.tables import Mailbox

_mailboxes = table_of(Mailbox)
LEASE = timedelta(seconds=30)


_PROCESS = secrets.token_hex(4)


def owner_name() -> str:
    """Who holds a lease: host, process, and a mark of this life of the process (numbers are used again)."""
    return f"{socket.gethostname()[:60]}/{os.getpid()}/{_PROCESS}"


def is_dead(owner: str) -> bool:
    """True if the owner was a process of this machine that no longer runs."""
    host, pid, life = (*owner.split("/"), "", "")[:3]
    if host != socket.gethostname()[:60] or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        return life != _PROCESS
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def claim(connection: Connection, mailbox_id: str, owner: str, now: datetime) -> int | None:
    """Take the lease; the new fence, or None while somebody alive holds it."""
    row = connection.execute(
        select(_mailboxes.c.lease_owner, _mailboxes.c.lease_until, _mailboxes.c.fence)
        .where(_mailboxes.c.id == mailbox_id)
        .with_for_update()
    ).one()
    holder: str | None = row.lease_owner
    if holder is not None and row.lease_until is not None and row.lease_until > now and not is_dead(holder):
        return None
    fence = row.fence + 1
    connection.execute(
        update(_mailboxes)
        .where(_mailboxes.c.id == mailbox_id)
        .values(lease_owner=owner, lease_until=now + LEASE, fence=fence)
    )
    return fence


def extend(connection: Connection, mailbox_id: str, fence: int, now: datetime) -> bool:
    """Prove that the lease is still ours and prolong it; False if another holds it by now.

    First statement of every write of a run: it locks the mailbox's row until the write commits.
    """
    done = connection.execute(
        update(_mailboxes)
        .where(_mailboxes.c.id == mailbox_id, _mailboxes.c.fence == fence)
        .values(lease_until=now + LEASE)
    )
    return bool(done.rowcount)


def release(connection: Connection, mailbox_id: str, fence: int) -> None:
    connection.execute(
        update(_mailboxes)
        .where(_mailboxes.c.id == mailbox_id, _mailboxes.c.fence == fence)
        .values(lease_owner=None, lease_until=None)
    )
