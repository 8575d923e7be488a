"""Signing in with a provider: what is let in, and everything that is not."""

import hashlib
import hmac
from base64 import b64decode, urlsafe_b64encode
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy import update

from api.office import PASSWORD, Office
from fieldsync.db.columns import table_of
from fieldsync.db.tables import Principal
from fieldsync.errors import InvalidInput, NotFound
from fieldsync.security import provider as http
from fieldsync.security.actors import Credentials
from oidc.conftest import Visitor, visiting
from oidc.fake import SUBJECT, FakeProvider


async def sign_in(visitor: Visitor, fake: FakeProvider, return_to: str | None = None, **changes: str) -> Any:
    return await visitor.come_back(fake.answer(await visitor.start(return_to), **changes))


async def test_a_linked_subject_is_signed_in_and_goes_on_where_it_was(visitor: Visitor, fake: FakeProvider) -> None:
    response = await sign_in(visitor, fake, "/runs?start=draft-preview")

    assert (response.status_code, response.headers["location"]) == (303, "/runs?start=draft-preview")
    assert await visitor.who() == "sales"
    cookies = response.headers.get_list("set-cookie")
    assert [cookie.split("=")[0] for cookie in cookies] == ["fieldsync_sign_in", "fieldsync_session"]
    assert "Max-Age=0" in cookies[0]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookies[1].split("; "))


async def test_the_request_carries_pkce_state_nonce_and_nothing_secret(visitor: Visitor, fake: FakeProvider) -> None:
    first, second = [parse_qs(urlsplit(await visitor.start()).query) for _ in range(2)]

    assert first["response_type"] == ["code"]
    assert first["code_challenge_method"] == ["S256"]
    assert first["redirect_uri"] == ["http://office/oidc/callback"]
    assert first["scope"] == ["openid profile"]
    assert all(len(first[name][0]) == 43 for name in ("state", "nonce", "code_challenge"))
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))
    assert "secret" not in str(first)


async def test_the_code_is_exchanged_with_the_verifier_and_the_clients_secret(
    visitor: Visitor, fake: FakeProvider
) -> None:
    await sign_in(visitor, fake)

    (form,) = fake.tokens_for
    assert (form["grant_type"], form["code"]) == ("authorization_code", "a code")
    assert len(form["code_verifier"]) == 43
    name, secret = b64decode(form["authorization"].removeprefix("Basic ")).decode().split(":")
    assert (name, unquote(secret)) == ("fieldsync", "client: secret/with%signs")


async def test_the_address_people_use_may_differ_from_the_one_we_see(office: Office, fake: FakeProvider) -> None:
    async with visiting(office, fake.issuer, public_url="https://fieldsync.example/") as visitor:
        query = parse_qs(urlsplit(await visitor.start()).query)

    assert query["redirect_uri"] == ["https://fieldsync.example/oidc/callback"]


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "runs",
     "/runs\r\nset-cookie: x=y", "/\t/evil.example", ""],
)  # fmt: skip
async def test_one_is_sent_nowhere_else_afterwards(visitor: Visitor, fake: FakeProvider, target: str) -> None:
    response = await visitor.client.get("/oidc/start", params={"returnTo": target})

    assert response.status_code == 400
    assert "location" not in response.headers
    assert fake.asked == []


async def test_an_answer_works_once(visitor: Visitor, fake: FakeProvider) -> None:
    query = fake.answer(await visitor.start())
    cookie = {"cookie": f"fieldsync_sign_in={visitor.client.cookies['fieldsync_sign_in']}"}
    assert (await visitor.come_back(query)).status_code == 303

    again = await visitor.client.get(f"/oidc/callback?{query}", headers=cookie)

    assert again.status_code == 400
    assert "set-cookie" not in again.headers or "fieldsync_session=" not in again.headers["set-cookie"]
    assert fake.asked.count("token") == 1


async def test_an_answer_from_another_browser_signs_nobody_in(visitor: Visitor, fake: FakeProvider) -> None:
    """Login CSRF: somebody lets a victim open the answer to their own sign-in."""
    query = fake.answer(await visitor.start())
    visitor.client.cookies.clear()

    for cookies in ({}, {"cookie": "fieldsync_sign_in=another-browsers-secret"}):
        response = await visitor.client.get(f"/oidc/callback?{query}", headers=cookies)
        assert response.status_code == 400
        assert await visitor.who() is None
    assert "token" not in fake.asked


async def test_a_sign_in_begun_more_than_ten_minutes_ago_is_over(visitor: Visitor, fake: FakeProvider) -> None:
    query = fake.answer(await visitor.start())
    visitor.office.clock.advance(minutes=10, seconds=1)

    assert (await visitor.come_back(query)).status_code == 400
    assert await visitor.who() is None


