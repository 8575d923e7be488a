"""Between validation and execution: is this operation one that is answered now?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, ListValueNode, OperationDefinitionNode, Visitor, visit

from fieldsync.api.context import Context
from fieldsync.api.cost import Formula, cost_of
from fieldsync.api.rates import Rates
from fieldsync.errors import TooCostly, TooManyItems, UserFacing

MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class _Known:
    """What the document alone tells of an operation."""

    operation: OperationDefinitionNode  # held, so that its id stays its own
    formula: Formula
    longest_list: int


class CostAdmission:
    """Refuses operations with too long lists, of too high a cost, or beyond what the caller may ask for in a minute.

    ``rates`` is None where callers may ask for any amount.
    """

    def __init__(self, schema: GraphQLSchema, *, max_cost: int, max_list_items: int, rates: Rates | None) -> None:
        self._schema = schema
        self._max_cost = max_cost
        self._max_items = max_list_items
        self._rates = rates
        self._known: dict[int, _Known] = {}

    def admit(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        context: Context,
    ) -> Mapping[str, Any]:
        """The extensions of the answer: what it costs, the limit, and what is left of this minute's points.

        Raises a GraphQLError around TooManyItems, TooCostly or RateLimited.
        """
        known = self._known.get(id(operation)) or self._learned(document, operation)
        try:
            items = max(known.longest_list, _longest(variables.values()) if variables else 0)
            if items > self._max_items:
                raise TooManyItems(items, self._max_items)
            cost = max(1, known.formula.points(variables))
            if cost > self._max_cost:
                raise TooCostly(cost, self._max_cost)
            told = {"requested": cost, "limit": self._max_cost}
            if self._rates is not None:
                told["remaining"] = self._rates.spend(_caller(context), cost)
        except UserFacing as refusal:
            raise GraphQLError(refusal.message, original_error=refusal) from refusal
        return {"cost": told}

    def _learned(self, document: DocumentNode, operation: OperationDefinitionNode) -> _Known:
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        lists = _Lists()
        visit(document, lists)
        known = _Known(operation, cost_of(self._schema, document, operation), lists.longest)
        self._known[id(operation)] = known
        return known


class _Lists(Visitor):
    """Finds the longest list written in a document."""

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0

    def enter_list_value(self, node: ListValueNode, *_: Any) -> None:
        self.longest = max(self.longest, len(node.values))


def _longest(values: Iterable[Any]) -> int:
    """The length of the longest list within these values; no recursion, since callers choose the depth."""
    longest, left = 0, list(values)
    while left:
        value = left.pop()
        if isinstance(value, list):
            longest = max(longest, len(value))
            left.extend(value)
        elif isinstance(value, Mapping):
            left.extend(value.values())
    return longest


def _caller(context: Context) -> str:
    return f"from {context.address}" if context.actor is None else context.actor.principal_id
