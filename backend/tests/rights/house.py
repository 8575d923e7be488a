"""One organization behind the whole application, loaded straight into the tables, past all code of rights."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from api.office import Checks, HeldClock, RecordingRunner
from authority import NOON, PERMIT
from fieldsync.app import create_app
from fieldsync.core.privileges import bits_of
from fieldsync.core.rights import Role
from fieldsync.core.runs import EventType, OperationAction, OperationState, Problem, RunState, event_body
from fieldsync.core.values import RecordKind
from fieldsync.db import rights as rights_tables
from fieldsync.db import sync_tables, tables
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.records import RECORD_MODELS, RecordClock
from fieldsync.db.repo import profiles, record_rows
from fieldsync.engine.scheduler import Scheduler
from fieldsync.events.bell import Bell
from fieldsync.parts import Parts
from fieldsync.security.secrets import SecretBox
from fieldsync.security.sessions import digest
from fieldsync.services.bundle import Services
from fieldsync.settings import Settings
from rights.oracle import Organization
from rights.stock import Stock

KEPT = {"security_settings", "sync_settings", "record_clock"}
"""Tables of one row that comes with them, and counts up: nothing kept in memory is to look like the present."""


@dataclass(frozen=True)
class Note:
    """A problem of a run: about a record and a field, with the value that was put aside."""

    owner: str
    record: str
    field: str
    lost: str


class House:
    """The application over one database, filled with one organization after the other."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.box = database, SecretBox("key of the tests")
        self.runner, self.clock = RecordingRunner(), HeldClock()
        self.parts: list[Parts] = []
        self.clients = [self._client(folder, withheld_errors=errors) for errors in (False, True)]

    def _client(self, folder: Path, *, withheld_errors: bool) -> httpx2.AsyncClient:
        bell, clock, runner = Bell(), self.clock, self.runner
        # What is left of a minute's points would differ from house to house, and everything is asked for at once.
        settings = Settings(data=folder, withheld_errors=withheld_errors, rate_points_per_minute=0, max_cost=10_000_000)
        services = Services.build(
            database=self.database,
            bell=bell,
            box=self.box,
            clock=clock,
            runner=runner,
            check_mailbox=Checks(),
            find_collections=Checks(addresses=("sales@mail.example",), time_zone="Europe/Vienna").find,
        )
        scheduler = Scheduler(self.database, bell, runner, clock)
        parts = Parts(settings, self.database, bell, self.box, clock, runner, scheduler, Checks())  # pyright: ignore[reportArgumentType]
        vars(parts)["services"] = services
        self.parts.append(parts)
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(create_app(parts=parts)), base_url="http://house", timeout=30
        )

    async def close(self) -> None:
        for client in self.clients:
            await client.aclose()

    # asking

    async def ask(
        self, user: str | None, query: str, *, scope: str = "admin", errors: bool = False, **variables: Any
    ) -> str:
        """The text of the answer to a GraphQL request; without a user, of one without credentials."""
        headers = {"authorization": f"Bearer {secret(user, scope)}"} if user else {}
        answer = await self.clients[errors].post(
            "/graphql", json={"query": query, "variables": variables}, headers=headers
        )
        return answer.text

    async def follow(self, user: str | None, query: str, scope: str = "admin") -> str:
        """All that a subscription sends over server-sent events, to its end."""
        headers = {"authorization": f"Bearer {secret(user, scope)}"} if user else {}
        answer = await self.clients[0].post(
            "/graphql", json={"query": query}, headers=headers | {"accept": "text/event-stream"}
        )
        return answer.text

    async def events(self, user: str, run: str) -> str:
        """A run's events as they come over server-sent events, to the end of the run."""
        asked = "{seq message problem{subject lostValue message}}"
        return await self.follow(user, f'subscription{{runEvents(runId: "run:{run}"){asked}}}')

    async def table(self, user: str) -> str:
        answer = await self.clients[0].get(
            "/export/contacts.csv", headers={"authorization": f"Bearer {secret(user, 'read')}"}
        )
        return answer.text

    # loading and looking

    def load(self, org: Organization, notes: list[Note]) -> None:
        self.database.write_now(PERMIT, lambda connection: _load(connection, org, notes, self.box))

    def records(self, stock: Stock) -> dict[str, Any]:
        """Every record as it is stored: id to owner and the columns in play."""
        table = table_of(RECORD_MODELS[stock.kind])
        rows = self.database.read_now(lambda c: c.execute(select(table)).mappings().all())
        return {row["id"]: (row["owner_id"], {name: _text(row[name]) for name in stock.names}) for row in rows}

    def shares(self) -> set[tuple[str, str, int]]:
        share = table_of(rights_tables.RecordShare)
        rows = self.database.read_now(
            lambda c: c.execute(select(share.c.record_id, share.c.principal_id, share.c.rights)).all()
        )
        return {tuple(row) for row in rows}

    def grants(self) -> set[tuple[str, str, str, bool, bool]]:
        one = table_of(rights_tables.ColumnGrant).c
        wanted = select(one.record_id, one.attribute, one.principal_id, one.can_read, one.can_update)
        return {tuple(row) for row in self.database.read_now(lambda c: c.execute(wanted).all())}


