"""Operations in, answers out."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from graphql import DocumentNode, GraphQLError, OperationDefinitionNode
from graphql import OperationType as Kind
from graphql.utilities import get_operation_ast
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from fieldsync.api.context import Context
from fieldsync.api.operation import masked
from fieldsync.api.schema import Schema
from fieldsync.errors import NotAnswered, UserFacing


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation as it came in."""

    query: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Chunks that make up the JSON of the response; not ``executed`` was refused before, and has no data."""

    body: Sequence[bytes]
    executed: bool
    operation: Kind | None = None


class Admission(Protocol):
    """Asked after validation and before execution."""

    def admit(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        context: Context,
    ) -> Mapping[str, Any]:
        """The extensions of the answer; raises GraphQLError."""
        ...


class Answers:
    """Answers operations by a schema."""

    def __init__(self, schema: Schema, admission: Admission | None = None) -> None:
        self._schema = schema
        if admission is not None:
            schema.extensions = (*schema.extensions, lambda: _Admitted(admission))

    async def answer(self, asked: Asked, context: Context, *, mutations: bool = True) -> Answer:
        """Of a query or mutation; without ``mutations`` these are refused."""
        allowed = [OperationType.QUERY, *([OperationType.MUTATION] if mutations else [])]
        try:
            result = await self._schema.execute(
                asked.query or " ",
                variable_values=dict(asked.variables or {}),
                context_value=context,
                operation_name=asked.operation_name,
                allowed_operation_types=allowed,
            )
        except InvalidOperationTypeError as error:
            refusal: UserFacing = NotAnswered()
            kind = Kind(error.operation_type.value)
            return refused([GraphQLError(refusal.message, original_error=refusal)], kind)
        except CannotGetOperationTypeError as error:
            return refused([GraphQLError(error.as_http_error_reason())])
        errors = result.errors or []
        if isinstance(result, PreExecutionError) or (result.data is None and not any(error.path for error in errors)):
            return refused(errors)
        body: dict[str, Any] = {"data": result.data}
        if errors:
            body["errors"] = [error.formatted for error in masked(errors)]
        if result.extensions:
            body["extensions"] = result.extensions
        return Answer([orjson.dumps(body)], executed=True)

    async def subscribe(self, asked: Asked, context: Context) -> AsyncIterator[bytes] | Answer:
        """Of a subscription: one JSON for each event."""
        raise NotImplementedError


class _Admitted(SchemaExtension):
    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._told: Mapping[str, Any] = {}

    def on_execute(self):
        now = self.execution_context
        assert now.graphql_document is not None
        operation = get_operation_ast(now.graphql_document, now._provided_operation_name)
        if operation is None:
            raise GraphQLError("Name the operation: the document holds several.")
        self._told = self._admission.admit(now.graphql_document, operation, now.variables or {}, now.context)
        yield

    def get_results(self) -> dict[str, Any]:
        return dict(self._told)


def refused(errors: Sequence[GraphQLError], kind: Kind | None = None) -> Answer:
    """An answer of errors alone: nothing was executed."""
    body = orjson.dumps({"errors": [error.formatted for error in masked(list(errors))]})
    return Answer([body], executed=False, operation=kind)
