"""Operations with bytes torn out, doubled and put in: refused or answered, never an error that nobody foresaw."""

import asyncio
import json
import random
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from graphql import OperationType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.operations.compare import codes
from api.operations.documents import written
from api.operations.generate import operation
from api.operations.spoil import PIECES
from api.operations.stock import Stock
from fieldsync.api.schema import build_schema
from fieldsync.settings import Settings
from rights.house import secret
from rights.stage import Stage, stage

__all__ = ["stage"]

SCHEMA = build_schema(Settings()).core
STOCK = Stock({"contact": ("contact:contact0",), "mailbox": ("mailbox:box-sales",)})
HEADERS = {"authorization": f"Bearer {secret('admin', 'read')}", "content-type": "application/json"}
EXAMPLES = 150
Ask: TypeAlias = Callable[[bytes], None]
SOUND = [one.text for one in written() if one.kind is not OperationType.SUBSCRIPTION]
SOUND += [operation(SCHEMA, STOCK, random.Random(seed)).text for seed in range(100)]


@st.composite
def torn(draw: st.DrawFn) -> bytes:
    """An operation as bytes, changed at up to four places."""
    text = draw(st.sampled_from(SOUND)).encode()
    for _ in range(draw(st.integers(1, 4))):
        at, until = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        until = min(until, at + draw(st.sampled_from([0, 1, 2, 10, 500])))
        put_in = draw(
            st.one_of(
                st.sampled_from([piece.encode("utf-8", "surrogatepass") for piece in PIECES]),
                st.binary(max_size=4),
                st.just(text[at:until] * draw(st.sampled_from([2, 3, 40]))),
            )
        )
        text = text[:at] + put_in + text[until:]
    return text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
BODIES = st.fixed_dictionaries(
    {"query": st.one_of(st.sampled_from(SOUND), VALUES)},
    optional={"variables": VALUES, "operationName": VALUES, "extensions": VALUES, "id": VALUES},
)


@pytest.fixture
def ask(stage: Stage) -> Iterator[Ask]:
    """Send these bytes as the body of a request; the answer is none that nobody foresaw."""
    loop = asyncio.new_event_loop()

    def sent(body: bytes) -> None:
        answer = loop.run_until_complete(stage.house.clients[0].post("/graphql", content=body, headers=HEADERS))
        assert answer.status_code < 500, answer.text
        assert not codes(answer.text) & {"INTERNAL", ""}, answer.text

    yield sent
    loop.close()


KEPT = {"max_examples": EXAMPLES, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


@settings(**KEPT)
@given(text=torn())
def test_a_torn_operation_is_refused_or_answered(ask: Ask, text: bytes) -> None:
    query = text.decode("utf-8", "replace")
    ask(json.dumps({"query": query}).encode())


@settings(**KEPT)
@given(text=torn(), wrapped=st.booleans())
def test_bytes_that_are_no_text_are_refused_or_answered(ask: Ask, text: bytes, wrapped: bool) -> None:
    ask(b'{"query":"' + text + b'"}' if wrapped else text)


@settings(**KEPT)
@given(body=BODIES)
def test_members_of_any_type_are_refused_or_answered(ask: Ask, body: Any) -> None:
    ask(json.dumps(body).encode())
