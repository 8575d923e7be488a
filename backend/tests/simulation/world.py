"""One small world: a CRM, a mailbox, the rules between them, and the processes that keep them in step."""

import hashlib
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.conflicts import ConflictChoice
from fieldsync.core.rights import Action, Actor, Permit, Role
from fieldsync.core.runs import RunConfiguration, RunMode
from fieldsync.core.values import Direction, Side, Value, Values
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.records import RecordDeletion
from fieldsync.db.repo import conflicts as conflict_rows
from fieldsync.db.repo import records as record_rows
from fieldsync.db.repo import runs as run_rows
from fieldsync.db.tables import LostValue, Mailbox, Principal, Profile, ProfileVersion, Run
from fieldsync.errors import BrokenItem
from fieldsync.ids import new_id
from fieldsync.security.sealed_values import open_value, seal_value
from fieldsync.security.secrets import SecretBox
from fieldsync.sides.memory import Faults, MemoryServer
from simulation import authority, watch
from simulation.authority import Rights
from simulation.kinds import Play, unmapped_lines
from simulation.ledger import End, Ledger
from simulation.loop import VirtualLoop
from simulation.process import Call, Process
from simulation.scenario import CALM, Scenario, Weather

PERMIT = Permit(Actor("simulation", "nobody", Role.ADMINISTRATOR), Action.ADMINISTER, "everything")
BEGINNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
BOX = SecretBox("key of the simulation")
TRIMMED = "~"
"""What a server that changes texts leaves out at the end of each."""

_mailboxes = table_of(Mailbox)
_deletions = table_of(RecordDeletion)
_lost = table_of(LostValue)


