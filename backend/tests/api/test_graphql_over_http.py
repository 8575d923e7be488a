"""The specification GraphQL over HTTP, by its own audits and to the letter where they ask nothing."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from api.live import listening, node
from api.office import PASSWORD, Office
from fieldsync.security.actors import Actors

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"


async def post(office: Office, body: Any, accept: str | None = GRAPHQL, **headers: str) -> httpx2.Response:
    content = body if isinstance(body, (bytes, str)) else json.dumps(body)
    given = {"content-type": JSON} | headers
    request = office.client.build_request("POST", "/graphql", content=content, headers=given)
    if accept is None:
        del request.headers["accept"]
    else:
        request.headers["accept"] = accept
    return await office.client.send(request)


def code(response: httpx2.Response) -> str:
    return response.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_every_audit_of_graphql_http_passes_and_none_warns(office: Office) -> None:
    async with listening(office.parts) as address:
        audited = await node(Path(__file__).with_name("audits.mjs"), f"{address}/graphql")

    assert audited["failed"] == []
    assert audited["asked"] > 60


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, GRAPHQL),
        ("", GRAPHQL),
        (GRAPHQL, GRAPHQL),
        (JSON, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", JSON),
        (f"{GRAPHQL};q=0.5, {JSON}", JSON),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        ("APPLICATION/JSON", JSON),
        (f"text/html, {JSON};q=0.1", JSON),
    ],
)
async def test_the_answer_has_the_type_that_is_accepted_most(office: Office, accept: str | None, expected: str) -> None:
    response = await post(office, {"query": "{__typename}"}, accept)

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{expected}; charset=utf-8"
    assert response.headers["vary"] == "accept"


@pytest.mark.parametrize("accept", ["text/html", "image/*", f"{JSON};q=0", f"{JSON}; charset=utf-16", "nonsense"])
async def test_who_takes_none_of_our_types_is_told_which_there_are(office: Office, accept: str) -> None:
    response = await post(office, {"query": "{__typename}"}, accept)

    assert response.status_code == 406
    assert GRAPHQL in response.json()["errors"][0]["message"]
    assert code(response) == "INVALID_INPUT"


@pytest.mark.parametrize(
    "body",
    [
        {"query": "{"},
        {"query": "{nothing}"},
        {"query": "query A{__typename} query B{__typename}"},
        {"query": "query A{__typename}", "operationName": "B"},
        {"query": "query ($id: ID!) {run(id: $id){id}}", "variables": {"id": None}},
        {"query": "subscription {mappingsChanged{id}}"},
        {"query": ""},
    ],
)
async def test_a_refused_operation_is_400_in_its_own_type_and_200_in_plain_json(
    office: Office, body: dict[str, Any]
) -> None:
    own, plain = await post(office, body), await post(office, body, JSON)

    assert (own.status_code, plain.status_code) == (400, 200)
    assert own.json() == plain.json()
    assert set(own.json()) == {"errors"}
    assert code(own) == "INVALID_INPUT"


async def test_an_executed_operation_is_200_even_if_nothing_came_of_it(office: Office) -> None:
    for accept in (GRAPHQL, JSON):
        response = await post(office, {"query": "{viewer{role}}"}, accept)
        assert (response.status_code, response.json()["data"], code(response)) == (200, None, "NOT_SIGNED_IN")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/json; charset=latin-1"}, 415),
        ({"content-encoding": "gzip"}, 415),
        ({"content-type": "Application/JSON;charset=UTF-8"}, 200),
        ({"content-type": 'application/json; charset="utf-8"'}, 200),
    ],
)
async def test_only_json_in_utf_8_is_read(office: Office, headers: dict[str, str], status: int) -> None:
    response = await post(office, {"query": "{__typename}"}, **headers)

    assert response.status_code == status


async def test_a_request_without_a_content_type_is_refused(office: Office) -> None:
    response = await office.client.post("/graphql", content='{"query": "{__typename}"}')

    assert (response.status_code, code(response)) == (415, "INVALID_INPUT")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_other_methods_are_refused_with_those_there_are(office: Office, method: str) -> None:
    response = await office.client.request(method, "/graphql", json={"query": "{__typename}"})

    assert (response.status_code, code(response)) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


async def test_options_tell_the_methods(office: Office) -> None:
    response = await office.client.options("/graphql")

    assert (response.status_code, response.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")


@pytest.mark.parametrize(
    "query",
    [
        "query=%7B__typename%7D&variables=&extensions=&operationName=",
        "query=query+A($a:String!)%7B__type(name:$a)%7Bname%7D__typename%7D&operationName=A&variables=%7B%22a%22:%22Run%22%7D&extensions=null",
    ],
)
async def test_a_query_by_get_has_its_parameters_in_the_url(office: Office, query: str) -> None:
    response = await office.client.get(f"/graphql?{query}")

    assert (response.status_code, response.json()["data"]["__typename"]) == (200, "Query")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "query=%7B__typename%7D&query=%7B__typename%7D",
        "query=%7B__typename%7D&variables=%7B",
        "query=%7B__typename%7D&variables=3",
        "query=%7B__typename%7D&extensions=%5B%5D",
        "query=%FF",
        "&".join(f"a{n}=1" for n in range(30)),
    ],
)
async def test_what_is_no_request_in_a_url_is_400(office: Office, query: str) -> None:
    response = await office.client.get(f"/graphql?{query}")

    assert (response.status_code, code(response)) == (400, "INVALID_INPUT")


async def test_a_mutation_by_get_is_405_whichever_operation_it_is(office: Office) -> None:
    document = "query A{__typename} mutation B{profilePublish(input:{expectedRevision:1}){errors{code}}}"

    asked = await office.client.get("/graphql", params={"query": document, "operationName": "A"})
    changed = await office.client.get("/graphql", params={"query": document, "operationName": "B"})

    assert asked.status_code == 200
    assert (changed.status_code, changed.headers["allow"], code(changed)) == (405, "POST", "METHOD_NOT_ALLOWED")


async def test_a_session_by_get_wants_a_page_of_ours(office: Office) -> None:
    await office.client.post("/session", json={"userName": "sales", "password": PASSWORD})
    params = {"query": "{viewer{principal{userName}}}"}

    refused = [
        await office.client.get("/graphql", params=params, headers=headers)
        for headers in ({}, {"sec-fetch-site": "none"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"})
    ]
    ours = await office.client.get("/graphql", params=params, headers={"sec-fetch-site": "same-origin"})

    assert [(response.status_code, code(response)) for response in refused] == [(403, "NOT_ALLOWED")] * 4
    assert ours.json()["data"]["viewer"]["principal"]["userName"] == "sales"


async def test_several_operations_at_once_are_not_taken(office: Office) -> None:
    response = await post(office, [{"query": "{__typename}"}] * 2)

    assert response.status_code == 400
    assert "one operation" in response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-123_x", True), ("", False), ("a\tb", False), ("x" * 65, False), ("a=b c", False)]
)
async def test_every_answer_has_an_id_that_the_caller_may_choose(office: Office, given: str, kept: bool) -> None:
    answered = await post(office, {"query": "{__typename}"}, **{"x-correlation-id": given})
    refused = await post(office, "{", **{"x-correlation-id": given})

    for response in (answered, refused):
        assert response.headers["x-correlation-id"]
        assert (response.headers["x-correlation-id"] == given) is kept


async def test_answers_are_kept_by_nobody(office: Office) -> None:
    assert (await post(office, {"query": "{__typename}"})).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_browser_at_the_endpoint_is_sent_to_the_page_to_try_operations(office: Office) -> None:
    headers = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

    bare = await office.client.get("/graphql", headers=headers)
    asking = await office.client.get("/graphql?query={__typename}", headers=headers)

    assert (bare.status_code, bare.headers["location"]) == (303, "/graphiql")
    assert asking.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_fault_of_ours_is_500_with_the_id_it_is_logged_under_and_no_inner_text(
    office: Office, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(Actors, "find", broken)
    with capture_logs() as logs:
        response = await post(office, {"query": "{viewer{role}}"}, accept)

    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (500, "INTERNAL")
    assert error["extensions"]["correlationId"] == response.headers["x-correlation-id"]
    assert [line["correlation_id"] for line in logs] == [response.headers["x-correlation-id"]]
    assert "secret" not in response.text
