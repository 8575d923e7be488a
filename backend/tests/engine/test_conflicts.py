"""Conflicts in whole runs: who leads, what a person is asked, and what becomes of the answer."""

import pytest
from sqlalchemy import select

from engine.pair import Pair
from fieldsync.core.conflicts import ConflictChoice, ConflictPolicy
from fieldsync.core.runs import RunMode, RunState
from fieldsync.core.values import Direction
from fieldsync.db.tables import LostValue
from fieldsync.security.sealed_values import open_value, shown


async def clash(pair: Pair, policy: ConflictPolicy, **more: ConflictPolicy) -> tuple[str, str]:
    """A contact whose job title was changed on both sides since the last run: its record and its item."""
    pair.lead(jobtitle=policy, **more)
    record = pair.record(name="Ada Lovelace", jobtitle="Analyst", department="Engines")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]
    pair.edit(record, jobtitle="Chief")
    pair.edit_item(href, jobtitle="Boss")
    return record, href


def titles(pair: Pair, href: str) -> tuple[str | None, str]:
    return pair.crm("Ada Lovelace")["jobtitle"], pair.item(href)["jobtitle"]


@pytest.mark.parametrize(
    ("policy", "stays", "lost"),
    [(ConflictPolicy.CRM_LEADS, "Chief", "Boss"), (ConflictPolicy.OUTLOOK_LEADS, "Boss", "Chief")],
)
async def test_each_mapping_has_its_own_leader_and_the_loser_is_kept(
    pair: Pair, policy: ConflictPolicy, stays: str, lost: str
) -> None:
    record, href = await clash(pair, policy, department=ConflictPolicy.OUTLOOK_LEADS)
    pair.edit(record, department="Looms")
    pair.edit_item(href, department="Cards")

    outcome = await pair.sync_twice()

    assert titles(pair, href) == (stays, stays)
    assert (pair.crm("Ada Lovelace")["department"], pair.item(href)["department"]) == ("Cards", "Cards")
    assert pair.lost() == {"CONTACT.jobtitle": lost, "CONTACT.department": "Looms"}
    assert outcome.counts["conflicts"] == 2
    kept = pair.database.read_now(lambda c: c.execute(select(LostValue.__table__)).mappings().first())
    assert (kept["mailbox_id"], kept["kind"]) == (pair.mailbox, "CONTACT")
    assert (kept["expires_at"] - kept["lost_at"]).days == 90


async def test_a_person_is_asked_once_and_everything_else_goes_on(pair: Pair) -> None:
    record, href = await clash(pair, ConflictPolicy.ASK)
    pair.edit(record, department="Looms")
    pair.edit_item(href, mobilephone="0170 1")

    outcome = await pair.sync()
    again = await pair.sync()

    assert titles(pair, href) == ("Chief", "Boss")
    assert pair.conflicts() == {"jobtitle": ("OPEN", "Chief", "Boss")}
    assert (pair.item(href)["department"], pair.crm("Ada Lovelace")["mobilephone"]) == ("Looms", "0170 1")
    assert [problem["code"] for problem in outcome.problems] == ["CONFLICT"]
    assert outcome.counts["conflicts"] == 1
    assert (again.problems, again.writes) == ([], 0)
    assert again.row["requests"] <= outcome.row["requests"]


async def test_an_open_conflict_is_not_told_again_when_other_fields_move(pair: Pair) -> None:
    record, href = await clash(pair, ConflictPolicy.ASK)
    await pair.sync()

    pair.edit(record, department="Looms")
    outcome = await pair.sync_twice()

    assert pair.item(href)["department"] == "Looms"
    assert outcome.problems == []
    assert pair.conflicts() == {"jobtitle": ("OPEN", "Chief", "Boss")}


async def test_a_further_edit_updates_the_open_conflict(pair: Pair) -> None:
    record, href = await clash(pair, ConflictPolicy.ASK)
    await pair.sync()

    pair.edit_item(href, jobtitle="Director")
    await pair.sync_twice()
    assert pair.conflicts() == {"jobtitle": ("OPEN", "Chief", "Director")}

    pair.edit(record, jobtitle="Countess")
    await pair.sync_twice()
    assert pair.conflicts() == {"jobtitle": ("OPEN", "Countess", "Director")}


async def test_a_conflict_is_gone_when_one_side_changes_back(pair: Pair) -> None:
    record, href = await clash(pair, ConflictPolicy.ASK)
    await pair.sync()

    pair.edit(record, jobtitle="Analyst")
    await pair.sync_twice()

    assert pair.conflicts() == {"jobtitle": ("GONE", "Chief", "Boss")}
    assert titles(pair, href) == ("Boss", "Boss")


async def test_a_conflict_is_gone_when_both_come_to_hold_the_same(pair: Pair) -> None:
    record, href = await clash(pair, ConflictPolicy.ASK)
    await pair.sync()

    pair.edit(record, jobtitle="Boss")
    await pair.sync_twice()

    assert pair.conflicts()["jobtitle"][0] == "GONE"
    assert titles(pair, href) == ("Boss", "Boss")
    pair.edit(record, jobtitle="Countess")
    await pair.sync_twice()
    assert titles(pair, href) == ("Countess", "Countess")


async def test_a_conflict_is_gone_with_its_pair(pair: Pair) -> None:
    record, _ = await clash(pair, ConflictPolicy.ASK)
    await pair.sync()

    pair.delete_record(record)
    await pair.sync_twice()

    assert pair.conflicts()["jobtitle"][0] == "GONE"


