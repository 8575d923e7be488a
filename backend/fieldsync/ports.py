"""What the engine asks of the world outside; the shell implements it.

Nouns: an *item* is one thing in a mailbox (a vCard); its *href* is the address the server gave it,
its *version* an opaque mark (etag) compared for equality only; a *cursor* is the server's opaque
"handled up to here".
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from fieldsync.core.traits import ItemTraits
from fieldsync.core.values import Value, Values


@dataclass(frozen=True, slots=True)
class ItemVersion:
    """An item that exists, and the version it has."""

    href: str
    version: str


@dataclass(frozen=True, slots=True)
class ItemChanges:
    """What moved in a collection since a cursor.

    ``complete`` is True when ``changed`` lists every item there is (first round, or the cursor was
    no longer known): only then does absence mean anything.
    """

    changed: tuple[ItemVersion, ...]
    removed: tuple[str, ...]
    cursor: str
    complete: bool

    def then(self, later: "ItemChanges") -> "ItemChanges":
        """This list and a ``later`` one, asked for since this one's cursor, as one."""
        if later.complete:
            return later
        gone = set(later.removed)
        changed = {change.href: change for change in (*self.changed, *later.changed)}
        for change in self.changed:
            if change.href in gone:
                del changed[change.href]
        # Also of a complete list: absence from it means something, and what the later one says is only its word.
        removed = tuple(dict.fromkeys(h for h in (*self.removed, *later.removed) if h not in changed))
        return ItemChanges(tuple(changed.values()), removed, later.cursor, self.complete)

    def tells(self, other: "ItemChanges") -> bool:
        """Whether this list says the same as another one."""
        same = set(self.changed) == set(other.changed) and set(self.removed) == set(other.removed)
        return same and self.complete == other.complete


@dataclass(frozen=True, slots=True)
class Item:
    """An item with its body, exactly as the server sent it."""

    href: str
    version: str
    body: bytes


@dataclass(slots=True)
class Load:
    """How a collection can be written to: creations that one request carries, and how often it was too busy."""

    together: int = 1
    refusals: int = 0


_ONE_BY_ONE = Load()


def load_of(side: "RemoteSide") -> Load:
    """What is known of it by now; a side that says nothing takes one creation at a time."""
    return getattr(side, "load", _ONE_BY_ONE)


async def made_as(side: "RemoteSide", keys: Sequence[str]) -> dict[str, "Item"]:
    """The items that were created with these keys, by key, as far as there are any."""
    find = getattr(side, "made_as", None)
    if find is not None:
        return await find(keys)
    by_href = {side.address(key): key for key in keys}
    return {by_href[item.href]: item for item in await side.fetch(sorted(by_href)) if item.href in by_href}


class RemoteSide(Protocol):
    """One collection on a mail server. Every failure is a ``sides.faults.SideError``.

    It may have a ``load``, and ``made_as`` where items do not always lie at the ``address`` of their key.
    """

    @property
    def requests(self) -> int:
        """Requests sent so far."""
        ...

    async def changes(self, cursor: str | None, *, moved: bool = False) -> ItemChanges:
        """What moved since ``cursor``; everything (``complete``) when it is None or not known any more.

        ``moved`` says that the other side moved: a quick look whether anything did here is not worth its time then.
        """
        ...

    async def fetch(self, hrefs: Sequence[str]) -> list[Item]:
        """Bodies of these items; what no longer exists is left out."""
        ...

    def address(self, key: str) -> str:
        """The href that ``create`` gives an item with this key."""
        ...

    async def create(self, key: str, body: bytes) -> Item:
        """Make an item whose name derives from ``key``; repeating it finds the first one.

        Raises VersionMismatch when the name is taken by a different body.
        """
        ...

    async def update(self, href: str, body: bytes, expect: str) -> Item:
        """Replace an item that is still at version ``expect``; raises VersionMismatch, or ItemGone."""
        ...

    async def delete(self, href: str, expect: str) -> None:
        """Remove an item at version ``expect``; an item already gone is success. Raises VersionMismatch."""
        ...

    async def close(self) -> None: ...


class Codec(Protocol):
    """Between the body of an item and the values of its kind."""

    def read(self, body: bytes) -> Values:
        """All fields of the kind, in catalogue order; raises ``errors.BrokenItem`` with the reason."""
        ...

    def normal(self, position: int, value: Value) -> Value:
        """What reading gives back once ``value`` was written: some texts cannot be kept to the letter.

        Of an empty value it is what an item says in which the field was never written: a task is open.
        """
        ...

    def write(self, body: bytes | None, changes: Mapping[int, Value], uid: str) -> bytes:
        """The body with just these fields (by their position in the kind) changed; everything else byte for byte.

        ``body`` None makes a new item with ``uid``.
        """
        ...

    def traits(self, body: bytes) -> ItemTraits:
        """What the item is beside its fields; raises ``errors.BrokenItem``."""
        ...

    def mailed(self, body: bytes, owner: Collection[str]) -> tuple[str, ...]:
        """The attendees whom a mail server tells of what happens to the item, if one of ``owner`` organizes it."""
        ...

    def holds(self, body: bytes) -> bool:
        """Whether the item is of this kind; a collection may hold several. Cheap, and never raises."""
        ...
