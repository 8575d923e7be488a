"""Tokens for scripts: people make and revoke their own; whoever runs our commands, anybody's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.rights import Action, Actor, Permit, Scope
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import principals
from fieldsync.db.repo import tokens as rows
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.errors import InvalidInput, NotFound
from fieldsync.ids import new_id
from fieldsync.security import gate, sessions
from fieldsync.services.paging import Page, PageArguments, count_all, read_page


@dataclass(frozen=True, slots=True, repr=False)
class IssuedToken:
    """A token about to be stored; ``secret`` is shown once and kept nowhere."""

    secret: str
    id: str
    principal_id: str
    scope: Scope
    name: str
    now: datetime
    expires_at: datetime | None

    def store(self, connection: Connection) -> Any:
        """Keep it, as its digest; returns the row."""
        rows.insert_token(
            connection,
            id=self.id,
            digest=sessions.digest(self.secret),
            principal_id=self.principal_id,
            name=self.name,
            scope=self.scope.value,
            now=self.now,
            expires_at=self.expires_at,
        )
        return rows.token_by_id(connection, self.id)


def issue(principal_id: str, *, scope: Scope, name: str, days: int | None, now: datetime) -> IssuedToken:
    """A new token for this user; raises InvalidInput."""
    name = name.strip()
    if len(name) > 100 or not name.isprintable():
        raise InvalidInput("The name of a token has at most 100 characters, on one line.", path=("name",))
    if days is not None and not 1 <= days <= 36500:
        raise InvalidInput("A token holds for 1 to 36500 days.", path=("days",))
    expires_at = None if days is None else now + timedelta(days=days)
    return IssuedToken(sessions.new_token(), new_id(), principal_id, scope, name, now, expires_at)


class Tokens:
    """A token of scope ``read`` manages none, so no token makes one that reaches further than itself."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page:
        """The caller's own tokens. Raises InvalidInput, NotAllowed."""
        self._permit(actor)
        return await read_page(self._database, actor, asked, query, rows.owned_by(actor.principal_id))

    async def count(self, actor: Actor, query: ListQuery) -> int:
        self._permit(actor)
        return await count_all(self._database, actor, query, rows.owned_by(actor.principal_id))

    async def create(self, actor: Actor, *, scope: Scope, name: str, days: int | None) -> tuple[Any, str]:
        """A token that acts as the caller, and its secret; raises InvalidInput, also for one without a name."""
        permit = self._permit(actor)
        if not name.strip():
            raise InvalidInput("Say what the token is for.", path=("name",))
        issued = issue(actor.principal_id, scope=scope, name=name, days=days, now=self._clock.now())
        return await self._database.write(permit, issued.store), issued.secret

    async def revoke(self, actor: Actor, token_id: str) -> Any:
        """End one of the caller's own tokens at once; returns what it was. Raises NotFound for another's, too."""
        permit = self._permit(actor)
        return await self._database.write(permit, lambda connection: _delete(connection, token_id, actor.principal_id))

    async def of_user(self, user_name: str) -> list[Any]:
        """For whoever runs our commands: a user's tokens, newest first."""

        def unit(connection: Connection) -> list[Any]:
            found = principals.by_user_name(connection, user_name)
            if found is None:
                raise NotFound(f"There is no user {user_name!r}.")
            return rows.tokens_of(connection, found.id)

        return await self._database.read(unit)

    async def revoke_any(self, token_id: str) -> None:
        """For whoever runs our commands: end a token at once."""
        await self._database.write(gate.administer("token"), lambda connection: _delete(connection, token_id, None))

    def _permit(self, actor: Actor) -> Permit:
        return gate.permit(actor, Action.ACCOUNT_EDIT, gate.Target(actor.principal_id, actor.principal_id))


def _delete(connection: Connection, token_id: str, owner_id: str | None) -> Any:
    found = rows.token_by_id(connection, token_id)
    if found is None or owner_id not in (None, found.principal_id):
        raise NotFound("There is no such token, or it is not yours.", path=("tokenId",))
    rows.delete_token(connection, token_id)
    return found
