import json
import logging

import httpx2
import pytest
from structlog.testing import capture_logs

from api.office import PASSWORD, Office

VIEWER = {"query": "{viewer{principal{userName}}}"}


async def sign_in(office: Office, name: str = "sales") -> None:
    response = await office.client.post("/session", json={"userName": name, "password": PASSWORD})
    assert response.status_code == 200


def code(response: httpx2.Response) -> str:
    return response.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer fs_wrong"}, {"authorization": "Basic eDp5"}])
async def test_operations_want_a_signed_in_caller(office: Office, headers: dict[str, str]) -> None:
    response = await office.client.post("/graphql", json=VIEWER, headers=headers)

    assert response.status_code == 200
    assert code(response) == "NOT_SIGNED_IN"
    assert response.json()["data"] is None


async def test_a_wrong_token_is_not_rescued_by_a_session(office: Office) -> None:
    await sign_in(office)

    response = await office.client.post("/graphql", json=VIEWER, headers={"authorization": "Bearer fs_wrong"})

    assert code(response) == "NOT_SIGNED_IN"


@pytest.mark.parametrize(
    "field",
    [
        'run(id: "run:x"){id}',
        "runs{totalCount}",
        "profiles{id}",
        "mappings{id}",
        "contacts{totalCount}",
        'contact(id: "contact:x"){id}',
        "mailboxes{totalCount}",
        "tokens{nodes{id}}",
    ],
)
async def test_no_query_answers_a_stranger(office: Office, field: str) -> None:
    answer = await office.ask(None, f"{{{field}}}")

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_SIGNED_IN"]


@pytest.mark.parametrize(
    "field",
    [
        "mappingDirectionsSet(input: {changes: []}){errors{code}}",
        "profilePublish(input: {expectedRevision: 1}){errors{code}}",
        "profileDraftDiscard(input: {expectedRevision: 1}){errors{code}}",
        "profileRestore(input: {expectedRevision: 1, number: 1}){errors{code}}",
        "contactCreate(input: {}){errors{code}}",
        'contactUpdate(input: {contactId: "contact:x"}){errors{code}}',
        'contactDelete(input: {contactId: "contact:x"}){errors{code}}',
        "runStart(input: {mailboxIds: []}){errors{code}}",
        'runCancel(input: {runId: "run:x"}){errors{code}}',
        'mailboxConnect(input: {name: "x", contactsUrl: "x", userName: "x", password: "x"}){errors{code}}',
        'mailboxUpdate(input: {mailboxId: "mailbox:x"}){errors{code}}',
        'tokenCreate(input: {name: "x", scope: READ}){errors{code}}',
        'tokenRevoke(input: {tokenId: "token:x"}){errors{code}}',
        'passwordChange(input: {current: "x", new: "long enough"}){errors{code}}',
    ],
)
async def test_no_mutation_answers_a_stranger(office: Office, field: str) -> None:
    answer = await office.ask(None, f"mutation {{{field}}}")

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_SIGNED_IN"]


async def test_strangers_may_read_the_schema(office: Office) -> None:
    assert "errors" not in await office.ask(None, "{__schema{queryType{name}} __typename}")


