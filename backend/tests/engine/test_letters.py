"""One bad item stops nothing: it is put by, tried again, and given up in the end."""

from datetime import UTC, datetime

from sqlalchemy import select, update

from engine.pair import PERMIT, Pair, card
from fieldsync.core.runs import RunState
from fieldsync.db.sync_tables import DeadLetter, SyncSettings
from fieldsync.sides.memory import Faults

LETTER = DeadLetter.__table__
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def letters(pair: Pair) -> list[dict]:
    return [dict(row) for row in pair.database.read_now(lambda c: c.execute(select(LETTER)).mappings().all())]


def make_due(pair: Pair) -> None:
    pair.database.write_now(
        PERMIT, lambda c: c.execute(update(LETTER).where(LETTER.c.next_at.is_not(None)).values(next_at=LONG_AGO))
    )


def refuse(name: str) -> Faults:
    return Faults(refuse=lambda body: "too long" if name.encode() in body else None)


async def test_a_record_the_server_refuses_is_put_by_and_the_rest_goes_on(pair: Pair) -> None:
    pair.faults = refuse("Record 1")
    for number in range(3):
        pair.record(name=f"Record {number}")

    ended = await pair.sync()

    assert ended.state is RunState.SUCCEEDED
    assert sorted(pair.items()) == ["Record 0", "Record 2"]
    (letter,) = letters(pair)
    assert (letter["side"], letter["subject"], letter["state"], letter["attempts"]) == ("CRM", "Record 1", "WAITING", 1)
    assert "too long" in letter["message"]
    assert letter["remedy"]


async def test_a_cycle_leaves_it_alone_until_its_time_and_then_tries_again(pair: Pair) -> None:
    pair.faults = refuse("Record")
    pair.record(name="Record")
    await pair.sync()
    pair.faults = Faults()

    early = await pair.sync(cycle=True)
    assert early.operations == []
    assert not pair.items()

    make_due(pair)
    await pair.sync(cycle=True)
    assert list(pair.items()) == ["Record"]
    assert letters(pair) == []
    assert (await pair.sync(cycle=True)).writes == 0


async def test_a_waiting_update_survives_that_the_cursors_moved_on(pair: Pair) -> None:
    record = pair.record(name="Record", jobtitle="one")
    await pair.sync_twice()
    pair.faults = refuse("two")
    pair.edit(record, jobtitle="two")
    await pair.sync(cycle=True)
    pair.faults = Faults()
    (href,) = pair.items().values()
    assert pair.item(href)["jobtitle"] == "one"

    make_due(pair)
    await pair.sync(cycle=True)

    assert pair.item(href)["jobtitle"] == "two"
    assert letters(pair) == []


async def test_an_edit_makes_it_worth_a_try_at_once(pair: Pair) -> None:
    pair.faults = refuse("two")
    record = pair.record(name="Record", jobtitle="two")
    await pair.sync(cycle=True)

    pair.edit(record, jobtitle="short")
    await pair.sync(cycle=True)

    (href,) = pair.items().values()
    assert pair.item(href)["jobtitle"] == "short"
    assert letters(pair) == []


async def test_a_run_started_by_hand_tries_it_at_once(pair: Pair) -> None:
    pair.faults = refuse("Record")
    pair.record(name="Record")
    await pair.sync(cycle=True)
    pair.faults = Faults()

    await pair.sync()

    assert list(pair.items()) == ["Record"]


async def test_after_too_many_attempts_it_is_dead_until_somebody_asks(pair: Pair) -> None:
    pair.database.write_now(PERMIT, lambda c: c.execute(update(SyncSettings.__table__).values(dead_after=3)))
    pair.faults = refuse("Record")
    pair.record(name="Record")
    for _ in range(4):
        await pair.sync(cycle=True)
        make_due(pair)

    (letter,) = letters(pair)
    assert (letter["state"], letter["attempts"], letter["next_at"]) == ("DEAD", 3, None)
    pair.faults = Faults()
    await pair.sync()
    assert not pair.items(), "dead is dead, also for a run started by hand"

    pair.database.write_now(
        PERMIT, lambda c: c.execute(update(LETTER).values(state="WAITING", attempts=0, next_at=LONG_AGO))
    )
    await pair.sync(cycle=True)
    assert list(pair.items()) == ["Record"]
    assert letters(pair) == []


async def test_an_item_that_cannot_be_read_is_told_once_and_forgotten_when_it_is_mended(pair: Pair) -> None:
    item = pair.server.put("broken.vcf", b"BEGIN:VCARD\r\nno colon\r\n")
    pair.record(name="Record")

    await pair.sync()
    again = await pair.sync()

    assert list(pair.records()) == ["Record"]
    (letter,) = letters(pair)
    assert (letter["side"], letter["subject_key"], letter["state"]) == ("OUTLOOK", item.href, "DEAD")
    assert again.problems == []

    pair.server.put("broken.vcf", card("Mended Now"))
    await pair.sync()
    assert sorted(pair.records()) == ["Mended Now", "Record"]
    assert letters(pair) == []


async def test_what_is_gone_leaves_no_letter(pair: Pair) -> None:
    pair.faults = refuse("Record")
    record = pair.record(name="Record")
    await pair.sync(cycle=True)
    pair.delete_record(record)

    make_due(pair)
    await pair.sync(cycle=True)

    assert letters(pair) == []
