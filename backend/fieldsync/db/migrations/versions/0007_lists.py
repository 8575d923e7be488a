"""Lists: indexes for pages of records by when they were last written, and for the history of one's own mailboxes."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_RECORDS = (
    "appointment", "contact", "fax", "letter", "phonecall", "recurringappointmentmaster", "serviceappointment", "task",
)  # fmt: skip


def upgrade() -> None:
    for table in _RECORDS:
        op.create_index(f"ix_{table}_modified_at", table, ["modified_at", "id"])
    op.create_index("ix_lost_value_mailbox_id_id", "lost_value", ["mailbox_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_lost_value_mailbox_id_id", "lost_value")
    for table in _RECORDS:
        op.drop_index(f"ix_{table}_modified_at", table)
