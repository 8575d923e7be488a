"""The tables of the rights model: business units, teams, roles, shares, secured columns, field profiles, the audit.

Users and teams are rows of ``principal`` (``db/tables.py``); choices are stored as the names of their Enum members.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, String, Text
from sqlmodel import Field, SQLModel

from fieldsync.db.columns import JsonColumn, UtcDateTime

ROOT = "root"
"""The id of the root business unit, which comes with the database."""


def _cascade(target: str, *, primary: bool = True) -> Any:
    return Column(String(36), ForeignKey(target, ondelete="CASCADE"), primary_key=primary, nullable=False)


class BusinessUnit(SQLModel, table=True):
    """A node of the organization's tree; exactly one has no parent."""

    __tablename__ = "business_unit"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=160, unique=True)
    parent_id: str | None = Field(default=None, foreign_key="business_unit.id", max_length=36, index=True)
    revision: int = 1


class TeamMember(SQLModel, table=True):
    """That a user belongs to a team."""

    __tablename__ = "team_member"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_team_member_user_id", "user_id"),)

    team_id: str = Field(sa_column=_cascade("principal.id"))
    user_id: str = Field(sa_column=_cascade("principal.id"))


class SecurityRole(SQLModel, table=True):
    """Privileges by kind: ``{"CONTACT": {"READ": "ORGANIZATION"}}``; what is not named is NONE."""

    __tablename__ = "security_role"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=100, unique=True)
    description: str = Field(default="", max_length=1000)
    inheritance: str = Field(max_length=10)
    privileges: dict[str, dict[str, str]] = Field(sa_column=Column(JsonColumn, nullable=False))
    revision: int = 1


class PrincipalRole(SQLModel, table=True):
    """That a user or an owner team holds a role."""

    __tablename__ = "principal_role"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_principal_role_role_id", "role_id"),)

    principal_id: str = Field(sa_column=_cascade("principal.id"))
    role_id: str = Field(sa_column=_cascade("security_role.id"))


class RecordShare(SQLModel, table=True):
    """One record shared with a user or a team; ``rights`` are the bits of ``core.privileges.SHAREABLE``."""

    __tablename__ = "record_share"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_record_share_principal", "principal_id", "kind", "rights", "record_id"),)

    kind: str = Field(primary_key=True, max_length=24)
    record_id: str = Field(primary_key=True, max_length=36)
    principal_id: str = Field(sa_column=_cascade("principal.id"))
    rights: int


class SecuredColumn(SQLModel, table=True):
    """A column that only field profiles open; ``mask_keep`` is its masking rule (how many last characters show)."""

    __tablename__ = "secured_column"  # pyright: ignore[reportAssignmentType]

    kind: str = Field(primary_key=True, max_length=24)
    attribute: str = Field(primary_key=True, max_length=60)
    mask_keep: int | None = None


class FieldProfile(SQLModel, table=True):
    """A field security profile: permissions for columns, and the users and teams who get them."""

    __tablename__ = "field_profile"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=100, unique=True)
    description: str = Field(default="", max_length=1000)
    revision: int = 1


class FieldPermission(SQLModel, table=True):
    """What a field profile allows with one column."""

    __tablename__ = "field_permission"  # pyright: ignore[reportAssignmentType]

    field_profile_id: str = Field(sa_column=_cascade("field_profile.id"))
    kind: str = Field(primary_key=True, max_length=24)
    attribute: str = Field(primary_key=True, max_length=60)
    can_read: bool = False
    can_read_unmasked: bool = False
    can_create: bool = False
    can_update: bool = False


class FieldProfileMember(SQLModel, table=True):
    """That a user or a team has a field profile."""

    __tablename__ = "field_profile_member"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_field_profile_member_principal_id", "principal_id"),)

    field_profile_id: str = Field(sa_column=_cascade("field_profile.id"))
    principal_id: str = Field(sa_column=_cascade("principal.id"))


class ColumnGrant(SQLModel, table=True):
    """One secured column of one record, opened to a user or a team; one per column, record and principal (C9)."""

    __tablename__ = "column_grant"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_column_grant_principal_id", "principal_id"),)

    kind: str = Field(primary_key=True, max_length=24)
    record_id: str = Field(primary_key=True, max_length=36)
    attribute: str = Field(primary_key=True, max_length=60)
    principal_id: str = Field(sa_column=_cascade("principal.id"))
    can_read: bool = False
    can_update: bool = False


class ProfileMember(SQLModel, table=True):
    """That a profile of directions is given to a user or a team."""

    __tablename__ = "profile_member"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_profile_member_principal_id", "principal_id"),)

    profile_id: str = Field(sa_column=_cascade("profile.id"))
    principal_id: str = Field(sa_column=_cascade("principal.id"))


class SecuritySettings(SQLModel, table=True):
    """One row: the manager hierarchy (E8, E9), and ``rights_version``, which every change of rights counts up.

    Whoever keeps rights in memory compares that number, so a change holds at once, in every process.
    """

    __tablename__ = "security_settings"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True)
    hierarchy: bool = False
    hierarchy_depth: int = 3
    managers_in_same_or_parent_unit: bool = True
    revision: int = 1
    rights_version: int = 1


class AuditEvent(SQLModel, table=True):
    """Who changed which right when, with what it was before and what it is after; never changed again."""

    __tablename__ = "audit_event"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_audit_event_target_id", "target_id", "id"),)

    id: str = Field(primary_key=True, max_length=36)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(max_length=160)
    principal_id: str | None = Field(default=None, max_length=36)
    action: str = Field(max_length=40)
    target_id: str = Field(max_length=160)
    target_name: str = Field(sa_type=Text)
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn))
