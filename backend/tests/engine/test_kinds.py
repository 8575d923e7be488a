"""Every kind through the engine, both ways, in memory and on real servers; every run is done twice."""

import pytest

from engine.kind_pair import ZONE, KindPair, codec_of, fields_of
from fieldsync.core.values import Direction, RecordKind, Value

K = RecordKind
WEEKLY: Value = ("1", "1", "2", "", "", "", "4", "2", "2026-03-02", "", "2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z")
WEEKLY += ("60", ZONE, "", "")
DAILY: Value = ("0", "2", "", "", "", "", "", "1", "2026-03-02", "", "2026-03-02T10:00:00Z", "2026-03-02T10:30:00Z")
DAILY += ("30", ZONE, '["2026-03-04T10:00:00Z"]', '[{"original":"2026-03-06T10:00:00Z","subject":"Elsewhere"}]')

TEXTS: dict[str, tuple[Value, Value]] = {
    "subject": (("Straße; 1, \\ 日本",), ("Renamed",)),
    "description": (("One\n\nTwo " + "x" * 100,), ("Shorter",)),
    "regardingobjectid": (("Acme, Inc.",), ("Contoso",)),
    "prioritycode": (("2",), ("0",)),
}
TODO: dict[str, tuple[Value, Value]] = TEXTS | {
    "scheduledstart": (("2026-01-04T23:00:00Z",), ("2026-01-06T23:00:00Z",)),
    "scheduledend": (("2027-01-05T15:30:00Z",), ("2027-01-07T15:30:00Z",)),
}
MEETING: dict[str, tuple[Value, Value]] = TEXTS | {
    "location": (("Room 1",), ("Room 2",)),
    "organizer": (("Ada Lovelace <ada@example.com>",), ("bob@example.com",)),
    "requiredattendees": (("bob@example.com; Cy <cy@example.com>",), ("cy@example.com",)),
    "optionalattendees": (("dee@example.com",), ("dee@example.com; eve@example.com",)),
}
EVENT: dict[str, tuple[Value, Value]] = MEETING | {
    "time": (
        ("2026-03-02T08:00:00Z", "2026-03-02T09:30:00Z", "90", "false"),
        ("2026-03-05T00:00:00Z", "2026-03-07T00:00:00Z", "2880", "true"),
    ),
}
VALUES: dict[RecordKind, dict[str, tuple[Value, Value]]] = {
    K.CONTACT: {
        "fullname": (("Ada Lovelace", "", "Ada", "", "Lovelace", ""), ("Ada King", "", "Ada", "", "King", "")),
        "jobtitle": (("Analyst",), ("Chief analyst",)),
        "emailaddress1": (("ada@example.com",), ("ada@example.org",)),
    },
    K.APPOINTMENT: EVENT | {"status": (("3", "6"), ("0", "2"))},
    K.RECURRING_APPOINTMENT: MEETING | {"recurrence": (WEEKLY, DAILY), "status": (("3", "5"), ("0", "1"))},
    K.SERVICE_ACTIVITY: EVENT | {"status": (("3", "4"), ("0", "1"))},
    K.TASK: TODO | {"percentcomplete": (("25",), ("75",)), "status": (("0", "3"), ("0", "4"))},
    K.PHONE_CALL: TODO | {"status": (("0", "1"), ("2", "3"))},
    K.LETTER: TODO | {"status": (("0", "2"), ("2", "5"))},
    K.FAX: TODO | {"status": (("0", "1"), ("2", "5"))},
}
ALL = tuple(VALUES)
BOTH_WAYS = tuple(kind for kind in ALL if kind is not K.SERVICE_ACTIVITY)


def old(kind: RecordKind) -> dict[str, Value]:
    return {key: pair[0] for key, pair in VALUES[kind].items()}


def new(kind: RecordKind) -> dict[str, Value]:
    return {key: pair[1] for key, pair in VALUES[kind].items()}


def subject(kind: RecordKind) -> str:
    return "fullname" if kind is K.CONTACT else "subject"


async def test_records_of_every_kind_reach_the_mailbox_with_all_their_values(pair_on: KindPair) -> None:
    for kind in ALL:
        pair_on.make(kind, **old(kind))

    outcome = await pair_on.settled()

    assert outcome.counts["created_in_outlook"] == len(ALL), outcome
    assert outcome.problems == []
    for kind in ALL:
        (href,) = await pair_on.hrefs(kind)
        values = await pair_on.read(kind, href)
        for key, value in old(kind).items():
            assert values[key] == codec_of(kind).normal(fields_of(kind)[key].position, value), (kind, key)


