"""The lease of a mailbox: one run at a time, with a heartbeat and a fencing number."""

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, select, update
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


@dataclass(frozen=True, slots=True)
class Claim:
    """A lease that was taken: its fence, and whether a holder had not given it back."""

    fence: int
    abandoned: bool


_holder = (
    select(_mailboxes.c.lease_owner, _mailboxes.c.lease_until, _mailboxes.c.fence)
    .where(_mailboxes.c.id == bindparam("mailbox_id"))
    .with_for_update()
)
_take = (
    update(_mailboxes)
    .where(_mailboxes.c.id == bindparam("mailbox_id"))
    .values(lease_owner=bindparam("owner"), lease_until=bindparam("until"), fence=bindparam("new_fence"))
)
_held = and_(_mailboxes.c.id == bindparam("mailbox_id"), _mailboxes.c.fence == bindparam("held_fence"))
_extend = update(_mailboxes).where(_held).values(lease_until=bindparam("until"))
_release = update(_mailboxes).where(_held).values(lease_owner=None, lease_until=None)


def claim(connection: Connection, mailbox_id: str, owner: str, now: datetime) -> Claim | None:
    """Take the lease; None while somebody alive holds it."""
    holder, until, fence = connection.execute(_holder, {"mailbox_id": mailbox_id}).one()
    if holder is not None and until is not None and until > now and not is_dead(holder):
        return None
    connection.execute(_take, {"mailbox_id": mailbox_id, "owner": owner, "until": now + LEASE, "new_fence": fence + 1})
    return Claim(fence + 1, abandoned=holder is not None)


def extend(connection: Connection, mailbox_id: str, fence: int, now: datetime) -> bool:
    """Prove that the lease is still ours and prolong it; False if another holds it by now.

    First statement of every write of a run: it locks the mailbox's row until the write commits.
    """
    done = connection.execute(_extend, {"mailbox_id": mailbox_id, "held_fence": fence, "until": now + LEASE})
    return bool(done.rowcount)


def release(connection: Connection, mailbox_id: str, fence: int) -> bool:
    """Give the lease back, as the first statement of a run's last write; False if another holds it by now."""
    done = connection.execute(_release, {"mailbox_id": mailbox_id, "held_fence": fence})
    return bool(done.rowcount)
