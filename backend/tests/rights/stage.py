"""A fixed organization in which every type of the API has an instance that belongs to sales; it can be put back."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.engine import Connection

from api.office import HASH
from authority import NOON, PERMIT
from fieldsync.catalogue.fields import catalogue
from fieldsync.core.changes import Changed
from fieldsync.core.privileges import SHAREABLE, AccessLevel, Privilege, bits_of
from fieldsync.core.values import RecordKind
from fieldsync.db import rights as rights_tables
from fieldsync.db import sync_tables, tables
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.repo.contacts import ATTRIBUTES
from fieldsync.db.repo.record_rows import rows_of
from fieldsync.engine.connect import with_sides
from fieldsync.engine.entries import seal
from fieldsync.engine.runner import Runner
from fieldsync.events.bell import Bell
from fieldsync.ids import record_name
from fieldsync.security.secrets import SecretBox
from fieldsync.sides.memory import MemorySide
from rights.house import House, Note
from rights.oracle import (
    ROOT,
    Holding,
    Opened,
    Organization,
    Permission,
    Record,
    Role,
    Secured,
    Share,
    Team,
    Unit,
    User,
)

DEFAULT_TEAMS = {ROOT: ["admin", "manager", "clerk"], "north": ["sales"], "empty": []}
"""The members of the team that each unit has by itself."""
LOST = "value-that-gave-way"
_UNLIKE = {"session"}
"""Tables that change without anything having been changed."""


def organization() -> Organization:
    """Sales owns a contact with a value in every column, some of them secured; clerk has no role at all."""
    everything = dict.fromkeys(Privilege, AccessLevel.USER)
    values: dict[str, str | None] = {name: f"{n:02d}{name[:5]}"[:10] for n, name in enumerate(ATTRIBUTES)}
    values |= {"birthdate": "1980-02-03", "anniversary": "2001-02-03", "governmentid": "government-secret"}
    return Organization(
        units=[Unit(ROOT, None), Unit("north", ROOT), Unit("empty", ROOT)],
        users=[
            User("admin", administrator=True),
            User("manager"),
            User("sales", unit="north", manager="manager"),
            User("clerk"),
        ],
        teams=[
            Team("crew", members=["sales"]),
            *(Team(f"{unit}-team", unit, members) for unit, members in DEFAULT_TEAMS.items()),
        ],
        roles=[Role("seller", everything), Role("spare", everything)],
        holdings=[Holding("sales", "seller"), Holding("manager", "seller")],
        shares=[Share("contact0", "clerk", set(SHAREABLE))],
        secured=[Secured("governmentid"), Secured("nickname"), Secured("mobilephone", 2), Secured("pager", 0)],
        permissions=[
            Permission("fp-mobilephone", "sales", "mobilephone", read=True),
            Permission("fp-pager", "manager", "pager", read=True, unmasked=True),
        ],
        opened=[Opened("contact0", "nickname", "sales", read=True)],
        records=[Record("contact0", "sales", values), Record("contact1", "admin", {"fullname": "Other"})],
        hierarchy=True,
    )


class Stage:
    """The application over one database; ``restore`` undoes all that was done to it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.house = House(database, folder)
        self.org = organization()
        self.house.load(self.org, [Note("sales", "contact0", "CONTACT.governmentid", LOST)])
        database.write_now(PERMIT, lambda connection: _furnish(connection, self.house.box))
        self.house.runner.engine = Runner(
            database, Bell(), self.house.box, self.house.clock, with_sides(lambda _: MemorySide())
        )
        self.keep()

    def keep(self) -> None:
        """What is there now is what ``restore`` puts back."""
        self._rows = {table: self._held(table) for table in tables.metadata.sorted_tables}

    def _held(self, table: Table) -> list[dict[str, Any]]:
        rows = self.database.read_now(lambda c: c.execute(select(table)).mappings().all())
        return sorted((dict(row) for row in rows), key=repr)

    def digest(self) -> dict[str, Any]:
        """All rows of all tables, but for what signing in leaves behind."""
        held = {table.name: self._held(table) for table in tables.metadata.sorted_tables if table.name not in _UNLIKE}
        for row in held["token"]:
            row["last_used_at"] = None
        return held

    def restore(self) -> None:
        def unit(connection: Connection) -> None:
            settings = table_of(rights_tables.SecuritySettings)
            version = connection.execute(select(settings.c.rights_version)).scalar_one()
            for table in reversed(tables.metadata.sorted_tables):
                connection.execute(delete(table))
            for table, rows in self._rows.items():
                if rows:
                    connection.execute(insert(table), sorted(rows, key=_parents_first))
            connection.execute(update(settings).values(rights_version=version + 1))

        self.database.write_now(PERMIT, unit)


def _parents_first(row: dict[str, Any]) -> bool:
    return (row.get("manager_id") or row.get("parent_id")) is not None


