"""A CRM and a mailbox side by side, for tests of the engine: real database, real codec, remote side of choice."""

from dataclasses import dataclass, field

from sqlalchemy import insert, select, update

from fieldsync.catalogue.fields import catalogue
from fieldsync.clock import SystemClock
from fieldsync.core.conflicts import ConflictChoice, ConflictPolicy
from fieldsync.core.runs import RunConfiguration, RunMode, RunState
from fieldsync.core.values import Direction, RecordKind
from fieldsync.db.database import Database
from fieldsync.db.records import Contact
from fieldsync.db.repo import conflicts as conflict_rows
from fieldsync.db.repo import records as record_rows
from fieldsync.db.repo import run_events
from fieldsync.db.repo import runs as run_rows
from fieldsync.db.tables import Link, LostValue, Mailbox, Operation, Profile, ProfileVersion, Run
from fieldsync.engine.connect import with_sides
from fieldsync.engine.runner import Runner
from fieldsync.events.bell import Bell
from fieldsync.ids import new_id
from fieldsync.ports import RemoteSide
from fieldsync.security import gate
from fieldsync.security.sealed_values import open_value, seal_value, shown
from fieldsync.security.secrets import SecretBox
from fieldsync.sides.memory import Faults, MemoryServer, MemorySide
from fieldsync.sides.vcard.contact import ContactCodec

CODEC = ContactCodec()
FIELDS = {item.key: item for item in catalogue().fields(RecordKind.CONTACT)}
KIND = RecordKind.CONTACT
PERMIT = gate.administer("test")


def card(name: str, uid: str | None = None, *extra: str, **fields: str) -> bytes:
    """A vCard with a name and these plain fields, and ``extra`` lines that nobody maps."""
    first, _, last = name.partition(" ")
    changes = {FIELDS["fullname"].position: (name, "", first, "", last, "")}
    changes |= {FIELDS[key].position: (value,) for key, value in fields.items()}
    body = CODEC.write(None, changes, uid or new_id())
    return body.replace(b"END:VCARD", b"".join(line.encode() + b"\r\n" for line in extra) + b"END:VCARD")


