"""Conflicts that a person is to decide: what the engine stores of them and reads again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.conflicts import ConflictChoice, ConflictState
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.repo.list_query import listing
from fieldsync.db.sync_tables import ConflictRow

table = table_of(ConflictRow)
LISTING = listing("conflicts", table, guarded=frozenset({"subject", "record_id"}), newest_first=True)
WAITING = (ConflictState.OPEN.value, ConflictState.RESOLVED.value)
_CHUNK = 500
_waiting = select(table.c.link_id, table.c.record_id, table.c.field_id, table.c.state).where(
    table.c.mailbox_id == bindparam("mailbox_id"), table.c.kind == bindparam("kind"), table.c.state.in_(WAITING)
)


def due(connection: Connection, mailbox_id: str, kind: RecordKind, asking: Collection[str]) -> set[str]:
    """The records to look at although nothing moved: somebody decided, or the field's policy asks nobody any more.

    ``asking`` are the ids of the fields whose conflicts a person decides.
    """
    rows = connection.execute(_waiting, {"mailbox_id": mailbox_id, "kind": kind.value})
    return {row.record_id for row in rows if row.state == ConflictState.RESOLVED.value or row.field_id not in asking}


def waiting(connection: Connection, link_ids: Sequence[str]) -> list[Any]:
    """The conflicts of these links that wait for a person or for a run, sealed."""
    found: list[Any] = []
    for start in range(0, len(link_ids), _CHUNK):
        wanted = table.c.link_id.in_(link_ids[start : start + _CHUNK])
        found.extend(connection.execute(select(table).where(wanted, table.c.state.in_(WAITING))))
    return found


def insert_many(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new conflicts; each takes the place of an ended one of the same field, if there is one."""
    for row in rows:
        connection.execute(delete(table).where(table.c.link_id == row["link_id"], table.c.field_id == row["field_id"]))
    if rows:
        connection.execute(insert(table), list(rows))


def reopen(connection: Connection, conflict_id: str, **values: Any) -> None:
    """Store what the sides hold by now; whatever was decided is decided no more."""
    connection.execute(
        update(table)
        .where(table.c.id == conflict_id)
        .values(
            state=ConflictState.OPEN.value,
            choice=None,
            value_box=None,
            resolved_at=None,
            resolved_by=None,
            revision=table.c.revision + 1,
            **values,
        )
    )


def resolve(
    connection: Connection,
    conflict_id: str,
    choice: ConflictChoice,
    value_box: bytes | None,
    now: datetime,
    principal_id: str | None,
) -> None:
    """Store what somebody decided, for the next run to carry out."""
    connection.execute(
        update(table)
        .where(table.c.id == conflict_id)
        .values(
            state=ConflictState.RESOLVED.value,
            choice=choice.value,
            value_box=value_box,
            resolved_at=now,
            resolved_by=principal_id,
            revision=table.c.revision + 1,
        )
    )


def close(connection: Connection, closed: Mapping[str, ConflictState]) -> None:
    """End conflicts: carried out, or gone by themselves."""
    for conflict_id, state in closed.items():
        connection.execute(update(table).where(table.c.id == conflict_id).values(state=state.value))


_close_of_link = (
    update(table)
    .where(table.c.link_id == bindparam("which"), table.c.state.in_(WAITING))
    .values(state=ConflictState.GONE.value)
)


def close_of_link(connection: Connection, link_id: str) -> None:
    """A pair that is no longer followed has no conflicts."""
    connection.execute(_close_of_link, {"which": link_id})


def close_of_fields(connection: Connection, link_id: str, field_ids: Collection[str]) -> None:
    """These fields of a pair are settled otherwise."""
    here = (table.c.link_id == link_id, table.c.field_id.in_(field_ids), table.c.state.in_(WAITING))
    connection.execute(update(table).where(*here).values(state=ConflictState.GONE.value))


def close_of_mailbox(connection: Connection, mailbox_id: str, kinds: Collection[RecordKind]) -> None:
    """The mailbox means other collections for these kinds now."""
    names = [kind.value for kind in kinds]
    waiting_here = (table.c.mailbox_id == mailbox_id, table.c.kind.in_(names), table.c.state.in_(WAITING))
    connection.execute(update(table).where(*waiting_here).values(state=ConflictState.GONE.value))


def purge(connection: Connection, before: datetime) -> None:
    """Drop conflicts that ended and were found before this time."""
    ended = table.c.state.in_((ConflictState.SETTLED.value, ConflictState.GONE.value))
    connection.execute(delete(table).where(ended, table.c.found_at < before))


def listed(visible: ColumnElement[bool]) -> Select[Any]:
    """Conflicts that may be seen."""
    return select(table).where(visible)


def by_id(connection: Connection, visible: ColumnElement[bool], conflict_id: str, *, lock: bool = False) -> Any:
    wanted = select(table).where(visible, table.c.id == conflict_id)
    return connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
