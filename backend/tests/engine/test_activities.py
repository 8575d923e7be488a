"""What each side does to activities by itself, and what only one side can say: nothing is lost, nothing goes round."""

import pytest

from engine.kind_pair import KindPair, codec_of, fields_of
from engine.test_faults import Died, bury, run_until_death
from engine.test_kinds import old
from fieldsync.core.values import Direction, RecordKind, Value
from fieldsync.sides.memory import Faults

K = RecordKind
TODOS = (K.TASK, K.PHONE_CALL, K.LETTER, K.FAX)
MONDAY, FRIDAY = ("2026-03-02T08:00:00Z",), ("2027-03-06T08:00:00Z",)
DONE: dict[RecordKind, Value] = {
    K.TASK: ("1", "5"),
    K.PHONE_CALL: ("1", "2"),
    K.LETTER: ("1", "4"),
    K.FAX: ("1", "2"),
}
FINER: list[tuple[RecordKind, Value]] = [(K.PHONE_CALL, ("1", "4")), (K.LETTER, ("1", "3")), (K.FAX, ("1", "4"))]


def todo(kind: RecordKind, *lines: str, **values: Value) -> bytes:
    changes = {fields_of(kind)[key].position: value for key, value in values.items()}
    body = codec_of(kind).write(None, changes, "item")
    return body.replace(b"END:VTODO", b"".join(line.encode() + b"\r\n" for line in lines) + b"END:VTODO")


@pytest.mark.parametrize("kind", TODOS, ids=lambda kind: kind.value)
async def test_a_missing_due_date_is_the_start_date_wherever_the_task_was_made(
    here: KindPair, kind: RecordKind
) -> None:
    theirs = here.make(kind, subject="from the CRM", scheduledstart=MONDAY)
    item = await here.store(kind, todo(kind, subject=("from the mailbox",), scheduledstart=MONDAY))

    await here.settled()

    assert here.value(kind, theirs, "scheduledend") == MONDAY
    assert here.value(kind, here.all(kind)["from the mailbox"], "scheduledend") == MONDAY
    for href in await here.hrefs(kind):
        assert (await here.read(kind, href))["scheduledend"] == MONDAY
    # A due date that is there does not move with the start.
    await here.edit_of(kind, item.href, scheduledstart=("2026-03-01T08:00:00Z",))
    await here.settled()
    assert here.value(kind, here.all(kind)["from the mailbox"], "scheduledend") == MONDAY


async def test_the_crm_fills_in_a_due_date_whatever_the_directions_say_and_it_stays_there(here: KindPair) -> None:
    here.publish({"TASK.scheduledend": Direction.NONE})
    item = await here.store(K.TASK, todo(K.TASK, subject=("Task",), scheduledstart=MONDAY))

    await here.settled()

    assert here.value(K.TASK, here.all(K.TASK)["Task"], "scheduledend") == MONDAY
    assert (await here.read(K.TASK, item.href))["scheduledend"] == ("",)


async def test_a_due_date_that_somebody_took_away_stays_away(here: KindPair) -> None:
    item = await here.store(K.TASK, todo(K.TASK, subject=("Task",), scheduledstart=MONDAY, scheduledend=FRIDAY))
    await here.settled()

    await here.edit_of(K.TASK, item.href, scheduledend="")
    await here.settled()

    assert here.value(K.TASK, here.all(K.TASK)["Task"], "scheduledend") == ("",)


@pytest.mark.parametrize("kind", TODOS, ids=lambda kind: kind.value)
async def test_what_is_completed_in_the_mailbox_without_a_date_ended_now_on_both_sides(
    here: KindPair, kind: RecordKind
) -> None:
    record = here.make(kind, subject="Task")
    await here.settled()
    (href,) = await here.hrefs(kind)

    await here.edit_of(kind, href, status=DONE[kind])
    await here.settled()

    assert here.value(kind, record, "status") == DONE[kind]
    ended = here.value(kind, record, "actualend")
    assert ended[0].startswith("20")
    assert (await here.read(kind, href))["actualend"] == ended


