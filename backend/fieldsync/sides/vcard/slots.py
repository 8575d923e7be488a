"""Fields told apart by the kind and order of lines of the same name: telephones, e-mails, addresses, URLs.

Order is a weak mark: taking out e-mail 1 would make e-mail 2 the first. So after every write the
family is read again, and a line that would now be taken for another field is *pinned* to its own by
a parameter (``X-FIELDSYNC-FIELD=emailaddress2``; ``none`` for a surplus line that would move up).
A pin counts only while the line is still of a kind its field takes, so a telephone that somebody
turns from work to home in another program follows that. All else about the line stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fieldsync.core.values import Value, is_empty
from fieldsync.sides.vcard.lines import PIN, Card, Head, Line

NOT_OURS = "none"


@dataclass(frozen=True, slots=True)
class Slot:
    """One field: the kinds of line it takes (the first by itself, the others when pinned) and its own form."""

    key: str
    kinds: tuple[str, ...]
    types: str


class Family:
    """Reads and writes the fields of one family; subclasses say what kind a line is and what it holds."""

    names: tuple[str, ...]
    slots: tuple[Slot, ...]

    def __init__(self) -> None:
        self.keys = tuple(slot.key for slot in self.slots)
        self._same_plan = {slot.key: slot for slot in self.slots}

    def kind(self, card: Card, head: Head) -> str:
        """The kind of a line with this head; empty for one that no field takes."""
        raise NotImplementedError

    def kind_by_value(self, card: Card, line: Line, kind: str) -> str:
        """A second opinion that looks at the value too."""
        del card, line
        return kind

    def value(self, card: Card, line: Line) -> Value:
        return (card.text(line),)

    def normal(self, key: str, value: Value) -> Value:
        """The value as a line of this family can hold it."""
        del key
        return tuple(part.strip() for part in value)

    def read(self, card: Card) -> dict[str, Value]:
        return {key: self.value(card, line) for key, line in self.assign(card).items()}

    def write(self, card: Card, changes: Mapping[str, Value]) -> None:
        wanted = self.assign(card)
        for key, value in changes.items():
            line = wanted.get(key)
            if is_empty(value):
                if line is not None and self.clear(card, key, line):
                    del wanted[key]
            elif line is not None:
                wanted[key] = self.put(card, key, line, value)
            else:
                wanted[key] = self.add(card, key, value)
        self._pin(card, wanted)

    def put(self, card: Card, key: str, line: Line, value: Value) -> Line:
        """Give a line a new value; returns the line that holds it then."""
        del key
        assert line.head is not None, "only properties are assigned"
        card.set(line, card.escape(value[0]), line.head.without("VALUE"))
        return line

    def add(self, card: Card, key: str, value: Value) -> Line:
        return card.add(self.new_head(card, key), card.escape(value[0]))

    def clear(self, card: Card, key: str, line: Line) -> bool:
        """Empty a line; False if it stays for the sake of something else in it."""
        del key
        card.remove(line)
        return True

    def new_head(self, card: Card, key: str) -> str:
        types = self._same_plan[key].types
        if not types:
            return self.names[0]
        if card.version == "2.1":
            # Bare types (TEL;WORK) are legal too, but Radicale drops them.
            return f"{self.names[0]};TYPE={types.replace(',', ';TYPE=')}"
        if card.version == "4.0" and types.endswith(",PREF"):
            return f"{self.names[0]};TYPE={types.removesuffix(',PREF')};PREF=1"
        return f"{self.names[0]};TYPE={types}"

    def assign(self, card: Card) -> dict[str, Line]:
        """Which line holds which field."""
        found: dict[str, Line] = {}
        kinds: dict[str, list[Line]] = {}
        for name in self.names:
            for line in card.by_name.get(name, ()):
                head = line.head
                if head is None or head.pin == NOT_OURS:
                    continue
                kind = self.kind_by_value(card, line, self.kind(card, head))
                slot = self._same_plan.get(head.pin) if head.pin else None
                if slot is not None and kind in slot.kinds and slot.key not in found:
                    found[slot.key] = line
                else:
                    kinds.setdefault(kind, []).append(line)
        if kinds:
            self.adjust(kinds, found)
            for slot in self.slots:
                waiting = kinds.get(slot.kinds[0])
                if waiting and slot.key not in found:
                    if len(waiting) > 1:
                        waiting.sort(key=_rank)
                    found[slot.key] = waiting.pop(0)
        return found

    def adjust(self, kinds: dict[str, list[Line]], found: Mapping[str, Line]) -> None:
        """A last word on the kinds, once all lines are known."""

    def _pin(self, card: Card, wanted: Mapping[str, Line]) -> None:
        held = {id(line) for line in wanted.values()}
        # Two rounds do it: in the second every surplus line that could still move up is told not to.
        for last_round in (False, True):
            found = self.assign(card)
            wrong = [key for key in self.keys if found.get(key) is not wanted.get(key)]
            for key in wrong:
                line, stray = wanted.get(key), found.get(key)
                if line is not None:
                    _mark(card, line, key)
                strays = self._of_kind(card, key) if last_round else [stray] if stray is not None else []
                for other in strays:
                    if id(other) not in held:
                        _mark(card, other, NOT_OURS)
            if not wrong:
                return

    def _of_kind(self, card: Card, key: str) -> list[Line]:
        """The lines that a field could take."""
        kinds = self._same_plan[key].kinds
        lines = [line for name in self.names for line in card.by_name.get(name, ())]
        return [
            line
            for line in lines
            if line.head is not None and self.kind_by_value(card, line, self.kind(card, line.head)) in kinds
        ]


def _rank(line: Line) -> tuple[bool, int, int]:
    assert line.head is not None, "only properties are ranked"
    # Lines without a value come last: they hold a place only if nothing else wants it.
    blank = not line.value.strip(" ;")
    return (blank, *line.head.rank)


def _mark(card: Card, line: Line, key: str) -> None:
    assert line.head is not None, "only properties are marked"
    card.set_head(line, line.head.with_param(PIN, key))
