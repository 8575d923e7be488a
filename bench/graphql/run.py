"""The API beside PostGraphile, graphql-yoga and the floor, on the same rows of the same PostgreSQL.

    make bench                                        everything that is measured, this too
    .venv/bin/python bench/graphql/run.py             seven rounds of three seconds for each server and question
    .venv/bin/python bench/graphql/run.py --quick     a look, in less than a minute

Every server has to give the same data before anything is timed; otherwise this ends with an error. It never does so
because of a time. What it prints is Markdown, made to be pasted into docs/performance.md. See README.md beside this.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[1:1] = [str(ROOT / part) for part in ("bench/rights", "e2e", "bench/sync")]

import contenders  # noqa: E402
import databases  # noqa: E402
import masking  # noqa: E402
import psycopg  # noqa: E402
import questions  # noqa: E402
from goals import client_share, figure_table, goal_table, lines  # noqa: E402
from load import Load, Slice, answers  # noqa: E402
from organization import Organization, Size, load, organization  # noqa: E402

from fieldsync.db import migrate  # noqa: E402
from fieldsync.db.database import Database  # noqa: E402

SIZE = Size(contacts=10_000, users=400, units=20, teams=12, shares=1_000)


def main() -> None:
    options = _options()
    made = organization(SIZE)
    with tempfile.TemporaryDirectory(prefix="fieldsync-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        address = stack.enter_context(databases.postgres(folder))
        gateway = _fill(address, made)
        data = folder / "data"
        data.mkdir()
        contenders.install()
        token = contenders.token(address, data, made)
        running = [
            stack.enter_context(contenders.running(kind, folder))
            for kind in contenders.kinds(address, gateway, data, made, token)
            if kind.name in options.servers
        ]
        for one in running:
            contenders.wait_for(one)
        postmaster = int((folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
        generator = Load(options.connections, postmaster)
        stack.callback(generator.close)
        _compare(running, made, token)
        figures = _measure(running, made, token, generator, options)
        with psycopg.connect(address) as connection:
            postgres = str(connection.execute("SHOW server_version").fetchone()[0])  # pyright: ignore[reportOptionalSubscript]
    _report(figures, options, _versions(postgres))


def _options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--seconds", type=float, default=3.0, help="of each turn")
    arguments.add_argument("--warm", type=float, default=5.0, help="seconds of each server and question beforehand")
    arguments.add_argument("--connections", type=int, default=4)
    arguments.add_argument(
        "--servers", nargs="+", choices=contenders.NAMES, default=contenders.NAMES, help="only these"
    )
    arguments.add_argument("--quick", action="store_true", help="two rounds of 0.3 seconds")
    options = arguments.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.warm = 2, 0.3, 0.3
    return options


def _fill(address: str, made: Organization) -> str:
    migrate.upgrade(address)
    database = Database(address)
    try:
        load(database, made)
    finally:
        database.close()
    return masking.prepare(address)


def _compare(running: list[contenders.Server], made: Organization, token: str) -> None:
    for step in (questions.ONE, questions.HUNDRED, questions.THOUSAND, questions.GRID):
        given = {
            one.kind.name: answers(one, one.kind.words.requests(step, token, made))
            for one in running
            if step in one.kind.steps
        }
        questions.check(step, made, given)


def _measure(
    running: list[contenders.Server], made: Organization, token: str, generator: Load, options: argparse.Namespace
) -> dict[tuple[str, str], list[Slice]]:
    """Question by question; within it the servers take turns, and another one begins each round."""
    figures: dict[tuple[str, str], list[Slice]] = defaultdict(list)
    for step in (questions.ONE, questions.HUNDRED, questions.THOUSAND, questions.GRID):
        asked = [one for one in running if step in one.kind.steps]
        requests = {one.port: one.kind.words.requests(step, token, made) for one in asked}
        rates = {one.port: _warm(generator, one, requests[one.port], options) for one in asked}
        for number in range(options.rounds):
            begin = number % len(asked)
            for one in asked[begin:] + asked[:begin]:
                turn = generator.turn(one, requests[one.port], int(rates[one.port] * options.seconds))
                figures[one.kind.name, step].append(turn)
        print(f"{step}: measured", file=sys.stderr)
    return figures


def _warm(
    generator: Load, server: contenders.Server, requests: list[dict[str, Any]], options: argparse.Namespace
) -> float:
    """Ask for a while; returns the rate at the end, by which the turns get their length."""
    rate = generator.turn(server, requests, 2 * options.connections).rate
    for _ in range(2):
        rate = generator.turn(server, requests, int(rate * options.warm / 2)).rate
    return rate


def _versions(postgres: str) -> str:
    peers = json.loads((contenders.HERE / "peers" / "package.json").read_text())["dependencies"]
    named = ("postgraphile", "graphql-yoga", "graphql-jit", "pg", "autocannon")
    node = os.popen(f"{contenders.node()} --version").read().strip().removeprefix("v")
    return ", ".join(
        [
            f"PostgreSQL {postgres}",
            f"Python {platform.python_version()}",
            *(f"{name} {version(name)}" for name in ("strawberry-graphql", "graphql-core", "uvicorn", "asyncpg")),
            f"Node {node}",
            *(f"{name} {peers[name]}" for name in named),
            f"{os.cpu_count()} cores",
        ]
    )


def _report(figures: dict[tuple[str, str], list[Slice]], options: argparse.Namespace, versions: str) -> None:
    print(
        f"{SIZE.contacts:,} contacts, 20 fields of which three are withheld from the caller; {options.connections} "
        f"connections; medians of {options.rounds} rounds of {options.seconds:g} s each.\n{versions}, "
        f"{time.strftime('%B %Y')}.\nAll servers gave the same data. The load generator took at most "
        f"{100 * client_share(figures):.0f} % of a core.\n\n{goal_table(figures)}\n\n{figure_table(figures)}"
    )
    folder = ROOT / "bench" / "results"
    folder.mkdir(exist_ok=True)
    path = folder / f"graphql-{time.strftime('%Y%m%d-%H%M%S')}.json"
    results = {
        "versions": versions,
        "options": vars(options),
        "goals": [asdict(line) | {"found": line.found, "verdict": line.verdict} for line in lines(figures)],
        "turns": {f"{who}: {step}": [asdict(one) for one in turns] for (who, step), turns in figures.items()},
    }
    path.write_text(json.dumps(results, indent=1))
    print(f"\n{path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
