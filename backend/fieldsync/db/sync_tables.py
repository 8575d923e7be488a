"""The tables of the sync engine beside links and runs: what is in scope, what waits for a person, what can be put back.

Contents (values, bodies) are only stored sealed (``*_box``); choices are stored as the names of their Enum members.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from fieldsync.db.columns import JsonColumn, UtcDateTime


def _of_mailbox() -> Any:
    return Column(String(36), ForeignKey("mailbox.id", ondelete="CASCADE"), nullable=False)


class SyncSettings(SQLModel, table=True):
    """What holds for every mailbox: one row, made with the table.

    ``brake_count`` and ``brake_share`` (percent) are the deletions that one run may carry out unasked: more than both
    is held. ``edit_against_delete`` is EDIT_WINS or DELETE_WINS. ``newest_guard_seconds`` is how far two edits must lie
    apart before their times decide a conflict. Days say how long what was put aside is kept; intervals are seconds
    between two cycles of a mailbox. ``invitations`` is NEVER or ORGANIZER: whether a meeting written by its organizer's
    mailbox may make the mail server send mail.
    """

    __tablename__ = "sync_settings"  # pyright: ignore[reportAssignmentType]

    id: int = Field(primary_key=True)
    brake_count: int = 10
    brake_share: int = 20
    edit_against_delete: str = Field(default="EDIT_WINS", max_length=12)
    newest_guard_seconds: int = 120
    history_days: int = 90
    quarantine_days: int = 30
    journal_days: int = 90
    shortest_interval: int = 60
    longest_interval: int = 900
    dead_after: int = 10
    invitations: str = Field(default="NEVER", max_length=10)
    revision: int = 1


class DeletionRow(SQLModel, table=True):
    """One cell of the deletion matrix that differs from the default: what a deletion does on the other side.

    ``cell`` names kind, side, owner, organizer, date and state as ``core/deletes.py`` spells them; ``outcome`` is
    DELETE, UNLINK, or what else that module knows.
    """

    __tablename__ = "deletion_rule"  # pyright: ignore[reportAssignmentType]

    cell: str = Field(primary_key=True, max_length=120)
    outcome: str = Field(max_length=12)


class SyncFilter(SQLModel, table=True):
    """Which records of a kind travel to a mailbox: rows of field, operator and value in AND/OR groups.

    ``scope`` is USER (of ``principal_id``), ORGANIZATION (holds for everybody) or TEMPLATE (copied to those who get a
    mailbox). Active filters of a kind add up; one with ``excludes`` takes away. A copy knows its template and the
    revision it was copied at, so that drift can be told.
    """

    __tablename__ = "sync_filter"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_sync_filter_principal_id_kind", "principal_id", "kind"),)

    id: str = Field(primary_key=True, max_length=36)
    scope: str = Field(max_length=12)
    principal_id: str | None = Field(
        default=None, sa_column=Column(String(36), ForeignKey("principal.id", ondelete="CASCADE"), nullable=True)
    )
    kind: str = Field(max_length=24)
    name: str = Field(max_length=100)
    is_active: bool = True
    excludes: bool = False
    definition: dict[str, Any] = Field(sa_column=Column(JsonColumn, nullable=False))
    template_id: str | None = Field(default=None, max_length=36)
    template_revision: int | None = None
    revision: int = 1
    changed_at: datetime = Field(sa_type=UtcDateTime)


class IncomingRule(SQLModel, table=True):
    """Which items of a kind become records: ALL, TRACKED (those of ``category``) or NONE; private ones only if told."""

    __tablename__ = "incoming_rule"  # pyright: ignore[reportAssignmentType]

    kind: str = Field(primary_key=True, max_length=24)
    mode: str = Field(max_length=10)
    category: str = Field(max_length=255)
    includes_private: bool = False
    revision: int = 1


class OptOut(SQLModel, table=True):
    """One record, or one item by its UID, that stays out of a mailbox's sync for good."""

    __tablename__ = "opt_out"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("mailbox_id", "kind", "record_id"),
        UniqueConstraint("mailbox_id", "kind", "uid"),
    )

    id: str = Field(primary_key=True, max_length=36)
    mailbox_id: str = Field(sa_column=_of_mailbox())
    kind: str = Field(max_length=24)
    record_id: str | None = Field(default=None, max_length=36)
    uid: str | None = Field(default=None, max_length=500)
    subject: str = Field(max_length=400)
    since: datetime = Field(sa_type=UtcDateTime)
    principal_id: str | None = Field(default=None, max_length=36)


