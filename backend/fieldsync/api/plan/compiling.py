"""From the selection of an operation to Python functions that make its answer.

One function per selected object type: it reads what can be read at once and notes itself for the fields whose
resolvers are asynchronous. The functions raise whatever goes wrong, and whoever runs them then asks the generic
executor: nulls that spread, errors and their paths are its matter alone.
"""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    get_named_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.schema.schema_converter import GraphQLCoreConverter, get_arguments

from fieldsync.api.bulk import bulk_of
from fieldsync.api.claims import all_confirm
from fieldsync.api.context import PlanInfo
from fieldsync.api.plan import leaves, records
from fieldsync.api.plan.contact_rows import ContactRows, Scope
from fieldsync.api.plan.leaves import Leaf
from fieldsync.api.plan.running import ArgumentMaker, Awaited, Columns, Run
from fieldsync.api.plan.stepping_aside import Uncompilable, Unplanned
from fieldsync.services.seen import Seen, SeenRows

MOST_FIELDS = 3_000
_PLAIN = (str, int, bool, type(None))
TYPENAME = "__typename"
_DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF
Details = Sequence[FieldDetails]


class Plan:
    """A compiled operation; ``confirms_caller`` as in ``api.claims``."""

    def __init__(
        self,
        root: Callable[..., dict[str, Any]],
        makers: Sequence[ArgumentMaker],
        awaited: Sequence[Sequence[Awaited]],
        *,
        confirms_caller: bool,
    ) -> None:
        self.confirms_caller = confirms_caller
        self._root = root
        self._makers = makers
        self._awaited = awaited

    async def run(self, context: Any, variables: VariableValues) -> dict[str, Any]:
        """The data of the answer; raises whatever goes wrong."""
        run = Run(context, variables, self._makers, self._awaited)
        data = self._root(None, run)
        await run.resolve()
        return data


