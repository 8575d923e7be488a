"""Values of fields at rest: sealed with all their parts, so that they can be put back as they were."""

from fieldsync.core.values import Value
from fieldsync.security.secrets import SecretBox

_BETWEEN = "\x1f"  # no mail server and no CRM keeps a unit separator in a text


def seal_value(box: SecretBox, value: Value) -> bytes:
    """The value, sealed."""
    return box.seal(_BETWEEN.join(value))


def open_value(box: SecretBox, sealed: bytes) -> Value:
    """The value with its parts; raises SealBroken.

    Composites that were sealed before parts were kept come as one part with line breaks.
    """
    return tuple(box.open(sealed).split(_BETWEEN))


def shown(value: Value) -> str:
    """The value as people read it: its parts below each other, without the empty ones."""
    return "\n".join(part for part in value if part)
