"""One reader per run or profile in a process, for all who follow it there.

A hub reads each stored line once, woken by the bell, and keeps the newest ones. Whoever follows keeps a number only,
the last line it was given: what is not kept any more is read again from the database. So being slow costs no memory.
"""

import asyncio
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Any, Protocol
from weakref import WeakValueDictionary

from sqlalchemy.exc import SQLAlchemyError

from fieldsync.core.runs import EventType
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import profiles, run_events
from fieldsync.db.repo.profiles import ProfileState
from fieldsync.db.repo.run_events import StoredEvent
from fieldsync.errors import NotFound
from fieldsync.events.bell import Bell
from fieldsync.events.log import profile_topic, topic
from fieldsync.events.shelf import Shelf
from fieldsync.logs import Log

log = Log("fieldsync.events")

KEPT = 256
"""Lines of a run that a hub keeps, at least; it may be twice as many."""
PAGE = 100
"""Lines that a follower reads at once of what the hub does not keep."""
LAG = 32
"""A follower that is farther behind than this is given no progress that newer progress has superseded."""
LOOK_EVERY = 1.0
"""Seconds between two looks for what other processes have written, for all hubs at once."""

SHELF_BYTES = 8_000_000
"""What is kept encoded for the followers of one hub."""


class Following(Protocol):
    """Whoever follows, as the hub sees it."""

    @property
    def ended(self) -> bool:
        """True once this follower is to be told no more."""
        ...


class Hub(ABC):
    """Reads while anybody follows; ``shelf`` is for whoever encodes what is read here, and empty without followers."""

    def __init__(self, database: Database, bell: Bell, topic: str, watch: Callable[["Hub"], None]) -> None:
        self.topic = topic
        self.followers = 0
        self.shelf = Shelf(SHELF_BYTES)
        self._database = database
        self._bell = bell
        self._watch = watch
        self._news = asyncio.Event()
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None

    @property
    @abstractmethod
    def head(self) -> int:
        """The number of the newest thing read so far."""

    def wake(self) -> None:
        """Let all followers look again."""
        self._news.set()
        self._news.clear()

    async def _enter(self) -> None:
        """Join; what is there is read when this returns."""
        self.followers += 1
        if self._task is None:
            self._failure = None
            self._task = asyncio.create_task(self._live(), name=f"hub {self.topic}")
            self._task.add_done_callback(self._stopped)
        self._watch(self)
        await self._ready.wait()

    def _leave(self) -> None:
        self.followers -= 1
        if self.followers == 0:
            if self._task is not None:
                self._task.cancel()
            self._task = None
            self._ready.clear()
            self.shelf.clear()
            self._forget()

    async def _live(self) -> None:
        async with self._bell.listen(self.topic) as listener:
            while await self._read():
                self._ready.set()
                self.wake()
                await listener.wait(None)
        self._ready.set()
        self.wake()

    def _stopped(self, task: asyncio.Task[None]) -> None:
        if task is not self._task or task.cancelled() or task.exception() is None:
            return
        self._failure = task.exception()
        self._task = None
        self._ready.set()
        self.wake()

    async def _wait(self) -> None:
        await self._news.wait()

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    @abstractmethod
    async def _read(self) -> bool:
        """Read what is new; False if nothing can come after it."""

    @abstractmethod
    def _forget(self) -> None:
        """Let go of everything that was read."""


class RunHub(Hub):
    """The lines of one run."""

    def __init__(self, database: Database, bell: Bell, run_id: str, watch: Callable[[Hub], None]) -> None:
        super().__init__(database, bell, topic(run_id), watch)
        self.run_id = run_id
        self._forget()

    def _forget(self) -> None:
        self._kept: list[StoredEvent] = []
        self._numbers: list[int] = []
        self._dropped = 0
        self._fresh = 0
        self._progress: dict[Any, int] = {}
        self._ended = False

    @property
    def head(self) -> int:
        return self._numbers[-1] if self._numbers else 0

    async def events(self, after: int, follower: Following) -> AsyncGenerator[StoredEvent, None]:
        """The stored lines after ``after``, then each new one; ends with the run, or with the follower.

        Nothing is left out but superseded progress, for a follower that was up to date once and fell behind.
        """
        caught_up = False
        try:
            await self._enter()
            while not follower.ended:
                self._check()
                if after >= self.head:
                    if self._ended:
                        return
                    caught_up = True
                    await self._wait()
                elif after < self._dropped:
                    page = await self._page(after)
                    if not page:
                        after = self._dropped
                    for event in page:
                        after = event.seq
                        if not (caught_up and self._superseded(event)):
                            yield event
                            if event.final or follower.ended:
                                return
                            # A replay as fast as the network takes it would keep everybody else waiting.
                            await asyncio.sleep(0)
                else:
                    event = self._next(after, slow=caught_up and after < self._fresh - LAG)
                    after = event.seq
                    yield event
                    if event.final:
                        return
        finally:
            self._leave()

    def _next(self, after: int, *, slow: bool) -> StoredEvent:
        place = bisect_right(self._numbers, after)
        while slow and self._superseded(self._kept[place]):
            place += 1
        return self._kept[place]

    def _superseded(self, event: StoredEvent) -> bool:
        body = event.body
        return body["type"] == EventType.PROGRESS.value and self._progress.get(_part(body), 0) > event.seq

    async def _page(self, after: int) -> list[StoredEvent]:
        return await self._database.read(partial(run_events.read_after, run_id=self.run_id, after=after, limit=PAGE))

    async def _read(self) -> bool:
        if not self._kept:
            found = await self._database.read(partial(run_events.read_last, run_id=self.run_id, limit=KEPT))
            self._dropped = found[0].seq - 1 if found else 0
        else:
            found = await self._page(self.head)
        while found:
            self._take(found)
            found = await self._page(self.head) if len(found) == PAGE else []
        return not self._ended

    def _take(self, found: list[StoredEvent]) -> None:
        self._fresh = found[0].seq
        for event in found:
            self._kept.append(event)
            self._numbers.append(event.seq)
            self._ended = self._ended or event.final
            if event.body["type"] == EventType.PROGRESS.value:
                self._progress[_part(event.body)] = event.seq
        if len(self._kept) > 2 * KEPT:
            self._dropped = self._numbers[-KEPT - 1]
            del self._kept[:-KEPT], self._numbers[:-KEPT]


