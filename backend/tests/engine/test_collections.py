"""Several kinds in one collection: what belongs to whom, what turns into what, and how often the server is asked."""

import pytest

from engine.kind_pair import KindPair, codec_of, fields_of
from engine.pair import Pair
from fieldsync.core.runs import DeletionRule, RunState
from fieldsync.core.values import STORE_OF, RecordKind, Store
from fieldsync.ports import RemoteSide
from fieldsync.sides.ical.kinds import kind_of

K = RecordKind
APPOINTMENT_TIME = ("2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z", "60", "false")


def meeting(subject: str = "Standup", *lines: str, uid: str = "meeting-1") -> bytes:
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Example//Calendar//EN",
            "BEGIN:VEVENT",
            f"UID:{uid}",
            "DTSTAMP:20260101T000000Z",
            "DTSTART:20260302T080000Z",
            "DTEND:20260302T090000Z",
            f"SUMMARY:{subject}",
            *lines,
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    ).encode()


async def test_a_meeting_that_becomes_a_series_is_let_go_as_the_one_and_taken_up_as_the_other(
    pair_on: KindPair,
) -> None:
    item = await pair_on.store(K.APPOINTMENT, meeting())
    await pair_on.settled()
    (appointment,) = pair_on.all(K.APPOINTMENT).values()

    await pair_on.rewrite(K.APPOINTMENT, item.href, meeting("Standup", "RRULE:FREQ=WEEKLY;COUNT=3"))
    outcome = await pair_on.settled()

    assert [problem["code"] for problem in outcome.problems] == ["KIND_CHANGED"]
    assert pair_on.all(K.APPOINTMENT) == {"Standup": appointment}
    assert list(pair_on.all(K.RECURRING_APPOINTMENT)) == ["Standup"]
    states = {link["kind"]: (link["state"], link["reason"]) for link in pair_on.links()}
    assert states == {"APPOINTMENT": ("UNLINKED", "ITEM_DELETED"), "RECURRING_APPOINTMENT": ("LINKED", None)}
    # What is edited on the record that was let go does not come back as a second meeting.
    pair_on.change(K.APPOINTMENT, appointment, subject="Old standup")
    assert (await pair_on.settled()).writes == 0


async def test_with_deletions_that_travel_the_record_of_what_it_was_goes(here: KindPair) -> None:
    here.rule(on_item_deleted=DeletionRule.DELETE.value)
    item = await here.store(K.RECURRING_APPOINTMENT, meeting("Standup", "RRULE:FREQ=DAILY;COUNT=3"))
    await here.settled()

    await here.rewrite(K.RECURRING_APPOINTMENT, item.href, meeting())
    await here.settled()

    assert here.all(K.RECURRING_APPOINTMENT) == {}
    assert list(here.all(K.APPOINTMENT)) == ["Standup"]


async def test_a_record_edited_while_its_item_turned_writes_nothing_into_what_it_turned_into(here: KindPair) -> None:
    item = await here.store(K.APPOINTMENT, meeting())
    await here.settled()
    series = meeting("Standup", "RRULE:FREQ=WEEKLY;COUNT=3")

    (appointment,) = here.all(K.APPOINTMENT).values()
    here.change(K.APPOINTMENT, appointment, location="Room 9")
    await here.rewrite(K.APPOINTMENT, item.href, series)
    await here.settled()

    assert await here.body(K.APPOINTMENT, item.href) == series


async def test_an_item_that_turns_while_its_run_is_under_way_is_left_to_the_next(here: KindPair) -> None:
    item = await here.store(K.APPOINTMENT, meeting())
    await here.settled()
    (appointment,) = here.all(K.APPOINTMENT).values()
    here.change(K.APPOINTMENT, appointment, location="Room 9")
    series = meeting("Standup", "RRULE:FREQ=WEEKLY;COUNT=3")

    async def turn(name: str) -> None:
        if name == "update":
            here.faults.before = None
            here.servers[Store.CALENDAR].put(item.href, series)

    here.faults.before = turn
    under_way = await here.sync()
    await here.settled()

    assert under_way.state is RunState.SUCCEEDED, under_way
    assert await here.body(K.APPOINTMENT, item.href) == series
    assert list(here.all(K.RECURRING_APPOINTMENT)) == ["Standup"]


async def test_items_that_are_neither_events_nor_tasks_are_nobodys_business(here: KindPair) -> None:
    journal = meeting("Dear diary").replace(b"VEVENT", b"VJOURNAL").replace(b"DTEND:20260302T090000Z\r\n", b"")
    assert kind_of(journal) is None
    await here.store(K.APPOINTMENT, journal)

    outcome = await here.settled()

    assert (outcome.writes, outcome.problems) == (0, [])


@pytest.fixture
def counted(pair: Pair) -> KindPair:
    """In memory, everything of a calendar in one collection, and every request by its name."""
    made = _Counting(pair.database, pair.principal, pair.mailbox)
    made.other = pair.other
    made.settle(None, together=True)
    made.asked = []
    return made


class _Counting(KindPair):
    asked: list[str]

    def open(self, store: Store) -> RemoteSide:
        async def note(name: str) -> None:
            self.asked.append(f"{name} {self.urls[store]}")

        self.faults.before = note
        return super().open(store)


async def test_seven_kinds_of_one_calendar_cost_one_listing_and_one_fetch(counted: _Counting) -> None:
    for kind in STORE_OF:
        if STORE_OF[kind] is not Store.ADDRESS_BOOK:
            changes = {fields_of(kind)["subject"].position: (kind.value,)}
            if "time" in fields_of(kind):
                changes[fields_of(kind)["time"].position] = APPOINTMENT_TIME
            body = meeting("RECURRING", "RRULE:FREQ=DAILY;COUNT=2", uid="r")
            if kind is not K.RECURRING_APPOINTMENT:
                body = codec_of(kind).write(None, changes, kind.value)
            await counted.store(kind, body)
    counted.asked = []

    first = await counted.sync()
    asked, counted.asked = counted.asked, []
    second = await counted.sync()

    calendar = counted.urls[Store.CALENDAR]
    assert first.counts["created_in_crm"] == 6, first
    assert asked.count(f"changes {calendar}") == 1
    assert asked.count(f"fetch {calendar}") == 1
    assert (second.writes, counted.asked.count(f"changes {calendar}")) == (0, 1)


async def test_own_writes_in_one_calendar_are_no_news_to_the_other_kinds(counted: _Counting) -> None:
    counted.make(K.APPOINTMENT, subject="Meeting", time=APPOINTMENT_TIME)
    counted.make(K.TASK, subject="Task")
    counted.make(K.LETTER, subject="Letter")
    await counted.sync()
    await counted.sync()
    counted.asked = []

    third = await counted.sync()

    assert third.writes == 0
    assert [name for name in counted.asked if name.startswith("fetch")] == []


async def test_kinds_without_a_collection_are_skipped(here: KindPair) -> None:
    here.rule(calendar_url=None, tasks_url=None)
    here.make(K.APPOINTMENT, subject="Meeting", time=APPOINTMENT_TIME)
    here.make(K.CONTACT, fullname=("Ada", "", "Ada", "", "", ""))

    outcome = await here.sync_twice()

    assert outcome.counts["created_in_outlook"] == 1
    assert {row["kind"] for row in here.links()} == {"CONTACT"}
