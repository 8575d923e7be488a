from dataclasses import replace
from typing import Any

import httpx2
import pytest

from api.office import PASSWORD, Office
from fieldsync.app import create_app
from fieldsync.security.actors import Credentials


async def sign_in(office: Office, headers: dict[str, str] | None = None, **given: Any) -> Any:
    body = {"userName": "sales", "password": PASSWORD} | given
    return await office.client.post("/session", json=body, headers=headers or {})


async def test_signing_in_sets_a_cookie_that_scripts_cannot_read(office: Office) -> None:
    response = await sign_in(office)

    assert response.status_code == 200
    assert response.json() == {"userName": "sales", "name": "Sales", "role": "USER"}
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("fieldsync_session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))


@pytest.mark.parametrize("given", [{"password": "wrong"}, {"userName": "nobody"}])
async def test_a_refused_sign_in_says_the_same_whatever_was_wrong(office: Office, given: dict[str, str]) -> None:
    response = await sign_in(office, **given)

    assert response.status_code == 401
    assert response.json() == {"error": {"code": "NOT_SIGNED_IN", "message": "User name or password are not right."}}
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("body", ["", "[]", "3", "{}", '{"userName": 3, "password": "x"}', '{"userName": "sales"}'])
async def test_a_sign_in_without_name_and_password_is_answered_with_400(office: Office, body: str) -> None:
    response = await office.client.post("/session", content=body, headers={"content-type": "application/json"})

    assert response.status_code == 400


async def test_a_plain_form_cannot_sign_anybody_in(office: Office) -> None:
    response = await office.client.post("/session", data={"userName": "sales", "password": PASSWORD})

    assert response.status_code == 415


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
async def test_pages_of_others_sign_nobody_in_or_out(office: Office, headers: dict[str, str]) -> None:
    await sign_in(office)

    assert (await sign_in(office, headers)).status_code == 403
    assert (await office.client.delete("/session", headers=headers)).status_code == 403


async def test_signing_out_ends_the_session_and_removes_the_cookie(office: Office) -> None:
    secret = (await sign_in(office)).cookies["fieldsync_session"]

    response = await office.client.delete("/session")

    assert response.status_code == 204
    assert "Max-Age=0" in response.headers["set-cookie"]
    again = await office.client.post(
        "/graphql", json={"query": "{viewer{role}}"}, headers={"cookie": f"fieldsync_session={secret}"}
    )
    assert again.json()["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"


async def test_after_five_wrong_passwords_a_sign_in_says_how_long_to_wait(office: Office) -> None:
    refusals = [await sign_in(office, password="wrong") for _ in range(5)]
    waiting, unknown = await sign_in(office), [await sign_in(office, userName="nobody") for _ in range(6)][-1]

    assert [response.status_code for response in refusals] == [401] * 5
    assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "1")
    message = "Too many attempts went wrong; try again in 1 second."
    assert waiting.json() == {"error": {"code": "TOO_MANY_ATTEMPTS", "message": message}}
    assert (unknown.status_code, unknown.json()) == (429, waiting.json())
    assert "set-cookie" not in waiting.headers


async def test_signing_in_again_replaces_the_secret_and_ends_the_session_before(office: Office) -> None:
    first = (await sign_in(office)).cookies["fieldsync_session"]
    second = (await sign_in(office)).cookies["fieldsync_session"]

    assert first != second
    assert await office.actors.find(Credentials(session=first)) is None
    assert await office.actors.find(Credentials(session=second)) is not None


async def test_an_open_page_gets_a_new_secret_once_an_hour(office: Office) -> None:
    await sign_in(office)
    early = await office.client.post("/session/refresh")
    office.clock.advance(hours=1)
    due = await office.client.post("/session/refresh")
    again = await office.client.post("/session/refresh")

    assert [response.status_code for response in (early, due, again)] == [204, 204, 204]
    assert ["set-cookie" in response.headers for response in (early, due, again)] == [False, True, False]
    cookie = due.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=39600"} <= set(cookie.split("; "))
    answer = await office.client.post("/graphql", json={"query": "{viewer{role}}"})
    assert "errors" not in answer.json()


async def test_a_page_whose_session_has_ended_is_told(office: Office) -> None:
    assert (await office.client.post("/session/refresh")).status_code == 401
    await sign_in(office)
    office.clock.advance(hours=2, seconds=1)

    assert (await office.client.post("/session/refresh")).status_code == 401


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
async def test_pages_of_others_do_not_renew_a_session(office: Office, headers: dict[str, str]) -> None:
    await sign_in(office)
    office.clock.advance(hours=1)

    assert (await office.client.post("/session/refresh", headers=headers)).status_code == 403


async def test_cookies_go_over_https_only_when_the_setting_says_so(office: Office) -> None:
    assert "Secure" not in (await sign_in(office)).headers["set-cookie"]
    settings = office.parts.settings.model_copy(update={"secure_cookies": True})
    transport = httpx2.ASGITransport(create_app(parts=replace(office.parts, settings=settings)))

    async with httpx2.AsyncClient(transport=transport, base_url="https://office") as client:
        response = await client.post("/session", json={"userName": "sales", "password": PASSWORD})

    assert "Secure" in response.headers["set-cookie"].split("; ")


async def test_without_a_provider_only_the_password_is_offered(office: Office) -> None:
    assert (await office.client.get("/sign-in-options")).json() == {"provider": None}
    assert (await office.client.get("/oidc/start", headers={"accept": "application/json"})).status_code == 404


async def test_health_is_good_when_the_database_answers_and_is_migrated(office: Office) -> None:
    response = await office.client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


async def test_demo_accounts_are_not_told_outside_of_the_demo(office: Office) -> None:
    assert (await office.client.get("/demo-accounts")).status_code == 404


async def test_every_answer_carries_the_security_headers(office: Office) -> None:
    for path in ("/healthz", "/graphql?query={__typename}", "/nothing", "/"):
        headers = (await office.client.get(path)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