class MatchReview(SQLModel, table=True):
    """An unlinked record or item with several candidates, waiting for a person.

    ``subject_key`` is a record's id (side CRM) or an item's href (side OUTLOOK); ``candidates`` are of the other side.
    """

    __tablename__ = "match_review"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("mailbox_id", "kind", "side", "subject_key"),)

    id: str = Field(primary_key=True, max_length=36)
    mailbox_id: str = Field(sa_column=_of_mailbox())
    kind: str = Field(max_length=24)
    side: str = Field(max_length=8)
    subject_key: str = Field(max_length=1000)
    subject: str = Field(max_length=400)
    candidates: list[dict[str, Any]] = Field(sa_column=Column(JsonColumn, nullable=False))
    reason: str = Field(max_length=40)
    state: str = Field(max_length=10)
    decision: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonColumn))
    found_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str | None = Field(default=None, max_length=36)


class ConflictRow(SQLModel, table=True):
    """Two edits of one field that a person is to decide between; ``state`` is OPEN, RESOLVED, SETTLED or GONE.

    ``choice`` is the side that was chosen, or VALUE for another one, in ``value_box``; the next run carries it out.
    ``revision`` counts the edits and the decision.
    """

    __tablename__ = "conflict"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        UniqueConstraint("link_id", "field_id"),
        Index("ix_conflict_mailbox_id_state", "mailbox_id", "state"),
    )

    id: str = Field(primary_key=True, max_length=36)
    mailbox_id: str = Field(sa_column=_of_mailbox())
    run_id: str = Field(max_length=36)
    kind: str = Field(max_length=24)
    link_id: str = Field(max_length=36)
    record_id: str = Field(max_length=36)
    field_id: str = Field(max_length=80)
    subject: str = Field(max_length=400)
    reason: str = Field(sa_type=Text)
    crm_box: bytes = Field(sa_type=LargeBinary)
    outlook_box: bytes = Field(sa_type=LargeBinary)
    state: str = Field(max_length=10)
    choice: str | None = Field(default=None, max_length=10)
    value_box: bytes | None = Field(default=None, sa_type=LargeBinary)
    found_at: datetime = Field(sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolved_by: str | None = Field(default=None, max_length=36)
    revision: int = 1


class Quarantined(SQLModel, table=True):
    """A copy of what a deletion removed on the other side, whole and sealed, until ``expires_at``."""

    __tablename__ = "quarantine"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_quarantine_mailbox_id", "mailbox_id", "id"),)

    id: str = Field(primary_key=True, max_length=36)
    mailbox_id: str = Field(sa_column=_of_mailbox())
    run_id: str = Field(max_length=36)
    kind: str = Field(max_length=24)
    side: str = Field(max_length=8)
    subject: str = Field(max_length=400)
    record_id: str = Field(max_length=36)
    owner_id: str | None = Field(default=None, max_length=36)
    href: str = Field(max_length=1000)
    body_box: bytes = Field(sa_type=LargeBinary)
    deleted_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    restored_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DeadLetter(SQLModel, table=True):
    """One record or item that failed: tried again with growing waits, dead after too many; ``state`` WAITING or DEAD.

    ``version`` is what failed: when the record or item changes, it starts anew.
    """

    __tablename__ = "dead_letter"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (UniqueConstraint("mailbox_id", "kind", "side", "subject_key"),)

    id: str = Field(primary_key=True, max_length=36)
    mailbox_id: str = Field(sa_column=_of_mailbox())
    kind: str = Field(max_length=24)
    side: str = Field(max_length=8)
    subject_key: str = Field(max_length=1000)
    subject: str = Field(max_length=400)
    record_id: str | None = Field(default=None, max_length=36)
    version: str = Field(max_length=500)
    code: str = Field(max_length=40)
    message: str = Field(sa_type=Text)
    remedy: str = Field(sa_type=Text)
    state: str = Field(max_length=10)
    attempts: int
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class JournalEntry(SQLModel, table=True):
    """What one operation changed, so that it can be undone: per field the value before and after, sealed.

    ``side`` is the side that was written; ``body_box`` seals ``{field key: [before, after]}``. An undone one names the
    run that undid it.
    """

    __tablename__ = "journal_entry"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_journal_entry_run_id", "run_id"),
        Index("ix_journal_entry_record_id", "record_id"),
        Index("ix_journal_entry_mailbox_id", "mailbox_id", "id"),
    )

    id: str = Field(primary_key=True, max_length=36)
    mailbox_id: str = Field(sa_column=_of_mailbox())
    run_id: str = Field(max_length=36)
    operation_id: str = Field(max_length=36)
    kind: str = Field(max_length=24)
    action: str = Field(max_length=16)
    side: str = Field(max_length=8)
    link_id: str | None = Field(default=None, max_length=36)
    record_id: str | None = Field(default=None, max_length=36)
    href: str | None = Field(default=None, max_length=1000)
    subject: str = Field(max_length=400)
    fields: list[int] = Field(sa_column=Column(JsonColumn, nullable=False))
    body_box: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    undone_by: str | None = Field(default=None, max_length=36)
