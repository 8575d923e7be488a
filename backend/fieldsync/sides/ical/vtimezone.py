"""The VTIMEZONE that is written beside a TZID, made from the time zone database."""

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of a real zone: ``local`` in the time before it."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str


@lru_cache(maxsize=256)
def defined(zone: ZoneInfo, tzid: str, year: int) -> tuple[str, ...]:
    """The lines of a VTIMEZONE that is right for what happens from ``year`` on, each unfolded.

    Where the zone follows a yearly rule it is given as one; where it does not, its changes of 20 years are listed.
    """
    first = year - 1
    changes = _changes(zone, first, year + 20)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{tzid}", f"X-LIC-LOCATION:{zone.key}"]
    ruled = next((since for since in range(first, year + 8) if _is_ruled(changes, since)), None)
    opening = datetime(first, 1, 1, tzinfo=zone)
    offset = opening.utcoffset() or timedelta()
    if ruled != first or not changes:
        lines += _written(_Change(opening.replace(tzinfo=None), offset, offset, opening.tzname() or ""), ())
    listed = [change for change in changes if ruled is None or change.local.year < ruled]
    groups: dict[tuple[timedelta, timedelta, str], list[_Change]] = {}
    for change in listed:
        groups.setdefault((change.before, change.after, change.name), []).append(change)
    for group in groups.values():
        dates = ",".join(_basic(change.local) for change in group[1:])
        lines += _written(group[0], (f"RDATE:{dates}",) if dates else ())
    if ruled is not None:
        for change in changes:
            if change.local.year == ruled:
                lines += _written(change, (f"RRULE:{_as_rule(change, changes)}",))
    return (*lines, "END:VTIMEZONE")


def _written(change: _Change, more: tuple[str, ...]) -> list[str]:
    kind = "DAYLIGHT" if change.after > change.before else "STANDARD"
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{_basic(change.local)}",
        f"TZOFFSETFROM:{_signed(change.before)}",
        f"TZOFFSETTO:{_signed(change.after)}",
        f"TZNAME:{change.name}",
        *more,
        f"END:{kind}",
    ]


def _is_ruled(changes: list[_Change], since: int) -> bool:
    """True if from this year on every year is like the next."""
    years: dict[int, list[_Change]] = {}
    for change in changes:
        if change.local.year >= since:
            years.setdefault(change.local.year, []).append(change)
    if not years or sorted(years) != list(range(since, max(years) + 1)) or len(years) < 8:
        return False
    shapes = {tuple(_shape(change) for change in year) for year in years.values()}
    return len(shapes) == 1 and all(_as_rule(change, changes) for change in years[since])


def _shape(change: _Change) -> tuple[object, ...]:
    local = change.local
    return (change.before, change.after, change.name, local.month, local.weekday(), local.time())


def _as_rule(change: _Change, changes: list[_Change]) -> str:
    """The yearly rule that this change and those of its shape after it follow; empty if they follow none."""
    alike = [one.local for one in changes if one.local >= change.local and _shape(one) == _shape(change)]
    nths = {(one.day - 1) // 7 + 1 for one in alike}
    is_last = all(one.day + 7 > calendar.monthrange(one.year, one.month)[1] for one in alike)
    if not is_last and len(nths) > 1:
        return ""
    nth = -1 if is_last else nths.pop()
    return f"FREQ=YEARLY;BYMONTH={change.local.month};BYDAY={nth}{_DAYS[change.local.weekday()]}"


def _changes(zone: ZoneInfo, first: int, last: int) -> list[_Change]:
    """The changes of offset in these years, found by looking every few days and halving."""
    found: list[_Change] = []
    step = timedelta(days=5)
    at = datetime(max(first, 2), 1, 1, tzinfo=UTC)
    end = datetime(min(last + 1, 9998), 1, 1, tzinfo=UTC)
    offset = at.astimezone(zone).utcoffset()
    while at < end:
        later = at + step
        after = later.astimezone(zone).utcoffset()
        if after != offset and offset is not None and after is not None:
            low, high = at, later
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
                if middle.astimezone(zone).utcoffset() == offset:
                    low = middle
                else:
                    high = middle
            local = high.replace(tzinfo=None) + offset
            found.append(_Change(local, offset, after, high.astimezone(zone).tzname() or ""))
        at, offset = later, after
    return found


def _basic(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%S").zfill(15)


def _signed(offset: timedelta) -> str:
    seconds = abs(int(offset.total_seconds()))
    text = f"{seconds // 3600:02}{seconds % 3600 // 60:02}" + (f"{seconds % 60:02}" if seconds % 60 else "")
    return ("-" if offset < timedelta() else "+") + text
