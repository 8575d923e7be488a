"""What belongs to an external provider: sign-ins under way, identities, and groups mapped to teams."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.privileges import PrincipalKind
from fieldsync.db.accounts import ExternalIdentity, ExternalSignIn, GroupMapping
from fieldsync.db.columns import table_of
from fieldsync.db.repo import rights_clock
from fieldsync.db.rights import TeamMember
from fieldsync.db.tables import Principal

_sign_in = table_of(ExternalSignIn)
_identity = table_of(ExternalIdentity)
_mapping = table_of(GroupMapping)
_principal = table_of(Principal)
_member = table_of(TeamMember)


def remember(connection: Connection, *, now: datetime, **values: Any) -> None:
    """Store a sign-in that is sent to the provider, and forget those that never came back."""
    connection.execute(delete(_sign_in).where(_sign_in.c.expires_at <= now))
    connection.execute(insert(_sign_in).values(**values))


def take(connection: Connection, state_digest: str, now: datetime) -> Any | None:
    """The sign-in with this state, which is gone with that: a state is good for one answer."""
    found = connection.execute(
        delete(_sign_in).where(_sign_in.c.state_digest == state_digest).returning(*_sign_in.c)
    ).one_or_none()
    return found if found is not None and found.expires_at > now else None


def user_of(connection: Connection, issuer: str, subject: str) -> Any | None:
    """The user behind a subject of the provider, disabled or not."""
    return connection.execute(
        select(_principal.c.id, _principal.c.user_name, _principal.c.name, _principal.c.role, _principal.c.is_disabled)
        .join(_identity, _identity.c.principal_id == _principal.c.id)
        .where(_identity.c.issuer == issuer, _identity.c.subject == subject)
    ).one_or_none()


def link(connection: Connection, *, issuer: str, subject: str, principal_id: str, now: datetime) -> None:
    connection.execute(
        insert(_identity).values(issuer=issuer, subject=subject, principal_id=principal_id, linked_at=now)
    )


def unlink(connection: Connection, issuer: str, subject: str) -> str | None:
    """The user who is no longer this subject; None if nobody was."""
    return connection.execute(
        delete(_identity)
        .where(_identity.c.issuer == issuer, _identity.c.subject == subject)
        .returning(_identity.c.principal_id)
    ).scalar_one_or_none()


def teams_named(connection: Connection, name: str) -> list[Any]:
    """Teams with this name; several may share it."""
    return list(
        connection.execute(
            select(_principal.c.id, _principal.c.name, _principal.c.is_default_team).where(
                _principal.c.name == name, _principal.c.kind != PrincipalKind.USER.value
            )
        )
    )


def map_group(connection: Connection, issuer: str, group: str, team_id: str) -> bool:
    """False if it is mapped already."""
    if connection.execute(select(_mapping).where(*_is(issuer, group, team_id))).one_or_none() is not None:
        return False
    connection.execute(insert(_mapping).values(issuer=issuer, group_name=group, team_id=team_id))
    return True


def unmap_group(connection: Connection, issuer: str, group: str, team_id: str) -> bool:
    """False if it was not mapped. Members stay: from here on somebody here decides about them."""
    return connection.execute(delete(_mapping).where(*_is(issuer, group, team_id))).rowcount == 1


def mapped_groups(connection: Connection) -> list[Any]:
    """issuer, group_name and the name of the team, in that order."""
    return list(
        connection.execute(
            select(_mapping.c.issuer, _mapping.c.group_name, _principal.c.name.label("team"))
            .join(_principal, _principal.c.id == _mapping.c.team_id)
            .order_by(_mapping.c.issuer, _mapping.c.group_name, _principal.c.name)
        )
    )


def follow_groups(
    connection: Connection, issuer: str, user_id: str, groups: Collection[str]
) -> tuple[list[str], list[str]]:
    """Make the user a member of exactly those mapped teams that these groups stand for.

    Teams to which no group is mapped are left alone. Returns the ids of the mapped teams before and after.
    """
    mapped: dict[str, set[str]] = {}
    for row in connection.execute(select(_mapping.c.team_id, _mapping.c.group_name).where(_mapping.c.issuer == issuer)):
        mapped.setdefault(row.team_id, set()).add(row.group_name)
    wanted = {team_id for team_id, names in mapped.items() if names & set(groups)}
    member_of = select(_member.c.team_id).where(_member.c.user_id == user_id, _member.c.team_id.in_(mapped))
    present = set(connection.scalars(member_of))
    if wanted != present:
        connection.execute(
            delete(_member).where(_member.c.user_id == user_id, _member.c.team_id.in_(present - wanted)),
        )
        for team_id in sorted(wanted - present):
            connection.execute(insert(_member).values(team_id=team_id, user_id=user_id))
        # Whoever is editing the members of such a team must not undo this unseen.
        changed = _principal.c.id.in_(wanted ^ present)
        connection.execute(update(_principal).where(changed).values(revision=_principal.c.revision + 1))
        rights_clock.bump(connection)
    return sorted(present), sorted(wanted)


def _is(issuer: str, group: str, team_id: str) -> tuple[Any, ...]:
    return (_mapping.c.issuer == issuer, _mapping.c.group_name == group, _mapping.c.team_id == team_id)
