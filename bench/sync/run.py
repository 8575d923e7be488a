"""Fieldsync, vdirsyncer and SyncEvolution on Radicale and Cyrus, interleaved in one run.

    make bench                                     three rounds of 1,000 contacts
    .venv/bin/python bench/sync/run.py --rounds 1 --contacts 100 --servers cyrus

In each round every contestant gets an address book on each server and a store of its own with the same contacts, in
turns that rotate. Measured are the first sync up, syncs without a change, and syncs after changing one percent of the
contacts on each side; after each step both sides are compared. Figures are medians: time, CPU of the client, requests.
The ratios that are to be reached come last, each beside its goal.
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
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "e2e"), str(ROOT / "backend" / "tests")]

from contacts import people  # noqa: E402
from goals import CHANGED, GOALS, PEER, STEPS, STILL, UP  # noqa: E402
from measure import Measure  # noqa: E402
from organization import Organization  # noqa: E402
from ours import Alone, Handed, Resident, Single, StandingBy  # noqa: E402
from server import Cyrus, Radicale, Server  # noqa: E402
from syncevolution import SyncEvolution  # noqa: E402
from vdirsyncer import Vdirsyncer  # noqa: E402

CONTESTANTS = (Vdirsyncer, SyncEvolution, Resident, Single, Handed, StandingBy, Alone)
SERVERS = {"radicale": Radicale, "cyrus": Cyrus}
STILL_TIMES = 7
CHANGED_TIMES = 3
Figures = dict[tuple[str, str, str], list[Measure]]


def keys_on(server: Server, hrefs: list[str]) -> dict[str, str]:
    """The address of each contact, by its key."""
    found = ((re.search(rb"EMAIL[^:\r\n]*:([^@\r\n]+)@", server.card(href)), href) for href in hrefs)
    return {match[1].decode(): href for match, href in found if match}


def note_on(server: Server, href: str) -> str:
    match = re.search(rb"NOTE[^:\r\n]*:([^\r\n]*)", server.card(href))
    return match[1].decode() if match else ""


def take_turn(kind: type, folder: Path, server: Server, own: Organization, figures: Figures) -> None:
    """One round of a contestant; what a peer cannot do is told, and the others go on."""
    if kind is Single and isinstance(server, Radicale):
        return  # there is no other way there
    try:
        round_of(kind, folder, server, own, figures)
    except (RuntimeError, AssertionError) as error:
        if issubclass(kind, Resident):
            raise
        print(f"{kind.name} on {server.name}: {error}", file=sys.stderr)


def round_of(kind: type, folder: Path, server: Server, own: Organization, figures: Figures) -> None:
    """All steps of one contestant on one server, each checked on both sides."""
    everybody = own.people
    contestant = kind(folder, server, own if issubclass(kind, Resident) else everybody)
    name = (server.name, kind.name)
    try:
        figures[server.name, UP, kind.name].append(contestant.sync())
        hrefs = server.items(contestant.path)
        assert len(hrefs) == len(everybody), f"{name}: {len(hrefs)} of {len(everybody)} arrived"
        if kind is Single:
            return  # from here on it does what the resident one does

        contestant.sync()  # settles what the first one left to be noticed
        for _ in range(STILL_TIMES):
            figures[server.name, STILL, kind.name].append(contestant.sync())

        some = max(1, len(everybody) // 100)
        there = keys_on(server, hrefs)
        here_keys = [person.key for person in everybody[:some]]
        there_keys = [person.key for person in everybody[-some:]]
        for turn in range(CHANGED_TIMES):
            contestant.edit(here_keys, f"changed here {turn}")
            for key in there_keys:
                server.edit(there[key], f"changed there {turn}")
            figures[server.name, CHANGED, kind.name].append(contestant.sync())
            notes = contestant.notes()
            assert all(note_on(server, there[key]) == f"changed here {turn}" for key in here_keys), (
                f"{name}: not on the server"
            )
            assert all(notes[key] == f"changed there {turn}" for key in there_keys), f"{name}: not fetched"
            assert len(notes) == len(everybody) == len(server.items(contestant.path))
            contestant.sync()
    finally:
        contestant.close()


def resident_still(folder: Path, server: Server, own: Organization) -> dict[str, float]:
    """A cycle without a change, many times over: with the mutation that orders it, and by itself."""
    contestant = Resident(folder, server, own)
    try:
        contestant.sync()
        contestant.sync()
        measures = [contestant.sync() for _ in range(50)]
        idle = contestant.idle(5)
    finally:
        contestant.close()
    alone = contestant.cycles(55)
    return {
        "requests": median(m.requests for m in measures),
        "cpu ms of the cycle, median": median(alone) * 1000,
        "cpu ms with its mutation, median": median(m.cpu for m in measures) * 1000,
        "cpu ms with its mutation, worst": max(m.cpu for m in measures) * 1000,
        "wall ms with its mutation, median": median(m.wall for m in measures) * 1000,
        "idle cpu ms per second": idle * 1000,
    }


def middle(measures: list[Measure]) -> Measure | None:
    if not measures:
        return None
    return Measure(
        median(measure.wall for measure in measures),
        median(measure.cpu for measure in measures),
        round(median(measure.requests for measure in measures)),
    )


def table(figures: Figures, servers: list[Server]) -> str:
    lines = [f"{'':36}{'':24}{'wall s':>9}{'cpu s':>9}{'requests':>10}{'wall to peer':>14}{'cpu to peer':>13}"]
    for server in servers:
        for step in STEPS:
            peer = middle(figures[server.name, step, PEER])
            for kind in CONTESTANTS:
                own = middle(figures[server.name, step, kind.name])
                if own is None:
                    continue
                requests = own.requests or "-"
                ratios = f"{own.wall / peer.wall:>14.2f}{own.cpu / peer.cpu:>13.2f}" if peer else ""
                where = f"{server.name:10}{step:26}{kind.name:24}"
                lines.append(f"{where}{own.wall:>9.3f}{own.cpu:>9.3f}{requests:>10}{ratios}")
    return "\n".join(lines)


def options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--contacts", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--servers", default=",".join(SERVERS), help="radicale, cyrus or both, with a comma")
    return arguments.parse_args()


def main() -> None:
    chosen = options()
    everybody = people(chosen.contacts)
    figures: Figures = defaultdict(list)
    missing = {kind.name: why for kind in (Cyrus, *CONTESTANTS) if (why := kind.missing())}
    for name, why in missing.items():
        print(f"Without {name}: {why}.", file=sys.stderr)
    contestants = [kind for kind in CONTESTANTS if kind.name not in missing]
    servers: list[Server] = []
    resident: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="fieldsync-bench-") as name:
        folder = Path(name)
        own = Organization(folder / "organization", everybody)
        try:
            servers.extend(
                SERVERS[each](folder) for each in chosen.servers.split(",") if SERVERS[each].name not in missing
            )
            for number in range(chosen.rounds):
                for turn in range(len(contestants)):
                    kind = contestants[(number + turn) % len(contestants)]
                    for server in servers:
                        take_turn(kind, folder / f"{server.name.lower()}{number}-{turn}", server, own, figures)
                    print(f"round {number + 1}: {kind.name} done", file=sys.stderr)
            if servers and isinstance(servers[0], Radicale):
                resident = resident_still(folder / "resident", servers[0], own)
        finally:
            for server in servers:
                server.close()
    report(chosen, figures, servers, resident)


def report(chosen: argparse.Namespace, figures: Figures, servers: list[Server], resident: dict[str, float]) -> None:
    versions = ", ".join(f"{server.name} {server.version}" for server in servers)
    print(f"{chosen.contacts} contacts, medians of {chosen.rounds} rounds, {os.cpu_count()} cores, "
          f"Python {platform.python_version()}, {versions}")  # fmt: skip
    print(table(figures, servers))
    if resident:
        print("\nA cycle without a change in a running server, on Radicale:")
        for what, value in resident.items():
            print(f"  {what:36}{value:>8.2f}")
    print(f"\nTo reach, as a ratio to {PEER}:{'':44}{'ratio':>9}{'goal':>7}")
    names = {server.name for server in servers}
    for goal in GOALS:
        if goal.server in names:
            print(goal.line(lambda *key: middle(figures[key])))
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    path = results / f"sync-{time.strftime('%Y%m%d-%H%M%S')}.json"
    rows = [
        {"server": server, "step": step, "who": who, "wall": m.wall, "cpu": m.cpu, "requests": m.requests, **m.notes}
        for (server, step, who), measures in figures.items()
        for m in measures
    ]
    path.write_text(json.dumps({"contacts": chosen.contacts, "rows": rows, "resident": resident}, indent=1))
    print(f"\n{path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
