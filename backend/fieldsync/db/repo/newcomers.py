"""Records that a mailbox has no item of, and meetings by the UID that they have in every mailbox."""

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection

from fieldsync.core.values import RecordKind
from fieldsync.db.repo.record_traits import UID
from fieldsync.db.repo.records import CHUNK, Scope, layout, next_version


def by_uids(connection: Connection, kind: RecordKind, uids: Collection[str]) -> dict[str, str]:
    """The records of meetings that have these UIDs, whoever may see them; nothing for kinds that have none."""
    stored, wanted, found = layout(kind).table, sorted(uids), dict[str, str]()
    if UID not in stored.c:
        return found
    for start in range(0, len(wanted), CHUNK):
        some = stored.c[UID].in_(wanted[start : start + CHUNK])
        found.update((row[0], row[1]) for row in connection.execute(select(stored.c[UID], stored.c.id).where(some)))
    return found


def outside(connection: Connection, scope: Scope, linked: Select[tuple[str]]) -> list[str]:
    """The records in scope that are not among those that have a link."""
    stored = layout(scope.kind).table
    return list(connection.scalars(select(stored.c.id).where(scope.where, stored.c.id.not_in(linked))))


def has_newcomers(connection: Connection, scope: Scope, linked: Select[tuple[str]]) -> bool:
    """Whether any record in scope is not among those that have a link."""
    stored = layout(scope.kind).table
    found = connection.execute(select(stored.c.id).where(scope.where, stored.c.id.not_in(linked)).limit(1))
    return found.first() is not None


def brought_in(connection: Connection, kind: RecordKind, uids: Collection[str]) -> set[str]:
    """Those of these UIDs that a record has; nobody adds one until this transaction ends."""
    if UID not in layout(kind).table.c or not uids:
        return set()
    next_version(connection, 0)
    return set(by_uids(connection, kind, uids))
