"""Principals: users who sign in and own mailboxes, and teams."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, literal, select, text, update
from sqlalchemy.engine import Connection

from fieldsync.core.privileges import PrincipalKind
from fieldsync.core.rights import Role
from fieldsync.db.columns import table_of
from fieldsync.db.rights import ROOT, PrincipalRole, TeamMember
from fieldsync.db.tables import Principal
from fieldsync.ids import new_id

table = table_of(Principal)
_member = table_of(TeamMember)
_public = (
    table.c.id,
    table.c.kind,
    table.c.user_name,
    table.c.name,
    table.c.role,
    table.c.unit_id,
    table.c.is_disabled,
)
BASIC = "basic"
"""The id of the role that comes with the database and that new users get: everything with records of one's own."""


def answer(connection: Connection) -> None:
    """The smallest question; raises if the database does not answer."""
    connection.execute(text("SELECT 1"))


def by_ids(connection: Connection, ids: Collection[str]) -> dict[str, Any]:
    """Principals by id, without their password hashes."""
    return {row.id: row for row in connection.execute(select(*_public).where(table.c.id.in_(ids)))}


def may_own_records(row: Any) -> bool:
    """Whether a principal can be the owner of a record: access teams and disabled ones cannot (E7)."""
    return not row.is_disabled and row.kind != PrincipalKind.ACCESS_TEAM.value


def by_user_name(connection: Connection, user_name: str) -> Any | None:
    """A principal with the password hash, for signing in."""
    return connection.execute(select(*_public, table.c.password).where(table.c.user_name == user_name)).one_or_none()


def upsert(
    connection: Connection,
    *,
    user_name: str,
    name: str,
    role: Role,
    password_hash: str | None,
    now: datetime,
    unit_id: str = ROOT,
    manager_id: str | None = None,
    role_ids: Collection[str] = (BASIC,),
) -> str:
    """The id of the user with this user name, made if there is none; an existing one keeps all but name and role.

    A new user joins the default team of the unit and gets these security roles.
    """
    found = by_user_name(connection, user_name)
    if found is not None:
        connection.execute(update(table).where(table.c.id == found.id).values(name=name, role=role.value))
        return found.id
    principal_id = new_id()
    connection.execute(
        insert(table).values(
            id=principal_id,
            kind=PrincipalKind.USER.value,
            user_name=user_name,
            name=name,
            role=role.value,
            password=password_hash,
            unit_id=unit_id,
            manager_id=manager_id,
            is_disabled=False,
            is_default_team=False,
            revision=1,
            created_at=now,
        )
    )
    join_default_team(connection, principal_id, unit_id)
    if role_ids:
        connection.execute(
            insert(table_of(PrincipalRole)), [{"principal_id": principal_id, "role_id": one} for one in role_ids]
        )
    return principal_id


def join_default_team(connection: Connection, user_id: str, unit_id: str) -> None:
    """Make the user a member of the default team of this unit, and of no other unit's (D7)."""
    default_teams = select(table.c.id).where(table.c.is_default_team)
    connection.execute(
        delete(_member).where(_member.c.user_id == user_id, _member.c.team_id.in_(default_teams)),
    )
    connection.execute(
        insert(_member).from_select(
            ["team_id", "user_id"],
            select(table.c.id, literal(user_id)).where(table.c.is_default_team, table.c.unit_id == unit_id),
        )
    )
