"""Writes that nobody heard of: what a run left on an item is no edit of Outlook, however late it turns up."""

import pytest

from engine.pair import Pair
from engine.test_faults import bury
from fieldsync.core.conflicts import ConflictPolicy
from fieldsync.core.runs import RunState
from fieldsync.sides.memory import Faults

ADA = {"name": "Ada Lovelace", "emailaddress1": "ada@e.org"}
POLICIES = [ConflictPolicy.CRM_LEADS, ConflictPolicy.OUTLOOK_LEADS, ConflictPolicy.ASK]


def both(pair: Pair) -> tuple[str, str]:
    (href,) = pair.server.items
    return pair.crm("Ada Lovelace")["jobtitle"] or "", pair.item(href)["jobtitle"]


def move(pair: Pair) -> None:
    (href,) = pair.server.items
    body = pair.server.items[href].body
    pair.server.remove(href)
    pair.server.put("moved.vcf", body)


def outlive(pair: Pair, request: str) -> None:
    """The next ``request`` is sent only when another run has taken over, looked for it in vain, and failed."""

    async def sleep(name: str) -> None:
        if name == request:
            pair.faults.before, pair.faults.fail_after = None, 1
            bury(pair)
            assert (await pair.sync()).row["error_code"] == "SERVER_UNREACHABLE"
            pair.faults.fail_after = None

    pair.faults.before = sleep


async def check_followed(pair: Pair, record: str, before: str) -> None:
    """Both sides hold ``before``, and what the CRM says next reaches Outlook as if nothing had happened."""
    assert both(pair) == (before, before)

    pair.edit(record, jobtitle="v2")
    await pair.sync_twice()

    assert both(pair) == ("v2", "v2")
    assert (pair.lost(), pair.conflicts()) == ({}, {})


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("later", ["v2", ""])
async def test_what_was_written_at_a_first_match_is_no_edit_when_the_run_dies_before_it_links(
    pair: Pair, policy: ConflictPolicy, moved: bool, later: str
) -> None:
    pair.lead(jobtitle=policy)
    record = pair.record(**ADA, jobtitle="v1")
    pair.put("Ada Lovelace", emailaddress1="ada@e.org", department="Looms")
    pair.faults = Faults(drop_answers=1)
    assert (await pair.sync()).state is RunState.FAILED
    assert both(pair) == ("v1", "v1")

    pair.faults = Faults()
    if moved:
        move(pair)
    pair.edit(record, jobtitle=later)
    await pair.sync_twice()

    assert both(pair) == (later, later)
    assert (pair.lost(), pair.conflicts()) == ({}, {})
    assert pair.crm("Ada Lovelace")["department"] == "Looms"


@pytest.mark.parametrize("policy", POLICIES)
async def test_an_item_that_is_made_after_nobody_found_it_holds_no_edit(pair: Pair, policy: ConflictPolicy) -> None:
    pair.lead(jobtitle=policy)
    record = pair.record(**ADA, jobtitle="v1")
    outlive(pair, "create")
    await pair.sync()

    await check_followed(pair, record, "v1")


@pytest.mark.parametrize("policy", POLICIES)
async def test_an_update_that_arrives_after_nobody_found_it_is_no_edit(pair: Pair, policy: ConflictPolicy) -> None:
    pair.lead(jobtitle=policy)
    record = pair.record(**ADA, jobtitle="v0")
    await pair.sync_twice()
    pair.edit(record, jobtitle="v1")
    outlive(pair, "update")
    await pair.sync()

    await check_followed(pair, record, "v1")


@pytest.mark.parametrize("policy", POLICIES)
async def test_an_item_that_moves_while_it_is_written_a_second_time_holds_no_edit(
    pair: Pair, policy: ConflictPolicy
) -> None:
    pair.lead(jobtitle=policy)
    record = pair.record(**ADA, jobtitle="v0")
    await pair.sync_twice()

    async def edit_and_move(request: str) -> None:
        if request == "fetch" and both(pair) == ("v1", "v1"):
            pair.edit(record, jobtitle="v2")
        if request == "update" and both(pair) == ("v2", "v1"):
            pair.faults.before = None
            move(pair)

    pair.edit(record, jobtitle="v1")
    pair.faults = Faults(repeat_writes=1, before=edit_and_move)
    await pair.sync()
    assert pair.faults.before is None
    await pair.sync_twice()

    assert both(pair) == ("v2", "v2")
    assert (pair.lost(), pair.conflicts()) == ({}, {})


