"""How people play with one kind: which fields they touch, what they write there, and what else stands on an item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from fieldsync.core.values import STORE_OF, Direction, RecordKind, Store, Value, Values, is_empty
from fieldsync.engine.kinds import KindSetup, setup

Maker = Callable[[str], Value]
"""A value that was never there before, made of a mark that is used once."""


@dataclass(frozen=True)
class Play:
    """A kind as a parameter of a world.

    ``makers`` are the fields in play, by their position. ``name`` is the one that tells who somebody is: it travels
    both ways, and its first word stays. ``identified`` makes the values by which two who were never linked are matched.
    ``end`` is the line before which other programs put what nobody maps.
    """

    setup: KindSetup
    name: int
    make_name: Callable[[str, str], Value]
    makers: Mapping[int, Maker]
    identified: Callable[[str], dict[int, Value]]
    end: bytes

    @property
    def kind(self) -> RecordKind:
        return self.setup.kind

    @property
    def store(self) -> Store:
        return STORE_OF[self.kind]

    @property
    def empty(self) -> list[Value]:
        return [field.empty for field in self.setup.fields]

    def is_text(self, position: int) -> bool:
        """Whether any text will do."""
        return self.makers[position] is text

    def key(self, position: int) -> str:
        return self.setup.fields[position].key

    def allowed(self, position: int) -> list[Direction]:
        return list(self.setup.fields[position].allowed) or [self.setup.fields[position].default]

    def attributes(self, position: int) -> tuple[str, ...]:
        return self.setup.fields[position].attributes

    def who(self, values: Values) -> str:
        """The mark of whom a record or an item is about; empty if it says nobody."""
        return values[self.name][0].partition(" ")[0]

    def in_item(self, position: int, value: Value) -> Value:
        """The value as an item holds it."""
        return self.setup.codec.normal(position, value)

    def in_record(self, position: int, value: Value) -> Value:
        """The value as a record holds it."""
        return self.setup.layout.fit(position, value)

    def same(self, position: int, crm: Value, outlook: Value) -> bool:
        """Whether both hold the same, as far as each can hold it."""
        if crm == outlook or (is_empty(crm) and is_empty(outlook)):
            return True
        return crm == self.in_record(position, outlook) or outlook == self.in_item(position, crm)

    def body(self, values: Mapping[int, Value], uid: str, unmapped: bytes) -> bytes:
        """An item as another program would make it, with lines that nobody maps."""
        body = self.setup.codec.write(None, values, uid)
        return body.replace(self.end, unmapped + self.end)

    def edited(self, body: bytes, changes: Mapping[int, Value]) -> bytes:
        return self.setup.codec.write(body, changes, "unused")


def text(mark: str) -> Value:
    return (mark,)


def day(mark: str) -> Value:
    number = int("".join(filter(str.isdigit, mark)))
    return ((date(1931, 1, 1) + timedelta(days=number)).isoformat(),)


def mail(mark: str) -> Value:
    return (f"{mark}@example.org",)


def address(mark: str) -> Value:
    return (f"{mark} Street", "", "", f"{mark}town", "", "", "", "")


def person(who: str, mark: str) -> Value:
    return (f"{who} {mark}", "", who, "", mark, "")


def unmapped_lines(mark: str) -> bytes:
    """Lines in the ways of several programs: folded, grouped, in lower case, with parameters that nobody knows."""
    return (
        f'X-SIMULATION-{mark.upper()};X-A="b;c,d":kept\\, whole\r\n  \r\n'
        f"item7.X-UNKNOWN:{mark}\r\nitem7.X-ABLabel:_$!<Kept>!$_\r\n"
        f"x-lower-{mark};x=1:{'long ' * 16}\r\n {mark}\r\n"
    ).encode()


CONTACT_FIELDS: dict[str, Maker] = {
    "jobtitle": text,
    "department": text,
    "governmentid": text,
    "description": text,
    "nickname": text,
    "managername": text,
    "spousesname": text,
    "company": text,
    "pager": text,
    "address1": address,
    "birthdate": day,
    "emailaddress2": mail,
}


def _contacts() -> Play:
    made = setup(RecordKind.CONTACT)
    place = {field.key: field.position for field in made.fields}
    return Play(
        setup=made,
        name=place["fullname"],
        make_name=person,
        makers={place[key]: maker for key, maker in CONTACT_FIELDS.items()},
        identified=lambda mark: {place["emailaddress1"]: mail(mark)},
        end=b"END:VCARD",
    )


def play_of(kind: RecordKind) -> Play:
    """How to play with a kind; raises LookupError for one that nobody has described here yet."""
    return {RecordKind.CONTACT: _contacts}[kind]()
