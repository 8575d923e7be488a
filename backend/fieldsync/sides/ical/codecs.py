"""Which codec is for which kind of calendar items."""

from datetime import UTC, tzinfo

from fieldsync.clock import Clock, SystemClock
from fieldsync.core.values import RecordKind
from fieldsync.sides.ical import zones
from fieldsync.sides.ical.codec import ItemCodec
from fieldsync.sides.ical.event import EventCodec, SeriesCodec
from fieldsync.sides.ical.todo import TodoCodec

_TODOS = (RecordKind.TASK, RecordKind.PHONE_CALL, RecordKind.LETTER, RecordKind.FAX)


def codec_for(kind: RecordKind, zone: str, clock: Clock | None = None, mails: bool = False) -> ItemCodec:
    """The codec of a kind for a mailbox in ``zone`` (IANA; UTC for one that nobody knows), where floating times are.

    ``clock`` stamps what is made. ``mails`` lets the mail server invite the attendees whom we add: only for the mailbox
    that is the one sender of a meeting. Raises ValueError for a kind that lives in no calendar.
    """
    place: tzinfo = zones.find(zone, None) or UTC
    if kind in _TODOS:
        return TodoCodec(kind, place, clock or SystemClock())
    if kind is RecordKind.RECURRING_APPOINTMENT:
        return SeriesCodec(kind, place, clock or SystemClock(), mails)
    if kind in (RecordKind.APPOINTMENT, RecordKind.SERVICE_ACTIVITY):
        return EventCodec(kind, place, clock or SystemClock(), mails)
    raise ValueError(f"{kind.value} lives in no calendar")
