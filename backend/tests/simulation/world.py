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
from fieldsync.core.runs import RunConfiguration, RunMode
from fieldsync.core.values import Direction, Side, Value, Values
from fieldsync.db.columns import table_of
from fieldsync.db.repo import conflicts as conflict_rows
from fieldsync.db.repo import runs as run_rows
from fieldsync.db.repo import sync_filters
from fieldsync.db.tables import LostValue, Mailbox, Principal, Profile, ProfileVersion, Run
from fieldsync.ids import new_id
from fieldsync.security.sealed_values import open_value, seal_value
from fieldsync.security.secrets import SecretBox
from simulation import authority
from simulation.authority import Rights
from simulation.crm import PERMIT, Crm
from simulation.kinds import Play
from simulation.ledger import Ledger
from simulation.loop import VirtualLoop
from simulation.mail import Mail, trimmed
from simulation.process import Call, Process
from simulation.scenario import Scenario
from simulation.stores import Sync

BEGINNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
BOX = SecretBox("key of the simulation")
_mailboxes = table_of(Mailbox)
_lost = table_of(LostValue)


class World:
    """Everything there is; ``tell`` writes the history that two plays of a seed must share."""

    def __init__(self, play: Play, scenario: Scenario, database: Sync, chance: Random, loop: VirtualLoop) -> None:
        self.play, self.scenario, self.database, self.chance, self.loop = play, scenario, database, chance, loop
        self.box = BOX
        self.history: list[str] = []
        self.ledger = Ledger()
        self.crm, self.mail = Crm(self), Mail(self)
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
        self.decided_about: set[tuple[str, int]] = set()
        self.failures: list[str] = []
        self.strangers: set[str] = set()
        """Those made on both sides: they are told by their names, which stay, and so does where they are."""
        self._marks = 0
        self._profile = 0

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
        return self.scenario.server_trims and self.play.same(position, trimmed(crm), trimmed(outlook))

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
            sync_filters.copy_templates(connection, self.me, BEGINNING)
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
            process.rules |= self.rules

    @property
    def rules(self) -> set[str]:
        """The rules of now, as processes obey them."""
        return {"BLANK" if self.blank else "KEEP", self.on_record_deleted, self.on_item_deleted}

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

    def obeyed_since(self, position: int) -> int:
        """From when on every run obeyed what holds for this field now, as far as runs have ended."""
        changed = self.changed_at.get(position, 0)
        if not changed:
            return 0
        return max([changed] + [ended for began, ended in self.runs.values() if began <= changed < ended])

    def led(self, side: Side) -> frozenset[int]:
        """The fields of which a value that a person writes on this side can travel, by the rules of now."""
        return frozenset(
            n
            for n, direction in self.directions.items()
            if self.rights.left_of(direction, self.play.attributes(n)).writes(side.other)
        )

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
            process.rules = set(self.rules)
            self.runs[process.run_id] = [self.ledger.now, 0]
        self.crm.look(process)

    def run_ended(self, run_id: str) -> None:
        if run_id in self.runs:
            self.runs[run_id][1] = self.ledger.now

    def run_broke(self) -> None:
        self.failures.append(traceback.format_exc())

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
        self.decided_about.add((who, position))
        if choice is ConflictChoice.VALUE:
            value = self.fresh(position, who, "d")
            box = seal_value(self.box, value)
            self.decided.setdefault((who, position), set()).add(value)
        self.database.write_now(PERMIT, lambda c: conflict_rows.resolve(c, row.id, choice, box, self.now(), self.me))
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

    def shown(self, values: Mapping[int, Value] | Values) -> str:
        """Values as the history tells them."""
        pairs = values.items() if isinstance(values, Mapping) else enumerate(values)
        told = [
            f"{self.play.key(n)}={'|'.join(filter(None, value)) or '-'}"
            for n, value in pairs
            if isinstance(values, Mapping) or any(value)
        ]
        return " ".join(told) or "nothing"