class World:
    """Everything there is; ``tell`` writes the history that two plays of a seed must share."""

    def __init__(self, play: Play, scenario: Scenario, database: Database, chance: Random, loop: VirtualLoop) -> None:
        self.play, self.scenario, self.database, self.chance, self.loop = play, scenario, database, chance, loop
        self.box = BOX
        self.history: list[str] = []
        self.ledger = Ledger()
        self.server, self.faults = MemoryServer(), Faults()
        self.weather: Weather = CALM
        self.clock_offset = timedelta(0)
        self.processes: list[Process] = []
        self.calls: list[Call] = []
        self.runs: dict[str, list[int]] = {}
        self.me, self.other, self.mailbox = "principal-me", "principal-other", "mailbox"
        self.directions = dict.fromkeys(range(len(play.setup.fields)), Direction.NONE) | dict(scenario.directions)
        self.directions[play.name] = Direction.BOTH
        self.changed_at: dict[int, int] = {}
        self.rights = Rights()
        self.blank = scenario.blank
        self.on_record_deleted = "DELETE" if scenario.delete_record_deletes else "UNLINK"
        self.on_item_deleted = "DELETE" if scenario.delete_item_deletes else "UNLINK"
        self.decided: dict[tuple[str, int], set[Value]] = {}
        self.failures: list[str] = []
        self._marks = 0
        self._version = 0
        self._profile = 0
        if scenario.server_trims:
            self.faults.rewrite = trimmed

    # telling

    def tell(self, line: str) -> None:
        self.history.append(f"{self.ledger.tick():5} {self.loop.time():8.2f}  {line}")

    def digest(self) -> str:
        return hashlib.blake2b("\n".join(self.history).encode(), digest_size=12).hexdigest()

    def now(self) -> datetime:
        return BEGINNING + timedelta(seconds=self.loop.time()) + self.clock_offset

    def mark(self, letter: str) -> str:
        """A word that was never used before."""
        self._marks += 1
        return f"{letter}{self._marks}"

    def label(self, href: str) -> str:
        end = self.ledger.ends.get((Side.OUTLOOK, href))
        return end.label if end else "an item"

    def same(self, position: int, crm: Value, outlook: Value) -> bool:
        """Whether both sides hold the same, as far as each can hold it."""
        if self.play.same(position, crm, outlook):
            return True
        return self.scenario.server_trims and self.play.same(position, _trimmed(crm), _trimmed(outlook))

    # the organization

    def found(self) -> None:
        """The owner of the mailbox, somebody else, the profile and the mailbox."""

        def unit(connection: Connection) -> None:
            def put(model: Any, **values: Any) -> None:
                connection.execute(insert(table_of(model)).values(**values))

            for who in (self.me, self.other):
                put(
                    Principal, id=who, kind="USER", user_name=who, name=who, role="USER", unit_id="root",
                    is_disabled=False, is_default_team=False, revision=1, created_at=BEGINNING,
                )  # fmt: skip
            put(
                Profile, id="default", name="Default", description="", is_default=True, revision=1,
                published_number=0, rank=100, secured_writes="KEEP",
            )  # fmt: skip
            put(
                Mailbox, id=self.mailbox, principal_id=self.me, name="Mailbox", contacts_url="memory:contacts",
                calendar_url="memory:calendar", tasks_url="memory:tasks", user_name="me", password_box=b"",
                sync_method="SERVER_SIDE", on_record_deleted="DELETE", on_item_deleted="UNLINK",
                created_at=BEGINNING, fence=0,
            )  # fmt: skip
            authority.store(connection, self.play.kind, self.me, self.rights)

        self.database.write_now(PERMIT, unit)
        self.publish()
        self.rule()

    def publish(self) -> None:
        """Publish the directions and policies as they are now."""
        fields = self.play.setup.fields
        directions = {one.id: one.default.name for one in catalogue().all()}
        directions |= {fields[n].id: direction.name for n, direction in self.directions.items()}
        policies = {fields[n].id: policy.value for n, policy in self.scenario.policies.items()}
        self._profile += 1

        def unit(connection: Connection) -> None:
            connection.execute(
                insert(table_of(ProfileVersion)).values(
                    profile_id="default", number=self._profile, message="", published_at=BEGINNING,
                    directions=directions, policies=policies,
                )
            )  # fmt: skip
            connection.execute(update(table_of(Profile)).values(published_number=self._profile))

        self.database.write_now(PERMIT, unit)

    def rule(self) -> None:
        """Store the rules of the mailbox and the profile as they are now."""

        def unit(connection: Connection) -> None:
            connection.execute(
                update(_mailboxes).values(
                    on_record_deleted=self.on_record_deleted, on_item_deleted=self.on_item_deleted
                )
            )
            connection.execute(update(table_of(Profile)).values(secured_writes="BLANK" if self.blank else "KEEP"))

        self.database.write_now(PERMIT, unit)
        for process in self.processes:
            process.rules |= {self.on_record_deleted, self.on_item_deleted}

    def authorize(self, rights: Rights) -> None:
        before, self.rights = self.rights, rights
        self.database.write_now(PERMIT, lambda c: authority.store(c, self.play.kind, self.me, rights))
        for process in self.processes:
            process.rights.append(rights)
        for position in self.directions:
            attributes = self.play.attributes(position)
            new = (Side.CRM, Side.OUTLOOK)
            if before.privileges != rights.privileges or any(
                before.may_reach(side, attributes, new=made) != rights.may_reach(side, attributes, new=made)
                for side in new
                for made in (False, True)
            ):
                self.changed_at[position] = self.ledger.now

    def led(self, side: Side) -> frozenset[int]:
        """The fields of which a value that a person writes on this side can travel, by the rules of now."""
        return frozenset(
            n
            for n, direction in self.directions.items()
            if self.rights.left_of(direction, self.play.attributes(n)).writes(side.other)
        )

    # the CRM, as people use it

    def make_record(self, who: str, values: Mapping[int, Value], owner: str = "") -> None:
        held = self.play.empty
        for position, value in values.items():
            held[position] = self.play.in_record(position, value)
        record_id, owner = new_id(), owner or self.me
        self.database.write_now(
            PERMIT,
            lambda c: record_rows.insert_many(c, self.play.kind, owner, [(record_id, tuple(held))], self.now()),
        )
        self.tell(f"people make {self._shown(values)} as a record")
        self.look_at_crm(None)

    def edit_record(self, end: End, changes: Mapping[int, Value]) -> None:
        def unit(connection: Connection) -> None:
            version, _ = record_rows.held(connection, self.play.kind, end.id)
            record_rows.write(connection, self.play.kind, end.id, changes, version, self.now())

        self.database.write_now(PERMIT, unit)
        self.tell(f"people write {self._shown(changes)} in {end.label}")
        self.look_at_crm(None)

    def remove_record(self, end: End) -> None:
        def unit(connection: Connection) -> None:
            version, _ = record_rows.held(connection, self.play.kind, end.id)
            record_rows.remove(connection, self.play.kind, end.id, version, self.now())

        self.database.write_now(PERMIT, unit)
        self.tell(f"people delete {end.label}")
        self.look_at_crm(None)

    def give(self, end: End, owner: str) -> None:
        stored = self.play.setup.layout.table

        def unit(connection: Connection) -> None:
            version = record_rows.next_version(connection)
            connection.execute(update(stored).where(stored.c.id == end.id).values(owner_id=owner, version=version))

        self.database.write_now(PERMIT, unit)
        self.tell(f"people give {end.label} to {owner}")
        self.look_at_crm(None)

    def look_at_crm(self, by: Process | None) -> None:
        """Take note of every record that was written since the last look; a run's writes are judged."""
        layout, kind = self.play.setup.layout, self.play.kind
        stored = layout.table

        def unit(connection: Connection) -> tuple[int, list[Any], list[str]]:
            newest = record_rows.current_version(connection)
            if newest == self._version:
                return newest, [], []
            changed = connection.execute(
                select(stored.c.id, stored.c.owner_id, *layout.columns)
                .where(stored.c.version > self._version)
                .order_by(stored.c.version)
            ).all()
            gone = connection.execute(
                select(_deletions.c.record_id)
                .where(_deletions.c.kind == kind.value, _deletions.c.version > self._version)
                .order_by(_deletions.c.version)
            ).scalars()
            return newest, list(changed), list(gone)

        self._version, changed, gone = self.database.read_now(unit)
        for record_id, owner, *columns in changed:
            self._saw_record(by, record_id, owner, layout.decode(columns))
        for record_id in gone:
            end = self.ledger.get(Side.CRM, record_id)
            if end.alive:
                if by is not None:
                    watch.record_deleted(self, by, end)
                end.alive, end.removed_by_run = False, by is not None

    def _saw_record(self, by: Process | None, record_id: str, owner: str, values: Values) -> None:
        ledger, typed = self.ledger, by is None
        led = self.led(Side.CRM) if typed else frozenset[int]()
        end = ledger.ends.get((Side.CRM, record_id))
        if end is None:
            end = End(Side.CRM, record_id, self.mark("R"), self.play.who(values), values, owner)
            if by is not None:
                watch.record_made(self, by, end)
            ledger.add(end, typed=typed, led=led)
            self.tell(f"    {end.label} is {self._shown(values)}")
            return
        if end.owner == self.me != owner:
            end.left_at = ledger.now
        end.owner = owner
        changes = ledger.observe(end, values, typed=typed, led=led)
        if by is not None and changes:
            self.tell(f"    {end.label} becomes {self._shown({one.position: one.value for one in changes})}")
            watch.record_changed(self, by, end, changes)

    # the mailbox, as other programs use it

    def make_item(self, who: str, values: Mapping[int, Value]) -> None:
        mark = self.mark("I")
        unmapped = unmapped_lines(mark)
        body = self.play.body(values, f"uid-{mark}", unmapped)
        item = self.server.put(f"{mark}.ics", body)
        end = End(Side.OUTLOOK, item.href, mark, who, self.play.setup.codec.read(body), unmapped=unmapped)
        self.ledger.add(end, typed=True, led=self.led(Side.OUTLOOK))
        self.tell(f"people make {self._shown(values)} as the item {mark}")

    def edit_item(self, end: End, changes: Mapping[int, Value]) -> None:
        self.put_item(end, self.play.edited(self.server.items[end.id].body, changes))
        self.tell(f"people write {self._shown(changes)} in {end.label}")

    def put_item(self, end: End, body: bytes) -> None:
        """Another program writes the whole item."""
        self.server.put(end.id, body)
        try:
            values = self.play.setup.codec.read(body)
        except BrokenItem:
            end.broken = True
            return
        end.broken = False
        self.ledger.observe(end, values, typed=True, led=self.led(Side.OUTLOOK))

    def remove_item(self, end: End) -> None:
        self.server.remove(end.id)
        end.alive = False
        self.tell(f"people delete {end.label}")

    # runs

    def order(self, *, release_held: bool = False, by_hand: bool = False) -> str:
        run_id = new_id()
        self.database.write_now(
            PERMIT,
            lambda connection: run_rows.insert_run(
                connection, run_id=run_id, mailbox_id=self.mailbox, mode=RunMode.APPLY,
                configuration=RunConfiguration.PUBLISHED, kinds=[self.play.kind],
                started_by=self.me if by_hand else None, release_held=release_held, now=self.now(),
            ),
        )  # fmt: skip
        return run_id

    def cancel(self, run_id: str) -> None:
        runs = table_of(Run)
        self.database.write_now(
            PERMIT, lambda c: c.execute(update(runs).where(runs.c.id == run_id).values(cancel_requested=True))
        )

    def committed(self, process: Process) -> None:
        """A write of a process is stored: note when its run began, and judge what it wrote."""
        if not process.since and process.run_id is not None:
            process.since = self.ledger.now
            process.directions, process.rights = dict(self.directions), [self.rights]
            process.rules = {self.on_record_deleted, self.on_item_deleted}
            self.runs[process.run_id] = [self.ledger.now, 0]
        self.look_at_crm(process)

    def run_ended(self, run_id: str) -> None:
        if run_id in self.runs:
            self.runs[run_id][1] = self.ledger.now

    def run_broke(self) -> None:
        self.failures.append(traceback.format_exc())

    # the mail server's moods

    def before_request(self, sent: bytes | None) -> None:
        """Let chance decide what goes wrong with the next request."""
        weather, faults, chance = self.weather, self.faults, self.chance
        faults.drop_answers = faults.repeat_writes = 0
        faults.leave_out = faults.say_removed = frozenset()
        faults.fail_after = None
        if weather is CALM:
            return
        if chance.random() < weather.unreachable:
            faults.fail_after = 0
        if chance.random() < weather.timed_out:
            faults.time_out_once = True
        if chance.random() < weather.answer_lost:
            faults.drop_answers = 1
        if chance.random() < weather.repeated:
            faults.repeat_writes = 1
        if chance.random() < weather.throttled:
            faults.throttle_once = timedelta(seconds=chance.choice([1, 20, 600]))
        if chance.random() < weather.cursor_lost:
            faults.lose_cursor = True
        if sent is None:
            hrefs = sorted(self.server.items)
            if hrefs and chance.random() < weather.listing_cut:
                faults.leave_out = frozenset(chance.sample(hrefs, chance.randint(1, len(hrefs))))
            if hrefs and chance.random() < weather.lied_removed:
                faults.say_removed = frozenset(chance.sample(hrefs, 1))

    def after_request(self, process: Process, before: Mapping[str, Any], sent: bytes) -> None:
        """Judge what a run's request did to the mailbox."""
        after = self.server.items
        for href in [href for href in before if href not in after]:
            end = self.ledger.get(Side.OUTLOOK, href)
            watch.item_deleted(self, process, end)
            end.alive, end.removed_by_run = False, True
        for href, item in after.items():
            if before.get(href) is not item:
                self._run_wrote(process, href, item.body, sent)

    def _run_wrote(self, process: Process, href: str, body: bytes, sent: bytes) -> None:
        codec, ledger = self.play.setup.codec, self.ledger
        values, meant = codec.read(body), codec.read(sent)
        end = ledger.ends.get((Side.OUTLOOK, href))
        if end is None or not end.alive:
            end = End(Side.OUTLOOK, href, self.mark("I"), self.play.who(values), values)
            self.tell(f"    {end.label} is {self._shown(values)}")
            watch.item_made(self, process, end, meant)
            ledger.add(end, typed=False, led=frozenset())
            return
        watch.item_rewritten(self, end, sent)
        before = end.values
        changes = ledger.observe(end, values, typed=False, led=frozenset())
        shown = {n: value for n, value in enumerate(values) if value != before[n]}
        self.tell(f"    {end.label} becomes {self._shown(shown)}")
        watch.item_changed(self, process, end, changes, meant)

    # the inbox

    def decide(self, chance: Random) -> int:
        """Somebody decides a conflict that waits; how many wait."""
        table = conflict_rows.table
        wanted = select(table).where(table.c.state == "OPEN").order_by(table.c.id)
        waiting = self.database.read_now(lambda c: c.execute(wanted).all())
        if not waiting:
            return 0
        row = chance.choice(waiting)
        choice, box = chance.choice(list(ConflictChoice)), None
        position = next(one.position for one in self.play.setup.fields if one.id == row.field_id)
        who = self.ledger.get(Side.CRM, row.record_id).who
        if choice is ConflictChoice.VALUE:
            value = self.fresh(position, who, "d")
            box = seal_value(self.box, value)
            self.decided.setdefault((who, position), set()).add(value)
        self.database.write_now(
            PERMIT, lambda c: conflict_rows.resolve(c, row.id, choice, box, self.now(), self.me)
        )
        self.tell(f"people decide {self.play.key(position)} of {who}: {choice.value}")
        return len(waiting)

    def kept(self, who: str, position: int, value: Value) -> bool:
        """Whether the history holds this value."""
        ids = [end.id for end in self.ledger.about(Side.CRM, who)]
        wanted = select(_lost.c.value_box).where(
            _lost.c.record_id.in_(ids), _lost.c.field_id == self.play.setup.fields[position].id
        )
        boxes = self.database.read_now(lambda c: c.execute(wanted).scalars().all())
        return any(self.same(position, value, open_value(self.box, box)) for box in boxes)

    def fresh(self, position: int, who: str, letter: str) -> Value:
        """A value for a field that nobody ever wrote; now and then one that the server trims, or too long a one."""
        mark = self.mark(letter)
        if position == self.play.name:
            return self.play.make_name(who, mark)
        return self.play.makers[position](mark)

    def _shown(self, values: Mapping[int, Value] | Values) -> str:
        pairs = values.items() if isinstance(values, Mapping) else enumerate(values)
        told = [
            f"{self.play.key(n)}={'|'.join(filter(None, value)) or '-'}"
            for n, value in pairs
            if isinstance(values, Mapping) or any(value)
        ]
        return " ".join(told) or "nothing"


def trimmed(body: bytes) -> bytes:
    """What a server that cares about blanks and the like stores instead."""
    return body.replace(TRIMMED.encode() + b"\r\n", b"\r\n")


def _trimmed(value: Value) -> Value:
    return tuple(part.rstrip(TRIMMED) for part in value)
