"""A small organization with the whole application around it, for tests of everything above the engine."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fieldsync.app import create_app
from fieldsync.core.rights import Actor, Role, Scope
from fieldsync.core.runs import EventType, RunConfiguration, RunMode, RunState, event_body
from fieldsync.core.values import RecordKind, Store
from fieldsync.db.database import Database
from fieldsync.db.repo import contacts, mailboxes, principals, profiles, run_events, runs
from fieldsync.db.repo.record_rows import rows_of
from fieldsync.engine.connect import Checked, Discovery, Found
from fieldsync.engine.scheduler import Scheduler
from fieldsync.events.bell import Bell
from fieldsync.events.log import topic
from fieldsync.ids import new_id
from fieldsync.parts import Parts
from fieldsync.security import gate
from fieldsync.security.actors import Actors
from fieldsync.security.passwords import hash_now
from fieldsync.security.secrets import SecretBox
from fieldsync.services.bundle import Services
from fieldsync.settings import Settings

PASSWORD = "a password for tests"
HASH = hash_now(PASSWORD)


class HeldClock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def advance(self, **span: float) -> None:
        self.time += timedelta(**span)


class RecordingRunner:
    """Notes what it is asked to do."""

    def __init__(self) -> None:
        self.engine: Any = None
        """The runner that looks at mailboxes; none is needed as long as nobody undoes anything."""
        self.started: list[str] = []
        self.cancelled: list[str] = []

    def start(self, run_id: str) -> None:
        self.started.append(run_id)

    def cancel(self, run_id: str) -> None:
        self.cancelled.append(run_id)

    async def preview_undo(self, *about: Any) -> Any:
        return await self.engine.preview_undo(*about)

    async def recover(self) -> None: ...

    async def close(self) -> None: ...


@dataclass
class Checks:
    """Stands in for signing in to a mail server."""

    asked: list[tuple[str, str, str]] = field(default_factory=list)
    refuse: Exception | None = None
    addresses: tuple[str, ...] = ()
    time_zone: str = ""

    async def __call__(self, urls: Mapping[Store, str], user_name: str, password: str) -> Checked:
        self.asked.extend((url, user_name, password) for url in urls.values())
        if self.refuse is not None:
            raise self.refuse
        return Checked(self.addresses, self.time_zone)

    async def find(self, url: str, user_name: str, password: str) -> Discovery:
        self.asked.append((url, user_name, password))
        if self.refuse is not None:
            raise self.refuse
        book = Found(f"{url}book/", "Contacts", frozenset({Store.ADDRESS_BOOK}))
        calendar = Found(f"{url}cal/", "Calendar", frozenset({Store.CALENDAR, Store.TASK_LIST}), self.time_zone)
        return Discovery((book, calendar), self.addresses)


@dataclass
class Office:
    """admin is an administrator; sales and manager are users."""

    database: Database
    parts: Parts
    clock: HeldClock
    runner: RecordingRunner
    check: Checks
    client: httpx2.AsyncClient
    people: dict[str, str]
    actors: Actors
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def services(self) -> Services:
        return self.parts.services

    def actor(self, name: str, scope: Scope = Scope.ADMIN) -> Actor:
        role = Role.ADMINISTRATOR if name == "admin" else Role.USER
        return Actor("session", self.people[name], role, scope)

    async def token(self, name: str, scope: Scope = Scope.ADMIN) -> str:
        key = f"{name} {scope.value}"
        if key not in self.tokens:
            self.tokens[key] = await self.services.sign_in.make_token(name, scope=scope, name=key, days=None)
        return self.tokens[key]

    async def ask(self, name: str | None, query: str, *, scope: Scope = Scope.ADMIN, **variables: Any) -> Any:
        """The whole answer of one GraphQL request by this person."""
        headers = {"authorization": f"Bearer {await self.token(name, scope)}"} if name else {}
        response = await self.client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        assert response.status_code == 200, response.text
        return response.json()

    async def data(self, name: str, query: str, *, scope: Scope = Scope.ADMIN, **variables: Any) -> Any:
        answer = await self.ask(name, query, scope=scope, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def write(self, unit: Any) -> Any:
        return self.database.write_now(gate.administer("test"), unit)

    def contact(self, owner: str, **values: Any) -> str:
        return self.write(
            lambda connection: contacts.create(connection, values, owner_id=self.people[owner], now=self.clock.now())
        )

    def activity(self, kind: RecordKind, owner: str, **values: Any) -> str:
        rows, who = rows_of(kind), self.people[owner]
        return self.write(lambda connection: rows.create(connection, values, owner_id=who, now=self.clock.now()))

    def mailbox(self, owner: str, name: str | None = None, **changes: Any) -> str:
        mailbox_id = new_id()
        values = mailboxes.values_for_new(
            principal_id=self.people[owner],
            name=name or f"{owner}'s mailbox",
            contacts_url=f"https://mail.example/{owner}/{mailbox_id}/",
            user_name=owner,
            password_box=self.parts.box.seal("mail secret"),
            now=self.clock.now(),
        )
        self.write(lambda connection: mailboxes.insert_mailbox(connection, id=mailbox_id, **(values | changes)))
        return mailbox_id

    def run(self, mailbox_id: str, *, mode: RunMode = RunMode.APPLY) -> str:
        run_id = new_id()
        self.write(
            lambda connection: runs.insert_run(
                connection,
                run_id=run_id,
                mailbox_id=mailbox_id,
                mode=mode,
                configuration=RunConfiguration.PUBLISHED,
                kinds=[RecordKind.CONTACT],
                started_by=None,
                release_held=False,
                now=self.clock.now(),
            )
        )
        return run_id

    def tell(self, run_id: str, seq: int, kind: EventType, state: RunState, message: str = "…", **more: Any) -> None:
        """Write one event of a run, as the engine would, and ring for it."""
        body = event_body(kind, state, message, **more)
        cells: dict[str, Any] = {"state": state.value, "last_seq": seq}
        if state is not RunState.QUEUED:
            cells["started_at"] = self.clock.now()
        if state.final:
            cells["finished_at"] = self.clock.now()

        def unit(connection: Any) -> None:
            run_events.append(connection, run_id, seq, self.clock.now(), [body])
            runs.save_run(connection, run_id, **cells)

        self.write(unit)
        self.parts.bell.ring(topic(run_id))

    def mapping_id(self, field: str) -> str:
        return f"mapping:default:CONTACT.{field}"


def seed(database: Database, now: datetime) -> dict[str, str]:
    def unit(connection: Any) -> dict[str, str]:
        profiles.ensure_default(connection, now)
        return {
            name: principals.upsert(
                connection,
                user_name=name,
                name=name.capitalize(),
                role=Role.ADMINISTRATOR if name == "admin" else Role.USER,
                password_hash=HASH,
                now=now,
            )
            for name in ("admin", "manager", "sales")
        }

    return database.write_now(gate.administer("test"), unit)


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    """The organization, served at http://office without a network."""
    clock, runner, check, bell, box = HeldClock(), RecordingRunner(), Checks(), Bell(), SecretBox("key of the tests")
    settings = Settings(data=tmp_path, allowed_origins=["https://portal.example"])
    services = Services.build(
        database=database,
        bell=bell,
        box=box,
        clock=clock,
        runner=runner,
        check_mailbox=check,
        find_collections=check.find,
    )
    scheduler = Scheduler(database, bell, runner, clock)
    parts = Parts(settings, database, bell, box, clock, runner, scheduler, check)  # pyright: ignore[reportArgumentType]
    vars(parts)["services"] = services
    people = seed(database, clock.now())
    transport = httpx2.ASGITransport(create_app(parts=parts))
    async with httpx2.AsyncClient(transport=transport, base_url="http://office") as client:
        yield Office(database, parts, clock, runner, check, client, people, Actors(database, clock))
