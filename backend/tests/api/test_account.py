"""What people do with their own account: tokens and the password."""

from typing import Any

import pytest

from api.office import PASSWORD, Office
from fieldsync.core.rights import Scope
from fieldsync.errors import NotSignedIn
from fieldsync.security import passwords
from fieldsync.security.actors import Credentials
from fieldsync.security.throttle import FREE_PER_USER

CREATE = """mutation($input: TokenCreateInput!) { tokenCreate(input: $input) {
  token { id name scope createdAt lastUsedAt expiresAt } secret errors { code message path } } }"""
REVOKE = "mutation($id: ID!) { tokenRevoke(input: {tokenId: $id}) { token { name } errors { code path } } }"
TOKENS = "{ tokens { nodes { id name scope lastUsedAt expiresAt } } }"
CHANGE = """mutation($current: String!, $new: String!) {
  passwordChange(input: {current: $current, new: $new}) { ok errors { code path } } }"""
NEW = "another password for tests"


async def create(office: Office, user: str = "sales", **given: Any) -> Any:
    data = await office.data(user, CREATE, input={"name": "nightly export", "scope": "READ"} | given)
    return data["tokenCreate"]


async def change(office: Office, current: str = PASSWORD, new: str = NEW) -> Any:
    return (await office.data("sales", CHANGE, current=current, new=new))["passwordChange"]


async def test_a_token_is_made_shown_once_used_and_listed(office: Office) -> None:
    made = await create(office, days=30)
    assert made["errors"] == []
    assert made["token"] | {"id": ""} == {
        "id": "",
        "name": "nightly export",
        "scope": "READ",
        "createdAt": "2026-03-01T12:00:00+00:00",
        "lastUsedAt": None,
        "expiresAt": "2026-03-31T12:00:00+00:00",
    }

    office.clock.advance(minutes=10)
    actor = await office.actors.find(Credentials(token=made["secret"]))
    await office.actors.settle()
    assert actor is not None
    assert (actor.principal_id, actor.scope) == (office.people["sales"], Scope.READ)

    answer = await office.ask("sales", TOKENS)
    assert made["secret"] not in str(answer)
    (listed,) = [token for token in answer["data"]["tokens"]["nodes"] if token["name"] == "nightly export"]
    assert listed["lastUsedAt"] == "2026-03-01T12:10:00+00:00"


async def test_one_sees_and_revokes_ones_own_tokens_only(office: Office) -> None:
    made = await create(office)
    token_id = made["token"]["id"]

    assert token_id not in str(await office.data("admin", TOKENS))
    stolen = await office.data("admin", REVOKE, id=token_id)
    unknown = await office.data("admin", REVOKE, id="token:nothing")
    assert stolen == unknown
    assert stolen["tokenRevoke"] == {"token": None, "errors": [{"code": "NOT_FOUND", "path": ["input", "tokenId"]}]}
    assert await office.actors.find(Credentials(token=made["secret"])) is not None

    revoked = await office.data("sales", REVOKE, id=token_id)
    assert revoked["tokenRevoke"] == {"token": {"name": "nightly export"}, "errors": []}
    assert await office.actors.find(Credentials(token=made["secret"])) is None
    assert token_id not in str(await office.data("sales", TOKENS))


@pytest.mark.parametrize(
    ("given", "path"),
    [({"name": " "}, "name"), ({"name": "x" * 101}, "name"), ({"name": "a\nb"}, "name"), ({"days": 0}, "days")],
)
async def test_a_token_that_makes_no_sense_is_refused(office: Office, given: dict[str, Any], path: str) -> None:
    made = await create(office, **given)

    assert (made["token"], made["secret"]) == (None, None)
    assert [(error["code"], error["path"]) for error in made["errors"]] == [("INVALID_INPUT", ["input", path])]


