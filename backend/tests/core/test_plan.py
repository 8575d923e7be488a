"""Planning without any I/O, rights included."""

import pytest

from fieldsync.core.brakes import Brakes
from fieldsync.core.detect import Digests, Sent
from fieldsync.core.pair import plan_pair
from fieldsync.core.plan import (
    Flows,
    ItemState,
    LinkState,
    NoteKind,
    Reconcile,
    RecordState,
    Rules,
    plan_create_item,
    plan_create_record,
)
from fieldsync.core.values import Direction, Side

DIGESTS = Digests(b"sixteen bytes!!!")
DIRECTIONS = (Direction.BOTH, Direction.TO_OUTLOOK, Direction.TO_CRM, Direction.NONE)
RULES = Rules(flows=Flows(DIRECTIONS), fit=lambda _position, value: (value[0][:5],))


def values(*texts: str) -> tuple:
    return tuple((text,) for text in texts)


def pair(seen: tuple, crm: tuple, outlook: tuple, rules: Rules = RULES, seen_outlook: tuple | None = None) -> Reconcile:
    link = LinkState("l", "r", "/i", 1, "v1", DIGESTS.baseline(seen), DIGESTS.baseline(seen_outlook or seen))
    return plan_pair(link, RecordState("r", 2, crm), ItemState("/i", "v2", outlook), rules, DIGESTS)


def ruled(direction: Direction, *, withheld: bool = False, barred: bool = False, blank: bool = False) -> Rules:
    """One field, narrowed by rights."""
    flows = Flows((direction,), frozenset({0} if withheld else ()), {0: "no right"} if barred else {})
    return Rules(flows=flows, fit=lambda _position, value: value, blank=blank)


def test_each_field_goes_its_own_way() -> None:
    step = pair(values("0", "0", "0", "0"), values("crm", "crm", "0", "crm"), values("0", "0", "out", "out"))

    assert dict(step.to_outlook) == {0: ("crm",), 1: ("crm",)}
    assert dict(step.to_crm) == {2: ("out",)}
    assert step.notes == ()


def test_an_overwritten_edit_is_kept_as_lost() -> None:
    step = pair(values("0", "0", "0", "0"), values("crm", "crm", "crm", "0"), values("out", "out", "out", "0"))

    lost = {(note.position, note.side, note.kind, note.lost) for note in step.notes}
    assert lost == {
        (0, Side.OUTLOOK, NoteKind.CONFLICT, ("out",)),
        (1, Side.OUTLOOK, NoteKind.OVERWRITTEN, ("out",)),
        (2, Side.CRM, NoteKind.OVERWRITTEN, ("crm",)),
    }


def test_a_copy_cut_by_the_crm_is_no_difference() -> None:
    step = pair(values("0", "0", "0", "0"), values("longe", "0", "0", "0"), values("longer text", "0", "0", "0"))

    assert (dict(step.to_outlook), dict(step.to_crm), step.notes) == ({}, {}, ())


def test_a_new_item_gets_only_what_may_travel() -> None:
    step = plan_create_item(RecordState("r", 1, values("a", "b", "c", "d")), RULES)

    assert step.values == values("a", "b", "", "")


@pytest.mark.parametrize(
    ("deletions", "linked", "held"),
    [(1, 1, False), (2, 2, False), (3, 3, True), (10, 20, False), (11, 100, False), (21, 100, True), (0, 0, False)],
)
def test_the_brake_holds_what_looks_like_an_accident(deletions: int, linked: int, held: bool) -> None:
    assert Brakes().hold(deletions, linked) is held


@pytest.mark.parametrize(
    ("brakes", "deletions", "held"),
    [
        (Brakes(0, 0), 0, False),
        (Brakes(0, 0), 1, True),
        (Brakes(5, 10), 10, False),
        (Brakes(5, 10), 11, True),
        (Brakes(5, 0), 5, False),
        (Brakes(1000, 100), 99, False),
        (Brakes(1000, 100), 100, True),
    ],
)
def test_the_brake_holds_by_number_and_percent_together_and_an_emptied_side_in_any_case(
    brakes: Brakes, deletions: int, held: bool
) -> None:
    assert brakes.hold(deletions, 100) is held


def told(step: Reconcile) -> list[tuple[NoteKind, tuple | None]]:
    return [(note.kind, note.lost) for note in step.notes]


def test_an_edit_that_may_not_be_written_stays_and_is_reported() -> None:
    step = pair(values("0"), values("0"), values("mine"), ruled(Direction.TO_OUTLOOK, barred=True))

    assert (dict(step.to_outlook), dict(step.to_crm)) == ({}, {})
    assert told(step) == [(NoteKind.NOT_PERMITTED, None)]


