"""Signing in: renewed sessions with an idle end, tokens with a last use, failed attempts, external identities.

Sessions and tokens that exist stay valid; their ids are made from their digests.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "external_sign_in",
        sa.Column("state_digest", sa.String(length=64), nullable=False),
        sa.Column("browser_digest", sa.String(length=64), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier_box", sa.LargeBinary(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("return_to", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("state_digest", name=op.f("pk_external_sign_in")),
    )
    with op.batch_alter_table("external_sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_external_sign_in_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "sign_in_attempt",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("blocked_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_attempt_last_at"), ["last_at"], unique=False)

    op.create_table(
        "external_identity",
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("principal_id", sa.String(length=36), nullable=False),
        sa.Column("linked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["principal.id"], name=op.f("fk_external_identity_principal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_external_identity")),
    )
    with op.batch_alter_table("external_identity", schema=None) as batch_op:
        batch_op.create_index("ix_external_identity_principal_id", ["principal_id"], unique=False)

    op.create_table(
        "group_mapping",
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("group_name", sa.String(length=255), nullable=False),
        sa.Column("team_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["principal.id"], name=op.f("fk_group_mapping_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issuer", "group_name", "team_id", name=op.f("pk_group_mapping")),
    )
    with op.batch_alter_table("group_mapping", schema=None) as batch_op:
        batch_op.create_index("ix_group_mapping_team_id", ["team_id"], unique=False)

    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("previous_digest", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("renewed_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("last_used_at", sa.DateTime(), nullable=True))
    op.execute("UPDATE session SET id = substr(digest, 1, 32), renewed_at = created_at, last_used_at = created_at")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.alter_column("id", existing_type=sa.String(length=36), nullable=False)
        batch_op.alter_column("renewed_at", existing_type=sa.DateTime(), nullable=False)
        batch_op.alter_column("last_used_at", existing_type=sa.DateTime(), nullable=False)
        batch_op.create_index(batch_op.f("ix_session_previous_digest"), ["previous_digest"], unique=False)
        batch_op.create_index("ix_session_principal_id", ["principal_id"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_session_id"), ["id"])

    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("last_used_at", sa.DateTime(), nullable=True))
    op.execute("UPDATE token SET id = substr(digest, 1, 32)")
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.alter_column("id", existing_type=sa.String(length=36), nullable=False)
        batch_op.create_index("ix_token_principal_id", ["principal_id"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_token_id"), ["id"])


def downgrade() -> None:
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_token_id"), type_="unique")
        batch_op.drop_index("ix_token_principal_id")
        batch_op.drop_column("last_used_at")
        batch_op.drop_column("id")

    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_session_id"), type_="unique")
        batch_op.drop_index("ix_session_principal_id")
        batch_op.drop_index(batch_op.f("ix_session_previous_digest"))
        batch_op.drop_column("last_used_at")
        batch_op.drop_column("renewed_at")
        batch_op.drop_column("previous_digest")
        batch_op.drop_column("id")

    with op.batch_alter_table("group_mapping", schema=None) as batch_op:
        batch_op.drop_index("ix_group_mapping_team_id")

    op.drop_table("group_mapping")
    with op.batch_alter_table("external_identity", schema=None) as batch_op:
        batch_op.drop_index("ix_external_identity_principal_id")

    op.drop_table("external_identity")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_last_at"))

    op.drop_table("sign_in_attempt")
    with op.batch_alter_table("external_sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_external_sign_in_expires_at"))

    op.drop_table("external_sign_in")
