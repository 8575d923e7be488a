"""What lists of records can be filtered and sorted by, kind by kind: every column that the API shows."""

from datetime import datetime
from functools import cache
from typing import Any

from fieldsync.api.activity_enums import ActivityPriority, WeekOfMonth
from fieldsync.api.types.activity_attributes import PEOPLE, STATUS_TYPES, attributes_of
from fieldsync.api.types.contact_attributes import NAMES
from fieldsync.api.types.filters import (
    BooleanFilter,
    DateFilter,
    IdFilter,
    IntFilter,
    PresenceFilter,
    TextFilter,
    TimeFilter,
    WeekdaysFilter,
    enum_filter,
)
from fieldsync.api.types.list_inputs import Listed
from fieldsync.core.activity_status import ActivityState
from fieldsync.core.recurrence import PatternEnd, PatternType
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.contacts import ATTRIBUTES, MAX_LENGTHS
from fieldsync.db.repo.record_query import MODIFIED
from fieldsync.ids import record_name

STATE = Listed("statecode", "state", "How far it is", enum_filter(ActivityState))
RECURRENCE = (
    Listed("recurrencepatterntype", "patternType", "How it repeats", enum_filter(PatternType)),
    Listed("interval", "interval", "Every so many days, weeks, months or years", IntFilter),
    Listed("daysofweekmask", "daysOfWeek", "On these weekdays", WeekdaysFilter, order=None),
    Listed("dayofmonth", "dayOfMonth", "On this day of the month", IntFilter),
    Listed("monthofyear", "monthOfYear", "In this month", IntFilter),
    Listed("instance", "instance", "On which of the weekdays of the month", enum_filter(WeekOfMonth)),
    Listed("occurrences", "occurrences", "After how many it ends", IntFilter),
    Listed("patternendtype", "patternEndType", "How it ends", enum_filter(PatternEnd)),
    Listed("patternstartdate", "patternStartDate", "The day of the first occurrence", DateFilter),
    Listed("patternenddate", "patternEndDate", "The last day that may be one", DateFilter),
    Listed("starttime", "startTime", "When the first occurrence begins", TimeFilter),
    Listed("endtime", "endTime", "When the first occurrence ends", TimeFilter),
    Listed("duration", "duration", "How long an occurrence lasts, in minutes", IntFilter),
    Listed("timezone", "timeZone", "Where its days are counted, such as Europe/Vienna"),
    Listed("deletedexceptions", "deletedExceptions", "Occurrences that were taken out", PresenceFilter, order=None),
    Listed("exceptions", "exceptions", "Occurrences that differ", PresenceFilter, order=None),
)
"""The columns of a recurrence pattern."""


def record_fields(ids: str) -> tuple[Listed, ...]:
    """What every record has; ``ids`` is what its ids begin with."""
    return (
        Listed("id", "id", "Its id", IdFilter, ids),
        Listed("owner_id", "ownerId", "Whose record it is", IdFilter, "principal"),
        Listed("version", "version", "Grows with every write of any record", IntFilter),
        Listed("created_at", "createdAt", "When it was made", TimeFilter, order=None),
        Listed(MODIFIED, "modifiedAt", "When it was last written", TimeFilter, order="MODIFIED"),
    )


@cache
def fields_of(kind: RecordKind) -> tuple[Listed, ...]:
    """What records of a kind can be filtered by, and most of it sorted by."""
    every = record_fields(record_name(kind.value))
    if kind is RecordKind.CONTACT:
        own = (Listed(name, *NAMES[name], TextFilter if name in MAX_LENGTHS else DateFilter) for name in ATTRIBUTES)
        return (*own, *every)
    own = (
        Listed(column, one.name, _about(column, one.about), _by(one.output), order=_sorted(column))
        for column, one in attributes_of(kind).items()
    )
    status = Listed("statuscode", "status", "What exactly its state is", enum_filter(STATUS_TYPES[kind]))
    pattern = RECURRENCE if kind is RecordKind.RECURRING_APPOINTMENT else ()
    return (*own, *pattern, STATE, status, *every)


def _about(column: str, about: str) -> str:
    return f"{about}; names and addresses as one text" if column in PEOPLE else about


def _sorted(column: str) -> str | None:
    return None if column in PEOPLE else ""


def _by(output: Any) -> type:
    if output is ActivityPriority:
        return enum_filter(ActivityPriority)
    return {datetime: TimeFilter, int: IntFilter, bool: BooleanFilter}.get(output, TextFilter)
