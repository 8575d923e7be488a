"""RRULE and the pattern of a series: what one says and the other can say too (``dav.md``, section 7).

iCalendar's rules say far more than the CRM's columns. What does not fit raises NotTransferable with the reason, so that
a series is left alone on both sides rather than carried over wrongly.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo

from fieldsync.core.recurrence import EVERY_DAY, LAST, Pattern, PatternEnd, PatternType, UnsoundPattern, bit_of, sound
from fieldsync.errors import BrokenItem, NotTransferable
from fieldsync.sides.ical.times import Form

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY = re.compile(r"^([+-]?\d+)?(SU|MO|TU|WE|TH|FR|SA)$", re.ASCII)
_UNTIL = re.compile(r"^(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)?(Z)?)?$", re.ASCII)
_ALL_MONTHS = ",".join(str(n) for n in range(1, 13))
_KNOWN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"})


def read(text: str, start: datetime, zone: tzinfo) -> Pattern:
    """The pattern of a rule, in its one form; ``start`` is the local time at which the series begins.

    Raises NotTransferable, and BrokenItem for what is no rule.
    """
    try:
        told, first = sound(_pattern(_parts(text, start), start, zone), start.date())
    except UnsoundPattern as error:
        raise NotTransferable(f"the rule {text[:80]!r} cannot be kept: {error}") from None
    if first != start.date():
        raise NotTransferable(f"the series begins on {start.date()}, which is no day of its rule {text[:80]!r}")
    return told


def write(pattern: Pattern, start: datetime, zone: tzinfo, form: Form) -> str:
    """The rule of a pattern, for a series that begins at this local time and is written in this form."""
    parts: list[str] = []
    match pattern.type:
        case PatternType.DAILY:
            parts.append("FREQ=DAILY")
        case PatternType.WEEKLY:
            parts.append("FREQ=WEEKLY")
        case PatternType.MONTHLY | PatternType.MONTHLY_NTH:
            parts.append("FREQ=MONTHLY")
        case PatternType.YEARLY | PatternType.YEARLY_NTH:
            parts.append("FREQ=YEARLY")
    if pattern.end is PatternEnd.OCCURRENCES:
        parts.append(f"COUNT={pattern.count}")
    elif pattern.end is PatternEnd.DATE and pattern.until is not None:
        parts.append(f"UNTIL={_until(pattern.until, start, zone, form)}")
    if pattern.interval != 1:
        parts.append(f"INTERVAL={pattern.interval}")
    if pattern.month:
        parts.append(f"BYMONTH={pattern.month}")
    if pattern.day:
        parts.append(f"BYMONTHDAY={pattern.day}")
    days = [name for n, name in enumerate(_DAYS) if pattern.weekdays & bit_of(n)]
    if not pattern.instance:
        if days:
            parts.append(f"BYDAY={','.join(days)}")
        return ";".join(parts)
    nth = -1 if pattern.instance == LAST else pattern.instance
    if len(days) == 1:
        parts.append(f"BYDAY={nth}{days[0]}")
    elif pattern.weekdays == EVERY_DAY and nth == -1:
        parts.append("BYMONTHDAY=-1")
    else:
        parts.append(f"BYDAY={','.join(days)};BYSETPOS={nth}")
    return ";".join(parts)


def _parts(text: str, start: datetime) -> dict[str, str]:
    parts: dict[str, str] = {}
    for piece in text.strip().strip(";").split(";"):
        name, equals, value = (word.strip().upper() for word in piece.partition("="))
        if not equals or not value or name in parts:
            raise BrokenItem(f"RRULE cannot be read: {text[:80]!r}")
        parts[name] = value
    if "FREQ" not in parts:
        raise BrokenItem(f"RRULE has no frequency: {text[:80]!r}")
    clock = {"BYHOUR": start.hour, "BYMINUTE": start.minute, "BYSECOND": start.second}
    for name, value in list(parts.items()):
        said_by_start = name in clock and value.isdecimal() and int(value) == clock[name]
        if said_by_start or (name, value) in (("RSCALE", "GREGORIAN"), ("SKIP", "OMIT"), ("BYMONTH", _ALL_MONTHS)):
            del parts[name]
        elif name not in _KNOWN:
            raise NotTransferable(f"the CRM has no {name} in a rule")
    return parts


def _pattern(parts: Mapping[str, str], start: datetime, zone: tzinfo) -> Pattern:
    frequency = parts["FREQ"]
    interval = _number(parts, "INTERVAL", 1)
    weekdays, nth = _weekdays(parts)
    month, monthday = _number(parts, "BYMONTH", 0), _number(parts, "BYMONTHDAY", 0)
    nth = _position(parts, weekdays, nth, monthday)
    by_day = bool(weekdays)
    if by_day and monthday:
        raise NotTransferable("the CRM has no weekdays that fall on certain days of the month")
    if frequency == "MONTHLY" and month:
        if interval != 1:
            raise NotTransferable("the CRM has no rule of every few months that keeps to one month")
        frequency = "YEARLY"
    if by_day and not nth and frequency in ("DAILY", "MONTHLY", "YEARLY"):
        # Every Monday is a rule of weeks, whatever it is called.
        if interval != 1 or month:
            raise NotTransferable("the CRM has no weekdays in a rule that does not count weeks")
        frequency = "WEEKLY"
    if frequency == "YEARLY" and not month and (nth or monthday):
        if nth or interval != 1:
            raise NotTransferable("the CRM has no day of the year that is not in a certain month")
        frequency = "MONTHLY"
    if frequency in ("DAILY", "WEEKLY") and (month or monthday or nth):
        raise NotTransferable(f"the CRM has no {frequency.lower()} rule that keeps to some months or days of them")
    match frequency:
        case "DAILY":
            told = Pattern(PatternType.DAILY, interval)
        case "WEEKLY":
            weekdays = weekdays or bit_of(start.weekday())
            _check_week(parts.get("WKST", "MO"), weekdays, interval, start.date())
            told = Pattern(PatternType.WEEKLY, interval, weekdays)
        case "MONTHLY" | "YEARLY":
            told = _of_month(frequency == "YEARLY", interval, weekdays, nth, monthday, month)
        case _:
            raise NotTransferable(f"the CRM has no rule that is {frequency.lower()}")
    return _ended(told, parts, start, zone)


def _of_month(yearly: bool, interval: int, weekdays: int, nth: int, monthday: int, month: int) -> Pattern:
    if monthday == -1:
        weekdays, nth, monthday = EVERY_DAY, -1, 0
    if monthday < 0:
        raise NotTransferable("the CRM does not count days from the end of a month")
    if not nth:
        kind = PatternType.YEARLY if yearly else PatternType.MONTHLY
        return Pattern(kind, interval, day=monthday, month=month)
    if not -1 <= nth <= 4:
        raise NotTransferable(f"the CRM has the first to the fourth and the last of a month, not number {nth}")
    kind = PatternType.YEARLY_NTH if yearly else PatternType.MONTHLY_NTH
    return Pattern(kind, interval, weekdays, month=month, instance=LAST if nth == -1 else nth)


def _weekdays(parts: Mapping[str, str]) -> tuple[int, int]:
    """The weekdays as bits, and which of them in the month or year; 0 for all."""
    weekdays, nths = 0, set[int]()
    words = [word.strip() for word in parts.get("BYDAY", "").split(",") if word.strip()]
    for word in words:
        match = _BYDAY.match(word)
        if match is None:
            raise BrokenItem(f"RRULE has a day of the week that is none: {word[:20]!r}")
        weekdays |= bit_of(_DAYS.index(match[2]))
        nths.add(int(match[1] or 0))
    if len(words) > 1 and nths != {0}:
        raise NotTransferable("the CRM has no rule with several numbered weekdays")
    return weekdays, nths.pop() if nths else 0


def _position(parts: Mapping[str, str], weekdays: int, nth: int, monthday: int) -> int:
    """Which of the days in BYDAY: the number they carry, or BYSETPOS."""
    if "BYSETPOS" not in parts:
        return nth
    position = _number(parts, "BYSETPOS", 0)
    one = nth != 0 or monthday != 0 or (parts["FREQ"] == "WEEKLY" and weekdays.bit_count() == 1)
    if one and position in (1, -1):
        return nth
    if not weekdays or one or parts["FREQ"] not in ("MONTHLY", "YEARLY"):
        raise NotTransferable("the CRM has no BYSETPOS in such a rule")
    return position


def _check_week(begins: str, weekdays: int, interval: int, start: date) -> None:
    """Raises NotTransferable where it matters on which day weeks begin; in the CRM they begin on Monday."""
    if begins not in _DAYS:
        raise BrokenItem(f"RRULE has a week that begins on no day: {begins[:20]!r}")
    first = _DAYS.index(begins)
    for weekday in range(7):
        if not weekdays & bit_of(weekday):
            continue
        theirs = (weekday - first) % 7 - (start.weekday() - first) % 7
        ours = weekday - start.weekday()
        if (theirs - ours) % (7 * interval):
            raise NotTransferable(f"weeks of this rule begin on {begins}, those of the CRM on MO")


def _ended(told: Pattern, parts: Mapping[str, str], start: datetime, zone: tzinfo) -> Pattern:
    count, until = parts.get("COUNT"), parts.get("UNTIL")
    if count and until:
        raise NotTransferable("the rule has both COUNT and UNTIL")
    values = (told.type, told.interval, told.weekdays, told.day, told.month, told.instance)
    if count:
        return Pattern(*values, PatternEnd.OCCURRENCES, _number(parts, "COUNT", 0))
    if until:
        return Pattern(*values, PatternEnd.DATE, until=_last_day(until, start, zone))
    return told


def _last_day(text: str, start: datetime, zone: tzinfo) -> date:
    """The last day on which a series may still happen; UNTIL is read in whatever form it comes."""
    match = _UNTIL.match(text)
    if match is None:
        raise BrokenItem(f"RRULE ends at no date: {text[:40]!r}")
    year, month, day, hour, minute, second, utc = match.groups()
    try:
        if hour is None:
            return date(int(year), int(month), int(day))
        until = datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=UTC)
        local = (until.astimezone(zone) if utc else until).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise BrokenItem(f"RRULE ends at no date: {text[:40]!r}") from None
    if local.time() >= start.time() or local.date() == date.min:
        return local.date()
    return local.date() - timedelta(days=1)


def _until(until: date, start: datetime, zone: tzinfo, form: Form) -> str:
    if form is Form.DATE:
        return f"{until:%Y%m%d}".zfill(8)
    local = datetime.combine(until, start.time())
    if form is Form.FLOATING:
        return local.strftime("%Y%m%dT%H%M%S").zfill(15)
    try:
        utc = local.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        utc = local
    return utc.strftime("%Y%m%dT%H%M%SZ").zfill(16)


def _number(parts: Mapping[str, str], name: str, missing: int) -> int:
    text = parts.get(name)
    if text is None:
        return missing
    try:
        return int(text)
    except ValueError:
        pass
    if all(word.strip().lstrip("+-").isdecimal() for word in text.split(",")):
        raise NotTransferable(f"the CRM has no rule with several numbers in {name}")
    raise BrokenItem(f"RRULE has a {name} that is no number: {text[:20]!r}")
