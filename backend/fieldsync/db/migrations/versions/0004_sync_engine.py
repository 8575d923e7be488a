"""Sync engine."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deletion_rule",
        sa.Column("cell", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("cell", name=op.f("pk_deletion_rule")),
    )
    op.create_table(
        "incoming_rule",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("category", sa.String(length=255), nullable=False),
        sa.Column("includes_private", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_incoming_rule")),
    )
    op.create_table(
        "sync_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brake_count", sa.Integer(), nullable=False),
        sa.Column("brake_share", sa.Integer(), nullable=False),
        sa.Column("edit_against_delete", sa.String(length=12), nullable=False),
        sa.Column("newest_guard_seconds", sa.Integer(), nullable=False),
        sa.Column("history_days", sa.Integer(), nullable=False),
        sa.Column("quarantine_days", sa.Integer(), nullable=False),
        sa.Column("journal_days", sa.Integer(), nullable=False),
        sa.Column("shortest_interval", sa.Integer(), nullable=False),
        sa.Column("longest_interval", sa.Integer(), nullable=False),
        sa.Column("dead_after", sa.Integer(), nullable=False),
        sa.Column("invitations", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_settings")),
    )
    op.create_table(
        "sync_filter",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("principal_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("excludes", sa.Boolean(), nullable=False),
        sa.Column("definition", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("template_id", sa.String(length=36), nullable=True),
        sa.Column("template_revision", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["principal.id"], name=op.f("fk_sync_filter_principal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_filter")),
    )
    with op.batch_alter_table("sync_filter", schema=None) as batch_op:
        batch_op.create_index("ix_sync_filter_principal_id_kind", ["principal_id", "kind"], unique=False)

    op.create_table(
        "conflict",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("mailbox_id", sa.String(length=36), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("link_id", sa.String(length=36), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("field_id", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("crm_box", sa.LargeBinary(), nullable=False),
        sa.Column("outlook_box", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("choice", sa.String(length=10), nullable=True),
        sa.Column("value_box", sa.LargeBinary(), nullable=True),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.Column("resolved_by", sa.String(length=36), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_conflict_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
        sa.UniqueConstraint("link_id", "field_id", name=op.f("uq_conflict_link_id_field_id")),
    )
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.create_index("ix_conflict_mailbox_id_state", ["mailbox_id", "state"], unique=False)

    op.create_table(
        "dead_letter",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("mailbox_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("subject_key", sa.String(length=1000), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=True),
        sa.Column("version", sa.String(length=500), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_dead_letter_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter")),
        sa.UniqueConstraint(
            "mailbox_id", "kind", "side", "subject_key", name=op.f("uq_dead_letter_mailbox_id_kind_side_subject_key")
        ),
    )
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("mailbox_id", sa.String(length=36), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("operation_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("link_id", sa.String(length=36), nullable=True),
        sa.Column("record_id", sa.String(length=36), nullable=True),
        sa.Column("href", sa.String(length=1000), nullable=True),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("fields", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("body_box", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("undone_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_journal_entry_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index("ix_journal_entry_mailbox_id", ["mailbox_id", "id"], unique=False)
        batch_op.create_index("ix_journal_entry_record_id", ["record_id"], unique=False)
        batch_op.create_index("ix_journal_entry_run_id", ["run_id"], unique=False)

    op.create_table(
        "match_review",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("mailbox_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("subject_key", sa.String(length=1000), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("candidates", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decision", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_match_review_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_review")),
        sa.UniqueConstraint(
            "mailbox_id", "kind", "side", "subject_key", name=op.f("uq_match_review_mailbox_id_kind_side_subject_key")
        ),
    )
    op.create_table(
        "opt_out",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("mailbox_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=True),
        sa.Column("uid", sa.String(length=500), nullable=True),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("principal_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_opt_out_mailbox_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opt_out")),
        sa.UniqueConstraint("mailbox_id", "kind", "record_id", name=op.f("uq_opt_out_mailbox_id_kind_record_id")),
        sa.UniqueConstraint("mailbox_id", "kind", "uid", name=op.f("uq_opt_out_mailbox_id_kind_uid")),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("mailbox_id", sa.String(length=36), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.Column("href", sa.String(length=1000), nullable=False),
        sa.Column("body_box", sa.LargeBinary(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("restored_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_quarantine_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.create_index("ix_quarantine_mailbox_id", ["mailbox_id", "id"], unique=False)

    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("globalobjectid", sa.String(length=500), nullable=True))
        batch_op.create_index("ix_appointment_globalobjectid", ["globalobjectid"], unique=False)
        batch_op.create_index("ix_appointment_owner_version", ["owner_id", "version", "id"], unique=False)

    with op.batch_alter_table("fax", schema=None) as batch_op:
        batch_op.create_index("ix_fax_owner_version", ["owner_id", "version", "id"], unique=False)

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index("ix_letter_owner_version", ["owner_id", "version", "id"], unique=False)

    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("uid", sa.String(length=500), nullable=True))
        batch_op.create_index("ix_link_record_id", ["record_id"], unique=False)
        batch_op.create_index("ix_link_uid", ["mailbox_id", "kind", "uid"], unique=False)

    with op.batch_alter_table("lost_value", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mailbox_id", sa.String(length=36), nullable=True))
        batch_op.add_column(sa.Column("kind", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("restored_at", sa.DateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_lost_value_expires_at"), ["expires_at"], unique=False)

    with op.batch_alter_table("mailbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar_url", sa.String(length=1000), nullable=True))
        batch_op.add_column(sa.Column("tasks_url", sa.String(length=1000), nullable=True))
        batch_op.add_column(sa.Column("time_zone", sa.String(length=64), server_default="UTC", nullable=False))
        batch_op.add_column(
            sa.Column("addresses", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )
        batch_op.add_column(sa.Column("due_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("interval_seconds", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("last_success_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("compared_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("stopped_at", sa.DateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("stopped", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_mailbox_due_at"), ["due_at"], unique=False)

    with op.batch_alter_table("mapping", schema=None) as batch_op:
        batch_op.add_column(sa.Column("policy", sa.String(length=14), server_default="CRM_LEADS", nullable=False))

    with op.batch_alter_table("operation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("mailed", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )

    with op.batch_alter_table("phonecall", schema=None) as batch_op:
        batch_op.create_index("ix_phonecall_owner_version", ["owner_id", "version", "id"], unique=False)

    with op.batch_alter_table("profile_version", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("policies", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )

    with op.batch_alter_table("recurringappointmentmaster", schema=None) as batch_op:
        batch_op.add_column(sa.Column("globalobjectid", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("timezone", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("deletedexceptions", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("exceptions", sa.Text(), nullable=True))
        batch_op.create_index("ix_recurringappointmentmaster_globalobjectid", ["globalobjectid"], unique=False)
        batch_op.create_index(
            "ix_recurringappointmentmaster_owner_version", ["owner_id", "version", "id"], unique=False
        )

    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("undoes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )

    with op.batch_alter_table("serviceappointment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("globalobjectid", sa.String(length=500), nullable=True))
        batch_op.create_index("ix_serviceappointment_globalobjectid", ["globalobjectid"], unique=False)
        batch_op.create_index("ix_serviceappointment_owner_version", ["owner_id", "version", "id"], unique=False)

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index("ix_task_owner_version", ["owner_id", "version", "id"], unique=False)
    op.execute(
        "INSERT INTO sync_settings (id, brake_count, brake_share, edit_against_delete, newest_guard_seconds,"
        " history_days, quarantine_days, journal_days, shortest_interval, longest_interval, dead_after, invitations,"
        " revision) VALUES (1, 10, 20, 'EDIT_WINS', 120, 90, 30, 90, 60, 900, 10, 'NEVER', 1)"
    )


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_owner_version")

    with op.batch_alter_table("serviceappointment", schema=None) as batch_op:
        batch_op.drop_index("ix_serviceappointment_owner_version")
        batch_op.drop_index("ix_serviceappointment_globalobjectid")
        batch_op.drop_column("globalobjectid")

    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_column("undoes")

    with op.batch_alter_table("recurringappointmentmaster", schema=None) as batch_op:
        batch_op.drop_index("ix_recurringappointmentmaster_owner_version")
        batch_op.drop_index("ix_recurringappointmentmaster_globalobjectid")
        batch_op.drop_column("exceptions")
        batch_op.drop_column("deletedexceptions")
        batch_op.drop_column("timezone")
        batch_op.drop_column("globalobjectid")

    with op.batch_alter_table("profile_version", schema=None) as batch_op:
        batch_op.drop_column("policies")

    with op.batch_alter_table("phonecall", schema=None) as batch_op:
        batch_op.drop_index("ix_phonecall_owner_version")

    with op.batch_alter_table("operation", schema=None) as batch_op:
        batch_op.drop_column("mailed")

    with op.batch_alter_table("mapping", schema=None) as batch_op:
        batch_op.drop_column("policy")

    with op.batch_alter_table("mailbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailbox_due_at"))
        batch_op.drop_column("stopped")
        batch_op.drop_column("stopped_at")
        batch_op.drop_column("compared_at")
        batch_op.drop_column("last_success_at")
        batch_op.drop_column("failures")
        batch_op.drop_column("interval_seconds")
        batch_op.drop_column("due_at")
        batch_op.drop_column("addresses")
        batch_op.drop_column("time_zone")
        batch_op.drop_column("tasks_url")
        batch_op.drop_column("calendar_url")

    with op.batch_alter_table("lost_value", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lost_value_expires_at"))
        batch_op.drop_column("restored_at")
        batch_op.drop_column("expires_at")
        batch_op.drop_column("kind")
        batch_op.drop_column("mailbox_id")

    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index("ix_link_uid")
        batch_op.drop_index("ix_link_record_id")
        batch_op.drop_column("uid")

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index("ix_letter_owner_version")

    with op.batch_alter_table("fax", schema=None) as batch_op:
        batch_op.drop_index("ix_fax_owner_version")

    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index("ix_appointment_owner_version")
        batch_op.drop_index("ix_appointment_globalobjectid")
        batch_op.drop_column("globalobjectid")

    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.drop_index("ix_quarantine_mailbox_id")

    op.drop_table("quarantine")
    op.drop_table("opt_out")
    op.drop_table("match_review")
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_entry_run_id")
        batch_op.drop_index("ix_journal_entry_record_id")
        batch_op.drop_index("ix_journal_entry_mailbox_id")

    op.drop_table("journal_entry")
    op.drop_table("dead_letter")
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.drop_index("ix_conflict_mailbox_id_state")

    op.drop_table("conflict")
    with op.batch_alter_table("sync_filter", schema=None) as batch_op:
        batch_op.drop_index("ix_sync_filter_principal_id_kind")

    op.drop_table("sync_filter")
    op.drop_table("sync_settings")
    op.drop_table("incoming_rule")
    op.drop_table("deletion_rule")
