"""Mailboxes that run by themselves: when, what a failure does to them, and that two servers share the work."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select, update

from engine.pair import PERMIT, Pair
from fieldsync.core.runs import RunState
from fieldsync.db.repo import cycles
from fieldsync.db.tables import Mailbox, Run
from fieldsync.engine import run as run_module
from fieldsync.engine.connect import with_sides
from fieldsync.engine.patience import Patience
from fieldsync.engine.runner import Runner
from fieldsync.engine.scheduler import Scheduler
from fieldsync.events.bell import Bell
from fieldsync.sides.faults import ServerFailed, SideError, SignInRefused
from fieldsync.sides.memory import Faults, MemorySide

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MAILBOX = Mailbox.__table__


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


class Cycling:
    """A pair whose mailbox runs in cycles, with a scheduler that ticks when told to."""

    def __init__(self, pair: Pair, patience: Patience | None = None) -> None:
        self.pair, self.clock, self.bell = pair, Hands(), Bell()
        self.runner = Runner(
            pair.database,
            self.bell,
            pair.box,
            self.clock,
            with_sides(lambda _: MemorySide(pair.server, pair.faults)),
            patience=patience,
            chance=Random(1),
        )
        self.scheduler = Scheduler(pair.database, self.bell, self.runner, self.clock)
        pair.database.write_now(PERMIT, lambda c: cycles.enable(c, pair.mailbox, NOON))

    async def tick(self) -> Sequence[str]:
        started = await self.scheduler.tick()
        while self.runner._tasks:
            await asyncio.gather(*self.runner._tasks.values())
        return started

    def cancel(self, run: str, *, here: bool = True) -> None:
        """As somebody does who talks to this process, or to another one."""
        self.pair.database.write_now(
            PERMIT, lambda c: c.execute(update(Run.__table__).where(Run.id == run).values(cancel_requested=True))
        )
        if here:
            self.runner.cancel(run)

    @property
    def mailbox(self) -> dict:
        return dict(self.pair.database.read_now(lambda c: c.execute(select(MAILBOX)).mappings().one()))

    def wait(self, **time: float) -> None:
        self.clock.at += timedelta(**time)


async def test_a_mailbox_runs_again_when_it_is_due_and_not_before(pair: Pair) -> None:
    cycling = Cycling(pair)
    pair.record(name="Ada Byron")

    first = await cycling.tick()
    assert len(first) == 1
    assert pair.outcome(first[0]).state is RunState.SUCCEEDED
    assert list(pair.items()) == ["Ada Byron"]
    held = cycling.mailbox
    assert held["due_at"] == NOON + timedelta(seconds=60)
    assert held["last_success_at"] == NOON

    cycling.wait(seconds=59)
    assert await cycling.tick() == []
    cycling.wait(seconds=1)
    assert len(await cycling.tick()) == 1
    assert cycling.mailbox["interval_seconds"] == 90, "there was nothing to do: the next one may wait longer"


async def test_a_mailbox_without_cycles_runs_only_when_told_to(pair: Pair) -> None:
    cycling = Cycling(pair)
    pair.database.write_now(PERMIT, lambda c: cycles.enable(c, pair.mailbox, None))

    assert await cycling.tick() == []
    await pair.sync()
    assert cycling.mailbox["due_at"] is None
    assert cycling.mailbox["last_success_at"] is not None


async def test_what_may_pass_is_tried_again_after_growing_waits_and_heals_by_itself(pair: Pair) -> None:
    cycling = Cycling(pair)
    pair.faults = Faults(fail_after=0)
    waits = []
    for _ in range(4):
        await cycling.tick()
        waits.append((cycling.mailbox["due_at"] - cycling.clock.at).total_seconds())
        cycling.wait(seconds=waits[-1])

    assert cycling.mailbox["failures"] == 4
    assert all(wait >= floor for wait, floor in zip(waits, (15, 30, 60, 120), strict=True)), waits
    assert all(wait <= 1.2 * floor for wait, floor in zip(waits, (15, 30, 60, 120), strict=True)), waits

    pair.faults = Faults()
    await cycling.tick()
    assert cycling.mailbox["failures"] == 0
    assert cycling.mailbox["stopped_at"] is None


async def test_a_server_that_asks_for_an_hour_gets_it(pair: Pair) -> None:
    cycling = Cycling(pair)
    pair.faults = Faults(throttle_once=timedelta(hours=1))

    await cycling.tick()

    assert cycling.mailbox["due_at"] == NOON + timedelta(hours=1)


async def test_what_only_a_person_can_mend_stops_the_mailbox_with_its_reason_and_remedy(pair: Pair) -> None:
    cycling = Cycling(pair)
    pair.faults = Faults(refuse_sign_in=True)

    await cycling.tick()

    held = cycling.mailbox
    assert held["stopped_at"] == NOON
    assert held["stopped"]["code"] == "SERVER_REFUSED_SIGN_IN"
    assert held["stopped"]["remedy"] == SignInRefused.remedy
    cycling.wait(days=1)
    assert await cycling.tick() == [], "a stopped mailbox waits"

    pair.faults = Faults()
    pair.database.write_now(PERMIT, lambda c: cycles.resume(c, pair.mailbox, cycling.clock.at))
    assert len(await cycling.tick()) == 1
    assert cycling.mailbox["stopped"] is None


async def test_a_run_started_by_hand_that_goes_through_lets_a_stopped_mailbox_go_on(pair: Pair) -> None:
    cycling = Cycling(pair)
    pair.faults = Faults(collection_gone=True)
    await cycling.tick()
    pair.faults = Faults()

    await pair.sync()

    assert cycling.mailbox["stopped_at"] is None


async def test_two_servers_order_one_run(pair: Pair) -> None:
    one, other = Cycling(pair), Cycling(pair)

    started = await asyncio.gather(one.scheduler.tick(), other.scheduler.tick())

    assert sum(len(ids) for ids in started) == 1
    for cycling in (one, other):
        while cycling.runner._tasks:
            await asyncio.gather(*cycling.runner._tasks.values())
    runs = pair.database.read_now(lambda c: c.execute(select(Run.__table__.c.state)).scalars().all())
    assert runs == [RunState.SUCCEEDED.value]


async def test_a_run_that_its_process_left_behind_does_not_keep_its_mailbox_from_the_next_cycle(pair: Pair) -> None:
    cycling = Cycling(pair)
    dead = pair.order()
    pair.database.write_now(
        PERMIT, lambda c: c.execute(update(Run.__table__).values(state="RUNNING", process="elsewhere/1/00"))
    )
    pair.database.write_now(
        PERMIT, lambda c: c.execute(update(MAILBOX).values(lease_owner="elsewhere/1/00", lease_until=NOON))
    )
    cycling.wait(seconds=1)

    started = await cycling.tick()

    assert pair.outcome(dead).state is RunState.FAILED
    assert [pair.outcome(run).state for run in started] == [RunState.SUCCEEDED]


@pytest.mark.parametrize(
    "fault", [{"throttle_once": timedelta(milliseconds=20)}, {"time_out_once": True}, {"drop_answers": 2}]
)
async def test_a_short_fault_is_waited_out_within_the_run(pair: Pair, fault: dict) -> None:
    short = Patience(first_wait=timedelta(milliseconds=1))
    cycling = Cycling(pair, short)
    for number in range(3):
        pair.record(name=f"Record {number}")
    pair.faults = Faults(**fault)

    (run,) = await cycling.tick()

    ended = pair.outcome(run)
    assert ended.state is RunState.SUCCEEDED, ended
    assert sorted(pair.items()) == ["Record 0", "Record 1", "Record 2"], "nothing twice, nothing missing"
    waits = [event.body["message"] for event in ended.events if event.body["type"] == "WAITING"]
    assert waits, "followers are told why nothing happens"
    assert (await pair.sync()).writes == 0


async def test_an_item_that_was_made_unheard_and_broken_since_is_not_made_again_and_followed_once_it_is_mended(
    pair: Pair,
) -> None:
    cycling = Cycling(pair, Patience(first_wait=timedelta(milliseconds=1)))
    record = pair.record(name="Ada Lovelace", jobtitle="Countess")
    made: dict[str, bytes] = {}

    async def break_it(request: str) -> None:
        # The first answer is lost; before the second try a program breaks what the first one made.
        if request == "create" and pair.server.items and not made:
            ((href, item),) = pair.server.items.items()
            made[href] = item.body
            pair.server.put(href, b"BEGIN:VCARD\r\nthis is no line of a card\r\n")

    pair.faults.before, pair.faults.drop_answers = break_it, 1
    await cycling.tick()
    await pair.sync()
    (href,) = pair.server.items
    assert pair.server.items[href].body.startswith(b"BEGIN:VCARD\r\nthis")
    assert (await pair.sync()).writes == 0

    pair.server.put(href, made[href].replace(b"Countess", b"Poet"))
    await pair.sync_twice()

    assert [one["record_id"] for one in pair.links()] == [record]
    assert pair.records()["Ada Lovelace"]["jobtitle"] == "Poet"


async def test_a_run_that_waits_can_be_cancelled(pair: Pair) -> None:
    cycling = Cycling(pair, Patience(longest_wait=timedelta(minutes=10)))
    pair.faults = Faults(throttle_once=timedelta(minutes=5))
    (run,) = await cycling.scheduler.tick()

    async def cancel() -> None:
        while not any(event.body["type"] == "WAITING" for event in pair.outcome(run).events):
            await asyncio.sleep(0.01)
        cycling.cancel(run)

    await asyncio.wait_for(asyncio.gather(cancel(), *cycling.runner._tasks.values()), 30)

    assert pair.outcome(run).state is RunState.CANCELLED
    assert cycling.mailbox["due_at"] > NOON, "the next cycle comes as usual"


@pytest.mark.parametrize("call", ["changes", "fetch"])
@pytest.mark.parametrize("from_elsewhere", [False, True], ids=["here", "by another process"])
async def test_a_run_that_waits_for_an_answer_can_be_cancelled(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, call: str, from_elsewhere: bool
) -> None:
    monkeypatch.setattr(run_module, "BEAT_SECONDS", 0.01 if from_elsewhere else 3600)
    cycling = Cycling(pair, Patience())
    pair.put("Ada Lovelace")
    asked = asyncio.Event()

    async def never_answers(request: str) -> None:
        if request == call:
            asked.set()
            await asyncio.Event().wait()

    pair.faults = Faults(before=never_answers)
    (run,) = await cycling.scheduler.tick()
    running = list(cycling.runner._tasks.values())
    await asked.wait()
    cycling.cancel(run, here=not from_elsewhere)

    await asyncio.wait_for(asyncio.gather(*running), 30)

    assert pair.outcome(run).state is RunState.CANCELLED
    pair.faults = Faults()
    await pair.sync_twice()
    assert list(pair.records()) == ["Ada Lovelace"]


async def test_a_write_that_is_on_its_way_is_waited_for_and_stored(pair: Pair) -> None:
    cycling = Cycling(pair, Patience())
    pair.record(name="Ada Lovelace")
    asked, answers = asyncio.Event(), asyncio.Event()

    async def answers_late(request: str) -> None:
        if request == "create":
            asked.set()
            await answers.wait()

    pair.faults = Faults(before=answers_late)
    (run,) = await cycling.scheduler.tick()
    running = list(cycling.runner._tasks.values())
    await asked.wait()
    cycling.cancel(run)
    done, _ = await asyncio.wait(running, timeout=0.2)
    assert not done
    answers.set()
    await asyncio.wait_for(asyncio.gather(*running), 30)

    outcome = pair.outcome(run)
    assert outcome.state is RunState.CANCELLED
    assert [state for _, state in outcome.operations] == ["APPLIED"]


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (ServerFailed("here", "status 500"), timedelta(seconds=1)),
        (SignInRefused("here", 401), None),
    ],
)
def test_patience_is_for_what_may_pass(error: SideError, wait: timedelta | None) -> None:
    patience = Patience()

    assert patience.wait(error, 1) == wait
    assert patience.wait(error, 3) is None, "three tries are enough"


async def test_the_scheduler_lives_and_wakes_when_a_mailbox_becomes_due(pair: Pair) -> None:
    cycling = Cycling(pair)
    pair.database.write_now(PERMIT, lambda c: cycles.enable(c, pair.mailbox, None))
    pair.record(name="Ada Byron")
    cycling.scheduler.start()
    try:
        await asyncio.sleep(0)
        pair.database.write_now(PERMIT, lambda c: cycles.enable(c, pair.mailbox, NOON))
        async with asyncio.timeout(30):
            while not pair.items():
                cycling.bell.ring("cycles")
                await asyncio.sleep(0.01)
    finally:
        await cycling.scheduler.close()
        await cycling.runner.close()
