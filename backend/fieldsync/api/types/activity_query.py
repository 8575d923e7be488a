"""Which activities to list and in which order; what a kind does not have can be neither."""

from datetime import datetime
from enum import Enum

import strawberry

from fieldsync.api.activity_enums import ActivityPriority
from fieldsync.api.described import describe
from fieldsync.api.types.activity import NAMES
from fieldsync.api.types.contact_query import TextFilter
from fieldsync.core.activity_status import ActivityState
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.record_query import MODIFIED, Condition, Operator, RecordQuery, conditions
from fieldsync.errors import InvalidInput


@strawberry.input(description="Conditions on a point in time; all that are given must hold.")
class TimeFilter:
    on_or_after: datetime | None = strawberry.field(description="Then or later.", default=None)
    on_or_before: datetime | None = strawberry.field(description="Then or earlier.", default=None)
    is_empty: bool | None = strawberry.field(description="Whether there is none.", default=None)

    def parsed(self, attribute: str) -> list[Condition]:
        for at in (self.on_or_after, self.on_or_before):
            if at is not None and at.tzinfo is None:
                raise InvalidInput("A time says where it is, as 2026-03-01T09:00:00Z does.", path=("filter", attribute))
        return conditions(
            attribute,
            [
                (Operator.ON_OR_AFTER, self.on_or_after),
                (Operator.ON_OR_BEFORE, self.on_or_before),
                (Operator.IS_EMPTY, self.is_empty),
            ],
        )


@strawberry.input(
    description=(
        "Which activities; all conditions must hold. A field that is withheld cannot be named, nor one that the kind "
        "does not have. People are searched as one text of names and addresses."
    )
)
class ActivityFilter:
    subject: TextFilter | None = strawberry.field(description="What it is about.", default=None)
    description: TextFilter | None = strawberry.field(description="Notes.", default=None)
    regardingobjectid: TextFilter | None = strawberry.field(
        name="regardingObject", description="Name of the record that it is about.", default=None
    )
    location: TextFilter | None = strawberry.field(description="Where it takes place.", default=None)
    organizer: TextFilter | None = strawberry.field(description="Who invites.", default=None)
    requiredattendees: TextFilter | None = strawberry.field(
        name="requiredAttendees", description="Who has to come.", default=None
    )
    optionalattendees: TextFilter | None = strawberry.field(
        name="optionalAttendees", description="Who may come.", default=None
    )
    scheduledstart: TimeFilter | None = strawberry.field(
        name="scheduledStart", description="When it begins.", default=None
    )
    scheduledend: TimeFilter | None = strawberry.field(
        name="scheduledEnd", description="When it ends or is due.", default=None
    )
    actualend: TimeFilter | None = strawberry.field(
        name="actualEnd", description="When it was completed.", default=None
    )
    starttime: TimeFilter | None = strawberry.field(
        name="startTime", description="When the first occurrence of a series begins.", default=None
    )
    priority: ActivityPriority | None = strawberry.field(description="How urgent it is.", default=None)
    state: ActivityState | None = strawberry.field(description="How far it is.", default=None)


class ActivityOrderField(Enum):
    """Values are columns; the empty one is the order in which they were made."""

    CREATED = ""
    MODIFIED = MODIFIED
    SUBJECT = "subject"
    PRIORITY = "prioritycode"
    LOCATION = "location"
    SCHEDULED_START = "scheduledstart"
    SCHEDULED_END = "scheduledend"
    ACTUAL_END = "actualend"
    START_TIME = "starttime"


describe(
    ActivityOrderField,
    "What activities can be sorted by.",
    CREATED="When they were made.",
    MODIFIED="When they were last written.",
    SUBJECT="What they are about.",
    PRIORITY="How urgent they are.",
    LOCATION="Where they take place.",
    SCHEDULED_START="When they begin.",
    SCHEDULED_END="When they end or are due.",
    ACTUAL_END="When they were completed.",
    START_TIME="When the first occurrence of a series begins.",
)


@strawberry.input(description="How to sort activities; by a field, then by when they were made.")
class ActivityOrder:
    field: ActivityOrderField = strawberry.field(description="By what; capitals or not.")
    descending: bool = strawberry.field(description="Whether the last comes first.", default=False)


_COMPARED = ("subject", "description", "regardingobjectid", "location", "organizer", "requiredattendees",
             "optionalattendees", "scheduledstart", "scheduledend", "actualend", "starttime")  # fmt: skip


def query_of(kind: RecordKind, filter: ActivityFilter | None, order: ActivityOrder | None) -> RecordQuery:
    """The query behind the inputs; raises InvalidInput for what the kind does not have."""
    found: list[Condition] = []
    if filter is not None:
        for attribute in _COMPARED:
            given = getattr(filter, attribute)
            if given is not None:
                _check_has(kind, attribute, "filter")
                found.extend(given.parsed(attribute))
        if filter.priority is not None:
            found.append(Condition("prioritycode", Operator.EQUALS, filter.priority.value))
        if filter.state is not None:
            found.append(Condition("statecode", Operator.EQUALS, filter.state.value))
    if order is None:
        return RecordQuery(kind, tuple(found))
    if order.field.value not in ("", MODIFIED):
        _check_has(kind, order.field.value, "orderBy")
    return RecordQuery(kind, tuple(found), order.field.value or None, order.descending)


def _check_has(kind: RecordKind, attribute: str, where: str) -> None:
    if attribute not in NAMES[kind]:
        raise InvalidInput(f"{kind.value} has no {attribute}.", path=(where, attribute))
