"""What happens when something breaks: the run says what to do, nothing is lost, the next run goes on."""

import asyncio
import socket
from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.pair import PERMIT, Pair
from fieldsync.core.conflicts import ConflictPolicy
from fieldsync.core.runs import RunMode, RunState
from fieldsync.db.database import Database
from fieldsync.db.tables import Mailbox, Run
from fieldsync.sides.memory import Faults


class Died(BaseException):
    """The process ends here, as if killed."""


async def run_until_death(pair: Pair, run_id: str | None = None) -> None:
    """One run that may or may not reach its end."""
    run = pair.runner().run(run_id or pair.order())
    (death,) = await asyncio.gather(run, return_exceptions=True)
    assert death is None or "Died" in repr(death), death


def bury(pair: Pair) -> None:
    """Make the dead run's lease look as it does when its process is gone."""
    owner = f"{socket.gethostname()[:60]}/4194305/dead"
    pair.database.write_now(
        PERMIT,
        lambda c: c.execute(
            update(Mailbox.__table__).where(Mailbox.lease_owner.is_not(None)).values(lease_owner=owner)
        ),
    )


def fill(pair: Pair) -> None:
    for number in range(4):
        pair.record(name=f"Record {number}", jobtitle="from CRM")
        pair.put(f"Item {number}", jobtitle="from Outlook")


