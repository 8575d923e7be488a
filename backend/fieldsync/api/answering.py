"""From an operation as it came in to the bytes of its answer: the one way that all transports take.

Parse and check once per document, find the caller once per operation, ask whether it is admitted, execute, mask the
errors, write. What is executed by a compiled plan and what by the generic executor is decided here and nowhere else.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
import structlog
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution import create_source_event_stream
from graphql.execution.values import VariableValues
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from fieldsync.api import fanout
from fieldsync.api.context import Context
from fieldsync.api.documents import Document, Documents, Invalid
from fieldsync.api.executor import execute, is_awaitable, plan_of
from fieldsync.api.operation import encode, masked
from fieldsync.api.plan.compiling import Plan
from fieldsync.api.schema import Schema
from fieldsync.errors import NotAnswered, TimedOut

log = structlog.get_logger("fieldsync.api")
CHUNK = 131_072


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation as it came in."""

    query: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON of a GraphQL response, in chunks.

    ``executed`` is False for what was refused before: parsing, validation, limits, a wrong name. Such an answer has
    no "data". ``operation`` is what kind of operation was asked for, None if that cannot be told.
    """

    body: Sequence[bytes]
    executed: bool
    operation: OperationType | None = None


class Admission(Protocol):
    """Asked after validation and before execution."""

    def admit(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        context: Context,
    ) -> Mapping[str, Any]:
        """The ``extensions`` of the answer; raises GraphQLError, whose original error names the code."""
        ...


@dataclass(frozen=True, slots=True)
class _Admitted:
    """An operation that may be executed, with its variables as the schema reads them."""

    document: Document
    operation: OperationDefinitionNode
    raw: dict[str, Any]
    variables: VariableValues
    plan: Plan | None
    extensions: Mapping[str, Any] | None


class Answers:
    """Answers operations over one schema.

    A query or mutation may take ``seconds``. ``compiled`` is False where only the generic executor shall be used.
    """

    def __init__(
        self,
        schema: Schema,
        admission: Admission | None = None,
        *,
        seconds: float | None = None,
        compiled: bool = True,
    ) -> None:
        self._schema = schema.core
        self._admission = admission
        self._seconds = seconds
        self._compiled = compiled
        self.documents = Documents(schema.core, schema.rules, schema.max_tokens)

    async def answer(self, asked: Asked, context: Context, *, mutations: bool = True) -> Answer:
        """The answer to a query or a mutation; errors are masked and, if nobody foresaw them, logged."""
        kind: OperationType | None = None
        try:
            document = self.documents.of(asked.query)
            operation = document.operation(asked.operation_name)
            kind = operation.operation
            if kind is OperationType.SUBSCRIPTION:
                refusal = NotAnswered()
                raise GraphQLError(refusal.message, operation, original_error=refusal)
            if kind is OperationType.MUTATION and not mutations:
                raise GraphQLError("Mutations are not allowed here.", operation)
            admitted = await self._admitted(document, operation, asked, context)
        except Invalid as invalid:
            return refused(invalid.errors, kind)
        except GraphQLError as error:
            return refused([error], kind)
        try:
            async with asyncio.timeout(self._seconds):
                result = await execute(
                    self._schema,
                    document,
                    operation,
                    admitted.plan,
                    admitted.variables,
                    admitted.raw,
                    context,
                )
        except TimeoutError:
            log.warning("an operation took too long", operation=asked.operation_name, seconds=self._seconds)
            late = TimedOut(self._seconds or 0)
            return refused([GraphQLError(late.message, original_error=late)], kind)
        return Answer(_chunks(encode(result, admitted.extensions)), executed=True, operation=kind)

    async def subscribe(self, asked: Asked, context: Context) -> AsyncIterator[bytes] | Answer:
        """The results of a subscription, each as JSON; an Answer for what is refused and for other operations."""
        try:
            document = self.documents.of(asked.query)
            operation = document.operation(asked.operation_name)
            if operation.operation is not OperationType.SUBSCRIPTION:
                return await self.answer(asked, context)
            admitted = await self._admitted(document, operation, asked, context)
        except Invalid as refusal:
            return refused(refusal.errors, None)
        except GraphQLError as error:
            return refused([error], None)
        executor = StrawberryGraphQLCoreExecutionContext.build(
            self._schema,
            document.node,
            context_value=context,
            raw_variable_values=admitted.raw,
            operation_name=asked.operation_name,
            is_awaitable=is_awaitable,
        )
        if isinstance(executor, list):
            return refused(executor, OperationType.SUBSCRIPTION)
        found: Any = create_source_event_stream(executor)
        source = await found if is_awaitable(found) else found
        if isinstance(source, ExecutionResult):
            return refused(source.errors or [], OperationType.SUBSCRIPTION)
        return fanout.encoded(executor, source, admitted.extensions)

    async def _admitted(
        self, document: Document, operation: OperationDefinitionNode, asked: Asked, context: Context
    ) -> _Admitted:
        """Raises Invalid, GraphQLError."""
        raw = dict(asked.variables or {})
        variables = document.variables[operation.name.value if operation.name else None].read(raw)
        if isinstance(variables, list):
            raise Invalid(variables)
        plan = self._plan(document, operation, variables, context)
        if plan is None or not plan.confirms_caller or not context.remember():
            await context.look_up()
        extensions = None
        if self._admission is not None:
            extensions = self._admission.admit(document.node, operation, variables.coerced, context)
        return _Admitted(document, operation, raw, variables, plan, extensions)

    def _plan(
        self, document: Document, operation: OperationDefinitionNode, variables: VariableValues, context: Context
    ) -> Plan | None:
        # Where withheld fields are errors, most answers hold some: they are the generic executor's from the start.
        if not self._compiled or operation.operation is not OperationType.QUERY or context.withheld_errors:
            return None
        return plan_of(self._schema, document, operation, variables)


def refused(errors: Sequence[GraphQLError], operation: OperationType | None = None) -> Answer:
    """An answer of errors alone: nothing was executed."""
    body = orjson.dumps({"errors": [error.formatted for error in masked(errors)]})
    return Answer((body,), executed=False, operation=operation)


def _chunks(body: bytes) -> Sequence[bytes]:
    if len(body) <= CHUNK:
        return (body,)
    return [body[start : start + CHUNK] for start in range(0, len(body), CHUNK)]
