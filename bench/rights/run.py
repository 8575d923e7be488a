"""What rights cost: whose records one sees, withheld columns, and knowing somebody's rights.

    make bench                                            100,000 contacts on PostgreSQL and on SQLite
    .venv/bin/python bench/rights/run.py --contacts 5000 --rounds 3

The same organization is loaded into both. Each caller must see there what the rules say record by record, and every
answer over HTTP must hold what it should: otherwise this ends with an error. It never does because of a time.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[1:1] = [str(ROOT / "e2e"), str(ROOT / "bench" / "sync")]

import databases  # noqa: E402
import reading  # noqa: E402
import serving  # noqa: E402
import standings  # noqa: E402
from organization import Size, load, organization  # noqa: E402


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--contacts", type=int, default=Size().contacts)
    arguments.add_argument("--rounds", type=int, default=15)
    options = arguments.parse_args()
    made = organization(Size(contacts=options.contacts))
    results: dict[str, object] = {"size": str(made.size), "rounds": options.rounds}
    with tempfile.TemporaryDirectory(prefix="fieldsync-bench-") as folder, databases.both(Path(folder)) as both:
        for name, database in both.items():
            began = time.perf_counter()
            load(database, made)
            print(f"{name}: loaded in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        numbers = reading.check(both, made)
        print(f"{made.size}; {databases.versions(both)}; medians of {options.rounds} rounds")
        print("Both databases show each caller the same contacts, those that the rules say.")
        for name, database in both.items():
            plans = reading.plans(database, made)
            times = reading.measure(database, made, options.rounds)
            print(f"\n{name}: reading contacts, ms (times the unfiltered read)\n{reading.table(times, numbers)}")
            print("\nOne statement each; a page of 100 uses:")
            for caller, plan in plans.items():
                print(f"  {caller:22}{', '.join(plan.indexes)}{' (reads all contacts)' if plan.scans_contacts else ''}")
            known = standings.measure(database, made, options.rounds)
            print("\nKnowing rights, ms:")
            for what, seconds in known.items():
                print(f"  {what:46}{1000 * seconds:>9.2f}")
            served = serving.measure(Path(folder), name, database, made, options.rounds)
            print(f"\n1,000 contacts with 20 fields over HTTP:\n{serving.table(served)}")
            results[name] = {
                "reading": {f"{caller}: {step}": seconds for (caller, step), seconds in times.items()},
                "standings": known,
                "serving": served,
            }
    folder_of_results = ROOT / "bench" / "results"
    folder_of_results.mkdir(exist_ok=True)
    path = folder_of_results / f"rights-{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.write_text(json.dumps(results, indent=1))
    print(f"\n{path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
