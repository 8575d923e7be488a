"""Bodies that are no requests, or requests that are meant to hurt: a code for each, and never a fault of ours."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.office import Office
from fieldsync.api.limits import check_text
from fieldsync.errors import TooMuchAsked

GRAPHQL = {"accept": "application/graphql-response+json"}


@pytest.mark.parametrize(
    "text",
    [
        "{a" * 101 + "}" * 101,
        "{a(b: " + "[" * 101 + "]" * 101 + ")}",
        "{a(b: " + "{c: " * 200 + "1" + "}" * 200 + ")}",
        "{...f0} " + " ".join(f"fragment f{n} on Query {{...f{n + 1}}}" for n in range(101)),
    ],
)
def test_a_document_that_nests_without_end_is_not_parsed(text: str) -> None:
    with pytest.raises(TooMuchAsked):
        check_text(text)


@pytest.mark.parametrize(
    "text",
    [
        '{a(b: "' + "{" * 200 + '")}',
        '{a(b: """' + "[" * 200 + ' " """)}',
        "{a} # " + "(" * 200 + "fragment " * 200,
        "{" + "a{b} " * 200 + "}",
        '{a(b: "' + "fragment " * 200 + '")}',
    ],
)
def test_brackets_side_by_side_or_in_texts_do_not_nest(text: str) -> None:
    check_text(text)


BODIES = [
    b"\xff\xfe",
    b'{"query": "\xff"}',
    b'{"query": "{__typename}\\u0000"}',
    b'{"query": "\\ud800"}',
    b'{"query": "{__typename}", "variables": ' + b'{"a":' * 2000 + b"1" + b"}" * 2000 + b"}",
    b'{"query": "{__typename}", "variables": {"a": ' + b"[" * 5000 + b"]" * 5000 + b"}}",
    b"[" * 100_000,
    b'{"query": ' + b'"' + b"{a" * 4000 + b'"}',
    b'{"query": "' + b"query($a:[Int]=" + b"[" * 90 + b"]" * 90 + b'){__typename}"}',
    b'{"query": "{__typename}", "variables": {"a": 1e999}}',
    b'{"query": "{__typename}", "variables": {"a": NaN}}',
    b'{"query": "{__typename @skip(if: true) @skip(if: true)}"}',
    b'{"query": "{contacts(first: 99999999999999999999){nodes{id}}}"}',
    b'{"query": "query($f: Int!){contacts(first: $f){nodes{id}}}", "variables": {"f": 99999999999999999999}}',
    b'{"query": "{contacts(after: \\"\\\\u0000\\"){nodes{id}}}"}',
    b'{"query": "{contact(id: \\"contact:\\\\u0000\\"){id}}"}',
    b'{"query": "{__typename}", "operationName": "\\u0000"}',
    b'{"query": "{__typename}", "extensions": {"persistedQuery": 1}}',
    b'{"query": "{__typename}", "extensions": {"persistedQuery": {}}}',
    b'{"query": "{__typename}", "documentId": 1}',
    b'{"documentId": "x"}',
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
async def test_a_body_that_is_meant_to_hurt_is_refused_and_no_fault_of_ours(office: Office, body: bytes) -> None:
    headers = {"authorization": f"Bearer {await office.token('sales')}", "content-type": "application/json"} | GRAPHQL

    response = await office.client.post("/graphql", content=body, headers=headers)

    codes = [error["extensions"]["code"] for error in response.json().get("errors", [])]
    assert response.status_code < 500
    assert "INTERNAL" not in codes
    assert response.status_code == 400 or response.json()["data"] is not None or codes != []


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMED = st.fixed_dictionaries(
    {},
    optional={
        "query": JSON_VALUES | st.sampled_from(["{__typename}", "query($a: Int){__typename}", "{viewer{role}}", "{"]),
        "variables": JSON_VALUES,
        "operationName": JSON_VALUES,
        "extensions": JSON_VALUES | st.fixed_dictionaries({"persistedQuery": JSON_VALUES}),
        "documentId": JSON_VALUES,
    },
)


@given(body=st.binary(max_size=60) | JSON_VALUES.map(lambda value: json.dumps(value).encode()) | NAMED.map(
    lambda value: json.dumps(value).encode()
))  # fmt: skip
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_any_body_is_answered_or_refused_with_a_code(office: Office, body: bytes) -> None:
    response = await office.client.post(
        "/graphql", content=body, headers={"content-type": "application/json"} | GRAPHQL
    )

    answer = response.json()
    assert response.status_code in (200, 400)
    assert all(error["extensions"]["code"] != "INTERNAL" for error in answer.get("errors", []))
    assert ("data" in answer) == (response.status_code == 200)
