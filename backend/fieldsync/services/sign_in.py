"""Signing in and out with a password, and making users."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.rights import Action, Actor, Role, Scope
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import principals
from fieldsync.db.repo import sessions as rows
from fieldsync.errors import InvalidInput, NotFound, NotSignedIn
from fieldsync.ids import new_id
from fieldsync.security import gate, passwords, sessions
from fieldsync.security.sessions import SessionRules
from fieldsync.security.throttle import Throttle
from fieldsync.services.tokens import issue


@dataclass(frozen=True, slots=True, repr=False)
class OpenedSession:
    """A session just opened; ``secret`` goes into the cookie and nowhere else."""

    secret: str
    seconds: int
    principal: Any


@dataclass(frozen=True, slots=True, repr=False)
class RenewedSession:
    """A session that is still there; ``secret`` is its new one, None if the old one stays in use."""

    secret: str | None
    seconds: int


class SignIn:
    """Opens, renews and closes sessions of browsers; makes users, and tokens for whoever runs our commands."""

    def __init__(self, database: Database, clock: Clock, rules: SessionRules | None = None) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules or SessionRules()
        self._throttle = Throttle(database, clock)

    async def open(
        self, user_name: str, password: str, *, address: str | None = None, replaces: str | None = None
    ) -> OpenedSession:
        """Check a password and open a session, always with a secret of its own.

        Raises NotSignedIn, as slowly for unknown users as for known ones, and TooManyAttempts. ``address`` is where
        the caller sits; ``replaces`` is the secret of a session that ends with this one's begin.
        """
        attempt = await self._throttle.begin(user_name, address)
        found = await self._database.read(lambda connection: principals.by_user_name(connection, user_name))
        right = await passwords.verify(password, found.password if found is not None else None)
        if found is None or not right or found.is_disabled:
            raise NotSignedIn("User name or password are not right.")
        await self._throttle.succeeded(attempt)
        return await self.open_for(found, replaces=replaces)

    async def open_for(self, principal: Any, *, replaces: str | None = None) -> OpenedSession:
        """A session for somebody whose identity has been checked."""
        secret, now = sessions.new_session_secret(), self._clock.now()

        def unit(connection: Connection) -> None:
            if replaces:
                rows.close_session(connection, sessions.digest(replaces))
            rows.open_session(
                connection,
                id=new_id(),
                digest=sessions.digest(secret),
                principal_id=principal.id,
                now=now,
                expires_at=now + self._rules.length,
                unused_since=now - self._rules.idle,
            )

        await self._database.write(gate.sign_in(principal.id), unit)
        return OpenedSession(secret, int(self._rules.length.total_seconds()), principal)

    async def renew(self, secret: str) -> RenewedSession:
        """Give a session a new secret if its present one is old enough; raises NotSignedIn if it has ended.

        This is no use of the session: a page that is merely open does not keep it alive.
        """
        now, digest = self._clock.now(), sessions.digest(secret)
        fresh = sessions.new_session_secret()

        def unit(connection: Connection) -> RenewedSession:
            found = rows.BY_DIGEST.asked(
                connection,
                digest=digest,
                now=now,
                used_since=now - self._rules.idle,
                renewed_since=now - self._rules.grace,
            ).first()
            if found is None:
                raise NotSignedIn
            seconds = int((found.expires_at - now).total_seconds())
            # Whoever still shows the secret before has its successor under way already: then it is too early.
            due = now - found.renewed_at >= self._rules.renew_after
            if due and rows.renew_session(connection, old=digest, new=sessions.digest(fresh), now=now):
                return RenewedSession(fresh, seconds)
            return RenewedSession(None, seconds)

        return await self._database.write(gate.sign_in(digest), unit)

    async def close(self, secret: str) -> None:
        """End a session; an unknown one is no error."""
        digest = sessions.digest(secret)
        await self._database.write(gate.sign_in(digest), lambda connection: rows.close_session(connection, digest))

    async def change_password(self, actor: Actor, current: str, new: str) -> None:
        """Set a new password and end all sessions of the caller.

        Raises InvalidInput for a wrong or unusable one, and TooManyAttempts: guesses count like attempts to sign in.
        """
        permit = gate.permit(actor, Action.ACCOUNT_EDIT, gate.Target(actor.principal_id, actor.principal_id))
        check_password(new, "new")
        found = await self._database.read(lambda connection: principals.with_password(connection, actor.principal_id))
        if found is None or found.password is None:
            raise InvalidInput("This account has no password; it signs in with the provider.", path=("current",))
        attempt = await self._throttle.begin(found.user_name, None)
        if not await passwords.verify(current, found.password):
            raise InvalidInput("The current password is not right.", path=("current",))
        await self._throttle.succeeded(attempt)
        hashed = await passwords.hash_aside(new)

        def unit(connection: Connection) -> None:
            principals.set_password(connection, actor.principal_id, hashed)
            rows.close_sessions_of(connection, actor.principal_id)

        await self._database.write(permit, unit)

    async def make_token(self, user_name: str, *, scope: Scope | None, name: str, days: int | None) -> str:
        """A token that acts as this user; without ``scope``, admin for administrators and read for others."""
        found = await self._database.read(lambda connection: principals.by_user_name(connection, user_name))
        if found is None:
            raise NotFound(f"There is no user {user_name!r}.")
        chosen = scope or (Scope.ADMIN if found.role == Role.ADMINISTRATOR.value else Scope.READ)
        issued = issue(found.id, scope=chosen, name=name, days=days, now=self._clock.now())
        await self._database.write(gate.administer("token"), issued.store)
        return issued.secret


def check_password(password: str, *path: str) -> None:
    """Raises InvalidInput for a password that nobody should have."""
    if not 8 <= len(password) <= 1000:
        raise InvalidInput("A password has at least 8 characters.", path=path)


def session_rules(hours: float, idle_hours: float) -> SessionRules:
    """The rules with these two settings."""
    return SessionRules(length=timedelta(hours=hours), idle=timedelta(hours=idle_hours))
