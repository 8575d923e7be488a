"""Many subscribers of one run on one process: does every event reach all of them, how late, and at what cost?

    .venv/bin/python bench/graphql/subscribers.py                          2,000 subscribers, PostgreSQL
    .venv/bin/python bench/graphql/subscribers.py --subscribers 500 --database sqlite

A server process, two client processes with plain sockets, real events. The delay is counted from before an event is
written to the database until the last byte of it was read. Rounds alternate: with nobody who stopped reading, and with
some who did, in the middle of a long run. It ends with an error if an event was lost, doubled or out of order; it never
does because of a time.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[1:1] = [str(HERE.parent / "rights")]

import databases  # noqa: E402

from fieldsync.clock import SystemClock  # noqa: E402
from fieldsync.core.rights import Role, Scope  # noqa: E402
from fieldsync.core.runs import Counts, EventType, Phase, RunConfiguration, RunMode, RunState, event_body  # noqa: E402
from fieldsync.core.values import RecordKind  # noqa: E402
from fieldsync.db.database import Database  # noqa: E402
from fieldsync.db.repo import mailboxes, principals, profiles, run_events, runs, tokens  # noqa: E402
from fieldsync.ids import new_id  # noqa: E402
from fieldsync.security import gate, sessions  # noqa: E402

CLIENTS = 2
TOKEN = "fs_bench"
LONG = 5_000
QUIET = 10


class Process:
    """A process that takes commands and answers each with a line of JSON."""

    def __init__(self, script: str, *arguments: str) -> None:
        command = [sys.executable, str(HERE / script), *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, command: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            sys.exit("a process of the benchmark died")
        return json.loads(line)

    def ask(self, command: str) -> Any:
        self.tell(command)
        return self.answer()

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--subscribers", type=int, default=2_000)
    arguments.add_argument("--events", type=int, default=20, help="in each round")
    arguments.add_argument("--every", type=float, default=0.5, help="seconds between two events")
    arguments.add_argument("--rounds", type=int, default=2, help="of each sort")
    arguments.add_argument("--stopped", type=int, default=20, help="subscribers that stop reading")
    arguments.add_argument("--database", choices=("PostgreSQL", "SQLite"), default="PostgreSQL", type=_named)
    options = arguments.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory(prefix="fieldsync-bench-") as folder, databases.both(Path(folder)) as both:
        print(f"{options.database}; {databases.versions(both)}; uvicorn, one process; {platform.machine()}")
        followed, long = _load(both[options.database])
        url = both[options.database].url
        server = Process("following_server.py", url, folder, followed)
        port = server.answer()["port"]
        share = options.subscribers // CLIENTS
        try:
            empty = server.ask("state")
            clients = [
                Process("following_client.py", str(port), followed, TOKEN, str(share), long, str(options.stopped))
                for _ in range(CLIENTS)
            ]
            assert sum(client.answer()["open"] for client in clients) == share * CLIENTS
            idle = server.ask("state")
            _measure(server, clients, options, empty, idle)
            for client in clients:
                client.close()
        finally:
            server.close()


def _measure(server: Process, clients: list[Process], options: Any, empty: Any, idle: Any) -> None:
    number = options.subscribers // CLIENTS * CLIENTS
    print(f"{number} subscribers of one run, {options.events} events a round, one every {options.every} s\n")
    print(f"memory: {empty['rss']:.0f} MB without, {idle['rss']:.0f} MB with them, idle", end="")
    print(f" ({(idle['rss'] - empty['rss']) * 1000 / number:.0f} KB each)")
    before = server.ask("state")["cpu"]
    time.sleep(QUIET)
    used = server.ask("state")["cpu"] - before
    print(f"idle: {used / QUIET:.1%} of a core\n")
    print(f"{'':26}{'delivered':>19}{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}{'RSS MB':>9}{'µs CPU each':>13}")
    for client in clients:
        client.ask("wait 1")
    stopped = 0
    for number_of_round in range(2 * options.rounds):
        if number_of_round == options.rounds and options.stopped:
            stopped = sum(client.ask("stop")["stopped"] for client in clients)
        before = server.ask("state")
        after = server.ask(f"tell {options.events} {options.every}")
        for client in clients:
            client.tell(f"wait {after['seq']}")
        reports = [client.answer() for client in clients]
        after = server.ask("state")
        delivered = sum(report["delivered"] for report in reports)
        delays = sorted(delay for report in reports for delay in report["delays"])
        cost = (after["cpu"] - before["cpu"]) * 1e6 / max(1, delivered)
        label = f"{stopped} stopped reading" if stopped else "all read"
        print(
            f"{label:26}{delivered:>9} of {options.events * number:<6}{delays[len(delays) // 2]:>9.1f}"
            f"{delays[int(len(delays) * 0.99)]:>9.1f}{max(report['slowest'] for report in reports):>9.1f}"
            f"{after['rss']:>9.0f}{cost:>13.1f}"
        )
        faults = {name: sum(report[name] for report in reports) for name in ("doubled", "disordered", "lost", "behind")}
        if any(faults.values()) or delivered != options.events * number:
            sys.exit(f"not every event reached everybody once and in order: {faults}")


def _load(database: Database) -> tuple[str, str]:
    """A run to follow, and a long one for those who stop reading."""
    now = SystemClock().now()

    def unit(connection: Any) -> tuple[str, str]:
        profiles.ensure_default(connection, now)
        who = principals.upsert(
            connection, user_name="ada", name="Ada", role=Role.ADMINISTRATOR, password_hash="", now=now
        )
        tokens.insert_token(
            connection,
            id=new_id(),
            digest=sessions.digest(TOKEN),
            principal_id=who,
            name="bench",
            scope=Scope.READ.value,
            now=now,
            expires_at=None,
        )
        made = []
        for name in ("followed", "long"):
            values = mailboxes.values_for_new(
                principal_id=who,
                name=name,
                contacts_url=f"https://mail.example/{name}/",
                user_name=name,
                password_box=b"",
                now=now,
            )
            mailbox, run = new_id(), new_id()
            mailboxes.insert_mailbox(connection, id=mailbox, **values)
            runs.insert_run(
                connection,
                run_id=run,
                mailbox_id=mailbox,
                mode=RunMode.APPLY,
                configuration=RunConfiguration.PUBLISHED,
                kinds=[RecordKind.CONTACT],
                started_by=None,
                release_held=False,
                now=now,
            )
            made.append(run)
        body = event_body(
            EventType.PROGRESS,
            RunState.RUNNING,
            "told",
            phase=Phase.APPLY,
            kind=RecordKind.CONTACT,
            done=1,
            total=LONG,
            counts=Counts(),
        )
        run_events.append(connection, made[1], 2, now, [body] * LONG)
        return made[0], made[1]

    return database.write_now(gate.administer("bench"), unit)


def _named(text: str) -> str:
    return {"postgresql": "PostgreSQL", "sqlite": "SQLite"}.get(text.lower(), text)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
