"""Who leads in a conflict, cell by cell; and what a person's choice makes of a field, whatever happened meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.core.conflicts import (
    Ask,
    Asked,
    Chosen,
    ConflictChoice,
    ConflictPolicy,
    ConflictState,
    Leads,
    Times,
    Waiting,
    chosen,
    verdict,
)
from fieldsync.core.detect import Digests, moved, replaced
from fieldsync.core.pair import plan_pair
from fieldsync.core.plan import Flows, ItemState, LinkState, NoteKind, Reconcile, RecordState, Rules
from fieldsync.core.traits import ItemTraits, RecordTraits
from fieldsync.core.values import Direction, Side

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DIGESTS = Digests(b"sixteen bytes!!!")
CRM, OUTLOOK = Side.CRM, Side.OUTLOOK


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


NEWEST = [
    # edited in the CRM, edited in Outlook (minutes before now), who leads
    (-10, -20, CRM),
    (-20, -10, OUTLOOK),
    (-10, -11.9, CRM),  # closer than the guard
    (-11.9, -10, CRM),
    (-12, -10, OUTLOOK),  # exactly the guard
    (1, -20, CRM),  # a time that has not come yet
    (-20, 1, CRM),
    (-20, 0, OUTLOOK),
    (None, -10, CRM),
    (-10, None, CRM),
    (None, None, CRM),
]


@pytest.mark.parametrize("row", NEWEST, ids=str)
def test_the_newer_edit_leads_only_if_the_times_can_be_trusted(row) -> None:
    crm, outlook, leader = row
    times = Times(None if crm is None else at(crm), None if outlook is None else at(outlook), now=NOON)

    decided = verdict(ConflictPolicy.NEWEST, "both sides changed", times)

    assert isinstance(decided, Leads)
    assert decided.side is leader
    trusted = crm is not None and outlook is not None and max(crm, outlook) <= 0 and abs(crm - outlook) >= 2
    assert ("so the CRM leads" in decided.because) == (not trusted)


def test_the_other_policies_look_at_no_clock() -> None:
    times = Times(at(-1), at(-30), now=NOON)

    assert verdict(ConflictPolicy.CRM_LEADS, "why", times) == Leads(CRM, "why")
    assert verdict(ConflictPolicy.OUTLOOK_LEADS, "why", times) == Leads(OUTLOOK, "why")
    assert verdict(ConflictPolicy.ASK, "why", times) == Ask("why")


C, U, V, X = ("crm",), ("outlook",), ("value",), ("elsewhere",)
CHOICES = [
    # choice, CRM now, Outlook now: what is to be written to the CRM and to Outlook, None if it was edited since
    (ConflictChoice.CRM, C, U, (None, C)),
    (ConflictChoice.CRM, C, C, (None, None)),
    (ConflictChoice.CRM, X, U, None),
    (ConflictChoice.CRM, C, X, None),
    (ConflictChoice.OUTLOOK, C, U, (U, None)),
    (ConflictChoice.OUTLOOK, U, U, (None, None)),
    (ConflictChoice.OUTLOOK, C, X, None),
    (ConflictChoice.VALUE, C, U, (V, V)),
    (ConflictChoice.VALUE, C, V, (V, None)),  # a run died after it had written Outlook
    (ConflictChoice.VALUE, V, U, (None, V)),
    (ConflictChoice.VALUE, X, V, None),
    (None, C, U, None),
]


@pytest.mark.parametrize("row", CHOICES, ids=str)
def test_a_choice_is_carried_out_unless_somebody_edited_after_it(row) -> None:
    choice, crm, outlook, wanted = row
    waiting = Waiting("c", C, U, choice, V if choice is ConflictChoice.VALUE else None)

    assert chosen(waiting, crm, outlook, lambda value: value) == (None if wanted is None else Chosen(*wanted))


def one_field(policy: ConflictPolicy, direction: Direction = Direction.BOTH) -> Rules:
    return Rules(flows=Flows((direction,)), fit=lambda _n, value: value, policies=(policy,), now=NOON)


def pair(
    crm: str,
    outlook: str,
    rules: Rules,
    waiting: Waiting | None = None,
    *,
    seen: str = "old",
    link: LinkState | None = None,
    times: tuple[datetime | None, datetime | None] = (None, None),
) -> Reconcile:
    seen_digest = DIGESTS.baseline(((seen,),))
    held = link or LinkState("l", "r", "/i", 1, "v1", seen_digest, seen_digest)
    record = RecordState("r", 2, ((crm,),), RecordTraits(modified=times[0]))
    item = ItemState("/i", "v2", ((outlook,),), ItemTraits(modified=times[1]))
    return plan_pair(held, record, item, rules, DIGESTS, {0: waiting} if waiting else {})


ASKS = one_field(ConflictPolicy.ASK)


def test_a_conflict_for_a_person_writes_nothing_and_is_news_once() -> None:
    first = pair("crm", "outlook", ASKS)
    again = pair("crm", "outlook", ASKS, Waiting("c", C, U))

    assert (first.to_crm, first.to_outlook, first.pending) == ({}, {}, {0})
    assert [note.kind for note in first.notes] == [NoteKind.ASKED]
    assert again.pending == {0}
    assert again.notes == ()
    assert again.asked == (Asked(0, C, U, "both sides changed", "c", news=False),)


def test_a_further_edit_updates_the_open_conflict() -> None:
    step = pair("crm", "elsewhere", ASKS, Waiting("c", C, U))

    assert step.asked == (Asked(0, C, X, "both sides changed", "c"),)
    assert step.closed == {}


@pytest.mark.parametrize(
    ("crm", "outlook", "written"), [("same", "same", ({}, {})), ("old", "new", ({0: ("new",)}, {}))]
)
def test_a_conflict_goes_when_the_sides_agree_or_one_changes_back(crm: str, outlook: str, written: tuple) -> None:
    step = pair(crm, outlook, ASKS, Waiting("c", C, U))

    assert (step.to_crm, step.to_outlook) == written
    assert step.closed == {"c": ConflictState.GONE}


def test_a_decided_conflict_is_carried_out_and_what_gives_way_is_lost_to_the_history() -> None:
    step = pair("crm", "outlook", ASKS, Waiting("c", C, U, ConflictChoice.VALUE, V))

    assert (step.to_crm, step.to_outlook) == ({0: V}, {0: V})
    assert {(note.side, note.lost) for note in step.notes} == {(CRM, C), (OUTLOOK, U)}
    assert step.closed == {"c": ConflictState.SETTLED}


def test_a_choice_holds_after_a_crash_left_only_one_side_written() -> None:
    """The dead run wrote Outlook, and recovery counted both sides as seen: nothing moved any more."""
    link = LinkState("l", "r", "/i", 1, "v1", DIGESTS.baseline((C,)), DIGESTS.baseline((V,)))

    step = pair("crm", "value", ASKS, Waiting("c", C, U, ConflictChoice.VALUE, V), link=link)

    assert (step.to_crm, step.to_outlook) == ({0: V}, {})
    assert step.closed == {"c": ConflictState.SETTLED}


def test_an_edit_after_the_decision_opens_the_conflict_again() -> None:
    step = pair("crm", "elsewhere", ASKS, Waiting("c", C, U, ConflictChoice.OUTLOOK))

    assert (step.to_crm, step.to_outlook) == ({}, {})
    assert step.asked == (Asked(0, C, X, "both sides changed; it was edited after it had been decided", "c"),)


def test_what_was_asked_is_decided_by_the_policy_once_nobody_is_to_be_asked() -> None:
    step = pair("crm", "outlook", one_field(ConflictPolicy.OUTLOOK_LEADS), Waiting("c", C, U))

    assert step.to_crm == {0: U}
    assert step.closed == {"c": ConflictState.GONE}


def test_a_choice_does_not_write_against_the_direction() -> None:
    rules = one_field(ConflictPolicy.ASK, Direction.TO_OUTLOOK)

    step = pair("crm", "outlook", rules, Waiting("c", C, U, ConflictChoice.OUTLOOK))

    assert (step.to_crm, step.to_outlook) == ({}, {0: C})
    assert step.closed == {"c": ConflictState.GONE}


def test_the_newest_edit_travels_and_the_reason_is_told() -> None:
    step = pair("crm", "outlook", one_field(ConflictPolicy.NEWEST), times=(at(-60), at(-5)))

    assert step.to_crm == {0: U}
    assert step.notes[0].reason == "both sides changed; the edit in Outlook is newer"


# Merging: whatever both people do between two runs

TEXTS = st.sampled_from(["", "a", "b", "c"])
ROWS = st.lists(
    st.tuples(TEXTS, TEXTS, TEXTS, st.sampled_from(ConflictPolicy)), min_size=1, max_size=5
)  # before, in the CRM, in Outlook, policy


def after(step: Reconcile, crm: tuple, outlook: tuple) -> tuple[tuple, tuple]:
    """Both sides once the step is carried out."""
    return (
        tuple(step.to_crm.get(n, value) for n, value in enumerate(crm)),
        tuple(step.to_outlook.get(n, value) for n, value in enumerate(outlook)),
    )


@given(ROWS, st.integers(-300, 300), st.booleans())
def test_fields_merge_one_by_one_and_no_edit_is_lost(rows: list, minutes: int, matched: bool) -> None:
    """Edits to different fields both survive, equal edits agree, and what gives way or waits is never dropped."""
    before, crm, outlook = (tuple((row[n],) for row in rows) for n in range(3))
    rules = Rules(
        flows=Flows((Direction.BOTH,) * len(rows)),
        fit=lambda _n, value: value,
        policies=tuple(row[3] for row in rows),
        now=NOON,
    )
    seen = DIGESTS.baseline(before)
    link = LinkState("l", "r", "/i", 1, "v", seen, seen) if matched else None
    record = RecordState("r", 2, crm, RecordTraits(modified=NOON + timedelta(minutes=min(minutes, 0))))
    item = ItemState("/i", "w", outlook, ItemTraits(modified=NOON + timedelta(minutes=-abs(minutes) / 2)))

    step = plan_pair(link, record, item, rules, DIGESTS)

    crm_after, outlook_after = after(step, crm, outlook)
    lost = {(note.position, note.side, note.lost) for note in step.notes if note.lost is not None}
    for n, (old, mine, yours) in enumerate(zip(before, crm, outlook, strict=True)):
        if n in step.pending:
            assert rules.policies[n] is ConflictPolicy.ASK
            assert (crm_after[n], outlook_after[n]) == (mine, yours)
            continue
        assert crm_after[n] == outlook_after[n] or (matched and mine == old == yours)
        kept = crm_after[n]
        assert kept in (mine, yours)
        for side, value in ((CRM, mine), (OUTLOOK, yours)):
            edited = value != old if matched else any(value)
            assert kept == value or not edited or (n, side, value) in lost


@given(ROWS)
def test_once_merged_there_is_nothing_more_to_do_but_to_wait(rows: list) -> None:
    before, crm, outlook = (tuple((row[n],) for row in rows) for n in range(3))
    rules = Rules(
        flows=Flows((Direction.BOTH,) * len(rows)),
        fit=lambda _n, value: value,
        policies=tuple(row[3] for row in rows),
    )
    seen = DIGESTS.baseline(before)
    link = LinkState("l", "r", "/i", 1, "v", seen, seen)
    step = plan_pair(link, RecordState("r", 2, crm), ItemState("/i", "w", outlook), rules, DIGESTS)
    crm, outlook = after(step, crm, outlook)
    waiting = {one.position: Waiting(str(one.position), one.crm, one.outlook) for one in step.asked}
    handled = frozenset(range(len(rows))) - step.pending
    link = LinkState(
        "l", "r", "/i", 2, "w",
        replaced(seen, DIGESTS.baseline(crm), handled), replaced(seen, DIGESTS.baseline(outlook), handled),
    )  # fmt: skip

    again = plan_pair(link, RecordState("r", 3, crm), ItemState("/i", "x", outlook), rules, DIGESTS, waiting)

    assert (again.to_crm, again.to_outlook, again.notes, again.closed) == ({}, {}, (), {})
    assert (
        again.pending
        == step.pending
        == moved(link.crm_seen, DIGESTS.baseline(crm)) & moved(link.outlook_seen, DIGESTS.baseline(outlook))
    )
