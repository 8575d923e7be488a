"""From a request's credentials to the actor behind them."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from fieldsync.clock import Clock
from fieldsync.core.rights import Actor, Role, Scope
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import sessions as session_rows
from fieldsync.db.repo import tokens as token_rows
from fieldsync.security import gate, sessions
from fieldsync.security.sessions import SessionRules

log = structlog.get_logger("fieldsync.security")
USE_KEPT_TO = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What a caller showed: the secret of a session, or a token; a token goes before a session.

    ``session_id`` stands for a secret that was checked before, on a connection that may outlive it.
    """

    session: str | None = None
    token: str | None = None
    session_id: str | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str], cookies: Mapping[str, str]) -> "Credentials":
        return cls(session=cookies.get(sessions.COOKIE), token=bearer(headers.get("authorization", "")))

    def lasting(self, actor: Actor) -> "Credentials":
        """The same, for as long as the session of this actor lasts, whatever its secret is by then."""
        return self if actor.session is None else Credentials(session_id=actor.session)

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

    def __init__(self, database: Database, clock: Clock, rules: SessionRules | None = None) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules or SessionRules()
        self._noted: dict[str, datetime] = {}
        self._notes: set[asyncio.Task[None]] = set()

    async def find(self, credentials: Credentials, *, using: bool = True) -> Actor | None:
        """The actor, or None if the credentials are missing, wrong, ended, or those of a disabled user.

        ``using`` counts as a use of them, which is written to the minute and aside, so that no request waits for it.
        """
        now = self._clock.now()
        if credentials.token is not None:
            digest = sessions.digest(credentials.token)
            token = await self._database.read(lambda connection: token_rows.token_by_digest(connection, digest, now))
            if token is None:
                return None
            if using:
                self._note_use(token, now, lambda connection: token_rows.touch_token(connection, token.id, now))
            return Actor(f"token {token.name}".strip(), token.principal_id, Role(token.role), Scope(token.scope))
        found = await self._session(credentials, now)
        if found is None:
            return None
        if using:
            self._note_use(found, now, lambda connection: session_rows.touch_session(connection, found.id, now))
        return Actor("session", found.principal_id, Role(found.role), session=found.id)

    async def settle(self) -> None:
        """Wait until every use noted so far is written."""
        await asyncio.gather(*self._notes)

    async def _session(self, credentials: Credentials, now: datetime):
        used_since = now - self._rules.idle
        if credentials.session_id is not None:
            known = credentials.session_id
            return await self._database.read(
                lambda connection: session_rows.session_by_id(connection, known, now=now, used_since=used_since)
            )
        if not credentials.session:
            return None
        digest = sessions.digest(credentials.session)
        return await self._database.read(
            lambda connection: session_rows.session_by_digest(
                connection, digest, now=now, used_since=used_since, renewed_since=now - self._rules.grace
            )
        )

    def _note_use(self, row, now: datetime, unit: Callable[[Connection], None]) -> None:
        last = max(filter(None, (row.last_used_at, self._noted.get(row.id))), default=None)
        if last is not None and now - last < USE_KEPT_TO:
            return
        if len(self._noted) > 10_000:
            self._noted.clear()
        self._noted[row.id] = now
        note = asyncio.create_task(self._database.write(gate.sign_in(row.principal_id), unit))
        self._notes.add(note)
        note.add_done_callback(self._noted_or_not)

    def _noted_or_not(self, note: asyncio.Task[None]) -> None:
        self._notes.discard(note)
        if not note.cancelled() and note.exception() is not None:
            log.warning("a use could not be noted", exc_info=note.exception())
