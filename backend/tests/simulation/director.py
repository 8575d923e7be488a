"""The director: whenever no task can go on, chance says what happens next, at every single await of every process."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from fieldsync.db.repo import leases
from simulation.ledger import Violation
from simulation.people import People
from simulation.process import Call, Process
from simulation.scenario import CALM, HOUSE, draw_weather
from simulation.world import World

LATENCY = 0.05
STEPS = 20_000
"""No day takes so many; one that does never ends."""


class Director:
    """Directs the day of a world, and the quiet after it."""

    def __init__(self, world: World, people: People, chance: Random) -> None:
        self.world, self.people, self.chance = world, people, chance
        self.day = False
        self.day_over = world.loop.create_future()
        self.actions_left = world.scenario.actions
        self.known_dead: set[str] = set()
        self._names = list(world.scenario.weights)
        self._weights = list(world.scenario.weights.values())
        self._steps = 0

    def idle(self, timer: float | None) -> None:
        """One step; ``timer`` is how long it is to the next timer."""
        self._steps += 1
        if self._steps > STEPS:
            raise Violation("every run ends", "the world goes on for ever")
        chance, world = self.chance, self.world
        if self.day and self.actions_left <= 0:
            self.day = False
            self.day_over.set_result(None)
            return
        waiting = [call for call in world.calls if not call.process.frozen]
        if self.day and (not (waiting or timer) or chance.random() < world.scenario.meddling):
            self._act()
        elif waiting and not (timer and chance.random() < 0.01):
            self._go_on(chance.choice(waiting))
        elif timer is not None:
            world.loop.advance(min(timer, chance.uniform(1, 40)) if waiting else timer)
        else:
            raise Violation("every run ends", "nothing can go on, and nobody is done")

    def _go_on(self, call: Call) -> None:
        """A call happens, or its answer arrives; often both at once."""
        world = self.world
        world.loop.advance(self.chance.random() * LATENCY)
        if not call.happened:
            world.tell(f"{call.process.name} {call.what}")
            call.happen()
            if call.error is not None:
                world.tell(f"    {type(call.error).__name__}: {call.error}")
            if self.chance.random() < 0.2:
                return
        world.calls.remove(call)
        call.deliver()

    def _act(self) -> None:
        busy = self._busy()
        if busy is None and self.chance.random() < self.world.scenario.restless:
            self.start_run()
            return
        (name,) = self.chance.choices(self._names, self._weights)
        if name in HOUSE:
            if busy is not None or name == "thaw":
                getattr(self, name)()
                self.actions_left -= 1
        else:
            self.people.act(name)
            self.actions_left -= 1

    # the machines

    def new_process(self) -> Process:
        world = self.world
        skew = timedelta(seconds=self.chance.choice([0, 0, 0, -5, 5, 90]))
        world.processes.append(Process(world, len(world.processes) + 1, skew))
        return world.processes[-1]

    def start_run(self) -> None:
        """A free process takes a run."""
        free = [one for one in self.world.processes if not (one.dead or one.busy)]
        process = free[0] if free and self.chance.random() < 0.8 else self.new_process()
        run_id = self.world.order(by_hand=self.chance.random() < 0.5, release_held=self.chance.random() < 0.2)
        self.world.tell(f"{process.name} starts a run")
        process.start(run_id)

    second_run = start_run

    def _busy(self) -> Process | None:
        busy = [one for one in self.world.processes if one.busy and not (one.dead or one.frozen)]
        return self.chance.choice(busy) if busy else None

    def crash(self) -> None:
        if process := self._busy():
            self.kill(process)

    def kill(self, process: Process) -> None:
        """The process is gone at once; what it had sent off may still arrive."""
        world, chance = self.world, self.chance
        world.tell(f"{process.name} dies")
        for call in [call for call in world.calls if call.process is process]:
            if not call.happened and chance.random() < 0.5:
                world.tell(f"    and yet {call.process.name} {call.what}")
                call.happen()
            world.calls.remove(call)
        process.dead = True
        if chance.random() < 0.6:
            self.known_dead.add(process.name)
        if process.task is not None:
            process.task.cancel()

    def freeze(self) -> None:
        """A process stands still, often for longer than its lease holds: others take over, and then it goes on."""
        if process := self._busy():
            process.frozen = True
            self.world.tell(f"{process.name} stands still")
            if self.chance.random() < 0.7:
                self.world.loop.advance(leases.LEASE.total_seconds() * 2)

    def thaw(self) -> None:
        for process in self.world.processes:
            if process.frozen:
                process.frozen = False
                self.world.tell(f"{process.name} goes on")

    def stop(self) -> None:
        """A server is told to stop: its runs are cancelled, and get the time to say so."""
        if (process := self._busy()) and process.task is not None:
            self.world.tell(f"{process.name} is stopped")
            process.task.cancel()

    def cancel(self) -> None:
        if (process := self._busy()) and process.run_id is not None:
            self.world.tell(f"people cancel the run of {process.name}")
            self.world.cancel(process.run_id)
            process.runner.cancel(process.run_id)

    def change_weather(self) -> None:
        weather = draw_weather(self.chance)
        if "move_item" in self.world.scenario.weights:
            # A list that leaves out where an item went is a list of a deleted one.
            weather = replace(weather, listing_cut=0)
        self.world.mail.weather = weather
        faults = {name: share for name, share in self.world.mail.weather.__dict__.items() if share}
        self.world.tell(f"the weather: {faults or 'calm'}")
        refuses = self.chance.random() < self.world.mail.weather.refuses
        self.world.mail.faults.refuse = _refuse_some if refuses else None

    def jump_clock(self) -> None:
        jump = timedelta(seconds=self.chance.choice([-3600, -40, 40, 3600, 100_000]))
        self.world.clock_offset += jump
        self.world.tell(f"the clocks jump by {jump.total_seconds():.0f} s")

    def make_quiet(self) -> None:
        """No more faults; whoever still works either ends it or dies."""
        world = self.world
        world.mail.weather = CALM
        world.mail.before_request(None)
        faults = world.mail.faults
        faults.refuse, faults.throttle_once, faults.time_out_once, faults.lose_cursor = None, None, False, False
        if self.chance.random() < 0.5:
            self.thaw()
        for process in world.processes:
            if process.busy and not process.dead and self.chance.random() < 0.3:
                self.kill(process)
        world.tell("it becomes quiet")


def _refuse_some(body: bytes) -> str | None:
    return "this text is not welcome" if b"7" in body else None
