"""Fieldsync as measured: as a process per sync like its peer, and as the server that it usually is."""

import asyncio
import json
import sqlite3
import time
import urllib.request
from pathlib import Path
from typing import Any

from contacts import Person
from measure import Measure, clock, cpu_of, of_process
from server import PASSWORD, SYNC_USER, Radicale

from fieldsync.parts import Parts
from fieldsync.security import gate
from fieldsync.settings import Settings
from product import FIELDSYNC, start_product

GRAPHQL = {
    "firstname": "firstName", "lastname": "lastName", "jobtitle": "jobTitle", "department": "department",
    "emailaddress1": "emailAddress1", "telephone1": "telephone1", "mobilephone": "mobilePhone",
    "websiteurl": "webSiteUrl", "birthdate": "birthDate", "address1_line1": "address1Line1",
    "address1_city": "address1City", "address1_postalcode": "address1PostalCode",
    "address1_country": "address1Country", "description": "description",
}  # fmt: skip
OWNER = "owner"  # somebody new: no contacts, no mailbox, and the role of everybody who is no administrator
MAILBOX = "bench"


class Resident:
    """A running server; a sync is the mutation that starts a run, until the run's end."""

    name = "Fieldsync, resident"

    def __init__(self, folder: Path, server: Radicale, people: list[Person]) -> None:
        folder.mkdir(parents=True)
        self._server = server
        self._product = start_product(folder)
        self._token = self._product.command("token", "create", "--user", "admin", "--scope", "admin").strip()
        self.path = server.make_book(folder.name)
        person = {"userName": OWNER, "name": OWNER}
        owner = self._mutate("userCreate", "UserCreateInput", person, "principal { id }")["principal"]["id"]
        self._contacts: dict[str, str] = {}
        for person in people:
            values = {GRAPHQL[name]: value for name, value in person.columns().items()}
            made = self._mutate("contactCreate", "ContactCreateInput", {**values, "ownerId": owner}, "contact { id }")
            self._contacts[person.key] = made["contact"]["id"]
        mailbox = {
            "principalId": owner, "name": MAILBOX, "contactsUrl": server.url + self.path,
            "userName": SYNC_USER, "password": PASSWORD,
        }  # fmt: skip
        made = self._mutate("mailboxConnect", "MailboxConnectInput", mailbox, "mailbox { id }")
        self._mailbox = made["mailbox"]["id"]
        self._database = sqlite3.connect(f"file:{folder / 'data' / 'fieldsync.db'}?mode=ro", uri=True)

    def sync(self) -> Measure:
        measure = Measure()
        before = cpu_of(self._product.process.pid)
        with clock(measure, self._server.count):
            run = self._start()
            self._wait(run)
        measure.cpu = cpu_of(self._product.process.pid) - before
        return self._checked(run, measure)

    def cycles(self, times: int) -> list[float]:
        """CPU seconds of the same cycle without the request that orders it, in a process that stays."""
        return asyncio.run(self._cycles(times))

    async def _cycles(self, times: int) -> list[float]:
        parts = Parts.assemble(Settings(data=self._product.folder / "data"))
        mailbox = self._mailbox.partition(":")[2]
        actor = gate.command_line("")
        spent = []
        for _ in range(times):
            (run,) = await parts.services.runs.queue(actor, [mailbox])
            before = time.process_time()
            await parts.runner.run(run.id)
            spent.append(time.process_time() - before)
        parts.database.close()
        return spent[5:]

    def idle(self, seconds: float) -> float:
        """CPU seconds of the server per second of doing nothing."""
        before = cpu_of(self._product.process.pid)
        time.sleep(seconds)
        return (cpu_of(self._product.process.pid) - before) / seconds

    def edit(self, keys: list[str], note: str) -> None:
        for key in keys:
            change = {"contactId": self._contacts[key], "description": note}
            self._mutate("contactUpdate", "ContactUpdateInput", change, "contact { id }")

    def notes(self) -> dict[str, str]:
        """The note of every contact on this side, by key."""
        found: dict[str, str] = {}
        after = None
        query = (
            "query ($after: String) { contacts(first: 100, after: $after)"
            " { nodes { emailAddress1 description } pageInfo { hasNextPage endCursor } } }"
        )
        while True:
            page = self._ask(query, {"after": after})["contacts"]
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

    def _start(self) -> str:
        started = self._mutate("runStart", "RunStartInput", {"mailboxIds": [self._mailbox]}, "runs { id }")
        return started["runs"][0]["id"].partition(":")[2]

    def _wait(self, run: str) -> None:
        # Read from the file, so that waiting costs the server nothing.
        while self._state(run) in ("QUEUED", "RUNNING"):
            time.sleep(0.002)

    def _state(self, run: str) -> str:
        return self._database.execute("SELECT state FROM run WHERE id = ?", (run,)).fetchone()[0]

    def _checked(self, run: str, measure: Measure) -> Measure:
        row = self._database.execute("SELECT state, requests, counts, error_message FROM run WHERE id = ?", (run,))
        state, requests, counts, error = row.fetchone()
        if state != "SUCCEEDED" or json.loads(counts)["failed"]:
            raise RuntimeError(f"{state}: {error} {counts}")
        measure.notes["counted by the run"] = requests
        return measure

    def _mutate(self, name: str, of_type: str, values: dict[str, Any], select: str) -> dict[str, Any]:
        query = f"mutation ($input: {of_type}!) {{ {name}(input: $input) {{ {select} errors {{ code message }} }} }}"
        payload = self._ask(query, {"input": values})[name]
        if payload["errors"]:
            raise RuntimeError(f"{name}: {payload['errors']}")
        return payload

    def _ask(self, query: str, variables: dict[str, Any], token: str | None = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self._product.url}/graphql",
            json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {token or self._token}"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            body = json.load(answer)
        if body.get("errors"):
            raise RuntimeError(body["errors"])
        return body["data"]


class Fresh(Resident):
    """The command line on the same data: start, sync, end. (The server beside it is idle.)"""

    name = "Fieldsync, process"

    def sync(self) -> Measure:
        command = [str(FIELDSYNC), "sync", MAILBOX]
        measure = of_process(command, self._product.environment, self._server.count)
        [(run,)] = self._database.execute("SELECT id FROM run ORDER BY queued_at DESC LIMIT 1").fetchall()
        return self._checked(run, measure)