async def test_a_deletion_does_not_take_an_edit_along_that_waits_for_a_decision(pair: Pair) -> None:
    record, href = await clash(pair, ConflictPolicy.ASK)
    await pair.sync()

    pair.delete_record(record)
    await pair.sync_twice()

    assert pair.item(href)["jobtitle"] == "Boss"
    assert [row["reason"] for row in pair.links()] == ["RECORD_DELETED"]


@pytest.mark.parametrize(
    ("choice", "stays", "lost"),
    [
        (ConflictChoice.CRM, "Chief", {"Boss"}),
        (ConflictChoice.OUTLOOK, "Boss", {"Chief"}),
        (ConflictChoice.VALUE, "Countess", {"Boss", "Chief"}),
    ],
)
async def test_the_next_run_carries_out_what_was_decided(
    pair: Pair, choice: ConflictChoice, stays: str, lost: set[str]
) -> None:
    _, href = await clash(pair, ConflictPolicy.ASK)
    await pair.sync()

    pair.decide("jobtitle", choice, "Countess")
    await pair.sync_twice()

    assert titles(pair, href) == (stays, stays)
    assert pair.conflicts()["jobtitle"][0] == "SETTLED"
    kept = pair.database.read_now(lambda c: c.execute(select(LostValue.__table__)).mappings().all())
    assert {shown(open_value(pair.box, row["value_box"])) for row in kept} == lost


@pytest.mark.parametrize("side", ["crm", "outlook"])
async def test_an_edit_after_the_decision_opens_it_again(pair: Pair, side: str) -> None:
    record, href = await clash(pair, ConflictPolicy.ASK)
    await pair.sync()
    pair.decide("jobtitle", ConflictChoice.CRM)

    if side == "crm":
        pair.edit(record, jobtitle="Countess")
    else:
        pair.edit_item(href, jobtitle="Countess")
    outcome = await pair.sync()

    state, crm, outlook = pair.conflicts()["jobtitle"]
    assert state == "OPEN"
    assert titles(pair, href) == (crm, outlook)
    assert "after it had been decided" in outcome.problems[0]["message"]


async def test_a_new_conflict_of_a_settled_field_is_a_new_one(pair: Pair) -> None:
    record, href = await clash(pair, ConflictPolicy.ASK)
    await pair.sync()
    pair.decide("jobtitle", ConflictChoice.CRM)
    await pair.sync_twice()

    pair.edit(record, jobtitle="Countess")
    pair.edit_item(href, jobtitle="Director")
    outcome = await pair.sync()

    assert pair.conflicts() == {"jobtitle": ("OPEN", "Countess", "Director")}
    assert outcome.counts["conflicts"] == 1


async def test_nobody_asked_any_more_the_open_conflict_is_decided_by_the_new_policy(pair: Pair) -> None:
    _, href = await clash(pair, ConflictPolicy.ASK)
    await pair.sync()

    pair.lead(jobtitle=ConflictPolicy.OUTLOOK_LEADS)
    await pair.sync_twice()

    assert titles(pair, href) == ("Boss", "Boss")
    assert pair.conflicts()["jobtitle"][0] == "GONE"
    assert pair.lost() == {"CONTACT.jobtitle": "Chief"}


async def test_a_direction_that_names_a_leader_ends_the_conflict(pair: Pair) -> None:
    _, href = await clash(pair, ConflictPolicy.ASK)
    await pair.sync()

    pair.direct(jobtitle=Direction.TO_OUTLOOK)
    await pair.sync_twice()

    assert titles(pair, href) == ("Chief", "Chief")
    assert pair.conflicts()["jobtitle"][0] == "GONE"


async def test_whoever_is_matched_for_the_first_time_is_asked_too(pair: Pair) -> None:
    pair.lead(jobtitle=ConflictPolicy.ASK)
    pair.record(name="Ada Lovelace", jobtitle="Chief", emailaddress1="ada@example.org")
    href = pair.put("Ada Lovelace", jobtitle="Boss", emailaddress1="ada@example.org", mobilephone="0170 1")

    outcome = await pair.sync()
    again = await pair.sync()

    assert outcome.counts["linked"] == 1
    assert titles(pair, href) == ("Chief", "Boss")
    assert pair.crm("Ada Lovelace")["mobilephone"] == "0170 1"
    assert pair.conflicts() == {"jobtitle": ("OPEN", "Chief", "Boss")}
    assert (again.problems, again.writes) == ([], 0)
    pair.decide("jobtitle", ConflictChoice.OUTLOOK)
    await pair.sync_twice()
    assert titles(pair, href) == ("Boss", "Boss")


async def test_a_full_compare_does_not_ask_again(pair: Pair) -> None:
    _, href = await clash(pair, ConflictPolicy.ASK)
    await pair.sync()

    pair.faults.lose_cursor = True
    outcome = await pair.sync_twice()

    assert outcome.problems == []
    assert titles(pair, href) == ("Chief", "Boss")
    assert pair.conflicts() == {"jobtitle": ("OPEN", "Chief", "Boss")}


async def test_a_preview_stores_no_conflict(pair: Pair) -> None:
    await clash(pair, ConflictPolicy.ASK)

    outcome = await pair.sync(RunMode.PREVIEW)

    assert outcome.state is RunState.SUCCEEDED
    assert [problem["code"] for problem in outcome.problems] == ["CONFLICT"]
    assert pair.conflicts() == {}