def assert_whole(pair: Pair) -> None:
    names = sorted([f"Record {n}" for n in range(4)] + [f"Item {n}" for n in range(4)])
    assert sorted(pair.records()) == names
    assert len(pair.server.items) == 8, sorted(pair.items())
    assert sorted(pair.items()) == names
    assert len(pair.links()) == 8


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"fail_after": 0}, "SERVER_UNREACHABLE"),
        ({"refuse_sign_in": True}, "SERVER_REFUSED_SIGN_IN"),
        ({"collection_gone": True}, "COLLECTION_NOT_FOUND"),
        ({"throttle_once": timedelta(seconds=30)}, "SERVER_BUSY"),
        ({"time_out_once": True}, "SERVER_TIMED_OUT"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_server_that_cannot_be_used_ends_the_run_with_a_remedy_and_the_next_goes_on(
    pair: Pair, fault: dict, code: str
) -> None:
    fill(pair)

    pair.faults = Faults(**fault)
    failed = await pair.sync()
    pair.faults = Faults()
    await pair.sync_twice()

    assert (failed.state, failed.row["error_code"]) == (RunState.FAILED, code)
    assert failed.row["error_remedy"]
    assert failed.events[-1].final
    assert_whole(pair)


async def test_a_connection_lost_after_any_request_loses_and_doubles_nothing(pair: Pair) -> None:
    fill(pair)

    for requests in range(12):
        pair.faults = Faults(fail_after=requests)
        await pair.sync()
    pair.faults = Faults()
    await pair.sync_twice()

    assert_whole(pair)


async def test_a_write_whose_answer_is_lost_is_found_again_and_not_repeated(pair: Pair) -> None:
    fill(pair)
    record = pair.record(name="Late", jobtitle="v0")
    pair.faults = Faults(drop_answers=2)
    for _ in range(2):
        assert (await pair.sync()).state is RunState.FAILED
    await pair.sync_twice()
    pair.delete_record(record)
    await pair.sync_twice()
    assert_whole(pair)

    ada = pair.crm("Record 1")["id"]
    pair.edit(ada, jobtitle="v1")
    pair.faults = Faults(drop_answers=1)
    assert (await pair.sync()).state is RunState.FAILED
    pair.faults = Faults()
    pair.edit(ada, jobtitle="v2")
    outcome = await pair.sync_twice()

    assert pair.item(pair.items()["Record 1"])["jobtitle"] == "v2"
    assert outcome.counts.get("conflicts", 0) == 0


async def test_a_process_that_dies_at_any_request_leaves_no_duplicate_and_no_loss(pair: Pair) -> None:
    fill(pair)

    for fatal in range(9):
        left = fatal

        async def die(_request: str) -> None:
            nonlocal left
            if left == 0:
                raise Died
            left -= 1

        pair.faults = Faults(before=die)
        await run_until_death(pair)
        bury(pair)
    pair.faults = Faults()
    await pair.sync_twice()

    assert_whole(pair)


class DyingDatabase(Database):
    """Dies at the nth write, just before it or just after its commit."""

    left = -1
    after = False

    async def write(self, permit, unit):
        self.left -= 1
        if self.left == -1 and not self.after:
            raise Died
        result = await super().write(permit, unit)
        if self.left == -1:
            raise Died
        return result


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
async def test_a_process_that_dies_at_any_write_leaves_no_duplicate_and_no_loss(pair: Pair, after: bool) -> None:
    fill(pair)
    healthy, dying = pair.database, DyingDatabase(pair.database.url)
    dying.after = after

    for fatal in range(14):
        dying.left = fatal
        pair.database = dying
        await run_until_death(pair)
        pair.database = healthy
        bury(pair)
        if fatal == 7:
            pair.edit(pair.crm("Record 0")["id"], jobtitle="edited between two deaths")
    await pair.sync()
    await pair.sync_twice()

    assert_whole(pair)
    assert pair.item(pair.items()["Record 0"])["jobtitle"] == "edited between two deaths"
    dying.close()


async def test_a_run_of_a_dead_process_is_closed_by_the_next_one(pair: Pair) -> None:
    fill(pair)

    async def die(_request: str) -> None:
        raise Died

    pair.faults.before = die
    dead = pair.order()
    with pytest.raises(Died):
        await pair.runner().run(dead)
    assert pair.outcome(dead).state is RunState.RUNNING
    bury(pair)
    pair.faults = Faults()
    await pair.sync_twice()

    assert pair.outcome(dead).state is RunState.FAILED
    assert pair.outcome(dead).row["error_code"] == "LEASE_LOST"
    assert pair.outcome(dead).events[-1].final


async def test_a_server_that_starts_closes_dead_runs_and_takes_on_those_that_died_waiting(pair: Pair) -> None:
    fill(pair)

    async def die(_request: str) -> None:
        raise Died

    pair.faults.before = die
    dead = pair.order()
    with pytest.raises(Died):
        await pair.runner().run(dead)
    waiting = pair.order()
    bury(pair)
    gone = f"{socket.gethostname()[:60]}/4194305/dead"
    pair.database.write_now(PERMIT, lambda c: c.execute(update(Run.__table__).values(process=gone)))
    pair.faults = Faults()

    runner = pair.runner()
    await runner.recover()
    while not pair.outcome(waiting).state.final:
        await asyncio.sleep(0.01)
    await runner.close()

    assert (pair.outcome(dead).state, pair.outcome(dead).row["error_code"]) == (RunState.FAILED, "LEASE_LOST")
    assert pair.outcome(waiting).state is RunState.SUCCEEDED
    assert_whole(pair)


async def test_a_mailbox_has_one_run_at_a_time(pair: Pair) -> None:
    fill(pair)
    second: list = []

    async def start_another(_request: str) -> None:
        pair.faults.before = None
        second.append(await pair.sync())

    pair.faults.before = start_another
    first = await pair.sync()

    assert first.state is RunState.SUCCEEDED
    assert (second[0].state, second[0].row["error_code"]) == (RunState.FAILED, "MAILBOX_BUSY")
    assert_whole(pair)


async def test_a_run_that_lost_its_lease_writes_nothing_more(pair: Pair) -> None:
    fill(pair)

    async def take_over(_request: str) -> None:
        pair.faults.before = None
        pair.database.write_now(PERMIT, lambda c: c.execute(update(Mailbox.__table__).values(fence=Mailbox.fence + 1)))

    pair.faults.before = take_over
    run = pair.order()
    await pair.runner().run(run)

    assert pair.outcome(run).state is RunState.RUNNING
    assert len(pair.records()) == 4
    assert pair.links() == []


@pytest.mark.parametrize("edited", [False, True])
async def test_a_worker_that_wakes_in_the_middle_of_a_request_makes_nothing_a_second_time(
    pair: Pair, edited: bool
) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="Countess")

    async def sleep(request: str) -> None:
        if request != "create":
            return
        pair.faults.before = None
        bury(pair)
        await pair.sync_twice()
        if edited:
            pair.edit_item(next(iter(pair.server.items)), jobtitle="Poet")

    pair.faults.before = sleep
    sleeper = pair.order()
    await pair.runner().run(sleeper)
    await pair.sync_twice()

    assert pair.outcome(sleeper).state is RunState.FAILED
    assert [one["record_id"] for one in pair.links()] == [record]
    assert len(pair.server.items) == 1
    assert pair.records()["Ada Lovelace"]["jobtitle"] == ("Poet" if edited else "Countess")