async def test_a_token_that_reads_manages_no_tokens_and_no_password(office: Office) -> None:
    """So no token makes one that reaches further than itself."""
    made = await create(office)
    for scope in ("READ", "ADMIN"):
        answer = await office.data("admin", CREATE, scope=Scope.READ, input={"name": "wider", "scope": scope})
        assert (answer["tokenCreate"]["secret"], answer["tokenCreate"]["errors"][0]["code"]) == (None, "NOT_ALLOWED")

    revoked = await office.data("sales", REVOKE, scope=Scope.READ, id=made["token"]["id"])
    changed = await office.data("sales", CHANGE, scope=Scope.READ, current=PASSWORD, new=NEW)
    listed = await office.ask("sales", TOKENS, scope=Scope.READ)

    assert revoked["tokenRevoke"]["errors"][0]["code"] == "NOT_ALLOWED"
    assert changed["passwordChange"] == {"ok": False, "errors": [{"code": "NOT_ALLOWED", "path": None}]}
    assert [error["extensions"]["code"] for error in listed["errors"]] == ["NOT_ALLOWED"]
    assert await office.actors.find(Credentials(token=made["secret"])) is not None


async def test_a_new_password_signs_one_out_everywhere_and_leaves_tokens_and_others(office: Office) -> None:
    secrets = [(await office.services.sign_in.open("sales", PASSWORD)).secret for _ in range(2)]
    other = (await office.services.sign_in.open("manager", PASSWORD)).secret

    assert await change(office) == {"ok": True, "errors": []}

    assert [await office.actors.find(Credentials(session=secret)) for secret in secrets] == [None, None]
    assert await office.actors.find(Credentials(session=other)) is not None
    assert await office.actors.find(Credentials(token=await office.token("sales"))) is not None
    with pytest.raises(NotSignedIn):
        await office.services.sign_in.open("sales", PASSWORD)
    assert (await office.services.sign_in.open("sales", NEW)).secret


@pytest.mark.parametrize(("given", "path"), [({"current": "wrong"}, "current"), ({"new": "short"}, "new")])
async def test_a_refused_password_change_changes_nothing(office: Office, given: dict[str, str], path: str) -> None:
    session = Credentials(session=(await office.services.sign_in.open("sales", PASSWORD)).secret)

    answer = await change(office, **given)

    assert answer == {"ok": False, "errors": [{"code": "INVALID_INPUT", "path": ["input", path]}]}
    assert await office.actors.find(session) is not None
    assert (await office.services.sign_in.open("sales", PASSWORD)).secret


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were compared with the stored one."""
    guesses: list[str] = []

    async def verify(password: str, stored: str | None) -> bool:
        guesses.append(password)
        return False

    monkeypatch.setattr(passwords, "verify", verify)
    return guesses


def guesses(count: int) -> str:
    fields = " ".join(
        f'a{number}: passwordChange(input: {{current: "guess {number}", new: "{NEW}"}}) {{ errors {{ code }} }}'
        for number in range(count)
    )
    return f"mutation {{ {fields} }}"


async def test_fifty_aliases_do_not_make_fifty_guesses(office: Office, looked_at: list[str]) -> None:
    answer = await office.ask("sales", guesses(50))

    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
    assert looked_at == []


async def test_nor_do_as_many_aliases_as_an_operation_may_hold(office: Office, looked_at: list[str]) -> None:
    data = await office.data("sales", guesses(20))

    codes = [payload["errors"][0]["code"] for payload in data.values()]
    assert codes == ["INVALID_INPUT"] * FREE_PER_USER + ["TOO_MANY_ATTEMPTS"] * (20 - FREE_PER_USER)
    assert len(looked_at) == FREE_PER_USER
    with pytest.raises(Exception, match="Too many attempts"):
        await office.services.sign_in.open("sales", PASSWORD)


async def test_a_batch_of_operations_is_no_request(office: Office, looked_at: list[str]) -> None:
    headers = {"authorization": f"Bearer {await office.token('sales')}"}

    response = await office.client.post("/graphql", json=[{"query": guesses(1)}] * 50, headers=headers)

    assert response.status_code == 400
    assert looked_at == []
