"""Secured columns with their masking rules, and of what type a column is."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import String, delete, select
from sqlalchemy.engine import Connection
from sqlmodel.sql.sqltypes import AutoString

from fieldsync.core.values import RecordKind
from fieldsync.db import dialect
from fieldsync.db.columns import table_of
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.rights import SecuredColumn

_secured = table_of(SecuredColumn)


def is_text(kind: RecordKind, attribute: str) -> bool:
    """Whether a column holds text; only text can be masked."""
    return isinstance(table_of(RECORD_MODELS[kind]).c[attribute].type, (String, AutoString))


def secured(connection: Connection, kinds: Collection[RecordKind]) -> dict[tuple[RecordKind, str], Any]:
    """The secured columns of these kinds, with their ``mask_keep``."""
    wanted = select(_secured).where(_secured.c.kind.in_([kind.value for kind in kinds]))
    return {(RecordKind(row.kind), row.attribute): row for row in connection.execute(wanted)}


def secure(connection: Connection, kind: RecordKind, attribute: str, mask_keep: int | None) -> None:
    """Secure a column, or give a secured one another masking rule."""
    statement = dialect.upsert(connection, _secured, ["kind", "attribute"], ["mask_keep"])
    connection.execute(statement, {"kind": kind.value, "attribute": attribute, "mask_keep": mask_keep})


def release(connection: Connection, kind: RecordKind, attribute: str) -> None:
    connection.execute(delete(_secured).where(_secured.c.kind == kind.value, _secured.c.attribute == attribute))
