"""Rights: business units, teams, roles, shares, secured columns, field profiles, the audit.

Whoever was there before goes on with what was theirs: everybody is put into the root unit and gets the role
"Basic user", which allows all one could do until now, everything with records of one's own.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS = (
    "APPOINTMENT", "RECURRING_APPOINTMENT", "SERVICE_ACTIVITY", "CONTACT", "TASK", "PHONE_CALL", "LETTER", "FAX",
)  # fmt: skip
PRIVILEGES = ("CREATE", "READ", "WRITE", "DELETE", "APPEND", "APPEND_TO", "ASSIGN", "SHARE")
OWN = {kind: dict.fromkeys(PRIVILEGES, "USER") for kind in KINDS}


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=160), nullable=False),
        sa.Column("principal_id", sa.String(length=36), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("target_id", sa.String(length=160), nullable=False),
        sa.Column("target_name", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index("ix_audit_event_target_id", ["target_id", "id"], unique=False)

    op.create_table(
        "business_unit",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["business_unit.id"], name=op.f("fk_business_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_unit")),
        sa.UniqueConstraint("name", name=op.f("uq_business_unit_name")),
    )
    with op.batch_alter_table("business_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_business_unit_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "field_profile",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=1000), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_profile")),
        sa.UniqueConstraint("name", name=op.f("uq_field_profile_name")),
    )
    op.create_table(
        "secured_column",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("attribute", sa.String(length=60), nullable=False),
        sa.Column("mask_keep", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "attribute", name=op.f("pk_secured_column")),
    )
    op.create_table(
        "security_role",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=1000), nullable=False),
        sa.Column("inheritance", sa.String(length=10), nullable=False),
        sa.Column("privileges", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_role")),
        sa.UniqueConstraint("name", name=op.f("uq_security_role_name")),
    )
    op.create_table(
        "security_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hierarchy", sa.Boolean(), nullable=False),
        sa.Column("hierarchy_depth", sa.Integer(), nullable=False),
        sa.Column("managers_in_same_or_parent_unit", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rights_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_settings")),
    )
    op.create_table(
        "field_permission",
        sa.Column("field_profile_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("attribute", sa.String(length=60), nullable=False),
        sa.Column("can_read", sa.Boolean(), nullable=False),
        sa.Column("can_read_unmasked", sa.Boolean(), nullable=False),
        sa.Column("can_create", sa.Boolean(), nullable=False),
        sa.Column("can_update", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["field_profile_id"],
            ["field_profile.id"],
            name=op.f("fk_field_permission_field_profile_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("field_profile_id", "kind", "attribute", name=op.f("pk_field_permission")),
    )
    op.create_table(
        "column_grant",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("attribute", sa.String(length=60), nullable=False),
        sa.Column("principal_id", sa.String(length=36), nullable=False),
        sa.Column("can_read", sa.Boolean(), nullable=False),
        sa.Column("can_update", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["principal.id"], name=op.f("fk_column_grant_principal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", "record_id", "attribute", "principal_id", name=op.f("pk_column_grant")),
    )
    with op.batch_alter_table("column_grant", schema=None) as batch_op:
        batch_op.create_index("ix_column_grant_principal_id", ["principal_id"], unique=False)

    op.create_table(
        "field_profile_member",
        sa.Column("field_profile_id", sa.String(length=36), nullable=False),
        sa.Column("principal_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["field_profile_id"],
            ["field_profile.id"],
            name=op.f("fk_field_profile_member_field_profile_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["principal.id"], name=op.f("fk_field_profile_member_principal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("field_profile_id", "principal_id", name=op.f("pk_field_profile_member")),
    )
    with op.batch_alter_table("field_profile_member", schema=None) as batch_op:
        batch_op.create_index("ix_field_profile_member_principal_id", ["principal_id"], unique=False)

    op.create_table(
        "principal_role",
        sa.Column("principal_id", sa.String(length=36), nullable=False),
        sa.Column("role_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["principal.id"], name=op.f("fk_principal_role_principal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["security_role.id"], name=op.f("fk_principal_role_role_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("principal_id", "role_id", name=op.f("pk_principal_role")),
    )
    with op.batch_alter_table("principal_role", schema=None) as batch_op:
        batch_op.create_index("ix_principal_role_role_id", ["role_id"], unique=False)

    op.create_table(
        "record_share",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("principal_id", sa.String(length=36), nullable=False),
        sa.Column("rights", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["principal.id"], name=op.f("fk_record_share_principal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", "record_id", "principal_id", name=op.f("pk_record_share")),
    )
    with op.batch_alter_table("record_share", schema=None) as batch_op:
        batch_op.create_index(
            "ix_record_share_principal", ["principal_id", "kind", "rights", "record_id"], unique=False
        )

    op.create_table(
        "team_member",
        sa.Column("team_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["principal.id"], name=op.f("fk_team_member_team_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["principal.id"], name=op.f("fk_team_member_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_team_member")),
    )
    with op.batch_alter_table("team_member", schema=None) as batch_op:
        batch_op.create_index("ix_team_member_user_id", ["user_id"], unique=False)

    op.create_table(
        "profile_member",
        sa.Column("profile_id", sa.String(length=36), nullable=False),
        sa.Column("principal_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["principal.id"], name=op.f("fk_profile_member_principal_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_profile_member_profile_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("profile_id", "principal_id", name=op.f("pk_profile_member")),
    )
    with op.batch_alter_table("profile_member", schema=None) as batch_op:
        batch_op.create_index("ix_profile_member_principal_id", ["principal_id"], unique=False)

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_owner_version")
        batch_op.create_index("ix_contact_owner_version", ["owner_id", "version", "id"], unique=False)

    with op.batch_alter_table("mailbox_cursor", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rights", sa.String(length=32), nullable=True))

    with op.batch_alter_table("principal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("unit_id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("manager_id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("is_disabled", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("is_default_team", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=True))
        batch_op.alter_column("user_name", existing_type=sa.VARCHAR(length=100), nullable=True)
    with op.batch_alter_table("profile", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rank", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("secured_writes", sa.String(length=8), nullable=True))
    _fill()
    with op.batch_alter_table("principal", schema=None) as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(length=12), nullable=False)
        batch_op.alter_column("unit_id", existing_type=sa.String(length=36), nullable=False)
        batch_op.alter_column("is_disabled", existing_type=sa.Boolean(), nullable=False)
        batch_op.alter_column("is_default_team", existing_type=sa.Boolean(), nullable=False)
        batch_op.alter_column("revision", existing_type=sa.Integer(), nullable=False)
        batch_op.create_index("ix_principal_manager_id", ["manager_id"], unique=False)
        batch_op.create_index("ix_principal_unit_id", ["unit_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_principal_unit_id"), "business_unit", ["unit_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_principal_manager_id"), "principal", ["manager_id"], ["id"])
    with op.batch_alter_table("profile", schema=None) as batch_op:
        batch_op.alter_column("rank", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("secured_writes", existing_type=sa.String(length=8), nullable=False)


def _fill() -> None:
    """The root unit with its default team, the role of everybody, and the one row of settings."""
    op.execute("INSERT INTO business_unit (id, name, parent_id, revision) VALUES ('root', 'Organization', NULL, 1)")
    op.execute(
        "INSERT INTO security_settings "
        "(id, hierarchy, hierarchy_depth, managers_in_same_or_parent_unit, revision, rights_version) "
        "VALUES (1, false, 3, true, 1, 1)"
    )
    op.execute("UPDATE profile SET rank = 100, secured_writes = 'KEEP'")
    role = sa.text(
        "INSERT INTO security_role (id, name, description, inheritance, privileges, revision) VALUES "
        "('basic', 'Basic user', 'Everything with records of one''s own.', 'DIRECT', :privileges, 1)"
    ).bindparams(sa.bindparam("privileges", OWN, type_=sa.JSON().with_variant(postgresql.JSONB(), "postgresql")))
    op.execute(role)
    team = sa.text(
        "INSERT INTO principal (id, name, role, password, created_at) "
        "SELECT 'root-team', 'Organization', 'USER', NULL, :now "
        "WHERE NOT EXISTS (SELECT 1 FROM principal WHERE id = 'root-team')"
    ).bindparams(sa.bindparam("now", datetime.now(UTC).replace(tzinfo=None), type_=sa.DateTime()))
    op.execute(team)
    op.execute(
        "UPDATE principal SET kind = 'USER', unit_id = 'root', is_disabled = false, is_default_team = false, "
        "revision = 1"
    )
    op.execute(
        "UPDATE principal SET kind = 'OWNER_TEAM', user_name = NULL, is_default_team = true WHERE id = 'root-team'"
    )
    op.execute(
        "INSERT INTO principal_role (principal_id, role_id) SELECT id, 'basic' FROM principal WHERE kind = 'USER'"
    )
    op.execute("INSERT INTO team_member (team_id, user_id) SELECT 'root-team', id FROM principal WHERE kind = 'USER'")


def downgrade() -> None:
    # What a team owned has nobody else to go to: it keeps its row, as somebody who cannot sign in.
    op.execute("UPDATE principal SET user_name = 'team ' || id WHERE user_name IS NULL")
    with op.batch_alter_table("profile", schema=None) as batch_op:
        batch_op.drop_column("secured_writes")
        batch_op.drop_column("rank")

    with op.batch_alter_table("principal", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_principal_manager_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_principal_unit_id"), type_="foreignkey")
        batch_op.drop_index("ix_principal_unit_id")
        batch_op.drop_index("ix_principal_manager_id")
        batch_op.alter_column("user_name", existing_type=sa.VARCHAR(length=100), nullable=False)
        batch_op.drop_column("revision")
        batch_op.drop_column("is_default_team")
        batch_op.drop_column("is_disabled")
        batch_op.drop_column("manager_id")
        batch_op.drop_column("unit_id")
        batch_op.drop_column("kind")

    with op.batch_alter_table("mailbox_cursor", schema=None) as batch_op:
        batch_op.drop_column("rights")

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_owner_version")
        batch_op.create_index("ix_contact_owner_version", ["owner_id", "version"], unique=False)

    with op.batch_alter_table("profile_member", schema=None) as batch_op:
        batch_op.drop_index("ix_profile_member_principal_id")

    op.drop_table("profile_member")
    with op.batch_alter_table("team_member", schema=None) as batch_op:
        batch_op.drop_index("ix_team_member_user_id")

    op.drop_table("team_member")
    with op.batch_alter_table("record_share", schema=None) as batch_op:
        batch_op.drop_index("ix_record_share_principal")

    op.drop_table("record_share")
    with op.batch_alter_table("principal_role", schema=None) as batch_op:
        batch_op.drop_index("ix_principal_role_role_id")

    op.drop_table("principal_role")
    with op.batch_alter_table("field_profile_member", schema=None) as batch_op:
        batch_op.drop_index("ix_field_profile_member_principal_id")

    op.drop_table("field_profile_member")
    with op.batch_alter_table("column_grant", schema=None) as batch_op:
        batch_op.drop_index("ix_column_grant_principal_id")

    op.drop_table("column_grant")
    op.drop_table("field_permission")
    op.drop_table("security_settings")
    op.drop_table("security_role")
    op.drop_table("secured_column")
    op.drop_table("field_profile")
    with op.batch_alter_table("business_unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_business_unit_parent_id"))

    op.drop_table("business_unit")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_target_id")

    op.drop_table("audit_event")
