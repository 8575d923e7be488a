"""Dead letters of mailboxes, as the engine writes them and the pages show them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.letters import Letter, LetterKey, LetterState
from fieldsync.core.values import RecordKind, Side
from fieldsync.db.columns import table_of
from fieldsync.db.repo.list_query import listing
from fieldsync.db.sync_tables import DeadLetter

table = table_of(DeadLetter)
LISTING = listing("deadLetters", table, guarded=frozenset({"subject"}), newest_first=True)


def of_kind(connection: Connection, mailbox_id: str, kind: RecordKind) -> dict[LetterKey, Letter]:
    """All letters of a mailbox and kind."""
    rows = connection.execute(
        select(
            table.c.id,
            table.c.side,
            table.c.subject_key,
            table.c.version,
            table.c.state,
            table.c.attempts,
            table.c.next_at,
        ).where(table.c.mailbox_id == mailbox_id, table.c.kind == kind.value)
    )
    letters = [
        Letter(row[0], LetterKey(Side(row[1]), row[2]), row[3], LetterState(row[4]), row[5], row[6]) for row in rows
    ]
    return {letter.key: letter for letter in letters}


def save(connection: Connection, mailbox_id: str, kind: RecordKind, key: LetterKey, **cells: Any) -> None:
    """Write the letter of ``key``: a new one, which then wants ``id`` and ``first_at`` too, or the one there is."""
    here = and_(
        table.c.mailbox_id == mailbox_id,
        table.c.kind == kind.value,
        table.c.side == key.side.value,
        table.c.subject_key == key.subject,
    )
    again = {name: value for name, value in cells.items() if name not in ("id", "first_at")}
    if not connection.execute(update(table).where(here).values(**again)).rowcount:
        connection.execute(
            insert(table).values(
                mailbox_id=mailbox_id, kind=kind.value, side=key.side.value, subject_key=key.subject, **cells
            )
        )


def remove(connection: Connection, ids: Collection[str]) -> None:
    if ids:
        connection.execute(delete(table).where(table.c.id.in_(ids)))


def forget(connection: Connection, mailbox_id: str, kinds: Collection[RecordKind]) -> None:
    """The mailbox means other collections for these kinds now."""
    names = [kind.value for kind in kinds]
    connection.execute(delete(table).where(table.c.mailbox_id == mailbox_id, table.c.kind.in_(names)))


def retry(connection: Connection, ids: Collection[str], now: datetime) -> None:
    """Let the next run try these again, with all their attempts before them."""
    connection.execute(
        update(table).where(table.c.id.in_(ids)).values(state=LetterState.WAITING.value, attempts=0, next_at=now)
    )


def listed(visible: ColumnElement[bool]) -> Select[Any]:
    """Letters that may be seen."""
    return select(table).where(visible)


def by_ids(connection: Connection, visible: ColumnElement[bool], ids: Collection[str]) -> dict[str, Any]:
    return {row.id: row for row in connection.execute(select(table).where(visible, table.c.id.in_(ids)))}


def counts(connection: Connection, mailbox_ids: Collection[str]) -> dict[str, int]:
    """How many letters each mailbox has."""
    wanted = (
        select(table.c.mailbox_id, func.count()).where(table.c.mailbox_id.in_(mailbox_ids)).group_by(table.c.mailbox_id)
    )
    return {row[0]: row[1] for row in connection.execute(wanted)}
