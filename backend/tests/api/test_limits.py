"""Each limit of the API: refused with a code, a number and what to do."""

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
from structlog.testing import capture_logs

from api.office import Office
from fieldsync.api.cost import cost_of
from fieldsync.api.rates import Rates
from fieldsync.api.schema import build_schema
from fieldsync.api.trusted import TrustedDocuments
from fieldsync.app import create_app
from fieldsync.errors import DocumentNotTrusted, DocumentUnknown, InvalidInput, RateLimited
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
        ("{profiles{versions{nodes{number}}}}", {}, 10 * (1 + 1 + 50)),
        ("{profiles{versions(first: 2){nodes{number}}}}", {}, 10 * (1 + 1 + 2)),
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
    schema, costs = build_schema().core, {}
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
    last = "fragment f80 on Profile {versions(first: $n){nodes{id}}}"
    query = f"query ($n: Int) {{profiles{{...f0}}}} {fragments} {last}"

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
        finally:
            ended.append("broken off")

    monkeypatch.setattr(type(office.services.contacts), "page", endless)
    async with opened(office, operation_seconds=0.05) as hasty:
        with capture_logs() as logs:
            own = await send(hasty, "query Slow {contacts{nodes{id}}}")
        plain = await office.client.post("/graphql", json={"query": "{__typename}"})

    assert own.status_code == 503
    facts = refusal(own)
    assert facts["code"] == "TIMED_OUT"
    assert "smaller pages" in facts["remedy"]
    assert ended == ["broken off"]
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
