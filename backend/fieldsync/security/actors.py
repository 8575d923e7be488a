"""From a request's credentials to the actor behind them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from fieldsync.clock import Clock
from fieldsync.core.rights import Actor, Claim, Role, Scope
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import sessions as session_rows
from fieldsync.db.repo import tokens as token_rows
from fieldsync.security import gate, sessions
from fieldsync.security.sessions import SessionRules
from fieldsync.security.watch import Watch

log = structlog.get_logger("fieldsync.security")
USE_KEPT_TO = timedelta(minutes=1)
AT_ONCE = 500
TOKENS_KEPT = 2_000


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


def _of_token(row: Any, claim: Claim | None = None) -> Actor:
    return Actor(f"token {row.name}".strip(), row.principal_id, Role(row.role), Scope(row.scope), claim=claim)


def _of_session(row: Any) -> Actor:
    return Actor("session", row.principal_id, Role(row.role), session=row.id)


def _portions(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[start : start + AT_ONCE] for start in range(0, len(texts), AT_ONCE)]


class Actors:
    """Finds actors by their credentials as they are now, so that a closed session is closed at once.

    Only ``claiming`` goes by what is remembered; what it says is still to be confirmed.
    """

    def __init__(self, database: Database, clock: Clock, rules: SessionRules | None = None) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules or SessionRules()
        self._noted: dict[str, datetime] = {}
        self._last_seen: dict[str, Any] = {}
        self._notes: set[asyncio.Task[None]] = set()
        self.watch = Watch(self.find_all)

    async def find(self, credentials: Credentials, *, using: bool = True) -> Actor | None:
        """The actor, or None if the credentials are missing, wrong, ended, or those of a disabled user.

        ``using`` counts as a use of them, which is written to the minute and aside, so that no request waits for it.
        """
        now = self._clock.now()
        if credentials.token is not None:
            digest = sessions.digest(credentials.token)
            token = (await self._database.ask(token_rows.BY_DIGEST, digest=digest, now=now)).first()
            if token is None:
                self._last_seen.pop(digest, None)
                return None
            if len(self._last_seen) >= TOKENS_KEPT:
                self._last_seen.clear()
            self._last_seen[digest] = token
            if using:
                self._note_token(token, now)
            return _of_token(token)
        found = await self._session(credentials, now)
        if found is None:
            return None
        if using:
            self._note_use(found, now, lambda connection: session_rows.touch_session(connection, found.id, now))
        return _of_session(found)

    def claiming(self, credentials: Credentials) -> Actor | None:
        """The actor as somebody last saw it, with the claim that nothing has changed since; None for a stranger.

        It costs no statement, and counts as a use. Whoever asks with a session is looked up each time.
        """
        if credentials.token is None:
            return None
        digest, now = sessions.digest(credentials.token), self._clock.now()
        token = self._last_seen.get(digest)
        if token is None:
            return None
        self._note_token(token, now)
        return _of_token(token, Claim(digest, now))

    async def find_all(self, asked: Sequence[Credentials]) -> list[Actor | None]:
        """The actors behind lasting credentials, in one read; that is no use of them."""
        now = self._clock.now()
        used_since = now - self._rules.idle
        digests = {one: sessions.digest(one.token) for one in asked if one.token is not None}

        def unit(connection: Connection) -> list[Actor | None]:
            tokens, living = dict[str, Any](), dict[str, Any]()
            for some in _portions(list(digests.values())):
                tokens |= token_rows.tokens_by_digests(connection, some, now)
            for some in _portions([one.session_id for one in asked if one.session_id is not None]):
                living |= session_rows.sessions_by_ids(connection, some, now=now, used_since=used_since)
            actors: list[Actor | None] = []
            for one in asked:
                if one in digests:
                    row = tokens.get(digests[one])
                    actors.append(None if row is None else _of_token(row))
                else:
                    row = living.get(one.session_id or "")
                    actors.append(None if row is None else _of_session(row))
            return actors

        return await self._database.read(unit)

    async def settle(self) -> None:
        """Wait until every use noted so far is written."""
        await asyncio.gather(*self._notes)

    async def _session(self, credentials: Credentials, now: datetime) -> Any | None:
        used_since = now - self._rules.idle
        if credentials.session_id is not None:
            found = await self._database.ask(
                session_rows.BY_ID, id=credentials.session_id, now=now, used_since=used_since
            )
            return found.first()
        if not credentials.session:
            return None
        found = await self._database.ask(
            session_rows.BY_DIGEST,
            digest=sessions.digest(credentials.session),
            now=now,
            used_since=used_since,
            renewed_since=now - self._rules.grace,
        )
        return found.first()

    def _note_token(self, token: Any, now: datetime) -> None:
        self._note_use(token, now, lambda connection: token_rows.touch_token(connection, token.id, now))

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
