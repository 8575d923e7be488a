"""Identifiers: what rows are called inside, and what the API calls them.

Rows carry UUIDs of version 7 (they grow with time, so that new rows lie side by side in an index).
The API puts the type before them, ``contact:0198…``, so that an id names one thing in the whole product.
"""

import os
import time
import uuid

from fieldsync.errors import NotFound


def new_id() -> str:
    """A fresh UUID, version 7 (RFC 9562), in its 36-character form."""
    milliseconds = time.time_ns() // 1_000_000
    raw = bytearray(milliseconds.to_bytes(6, "big") + os.urandom(10))
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    return str(uuid.UUID(bytes=bytes(raw)))


def global_id(kind: str, raw: str) -> str:
    """What the API calls the row ``raw`` of this kind of thing."""
    return f"{kind}:{raw}"


def raw_id(kind: str, value: str) -> str:
    """The row behind an id of the API; raises NotFound for an id of another kind of thing."""
    prefix, _, raw = value.partition(":")
    if prefix != kind or not raw or len(raw) > 120:
        raise NotFound(f"{value[:80]!r} is not the id of a {kind}; such ids begin with '{kind}:'.")
    return raw
