"""Fieldsync as measured: as the server that it usually is, and as a command beside one, beside a standby, and alone."""

import asyncio
import json
import socket
import sqlite3
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from measure import Measure, clock, cpu_of, of_process
from organization import Api, Organization
from server import PASSWORD, SYNC_USER, Server

from fieldsync.handed import short_path
from fieldsync.parts import Parts
from fieldsync.security import gate
from fieldsync.settings import Settings
from product import FIELDSYNC, start_product

MAILBOX = "bench"
SINGLE_PUTS = (sys.executable, Path(__file__).with_name("single_puts.py"))


class Resident:
    """A running server; a sync is the mutation that starts a run, until the run's end."""

    name = "Fieldsync, resident"
    program: Sequence[str | Path] = (FIELDSYNC,)

    def __init__(self, folder: Path, server: Server, organization: Organization) -> None:
        organization.copy(folder)
        self._server, self._folder, self._organization = server, folder, organization
        self._start()
        self.path = server.make_book(folder.name)
        mailbox = {
            "principalId": organization.owner, "name": MAILBOX, "contactsUrl": server.url + self.path,
            "userName": SYNC_USER, "password": PASSWORD,
        }  # fmt: skip
        made = self._api.mutate("mailboxConnect", "MailboxConnectInput", mailbox, "mailbox { id }")
        self._mailbox = made["mailbox"]["id"]
        self._database = sqlite3.connect(f"file:{folder / 'data' / 'fieldsync.db'}?mode=ro", uri=True)

    @staticmethod
    def missing() -> str:
        return ""

    def sync(self) -> Measure:
        measure = Measure()
        before = cpu_of(self._product.process.pid)
        with clock(measure, self._server.count):
            run = self._order()
            self._wait(run)
        measure.cpu = cpu_of(self._product.process.pid) - before
        return self._checked(run, measure)

    def cycles(self, times: int) -> list[float]:
        """CPU seconds of the same cycle without the request that orders it, in a process that stays."""
        return asyncio.run(self._cycles(times))

    async def _cycles(self, times: int) -> list[float]:
        parts = Parts.assemble(Settings(data=self._folder / "data"))
        mailbox = self._mailbox.partition(":")[2]
        actor = gate.command_line("")
        spent = []
        for _ in range(times):
            (run,) = await parts.services.runs.queue(actor, [mailbox])
            before = time.process_time()
            await parts.runner.run(run.id)
            spent.append(time.process_time() - before)
        await parts.runner.close()
        parts.database.close()
        return spent[5:]

    def idle(self, seconds: float) -> float:
        """CPU seconds of the server per second of doing nothing."""
        before = cpu_of(self._product.process.pid)
        time.sleep(seconds)
        return (cpu_of(self._product.process.pid) - before) / seconds

    def edit(self, keys: list[str], note: str) -> None:
        for key in keys:
            change = {"contactId": self._organization.contacts[key], "description": note}
            self._api.mutate("contactUpdate", "ContactUpdateInput", change, "contact { id }")

    def notes(self) -> dict[str, str]:
        """The note of every contact on this side, by key."""
        found: dict[str, str] = {}
        after = None
        query = (
            "query ($after: String) { contacts(first: 100, after: $after)"
            " { nodes { emailAddress1 description } pageInfo { hasNextPage endCursor } } }"
        )
        while True:
            page = self._api.ask(query, {"after": after})["contacts"]
            for node in page["nodes"]:
                key, _, domain = (node["emailAddress1"] or "").partition("@")
                if domain == "example.org":
                    found[key] = node["description"]
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]

    def close(self) -> None:
        self._database.close()
        self._product.stop()

    def _start(self) -> None:
        self._product = start_product(self._folder, program=self.program)
        self._api = Api(self._product, self._organization.token)

    def _order(self) -> str:
        started = self._api.mutate("runStart", "RunStartInput", {"mailboxIds": [self._mailbox]}, "runs { id }")
        return started["runs"][0]["id"].partition(":")[2]

    def _wait(self, run: str) -> None:
        # Read from the file, so that waiting costs the server nothing.
        while self._state(run) in ("QUEUED", "RUNNING"):
            time.sleep(0.002)

    def _state(self, run: str) -> str:
        return self._database.execute("SELECT state FROM run WHERE id = ?", (run,)).fetchone()[0]

    def _last_run(self) -> str:
        return self._database.execute("SELECT id FROM run ORDER BY queued_at DESC LIMIT 1").fetchone()[0]

    def _checked(self, run: str, measure: Measure) -> Measure:
        row = self._database.execute("SELECT state, requests, counts, error_message FROM run WHERE id = ?", (run,))
        state, requests, counts, error = row.fetchone()
        if state != "SUCCEEDED" or json.loads(counts)["failed"]:
            raise RuntimeError(f"{state}: {error} {counts}")
        measure.notes["counted by the run"] = requests
        return measure


