"""When an event is: DTSTART with DTEND or DURATION, as one block (``dav.md``, section 7).

Of an all-day event the CRM holds the days as UTC midnights, the end exclusive: a day is the same day in every mailbox,
whatever its zone. A new time is written in the zone that the item has, else in that of the mailbox.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from fieldsync.core.values import Value
from fieldsync.errors import BrokenItem, NotTransferable
from fieldsync.sides.content.instants import from_text, to_text
from fieldsync.sides.ical.items import Item
from fieldsync.sides.ical.lines import Component, Head, Line, head
from fieldsync.sides.ical.showing import STATUS, Showing
from fieldsync.sides.ical.times import Form, Moment, read_duration
from fieldsync.sides.ical.vtimezone import defined

ALL_DAY = "X-MICROSOFT-CDO-ALLDAYEVENT"
EARLIEST, LATEST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
"""The ends of the calendar cannot be said in every zone."""

_NOTHING: Value = ("", "", "", "")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Block:
    """Start and end (UTC); of an all-day event both are UTC midnights and the end is later."""

    start: datetime
    end: datetime
    all_day: bool

    @property
    def value(self) -> Value:
        minutes = (self.end - self.start) // timedelta(minutes=1)
        return (to_text(self.start), to_text(self.end), str(minutes), "true" if self.all_day else "false")


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def block_of(component: Component, item: Item) -> Block | None:
    """The block of an event; None without DTSTART. Raises BrokenItem."""
    line = component.first("DTSTART")
    if line is None:
        return None
    start = item.times.read(line)
    end = _end(component, item, start)
    days = _days(component, item, start, end)
    if days is not None:
        first, last = midnight(days[0]), midnight(days[1])
        block = Block(first, max(last, first + _DAY), True)
    else:
        block = Block(start.at, max(start.at, end.at) if end is not None else start.at, False)
    if not EARLIEST < block.start <= block.end < LATEST:
        raise BrokenItem(f"DTSTART is beyond the calendar: {line.value[:40]!r}")
    return block


def _end(component: Component, item: Item, start: Moment) -> Moment | None:
    line = component.first("DTEND")
    if line is not None:
        return item.times.read(line)
    length = component.first("DURATION")
    if length is None:
        return None
    duration = read_duration(length.value)
    if duration is None:
        raise BrokenItem(f"DURATION is none: {length.value[:40]!r}")
    return duration.after(start)


def _days(component: Component, item: Item, start: Moment, end: Moment | None) -> tuple[date, date] | None:
    """First and last day (exclusive) of an all-day event; None if it is none."""
    if start.form is Form.DATE:
        first = start.local.date()
        return first, _closing(end.local) if end is not None else first + _DAY
    if end is None or component.text(component.first(ALL_DAY)).upper() != "TRUE":
        return None
    # Exchange writes midnights, some of its versions in UTC those of the user.
    for begin, finish in (
        (start.local, end.local),
        (start.at.astimezone(item.times.zone), end.at.astimezone(item.times.zone)),
    ):
        if begin.time() == finish.time() == time() and begin.date() < finish.date():
            return begin.date(), finish.date()
    return None


def _closing(at: datetime) -> date:
    """The day that ends a span of days which ends at this time: a begun day counts."""
    return at.date() if at.time() == time() else at.date() + _DAY


class TimeBlock:
    """The field of a single event's time."""

    keys = ("time",)

    def __init__(self, zone: tzinfo, showing: Showing) -> None:
        self._zone = zone
        self._showing = showing

    def read(self, item: Item) -> dict[str, Value]:
        block = block_of(item.main, item)
        return {"time": block.value if block else _NOTHING}

    def normal(self, key: str, value: Value) -> Value:
        del key
        block = self.block(value)
        return block.value if block else _NOTHING

    def block(self, value: Value) -> Block | None:
        """The block that a value means. Without an end the duration tells it; start and end outweigh a duration."""
        start, end = from_text(value[0]), from_text(value[1])
        if start is None or not EARLIEST < start < LATEST:
            return None
        minutes = int(value[2]) if value[2].isascii() and value[2].isdigit() and len(value[2]) < 9 else 0
        all_day = value[3] == "true"
        if end is None:
            end = min(start + timedelta(minutes=minutes), LATEST)
        if all_day:
            # UTC midnights are days as they are; anything else is a time of the mailbox's zone.
            zone = UTC if start.time() == time() else self._zone
            first, last = start.astimezone(zone).date(), _closing(end.astimezone(zone))
            start, end = midnight(first), max(midnight(last), midnight(first) + _DAY)
        end = max(start, end)
        return Block(start, end, all_day) if EARLIEST < start <= end < LATEST else None

    def write(self, item: Item, changes: Mapping[str, Value]) -> None:
        block = self.block(changes["time"])
        if block is None:
            raise NotTransferable("an appointment in the mailbox needs a start")
        shown = self._showing.read(item)[STATUS]
        put_block(item.main, item, block)
        self._showing.hold(item, shown)


