"""The office with a provider, for the tests beside this file."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from api.office import Office, office
from fieldsync.app import create_app
from fieldsync.core.privileges import PrincipalKind
from fieldsync.core.rights import Role
from fieldsync.db.columns import table_of
from fieldsync.db.rights import ROOT, AuditEvent, SecuritySettings, TeamMember
from fieldsync.db.tables import Principal
from fieldsync.ids import new_id
from fieldsync.services.external_accounts import ExternalAccounts
from oidc.fake import SUBJECT, FakeProvider, fake_provider

__all__ = ["office"]


@dataclass
class Visitor:
    """A browser at an office that signs people in with a provider."""

    office: Office
    client: httpx2.AsyncClient
    accounts: ExternalAccounts

    async def start(self, return_to: str | None = None) -> str:
        """The address at the provider that one is sent to."""
        response = await self.client.get("/oidc/start", params={"returnTo": return_to} if return_to else {})
        assert response.status_code == 303, response.text
        return response.headers["location"]

    async def come_back(self, query: str) -> httpx2.Response:
        return await self.client.get(f"/oidc/callback?{query}")

    async def who(self) -> str | None:
        """The user name of whoever is signed in."""
        response = await self.client.post("/graphql", json={"query": "{viewer{principal{userName}}}"})
        data = response.json()["data"]
        return data and data["viewer"]["principal"]["userName"]

    def team(self, name: str, *members: str, **more: Any) -> str:
        team_id = new_id()

        def unit(connection: Any) -> None:
            connection.execute(
                table_of(Principal).insert(),
                {
                    "id": team_id, "kind": PrincipalKind.OWNER_TEAM.value, "name": name, "role": Role.USER.value,
                    "unit_id": ROOT, "is_disabled": False, "is_default_team": False, "revision": 1,
                    "created_at": self.office.clock.now(), **more,
                },
            )  # fmt: skip
            for member in members:
                row = {"team_id": team_id, "user_id": self.office.people[member]}
                connection.execute(table_of(TeamMember).insert(), row)

        self.office.write(unit)
        return team_id

    def teams_of(self, user_name: str) -> set[str]:
        """Names of the teams somebody is in, without the default one of the unit."""
        principal, member = table_of(Principal), table_of(TeamMember)
        users = principal.alias()
        query = (
            member.join(principal, principal.c.id == member.c.team_id)
            .join(users, users.c.id == member.c.user_id)
            .select()
            .with_only_columns(principal.c.name)
            .where(users.c.user_name == user_name, principal.c.is_default_team.is_(False))
        )
        return set(self.office.database.read_now(lambda connection: connection.scalars(query).all()))

    def audit(self) -> list[Any]:
        events = table_of(AuditEvent)
        return self.office.database.read_now(
            lambda connection: list(connection.execute(events.select().order_by(events.c.id)))
        )

    def rights_version(self) -> int:
        query = table_of(SecuritySettings).select().with_only_columns(table_of(SecuritySettings).c.rights_version)
        return self.office.database.read_now(lambda connection: connection.scalar(query))


@asynccontextmanager
async def visiting(office: Office, issuer: str, **settings: Any) -> AsyncIterator[Visitor]:
    given = {"oidc_issuer": issuer, "oidc_client_id": "fieldsync", "oidc_name": "Contoso"} | settings
    parts = replace(office.parts, settings=office.parts.settings.model_copy(update=given))
    transport = httpx2.ASGITransport(create_app(parts=parts))
    async with httpx2.AsyncClient(transport=transport, base_url="http://office") as client:
        yield Visitor(office, client, ExternalAccounts(office.database, office.clock, issuer))


@pytest.fixture
async def fake(office: Office) -> AsyncIterator[FakeProvider]:
    async with fake_provider(lambda: office.clock.now().timestamp()) as fake:
        yield fake


@pytest.fixture
async def visitor(office: Office, fake: FakeProvider) -> AsyncIterator[Visitor]:
    """A browser; the provider's subject is linked to the user sales."""
    secret = SecretStr("client: secret/with%signs")
    async with visiting(office, fake.issuer, oidc_client_secret=secret) as visitor:
        visitor.accounts.link("sales", SUBJECT)
        yield visitor
