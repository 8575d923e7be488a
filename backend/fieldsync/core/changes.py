"""What one operation changed on the side it wrote: enough to undo it, and to tell whether somebody changed it since."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from fieldsync.core.values import Value


@dataclass(frozen=True, slots=True)
class Made:
    """An item or a record was made; ``seen`` is the baseline of what it held then, ``version`` the one it had."""

    seen: bytes
    version: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """Fields were written: by position, what was there before and what is there after."""

    fields: Mapping[int, tuple[Value, Value]]


@dataclass(frozen=True, slots=True)
class Removed:
    """An item or a record was deleted: the body of the item, or the columns of the record as text.

    ``shares`` are the rights (bits) with which a record was shared, by principal.
    """

    body: bytes = b""
    row: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, int] = field(default_factory=dict)


Change: TypeAlias = Made | Changed | Removed
