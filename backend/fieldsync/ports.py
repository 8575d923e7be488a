"""What the engine asks of the world outside; the shell implements it.

Nouns: an *item* is one thing in a mailbox (a vCard); its *href* is the address the server gave it,
its *version* an opaque mark (etag) compared for equality only; a *cursor* is the server's opaque
"handled up to here".
"""

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Item:
    """An item with its body, exactly as the server sent it."""

    href: str
    version: str
    body: bytes


class RemoteSide(Protocol):
    """One collection on a mail server. Every failure is a ``sides.faults.SideError``."""

    @property
    def requests(self) -> int:
        """Requests sent so far."""
        ...

    async def changes(self, cursor: str | None) -> ItemChanges:
        """What moved since ``cursor``; everything (``complete``) when it is None or not known any more."""
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

    def holds(self, body: bytes) -> bool:
        """Whether the item is of this kind; a collection may hold several. Cheap, and never raises."""
        ...
