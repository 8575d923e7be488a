"""The makers of random operations: what they make is sound, or spoilt as meant, varied, and the same for a seed."""

import random
from collections import Counter

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    parse,
    validate,
)
from hypothesis import given, settings

from api.operations.compare import difference
from api.operations.generate import Operation, operation, operations
from api.operations.reduce import reduced
from api.operations.spoil import FLAWS, nodes_of, spoiled
from api.operations.stock import Stock
from fieldsync.api.schema import build_schema
from fieldsync.settings import Settings

SCHEMA = build_schema(Settings()).core
STOCK = Stock(
    {
        "contact": ("contact:contact0",), "task": ("task:task0",), "principal": ("principal:sales",),
        "mailbox": ("mailbox:box-sales",), "run": ("run:run-sales",), "profile": ("profile:default",),
    }
)  # fmt: skip
MANY = 150


def made(seed: int) -> Operation:
    return operation(SCHEMA, STOCK, random.Random(seed))


def refused(text: str) -> list[GraphQLError]:
    try:
        return validate(SCHEMA, parse(text))
    except GraphQLError as error:
        return [error]


def test_nearly_all_are_valid() -> None:
    wrong = [seed for seed in range(MANY) if refused(made(seed).text)]

    assert len(wrong) <= MANY // 50, f"seeds {wrong}"


def test_the_same_seed_makes_the_same_operation() -> None:
    for seed in range(20):
        assert made(seed) == made(seed)
        assert spoiled(made(seed), random.Random(seed)) == spoiled(made(seed), random.Random(seed))


def test_they_hold_all_that_a_document_can_hold() -> None:
    texts = [made(seed) for seed in range(MANY)]
    held = Counter[str]()
    for one in texts:
        document = parse(one.text)
        held += shapes(document)
        held["variables left out"] += one.variables is None or len(one.variables) < one.text.count(": $")
        held["null given"] += None in (one.variables or {}).values()
        held["several operations"] += "Second" in one.text
    rare = {name: held[name] for name in EXPECTED if held[name] < 3}
    assert not rare


EXPECTED = (
    "alias", "skip", "include", "spread", "inline", "inline without condition", "merged", "typename", "introspection",
    "null given", "several operations", "variables left out",
)  # fmt: skip


def shapes(document: DocumentNode) -> Counter[str]:
    found = Counter[str]()
    for node in nodes_of(document, (FieldNode, InlineFragmentNode, FragmentSpreadNode)):
        for directive in node.directives or ():
            found[directive.name.value] += 1
        match node:
            case FieldNode():
                found["alias"] += node.alias is not None
                found["typename"] += node.name.value == "__typename"
                found["introspection"] += node.name.value in ("__schema", "__type")
                keys = Counter(
                    (one.alias or one.name).value
                    for one in (node.selection_set.selections if node.selection_set else ())
                    if isinstance(one, FieldNode)
                )
                found["merged"] += any(count > 1 for count in keys.values())
            case InlineFragmentNode():
                found["inline"] += 1
                found["inline without condition"] += node.type_condition is None
            case _:
                found["spread"] += 1
    return found


def test_every_root_field_is_asked_for() -> None:
    names = {node.name.value for seed in range(3 * MANY) for node in nodes_of(parse(made(seed).text), FieldNode)}
    assert SCHEMA.query_type
    assert not set(SCHEMA.query_type.fields) - names


def test_every_flaw_spoils_most_of_what_it_is_put_into() -> None:
    for name, flaw in FLAWS.items():
        spoilt = [flaw(made(seed), random.Random(seed)) for seed in range(8)]
        changed = sum(one != made(seed) for seed, one in enumerate(spoilt))
        assert changed >= 2, name


@settings(max_examples=25)
@given(operations(SCHEMA, STOCK))
def test_hypothesis_can_make_them(asked: Operation) -> None:
    assert asked.text.startswith(("query", "{", "fragment"))


async def test_a_failing_operation_is_made_small() -> None:
    seed = next(seed for seed in range(MANY) if "contacts" in made(seed).text and len(made(seed).text) > 500)

    async def fails(candidate: Operation) -> bool:
        return not refused(candidate.text) and "contacts" in candidate.text

    small = await reduced(made(seed), fails)

    assert "contacts" in small.text
    assert len(small.text) < len(made(seed).text) / 3


def test_answers_differ_by_values_order_errors_and_parts() -> None:
    answer = '{"data":{"a":1,"b":null},"errors":[{"message":"No.","path":["b"],"extensions":{"code":"NOT_FOUND"}}]}'
    for changed in (
        answer.replace("1", "2"),
        answer.replace('"a":1,"b":null', '"b":null,"a":1'),
        answer.replace("No.", "Nothing."),
        answer.replace("NOT_FOUND", "NOT_ALLOWED"),
        answer.replace('"path":["b"]', '"path":["a"]'),
        '{"errors":[]}',
        '{"data":{"a":1,"b":null}}',
        answer[:-1] + ',"extensions":{"cost":1}}',
    ):
        assert difference(answer, changed), changed
    assert difference(answer, answer) is None


def test_ids_of_the_log_and_the_order_of_errors_make_no_difference() -> None:
    one, other = "0198c0de-0000-7000-8000-000000000001", "0198c0de-0000-7000-8000-000000000002"
    internal = '{"message":"It is logged as %s.","path":["a"],"extensions":{"code":"INTERNAL","correlationId":"%s"}}'
    missing = '{"message":"No.","path":["b"],"extensions":{"code":"NOT_FOUND"}}'
    answer = '{"data":{"a":null,"b":null},"errors":[%s,%s]}'

    assert difference(answer % (internal % (one, one), missing), answer % (missing, internal % (other, other))) is None