async def test_a_session_is_enough_for_our_own_pages(office: Office) -> None:
    await sign_in(office)

    for headers in (
        {},
        {"origin": "http://office"},
        {"origin": "https://portal.example"},
        {"sec-fetch-site": "same-origin"},
    ):
        response = await office.client.post("/graphql", json=VIEWER, headers=headers)
        assert response.json()["data"]["viewer"]["principal"]["userName"] == "sales", headers


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://office:81"},
        {"origin": "http://office.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_pages_of_others_may_not_use_a_session(office: Office, headers: dict[str, str]) -> None:
    await sign_in(office)

    posted = await office.client.post("/graphql", json=VIEWER, headers=headers)
    asked = await office.client.get("/graphql", params=VIEWER, headers=headers)

    assert (posted.status_code, code(posted)) == (403, "NOT_ALLOWED")
    assert asked.status_code == 403


async def test_a_plain_form_cannot_send_an_operation(office: Office) -> None:
    await sign_in(office)

    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        response = await office.client.post("/graphql", content=json.dumps(VIEWER), headers={"content-type": kind})
        assert response.status_code == 415


async def test_a_stolen_session_is_dead_after_signing_out(office: Office) -> None:
    await sign_in(office)
    stolen = {"cookie": f"fieldsync_session={office.client.cookies['fieldsync_session']}"}
    office.client.cookies.clear()
    assert "errors" not in (await office.client.post("/graphql", json=VIEWER, headers=stolen)).json()

    await office.client.delete("/session", headers=stolen)

    assert code(await office.client.post("/graphql", json=VIEWER, headers=stolen)) == "NOT_SIGNED_IN"
    assert (await office.client.post("/session/refresh", headers=stolen)).status_code == 401


async def test_an_expired_session_is_none(office: Office) -> None:
    await sign_in(office)
    office.clock.advance(hours=12, seconds=1)

    assert code(await office.client.post("/graphql", json=VIEWER)) == "NOT_SIGNED_IN"


async def test_a_query_may_come_by_get_but_a_mutation_may_not(office: Office) -> None:
    headers = {"authorization": f"Bearer {await office.token('sales')}"}

    asked = await office.client.get("/graphql", params=VIEWER, headers=headers)
    changed = await office.client.get(
        "/graphql",
        params={"query": "mutation{profilePublish(input:{expectedRevision:1}){errors{code}}}"},
        headers=headers,
    )

    assert asked.json()["data"]["viewer"]["principal"]["userName"] == "sales"
    assert (changed.status_code, changed.headers["allow"]) == (405, "POST")
    assert code(changed) == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "3", '"x"', "null", "{}", '{"query": 5}', '{"query": "{viewer{role}}", "variables": 3}', "[{}]"],
)
async def test_what_is_no_graphql_request_is_answered_with_400(office: Office, body: str) -> None:
    response = await office.client.post("/graphql", content=body, headers={"content-type": "application/json"})

    assert response.status_code == 400
    assert code(response) == "INVALID_INPUT"


async def test_a_syntax_error_says_where(office: Office) -> None:
    answer = await office.ask("sales", "{viewer{")

    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
    assert answer["errors"][0]["locations"]


async def test_too_long_a_body_is_refused_whether_announced_or_not(office: Office) -> None:
    async def pieces():
        for _ in range(30):
            yield b" " * 50_000

    headers = {"content-type": "application/json"}
    announced = await office.client.post("/graphql", content=b" " * 1_000_001, headers=headers)
    streamed = await office.client.post("/graphql", content=pieces(), headers=headers)

    assert (announced.status_code, streamed.status_code) == (413, 413)


@pytest.mark.parametrize(
    "query",
    [
        "{" + " ".join(f"a{n}: __typename" for n in range(60)) + "}",
        "{" + "viewer{role} " * 30 + "}",
        "{profiles{" + "draft{changes{mapping{effective{blockedBecause{reason " * 4 + "}" * 22,
        "{" + "x " * 6000 + "}",
        "{...f0} "
        + " ".join(f"fragment f{n} on Query {{...f{n + 1} ...f{n + 1}}}" for n in range(60))
        + " fragment f60 on Query {viewer{role}}",
        "{...f0} fragment f0 on Query {...f1} fragment f1 on Query {...f0}",
    ],
    ids=["aliases", "root fields", "depth", "tokens", "growing fragments", "cycle"],
)
async def test_an_operation_beyond_the_limits_is_refused_at_once(office: Office, query: str) -> None:
    answer = await office.ask("sales", query)

    assert answer.get("data") is None
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_what_nobody_foresaw_is_logged_and_only_its_number_goes_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(type(office.services.contacts), "page", broken)
    with capture_logs() as logs:
        answer = await office.ask("sales", "{contacts{totalCount}}")

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "secret" not in json.dumps(answer)
    told = [line["correlation_id"] for line in logs if line["log_level"] == "error"]
    assert told == [error["extensions"]["correlationId"]]


async def test_no_secret_is_written_to_the_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), capture_logs() as logs:
        await sign_in(office)
        await office.data("sales", "{viewer{role}}")

    said = caplog.text + json.dumps(logs, default=str)
    assert PASSWORD not in said
    assert await office.token("sales") not in said
