"""The CRM of a world, as people use it, and what runs write there."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from fieldsync.core.rights import Action, Actor, Permit, Role
from fieldsync.core.values import Side, Value, Values
from fieldsync.db.columns import table_of
from fieldsync.db.records import RecordDeletion
from fieldsync.db.repo import records as record_rows
from fieldsync.ids import new_id
from simulation import watch
from simulation.ledger import End
from simulation.process import Process

if TYPE_CHECKING:
    from simulation.world import World

PERMIT = Permit(Actor("simulation", "nobody", Role.ADMINISTRATOR), Action.ADMINISTER, "everything")
_deletions = table_of(RecordDeletion)


class Crm:
    """Everything that people do to records; ``look`` takes note of what became of them."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.version = 0

    def make(self, who: str, values: Mapping[int, Value], owner: str = "") -> None:
        held = self._world.play.empty
        for position, value in values.items():
            held[position] = self._world.play.in_record(position, value)
        record_id, owner = new_id(), owner or self._world.me
        self._world.database.write_now(
            PERMIT,
            lambda c: record_rows.insert_many(
                c, self._world.play.kind, owner, [(record_id, tuple(held))], self._world.now()
            ),
        )
        self._world.tell(f"people make {self._world.shown(values)} as a record")
        self.look(None)

    def edit(self, end: End, changes: Mapping[int, Value]) -> None:
        def unit(connection: Connection) -> None:
            version, _ = record_rows.held(connection, self._world.play.kind, end.id)
            record_rows.write(connection, self._world.play.kind, end.id, changes, version, self._world.now())

        self._world.database.write_now(PERMIT, unit)
        self._world.tell(f"people write {self._world.shown(changes)} in {end.label}")
        self.look(None)

    def remove(self, end: End) -> None:
        def unit(connection: Connection) -> None:
            version, _ = record_rows.held(connection, self._world.play.kind, end.id)
            record_rows.remove(connection, self._world.play.kind, end.id, version, self._world.now())

        self._world.database.write_now(PERMIT, unit)
        self._world.tell(f"people delete {end.label}")
        self.look(None)

    def give(self, end: End, owner: str) -> None:
        stored = self._world.play.setup.layout.table

        def unit(connection: Connection) -> None:
            version = record_rows.next_version(connection)
            connection.execute(update(stored).where(stored.c.id == end.id).values(owner_id=owner, version=version))

        self._world.database.write_now(PERMIT, unit)
        self._world.tell(f"people give {end.label} to {owner}")
        self.look(None)

    def look(self, by: Process | None) -> None:
        """Take note of every record that was written since the last look; a run's writes are judged."""
        layout, kind = self._world.play.setup.layout, self._world.play.kind
        stored, newest = layout.table, self._world.database.newest()
        if newest == self.version:
            return

        def unit(connection: Connection) -> tuple[list[Any], list[str]]:
            changed = connection.execute(
                select(stored.c.id, stored.c.owner_id, *layout.columns)
                .where(stored.c.version > self.version)
                .order_by(stored.c.version)
            ).all()
            gone = connection.execute(
                select(_deletions.c.record_id)
                .where(_deletions.c.kind == kind.value, _deletions.c.version > self.version)
                .order_by(_deletions.c.version)
            ).scalars()
            return list(changed), list(gone)

        changed, gone = self._world.database.read_now(unit)
        self.version = newest
        for record_id, owner, *columns in changed:
            self._saw_record(by, record_id, owner, layout.decode(columns))
        for record_id in gone:
            end = self._world.ledger.get(Side.CRM, record_id)
            if end.alive:
                if by is not None:
                    watch.record_deleted(self._world, by, end)
                end.alive, end.removed_by_run = False, by is not None

    def _saw_record(self, by: Process | None, record_id: str, owner: str, values: Values) -> None:
        ledger, typed = self._world.ledger, by is None
        led = self._world.led(Side.CRM) if typed else frozenset[int]()
        end = ledger.ends.get((Side.CRM, record_id))
        if end is None:
            end = End(Side.CRM, record_id, self._world.mark("R"), self._world.play.who(values), values, owner)
            if by is not None:
                watch.record_made(self._world, by, end)
            ledger.add(end, typed=typed, led=led)
            self._world.tell(f"    {end.label} is {self._world.shown(values)}")
            return
        if end.owner == self._world.me != owner:
            end.left_at = ledger.now
        end.owner = owner
        changes = ledger.observe(end, values, typed=typed, led=led)
        if by is not None and changes:
            self._world.tell(
                f"    {end.label} becomes {self._world.shown({one.position: one.value for one in changes})}"
            )
            watch.record_changed(self._world, by, end, changes)
