"""Which time zone a TZID means, and what a zone is called.

In this order: an IANA name, a Windows name, the end of a path (``/mozilla.org/20050126_1/Europe/Vienna``), the place
that the item's own VTIMEZONE names, an offset written out, and else the offsets of that VTIMEZONE (``dav.md``, 7).
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from fieldsync.sides.ical.lines import Component
from fieldsync.sides.ical.observances import observed
from fieldsync.sides.ical.windows import IANA_OF

_OF_THE_HOST = frozenset({"localtime", "posixrules", "factory"})
_OFFSET = re.compile(r"^\(?(?:UTC|GMT)(?:([+-])(\d\d?)(?::?(\d\d))?)?\)?$", re.ASCII | re.IGNORECASE)


def find(tzid: str, calendar: Component | None) -> tzinfo | None:
    """The zone that a calendar means by ``tzid``; None for one that nobody knows."""
    known = by_name(tzid)
    if known is not None:
        return known
    definition = _definition(tzid, calendar)
    if definition is not None:
        place = by_name(definition.text(definition.first("X-LIC-LOCATION")))
        return place or by_offset(tzid) or observed(definition)
    return by_offset(tzid)


@lru_cache(maxsize=1024)
def by_name(tzid: str) -> ZoneInfo | None:
    """The zone of an IANA name, of a Windows name, or of a path that ends with one."""
    name = tzid.strip().strip('"')
    zone = iana(name) or iana(IANA_OF.get(name.casefold(), ""))
    parts = name.split("/")
    for count in (3, 2, 1):
        if zone is None and len(parts) > count:
            last = "/".join(parts[-count:])
            zone = iana(last) or iana(IANA_OF.get(last.casefold(), ""))
    return zone


@lru_cache(maxsize=256)
def by_offset(tzid: str) -> tzinfo | None:
    """The zone of a name that is an offset: ``UTC+01:00``, ``GMT-0500``."""
    match = _OFFSET.match(tzid.strip())
    if match is None:
        return None
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    if offset > timedelta(hours=14):
        return None
    return timezone(-offset if sign == "-" else offset)


@lru_cache(maxsize=1024)
def iana(name: str) -> ZoneInfo | None:
    """The zone of an IANA name; None for one that is not in the database."""
    if not name or name.casefold() in _OF_THE_HOST:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        spelt = _spelling().get(name.casefold())
        return ZoneInfo(spelt) if spelt else None


def name_of(zone: tzinfo, near: datetime, prefer: tzinfo | None = None) -> str:
    """The IANA name of a zone; empty if there is none. ``near`` is when it is needed.

    A zone known by its offsets alone has the name of one that shows the same time in the years around: the preferred
    one if it does, else the first that Windows has a name for.
    """
    if zone is UTC or zone == UTC:
        return "UTC"
    if isinstance(zone, ZoneInfo):
        return zone.key
    candidates = [prefer] if isinstance(prefer, ZoneInfo) else []
    candidates += [found for name in sorted(set(IANA_OF.values())) if (found := iana(name)) is not None]
    try:
        begin = near.astimezone(UTC).replace(month=1, day=1) - timedelta(days=366)
        moments = [begin + timedelta(days=6 * n, hours=5 * n % 24) for n in range(240)]
        wanted = [moment.astimezone(zone).utcoffset() for moment in moments]
    except OverflowError:
        return ""
    for other in candidates:
        if all(moment.astimezone(other).utcoffset() == offset for moment, offset in zip(moments, wanted, strict=True)):
            return other.key
    return ""


@lru_cache(maxsize=1)
def _spelling() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() if name.casefold() not in _OF_THE_HOST}


def _definition(tzid: str, calendar: Component | None) -> Component | None:
    if calendar is None:
        return None
    for found in calendar.components("VTIMEZONE"):
        if found.text(found.first("TZID")) == tzid.strip():
            return found
    return None
