"""The recurrence pattern of a series as callers say it, and its columns as they are stored.

The columns are one field (catalogue ``recurrence``) in the canonical form of ``sides/ical/series.py``, which the
synchronization reads too: what is refused here is what no mailbox could show.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.recurrence import Pattern
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.record_rows import rows_of
from fieldsync.db.repo.records import layout
from fieldsync.errors import InvalidInput, NotTransferable
from fieldsync.sides.content import instants
from fieldsync.sides.ical.series import TEXTS, Series, from_value, to_value

_KIND = RecordKind.RECURRING_APPOINTMENT
_FIELD = catalogue().by_id[f"{_KIND.value}.recurrence"]
_FIRST, _LAST = datetime(1753, 1, 1, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
_DELETED, _CHANGED = "deletedexceptions", "exceptions"


@dataclass(frozen=True, slots=True)
class ChangedOccurrence:
    """How an occurrence differs from its series: another time, other texts (by attribute), or cancelled."""

    original: datetime
    start: datetime | None = None
    end: datetime | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """A rule, the first occurrence, and the zone that its days are counted in.

    ``first`` is the day from which the rule counts, by default that of ``start``. ``deleted`` are the original starts
    of what was taken out; None for these and for ``changed`` leaves them as they are stored.
    """

    pattern: Pattern
    start: datetime
    end: datetime
    time_zone: str
    first: date | None = None
    deleted: tuple[datetime, ...] | None = None
    changed: tuple[ChangedOccurrence, ...] | None = None


def columns_of(rule: SeriesRule) -> dict[str, Any]:
    """All columns of the pattern as they are stored; raises InvalidInput."""
    for name, at in (("starttime", rule.start), ("endtime", rule.end), *_originals(rule)):
        checked_instant(name, at)
    if rule.end < rule.start:
        raise InvalidInput("It ends before it starts.", path=("endtime",))
    if not rule.time_zone.strip():
        raise InvalidInput("A series needs a time zone, such as Europe/Vienna.", path=("timezone",))
    told = rule.pattern
    value = (
        *(str(int(part)) for part in (told.type, told.interval, told.weekdays, told.day, told.month, told.instance)),
        str(told.count),
        str(int(told.end)),
        rule.first.isoformat() if rule.first else "",
        told.until.isoformat() if told.until else "",
        instants.to_text(rule.start),
        instants.to_text(rule.end),
        "",
        rule.time_zone,
        json.dumps([instants.to_text(at) for at in rule.deleted or ()]),
        json.dumps([_entry(one) for one in rule.changed or ()]),
    )
    try:
        series = from_value(value, UTC, dict)
    except NotTransferable as error:
        raise InvalidInput(f"The recurrence cannot be kept: {error}.", path=("recurrence",)) from error
    _check_occurrences(series, rule)
    cells = layout(_KIND).encode({_FIELD.position: to_value(series)})
    for name, given in ((_DELETED, rule.deleted), (_CHANGED, rule.changed)):
        if given is None:
            del cells[name]
        elif len(cells[name] or "") > rows_of(_KIND).max_lengths[name]:
            raise InvalidInput("There are too many of them.", path=(name,))
    return cells


def checked_instant(name: str, value: datetime) -> datetime:
    """A time as the CRM keeps it: UTC, to the second; raises InvalidInput."""
    if value.tzinfo is None:
        raise InvalidInput("A time says where it is, as 2026-03-01T09:00:00Z does.", path=(name,))
    if not _FIRST <= value <= _LAST:
        raise InvalidInput("Times lie between the years 1753 and 9999.", path=(name,))
    return value.astimezone(UTC).replace(microsecond=0)


def deleted_in(text: str | None) -> list[datetime]:
    """The original starts in the column ``deletedexceptions``; what cannot be read is left out."""
    return [at for one in _list(text) if isinstance(one, str) and (at := instants.from_text(one)) is not None]


def changed_in(text: str | None) -> list[ChangedOccurrence]:
    """What the column ``exceptions`` says; what cannot be read is left out."""
    found: list[ChangedOccurrence] = []
    for one in _list(text):
        original = _time_of(one, "original") if isinstance(one, dict) else None
        if original is not None:
            texts = {name: one[name] for name in TEXTS if isinstance(one.get(name), str)}
            cancelled = one.get("cancelled") is True
            found.append(ChangedOccurrence(original, _time_of(one, "start"), _time_of(one, "end"), texts, cancelled))
    return found


def _originals(rule: SeriesRule) -> list[tuple[str, datetime]]:
    changed = [at for one in rule.changed or () for at in (one.original, one.start, one.end) if at is not None]
    return [*((_DELETED, at) for at in rule.deleted or ()), *((_CHANGED, at) for at in changed)]


def _check_occurrences(series: Series, rule: SeriesRule) -> None:
    for name, originals in (
        (_DELETED, rule.deleted or ()),
        (_CHANGED, tuple(one.original for one in rule.changed or ())),
    ):
        for at in originals:
            day = series.day_of(at.astimezone(UTC).replace(microsecond=0))
            if day is None or not series.days_among([day]):
                raise InvalidInput(f"No occurrence of the series begins at {instants.to_text(at)}.", path=(name,))
    limits = rows_of(_KIND).max_lengths
    for one in rule.changed or ():
        for name, text in one.texts.items():
            if len(text) > limits.get(name, len(text)) or "\x00" in text:
                raise InvalidInput(f"The {name} of an occurrence cannot be stored.", path=(_CHANGED,))
        if one.start is not None and one.end is not None and one.end < one.start:
            raise InvalidInput("An occurrence ends before it starts.", path=(_CHANGED,))


def _entry(one: ChangedOccurrence) -> dict[str, Any]:
    times = {"original": one.original, "start": one.start, "end": one.end}
    told: dict[str, Any] = {name: instants.to_text(at) for name, at in times.items() if at is not None}
    return told | dict(one.texts) | ({"cancelled": True} if one.cancelled else {})


def _time_of(entry: Mapping[str, Any], name: str) -> datetime | None:
    text = entry.get(name)
    return instants.from_text(text) if isinstance(text, str) else None


def _list(text: str | None) -> list[Any]:
    try:
        found = json.loads(text or "[]", strict=False)
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []
