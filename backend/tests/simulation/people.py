"""What people do in a world: each action picks what it is done to by chance, or does nothing if there is nothing."""

from collections.abc import Sequence
from random import Random

from fieldsync.core.values import Side, Value
from simulation import authority
from simulation.ledger import End
from simulation.mail import TRIMMED
from simulation.world import World

NOT_A_CARD = b"BEGIN:VCARD\r\nthis is no line of a card\r\n"


class People:
    """Everybody who is not a run: colleagues in the CRM, the owner at the mailbox, administrators."""

    def __init__(self, world: World, chance: Random) -> None:
        self.world, self.chance = world, chance
        self.fields = [*world.scenario.fields, world.play.name]
        self.place: tuple[str, int] = ("", 0)
        """Where somebody wrote last; people come back to the same place."""

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
        if self.place[0] == who and self.chance.random() < 0.7:
            return self.place[1]
        position = self.chance.choice(self.world.scenario.fields if who in self.world.strangers else self.fields)
        self.place = (who, position)
        return position

    def usual(self, ends: Sequence[End]) -> End | None:
        """One of these, often the one that was written last."""
        again = [end for end in ends if end.who == self.place[0]]
        return self.some(again if again and self.chance.random() < 0.5 else ends)

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
        self.world.crm.make(who, self.values(who, "c"), owner)

    def create_item(self) -> None:
        who = self.world.mark("w")
        self.world.mail.make(who, self.values(who, "o"))

    def create_both(self) -> None:
        """The same person on both sides, told by name and address; while no run is half way through looking."""
        if any(process.busy for process in self.world.processes):
            return
        who = self.world.mark("w")
        self.world.strangers.add(who)
        same = {self.world.play.name: self.world.fresh(self.world.play.name, who, "b")}
        same |= self.world.play.identified(who)
        self.world.crm.make(who, self.values(who, "c") | same)
        self.world.mail.make(who, self.values(who, "o") | same)

    def edit_record(self) -> None:
        if end := self.usual(self.records()):
            position = self.field(end.who)
            self.world.crm.edit(end, {position: self.value(position, end.who, "c")})

    def edit_item(self) -> None:
        if end := self.usual(self.items()):
            position = self.field(end.who)
            self.world.mail.edit(end, {position: self.value(position, end.who, "o")})

    def edit_both(self) -> None:
        """One field on both sides at the same time."""
        if end := self.usual(self.items()):
            position = self.field(end.who)
            self.world.mail.edit(end, {position: self.value(position, end.who, "o")})
            for record in self.world.ledger.about(Side.CRM, end.who):
                if record.alive:
                    self.world.crm.edit(record, {position: self.value(position, end.who, "c")})

    def touch_item(self) -> None:
        """Another program writes the item anew, with one more line of its own."""
        if end := self.some(self.items()):
            line = f"X-TOUCHED:{self.world.mark('t')}\r\n".encode()
            body = self.world.mail.server.items[end.id].body
            before, found, after = body.rpartition(self.world.play.end)
            self.world.mail.put(end, before + line + found + after)
            self.world.tell(f"a program touches {end.label}")

    def move_item(self) -> None:
        """A program keeps the item under another address, as when a mailbox is moved.

        Of somebody on both sides only while no run is half way through looking: it would not see who that is.
        """
        looking = any(process.busy for process in self.world.processes)
        if end := self.some([end for end in self.items() if not (looking and end.who in self.world.strangers)]):
            self.world.mail.move(end)

    def delete_record(self) -> None:
        if end := self.some(self.records()):
            self.world.crm.remove(end)

    def delete_item(self) -> None:
        if end := self.some(self.items(readable=False)):
            self.world.mail.remove(end)

    def delete_many(self) -> None:
        """Everything on one side: an accident, or a new telephone."""
        if self.chance.random() < 0.5:
            for end in self.records():
                self.world.crm.remove(end)
        else:
            for end in self.items(readable=False):
                self.world.mail.remove(end)

    def break_item(self) -> None:
        """A program leaves something behind that cannot be read, or mends it."""
        if end := self.some([end for end in self.items(readable=False) if end.who not in self.world.strangers]):
            if end.broken:
                self.mend(end)
            else:
                end.mended = self.world.mail.server.items[end.id].body
                self.world.mail.put(end, NOT_A_CARD)
                self.world.tell(f"a program breaks {end.label}")

    def mend(self, end: End) -> None:
        self.world.mail.put(end, end.mended)
        self.world.tell(f"a program mends {end.label}")

    def hand_over(self) -> None:
        if end := self.some([end for end in self.records() if end.who not in self.world.strangers]):
            world = self.world
            world.crm.give(end, world.other if end.owner == world.me else world.me)

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
