"""Tokens of scripts; only digests of their secrets are stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, delete, insert, or_, select, update
from sqlalchemy.engine import Connection

from fieldsync.db.columns import UtcDateTime, table_of
from fieldsync.db.questions import Question
from fieldsync.db.repo.list_query import listing
from fieldsync.db.tables import Principal, Token

_principal = table_of(Principal)
_token = table_of(Token)
LISTING = listing("tokens", _token, newest_first=True)
_shown = (
    _token.c.id,
    _token.c.principal_id,
    _token.c.name,
    _token.c.scope,
    _token.c.created_at,
    _token.c.last_used_at,
    _token.c.expires_at,
)

_by_digest = (
    select(*_shown, _principal.c.role)
    .join(_principal, _principal.c.id == _token.c.principal_id)
    .where(
        _token.c.digest == bindparam("digest", None, String),
        or_(_token.c.expires_at.is_(None), _token.c.expires_at > bindparam("now", None, UtcDateTime)),
        _principal.c.is_disabled.is_(False),
    )
)
BY_DIGEST = Question(_by_digest, same_plan=True)
"""A token that has not expired, by the digest of its secret, with its user's role; none of a disabled user's."""


def still_holds(principal_id: str, role: str) -> ColumnElement[bool]:
    """Whether ``BY_DIGEST`` would find a token of this user and role: for a statement that relies on it."""
    return _by_digest.where(_token.c.principal_id == principal_id, _principal.c.role == role).exists()


def tokens_by_digests(connection: Connection, digests: Sequence[str], now: datetime) -> dict[str, Any]:
    """``BY_DIGEST`` for many at once."""
    wanted = (
        select(*_shown, _token.c.digest, _principal.c.role)
        .join(_principal, _principal.c.id == _token.c.principal_id)
        .where(
            _token.c.digest.in_(digests),
            or_(_token.c.expires_at.is_(None), _token.c.expires_at > now),
            _principal.c.is_disabled.is_(False),
        )
    )
    return {row.digest: row for row in connection.execute(wanted)}


def tokens_of(connection: Connection, principal_id: str) -> list[Any]:
    """A user's tokens, newest first."""
    return list(connection.execute(owned_by(principal_id).order_by(_token.c.id.desc())))


def owned_by(principal_id: str) -> Select[Any]:
    """A user's tokens, expired ones too."""
    return select(*list(_shown)).where(_token.c.principal_id == principal_id)


def token_by_id(connection: Connection, token_id: str) -> Any | None:
    return connection.execute(select(*_shown).where(_token.c.id == token_id)).one_or_none()


def insert_token(
    connection: Connection,
    *,
    id: str,
    digest: str,
    principal_id: str,
    name: str,
    scope: str,
    now: datetime,
    expires_at: datetime | None,
) -> None:
    connection.execute(
        insert(_token).values(
            id=id,
            digest=digest,
            principal_id=principal_id,
            name=name,
            scope=scope,
            created_at=now,
            expires_at=expires_at,
        )
    )


def touch_token(connection: Connection, token_id: str, now: datetime) -> None:
    connection.execute(
        update(_token)
        .where(_token.c.id == token_id, or_(_token.c.last_used_at.is_(None), _token.c.last_used_at < now))
        .values(last_used_at=now)
    )


def delete_token(connection: Connection, token_id: str) -> None:
    connection.execute(delete(_token).where(_token.c.id == token_id))
