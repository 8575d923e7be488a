"""How many records a minute one server brings to 1, 10 and 100 mailboxes, and back.

    make bench                                                 the same 3,000 contacts over 1, 10 and 100 mailboxes
    .venv/bin/python bench/sync/mailboxes.py --records 300 --servers cyrus

One running Fieldsync server, one user per mailbox, all mailboxes on one mail server. Measured from the mutation that
starts all runs to the end of the last: the first sync up; then an edit of every contact on the mail server, back to the
CRM. What arrived is counted on both sides. CPU is the Fieldsync server's.
"""

import argparse
import json
import os
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "e2e"), str(ROOT / "backend" / "tests")]

from contacts import people  # noqa: E402
from large import values_of  # noqa: E402
from measure import Measure, clock, cpu_of  # noqa: E402
from organization import Api  # noqa: E402
from server import PASSWORD, SYNC_USER, Cyrus, Radicale, Server  # noqa: E402

from fieldsync.clock import SystemClock  # noqa: E402
from fieldsync.core.values import RecordKind  # noqa: E402
from fieldsync.db.database import Database  # noqa: E402
from fieldsync.db.repo import records as record_rows  # noqa: E402
from fieldsync.security import gate  # noqa: E402
from product import start_product  # noqa: E402

MAILBOXES = (1, 10, 100)
SERVERS = {"radicale": Radicale, "cyrus": Cyrus}


class Many:
    """So many mailboxes with equal shares of the contacts."""

    def __init__(self, folder: Path, server: Server, mailboxes: int, records: int) -> None:
        folder.mkdir(parents=True)
        self._server, self._records = server, records
        self._product = start_product(folder)
        self._api = Api(self._product)
        self.paths: list[str] = []
        self._mailboxes: list[str] = []
        owners = []
        for number in range(mailboxes):
            user = {"userName": f"owner{number}", "name": f"Owner {number}"}
            owner = self._api.mutate("userCreate", "UserCreateInput", user, "principal { id }")["principal"]["id"]
            owners.append(owner.partition(":")[2])
            path = server.make_book(f"{folder.name}-{number}")
            mailbox = {
                "principalId": owner, "name": f"Mailbox {number}", "contactsUrl": server.url + path,
                "userName": SYNC_USER, "password": PASSWORD,
            }  # fmt: skip
            made = self._api.mutate("mailboxConnect", "MailboxConnectInput", mailbox, "mailbox { id }")
            self._mailboxes.append(made["mailbox"]["id"])
            self.paths.append(path)
        self._file = folder / "data" / "fieldsync.db"
        self._load(owners)
        self._database = sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)

    def sync(self, counted: str) -> Measure:
        """Run all mailboxes; every record must have been counted as ``counted``."""
        measure = Measure()
        before = cpu_of(self._product.process.pid)
        with clock(measure, self._server.count):
            started = self._api.mutate("runStart", "RunStartInput", {"mailboxIds": self._mailboxes}, "runs { id }")
            runs = [run["id"].partition(":")[2] for run in started["runs"]]
            # Read from the file, so that waiting costs the server nothing.
            while self._open_runs():
                time.sleep(0.01)
        measure.cpu = cpu_of(self._product.process.pid) - before
        marks = ",".join("?" * len(runs))
        rows = self._database.execute(f"SELECT state, counts, error_message FROM run WHERE id IN ({marks})", runs)
        ended = rows.fetchall()
        assert {state for state, _, _ in ended} == {"SUCCEEDED"}, [row for row in ended if row[0] != "SUCCEEDED"][:3]
        done = sum(json.loads(counts)[counted] for _, counts, _ in ended)
        assert done == self._records, f"{done} of {self._records} {counted}"
        return measure

    def edit_items(self) -> None:
        """Another program changes the note of every card."""
        for path in self.paths:
            for href in self._server.items(path):
                self._server.edit(href, "changed there")

    def changed_records(self) -> int:
        query = "SELECT count(*) FROM contact WHERE description = 'changed there'"
        return self._database.execute(query).fetchone()[0]

    def close(self) -> None:
        self._database.close()
        self._product.stop()

    def _load(self, owners: list[str]) -> None:
        """The contacts, written to the database as an import would."""
        database = Database(f"sqlite:///{self._file}")
        everybody, now = people(self._records), SystemClock().now()
        for number, owner in enumerate(owners):
            rows = [(person.key, values_of(person)) for person in everybody[number :: len(owners)]]
            database.write_now(
                gate.administer("bench"),
                lambda c, owner=owner, rows=rows: record_rows.insert_many(c, RecordKind.CONTACT, owner, rows, now),
            )
        database.close()

    def _open_runs(self) -> int:
        query = "SELECT count(*) FROM run WHERE state IN ('QUEUED', 'RUNNING')"
        return self._database.execute(query).fetchone()[0]


def measured(folder: Path, server: Server, mailboxes: int, records: int) -> dict[str, Measure]:
    many = Many(folder, server, mailboxes, records)
    try:
        up = many.sync("created_in_outlook")
        arrived = sum(len(server.items(path)) for path in many.paths)
        assert arrived == records, f"{arrived} of {records} arrived"
        many.edit_items()
        down = many.sync("updated_in_crm")
        assert many.changed_records() == records
        return {"first sync up": up, "every item changed": down}
    finally:
        many.close()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--records", type=int, default=3000)
    arguments.add_argument("--servers", default=",".join(SERVERS), help="radicale, cyrus or both, with a comma")
    options = arguments.parse_args()
    print(f"{options.records} contacts in all, one Fieldsync server, {os.cpu_count()} cores")
    print(f"{'':10}{'':22}{'mailboxes':>10}{'wall s':>9}{'records/min':>13}{'cpu ms each':>13}")
    with tempfile.TemporaryDirectory(prefix="fieldsync-bench-") as name:
        for each in options.servers.split(","):
            if each == "cyrus" and (why := Cyrus.missing()):
                print(f"Without Cyrus: {why}.", file=sys.stderr)
                continue
            server = SERVERS[each](Path(name))
            try:
                for mailboxes in MAILBOXES:
                    found = measured(Path(name) / f"{each}{mailboxes}", server, mailboxes, options.records)
                    for step, m in found.items():
                        rate, cost = 60 * options.records / m.wall, 1000 * m.cpu / options.records
                        print(f"{server.name:10}{step:22}{mailboxes:>10}{m.wall:>9.2f}{rate:>13.0f}{cost:>13.2f}",
                              flush=True)  # fmt: skip
            finally:
                server.close()


if __name__ == "__main__":
    main()
