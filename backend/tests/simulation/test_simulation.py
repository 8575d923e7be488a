"""Days of random edits, faults and deaths, each played by its seed: every promise is kept in all of them.

More of them: ``FIELDSYNC_SEEDS=2000 pytest backend/tests/simulation``, or ``make bench-sim``. A failing seed says how
it is replayed.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fieldsync.db.database import Database
from simulation.play import play
from simulation.stores import MemoryStore, PostgresStore

SEEDS = int(os.environ.get("FIELDSYNC_SEEDS", "240"))
AT_ONCE = 20
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_every_promise_is_kept(first: int, memory_store: MemoryStore) -> None:
    broken = [played for seed in range(first, first + AT_ONCE) if (played := play(seed, memory_store)).violation]
    assert not broken, "\n".join(map(str, broken))


@pytest.mark.parametrize("backend", ["postgresql"])
@pytest.mark.parametrize("seed", range(8))
def test_every_promise_is_kept_on_postgresql_as_well(seed: int, backend: str, database: Database) -> None:
    played = play(seed, PostgresStore(database.engine))
    assert played.violation is None, str(played)


def test_days_are_full_of_life(memory_store: MemoryStore) -> None:
    """Nothing passes because nothing happens: runs write on both sides, die, meet with faults and with each other."""
    told = "\n".join(line for seed in range(120) for line in play(seed, memory_store).history)

    for what in (
        "creates an item", "updates I", "deletes I", " becomes ", " is gone", "dies", "and yet", "stands still",
        "VersionMismatch", "TimedOut", "Unreachable", "ItemRefused", "Throttled", "LeaseLost", "people decide",
        "administrators set", "administrators give rights", "breaks I", "to principal-other",
    ):  # fmt: skip
        assert told.count(what) >= 3, f"{what!r} hardly ever happens"


@pytest.mark.parametrize("seed", [3, 11])
def test_a_seed_plays_the_same_every_time(seed: int, memory_store: MemoryStore) -> None:
    """Also in another process, whose dictionaries and sets are in another order."""
    here = [play(seed, memory_store).digest for _ in range(2)]
    command = [sys.executable, str(ROOT / "bench" / "simulation" / "run.py"), "--seed", str(seed), "--digest"]
    elsewhere = [
        subprocess.run(
            command, env=os.environ | {"PYTHONHASHSEED": order}, capture_output=True, text=True, check=True, timeout=60
        ).stdout.strip()
        for order in ("1", "2")
    ]
    assert len({*here, *elsewhere}) == 1
