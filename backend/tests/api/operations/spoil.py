"""Operations that have to be refused, or that cannot be read at all: a sound one with one flaw put in."""

import random
from collections.abc import Callable
from typing import Any

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    parse,
    print_ast,
)

from api.operations.generate import Operation

Spoil = Callable[[Operation, random.Random], Operation]
WRONG = (None, "", "nonesuch", -1, 2**40, 1.5, True, [], [None], {}, {"nonesuch": 1}, [[1]], "2026-13-01")
LITERALS = (
    "null", '"nonesuch"', "NONESUCH", "-1", "1099511627776", "1.5", "true", "[]", "{}", "{nonesuch:1}", "$gone",
)  # fmt: skip
PIECES = (
    "{",
    "}",
    "(",
    ")",
    ":",
    "...",
    "@skip",
    "$",
    '"',
    '"""',
    "&",
    "\x00",
    "\ufeff",
    "#",
    "\\u{110000}",
    "on",
    "!",
)


def spoiled(sound: Operation, chance: random.Random) -> Operation:
    """The operation with one flaw; it may by chance still be sound."""
    name = chance.choice(list(FLAWS))
    spoilt = FLAWS[name](sound, chance)
    return Operation(spoilt.text, spoilt.variables, spoilt.name, name)


def _text(sound: Operation, text: str) -> Operation:
    return Operation(text, sound.variables, sound.name)


def _in_tree(change: Callable[[DocumentNode, random.Random], None]) -> Spoil:
    """A flaw that is put into the parsed document, which is then written anew."""

    def spoil(sound: Operation, chance: random.Random) -> Operation:
        document = parse(sound.text, no_location=True)
        change(document, chance)
        return _text(sound, print_ast(document))

    return spoil


def put(node: Any, **parts: Any) -> None:
    """Change a node of a tree that nobody else holds; nodes are frozen, and visitors copy whole trees."""
    for name, part in parts.items():
        object.__setattr__(node, name, part)


def nodes_of(node: Any, kind: type | tuple[type, ...]) -> list[Any]:
    """Everything of a kind in a tree, in the order of the text."""
    found: list[Any] = []
    waiting: list[Any] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Node):
            if isinstance(one, kind):
                found.append(one)
            waiting += [getattr(one, key) for key in reversed(one.keys) if key != "loc"]
        elif isinstance(one, (list, tuple)):
            waiting += reversed(one)
    return found


def _pick(document: DocumentNode, kind: type | tuple[type, ...], chance: random.Random) -> Any:
    found = nodes_of(document, kind)
    return chance.choice(found) if found else None


def _name(text: str) -> NameNode:
    return NameNode(value=text)


def _rename(kind: type | tuple[type, ...]) -> Spoil:
    def change(document: DocumentNode, chance: random.Random) -> None:
        found = _pick(document, kind, chance)
        if found is not None:
            put(found, name=_name(chance.choice(["nonesuch", "id", "Nonesuch", "__typename", "Int"])))

    return _in_tree(change)


def _drop_arguments(document: DocumentNode, chance: random.Random) -> None:
    found = [one for one in nodes_of(document, (FieldNode, DirectiveNode)) if one.arguments]
    if found:
        put(chance.choice(found), arguments=())


def _add_argument(document: DocumentNode, chance: random.Random) -> None:
    one = _pick(document, FieldNode, chance)
    name = chance.choice(["nonesuch", "first", "id"])
    value = nodes_of(parse(f"{{a(b: {chance.choice(LITERALS)})}}"), ArgumentNode)[0].value
    put(one, arguments=(*(one.arguments or ()), ArgumentNode(name=_name(name), value=value)))


def _change_value(document: DocumentNode, chance: random.Random) -> None:
    one = _pick(document, ArgumentNode, chance)
    if one is not None:
        put(one, value=nodes_of(parse(f"{{a(b: {chance.choice(LITERALS)})}}"), ArgumentNode)[0].value)


def _drop_definitions(document: DocumentNode, chance: random.Random) -> None:
    kept = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    put(document, definitions=tuple(kept))


def _add_definition(document: DocumentNode, chance: random.Random) -> None:
    text = chance.choice(
        [
            "fragment Unused on Contact{id}", "fragment Ring on Contact{...Ring}", "{__typename}", "query{__typename}",
            "query Main{__typename}", "type Contact{id: ID}", "fragment Leaf on Int{id}", "extend schema @nonesuch",
            "subscription S{a:__typename b:__typename}", "mutation M{__typename}", "fragment Lost on Nonesuch{id}",
        ]
    )  # fmt: skip
    put(document, definitions=(*document.definitions, *parse(text).definitions))


def _drop_variables(document: DocumentNode, chance: random.Random) -> None:
    one = _pick(document, OperationDefinitionNode, chance)
    put(one, variable_definitions=())


def _change_variable(document: DocumentNode, chance: random.Random) -> None:
    one = _pick(document, VariableDefinitionNode, chance)
    if one is not None:
        put(one, type=NamedTypeNode(name=_name(chance.choice(["Int", "String", "Nonesuch", "Contact", "Boolean"]))))