def test_what_was_kept_back_is_put_aside_when_the_crm_changes() -> None:
    rules = ruled(Direction.TO_OUTLOOK, barred=True)

    step = pair(values("0"), values("crm"), values("mine"), rules, seen_outlook=values("mine"))

    assert dict(step.to_outlook) == {0: ("crm",)}
    assert told(step) == [(NoteKind.OVERWRITTEN, ("mine",))]


def test_with_blanking_the_crm_value_takes_the_place_at_once() -> None:
    step = pair(values("0"), values("0"), values("mine"), ruled(Direction.TO_OUTLOOK, barred=True, blank=True))

    assert dict(step.to_outlook) == {0: ("0",)}
    assert told(step) == [(NoteKind.NOT_PERMITTED, ("mine",))]


def test_blanking_writes_no_field_that_does_not_travel_to_outlook() -> None:
    rules = ruled(Direction.NONE, barred=True, blank=True)

    step = pair(values("0"), values("0"), values("mine"), rules)
    new = plan_create_record(ItemState("/i", "v", values("mine")), rules)

    assert dict(step.to_outlook) == {}
    assert told(step) == [(NoteKind.NOT_PERMITTED, None)]
    assert (new.gives_up, [note.kind for note in new.notes]) == ((), [NoteKind.NOT_PERMITTED])


def test_a_withheld_value_is_neither_compared_nor_written_to_outlook() -> None:
    step = pair(values("secret"), values(""), values("secret"), ruled(Direction.NONE, withheld=True, barred=True))

    assert (dict(step.to_outlook), dict(step.to_crm), step.notes) == ({}, {}, ())


def test_blanking_never_puts_a_withheld_value_in_outlooks_place() -> None:
    rules = ruled(Direction.NONE, withheld=True, barred=True, blank=True)

    step = pair(values("secret"), values(""), values("mine"), rules, seen_outlook=values("0"))

    assert dict(step.to_outlook) == {}
    assert told(step) == [(NoteKind.NOT_PERMITTED, None)]


def test_an_edit_of_a_field_that_may_be_written_and_not_read_goes_to_the_crm() -> None:
    step = pair(values("old"), values(""), values("new"), ruled(Direction.TO_CRM, withheld=True))

    assert dict(step.to_crm) == {0: ("new",)}
    assert step.unseen == {0}


def test_a_first_match_leaves_withheld_fields_alone() -> None:
    item = ItemState("/i", "v", values("mine"))

    step = plan_pair(None, RecordState("r", 1, values("")), item, ruled(Direction.TO_CRM, withheld=True), DIGESTS)

    assert (dict(step.to_outlook), dict(step.to_crm), step.notes) == ({}, {}, ())


@pytest.mark.parametrize("blank", [False, True])
def test_a_record_made_of_an_item_takes_only_what_may_be_filled(blank: bool) -> None:
    step = plan_create_record(
        ItemState("/i", "v", values("mine")), ruled(Direction.TO_OUTLOOK, barred=True, blank=blank)
    )

    assert step.values == values("")
    assert [note.lost for note in step.gives_up] == ([("mine",)] if blank else [])
    assert [note.kind for note in step.notes] == ([] if blank else [NoteKind.NOT_PERMITTED])


def test_what_a_run_sent_and_the_item_holds_is_no_edit_of_outlook() -> None:
    record, item = (
        RecordState("r", 2, values("new", "new", "", "0")),
        ItemState("/i", "v", values("sent", "o", "o", "0")),
    )
    sent = Sent({n: {DIGESTS.of(("sent",)), DIGESTS.of(("sent before",))} for n in (0, 1)})
    link = LinkState("l", "r", "/i", 1, "v", *[DIGESTS.baseline(values("0", "0", "0", "0"))] * 2)

    for known in (None, link):
        step = plan_pair(known, record, item, RULES, DIGESTS, sent=sent)

        assert dict(step.to_outlook) == {0: ("new",), 1: ("new",)}
        assert dict(step.to_crm) == {2: ("o",)}
        assert [(note.position, note.lost) for note in step.notes if any(note.lost or ())] == [(1, ("o",))]


def test_an_item_that_was_made_unheard_is_followed_from_what_both_sides_held_then() -> None:
    then = DIGESTS.baseline(values("0", "0", "0", "0"))
    record, item = RecordState("r", 2, values("0", "new", "0", "0")), ItemState("/i", "v", values("o", "0", "o", "0"))

    step = plan_pair(None, record, item, RULES, DIGESTS, sent=Sent(made=(then, then), href="/i"))

    assert (dict(step.to_outlook), dict(step.to_crm)) == ({1: ("new",)}, {0: ("o",), 2: ("o",)})
    assert (step.notes, step.joins) == ((), True)
