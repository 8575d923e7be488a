"""The whole way with a real provider: npm oidc-provider, driven as a person's browser would."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from api.office import Office
from oidc import real
from oidc.conftest import Visitor, visiting

BACK = "http://office/oidc/callback"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with real.provider(BACK) as issuer:
        yield issuer


async def walk(visitor: Visitor, login: str) -> Any:
    address = await real.consent(await visitor.start("/mailboxes"), login, BACK)
    return await visitor.come_back(address.partition("?")[2])


@pytest.mark.parametrize("client", [
    {"oidc_client_id": "fieldsync", "oidc_client_secret": SecretStr("a secret of the tests")},
    {"oidc_client_id": "public"},
], ids=["with a secret", "public"])  # fmt: skip
async def test_a_person_signs_in_with_the_provider_and_is_in_the_teams_of_the_groups(
    office: Office, issuer: str, client: dict[str, Any]
) -> None:
    office.clock.time = real.now()
    async with visiting(office, issuer, **client) as visitor:
        visitor.team("North")
        visitor.team("South", "sales")
        visitor.accounts.map_group("support", "North")
        visitor.accounts.map_group("managers", "South")

        stranger = await walk(visitor, "ada")
        assert (stranger.status_code, "--subject ada" in stranger.text) == (403, True)
        visitor.accounts.link("sales", "ada")
        response = await walk(visitor, "ada")

        assert (response.status_code, response.headers["location"]) == (303, "/mailboxes")
        assert await visitor.who() == "sales"
        assert visitor.teams_of("sales") == {"North"}


async def test_a_stolen_code_is_worth_nothing(office: Office, issuer: str) -> None:
    """PKCE: whoever has the code lacks the verifier; and the provider takes a code once."""
    office.clock.time = real.now()
    async with (
        visiting(office, issuer, oidc_client_id="public") as victim,
        visiting(office, issuer, oidc_client_id="public") as thief,
    ):
        victim.accounts.link("sales", "bo")
        address = await real.consent(await victim.start(), "bo", BACK)
        code = real.query(address)["code"]
        own = real.query(await real.consent(await thief.start(), "eve", BACK))

        stolen = await thief.come_back(f"code={code}&state={own['state']}&iss={issuer}")

        assert (stolen.status_code, await thief.who()) == (502, None)
