"""The statuses that callers choose from are those that the items in mailboxes can say."""

import pytest

from fieldsync.clock import SystemClock
from fieldsync.core.activity_status import STATUSES, ActivityState, new_status, state_of, status_of
from fieldsync.core.filling import COMPLETED_CODES
from fieldsync.core.values import RecordKind
from fieldsync.sides.ical.progress import STAGES, Progress
from fieldsync.sides.ical.showing import Showing

EVERY = [(kind, state, status) for kind, states in STATUSES.items() for state in states for status in states[state]]


@pytest.mark.parametrize(("kind", "state", "status"), EVERY, ids=[f"{k.value}-{s.name}" for k, _, s in EVERY])
def test_a_status_means_the_same_in_the_crm_and_in_the_mailbox(kind: RecordKind, state: ActivityState, status) -> None:
    value = (str(state.value), str(status.value))
    if kind in STAGES:
        found = Progress(kind, SystemClock()).normal("status", value)
        # A completed call or letter reads as completed, however it was (dav.md, section 8).
        assert found[0] == value[0]
        assert found == value or state is ActivityState.COMPLETED
    else:
        assert Showing(kind).normal("status", value) == value
    assert state_of(kind, status) is state
    assert status_of(kind, state.value, status.value) is status


def test_what_is_usual_is_the_same_on_both_sides() -> None:
    for kind, states in STATUSES.items():
        usual = {str(state.value): str(statuses[0].value) for state, statuses in states.items()}
        if kind in STAGES:
            assert usual == STAGES[kind].usual
            assert usual["1"] == COMPLETED_CODES[kind]
            assert str(new_status(kind).value) == usual["0"]
        else:
            assert Showing(kind).normal("status", ("", "")) == ("3", str(new_status(kind).value))


def test_a_status_reason_that_does_not_exist_is_told_by_the_state() -> None:
    assert status_of(RecordKind.TASK, 1, 99).name == "COMPLETED"
    assert status_of(RecordKind.TASK, 7, None).name == "NOT_STARTED"
