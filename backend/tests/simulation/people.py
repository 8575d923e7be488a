"""What people do in a world: each action picks what it is done to by chance, or does nothing if there is nothing."""

from collections.abc import Sequence
from random import Random

from fieldsync.core.values import Side, Value
from simulation import authority
from simulation.ledger import End
from simulation.world import TRIMMED, World

NOT_A_CARD = b"BEGIN:VCARD\r\nthis is no line of a card\r\n"


class People:
    """Everybody who is not a run: colleagues in the CRM, the owner at the mailbox, administrators."""

    def __init__(self, world: World, chance: Random) -> None:
        self.world, self.chance = world, chance
        self.fields = [*world.scenario.fields, world.play.name]
        self.strangers: set[str] = set()
        """Those made on both sides: they are told by their names, which stay, and so does where they are."""

    def act(self, name: str) -> None:
        getattr(self, name)()

    # values

    def value(self, position: int, who: str, letter: str) -> Value:
        value, chance = self.world.fresh(position, who, letter), self.chance
        if position == self.world.play.name or len(value) > 1:
            return value
        luck = chance.random()
        if luck < 0.08:
            return ("",)
        if self.world.play.is_text(position):
            if luck < 0.12:
                return (f"{value[0]} {'long ' * 30}end",)
            if luck < 0.3:
                return (value[0] + TRIMMED,)
        return value

    def values(self, who: str, letter: str) -> dict[int, Value]:
        filled = [n for n in self.world.scenario.fields if self.chance.random() < 0.7]
        made = {n: self.value(n, who, letter) for n in filled}
        return {self.world.play.name: self.world.fresh(self.world.play.name, who, letter)} | made

    def field(self, who: str) -> int:
        """A field that somebody may edit."""
        return self.chance.choice(self.world.scenario.fields if who in self.strangers else self.fields)

    def some(self, ends: Sequence[End]) -> End | None:
        return self.chance.choice(ends) if ends else None

    # the CRM and the mailbox

    def records(self) -> list[End]:
        return self.world.ledger.alive(Side.CRM)

    def items(self, *, readable: bool = True) -> list[End]:
        return [end for end in self.world.ledger.alive(Side.OUTLOOK) if not (readable and end.broken)]

    def create_record(self) -> None:
        who = self.world.mark("w")
        owner = self.world.other if self.chance.random() < 0.1 else self.world.me
        self.world.make_record(who, self.values(who, "c"), owner)

    def create_item(self) -> None:
        who = self.world.mark("w")
        self.world.make_item(who, self.values(who, "o"))

    def create_both(self) -> None:
        """The same person on both sides, told by name and address; while no run is half way through looking."""
        if any(process.busy for process in self.world.processes):
            return
        who = self.world.mark("w")
        self.strangers.add(who)
        same = {self.world.play.name: self.world.fresh(self.world.play.name, who, "b")}
        same |= self.world.play.identified(who)
        self.world.make_record(who, self.values(who, "c") | same)
        self.world.make_item(who, self.values(who, "o") | same)

    def edit_record(self) -> None:
        if end := self.some(self.records()):
            position = self.field(end.who)
            self.world.edit_record(end, {position: self.value(position, end.who, "c")})

    def edit_item(self) -> None:
        if end := self.some(self.items()):
            position = self.field(end.who)
            self.world.edit_item(end, {position: self.value(position, end.who, "o")})

    def edit_both(self) -> None:
        """One field on both sides at the same time."""
        if end := self.some(self.items()):
            position = self.field(end.who)
            self.world.edit_item(end, {position: self.value(position, end.who, "o")})
            for record in self.world.ledger.about(Side.CRM, end.who):
                if record.alive:
                    self.world.edit_record(record, {position: self.value(position, end.who, "c")})

    def touch_item(self) -> None:
        """Another program writes the item anew, with one more line of its own."""
        if end := self.some(self.items()):
            line = f"X-TOUCHED:{self.world.mark('t')}\r\n".encode()
            body = self.world.server.items[end.id].body
            before, found, after = body.rpartition(self.world.play.end)
            self.world.put_item(end, before + line + found + after)
            self.world.tell(f"a program touches {end.label}")

    def delete_record(self) -> None:
        if end := self.some(self.records()):
            self.world.remove_record(end)

    def delete_item(self) -> None:
        if end := self.some(self.items(readable=False)):
            self.world.remove_item(end)

    def delete_many(self) -> None:
        """Everything on one side: an accident, or a new telephone."""
        if self.chance.random() < 0.5:
            for end in self.records():
                self.world.remove_record(end)
        else:
            for end in self.items(readable=False):
                self.world.remove_item(end)

    def break_item(self) -> None:
        """A program leaves something behind that cannot be read, or mends it."""
        if end := self.some([end for end in self.items(readable=False) if end.who not in self.strangers]):
            if end.broken:
                self.mend(end)
            else:
                end.mended = self.world.server.items[end.id].body
                self.world.put_item(end, NOT_A_CARD)
                self.world.tell(f"a program breaks {end.label}")

    def mend(self, end: End) -> None:
        self.world.put_item(end, end.mended)
        self.world.tell(f"a program mends {end.label}")

    def hand_over(self) -> None:
        if end := self.some([end for end in self.records() if end.who not in self.strangers]):
            world = self.world
            world.give(end, world.other if end.owner == world.me else world.me)

    # the rules

    def change_direction(self) -> None:
        world, position = self.world, self.chance.choice(self.world.scenario.fields)
        direction = self.chance.choice(world.play.allowed(position))
        if direction is world.directions[position]:
            return
        world.directions[position] = direction
        world.publish()
        world.tell(f"administrators set {world.play.key(position)} to {direction.name}")
        world.changed_at[position] = world.ledger.now

    def change_rights(self) -> None:
        world = self.world
        columns = [name for n in world.scenario.fields for name in world.play.attributes(n)[:1]]
        rights = authority.draw(self.chance, columns)
        world.tell(f"administrators give rights: {rights}")
        world.authorize(rights)

    def change_rules(self) -> None:
        world, chance = self.world, self.chance
        world.blank = chance.random() < 0.3
        world.on_record_deleted = chance.choice(["DELETE", "UNLINK"])
        world.on_item_deleted = chance.choice(["DELETE", "UNLINK"])
        world.rule()
        world.tell(
            f"administrators set rules: blank {world.blank}, a deleted record {world.on_record_deleted.lower()}s, "
            f"a deleted item {world.on_item_deleted.lower()}s"
        )

    def decide_conflict(self) -> None:
        self.world.decide(self.chance)

