"""The quarantine: what a run deletes is kept whole, and comes back with its id or UID, linked again."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from authority import Authority
from engine.kind_pair import KindPair
from engine.pair import KIND, PERMIT, Outcome, Pair, card
from engine.test_deletions import linked
from fieldsync.clock import SystemClock
from fieldsync.core.changes import Removed
from fieldsync.core.privileges import Privilege, bits_of
from fieldsync.core.runs import OperationAction, RunConfiguration, RunMode, RunState
from fieldsync.core.undo_scope import UndoScope
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.repo import quarantine, sync_settings
from fieldsync.db.repo import runs as run_rows
from fieldsync.db.rights import RecordShare
from fieldsync.engine.entries import unseal
from fieldsync.engine.housekeeping import clean
from fieldsync.engine.kinds import setup
from fieldsync.ids import new_id


def copies(pair: Pair) -> dict[str, Removed]:
    """What is in the quarantine, opened, by what it was called."""
    rows = pair.database.read_now(lambda c: c.execute(select(quarantine.table)).all())
    actions = {"CRM": OperationAction.DELETE_RECORD, "OUTLOOK": OperationAction.DELETE_ITEM}
    found = {row.subject: unseal(actions[row.side], row.body_box, setup(KIND).fields, pair.box) for row in rows}
    return {name: change for name, change in found.items() if isinstance(change, Removed)}


async def restore(pair: Pair, kind: RecordKind = KIND) -> Outcome:
    """Put the only copy back."""
    run_id = new_id()

    def unit(connection):
        copy = connection.scalars(select(quarantine.table.c.id)).one()
        run_rows.insert_run(
            connection,
            run_id=run_id,
            mailbox_id=pair.mailbox,
            mode=RunMode.APPLY,
            configuration=RunConfiguration.PUBLISHED,
            kinds=[kind],
            started_by=pair.principal,
            release_held=False,
            now=SystemClock().now(),
            undoes=UndoScope(quarantine_id=copy).as_dict(),
        )

    pair.database.write_now(PERMIT, unit)
    await pair.runner().run(run_id)
    return pair.outcome(run_id)


def restored(pair: Pair) -> bool:
    return pair.database.read_now(lambda c: c.scalar(select(quarantine.table.c.restored_at))) is not None


async def test_a_deleted_item_is_kept_to_the_last_byte_and_comes_back_under_a_new_name(pair: Pair) -> None:
    record, href = await linked(pair)
    body = card("Ada Lovelace", "ada-1", "X-SECRET:only here", jobtitle="Analyst")
    pair.server.put(href, body)
    await pair.sync_twice()
    pair.delete_record(record)
    await pair.sync_twice()
    assert (pair.server.items, copies(pair)["Ada Lovelace"].body) == ({}, body)

    outcome = await restore(pair)
    after = await pair.sync_twice()

    (item,) = pair.server.items.values()
    assert (outcome.state, item.body, item.href != href) == (RunState.SUCCEEDED, body, True)
    assert restored(pair)
    # Its record was deleted in the CRM and is not made anew.
    assert (after.writes, pair.records()) == (0, {})


async def test_a_deleted_record_comes_back_with_its_id_its_owner_and_its_shares(pair: Pair) -> None:
    pair.rule(on_item_deleted="DELETE")
    record, href = await linked(pair)
    rights = bits_of(frozenset({Privilege.READ}))
    share = {"kind": "CONTACT", "record_id": record, "principal_id": pair.other, "rights": rights}
    pair.database.write_now(PERMIT, lambda c: c.execute(insert(table_of(RecordShare)).values(share)))
    before = pair.crm("Ada Lovelace")
    pair.server.remove(href)
    await pair.sync_twice()
    assert pair.records() == {}

    outcome = await restore(pair)
    after = await pair.sync_twice()

    found = pair.crm("Ada Lovelace")
    assert outcome.state is RunState.SUCCEEDED
    unlike = {"version", "modified_at"}
    assert {k: v for k, v in found.items() if k not in unlike} == {k: v for k, v in before.items() if k not in unlike}
    shares = pair.database.read_now(lambda c: c.execute(select(table_of(RecordShare))).mappings().all())
    assert [dict(one) for one in shares] == [share]
    # Its item was deleted in the mailbox and is not made anew.
    assert (after.writes, pair.server.items, restored(pair)) == (0, {}, True)


async def test_what_comes_back_is_linked_again_where_its_other_end_is_still_there(pair: Pair) -> None:
    pair.rule(on_item_deleted="DELETE")
    record, href = await linked(pair)
    body = pair.server.items[href].body
    pair.server.remove(href)
    await pair.sync_twice()
    pair.server.put(href, body)

    await restore(pair)
    await pair.sync_twice()
    pair.edit(record, jobtitle="Chief")
    await pair.sync_twice()

    assert len(pair.server.items) == len(pair.records()) == 1
    assert pair.item(next(iter(pair.server.items)))["jobtitle"] == "Chief"


async def test_a_copy_that_may_not_come_back_stays_and_the_run_says_why(pair: Pair) -> None:
    pair.rule(on_item_deleted="DELETE")
    _, href = await linked(pair)
    pair.server.remove(href)
    await pair.sync_twice()
    Authority(pair.database).without_roles(pair.principal)

    outcome = await restore(pair)

    assert pair.records() == {}
    assert not restored(pair)
    assert [problem["code"] for problem in outcome.problems] == ["NOT_PERMITTED"]


async def test_what_was_not_deleted_after_all_is_in_no_quarantine(pair: Pair) -> None:
    record, href = await linked(pair)
    pair.delete_record(record)

    async def edit_just_before(request: str) -> None:
        if request == "delete":
            pair.faults.before = None
            pair.edit_item(href, jobtitle="Chief")

    pair.faults.before = edit_just_before
    await pair.sync()
    await pair.sync_twice()

    assert (len(pair.server.items), copies(pair)) == (1, {})


async def test_where_a_deletion_wins_over_an_edit_the_edit_is_in_the_copy(pair: Pair) -> None:
    pair.database.write_now(PERMIT, lambda c: sync_settings.change(c, 1, edit_against_delete="DELETE_WINS"))
    record, href = await linked(pair)
    pair.delete_record(record)

    async def edit_just_before(request: str) -> None:
        if request == "delete":
            pair.faults.before = None
            pair.edit_item(href, jobtitle="Chief")

    pair.faults.before = edit_just_before
    await pair.sync_twice()

    assert pair.server.items == {}
    assert b"Chief" in copies(pair)["Ada Lovelace"].body


@pytest.mark.parametrize("end", ["item", "record"])
async def test_a_process_that_dies_at_any_request_deletes_nothing_without_a_copy(pair: Pair, end: str) -> None:
    pair.rule(on_item_deleted="DELETE")
    for request in range(1, 12):
        name = f"Person {request}"
        record, href = await linked(pair, name)
        if end == "item":
            pair.delete_record(record)
        else:
            pair.server.remove(href)
        pair.faults.fail_after = request
        await pair.sync()
        gone = href not in pair.server.items if end == "item" else name not in pair.records()
        assert not gone or name in copies(pair), request
        pair.faults.fail_after = None
        await pair.sync_twice()
        assert name in copies(pair), request


async def test_copies_are_dropped_when_their_time_is_over(pair: Pair) -> None:
    pair.database.write_now(PERMIT, lambda c: sync_settings.change(c, 1, quarantine_days=3))
    record, _ = await linked(pair)
    pair.delete_record(record)
    await pair.sync_twice()
    now = SystemClock().now()

    pair.database.write_now(PERMIT, lambda c: clean(c, now + timedelta(days=2, hours=23)))
    kept = len(copies(pair))
    pair.database.write_now(PERMIT, lambda c: clean(c, now + timedelta(days=3, hours=1)))

    assert (kept, len(copies(pair))) == (1, 0)


async def test_no_content_of_a_copy_lies_in_the_open(pair: Pair) -> None:
    record, _ = await linked(pair)
    pair.edit(record, jobtitle="Confidential thing")
    await pair.sync_twice()
    pair.delete_record(record)
    await pair.sync_twice()

    rows = pair.database.read_now(lambda c: c.execute(select(quarantine.table)).mappings().all())
    assert all("Confidential" not in repr(row) for row in rows)


async def test_a_preview_of_a_deletion_leaves_no_copy(pair: Pair) -> None:
    record, _ = await linked(pair)
    pair.delete_record(record)

    await pair.sync(RunMode.PREVIEW)

    assert copies(pair) == {}


async def test_on_a_real_server_a_deleted_meeting_comes_back_with_its_uid_and_stays(pair_on: KindPair) -> None:
    kind = RecordKind.APPOINTMENT
    time = ("2999-03-02T08:00:00Z", "2999-03-02T09:00:00Z", "60", "false")
    record = pair_on.make(kind, subject="Talk", time=time)
    await pair_on.settled()
    (href,) = await pair_on.hrefs(kind)
    body = await pair_on.body(kind, href)
    pair_on.drop(kind, record)
    await pair_on.sync_twice()
    assert await pair_on.hrefs(kind) == []

    outcome = await restore(pair_on, kind)
    after = await pair_on.sync_twice()

    (back,) = await pair_on.hrefs(kind)
    uid = next(line for line in body.splitlines() if line.startswith(b"UID"))
    assert outcome.state is RunState.SUCCEEDED, outcome
    assert uid in (await pair_on.body(kind, back)).splitlines()
    assert (after.writes, pair_on.all(kind)) == (0, {})
