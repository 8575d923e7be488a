"""Sessions of browsers; only digests of their secrets are stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.engine import Connection

from fieldsync.db.columns import UtcDateTime, table_of
from fieldsync.db.questions import Question
from fieldsync.db.tables import Principal, Session

_principal = table_of(Principal)
_session = table_of(Session)

_living = (
    select(
        _session.c.id,
        _session.c.digest,
        _session.c.principal_id,
        _session.c.renewed_at,
        _session.c.last_used_at,
        _session.c.expires_at,
        _principal.c.role,
    )
    .join(_principal, _principal.c.id == _session.c.principal_id)
    .where(
        _session.c.expires_at > bindparam("now", None, UtcDateTime),
        _session.c.last_used_at > bindparam("used_since", None, UtcDateTime),
        _principal.c.is_disabled.is_(False),
    )
)
_renewed_lately = _session.c.renewed_at > bindparam("renewed_since", None, UtcDateTime)

BY_DIGEST = Question(
    _living.where(
        or_(
            _session.c.digest == bindparam("digest", None, String),
            and_(_session.c.previous_digest == bindparam("digest", None, String), _renewed_lately),
        )
    ),
    same_plan=True,
)
"""A session that has not ended, of a user who is not disabled, by the digest of its secret.

It was used after ``used_since``; the secret before the present one counts if it was renewed after ``renewed_since``.
"""
BY_ID = Question(_living.where(_session.c.id == bindparam("id", None, String)), same_plan=True)
"""A session that has not ended, of a user who is not disabled."""


def sessions_by_ids(
    connection: Connection, ids: Sequence[str], *, now: datetime, used_since: datetime
) -> dict[str, Any]:
    """``BY_ID`` for many at once."""
    wanted = _living.where(_session.c.id.in_(ids))
    return {row.id: row for row in connection.execute(wanted, {"now": now, "used_since": used_since})}


def open_session(
    connection: Connection,
    *,
    id: str,
    digest: str,
    principal_id: str,
    now: datetime,
    expires_at: datetime,
    unused_since: datetime,
) -> None:
    """Store a session, and forget those that have ended: expired, or not used since ``unused_since``."""
    connection.execute(
        delete(_session).where(or_(_session.c.expires_at <= now, _session.c.last_used_at <= unused_since))
    )
    connection.execute(
        insert(_session).values(
            id=id,
            digest=digest,
            principal_id=principal_id,
            created_at=now,
            renewed_at=now,
            last_used_at=now,
            expires_at=expires_at,
        )
    )


def renew_session(connection: Connection, *, old: str, new: str, now: datetime) -> bool:
    """Give a session a new secret; False if its secret is not ``old`` any more, so of two at once only one does."""
    changed = connection.execute(
        update(_session).where(_session.c.digest == old).values(digest=new, previous_digest=old, renewed_at=now)
    )
    return changed.rowcount == 1


def touch_session(connection: Connection, session_id: str, now: datetime) -> None:
    connection.execute(
        update(_session).where(_session.c.id == session_id, _session.c.last_used_at < now).values(last_used_at=now)
    )


def close_session(connection: Connection, digest: str) -> None:
    """End a session by its secret, or by the one before."""
    connection.execute(delete(_session).where(or_(_session.c.digest == digest, _session.c.previous_digest == digest)))


def close_sessions_of(connection: Connection, principal_id: str) -> None:
    """Sign a user out everywhere: for a changed password, and for whoever gets disabled."""
    connection.execute(delete(_session).where(_session.c.principal_id == principal_id))
