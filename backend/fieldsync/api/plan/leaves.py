"""Leaves of an answer as Python expressions: the usual value as it is, everything else by the schema's own rule."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
)

from fieldsync.api.plan.stepping_aside import Unplanned

_TEXTS = (GraphQLString.name, GraphQLID.name)
# Times and dates are left as they are: orjson writes them as ``isoformat`` does.
_FAST = {
    **dict.fromkeys(_TEXTS, "{v}.__class__ is str"),
    GraphQLInt.name: "{v}.__class__ is int and -2147483648 <= {v} <= 2147483647",
    GraphQLBoolean.name: "{v}.__class__ is bool",
    "DateTime": "{v}.__class__ is datetime and {v}.tzinfo is UTC",
    "Date": "{v}.__class__ is date",
}
NAMES: dict[str, Any] = {"datetime": datetime, "date": date, "UTC": UTC}
"""What the expressions know by name."""


class Leaf:
    """A leaf type; ``test`` says of a value that it may stay as it is, ``names`` are what its expressions refer to."""

    def __init__(self, kind: GraphQLLeafType) -> None:
        self.name = kind.name
        self.slow = _by_the_rule(kind)
        self.members: dict[str, str] | None = None
        self.members_of: type[Enum] | None = None
        if isinstance(kind, GraphQLEnumType):
            wrapped = getattr(kind, "wrapped_cls", None)
            if isinstance(wrapped, type) and issubclass(wrapped, Enum):
                self.members_of = wrapped
                self.members = {member.name: kind.coerce_output_value(member) for member in wrapped}
        self.test = _FAST.get(kind.name) if isinstance(kind, GraphQLScalarType) else None

    def written(self, value: str, names: dict[str, Any], *, nullable: bool) -> str:
        """The expression for a value that stands in the variable ``value``."""
        slow = f"leaf_{self.name}"
        names[slow] = self.slow
        none = f"None if {value} is None else " if nullable else ""
        if self.members is not None:
            names[f"enum_{self.name}"] = self.members_of
            shown = f"{value}._name_"
            if any(name != shown_as for name, shown_as in self.members.items()):
                names[f"names_{self.name}"] = self.members
                shown = f"names_{self.name}[{shown}]"
            return f"({shown} if {value}.__class__ is enum_{self.name} else {none}{slow}({value}))"
        if self.test is None:
            return f"({none}{slow}({value}))"
        return f"({value} if {self.test.format(v=value)} else {none}{slow}({value}))"


def _by_the_rule(kind: GraphQLLeafType) -> Callable[[Any], Any]:
    def slow(value: Any) -> Any:
        if value is None or value is Undefined or isinstance(value, Exception):
            raise Unplanned
        written = kind.coerce_output_value(value)
        if written is None or written is Undefined:
            raise Unplanned
        return written

    return slow
