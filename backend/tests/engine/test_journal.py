"""The journal: every write leaves an entry that tells what was there before, whatever breaks in between."""

import pytest
from sqlalchemy import select

from engine.pair import FIELDS, PERMIT, Pair
from engine.test_faults import bury, run_until_death
from fieldsync.catalogue.fields import catalogue
from fieldsync.clock import SystemClock
from fieldsync.core.changes import Change, Changed, Made, Removed
from fieldsync.core.runs import OperationAction, RunState
from fieldsync.core.values import RecordKind
from fieldsync.db.repo import journal_entries
from fieldsync.db.repo.journal_entries import table
from fieldsync.engine.entries import unseal
from fieldsync.engine.housekeeping import clean
from fieldsync.sides.memory import Faults


def entries(pair: Pair) -> list[tuple[str, Change]]:
    """All entries, oldest first: action and change."""
    fields = catalogue().fields(RecordKind.CONTACT)
    rows = pair.database.read_now(lambda c: c.execute(select(table).order_by(table.c.id)).all())
    return [(row.action, unseal(OperationAction(row.action), row.body_box, fields, pair.box)) for row in rows]


def edits(pair: Pair, key: str = "jobtitle") -> list[tuple[str, str, str]]:
    """Action, before and after of every entry that changed a field."""
    position = FIELDS[key].position
    return [
        (action, change.fields[position][0][0], change.fields[position][1][0])
        for action, change in entries(pair)
        if isinstance(change, Changed) and position in change.fields
    ]


async def test_every_write_leaves_an_entry_of_what_was_there_before(pair: Pair) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="v0")
    mine = pair.put("Grace Hopper", jobtitle="Captain")
    await pair.sync_twice()
    assert {action: type(change) for action, change in entries(pair)} == {"CREATE_ITEM": Made, "CREATE_RECORD": Made}

    pair.edit(record, jobtitle="v1")
    pair.edit_item(mine, jobtitle="Admiral")
    await pair.sync_twice()
    assert sorted(edits(pair)) == [("UPDATE_ITEM", "v0", "v1"), ("UPDATE_RECORD", "Captain", "Admiral")]

    pair.rule(on_item_deleted="DELETE")
    body = pair.server.items[pair.items()["Ada Lovelace"]].body
    pair.delete_record(record)
    pair.server.remove(mine)
    await pair.sync_twice()
    removed = {action: change for action, change in entries(pair) if isinstance(change, Removed)}
    assert removed["DELETE_ITEM"].body == body
    assert removed["DELETE_RECORD"].row["fullname"] == "Grace Hopper"


async def test_no_content_is_stored_in_the_open(pair: Pair) -> None:
    record = pair.record(name="Ada Lovelace", governmentid="secret-0")
    await pair.sync_twice()
    pair.edit(record, governmentid="secret-1")
    await pair.sync_twice()
    pair.delete_record(record)
    await pair.sync_twice()

    stored = pair.database.read_now(lambda c: repr(c.execute(select(table)).all()))
    assert "secret" not in stored


async def test_what_the_server_made_of_a_value_is_what_is_entered(pair: Pair) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="v0")
    await pair.sync_twice()

    pair.faults.rewrite = lambda body: body.replace(b"TITLE:v1", b"TITLE:V1 it is")
    pair.edit(record, jobtitle="v1")
    await pair.sync()

    assert edits(pair) == [("UPDATE_ITEM", "v0", "V1 it is")]


async def test_what_was_not_written_leaves_no_entry(pair: Pair) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="v0")
    await pair.sync_twice()

    pair.faults.refuse = lambda _body: "no"
    pair.edit(record, jobtitle="v1")
    outcome = await pair.sync()

    assert outcome.counts["failed"] == 1
    assert edits(pair) == []


async def test_an_item_that_moved_meanwhile_is_entered_as_it_was_before_the_write(pair: Pair) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="v0", department="d0")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]
    pair.edit(record, jobtitle="v1")

    async def meddle(request: str) -> None:
        if request == "update" and pair.item(href)["jobtitle"] == "v0":
            pair.edit_item(href, jobtitle="theirs")

    pair.faults = Faults(before=meddle)
    await pair.sync()

    assert pair.item(href)["jobtitle"] == "v1"
    assert edits(pair) == [("UPDATE_ITEM", "theirs", "v1")]


@pytest.mark.parametrize("change", ["update", "delete", "create"])
async def test_a_process_that_dies_at_any_request_loses_no_entry_and_makes_none_up(pair: Pair, change: str) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="v0")
    if change != "create":
        await pair.sync_twice()
    if change == "update":
        pair.edit(record, jobtitle="v1")
    elif change == "delete":
        pair.delete_record(record)

    class Died(BaseException):
        pass

    for fatal in range(1, 5):
        for drops in (0, 1):
            left = fatal

            async def die(_request: str) -> None:
                nonlocal left
                left -= 1
                if left <= 0:
                    raise Died

            pair.faults = Faults(before=die, drop_answers=drops)
            await run_until_death(pair)
            bury(pair)
    pair.faults = Faults()
    await pair.sync_twice()

    told = [(action, type(entry)) for action, entry in entries(pair)]
    wanted = {"update": ("UPDATE_ITEM", Changed), "delete": ("DELETE_ITEM", Removed), "create": ("CREATE_ITEM", Made)}
    assert told.count(wanted[change]) == 1, told
    assert len(told) == (1 if change == "create" else 2)
    if change == "update":
        assert edits(pair) == [("UPDATE_ITEM", "v0", "v1")]


async def test_an_operation_under_way_cannot_be_undone_yet(pair: Pair) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="v0")
    await pair.sync_twice()
    pair.edit(record, jobtitle="v1")
    pair.faults = Faults(drop_answers=1)
    assert (await pair.sync()).state is RunState.FAILED

    def selected() -> list[str]:
        now = SystemClock().now()
        visible = table.c.id.is_not(None)
        rows = pair.database.read_now(lambda c: journal_entries.selected(c, visible, now, record_id=record))
        return [row.action for row in rows]

    assert selected() == ["CREATE_ITEM"]
    pair.faults = Faults()
    await pair.sync_twice()
    assert selected() == ["CREATE_ITEM", "UPDATE_ITEM"]


async def test_the_journal_is_kept_as_long_as_the_settings_say(pair: Pair) -> None:
    pair.record(name="Ada Lovelace")
    await pair.sync_twice()
    (row,) = pair.database.read_now(lambda c: c.execute(select(table)).all())

    assert (row.expires_at - row.at).days == 90
    pair.database.write_now(PERMIT, lambda connection: clean(connection, row.expires_at))
    assert entries(pair) == []
