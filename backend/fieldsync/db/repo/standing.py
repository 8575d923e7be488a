"""Reading what somebody's rights depend on: teams, roles, units, the hierarchy, secured columns."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Label, select
from sqlalchemy.engine import Connection

from fieldsync.core.access import Grant, SecuredColumn, Standing
from fieldsync.core.privileges import AccessLevel, ColumnRights, Privilege, RoleInheritance
from fieldsync.core.rights import Role
from fieldsync.core.values import RecordKind
from fieldsync.db import rights as tables
from fieldsync.db.columns import table_of
from fieldsync.db.questions import Question
from fieldsync.db.repo.profiles import holding_for
from fieldsync.db.tables import Principal

_principal = table_of(Principal)
_member = table_of(tables.TeamMember)
_role = table_of(tables.SecurityRole)
_held = table_of(tables.PrincipalRole)
_unit = table_of(tables.BusinessUnit)
_secured = table_of(tables.SecuredColumn)
_permission = table_of(tables.FieldPermission)
_profile_member = table_of(tables.FieldProfileMember)
_grant = table_of(tables.ColumnGrant)
_settings = table_of(tables.SecuritySettings)

_version = select(_settings.c.rights_version).where(_settings.c.id == 1)


def unchanged_since(version: int) -> ColumnElement[bool]:
    """Whether no right has changed since it was this number: for a statement that relies on what is kept."""
    return _version.scalar_subquery() == version


def rights_version_now() -> Label[int]:
    """That number as one more column of a statement, ``rights_version``."""
    return _version.scalar_subquery().label("rights_version")


def rights_version(connection: Connection) -> int:
    """The number that every change of rights counts up."""
    return connection.execute(_version).scalar_one()


def load(connection: Connection, principal_id: str) -> Standing | None:
    """The standing of a user or team as it is now; None for an unknown or a disabled principal."""
    # The number first: a change between the statements then makes this look older than it is, never newer.
    settings = connection.execute(select(_settings).where(_settings.c.id == 1)).one()
    found = load_many(connection, [principal_id], settings.rights_version).get(principal_id)
    if found is None or found.administrator or not settings.hierarchy:
        return found
    reports, further = _below(connection, principal_id, settings)
    return replace(found, reports=reports, further=further)


def load_many(connection: Connection, ids: Collection[str], version: int) -> dict[str, Standing]:
    """The standings of these principals, without what the hierarchy adds; disabled ones are left out.

    The number of statements does not grow with the principals.
    """
    people = {
        row.id: row
        for row in connection.execute(
            select(_principal.c.id, _principal.c.name, _principal.c.role, _principal.c.unit_id).where(
                _principal.c.id.in_(ids), _principal.c.is_disabled.is_(False)
            )
        )
    }
    teams: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(
        select(_member.c.user_id, _principal.c.id, _principal.c.name, _principal.c.unit_id)
        .join(_member, _member.c.team_id == _principal.c.id)
        .where(_member.c.user_id.in_(people))
    ):
        teams[row.user_id].append(row)
    holders = {who: (who, *(team.id for team in teams[who])) for who in people}
    everybody = {holder for group in holders.values() for holder in group}
    roles = _roles(connection, everybody)
    rights, secured = _permissions(connection, everybody), SECURED.asked(connection)
    opened, holding = _column_grants(connection, everybody), holding_for(connection, people)
    children = _children(connection) if roles else {}
    found: dict[str, Standing] = {}
    of_teams: dict[str, list[tuple[_Key, Grant]]] = {}
    for who, me in people.items():
        grants = _grants(me, teams[who], roles, of_teams)
        found[who] = Standing(
            principal_id=who,
            administrator=me.role == Role.ADMINISTRATOR.value,
            team_ids=frozenset(team.id for team in teams[who]),
            grants=grants,
            subtrees=_subtrees(grants, children),
            columns=_columns(secured, rights, holders[who]),
            column_grants=_opened(opened, holders[who]),
            profile_id=holding[who],
            version=version,
        )
    return found


_Key = tuple[RecordKind, Privilege]


@dataclass(frozen=True, slots=True)
class _Role:
    """A role as it is stored, taken apart once for all who hold it."""

    name: str
    direct: bool
    levels: list[tuple[_Key, AccessLevel]]


def _roles(connection: Connection, holders: Collection[str]) -> dict[str, list[_Role]]:
    held: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(
        select(_held.c.principal_id, _held.c.role_id).where(_held.c.principal_id.in_(holders))
    ):
        held[row.role_id].append(row.principal_id)
    found: dict[str, list[_Role]] = defaultdict(list)
    for row in connection.execute(
        select(_role.c.id, _role.c.name, _role.c.inheritance, _role.c.privileges)
        .where(_role.c.id.in_(held))
        .order_by(_role.c.name)
    ):
        levels = [
            ((RecordKind(kind), Privilege(privilege)), AccessLevel[level])
            for kind, privileges in row.privileges.items()
            for privilege, level in privileges.items()
            if level != AccessLevel.NONE.name
        ]
        role = _Role(row.name, row.inheritance == RoleInheritance.DIRECT.value, levels)
        for holder in held[row.id]:
            found[holder].append(role)
    return found


def _grants(
    me: Any,
    teams: Collection[Any],
    roles: Mapping[str, Sequence[_Role]],
    of_teams: dict[str, list[tuple[_Key, Grant]]],
) -> dict[_Key, tuple[Grant, ...]]:
    """What somebody holds; ``of_teams`` keeps what a team gives, which is the same for all its members."""
    found: dict[_Key, list[Grant]] = defaultdict(list)
    for key, grant in _granted(me, roles.get(me.id, ()), own=True):
        found[key].append(grant)
    for team in teams:
        if team.id not in of_teams:
            of_teams[team.id] = list(_granted(team, roles.get(team.id, ()), own=False))
        for key, grant in of_teams[team.id]:
            found[key].append(grant)
    return {key: tuple(value) for key, value in found.items()}


def _granted(holder: Any, roles: Sequence[_Role], *, own: bool) -> Iterator[tuple[_Key, Grant]]:
    for role in roles:
        # A role gives few different grants, though for many privileges.
        made: dict[AccessLevel, Grant] = {}
        for key, level in role.levels:
            if level not in made:
                made[level] = Grant(
                    level=level,
                    holder_id=holder.id,
                    unit_id=holder.unit_id,
                    personal=own or role.direct,
                    role=role.name,
                    team=None if own else holder.name,
                )
            yield key, made[level]


def _children(connection: Connection) -> dict[str | None, list[str]]:
    children: dict[str | None, list[str]] = defaultdict(list)
    for unit_id, parent_id in connection.execute(select(_unit.c.id, _unit.c.parent_id)):
        children[parent_id].append(unit_id)
    return children


def _subtrees(
    grants: Mapping[tuple[RecordKind, Privilege], tuple[Grant, ...]], children: Mapping[str | None, list[str]]
) -> dict[str, frozenset[str]]:
    wanted = {g.unit_id for group in grants.values() for g in group if g.level is AccessLevel.PARENT_CHILD}
    return {unit: _closure(unit, children) for unit in wanted}


def _closure(start: str, children: Mapping[str | None, list[str]]) -> frozenset[str]:
    seen, waiting = {start}, [start]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in seen:
                seen.add(child)
                waiting.append(child)
    return frozenset(seen)


def _below(connection: Connection, principal_id: str, settings: Any) -> tuple[frozenset[str], frozenset[str]]:
    """Direct reports with their teams, and those further down, level by level to the depth that is set."""
    parents = dict(connection.execute(select(_unit.c.id, _unit.c.parent_id)).all())
    own_unit = connection.scalar(select(_principal.c.unit_id).where(_principal.c.id == principal_id)) or ""
    levels: list[set[str]] = []
    managers: Collection[str] = {principal_id}
    seen = {principal_id}
    for _ in range(settings.hierarchy_depth):
        rows = connection.execute(
            select(_principal.c.id, _principal.c.unit_id).where(
                _principal.c.manager_id.in_(managers), _principal.c.is_disabled.is_(False)
            )
        ).all()
        found = {
            row.id
            for row in rows
            if row.id not in seen
            and (not settings.managers_in_same_or_parent_unit or _is_above(own_unit, row.unit_id, parents))
        }
        if not found:
            break
        levels.append(found)
        seen |= found
        managers = found
    everybody = [person for level in levels for person in level]
    teams: dict[str, set[str]] = defaultdict(set)
    if everybody:
        for team_id, user_id in connection.execute(
            select(_member.c.team_id, _member.c.user_id).where(_member.c.user_id.in_(everybody))
        ):
            teams[user_id].add(team_id)
    direct = levels[0] if levels else set()
    further = {person for level in levels[1:] for person in level}
    return (
        frozenset(direct.union(*(teams[person] for person in direct))),
        frozenset(further.union(*(teams[person] for person in further))),
    )


def _is_above(unit: str, of: str, parents: Mapping[str, str | None]) -> bool:
    """True if ``unit`` is ``of`` or one of the units above it (E9)."""
    at: str | None = of
    while at is not None:
        if at == unit:
            return True
        at = parents.get(at)
    return False


SECURED = Question(select(_secured.c.kind, _secured.c.attribute, _secured.c.mask_keep).order_by(_secured.c.attribute))
"""All secured columns."""


def secured_attributes(columns: Iterable[Any]) -> dict[RecordKind, set[str]]:
    """``SECURED`` by kind."""
    found: dict[RecordKind, set[str]] = defaultdict(set)
    for kind, attribute, _ in columns:
        found[RecordKind(kind)].add(attribute)
    return dict(found)


def _permissions(connection: Connection, holders: Collection[str]) -> dict[str, dict[tuple[str, str], ColumnRights]]:
    """What each holder's field profiles allow, by kind and attribute."""
    found: dict[str, dict[tuple[str, str], ColumnRights]] = defaultdict(dict)
    for who, kind, attribute, *rights in connection.execute(
        select(
            _profile_member.c.principal_id,
            _permission.c.kind,
            _permission.c.attribute,
            _permission.c.can_read,
            _permission.c.can_read_unmasked,
            _permission.c.can_create,
            _permission.c.can_update,
        )
        .join(_permission, _profile_member.c.field_profile_id == _permission.c.field_profile_id)
        .where(_profile_member.c.principal_id.in_(holders))
    ):
        held = found[who]
        held[kind, attribute] = held.get((kind, attribute), ColumnRights()) | ColumnRights(*rights)
    return found


