"""Which time zone a TZID means."""

from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fieldsync.sides.ical.lines import Component


def find(tzid: str, calendar: Component | None) -> tzinfo | None:
    """The zone that a calendar means by ``tzid``; None for one that nobody knows."""
    del calendar
    return iana(tzid)


@lru_cache(maxsize=1024)
def iana(name: str) -> ZoneInfo | None:
    """The zone of an IANA name; None for one that is not in the database."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
