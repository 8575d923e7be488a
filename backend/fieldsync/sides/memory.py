"""A remote side in memory: the same promises as a mail server, and knobs for its bad days.

Several ``MemorySide`` objects may share one ``MemoryServer``, as several programs share a mailbox.
The demo and the tests of the engine use it where starting a server would prove nothing more.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from fieldsync.ports import Item, ItemChanges, ItemVersion
from fieldsync.sides.faults import (
    CollectionGone,
    ItemGone,
    ItemRefused,
    SideError,
    SignInRefused,
    Throttled,
    TimedOut,
    Unreachable,
    VersionMismatch,
)

T = TypeVar("T")
BATCH = 100


@dataclass(slots=True)
class Faults:
    """What goes wrong; everything is off at first, and what happens once switches itself off."""

    fail_after: int | None = None
    """So many more requests are answered, then the server cannot be reached until this is set anew."""
    throttle_once: timedelta | None = None
    """The next request is told to come back after this time."""
    time_out_once: bool = False
    """The next request is never answered and does nothing."""
    drop_answers: int = 0
    """So many of the next writes happen, but their answers are lost."""
    repeat_writes: int = 0
    """So many of the next writes reach the server twice, as a proxy repeats them; the second answer comes back."""
    refuse_sign_in: bool = False
    collection_gone: bool = False
    lose_cursor: bool = False
    """Cursors given out so far are unknown from now on."""
    leave_out: frozenset[str] = frozenset()
    """Items that no listing names, though they are there."""
    say_removed: frozenset[str] = frozenset()
    """Items that listings since a cursor name as removed, though they are there."""
    race_once: bool = False
    """The next update or delete finds the item changed by somebody else a moment before."""
    refuse: Callable[[bytes], str | None] | None = None
    """The reason why a body is not accepted, or None."""
    rewrite: Callable[[bytes], bytes] | None = None
    """What the server makes of a body before it stores it."""
    before: Callable[[str], Awaitable[None]] | None = None
    """Awaited before each request with its name: changes, fetch, create, update, delete."""


@dataclass(slots=True)
class MemoryServer:
    """The collection itself, with what other programs do to it."""

    path: str = "/memory/"
    items: dict[str, Item] = field(default_factory=dict)
    _touched: dict[str, int] = field(default_factory=dict)
    _sent: dict[str, bytes] = field(default_factory=dict)
    _moves: int = 0
    _epoch: int = 1

    def put(self, name: str, body: bytes) -> Item:
        """Another program writes the item ``name``."""
        href = name if name.startswith(self.path) else f"{self.path}{name}"
        return self.store(href, body, sent=body)

    def remove(self, href: str) -> None:
        """Another program removes an item."""
        del self.items[href]
        self._moves += 1
        self._touched[href] = self._moves

    def store(self, href: str, body: bytes, sent: bytes) -> Item:
        """Keep ``body``, made from ``sent``; the very same body keeps its version, as mail servers do."""
        self._sent[href] = sent
        known = self.items.get(href)
        if known is not None and known.body == body:
            return known
        self._moves += 1
        self._touched[href] = self._moves
        item = Item(href=href, version=f'"{self._moves}"', body=body)
        self.items[href] = item
        return item

    def was_sent(self, href: str, body: bytes) -> bool:
        return self._sent.get(href) == body

    def forget_cursors(self) -> None:
        self._epoch += 1

    def changes(self, cursor: str | None) -> ItemChanges:
        epoch, _, moves = (cursor or "").partition("-")
        complete = cursor is None or epoch != str(self._epoch)
        since = 0 if complete else int(moves)
        touched = [href for href, move in self._touched.items() if move > since]
        return ItemChanges(
            changed=tuple(ItemVersion(h, self.items[h].version) for h in touched if h in self.items),
            removed=() if complete else tuple(href for href in touched if href not in self.items),
            cursor=f"{self._epoch}-{self._moves}",
            complete=complete,
        )


class MemorySide:
    """``ports.RemoteSide`` over a ``MemoryServer``."""

    def __init__(self, server: MemoryServer | None = None, faults: Faults | None = None) -> None:
        self.server = server or MemoryServer()
        self.faults = faults or Faults()
        self._requests = 0

    @property
    def requests(self) -> int:
        return self._requests

    async def changes(self, cursor: str | None, *, moved: bool = False) -> ItemChanges:
        await self._request("changes")
        told, faults = self.server.changes(cursor), self.faults
        if not (faults.leave_out or faults.say_removed):
            return told
        lies = () if told.complete else tuple(sorted(faults.say_removed - set(told.removed)))
        hidden = faults.leave_out | set(lies)
        return replace(
            told,
            changed=tuple(change for change in told.changed if change.href not in hidden),
            removed=tuple(href for href in told.removed if href not in faults.leave_out) + lies,
        )

    async def fetch(self, hrefs: Sequence[str]) -> list[Item]:
        found: list[Item] = []
        for start in range(0, len(hrefs), BATCH):
            await self._request("fetch")
            items = self.server.items
            found += [items[href] for href in hrefs[start : start + BATCH] if href in items]
        return found

    def address(self, key: str) -> str:
        return f"{self.server.path}{key}.vcf"

    async def create(self, key: str, body: bytes) -> Item:
        await self._request("create")
        return self._sent(lambda: self._create(self.address(key), body))

    def _create(self, href: str, body: bytes) -> Item:
        known = self.server.items.get(href)
        if known is not None:
            if self.server.was_sent(href, body):
                return known
            raise VersionMismatch(href, "the name is taken by another item")
        return self._write(href, body)

    async def update(self, href: str, body: bytes, expect: str) -> Item:
        await self._request("update")
        self._race(href)
        return self._sent(lambda: self._update(href, body, expect))

    def _update(self, href: str, body: bytes, expect: str) -> Item:
        known = self.server.items.get(href)
        if known is None:
            raise ItemGone(href)
        if known.version != expect:
            raise VersionMismatch(href)
        return self._write(href, body)

    async def delete(self, href: str, expect: str) -> None:
        await self._request("delete")
        self._race(href)
        self._sent(lambda: self._delete(href, expect))

    def _delete(self, href: str, expect: str) -> None:
        known = self.server.items.get(href)
        if known is None:
            return
        if known.version != expect:
            raise VersionMismatch(href)
        self.server.remove(href)
        self._answer()

    async def close(self) -> None:
        """Nothing is open."""

    def _sent(self, write: Callable[[], T]) -> T:
        answer = write()
        if self.faults.repeat_writes > 0:
            self.faults.repeat_writes -= 1
            answer = write()
        return answer

    def _write(self, href: str, body: bytes) -> Item:
        faults = self.faults
        reason = faults.refuse(body) if faults.refuse else None
        if reason is not None:
            raise ItemRefused(href, 403, reason)
        item = self.server.store(href, faults.rewrite(body) if faults.rewrite else body, sent=body)
        self._answer()
        return item

    def _answer(self) -> None:
        if self.faults.drop_answers > 0:
            self.faults.drop_answers -= 1
            raise TimedOut(self.server.path, "the answer was lost")

    def _race(self, href: str) -> None:
        item = self.server.items.get(href)
        if self.faults.race_once and item is not None:
            self.faults.race_once = False
            raced = item.body.replace(b"\r\nEND:VCARD", b"\r\nX-RACE:1\r\nEND:VCARD", 1)
            self.server.put(href, raced if raced != item.body else item.body + b"\r\n")

    async def _request(self, name: str) -> None:
        self._requests += 1
        if self.faults.before is not None:
            await self.faults.before(name)
        failure = self._failure()
        if failure is not None:
            raise failure
        if self.faults.lose_cursor:
            self.faults.lose_cursor = False
            self.server.forget_cursors()

    def _failure(self) -> SideError | None:
        faults, where = self.faults, self.server.path
        if faults.fail_after is not None:
            if faults.fail_after <= 0:
                return Unreachable(where)
            faults.fail_after -= 1
        if faults.refuse_sign_in:
            return SignInRefused(where, 401)
        if faults.collection_gone:
            return CollectionGone(where)
        if faults.throttle_once is not None:
            wait, faults.throttle_once = faults.throttle_once, None
            return Throttled(where, wait)
        if faults.time_out_once:
            faults.time_out_once = False
            return TimedOut(where)
        return None
