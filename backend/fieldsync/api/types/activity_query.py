"""Which activities to list and in which order: of whatever kind, and of one kind with all that it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fieldsync.api.activity_enums import ActivityPriority
from fieldsync.api.types.activity import TYPES
from fieldsync.api.types.activity_attributes import ATTRIBUTES, PEOPLE
from fieldsync.api.types.filters import ANY_RECORD, TextFilter, TimeFilter
from fieldsync.api.types.list_inputs import Listed, filtered, ordered
from fieldsync.api.types.list_inputs import query_of as _query_of
from fieldsync.api.types.record_listed import RECURRENCE, fields_of, record_fields
from fieldsync.core.activity_status import ActivityState
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.db.repo.record_query import records_of
from fieldsync.errors import InvalidInput

_UNSORTED = frozenset({"description", "regardingobjectid", *PEOPLE})
FIELDS = (
    *(
        Listed(
            column,
            ATTRIBUTES[column].name,
            ATTRIBUTES[column].about,
            TimeFilter if column in ("scheduledstart", "scheduledend", "actualend") else TextFilter,
            order=None if column in _UNSORTED else "",
        )
        for column in (
            "subject", "description", "regardingobjectid", "location", "organizer", "requiredattendees",
            "optionalattendees", "scheduledstart", "scheduledend", "actualend",
        )
    ),
    next(one for one in RECURRENCE if one.attribute == "starttime"),
    Listed("prioritycode", "priority", "How urgent it is", ActivityPriority),
    Listed("statecode", "state", "How far it is", ActivityState),
    *record_fields(ANY_RECORD),
)  # fmt: skip
"""What activities of all kinds are filtered and sorted by together."""


@filtered(
    "activities",
    FIELDS,
    " A field that is withheld cannot be named, nor one that the kind does not have. People are searched as one text "
    "of names and addresses.",
)
class ActivityFilter:
    pass


@ordered("activities", FIELDS)
class ActivityOrder:
    pass


@dataclass(frozen=True, slots=True)
class KindInputs:
    """The inputs of the lists of one kind, which name all that it has."""

    filter: Any
    order: Any


def _inputs(kind: RecordKind, name: str, plural: str) -> KindInputs:
    fields = fields_of(kind)
    return KindInputs(
        filtered(plural, fields, " A withheld field cannot be named.")(
            type(f"{name}Filter", (), {"__annotations__": {}})
        ),
        ordered(plural, fields)(type(f"{name}Order", (), {"__annotations__": {}})),
    )


PLURALS: Mapping[RecordKind, str] = {
    RecordKind.APPOINTMENT: "appointments",
    RecordKind.RECURRING_APPOINTMENT: "recurring appointments",
    RecordKind.SERVICE_ACTIVITY: "service activities",
    RecordKind.TASK: "tasks",
    RecordKind.PHONE_CALL: "phone calls",
    RecordKind.LETTER: "letters",
    RecordKind.FAX: "faxes",
}
INPUTS: Mapping[RecordKind, KindInputs] = {
    kind: _inputs(kind, TYPES[kind].__name__, plural) for kind, plural in PLURALS.items()
}


def query_of(kind: RecordKind, filter: ActivityFilter | None, order: ActivityOrder | None) -> ListQuery:
    """The query behind the inputs for all kinds; raises InvalidInput for what the kind does not have."""
    listing = records_of(kind)
    query = _query_of(listing, FIELDS, filter, order)
    for attribute in sorted(query.attributes - listing.columns.keys()):
        where = "orderBy" if attribute == query.order else "filter"
        raise InvalidInput(f"{kind.value} has no {attribute}.", path=(where, attribute))
    return query


def kind_query_of(kind: RecordKind, filter: Any | None, order: Any | None) -> ListQuery:
    """The query behind the inputs of one kind; raises InvalidInput, NotFound."""
    return _query_of(records_of(kind), fields_of(kind), filter, order)