def _part(body: dict[str, Any]) -> tuple[str | None, str | None]:
    return body.get("phase"), body.get("kind")


class ProfileHub(Hub):
    """One profile as it stands; who follows is told of the newest state only."""

    def __init__(self, database: Database, bell: Bell, profile_id: str, watch: Callable[[Hub], None]) -> None:
        super().__init__(database, bell, profile_topic(profile_id), watch)
        self.profile_id = profile_id
        self._forget()

    def _forget(self) -> None:
        self._state: ProfileState | None = None

    @property
    def head(self) -> int:
        return self._state.row.revision if self._state is not None else 0

    async def states(self, told: int, follower: Following) -> AsyncGenerator[ProfileState, None]:
        """The profile, each time its revision grew beyond ``told`` and what was told since."""
        try:
            await self._enter()
            while not follower.ended:
                self._check()
                if self._state is None:
                    raise NotFound(path=("profileId",))
                if self.head <= told:
                    await self._wait()
                else:
                    told = self.head
                    yield self._state
        finally:
            self._leave()

    async def _read(self) -> bool:
        self._state = await self._database.read(partial(profiles.state, profile_id=self.profile_id))
        return self._state is not None


class Hubs:
    """All hubs of one process; a hub lives as long as somebody follows it."""

    def __init__(self, database: Database, bell: Bell) -> None:
        self._database = database
        self._bell = bell
        self._hubs: WeakValueDictionary[str, Hub] = WeakValueDictionary()
        self._looking: asyncio.Task[None] | None = None

    def run(self, run_id: str) -> RunHub:
        """The hub of a run; who may follow it is for the caller to check."""
        found = self._hubs.get(topic(run_id))
        if not isinstance(found, RunHub):
            found = RunHub(self._database, self._bell, run_id, self._watch)
            self._hubs[found.topic] = found
        return found

    def profile(self, profile_id: str) -> ProfileHub:
        """The hub of a profile."""
        found = self._hubs.get(profile_topic(profile_id))
        if not isinstance(found, ProfileHub):
            found = ProfileHub(self._database, self._bell, profile_id, self._watch)
            self._hubs[found.topic] = found
        return found

    def _watch(self, hub: Hub) -> None:
        self._hubs[hub.topic] = hub
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="looking for what other processes wrote")

    async def _look(self) -> None:
        """Ring for what other processes wrote, as long as anybody follows anything."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            followed = [hub for hub in self._hubs.values() if hub.followers]
            if not followed:
                return
            runs = {hub.run_id: hub for hub in followed if isinstance(hub, RunHub)}
            drafts = {hub.profile_id: hub for hub in followed if isinstance(hub, ProfileHub)}
            try:
                heads, revisions = await self._database.read(partial(_heads, runs=list(runs), drafts=list(drafts)))
            except SQLAlchemyError:
                # The database may be restarting; the next look finds what this one missed.
                log.exception("what other processes wrote could not be read")
                continue
            for hub, head in [
                *((hub, heads.get(run_id, 0)) for run_id, hub in runs.items()),
                *((hub, revisions.get(profile_id, 0)) for profile_id, hub in drafts.items()),
            ]:
                if head != hub.head:
                    self._bell.ring(hub.topic)


def _heads(connection: Connection, runs: list[str], drafts: list[str]) -> tuple[dict[str, int], dict[str, int]]:
    return run_events.heads(connection, runs), profiles.revisions(connection, drafts)
