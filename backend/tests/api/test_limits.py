"""Each limit of the API: refused with a code, a number and what to do; and no body that is no request gets further."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest
from graphql import OperationDefinitionNode, get_introspection_query, parse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from api.office import Office
from fieldsync.api.accepting import MediaType, negotiated
from fieldsync.api.cost import cost_of
from fieldsync.api.limits import check_text
from fieldsync.api.rates import Rates
from fieldsync.api.schema import build_schema
from fieldsync.api.trusted import TrustedDocuments
from fieldsync.app import create_app
from fieldsync.errors import DocumentNotTrusted, DocumentUnknown, InvalidInput, RateLimited, TooMuchAsked
from fieldsync.settings import Settings

GRAPHQL = {"accept": "application/graphql-response+json"}


@asynccontextmanager
async def opened(office: Office, **given: Any) -> AsyncIterator[Office]:
    """The office with these settings."""
    settings = Settings(**(office.parts.settings.model_dump() | given))
    transport = httpx2.ASGITransport(create_app(parts=replace(office.parts, settings=settings)))
    async with httpx2.AsyncClient(transport=transport, base_url="http://office", headers=GRAPHQL) as client:
        yield replace(office, client=client)


async def send(office: Office, query: str, name: str = "sales", **variables: Any) -> httpx2.Response:
    headers = {"authorization": f"Bearer {await office.token(name)}"} | GRAPHQL
    return await office.client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)


def refusal(response: httpx2.Response) -> dict[str, Any]:
    answer = response.json()
    assert "data" not in answer
    return answer["errors"][0]["extensions"]


@pytest.mark.parametrize(
    ("query", "variables", "cost"),
    [
        ("{__typename}", {}, 1),
        ("{viewer{role}}", {}, 1),
        ("{viewer{principal{userName}}}", {}, 2),
        ("{contacts(first: 7){nodes{id}}}", {}, 1 + 7),
        ("{contacts(first: 7){totalCount pageInfo{hasNextPage}}}", {}, 1 + 1),
        ("{contacts(first: 7){edges{cursor node{id}}}}", {}, 1 + 7 * 2),
        ("{contacts{nodes{id}}}", {}, 1 + 50),
        ("{contacts(first: null){nodes{id}}}", {}, 1 + 50),
        ("{contacts(first: 100000){nodes{id}}}", {}, 1 + 1000),
        ("query ($n: Int) {contacts(first: $n){nodes{id}}}", {"n": 9}, 1 + 9),
        ("query ($n: Int) {contacts(first: $n){nodes{id}}}", {"n": None}, 1 + 50),
        ("query ($n: Int) {contacts(first: $n){nodes{id}}}", {}, 1 + 50),
        ("query ($n: Int = 4) {contacts(first: $n){nodes{id}}}", {}, 1 + 4),
        ("query ($n: Int) {runs(first: $n){nodes{operations(first: 5){nodes{id}}}}}", {"n": 3}, 1 + 3 * (1 + 1 + 5)),
        ("{mappings{id}}", {}, 98),
        ("{profiles{versions{number}}}", {}, 10 * (1 + 20)),
        ("{profiles{versions(first: 2){number}}}", {}, 10 * (1 + 2)),
        ("{viewer{role} contacts(first: 7){...c}} fragment c on ContactConnection{nodes{id}}", {}, 1 + 1 + 7),
        ("query ($y: Boolean!) {contacts(first: 7){nodes @include(if: $y){id}}}", {"y": False}, 1),
        ("query ($y: Boolean!) {contacts(first: 7){nodes @skip(if: $y){id}}}", {"y": False}, 1 + 7),
        ("{contacts(first: 7) @skip(if: true) {nodes{id}} viewer{role}}", {}, 1),
        ('mutation {profilePublish(input: {expectedRevision: 9}){errors{code}}}', {}, 1 + 10 + 10),
        ('{__type(name: "Run"){name}}', {}, 1),
    ],
)  # fmt: skip
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_an_answer_says_what_it_cost(office: Office, query: str, variables: dict[str, Any], cost: int) -> None:
    answer = (await send(office, query, **variables)).json()

    told = answer["extensions"]["cost"]
    assert told["requested"] == cost
    assert told["limit"] == 100_000
    assert told["remaining"] == 1_000_000 - cost


def test_no_operation_of_the_page_comes_near_the_limits() -> None:
    schema, costs = build_schema()._schema, {}
    texts = [
        text
        for file in (Path(__file__).parents[3] / "frontend" / "src").rglob("*.ts*")
        if "gql" not in file.parts
        for text in re.findall(r"\bgraphql\(`([^`]*)`\)", file.read_text(encoding="utf-8"))
    ]
    document = parse("\n".join(texts))
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode) and operation.name:
            costs[operation.name.value] = cost_of(schema, document, operation).points({})

    assert len(costs) > 80
    assert {name: cost for name, cost in costs.items() if cost > 20_000} == {}
    whole = parse(get_introspection_query())
    introspection = next(one for one in whole.definitions if isinstance(one, OperationDefinitionNode))
    assert cost_of(schema, whole, introspection).points({}) < 20_000


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_one_operation_may_cost_is_limited(office: Office) -> None:
    query = "query ($n: Int) {runs(first: $n){nodes{operations(first: 1000){nodes{id}}}}}"

    allowed, refused = await send(office, query, n=2), await send(office, query, n=1000)

    assert allowed.status_code == 200
    assert refused.status_code == 400
    facts = refusal(refused)
    assert (facts["code"], facts["limit"]) == ("TOO_COSTLY", 100_000)
    assert facts["requested"] == 1 + 1000 * (1 + 1 + 1000)
    assert "first" in facts["remedy"]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_fragments_that_grow_within_a_field_cost_what_they_may_fetch_and_are_counted_at_once(
    office: Office,
) -> None:
    fragments = " ".join(f"fragment f{n} on Profile {{...f{n + 1} ...f{n + 1}}}" for n in range(80))
    query = f"query ($n: Int) {{profiles{{...f0}}}} {fragments} fragment f80 on Profile {{versions(first: $n){{id}}}}"

    refused = await send(office, query, n=1)

    assert refusal(refused)["code"] == "TOO_COSTLY"


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_lists_of_the_input_are_capped_wherever_they_are(office: Office) -> None:
    changes = "mutation ($input: MappingDirectionsSetInput!) {mappingDirectionsSet(input: $input){errors{code}}}"
    change = {"mappingId": "mapping:x", "direction": "BOTH", "expectedRevision": 1}
    written = ", ".join(['"mailbox:x"'] * 11)

    async with opened(office, max_list_items=10) as small:
        allowed = await send(small, changes, input={"changes": [change] * 10})
        refused = [
            await send(small, changes, input={"changes": [change] * 11}),
            await send(small, f"mutation {{runStart(input: {{mailboxIds: [{written}]}}){{errors{{code}}}}}}"),
        ]

    assert allowed.status_code == 200
    for response in refused:
        facts = refusal(response)
        assert (response.status_code, facts["code"], facts["limit"]) == (400, "TOO_MANY_ITEMS", 10)
        assert facts["remedy"]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_who_asks_for_too_much_in_a_minute_waits_and_nobody_else_does(office: Office) -> None:
    query = "{contacts(first: 99){nodes{id}}}"

    async with opened(office, max_cost=100, rate_points_per_minute=250) as slow:
        answers = [await send(slow, query) for _ in range(3)]
        with_plain_json = await slow.client.post(
            "/graphql",
            json={"query": query},
            headers={"authorization": f"Bearer {await slow.token('sales')}", "accept": "application/json"},
        )
        other = await send(slow, query, "manager")

    assert [response.status_code for response in answers] == [200, 200, 429]
    assert with_plain_json.status_code == 429
    facts = refusal(answers[2])
    assert facts["code"] == "RATE_LIMITED"
    assert answers[2].headers["retry-after"] == str(facts["retryAfterSeconds"])
    assert 1 <= facts["retryAfterSeconds"] <= 60
    assert facts["remedy"]
    assert other.json()["extensions"]["cost"]["remaining"] == 150


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_the_rate_can_be_left_open(office: Office) -> None:
    async with opened(office, rate_points_per_minute=0) as free:
        answer = (await send(free, "{viewer{role}}")).json()

    assert answer["extensions"]["cost"] == {"requested": 1, "limit": 100_000}


def test_a_rate_below_the_cost_of_one_operation_is_no_setting() -> None:
    with pytest.raises(ValueError, match="FIELDSYNC_RATE_POINTS_PER_MINUTE"):
        Settings(max_cost=100, rate_points_per_minute=99)


def test_a_bucket_fills_evenly_and_never_beyond_a_minutes_worth() -> None:
    now = 0.0
    rates = Rates(600, lambda: now)

    assert rates.spend("a", 600) == 0
    with pytest.raises(RateLimited) as refused:
        rates.spend("a", 25)
    assert refused.value.seconds == 3
    now = 2.5
    assert rates.spend("a", 25) == 0
    now = 3600.0
    assert rates.spend("a", 0) == 600
    assert rates.spend("b", 1) == 599


def test_buckets_do_not_grow_without_end() -> None:
    now = 0.0
    rates = Rates(600, lambda: now)
    for caller in range(25_000):
        now += 0.001
        rates.spend(str(caller), 1)

    assert len(rates._buckets) <= 10_000


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_an_operation_that_takes_too_long_is_broken_off(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    async def endless(*_: object, **__: object) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    monkeypatch.setattr(type(office.services.contacts), "page", endless)
    async with opened(office, operation_seconds=0.05) as hasty:
        with capture_logs() as logs:
            own = await send(hasty, "query Slow {contacts{nodes{id}}}")
        plain = await office.client.post("/graphql", json={"query": "{__typename}"})

    assert own.status_code == 503
    facts = refusal(own)
    assert facts["code"] == "TIMED_OUT"
    assert "smaller pages" in facts["remedy"]
    assert ended == ["cancelled"]
    assert [line["event"] for line in logs] == ["an operation took too long"]
    assert plain.status_code == 200


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_introspection_can_be_switched_off(office: Office) -> None:
    async with opened(office, introspection=False) as closed:
        response = await send(closed, "{__schema{queryType{name}}}")
        named = await send(closed, "{__typename}")

    assert (response.status_code, refusal(response)["code"]) == (400, "INVALID_INPUT")
    assert named.status_code == 200


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_the_page_to_try_operations_can_be_switched_off(office: Office) -> None:
    async with opened(office, graphiql=False) as closed:
        page = await closed.client.get("/graphiql")
        endpoint = await closed.client.get("/graphql", headers={"accept": "text/html"})

    assert (page.status_code, endpoint.status_code) == (404, 406)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_an_operation_that_is_too_large_says_what_to_do(office: Office) -> None:
    facts = refusal(await send(office, "{" + "viewer{role} " * 30 + "}"))

    assert (facts["code"], facts["limit"]) == ("INVALID_INPUT", 20)
    assert "smaller operations" in facts["remedy"]


# Trusted documents


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


KNOWN = "query Known {__typename}"


def test_a_document_is_found_by_its_hash() -> None:
    documents = TrustedDocuments({digest(KNOWN): KNOWN})

    assert documents.text(None, digest(KNOWN)) == KNOWN
    assert documents.text("", digest(KNOWN)) == KNOWN
    assert documents.text("{other}", None) == "{other}"
    assert documents.text("{other}", digest("{other}")) == "{other}"
    with pytest.raises(DocumentUnknown):
        documents.text(None, digest("{other}"))
    with pytest.raises(InvalidInput):
        documents.text("{other}", digest(KNOWN))


def test_only_documents_of_the_page_are_answered_if_it_is_set_so() -> None:
    documents = TrustedDocuments({digest(KNOWN): KNOWN}, only=True)

    assert documents.text(None, digest(KNOWN)) == KNOWN
    assert documents.text(KNOWN, None) == KNOWN
    for query, hashed, kind in (
        ("{other}", None, DocumentNotTrusted),
        ("{other}", digest("{other}"), DocumentNotTrusted),
        ("{other}", digest(KNOWN), DocumentNotTrusted),
        (KNOWN + " ", None, DocumentNotTrusted),
        (None, digest("{other}"), DocumentUnknown),
    ):
        with pytest.raises(kind):
            documents.text(query, hashed)


def test_a_text_under_a_wrong_hash_is_not_trusted(tmp_path: Path) -> None:
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({digest(KNOWN): KNOWN, digest("{a}"): "{b}"}))

    with capture_logs() as logs:
        documents = TrustedDocuments.built_with(file, only=True)

    assert len(documents) == 1
    assert [line["log_level"] for line in logs] == ["warning"]
    assert len(TrustedDocuments.built_with(tmp_path / "none.json")) == 0


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_other_operations_than_the_pages_are_refused_with_what_to_do(office: Office) -> None:
    async with opened(office, trusted_documents_only=True) as closed:
        response = await send(closed, "{viewer{role}}")
        unknown = await closed.client.post("/graphql", json={"documentId": f"sha256:{digest('{a}')}"})

    facts = refusal(response)
    assert (response.status_code, facts["code"]) == (403, "DOCUMENT_NOT_TRUSTED")
    assert "FIELDSYNC_TRUSTED_DOCUMENTS_ONLY" in facts["remedy"]
    assert (unknown.status_code, refusal(unknown)["code"]) == (400, "DOCUMENT_UNKNOWN")


# Accept


WEIGHTS = ["", ";q=0", ";q=0.1", ";q=0.5", ";q=0.999", ";q=1", ";q=1.0", "; q=0.7", ";Q=0.3"]
NAMES = [
    *(kind.value for kind in MediaType), "*/*", "application/*", "text/*", "text/html", "a/b",
    "application/JSON", 'application/json;a="x,y;q=1"',
]  # fmt: skip
RANGES = st.builds(str.__add__, st.sampled_from(NAMES), st.sampled_from(WEIGHTS))


@given(st.permutations(list(MediaType)), st.lists(RANGES, max_size=4))
def test_of_types_with_the_same_weight_the_one_named_first_is_taken(kinds: list[MediaType], ranges: list[str]) -> None:
    others = [one.split(";")[0] for one in ranges if "json" not in one.lower() and "event" not in one]

    assert negotiated(", ".join([*others, *(kind.value for kind in kinds)])) is kinds[0]


@given(st.lists(RANGES, max_size=4))
def test_a_type_that_is_named_with_the_highest_weight_is_taken(ranges: list[str]) -> None:
    lower = [one.split(";")[0] + ";q=0.4" for one in ranges if "json" not in one and "*" not in one]

    for kind in MediaType:
        assert negotiated(", ".join([*lower, f"{kind.value};q=0.9"])) is kind


@given(st.lists(RANGES, max_size=4))
def test_a_type_with_no_weight_is_never_taken(ranges: list[str]) -> None:
    for kind in MediaType:
        others = [one for one in ranges if kind.value not in one.lower()]
        assert negotiated(", ".join([*others, f"{kind.value};q=0"])) is not kind


@given(st.text(max_size=60))
def test_no_accept_header_is_too_odd_to_read(accept: str) -> None:
    assert negotiated(accept) in (None, *MediaType)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/event-stream", MediaType.EVENTS),
        ("text/event-stream, application/json;q=0.5", MediaType.EVENTS),
        ("application/json, text/event-stream", MediaType.JSON),
        ("text/event-stream, */*", MediaType.EVENTS),
        ("*/*, application/graphql-response+json", MediaType.GRAPHQL),
        ("text/*", None),
        ("*/*, application/json;q=0", MediaType.GRAPHQL),
        ("*/*;q=0.1, application/json;q=0.01", MediaType.GRAPHQL),
        ("application/json;q=2", None),
        ("application/json;q=", None),
    ],
)
def test_what_media_ranges_mean(accept: str, expected: MediaType | None) -> None:
    assert negotiated(accept) is expected


# Bodies that are no requests, or requests that are meant to hurt


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
