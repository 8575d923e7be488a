"""The collections of one mailbox while a run lasts: opened when first needed, over one pool of connections.

Several kinds may live in one collection (events, series and service activities in a calendar). Each kind looks at it
with a cursor of its own; what the server tells is asked for once and shared, until this run writes there itself.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from fieldsync.core.values import STORE_OF, RecordKind, Store
from fieldsync.ports import Item, ItemChanges, Load, RemoteSide, load_of, made_as
from fieldsync.sides.faults import SideError

KEPT = 5_000
"""Bodies kept for the other kinds of a collection; more are simply asked for again."""

OpenStore: TypeAlias = Callable[[Store], RemoteSide]


class Stores:
    """``sides`` of the kinds of a mailbox. ``open_store`` gives the collection behind a store, once per address."""

    def __init__(self, addresses: Mapping[Store, str], open_store: OpenStore) -> None:
        """``addresses`` are those of the stores that the mailbox has."""
        self._addresses = addresses
        self._open = open_store
        self._sides: dict[str, SharedSide] = {}
        self._wrap: Callable[[RemoteSide], RemoteSide] = lambda side: side

    def wrap(self, wrap: Callable[[RemoteSide], RemoteSide]) -> None:
        """Put something between the engine and each collection that is opened from now on."""
        self._wrap = wrap

    @property
    def requests(self) -> int:
        return sum(side.requests for side in self._sides.values())

    def has(self, kind: RecordKind) -> bool:
        """Whether the mailbox has a collection for this kind."""
        return STORE_OF[kind] in self._addresses

    def siblings(self, kind: RecordKind) -> list[RecordKind]:
        """The other kinds that live in the same collection."""
        address = self._addresses.get(STORE_OF[kind])
        return [one for one in RecordKind if one is not kind and self._addresses.get(STORE_OF[one]) == address]

    def side(self, kind: RecordKind) -> RemoteSide:
        """The collection that holds this kind; raises KeyError when the mailbox has none."""
        store = STORE_OF[kind]
        address = self._addresses[store]
        if address not in self._sides:
            self._sides[address] = SharedSide(self._wrap(self._open(store)), shared=bool(self.siblings(kind)))
        return self._sides[address]

    async def close(self) -> None:
        for side in self._sides.values():
            await side.close()


class SharedSide:
    """``RemoteSide`` over another one that remembers what it was told, where several kinds ask for the same."""

    def __init__(self, side: RemoteSide, *, shared: bool) -> None:
        self._side = side
        self._shared = shared
        self._listings: dict[str | None, ItemChanges] = {}
        self._versions: dict[str, str] = {}
        self._bodies: dict[str, Item] = {}

    @property
    def requests(self) -> int:
        return self._side.requests

    async def changes(self, cursor: str | None, *, moved: bool = False) -> ItemChanges:
        known = self._listings.get(cursor)
        if known is not None:
            return known
        found = await self._side.changes(cursor, moved=moved)
        if self._shared:
            self._listings[cursor] = found
            self._versions.update((change.href, change.version) for change in found.changed)
            for href in found.removed:
                self._forget(href)
        return found

    async def fetch(self, hrefs: Sequence[str]) -> list[Item]:
        """Bodies; those kept from before only where the newest listing still has the same version of them."""
        if not self._shared:
            return await self._side.fetch(hrefs)
        kept = [
            item
            for href in hrefs
            if (item := self._bodies.get(href)) is not None and self._versions.get(href) == item.version
        ]
        have = {item.href for item in kept}
        fresh = await self._side.fetch([href for href in hrefs if href not in have])
        if len(self._bodies) + len(fresh) <= KEPT:
            self._bodies.update((item.href, item) for item in fresh)
        return kept + fresh

    def address(self, key: str) -> str:
        return self._side.address(key)

    async def create(self, key: str, body: bytes) -> Item:
        self._wrote(self._side.address(key))
        return await self._side.create(key, body)

    async def update(self, href: str, body: bytes, expect: str) -> Item:
        self._wrote(href)
        return await self._side.update(href, body, expect)

    async def delete(self, href: str, expect: str) -> None:
        self._wrote(href)
        try:
            await self._side.delete(href, expect)
        except SideError:
            self._forget(href)
            raise

    @property
    def load(self) -> Load:
        return load_of(self._side)

    async def made_as(self, keys: Sequence[str]) -> dict[str, Item]:
        return await made_as(self._side, keys)

    async def close(self) -> None:
        await self._side.close()

    def _wrote(self, href: str) -> None:
        self._listings.clear()
        self._forget(href)

    def _forget(self, href: str) -> None:
        self._bodies.pop(href, None)
        self._versions.pop(href, None)