@pytest.mark.parametrize("changes", [{"state": "forged"}, {"state": ""}, {"code": ""}, {"iss": "https://evil.example"},
                                     {"iss": ""}])  # fmt: skip
async def test_an_answer_that_is_forged_or_another_providers_is_refused(
    visitor: Visitor, fake: FakeProvider, changes: dict[str, str]
) -> None:
    response = await sign_in(visitor, fake, **changes)

    assert response.status_code == 400
    assert await visitor.who() is None
    assert "token" not in fake.asked


async def test_a_refusal_by_the_provider_is_told_without_repeating_its_words(
    visitor: Visitor, fake: FakeProvider
) -> None:
    response = await sign_in(
        visitor, fake, code="", error="access_denied", error_description="<script>call 555</script>"
    )

    assert response.status_code == 502
    assert "access was denied" in response.text
    assert "555" not in response.text


OTHER = RSAKey.generate_key(2048, {"kid": "first"})


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"}, {"iss": None},
        {"aud": "another-client"}, {"aud": None}, {"aud": ["another-client"]}, {"aud": {"fieldsync": 1}},
        {"aud": ["fieldsync", "another"]}, {"aud": ["fieldsync", "another"], "azp": "another"}, {"azp": "another"},
        {"exp": 0}, {"exp": None}, {"exp": "tomorrow"}, {"iat": 9999999999}, {"nbf": 9999999999}, {"iat": None},
        {"nonce": "of another sign-in"}, {"nonce": None}, {"nonce": 5}, {"nonce": [1]},
        {"sub": None}, {"sub": ""}, {"sub": 7}, {"sub": "x" * 256}, {"sub": "a\nb"},
    ],
    ids=str,
)  # fmt: skip
async def test_an_id_token_with_wrong_claims_signs_nobody_in(
    visitor: Visitor, fake: FakeProvider, claims: dict[str, Any]
) -> None:
    fake.claims = claims

    response = await sign_in(visitor, fake)

    assert response.status_code == 502
    assert await visitor.who() is None


@pytest.mark.parametrize("claims", [{"aud": ["fieldsync"]}, {"aud": ["fieldsync", "x"], "azp": "fieldsync"},
                                    {"azp": "fieldsync"}], ids=str)  # fmt: skip
async def test_several_audiences_are_fine_when_we_are_the_party(
    visitor: Visitor, fake: FakeProvider, claims: dict[str, Any]
) -> None:
    fake.claims = claims

    await sign_in(visitor, fake)

    assert await visitor.who() == "sales"


async def test_a_token_that_expired_within_the_last_minute_still_counts(visitor: Visitor, fake: FakeProvider) -> None:
    fake.claims = {"exp": int(fake.now()) - 50}
    await sign_in(visitor, fake)
    assert await visitor.who() == "sales"


@pytest.mark.parametrize("forged", ["another key", "our secret", "the public key as a secret", "nothing", "no token"])
async def test_a_forged_signature_signs_nobody_in(visitor: Visitor, fake: FakeProvider, forged: str) -> None:
    query = fake.answer(await visitor.start())
    fake.published = [fake.key]
    match forged:
        case "another key":
            fake.key = OTHER
        case "our secret":
            fake.key, fake.algorithm = OctKey.import_key("client: secret/with%signs", {"kid": "first"}), "HS256"
        case "the public key as a secret":
            fake.token = _hmac(fake.key.as_pem(private=False), fake.signed().split(".")[1])
        case "nothing":
            fake.token = _unsigned(fake.signed().split(".")[1])
        case _:
            fake.token = "x.y"

    assert (await visitor.come_back(query)).status_code == 502
    assert await visitor.who() is None


def _encoded(text: bytes) -> str:
    return urlsafe_b64encode(text).rstrip(b"=").decode()


def _hmac(key: bytes, body: str) -> str:
    head = _encoded(b'{"alg":"HS256","kid":"first"}')
    return f"{head}.{body}.{_encoded(hmac.digest(key, f'{head}.{body}'.encode(), hashlib.sha256))}"


def _unsigned(body: str) -> str:
    head = _encoded(b'{"alg":"none","kid":"first"}')
    return f"{head}.{body}."


