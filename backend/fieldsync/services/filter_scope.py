"""Whose eyes a filter is tried with, and what is wrong with one."""

from datetime import datetime

from fieldsync.core.filters import FilterFault, Group, faults
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Connection
from fieldsync.db.filter_sql import filter_columns
from fieldsync.db.repo import mailboxes, scopes
from fieldsync.db.repo.scopes import Viewer
from fieldsync.errors import InvalidInput
from fieldsync.security import gate


def viewer_of(connection: Connection, principal_id: str, kind: RecordKind, now: datetime) -> Viewer:
    """The eyes of somebody's mailboxes: what their owner may read, with the addresses of all of them."""
    sight = gate.sight_of(connection, principal_id)
    boxes = mailboxes.of_principal(connection, principal_id)
    addresses = [one for box in boxes for one in (*(box.addresses or ()), *_own(box.user_name))]
    mask = sight.mask(kind)
    return Viewer(
        scopes.me_of(principal_id, sight.standing.team_ids, addresses),
        scopes.day_of(now, boxes[0].time_zone if boxes else "UTC"),
        sight.records(kind),
        mask.withheld | mask.masked.keys(),
    )


def _own(user_name: str) -> tuple[str, ...]:
    return (user_name,) if "@" in user_name else ()


def check_definition(definition: Group, kind: RecordKind) -> None:
    """Raises InvalidInput for each fault of a filter, with its place."""
    found = faults(definition, filter_columns(kind))
    if found:
        raise ExceptionGroup("faults of a filter", [_refusal(fault) for fault in found])


def _refusal(fault: FilterFault) -> InvalidInput:
    return InvalidInput(str(fault), path=("definition", *fault.path))
