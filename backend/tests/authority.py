"""Rights for tests, written straight into the tables: units, users, teams, roles, secured columns, shares.

Nothing of the gate or of the services is used, so that what they say can be held against it.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, update

from fieldsync.core.privileges import AccessLevel, PrincipalKind, Privilege, RoleInheritance
from fieldsync.core.rights import Action, Actor, Permit, Role
from fieldsync.core.values import RecordKind
from fieldsync.db import rights as tables
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.tables import Principal, Profile
from fieldsync.ids import new_id

PERMIT = Permit(Actor("test", "nobody", Role.ADMINISTRATOR), Action.ADMINISTER, "everything")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
Levels = Mapping[Privilege, AccessLevel]


def everything(level: AccessLevel = AccessLevel.USER) -> dict[Privilege, AccessLevel]:
    """All eight privileges at one level."""
    return dict.fromkeys(Privilege, level)


class Authority:
    """Writes rights; every call is a transaction of its own that counts the rights up."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unit(self, name: str, parent: str = tables.ROOT) -> str:
        unit_id = new_id()
        self._insert(tables.BusinessUnit, id=unit_id, name=name, parent_id=parent, revision=1)
        return unit_id

    def user(self, name: str, *, unit: str = tables.ROOT, manager: str | None = None, role: Role = Role.USER) -> str:
        return self._principal(name, PrincipalKind.USER, unit, manager=manager, role=role)

    def team(
        self, name: str, members: Iterable[str] = (), *, unit: str = tables.ROOT, kind=PrincipalKind.OWNER_TEAM
    ) -> str:
        team_id = self._principal(name, kind, unit)
        for member in members:
            self._insert(tables.TeamMember, team_id=team_id, user_id=member)
        return team_id

    def role(
        self,
        name: str,
        levels: Levels,
        *holders: str,
        kind: RecordKind = RecordKind.CONTACT,
        inheritance: RoleInheritance = RoleInheritance.DIRECT,
    ) -> str:
        role_id = new_id()
        privileges = {kind.value: {one.value: level.name for one, level in levels.items()}}
        self._insert(
            tables.SecurityRole, id=role_id, name=name, description="", inheritance=inheritance.value,
            privileges=privileges, revision=1,
        )  # fmt: skip
        for holder in holders:
            self._insert(tables.PrincipalRole, principal_id=holder, role_id=role_id)
        return role_id

    def without_roles(self, principal: str) -> None:
        self._execute(delete(table_of(tables.PrincipalRole)).where(tables.PrincipalRole.principal_id == principal))

    def secure(self, *attributes: str, mask_keep: int | None = None, kind: RecordKind = RecordKind.CONTACT) -> None:
        for attribute in attributes:
            self._insert(tables.SecuredColumn, kind=kind.value, attribute=attribute, mask_keep=mask_keep)

    def release(self, attribute: str) -> None:
        self._execute(delete(table_of(tables.SecuredColumn)).where(tables.SecuredColumn.attribute == attribute))

    def field_profile(
        self, name: str, attribute: str, *members: str, read=False, unmasked=False, create=False, update=False,
        kind: RecordKind = RecordKind.CONTACT,
    ) -> str:  # fmt: skip
        profile_id = new_id()
        self._insert(tables.FieldProfile, id=profile_id, name=name, description="", revision=1)
        self._insert(
            tables.FieldPermission, field_profile_id=profile_id, kind=kind.value, attribute=attribute, can_read=read,
            can_read_unmasked=unmasked, can_create=create, can_update=update,
        )  # fmt: skip
        for member in members:
            self._insert(tables.FieldProfileMember, field_profile_id=profile_id, principal_id=member)
        return profile_id

    def unshare(self, record: str) -> None:
        self._execute(delete(table_of(tables.RecordShare)).where(tables.RecordShare.record_id == record))

    def without_field_profiles(self) -> None:
        self._execute(delete(table_of(tables.FieldPermission)))

    def share(self, record: str, principal: str, rights: int, kind: RecordKind = RecordKind.CONTACT) -> None:
        self._insert(tables.RecordShare, kind=kind.value, record_id=record, principal_id=principal, rights=rights)

    def open_column(self, record: str, attribute: str, principal: str, *, read=False, update=False) -> None:
        self._insert(
            tables.ColumnGrant, kind="CONTACT", record_id=record, attribute=attribute, principal_id=principal,
            can_read=read, can_update=update,
        )  # fmt: skip

    def hierarchy(self, *, depth: int = 3, same_unit: bool = True) -> None:
        self._execute(
            update(table_of(tables.SecuritySettings)).values(
                hierarchy=True, hierarchy_depth=depth, managers_in_same_or_parent_unit=same_unit
            )
        )

    def disable(self, principal: str) -> None:
        self._execute(update(table_of(Principal)).where(Principal.id == principal).values(is_disabled=True))

    def blank(self, profile: str = "default") -> None:
        """The profile does as Dynamics does with what may not be written."""
        self._execute(update(table_of(Profile)).where(Profile.id == profile).values(secured_writes="BLANK"))

    def _principal(
        self, name: str, kind: PrincipalKind, unit: str, *, manager: str | None = None, role: Role = Role.USER
    ) -> str:
        principal_id = new_id()
        self._insert(
            Principal, id=principal_id, kind=kind.value, name=name, role=role.value, unit_id=unit, manager_id=manager,
            user_name=name if kind is PrincipalKind.USER else None, is_disabled=False, is_default_team=False,
            revision=1, created_at=NOON,
        )  # fmt: skip
        return principal_id

    def _insert(self, model: Any, **values: Any) -> None:
        self._execute(insert(table_of(model)).values(**values))

    def _execute(self, statement: Any) -> None:
        def unit(connection: Any) -> None:
            connection.execute(statement)
            connection.execute(
                update(table_of(tables.SecuritySettings)).values(
                    rights_version=tables.SecuritySettings.rights_version + 1
                )
            )

        self._database.write_now(PERMIT, unit)