def secret(user: str, scope: str) -> str:
    return f"fs_{user}_{scope}"


def run_of(user: str) -> str:
    return f"run-{user}"


def events_of(text: str) -> list[Any]:
    """The payloads in a stream of server-sent events."""
    return [json.loads(line[5:]) for line in text.splitlines() if line.startswith("data:") and len(line) > 6]


def rows_of(text: str) -> list[dict[str, str]]:
    """The lines of a table by its first one."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def _text(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else value


def _cells(stock: Stock, values: dict[str, str | None]) -> dict[str, Any]:
    """The cells of a row; columns that are not in play are empty."""
    held: dict[str, Any] = dict.fromkeys(record_rows.rows_of(stock.kind).attributes) | values | {"statecode": 0}
    for name in ("anniversary", *stock.dates):
        held |= {name: date.fromisoformat(held[name])} if held.get(name) else {}
    for name in stock.times:
        held |= {name: datetime.fromisoformat(held[name])} if held.get(name) else {}
    return held


def _load(connection: Connection, org: Organization, notes: list[Note], box: SecretBox) -> None:
    for table in reversed(tables.metadata.sorted_tables):
        if table.name not in KEPT:
            connection.execute(delete(table))

    put = _put(connection)
    put(
        rights_tables.BusinessUnit,
        [{"id": u.id, "name": u.id, "parent_id": u.parent, "revision": 1} for u in org.units],
    )
    people = [
        {
            "id": one.id, "kind": "USER", "user_name": one.id, "name": one.id.capitalize(), "unit_id": one.unit,
            "role": (Role.ADMINISTRATOR if one.administrator else Role.USER).value, "manager_id": one.manager,
            "is_disabled": one.disabled,
        }
        for one in org.users
    ]  # fmt: skip
    teams = [
        {
            "id": one.id, "kind": one.kind.value, "user_name": None, "name": one.id.capitalize(), "unit_id": one.unit,
            "role": "USER", "manager_id": None, "is_disabled": False,
        }
        for one in org.teams
    ]  # fmt: skip
    put(
        tables.Principal,
        [{**one, "is_default_team": False, "revision": 1, "created_at": NOON} for one in people + teams],
    )
    put(
        tables.Token,
        [
            {
                "digest": digest(secret(user.id, scope)), "id": f"token-{user.id}-{scope}", "principal_id": user.id,
                "name": "test", "scope": scope, "created_at": NOON,
            }
            for user in org.users
            for scope in ("admin", "read")
        ],
    )  # fmt: skip
    put(rights_tables.TeamMember, [{"team_id": t.id, "user_id": member} for t in org.teams for member in t.members])
    put(
        RECORD_MODELS[org.stock.kind],
        [
            {
                "id": one.id, "owner_id": one.owner, "version": 10 + number, "created_at": NOON, "modified_at": NOON,
                **_cells(org.stock, one.values),
            }
            for number, one in enumerate(org.records)
        ],
    )  # fmt: skip
    store_rights(connection, org)
    connection.execute(update(table_of(RecordClock)).values(version=100))
    profiles.ensure_default(connection, NOON)
    _load_runs(put, org, notes, box)


def _put(connection: Connection) -> Any:
    def put(model: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            connection.execute(insert(table_of(model)), rows)

    return put


_RIGHTS = (
    rights_tables.FieldProfileMember, rights_tables.FieldPermission, rights_tables.FieldProfile,
    rights_tables.SecuredColumn, rights_tables.ColumnGrant, rights_tables.RecordShare, rights_tables.PrincipalRole,
    rights_tables.SecurityRole,
)  # fmt: skip


def store_rights(connection: Connection, org: Organization) -> None:
    """Roles, shares, secured columns and field profiles become those of this organization; people and records stay."""
    for model in _RIGHTS:
        connection.execute(delete(table_of(model)))
    put, kind = _put(connection), org.stock.kind.value
    put(
        rights_tables.SecurityRole,
        [
            {
                "id": one.id, "name": one.id, "description": "", "revision": 1,
                "inheritance": "TEAM_ONLY" if one.team_only else "DIRECT",
                "privileges": {
                    each.value: {p.value: level.name for p, level in one.levels.items()} for each in RecordKind
                },
            }
            for one in org.roles
        ],
    )  # fmt: skip
    put(rights_tables.PrincipalRole, [{"principal_id": one.holder, "role_id": one.role} for one in org.holdings])
    put(
        rights_tables.RecordShare,
        [
            {"kind": kind, "record_id": s.record, "principal_id": s.to, "rights": bits_of(frozenset(s.rights))}
            for s in org.shares
        ],
    )
    put(
        rights_tables.SecuredColumn,
        [{"kind": kind, "attribute": one.attribute, "mask_keep": one.keep} for one in org.secured],
    )
    by_profile = {one.profile: one for one in org.permissions}
    put(rights_tables.FieldProfile, [{"id": i, "name": i, "description": "", "revision": 1} for i in by_profile])
    put(
        rights_tables.FieldPermission,
        [
            {
                "field_profile_id": name, "kind": kind, "attribute": one.attribute, "can_read": one.read,
                "can_read_unmasked": one.unmasked, "can_create": one.create, "can_update": one.update,
            }
            for name, one in by_profile.items()
        ],
    )  # fmt: skip
    put(
        rights_tables.FieldProfileMember,
        [{"field_profile_id": one.profile, "principal_id": one.member} for one in org.permissions],
    )
    put(
        rights_tables.ColumnGrant,
        [
            {
                "kind": kind, "record_id": o.record, "attribute": o.attribute, "principal_id": o.to,
                "can_read": o.read, "can_update": o.update,
            }
            for o in org.opened
        ],
    )  # fmt: skip
    settings = rights_tables.SecuritySettings
    connection.execute(
        update(table_of(settings)).values(
            hierarchy=org.hierarchy,
            hierarchy_depth=org.depth,
            managers_in_same_or_parent_unit=org.same_or_parent_unit,
            rights_version=settings.rights_version + 1,
        )
    )


def _load_runs(put: Any, org: Organization, notes: list[Note], box: SecretBox) -> None:
    """A mailbox of everybody with one run that ended, and what the run had to say."""
    put(
        tables.Mailbox,
        [
            {
                "id": f"box-{user.id}", "principal_id": user.id, "name": "Mailbox", "contacts_url": "memory:",
                "user_name": user.id, "password_box": b"", "sync_method": "SERVER_SIDE", "on_record_deleted": "DELETE",
                "on_item_deleted": "UNLINK", "created_at": NOON, "fence": 0,
            }
            for user in org.users
        ],
    )  # fmt: skip
    put(
        tables.Run,
        [
            {
                "id": run_of(user.id), "mailbox_id": f"box-{user.id}", "state": "SUCCEEDED", "mode": "APPLY",
                "configuration": "PUBLISHED", "kinds": ["CONTACT"], "process": "test", "queued_at": NOON,
                "started_at": NOON, "finished_at": NOON, "counts": {}, "phases": [], "release_held": False,
                "requests": 0, "cancel_requested": False, "last_seq": len(notes) + 1,
            }
            for user in org.users
        ],
    )  # fmt: skip
    events, operations, lost, asked = [], [], [], []
    for user in org.users:
        run = run_of(user.id)
        mine = [note for note in notes if note.owner == user.id]
        for number, note in enumerate(mine):
            lost_id, name = f"lost-{user.id}-{number}", org.record(note.record).values["fullname"] or ""
            problem = Problem(
                "OVERWRITTEN", "A value gave way.", "Look at it.", subject=name, field_id=note.field, lost_id=lost_id,
                record_id=note.record,
            )  # fmt: skip
            body = event_body(EventType.PROBLEM, RunState.RUNNING, "A value gave way.", problem=problem)
            events.append({"run_id": run, "seq": number + 1, "at": NOON, "body": body})
            lost.append(
                {
                    "id": lost_id, "run_id": run, "record_id": note.record, "field_id": note.field, "side": "CRM",
                    "value_box": box.seal(note.lost), "lost_at": NOON, "mailbox_id": f"box-{user.id}",
                    "kind": "CONTACT",
                }
            )  # fmt: skip
            asked.append(
                {
                    "id": f"asked-{user.id}-{number}", "mailbox_id": f"box-{user.id}", "run_id": run, "kind": "CONTACT",
                    "link_id": f"link-{user.id}-{number}", "record_id": note.record, "field_id": note.field,
                    "subject": name, "reason": "both sides changed", "crm_box": box.seal(note.lost),
                    "outlook_box": box.seal(note.lost), "state": "OPEN", "found_at": NOON, "revision": 1,
                }
            )  # fmt: skip
            operations.append(
                {
                    "id": f"op-{user.id}-{number}", "run_id": run, "mailbox_id": f"box-{user.id}", "ordinal": number,
                    "kind": "CONTACT", "action": OperationAction.UPDATE_RECORD.value, "record_id": note.record,
                    "state": OperationState.APPLIED.value, "subject": name, "fields": [],
                }
            )  # fmt: skip
        body = event_body(EventType.FINISHED, RunState.SUCCEEDED, "Done.")
        events.append({"run_id": run, "seq": len(mine) + 1, "at": NOON, "body": body})
    put(tables.RunEvent, events)
    put(sync_tables.ConflictRow, asked)
    put(tables.LostValue, lost)
    put(tables.Operation, operations)