async def test_an_edit_to_what_once_arrived_unheard_is_an_edit_once_the_pair_was_handled(pair: Pair) -> None:
    pair.lead(jobtitle=ConflictPolicy.OUTLOOK_LEADS)
    record = pair.record(**ADA, jobtitle="v0")
    await pair.sync_twice()
    pair.edit(record, jobtitle="v1")
    outlive(pair, "update")
    await pair.sync()
    pair.edit(record, jobtitle="v2")
    await pair.sync_twice()

    (href,) = pair.server.items
    pair.edit_item(href, jobtitle="v1")
    pair.edit(record, jobtitle="v3")
    await pair.sync_twice()

    assert both(pair) == ("v1", "v1")
    assert list(pair.lost().values()) == ["v3"]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("later", ["Poet", ""])
async def test_what_people_write_on_an_item_that_was_made_unheard_is_an_edit_of_theirs(
    pair: Pair, policy: ConflictPolicy, later: str
) -> None:
    pair.lead(jobtitle=policy)
    pair.record(**ADA, jobtitle="Countess")
    outlive(pair, "create")
    await pair.sync()
    (href,) = pair.server.items

    pair.edit_item(href, jobtitle=later)
    await pair.sync_twice()

    assert both(pair) == (later, later)
    assert (pair.lost(), pair.conflicts()) == ({}, {})


async def test_of_several_tries_to_make_an_item_any_may_have_arrived(pair: Pair) -> None:
    record = pair.record(**ADA, jobtitle="v1")
    outlive(pair, "create")
    await pair.sync()
    pair.edit(record, jobtitle="v2")
    # The second try does not know of the first one, whose item is in its way.
    pair.faults.leave_out = frozenset(pair.server.items)
    await pair.sync()
    pair.faults.leave_out = frozenset()
    assert both(pair) == ("v2", "v1")

    await pair.sync_twice()

    assert both(pair) == ("v2", "v2")
    assert pair.lost() == {}


@pytest.mark.parametrize("linked", [False, True])
async def test_what_was_sent_a_second_time_is_no_edit_when_its_answer_is_lost(pair: Pair, linked: bool) -> None:
    record = pair.record(**ADA, jobtitle="v0")
    if linked:
        await pair.sync_twice()
    else:
        pair.put("Ada Lovelace", emailaddress1="ada@e.org")
    tried = False

    async def edit_between(request: str) -> None:
        nonlocal tried
        if tried and request == "fetch":
            pair.faults.before = None
            pair.edit(record, jobtitle="v2")
        tried = tried or request == "update"

    pair.edit(record, jobtitle="v1")
    pair.faults = Faults(race_once=True, drop_answers=1, before=edit_between)
    assert (await pair.sync()).state is RunState.FAILED
    assert both(pair) == ("v2", "v2")

    pair.edit(record, jobtitle="v3")
    await pair.sync_twice()

    assert both(pair) == ("v3", "v3")
    assert pair.lost() == {}


async def test_an_item_that_is_made_after_its_record_left_the_scope_is_no_new_contact(pair: Pair) -> None:
    record = pair.record(**ADA, jobtitle="Countess")
    outlive(pair, "create")
    await pair.sync()
    pair.hand_over(record, pair.other)
    outcome = await pair.sync_twice()

    assert [row["id"] for row in pair.records().values()] == [record]
    assert [problem["code"] for problem in outcome.problems] == ["NOT_YOURS"]

    pair.hand_over(record, pair.principal)
    pair.server.forget_cursors()
    await pair.sync_twice()

    assert [link["record_id"] for link in pair.links()] == [record]
    assert both(pair) == ("Countess", "Countess")
