"""Linking users to subjects of the provider, and its groups to teams: for whoever runs our commands."""

from typing import Any

from fieldsync.clock import Clock
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import audit, principals, sessions
from fieldsync.db.repo import external as rows
from fieldsync.errors import InvalidInput, NotFound
from fieldsync.ids import global_id
from fieldsync.security import gate


class ExternalAccounts:
    """Changes hold from the user's next sign-in on."""

    def __init__(self, database: Database, clock: Clock, issuer: str | None) -> None:
        """``issuer`` is the provider's; without one every method raises InvalidInput."""
        self._database = database
        self._clock = clock
        self._issuer = issuer

    def link(self, user_name: str, subject: str) -> None:
        """Let a subject of the provider sign in as this user; raises NotFound and InvalidInput."""
        issuer, now = self._checked(), self._clock.now()
        if not 1 <= len(subject) <= 255 or not subject.isprintable():
            raise InvalidInput("A subject has 1 to 255 characters.")

        def unit(connection: Connection) -> None:
            user = principals.by_user_name(connection, user_name)
            if user is None:
                raise NotFound(f"There is no user {user_name!r}.")
            present = rows.user_of(connection, issuer, subject)
            if present is not None and present.id != user.id:
                raise InvalidInput(f"This subject is {present.user_name!r} already; unlink it first.")
            if present is None:
                rows.link(connection, issuer=issuer, subject=subject, principal_id=user.id, now=now)
                self._tell(connection, "EXTERNAL_IDENTITY_CREATE", user, after={"issuer": issuer, "subject": subject})

        self._database.write_now(gate.administer("identity"), unit)

    def unlink(self, subject: str) -> None:
        """Take a link back and sign its user out everywhere; raises NotFound."""
        issuer = self._checked()

        def unit(connection: Connection) -> None:
            principal_id = rows.unlink(connection, issuer, subject)
            if principal_id is None:
                raise NotFound("Nobody is linked to this subject.")
            sessions.close_sessions_of(connection, principal_id)
            user = principals.by_ids(connection, [principal_id])[principal_id]
            self._tell(connection, "EXTERNAL_IDENTITY_DELETE", user, before={"issuer": issuer, "subject": subject})

        self._database.write_now(gate.administer("identity"), unit)

    def map_group(self, group: str, team: str) -> None:
        """Let the group decide who is in the team; raises NotFound and InvalidInput."""
        issuer = self._checked()
        if not 1 <= len(group) <= 255 or not group.isprintable():
            raise InvalidInput("A group has 1 to 255 characters.")

        def unit(connection: Connection) -> None:
            found = _team(connection, team)
            if found.is_default_team:
                raise InvalidInput("The default team of a business unit has all its users; map another team.")
            if not rows.map_group(connection, issuer, group, found.id):
                raise InvalidInput(f"The group is mapped to {team!r} already.")
            self._tell(connection, "GROUP_MAPPING_CREATE", found, after={"issuer": issuer, "group": group})

        self._database.write_now(gate.administer("group"), unit)

    def unmap_group(self, group: str, team: str) -> None:
        """Let the group decide no longer; who is in the team stays. Raises NotFound."""
        issuer = self._checked()

        def unit(connection: Connection) -> None:
            found = _team(connection, team)
            if not rows.unmap_group(connection, issuer, group, found.id):
                raise NotFound(f"The group is not mapped to {team!r}.")
            self._tell(connection, "GROUP_MAPPING_DELETE", found, before={"issuer": issuer, "group": group})

        self._database.write_now(gate.administer("group"), unit)

    def groups(self) -> list[Any]:
        """issuer, group_name and team of every mapping."""
        return self._database.read_now(rows.mapped_groups)

    def _tell(
        self,
        connection: Connection,
        action: str,
        principal: Any,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        audit.append(
            connection,
            gate.OPERATOR,
            action,
            target_id=global_id("principal", principal.id),
            target_name=principal.name,
            before=before,
            after=after,
            now=self._clock.now(),
        )

    def _checked(self) -> str:
        if self._issuer is None:
            raise InvalidInput("There is no provider; set FIELDSYNC_OIDC_ISSUER and FIELDSYNC_OIDC_CLIENT_ID.")
        return self._issuer


def _team(connection: Connection, name: str) -> Any:
    found = rows.teams_named(connection, name)
    if not found:
        raise NotFound(f"There is no team {name!r}.")
    if len(found) > 1:
        raise InvalidInput(f"Several teams are called {name!r}; rename one first.")
    return found[0]
