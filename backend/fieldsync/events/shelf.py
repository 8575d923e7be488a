"""What was made once of what a hub tells, for all who want the same: bounded, the oldest goes first."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable

Made = bytes | None


class Shelf:
    """Bytes by key, and the making of those that are not there yet."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._size = 0
        self._kept: dict[Hashable, bytes] = {}
        self._making: dict[Hashable, asyncio.Future[Made]] = {}

    def clear(self) -> None:
        """Forget all that is kept; what is being made is given to those who wait for it."""
        self._kept.clear()
        self._making.clear()
        self._size = 0

    def find(self, key: Hashable) -> bytes | None:
        """What is kept by this key."""
        return self._kept.get(key)

    async def make(self, key: Hashable, make: Callable[[], Made | Awaitable[Made]], *, keep: bool) -> Made:
        """What ``make`` makes: once for all who ask meanwhile, even if the first of them leaves.

        ``keep`` it for later, too; None is never kept.
        """
        making = self._making.get(key)
        if making is None:
            made = make()
            if made is None or isinstance(made, bytes):
                self._keep(key, made, keep=keep)
                return made
            making = asyncio.ensure_future(made)
            self._making[key] = making
            making.add_done_callback(lambda done: self._done(key, done, keep=keep))
        return await asyncio.shield(making)

    def _done(self, key: Hashable, making: "asyncio.Future[Made]", *, keep: bool) -> None:
        made = None if making.cancelled() or making.exception() else making.result()
        if self._making.get(key) is making:
            del self._making[key]
            self._keep(key, made, keep=keep)

    def _keep(self, key: Hashable, made: Made, *, keep: bool) -> None:
        if made is None or not keep or key in self._kept:
            return
        self._kept[key] = made
        self._size += len(made)
        while self._size > self._room:
            self._size -= len(self._kept.pop(next(iter(self._kept))))
