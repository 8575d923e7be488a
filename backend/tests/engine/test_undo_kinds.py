"""Undoing with records of every kind, in memory and on real servers."""

from engine.kind_pair import KindPair, codec_of, fields_of
from engine.pair import Outcome
from engine.test_kinds import ALL, BOTH_WAYS, new, old
from fieldsync.core.runs import RunState
from fieldsync.core.values import RecordKind, Value


async def left_alone(pair: KindPair, undone: Outcome) -> None:
    """The undo went through without a word, and the runs after it have nothing to do."""
    assert (undone.state, undone.problems) == (RunState.SUCCEEDED, []), undone
    for _ in range(2):
        after = await pair.sync()
        assert (after.state, after.writes, after.problems) == (RunState.SUCCEEDED, 0, []), after


async def shown(pair: KindPair, kind: RecordKind, wanted: dict[str, Value]) -> None:
    """The only item of the kind holds these values."""
    (href,) = await pair.hrefs(kind)
    values = await pair.read(kind, href)
    for key, value in wanted.items():
        assert values[key] == codec_of(kind).normal(fields_of(kind)[key].position, value), (kind, key)


async def test_what_was_written_to_items_of_every_kind_goes_back_and_forth(pair_on: KindPair) -> None:
    records = {kind: pair_on.make(kind, **old(kind)) for kind in ALL}
    await pair_on.settled()
    for kind, record in records.items():
        pair_on.change(kind, record, **new(kind))
    run = await pair_on.settled()

    undone = await pair_on.undo(run=run)

    await left_alone(pair_on, undone)
    for kind in ALL:
        await shown(pair_on, kind, old(kind))
        for key, value in new(kind).items():
            assert pair_on.value(kind, records[kind], key) == value, (kind, key)
    redone = await pair_on.undo(run=undone)
    await left_alone(pair_on, redone)
    for kind in ALL:
        await shown(pair_on, kind, new(kind))


async def test_what_was_written_to_records_of_every_kind_goes_back(pair_on: KindPair) -> None:
    records = {kind: pair_on.make(kind, **old(kind)) for kind in BOTH_WAYS}
    await pair_on.settled()
    held = {kind: {key: pair_on.value(kind, records[kind], key) for key in old(kind)} for kind in BOTH_WAYS}
    for kind in BOTH_WAYS:
        (href,) = await pair_on.hrefs(kind)
        await pair_on.edit_of(kind, href, **new(kind))
    run = await pair_on.sync_twice()

    undone = await pair_on.undo(run=run)

    await left_alone(pair_on, undone)
    for kind in BOTH_WAYS:
        for key, value in held[kind].items():
            assert pair_on.value(kind, records[kind], key) == value, (kind, key)


async def test_items_of_every_kind_that_a_run_made_go_and_come_back_byte_for_byte(pair_on: KindPair) -> None:
    for kind in ALL:
        pair_on.make(kind, **old(kind))
    run = await pair_on.settled()
    bodies = {kind: await pair_on.body(kind, (await pair_on.hrefs(kind))[0]) for kind in ALL}

    undone = await pair_on.undo(run=run)
    await left_alone(pair_on, undone)
    assert undone.counts["deleted_in_outlook"] == len(ALL)
    for kind in ALL:
        assert await pair_on.hrefs(kind) == [], kind

    redone = await pair_on.undo(run=undone)
    await left_alone(pair_on, redone)
    for kind in ALL:
        (href,) = await pair_on.hrefs(kind)
        assert await pair_on.body(kind, href) == bodies[kind], kind
    assert {link["state"] for link in pair_on.links()} == {"LINKED"}
