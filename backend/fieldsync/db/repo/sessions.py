"""Sessions of browsers and tokens of scripts; only digests of their secrets are stored."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select
from sqlalchemy.engine import Connection

from fieldsync.db.columns import table_of
from fieldsync.db.tables import Principal, Session, Token

_principal = table_of(Principal)
_session = table_of(Session)
_token = table_of(Token)


def session_by_digest(connection: Connection, digest: str, now: datetime) -> Any | None:
    """principal_id and role of a session that has not expired."""
    return connection.execute(
        select(_session.c.principal_id, _principal.c.role)
        .join(_principal, _principal.c.id == _session.c.principal_id)
        .where(_session.c.digest == digest, _session.c.expires_at > now)
    ).one_or_none()


# Built once: every request of a script asks this.
_by_token = (
    select(_token.c.principal_id, _principal.c.role, _token.c.scope, _token.c.name)
    .join(_principal, _principal.c.id == _token.c.principal_id)
    .where(
        _token.c.digest == bindparam("given"),
        or_(_token.c.expires_at.is_(None), _token.c.expires_at > bindparam("now")),
    )
)


def token_by_digest(connection: Connection, digest: str, now: datetime) -> Any | None:
    """principal_id, role, scope and name of a token that has not expired."""
    return connection.execute(_by_token, {"given": digest, "now": now}).one_or_none()


def open_session(
    connection: Connection, *, digest: str, principal_id: str, now: datetime, expires_at: datetime
) -> None:
    """Store a session, and forget those that have expired."""
    connection.execute(delete(_session).where(_session.c.expires_at <= now))
    connection.execute(
        insert(_session).values(digest=digest, principal_id=principal_id, created_at=now, expires_at=expires_at)
    )


def close_session(connection: Connection, digest: str) -> None:
    connection.execute(delete(_session).where(_session.c.digest == digest))


def insert_token(
    connection: Connection,
    *,
    digest: str,
    principal_id: str,
    name: str,
    scope: str,
    now: datetime,
    expires_at: datetime | None,
) -> None:
    connection.execute(
        insert(_token).values(
            digest=digest,
            principal_id=principal_id,
            name=name,
            scope=scope,
            created_at=now,
            expires_at=expires_at,
        )
    )
