"""The recurrence pattern of a series, as the catalogue's composite: what is stored, and what is sent to store."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import strawberry

from fieldsync.api.activity_enums import ActivityPriority, Weekday, WeekOfMonth
from fieldsync.core.activity_status import AppointmentStatus, state_of, status_of
from fieldsync.core.recurrence import Pattern, PatternEnd, PatternType
from fieldsync.core.values import RecordKind
from fieldsync.errors import InvalidInput
from fieldsync.services.series_values import ChangedOccurrence, SeriesRule, changed_in, deleted_in

KIND = RecordKind.RECURRING_APPOINTMENT
_ORIGINAL = "When it would have begun."


@strawberry.type(description="An occurrence that differs from its series; what is null follows the series.")
class RecurrenceException:
    original_start: datetime = strawberry.field(description=_ORIGINAL)
    scheduled_start: datetime | None = strawberry.field(description="When it begins instead.")
    scheduled_end: datetime | None = strawberry.field(description="When it ends instead.")
    subject: str | None = strawberry.field(description="Its own subject.")
    description: str | None = strawberry.field(description="Its own notes.")
    location: str | None = strawberry.field(description="Its own location.")
    priority: ActivityPriority | None = strawberry.field(description="Its own priority.")
    status: AppointmentStatus | None = strawberry.field(description="Its own status; CANCELLED if it was called off.")


@strawberry.type(
    description="When a series happens. Days are those of its time zone; a part that the type has no use for is null."
)
class Recurrence:
    pattern_type: PatternType | None = strawberry.field(description="How it repeats.")
    interval: int | None = strawberry.field(description="Every so many days, weeks, months or years.")
    days_of_week: list[Weekday] | None = strawberry.field(description="On these weekdays.")
    day_of_month: int | None = strawberry.field(description="On this day of the month.")
    month_of_year: int | None = strawberry.field(description="In this month.")
    instance: WeekOfMonth | None = strawberry.field(description="On which of the weekdays of the month.")
    occurrences: int | None = strawberry.field(description="After how many it ends.")
    pattern_end_type: PatternEnd | None = strawberry.field(description="How it ends.")
    pattern_start_date: date | None = strawberry.field(description="The day of the first occurrence.")
    pattern_end_date: date | None = strawberry.field(description="The last day that may be one.")
    start_time: datetime | None = strawberry.field(description="When the first occurrence begins.")
    end_time: datetime | None = strawberry.field(description="When the first occurrence ends.")
    duration: int | None = strawberry.field(description="How long an occurrence lasts, in minutes.")
    time_zone: str | None = strawberry.field(description="Where its days are counted, such as Europe/Vienna.")
    deleted_exceptions: list[datetime] | None = strawberry.field(
        description="When the occurrences that were taken out would have begun."
    )
    exceptions: list[RecurrenceException] | None = strawberry.field(description="The occurrences that differ.")


@strawberry.input(description="An occurrence that differs from its series; what is left out follows the series.")
class RecurrenceExceptionInput:
    original_start: datetime = strawberry.field(description=_ORIGINAL)
    scheduled_start: datetime | None = strawberry.field(description="When it begins instead.", default=None)
    scheduled_end: datetime | None = strawberry.field(description="When it ends instead.", default=None)
    subject: str | None = strawberry.field(description="Its own subject.", default=None)
    description: str | None = strawberry.field(description="Its own notes.", default=None)
    location: str | None = strawberry.field(description="Its own location.", default=None)
    priority: ActivityPriority | None = strawberry.field(description="Its own priority.", default=None)
    status: AppointmentStatus | None = strawberry.field(
        description="Its own status; CANCELLED calls it off.", default=None
    )


@strawberry.input(
    description=(
        "When a series happens; it is written as a whole. The series begins with the first day that the rule gives. "
        "Without an end it goes on for ever."
    )
)
class RecurrenceInput:
    pattern_type: PatternType = strawberry.field(description="How it repeats.")
    start_time: datetime = strawberry.field(description="When the first occurrence begins.")
    end_time: datetime = strawberry.field(description="When the first occurrence ends.")
    time_zone: str = strawberry.field(
        description="Where its days are counted, such as Europe/Vienna; UTC with midnights makes whole days."
    )
    interval: int = strawberry.field(description="Every so many days, weeks, months or years.", default=1)
    days_of_week: list[Weekday] | None = strawberry.field(
        description="On these weekdays; by default that of the start.", default=None
    )
    day_of_month: int | None = strawberry.field(
        description="On this day of the month; by default that of the start.", default=None
    )
    month_of_year: int | None = strawberry.field(
        description="In this month; by default that of the start.", default=None
    )
    instance: WeekOfMonth | None = strawberry.field(
        description="On which of the weekdays of the month; the types that end in NTH need it.", default=None
    )
    occurrences: int | None = strawberry.field(description="After how many it ends.", default=None)
    pattern_end_date: date | None = strawberry.field(description="The last day that may be one.", default=None)
    deleted_exceptions: list[datetime] | None = strawberry.field(
        description="When the occurrences to take out would begin; those stored stay when it is left out.", default=None
    )
    exceptions: list[RecurrenceExceptionInput] | None = strawberry.field(
        description="The occurrences that differ; those stored stay when it is left out.", default=None
    )


_COLUMNS = {
    "recurrencepatterntype": "patternType",
    "interval": "interval",
    "daysofweekmask": "daysOfWeek",
    "dayofmonth": "dayOfMonth",
    "monthofyear": "monthOfYear",
    "instance": "instance",
    "occurrences": "occurrences",
    "patternendtype": "patternEndType",
    "patternstartdate": "patternStartDate",
    "patternenddate": "patternEndDate",
    "starttime": "startTime",
    "endtime": "endTime",
    "duration": "duration",
    "timezone": "timeZone",
    "deletedexceptions": "deletedExceptions",
    "exceptions": "exceptions",
}
RECURRENCE_NAMES = {column: f"recurrence.{name}" for column, name in _COLUMNS.items()}
"""What GraphQL calls the columns of the pattern, from the series on."""


def recurrence_of(held: Mapping[str, Any], hidden: frozenset[str]) -> Recurrence:
    """The pattern in these cells; a cell that is an exception stays one. An occurrence does not say what is hidden."""

    def shown(column: str, convert: Any) -> Any:
        cell = held[column]
        return cell if cell is None or isinstance(cell, Exception) else convert(cell)

    return Recurrence(
        pattern_type=shown("recurrencepatterntype", lambda code: _member(PatternType, code)),
        interval=held["interval"],
        days_of_week=shown("daysofweekmask", lambda mask: [day for day in Weekday if mask & day.value]),
        day_of_month=held["dayofmonth"],
        month_of_year=held["monthofyear"],
        instance=shown("instance", lambda code: _member(WeekOfMonth, code)),
        occurrences=held["occurrences"],
        pattern_end_type=shown("patternendtype", lambda code: _member(PatternEnd, code)),
        pattern_start_date=held["patternstartdate"],
        pattern_end_date=held["patternenddate"],
        start_time=held["starttime"],
        end_time=held["endtime"],
        duration=held["duration"],
        time_zone=held["timezone"],
        deleted_exceptions=shown("deletedexceptions", deleted_in),
        exceptions=shown("exceptions", lambda text: [_exception(one, hidden) for one in changed_in(text)]),
    )


def rule_of(given: RecurrenceInput) -> SeriesRule:
    """The rule that an input says; raises InvalidInput for one with two ends."""
    if given.occurrences is not None and given.pattern_end_date is not None:
        raise InvalidInput("A series ends after so many occurrences or on a date, not both.", path=("recurrence",))
    end = PatternEnd.NEVER
    if given.occurrences is not None:
        end = PatternEnd.OCCURRENCES
    elif given.pattern_end_date is not None:
        end = PatternEnd.DATE
    numbers = {"interval": given.interval, "dayofmonth": given.day_of_month, "monthofyear": given.month_of_year}
    for name, number in (*numbers.items(), ("occurrences", given.occurrences)):
        if number is not None and not 1 <= number <= 99_999:
            raise InvalidInput("This is a number from 1 on.", path=(name,))
    pattern = Pattern(
        given.pattern_type,
        given.interval,
        sum({day.value for day in given.days_of_week or ()}),
        given.day_of_month or 0,
        given.month_of_year or 0,
        given.instance.value if given.instance else 0,
        end,
        given.occurrences or 0,
        given.pattern_end_date,
    )
    changed = None if given.exceptions is None else tuple(_changed(one) for one in given.exceptions)
    deleted = None if given.deleted_exceptions is None else tuple(given.deleted_exceptions)
    return SeriesRule(pattern, given.start_time, given.end_time, given.time_zone, deleted=deleted, changed=changed)


def _exception(one: ChangedOccurrence, hidden: frozenset[str]) -> RecurrenceException:
    texts = {name: text for name, text in one.texts.items() if name not in hidden}
    state, code = (_number(texts.get(name)) for name in ("statecode", "statuscode"))
    status = None if state is None and code is None else AppointmentStatus(status_of(KIND, state or 0, code).value)
    return RecurrenceException(
        original_start=one.original,
        scheduled_start=one.start,
        scheduled_end=one.end,
        subject=texts.get("subject"),
        description=texts.get("description"),
        location=texts.get("location"),
        priority=_member(ActivityPriority, _number(texts.get("prioritycode"))),
        status=AppointmentStatus.CANCELLED if one.cancelled else status,
    )


def _changed(one: RecurrenceExceptionInput) -> ChangedOccurrence:
    texts = {"subject": one.subject, "description": one.description, "location": one.location}
    if one.priority is not None:
        texts["prioritycode"] = str(one.priority.value)
    if one.status is not None:
        state = state_of(KIND, one.status)
        texts |= {"statecode": str(state.value), "statuscode": str(one.status.value)}
    told = {name: text for name, text in texts.items() if text is not None}
    cancelled = one.status is AppointmentStatus.CANCELLED
    return ChangedOccurrence(one.original_start, one.scheduled_start, one.scheduled_end, told, cancelled)


def _member(enum: Any, code: int | None) -> Any:
    return next((member for member in enum if member.value == code), None)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 9 else None