@pytest.mark.parametrize("kind", TODOS, ids=lambda kind: kind.value)
async def test_a_past_date_of_completion_completes_the_task_on_both_sides(here: KindPair, kind: RecordKind) -> None:
    mine = here.make(kind, subject="Mine")
    await here.settled()
    (href,) = await here.hrefs(kind)

    here.change(kind, mine, actualend=("2026-01-02T03:04:05Z",))
    await here.settled()

    assert here.value(kind, mine, "status") == DONE[kind]
    assert (await here.read(kind, href))["status"] == DONE[kind]
    assert b"STATUS:COMPLETED" in await here.body(kind, href)


async def test_a_date_of_completion_yet_to_come_completes_nothing(here: KindPair) -> None:
    record = here.make(K.TASK, subject="Task", actualend=("2199-01-02T03:04:05Z",))
    await here.settled()

    assert here.value(K.TASK, record, "status")[0] == "0"


@pytest.mark.parametrize(("kind", "status"), FINER, ids=lambda one: str(one))
async def test_what_the_mailbox_has_one_word_for_keeps_its_finer_status_in_the_crm(
    here: KindPair, kind: RecordKind, status: Value
) -> None:
    record = here.make(kind, subject="Received", status=status)
    await here.settled()
    (href,) = await here.hrefs(kind)

    await here.edit_of(kind, href, subject="Received indeed")
    here.change(kind, record, status=DONE[kind])
    here.change(kind, record, status=status)
    outcome = await here.settled()

    assert here.value(kind, record, "status") == status
    assert (await here.read(kind, href))["status"] == DONE[kind]
    assert outcome.problems == []


async def test_a_status_in_other_words_is_no_conflict_when_both_sides_completed_it(here: KindPair) -> None:
    record = here.make(K.PHONE_CALL, subject="Call", status=("0", "1"))
    await here.settled()
    (href,) = await here.hrefs(K.PHONE_CALL)

    here.change(K.PHONE_CALL, record, status=("1", "4"), actualend=MONDAY)
    await here.edit_of(K.PHONE_CALL, href, status=DONE[K.PHONE_CALL], actualend=MONDAY)
    outcome = await here.settled()

    assert outcome.problems == []
    assert here.value(K.PHONE_CALL, record, "status") == ("1", "4")


async def test_what_the_crm_filled_in_reaches_the_item_although_the_process_died_before(here: KindPair) -> None:
    await here.store(K.TASK, todo(K.TASK, subject=("Task",), scheduledstart=MONDAY))

    async def die(request: str) -> None:
        if request == "update":
            raise Died

    here.faults.before = die
    await run_until_death(here)
    bury(here)
    here.faults = Faults()
    await here.sync()
    await here.settled()

    (href,) = await here.hrefs(K.TASK)
    assert (await here.read(K.TASK, href))["scheduledend"] == MONDAY
    assert len(here.all(K.TASK)) == 1


@pytest.mark.parametrize("kind", [K.APPOINTMENT, K.RECURRING_APPOINTMENT, K.SERVICE_ACTIVITY, K.TASK])
async def test_a_process_that_dies_at_any_request_doubles_and_loses_no_calendar_item(
    here: KindPair, kind: RecordKind
) -> None:
    edited = ""
    for number in range(3):
        made = here.make(kind, **old(kind) | {"subject": (f"Record {number}",)})
        edited = edited or made
        changes = {fields_of(kind)[key].position: value for key, value in old(kind).items()}
        changes[fields_of(kind)["subject"].position] = (f"Item {number}",)
        await here.store(kind, codec_of(kind).write(None, changes, f"item-{number}"))

    for fatal in range(10):
        left = fatal

        async def die(_: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Died

        here.faults.before = die
        await run_until_death(here)
        bury(here)
        here.faults = Faults()
        if fatal == 6:
            here.change(kind, edited, prioritycode="0")
    await here.sync()
    await here.settled()

    items = 0 if kind is K.SERVICE_ACTIVITY else 3
    assert len(here.all(kind)) == 3 + items
    assert len(await here.hrefs(kind)) == 6
    assert len(here.links()) == 3 + items
    read = [await here.read(kind, href) for href in await here.hrefs(kind)]
    assert [one["prioritycode"] for one in read if one["subject"] == ("Record 0",)] == [("0",)]