def _two_of_a_name(document: DocumentNode, chance: random.Random) -> None:
    one = _pick(document, SelectionSetNode, chance)
    same = _name("same")
    twice = [FieldNode(name=_name(name), alias=same, arguments=(), directives=()) for name in ("__typename", "id")]
    put(one, selections=(*(one.selections or ()), *twice))


def _drop_selection(document: DocumentNode, chance: random.Random) -> None:
    found = [one for one in nodes_of(document, FieldNode) if one.selection_set]
    if found:
        put(chance.choice(found), selection_set=None)


def _select_on_leaf(document: DocumentNode, chance: random.Random) -> None:
    found = [one for one in nodes_of(document, FieldNode) if not one.selection_set]
    if found:
        chosen = FieldNode(name=_name("id"), arguments=(), directives=())
        put(chance.choice(found), selection_set=SelectionSetNode(selections=(chosen,)))


def _change_condition(document: DocumentNode, chance: random.Random) -> None:
    found = [one for one in nodes_of(document, (InlineFragmentNode, FragmentDefinitionNode)) if one.type_condition]
    if found:
        name = chance.choice(["Contact", "Query", "Nonesuch", "Int", "ContactFilter", "RunConnection", "Node"])
        put(chance.choice(found), type_condition=NamedTypeNode(name=_name(name)))


def _add_directive(document: DocumentNode, chance: random.Random) -> None:
    text = chance.choice(
        ["@nonesuch", "@skip", '@skip(if:"yes")', "@include(if:null)", "@include(if:$gone)", "@deprecated",
         "@skip(if:true)@skip(if:true)", "@oneOf", "@defer", "@stream(initialCount:0)"]
    )  # fmt: skip
    told = nodes_of(parse(f"{{a {text}}}"), DirectiveNode)
    one = _pick(document, (FieldNode, InlineFragmentNode, FragmentSpreadNode, OperationDefinitionNode), chance)
    put(one, directives=(*(one.directives or ()), *told))


def _nest(document: DocumentNode, chance: random.Random) -> None:
    """Deeper, wider or with more names than is answered."""
    deep = "{viewer{principal{rights{manager" * 6 + "{id}" + "}}}}" * 6
    wide = "{" + " ".join(f"a{n}:viewer{{actor}}" for n in range(60)) + "}"
    put(document, definitions=parse(chance.choice([deep, wide])).definitions)


def _wrong_variable(sound: Operation, chance: random.Random) -> Operation:
    given = dict(sound.variables or {})
    name = chance.choice([*given, "nonesuch"])
    given[name] = chance.choice(WRONG)
    return Operation(sound.text, given, sound.name)


def _missing_variable(sound: Operation, chance: random.Random) -> Operation:
    given = dict(sound.variables or {})
    for name in chance.sample(list(given), chance.randint(0, len(given))):
        del given[name]
    return Operation(sound.text, given or None, sound.name)


def _wrong_name(sound: Operation, chance: random.Random) -> Operation:
    return Operation(sound.text, sound.variables, chance.choice(["Nonesuch", "", "main", "Second"]))


def _no_name(sound: Operation, chance: random.Random) -> Operation:
    return Operation(f"{sound.text} query Fourth{{__typename}}", sound.variables)


def _torn(sound: Operation, chance: random.Random) -> Operation:
    at = chance.randrange(len(sound.text) + 1)
    until = at + chance.choice([0, 1, 1, 3, 20])
    return _text(sound, sound.text[:at] + chance.choice(["", *PIECES]) + sound.text[until:])


def _nothing(sound: Operation, chance: random.Random) -> Operation:
    return _text(
        sound, chance.choice(["", " ", "# nothing", "{}", "query", "fragment F on Query{__typename}", "\ufeff"])
    )


FLAWS: dict[str, Spoil] = {
    "a field that is not there": _rename(FieldNode),
    "a fragment that is not there": _rename(FragmentSpreadNode),
    "an argument that is not there": _in_tree(_add_argument),
    "an argument by another name": _rename(ArgumentNode),
    "arguments left out": _in_tree(_drop_arguments),
    "a value of another type": _in_tree(_change_value),
    "a variable that is not there": _rename(VariableNode),
    "definitions of fragments left out": _in_tree(_drop_definitions),
    "a definition too many": _in_tree(_add_definition),
    "definitions of variables left out": _in_tree(_drop_variables),
    "a variable of another type": _in_tree(_change_variable),
    "two fields of a name": _in_tree(_two_of_a_name),
    "an object without fields": _in_tree(_drop_selection),
    "fields of a value": _in_tree(_select_on_leaf),
    "a condition that cannot hold": _in_tree(_change_condition),
    "a wrong directive": _in_tree(_add_directive),
    "too much": _in_tree(_nest),
    "a wrong value of a variable": _wrong_variable,
    "values of variables left out": _missing_variable,
    "an operation that is not there": _wrong_name,
    "no word which operation": _no_name,
    "torn text": _torn,
    "nothing": _nothing,
}
