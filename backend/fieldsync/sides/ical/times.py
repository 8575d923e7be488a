"""Dates, times and durations of calendar items, read into instants and written back in the form they had.

A *moment* is an instant (UTC) with the form it is written in. A DATE means the start of that day in the zone of the
mailbox; a time without zone is a time of that zone, too (reference ``dav.md``, section 7).
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum, auto

from fieldsync.errors import BrokenItem
from fieldsync.sides.ical import zones
from fieldsync.sides.ical.lines import Component, Head, Line, head

_MOMENT = re.compile(r"^(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)?(Z)?)?$", re.ASCII)
_DURATION = re.compile(r"^([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$", re.ASCII)


class Form(Enum):
    """How a moment is written."""

    DATE = auto()
    FLOATING = auto()
    UTC = auto()
    ZONED = auto()


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant; ``zone`` is the one whose clock shows the written time."""

    at: datetime
    form: Form
    zone: tzinfo

    @property
    def local(self) -> datetime:
        """The time as it is written."""
        return self.at.astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Duration:
    """Days follow the calendar, the rest the clock: a day may have 23 hours (RFC 5545, 3.3.6)."""

    days: int
    rest: timedelta

    def after(self, moment: Moment) -> Moment:
        """The moment so much later; raises BrokenItem when there is none."""
        try:
            local = moment.local.replace(tzinfo=None) + timedelta(days=self.days)
            at = local.replace(tzinfo=moment.zone).astimezone(UTC) + self.rest
        except OverflowError:
            raise BrokenItem("DURATION reaches beyond the calendar") from None
        return Moment(at, moment.form, moment.zone)


class Times:
    """Reads and writes the moments of one calendar, for a mailbox with a zone."""

    def __init__(self, calendar: Component | None, zone: tzinfo) -> None:
        self._calendar = calendar
        self.zone = zone

    def read(self, line: Line) -> Moment:
        """The moment of a line; raises BrokenItem."""
        known = line.head
        assert known is not None, "only properties are read"
        return self.parse(line.value.strip(), known)

    def parse(self, value: str, known: Head) -> Moment:
        """The moment that ``value`` is on a line with this head; raises BrokenItem."""
        match = _MOMENT.match(value)
        if match is None:
            raise BrokenItem(f"{known.name} is not a date: {value[:60]!r}")
        year, month, day, hour, minute, second, utc = match.groups()
        try:
            on = date(int(year), int(month), int(day))
            if hour is None or known.param("VALUE").upper() == "DATE":
                return Moment(self.day_start(on), Form.DATE, self.zone)
            # RFC 5545 allows a leap second, Python does not.
            at = datetime.combine(on, time(int(hour), int(minute), min(int(second or 0), 59)))
            form, zone = self._form(known, utc is not None)
            return Moment(at.replace(tzinfo=zone).astimezone(UTC), form, zone)
        except (ValueError, OverflowError):
            raise BrokenItem(f"{known.name} is not a date: {value[:60]!r}") from None

    def _form(self, known: Head, utc: bool) -> tuple[Form, tzinfo]:
        if utc:
            return Form.UTC, UTC
        tzid = known.param("TZID")
        if not tzid:
            return Form.FLOATING, self.zone
        zone = zones.find(tzid, self._calendar)
        if zone is None:
            raise BrokenItem(f"{known.name} is in a time zone nobody knows: {tzid[:60]!r}")
        return Form.ZONED, zone

    def day_start(self, on: date) -> datetime:
        """When this day begins in the mailbox's zone; raises OverflowError at the ends of the calendar."""
        return datetime.combine(on, time(), self.zone).astimezone(UTC)

    def as_day(self, at: datetime) -> date | None:
        """The day that begins at this instant, None if none does."""
        try:
            on = at.astimezone(self.zone).date()
            return on if self.day_start(on) == at else None
        except OverflowError:
            return None

    def render(self, name: str, at: datetime, form: Form, like: Head | None = None) -> tuple[Head, str]:
        """Head and value of an instant in a form; ``like`` is the head the line has, whose parameters stay.

        UTC is taken instead where the form cannot say it: a zone's clock shows some times twice.
        """
        known = (like or head(name)).without("VALUE")
        if form is Form.DATE:
            return known.without("TZID").with_param("VALUE", "DATE"), f"{at.astimezone(self.zone):%Y%m%d}".zfill(8)
        try:
            zone = UTC if form is Form.UTC else self._form(known, utc=False)[1]
            local = at.astimezone(zone).replace(tzinfo=None, fold=0)
            if zone is not UTC and local.replace(tzinfo=zone).astimezone(UTC) == at:
                if form is Form.FLOATING:
                    known = known.without("TZID")
                return known, _basic(local)
        except OverflowError:
            pass
        return known.without("TZID"), f"{_basic(at.astimezone(UTC))}Z"


def _basic(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%S").zfill(15)


def read_duration(text: str) -> Duration | None:
    """The duration a text is; None where it is none."""
    match = _DURATION.match(text.strip())
    if match is None or not any(match.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    sign = -1 if match[1] == "-" else 1
    try:
        rest = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None
    return Duration(sign * (7 * weeks + days), sign * rest)
