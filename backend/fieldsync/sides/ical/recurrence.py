"""The recurrence of a series: its start and rule, what was taken out of it, and the occurrences that differ.

One resource holds the master and its overrides (RFC 5545). What the CRM cannot say raises NotTransferable, for reading
as for writing, so that such a series is left alone on both sides. An override says everything anew; of what it says,
the value holds only what differs from the series, and what does not differ follows the series when that is written.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from fieldsync.core.values import Value
from fieldsync.errors import BrokenItem, NotTransferable
from fieldsync.sides.content.head import FOLD
from fieldsync.sides.ical import rules, zones
from fieldsync.sides.ical.families import Family
from fieldsync.sides.ical.items import Item
from fieldsync.sides.ical.lines import Component, Head, Line
from fieldsync.sides.ical.series import Occurrence, Series, from_value, occurrence, to_value
from fieldsync.sides.ical.showing import CANCELED, STATUS, Showing
from fieldsync.sides.ical.timeblock import ALL_DAY, Block, block_of, in_zone, put_block, put_day, put_instant
from fieldsync.sides.ical.times import Form, Moment

_NOTHING: Value = ("",) * 16
_OF_THE_MASTER = frozenset({"RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "DURATION"})


class Recurrence:
    """The field of a series. ``differing`` are the families whose values an occurrence may have otherwise."""

    keys = ("recurrence",)

    def __init__(self, zone: tzinfo, showing: Showing, differing: Sequence[Family]) -> None:
        self._zone = zone
        self._showing = showing
        self._differing = tuple(differing)

    def read(self, item: Item) -> dict[str, Value]:
        if item.is_new and item.main.first("DTSTART") is None:
            return {"recurrence": _NOTHING}
        return {"recurrence": to_value(self.series(item))}

    def normal(self, key: str, value: Value) -> Value:
        """A value that is no series stays as it is: writing it says why."""
        del key
        try:
            return to_value(from_value(value, self._zone, self._tidy))
        except NotTransferable:
            return value

    def series(self, item: Item) -> Series:
        """The series that an item is; raises BrokenItem, and NotTransferable."""
        bare = self.bare(item)
        taken_out = frozenset(day for line in item.main.all("EXDATE") for day in _days_of(line, item, bare) if day)
        deleted = bare.days_among(taken_out)
        changed = {
            day: one
            for day, component in self._overrides(item, bare).items()
            if day not in deleted and (one := self._differs(item, component, bare, day))
        }
        values = (bare.pattern, bare.start, bare.length, bare.zone_name, bare.zone)
        return Series(*values, deleted, {day: changed[day] for day in sorted(changed)})

    def bare(self, item: Item) -> Series:
        """The series without its exceptions."""
        main, line = item.main, item.main.first("DTSTART")
        block = block_of(main, item)
        if line is None or block is None:
            raise BrokenItem("the series has no start")
        begin = item.times.read(line)
        told = _the_rule(item, begin)
        if block.all_day:
            start, zone, name = block.start.replace(tzinfo=None), UTC, "UTC"
            length = block.end - block.start
        else:
            name = zones.name_of(begin.zone, begin.at, item.times.zone)
            if not name:
                raise NotTransferable("the series is in a time zone that has no name")
            zone = ZoneInfo(name)
            start = begin.local.replace(tzinfo=None, fold=0)
            length = block.end.astimezone(zone).replace(tzinfo=None, fold=0) - start
        return Series(rules.read(told, start, _clock(item, begin)), start, length, name, zone)

    def write(self, item: Item, changes: Mapping[str, Value]) -> None:
        new = from_value(changes["recurrence"], self._zone, self._tidy)
        old = None if item.main.first("DTSTART") is None else self.series(item)
        overrides = self._overrides(item, old) if old is not None else {}
        shown = self._showing.read(item)[STATUS]
        if old is None or (new.start, new.length, new.zone_name) != (old.start, old.length, old.zone_name):
            item.main.remove_all("RDATE")
            _put_start(item, new)
        self._showing.hold(item, shown)
        _put_rule(item, new)
        _put_deleted(item, new, old)
        left = new.days_among(overrides) - new.deleted
        for day, component in overrides.items():
            if day in left:
                self._put_occurrence(item, component, new, day)
            else:
                item.root.remove(component)
        for day in new.changed:
            if day not in left:
                self._put_occurrence(item, _copy(item), new, day)

    def _overrides(self, item: Item, bare: Series) -> dict[date, Component]:
        """The overrides by the day they stand for; what stands for no day of the rule is left alone."""
        found: dict[date, Component] = {}
        for component in item.overrides:
            line = component.first("RECURRENCE-ID")
            if line is None or line.head is None:
                continue
            if line.head.param("RANGE"):
                raise NotTransferable("a change of this and all following occurrences cannot be told in the CRM")
            day = _day_of(item.times.read(line), item, bare)
            if day is not None:
                found.setdefault(day, component)
        days = bare.days_among(found)
        return {day: component for day, component in found.items() if day in days}

    def _differs(self, item: Item, component: Component, bare: Series, day: date) -> Occurrence:
        view = item.of(component)
        if self._showing.read(view)[STATUS][0] == CANCELED != self._showing.read(item)[STATUS][0]:
            return Occurrence(cancelled=True)
        block = block_of(component, item)
        start, end = (block.start, block.end) if block else (bare.start_of(day), bare.end_of(day))
        said: dict[str, str] = {}
        for family in self._differing:
            own, general = family.read(view), family.read(item)
            for key in family.keys:
                if own[key] != general[key]:
                    said.update(_said(key, own[key]))
        return occurrence(bare, day, start, end, said)

    def _put_occurrence(self, item: Item, component: Component, new: Series, day: date) -> None:
        view, one = item.of(component), new.changed.get(day, Occurrence())
        start, end = one.start or new.start_of(day), one.end or new.end_of(day)
        block = block_of(component, item)
        renamed = _put_original(item, component, new, day)
        # A cancelled occurrence says nothing of its time, as long as it stands for the same one.
        if (renamed or not one.cancelled) and (block is None or (block.start, block.end) != (start, end)):
            shown = self._showing.read(view)[STATUS]
            days = new.whole_days and start < end and start.time() == end.time() == time()
            put_block(component, item, Block(start, end, days))
            self._showing.hold(view, shown)
        if one.cancelled:
            self._showing.hold(view, self._showing.normal(STATUS, (CANCELED, "")))
            return
        said = dict(one.texts)
        for family in self._differing:
            own, wanted = family.read(view), dict(family.read(item))
            for key in family.keys:
                wanted[key] = _value(key, said) or wanted[key]
            changes = {key: family.normal(key, wanted[key]) for key in family.keys if wanted[key] != own[key]}
            if changes:
                family.write(view, changes)

    def _tidy(self, said: Mapping[str, str]) -> dict[str, str]:
        """These texts as an item would give them back."""
        tidied: dict[str, str] = {}
        for family in self._differing:
            for key in family.keys:
                value = _value(key, said)
                if value is not None:
                    tidied.update(_said(key, family.normal(key, value)))
        return tidied


def _said(key: str, value: Value) -> dict[str, str]:
    return {"statecode": value[0], "statuscode": value[1]} if key == STATUS else {key: value[0]}


def _value(key: str, said: Mapping[str, str]) -> Value | None:
    if key == STATUS:
        known = "statecode" in said or "statuscode" in said
        return (said.get("statecode", ""), said.get("statuscode", "")) if known else None
    return (said[key],) if key in said else None


def _the_rule(item: Item, begin: Moment) -> str:
    main = item.main
    if main.first("RECURRENCE-ID") is not None:
        raise NotTransferable("the item holds single occurrences of a series, and not the series")
    lines = list(main.all("RRULE"))
    if main.first("EXRULE") is not None:
        raise NotTransferable("the CRM has no rule of exceptions (EXRULE)")
    if len(lines) != 1:
        raise NotTransferable("the series lists its dates" if not lines else f"the series has {len(lines)} rules")
    for line in main.all("RDATE"):
        if any(at != begin.at for at in _instants(line, item)):
            raise NotTransferable("the series has dates beside its rule (RDATE)")
    return main.text(lines[0])


def _instants(line: Line, item: Item) -> list[datetime]:
    assert line.head is not None, "only properties are listed"
    words = [word.strip() for word in line.value.split(",") if word.strip()]
    return [item.times.parse(word.partition("/")[0], line.head).at for word in words]


def _clock(item: Item, begin: Moment) -> tzinfo:
    """The zone by whose clock an UNTIL in UTC is read: days are those of the mailbox."""
    return item.times.zone if begin.form is Form.DATE else begin.zone


def _days_of(line: Line, item: Item, bare: Series) -> list[date | None]:
    """The days that the values of an EXDATE stand for, None for one that stands for none."""
    assert line.head is not None, "only properties are listed"
    words = [word.strip() for word in line.value.split(",") if word.strip()]
    return [_day_of(item.times.parse(word, line.head), item, bare) for word in words]


def _day_of(moment: Moment, item: Item, bare: Series) -> date | None:
    if moment.form is Form.DATE:
        # Some programs name the day of an occurrence that has a time.
        return moment.local.date()
    if not bare.whole_days:
        return bare.day_of(moment.at)
    if moment.form is Form.UTC and bare.day_of(moment.at) is None:
        return moment.at.astimezone(item.times.zone).date()
    return moment.local.date()


def _put_start(item: Item, new: Series) -> None:
    main = item.main
    main.remove_all("DURATION")
    if new.whole_days:
        put_day(main, "DTSTART", new.first)
        put_day(main, "DTEND", new.end_of(new.first).date())
        main.put(ALL_DAY, "TRUE")
        return
    if main.first(ALL_DAY) is not None:
        main.put(ALL_DAY, "FALSE")
    form, model = _form(item, new)
    put_instant(main, item, "DTSTART", new.start_of(new.first), form, model)
    put_instant(main, item, "DTEND", new.end_of(new.first), form, model)


def _form(item: Item, new: Series) -> tuple[Form, Head | None]:
    """How the times of a series are written: as before where that is the same zone."""
    line = item.main.first("DTSTART")
    if line is not None and line.head is not None:
        old = item.times.read(line)
        if old.form is not Form.DATE and zones.name_of(old.zone, old.at, item.times.zone) == new.zone_name:
            return old.form, line.head
    if new.zone_name == "UTC" or not isinstance(new.zone, ZoneInfo):
        return Form.UTC, None
    return Form.ZONED, in_zone(item, new.zone, new.first.year)


def _put_rule(item: Item, new: Series) -> None:
    main, line = item.main, item.main.first("DTSTART")
    assert line is not None, "the start was written"
    begin = item.times.read(line)
    try:
        said = rules.read(_the_rule(item, begin), new.start, _clock(item, begin))
    except BrokenItem:
        said = None
    if said != new.pattern:
        main.put("RRULE", rules.write(new.pattern, new.start, _clock(item, begin), begin.form))


def _put_deleted(item: Item, new: Series, old: Series | None) -> None:
    main = item.main
    same_clock = old is not None and (old.start.time(), old.zone_name, old.whole_days) == (
        new.start.time(),
        new.zone_name,
        new.whole_days,
    )
    there = set[date]()
    for line in list(main.all("EXDATE")):
        days = _days_of(line, item, old) if old is not None and same_clock else []
        # A value that stands for no day does no harm; one of a day that is back does.
        if days and all(day is None or day in new.deleted for day in days):
            there.update(day for day in days if day)
        else:
            main.remove(line)
    missing = sorted(new.deleted - there)
    if missing:
        named = [_original(item, new, day, "EXDATE") for day in missing]
        # What the form cannot say is in UTC, and goes on a line of its own.
        for text in dict.fromkeys(known.text for known, _ in named):
            main.add(text, ",".join(value for known, value in named if known.text == text))


def _put_original(item: Item, component: Component, new: Series, day: date) -> bool:
    """Let an override stand for a day; False if it did so already."""
    line = component.first("RECURRENCE-ID")
    if line is not None and _day_of(item.times.read(line), item, new) == day:
        return False
    component.remove_all("RECURRENCE-ID")
    known, value = _original(item, new, day, "RECURRENCE-ID")
    component.add(known.text, value)
    return True


def _original(item: Item, new: Series, day: date, name: str) -> tuple[Head, str]:
    """Head and value that name an occurrence, in the form of DTSTART."""
    line = item.main.first("DTSTART")
    assert line is not None, "the start was written"
    begin = item.times.read(line)
    known = Head(name)
    if begin.form is Form.DATE:
        return known.with_param("VALUE", "DATE"), f"{day:%Y%m%d}".zfill(8)
    if begin.form is Form.ZONED:
        known = known.with_param("TZID", line.head.param("TZID") if line.head is not None else "")
    if new.whole_days and begin.form is not Form.UTC:
        # Midnights of some zone that are marked as days.
        local = datetime.combine(day, begin.local.time())
        return known, local.strftime("%Y%m%dT%H%M%S").zfill(15)
    return item.times.render(name, new.start_of(day), begin.form, known)


def _copy(item: Item) -> Component:
    """A new override that says what the series says."""
    lines: list[str] = []
    for part in item.main.items:
        if isinstance(part, Component):
            lines += [_unfolded(raw) for raw in part.raws()]
        elif part.head is not None and part.head.name not in _OF_THE_MASTER:
            lines.append(_unfolded(part.raw))
    return item.root.add_component(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def _unfolded(raw: str) -> str:
    return FOLD.sub("", raw).rstrip("\r\n")
