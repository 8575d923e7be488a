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
from fieldsync.ports import Item, ItemChanges, RemoteSide
from fieldsync.sides.faults import SideError

T = TypeVar("T")


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

    def __init__(self, side: RemoteSide, patience: Patience, wait: Wait = just_wait) -> None:
        self._side = side
        self._patience = patience
        self._wait = wait

    @property
    def requests(self) -> int:
        return self._side.requests

    async def changes(self, cursor: str | None) -> ItemChanges:
        return await self._again(lambda: self._side.changes(cursor))

    async def fetch(self, hrefs: Sequence[str]) -> list[Item]:
        return await self._again(lambda: self._side.fetch(hrefs))

    def address(self, key: str) -> str:
        return self._side.address(key)

    async def create(self, key: str, body: bytes) -> Item:
        return await self._again(lambda: self._side.create(key, body))

    async def update(self, href: str, body: bytes, expect: str) -> Item:
        return await self._again(lambda: self._side.update(href, body, expect))

    async def delete(self, href: str, expect: str) -> None:
        await self._again(lambda: self._side.delete(href, expect))

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
