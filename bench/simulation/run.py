"""Play many days of the simulator, spread over the cores, or one of them with its history.

    make bench-sim                                                        10,000 seeds
    .venv/bin/python bench/simulation/run.py --seeds 500 --first 20000
    .venv/bin/python bench/simulation/run.py --seed 4711                  one day, told step by step

The same seed tells the same history every time. Ends with an error if any promise was broken; docs/reliability.md says
what is promised.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[1:1] = [str(ROOT / "backend"), str(ROOT / "backend" / "tests")]

from simulation.play import Played, play  # noqa: E402
from simulation.stores import MemoryStore, make_template  # noqa: E402

AT_ONCE = 25
SHOWN = 20

_store: MemoryStore | None = None


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seeds", type=int, default=10_000, help="how many to play")
    arguments.add_argument("--first", type=int, default=0, help="the first of them")
    arguments.add_argument("--seed", type=int, help="play just this one and print its history")
    arguments.add_argument("--digest", action="store_true", help="with --seed: print the digest of its history only")
    arguments.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = arguments.parse_args()
    if options.seed is not None:
        sys.exit(_one(options.seed, digest_only=options.digest))
    sys.exit(_many(range(options.first, options.first + options.seeds), options.processes))


def _one(seed: int, *, digest_only: bool) -> int:
    played = play(seed, MemoryStore())
    if digest_only:
        print(played.digest)
    else:
        print("\n".join(played.history))
        print(f"\n{played}\n    digest of this history: {played.digest}")
    return 1 if played.violation else 0


def _many(seeds: range, processes: int) -> int:
    began = time.perf_counter()
    chunks = [seeds[start : start + AT_ONCE] for start in range(0, len(seeds), AT_ONCE)]
    done, runs, broken = 0, 0, list[tuple[int, str, str]]()
    with multiprocessing.get_context("fork").Pool(processes, _open, (make_template(),)) as pool:
        for number, ran, found in pool.imap_unordered(_play, chunks):
            done += number
            runs += ran
            broken += found
            for _, _, told in found:
                print(told, flush=True)
            rate = done / (time.perf_counter() - began)
            print(f"{done:,} of {len(seeds):,} seeds, {rate:.1f} a second, {len(broken)} broken", file=sys.stderr)
    took = time.perf_counter() - began
    print(f"{done:,} seeds from {seeds.start}, {runs:,} runs in {took:.0f} s on {processes} processes:", end=" ")
    print(f"{done / took:.1f} seeds a second, {len(broken)} with a broken promise")
    for rule, times in Counter(rule for _, rule, _ in broken).most_common():
        examples = sorted(seed for seed, of, _ in broken if of == rule)[:SHOWN]
        print(f"  {times:5} {rule}: {', '.join(map(str, examples))}")
    return 1 if broken else 0


def _open(template: bytes) -> None:
    global _store
    _store = MemoryStore(template)


def _play(seeds: range) -> tuple[int, int, list[tuple[int, str, str]]]:
    assert _store is not None
    played: list[Played] = [play(seed, _store) for seed in seeds]
    found = [(one.seed, one.violation.rule, str(one)) for one in played if one.violation is not None]
    return len(played), sum(one.runs for one in played), found


if __name__ == "__main__":
    main()
