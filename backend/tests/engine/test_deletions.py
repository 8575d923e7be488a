"""Deletions, records that leave the scope, and the brake."""

import pytest
from sqlalchemy import select, update

from engine.pair import PERMIT, Pair, card
from fieldsync.clock import SystemClock
from fieldsync.core.deletes import Ending
from fieldsync.core.runs import RunMode, RunState
from fieldsync.db.columns import table_of
from fieldsync.db.records import RecordDeletion
from fieldsync.db.repo import deletion_rules, held_deletions, sync_settings


async def linked(pair: Pair, name: str = "Ada Lovelace") -> tuple[str, str]:
    record = pair.record(name=name, jobtitle="Analyst")
    await pair.sync_twice()
    return record, pair.items()[name]


async def test_a_deleted_record_takes_its_item_along(pair: Pair) -> None:
    record, _ = await linked(pair)

    pair.delete_record(record)
    outcome = await pair.sync_twice()

    assert outcome.operations == [("DELETE_ITEM", "APPLIED")]
    assert pair.server.items == {}
    assert pair.links() == []


async def test_a_deleted_record_leaves_its_item_where_the_rule_says_unlink(pair: Pair) -> None:
    pair.rule(on_record_deleted="UNLINK")
    record, href = await linked(pair)

    pair.delete_record(record)
    await pair.sync_twice()
    pair.edit_item(href, jobtitle="Retired")
    await pair.sync_twice()

    assert pair.item(href)["jobtitle"] == "Retired"
    assert pair.records() == {}


async def test_an_item_edited_after_its_record_was_deleted_stays(pair: Pair) -> None:
    record, href = await linked(pair)

    pair.delete_record(record)
    pair.edit_item(href, jobtitle="Chief")
    await pair.sync_twice()

    assert pair.item(href)["jobtitle"] == "Chief"
    assert pair.records() == {}


async def test_an_item_edited_while_its_deletion_is_under_way_stays(pair: Pair) -> None:
    record, href = await linked(pair)
    pair.delete_record(record)

    async def edit_just_before(request: str) -> None:
        if request == "delete":
            pair.faults.before = None
            pair.edit_item(href, jobtitle="Chief")

    pair.faults.before = edit_just_before
    await pair.sync()
    await pair.sync_twice()

    assert pair.item(href)["jobtitle"] == "Chief"


async def test_a_deleted_item_never_deletes_its_record_by_default_and_does_not_come_back(pair: Pair) -> None:
    record, href = await linked(pair)

    pair.server.remove(href)
    outcome = await pair.sync_twice()
    pair.edit(record, jobtitle="Chief")
    await pair.sync_twice()

    assert outcome.operations == [("UNLINK", "APPLIED")]
    assert pair.crm("Ada Lovelace")["jobtitle"] == "Chief"
    assert pair.server.items == {}


@pytest.mark.parametrize(("edited", "left"), [(False, 0), (True, 1)], ids=["untouched", "edited meanwhile"])
async def test_a_deleted_item_deletes_an_untouched_record_where_the_rule_says_so(
    pair: Pair, edited: bool, left: int
) -> None:
    pair.rule(on_item_deleted="DELETE")
    record, href = await linked(pair)

    pair.server.remove(href)
    if edited:
        pair.edit(record, jobtitle="Chief")
    await pair.sync_twice()

    assert len(pair.records()) == left


async def test_a_record_that_leaves_the_scope_is_unlinked_and_followed_again_when_it_returns(pair: Pair) -> None:
    record, href = await linked(pair)

    pair.hand_over(record, pair.other)
    outcome = await pair.sync_twice()
    pair.edit_item(href, department="Looms")
    await pair.sync_twice()
    assert outcome.operations == [("UNLINK", "APPLIED")]
    assert pair.crm("Ada Lovelace")["department"] is None
    pair.hand_over(record, pair.principal)
    await pair.sync_twice()

    assert len(pair.server.items) == len(pair.records()) == 1
    assert pair.crm("Ada Lovelace")["department"] == "Looms"


async def test_an_emptied_mailbox_holds_everything_until_somebody_agrees(pair: Pair) -> None:
    pair.rule(on_item_deleted="DELETE")
    for number in range(5):
        pair.record(name=f"Person {number}")
    await pair.sync_twice()

    for href in list(pair.server.items):
        pair.server.remove(href)
    held = await pair.sync()
    again = await pair.sync()
    released = await pair.sync(release_held=True)

    assert (held.counts["held"], again.counts["held"]) == (5, 5)
    assert [problem["code"] for problem in held.problems] == ["HELD"]
    assert len(held.operations) == 5
    assert {state for _, state in held.operations} == {"HELD"}
    assert released.counts["deleted_in_crm"] == 5
    assert pair.records() == {}


