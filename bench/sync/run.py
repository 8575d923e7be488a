"""Fieldsync and vdirsyncer on one Radicale, interleaved in one run: time, CPU of the client, requests.

    make bench                                     three rounds of 1,000 contacts
    .venv/bin/python bench/sync/run.py --rounds 1 --contacts 100

Each round gives every contestant an address book and a store of its own with the same contacts, in turns
that rotate. It measures the first sync up, syncs without a change, and a sync after changing one percent
of the contacts on each side; after each step both sides are compared. Figures are medians.
"""

import argparse
import json
import os
import platform
import re
import sys
import tempfile
import time
from collections import defaultdict
from importlib import metadata
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "e2e"))

from contacts import Person, people  # noqa: E402
from measure import Measure  # noqa: E402
from ours import Fresh, Resident  # noqa: E402
from server import Radicale  # noqa: E402
from vdirsyncer import Vdirsyncer  # noqa: E402

CONTESTANTS = (Vdirsyncer, Fresh, Resident)
UP, STILL, CHANGED = "first sync up", "nothing changed", "1 % changed on each side"
STEPS = (UP, STILL, CHANGED)
STILL_TIMES = 7
Figures = dict[tuple[str, str], list[Measure]]


def keys_on(server: Radicale, hrefs: list[str]) -> list[str]:
    found = (re.search(rb"EMAIL[^:\r\n]*:([^@\r\n]+)@", server.card(href)) for href in hrefs)
    return [match[1].decode() for match in found if match]


def note_on(server: Radicale, href: str) -> str:
    match = re.search(rb"NOTE[^:\r\n]*:([^\r\n]*)", server.card(href))
    return match[1].decode() if match else ""


def round_of(kind: type, folder: Path, server: Radicale, everybody: list[Person], figures: Figures) -> None:
    """All steps of one contestant, each checked on both sides."""
    contestant = kind(folder, server, everybody)
    try:
        figures[kind.name, UP].append(contestant.sync())
        hrefs = server.items(contestant.path)
        assert len(hrefs) == len(everybody), f"{kind.name}: {len(hrefs)} of {len(everybody)} arrived"

        contestant.sync()  # settles what the first one left to be noticed
        for _ in range(STILL_TIMES):
            figures[kind.name, STILL].append(contestant.sync())

        some = max(1, len(everybody) // 100)
        there = dict(zip(keys_on(server, hrefs), hrefs, strict=True))
        here_keys = [person.key for person in everybody[:some]]
        there_keys = [person.key for person in everybody[-some:]]
        contestant.edit(here_keys, "changed here")
        for key in there_keys:
            server.edit(there[key], "changed there")
        figures[kind.name, CHANGED].append(contestant.sync())
        notes = contestant.notes()
        assert all(note_on(server, there[key]) == "changed here" for key in here_keys), (
            f"{kind.name}: not on the server"
        )
        assert all(notes[key] == "changed there" for key in there_keys), f"{kind.name}: not fetched"
        assert len(notes) == len(everybody) == len(server.items(contestant.path))
    finally:
        contestant.close()


def resident_still(folder: Path, server: Radicale, everybody: list[Person], times: int = 50) -> dict[str, float]:
    """What a cycle without a change costs a running server, the mutation that starts it included."""
    contestant = Resident(folder, server, everybody)
    try:
        for _ in range(5):
            contestant.sync()
        measured = [contestant.sync() for _ in range(times)]
        return {
            "requests": max(measure.requests for measure in measured),
            "cpu ms of the cycle, median": 1000 * median(contestant.cycles(times)),
            "cpu ms with its mutation, median": 1000 * median(measure.cpu for measure in measured),
            "cpu ms with its mutation, worst": 1000 * max(measure.cpu for measure in measured),
            "wall ms with its mutation, median": 1000 * median(measure.wall for measure in measured),
            "idle cpu ms per second": 1000 * contestant.idle(5),
        }
    finally:
        contestant.close()


def table(figures: Figures) -> str:
    lines = [f"{'':26}{'':22}{'wall s':>9}{'cpu s':>9}{'requests':>10}{'wall to peer':>14}{'cpu to peer':>13}"]
    for step in STEPS:
        peer = middle(figures[Vdirsyncer.name, step])
        for kind in CONTESTANTS:
            own = middle(figures[kind.name, step])
            ratios = f"{own.wall / peer.wall:>14.2f}{own.cpu / peer.cpu:>13.2f}"
            lines.append(f"{step:26}{kind.name:22}{own.wall:>9.3f}{own.cpu:>9.3f}{own.requests:>10}{ratios}")
    return "\n".join(lines)


def middle(measures: list[Measure]) -> Measure:
    return Measure(
        median(measure.wall for measure in measures),
        median(measure.cpu for measure in measures),
        round(median(measure.requests for measure in measures)),
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--contacts", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    everybody = people(options.contacts)
    figures: Figures = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="fieldsync-bench-") as name:
        folder = Path(name)
        server = Radicale(folder)
        try:
            for number in range(options.rounds):
                for turn in range(len(CONTESTANTS)):
                    kind = CONTESTANTS[(number + turn) % len(CONTESTANTS)]
                    round_of(kind, folder / f"round{number}-{turn}", server, everybody, figures)
                    print(f"round {number + 1}: {kind.name} done", file=sys.stderr)
            resident = resident_still(folder / "resident", server, everybody)
        finally:
            server.close()

    print(f"{options.contacts} contacts, medians of {options.rounds} rounds, {os.cpu_count()} cores, "
          f"Python {platform.python_version()}, Radicale {metadata.version('radicale')}")  # fmt: skip
    print(table(figures))
    print("\nA cycle without a change in a running server:")
    for what, value in resident.items():
        print(f"  {what:36}{value:>8.2f}")
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    path = results / f"sync-{time.strftime('%Y%m%d-%H%M%S')}.json"
    rows = [
        {"who": who, "step": step, "wall": m.wall, "cpu": m.cpu, "requests": m.requests, **m.notes}
        for (who, step), measures in figures.items()
        for m in measures
    ]
    path.write_text(json.dumps({"contacts": options.contacts, "rows": rows, "resident": resident}, indent=1))
    print(f"\n{path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
