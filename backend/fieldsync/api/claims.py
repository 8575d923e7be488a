"""Operations whose caller is confirmed on the way.

To look a caller up is a statement of its own. Where everything at the root of an operation reads records by a statement
that finds nothing unless what is remembered of the caller still holds, that one is saved. A resolver that begins with
such a statement says so; a plan of such resolvers alone may be run for a caller who is only remembered. Everything
else refuses that caller (``Context.signed_in``, ``security.gate``), and the plan is run again for the one looked up.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

R = TypeVar("R", bound=Callable[..., Any])
_MARK = "__confirms_the_caller__"


def confirms_caller(resolver: R) -> R:
    """Say of a resolver that it gets by with ``Context.claiming``, and confirms the caller before it returns."""
    setattr(resolver, _MARK, True)
    return resolver


def all_confirm(resolvers: Iterable[Any]) -> bool:
    """Whether each of these confirms the caller; False if there is none."""
    marked = [getattr(resolver, _MARK, False) for resolver in resolvers]
    return bool(marked) and all(marked)
