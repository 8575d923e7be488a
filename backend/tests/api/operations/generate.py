"""Random operations over a schema, by a source of chance: the same chance makes the same operation.

``operation`` makes one that is meant to be valid; what spoils one stands in ``spoil``. ``operations`` is the same as a
strategy of hypothesis.
"""

import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_leaf_type,
)
from hypothesis import strategies as st

from api.operations.stock import Name, Stock, value_of

ALIASES = ("a", "b", "c", "id", "name", "kind", "nodes", "node")
"""Few, and some that fields are called as well, so that they meet."""
TINY, MOST_DEEP = 12, 6
_VARIABLE, _SPREAD = re.compile(r"\$(v\d+)\b"), re.compile(r"\.\.\.(F\d+)")


@dataclass(frozen=True)
class Operation:
    """One request as a client sends it. ``flaw`` says how it was spoilt; empty if it was not."""

    text: str
    variables: Mapping[str, Any] | None = None
    name: str | None = None
    flaw: str = ""

    def __str__(self) -> str:
        told = [self.text, f"variables: {json.dumps(self.variables, ensure_ascii=False)}"]
        if self.name is not None:
            told.append(f"operationName: {self.name!r}")
        if self.flaw:
            told.append(f"flaw: {self.flaw}")
        return "\n".join(told)


@dataclass
class Level:
    """What one object of the answer holds so far: by name in the answer, which field with what, and what lies below."""

    held: dict[str, tuple[str, "Level"]] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)

    def take(self, other: "Level") -> None:
        """Hold what another one holds, too; the other stays by itself."""
        for name, (what, below) in other.held.items():
            if name not in self.held:
                self.held[name], self.arguments[name] = (what, Level()), other.arguments[name]
            self.held[name][1].take(below)


@dataclass
class Fragment:
    name: str
    on: GraphQLNamedType
    body: str
    level: Level


def operation(schema: GraphQLSchema, stock: Stock, chance: random.Random, kind: str = "query") -> Operation:
    """A document with one operation or several, of which one is named to be done."""
    return _Maker(schema, stock, chance).document(kind)


def change(
    schema: GraphQLSchema, stock: Stock, chance: random.Random, name: str, input: Mapping[str, Any]
) -> Operation:
    """A mutation of this name with this input, and any selection of what it answers."""
    return _Maker(schema, stock, chance).change(name, input)


def operations(schema: GraphQLSchema, stock: Stock) -> st.SearchStrategy[Operation]:
    """The same for hypothesis, which makes failing ones small by making less chance."""
    return st.randoms(use_true_random=False).map(lambda chance: operation(schema, stock, chance))


