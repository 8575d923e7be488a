"""Teams: rows of principals with members."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from fieldsync.core.privileges import PrincipalKind
from fieldsync.core.rights import Role
from fieldsync.db.columns import table_of
from fieldsync.db.dialect import folded
from fieldsync.db.repo import principals
from fieldsync.db.repo.windows import Within
from fieldsync.db.rights import TeamMember
from fieldsync.db.tables import Principal

_member = table_of(TeamMember)
_principal = table_of(Principal)
MEMBERS = Within(
    principals.listed().join(_member, _member.c.user_id == _principal.c.id).add_columns(_member.c.team_id),
    _member.c.team_id,
)
"""The members of each team."""


def of_users(connection: Connection, ids: Collection[str]) -> dict[str, list[str]]:
    """The ids of the teams of each user, by the teams' names."""
    return _grouped(
        connection,
        select(_member.c.user_id.label("key"), _member.c.team_id.label("value"))
        .join(_principal, _principal.c.id == _member.c.team_id)
        .where(_member.c.user_id.in_(ids)),
    )


def members(connection: Connection, ids: Collection[str]) -> dict[str, list[str]]:
    """The ids of the members of each team, by the members' names."""
    return _grouped(
        connection,
        select(_member.c.team_id.label("key"), _member.c.user_id.label("value"))
        .join(_principal, _principal.c.id == _member.c.user_id)
        .where(_member.c.team_id.in_(ids)),
    )


def _grouped(connection: Connection, pairs: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(pairs.order_by(folded(_principal.c.name), _principal.c.id)):
        found[row.key].append(row.value)
    return found


def default_of(connection: Connection, unit_id: str) -> str:
    """The id of the default team of a unit."""
    return connection.execute(
        select(_principal.c.id).where(_principal.c.is_default_team, _principal.c.unit_id == unit_id)
    ).scalar_one()


def is_taken(connection: Connection, name: str, but: str | None = None) -> bool:
    """Whether a team other than ``but`` has this name."""
    wanted = select(_principal.c.id).where(
        _principal.c.kind != PrincipalKind.USER.value, _principal.c.name == name, _principal.c.id != (but or "")
    )
    return connection.scalar(wanted.limit(1)) is not None


def add(
    connection: Connection,
    team_id: str,
    *,
    kind: PrincipalKind,
    name: str,
    unit_id: str,
    now: datetime,
    is_default_team: bool = False,
) -> None:
    connection.execute(
        insert(_principal).values(
            id=team_id,
            kind=kind.value,
            user_name=None,
            name=name,
            role=Role.USER.value,
            password=None,
            unit_id=unit_id,
            manager_id=None,
            is_disabled=False,
            is_default_team=is_default_team,
            revision=1,
            created_at=now,
        )
    )


def set_members(connection: Connection, team_id: str, user_ids: Collection[str]) -> None:
    """Make just these users the members of a team."""
    connection.execute(delete(_member).where(_member.c.team_id == team_id))
    if user_ids:
        connection.execute(insert(_member), [{"team_id": team_id, "user_id": one} for one in sorted(user_ids)])
