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
    """An item or a record was deleted: the body of the item, or the columns of the record as text."""

    body: bytes = b""
    row: Mapping[str, str] = field(default_factory=dict)


Change: TypeAlias = Made | Changed | Removed


def merged(first: Changed | None, then: Changed) -> Changed:
    """Two writes of the same thing as one."""
    if first is None:
        return then
    fields = dict(first.fields)
    for position, (before, after) in then.fields.items():
        fields[position] = (fields[position][0] if position in fields else before, after)
    return Changed(fields)