async def test_a_broken_item_is_reported_and_skipped_and_the_rest_go_on(pair: Pair) -> None:
    fill(pair)
    href = pair.server.put("broken.vcf", b"this is no vCard").href

    first = await pair.sync()
    second = await pair.sync()

    assert first.state is second.state is RunState.SUCCEEDED
    assert [(p["code"], p["subject"]) for p in first.problems] == [("ITEM_BROKEN", href)]
    assert pair.server.items[href].body == b"this is no vCard"
    assert second.writes == 0
    pair.server.remove(href)
    assert_whole(pair)


GROUP = b"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:g\r\nKIND:group\r\nFN:The Does\r\nMEMBER:urn:uuid:1\r\nEND:VCARD\r\n"


async def test_a_group_of_contacts_is_none_of_them_and_stays_as_it_is(pair: Pair) -> None:
    fill(pair)
    href = pair.server.put("group.vcf", GROUP).href

    first = await pair.sync()
    pair.server.put(href, GROUP.replace(b"Does", b"Roes"))
    second = await pair.sync()

    assert first.problems == second.problems == []
    assert second.writes == 0
    assert not any("Does" in name or "Roes" in name for name in pair.records())
    assert pair.server.items[href].body == GROUP.replace(b"Does", b"Roes")
    pair.server.remove(href)
    assert_whole(pair)


async def test_a_contact_that_becomes_a_group_is_let_go(pair: Pair) -> None:
    href = pair.put("Ada Lovelace")
    await pair.sync_twice()

    pair.server.put(href, GROUP)
    outcome = await pair.sync()
    quiet = await pair.sync()

    assert [problem["code"] for problem in outcome.problems] == ["KIND_CHANGED"]
    assert list(pair.records()) == ["Ada Lovelace"]
    assert (quiet.writes, quiet.problems) == (0, [])
    assert pair.server.items[href].body == GROUP


async def test_an_item_the_server_refuses_is_reported_and_tried_again_by_the_next_run(pair: Pair) -> None:
    fill(pair)
    pair.faults.refuse = lambda body: "too large" if b"Record 2" in body else None

    refused = await pair.sync()
    pair.faults.refuse = None
    await pair.sync_twice()

    assert refused.state is RunState.SUCCEEDED
    assert [(p["code"], p["subject"]) for p in refused.problems] == [("ITEM_REFUSED", "Record 2")]
    assert refused.counts["failed"] == 1
    assert_whole(pair)


async def test_an_item_that_changes_just_before_it_is_written_is_merged(pair: Pair) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="v0")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]
    pair.edit(record, jobtitle="v1")

    async def edit_just_before(request: str) -> None:
        if request == "update":
            pair.faults.before = None
            pair.edit_item(href, department="Looms")

    pair.faults.before = edit_just_before
    await pair.sync_twice()

    assert (pair.item(href)["jobtitle"], pair.item(href)["department"]) == ("v1", "Looms")
    assert (pair.crm("Ada Lovelace")["jobtitle"], pair.crm("Ada Lovelace")["department"]) == ("v1", "Looms")


async def test_a_write_that_became_needless_is_not_told_as_done(pair: Pair) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="v0")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]
    pair.edit(record, jobtitle="v1")

    async def edit_just_before(request: str) -> None:
        if request == "update":
            pair.faults.before = None
            pair.edit_item(href, jobtitle="v1")

    pair.faults.before = edit_just_before
    outcome = await pair.sync_twice()

    assert outcome.operations == [("UPDATE_ITEM", "SKIPPED")]
    assert outcome.writes == 0


async def test_a_record_that_changes_while_its_item_is_written_is_merged(pair: Pair) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="v0", pager="1")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]
    pair.edit(record, jobtitle="v1")
    pair.edit_item(href, department="Looms")

    async def edit_meanwhile(request: str) -> None:
        if request == "update":
            pair.faults.before = None
            pair.edit(record, jobtitle="v2", pager="2")

    pair.faults.before = edit_meanwhile
    outcome = await pair.sync_twice()

    assert outcome.counts.get("conflicts", 0) == 0
    assert (pair.item(href)["jobtitle"], pair.item(href)["department"], pair.item(href)["pager"]) == (
        "v2",
        "Looms",
        "2",
    )
    crm = pair.crm("Ada Lovelace")
    assert (crm["jobtitle"], crm["department"], crm["pager"]) == ("v2", "Looms", "2")