def _furnish(connection: Connection, box: SecretBox) -> None:
    """What an organization of the property tests has no need of: a draft, a second profile, runs of all sorts."""

    def put(model: Any, **values: Any) -> None:
        connection.execute(insert(table_of(model)).values(**values))

    connection.execute(update(table_of(tables.Principal)).values(password=HASH))
    put(
        tables.Token, digest="spare", id="spare", principal_id="sales", name="spare",
        scope="read", created_at=NOON,
    )  # fmt: skip
    connection.execute(
        update(table_of(tables.Principal))
        .where(tables.Principal.id.in_([f"{unit}-team" for unit in DEFAULT_TEAMS]))
        .values(is_default_team=True)
    )
    for profile in ("second", "spare"):
        _profile(connection, profile)
    put(rights_tables.ProfileMember, profile_id="second", principal_id="crew")
    connection.execute(
        update(table_of(tables.Profile))
        .where(tables.Profile.id == "default")
        .values(revision=7, draft_changed_at=NOON, draft_changed_by="admin")
    )
    connection.execute(
        update(table_of(tables.Mapping))
        .where(tables.Mapping.profile_id == "default", tables.Mapping.field_id == "CONTACT.department")
        .values(direction="NONE", policy="ASK", revision=2)
    )
    put(
        tables.Mailbox, id="box-second", principal_id="sales", name="Second", contacts_url="memory:second",
        user_name="sales", password_box=b"", sync_method="SERVER_SIDE", on_record_deleted="DELETE",
        on_item_deleted="UNLINK", created_at=NOON, fence=0, due_at=NOON, stopped_at=NOON,
        stopped={"code": "COLLECTION_NOT_FOUND", "message": "Gone.", "remedy": "Connect it again."},
    )  # fmt: skip
    put(
        sync_tables.DeadLetter, id="letter", mailbox_id="box-sales", kind="CONTACT", side="OUTLOOK",
        subject_key="/broken.vcf", subject="/broken.vcf", version="1", code="ITEM_BROKEN", message="Broken.",
        remedy="Mend it.", state="DEAD", attempts=1, first_at=NOON, last_at=NOON,
    )  # fmt: skip
    about = {"mailbox_id": "box-sales", "run_id": "run-sales", "kind": "CONTACT", "record_id": "contact0"}
    put(
        sync_tables.ConflictRow, id="asked", link_id="link", field_id="CONTACT.jobtitle", subject="Somebody",
        reason="both sides changed", crm_box=box.seal("Chief"), outlook_box=box.seal("Boss"), state="OPEN",
        found_at=NOON, revision=1, **about,
    )  # fmt: skip
    put(
        tables.LostValue, id="gave-way", field_id="CONTACT.jobtitle", side="CRM", value_box=box.seal("Countess"),
        lost_at=NOON, expires_at=NOON, **about,
    )  # fmt: skip
    put(
        sync_tables.HeldDeletion, id="held", link_id="link", action="DELETE_RECORD", subject="Somebody",
        href="/somebody.vcf", held_at=NOON, released_at=NOON, released_by="sales", **about,
    )  # fmt: skip
    put(
        sync_tables.MatchReview, id="review", mailbox_id="box-sales", kind="CONTACT", side="OUTLOOK",
        subject_key="/else.vcf", subject="Somebody", candidates=[{"recordId": "contact0", "subject": "Somebody"}],
        reason="SEVERAL", state="DECIDED", decision={"choice": "LINK", "recordId": "contact0"}, found_at=NOON,
        decided_at=NOON, decided_by="sales",
    )  # fmt: skip
    put(
        sync_tables.Quarantined, id="copy", side="OUTLOOK", subject="Somebody", href="/somebody.vcf",
        body_box=box.seal("{}"), deleted_at=NOON, expires_at=NOON.replace(year=2999), **about,
    )  # fmt: skip
    rows = [{"attribute": "fullname", "operator": "IS_NOT_EMPTY", "value": ""}]
    usual = {"kind": "CONTACT", "is_active": True, "excludes": False, "revision": 1, "changed_at": NOON}
    definition = {"joint": "ALL", "rows": rows, "groups": [{"joint": "ANY", "rows": rows}]}
    put(
        sync_tables.SyncFilter, id="filter-sales", scope="USER", principal_id="sales", name="Named",
        definition=definition, template_id="template", template_revision=1, **usual,
    )  # fmt: skip
    put(
        sync_tables.SyncFilter, id="template", scope="TEMPLATE", name="Everybody's", definition={"joint": "ALL"},
        **usual | {"revision": 2},
    )  # fmt: skip
    put(
        sync_tables.OptOut, id="out-sales", mailbox_id="box-sales", kind="CONTACT", uid="uid-1",
        subject="Somebody", since=NOON, principal_id="sales",
    )  # fmt: skip
    _add_activities(put)
    run = {
        "mode": "APPLY", "configuration": "PUBLISHED", "kinds": ["CONTACT"], "process": "test", "queued_at": NOON,
        "counts": {}, "phases": [], "release_held": False, "requests": 0, "cancel_requested": False, "last_seq": 0,
    }  # fmt: skip
    put(tables.Run, id="queued", mailbox_id="box-second", state="QUEUED", **run)
    put(
        tables.Run, id="failed", mailbox_id="box-sales", state="FAILED", started_at=NOON, finished_at=NOON,
        error_code="INTERNAL", error_message="It broke.", error_remedy="Mend it.", **run,
    )  # fmt: skip
    ended = {"state": "SUCCEEDED", "started_at": NOON, "finished_at": NOON}
    put(tables.Run, id="written", mailbox_id="box-sales", **ended, **run)
    put(
        tables.Run, id="undo", mailbox_id="box-sales", undoes={"run": "written", "record": "contact0"}, **ended, **run
    )  # fmt: skip
    fields = catalogue().fields(RecordKind.CONTACT)
    position = catalogue().by_id["CONTACT.governmentid"].position
    put(
        sync_tables.JournalEntry, id="entry", mailbox_id="box-sales", run_id="written", operation_id="entry",
        kind="CONTACT", action="UPDATE_RECORD", side="CRM", link_id="link", record_id="contact0", href="/i",
        subject="Somebody", fields=[position], at=NOON, expires_at=NOON + timedelta(days=9_000),
        body_box=seal(Changed({position: (("earlier",), ("government-secret",))}), fields, box),
    )  # fmt: skip
    phase = {"phase": "GATHER", "kind": "CONTACT", "started_at": NOON.isoformat(), "done": 1, "total": 1}
    connection.execute(
        update(table_of(tables.Run))
        .where(tables.Run.id == "run-sales")
        .values(phases=[phase], started_by="sales", profile_version=1)
    )
    put(
        rights_tables.AuditEvent, id="told", at=NOON, actor="test", principal_id="admin", action="USER_UPDATE",
        target_id="principal:sales", target_name="Sales", before={"name": "S"}, after={"name": "Sales"},
    )  # fmt: skip


