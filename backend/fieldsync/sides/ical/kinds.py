"""Which kind an item of a calendar is, from one look at its lines."""

import re

from fieldsync.core.values import RecordKind

KIND = "X-FIELDSYNC-KIND"
"""Says of an item made from the CRM which kind it is; what is made in the mailbox has none (``dav.md``, section 8)."""

MARKED = frozenset({RecordKind.PHONE_CALL, RecordKind.LETTER, RecordKind.FAX, RecordKind.SERVICE_ACTIVITY})
"""The kinds that say so, because without it they would be taken for tasks or appointments."""

_LINES = re.compile(
    rb"^(?:(BEGIN|END):[ \t]*(VEVENT|VTODO|VALARM)|(RRULE|RDATE)[;:]|X-FIELDSYNC-KIND[^:\r\n]*:[ \t]*(\w+))",
    re.IGNORECASE | re.MULTILINE,
)
_TODOS = {b"PHONE_CALL": RecordKind.PHONE_CALL, b"LETTER": RecordKind.LETTER, b"FAX": RecordKind.FAX}
_SERVICE = b"SERVICE_ACTIVITY"


def kind_of(body: bytes) -> RecordKind | None:
    """The kind of an item; None if it is neither event nor task. Never raises.

    Of a body with both the first counts. An event that repeats is a series, unless it came from a service activity.
    """
    outer, told, repeats = b"", b"", False
    inside = b""
    for match in _LINES.finditer(body):
        mark, component, rule, kind = match.groups()
        if mark is not None:
            component = component.upper()
            inside = component if mark.upper() == b"BEGIN" else (outer if component == b"VALARM" else b"")
            if not outer and component != b"VALARM":
                outer = component
        elif inside and inside == outer:
            repeats = repeats or rule is not None
            told = told or (kind or b"").upper()
    match outer:
        case b"VTODO":
            return _TODOS.get(told, RecordKind.TASK)
        case b"VEVENT":
            if told == _SERVICE:
                return RecordKind.SERVICE_ACTIVITY
            return RecordKind.RECURRING_APPOINTMENT if repeats else RecordKind.APPOINTMENT
    return None
