"""Principals: users who sign in and own mailboxes, and teams."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, literal, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from fieldsync.core.privileges import PrincipalKind
from fieldsync.core.rights import Role
from fieldsync.db.columns import table_of
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.repo.list_query import listing
from fieldsync.db.rights import ROOT, PrincipalRole, SecurityRole, TeamMember
from fieldsync.db.tables import Principal
from fieldsync.errors import InUse
from fieldsync.ids import new_id

table = table_of(Principal)
LISTING = listing("principals", table)
_member = table_of(TeamMember)
_public = (
    table.c.id,
    table.c.kind,
    table.c.user_name,
    table.c.name,
    table.c.role,
    table.c.unit_id,
    table.c.manager_id,
    table.c.is_disabled,
    table.c.is_default_team,
    table.c.revision,
)
_secret = (*_public, table.c.password)
BASIC = "basic"
"""The id of the role that comes with the database and that new users get: everything with records of one's own."""


def answer(connection: Connection) -> None:
    """The smallest question; raises if the database does not answer."""
    connection.execute(text("SELECT 1"))


def by_ids(connection: Connection, ids: Collection[str]) -> dict[str, Any]:
    """Principals by id, without their password hashes."""
    return {row.id: row for row in connection.execute(select(*_public).where(table.c.id.in_(ids)))}


def get(connection: Connection, principal_id: str) -> Any | None:
    """One principal, without the password hash."""
    return by_ids(connection, [principal_id]).get(principal_id)


def present(connection: Connection, principal_id: str) -> Any:
    """A principal that this transaction has just written."""
    return connection.execute(select(*_public).where(table.c.id == principal_id)).one()


def listed() -> Select[Any]:
    """Every principal."""
    return select(*list(_public))


def has_other_administrator(connection: Connection, principal_id: str) -> bool:
    """Whether somebody besides this principal is an administrator who can sign in."""
    wanted = select(table.c.id).where(
        table.c.role == Role.ADMINISTRATOR.value, table.c.is_disabled.is_(False), table.c.id != principal_id
    )
    return connection.scalar(wanted.limit(1)) is not None


def is_managed_by(connection: Connection, principal_id: str, manager_id: str) -> bool:
    """Whether ``manager_id`` is the principal, or the manager of the principal through any number of managers."""
    managers = {row.id: row.manager_id for row in connection.execute(select(table.c.id, table.c.manager_id))}
    at: str | None = principal_id
    for _ in managers:
        if at is None or at == manager_id:
            break
        at = managers.get(at)
    return at == manager_id


def owned_records(connection: Connection, principal_id: str) -> int:
    """How many records of all kinds somebody owns."""
    counted = (
        select(func.count()).select_from(record).where(record.c.owner_id == principal_id)
        for record in map(table_of, RECORD_MODELS.values())
    )
    return sum(connection.scalar(one) or 0 for one in counted)


def change(connection: Connection, principal_id: str, **values: Any) -> None:
    """Change these columns and count the revision."""
    connection.execute(update(table).where(table.c.id == principal_id).values(**values, revision=table.c.revision + 1))


def remove(connection: Connection, principal_id: str) -> None:
    """Delete a principal with memberships, roles and shares; raises InUse while something else refers to it."""
    try:
        connection.execute(delete(table).where(table.c.id == principal_id))
    except IntegrityError as error:
        raise InUse("It still owns something, such as a record or a mailbox; assign that first.") from error


def may_own_records(row: Any) -> bool:
    """Whether a principal can be the owner of a record: access teams and disabled ones cannot (E7)."""
    return not row.is_disabled and row.kind != PrincipalKind.ACCESS_TEAM.value


def by_user_name(connection: Connection, user_name: str) -> Any | None:
    """A principal with the password hash, for signing in."""
    return connection.execute(select(*_secret).where(table.c.user_name == user_name)).one_or_none()


def with_password(connection: Connection, principal_id: str) -> Any | None:
    """A principal with the password hash, by id."""
    return connection.execute(select(*_secret).where(table.c.id == principal_id)).one_or_none()


def set_password(connection: Connection, principal_id: str, password_hash: str) -> None:
    connection.execute(update(table).where(table.c.id == principal_id).values(password=password_hash))


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
    # Selected from the roles there are: an administrator may have deleted the one that new users get.
    known = table_of(SecurityRole)
    connection.execute(
        insert(table_of(PrincipalRole)).from_select(
            ["principal_id", "role_id"], select(literal(principal_id), known.c.id).where(known.c.id.in_(role_ids))
        )
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
