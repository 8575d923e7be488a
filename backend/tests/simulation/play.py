"""Playing one seed from the beginning to the verdict."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from fieldsync import ids
from fieldsync.core.values import RecordKind
from fieldsync.db.repo import leases
from fieldsync.db.repo import links as link_rows
from fieldsync.engine import apply, journal, run, runner
from simulation import verdict
from simulation.crm import PERMIT
from simulation.director import Director
from simulation.kinds import play_of
from simulation.ledger import Violation
from simulation.loop import VirtualLoop
from simulation.people import People
from simulation.process import CURRENT, Process
from simulation.scenario import Scenario
from simulation.world import World

QUIET_RUNS = 8
NANOSECONDS = 1_000_000_000
EPOCH = 1_772_442_000
"""Seconds of the simulation's beginning, for ids."""


@dataclass(frozen=True)
class Played:
    """What became of a seed."""

    seed: int
    digest: str
    history: list[str]
    violation: Violation | None = None
    runs: int = 0

    @property
    def command(self) -> str:
        return f".venv/bin/python bench/simulation/run.py --seed {self.seed}"

    def __str__(self) -> str:
        return f"seed {self.seed}: {self.violation or 'kept every promise'}\n    replay: {self.command}"


def play(seed: int, store: Any, kind: RecordKind = RecordKind.CONTACT) -> Played:
    """Play a seed on a database of the store; a broken promise is part of what is returned."""
    chance = Random(seed)
    how = play_of(kind)
    scenario = Scenario.draw(how, seed, chance)
    directors: list[Director] = []
    loop = VirtualLoop(lambda timer: directors[0].idle(timer))
    world = World(how, scenario, store.fresh(), chance, loop)
    director = Director(world, People(world, chance), chance)
    directors.append(director)
    violation = None
    with _same_every_time(world, director, seed):
        try:
            loop.run_until_complete(_whole_day(world, director))
        except Violation as error:
            violation = error
            world.tell(f"BROKEN: {error}")
        finally:
            _end(world, director, loop)
    return Played(seed, world.digest(), world.history, violation, len(world.runs))


async def _whole_day(world: World, director: Director) -> None:
    world.found()
    for number in range(world.scenario.pairs):
        director.people.act("create_record" if number % 2 else "create_item")
    if world.scenario.calm_start:
        await _run(world, director.new_process(), release_held=False)
    director.change_weather()
    director.day = True
    await director.day_over
    director.make_quiet()
    await _come_to_an_end(world)
    world.loop.advance(leases.LEASE.total_seconds() + 200)
    await _settle(world, director)
    verdict.check(world)
    await _nothing_more(world, director, "a further run does nothing")
    world.database.write_now(PERMIT, lambda c: link_rows.forget_cursors(c, world.mailbox))
    await _nothing_more(world, director, "comparing everything finds nothing")
    verdict.check_runs(world)


async def _settle(world: World, director: Director) -> None:
    """Runs until one has nothing to do; conflicts are decided, what is held is released, a day passes."""
    process = director.new_process()
    process.skew = timedelta(0)
    for number in range(QUIET_RUNS):
        before = verdict.snapshot(world)
        await _run(world, process, release_held=True)
        if number == 0:
            director.thaw()
            await _come_to_an_end(world)
        while world.decide(director.chance):
            pass
        if number == 1:
            world.loop.advance(100_000)
        elif number > 1 and verdict.snapshot(world) == before:
            return
    raise Violation("it becomes quiet", f"after {QUIET_RUNS} runs there is still something to do")


async def _come_to_an_end(world: World) -> None:
    """Wait for every run but those of processes that stand still."""
    for process in world.processes:
        if process.task is not None and not process.frozen:
            await _end_of(process)


async def _nothing_more(world: World, director: Director, rule: str) -> None:
    before = verdict.snapshot(world)
    await _run(world, world.processes[-1], release_held=False)
    if verdict.snapshot(world) != before:
        raise Violation(rule, "something was written after all")
    verdict.check(world)


async def _run(world: World, process: Process, *, release_held: bool) -> None:
    world.tell("one more run")
    process.start(world.order(release_held=release_held, by_hand=True))
    await _end_of(process)


async def _end_of(process: Process) -> None:
    """Wait for a process; an error that not even the end of its run could take is a broken promise, too."""
    assert process.task is not None
    try:
        await process.task
    except (Violation, asyncio.CancelledError):
        raise
    except Exception as error:
        raise Violation("no error of our own", f"a process ended with {error!r}") from error


def _end(world: World, director: Director, loop: VirtualLoop) -> None:
    """Whatever still waits ends without doing anything."""
    director.day = False
    world.calls.clear()
    tasks = [process.task for process in world.processes if process.busy]
    for process in world.processes:
        process.dead = True
    for task in tasks:
        task.cancel()
    for _ in range(50):
        if all(task.done() for task in tasks):
            break
        loop.call_soon(loop.stop)
        loop.run_forever()
    loop.close()


class _Hands:
    """``time``, ``random`` and ``os`` for modules that ask them: all from the world's clock and chance."""

    def __init__(self, loop: VirtualLoop, seed: int) -> None:
        chance = Random(seed)
        self.getrandbits, self.urandom = chance.getrandbits, chance.randbytes
        self.monotonic = self.perf_counter = loop.time
        self.time_ns = lambda: int((EPOCH + loop.time()) * NANOSECONDS)


class _Log:
    """In the place of the log: an error inside the product is a broken promise."""

    def __init__(self, world: World) -> None:
        self._world = world

    def exception(self, *_: Any, **__: Any) -> None:
        self._world.run_broke()

    def warning(self, event: str, **_: Any) -> None:
        self._world.tell(f"    logged: {event}")


@contextmanager
def _same_every_time(world: World, director: Director, seed: int) -> Iterator[None]:
    """Ids, durations and names of processes come from the world while it lasts."""
    hands, log = _Hands(world.loop, seed), _Log(world)
    patches: list[tuple[Any, str, Any]] = [
        (ids, "time", hands), (ids, "random", hands), (ids, "os", hands), (ids, "_last", 0),
        (apply, "time", hands), (journal, "time", hands), (runner, "time", hands),
        (runner, "log", log), (run, "log", log),
        (leases, "owner_name", CURRENT.get), (leases, "is_dead", director.known_dead.__contains__),
    ]  # fmt: skip
    before = [(module, name, getattr(module, name)) for module, name, _ in patches]
    for module, name, value in patches:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)