class _Maker:
    def __init__(self, schema: GraphQLSchema, stock: Stock, chance: random.Random) -> None:
        self.schema, self.stock, self.chance = schema, stock, chance
        self.fragments: list[Fragment] = []
        self.definitions: dict[str, str] = {}
        self.types: dict[str, str] = {}
        self.given: dict[str, Any] = {}
        self.left = chance.choice([TINY // 2, TINY, 3 * TINY, 5 * TINY])
        self.aliases = 30
        self.fitting: dict[str, list[Any]] = {}

    def odds(self, share: float) -> bool:
        return self.chance.random() < share

    # documents

    def document(self, kind: str) -> Operation:
        root = self.schema.get_root_type(_operation_type(kind))
        assert root is not None
        body = self.selection(root, Level(), 0)
        named = self.odds(0.5)
        name = "Main" if named else ""
        used, fragments = self.reached(body)
        variables = ", ".join(f"${one}: {text}" for one, text in self.definitions.items() if one in used)
        values = {one: value for one, value in self.given.items() if one in used or self.odds(0.1)}
        head = kind if named or variables or kind != "query" or self.odds(0.5) else ""
        head += f" {name}" if named else ""
        head += f"({variables})" if variables else ""
        parts = [f"{head}{body}", *(f"fragment {one.name} on {one.on.name}{one.body}" for one in fragments)]
        given: Mapping[str, Any] | None = values if values or self.odds(0.5) else None
        chosen = name if named and self.odds(0.5) else None
        if named and self.odds(0.15):
            parts += ["query Second{__typename}", 'query Third($id:ID!="contact:contact0"){contact(id:$id){id}}']
            chosen = self.chance.choice(["Main", "Main", "Second", "Third"])
        self.chance.shuffle(parts)
        return Operation("\n".join(parts), given, chosen)

    def change(self, name: str, input: Mapping[str, Any]) -> Operation:
        assert self.schema.mutation_type is not None
        definition = self.schema.mutation_type.fields[name]
        body = self.selection(get_named_type(definition.type), Level(), 1)
        used, fragments = self.reached(body)
        self.definitions["input"] = str(definition.args["input"].type)
        variables = ", ".join(f"${one}: {text}" for one, text in self.definitions.items() if one in {*used, "input"})
        parts = [f"mutation({variables}){{__typename done:{name}(input:$input){body}}}"]
        parts += [f"fragment {one.name} on {one.on.name}{one.body}" for one in fragments]
        given = {one: value for one, value in self.given.items() if one in used}
        return Operation("\n".join(parts), given | {"input": input})

    def reached(self, body: str) -> tuple[set[str], list[Fragment]]:
        """The variables and the fragments that a selection comes to; what was thought of and dropped is in neither."""
        names, waiting = {one.name: one for one in self.fragments}, [body]
        found: dict[str, Fragment] = {}
        used: set[str] = set()
        while waiting:
            text = waiting.pop()
            used |= set(_VARIABLE.findall(text))
            for name in _SPREAD.findall(text):
                if name in names and name not in found:
                    found[name] = names[name]
                    waiting.append(found[name].body)
        return used, list(found.values())

    # selections

    def selection(self, on: GraphQLNamedType, level: Level, depth: int) -> str:
        """A selection set on this type, in braces."""
        many = self.chance.choice([1, 2, 3, 4, 6]) if depth else self.chance.choice([1, 1, 2, 3])
        parts = [part for _ in range(many) if (part := self.part(on, level, depth))]
        return "{" + " ".join(parts or ["__typename"]) + "}"

    def part(self, on: GraphQLNamedType, level: Level, depth: int) -> str:
        self.left -= 1
        if self.left <= 0:
            return self.field(on, level, depth)
        drawn = self.chance.random()
        conditions = self.conditions(on)
        if (is_abstract_type(on) and drawn < 0.5) or drawn < 0.08:
            condition = None if drawn < 0.02 else self.chance.choice(conditions)
            inner = self.selection(condition or on, level, depth + 1)
            return f"...{f' on {condition.name}' if condition else ''}{self.directives()}{inner}"
        if (drawn < 0.56 and is_abstract_type(on)) or drawn < 0.16:
            return self.spread(on, level, depth, conditions)
        return self.field(on, level, depth)

    def conditions(self, on: GraphQLNamedType) -> list[Any]:
        """Types that a fragment here may be on: one of them at least can be what is found."""
        if on.name in self.fitting:
            return self.fitting[on.name]
        mine = self.possible(on)
        self.fitting[on.name] = [
            one
            for name, one in self.schema.type_map.items()
            if is_composite_type(one) and not name.startswith("__") and mine & self.possible(one)
        ] or [on]
        return self.fitting[on.name]

    def possible(self, one: Any) -> set[str]:
        return {each.name for each in self.schema.get_possible_types(one)} if is_abstract_type(one) else {one.name}

    def spread(self, on: GraphQLNamedType, level: Level, depth: int, conditions: list[Any]) -> str:
        fit = [one for one in self.fragments if one.on in conditions and _merges(one.level, level)]
        if fit and self.odds(0.6):
            found = self.chance.choice(fit)
        elif len(self.fragments) > 5:
            return self.field(on, level, depth)
        else:
            condition, own = self.chance.choice(conditions), Level()
            found = Fragment(f"F{self.chance.randrange(10**6)}", condition, "", own)
            found.body = self.selection(condition, own, depth + 1)
            if not _merges(own, level) or any(one.name == found.name for one in self.fragments):
                return self.field(on, level, depth)
            self.fragments.append(found)
        level.take(found.level)
        return f"...{found.name}{self.directives()}"

    def field(self, on: GraphQLNamedType, level: Level, depth: int) -> str:
        if isinstance(on, GraphQLUnionType) or self.odds(0.06):
            return self.written("__typename", "__typename", "String!", None, level, depth)
        assert isinstance(on, (GraphQLObjectType, GraphQLInterfaceType))
        deep = depth >= MOST_DEEP or self.left <= 0
        names = [name for name, one in on.fields.items() if not (deep and is_composite_type(get_named_type(one.type)))]
        if not names:
            return self.written("__typename", "__typename", "String!", None, level, depth)
        if depth == 0 and self.odds(0.03):
            return self.introspection()
        inner = [name for name in names if is_composite_type(get_named_type(on.fields[name].type))]
        liked = [name for name in names if name in self.stock.favoured]
        if liked and self.odds(0.4):
            inner = liked
        name = self.chance.choice(inner if inner and (inner is liked or self.odds(0.35)) else names)
        return self.written(name, name, str(on.fields[name].type), on.fields[name], level, depth)

    def written(
        self, key: str, name: str, type_name: str, definition: GraphQLField | None, level: Level, depth: int
    ) -> str:
        """A field under its name or an alias; one that stands there already is asked for again, with what it took."""
        if self.aliases and self.odds(0.2):
            key = self.chance.choice(ALIASES)
        what = f"{name}: {type_name}"
        if key in level.held and level.held[key][0] != what:
            key = f"{name}_{len(level.held)}"
        if key in level.held:
            below, arguments = level.held[key][1], level.arguments[key]
        else:
            below, arguments = Level(), self.arguments(name, definition) if definition else ""
            level.held[key], level.arguments[key] = (what, below), arguments
        self.aliases -= key != name
        text = f"{name}{arguments}" if key == name else f"{key}:{name}{arguments}"
        text += self.directives()
        if definition is None or is_leaf_type(get_named_type(definition.type)):
            return text
        return text + self.selection(get_named_type(definition.type), below, depth + 1)

    def introspection(self) -> str:
        kind = self.chance.choice(list(self.schema.type_map))
        about = self.chance.choice(
            [
                "kind name fields(includeDeprecated:true){name type{name}}",
                "name possibleTypes{name} inputFields{name defaultValue}",
                "enumValues{name isDeprecated} interfaces{name}",
            ]
        )
        whole = "__schema{queryType{name fields{name}} directives{name args{name defaultValue}}}"
        return whole if self.odds(0.2) else f'i{self.left + 99}:__type(name:"{kind}"){{{about}}}'

    def directives(self) -> str:
        text = ""
        for name in ("skip", "include"):
            if self.odds(0.06):
                condition = self.literal(True, GraphQLNonNull(self.schema.type_map["Boolean"]), 0.5)  # pyright: ignore
                usual = (condition == "true") == (name == "include") or condition.startswith("$")
                text += f"@{name}(if:{condition if usual or self.odds(0.3) else 'false'})"
        return text

    # values

    def arguments(self, name: str, definition: GraphQLField) -> str:
        parts = []
        for one, argument in definition.args.items():
            needed = isinstance(argument.type, GraphQLNonNull) and argument.default_value is Undefined
            if needed or self.odds(0.4):
                value = value_of(argument.type, one, name, self.stock, self.chance)
                parts.append(f"{one}:{self.literal(value, argument.type, 0.35)}")
        return f"({','.join(parts)})" if parts else ""

    def literal(self, value: Any, type_: GraphQLInputType, share: float) -> str:
        """A value as it is written in a document, with variables in the place of some of its parts."""
        if self.odds(share):
            return f"${self.variable(value, type_)}"
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(value, list) and isinstance(inner, GraphQLList):
            return f"[{','.join(self.literal(one, inner.of_type, 0.15) for one in value)}]"
        if isinstance(inner, GraphQLList):
            inner = get_named_type(inner)
        if isinstance(value, dict) and isinstance(inner, GraphQLInputObjectType):
            # A variable would have to be there for certain in an object that wants exactly one field.
            below = 0.0 if inner.is_one_of else 0.15
            parts = [f"{one}:{self.literal(part, inner.fields[one].type, below)}" for one, part in value.items()]
            return "{" + ",".join(parts) + "}"
        return written(value)

    def variable(self, value: Any, type_: GraphQLInputType) -> str:
        """The name of a variable that may stand where this type is wanted: one that is there, or a new one."""
        wanted = str(type_)
        fit = [one for one, held in self.types.items() if held in (wanted, f"{wanted}!")]
        if fit and self.odds(0.4):
            return self.chance.choice(fit)
        name, held, default = f"v{len(self.types)}", wanted, ""
        strict = wanted.endswith("!")
        if strict and value is not None and self.odds(0.3):
            # One that may be null, with something to fall back on; null itself is refused where it is used.
            held, default = wanted[:-1], f"={written(value)}"
        elif not strict and value is not None and self.odds(0.2):
            held = f"{wanted}!"
        elif self.odds(0.25):
            default = f"={written(value)}"
        self.types[name], self.definitions[name] = held, held + default
        may_miss = bool(default) or not held.endswith("!")
        if not may_miss or self.odds(0.75):
            self.given[name] = plain(value)
        elif not held.endswith("!") and self.odds(0.3):
            self.given[name] = None
        return name


def _merges(one: Level, other: Level) -> bool:
    return all(
        name not in other.held
        or (
            other.held[name][0] == held[0]
            and other.arguments[name] == one.arguments[name]
            and _merges(held[1], other.held[name][1])
        )
        for name, held in one.held.items()
    )


def _operation_type(kind: str) -> Any:
    from graphql import OperationType

    return OperationType(kind)


def written(value: Any) -> str:
    """A value as a literal of GraphQL."""
    match value:
        case None:
            return "null"
        case Name():
            return str(value)
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list():
            return f"[{','.join(map(written, value))}]"
        case dict():
            return "{" + ",".join(f"{name}:{written(one)}" for name, one in value.items()) + "}"
        case _:
            return json.dumps(value)


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    match value:
        case str():
            return str(value)
        case list():
            return [plain(one) for one in value]
        case dict():
            return {name: plain(one) for name, one in value.items()}
        case _:
            return value
