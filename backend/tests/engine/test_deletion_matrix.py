"""The deletion matrix in runs: meetings by organizer, date and state, tasks by state, cancelled meetings."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.kind_pair import KindPair
from engine.pair import PERMIT
from fieldsync.core.deletes import Ending
from fieldsync.core.values import RecordKind, Value
from fieldsync.db.repo import deletion_rules

K = RecordKind
ME, BOSS = "me@example.com", "boss@example.com"
OPEN, CANCELLED, BUSY = ("0", "1"), ("2", "4"), ("3", "5")


@pytest.fixture
def here(here: KindPair) -> KindPair:
    here.rule(addresses=[ME], on_record_deleted="MATRIX", on_item_deleted="MATRIX")
    return here


def at(days: int) -> Value:
    """The time of a meeting of an hour so many days from now."""
    start = (datetime.now(UTC) + timedelta(days=days)).replace(microsecond=0)
    texts = [moment.isoformat().replace("+00:00", "Z") for moment in (start, start + timedelta(hours=1))]
    return (*texts, "60", "false")


def meeting(here: KindPair, *, days: int = 3, organizer: str = ME, status: Value = BUSY) -> str:
    return here.make(K.APPOINTMENT, subject="Talk", time=at(days), organizer=organizer, status=status)


def set_cell(here: KindPair, key: str, ending: Ending) -> None:
    here.database.write_now(PERMIT, lambda c: deletion_rules.put(c, {key: ending}))


@pytest.mark.parametrize(
    ("days", "organizer", "stays"), [(3, ME, False), (3, BOSS, True), (-3, ME, True)],
    ids=["mine, to come", "somebody else's", "past"],
)  # fmt: skip
async def test_a_meeting_deleted_in_the_crm_takes_only_its_organizers_item_of_what_is_to_come(
    here: KindPair, days: int, organizer: str, stays: bool
) -> None:
    record = meeting(here, days=days, organizer=organizer)
    await here.settled()

    here.drop(K.APPOINTMENT, record)
    await here.sync_twice()

    assert bool(await here.hrefs(K.APPOINTMENT)) is stays


@pytest.mark.parametrize(
    ("days", "organizer", "stays"), [(3, ME, False), (3, BOSS, True), (-3, ME, True)],
    ids=["mine, to come", "somebody else's", "past"],
)  # fmt: skip
async def test_a_meeting_deleted_in_outlook_takes_only_the_organizers_record_of_what_is_to_come(
    here: KindPair, days: int, organizer: str, stays: bool
) -> None:
    meeting(here, days=days, organizer=organizer)
    await here.settled()

    (href,) = await here.hrefs(K.APPOINTMENT)
    await here.take(K.APPOINTMENT, href)
    await here.sync_twice()

    assert bool(here.all(K.APPOINTMENT)) is stays
    assert await here.hrefs(K.APPOINTMENT) == []


@pytest.mark.parametrize("kind", [K.TASK, K.PHONE_CALL, K.LETTER, K.FAX])
async def test_what_is_done_stays_on_the_other_side_and_what_is_open_goes(here: KindPair, kind: RecordKind) -> None:
    for name in "abcdefghijkl":
        here.make(kind, subject=name)
    await here.settled()
    hrefs = {(await here.read(kind, href))["subject"][0]: href for href in await here.hrefs(kind)}
    records = here.all(kind)
    status = {K.TASK: ("1", "5"), K.PHONE_CALL: ("1", "2"), K.LETTER: ("1", "4"), K.FAX: ("1", "2")}[kind]
    for name in ("a", "b"):
        here.change(kind, records[name], status=status)
    await here.sync()
    await here.sync_twice()

    here.drop(kind, records["a"])
    await here.take(kind, hrefs["b"])
    here.drop(kind, records["c"])
    await here.take(kind, hrefs["d"])
    await here.sync_twice()

    left = [(await here.read(kind, href))["subject"][0] for href in await here.hrefs(kind)]
    assert sorted(left) == ["a", *"efghijkl"]
    assert sorted(here.all(kind)) == ["b", *"efghijkl"]


@pytest.mark.parametrize(("ending", "left"), [(Ending.KEEP, 1), (Ending.CANCEL, 1), (Ending.DELETE, 0)])
async def test_a_meeting_cancelled_in_the_crm_does_to_its_item_what_its_cell_says(
    here: KindPair, ending: Ending, left: int
) -> None:
    set_cell(here, "APPOINTMENT:RECORD_CANCELLED:OWNER:ORGANIZER:FUTURE", ending)
    record = meeting(here)
    await here.settled()

    here.change(K.APPOINTMENT, record, status=CANCELLED)
    await here.sync_twice()

    hrefs = await here.hrefs(K.APPOINTMENT)
    assert len(hrefs) == left
    if hrefs:
        assert b"STATUS:CANCELLED" in await here.body(K.APPOINTMENT, hrefs[0])
    # The record stays whatever became of its item, and makes no new one.
    assert list(here.all(K.APPOINTMENT).values()) == [record]
    here.change(K.APPOINTMENT, record, location="Elsewhere")
    await here.sync_twice()
    assert len(await here.hrefs(K.APPOINTMENT)) == left


async def test_a_meeting_cancelled_in_the_crm_that_was_edited_in_outlook_keeps_its_item(here: KindPair) -> None:
    set_cell(here, "APPOINTMENT:RECORD_CANCELLED:OWNER:ORGANIZER:FUTURE", Ending.DELETE)
    record = meeting(here)
    await here.settled()
    (href,) = await here.hrefs(K.APPOINTMENT)

    here.change(K.APPOINTMENT, record, status=CANCELLED)
    await here.edit_of(K.APPOINTMENT, href, location="Elsewhere")
    await here.sync_twice()

    assert (await here.read(K.APPOINTMENT, href))["location"] == ("Elsewhere",)
    assert here.value(K.APPOINTMENT, record, "location") == ("Elsewhere",)
