"""Make a failing operation small: leave out what it fails without."""

from collections.abc import Awaitable, Callable
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    Node,
    OperationDefinitionNode,
    VariableNode,
    parse,
    print_ast,
)

from api.operations.generate import Operation
from api.operations.spoil import nodes_of, put

ROUNDS = 250
LISTS = ("definitions", "selections", "directives", "arguments", "variable_definitions", "fields", "values")


async def reduced(failing: Operation, fails: Callable[[Operation], Awaitable[bool]]) -> Operation:
    """A smaller operation that fails as well; after ROUNDS trials the smallest found so far."""
    left, again = ROUNDS, True
    while again and left > 0:
        again, at = False, 0
        while left > 0 and (candidate := _without(failing, at)) is not None:
            left -= 1
            if candidate != failing and await fails(candidate):
                failing, again = candidate, True
            else:
                at += 1
    return failing


def _without(one: Operation, at: int) -> Operation | None:
    """The operation without its part of this number; None if it has no such part."""
    try:
        document = parse(one.text, no_location=True)
    except GraphQLSyntaxError:
        return None
    parts = _parts(document)
    if at >= len(parts):
        return None
    owner, name, place = parts[at]
    held = list(getattr(owner, name))
    del held[place]
    if not held and name in ("definitions", "selections"):
        return one
    put(owner, **{name: tuple(held)})
    return _tidied(document, one)


def _tidied(document: DocumentNode, one: Operation) -> Operation:
    """Without fragments and variables that nothing uses any longer."""
    fragments = {each.name.value: each for each in nodes_of(document, FragmentDefinitionNode)}
    operations = nodes_of(document, OperationDefinitionNode)
    reached: dict[str, Any] = {}
    waiting = list(operations)
    while waiting:
        for spread in nodes_of(waiting.pop(), FragmentSpreadNode):
            name = spread.name.value
            if name in fragments and name not in reached:
                reached[name] = fragments[name]
                waiting.append(fragments[name])
    used = {
        variable.name.value
        for root in [*(each.selection_set for each in operations), *reached.values()]
        for variable in nodes_of(root, VariableNode)
    }
    for each in operations:
        kept = [each for each in each.variable_definitions or () if each.variable.name.value in used]
        put(each, variable_definitions=tuple(kept))
    put(document, definitions=(*operations, *reached.values()))
    variables = None if one.variables is None else {name: v for name, v in one.variables.items() if name in used}
    return Operation(print_ast(document), variables, one.name, one.flaw)


def _parts(document: DocumentNode) -> list[tuple[Any, str, int]]:
    return [
        (node, name, place)
        for node in nodes_of(document, Node)
        for name in LISTS
        for place in range(len(getattr(node, name, None) or ()))
    ]
