"""Mailboxes as the pages show them; the engine's lease and cursors are written elsewhere."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from fieldsync.core.runs import RunMode, RunState, SyncMethod
from fieldsync.core.schedule import MailboxHealth
from fieldsync.core.values import RecordKind, Store
from fieldsync.db.columns import table_of
from fieldsync.db.questions import Question, Rows
from fieldsync.db.repo import conflicts, dead_letters, held_deletions, links, match_reviews, opt_outs, sync_filters
from fieldsync.db.repo.list_query import listing
from fieldsync.db.repo.standing import rights_version_now
from fieldsync.db.tables import Link, Mailbox, MailboxCursor, Operation, Principal, Run
from fieldsync.errors import AlreadyConnected

table = table_of(Mailbox)
LISTING = listing(
    "mailboxes",
    table,
    cycles_enabled=table.c.due_at.is_not(None),
    next_due_at=case((table.c.stopped_at.is_(None), table.c.due_at)),
    health=case(
        (table.c.stopped_at.is_not(None), MailboxHealth.STOPPED.value),
        (table.c.failures > 0, MailboxHealth.RETRYING.value),
        else_=MailboxHealth.HEALTHY.value,
    ),
)
_link = table_of(Link)
_run = table_of(Run)
_principal = table_of(Principal)
_shown = (
    table.c.id,
    table.c.principal_id,
    table.c.name,
    table.c.contacts_url,
    table.c.user_name,
    table.c.sync_method,
    table.c.on_record_deleted,
    table.c.on_item_deleted,
    table.c.calendar_url,
    table.c.tasks_url,
    table.c.time_zone,
    table.c.addresses,
    table.c.due_at,
    table.c.interval_seconds,
    table.c.failures,
    table.c.last_success_at,
    table.c.stopped_at,
    table.c.stopped,
)
NOBODY_SYNCHRONIZES = SyncMethod.NONE.value
ACTIVE = (RunState.QUEUED.value, RunState.RUNNING.value)


def listed(visible: ColumnElement[bool]) -> Select[Any]:
    """Mailboxes that may be seen."""
    return select(*list(_shown)).where(visible)


def by_ids(connection: Connection, visible: ColumnElement[bool], ids: Collection[str]) -> dict[str, Any]:
    return {row.id: row for row in connection.execute(select(*_shown).where(visible, table.c.id.in_(ids)))}


def find(connection: Connection, visible: ColumnElement[bool], text: str) -> list[Any]:
    """Mailboxes with this id, this name, or whose owner or mail user has this user name."""
    wanted = (
        select(*_shown)
        .join(_principal, _principal.c.id == table.c.principal_id)
        .where(
            visible,
            or_(
                table.c.id == text,
                table.c.name == text,
                table.c.user_name == text,
                _principal.c.user_name == text,
            ),
        )
        .order_by(table.c.id)
    )
    return list(connection.execute(wanted))


def sealed_password(connection: Connection, mailbox_id: str) -> bytes:
    return connection.execute(select(table.c.password_box).where(table.c.id == mailbox_id)).scalar_one()


METHODS = Question(
    select(table.c.sync_method, rights_version_now())
    .select_from(_principal.outerjoin(table, table.c.principal_id == _principal.c.id))
    .where(_principal.c.id == bindparam("principal", None, String))
)
"""The sync methods of a principal's mailboxes, None for one that has no mailbox, each with ``rights_version``."""


def is_silent(methods: Rows) -> bool | None:
    """Whether none of the principal's mailboxes is synchronized; None if there is no such principal."""
    if not methods:
        return None
    known = [method for method, _ in methods.plain if method is not None]
    return bool(known) and all(method == NOBODY_SYNCHRONIZES for method in known)


def taken(
    connection: Connection, urls: Mapping[Store, str | None], user_name: str, but: str | None = None
) -> Store | None:
    """The first of these collections that a mailbox other than ``but`` has with this sign-in; None if all are free."""
    stored = (table.c.contacts_url, table.c.calendar_url, table.c.tasks_url)
    for store, url in urls.items():
        if url is None:
            continue
        same = or_(*(column == url for column in stored))
        if connection.scalar(select(table.c.id).where(same, table.c.user_name == user_name, table.c.id != (but or ""))):
            return store
    return None


def of_principal(connection: Connection, principal_id: str) -> list[Any]:
    """A principal's mailboxes, oldest first, as far as they tell who it is: user_name, addresses, time_zone."""
    wanted = select(table.c.user_name, table.c.addresses, table.c.time_zone)
    return list(connection.execute(wanted.where(table.c.principal_id == principal_id).order_by(table.c.id)))


def addresses_of_older(connection: Connection, principal_id: str, mailbox_id: str) -> set[str]:
    """The mail addresses of a principal's mailboxes with a calendar that were there before this one."""
    before = (table.c.principal_id == principal_id, table.c.id < mailbox_id, table.c.calendar_url.is_not(None))
    return {one for held in connection.scalars(select(table.c.addresses).where(*before)) for one in held or ()}