async def test_items_of_every_kind_become_records_except_service_activities(pair_on: KindPair) -> None:
    for kind in ALL:
        changes = {fields_of(kind)[key].position: value for key, value in old(kind).items()}
        await pair_on.store(kind, codec_of(kind).write(None, changes, f"item-{kind.value.lower()}"))

    outcome = await pair_on.settled()

    assert outcome.counts["created_in_crm"] == len(BOTH_WAYS), outcome
    assert outcome.problems == []
    assert pair_on.all(K.SERVICE_ACTIVITY) == {}
    for kind in BOTH_WAYS:
        ((_, record),) = pair_on.all(kind).items()
        for key, value in old(kind).items():
            assert pair_on.value(kind, record, key) == codec_of(kind).normal(fields_of(kind)[key].position, value), key


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.value)
async def test_each_field_edited_in_the_crm_travels_and_no_other_moves(here: KindPair, kind: RecordKind) -> None:
    record = here.make(kind, **old(kind))
    await here.settled()
    (href,) = await here.hrefs(kind)
    expected = dict(await here.read(kind, href))

    for key, value in new(kind).items():
        here.change(kind, record, **{key: value})
        outcome = await here.settled()
        expected[key] = codec_of(kind).normal(fields_of(kind)[key].position, value)
        assert outcome.counts["updated_in_outlook"] == 1, (key, outcome)
        assert await here.read(kind, href) == expected, key
        assert here.value(kind, record, key) == value, key


@pytest.mark.parametrize("kind", BOTH_WAYS, ids=lambda kind: kind.value)
async def test_each_field_edited_in_the_mailbox_travels_and_no_other_moves(here: KindPair, kind: RecordKind) -> None:
    record = here.make(kind, **old(kind))
    await here.settled()
    (href,) = await here.hrefs(kind)
    before = {key: here.value(kind, record, key) for key in fields_of(kind)}

    for key, value in new(kind).items():
        await here.edit_of(kind, href, **{key: value})
        outcome = await here.settled()
        before[key] = codec_of(kind).normal(fields_of(kind)[key].position, value)
        assert outcome.counts["updated_in_crm"] == 1, (key, outcome)
        assert {one: here.value(kind, record, one) for one in before} == before, key


async def test_edits_of_different_fields_on_both_sides_both_survive(pair_on: KindPair) -> None:
    records = {kind: pair_on.make(kind, **old(kind)) for kind in BOTH_WAYS}
    await pair_on.settled()

    for kind, record in records.items():
        (href,) = await pair_on.hrefs(kind)
        last = list(new(kind))[-2]
        await pair_on.edit_of(kind, href, **{last: new(kind)[last]})
        pair_on.change(kind, record, **{subject(kind): new(kind)[subject(kind)]})
    outcome = await pair_on.settled()

    assert outcome.counts["updated_in_crm"] == outcome.counts["updated_in_outlook"] == len(BOTH_WAYS), outcome
    assert outcome.problems == []
    for kind, record in records.items():
        (href,) = await pair_on.hrefs(kind)
        values = await pair_on.read(kind, href)
        last = list(new(kind))[-2]
        for key in (last, subject(kind)):
            wanted = codec_of(kind).normal(fields_of(kind)[key].position, new(kind)[key])
            assert values[key] == pair_on.value(kind, record, key) == wanted, (kind, key)


async def test_what_a_service_activity_says_in_the_mailbox_stays_there_and_is_told(here: KindPair) -> None:
    record = here.make(K.SERVICE_ACTIVITY, **old(K.SERVICE_ACTIVITY))
    await here.settled()
    (href,) = await here.hrefs(K.SERVICE_ACTIVITY)

    await here.edit_of(K.SERVICE_ACTIVITY, href, location="Elsewhere")
    outcome = await here.sync_twice()

    assert [problem["code"] for problem in outcome.problems] == ["STRAY"]
    assert here.value(K.SERVICE_ACTIVITY, record, "location") == ("Room 1",)
    assert (await here.read(K.SERVICE_ACTIVITY, href))["location"] == ("Elsewhere",)


async def test_a_kind_that_travels_nowhere_makes_nothing(here: KindPair) -> None:
    here.publish({field.id: Direction.NONE for field in fields_of(K.TASK).values()})
    await here.store(K.TASK, codec_of(K.TASK).write(None, {fields_of(K.TASK)["subject"].position: ("Mine",)}, "x"))
    here.make(K.TASK, subject="Theirs")

    outcome = await here.settled()

    assert outcome.writes == 0, outcome
