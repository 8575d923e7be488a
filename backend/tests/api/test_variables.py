"""Variables are read as graphql-core reads them, however they are written and whatever is sent for them."""

from itertools import product
from typing import Any

import pytest
from graphql import GraphQLError, OperationDefinitionNode, build_schema, parse
from graphql.execution.values import get_variable_values

from fieldsync.api.variables import Variables

SCHEMA = build_schema("""
  enum Colour { RED }
  input Point { x: Int! }
  type Query { a(i: Int, f: Float, s: String, b: Boolean, id: ID, c: Colour, p: Point, l: [Int!]): Int }
""")
TYPES = ("Int", "Int!", "Int! = 7", "Float", "String", "String!", "Boolean", "Boolean!", "ID", "ID!", "Colour", "Point")
SENT = (None, True, 0, -(2**31), 2**31, -(2**31) - 1, 1.0, 1.5, "", "1", "RED", [1], {"x": 1}, {"x": None})
ABSENT: Any = object()


def _both(kinds: tuple[str, ...], raw: dict[str, Any]) -> tuple[Any, Any]:
    definitions = ", ".join(f"$v{n}: {kind}" for n, kind in enumerate(kinds))
    (operation,) = parse(f"query ({definitions}) {{ a }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    ours = Variables(SCHEMA, operation).read(raw)
    return ours, get_variable_values(SCHEMA, operation.variable_definitions or (), raw)


def _plain(found: Any) -> Any:
    """What can be compared; True is not 1 here, and 1 is not 1.0."""
    if isinstance(found, list):
        return [error.message for error in found if isinstance(error, GraphQLError)]
    sources = {name: (*_signature(one.signature), repr(one.value)) for name, one in found.sources.items()}
    return repr(found.coerced), sources


def _signature(found: Any) -> tuple[Any, ...]:
    return found.name, str(found.type), found.default.literal if found.default else None, found.default_value


@pytest.mark.parametrize("kind", TYPES)
def test_one_variable_of_each_type_and_value(kind: str) -> None:
    for value in (*SENT, ABSENT):
        ours, theirs = _both((kind,), {} if value is ABSENT else {"v0": value})
        assert _plain(ours) == _plain(theirs), value


def test_two_together() -> None:
    for kinds in product(("Int!", "ID", "Boolean = true"), repeat=2):
        for first, second in product((ABSENT, None, 5, "five", False), repeat=2):
            raw = {name: value for name, value in (("v0", first), ("v1", second)) if value is not ABSENT}
            ours, theirs = _both(kinds, raw)
            assert _plain(ours) == _plain(theirs), (kinds, raw)


def test_what_nobody_defined_is_left_out() -> None:
    ours, theirs = _both(("Int",), {"v0": 1, "other": 2})
    assert _plain(ours) == _plain(theirs)
