"""The records of a kind as a list: its attributes are the columns of the kind's table."""

from functools import cache

from sqlalchemy import ColumnElement, case

from fieldsync.core.activity_status import STATUSES, new_status
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.repo.list_query import Listing, listing

MODIFIED = "modified_at"
PRIORITIES = (0, 1, 2)


@cache
def records_of(kind: RecordKind) -> Listing:
    """The list of a kind; an activity's priority and status are what its codes mean, not the codes as they came."""
    table = table_of(RECORD_MODELS[kind])
    if kind is RecordKind.CONTACT:
        return listing(kind.value, table)
    priority = table.c.prioritycode
    meant = case((priority.in_(PRIORITIES), priority))
    return listing(kind.value, table, prioritycode=meant, statuscode=_status(kind))


def _status(kind: RecordKind) -> ColumnElement[int]:
    """``core.activity_status.status_of`` in SQL."""
    columns = table_of(RECORD_MODELS[kind]).c
    known = [status.value for statuses in STATUSES[kind].values() for status in statuses]
    usual = [(columns.statecode == state.value, statuses[0].value) for state, statuses in STATUSES[kind].items()]
    return case((columns.statuscode.in_(known), columns.statuscode), *usual, else_=new_status(kind).value)
