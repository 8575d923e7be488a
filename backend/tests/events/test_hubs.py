"""What a hub tells: everything, once, in order, to whoever follows, however slowly."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from api.office import seed
from fieldsync.core.rights import Permit
from fieldsync.core.runs import EventType, Phase, RunConfiguration, RunMode, RunState, event_body
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Database
from fieldsync.db.repo import mailboxes, profiles, run_events, runs
from fieldsync.errors import NotFound
from fieldsync.events import hubs as module
from fieldsync.events.bell import Bell
from fieldsync.events.hubs import Hubs, RunHub
from fieldsync.events.log import topic
from fieldsync.ids import new_id

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Follower:
    ended: bool = False


@dataclass
class Story:
    """A run that is told by hand."""

    database: Database
    permit: Permit
    bell: Bell
    run_id: str
    seq: int = 1

    def tell(self, *kinds: EventType, ring: bool = True) -> None:
        """Store these events at once."""
        bodies = [
            event_body(
                kind,
                RunState.SUCCEEDED if kind is EventType.FINISHED else RunState.RUNNING,
                str(self.seq + n),
                phase=Phase.APPLY,
                kind=RecordKind.CONTACT,
            )
            for n, kind in enumerate(kinds, 1)
        ]
        self.database.write_now(
            self.permit, lambda connection: run_events.append(connection, self.run_id, self.seq + 1, NOW, bodies)
        )
        self.seq += len(kinds)
        if ring:
            self.bell.ring(topic(self.run_id))


@pytest.fixture
def story(database: Database, permit: Permit) -> Story:
    people = seed(database, NOW)
    mailbox_id, run_id = new_id(), new_id()

    def unit(connection: Any) -> None:
        values = mailboxes.values_for_new(
            principal_id=people["sales"],
            name="x",
            contacts_url="https://mail.example/",
            user_name="x",
            password_box=b"",
            now=NOW,
        )
        mailboxes.insert_mailbox(connection, id=mailbox_id, **values)
        runs.insert_run(
            connection,
            run_id=run_id,
            mailbox_id=mailbox_id,
            mode=RunMode.APPLY,
            configuration=RunConfiguration.PUBLISHED,
            kinds=[RecordKind.CONTACT],
            started_by=None,
            release_held=False,
            now=NOW,
        )

    database.write_now(permit, unit)
    return Story(database, permit, Bell(), run_id)


@pytest.fixture
def hub(story: Story) -> RunHub:
    return Hubs(story.database, story.bell).run(story.run_id)


async def some(events: AsyncIterator[Any], number: int) -> list[int]:
    async with asyncio.timeout(10):
        return [(await anext(events)).seq for _ in range(number)]


async def all_of(events: AsyncIterator[Any]) -> list[int]:
    async with asyncio.timeout(10):
        return [event.seq async for event in events]


P, END = EventType.PROGRESS, EventType.FINISHED


async def test_what_is_stored_is_told_then_what_happens_to_the_end(story: Story, hub: RunHub) -> None:
    story.tell(P, P)
    async with aclosing(hub.events(0, Follower())) as events:
        assert await some(events, 3) == [1, 2, 3]
        story.tell(P)
        assert await some(events, 1) == [4]
        story.tell(END)
        assert await all_of(events) == [5]
    assert hub.followers == 0
    assert not story.bell._listeners


async def test_who_resumes_gets_the_rest_and_after_the_end_nothing(story: Story, hub: RunHub) -> None:
    story.tell(P, P, END)
    assert await all_of(hub.events(2, Follower())) == [3, 4]
    assert await all_of(hub.events(4, Follower())) == []
    assert await all_of(hub.events(99, Follower())) == []


async def test_a_run_is_read_once_for_all_who_follow(
    story: Story, hub: RunHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    read = module.run_events.read_after

    def counted(connection: Any, run_id: str, after: int, limit: int = 500) -> Any:
        reads.append(after)
        return read(connection, run_id, after, limit)

    monkeypatch.setattr(module.run_events, "read_after", counted)
    followers = [asyncio.create_task(all_of(hub.events(0, Follower()))) for _ in range(20)]
    while hub.followers < 20 or not hub.head:
        await asyncio.sleep(0.01)
    story.tell(P, P, END)
    assert await asyncio.gather(*followers) == [[1, 2, 3, 4]] * 20
    assert reads == [1]


@pytest.mark.parametrize("after", [0, 1, 5, 11, 12, 29])
async def test_what_is_kept_no_more_is_read_again(
    story: Story, hub: RunHub, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """A replay leaves out nothing, progress neither."""
    monkeypatch.setattr(module, "KEPT", 4)
    monkeypatch.setattr(module, "PAGE", 3)
    for _ in range(7):
        story.tell(P, P, P, P)
    story.tell(END)
    assert await all_of(hub.events(after, Follower())) == list(range(after + 1, 31))


async def test_a_slow_follower_loses_superseded_progress_and_nothing_else(
    story: Story, hub: RunHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT", 4)
    monkeypatch.setattr(module, "LAG", 2)
    quick = asyncio.create_task(all_of(hub.events(0, Follower())))
    async with aclosing(hub.events(0, Follower())) as slow:
        assert await some(slow, 1) == [1]
        caught_up = asyncio.ensure_future(anext(slow))
        await asyncio.sleep(0.05)
        for kind in [P, P, EventType.PROBLEM, P, P, P, EventType.PHASE_FINISHED, P, P, P, P, P]:
            story.tell(kind)
            while hub.head < story.seq:
                await asyncio.sleep(0.001)
        story.tell(END)
        heard = [(await caught_up).seq, *await all_of(slow)]
    assert heard == [2, 4, 8, 13, 14]
    assert await quick == list(range(1, 15))


async def test_a_burst_makes_nobody_slow(story: Story, hub: RunHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LAG", 2)
    async with aclosing(hub.events(0, Follower())) as events:
        assert await some(events, 1) == [1]
        waiting = asyncio.ensure_future(all_of(events))
        await asyncio.sleep(0.05)
        story.tell(*[P] * 50, END)
        assert await waiting == list(range(2, 53))


async def test_a_hub_keeps_only_so_much(story: Story, hub: RunHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 8)
    async with aclosing(hub.events(0, Follower())) as events:
        await some(events, 1)
        for _ in range(20):
            story.tell(P, P, P)
            while hub.head < story.seq:
                await asyncio.sleep(0.001)
        assert len(hub._kept) <= 3 * 8
        assert len(hub._kept) == len(hub._numbers)


async def test_who_may_be_told_no_more_is_told_no_more(story: Story, hub: RunHub) -> None:
    follower = Follower()
    async with aclosing(hub.events(0, follower)) as events:
        await some(events, 1)
        waiting = asyncio.ensure_future(all_of(events))
        await asyncio.sleep(0.05)
        follower.ended = True
        hub.wake()
        assert await waiting == []


async def test_what_another_process_writes_is_told_without_a_bell(
    story: Story, hub: RunHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY", 0.02)
    async with aclosing(hub.events(0, Follower())) as events:
        assert await some(events, 1) == [1]
        story.tell(P, ring=False)
        assert await some(events, 1) == [2]
        story.tell(P, END, ring=False)
        assert await all_of(events) == [3, 4]


async def test_one_look_is_for_all_runs_and_profiles(
    story: Story, permit: Permit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY", 0.02)
    hubs = Hubs(story.database, story.bell)
    asked: list[tuple[int, int]] = []
    heads = module._heads

    def counted(connection: Any, runs: list[str], drafts: list[str]) -> Any:
        asked.append((len(runs), len(drafts)))
        return heads(connection, runs, drafts)

    monkeypatch.setattr(module, "_heads", counted)
    state = story.database.read_now(lambda connection: profiles.state(connection))
    assert state is not None
    async with (
        aclosing(hubs.run(story.run_id).events(0, Follower())) as events,
        aclosing(hubs.profile("default").states(state.row.revision, Follower())) as states,
    ):
        await some(events, 1)
        waiting = asyncio.ensure_future(anext(states))
        await asyncio.sleep(0.05)
        story.database.write_now(permit, lambda connection: profiles.touch(connection, "default"))
        async with asyncio.timeout(10):
            assert (await waiting).row.revision == state.row.revision + 1
    assert set(asked) <= {(1, 1), (1, 0)}
    assert asked


async def test_nobody_who_follows_means_nobody_who_looks(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY", 0.01)
    hubs = Hubs(story.database, story.bell)
    async with aclosing(hubs.run(story.run_id).events(0, Follower())) as events:
        await some(events, 1)
        looking = hubs._looking
    assert looking is not None
    async with asyncio.timeout(10):
        await looking
    assert not hubs._hubs


async def test_a_reader_that_fails_fails_its_followers_and_the_next_one_reads_again(
    story: Story, hub: RunHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no database")

    with monkeypatch.context() as patched:
        patched.setattr(module.run_events, "read_after", broken)
        async with aclosing(hub.events(0, Follower())) as events:
            await some(events, 1)
            waiting = asyncio.ensure_future(anext(events))
            await asyncio.sleep(0.05)
            story.tell(P)
            with pytest.raises(RuntimeError):
                await waiting
    story.tell(END)
    assert await all_of(hub.events(1, Follower())) == [2, 3]


async def test_a_profile_that_is_not_there_cannot_be_followed(story: Story) -> None:
    hub = Hubs(story.database, story.bell).profile("nothing")
    with pytest.raises(NotFound):
        await anext(hub.states(0, Follower()))
