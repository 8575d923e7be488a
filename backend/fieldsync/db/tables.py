"""All other tables: principals, profiles, mailboxes, links and runs.

Choices are stored as the names of their Enum members. Rows are read as Core rows; the classes define
the tables and validate at the edges.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from fieldsync.db import accounts, records, rights, sync_tables  # noqa: F401 - their tables are part of the same metadata
from fieldsync.db.columns import JsonColumn, UtcDateTime

metadata = SQLModel.metadata


class Principal(SQLModel, table=True):
    """A user or a team. Users sign in, own mailboxes and have managers; ``password`` is an argon2 hash.

    Teams have no user name; a unit's default team (``is_default_team``) has all its users as members.
    """

    __table_args__ = (Index("ix_principal_unit_id", "unit_id"), Index("ix_principal_manager_id", "manager_id"))

    id: str = Field(primary_key=True, max_length=36)
    kind: str = Field(max_length=12)
    user_name: str | None = Field(default=None, max_length=100, unique=True)
    name: str = Field(max_length=200)
    role: str = Field(max_length=24)
    password: str | None = Field(default=None, max_length=200)
    unit_id: str = Field(foreign_key="business_unit.id", max_length=36)
    manager_id: str | None = Field(default=None, foreign_key="principal.id", max_length=36)
    is_disabled: bool = False
    is_default_team: bool = False
    revision: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)


class Session(SQLModel, table=True):
    """A signed-in browser; ``digest`` is of the cookie's secret, which is renewed while ``id`` stays.

    ``previous_digest`` is of the secret before, which holds for a moment after ``renewed_at`` so that requests
    under way do not fail. ``last_used_at`` is kept to the minute.
    """

    __table_args__ = (UniqueConstraint("id"), Index("ix_session_principal_id", "principal_id"))

    digest: str = Field(primary_key=True, max_length=64)
    id: str = Field(max_length=36)
    principal_id: str = Field(foreign_key="principal.id", max_length=36)
    previous_digest: str | None = Field(default=None, max_length=64, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    renewed_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class Token(SQLModel, table=True):
    """A script's way in; ``digest`` is of the token's secret, ``last_used_at`` is kept to the minute."""

    __table_args__ = (UniqueConstraint("id"), Index("ix_token_principal_id", "principal_id"))

    digest: str = Field(primary_key=True, max_length=64)
    id: str = Field(max_length=36)
    principal_id: str = Field(foreign_key="principal.id", max_length=36)
    name: str = Field(max_length=100)
    scope: str = Field(max_length=8)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Profile(SQLModel, table=True):
    """A named set of mappings. ``revision`` counts every change of its draft, its settings and every publication.

    Among the profiles given to somebody, directly or through teams, the one of the lowest ``rank`` holds; the
    default one holds for everybody else.
    """

    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=100, unique=True)
    description: str = Field(default="", max_length=1000)
    is_default: bool = False
    revision: int = 1
    published_number: int = 1
    rank: int = 100
    secured_writes: str = Field(default="KEEP", max_length=8)
    draft_changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    draft_changed_by: str | None = Field(default=None, foreign_key="principal.id", max_length=36)


class Mapping(SQLModel, table=True):
    """The draft: one direction per field of the catalogue (``CONTACT.jobtitle``)."""

    profile_id: str = Field(primary_key=True, foreign_key="profile.id", max_length=36)
    field_id: str = Field(primary_key=True, max_length=80)
    direction: str = Field(max_length=12)
    revision: int = 1
    policy: str = Field(default="CRM_LEADS", max_length=14, sa_column_kwargs={"server_default": "CRM_LEADS"})


class ProfileVersion(SQLModel, table=True):
    """A published version, never changed again: the direction of every field by its id.

    ``policies`` names the conflict policy of the fields whose policy is not the usual CRM_LEADS.
    """

    __tablename__ = "profile_version"  # pyright: ignore[reportAssignmentType]

    profile_id: str = Field(primary_key=True, foreign_key="profile.id", max_length=36)
    number: int = Field(primary_key=True)
    message: str = Field(sa_type=Text)
    published_at: datetime = Field(sa_type=UtcDateTime)
    published_by: str | None = Field(default=None, foreign_key="principal.id", max_length=36)
    directions: dict[str, str] = Field(sa_column=Column(JsonColumn, nullable=False))
    policies: dict[str, str] | None = Field(default=None, sa_column=Column(JsonColumn))


class Mailbox(SQLModel, table=True):
    """One user's store on a mail server.

    ``password_box`` is sealed. ``fence`` grows with every claim of the lease; a writer whose fence is
    no longer the mailbox's has lost the lease and must not write. The calendar and the task list may be one
    collection. ``time_zone`` (IANA) is where times without a zone are read; ``addresses`` are the owner's own mail
    addresses, which tell whose meeting it is. ``due_at`` is when the next cycle is due, ``failures`` how often in a row
    cycles failed; a mailbox with ``stopped_at`` waits for a person, ``stopped`` says why and what to do. A full compare
    is due when ``compared_at`` lies a day back.
    """

    __table_args__ = (UniqueConstraint("contacts_url", "user_name"),)

    id: str = Field(primary_key=True, max_length=36)
    principal_id: str = Field(foreign_key="principal.id", max_length=36, index=True)
    name: str = Field(max_length=200)
    contacts_url: str = Field(max_length=1000)
    user_name: str = Field(max_length=320)
    password_box: bytes = Field(sa_type=LargeBinary)
    sync_method: str = Field(max_length=12)
    on_record_deleted: str = Field(max_length=8)
    on_item_deleted: str = Field(max_length=8)
    created_at: datetime = Field(sa_type=UtcDateTime)
    lease_owner: str | None = Field(default=None, max_length=120)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fence: int = 0
    calendar_url: str | None = Field(default=None, max_length=1000)
    tasks_url: str | None = Field(default=None, max_length=1000)
    time_zone: str = Field(default="UTC", max_length=64, sa_column_kwargs={"server_default": "UTC"})
    addresses: list[str] | None = Field(default=None, sa_column=Column(JsonColumn))
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    interval_seconds: int | None = None
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    last_success_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    compared_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stopped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stopped: dict[str, str] | None = Field(default=None, sa_column=Column(JsonColumn))


class MailboxCursor(SQLModel, table=True):
    """How far a mailbox is handled, per kind: a record version and the server's own mark.

    ``outlook_cursor`` None asks for a full compare. ``rights`` is a digest of the rights under which it was handled:
    when they change, everything is looked at again. ``scope`` is one of the filters, what comes in, the day where that
    matters, and whose records are within reach: when they change, it is looked what entered and left.
    """

    __tablename__ = "mailbox_cursor"  # pyright: ignore[reportAssignmentType]

    mailbox_id: str = Field(
        sa_column=Column(String(36), ForeignKey("mailbox.id", ondelete="CASCADE"), primary_key=True)
    )
    kind: str = Field(primary_key=True, max_length=24)
    record_cursor: int = 0
    outlook_cursor: str | None = Field(default=None, sa_type=Text)
    rights: str | None = Field(default=None, max_length=32)
    scope: str | None = Field(default=None, max_length=32)


class Link(SQLModel, table=True):
    """A record and an item that belong together, for one mailbox.

    ``crm_seen`` and ``outlook_seen`` are the baselines: one keyed digest of 8 bytes per field of the
    kind, in catalogue order, of what each side held when the link was last handled. ``state`` is
    LINKED, or UNLINKED with its reason: then neither end is touched, and neither is copied anew; or DETACHED,
    remembered by ``uid`` from a collection that the mailbox was connected to before. ``came_in`` says that the record
    was made from the item and has matched no filter yet: it is followed all the same.
    """

    __table_args__ = (
        UniqueConstraint("mailbox_id", "kind", "href"),
        UniqueConstraint("mailbox_id", "kind", "record_id"),
        Index("ix_link_uid", "mailbox_id", "kind", "uid"),
        # Every run asks for the few that came in, of links that may be a hundred thousand.
        Index(
            "ix_link_came_in", "mailbox_id", "kind", sqlite_where=text("came_in = 1"), postgresql_where=text("came_in")
        ),
        Index("ix_link_record_id", "record_id"),
    )

    id: str = Field(primary_key=True, max_length=36)
    mailbox_id: str = Field(sa_column=Column(String(36), ForeignKey("mailbox.id", ondelete="CASCADE"), nullable=False))
    kind: str = Field(max_length=24)
    record_id: str = Field(max_length=36)
    href: str = Field(max_length=1000)
    record_version: int
    item_version: str = Field(max_length=500)
    crm_seen: bytes = Field(sa_type=LargeBinary)
    outlook_seen: bytes = Field(sa_type=LargeBinary)
    state: str = Field(max_length=10)
    reason: str | None = Field(default=None, max_length=40)
    uid: str | None = Field(default=None, max_length=500)
    came_in: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Run(SQLModel, table=True):
    """One execution of the sync of a mailbox. ``counts`` and ``phases`` are kept as the page shows them.

    ``process`` is the process that is to carry it out (``leases.owner_name``).
    """

    __table_args__ = (Index("ix_run_mailbox_id_id", "mailbox_id", "id"),)

    id: str = Field(primary_key=True, max_length=36)
    mailbox_id: str = Field(sa_column=Column(String(36), ForeignKey("mailbox.id", ondelete="CASCADE"), nullable=False))
    state: str = Field(max_length=12, index=True)
    mode: str = Field(max_length=8)
    configuration: str = Field(max_length=10)
    kinds: list[str] = Field(sa_column=Column(JsonColumn, nullable=False))
    release_held: bool = False
    process: str = Field(max_length=120)
    profile_version: int | None = None
    started_by: str | None = Field(default=None, foreign_key="principal.id", max_length=36)
    queued_at: datetime = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    requests: int = 0
    counts: dict[str, int] = Field(sa_column=Column(JsonColumn, nullable=False))
    phases: list[dict[str, Any]] = Field(sa_column=Column(JsonColumn, nullable=False))
    error_code: str | None = Field(default=None, max_length=40)
    error_message: str | None = Field(default=None, sa_type=Text)
    error_remedy: str | None = Field(default=None, sa_type=Text)
    cancel_requested: bool = False
    last_seq: int = 0
    undoes: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn))


class RunEvent(SQLModel, table=True):
    """One numbered line of a run; ``body`` is the event as the API tells it."""

    __tablename__ = "run_event"  # pyright: ignore[reportAssignmentType]

    run_id: str = Field(sa_column=Column(String(36), ForeignKey("run.id", ondelete="CASCADE"), primary_key=True))
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    body: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))


class Operation(SQLModel, table=True):
    """One write with its preconditions, recorded before it is sent and closed with its outcome.

    ``fields`` are the positions it writes. ``crm_seen`` and ``outlook_seen`` are the baselines that
    hold once it is applied; after a crash they tell whether it was. ``href`` and ``item_key`` find the
    item, ``expect`` is the version that the target must still have. ``mailed`` are the people whom the mail server may
    write to because of it.
    """

    __table_args__ = (
        UniqueConstraint("run_id", "ordinal"),
        Index("ix_operation_mailbox_id_state", "mailbox_id", "state"),
    )

    id: str = Field(primary_key=True, max_length=36)
    run_id: str = Field(sa_column=Column(String(36), ForeignKey("run.id", ondelete="CASCADE"), nullable=False))
    mailbox_id: str = Field(sa_column=Column(String(36), ForeignKey("mailbox.id", ondelete="CASCADE"), nullable=False))
    ordinal: int
    kind: str = Field(max_length=24)
    action: str = Field(max_length=16)
    state: str = Field(max_length=10)
    subject: str = Field(max_length=400)
    link_id: str | None = Field(default=None, max_length=36)
    record_id: str | None = Field(default=None, max_length=36)
    record_version: int | None = None
    href: str | None = Field(default=None, max_length=1000)
    item_key: str | None = Field(default=None, max_length=36)
    expect: str | None = Field(default=None, max_length=500)
    fields: list[int] = Field(sa_column=Column(JsonColumn, nullable=False))
    crm_seen: bytes | None = Field(default=None, sa_type=LargeBinary)
    outlook_seen: bytes | None = Field(default=None, sa_type=LargeBinary)
    message: str | None = Field(default=None, sa_type=Text)
    mailed: list[str] | None = Field(default=None, sa_column=Column(JsonColumn))


class LostValue(SQLModel, table=True):
    """A value that a conflict or an overwrite put aside; ``value_box`` is sealed, so nothing is lost."""

    __tablename__ = "lost_value"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_lost_value_record_id", "record_id"),
        Index("ix_lost_value_mailbox_id_id", "mailbox_id", "id"),
    )

    id: str = Field(primary_key=True, max_length=36)
    run_id: str = Field(sa_column=Column(String(36), ForeignKey("run.id", ondelete="CASCADE"), nullable=False))
    record_id: str = Field(max_length=36)
    field_id: str = Field(max_length=80)
    side: str = Field(max_length=8)
    value_box: bytes = Field(sa_type=LargeBinary)
    lost_at: datetime = Field(sa_type=UtcDateTime)
    mailbox_id: str | None = Field(default=None, max_length=36)
    kind: str | None = Field(default=None, max_length=24)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    restored_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