async def test_keys_are_asked_for_anew_when_they_are_rotated(visitor: Visitor, fake: FakeProvider) -> None:
    await sign_in(visitor, fake)
    await sign_in(visitor, fake)
    assert fake.asked.count("keys") == 1

    fake.key = RSAKey.generate_key(2048, {"kid": "second"})
    visitor.office.clock.advance(seconds=11)
    assert (await sign_in(visitor, fake)).status_code == 303
    assert fake.asked.count("keys") == 2
    assert fake.asked.count("metadata") == 1


async def test_tokens_with_unknown_keys_do_not_make_us_ask_again_and_again(
    visitor: Visitor, fake: FakeProvider
) -> None:
    await sign_in(visitor, fake)
    fake.header = {"kid": "invented"}

    for _ in range(5):
        assert (await sign_in(visitor, fake)).status_code == 502
    assert fake.asked.count("keys") == 1


async def test_keys_that_we_cannot_use_do_not_spoil_the_others(visitor: Visitor, fake: FakeProvider) -> None:
    fake.key, fake.algorithm = ECKey.generate_key("P-256", {"kid": "curve"}), "ES256"
    fake.published = [
        {"kty": "unheard of"}, {"kty": "RSA"}, {"kty": "oct", "k": "c2VjcmV0", "kid": "curve"},
        RSAKey.generate_key(2048, {"kid": "curve", "use": "enc"}), fake.key,
    ]  # fmt: skip

    await sign_in(visitor, fake)

    assert await visitor.who() == "sales"


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://evil.example"}, {"token_endpoint": None}, {"jwks_uri": "file:///etc/passwd"},
     {"authorization_endpoint": "javascript:alert(1)"}],
    ids=str,
)  # fmt: skip
async def test_metadata_that_make_no_sense_are_refused(
    visitor: Visitor, fake: FakeProvider, metadata: dict[str, Any]
) -> None:
    fake.metadata = metadata

    response = await visitor.client.get("/oidc/start")

    assert response.status_code == 502
    assert "location" not in response.headers


