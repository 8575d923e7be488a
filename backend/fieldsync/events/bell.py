"""A bell that wakes whoever follows a topic; it carries no content, the rows do.

Rung after commit. It reaches subscribers of this process; writers in other processes are noticed by
a look at the database that those who follow take every second (``hubs.Hubs``, ``log.follow``).
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

CYCLES = "cycles"
"""The topic rung when a mailbox may have become due sooner than was thought."""


class Bell:
    """Topics are plain strings such as ``run:0198…`` or ``profile:…``. Ring from the loop's thread only."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[asyncio.Event]] = defaultdict(set)

    def ring(self, topic: str) -> None:
        for event in self._listeners.get(topic, ()):
            event.set()

    @asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator["Listener"]:
        """Listen before reading: what is written between the two is then not missed."""
        event = asyncio.Event()
        self._listeners[topic].add(event)
        try:
            yield Listener(event)
        finally:
            self._listeners[topic].discard(event)
            if not self._listeners[topic]:
                del self._listeners[topic]


class Listener:
    """One subscriber's ear on a topic."""

    def __init__(self, event: asyncio.Event) -> None:
        self._event = event

    async def wait(self, timeout: float | None) -> bool:
        """Wait for a ring, at most ``timeout`` seconds if there is one; True if it rang."""
        try:
            async with asyncio.timeout(timeout):
                await self._event.wait()
        except TimeoutError:
            return False
        finally:
            self._event.clear()
        return True
