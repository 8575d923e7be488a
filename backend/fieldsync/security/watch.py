"""Whether credentials that opened something lasting still hold: one read for all of them, every few seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from fieldsync.core.rights import Actor

if TYPE_CHECKING:
    from fieldsync.security.actors import Credentials

log = structlog.get_logger("fieldsync.security")

CHECK_EVERY = 5.0


class Hold:
    """Lasting credentials in use; ``ended`` once they stand for nobody, or for somebody with another role or scope."""

    __slots__ = ("_told", "actor", "ended")

    def __init__(self, actor: Actor, told: Callable[[], None]) -> None:
        self.actor = actor
        self.ended = False
        self._told = told

    def end(self) -> None:
        self.ended = True
        self._told()


class Watch:
    """Looks only while anything is held."""

    def __init__(self, find: "Callable[[Sequence[Credentials]], Awaitable[list[Actor | None]]]") -> None:
        self._find = find
        self._holds: dict[Credentials, set[Hold]] = {}
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def hold(self, credentials: "Credentials", actor: Actor, told: Callable[[], None]) -> Iterator[Hold]:
        """Watch these credentials meanwhile; ``told`` is called once they hold no longer."""
        hold = Hold(actor, told)
        self._holds.setdefault(credentials, set()).add(hold)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._live(), name="watching credentials")
        try:
            yield hold
        finally:
            holds = self._holds.get(credentials, set())
            holds.discard(hold)
            if not holds:
                self._holds.pop(credentials, None)

    async def look(self) -> None:
        """Look now, and end what does not hold any more."""
        asked = list(self._holds)
        found = await self._find(asked)
        for credentials, actor in zip(asked, found, strict=True):
            for hold in list(self._holds.get(credentials, ())):
                if hold.actor != actor:
                    hold.end()

    async def _live(self) -> None:
        while True:
            await asyncio.sleep(CHECK_EVERY)
            if not self._holds:
                return
            try:
                await self.look()
            except SQLAlchemyError:
                # The database may be restarting; whoever signed out meanwhile is found by the next look.
                log.exception("credentials could not be checked")
