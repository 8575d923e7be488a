"""What is granted on single records: shares, and secured columns opened to somebody."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from fieldsync.core.access import RecordFacts
from fieldsync.core.privileges import Privilege, bits_of, rights_of
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.dialect import upsert
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.rights import ColumnGrant, RecordShare, SecuredColumn
from fieldsync.db.tables import Principal

_share = table_of(RecordShare)
_grant = table_of(ColumnGrant)
_principal = table_of(Principal)
_secured = table_of(SecuredColumn)
_CHUNK = 500


def shares_of(connection: Connection, kind: RecordKind, ids: Collection[str]) -> dict[str, list[Any]]:
    """The shares of each record: principal_id and rights (bits), in the order of the principals' ids."""
    rows = connection.execute(
        select(_share.c.record_id, _share.c.principal_id, _share.c.rights)
        .where(_share.c.kind == kind.value, _share.c.record_id.in_(ids))
        .order_by(_share.c.principal_id)
    )
    return _grouped(rows, ids)


def grants_of(connection: Connection, kind: RecordKind, ids: Collection[str]) -> dict[str, list[Any]]:
    """The columns opened on each record: attribute, principal_id, can_read, can_update."""
    rows = connection.execute(
        select(_grant.c.record_id, _grant.c.attribute, _grant.c.principal_id, _grant.c.can_read, _grant.c.can_update)
        .where(_grant.c.kind == kind.value, _grant.c.record_id.in_(ids))
        .order_by(_grant.c.attribute, _grant.c.principal_id)
    )
    return _grouped(rows, ids)


def is_secured(connection: Connection, kind: RecordKind, attribute: str) -> bool:
    """Whether a column is secured."""
    wanted = select(_secured.c.attribute).where(_secured.c.kind == kind.value, _secured.c.attribute == attribute)
    return connection.execute(wanted).first() is not None


def facts(connection: Connection, kind: RecordKind, record_id: str) -> RecordFacts | None:
    """What access to a record depends on; None if there is none."""
    return next(iter(facts_of(connection, kind, [record_id])), None)


def facts_of(
    connection: Connection, kind: RecordKind, ids: Collection[str], owner_id: str | None = None
) -> list[RecordFacts]:
    """What access to these records depends on; only of those of this owner, if one is given."""
    if len(ids) > _CHUNK:
        chunks = [list(ids)[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]
        return [facts for chunk in chunks for facts in facts_of(connection, kind, chunk, owner_id)]
    if not ids:
        return []
    table = table_of(RECORD_MODELS[kind])
    wanted = (
        select(table.c.id, table.c.owner_id, _principal.c.unit_id)
        .join(_principal, _principal.c.id == table.c.owner_id)
        .where(table.c.id.in_(ids))
    )
    rows = connection.execute(wanted if owner_id is None else wanted.where(table.c.owner_id == owner_id)).all()
    shares = shares_of(connection, kind, [row.id for row in rows])
    return [
        RecordFacts(
            row.id,
            row.owner_id,
            row.unit_id,
            {share.principal_id: rights_of(share.rights) for share in shares[row.id]},
        )
        for row in rows
    ]


def shared_own(connection: Connection, kind: RecordKind, owner_id: str, holders: Collection[str]) -> set[str]:
    """The owner's records that are shared with one of these."""
    table = table_of(RECORD_MODELS[kind])
    return set(
        connection.scalars(
            select(_share.c.record_id)
            .join(table, table.c.id == _share.c.record_id)
            .where(_share.c.kind == kind.value, _share.c.principal_id.in_(holders), table.c.owner_id == owner_id)
        )
    )


def shared_with(connection: Connection, kind: RecordKind, holders: Collection[str]) -> list[tuple[str, int]]:
    """What is shared with one of these: record and rights (bits), in the order of the records' ids."""
    wanted = select(_share.c.record_id, _share.c.rights).where(
        _share.c.kind == kind.value, _share.c.principal_id.in_(holders)
    )
    return sorted(tuple(row) for row in connection.execute(wanted))


def set_share(
    connection: Connection, kind: RecordKind, record_id: str, principal_id: str, rights: frozenset[Privilege]
) -> None:
    """Share a record with these rights and no others; without any, it is no longer shared."""
    key = {"kind": kind.value, "record_id": record_id, "principal_id": principal_id}
    if rights:
        connection.execute(upsert(connection, _share, list(key), ["rights"]), {**key, "rights": bits_of(rights)})
    else:
        connection.execute(delete(_share).where(*(_share.c[name] == value for name, value in key.items())))


def set_grant(
    connection: Connection,
    kind: RecordKind,
    record_id: str,
    attribute: str,
    principal_id: str,
    *,
    read: bool,
    update: bool,
) -> None:
    """Open a secured column of one record so far and no further; with neither right, it is taken back."""
    key = {"kind": kind.value, "record_id": record_id, "attribute": attribute, "principal_id": principal_id}
    if read or update:
        connection.execute(
            upsert(connection, _grant, list(key), ["can_read", "can_update"]),
            {**key, "can_read": read, "can_update": update},
        )
    else:
        connection.execute(delete(_grant).where(*(_grant.c[name] == value for name, value in key.items())))


def forget_record(connection: Connection, kind: RecordKind, record_id: str) -> None:
    """What was granted on a record goes with it."""
    for table in (_share, _grant):
        connection.execute(delete(table).where(table.c.kind == kind.value, table.c.record_id == record_id))


def _grouped(rows: Any, ids: Collection[str]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {record_id: [] for record_id in ids}
    for row in rows:
        groups[row.record_id].append(row)
    return groups
