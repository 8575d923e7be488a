"""The knobs of the side in memory."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.sides.faults import (
    CollectionGone,
    ItemRefused,
    SignInRefused,
    Throttled,
    TimedOut,
    Unreachable,
    VersionMismatch,
)
from fieldsync.sides.memory import Faults, MemoryServer, MemorySide

CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:k\r\nFN:Ada\r\nEND:VCARD\r\n"


async def test_it_fails_after_so_many_requests_until_it_is_mended() -> None:
    side = MemorySide(faults=Faults(fail_after=1))
    await side.changes(None)

    for _ in range(2):
        with pytest.raises(Unreachable):
            await side.changes(None)

    side.faults.fail_after = None
    assert (await side.changes(None)).complete


async def test_an_answer_is_lost_although_the_write_was_done() -> None:
    side = MemorySide(faults=Faults(drop_answers=1))

    with pytest.raises(TimedOut):
        await side.create("k", CARD)

    assert len(side.server.items) == 1
    assert (await side.create("k", CARD)).body == CARD
    assert len(side.server.items) == 1


async def test_it_throttles_and_times_out_once() -> None:
    side = MemorySide(faults=Faults(throttle_once=timedelta(seconds=7), time_out_once=True))

    with pytest.raises(Throttled) as caught:
        await side.changes(None)
    with pytest.raises(TimedOut):
        await side.changes(None)

    assert caught.value.wait == timedelta(seconds=7)
    assert (await side.changes(None)).complete


async def test_a_race_is_lost_once() -> None:
    side = MemorySide(faults=Faults(race_once=True))
    item = await side.create("k", CARD)

    with pytest.raises(VersionMismatch):
        await side.update(item.href, CARD.replace(b"Ada", b"Eve"), item.version)

    [now] = await side.fetch([item.href])
    assert b"X-RACE:1" in now.body
    await side.update(item.href, CARD, now.version)


async def test_a_lost_cursor_means_everything_anew() -> None:
    side = MemorySide()
    side.server.put("a.vcf", CARD)
    cursor = (await side.changes(None)).cursor

    side.faults.lose_cursor = True

    assert (await side.changes(cursor)).complete
    assert not side.faults.lose_cursor


async def test_it_refuses_sign_in_collection_and_bodies() -> None:
    with pytest.raises(SignInRefused):
        await MemorySide(faults=Faults(refuse_sign_in=True)).changes(None)
    with pytest.raises(CollectionGone):
        await MemorySide(faults=Faults(collection_gone=True)).changes(None)
    with pytest.raises(ItemRefused, match="too long"):
        await MemorySide(faults=Faults(refuse=lambda body: "too long")).create("k", CARD)


async def test_the_server_may_rewrite_and_a_repeat_still_finds_its_item() -> None:
    side = MemorySide(faults=Faults(rewrite=lambda body: body.replace(b"FN:Ada", b"FN:ADA")))

    first = await side.create("k", CARD)

    assert b"FN:ADA" in first.body
    assert await side.create("k", CARD) == first


async def test_two_sides_share_one_server() -> None:
    server = MemoryServer()
    mine, theirs = MemorySide(server), MemorySide(server)
    cursor = (await mine.changes(None)).cursor

    item = await theirs.create("k", CARD)
    await theirs.delete(item.href, item.version)

    assert (await mine.changes(cursor)).removed == (item.href,)


async def test_each_request_can_be_watched() -> None:
    seen: list[str] = []

    async def watch(name: str) -> None:
        seen.append(name)

    side = MemorySide(faults=Faults(before=watch))
    item = await side.create("k", CARD)
    await side.fetch([item.href])

    assert seen == ["create", "fetch"]
    assert side.requests == 2


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 2)), max_size=12), st.data())
def test_two_lists_in_a_row_tell_together_what_one_tells(moves: list[tuple[str, int]], data: st.DataObject) -> None:
    server = MemoryServer()
    server.put("a.vcf", CARD)
    cursor = data.draw(st.sampled_from([None, server.changes(None).cursor]))
    middle = data.draw(st.integers(0, len(moves)))

    def happen(some: list[tuple[str, int]]) -> None:
        for name, mark in some:
            href = f"{server.path}{name}.vcf"
            if mark:
                server.put(href, CARD.replace(b"Ada", f"Ada{mark}".encode()))
            elif href in server.items:
                server.remove(href)

    happen(moves[:middle])
    first = server.changes(cursor)
    happen(moves[middle:])
    lost = data.draw(st.booleans())
    if lost:
        server.forget_cursors()
    both = first.then(server.changes(first.cursor))

    wanted = server.changes(None if lost else cursor)
    assert both.cursor == wanted.cursor
    # What a list since the cursor of a whole one names as removed is still to be asked for.
    assert both.tells(replace(wanted, removed=both.removed) if wanted.complete else wanted)
    assert not {change.href for change in both.changed} & set(both.removed)