def _add_activities(put: Any) -> None:
    """One of each kind, of sales, shared as the contact is, with a value in every column."""
    texts = {"subject": "About", "description": "Notes", "regardingobjectid": "Contoso", "location": "Room"}
    people = dict.fromkeys(("organizer", "requiredattendees", "optionalattendees"), "Ada <ada@example.org>")
    times = dict.fromkeys(("scheduledstart", "scheduledend", "actualend", "starttime", "endtime"), NOON)
    numbers = {"prioritycode": 1, "statecode": 0, "scheduleddurationminutes": 0, "percentcomplete": 5, "duration": 30}
    rule = {
        "recurrencepatterntype": 1, "interval": 2, "daysofweekmask": 1, "dayofmonth": 1, "monthofyear": 3,
        "instance": 1, "occurrences": 9, "patternendtype": 2, "patternstartdate": NOON.date(), "timezone": "UTC",
        "patternenddate": NOON.date(), "isalldayevent": False, "deletedexceptions": '["2026-03-15T12:00:00Z"]',
        "exceptions": '[{"original":"2026-03-29T12:00:00Z","subject":"Elsewhere","location":"Room 2"}]',
    }  # fmt: skip
    values = texts | people | times | numbers | rule
    for kind, model in RECORD_MODELS.items():
        if kind is not RecordKind.CONTACT:
            held = {name: values[name] for name in rows_of(kind).attributes if name != "statuscode"}
            noun = f"{record_name(kind.value)}0"
            put(model, id=noun, owner_id="sales", version=20, statuscode=2, created_at=NOON, modified_at=NOON, **held)
            rights = bits_of(frozenset(SHAREABLE))
            put(rights_tables.RecordShare, kind=kind.value, record_id=noun, principal_id="clerk", rights=rights)


def _profile(connection: Connection, profile_id: str) -> None:
    """A copy of the default profile with one direction of its own."""
    for model, key in ((tables.Profile, "id"), (tables.ProfileVersion, "profile_id"), (tables.Mapping, "profile_id")):
        table = table_of(model)
        rows = [
            dict(row) | {key: profile_id}
            for row in connection.execute(select(table).where(table.c[key] == "default")).mappings()
        ]
        if model is tables.Profile:
            rows = [row | {"name": profile_id.title(), "is_default": False, "rank": 1} for row in rows]
        if model is tables.ProfileVersion:
            rows = [row | {"directions": row["directions"] | {"CONTACT.jobtitle": "NONE"}} for row in rows]
        connection.execute(insert(table), rows)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One stage for all tests of a module; whoever changes something on it puts it back."""
    folder = tmp_path_factory.mktemp("stage")
    postgres, name = None, ""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("_sqlite"), folder / "stage.db")
        url = f"sqlite:///{folder / 'stage.db'}"
    else:
        postgres = request.getfixturevalue("_postgres")
        name = postgres.create()
        url = postgres.url(name)
    database = Database(url)
    yield Stage(database, folder)
    database.close()
    if postgres is not None:
        postgres.drop(name)
