"""How an operation is executed: by its compiled plan where there is one, by graphql-core everywhere else.

Plans are made of queries alone. A query changes nothing, so whatever a plan cannot answer, errors above all, is asked
again of the generic executor, whose answer is the specification's. A mutation never runs twice.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    VariableNode,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from fieldsync.api.context import Context
from fieldsync.api.documents import Document
from fieldsync.api.plan.compiling import Compiler, Plan
from fieldsync.api.plan.stepping_aside import Uncompilable

MOST_FORMS = 16
is_awaitable: Any = optimized_is_awaitable


async def execute(
    schema: GraphQLSchema,
    document: Document,
    operation: OperationDefinitionNode,
    plan: Plan | None,
    variables: VariableValues,
    raw_variables: dict[str, Any],
    context: Context,
) -> ExecutionResult:
    """The result of a query or mutation, by its plan if it has one; it never raises what a resolver did."""
    if plan is not None:
        data = await _planned(plan, variables, context)
        if data is None and not context.is_confirmed:
            await context.look_up()
            data = await _planned(plan, variables, context)
        if data is not None:
            return ExecutionResult(data, None)
    return await generic(schema, document, operation, raw_variables, context)


async def _planned(plan: Plan, variables: VariableValues, context: Context) -> dict[str, Any] | None:
    """The data by a plan; None if that is not to be had, or nobody confirmed who the caller is."""
    # Every error is for the generic executor to tell; what nobody foresaw is logged there, once.
    with suppress(Exception):
        data = await plan.run(context, variables)
        return data if context.is_confirmed else None
    return None


async def generic(
    schema: GraphQLSchema,
    document: Document,
    operation: OperationDefinitionNode,
    raw_variables: dict[str, Any],
    context: Context,
) -> ExecutionResult:
    """What the specification says, by graphql-core."""
    executor = StrawberryGraphQLCoreExecutionContext.build(
        schema,
        document.node,
        context_value=context,
        raw_variable_values=raw_variables,
        operation_name=operation.name.value if operation.name else None,
        is_awaitable=is_awaitable,
    )
    if isinstance(executor, list):
        return ExecutionResult(None, executor)
    found: Any = executor.execute_operation()
    return await found if is_awaitable(found) else found


def plan_of(
    schema: GraphQLSchema, document: Document, operation: OperationDefinitionNode, variables: VariableValues
) -> Plan | None:
    """The plan of an operation, in the form that its @skip and @include have with these variables; None if none."""
    name = operation.name.value if operation.name else None
    forms = document.plans.get(name)
    if forms is None:
        deciding = tuple(sorted({one for node in document.node.definitions for one in _deciding(node)}))
        forms = document.plans[name] = (deciding, {})
    deciding, plans = forms
    form = tuple([variables.coerced.get(one) for one in deciding])
    if form in plans:
        return plans[form]
    if len(plans) >= MOST_FORMS:
        return None
    fragments = {name: FragmentDetails(definition) for name, definition in document.fragments.items()}
    try:
        plan = Compiler(schema, fragments, operation, variables).plan()
    except Uncompilable:
        plan = None
    plans[form] = plan
    return plan


def _deciding(node: Node) -> Iterator[str]:
    """The variables that decide what is selected."""
    for directive in getattr(node, "directives", None) or ():
        for argument in directive.arguments or ():
            if isinstance(argument.value, VariableNode):
                yield argument.value.name.value
    selected = getattr(node, "selection_set", None)
    for inner in selected.selections if selected else ():
        yield from _deciding(inner)
