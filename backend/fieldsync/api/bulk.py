"""Fields that are resolved for many objects at once.

A resolver answers for one object, and loaders bring together what many of them ask for; that is right for every
executor and costs a coroutine for each object. What lists show often says beside its resolver how it is resolved for
all objects of a level in one go; plans use that.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

R = TypeVar("R", bound=Callable[..., Any])
Bulk = Callable[..., Awaitable[Sequence[Any]]]
_MARK = "__resolved_in_bulk__"


def in_bulk(resolve_all: Bulk) -> Callable[[R], R]:
    """Say of a resolver that ``resolve_all(objects, info, **arguments)`` gives the same values, in the same order."""

    def mark(resolver: R) -> R:
        setattr(resolver, _MARK, resolve_all)
        return resolver

    return mark


def bulk_of(resolver: Any) -> Bulk | None:
    """How the field of a resolver is resolved for many objects, if it said so."""
    return getattr(resolver, _MARK, None)
