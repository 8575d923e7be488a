"""Cells of record tables and parts of values: the same, as the database holds it and as text."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, String
from sqlmodel import AutoString

from fieldsync.db.columns import UtcDateTime

TEXTS = (String, AutoString)


def as_text(cell: Any) -> str:
    """A cell as parts of values hold it."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case datetime():
            return cell.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def from_text(column: Column[Any], text: str) -> Any:
    """A part of a value as its column stores it; None for what the column cannot hold."""
    if not text:
        return None
    kind = column.type
    if isinstance(kind, TEXTS):
        text = text.replace("\x00", "")  # PostgreSQL has no room for it
        return text[: kind.length] if kind.length else text
    try:
        if isinstance(kind, UtcDateTime):
            return datetime.fromisoformat(text)
        if isinstance(kind, Date):
            return date.fromisoformat(text)
        if isinstance(kind, Boolean):
            return {"true": True, "false": False}.get(text)
        if isinstance(kind, Integer):
            return int(text)
    except ValueError:
        return None
    raise TypeError(f"no text form for the column {column.name}")
