"""What an operation costs, worked out before anything is fetched.

Points are counted from what the operation may fetch at most:

- a thing with fields of its own costs 1, and what is selected of it;
- a leaf (a text, a number, a list of them) costs nothing;
- a list costs its length times one entry. A connection is as long as ``first`` or ``last`` say, 50 when neither is
  given; a list by ``ids`` as long as these; any other list counts as 10 long, but for those in ``LENGTHS``;
- lists within lists multiply;
- each root field of a mutation costs 10 more;
- nothing costs less than 1.

What ``@skip`` and ``@include`` leave out costs nothing. Fragments on several types all count.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
)
from graphql.pyutils import Undefined

from fieldsync.services.paging import DEFAULT_FIRST, MAX_FIRST

LIST_LENGTH = 10
LENGTHS = {"Mapping": 98, "FilterGroup": 2, "FilterRow": 4}
MUTATION = 10

Amount: TypeAlias = int | Callable[[Mapping[str, Any]], int]


@dataclass(frozen=True, slots=True)
class Formula:
    """A sum: what is known of the document alone, and parts that are multiplied by what the variables say."""

    known: int = 0
    parts: "tuple[tuple[Amount, Formula], ...]" = ()

    def points(self, variables: Mapping[str, Any]) -> int:
        return self._points(variables, {}) if self.parts else self.known

    def _points(self, variables: Mapping[str, Any], found: dict[int, int]) -> int:
        # A fragment that is used often is one formula: each is worked out once, however fragments multiply.
        key = id(self)
        if key not in found:
            found[key] = self.known + sum(
                (amount if isinstance(amount, int) else amount(variables)) * (part._points(variables, found))
                for amount, part in self.parts
            )
        return found[key]

    def times(self, amount: Amount) -> "Formula":
        if isinstance(amount, int) and not self.parts:
            return Formula(self.known * amount)
        return self if amount == 1 else Formula(0, ((amount, self),))


def _sum(formulas: list[Formula]) -> Formula:
    return Formula(
        sum(one.known for one in formulas if not one.parts), tuple((1, one) for one in formulas if one.parts)
    )


def cost_of(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Formula:
    """The formula of a valid operation."""
    return _Reader(schema, document, operation).read()


class _Reader:
    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._defaults = {node.variable.name.value: node.default_value for node in operation.variable_definitions or ()}
        self._read: dict[tuple[str, Amount], Formula] = {}
        self._lengths: dict[Any, Amount] = {}

    def read(self) -> Formula:
        root = self._schema.get_root_type(self._operation.operation)
        return self._selection(self._operation.selection_set, root, 1)

    def _selection(self, selected: SelectionSetNode, parent: GraphQLNamedType | None, length: Amount) -> Formula:
        """What is selected of a type; ``length`` is that of the lists right below, if it is a connection."""
        return _sum([self._node(node, parent, length) for node in selected.selections])

    def _node(self, node: SelectionNode, parent: GraphQLNamedType | None, length: Amount) -> Formula:
        match node:
            case FieldNode():
                found = self._field(node, parent, length)
            case InlineFragmentNode():
                inner = self._schema.get_type(node.type_condition.name.value) if node.type_condition else parent
                found = self._selection(node.selection_set, inner, length)
            case FragmentSpreadNode():
                found = self._fragment(node.name.value, length)
            case _:
                found = Formula()
        for directive in node.directives or ():
            if directive.name.value in ("skip", "include"):
                wanted = directive.name.value == "include"
                for argument in directive.arguments or ():
                    found = found.times(self._condition(argument.value, wanted=wanted))
        return found

    def _fragment(self, name: str, length: Amount) -> Formula:
        key = (name, length)
        if key not in self._read:
            fragment = self._fragments[name]
            parent = self._schema.get_type(fragment.type_condition.name.value)
            self._read[key] = self._selection(fragment.selection_set, parent, length)
        return self._read[key]

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, length: Amount) -> Formula:
        field = self._schema.get_field(parent, node.name.value) if parent is not None else None  # pyright: ignore[reportArgumentType]
        if field is None or node.selection_set is None:
            return Formula()
        kind = field.type.of_type if is_non_null_type(field.type) else field.type
        named = get_named_type(kind)
        if not is_composite_type(named):
            return Formula()
        if is_list_type(kind):
            # `edges` and `nodes` are as long as their connection was asked for, any other list by itself.
            usual = LENGTHS.get(named.name, LIST_LENGTH)
            count, inner = length if _is_connection(parent) else self._length(node, field, usual), 1
        else:
            count, inner = 1, self._length(node, field, DEFAULT_FIRST) if _is_connection(named) else 1
        one = Formula(1 + MUTATION * (parent is self._schema.mutation_type))
        return _sum([one, self._selection(node.selection_set, named, inner)]).times(count)

    def _length(self, node: FieldNode, field: GraphQLField, default: int) -> Amount:
        """The longest that the arguments say; ``default`` where none of them does."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        sizes: list[int | str | None] = []
        for name in ("first", "last", "ids"):
            argument, value = field.args.get(name), given.get(name)
            if argument is None:
                continue
            if value is not None:
                sizes.append(value.name.value if isinstance(value, VariableNode) else _size(_literal(value)))
            elif argument.default_value is not Undefined:
                default = _size(argument.default_value) or default
        key = (*sizes, default)
        if key not in self._lengths:
            # One function for one question: fragments that are asked for alike are then read once.
            self._lengths[key] = self._longest(sizes, default)
        return self._lengths[key]

    def _longest(self, sizes: list[int | str | None], default: int) -> Amount:
        defaults = self._defaults

        def longest(variables: Mapping[str, Any]) -> int:
            found = [
                _size(variables[size] if size in variables else _literal(defaults.get(size)))
                if isinstance(size, str)
                else size
                for size in sizes
            ]
            return max((size for size in found if size is not None), default=default)

        return longest if any(isinstance(size, str) for size in sizes) else longest({})

    def _condition(self, value: ValueNode, *, wanted: bool) -> Amount:
        if isinstance(value, BooleanValueNode):
            return int(value.value == wanted)
        if not isinstance(value, VariableNode):
            return 1
        name = value.name.value
        usual = self._defaults.get(name)
        otherwise = usual.value if isinstance(usual, BooleanValueNode) else wanted
        return lambda variables: int(variables.get(name, otherwise) == wanted)


def _literal(value: ValueNode | None) -> Any:
    match value:
        case IntValueNode():
            return int(value.value)
        case ListValueNode():
            return value.values
        case _:
            return None


def _size(value: Any) -> int | None:
    """How many ``value`` asks for; a size that the resolver refuses counts as the largest, to let it say so."""
    if isinstance(value, int) and not isinstance(value, bool):
        return min(max(value, 0), MAX_FIRST)
    return len(value) if isinstance(value, (list, tuple)) else None


def _is_connection(kind: GraphQLNamedType | None) -> bool:
    return kind is not None and kind.name.endswith("Connection")
