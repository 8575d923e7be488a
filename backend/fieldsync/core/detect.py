"""Who moved: baselines as keyed digests, compared whole first and field by field only when they differ.

A baseline is one digest of eight bytes per field, in catalogue order. It is keyed, so that nobody
who reads the database can test guesses of a secured value against it; it holds no content. An empty
field has eight zero bytes, which also makes "never seen" (a baseline shorter than the kind, after
the catalogue grew) read as "was empty".
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import TypeAlias

from fieldsync.core.values import Value, Values

WIDTH = 8
_EMPTY = bytes(WIDTH)

Seen: TypeAlias = tuple[bytes, bytes]
"""The baselines of the CRM and of Outlook."""


class Digests:
    """Makes baselines with one key (16 to 64 bytes)."""

    def __init__(self, key: bytes) -> None:
        self._hash = partial(blake2b, digest_size=WIDTH, key=key)

    def of(self, value: Value) -> bytes:
        """Digest of one field."""
        if not any(value):
            return _EMPTY
        text = "\x00".join(value)
        if not text.strip("\x00"):
            return _EMPTY
        return self._hash(text.encode("utf-8", "surrogatepass")).digest()

    def baseline(self, values: Values) -> bytes:
        """Digests of all fields of a record or item."""
        return b"".join([self.of(value) if any(value) else _EMPTY for value in values])


def moved(seen: bytes, now: bytes) -> frozenset[int]:
    """Positions of the fields whose digest is no longer the one last seen."""
    if seen == now:
        return frozenset()
    return frozenset(
        position
        for position in range(len(now) // WIDTH)
        if now[position * WIDTH : (position + 1) * WIDTH] != (seen[position * WIDTH : (position + 1) * WIDTH] or _EMPTY)
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """What runs wrote on the item of a record, or may have, without a link that tells of it.

    ``written`` are digests by field: an item that holds one of them holds no edit of anybody. ``made`` is what both
    sides held when the item at ``href`` was made, if a run made it.
    """

    written: Mapping[int, Set[bytes]] = field(default_factory=dict)
    made: Seen | None = None
    href: str = ""

    def on(self, now: bytes) -> frozenset[int]:
        """Positions of the fields that hold what was written there."""
        return frozenset(n for n, known in self.written.items() if now[n * WIDTH : (n + 1) * WIDTH] in known)


NOTHING_SENT = Sent()


def replaced(seen: bytes, now: bytes, positions: Sequence[int] | frozenset[int]) -> bytes:
    """``seen`` with the digests at ``positions`` taken from ``now``."""
    result = bytearray(seen.ljust(len(now), b"\x00"))
    for position in positions:
        result[position * WIDTH : (position + 1) * WIDTH] = now[position * WIDTH : (position + 1) * WIDTH]
    return bytes(result)
