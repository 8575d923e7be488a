"""One resource of a calendar: a component, the occurrences of it that differ, and the calendar around them."""

from copy import copy
from datetime import datetime, tzinfo

from fieldsync.core.traits import ItemTraits
from fieldsync.errors import BrokenItem
from fieldsync.sides.ical.lines import Calendar, Component, Line
from fieldsync.sides.ical.times import Times

_PRIVATE = ("PRIVATE", "CONFIDENTIAL")


class Item:
    """An item with its main component; ``overrides`` are single occurrences (RECURRENCE-ID)."""

    def __init__(self, body: bytes, name: str, zone: tzinfo) -> None:
        """``name`` is VEVENT or VTODO. Raises BrokenItem when the body is no such item, or several."""
        self.calendar = Calendar(body)
        root = self.calendar.root
        self.root = root
        found = list(root.components(name))
        if not found:
            raise BrokenItem(f"the calendar holds no {name}")
        uids = {component.text(component.first("UID")) for component in found}
        if len(uids) > 1:
            raise BrokenItem(f"the calendar holds {len(uids)} items: {', '.join(sorted(uids))[:120]}")
        masters = [component for component in found if component.first("RECURRENCE-ID") is None]
        if len(masters) > 1:
            raise BrokenItem(f"the calendar holds {len(masters)} items of the same UID")
        # Somebody invited to one occurrence of a series has no master (RFC 5545, 3.8.4.4).
        self.main = masters[0] if masters else found[0]
        self.overrides = tuple(component for component in found if component is not self.main)
        self.times = Times(root, zone)
        self.is_new = False

    def of(self, component: Component) -> "Item":
        """The same item seen from one of its occurrences."""
        other = copy(self)
        other.main = component
        other.overrides = ()
        return other

    def to_bytes(self) -> bytes:
        return self.calendar.to_bytes()


def address(line: Line | None) -> str:
    """The mail address of an ORGANIZER or ATTENDEE in lower case, or nothing."""
    if line is None or line.head is None:
        return ""
    value = line.value.strip()
    if value[:7].lower() == "mailto:":
        return value[7:].strip().lower()
    # Servers that know people by paths put the address beside (Apple, SOGo).
    return (line.head.param("EMAIL") or (value if "@" in value and ":" not in value else "")).strip().lower()


def traits_of(item: Item) -> ItemTraits:
    """The traits that events and tasks share; times and state are for the codec to add."""
    main = item.main
    return ItemTraits(
        uid=main.text(main.first("UID")),
        categories=frozenset(word.casefold() for word in main.words("CATEGORIES")),
        private=main.text(main.first("CLASS")).upper() in _PRIVATE,
        modified=_modified(item),
        organizer=address(main.first("ORGANIZER")),
        attendees=tuple(dict.fromkeys(found for line in main.all("ATTENDEE") if (found := address(line)))),
    )


def _modified(item: Item) -> datetime | None:
    for name in ("LAST-MODIFIED", "DTSTAMP"):
        line = item.main.first(name)
        if line is not None:
            try:
                return item.times.read(line).at
            except BrokenItem:
                # A stamp is no reason to give up the item.
                continue
    return None
