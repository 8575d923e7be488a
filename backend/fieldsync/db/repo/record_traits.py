"""What a record is beside its fields, from its own columns; whoever may read those, the engine decides by them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, null

from fieldsync.core.attendees import addresses
from fieldsync.core.traits import RecordTraits

UID = "globalobjectid"
_NAMES = ("owner_id", "modified_at", "statecode", UID, "organizer", "requiredattendees", "optionalattendees")
_STARTS, _ENDS = ("scheduledstart", "starttime"), ("scheduledend", "patternenddate")


def trait_columns(table: Table) -> list[ColumnElement[Any]]:
    """The columns that traits are made of, NULL for those that a kind has not."""
    return [*(_column(table, (name,)) for name in _NAMES), _column(table, _STARTS), _column(table, _ENDS)]


def _column(table: Table, names: Sequence[str]) -> ColumnElement[Any]:
    found: Column[Any] | None = next((table.c[name] for name in names if name in table.c), None)
    return null() if found is None else found


def traits_of(row: Sequence[Any]) -> RecordTraits:
    """Traits from the values of ``trait_columns``."""
    owner_id, modified, state, uid, organizer, required, optional, start, end = row
    if organizer is None and required is None and optional is None and uid is None and start is None:
        return RecordTraits(owner_id=owner_id, modified=modified, state=state)
    host = addresses(organizer or "")
    return RecordTraits(
        owner_id=owner_id,
        modified=modified,
        uid=uid or "",
        organizer=host[0] if host else "",
        attendees=tuple(dict.fromkeys((*addresses(required or ""), *addresses(optional or "")))),
        start=start,
        end=end if isinstance(end, datetime) else None,
        state=state,
    )
