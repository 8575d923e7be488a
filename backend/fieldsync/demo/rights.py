"""Seeding the rights of the demo organization, once: what an administrator changes or deletes afterwards stays so."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fieldsync.core.privileges import PrincipalKind, RoleInheritance
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Connection
from fieldsync.db.repo import (
    audit,
    columns,
    field_profiles,
    principals,
    rights_clock,
    roles,
    security_settings,
    teams,
    units,
)
from fieldsync.db.rights import ROOT
from fieldsync.demo.organization import (
    ACCOUNTS,
    FIELD_PROFILES,
    SECURED_COLUMNS,
    SECURITY_ROLES,
    TEAMS,
    UNITS,
    Account,
    FieldProfile,
    Team,
)
from fieldsync.ids import global_id, new_id
from fieldsync.security import gate

_SEED = "DEMO_SEED"
DEPTH = 3


def were_seeded(connection: Connection) -> bool:
    """Whether this has been done before, which the audit tells."""
    return audit.has_happened(connection, _SEED)


def add_units_and_roles(connection: Connection, now: datetime) -> None:
    """The business units with their default teams, and the security roles, as far as their names are free."""
    for name, parent in UNITS:
        if units.is_taken(connection, name) or teams.is_taken(connection, name):
            continue
        unit_id = new_id()
        units.add(connection, unit_id, name, _unit(connection, parent))
        kind = PrincipalKind.OWNER_TEAM
        teams.add(connection, new_id(), kind=kind, name=name, unit_id=unit_id, now=now, is_default_team=True)
    for role in SECURITY_ROLES:
        if not roles.is_taken(connection, role.name):
            roles.add(
                connection,
                new_id(),
                name=role.name,
                description=role.description,
                inheritance=RoleInheritance.DIRECT.value,
                privileges=role.privileges,
            )


def add_person(connection: Connection, account: Account, password_hash: str, now: datetime) -> str:
    """Somebody who was not there yet, in the unit and with the role of the account; returns the id."""
    rights_clock.bump(connection)
    unit_id = _unit(connection, account.unit)
    principal_id = principals.upsert(
        connection,
        user_name=account.user_name,
        name=account.name,
        role=account.role,
        password_hash=password_hash,
        now=now,
        unit_id=unit_id,
        manager_id=_manager(connection, account),
        role_ids=_roles(connection, account),
    )
    audit.append(
        connection,
        gate.OPERATOR,
        "USER_CREATE",
        target_id=global_id("principal", principal_id),
        target_name=account.name,
        before=None,
        after={"userName": account.user_name, "name": account.name, "role": account.role.value},
        now=now,
    )
    return principal_id


def place_people(connection: Connection, now: datetime) -> None:
    """Teams, secured columns, field profiles and the hierarchy; people from before the rights get their places.

    Whoever an administrator has changed already stays as they are.
    """
    rights_clock.bump(connection)
    for account in ACCOUNTS:
        _place(connection, account)
    for team in TEAMS:
        if not teams.is_taken(connection, team.name):
            _add_team(connection, team, now)
    secured = columns.secured(connection, [RecordKind.CONTACT])
    for attribute, keep in SECURED_COLUMNS:
        if (RecordKind.CONTACT, attribute) not in secured:
            columns.secure(connection, RecordKind.CONTACT, attribute, keep)
    for profile in FIELD_PROFILES:
        if not field_profiles.is_taken(connection, profile.name):
            _add_field_profile(connection, profile)
    if security_settings.get(connection).revision == 1:
        security_settings.change(connection, hierarchy=True, hierarchy_depth=DEPTH)
    audit.append(
        connection,
        gate.OPERATOR,
        _SEED,
        target_id=global_id("unit", ROOT),
        target_name="Demo organization",
        before=None,
        after={
            "businessUnits": [name for name, _ in UNITS],
            "securityRoles": [role.name for role in SECURITY_ROLES],
            "teams": [team.name for team in TEAMS],
            "fieldProfiles": [profile.name for profile in FIELD_PROFILES],
            "securedColumns": [attribute for attribute, _ in SECURED_COLUMNS],
        },
        now=now,
    )


def _place(connection: Connection, account: Account) -> None:
    found = principals.by_user_name(connection, account.user_name)
    unit_id = _unit(connection, account.unit)
    if found is None or found.revision > 1 or found.unit_id == unit_id:
        return
    principals.change(connection, found.id, unit_id=unit_id, manager_id=_manager(connection, account))
    principals.join_default_team(connection, found.id, unit_id)
    roles.give(connection, found.id, _roles(connection, account))


def _add_team(connection: Connection, team: Team, now: datetime) -> None:
    team_id = new_id()
    teams.add(connection, team_id, kind=team.kind, name=team.name, unit_id=_unit(connection, team.unit), now=now)
    teams.set_members(connection, team_id, _people(connection, team.members))


def _add_field_profile(connection: Connection, profile: FieldProfile) -> None:
    profile_id = new_id()
    field_profiles.add(connection, profile_id, profile.name, profile.description)
    for attribute, _ in SECURED_COLUMNS:
        field_profiles.allow(connection, profile_id, RecordKind.CONTACT, attribute, profile.rights)
    found = [units.by_name(connection, name) for name in profile.units]
    of_units = [teams.default_of(connection, unit.id) for unit in found if unit is not None]
    field_profiles.given.set_holders(connection, profile_id, [*_people(connection, profile.users), *of_units])


def _people(connection: Connection, user_names: Sequence[str]) -> list[str]:
    found: list[Any] = [principals.by_user_name(connection, name) for name in user_names]
    return [row.id for row in found if row is not None]


def _unit(connection: Connection, name: str | None) -> str:
    found = None if name is None else units.by_name(connection, name)
    return ROOT if found is None else found.id


def _manager(connection: Connection, account: Account) -> str | None:
    found = None if account.manager is None else principals.by_user_name(connection, account.manager)
    return None if found is None else found.id


def _roles(connection: Connection, account: Account) -> list[str]:
    """The role of the account, or the basic one for whoever has none of their own, if it is still there."""
    role = None if account.security_role is None else roles.by_name(connection, account.security_role)
    return [principals.BASIC] if role is None else [role.id]
