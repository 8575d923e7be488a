"""Initial."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "principal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_principal")),
        sa.UniqueConstraint("user_name", name=op.f("uq_principal_user_name")),
    )
    op.create_table(
        "record_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_clock")),
    )
    op.execute("INSERT INTO record_clock (id, version) VALUES (1, 0)")
    op.create_table(
        "record_deletion",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "record_id", name=op.f("pk_record_deletion")),
    )
    with op.batch_alter_table("record_deletion", schema=None) as batch_op:
        batch_op.create_index("ix_record_deletion_kind_version", ["kind", "version"], unique=False)

    op.create_table(
        "appointment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("statecode", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("modified_at", sa.DateTime(), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("prioritycode", sa.Integer(), nullable=True),
        sa.Column("regardingobjectid", sa.String(length=400), nullable=True),
        sa.Column("statuscode", sa.Integer(), nullable=True),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("organizer", sa.String(length=400), nullable=True),
        sa.Column("requiredattendees", sa.Text(), nullable=True),
        sa.Column("optionalattendees", sa.Text(), nullable=True),
        sa.Column("scheduledstart", sa.DateTime(), nullable=True),
        sa.Column("scheduledend", sa.DateTime(), nullable=True),
        sa.Column("scheduleddurationminutes", sa.Integer(), nullable=True),
        sa.Column("isalldayevent", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["principal.id"], name=op.f("fk_appointment_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index("ix_appointment_version", ["version"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("statecode", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("modified_at", sa.DateTime(), nullable=False),
        sa.Column("fullname", sa.String(length=160), nullable=True),
        sa.Column("salutation", sa.String(length=100), nullable=True),
        sa.Column("firstname", sa.String(length=50), nullable=True),
        sa.Column("middlename", sa.String(length=50), nullable=True),
        sa.Column("lastname", sa.String(length=50), nullable=True),
        sa.Column("suffix", sa.String(length=10), nullable=True),
        sa.Column("nickname", sa.String(length=100), nullable=True),
        sa.Column("yomifirstname", sa.String(length=150), nullable=True),
        sa.Column("yomilastname", sa.String(length=150), nullable=True),
        sa.Column("parentcustomerid", sa.String(length=160), nullable=True),
        sa.Column("department", sa.String(length=100), nullable=True),
        sa.Column("jobtitle", sa.String(length=100), nullable=True),
        sa.Column("managername", sa.String(length=100), nullable=True),
        sa.Column("assistantname", sa.String(length=100), nullable=True),
        sa.Column("assistantphone", sa.String(length=50), nullable=True),
        sa.Column("telephone1", sa.String(length=50), nullable=True),
        sa.Column("business2", sa.String(length=50), nullable=True),
        sa.Column("telephone2", sa.String(length=50), nullable=True),
        sa.Column("home2", sa.String(length=50), nullable=True),
        sa.Column("telephone3", sa.String(length=50), nullable=True),
        sa.Column("mobilephone", sa.String(length=50), nullable=True),
        sa.Column("company", sa.String(length=50), nullable=True),
        sa.Column("callback", sa.String(length=50), nullable=True),
        sa.Column("pager", sa.String(length=50), nullable=True),
        sa.Column("fax", sa.String(length=50), nullable=True),
        sa.Column("emailaddress1", sa.String(length=100), nullable=True),
        sa.Column("emailaddress2", sa.String(length=100), nullable=True),
        sa.Column("emailaddress3", sa.String(length=100), nullable=True),
        sa.Column("websiteurl", sa.String(length=200), nullable=True),
        sa.Column("ftpsiteurl", sa.String(length=200), nullable=True),
        sa.Column("birthdate", sa.Date(), nullable=True),
        sa.Column("anniversary", sa.Date(), nullable=True),
        sa.Column("spousesname", sa.String(length=100), nullable=True),
        sa.Column("childrensnames", sa.String(length=255), nullable=True),
        sa.Column("governmentid", sa.String(length=50), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("address1_line1", sa.String(length=250), nullable=True),
        sa.Column("address1_line2", sa.String(length=250), nullable=True),
        sa.Column("address1_line3", sa.String(length=250), nullable=True),
        sa.Column("address1_city", sa.String(length=80), nullable=True),
        sa.Column("address1_stateorprovince", sa.String(length=50), nullable=True),
        sa.Column("address1_postalcode", sa.String(length=20), nullable=True),
        sa.Column("address1_country", sa.String(length=80), nullable=True),
        sa.Column("address1_postofficebox", sa.String(length=20), nullable=True),
        sa.Column("address2_line1", sa.String(length=250), nullable=True),
        sa.Column("address2_line2", sa.String(length=250), nullable=True),
        sa.Column("address2_line3", sa.String(length=250), nullable=True),
        sa.Column("address2_city", sa.String(length=80), nullable=True),
        sa.Column("address2_stateorprovince", sa.String(length=50), nullable=True),
        sa.Column("address2_postalcode", sa.String(length=20), nullable=True),
        sa.Column("address2_country", sa.String(length=80), nullable=True),
        sa.Column("address2_postofficebox", sa.String(length=20), nullable=True),
        sa.Column("address3_line1", sa.String(length=250), nullable=True),
        sa.Column("address3_line2", sa.String(length=250), nullable=True),
        sa.Column("address3_line3", sa.String(length=250), nullable=True),
        sa.Column("address3_city", sa.String(length=80), nullable=True),
        sa.Column("address3_stateorprovince", sa.String(length=50), nullable=True),
        sa.Column("address3_postalcode", sa.String(length=20), nullable=True),
        sa.Column("address3_country", sa.String(length=80), nullable=True),
        sa.Column("address3_postofficebox", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["principal.id"], name=op.f("fk_contact_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index("ix_contact_owner_version", ["owner_id", "version"], unique=False)
        batch_op.create_index("ix_contact_version", ["version"], unique=False)

    op.create_table(
        "fax",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("statecode", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("modified_at", sa.DateTime(), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("prioritycode", sa.Integer(), nullable=True),
        sa.Column("regardingobjectid", sa.String(length=400), nullable=True),
        sa.Column("statuscode", sa.Integer(), nullable=True),
        sa.Column("scheduledstart", sa.DateTime(), nullable=True),
        sa.Column("scheduledend", sa.DateTime(), nullable=True),
        sa.Column("actualend", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["principal.id"], name=op.f("fk_fax_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fax")),
    )
    with op.batch_alter_table("fax", schema=None) as batch_op:
        batch_op.create_index("ix_fax_version", ["version"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("statecode", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("modified_at", sa.DateTime(), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("prioritycode", sa.Integer(), nullable=True),
        sa.Column("regardingobjectid", sa.String(length=400), nullable=True),
        sa.Column("statuscode", sa.Integer(), nullable=True),
        sa.Column("scheduledstart", sa.DateTime(), nullable=True),
        sa.Column("scheduledend", sa.DateTime(), nullable=True),
        sa.Column("actualend", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["principal.id"], name=op.f("fk_letter_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index("ix_letter_version", ["version"], unique=False)

    op.create_table(
        "mailbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("principal_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("contacts_url", sa.String(length=1000), nullable=False),
        sa.Column("user_name", sa.String(length=320), nullable=False),
        sa.Column("password_box", sa.LargeBinary(), nullable=False),
        sa.Column("sync_method", sa.String(length=12), nullable=False),
        sa.Column("on_record_deleted", sa.String(length=8), nullable=False),
        sa.Column("on_item_deleted", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("lease_owner", sa.String(length=120), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["principal_id"], ["principal.id"], name=op.f("fk_mailbox_principal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("contacts_url", "user_name", name=op.f("uq_mailbox_contacts_url_user_name")),
    )
    with op.batch_alter_table("mailbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailbox_principal_id"), ["principal_id"], unique=False)

    op.create_table(
        "phonecall",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("statecode", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("modified_at", sa.DateTime(), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("prioritycode", sa.Integer(), nullable=True),
        sa.Column("regardingobjectid", sa.String(length=400), nullable=True),
        sa.Column("statuscode", sa.Integer(), nullable=True),
        sa.Column("scheduledstart", sa.DateTime(), nullable=True),
        sa.Column("scheduledend", sa.DateTime(), nullable=True),
        sa.Column("actualend", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["principal.id"], name=op.f("fk_phonecall_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phonecall")),
    )
    with op.batch_alter_table("phonecall", schema=None) as batch_op:
        batch_op.create_index("ix_phonecall_version", ["version"], unique=False)

    op.create_table(
        "profile",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=1000), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published_number", sa.Integer(), nullable=False),
        sa.Column("draft_changed_at", sa.DateTime(), nullable=True),
        sa.Column("draft_changed_by", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["draft_changed_by"], ["principal.id"], name=op.f("fk_profile_draft_changed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint("name", name=op.f("uq_profile_name")),
    )
    op.create_table(
        "recurringappointmentmaster",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("statecode", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("modified_at", sa.DateTime(), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("prioritycode", sa.Integer(), nullable=True),
        sa.Column("regardingobjectid", sa.String(length=400), nullable=True),
        sa.Column("statuscode", sa.Integer(), nullable=True),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("organizer", sa.String(length=400), nullable=True),
        sa.Column("requiredattendees", sa.Text(), nullable=True),
        sa.Column("optionalattendees", sa.Text(), nullable=True),
        sa.Column("recurrencepatterntype", sa.Integer(), nullable=True),
        sa.Column("interval", sa.Integer(), nullable=True),
        sa.Column("daysofweekmask", sa.Integer(), nullable=True),
        sa.Column("dayofmonth", sa.Integer(), nullable=True),
        sa.Column("monthofyear", sa.Integer(), nullable=True),
        sa.Column("instance", sa.Integer(), nullable=True),
        sa.Column("occurrences", sa.Integer(), nullable=True),
        sa.Column("patternendtype", sa.Integer(), nullable=True),
        sa.Column("patternstartdate", sa.Date(), nullable=True),
        sa.Column("patternenddate", sa.Date(), nullable=True),
        sa.Column("starttime", sa.DateTime(), nullable=True),
        sa.Column("endtime", sa.DateTime(), nullable=True),
        sa.Column("duration", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["principal.id"], name=op.f("fk_recurringappointmentmaster_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurringappointmentmaster")),
    )
    with op.batch_alter_table("recurringappointmentmaster", schema=None) as batch_op:
        batch_op.create_index("ix_recurringappointmentmaster_version", ["version"], unique=False)

    op.create_table(
        "serviceappointment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("statecode", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("modified_at", sa.DateTime(), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("prioritycode", sa.Integer(), nullable=True),
        sa.Column("regardingobjectid", sa.String(length=400), nullable=True),
        sa.Column("statuscode", sa.Integer(), nullable=True),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("organizer", sa.String(length=400), nullable=True),
        sa.Column("requiredattendees", sa.Text(), nullable=True),
        sa.Column("optionalattendees", sa.Text(), nullable=True),
        sa.Column("scheduledstart", sa.DateTime(), nullable=True),
        sa.Column("scheduledend", sa.DateTime(), nullable=True),
        sa.Column("scheduleddurationminutes", sa.Integer(), nullable=True),
        sa.Column("isalldayevent", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["principal.id"], name=op.f("fk_serviceappointment_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serviceappointment")),
    )
    with op.batch_alter_table("serviceappointment", schema=None) as batch_op:
        batch_op.create_index("ix_serviceappointment_version", ["version"], unique=False)

    op.create_table(
        "session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("principal_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["principal_id"], ["principal.id"], name=op.f("fk_session_principal_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_session")),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("statecode", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("modified_at", sa.DateTime(), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("prioritycode", sa.Integer(), nullable=True),
        sa.Column("regardingobjectid", sa.String(length=400), nullable=True),
        sa.Column("statuscode", sa.Integer(), nullable=True),
        sa.Column("scheduledstart", sa.DateTime(), nullable=True),
        sa.Column("scheduledend", sa.DateTime(), nullable=True),
        sa.Column("actualend", sa.DateTime(), nullable=True),
        sa.Column("percentcomplete", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["principal.id"], name=op.f("fk_task_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index("ix_task_version", ["version"], unique=False)

    op.create_table(
        "token",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("principal_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["principal_id"], ["principal.id"], name=op.f("fk_token_principal_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_token")),
    )
    op.create_table(
        "link",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("mailbox_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("href", sa.String(length=1000), nullable=False),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("item_version", sa.String(length=500), nullable=False),
        sa.Column("crm_seen", sa.LargeBinary(), nullable=False),
        sa.Column("outlook_seen", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_link_mailbox_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("mailbox_id", "kind", "href", name=op.f("uq_link_mailbox_id_kind_href")),
        sa.UniqueConstraint("mailbox_id", "kind", "record_id", name=op.f("uq_link_mailbox_id_kind_record_id")),
    )
    op.create_table(
        "mailbox_cursor",
        sa.Column("mailbox_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("record_cursor", sa.Integer(), nullable=False),
        sa.Column("outlook_cursor", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_mailbox_cursor_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mailbox_id", "kind", name=op.f("pk_mailbox_cursor")),
    )
    op.create_table(
        "mapping",
        sa.Column("profile_id", sa.String(length=36), nullable=False),
        sa.Column("field_id", sa.String(length=80), nullable=False),
        sa.Column("direction", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name=op.f("fk_mapping_profile_id")),
        sa.PrimaryKeyConstraint("profile_id", "field_id", name=op.f("pk_mapping")),
    )
    op.create_table(
        "profile_version",
        sa.Column("profile_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("published_by", sa.String(length=36), nullable=True),
        sa.Column("directions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name=op.f("fk_profile_version_profile_id")),
        sa.ForeignKeyConstraint(["published_by"], ["principal.id"], name=op.f("fk_profile_version_published_by")),
        sa.PrimaryKeyConstraint("profile_id", "number", name=op.f("pk_profile_version")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("mailbox_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("configuration", sa.String(length=10), nullable=False),
        sa.Column("kinds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("release_held", sa.Boolean(), nullable=False),
        sa.Column("process", sa.String(length=120), nullable=False),
        sa.Column("profile_version", sa.Integer(), nullable=True),
        sa.Column("started_by", sa.String(length=36), nullable=True),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("phases", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("error_remedy", sa.Text(), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_run_mailbox_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["started_by"], ["principal.id"], name=op.f("fk_run_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index("ix_run_mailbox_id_id", ["mailbox_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_run_state"), ["state"], unique=False)

    op.create_table(
        "lost_value",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("field_id", sa.String(length=80), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("value_box", sa.LargeBinary(), nullable=False),
        sa.Column("lost_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_lost_value_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lost_value")),
    )
    with op.batch_alter_table("lost_value", schema=None) as batch_op:
        batch_op.create_index("ix_lost_value_record_id", ["record_id"], unique=False)

    op.create_table(
        "operation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("mailbox_id", sa.String(length=36), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("link_id", sa.String(length=36), nullable=True),
        sa.Column("record_id", sa.String(length=36), nullable=True),
        sa.Column("record_version", sa.Integer(), nullable=True),
        sa.Column("href", sa.String(length=1000), nullable=True),
        sa.Column("item_key", sa.String(length=36), nullable=True),
        sa.Column("expect", sa.String(length=500), nullable=True),
        sa.Column("fields", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("crm_seen", sa.LargeBinary(), nullable=True),
        sa.Column("outlook_seen", sa.LargeBinary(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_operation_mailbox_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_operation_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
        sa.UniqueConstraint("run_id", "ordinal", name=op.f("uq_operation_run_id_ordinal")),
    )
    with op.batch_alter_table("operation", schema=None) as batch_op:
        batch_op.create_index("ix_operation_mailbox_id_state", ["mailbox_id", "state"], unique=False)

    op.create_table(
        "run_event",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_event_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "seq", name=op.f("pk_run_event")),
    )


def downgrade() -> None:
    op.drop_table("run_event")
    with op.batch_alter_table("operation", schema=None) as batch_op:
        batch_op.drop_index("ix_operation_mailbox_id_state")

    op.drop_table("operation")
    with op.batch_alter_table("lost_value", schema=None) as batch_op:
        batch_op.drop_index("ix_lost_value_record_id")

    op.drop_table("lost_value")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_state"))
        batch_op.drop_index("ix_run_mailbox_id_id")

    op.drop_table("run")
    op.drop_table("profile_version")
    op.drop_table("mapping")
    op.drop_table("mailbox_cursor")
    op.drop_table("link")
    op.drop_table("token")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_version")

    op.drop_table("task")
    op.drop_table("session")
    with op.batch_alter_table("serviceappointment", schema=None) as batch_op:
        batch_op.drop_index("ix_serviceappointment_version")

    op.drop_table("serviceappointment")
    with op.batch_alter_table("recurringappointmentmaster", schema=None) as batch_op:
        batch_op.drop_index("ix_recurringappointmentmaster_version")

    op.drop_table("recurringappointmentmaster")
    op.drop_table("profile")
    with op.batch_alter_table("phonecall", schema=None) as batch_op:
        batch_op.drop_index("ix_phonecall_version")

    op.drop_table("phonecall")
    with op.batch_alter_table("mailbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailbox_principal_id"))

    op.drop_table("mailbox")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index("ix_letter_version")

    op.drop_table("letter")
    with op.batch_alter_table("fax", schema=None) as batch_op:
        batch_op.drop_index("ix_fax_version")

    op.drop_table("fax")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_version")
        batch_op.drop_index("ix_contact_owner_version")

    op.drop_table("contact")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index("ix_appointment_version")

    op.drop_table("appointment")
    with op.batch_alter_table("record_deletion", schema=None) as batch_op:
        batch_op.drop_index("ix_record_deletion_kind_version")

    op.drop_table("record_deletion")
    op.drop_table("record_clock")
    op.drop_table("principal")
