"""Whom and what to look at when arrows are compared with rights."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.engine import Connection

from fieldsync.core.privileges import PrincipalKind
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.repo.mailboxes import NOBODY_SYNCHRONIZES
from fieldsync.db.rights import FieldPermission
from fieldsync.db.tables import Mailbox, Principal

_principal = table_of(Principal)
_mailbox = table_of(Mailbox)
_permission = table_of(FieldPermission)


def who_synchronizes(connection: Connection) -> list[str]:
    """The enabled users with a mailbox that somebody synchronizes; all of them while there is no mailbox at all."""
    mailboxes = connection.execute(select(_mailbox.c.principal_id, _mailbox.c.sync_method)).all()
    owners = {row.principal_id for row in mailboxes if row.sync_method != NOBODY_SYNCHRONIZES}
    users = connection.scalars(
        select(_principal.c.id)
        .where(_principal.c.kind == PrincipalKind.USER.value, _principal.c.is_disabled.is_(False))
        .order_by(_principal.c.id)
    )
    return [user for user in users if user in owners or not mailboxes]


def field_profiles_by_column(connection: Connection) -> dict[tuple[str, str], list[str]]:
    """The field profiles that say something about a column, by kind and attribute."""
    found: dict[tuple[str, str], list[str]] = {}
    for kind, attribute, profile_id in connection.execute(
        select(_permission.c.kind, _permission.c.attribute, _permission.c.field_profile_id).order_by(
            _permission.c.field_profile_id
        )
    ):
        found.setdefault((kind, attribute), []).append(profile_id)
    return found


def sees_record(connection: Connection, visible: ColumnElement[bool], kind: RecordKind, record_id: str) -> bool:
    """Whether a record is among the visible ones."""
    table: Any = table_of(RECORD_MODELS[kind])
    return connection.execute(select(table.c.id).where(visible, table.c.id == record_id)).first() is not None