@pytest.mark.parametrize("policy", [ConflictPolicy.CRM_LEADS, ConflictPolicy.ASK, ConflictPolicy.NEWEST])
@pytest.mark.parametrize("later", ["v2", ""])
async def test_a_record_that_changes_at_the_first_match_finds_no_edit_in_what_was_just_written(
    pair: Pair, policy: ConflictPolicy, later: str
) -> None:
    pair.lead(jobtitle=policy)
    record = pair.record(name="Ada Lovelace", emailaddress1="ada@e.org", jobtitle="v1")
    href = pair.put("Ada Lovelace", emailaddress1="ada@e.org", department="Looms")

    async def edit_meanwhile(request: str) -> None:
        if request == "update":
            pair.faults.before = None
            pair.edit(record, jobtitle=later)

    pair.faults.before = edit_meanwhile
    await pair.sync_twice()

    assert (pair.crm("Ada Lovelace")["jobtitle"] or "", pair.item(href)["jobtitle"]) == (later, later)
    assert (pair.lost(), pair.conflicts()) == ({}, {})


async def test_what_the_server_makes_of_a_card_is_no_change(pair: Pair) -> None:
    pair.faults.rewrite = lambda body: body.replace(b"TITLE:Analyst", b"TITLE:ANALYST")
    pair.record(name="Ada Lovelace", jobtitle="Analyst")

    await pair.sync_twice()

    assert pair.crm("Ada Lovelace")["jobtitle"] == "Analyst"


async def test_a_preview_tells_what_would_happen_and_writes_nothing(pair: Pair) -> None:
    fill(pair)

    preview = await pair.sync(RunMode.PREVIEW)

    assert preview.counts["created_in_crm"] == preview.counts["created_in_outlook"] == 4
    assert {state for _, state in preview.operations} == {"PLANNED"}
    assert len(pair.server.items) == len(pair.records()) == 4
    assert pair.links() == []
    await pair.sync_twice()
    assert_whole(pair)


async def test_a_cancelled_run_stops_and_the_next_one_finishes(pair: Pair) -> None:
    fill(pair)
    run = pair.order()

    async def cancel(request: str) -> None:
        if request == "create":
            pair.faults.before = None
            pair.database.write_now(PERMIT, lambda c: c.exec_driver_sql("UPDATE run SET cancel_requested = true"))

    pair.faults.before = cancel
    await pair.runner().run(run)
    outcome = pair.outcome(run)

    assert outcome.state is RunState.CANCELLED
    assert outcome.events[-1].final
    await pair.sync_twice()
    assert_whole(pair)


async def test_events_are_numbered_without_gaps_and_end_once(pair: Pair) -> None:
    fill(pair)

    outcome = await pair.sync()

    assert [event.seq for event in outcome.events] == list(range(1, len(outcome.events) + 1))
    types = [event.body["type"] for event in outcome.events]
    assert (types[0], types[1], types[-1]) == ("QUEUED", "STARTED", "FINISHED")
    assert types.count("FINISHED") == 1
    assert [row["phase"] for row in outcome.row["phases"]] == ["GATHER", "DECIDE", "APPLY"]
    assert all(row["milliseconds"] is not None for row in outcome.row["phases"])


@pytest.mark.parametrize("policy", [ConflictPolicy.CRM_LEADS, ConflictPolicy.OUTLOOK_LEADS])
async def test_a_write_that_arrives_twice_is_no_edit_of_somebody_else(pair: Pair, policy: ConflictPolicy) -> None:
    pair.lead(jobtitle=policy)
    ada = pair.record(name="Ada Lovelace", jobtitle="v0")
    await pair.sync_twice()

    async def edit_meanwhile(request: str) -> None:
        if request == "fetch" and pair.item(pair.items()["Ada Lovelace"])["jobtitle"] == "v1":
            pair.faults.before = None
            pair.edit(ada, jobtitle="v2")

    pair.edit(ada, jobtitle="v1")
    pair.faults.repeat_writes, pair.faults.before = 1, edit_meanwhile
    outcome = await pair.sync()
    await pair.sync_twice()

    assert pair.faults.before is None
    assert pair.crm("Ada Lovelace")["jobtitle"] == "v2"
    assert pair.item(pair.items()["Ada Lovelace"])["jobtitle"] == "v2"
    assert (pair.lost(), outcome.problems) == ({}, [])
