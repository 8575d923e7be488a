from typing import Any

import pytest

from api.office import PASSWORD, Office


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
