"""Appointments, service activities and series: events of a calendar (``dav.md``, section 7)."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import tzinfo

from fieldsync.clock import Clock
from fieldsync.core.traits import ItemTraits
from fieldsync.core.values import RecordKind, Value, Values
from fieldsync.errors import BrokenItem, NotTransferable
from fieldsync.sides.ical.codec import ItemCodec
from fieldsync.sides.ical.families import REGARDING, Description, Family, Priority, Text
from fieldsync.sides.ical.items import Item, traits_of
from fieldsync.sides.ical.people import People, audible
from fieldsync.sides.ical.recurrence import Recurrence
from fieldsync.sides.ical.showing import CANCELED, STATUS, Showing
from fieldsync.sides.ical.timeblock import TimeBlock, block_of

_NEWS = frozenset({"time", "recurrence", "location", STATUS})
"""What attendees must be told of: a change of it is a new revision of the meeting (RFC 5546, 2.1.4)."""


class _Event(ItemCodec):
    component = "VEVENT"

    def __init__(
        self, kind: RecordKind, families: tuple[Family, ...], showing: Showing, zone: tzinfo, clock: Clock
    ) -> None:
        super().__init__(kind, families, zone, clock)
        self._showing = showing

    def finish(self, item: Item, changed: Mapping[str, Value]) -> None:
        main = item.main
        if main.first("DTSTART") is None:
            raise NotTransferable("an event in the mailbox needs a start")
        if not item.is_new and not _NEWS.isdisjoint(changed):
            number = main.text(main.first("SEQUENCE"))
            revision = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
            main.put("SEQUENCE", str(revision + 1))

    def mailed(self, body: bytes, owner: Collection[str]) -> tuple[str, ...]:
        item = self._open(body)
        return audible(item) if traits_of(item).organizer in owner else ()

    def traits(self, body: bytes) -> ItemTraits:
        item = self._open(body)
        block = block_of(item.main, item)
        return replace(
            traits_of(item),
            start=block.start if block else None,
            end=block.end if block else None,
            cancelled=self._showing.read(item)[STATUS][0] == CANCELED,
        )


class EventCodec(_Event):
    """``ports.Codec`` for appointments and service activities."""

    def __init__(self, kind: RecordKind, zone: tzinfo, clock: Clock, mails: bool = False) -> None:
        showing = Showing(kind)
        families = (
            Text("subject", "SUMMARY"),
            Description(),
            Priority(),
            Text("location", "LOCATION"),
            Text("regardingobjectid", REGARDING),
            # The status comes after the time: whole days that do not say so are free.
            TimeBlock(zone, showing),
            showing,
            People(mails),
        )
        super().__init__(kind, families, showing, zone, clock)

    def _read(self, item: Item) -> Values:
        if not item.is_new and item.main.first("DTSTART") is None:
            raise BrokenItem("the event has no start")
        if item.overrides:
            raise NotTransferable("the item holds single occurrences of a series, and not the series")
        return super()._read(item)


class SeriesCodec(_Event):
    """``ports.Codec`` for recurring appointments."""

    def __init__(self, kind: RecordKind, zone: tzinfo, clock: Clock, mails: bool = False) -> None:
        showing = Showing(kind)
        differing = (Text("subject", "SUMMARY"), Text("location", "LOCATION"), Description(), Priority(), showing)
        self._recurrence = Recurrence(zone, showing, differing)
        families = (
            *(_Inherited(family) for family in differing),
            Text("regardingobjectid", REGARDING),
            People(mails),
            # The recurrence comes last: what it makes of the series are copies of it.
            self._recurrence,
        )
        super().__init__(kind, families, showing, zone, clock)

    def finish(self, item: Item, changed: Mapping[str, Value]) -> None:
        super().finish(item, changed)
        if item.main.first("RRULE") is None:
            raise NotTransferable("a series in the mailbox needs a rule")

    def traits(self, body: bytes) -> ItemTraits:
        told, item = super().traits(body), self._open(body)
        try:
            series = self._recurrence.bare(item)
        except NotTransferable:
            return replace(told, end=None)
        last = series.pattern.last(series.first)
        return replace(told, start=series.start_of(series.first), end=series.end_of(last) if last else None)


class _Inherited:
    """A family whose value an occurrence follows as long as it does not say otherwise."""

    def __init__(self, family: Family) -> None:
        self.keys = family.keys
        self._family = family

    def read(self, item: Item) -> Mapping[str, Value]:
        return self._family.read(item)

    def normal(self, key: str, value: Value) -> Value:
        return self._family.normal(key, value)

    def write(self, item: Item, changes: Mapping[str, Value]) -> None:
        general = self._family.read(item)
        alike = [view for view in map(item.of, item.overrides) if self._family.read(view) == general]
        for view in (item, *alike):
            self._family.write(view, changes)
