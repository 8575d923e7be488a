"""Points in time as the values of fields write them."""

from datetime import UTC, datetime


def to_text(at: datetime) -> str:
    """An instant as the values of fields write it: ``2026-01-02T03:04:05Z``."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def from_text(text: str) -> datetime | None:
    """The instant of a value, to the second; None where the text is none. Without an offset it is UTC."""
    try:
        at = datetime.fromisoformat(text.strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None
