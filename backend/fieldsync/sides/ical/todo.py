"""Tasks, phone calls, letters and faxes: all of them are tasks in the mailbox (behaviours F22, F23).

Only an item made from a phone call, letter or fax says which it is; a task made in the mailbox is a plain task. Of a
task that repeats the properties stand for the occurrence that is due; the rule is kept, and the CRM does not see it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import tzinfo

from fieldsync.clock import Clock
from fieldsync.core.traits import ItemTraits
from fieldsync.core.values import RecordKind, Value
from fieldsync.sides.content.instants import from_text
from fieldsync.sides.ical.codec import ItemCodec
from fieldsync.sides.ical.families import REGARDING, Description, Priority, Text
from fieldsync.sides.ical.items import Item, traits_of
from fieldsync.sides.ical.progress import CANCELED, COMPLETED, OPEN, STATUS, Progress
from fieldsync.sides.ical.reminder import remind
from fieldsync.sides.ical.schedule import DUE, START, Schedule


class TodoCodec(ItemCodec):
    """``ports.Codec`` for the kinds that become a VTODO."""

    component = "VTODO"

    def __init__(self, kind: RecordKind, zone: tzinfo, clock: Clock) -> None:
        self._schedule = Schedule(zone)
        self._progress = Progress(kind, clock)
        families = (
            Text("subject", "SUMMARY"),
            Description(),
            Priority(),
            Text("regardingobjectid", REGARDING),
            self._schedule,
            self._progress,
        )
        super().__init__(kind, families, zone, clock)

    def new_lines(self) -> tuple[str, ...]:
        return ("STATUS:NEEDS-ACTION",)

    def finish(self, item: Item, changed: Mapping[str, Value]) -> None:
        if DUE not in changed and STATUS not in changed:
            return
        due = from_text(self._schedule.read(item)[DUE][0])
        is_open = self._progress.read(item)[STATUS][0] == OPEN
        rings = is_open and due is not None and item.times.as_day(due) is None and due > self.clock.now()
        remind(item, due if rings else None)

    def traits(self, body: bytes) -> ItemTraits:
        item = self._open(body)
        schedule, state = self._schedule.read(item), self._progress.read(item)[STATUS][0]
        return replace(
            traits_of(item),
            start=from_text(schedule[START][0]),
            end=from_text(schedule[DUE][0]),
            completed=state == COMPLETED,
            cancelled=state == CANCELED,
        )
