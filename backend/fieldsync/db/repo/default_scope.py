"""The default filters of Dynamics: which records a mailbox follows when nobody says otherwise (behaviours F6)."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, func, literal, or_

from fieldsync.core.values import RecordKind

MEETINGS = (RecordKind.APPOINTMENT, RecordKind.RECURRING_APPOINTMENT)
"""The kinds of which a mailbox follows other people's records, too: meetings that its owner takes part in."""


def default_scope(kind: RecordKind, stored: Table, owner_id: str, addresses: Sequence[str]) -> ColumnElement[bool]:
    """Of contacts the active ones of one's own; of meetings those one owns, organizes or is invited to; else one's own.

    ``addresses`` are the owner's own mail addresses, in lower case. Rights are not looked at here.
    """
    mine = stored.c.owner_id == owner_id
    if kind is RecordKind.CONTACT:
        return and_(mine, stored.c.statecode == 0)
    if kind not in MEETINGS or not addresses:
        return mine
    people = (stored.c.organizer, stored.c.requiredattendees, stored.c.optionalattendees)
    return or_(mine, *(one for column in people for one in _names(column, addresses)))


def _names(column: Column[Any], addresses: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """Whether a list of people, as ``core.attendees`` writes it, has one of these addresses."""
    listed = literal(";") + func.replace(func.lower(column), " ", "") + ";"
    for address in addresses:
        yield listed.contains(f"<{address}>", autoescape=True)
        yield listed.contains(f";{address};", autoescape=True)