def put_block(component: Component, item: Item, block: Block) -> None:
    """Write a block, in the form and zone that the component has."""
    line = component.first("DTSTART")
    old = item.times.read(line) if line is not None else None
    component.remove_all("DURATION")
    if block.all_day:
        put_day(component, "DTSTART", block.start.date())
        put_day(component, "DTEND", block.end.date())
        component.put(ALL_DAY, "TRUE")
        return
    if component.first(ALL_DAY) is not None:
        component.put(ALL_DAY, "FALSE")
    if line is None or line.head is None or old is None or old.form is Form.DATE:
        form, model = home_form(item, block.start.year)
    else:
        form, model = old.form, line.head
    put_instant(component, item, "DTSTART", block.start, form, model)
    end = component.first("DTEND")
    if end is not None and end.head is not None:
        written = item.times.read(end).form
        if written is not Form.DATE:
            form, model = written, end.head
    put_instant(component, item, "DTEND", block.end, form, model)


def put_day(component: Component, name: str, day: date) -> None:
    """Write a DATE."""
    known = _known(component.first(name), name)
    _set(component, known.without("TZID").with_param("VALUE", "DATE"), f"{day:%Y%m%d}".zfill(8))


def put_instant(component: Component, item: Item, name: str, at: datetime, form: Form, model: Head | None) -> None:
    """Write an instant in a form, with the zone that the head ``model`` names."""
    known = _known(component.first(name), name)
    tzid = model.param("TZID") if model is not None and form is Form.ZONED else ""
    if tzid and known.param("TZID") != tzid:
        known = known.with_param("TZID", tzid)
    rendered, value = item.times.render(name, at, form, known)
    _set(component, rendered, value)


def home_form(item: Item, year: int) -> tuple[Form, Head | None]:
    """How a time is written where the item says nothing: in the mailbox's zone, with its VTIMEZONE."""
    zone = item.times.zone
    if not isinstance(zone, ZoneInfo) or zone.key == "UTC":
        return Form.UTC, None
    return Form.ZONED, in_zone(item, zone, year)


def in_zone(item: Item, zone: ZoneInfo, year: int) -> Head:
    """A head that names this zone, which the calendar then defines."""
    root = item.root
    if all(found.text(found.first("TZID")) != zone.key for found in root.components("VTIMEZONE")):
        first = next(iter(root.components("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY")), None)
        root.add_component(defined(zone, zone.key, min(max(year, 1970), 9900)), first)
    return head("DTSTART").with_param("TZID", zone.key)


def _known(line: Line | None, name: str) -> Head:
    return line.head if line is not None and line.head is not None else head(name)


def _set(component: Component, known: Head, value: str) -> None:
    line = component.first(known.name)
    if line is None:
        component.add(known.text, value)
    else:
        component.set(line, value, known)
