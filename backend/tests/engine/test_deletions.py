"""Deletions, records that leave the scope, and the brake."""

import pytest

from engine.pair import Pair
from fieldsync.core.runs import RunState


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
