"""Documents as they are asked for, parsed and checked once each."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
)
from strawberry.schema.schema import validate_document

from fieldsync.api.variables import Variables

DOCUMENTS_KEPT = 500
LETTERS_KEPT = 4_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """A document that may be executed: its operations and their variables by name.

    ``plans`` belongs to whoever compiles the operations.
    """

    node: DocumentNode
    operations: Mapping[str | None, OperationDefinitionNode]
    variables: Mapping[str | None, Variables]
    fragments: Mapping[str, FragmentDefinitionNode]
    plans: dict[Any, Any] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation of this name, the only one when there is none; raises GraphQLError."""
        if name is None:
            if len(self.operations) != 1:
                raise GraphQLError(
                    "Must provide operation name if query contains multiple operations."
                    if self.operations
                    else "Must provide an operation."
                )
            return next(iter(self.operations.values()))
        found = self.operations.get(name)
        if found is None:
            raise GraphQLError(f"Unknown operation named '{name}'.")
        return found


class Invalid(Exception):
    """A document that cannot be executed."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = list(errors)


class Documents:
    """The valid documents asked for last, by their text. Their number and their letters are bounded."""

    def __init__(self, schema: GraphQLSchema, rules: tuple[Any, ...], max_tokens: int | None) -> None:
        self._schema = schema
        self._rules = rules
        self._max_tokens = max_tokens
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._letters = 0

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, text: str) -> Document:
        """The document of this text; raises Invalid."""
        found = self._kept.get(text)
        if found is not None:
            self._kept.move_to_end(text)
            return found
        made = self._made(text)
        self._kept[text] = made
        self._letters += len(text)
        while len(self._kept) > DOCUMENTS_KEPT or (self._letters > LETTERS_KEPT and len(self._kept) > 1):
            oldest, _ = self._kept.popitem(last=False)
            self._letters -= len(oldest)
        return made

    def _made(self, text: str) -> Document:
        try:
            node = parse(text, max_tokens=self._max_tokens)
            errors = validate_document(self._schema, node, self._rules)
        except GraphQLError as error:
            raise Invalid([error]) from error
        except RecursionError as error:
            raise Invalid([GraphQLError("The document is nested too deeply.")]) from error
        if errors:
            raise Invalid(errors)
        operations: dict[str | None, OperationDefinitionNode] = {}
        fragments: dict[str, FragmentDefinitionNode] = {}
        for definition in node.definitions:
            if isinstance(definition, OperationDefinitionNode):
                operations[definition.name.value if definition.name else None] = definition
            elif isinstance(definition, FragmentDefinitionNode):
                fragments[definition.name.value] = definition
        variables = {name: Variables(self._schema, operation) for name, operation in operations.items()}
        return Document(node, operations, variables, fragments)
