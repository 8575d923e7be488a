"""Calendar items as values: what is the same for events and tasks. ``ports.Codec`` for one kind."""

from collections.abc import Collection, Mapping, Sequence
from datetime import tzinfo

from fieldsync.catalogue.fields import catalogue
from fieldsync.clock import Clock
from fieldsync.core.traits import ItemTraits
from fieldsync.core.values import RecordKind, Value, Values
from fieldsync.errors import BrokenItem
from fieldsync.sides.content import text as texts
from fieldsync.sides.ical.families import Family
from fieldsync.sides.ical.items import Item, traits_of
from fieldsync.sides.ical.kinds import KIND, MARKED, kind_of


class ItemCodec:
    """Reads and writes the items of one kind through its families of fields, in their order.

    ``normal`` of an empty value is what an item says in which the field was never written: an importance that
    nobody set is a normal one, a task that says nothing is open.
    """

    component: str

    def __init__(self, kind: RecordKind, families: Sequence[Family], zone: tzinfo, clock: Clock) -> None:
        self.kind = kind
        self.zone = zone
        self.clock = clock
        fields = catalogue().fields(kind)
        self.keys = tuple(field.key for field in fields)
        self._families = tuple(families)
        self._place = {key: position for position, key in enumerate(self.keys)}
        self._owner = {self._place[key]: family for family in families for key in family.keys if key in self._place}
        self._empty = tuple(field.empty for field in fields)

    def read(self, body: bytes) -> Values:
        return self._read(self._open(body))

    def normal(self, position: int, value: Value) -> Value:
        family = self._owner.get(position)
        if family is None:
            return self._empty[position]
        return family.normal(self.keys[position], texts.cleaned(value))

    def write(self, body: bytes | None, changes: Mapping[int, Value], uid: str) -> bytes:
        item = self._open(self._new(uid) if body is None else body)
        item.is_new = body is None
        before = self._read(item)
        wanted = {position: self.normal(position, value) for position, value in changes.items()}
        changed = {self.keys[n]: value for n, value in wanted.items() if value != before[n] and n in self._owner}
        for family in self._families:
            mine = {key: changed[key] for key in family.keys if key in changed}
            if mine:
                family.write(item, mine)
        self.finish(item, changed)
        return item.to_bytes()

    def mailed(self, body: bytes, owner: Collection[str]) -> tuple[str, ...]:
        """Nobody: tasks invite no one."""
        del body, owner
        return ()

    def finish(self, item: Item, changed: Mapping[str, Value]) -> None:
        """A last word once these fields were written; called when none were, too."""

    def traits(self, body: bytes) -> ItemTraits:
        """The traits of an item; raises BrokenItem."""
        return traits_of(self._open(body))

    def holds(self, body: bytes) -> bool:
        """True if the item is of this kind. Cheap, and never raises."""
        return kind_of(body) is self.kind

    def same(self, one: bytes, other: bytes) -> bool:
        """True if two bodies are the same item with the same values, however a server spelt them."""
        try:
            uids = (self.traits(one).uid, self.traits(other).uid)
            return uids[0] == uids[1] and self.read(one) == self.read(other)
        except BrokenItem:
            return False

    def new_lines(self) -> tuple[str, ...]:
        """Lines of a new component besides UID, DTSTAMP and kind, escaped already."""
        return ()

    def _open(self, body: bytes) -> Item:
        return Item(body, self.component, self.zone)

    def _read(self, item: Item) -> Values:
        values = list(self._empty)
        for family in self._families:
            for key, value in family.read(item).items():
                if key in self._place:
                    values[self._place[key]] = texts.cleaned(value)
        return tuple(values)

    def _new(self, uid: str) -> bytes:
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            f"PRODID:{texts.PRODUCT}",
            f"BEGIN:{self.component}",
            texts.fold(f"UID:{texts.escape(uid)}", "\r"),
            f"DTSTAMP:{self.clock.now():%Y%m%dT%H%M%SZ}",
            *([f"{KIND}:{self.kind.value}"] if self.kind in MARKED else []),
            *self.new_lines(),
            f"END:{self.component}",
            "END:VCALENDAR",
            "",
        ]
        return "\r\n".join(lines).encode()
