"""Sessions of browsers; only digests of their secrets are stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.engine import Connection

from fieldsync.db.columns import table_of
from fieldsync.db.tables import Principal, Session

_principal = table_of(Principal)
_session = table_of(Session)


def session_by_digest(
    connection: Connection, digest: str, *, now: datetime, used_since: datetime, renewed_since: datetime
) -> Any | None:
    """A session that has not ended, of a user who is not disabled, by the digest of its secret.

    The secret before the present one counts if it was renewed after ``renewed_since``.
    """
    known = or_(
        _session.c.digest == digest,
        and_(_session.c.previous_digest == digest, _session.c.renewed_at > renewed_since),
    )
    return _living(connection, known, now, used_since)


def session_by_id(connection: Connection, session_id: str, *, now: datetime, used_since: datetime) -> Any | None:
    """A session that has not ended, of a user who is not disabled."""
    return _living(connection, _session.c.id == session_id, now, used_since)


def sessions_by_ids(
    connection: Connection, ids: Sequence[str], *, now: datetime, used_since: datetime
) -> dict[str, Any]:
    """``session_by_id`` for many at once."""
    return {row.id: row for row in connection.execute(_all_living(_session.c.id.in_(ids), now, used_since))}


def _living(connection: Connection, which: ColumnElement[bool], now: datetime, used_since: datetime) -> Any | None:
    return connection.execute(_all_living(which, now, used_since)).one_or_none()


def _all_living(which: ColumnElement[bool], now: datetime, used_since: datetime) -> Any:
    return (
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
            which,
            _session.c.expires_at > now,
            _session.c.last_used_at > used_since,
            _principal.c.is_disabled.is_(False),
        )
    )


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
