"""Scope: what a cursor was handled under, records that came in, and the filters that everybody begins with."""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MINE = {"attribute": "ownerid", "operator": "IS_ME", "value": ""}
_ACTIVE = {"attribute": "statecode", "operator": "EQUALS", "value": "0"}
_RECENT = {"attribute": "modifiedon", "operator": "LAST_DAYS", "value": "14"}
_CONTACTS = {"joint": "ALL", "rows": [_MINE, _ACTIVE]}
_MEETINGS = {"joint": "ANY", "rows": [{"attribute": "participants", "operator": "IS_ME", "value": ""}, _MINE]}
# What was done lately stays for two weeks, so that the mailbox is told of it before the task is left alone.
_TASKS = {"joint": "ALL", "rows": [_MINE], "groups": [{"joint": "ANY", "rows": [_ACTIVE, _RECENT]}]}
_TEMPLATES = {
    "CONTACT": ("My active contacts", _CONTACTS),
    "APPOINTMENT": ("My appointments", _MEETINGS),
    "RECURRING_APPOINTMENT": ("My recurring appointments", _MEETINGS),
    "SERVICE_ACTIVITY": ("My service activities", _MEETINGS),
    "TASK": ("My open tasks", _TASKS),
    "PHONE_CALL": ("My open phone calls", _TASKS),
    "LETTER": ("My open letters", _TASKS),
    "FAX": ("My open faxes", _TASKS),
}

_filter = sa.table(
    "sync_filter",
    sa.column("id", sa.String),
    sa.column("scope", sa.String),
    sa.column("principal_id", sa.String),
    sa.column("kind", sa.String),
    sa.column("name", sa.String),
    sa.column("is_active", sa.Boolean),
    sa.column("excludes", sa.Boolean),
    sa.column("definition", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
    sa.column("template_id", sa.String),
    sa.column("template_revision", sa.Integer),
    sa.column("revision", sa.Integer),
    sa.column("changed_at", sa.DateTime),
)
_mailbox = sa.table("mailbox", sa.column("principal_id", sa.String))


def upgrade() -> None:
    with op.batch_alter_table("mailbox_cursor", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scope", sa.String(length=32), nullable=True))
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("came_in", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index(
            "ix_link_came_in",
            ["mailbox_id", "kind"],
            unique=False,
            sqlite_where=sa.text("came_in = 1"),
            postgresql_where=sa.text("came_in"),
        )
    now = datetime.now(UTC).replace(tzinfo=None)
    usual = {"is_active": True, "excludes": False, "revision": 1, "changed_at": now}
    templates = [
        usual
        | {
            "id": f"template-{kind.lower().replace('_', '-')}",
            "scope": "TEMPLATE",
            "principal_id": None,
            "kind": kind,
            "name": name,
            "definition": definition,
            "template_id": None,
            "template_revision": None,
        }
        for kind, (name, definition) in _TEMPLATES.items()
    ]
    op.bulk_insert(_filter, templates)
    # Whoever has a mailbox goes on as before: for contacts, the default is what held for everybody until now.
    people = op.get_bind().execute(sa.select(_mailbox.c.principal_id).distinct()).scalars().all()
    op.bulk_insert(
        _filter,
        [
            template
            | {
                "id": str(uuid4()),
                "scope": "USER",
                "principal_id": person,
                "template_id": template["id"],
                "template_revision": 1,
            }
            for person in people
            for template in templates
        ],
    )


def downgrade() -> None:
    op.execute("DELETE FROM sync_filter")
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index("ix_link_came_in")
        batch_op.drop_column("came_in")
    with op.batch_alter_table("mailbox_cursor", schema=None) as batch_op:
        batch_op.drop_column("scope")