class Compiler:
    """Compiles one operation for variables that decide its @skip and @include in one way."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: dict[str, FragmentDetails],
        operation: OperationDefinitionNode,
        variables: VariableValues,
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._operation = operation
        self._variables = variables
        strawberry_schema: Any = schema._strawberry_schema  # pyright: ignore[reportAttributeAccessIssue]
        self._config = strawberry_schema.config
        self._scalars = strawberry_schema.schema_converter.scalar_registry
        self.names: dict[str, Any] = {**leaves.NAMES, "Seen": Seen, "listed": _listed}
        self.source: list[str] = []
        self._makers: list[ArgumentMaker] = []
        self._awaited: list[list[Awaited]] = []
        self._to_complete: list[tuple[int, str, Any, int, str]] = []
        self._by_class: list[dict[type, Any]] = []
        self._leaves: dict[str, Leaf] = {}
        self._scope: Scope | None = None
        self._number = 0
        self._fields = 0

    def plan(self) -> Plan:
        """Raises Uncompilable."""
        kind = self._schema.get_root_type(self._operation.operation)
        if kind is None:
            raise Uncompilable
        try:
            grouped = collect_fields(
                self._schema, self._fragments, self._variables, kind, self._operation
            ).grouped_field_set
            root = self._object(kind, grouped)
        except (GraphQLError, RecursionError) as error:
            raise Uncompilable from error
        exec(compile("\n".join(self.source), "<plan>", "exec"), self.names)  # noqa: S102 - written by this class alone
        for functions in self._by_class:
            functions.update({one: self.names[name] for one, name in functions.items()})
        for number, key, resolver, slot, complete in self._to_complete:
            bulk = bulk_of(resolver)
            self._awaited[number].append(
                Awaited(key, bulk or resolver, slot, self.names[complete], bulk=bulk is not None)
            )
        names = [details[0].node.name.value for details in grouped.values()]
        resolvers = [kind.fields[name].extensions[_DEFINITION].base_resolver for name in names if name != TYPENAME]
        return Plan(
            self.names[f"object_{root}"],
            self._makers,
            self._awaited,
            confirms_caller=all_confirm(resolver.wrapped_func for resolver in resolvers if resolver is not None),
        )

    # what stands for a value

    def value(self, kind: Any, at: str, details: Details, *, nullable: bool = True) -> str:
        """The expression that completes what stands in the variable ``at``."""
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, at, details, nullable=False)
        if isinstance(kind, (GraphQLScalarType, GraphQLEnumType)):
            if kind.name not in self._leaves:
                self._leaves[kind.name] = Leaf(kind)
            return self._leaves[kind.name].written(at, self.names, nullable=nullable)
        if isinstance(kind, GraphQLList):
            whole = self._list(kind, at, details)
        elif isinstance(kind, GraphQLObjectType):
            whole = f"object_{self._selection(kind, details)}({at}, R)"
        elif isinstance(kind, (GraphQLInterfaceType, GraphQLUnionType)):
            whole = f"any_{self._abstract(kind, details)}({at}, R)"
        else:
            raise Uncompilable
        return f"(None if {at} is None else {whole})" if nullable else whole

    def _list(self, kind: GraphQLList[Any], at: str, details: Details) -> str:
        item = f"x{self._next()}"
        inner = self.value(kind.of_type, item, details)
        whole = f"[{inner} for {item} in ({at} if {at}.__class__ is list else listed({at}))]"
        rows = self._scope.rows_for(inner) if self._scope else None
        return whole if rows is None else f"({rows}.of({at}, R) if {rows}.holds({at}) else {whole})"

    def _selection(self, kind: GraphQLObjectType, details: Details) -> int:
        grouped = collect_subfields(
            self._schema, self._fragments, self._variables, self._operation, kind, list(details)
        ).grouped_field_set
        return self._object(kind, grouped)

    def _abstract(self, kind: GraphQLInterfaceType | GraphQLUnionType, details: Details) -> int:
        if kind.extensions[_DEFINITION].resolve_type if isinstance(kind, GraphQLInterfaceType) else True:
            raise Uncompilable
        functions: dict[type, Any] = {}
        for one in self._schema.get_possible_types(kind):
            origin = one.extensions[_DEFINITION].origin
            if origin in functions:
                raise Uncompilable
            functions[origin] = f"object_{self._selection(one, details)}"
        number = self._next()
        self.names[f"functions_{number}"] = functions
        self._by_class.append(functions)
        # A KeyError for an object of a class that nobody foresaw is as good a reason to stand aside as any.
        self.source.append(f"def any_{number}(s, R):\n    return functions_{number}[s.__class__](s, R)\n")
        return number

    # one object

    def _object(self, kind: GraphQLObjectType, grouped: dict[str, list[FieldDetails]]) -> int:
        """Write the function of a selection on an object type; its number."""
        definition = kind.extensions[_DEFINITION]
        if definition.is_type_of is not None:
            raise Uncompilable
        number, scope = self._next(), self._scope
        head: list[str] = []
        entries: list[str] = []
        waiting: list[tuple[str, Any, int, str]] = []
        chosen: dict[str, str] = {}
        rows = ContactRows(self, number, scope) if scope and kind.name == "Contact" else None
        for key, details in grouped.items():
            self._fields += 1
            if self._fields > MOST_FIELDS:
                raise Uncompilable
            name = details[0].node.name.value
            chosen[key] = name
            if name == TYPENAME:
                entries.append(f"{key!r}: {kind.name!r}")
                if rows:
                    rows.constant(key, kind.name)
                continue
            if name.startswith("__"):
                raise Uncompilable
            field = kind.fields[name]
            of_strawberry = field.extensions[_DEFINITION]
            if of_strawberry.extensions:
                raise Uncompilable
            if of_strawberry.base_resolver is None:
                at = f"v{len(head)}"
                head.append(f"    {at} = s.{of_strawberry.python_name}")
                entries.append(f"{key!r}: {self.value(field.type, at, details)}")
                if rows:
                    rows.cell(key, name, field.type, details)
                continue
            slot, resolver, complete = self._resolved(kind, field, details)
            if of_strawberry.is_async:
                waiting.append((key, resolver, slot, complete))
                entries.append(f"{key!r}: None")
            else:
                self.names[f"call_{slot}"] = resolver
                entries.append(f"{key!r}: {complete}(call_{slot}(s, **R.arguments({slot})), R)")
            if rows:
                rows.resolved(key, name, slot, complete, awaited=of_strawberry.is_async)
        if scope and kind.name in records.KINDS:
            scope.need(records.KINDS[kind.name], chosen.values())
        self._write(kind, definition.origin, number, head, entries, waiting, rows)
        return number

    def _write(
        self,
        kind: GraphQLObjectType,
        origin: type,
        number: int,
        head: list[str],
        entries: list[str],
        waiting: list[tuple[str, Any, int, str]],
        rows: ContactRows | None,
    ) -> None:
        lines = [f"def object_{number}(s, R):"]
        if kind is not self._schema.get_root_type(self._operation.operation):
            self.names[f"class_{number}"] = origin
            self.names[f"check_{number}"] = _check(kind, origin)
            lines.append(f"    if s.__class__ is not class_{number}:")
            if rows:
                lines.append(f"        if s.__class__ is Seen: return rows_{number}.one(s, R)")
            lines.append(f"        check_{number}(s)")
        lines += head
        answer = f"{{{', '.join(entries)}}}"
        if waiting:
            place = len(self._awaited)
            self._awaited.append([])
            self._to_complete += [(place, *one) for one in waiting]
            lines += [f"    d = {answer}", f"    R.waiting[{place}].append((s, d))", "    return d"]
            if rows:
                rows.place = place
        else:
            lines.append(f"    return {answer}")
        self.source.append("\n".join(lines) + "\n")
        if rows and self._scope:
            self._scope.add(number, rows)

    def _resolved(self, parent: GraphQLObjectType, field: GraphQLField, details: Details) -> tuple[int, Any, str]:
        """A field with a resolver: where its arguments are made, whom to call, and what completes the value."""
        resolver = field.extensions[_DEFINITION].base_resolver
        if resolver.parent_parameter or resolver.root_parameter or not resolver.self_parameter:
            raise Uncompilable
        slot, outer = len(self._makers), self._scope
        self._makers.append(_nothing)
        kinds = records.LISTED.get(get_named_type(field.type).name)
        if kinds is not None:
            self._scope = Scope(kinds)
        elif not parent.name.endswith(("Connection", "Edge")):
            self._scope = None
        inner, complete = self._scope, f"complete_{slot}"
        self.source.append(f"def {complete}(v, R):\n    return {self.value(field.type, 'v', details)}\n")
        self._scope = outer
        columns = None
        if inner is not None and inner is not outer:
            columns = inner.close()
        self._makers[slot] = self._maker(field, details, columns)
        return slot, resolver.wrapped_func, complete

    def _maker(self, field: GraphQLField, details: Details, columns: Columns | None) -> ArgumentMaker:
        of_strawberry, node = field.extensions[_DEFINITION], details[0].node
        of_fragment = details[0].fragment_variable_values

        names = {self._config.name_converter.from_argument(one): one.python_name for one in of_strawberry.arguments}
        resolver = of_strawberry.base_resolver
        told_as = resolver.info_parameter.name if resolver.info_parameter else None
        plain = () if any(one.is_maybe for one in of_strawberry.arguments) else _PLAIN

        def make(info: PlanInfo, variables: VariableValues) -> dict[str, Any]:
            given = get_argument_values(field, node, variables, of_fragment) if field.args else {}
            if columns is not None:
                info = PlanInfo(info.context, columns)
            told: Any = info
            if all(value.__class__ in plain for value in given.values()):
                # Strawberry would go through all of these to leave them as they are.
                arguments = {names[name]: value for name, value in given.items()}
                return arguments if told_as is None else {**arguments, told_as: told}
            return get_arguments(
                field=of_strawberry,
                source=None,
                info=told,
                kwargs=given,
                config=self._config,
                scalar_registry=self._scalars,
            )[1]

        return make

    def _next(self) -> int:
        self._number += 1
        return self._number


def _listed(value: Any) -> Any:
    """A value that has to be a list."""
    if isinstance(value, (list, tuple, SeenRows)):
        return value
    raise Unplanned


def _check(kind: GraphQLObjectType, origin: type) -> Callable[[Any], None]:
    """Looks at an object of another class than the usual one; raises Unplanned."""
    typed = kind.is_type_of is not None

    def check(value: Any) -> None:
        if value is None or isinstance(value, Exception) or hasattr(value, "__await__"):
            raise Unplanned
        if typed and not isinstance(value, origin):
            raise Unplanned

    return check


def _nothing(info: PlanInfo, variables: VariableValues) -> dict[str, Any]:
    return {}