class Single(Resident):
    """The same server without the bulk path, where there is one."""

    name = "Fieldsync, single PUTs"
    program = SINGLE_PUTS


class Handed(Resident):
    """The command beside a server on the same data, which does the work; the CPU of both is counted."""

    name = "fieldsync sync, server"

    def sync(self) -> Measure:
        before = cpu_of(self._product.process.pid)
        measure = of_process([str(FIELDSYNC), "sync", MAILBOX], self._product.environment, self._server.count)
        measure.cpu += cpu_of(self._product.process.pid) - before
        return self._checked(self._last_run(), measure)


class StandingBy(Resident):
    """The command with a standby that the first one leaves behind; the CPU of both is counted, its start too."""

    name = "fieldsync sync, standby"

    def __init__(self, folder: Path, server: Server, organization: Organization) -> None:
        super().__init__(folder, server, organization)
        self._product.stop()
        self._environment = {**self._product.environment, "FIELDSYNC_STANDBY_MINUTES": "10"}

    def sync(self) -> Measure:
        before = self._standby_cpu()
        measure = of_process([str(FIELDSYNC), "sync", MAILBOX], self._environment, self._server.count)
        measure.cpu += self._standby_cpu() - before
        return self._checked(self._last_run(), measure)

    def edit(self, keys: list[str], note: str) -> None:
        """As a process of its own: a server would take the standby's place."""
        asyncio.run(self._edit(keys, note))

    async def _edit(self, keys: list[str], note: str) -> None:
        parts = Parts.assemble(Settings(data=self._folder / "data"))
        for key in keys:
            record_id = self._organization.contacts[key].partition(":")[2]
            await parts.services.contacts.update(gate.OPERATOR, record_id, {"description": note})
        parts.database.close()

    def notes(self) -> dict[str, str]:
        rows = self._database.execute("SELECT emailaddress1, description FROM contact").fetchall()
        found = ((*(address or "").partition("@"), note) for address, note in rows)
        return {key: note for key, _, domain, note in found if domain == "example.org"}

    def close(self) -> None:
        self._database.close()
        subprocess.run(
            [str(FIELDSYNC), "standby", "--stop"], env=self._environment, check=True, stdout=subprocess.DEVNULL
        )

    def _standby_cpu(self) -> float:
        with socket.socket(socket.AF_UNIX) as client, short_path(self._folder / "data") as path:
            if client.connect_ex(path) != 0:
                return 0.0
            pid, _, _ = struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
            return cpu_of(pid)


class Alone(Resident):
    """The command where no server runs: it loads everything, synchronizes, and ends."""

    name = "fieldsync sync, alone"

    def sync(self) -> Measure:
        self._product.stop()
        measure = of_process([str(FIELDSYNC), "sync", MAILBOX], self._product.environment, self._server.count)
        return self._checked(self._last_run(), measure)

    def edit(self, keys: list[str], note: str) -> None:
        self._start()
        super().edit(keys, note)

    def notes(self) -> dict[str, str]:
        self._start()
        return super().notes()
