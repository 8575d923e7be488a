"""Patience: short faults of a mail server are waited out within the run, instead of ending it.

Every call of a ``RemoteSide`` may be repeated: reads change nothing, a creation finds what it made, an update that
went through shows as a version that moved (and is planned anew), a deletion of what is gone is success.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from fieldsync.core.schedule import back_off
from fieldsync.engine.journal import RunCancelled
from fieldsync.ports import Item, ItemChanges, Load, RemoteSide, load_of, made_as
from fieldsync.sides.faults import SideError

T = TypeVar("T")


class Reads:
    """The reads of a run. Once it is to be cancelled nobody waits for them: they end at once, wherever they are.

    A write that is on its way is waited for, so that its outcome can be stored.
    """

    def __init__(self) -> None:
        self._waiting: set[asyncio.Timeout] = set()
        self._given_up = False

    def give_up(self) -> None:
        self._given_up = True
        for each in self._waiting:
            each.reschedule(asyncio.get_running_loop().time())

    async def wait_for(self, read: Awaitable[T]) -> T:
        """What it reads; raises RunCancelled as soon as the reads are given up."""
        limit = asyncio.timeout(0 if self._given_up else None)
        self._waiting.add(limit)
        try:
            async with limit:
                return await read
        except TimeoutError:
            if not limit.expired():
                raise
            raise RunCancelled(RunCancelled.__doc__) from None
        finally:
            self._waiting.discard(limit)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a call is repeated, and which waits are too long for a run: those are left to the next cycle."""

    tries: int = 3
    first_wait: timedelta = timedelta(seconds=1)
    longest_wait: timedelta = timedelta(seconds=30)

    def wait(self, error: SideError, tried: int) -> timedelta | None:
        """How long to wait before the next try; None if there is none."""
        if not (error.whole_run and error.retry.again) or tried >= self.tries:
            return None
        wanted = max(self.first_wait * 2 ** (tried - 1), error.retry.wait)
        return wanted if wanted <= self.longest_wait else None


def after_failure(failures: int, error: SideError, spread: float) -> timedelta | None:
    """When to try the whole mailbox again after this ended a cycle; None if only a person can help."""
    return back_off(failures, error.retry.wait, spread) if error.retry.again else None


Wait = Callable[[SideError, timedelta], Awaitable[None]]
"""Waits; told why, so that it can be shown. May raise to give up, as when the run was cancelled."""


async def just_wait(_: SideError, time: timedelta) -> None:
    await asyncio.sleep(time.total_seconds())


class PatientSide:
    """``RemoteSide`` over another one, repeating what may pass."""

    def __init__(
        self, side: RemoteSide, patience: Patience, wait: Wait = just_wait, reads: Reads | None = None
    ) -> None:
        self._side = side
        self._patience = patience
        self._wait = wait
        self._reads = reads or Reads()

    @property
    def requests(self) -> int:
        return self._side.requests

    async def changes(self, cursor: str | None, *, moved: bool = False) -> ItemChanges:
        return await self._reads.wait_for(self._again(lambda: self._side.changes(cursor, moved=moved)))

    async def fetch(self, hrefs: Sequence[str]) -> list[Item]:
        return await self._reads.wait_for(self._again(lambda: self._side.fetch(hrefs)))

    def address(self, key: str) -> str:
        return self._side.address(key)

    async def create(self, key: str, body: bytes) -> Item:
        return await self._again(lambda: self._side.create(key, body))

    async def update(self, href: str, body: bytes, expect: str) -> Item:
        return await self._again(lambda: self._side.update(href, body, expect))

    async def delete(self, href: str, expect: str) -> None:
        await self._again(lambda: self._side.delete(href, expect))

    @property
    def load(self) -> Load:
        return load_of(self._side)

    async def made_as(self, keys: Sequence[str]) -> dict[str, Item]:
        return await self._reads.wait_for(self._again(lambda: made_as(self._side, keys)))

    async def close(self) -> None:
        await self._side.close()

    async def _again(self, call: Callable[[], Awaitable[T]]) -> T:
        tried = 0
        while True:
            try:
                return await call()
            except SideError as error:
                tried += 1
                time = self._patience.wait(error, tried)
                if time is None:
                    raise
                await self._wait(error, time)