def _columns(
    secured: Collection[Any], rights: Mapping[str, Mapping[tuple[str, str], ColumnRights]], holders: Collection[str]
) -> dict[RecordKind, dict[str, SecuredColumn]]:
    found: dict[RecordKind, dict[str, SecuredColumn]] = defaultdict(dict)
    for kind, attribute, mask_keep in secured:
        total = ColumnRights()
        for holder in holders:
            total |= rights.get(holder, {}).get((kind, attribute), ColumnRights())
        found[RecordKind(kind)][attribute] = SecuredColumn(total, mask_keep)
    return dict(found)


def _column_grants(connection: Connection, holders: Collection[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(
        select(
            _grant.c.principal_id,
            _grant.c.kind,
            _grant.c.record_id,
            _grant.c.attribute,
            _grant.c.can_read,
            _grant.c.can_update,
        ).where(_grant.c.principal_id.in_(holders))
    ):
        found[row.principal_id].append(row)
    return found


def _opened(
    grants: Mapping[str, list[Any]], holders: Collection[str]
) -> dict[RecordKind, dict[str, dict[str, ColumnRights]]]:
    found: dict[RecordKind, dict[str, dict[str, ColumnRights]]] = {}
    for holder in holders:
        for _, kind, record_id, attribute, read, update in grants.get(holder, ()):
            records = found.setdefault(RecordKind(kind), {}).setdefault(attribute, {})
            records[record_id] = records.get(record_id, ColumnRights()) | ColumnRights(read=read, update=update)
    return found
