"""Server processes: each runs the product's runner over its own database and mail server, and can die at any moment.

Whatever a process asks of the world becomes a ``Call``, which the world answers when it likes: first it happens, then,
perhaps later, the answer arrives. A process that dies gets no answers any more, and nothing it asks for happens.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from fieldsync.core.rights import Permit
from fieldsync.core.values import Direction
from fieldsync.db.database import Database
from fieldsync.engine.connect import with_sides
from fieldsync.engine.patience import Patience
from fieldsync.engine.runner import Runner
from fieldsync.events.bell import Bell
from fieldsync.ports import Item, ItemChanges
from fieldsync.sides.memory import MemorySide
from simulation.authority import Rights

if TYPE_CHECKING:
    from simulation.world import World

T = TypeVar("T")
CURRENT: ContextVar[str] = ContextVar("process", default="people")
"""Which process the running task belongs to."""


class Died(BaseException):
    """The process is gone; its tasks end here."""


@dataclass(slots=True)
class Call:
    """Something a process asked for: it happens (``act``), and then its answer arrives."""

    process: "Process"
    what: str
    act: Callable[[], Any]
    answer: "asyncio.Future[Any]"
    writes: bool = False
    happened: bool = False
    result: Any = None
    error: BaseException | None = None

    def happen(self) -> None:
        self.happened = True
        try:
            self.result = self.act()
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked gets it
            self.error = error

    def deliver(self) -> None:
        if self.answer.done():
            return
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)


@dataclass
class Process:
    """One life of a server. ``since`` is when its present run claimed the mailbox, with the directions of then."""

    world: "World"
    number: int
    skew: timedelta
    dead: bool = False
    frozen: bool = False
    run_id: str | None = None
    since: int = 0
    directions: dict[int, Direction] = field(default_factory=dict)
    rights: list[Rights] = field(default_factory=list)
    rules: set[str] = field(default_factory=set)
    task: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        world = self.world
        patience = Patience() if world.scenario.patient else None
        self.runner = Runner(
            ProcessDatabase(self),
            Bell(),
            world.box,
            ProcessClock(self),
            with_sides(lambda _: ProcessSide(self)),
            patience=patience,
            chance=Random(self.number),
        )

    @property
    def name(self) -> str:
        return f"process{self.number}"

    @property
    def busy(self) -> bool:
        return self.task is not None and not self.task.done()

    def start(self, run_id: str) -> None:
        # Not at the end of the run before: a write of it may still be under way.
        self.run_id, self.since = run_id, 0
        self.task = self.world.loop.create_task(self._run(run_id))

    async def _run(self, run_id: str) -> None:
        CURRENT.set(self.name)
        try:
            await self.runner.run(run_id)
        except (Died, BaseExceptionGroup, asyncio.CancelledError):
            pass
        finally:
            self.world.run_ended(run_id)

    async def ask(self, what: str, act: Callable[[], T], *, writes: bool = False) -> T:
        """Have something happen in the world's own time; raises Died in a process that is gone."""
        if self.dead:
            raise Died
        call = Call(self, what, act, self.world.loop.create_future(), writes)
        self.world.calls.append(call)
        try:
            return await (asyncio.shield(call.answer) if writes else call.answer)
        except asyncio.CancelledError:
            if not writes and call in self.world.calls:
                self.world.calls.remove(call)
            raise


class ProcessClock:
    def __init__(self, process: Process) -> None:
        self._process = process

    def now(self) -> datetime:
        return self._process.world.now() + self._process.skew


class ProcessDatabase(Database):
    """The product's database layer; a unit runs when the world lets it."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._under = process.world.database
        self.engine = self._under.engine
        self.url = self._under.url
        self.reading = self._under.reading

    async def read(self, unit: Callable[[Any], T]) -> T:
        return await self._process.ask(f"reads ({_name(unit)})", lambda: self.read_now(unit))

    async def write(self, permit: Permit, unit: Callable[[Any], T]) -> T:
        process = self._process

        def act() -> T:
            result = self.write_now(permit, unit)
            process.world.committed(process)
            return result

        return await process.ask(f"writes ({_name(unit)})", act, writes=True)


def _name(unit: Callable[..., Any]) -> str:
    return unit.__qualname__.replace(".<locals>", "").replace(".<lambda>", "")


class ProcessSide:
    """``RemoteSide``: the product's memory side, whose requests and answers travel as the world likes."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._inner = MemorySide(process.world.mail.server, process.world.mail.faults)

    @property
    def requests(self) -> int:
        return self._inner.requests

    async def changes(self, cursor: str | None, *, moved: bool = False) -> ItemChanges:
        return await self._ask("lists changes", self._inner.changes, cursor)

    async def fetch(self, hrefs: Sequence[str]) -> list[Item]:
        return await self._ask(f"fetches {len(hrefs)}", self._inner.fetch, hrefs)

    def address(self, key: str) -> str:
        return self._inner.address(key)

    async def create(self, key: str, body: bytes) -> Item:
        return await self._ask("creates an item", self._inner.create, key, body, sent=body)

    async def update(self, href: str, body: bytes, expect: str) -> Item:
        return await self._ask(f"updates {self._label(href)}", self._inner.update, href, body, expect, sent=body)

    async def delete(self, href: str, expect: str) -> None:
        await self._ask(f"deletes {self._label(href)}", self._inner.delete, href, expect, sent=b"")

    async def close(self) -> None:
        """Nothing is open."""

    def _label(self, href: str) -> str:
        return self._process.world.label(href)

    async def _ask(
        self, what: str, request: Callable[..., Coroutine[Any, Any, T]], *arguments: Any, sent: bytes | None = None
    ) -> T:
        process, world = self._process, self._process.world

        def act() -> T:
            world.mail.before_request(sent)
            before = dict(world.mail.server.items) if sent is not None else {}
            try:
                return _at_once(request(*arguments))
            finally:
                if sent is not None:
                    world.mail.after_request(process, before, sent)

        return await process.ask(what, act)


def _at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("the memory side waited")