@pytest.mark.parametrize("fault", ["token", "flood", "no token", "silence"])
async def test_a_provider_that_fails_is_a_page_with_a_way_on(
    visitor: Visitor, fake: FakeProvider, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_TIMEOUT", http.aiohttp.ClientTimeout(total=0.5))
    fake.fail = fault

    response = await sign_in(visitor, fake)

    assert response.status_code == 502
    assert "Back to the sign-in page" in response.text
    assert await visitor.who() is None


async def test_a_provider_out_of_reach_is_a_page_too(office: Office) -> None:
    async with visiting(office, "http://127.0.0.1:9") as visitor:
        response = await visitor.client.get("/oidc/start")

    assert (response.status_code, "cannot be reached" in response.text) == (502, True)


async def test_an_unknown_subject_is_named_so_that_it_can_be_linked(visitor: Visitor, fake: FakeProvider) -> None:
    fake.claims = {"sub": "<b>stranger</b>", "email": "sales@example.com", "preferred_username": "sales"}

    response = await sign_in(visitor, fake)
    assert response.status_code == 403
    assert "fieldsync user link NAME --subject &lt;b&gt;stranger&lt;/b&gt;" in response.text
    assert await visitor.who() is None

    visitor.accounts.link("manager", "<b>stranger</b>")
    await sign_in(visitor, fake)
    assert await visitor.who() == "manager"


async def test_a_subject_of_another_provider_is_another_person(
    office: Office, visitor: Visitor, fake: FakeProvider
) -> None:
    visitor.accounts.unlink(SUBJECT)
    visitor.accounts._issuer = "https://other.example"
    visitor.accounts.link("sales", SUBJECT)

    assert (await sign_in(visitor, fake)).status_code == 403


async def test_unknown_subjects_get_accounts_where_the_setting_says_so(office: Office, fake: FakeProvider) -> None:
    fake.claims = {"name": "Ada Lovelace", "preferred_username": "sales"}
    async with visiting(office, fake.issuer, oidc_create_users=True) as visitor:
        before = visitor.rights_version()
        await sign_in(visitor, fake)
        assert await visitor.who() == "sales-2", "never the account that is there already"
        await sign_in(visitor, fake)
        assert await visitor.who() == "sales-2"

    assert visitor.rights_version() > before
    with pytest.raises(Exception, match="not right"):
        await office.services.sign_in.open("sales-2", "")


async def test_a_disabled_user_does_not_come_in_by_the_provider(visitor: Visitor, fake: FakeProvider) -> None:
    principal = table_of(Principal)
    statement = update(principal).where(principal.c.user_name == "sales").values(is_disabled=True)
    visitor.office.write(lambda connection: connection.execute(statement))

    assert (await sign_in(visitor, fake)).status_code == 403
    assert await visitor.who() is None


async def test_signing_in_ends_the_session_that_the_browser_had(visitor: Visitor, fake: FakeProvider) -> None:
    await visitor.client.post("/session", json={"userName": "manager", "password": PASSWORD})
    before = visitor.client.cookies["fieldsync_session"]

    await sign_in(visitor, fake)

    assert await visitor.who() == "sales"
    assert await visitor.office.actors.find(Credentials(session=before)) is None


async def test_groups_decide_who_is_in_the_teams_they_are_mapped_to(visitor: Visitor, fake: FakeProvider) -> None:
    visitor.team("North")
    visitor.team("South", "sales", "manager")
    visitor.team("Our own", "sales")
    for group, team in (("g-north", "North"), ("g-south", "South"), ("g-both", "North"), ("g-both", "South")):
        visitor.accounts.map_group(group, team)
    versions = [visitor.rights_version()]

    expected = [
        (["g-north", "unheard of"], {"North", "Our own"}),
        (["g-both"], {"North", "South", "Our own"}),
        (["g-both"], {"North", "South", "Our own"}),
        ("g-south", {"South", "Our own"}),
        (None, {"Our own"}),
    ]
    for groups, teams in expected:
        fake.claims = {"groups": groups}
        await sign_in(visitor, fake)
        assert visitor.teams_of("sales") == teams
        versions.append(visitor.rights_version())

    assert [after - before for before, after in pairwise(versions)] == [1, 1, 0, 1, 1]
    assert visitor.teams_of("manager") == {"South"}
    told = [event for event in visitor.audit() if event.action == "USER_TEAMS_SET"]
    assert [(len(event.before["teams"]), len(event.after["teams"])) for event in told] == [
        (1, 1),
        (1, 2),
        (2, 1),
        (1, 0),
    ]
    assert {event.target_name for event in told} == {"Sales"}


@pytest.mark.parametrize("overage", [{"_claim_names": {"groups": "src1"}}, {"hasgroups": True}], ids=str)
async def test_groups_too_many_for_the_token_change_nothing(
    visitor: Visitor, fake: FakeProvider, overage: dict[str, Any]
) -> None:
    visitor.team("North", "sales")
    visitor.accounts.map_group("g-north", "North")
    fake.claims = overage

    await sign_in(visitor, fake)

    assert await visitor.who() == "sales"
    assert visitor.teams_of("sales") == {"North"}


async def test_the_claim_that_lists_groups_is_a_setting(office: Office, fake: FakeProvider) -> None:
    fake.claims = {"roles": ["g-north"], "groups": ["g-south"]}
    async with visiting(office, fake.issuer, oidc_groups_claim="roles") as visitor:
        visitor.accounts.link("sales", SUBJECT)
        for name in ("North", "South"):
            visitor.team(name)
            visitor.accounts.map_group(f"g-{name.lower()}", name)
        await sign_in(visitor, fake)

    assert visitor.teams_of("sales") == {"North"}


async def test_mappings_and_links_that_make_no_sense_are_refused(visitor: Visitor) -> None:
    visitor.team("Twice")
    visitor.team("Twice")
    visitor.team("All", is_default_team=True)
    visitor.team("North")
    visitor.accounts.map_group("g", "North")

    for refused in (("g", "Twice"), ("g", "All"), ("g", "North"), ("", "North")):
        with pytest.raises(InvalidInput):
            visitor.accounts.map_group(*refused)
    with pytest.raises(NotFound):
        visitor.accounts.map_group("g", "sales")
    with pytest.raises(NotFound):
        visitor.accounts.unmap_group("other", "North")
    with pytest.raises(NotFound):
        visitor.accounts.link("nobody", "sub")
    with pytest.raises(InvalidInput, match="'sales' already"):
        visitor.accounts.link("manager", SUBJECT)
    with pytest.raises(NotFound):
        visitor.accounts.unlink("nothing")


async def test_unlinking_signs_the_user_out(visitor: Visitor, fake: FakeProvider) -> None:
    await sign_in(visitor, fake)
    visitor.accounts.unlink(SUBJECT)

    assert await visitor.who() is None
    assert (await sign_in(visitor, fake)).status_code == 403


async def test_the_sign_in_page_is_told_the_providers_name(visitor: Visitor) -> None:
    answer = (await visitor.client.get("/sign-in-options")).json()

    assert answer == {"provider": {"name": "Contoso", "start": "/oidc/start"}}


def test_the_fakes_own_tokens_are_sound(fake: FakeProvider) -> None:
    assert jwt.decode(fake.signed(), fake.key, algorithms=["RS256"]).claims["sub"] == SUBJECT
