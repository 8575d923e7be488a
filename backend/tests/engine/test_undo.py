"""Undoing in whole runs: what was written goes back, nothing that was changed since, and the next run leaves it so."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.conftest import make_pair
from engine.pair import FIELDS, PERMIT, Outcome, Pair
from engine.test_faults import bury, run_until_death
from fieldsync.clock import SystemClock
from fieldsync.core.conflicts import ConflictPolicy
from fieldsync.core.runs import OperationState, RunState
from fieldsync.core.undo_scope import UndoScope
from fieldsync.core.values import Direction
from fieldsync.db.repo import journal_entries
from fieldsync.sides.memory import Faults


async def settled(pair: Pair, undone: Outcome) -> None:
    """The undo went through, and the runs after it have nothing to do."""
    assert undone.state is RunState.SUCCEEDED, undone
    for _ in range(2):
        after = await pair.sync()
        assert (after.state, after.writes) == (RunState.SUCCEEDED, 0), f"the next run did something: {after}"


async def ada(pair: Pair, **fields: str) -> tuple[str, str]:
    record = pair.record(name="Ada Lovelace", **({"jobtitle": "v0", "department": "d0"} | fields))
    await pair.sync_twice()
    return record, pair.items()["Ada Lovelace"]


def title(pair: Pair, href: str) -> tuple[str | None, str]:
    return pair.crm("Ada Lovelace")["jobtitle"], pair.item(href)["jobtitle"]


async def test_what_a_run_wrote_to_outlook_goes_back_and_is_not_written_again(pair: Pair) -> None:
    record, href = await ada(pair)
    pair.edit(record, jobtitle="v1", department="d1")
    run = await pair.sync_twice()

    undone = await pair.undo(run=run)

    await settled(pair, undone)
    assert undone.counts["updated_in_outlook"] == 1
    assert (title(pair, href), pair.item(href)["department"]) == (("v1", "v0"), "d0")
    pair.edit(record, jobtitle="v2")
    await pair.sync_twice()
    assert (title(pair, href), pair.item(href)["department"]) == (("v2", "v2"), "d0")


async def test_what_a_run_wrote_to_the_crm_goes_back_and_is_not_written_again(pair: Pair) -> None:
    _, href = await ada(pair)
    pair.edit_item(href, jobtitle="v1")
    run = await pair.sync_twice()

    undone = await pair.undo(run=run)

    await settled(pair, undone)
    assert title(pair, href) == ("v0", "v1")


async def test_both_sides_of_one_run_go_back_together(pair: Pair) -> None:
    record, href = await ada(pair)
    pair.edit(record, jobtitle="v1")
    pair.edit_item(href, department="d1")
    run = await pair.sync_twice()

    undone = await pair.undo(run=run)

    await settled(pair, undone)
    assert title(pair, href) == ("v1", "v0")
    assert (pair.crm("Ada Lovelace")["department"], pair.item(href)["department"]) == ("d0", "d1")


@pytest.mark.parametrize("force", [False, True])
async def test_what_was_changed_since_stays_and_is_told_unless_forced(pair: Pair, force: bool) -> None:
    record, href = await ada(pair)
    pair.edit(record, jobtitle="v1", department="d1")
    run = await pair.sync_twice()
    pair.edit_item(href, jobtitle="theirs")

    undone = await pair.undo(run=run, force=force)

    assert pair.item(href)["department"] == "d0"
    assert pair.item(href)["jobtitle"] == ("v0" if force else "theirs")
    assert [problem["code"] for problem in undone.problems] == ([] if force else ["CHANGED_SINCE"])
    assert pair.lost() == ({"CONTACT.jobtitle": "theirs"} if force else {})
    if force:
        await settled(pair, undone)
    else:  # the edit is one that no run has handled yet
        await pair.sync_twice()
        assert title(pair, href) == ("theirs", "theirs")
        assert (pair.crm("Ada Lovelace")["department"], pair.item(href)["department"]) == ("d1", "d0")


async def test_edits_that_wait_for_the_next_run_are_not_taken_for_handled(pair: Pair) -> None:
    record, href = await ada(pair)
    pair.edit(record, jobtitle="v1")
    run = await pair.sync_twice()
    pair.edit(record, department="d1")
    pair.edit_item(href, mobilephone="0170 1")

    undone = await pair.undo(run=run)
    assert undone.state is RunState.SUCCEEDED
    await pair.sync_twice()

    assert title(pair, href) == ("v1", "v0")
    assert (pair.item(href)["department"], pair.crm("Ada Lovelace")["mobilephone"]) == ("d1", "0170 1")


async def test_several_runs_are_undone_by_record_by_field_and_by_time(pair: Pair) -> None:
    record, href = await ada(pair)
    other = pair.record(name="Grace Hopper", jobtitle="w0")
    await pair.sync_twice()
    began = SystemClock().now()
    for number in (1, 2):
        pair.edit(record, jobtitle=f"v{number}", department=f"d{number}")
        pair.edit(other, jobtitle=f"w{number}")
        await pair.sync_twice()

    by_field = await pair.undo(record_id=record, field_ids=frozenset({FIELDS["jobtitle"].id}))
    await settled(pair, by_field)
    assert (pair.item(href)["jobtitle"], pair.item(href)["department"]) == ("v0", "d2")
    by_time = await pair.undo(since=began)
    await settled(pair, by_time)
    assert (pair.item(href)["jobtitle"], pair.item(href)["department"]) == ("v0", "d0")
    assert pair.item(pair.items()["Grace Hopper"])["jobtitle"] == "w0"
    by_record = await pair.undo(record_id=other)
    await settled(pair, by_record)
    assert "Grace Hopper" not in pair.items()  # it was made by a run as well
    assert "Grace Hopper" in pair.records()


async def test_undoing_twice_does_nothing_the_second_time_and_undoing_an_undo_brings_it_forth_again(pair: Pair) -> None:
    record, href = await ada(pair)
    pair.edit(record, jobtitle="v1")
    run = await pair.sync_twice()

    undo = await pair.undo(run=run)
    twice = await pair.undo(run=run)
    assert (twice.writes, twice.problems) == (0, [])
    assert title(pair, href) == ("v1", "v0")

    redo = await pair.undo(run=undo)
    await settled(pair, redo)
    assert title(pair, href) == ("v1", "v1")
    again = await pair.undo(run=run)
    await settled(pair, again)
    assert title(pair, href) == ("v1", "v0")


def undone_by(pair: Pair, run: Outcome) -> set[str | None]:
    table = journal_entries.table
    return set(
        pair.database.read_now(
            lambda c: c.execute(select(table.c.undone_by).where(table.c.run_id == run.row["id"])).scalars().all()
        )
    )


async def test_the_journal_tells_what_was_undone_by_which_run(pair: Pair) -> None:
    record, _ = await ada(pair)
    pair.edit(record, jobtitle="v1")
    run = await pair.sync_twice()

    undo = await pair.undo(run=run)
    assert undone_by(pair, run) == {undo.row["id"]}
    redo = await pair.undo(run=undo)
    assert (undone_by(pair, undo), undone_by(pair, run)) == ({redo.row["id"]}, {None})


# Creations


async def test_items_that_a_run_made_go_and_are_not_made_again(pair: Pair) -> None:
    for number in range(3):
        pair.record(name=f"Record {number}")
    run = await pair.sync_twice()
    pair.server.put(pair.items()["Record 1"], pair.server.items[pair.items()["Record 1"]].body + b"\r\n")

    undone = await pair.undo(run=run)

    await settled(pair, undone)
    assert set(pair.items()) == {"Record 1"}
    assert len(pair.records()) == 3
    assert [problem["code"] for problem in undone.problems] == ["CHANGED_SINCE"]
    assert undone.counts["deleted_in_outlook"] == 2


async def test_records_that_a_run_made_go_and_are_not_made_again(pair: Pair) -> None:
    href = pair.put("Grace Hopper", jobtitle="Captain")
    run = await pair.sync_twice()

    undone = await pair.undo(run=run)

    await settled(pair, undone)
    assert (list(pair.records()), list(pair.items())) == ([], ["Grace Hopper"])
    assert pair.item(href)["jobtitle"] == "Captain"


async def test_a_creation_comes_back_byte_for_byte_when_its_undo_is_undone(pair: Pair) -> None:
    pair.record(name="Ada Lovelace", jobtitle="v0")
    href = pair.put("Grace Hopper", "X-CUSTOM:kept", jobtitle="Captain")
    run = await pair.sync_twice()
    before = {name: pair.server.items[where].body for name, where in pair.items().items()}
    columns = pair.crm("Grace Hopper")

    undo = await pair.undo(run=run)
    assert (list(pair.records()), list(pair.items())) == (["Ada Lovelace"], ["Grace Hopper"])
    redo = await pair.undo(run=undo)

    await settled(pair, redo)
    assert {name: pair.server.items[where].body for name, where in pair.items().items()} == before
    changed = {name for name, value in pair.crm("Grace Hopper").items() if value != columns[name]}
    assert changed <= {"version", "modified_at"}
    assert {link["state"] for link in pair.links()} == {"LINKED"}
    pair.edit(pair.crm("Ada Lovelace")["id"], jobtitle="v1")
    pair.edit_item(href, jobtitle="Admiral")
    await pair.sync_twice()
    assert pair.item(pair.items()["Ada Lovelace"])["jobtitle"] == "v1"
    assert pair.crm("Grace Hopper")["jobtitle"] == "Admiral"


# Deletions


async def test_an_item_that_a_run_deleted_comes_back_and_stays(pair: Pair) -> None:
    record, href = await ada(pair)
    body = pair.server.items[href].body
    pair.delete_record(record)
    run = await pair.sync_twice()
    assert pair.items() == {}

    undone = await pair.undo(run=run)

    await settled(pair, undone)
    assert pair.server.items[pair.items()["Ada Lovelace"]].body == body
    assert pair.records() == {}


async def test_a_record_that_a_run_deleted_comes_back_with_its_id_and_stays(pair: Pair) -> None:
    pair.rule(on_item_deleted="DELETE")
    record, href = await ada(pair)
    pair.server.remove(href)
    run = await pair.sync_twice()
    assert pair.records() == {}

    undone = await pair.undo(run=run)

    await settled(pair, undone)
    assert pair.crm("Ada Lovelace")["id"] == record
    assert pair.items() == {}


async def test_a_deletion_after_an_edit_is_undone_to_before_both(pair: Pair) -> None:
    record, _ = await ada(pair)
    began = SystemClock().now()
    pair.edit(record, jobtitle="v1")
    await pair.sync_twice()
    pair.delete_record(record)
    await pair.sync_twice()

    undone = await pair.undo(since=began)

    await settled(pair, undone)
    assert pair.item(pair.items()["Ada Lovelace"])["jobtitle"] == "v0"


# Rights, conflicts, faults


async def test_what_the_owner_may_not_write_stays_and_the_rule_is_told(pair: Pair) -> None:
    record, href = await ada(pair)
    pair.edit_item(href, jobtitle="v1")
    run = await pair.sync_twice()
    pair.hand_over(record, pair.other)

    undone = await pair.undo(run=run)

    assert title(pair, href) == ("v1", "v1")
    assert [problem["code"] for problem in undone.problems] == ["OUT_OF_REACH"]


async def test_undoing_does_not_ask_which_way_a_field_travels_now(pair: Pair) -> None:
    record, href = await ada(pair)
    pair.edit(record, jobtitle="v1")
    run = await pair.sync_twice()
    pair.direct(jobtitle=Direction.NONE)

    await settled(pair, await pair.undo(run=run))

    assert title(pair, href) == ("v1", "v0")


async def test_a_conflict_of_an_undone_field_is_gone(pair: Pair) -> None:
    pair.lead(jobtitle=ConflictPolicy.ASK)
    record, href = await ada(pair)
    pair.edit(record, jobtitle="v1")
    run = await pair.sync_twice()
    pair.edit(record, jobtitle="v2")
    pair.edit_item(href, jobtitle="w2")
    await pair.sync()
    assert pair.conflicts()["jobtitle"][0] == "OPEN"

    await settled(pair, await pair.undo(run=run, force=True))

    assert pair.conflicts()["jobtitle"][0] == "GONE"
    assert title(pair, href) == ("v2", "v0")


@pytest.mark.parametrize("request_name", ["update", "fetch"])
async def test_an_item_that_moves_while_it_is_undone_is_looked_at_again(pair: Pair, request_name: str) -> None:
    record, href = await ada(pair)
    pair.edit(record, jobtitle="v1", department="d1")
    run = await pair.sync_twice()

    async def meddle(request: str) -> None:
        if request == request_name and pair.item(href)["jobtitle"] == "v1":
            pair.edit_item(href, jobtitle="theirs")

    pair.faults = Faults(before=meddle)
    undone = await pair.undo(run=run)
    pair.faults = Faults()

    assert undone.state is RunState.SUCCEEDED
    assert (pair.item(href)["jobtitle"], pair.item(href)["department"]) == ("theirs", "d0")
    assert {problem["code"] for problem in undone.problems} == {"CHANGED_SINCE"}
    await pair.sync_twice()
    assert title(pair, href) == ("theirs", "theirs")


async def test_a_record_that_moves_while_it_is_undone_is_looked_at_again(pair: Pair) -> None:
    record, href = await ada(pair)
    pair.edit_item(href, jobtitle="v1", department="d1", mobilephone="1")
    pair.edit(record, telephone1="+1 2")
    run = await pair.sync_twice()

    async def meddle(request: str) -> None:
        if request == "update" and pair.crm("Ada Lovelace")["jobtitle"] == "v1":
            await asyncio.to_thread(pair.edit, record, jobtitle="theirs")

    pair.faults = Faults(before=meddle)
    undone = await pair.undo(run=run)
    pair.faults = Faults()

    crm = pair.crm("Ada Lovelace")
    assert (crm["jobtitle"], crm["department"], crm["mobilephone"]) == ("theirs", "d0", None)
    assert pair.item(href)["telephone1"] == ""
    assert {problem["code"] for problem in undone.problems} == {"CHANGED_SINCE"}


async def scene(pair: Pair) -> Outcome:
    """A run that did everything there is: made, wrote and deleted, on either side."""
    pair.rule(on_item_deleted="DELETE")
    for name in ("Edited", "Moved", "Dropped", "Vanished"):
        pair.record(name=f"{name} Person", jobtitle="v0")
    for number in range(4):
        pair.record(name=f"Quiet {number}", jobtitle="v0")
    await pair.sync_twice()
    records, items = pair.records(), pair.items()
    pair.record(name="New Record", jobtitle="v0")
    pair.put("New Item", "X-CUSTOM:kept", jobtitle="v0")
    pair.edit(records["Edited Person"]["id"], jobtitle="v1")
    pair.edit_item(items["Moved Person"], jobtitle="v1")
    pair.delete_record(records["Dropped Person"]["id"])
    pair.server.remove(items["Vanished Person"])
    return await pair.sync_twice()


def picture(pair: Pair) -> dict[str, dict[str, str | None]]:
    """Both sides by name, without what changes with every write."""
    return {
        "records": {name: row["jobtitle"] for name, row in pair.records().items()},
        "items": {name: pair.item(href)["jobtitle"] for name, href in pair.items().items()},
    }


BEFORE = {
    "records": {"Edited Person": "v1", "Moved Person": "v0", "New Record": "v0", "Vanished Person": "v0"},
    "items": {"Edited Person": "v0", "Moved Person": "v1", "New Item": "v0", "Dropped Person": "v0"},
}
"""Both sides as the run found them, with what people had done before it."""
QUIET = {f"Quiet {number}": "v0" for number in range(4)}


async def test_a_run_that_did_everything_is_undone_whole_and_back_again(pair: Pair) -> None:
    run = await scene(pair)
    after = picture(pair)

    undo = await pair.undo(run=run)

    await settled(pair, undo)
    assert picture(pair) == {side: names | QUIET for side, names in BEFORE.items()}
    redo = await pair.undo(run=undo)
    await settled(pair, redo)
    assert picture(pair) == after


@pytest.mark.parametrize("drops", [0, 1])
async def test_a_process_that_dies_at_any_request_of_an_undo_loses_nothing_and_the_undo_can_go_on(
    database, drops: int
) -> None:
    class Died(BaseException):
        pass

    pair = make_pair(database)
    run = await scene(pair)
    scope = UndoScope(run_id=run.row["id"])
    for fatal in range(1, 7):
        left = fatal

        async def die(_request: str) -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                raise Died

        pair.faults = Faults(before=die, drop_answers=drops)
        await run_until_death(pair, pair.order(undoes=scope))
        bury(pair)
        pair.faults = Faults()
        quiet = await pair.sync()  # the next cycle comes before anybody undoes the rest
        assert (quiet.state, quiet.writes) == (RunState.SUCCEEDED, 0), f"after a death at request {fatal}: {quiet}"

    undone = await pair.undo(run=run)
    await settled(pair, undone)
    assert picture(pair) == {side: names | QUIET for side, names in BEFORE.items()}
    operations = journal_entries._operation
    states = pair.database.read_now(lambda c: set(c.execute(select(operations.c.state)).scalars()))
    assert OperationState.INTENDED.value not in states


async def test_a_server_that_is_lost_in_the_middle_ends_the_undo_and_the_next_cycle_changes_nothing(pair: Pair) -> None:
    for number in range(4):
        pair.record(name=f"Record {number}")
    run = await pair.sync_twice()

    pair.faults = Faults(fail_after=2)
    failed = await pair.undo(run=run)
    pair.faults = Faults()
    assert failed.state is RunState.FAILED
    left = set(pair.items())
    assert 0 < len(left) < 4
    quiet = await pair.sync()
    assert (quiet.writes, set(pair.items())) == (0, left)
    assert sum(link["state"] == "LINKED" for link in pair.links()) == len(left)

    await settled(pair, await pair.undo(run=run))
    assert pair.items() == {}


async def test_what_has_expired_cannot_be_undone(pair: Pair) -> None:
    record, href = await ada(pair)
    pair.edit(record, jobtitle="v1")
    run = await pair.sync_twice()

    def age(connection) -> None:
        table = journal_entries.table
        connection.execute(table.update().values(expires_at=SystemClock().now() - timedelta(seconds=1)))

    pair.database.write_now(PERMIT, age)
    undone = await pair.undo(run=run)

    assert (undone.state, undone.writes) == (RunState.SUCCEEDED, 0)
    assert title(pair, href) == ("v1", "v1")
