"""The mailbox of a world, as other programs use it, and what runs write there, in good and bad weather."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fieldsync.core.values import Side, Value
from fieldsync.errors import BrokenItem
from fieldsync.sides.memory import Faults, MemoryServer
from simulation import watch
from simulation.kinds import unmapped_lines
from simulation.ledger import End
from simulation.process import Process
from simulation.scenario import CALM, Weather

if TYPE_CHECKING:
    from simulation.world import World

TRIMMED = "~"
"""What a server that changes texts leaves out at the end of each."""


class Mail:
    """The product's mail server in memory, with everything that people and the weather do to it."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.server, self.faults = MemoryServer(), Faults()
        self.weather: Weather = CALM
        if world.scenario.server_trims:
            self.faults.rewrite = _trim

    def make(self, who: str, values: Mapping[int, Value]) -> None:
        mark = self._world.mark("I")
        unmapped = unmapped_lines(mark)
        body = self._world.play.body(values, f"uid-{mark}", unmapped)
        item = self.server.put(f"{mark}.ics", body)
        end = End(Side.OUTLOOK, item.href, mark, who, self._world.play.setup.codec.read(body), unmapped=unmapped)
        self._world.ledger.add(end, typed=True, led=self._world.led(Side.OUTLOOK))
        self._world.tell(f"people make {self._world.shown(values)} as the item {mark}")

    def edit(self, end: End, changes: Mapping[int, Value]) -> None:
        self.put(end, self._world.play.edited(self.server.items[end.id].body, changes))
        self._world.tell(f"people write {self._world.shown(changes)} in {end.label}")

    def put(self, end: End, body: bytes) -> None:
        """Another program writes the whole item."""
        self.server.put(end.id, body)
        try:
            values = self._world.play.setup.codec.read(body)
        except BrokenItem:
            end.broken = True
            return
        end.broken = False
        self._world.ledger.observe(end, values, typed=True, led=self._world.led(Side.OUTLOOK))

    def remove(self, end: End) -> None:
        self.server.remove(end.id)
        end.alive = False
        self._world.tell(f"people delete {end.label}")

    def move(self, end: End) -> None:
        """The same item under another address, from one moment to the next."""
        item, old = self.server.items[end.id], end.label
        self.server.remove(end.id)
        href = self.server.put(f"{self._world.mark('M')}.ics", item.body).href
        self._world.ledger.move(end, href)
        self._world.tell(f"a program moves {old} to {href}")

    def before_request(self, sent: bytes | None) -> None:
        """Let chance decide what goes wrong with the next request."""
        weather, faults, chance = self.weather, self.faults, self._world.chance
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
                left_out = chance.sample(hrefs, chance.randint(1, len(hrefs)))
                faults.leave_out = frozenset(left_out) - self._unmatched()
            if hrefs and chance.random() < weather.lied_removed:
                faults.say_removed = frozenset(chance.sample(hrefs, 1))

    def _unmatched(self) -> set[str]:
        """The items of people who were made on both sides: a list without them is one of a mailbox without them."""
        ends = self._world.ledger.alive(Side.OUTLOOK)
        return {end.id for end in ends if end.who in self._world.strangers}

    def after_request(self, process: Process, before: Mapping[str, Any], sent: bytes) -> None:
        """Judge what a run's request did to the mailbox."""
        after = self.server.items
        for href in [href for href in before if href not in after]:
            end = self._world.ledger.get(Side.OUTLOOK, href)
            watch.item_deleted(self._world, process, end)
            end.alive, end.removed_by_run = False, True
        for href, item in after.items():
            if before.get(href) is not item:
                self._run_wrote(process, href, item.body, sent)

    def _run_wrote(self, process: Process, href: str, body: bytes, sent: bytes) -> None:
        codec, ledger = self._world.play.setup.codec, self._world.ledger
        values, meant = codec.read(body), codec.read(sent)
        end = ledger.ends.get((Side.OUTLOOK, href))
        if end is None or not end.alive:
            end = End(Side.OUTLOOK, href, self._world.mark("I"), self._world.play.who(values), values)
            self._world.tell(f"    {end.label} is {self._world.shown(values)}")
            watch.item_made(self._world, process, end, meant)
            ledger.add(end, typed=False, led=frozenset())
            return
        watch.item_rewritten(self._world, end, sent)
        before = end.values
        changes = ledger.observe(end, values, typed=False, led=frozenset())
        shown = {n: value for n, value in enumerate(values) if value != before[n]}
        self._world.tell(f"    {end.label} becomes {self._world.shown(shown)}")
        watch.item_changed(self._world, process, end, changes, meant)


def _trim(body: bytes) -> bytes:
    return body.replace(TRIMMED.encode() + b"\r\n", b"\r\n")


def trimmed(value: Value) -> Value:
    """The value as such a server keeps it."""
    return tuple(part.rstrip(TRIMMED) for part in value)