@dataclass
class Pair:
    """One mailbox of one person. ``sync`` is one run; ``sync_twice`` proves that the second has nothing to do."""

    database: Database
    principal: str
    mailbox: str
    server: MemoryServer = field(default_factory=MemoryServer)
    faults: Faults = field(default_factory=Faults)
    box: SecretBox = field(default_factory=lambda: SecretBox("key of the tests"))
    other: str = ""

    def runner(self) -> Runner:
        return Runner(self.database, Bell(), self.box, SystemClock(), with_sides(lambda _: self.side()))

    def side(self) -> RemoteSide:
        """The collection that the runs of this pair work on."""
        return MemorySide(self.server, self.faults)

    def order(self, mode: RunMode = RunMode.APPLY, *, release_held: bool = False, cycle: bool = False) -> str:
        run_id = new_id()
        self.database.write_now(
            PERMIT,
            lambda connection: run_rows.insert_run(
                connection,
                run_id=run_id,
                mailbox_id=self.mailbox,
                mode=mode,
                configuration=RunConfiguration.PUBLISHED,
                kinds=[KIND],
                started_by=None if cycle else self.principal,
                release_held=release_held,
                now=SystemClock().now(),
            ),
        )
        return run_id

    async def sync(
        self, mode: RunMode = RunMode.APPLY, *, release_held: bool = False, cycle: bool = False
    ) -> "Outcome":
        """One run, started by hand unless it is a ``cycle``."""
        run_id = self.order(mode, release_held=release_held, cycle=cycle)
        await self.runner().run(run_id)
        return self.outcome(run_id)

    async def sync_twice(self) -> "Outcome":
        first = await self.sync()
        second = await self.sync()
        assert first.state is RunState.SUCCEEDED, first
        assert second.writes == 0, f"the second run still had something to do: {second}"
        assert second.state is RunState.SUCCEEDED, second
        return first

    def outcome(self, run_id: str) -> "Outcome":
        def read(connection):
            row = connection.execute(select(Run.__table__).where(Run.__table__.c.id == run_id)).mappings().one()
            events = run_events.read_after(connection, run_id, 0, 10_000)
            operations = connection.execute(
                select(Operation.__table__.c.action, Operation.__table__.c.state)
                .where(Operation.__table__.c.run_id == run_id)
                .order_by(Operation.__table__.c.ordinal)
            ).all()
            return Outcome(dict(row), events, [tuple(operation) for operation in operations])

        return self.database.read_now(read)

    # the CRM side

    def record(self, **fields: str) -> str:
        """Create a CRM contact (``name`` for the full name); its id."""
        record_id = new_id()
        values = [item.empty for item in catalogue().fields(KIND)]
        for key, value in _parts(fields).items():
            values[FIELDS[key].position] = value
        self.database.write_now(
            PERMIT,
            lambda connection: record_rows.insert_many(
                connection, KIND, self.principal, [(record_id, tuple(values))], SystemClock().now()
            ),
        )
        return record_id

    def edit(self, record_id: str, **fields: str) -> None:
        def unit(connection):
            version = connection.execute(
                select(Contact.__table__.c.version).where(Contact.__table__.c.id == record_id)
            ).scalar_one()
            changes = {FIELDS[key].position: value for key, value in _parts(fields).items()}
            assert record_rows.write(connection, KIND, record_id, changes, version, SystemClock().now())

        self.database.write_now(PERMIT, unit)

    def delete_record(self, record_id: str) -> None:
        def unit(connection):
            version = connection.execute(
                select(Contact.__table__.c.version).where(Contact.__table__.c.id == record_id)
            ).scalar_one()
            assert record_rows.remove(connection, KIND, record_id, version, SystemClock().now())

        self.database.write_now(PERMIT, unit)

    def hand_over(self, record_id: str, to: str) -> None:
        """The record gets another owner, which takes it out of this mailbox's scope (or back in)."""

        def unit(connection):
            connection.execute(
                update(Contact.__table__)
                .where(Contact.__table__.c.id == record_id)
                .values(owner_id=to, version=record_rows.next_version(connection))
            )

        self.database.write_now(PERMIT, unit)

    def records(self) -> dict[str, dict[str, str | None]]:
        """All CRM contacts: full name to columns."""
        rows = self.database.read_now(lambda c: c.execute(select(Contact.__table__)).mappings().all())
        return {row["fullname"] or row["id"]: dict(row) for row in rows}

    def crm(self, name: str) -> dict[str, str | None]:
        return self.records()[name]

    # the Outlook side

    def put(self, name: str, *extra: str, href: str | None = None, **fields: str) -> str:
        uid = new_id()
        return self.server.put(href or f"{uid}.vcf", card(name, uid, *extra, **fields)).href

    def edit_item(self, href: str, **fields: str) -> None:
        changes = {FIELDS[key].position: value for key, value in _parts(fields).items()}
        self.server.put(href, CODEC.write(self.server.items[href].body, changes, "unused"))

    def item(self, href: str) -> dict[str, str]:
        """The plain fields of an item by key."""
        values = CODEC.read(self.server.items[href].body)
        return {key: values[item.position][0] for key, item in FIELDS.items()}

    def items(self) -> dict[str, str]:
        """All items: full name to href."""
        return {self.item(href)["fullname"]: href for href in self.server.items}

    # what holds between them

    def direct(self, **directions: Direction) -> None:
        """Publish these directions by field key."""
        self._publish(directions, {})

    def lead(self, **policies: ConflictPolicy) -> None:
        """Publish these conflict policies by field key."""
        self._publish({}, policies)

    def publish(self, directions: dict[str, Direction]) -> None:
        """Publish these directions by field id."""
        self._publish(directions, {})

    def _publish(self, directions: dict[str, Direction], policies: dict[str, ConflictPolicy]) -> None:
        def named(key: str) -> str:
            return key if "." in key else FIELDS[key].id

        def unit(connection):
            number = connection.execute(select(Profile.__table__.c.published_number)).scalar_one() + 1
            held, led = connection.execute(
                select(ProfileVersion.__table__.c.directions, ProfileVersion.__table__.c.policies).where(
                    ProfileVersion.__table__.c.number == number - 1
                )
            ).one()
            held = dict(held) | {named(key): direction.name for key, direction in directions.items()}
            led = dict(led or {}) | {named(key): policy.name for key, policy in policies.items()}
            connection.execute(
                insert(ProfileVersion.__table__).values(
                    profile_id="default",
                    number=number,
                    message="",
                    published_at=SystemClock().now(),
                    directions=held,
                    policies=led,
                )
            )
            connection.execute(update(Profile.__table__).values(published_number=number))

        self.database.write_now(PERMIT, unit)

    def rule(self, **columns: str) -> None:
        """Set columns of the mailbox."""
        self.database.write_now(
            PERMIT, lambda connection: connection.execute(update(Mailbox.__table__).values(columns))
        )

    def lost(self) -> dict[str, str]:
        """The values that were put aside, by field."""
        rows = self.database.read_now(lambda c: c.execute(select(LostValue.__table__)).mappings().all())
        return {row["field_id"]: shown(open_value(self.box, row["value_box"])) for row in rows}

    def conflicts(self) -> dict[str, tuple[str, str, str]]:
        """The conflicts in the inbox, by field key: state, and what the CRM and Outlook held."""
        rows = self.database.read_now(lambda c: c.execute(select(conflict_rows.table)).all())
        return {
            row.field_id.split(".")[1]: (
                row.state, shown(open_value(self.box, row.crm_box)), shown(open_value(self.box, row.outlook_box)),
            )
            for row in rows
        }  # fmt: skip

    def decide(self, key: str, choice: ConflictChoice, value: str = "") -> None:
        """Decide the conflict of a field."""

        def unit(connection):
            table = conflict_rows.table
            found = connection.scalar(select(table.c.id).where(table.c.field_id == FIELDS[key].id))
            box = seal_value(self.box, (value,)) if choice is ConflictChoice.VALUE else None
            conflict_rows.resolve(connection, found, choice, box, SystemClock().now(), None)

        self.database.write_now(PERMIT, unit)

    def links(self) -> list[dict]:
        rows = self.database.read_now(lambda c: c.execute(select(Link.__table__)).mappings().all())
        return [dict(row) for row in rows]


def _parts(fields: dict[str, str]) -> dict[str, tuple[str, ...]]:
    parts: dict[str, tuple[str, ...]] = {}
    for key, value in fields.items():
        if key == "name":
            first, _, last = value.partition(" ")
            parts["fullname"] = (value, "", first, "", last, "")
        elif isinstance(value, tuple):
            parts[key] = value
        else:
            parts[key] = (value,)
    return parts


@dataclass
class Outcome:
    """What a run left behind."""

    row: dict
    events: list
    operations: list[tuple[str, str]]

    @property
    def state(self) -> RunState:
        return RunState(self.row["state"])

    @property
    def counts(self) -> dict[str, int]:
        return {name: n for name, n in self.row["counts"].items() if n}

    @property
    def writes(self) -> int:
        counts = self.row["counts"]
        return sum(
            counts[name]
            for name in counts
            if name.startswith(("created", "updated", "deleted")) or name in ("linked", "unlinked")
        )

    @property
    def problems(self) -> list[dict]:
        return [event.body["problem"] for event in self.events if event.body["problem"]]

    def __str__(self) -> str:
        return f"{self.state.name} {self.counts} {self.row['error_message'] or ''} {self.problems}"
