"""Attendees and organizer of an event.

People are told apart by their address; a line that stays keeps all it says (the answer of somebody is theirs). Rooms
and things (CUTYPE) and people who are only told (NON-PARTICIPANT) are kept and not read.

Nobody is mailed because of us: lines we add carry SCHEDULE-AGENT=CLIENT (RFC 6638), and an event that had no people
before tells SOGo to stay silent. Lines that are there keep theirs: a change from SERVER to CLIENT would itself be
mailed, as a cancellation (RFC 6638, 3.2.1.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fieldsync.core.attendees import Person, listed, parse, person, written
from fieldsync.core.values import Value
from fieldsync.sides.ical.items import Item, address
from fieldsync.sides.ical.lines import Component, Head, Line, head

REQUIRED, OPTIONAL, ORGANIZER = "requiredattendees", "optionalattendees", "organizer"
_ROLES = {REQUIRED: "REQ-PARTICIPANT", OPTIONAL: "OPT-PARTICIPANT"}
_THINGS = frozenset({"RESOURCE", "ROOM"})
_SILENCE = "X-SOGO-SEND-APPOINTMENT-NOTIFICATIONS"
_SILENT = frozenset({"CLIENT", "NONE"})
_NO_ADDRESS = "invalid:nomail"


@dataclass(frozen=True, slots=True)
class _Attendee:
    line: Line
    known: Head
    who: Person
    list: str


class People:
    """The three fields; ``mails`` lets the server invite those whom we add."""

    keys = (REQUIRED, OPTIONAL, ORGANIZER)

    def __init__(self, mails: bool) -> None:
        self._mails = mails

    def read(self, item: Item) -> dict[str, Value]:
        lists = _lists(item.main)
        organizer = _who(item.main.first("ORGANIZER"))
        return {
            REQUIRED: (written(lists[REQUIRED]),),
            OPTIONAL: (written(lists[OPTIONAL]),),
            ORGANIZER: (str(organizer) if organizer else "",),
        }

    def normal(self, key: str, value: Value) -> Value:
        people = parse(value[0])
        return (written(people[:1] if key == ORGANIZER else people),)

    def write(self, item: Item, changes: Mapping[str, Value]) -> None:
        main = item.main
        alone = main.first("ORGANIZER") is None and main.first("ATTENDEE") is None
        if ORGANIZER in changes:
            self._put_organizer(main, parse(changes[ORGANIZER][0]))
        if REQUIRED in changes or OPTIONAL in changes:
            wanted = _lists(main)
            wanted.update({key: parse(changes[key][0]) for key in (REQUIRED, OPTIONAL) if key in changes})
            before = {one.who.key for one in _attendees(main)}
            self._put_attendees(main, wanted)
            after = {one.who.key for one in _attendees(main)}
            for other in item.overrides:
                # Who joins or leaves a series does so on its changed days, too.
                if other.first("ATTENDEE") is not None:
                    self._follow(other, before - after, wanted, after - before)
        if alone and not self._mails and (main.first("ORGANIZER") or main.first("ATTENDEE")):
            main.put(_SILENCE, "NO")

    def _put_organizer(self, main: Component, people: tuple[Person, ...]) -> None:
        line = main.first("ORGANIZER")
        if not people:
            main.remove_all("ORGANIZER")
            return
        who, old = people[0], _who(line)
        if line is not None and line.head is not None and old is not None and old.key == who.key:
            main.set(line, line.value, _named(line.head, who))
            return
        known = self._quiet(_named(head("ORGANIZER"), who))
        if line is None:
            main.add(known.text, _address(who))
        else:
            # SENT-BY, DIR and the like belong to the organizer before.
            main.set(line, _address(who), known)

    def _put_attendees(self, main: Component, wanted: Mapping[str, tuple[Person, ...]]) -> None:
        listed_as = {one.key: (key, one) for key in (OPTIONAL, REQUIRED) for one in wanted[key]}
        for attendee in _attendees(main):
            entry = listed_as.get(attendee.who.key)
            if entry is None:
                main.remove(attendee.line)
                continue
            key, who = entry
            known = attendee.known if attendee.list == key else attendee.known.with_param("ROLE", _ROLES[key])
            if attendee.who.name != who.name:
                known = _named(known, who)
            if known is not attendee.known:
                main.set(attendee.line, attendee.line.value, known)
        there = {one.who.key for one in _attendees(main)}
        organizer = _who(main.first("ORGANIZER"))
        for name, (key, who) in listed_as.items():
            if name not in there:
                self._add(main, key, who, organizer)

    def _follow(
        self, override: Component, left: set[str], wanted: Mapping[str, tuple[Person, ...]], joined: set[str]
    ) -> None:
        there = set[str]()
        for attendee in _attendees(override):
            there.add(attendee.who.key)
            if attendee.who.key in left:
                override.remove(attendee.line)
        organizer = _who(override.first("ORGANIZER"))
        for key in (REQUIRED, OPTIONAL):
            for who in wanted[key]:
                if who.key in joined and who.key not in there:
                    there.add(who.key)
                    self._add(override, key, who, organizer)

    def _add(self, component: Component, key: str, who: Person, organizer: Person | None) -> None:
        known = _named(head("ATTENDEE"), who).with_param("ROLE", _ROLES[key])
        if organizer is not None and organizer.key == who.key:
            known = known.with_param("PARTSTAT", "ACCEPTED")
        else:
            known = known.with_param("PARTSTAT", "NEEDS-ACTION").with_param("RSVP", "TRUE")
        component.add(self._quiet(known).text, _address(who))

    def _quiet(self, known: Head) -> Head:
        return known if self._mails else known.with_param("SCHEDULE-AGENT", "CLIENT")


def audible(item: Item) -> tuple[str, ...]:
    """The addresses of the attendees whom a mail server tells of a change, rooms and all (RFC 6638, 7.1)."""
    silence = item.main.first(_SILENCE)
    if silence is not None and item.main.text(silence).strip().upper() == "NO":
        return ()
    organizer = address(line) if (line := item.main.first("ORGANIZER")) is not None else ""
    heard = {
        address(line)
        for component in (item.main, *item.overrides)
        for line in component.all("ATTENDEE")
        if line.head is not None and line.head.param("SCHEDULE-AGENT").upper() not in _SILENT
    }
    return tuple(sorted(heard - {organizer, ""}))


def _lists(main: Component) -> dict[str, tuple[Person, ...]]:
    """Who is on which list; somebody on both is required."""
    attendees = _attendees(main)
    required = listed(one.who for one in attendees if one.list == REQUIRED)
    keys = {one.key for one in required}
    return {
        REQUIRED: required,
        OPTIONAL: listed(one.who for one in attendees if one.list == OPTIONAL and one.who.key not in keys),
    }


def _attendees(main: Component) -> list[_Attendee]:
    found: list[_Attendee] = []
    for line in main.all("ATTENDEE"):
        known, who = line.head, _who(line)
        if known is None or who is None or known.param("CUTYPE").upper() in _THINGS:
            continue
        role = known.param("ROLE").upper()
        if role != "NON-PARTICIPANT":
            found.append(_Attendee(line, known, who, OPTIONAL if role == "OPT-PARTICIPANT" else REQUIRED))
    return found


def _who(line: Line | None) -> Person | None:
    if line is None or line.head is None:
        return None
    return person(line.head.param("CN"), address(line))


def _named(known: Head, who: Person) -> Head:
    return known.with_param("CN", who.name) if who.name else known.without("CN")


def _address(who: Person) -> str:
    return f"mailto:{who.address}" if who.address else _NO_ADDRESS
