"""The field table, cell by cell, and properties that hold for any values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.core.directions import (
    Agree,
    Conflict,
    Keep,
    Stray,
    Write,
    decide,
    decide_first_match,
    next_direction,
)
from fieldsync.core.values import Direction, Side, Value

NONE, TO_OUTLOOK, TO_CRM, BOTH = Direction.NONE, Direction.TO_OUTLOOK, Direction.TO_CRM, Direction.BOTH
to_outlook, to_crm = Write(Side.OUTLOOK), Write(Side.CRM)

TABLE = [
    # CRM moved, Outlook moved, equal, then the decision for BOTH, TO_OUTLOOK, TO_CRM, NONE
    (False, False, False, Keep(), Keep(), Keep(), Keep()),
    (True, False, False, to_outlook, to_outlook, Stray(Side.CRM), Keep()),
    (False, True, False, to_crm, Stray(Side.OUTLOOK), to_crm, Keep()),
    (True, False, True, Agree(), Agree(), Agree(), Keep()),
    (False, True, True, Agree(), Agree(), Agree(), Keep()),
    (True, True, True, Agree(), Agree(), Agree(), Keep()),
    (
        True,
        True,
        False,
        Conflict("both sides changed"),
        Write(Side.OUTLOOK, loses=True),
        Write(Side.CRM, loses=True),
        Keep(),
    ),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"crm={row[0]} outlook={row[1]} equal={row[2]}")
def test_every_cell_of_the_field_table(row) -> None:
    crm_moved, outlook_moved, equal, *wanted = row
    outlook = ("crm",) if equal else ("outlook",)

    decided = [
        decide(direction, ("crm",), outlook, crm_moved=crm_moved, outlook_moved=outlook_moved)
        for direction in (BOTH, TO_OUTLOOK, TO_CRM, NONE)
    ]

    assert decided == wanted


FIRST = [
    # CRM, Outlook, then the decision for BOTH, TO_OUTLOOK, TO_CRM, NONE
    ("a", "a", Agree(), Agree(), Agree(), Keep()),
    ("", "", Agree(), Agree(), Agree(), Keep()),
    ("a", "", to_outlook, to_outlook, Keep(), Keep()),
    ("", "b", to_crm, Keep(), to_crm, Keep()),
    (
        "a",
        "b",
        Conflict("the sides differed when they were first matched"),
        Write(Side.OUTLOOK, loses=True),
        Write(Side.CRM, loses=True),
        Keep(),
    ),
]


@pytest.mark.parametrize("row", FIRST, ids=lambda row: f"{row[0] or 'empty'} and {row[1] or 'empty'}")
def test_every_cell_of_a_first_match_and_an_empty_leader_writes_nothing(row) -> None:
    crm, outlook, *wanted = row

    decided = [decide_first_match(d, (crm,), (outlook,)) for d in (BOTH, TO_OUTLOOK, TO_CRM, NONE)]

    assert decided == wanted


VALUES = st.tuples(st.text(max_size=3))


@given(st.sampled_from(Direction), VALUES, VALUES, st.booleans(), st.booleans())
def test_nothing_is_ever_written_against_the_direction(
    direction: Direction, crm: Value, outlook: Value, crm_moved: bool, outlook_moved: bool
) -> None:
    for decision in (
        decide(direction, crm, outlook, crm_moved=crm_moved, outlook_moved=outlook_moved),
        decide_first_match(direction, crm, outlook),
    ):
        if isinstance(decision, Write):
            assert direction.writes(decision.to)
        if isinstance(decision, Conflict):
            assert direction is BOTH
        if isinstance(decision, Write | Conflict):
            assert crm != outlook


@given(VALUES, VALUES, st.booleans(), st.booleans())
def test_both_directions_mirror_each_other(crm: Value, outlook: Value, crm_moved: bool, outlook_moved: bool) -> None:
    one = decide(TO_OUTLOOK, crm, outlook, crm_moved=crm_moved, outlook_moved=outlook_moved)
    other = decide(TO_CRM, outlook, crm, crm_moved=outlook_moved, outlook_moved=crm_moved)

    assert type(one) is type(other)
    if isinstance(one, Write) and isinstance(other, Write):
        assert (one.to, one.loses) == (other.to.other, other.loses)


def test_the_arrow_turns_through_the_allowed_directions_and_back() -> None:
    allowed = (NONE, TO_OUTLOOK, TO_CRM, BOTH)

    turned = [next_direction(direction, allowed) for direction in allowed]

    assert turned == [TO_OUTLOOK, TO_CRM, BOTH, NONE]
    assert next_direction(BOTH, (BOTH,)) is BOTH
    assert next_direction(TO_CRM, (BOTH,)) is BOTH
