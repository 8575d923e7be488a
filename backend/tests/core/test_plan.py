"""Planning without any I/O, and the rights that narrow a direction."""

import pytest

from fieldsync.core.brakes import holds_deletions
from fieldsync.core.detect import Digests
from fieldsync.core.effective import Blocked, BlockedReason, FieldRights, effective
from fieldsync.core.plan import ItemState, LinkState, RecordState, Rules, plan_create_item, plan_pair
from fieldsync.core.values import Direction, Side

DIGESTS = Digests(b"sixteen bytes!!!")
RULES = Rules(
    directions=(Direction.BOTH, Direction.TO_OUTLOOK, Direction.TO_CRM, Direction.NONE),
    fit=lambda _position, value: (value[0][:5],),
)


def values(*texts: str) -> tuple:
    return tuple((text,) for text in texts)


def pair(seen: tuple, crm: tuple, outlook: tuple):
    link = LinkState("l", "r", "/i", 1, "v1", DIGESTS.baseline(seen), DIGESTS.baseline(seen))
    return plan_pair(link, RecordState("r", 2, crm), ItemState("/i", "v2", outlook), RULES, DIGESTS)


def test_each_field_goes_its_own_way() -> None:
    step = pair(values("0", "0", "0", "0"), values("crm", "crm", "0", "crm"), values("0", "0", "out", "out"))

    assert dict(step.to_outlook) == {0: ("crm",), 1: ("crm",)}
    assert dict(step.to_crm) == {2: ("out",)}
    assert step.notes == ()


def test_an_overwritten_edit_is_kept_as_lost() -> None:
    step = pair(values("0", "0", "0", "0"), values("crm", "crm", "crm", "0"), values("out", "out", "out", "0"))

    lost = {(note.position, note.side, note.conflict, note.lost) for note in step.notes}
    assert lost == {
        (0, Side.OUTLOOK, True, ("out",)),
        (1, Side.OUTLOOK, False, ("out",)),
        (2, Side.CRM, False, ("crm",)),
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
    assert holds_deletions(deletions, linked) is held


@pytest.mark.parametrize(
    ("configured", "rights", "left", "blocked"),
    [
        (Direction.BOTH, FieldRights(), Direction.BOTH, ()),
        (Direction.BOTH, FieldRights(read=False), Direction.TO_CRM, ((Direction.TO_OUTLOOK, BlockedReason.NO_READ),)),
        (
            Direction.BOTH,
            FieldRights(write=False),
            Direction.TO_OUTLOOK,
            ((Direction.TO_CRM, BlockedReason.NO_UPDATE),),
        ),
        (
            Direction.BOTH,
            FieldRights(read=False, write=False, write_reason=BlockedReason.NO_CREATE),
            Direction.NONE,
            ((Direction.TO_OUTLOOK, BlockedReason.NO_READ), (Direction.TO_CRM, BlockedReason.NO_CREATE)),
        ),
        (Direction.TO_OUTLOOK, FieldRights(write=False), Direction.TO_OUTLOOK, ()),
        (Direction.NONE, FieldRights(read=False, write=False), Direction.NONE, ()),
    ],
)
def test_rights_only_take_away_what_was_configured(configured, rights, left, blocked) -> None:
    result = effective(configured, rights)

    assert result.direction is left
    assert result.blocked == tuple(Blocked(*entry) for entry in blocked)
