"""How many writers a server gets: played through with servers whose speed is known."""

from collections.abc import Callable

import pytest

from fieldsync.engine.pace import MOST, Pace


def play(pace: Pace, rate: Callable[[int], float], writes: int = 400) -> list[int]:
    """The number of writers before each write, on a server that does ``rate(writers)`` writes a second."""
    now, seen = 0.0, []
    for _ in range(writes):
        seen.append(pace.writers)
        now += 1 / rate(pace.writers)
        pace.done(now)
    return seen


def test_the_first_write_goes_alone() -> None:
    assert Pace().writers == 1


def test_a_server_that_gains_from_each_gets_all_and_never_more() -> None:
    seen = play(Pace(), lambda writers: 40.0 * writers)

    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (1, MOST)


@pytest.mark.parametrize("writers_that_help", [1, 2, 3])
def test_where_another_writer_brings_nothing_it_leaves_again(writers_that_help: int) -> None:
    seen = play(Pace(), lambda writers: 40.0 * min(writers, writers_that_help))

    assert seen[-1] == writers_that_help
    assert max(seen) == writers_that_help + 1


def test_a_server_that_gets_slower_keeps_one() -> None:
    assert play(Pace(), lambda writers: 40.0 / writers)[-1] == 1


def test_a_refusal_halves_and_settles() -> None:
    pace = Pace()
    play(pace, lambda writers: 40.0 * writers)

    pace.refused()
    assert pace.writers == 2
    assert set(play(pace, lambda writers: 40.0 * writers)) == {2}
    pace.refused()
    pace.refused()
    assert pace.writers == 1


def test_a_clock_that_stands_still_harms_nothing() -> None:
    pace = Pace()
    for _ in range(200):
        pace.done(1.0)

    assert 1 <= pace.writers <= MOST