async def test_a_lost_cursor_means_a_full_compare_and_never_a_deletion(pair: Pair) -> None:
    for number in range(5):
        pair.record(name=f"Person {number}")
    await pair.sync_twice()
    gone = pair.items()["Person 3"]

    pair.faults.lose_cursor = True
    outcome = await pair.sync()
    pair.faults.lose_cursor = True
    pair.server.remove(gone)
    removed = await pair.sync_twice()

    assert outcome.writes == 0
    assert outcome.state is RunState.SUCCEEDED
    assert removed.operations == [("UNLINK", "APPLIED")]


# By the matrix


def set_cells(pair: Pair, **cells: str) -> None:
    """Set cells of the matrix for contacts by the end of their keys."""
    pair.database.write_now(
        PERMIT,
        lambda c: deletion_rules.put(
            c, {f"CONTACT:{key.replace('__', ':')}": Ending[outcome] for key, outcome in cells.items()}
        ),
    )


@pytest.mark.parametrize(("cell", "left"), [(None, 1), ("UNLINK", 1), ("DELETE", 0)])
async def test_a_mailbox_that_goes_by_the_matrix_deletes_items_only_where_a_cell_says_so(
    pair: Pair, cell: str | None, left: int
) -> None:
    pair.rule(on_record_deleted="MATRIX")
    if cell is not None:
        set_cells(pair, RECORD_DELETED__OWNER=cell, RECORD_DELETED__NOT_OWNER="DELETE")
    record, _ = await linked(pair)

    pair.delete_record(record)
    await pair.sync_twice()

    assert len(pair.server.items) == left


@pytest.mark.parametrize(("cell", "left"), [(None, 1), ("UNLINK", 1), ("DELETE", 0)])
async def test_a_mailbox_that_goes_by_the_matrix_deletes_records_only_where_a_cell_says_so(
    pair: Pair, cell: str | None, left: int
) -> None:
    pair.rule(on_item_deleted="MATRIX")
    if cell is not None:
        set_cells(pair, ITEM_DELETED__OWNER=cell)
    _, href = await linked(pair)

    pair.server.remove(href)
    await pair.sync_twice()

    assert len(pair.records()) == left


async def test_a_record_deleted_before_anybody_noted_what_it_was_leaves_its_item(pair: Pair) -> None:
    pair.rule(on_record_deleted="MATRIX")
    set_cells(pair, RECORD_DELETED__OWNER="DELETE", RECORD_DELETED__NOT_OWNER="DELETE")
    record, _ = await linked(pair)

    pair.delete_record(record)
    pair.database.write_now(PERMIT, lambda c: c.execute(update(table_of(RecordDeletion)).values(owner_id=None)))
    await pair.sync_twice()

    assert list(pair.items()) == ["Ada Lovelace"]


# An edit against a deletion


@pytest.fixture
def delete_wins(pair: Pair) -> None:
    pair.database.write_now(PERMIT, lambda c: sync_settings.change(c, 1, edit_against_delete="DELETE_WINS"))


@pytest.mark.usefixtures("delete_wins")
async def test_where_deletions_win_an_edited_item_goes_with_its_record(pair: Pair) -> None:
    record, href = await linked(pair)

    pair.delete_record(record)
    pair.edit_item(href, jobtitle="Chief")
    await pair.sync_twice()

    assert (pair.server.items, pair.records(), pair.links()) == ({}, {}, [])


@pytest.mark.usefixtures("delete_wins")
async def test_where_deletions_win_an_edited_record_goes_with_its_item(pair: Pair) -> None:
    pair.rule(on_item_deleted="DELETE")
    record, href = await linked(pair)

    pair.server.remove(href)
    pair.edit(record, jobtitle="Chief")
    await pair.sync_twice()

    assert (pair.records(), pair.links()) == ({}, [])


@pytest.mark.usefixtures("delete_wins")
async def test_where_deletions_win_an_edit_made_while_the_deletion_is_under_way_does_not_stop_it(pair: Pair) -> None:
    record, href = await linked(pair)
    pair.delete_record(record)

    async def edit_just_before(request: str) -> None:
        if request == "delete":
            pair.faults.before = None
            pair.edit_item(href, jobtitle="Chief")

    pair.faults.before = edit_just_before
    await pair.sync_twice()

    assert pair.server.items == {}


