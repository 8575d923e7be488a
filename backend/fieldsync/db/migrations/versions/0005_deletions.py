"""What the deletion matrix asks of deleted records; deletions that a brake holds."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held_deletion",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("mailbox_id", sa.String(length=36), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("link_id", sa.String(length=36), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("href", sa.String(length=1000), nullable=False),
        sa.Column("held_at", sa.DateTime(), nullable=False),
        sa.Column("released_at", sa.DateTime(), nullable=True),
        sa.Column("released_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_held_deletion_mailbox_id_mailbox"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_deletion")),
        sa.UniqueConstraint("mailbox_id", "kind", "link_id", name=op.f("uq_held_deletion_mailbox_id_kind_link_id")),
    )
    with op.batch_alter_table("record_deletion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner_id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("organizer", sa.String(length=400), nullable=True))
        batch_op.add_column(sa.Column("starts_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("ends_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("statecode", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("record_deletion", schema=None) as batch_op:
        batch_op.drop_column("statecode")
        batch_op.drop_column("ends_at")
        batch_op.drop_column("starts_at")
        batch_op.drop_column("organizer")
        batch_op.drop_column("owner_id")
    op.drop_table("held_deletion")
