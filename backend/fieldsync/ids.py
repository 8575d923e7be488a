"""Identifiers: what rows are called inside, and what the API calls them.

Rows carry UUIDs of version 7 (they grow with time, so that new rows lie side by side in an index).
The API puts the type before them, ``contact:0198…``, so that an id names one thing in the whole product.
"""

import hashlib
import os
import random
import threading
import time
import uuid

from fieldsync.errors import NotFound

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A fresh UUID, version 7 (RFC 9562), in its 36-character form; greater than every earlier one of this process.

    Twelve bits count within the millisecond (method 1 of section 6.2), so that lists in the order of ids are in the
    order in which things were made, whatever the clock does.
    """
    global _last
    with _lock:
        # A new millisecond begins in the lower half of the counter; a full one carries over into the next.
        _last = max(_last + 1, ((time.time_ns() // 1_000_000) << 12) | random.getrandbits(11))
        milliseconds, counter = _last >> 12, _last & 0xFFF
    raw = bytearray(milliseconds.to_bytes(6, "big") + counter.to_bytes(2, "big") + os.urandom(8))
    return str(_uuid(raw, version=7))


def _uuid(raw: bytearray, version: int) -> uuid.UUID:
    raw[6] = (raw[6] & 0x0F) | version << 4
    raw[8] = (raw[8] & 0x3F) | 0x80
    return uuid.UUID(bytes=bytes(raw))


def creation_key(mailbox_id: str, record_id: str) -> str:
    """The name of the item that a mailbox gets for a record: a UUID, version 8 (RFC 9562), the same at every try.

    Whoever makes the item again, as a worker that wakes long after another took over, finds the first one there.
    """
    digest = hashlib.blake2b(f"{mailbox_id}\n{record_id}".encode(), digest_size=16).digest()
    return str(_uuid(bytearray(digest), version=8))


def global_id(kind: str, raw: str) -> str:
    """What the API calls the row ``raw`` of this kind of thing."""
    return f"{kind}:{raw}"


def record_name(kind: str) -> str:
    """What ids of records of a kind begin with: ``phoneCall`` for PHONE_CALL."""
    first, *rest = kind.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def record_id(kind: str, raw: str) -> str:
    """What the API calls a record of a kind: ``phoneCall:0198…`` for one of PHONE_CALL."""
    return global_id(record_name(kind), raw)


def parted(value: str) -> tuple[str, str] | None:
    """The kind of thing and the row that an id of the API names; None for a text that can be no id."""
    kind, _, raw = value.partition(":")
    # Databases refuse texts with a NUL in them.
    return (kind, raw) if raw and len(raw) <= 120 and raw.isprintable() else None


def raw_id(kind: str, value: str) -> str:
    """The row behind an id of the API; raises NotFound for an id of another kind of thing."""
    named, raw = parted(value) or ("", "")
    if named != kind:
        raise NotFound(f"{value[:80]!r} is not the id of a {kind}; such ids begin with '{kind}:'.")
    return raw