@pytest.mark.usefixtures("delete_wins")
async def test_where_deletions_win_the_rule_of_the_mailbox_still_counts(pair: Pair) -> None:
    pair.rule(on_record_deleted="UNLINK")
    record, href = await linked(pair)

    pair.delete_record(record)
    pair.edit_item(href, jobtitle="Chief")
    await pair.sync_twice()

    assert pair.item(href)["jobtitle"] == "Chief"


# Held until somebody agrees


async def emptied(pair: Pair, people: int = 5, gone: int = 5) -> list[str]:
    """A mailbox that lost so many of its items, with what they were called."""
    pair.rule(on_item_deleted="DELETE")
    for number in range(people):
        pair.record(name=f"Person {number}")
    await pair.sync_twice()
    lost = [name for name in sorted(pair.items()) if int(name.split()[1]) < gone]
    for name in lost:
        pair.server.remove(pair.items()[name])
    return lost


def on_hold(pair: Pair) -> dict[str, str]:
    """The list of held deletions: subject to id."""
    return {
        row.subject: row.id for row in pair.database.read_now(lambda c: c.execute(select(held_deletions.table)).all())
    }


def release(pair: Pair, *ids: str) -> None:
    now = SystemClock().now()
    pair.database.write_now(PERMIT, lambda c: held_deletions.release(c, pair.mailbox, ids or None, None, now))


async def test_what_is_held_stands_on_a_list_once_and_not_again_in_every_run(pair: Pair) -> None:
    await emptied(pair)

    first = await pair.sync()
    second = await pair.sync()
    preview = await pair.sync(RunMode.PREVIEW)

    assert len(on_hold(pair)) == 5
    assert [state for _, state in first.operations] == ["HELD"] * 5
    assert second.operations == []
    assert [state for _, state in preview.operations] == ["HELD"] * 5
    assert (first.counts["held"], second.counts["held"], preview.counts["held"]) == (5, 5, 5)


async def test_some_of_what_is_held_can_be_released_and_the_rest_stays_held(pair: Pair) -> None:
    await emptied(pair)
    await pair.sync()
    held = on_hold(pair)

    release(pair, held["Person 0"], held["Person 1"], held["Person 2"], held["Person 3"])
    outcome = await pair.sync()
    again = await pair.sync()

    # What is left would be no accident by its number; it waits all the same, since nobody agreed to it.
    assert outcome.counts["deleted_in_crm"] == 4
    assert list(pair.records()) == ["Person 4"]
    assert list(on_hold(pair)) == ["Person 4"]
    assert (again.writes, again.counts["held"]) == (0, 1)
    release(pair)
    await pair.sync_twice()
    assert (pair.records(), on_hold(pair)) == ({}, {})


async def test_what_is_held_leaves_the_list_when_its_cause_goes_away(pair: Pair) -> None:
    lost = await emptied(pair)
    bodies = {name: card(name, next(row["uid"] for row in pair.links())) for name in lost}
    hrefs = {row["record_id"]: row["href"] for row in pair.links()}
    records = {name: row["id"] for name, row in pair.records().items()}
    await pair.sync()

    for name in lost:
        pair.server.put(hrefs[records[name]], bodies[name])
    await pair.sync_twice()

    assert on_hold(pair) == {}
    assert len(pair.records()) == len(pair.server.items) == 5


async def test_what_is_held_is_carried_out_by_no_later_run_that_sees_few_deletions(pair: Pair) -> None:
    await emptied(pair, people=14, gone=12)
    await pair.sync()
    assert len(on_hold(pair)) == 12

    for _ in range(20):
        pair.record(name=f"New {_}")
    await pair.sync()
    pair.server.remove(pair.items()["Person 13"])
    outcome = await pair.sync()

    assert "deleted_in_crm" not in outcome.counts
    assert "Person 0" in pair.records()


async def test_a_run_that_dies_after_something_was_released_leaves_it_to_the_next_one(pair: Pair) -> None:
    await emptied(pair)
    await pair.sync()
    release(pair)

    pair.faults.refuse_sign_in = True
    await pair.sync()
    pair.faults.refuse_sign_in = False
    assert len(on_hold(pair)) == 5
    await pair.sync_twice()

    assert (pair.records(), on_hold(pair)) == ({}, {})


async def test_the_brakes_are_those_of_the_settings(pair: Pair) -> None:
    pair.database.write_now(PERMIT, lambda c: sync_settings.change(c, 1, brake_count=0, brake_share=0))
    await emptied(pair, people=8, gone=1)

    outcome = await pair.sync()

    assert (outcome.counts["held"], outcome.writes) == (1, 0)
