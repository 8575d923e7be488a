"""The enums of activities as GraphQL tells them."""

from enum import Enum

from fieldsync.api.described import describe
from fieldsync.core.activity_status import (
    ActivityState,
    AppointmentStatus,
    FaxStatus,
    LetterStatus,
    PhoneCallStatus,
    ServiceActivityStatus,
    TaskStatus,
)
from fieldsync.core.recurrence import PatternEnd, PatternType


class ActivityPriority(Enum):
    """``prioritycode``."""

    LOW = 0
    NORMAL = 1
    HIGH = 2


class Weekday(Enum):
    """The bits of ``daysofweekmask``."""

    SUNDAY = 1
    MONDAY = 2
    TUESDAY = 4
    WEDNESDAY = 8
    THURSDAY = 16
    FRIDAY = 32
    SATURDAY = 64


class WeekOfMonth(Enum):
    """``instance``: which of the weekdays of a month."""

    FIRST = 1
    SECOND = 2
    THIRD = 3
    FOURTH = 4
    LAST = 5


describe(
    ActivityState,
    "How far an activity is; it follows from its status.",
    OPEN="Open.",
    COMPLETED="Completed.",
    CANCELLED="Cancelled.",
    SCHEDULED="Scheduled; meetings only.",
)
describe(
    AppointmentStatus,
    "The status of an appointment or a series: what its time shows as.",
    FREE="Open; shows as free.",
    TENTATIVE="Open; shows as tentative.",
    COMPLETED="Completed.",
    CANCELLED="Cancelled.",
    BUSY="Scheduled; shows as busy.",
    OUT_OF_OFFICE="Scheduled; shows as out of office.",
)
describe(
    ServiceActivityStatus,
    "The status of a service activity.",
    REQUESTED="Open; requested.",
    TENTATIVE="Open; tentative.",
    PENDING="Scheduled; pending.",
    RESERVED="Scheduled; reserved.",
    IN_PROGRESS="Scheduled; in progress.",
    ARRIVED="Scheduled; the customer arrived.",
    COMPLETED="Completed.",
    CANCELLED="Cancelled.",
    NO_SHOW="Cancelled; nobody came.",
)
describe(
    TaskStatus,
    "The status of a task.",
    NOT_STARTED="Open; not started.",
    IN_PROGRESS="Open; in progress.",
    WAITING="Open; waiting for somebody else.",
    COMPLETED="Completed.",
    CANCELLED="Cancelled.",
    DEFERRED="Open; put off.",
)
describe(
    PhoneCallStatus,
    "The status of a phone call.",
    OPEN="Open.",
    MADE="Completed; we called.",
    CANCELLED="Cancelled.",
    RECEIVED="Completed; we were called.",
)
describe(
    LetterStatus,
    "The status of a letter.",
    OPEN="Open.",
    DRAFT="Open; a draft.",
    RECEIVED="Completed; received.",
    SENT="Completed; sent.",
    CANCELLED="Cancelled.",
)
describe(
    FaxStatus,
    "The status of a fax.",
    OPEN="Open.",
    COMPLETED="Completed.",
    SENT="Completed; sent.",
    RECEIVED="Completed; received.",
    CANCELLED="Cancelled.",
)
describe(ActivityPriority, "How urgent an activity is.", LOW="Low.", NORMAL="Normal.", HIGH="High.")
describe(
    Weekday,
    "A day of the week.",
    SUNDAY="Sunday.",
    MONDAY="Monday.",
    TUESDAY="Tuesday.",
    WEDNESDAY="Wednesday.",
    THURSDAY="Thursday.",
    FRIDAY="Friday.",
    SATURDAY="Saturday.",
)
describe(
    WeekOfMonth,
    "Which of the days of a month that are meant.",
    FIRST="The first.",
    SECOND="The second.",
    THIRD="The third.",
    FOURTH="The fourth.",
    LAST="The last.",
)
describe(
    PatternType,
    "How a series repeats.",
    name="RecurrencePatternType",
    DAILY="Every so many days; with weekdays, on these.",
    WEEKLY="Every so many weeks, on the weekdays.",
    MONTHLY="Every so many months, on a day of the month.",
    YEARLY="Every so many years, on a day of a month.",
    MONTHLY_NTH="Every so many months, on the first, second … or last of the weekdays.",
    YEARLY_NTH="Every so many years, on the first, second … or last of the weekdays of a month.",
)
describe(
    PatternEnd,
    "How a series ends.",
    name="RecurrencePatternEnd",
    NEVER="It does not.",
    OCCURRENCES="After so many occurrences.",
    DATE="With the last occurrence until a day.",
)
