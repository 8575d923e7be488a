"""One mailbox with 100,000 linked contacts: how long deciding takes, and how much memory a run needs.

    make bench                                          100,000 contacts
    .venv/bin/python bench/sync/large.py --contacts 5000

The CRM is a SQLite file; the mail server is in memory, in the same process: 100,000 requests to a real one would
measure that one. A column is secured, and journal and events are kept as always. The first sync makes the links;
then one percent changes on each side, once told by the server's cursor, once after the server forgot its cursors,
so that everything is compared; then nothing changes. Both sides are looked at after each step.
"""

import argparse
import asyncio
import gc
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "backend" / "tests"))

import structlog  # noqa: E402
from contacts import Person, people  # noqa: E402
from sqlalchemy import insert  # noqa: E402

from engine.conftest import make_pair  # noqa: E402
from engine.pair import FIELDS, PERMIT, Pair  # noqa: E402
from fieldsync.catalogue.fields import catalogue  # noqa: E402
from fieldsync.clock import SystemClock  # noqa: E402
from fieldsync.core.values import RecordKind, Values  # noqa: E402
from fieldsync.db import migrate  # noqa: E402
from fieldsync.db.database import Database  # noqa: E402
from fieldsync.db.repo import records as record_rows  # noqa: E402
from fieldsync.db.rights import SecuredColumn  # noqa: E402
from fieldsync.engine import run as engine_run  # noqa: E402

LOADED_AT_ONCE = 5000
DECIDING_GOAL = 1.0
KEYS = (
    "jobtitle", "department", "emailaddress1", "telephone1", "mobilephone", "websiteurl", "description",
)  # fmt: skip


def values_of(person: Person) -> Values:
    values = [item.empty for item in catalogue().fields(RecordKind.CONTACT)]
    columns = person.columns()
    name = f"{columns['firstname']} {columns['lastname']}"
    values[FIELDS["fullname"].position] = (name, "", columns["firstname"], "", columns["lastname"], "")
    for key in KEYS:
        values[FIELDS[key].position] = (columns[key],)
    return tuple(values)


def memory(what: str) -> float:
    """MiB of this process now (VmRSS), or at most since the last ``forget_peak`` (VmHWM)."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) / 1024


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


@dataclass
class Deciding:
    """Times every call of what decides, in the place of which it is put."""

    decide: Callable[..., Any]
    wall: float = 0.0
    cpu: float = 0.0

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            return self.decide(*arguments, **named)
        finally:
            self.wall += time.perf_counter() - wall
            self.cpu += time.process_time() - cpu


@dataclass
class Bench:
    """A pair with so many people's contacts on the CRM side."""

    pair: Pair
    decided: list[float] = field(default_factory=list)

    def load(self, everybody: list[Person]) -> None:
        now = SystemClock().now()
        for start in range(0, len(everybody), LOADED_AT_ONCE):
            some = everybody[start : start + LOADED_AT_ONCE]
            rows = [(f"record-{person.n:08d}", values_of(person)) for person in some]
            self.pair.database.write_now(
                PERMIT,
                lambda c, rows=rows: record_rows.insert_many(c, RecordKind.CONTACT, self.pair.principal, rows, now),
            )
        self.pair.database.write_now(
            PERMIT,
            lambda c: c.execute(insert(SecuredColumn.__table__).values(kind="CONTACT", attribute="governmentid")),
        )

    def run(self, what: str, **expected: int) -> None:
        """One run, told in one line; ``expected`` are the counts that it must end with."""
        gc.collect()
        forget_peak()
        before, deciding = memory("VmRSS"), Deciding(engine_run.plan_steps)
        engine_run.plan_steps = deciding
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            outcome = asyncio.run(self.pair.sync())
        finally:
            engine_run.plan_steps = deciding.decide
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        counts = {name: count for name, count in outcome.row["counts"].items() if count and name in expected}
        assert outcome.row["state"] == "SUCCEEDED", outcome.row
        assert counts == {name: count for name, count in expected.items() if count}, outcome.row["counts"]
        peak = memory("VmHWM")
        print(
            f"{what:42}{wall:>9.2f}{cpu:>9.2f}{deciding.wall:>11.3f}{deciding.cpu:>10.3f}"
            f"{peak:>10.0f}{peak - before:>10.0f}{outcome.row['requests']:>10}",
            flush=True,
        )
        self.decided.append(deciding.cpu)

    def edit(self, everybody: list[Person], some: int, note: str) -> None:
        """The first ``some`` contacts in the CRM, the last ``some`` in the mailbox."""
        hrefs = list(self.pair.server.items)
        by_email = {self.pair.item(href)["emailaddress1"]: href for href in (*hrefs[: 2 * some], *hrefs[-2 * some :])}
        for person in everybody[:some]:
            self.pair.edit(f"record-{person.n:08d}", description=f"here {note}")
        for person in everybody[-some:]:
            self.pair.edit_item(by_email[person.columns()["emailaddress1"]], description=f"there {note}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--contacts", type=int, default=100_000)
    options = arguments.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    everybody = people(options.contacts)
    some = max(1, options.contacts // 100)
    with tempfile.TemporaryDirectory(prefix="fieldsync-bench-") as folder:
        url = f"sqlite:///{folder}/fieldsync.db"
        migrate.upgrade(url)
        database = Database(url)
        bench = Bench(make_pair(database))
        bench.load(everybody)
        print(f"{options.contacts} contacts in one mailbox, {some} changed on each side; {os.cpu_count()} cores")
        print(f"{'':42}{'wall s':>9}{'cpu s':>9}{'decide s':>11}{'its cpu':>10}{'peak MiB':>10}"
              f"{'of run':>10}{'requests':>10}")  # fmt: skip
        bench.run("first sync up", created_in_outlook=options.contacts)
        bench.run("settling")
        bench.edit(everybody, some, "by cursor")
        bench.run("1 % changed on each side", updated_in_outlook=some, updated_in_crm=some)
        bench.edit(everybody, some, "by a full compare")
        bench.pair.server.forget_cursors()
        bench.run("the same, all compared", updated_in_outlook=some, updated_in_crm=some)
        bench.run("nothing changed", updated_in_outlook=0, updated_in_crm=0)
        longest = max(bench.decided[2:])
        said = "reached" if longest <= DECIDING_GOAL else "MISSED"
        print(f"\nDeciding what changed takes {longest:.3f} s of CPU, to reach {DECIDING_GOAL:.0f} s: {said}")
        database.close()


if __name__ == "__main__":
    main()
