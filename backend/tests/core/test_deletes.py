"""The deletion matrix: what is shipped, cell by cell, what decides, and what a run makes of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldsync.core.deletes import (
    TODOS,
    Cause,
    Cell,
    DecidedBy,
    DeletionMatrix,
    Ending,
    Facts,
    Party,
    Progress,
    When,
    cell_of,
    cells,
    rule_on,
    shipped,
)
from fieldsync.core.runs import DeletionRule
from fieldsync.core.values import MEETINGS, RecordKind

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ME = Party("me", frozenset({"me@example.org"}), NOW)
EARLIER, LATER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
K, C, E = RecordKind, Cause, Ending


def test_every_cell_has_a_name_of_its_own_a_source_and_a_shipped_rule_that_it_can_be_set_to() -> None:
    every = list(cells())

    assert len({cell.key for cell in every}) == len(every)
    assert all(len(cell.key) <= 120 for cell in every)
    assert all(shipped(cell).ending in cell.choices and shipped(cell).source for cell in every)
    assert {cell.kind for cell in every} == set(RecordKind)


@pytest.mark.parametrize("owner", [True, False], ids=["owner", "not owner"])
def test_a_contact_deleted_in_the_crm_goes_only_where_it_is_not_the_owners(owner: bool) -> None:
    gone = shipped(Cell(K.CONTACT, C.RECORD_DELETED, owner))

    assert (gone.ending, gone.source) == (E.UNLINK if owner else E.DELETE, "F27, F28")
    assert shipped(Cell(K.CONTACT, C.ITEM_DELETED, owner)).ending is E.UNLINK


@pytest.mark.parametrize("kind", MEETINGS)
def test_a_meeting_deleted_in_the_crm_goes_only_with_its_organizer_and_before_it_began(kind: RecordKind) -> None:
    deleted = {cell for cell in cells(kind) if cell.cause is C.RECORD_DELETED and shipped(cell).ending is E.DELETE}

    assert deleted == {
        cell for cell in cells(kind) if cell.cause is C.RECORD_DELETED and cell.organizer and cell.when is When.FUTURE
    }


@pytest.mark.parametrize("kind", MEETINGS)
def test_a_meeting_deleted_in_outlook_goes_only_if_it_is_ones_own_to_come_and_open(kind: RecordKind) -> None:
    deleted = {cell for cell in cells(kind) if cell.cause is C.ITEM_DELETED and shipped(cell).ending is E.DELETE}

    assert deleted == {Cell(kind, C.ITEM_DELETED, True, True, When.FUTURE, Progress.OPEN)}


@pytest.mark.parametrize("kind", MEETINGS)
def test_cancelling_in_the_crm_touches_no_item_as_shipped(kind: RecordKind) -> None:
    found = [cell for cell in cells(kind) if cell.cause is C.RECORD_CANCELLED]

    assert {shipped(cell).ending for cell in found} == {E.KEEP}
    assert {cell.choices for cell in found} == {(E.KEEP, E.CANCEL, E.DELETE)}


@pytest.mark.parametrize("kind", TODOS)
def test_what_becomes_a_task_goes_as_long_as_it_is_open(kind: RecordKind) -> None:
    for cell in cells(kind):
        goes = cell.state is Progress.OPEN and (cell.cause is C.RECORD_DELETED or cell.owner)
        assert shipped(cell).ending is (E.DELETE if goes else E.UNLINK), cell.key


def test_of_a_service_activity_nothing_ever_comes_back_from_outlook() -> None:
    coming = [cell for cell in cells(K.SERVICE_ACTIVITY) if cell.cause is C.ITEM_DELETED]

    for cell in coming:
        everything = DeletionMatrix({cell.key: E.DELETE})
        for rule in DeletionRule:
            found = rule_on(cell.cause, cell, everything, rule)
            assert (found.ending, found.by) == (E.UNLINK, DecidedBy.KIND)


@pytest.mark.parametrize(
    ("kind", "facts", "cause", "key"),
    [
        (K.CONTACT, Facts("me", state=1), C.RECORD_DELETED, "CONTACT:RECORD_DELETED:OWNER"),
        (K.TASK, Facts("you", start=EARLIER, state=2), C.ITEM_DELETED, "TASK:ITEM_DELETED:NOT_OWNER:CANCELLED"),
        (
            K.APPOINTMENT, Facts("you", "me@example.org", LATER, None, 3), C.RECORD_DELETED,
            "APPOINTMENT:RECORD_DELETED:NOT_OWNER:ORGANIZER:FUTURE:OPEN",
        ),
        (
            K.APPOINTMENT, Facts("me", "you@example.org", NOW, LATER, 1), C.ITEM_DELETED,
            "APPOINTMENT:ITEM_DELETED:OWNER:NOT_ORGANIZER:PAST:COMPLETED",
        ),
        (K.APPOINTMENT, Facts("me"), C.RECORD_CANCELLED, "APPOINTMENT:RECORD_CANCELLED:OWNER:ORGANIZER:FUTURE"),
        (
            K.RECURRING_APPOINTMENT, Facts("me", "", EARLIER, None), C.ITEM_DELETED,
            "RECURRING_APPOINTMENT:ITEM_DELETED:OWNER:ORGANIZER:FUTURE:OPEN",
        ),
        (
            K.RECURRING_APPOINTMENT, Facts("you", "", EARLIER, EARLIER), C.ITEM_DELETED,
            "RECURRING_APPOINTMENT:ITEM_DELETED:NOT_OWNER:NOT_ORGANIZER:PAST:OPEN",
        ),
        (
            K.SERVICE_ACTIVITY, Facts("me", "x@y", LATER), C.RECORD_DELETED,
            "SERVICE_ACTIVITY:RECORD_DELETED:OWNER:FUTURE:OPEN",
        ),
    ],
)  # fmt: skip
def test_a_record_falls_into_one_cell(kind: RecordKind, facts: Facts, cause: Cause, key: str) -> None:
    cell = cell_of(kind, cause, facts, ME)

    assert cell.key == key
    assert cell in set(cells(kind))


@pytest.mark.parametrize("rule", DeletionRule)
@pytest.mark.parametrize("cause", Cause)
def test_the_mailbox_comes_before_the_matrix(rule: DeletionRule, cause: Cause) -> None:
    cell = cell_of(K.APPOINTMENT, cause, Facts("you", "you@example.org", EARLIER), ME)
    changed = DeletionMatrix({cell.key: E.DELETE})

    as_shipped = rule_on(cause, cell, DeletionMatrix(), rule)
    as_set = rule_on(cause, cell, changed, rule)

    mild = E.KEEP if cause is C.RECORD_CANCELLED else E.UNLINK
    match rule:
        case DeletionRule.UNLINK:
            assert (as_shipped.ending, as_set.ending) == (mild, mild)
            assert as_set.by is DecidedBy.MAILBOX
        case DeletionRule.DELETE:
            # Cancelling is no deletion: what it does is for the matrix to say.
            assert as_shipped.ending is (mild if cause is C.RECORD_CANCELLED else E.DELETE)
            assert as_set.ending is E.DELETE
        case DeletionRule.MATRIX:
            assert (as_shipped.ending, as_shipped.by) == (mild, DecidedBy.MATRIX)
            assert (as_set.ending, as_set.by) == (E.DELETE, DecidedBy.MATRIX)


def test_where_nobody_knows_what_it_was_the_other_end_stays() -> None:
    found = rule_on(C.RECORD_DELETED, None, DeletionMatrix(), DeletionRule.MATRIX)

    assert (found.ending, found.by) == (E.UNLINK, DecidedBy.UNKNOWN)


def test_a_cell_set_to_what_it_cannot_be_is_as_shipped() -> None:
    cell = Cell(K.CONTACT, C.RECORD_DELETED, True)

    assert DeletionMatrix({cell.key: E.CANCEL}).ending(cell) is E.UNLINK


FACTS = st.builds(
    Facts,
    owner_id=st.sampled_from(["me", "you", ""]),
    organizer=st.sampled_from(["", "me@example.org", "you@example.org"]),
    start=st.none() | st.datetimes(timezones=st.just(UTC)),
    end=st.none() | st.datetimes(timezones=st.just(UTC)),
    state=st.integers(-1, 5),
)


@given(FACTS, st.sampled_from(RecordKind), st.sampled_from(Cause), st.sampled_from(DeletionRule))
def test_whatever_a_record_is_it_has_a_cell_and_an_ending_that_is_possible(
    facts: Facts, kind: RecordKind, cause: Cause, rule: DeletionRule
) -> None:
    if cause is C.RECORD_CANCELLED and kind not in MEETINGS:
        return
    cell = cell_of(kind, cause, facts, ME)

    found = rule_on(cause, cell, DeletionMatrix(), rule)

    assert cell in set(cells(kind))
    assert found.ending in cell.choices or rule is DeletionRule.DELETE
    assert found.because
