"""The variables of an operation, as the schema reads them."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInputType,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
)
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

_CLASSES: Mapping[GraphQLInputType, type] = {GraphQLString: str, GraphQLID: str, GraphQLInt: int, GraphQLBoolean: bool}
_MOST = 2**31
"""Integers of GraphQL lie between this and its negative."""


class Variables:
    """Reads the variables of one valid operation.

    graphql-core finds out anew each time what types they have. Where all of them are given, and are texts, numbers and
    truth values that are read as they are, nothing of that is needed.
    """

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        self._plain: list[tuple[str, type, Any]] | None = []
        for definition in self._definitions:
            signature = get_variable_signature(schema, definition)
            if isinstance(signature, GraphQLError):
                self._plain = None
                return
            kind = signature.type.of_type if isinstance(signature.type, GraphQLNonNull) else signature.type
            found = _CLASSES.get(kind)
            if found is None:
                self._plain = None
                return
            self._plain.append((signature.name, found, signature))

    def read(self, raw: dict[str, Any]) -> VariableValues | list[GraphQLError]:
        """What ``raw`` means, or what is wrong with it."""
        plain = self._plainly(raw)
        return get_variable_values(self._schema, self._definitions, raw) if plain is None else plain

    def _plainly(self, raw: dict[str, Any]) -> VariableValues | None:
        if self._plain is None:
            return None
        sources, values = dict[str, VariableValueSource](), dict[str, Any]()
        for name, wanted, signature in self._plain:
            value: Any = raw.get(name)
            if value.__class__ is not wanted or (wanted is int and not -_MOST <= value < _MOST):
                return None
            sources[name] = VariableValueSource(signature, value)
            values[name] = value
        return VariableValues(sources, values)
