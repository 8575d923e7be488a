"""When a mailbox is looked at again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from fieldsync.core.schedule import FIRST_WAIT, LONGEST_WAIT, Interval, back_off

BOUNDS = Interval(60, 900)


def test_the_interval_shrinks_while_there_is_something_to_do_and_grows_while_there_is_not() -> None:
    quiet = [60]
    while quiet[-1] < 900:
        quiet.append(BOUNDS.next(quiet[-1], busy=False))
    busy = [900]
    while busy[-1] > 60:
        busy.append(BOUNDS.next(busy[-1], busy=True))

    assert quiet == [60, 90, 135, 202, 303, 454, 681, 900]
    assert busy == [900, 450, 225, 112, 60]
    assert BOUNDS.next(None, busy=False) == 60


@given(current=st.integers(1, 100_000), busy=st.booleans())
def test_the_interval_stays_within_its_bounds(current: int, busy: bool) -> None:
    assert 60 <= BOUNDS.next(current, busy=busy) <= 900


@given(failures=st.integers(1, 100_000), asked=st.integers(0, 86_400), spread=st.floats(0, 1))
def test_a_wait_is_at_least_what_the_server_asked_for_and_never_much_longer_than_an_hour(
    failures: int, asked: int, spread: float
) -> None:
    wait = back_off(failures, timedelta(seconds=asked), spread)

    assert wait >= timedelta(seconds=asked)
    assert FIRST_WAIT <= wait <= max(LONGEST_WAIT * 1.2, timedelta(seconds=asked))
    assert wait <= back_off(failures + 1, timedelta(seconds=asked), spread)
