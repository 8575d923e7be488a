"""Records and items that stay out of a mailbox's sync for good."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, insert, or_, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.incoming import OptOuts
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.repo.list_query import listing
from fieldsync.db.sync_tables import OptOut
from fieldsync.db.tables import Link
from fieldsync.ids import new_id

table = table_of(OptOut)
LISTING = listing("optOuts", table, guarded=frozenset({"subject"}))
_links = table_of(Link)


_in_force = select(table.c.record_id, table.c.uid).where(
    table.c.mailbox_id == bindparam("mailbox_id"), table.c.kind == bindparam("kind")
)


def in_force(connection: Connection, mailbox_id: str, kind: RecordKind) -> OptOuts:
    """What is opted out of a mailbox; of a linked pair both ends, whichever was named."""
    rows = connection.execute(_in_force, {"mailbox_id": mailbox_id, "kind": kind.value}).all()
    if not rows:
        return OptOuts()
    records = {row.record_id for row in rows if row.record_id}
    uids = {row.uid for row in rows if row.uid}
    linked = connection.execute(
        select(_links.c.record_id, _links.c.uid).where(
            _links.c.mailbox_id == mailbox_id,
            _links.c.kind == kind.value,
            or_(_links.c.record_id.in_(sorted(records)), _links.c.uid.in_(sorted(uids))),
        )
    ).all()
    return OptOuts(
        frozenset(records | {record_id for record_id, _ in linked}), frozenset(uids | {uid for _, uid in linked if uid})
    )


def listed(visible: ColumnElement[bool]) -> Select[Any]:
    """Opt-outs that may be seen."""
    return select(table).where(visible)


def find(connection: Connection, visible: ColumnElement[bool], opt_out_id: str) -> Any | None:
    return connection.execute(select(table).where(visible, table.c.id == opt_out_id)).one_or_none()


def same(connection: Connection, mailbox_id: str, kind: RecordKind, record_id: str | None, uid: str | None) -> Any:
    """The opt-out that names this record or this item already, or None."""
    named = [
        column == value for column, value in ((table.c.record_id, record_id), (table.c.uid, uid)) if value is not None
    ]
    wanted = select(table).where(table.c.mailbox_id == mailbox_id, table.c.kind == kind.value, or_(*named))
    return connection.execute(wanted.order_by(table.c.id).limit(1)).one_or_none()


def pair_of(
    connection: Connection, mailbox_id: str, kind: RecordKind, record_id: str | None, uid: str | None
) -> tuple[str | None, str | None]:
    """Record and UID of the link that has one of them; what is not known of it stays as given."""
    named = _links.c.record_id == record_id if record_id is not None else _links.c.uid == uid
    row = connection.execute(
        select(_links.c.record_id, _links.c.uid).where(
            _links.c.mailbox_id == mailbox_id, _links.c.kind == kind.value, named
        )
    ).first()
    return (record_id, uid) if row is None else (row.record_id, row.uid or uid)


def add(
    connection: Connection,
    mailbox_id: str,
    kind: RecordKind,
    *,
    record_id: str | None,
    uid: str | None,
    subject: str,
    principal_id: str | None,
    now: datetime,
) -> str:
    """Store an opt-out; its id."""
    opt_out_id = new_id()
    connection.execute(
        insert(table).values(
            id=opt_out_id,
            mailbox_id=mailbox_id,
            kind=kind.value,
            record_id=record_id,
            uid=uid,
            subject=subject,
            principal_id=principal_id,
            since=now,
        )
    )
    return opt_out_id


def remove(connection: Connection, opt_out_id: str) -> None:
    connection.execute(delete(table).where(table.c.id == opt_out_id))


def learn_uids(connection: Connection, mailbox_id: str) -> None:
    """Before the links of a mailbox are forgotten: note the UIDs of the items whose records are opted out."""
    rows = connection.execute(
        select(table.c.id, table.c.kind, _links.c.uid)
        .join(
            _links,
            (_links.c.mailbox_id == table.c.mailbox_id)
            & (_links.c.kind == table.c.kind)
            & (_links.c.record_id == table.c.record_id),
        )
        .where(table.c.mailbox_id == mailbox_id, table.c.uid.is_(None), _links.c.uid.is_not(None))
    ).all()
    for opt_out_id, uid in _new_ones(connection, mailbox_id, rows):
        connection.execute(update(table).where(table.c.id == opt_out_id).values(uid=uid))


def _new_ones(connection: Connection, mailbox_id: str, rows: Iterable[Any]) -> list[tuple[str, str]]:
    wanted = select(table.c.kind, table.c.uid).where(table.c.mailbox_id == mailbox_id, table.c.uid.is_not(None))
    known = {tuple(row) for row in connection.execute(wanted)}
    found: list[tuple[str, str]] = []
    for row in rows:
        if (row.kind, row.uid) not in known:
            known.add((row.kind, row.uid))
            found.append((row.id, row.uid))
    return found
