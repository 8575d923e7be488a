"""A verify run compares values, not versions, and writes nothing."""

from sqlalchemy import update

from engine.pair import FIELDS, PERMIT, Pair
from fieldsync.core.runs import RunMode, RunState
from fieldsync.core.values import Direction
from fieldsync.db.records import Contact
from fieldsync.sides.memory import Item

CONTACT = Contact.__table__


async def verified(pair: Pair):
    before = (dict(pair.server.items), pair.records(), pair.links())
    ended = await pair.sync(RunMode.VERIFY)
    assert (dict(pair.server.items), pair.records(), pair.links()) == before, "a verify run writes nothing"
    assert ended.state is RunState.SUCCEEDED
    return ended


async def test_both_sides_agree_after_a_sync(pair: Pair) -> None:
    for number in range(3):
        pair.record(name=f"Record {number}", jobtitle="Boss", description=" two\r\nlines ")
        pair.put(f"Item {number}", jobtitle="Clerk")
    await pair.sync_twice()

    ended = await verified(pair)

    assert ended.counts == {"unchanged": 6}
    assert ended.problems == []
    assert "6 pairs agree" in ended.events[-1].body["message"]


async def test_a_change_that_no_version_tells_of_is_found_on_either_side(pair: Pair) -> None:
    record = pair.record(name="Record", jobtitle="Boss", department="Sales")
    await pair.sync_twice()
    (href,) = pair.items().values()
    item = pair.server.items[href]
    pair.server.items[href] = Item(href, item.version, item.body.replace(b"Boss", b"Silent"))
    pair.database.write_now(
        PERMIT, lambda c: c.execute(update(CONTACT).where(CONTACT.c.id == record).values(department="Quiet"))
    )
    assert (await pair.sync()).writes == 0, "no version moved: a usual run has nothing to go by"

    ended = await verified(pair)

    assert {(p["code"], p["field_id"]) for p in ended.problems} == {
        ("UNNOTICED", FIELDS["jobtitle"].id),
        ("UNNOTICED", FIELDS["department"].id),
    }
    assert ended.counts["different"] == 2
    assert all(p["record_id"] == record and p["remedy"] for p in ended.problems)
    assert not any("Silent" in str(event.body) or "Quiet" in str(event.body) for event in ended.events)


async def test_a_stray_is_told_apart_from_two_leaders_that_differ(pair: Pair) -> None:
    pair.direct(jobtitle=Direction.TO_OUTLOOK, department=Direction.NONE)
    pair.record(name="Record", jobtitle="Boss", department="Sales")
    await pair.sync_twice()
    (href,) = pair.items().values()
    pair.edit_item(href, jobtitle="Stray", department="Mine")
    await pair.sync_twice()
    assert {p["code"] for p in (await verified(pair)).problems} == {"STRAY"}, "NONE is nobody's business"

    pair.direct(department=Direction.BOTH)
    await pair.sync()
    found = {p["field_id"]: p["code"] for p in (await verified(pair)).problems}
    assert found[FIELDS["jobtitle"].id] == "STRAY"
    assert found[FIELDS["department"].id] == "DIFFERENT"


async def test_what_waits_for_the_next_run_and_what_is_missing_is_said(pair: Pair) -> None:
    records = [pair.record(name=f"Record {n}", jobtitle="Boss") for n in range(3)]
    await pair.sync_twice()
    items = pair.items()
    pair.edit(records[0], jobtitle="Later")
    pair.server.remove(items["Record 1"])
    pair.delete_record(records[2])

    ended = await verified(pair)

    assert ended.counts["records_changed"] == 1
    assert {(p["code"], p["side"]) for p in ended.problems} == {("MISSING", "OUTLOOK"), ("MISSING", "CRM")}
    assert (
        "1 changes wait" in ended.events[-1].body["message"]
        or "wait for the next run" in ended.events[-1].body["message"]
    )
