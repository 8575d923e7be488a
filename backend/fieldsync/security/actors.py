"""From a request's credentials to the actor behind them."""

from collections.abc import Mapping
from dataclasses import dataclass

from fieldsync.clock import Clock
from fieldsync.core.rights import Actor, Role, Scope
from fieldsync.db.database import Database
from fieldsync.db.repo import sessions as rows
from fieldsync.security import sessions


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What a caller showed: the secret of a session, or a token; a token goes before a session."""

    session: str | None = None
    token: str | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str], cookies: Mapping[str, str]) -> "Credentials":
        return cls(session=cookies.get(sessions.COOKIE), token=bearer(headers.get("authorization", "")))

    def __repr__(self) -> str:
        return "Credentials(…)"


def bearer(header: str) -> str | None:
    """The token in an Authorization header; an unknown scheme counts as an empty token, which nobody has."""
    if not header:
        return None
    scheme, _, token = header.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


class Actors:
    """Finds actors; reads the database at every call, so that a closed session is closed at once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find(self, credentials: Credentials) -> Actor | None:
        """The actor, or None if the credentials are missing, wrong or expired."""
        now = self._clock.now()
        if credentials.token is not None:
            digest = sessions.digest(credentials.token)
            row = await self._database.read(lambda connection: rows.token_by_digest(connection, digest, now))
            if row is None:
                return None
            return Actor(f"token {row.name}".strip(), row.principal_id, Role(row.role), Scope(row.scope))
        if credentials.session:
            digest = sessions.digest(credentials.session)
            row = await self._database.read(lambda connection: rows.session_by_digest(connection, digest, now))
            if row is not None:
                return Actor("session", row.principal_id, Role(row.role))
        return None