def insert_mailbox(connection: Connection, **values: Any) -> None:
    """Store a mailbox; with the first one its user gets the default filters (F4). Raises AlreadyConnected."""
    is_first = (
        connection.scalar(select(table.c.id).where(table.c.principal_id == values["principal_id"]).limit(1)) is None
    )
    try:
        connection.execute(insert(table).values(fence=0, **values))
    except IntegrityError as error:
        raise AlreadyConnected(path=("contactsUrl",)) from error
    if is_first:
        sync_filters.copy_templates(connection, values["principal_id"], values["created_at"])


def update_mailbox(connection: Connection, mailbox_id: str, **values: Any) -> None:
    """Change these columns; raises AlreadyConnected."""
    try:
        connection.execute(update(table).where(table.c.id == mailbox_id).values(**values))
    except IntegrityError as error:
        raise AlreadyConnected(path=("contactsUrl",)) from error


def forget_collections(connection: Connection, mailbox_id: str, kinds: Collection[RecordKind]) -> None:
    """Detach links, drop cursors and unfinished operations of these kinds: the mailbox now means other collections.

    Kept as they were, they would make every item of the former collection look deleted.
    """
    names = [kind.value for kind in kinds]
    cursor, operation = table_of(MailboxCursor), table_of(Operation)
    opt_outs.learn_uids(connection, mailbox_id)
    links.detach(connection, mailbox_id, kinds)
    match_reviews.forget(connection, mailbox_id, kinds)
    connection.execute(delete(cursor).where(cursor.c.mailbox_id == mailbox_id, cursor.c.kind.in_(names)))
    dead_letters.forget(connection, mailbox_id, kinds)
    held_deletions.forget(connection, mailbox_id, kinds)
    conflicts.close_of_mailbox(connection, mailbox_id, kinds)
    connection.execute(
        update(operation)
        .where(
            operation.c.mailbox_id == mailbox_id,
            operation.c.kind.in_(names),
            operation.c.state.in_(("INTENDED", "HELD")),
        )
        .values(state="SKIPPED", message="The mailbox was connected to another collection.")
    )


def linked_counts(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    """How many links each mailbox has."""
    wanted = (
        select(_link.c.mailbox_id, func.count())
        .where(_link.c.mailbox_id.in_(ids), _link.c.state == "LINKED")
        .group_by(_link.c.mailbox_id)
    )
    return {row[0]: row[1] for row in connection.execute(wanted)}


def active_runs(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """The run under way of each mailbox that has one."""
    wanted = select(_run.c.mailbox_id, _run.c.id).where(_run.c.mailbox_id.in_(ids), _run.c.state.in_(ACTIVE))
    return {row[0]: row[1] for row in connection.execute(wanted)}


def last_runs(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """The newest run of each mailbox."""
    wanted = (
        select(_run.c.mailbox_id, func.max(_run.c.id).label("newest"))
        .where(_run.c.mailbox_id.in_(ids))
        .group_by(_run.c.mailbox_id)
    )
    return {row.mailbox_id: row.newest for row in connection.execute(wanted)}


def failures(connection: Connection, ids: Collection[str]) -> dict[str, Any]:
    """The last run that came to an end by itself of each mailbox, where that run failed.

    Previews count too: what stops them, stops the others.
    """
    newest = (
        select(func.max(_run.c.id))
        .where(
            _run.c.mailbox_id.in_(ids),
            _run.c.state.in_((RunState.SUCCEEDED.value, RunState.FAILED.value)),
            _run.c.mode.in_([mode.value for mode in RunMode]),
        )
        .group_by(_run.c.mailbox_id)
    )
    wanted = select(
        _run.c.mailbox_id, _run.c.error_code, _run.c.error_message, _run.c.error_remedy, _run.c.finished_at
    ).where(_run.c.id.in_(newest), _run.c.state == RunState.FAILED.value)
    return {row.mailbox_id: row for row in connection.execute(wanted)}


_lock = select(table.c.id).where(table.c.id == bindparam("mailbox_id")).with_for_update()


def lock(connection: Connection, mailbox_id: str) -> None:
    """Keep other writers off a mailbox until the transaction ends."""
    connection.execute(_lock, {"mailbox_id": mailbox_id})


def owner_and_urls(connection: Connection) -> list[Any]:
    """Every mailbox with the user name of its owner, for `demo info`."""
    wanted = select(*_shown, _principal.c.user_name.label("owner")).join(
        _principal, _principal.c.id == table.c.principal_id
    )
    return list(connection.execute(wanted.order_by(table.c.id)))


def values_for_new(
    *, principal_id: str, name: str, contacts_url: str, user_name: str, password_box: bytes, now: datetime
) -> dict[str, Any]:
    """Columns of a mailbox just connected; deletions go by the matrix until somebody chooses otherwise."""
    return {
        "principal_id": principal_id,
        "name": name,
        "contacts_url": contacts_url,
        "user_name": user_name,
        "password_box": password_box,
        "sync_method": "SERVER_SIDE",
        "on_record_deleted": "MATRIX",
        "on_item_deleted": "MATRIX",
        "created_at": now,
    }
