"""Signing in and out, and making tokens."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.rights import Role, Scope
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import principals
from fieldsync.db.repo import sessions as rows
from fieldsync.errors import InvalidInput, NotFound, NotSignedIn
from fieldsync.security import gate, passwords, sessions


@dataclass(frozen=True, slots=True, repr=False)
class OpenedSession:
    """A session just opened; ``secret`` goes into the cookie and nowhere else."""

    secret: str
    seconds: int
    principal: Any


class SignIn:
    """Opens and closes sessions of browsers, and makes tokens for scripts."""

    def __init__(self, database: Database, clock: Clock, session_length: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._length = session_length

    async def open(self, user_name: str, password: str) -> OpenedSession:
        """Check a password and open a session; raises NotSignedIn, as slowly for unknown users as for known ones."""
        found = await self._database.read(lambda connection: principals.by_user_name(connection, user_name))
        right = await passwords.verify(password, found.password if found is not None else None)
        if found is None or not right:
            raise NotSignedIn("User name or password are not right.")
        secret = sessions.new_session_secret()
        now = self._clock.now()
        await self._database.write(
            gate.sign_in(found.id),
            lambda connection: rows.open_session(
                connection,
                digest=sessions.digest(secret),
                principal_id=found.id,
                now=now,
                expires_at=now + self._length,
            ),
        )
        return OpenedSession(secret, int(self._length.total_seconds()), found)

    async def close(self, secret: str) -> None:
        """End a session; an unknown one is no error."""
        digest = sessions.digest(secret)
        await self._database.write(gate.sign_in(digest), lambda connection: rows.close_session(connection, digest))

    async def make_user(self, user_name: str, *, name: str, role: Role, password: str) -> None:
        """A person who can sign in; raises InvalidInput, also for a user name that is taken."""
        user_name, name = user_name.strip(), name.strip()
        if not 1 <= len(user_name) <= 100 or not user_name.isprintable():
            raise InvalidInput("A user name has 1 to 100 characters.", path=("userName",))
        if not 1 <= len(name) <= 200 or not name.isprintable():
            raise InvalidInput("A name has 1 to 200 characters.", path=("name",))
        if not 8 <= len(password) <= 1000:
            raise InvalidInput("A password has at least 8 characters.", path=("password",))
        hashed = await passwords.hash_aside(password)
        now = self._clock.now()

        def unit(connection: Connection) -> None:
            if principals.by_user_name(connection, user_name) is not None:
                raise InvalidInput(f"There is a user {user_name!r} already.", path=("userName",))
            principals.upsert(connection, user_name=user_name, name=name, role=role, password_hash=hashed, now=now)

        await self._database.write(gate.administer("user"), unit)

    async def make_token(self, user_name: str, *, scope: Scope | None, name: str, days: int | None) -> str:
        """A token that acts as this user; without ``scope``, admin for administrators and read for others."""
        if len(name) > 100:
            raise InvalidInput("The name of a token has at most 100 characters.", path=("name",))
        if days is not None and not 1 <= days <= 36500:
            raise InvalidInput("A token holds for 1 to 36500 days.", path=("days",))
        found = await self._database.read(lambda connection: principals.by_user_name(connection, user_name))
        if found is None:
            raise NotFound(f"There is no user {user_name!r}.")
        chosen = scope or (Scope.ADMIN if found.role == Role.ADMINISTRATOR.value else Scope.READ)
        token = sessions.new_token()
        now = self._clock.now()
        await self._database.write(
            gate.administer("token"),
            lambda connection: rows.insert_token(
                connection,
                digest=sessions.digest(token),
                principal_id=found.id,
                name=name,
                scope=chosen.value,
                now=now,
                expires_at=None if days is None else now + timedelta(days=days),
            ),
        )
        return token
