"""The list of 1,000 contacts with 20 fields through a server process, with nothing and with three fields withheld.

One user asks; between the requests the three columns are released and secured again in the database, which the server
heeds at once. CPU is the server's, all threads.
"""

import http.client
import json
import os
import socket
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from measure import cpu_of
from organization import SECURED, Organization, contact_id
from sqlalchemy import delete, insert
from sqlalchemy.engine import Connection

from fieldsync.api.types.contact_attributes import GRAPHQL_NAMES
from fieldsync.core.values import RecordKind
from fieldsync.db import rights as tables
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.repo import rights_clock
from fieldsync.db.tables import Principal
from fieldsync.security import gate
from product import FIELDSYNC

FIELDS = (
    "fullname", "firstname", "lastname", "middlename", "nickname", "jobtitle", "department", "parentcustomerid",
    "emailaddress1", "emailaddress2", "telephone1", "telephone2", "mobilephone", "websiteurl", "birthdate",
    "spousesname", "description", "address1_line1", "address1_city", "address1_country",
)  # fmt: skip
NOTHING, WITHHELD, OPENED = "nothing withheld", "three withheld", "three withheld, opened on 200 records"
NAMED, ERRORS = "three withheld, and named", "three withheld, as errors"
STEPS = (NOTHING, WITHHELD, OPENED, NAMED, ERRORS)
FIRST, OPEN = 1000, 200
Figures = dict[str, list[tuple[float, float]]]


class Server:
    """A server process on a database, asked over one connection as one user."""

    def __init__(self, folder: Path, url: str, token: str, *, errors: bool) -> None:
        folder.mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FIELDSYNC_")}
        environment = kept | {
            "FIELDSYNC_DATA": str(folder),
            "FIELDSYNC_DATABASE_URL": url,
            "FIELDSYNC_WITHHELD_ERRORS": str(errors).lower(),
        }
        self._log = folder / "server.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [FIELDSYNC, "serve", "--port", str(port)], env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(600):
            try:
                self._connection.request("GET", "/healthz")
                self._connection.getresponse().read()
                return
            except OSError:
                self._connection.close()
                time.sleep(0.05)
        raise RuntimeError(self._log.read_text())

    def connect(self) -> None:
        """Connect anew: the server ends a connection that was idle for a while."""
        self._connection.close()
        self._connection.connect()

    def ask(self, query: str) -> tuple[dict[str, Any], float, float]:
        """The answer, with wall and CPU seconds."""
        body = json.dumps({"query": query})
        cpu, began = cpu_of(self._process.pid), time.perf_counter()
        self._connection.request("POST", "/graphql", body, self._headers)
        answer = self._connection.getresponse().read()
        wall = time.perf_counter() - began
        return json.loads(answer), wall, cpu_of(self._process.pid) - cpu

    def close(self) -> None:
        self._connection.close()
        self._process.terminate()
        self._process.wait()


def measure(folder: Path, name: str, database: Database, made: Organization, rounds: int) -> Figures:
    """Wall and CPU seconds by step; the order turns around from round to round."""
    figures: Figures = defaultdict(list)
    wanted = [row for row, _ in zip(made.contacts(), range(FIRST), strict=False)]
    with ExitStack() as stack:
        token = _token(database, folder, made)
        servers = {
            errors: stack.enter_context(_running(folder / f"{name}-{errors}", database.url, token, errors=errors))
            for errors in (False, True)
        }
        for number in range(rounds):
            for step in STEPS if number % 2 else reversed(STEPS):
                _arrange(database, made, secured=step is not NOTHING, opened=step is OPENED)
                server, query = servers[step is ERRORS], _query(named=step is NAMED)
                server.connect()
                server.ask(query)  # the rights changed: this one reads them anew
                answer, wall, cpu = server.ask(query)
                figures[step].append((wall, cpu))
                if number < 2:
                    _check(step, answer, wanted)
    return figures


def table(figures: Figures) -> str:
    lines = [f"{'':40}{'wall ms':>9}{'cpu ms':>9}{'wall':>8}{'cpu':>8}"]
    own = _middle(figures[NOTHING])
    for step in STEPS:
        wall, cpu = _middle(figures[step])
        lines.append(f"{step:40}{1000 * wall:>9.1f}{1000 * cpu:>9.1f}{wall / own[0]:>7.2f}×{cpu / own[1]:>7.2f}×")
    return "\n".join(lines)


def _middle(figures: list[tuple[float, float]]) -> tuple[float, float]:
    return median(wall for wall, _ in figures), median(cpu for _, cpu in figures)


@contextmanager
def _running(folder: Path, url: str, token: str, *, errors: bool) -> Iterator[Server]:
    server = Server(folder, url, token, errors=errors)
    try:
        yield server
    finally:
        server.close()


def _token(database: Database, folder: Path, made: Organization) -> str:
    user = next(row["user_name"] for row in made.rows[Principal] if row["id"] == made.reader)
    environment = os.environ | {"FIELDSYNC_DATA": str(folder), "FIELDSYNC_DATABASE_URL": database.url}
    done = subprocess.run(
        [FIELDSYNC, "token", "create", "--user", user, "--scope", "read"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def _arrange(database: Database, made: Organization, *, secured: bool, opened: bool) -> None:
    """The three columns secured or not, and opened to the reader on some records or not."""
    kind, column, grant = RecordKind.CONTACT.value, table_of(tables.SecuredColumn), table_of(tables.ColumnGrant)

    def unit(connection: Connection) -> None:
        connection.execute(delete(column))
        connection.execute(delete(grant).where(grant.c.principal_id == made.reader))
        if secured:
            connection.execute(insert(column), [{"kind": kind, "attribute": name} for name in SECURED])
        if opened:
            values = {"kind": kind, "principal_id": made.reader, "can_read": True, "can_update": False}
            connection.execute(
                insert(grant),
                [
                    values | {"record_id": contact_id(n), "attribute": name}
                    for n in range(0, FIRST, FIRST // OPEN)
                    for name in SECURED
                ],
            )
        rights_clock.bump(connection)

    database.write_now(gate.administer("benchmark"), unit)


def _query(*, named: bool) -> str:
    fields = " ".join(GRAPHQL_NAMES[name] for name in FIELDS)
    return f"{{ contacts(first: {FIRST}) {{ nodes {{ id {fields} {'withheld { field rule }' if named else ''} }} }} }}"


def _check(step: str, answer: dict[str, Any], wanted: list[dict[str, Any]]) -> None:
    """That every value arrived that should, and no other."""
    nodes = answer["data"]["contacts"]["nodes"]
    assert len(nodes) == len(wanted), f"{step}: {len(nodes)} contacts"
    for n, (node, row) in enumerate(zip(nodes, wanted, strict=True)):
        hidden = () if step is NOTHING or (step is OPENED and n % (FIRST // OPEN) == 0) else SECURED
        assert node["id"] == f"contact:{row['id']}", f"{step}: {node['id']}"
        for name in FIELDS:
            value = None if name in hidden else str(row[name])
            assert node[GRAPHQL_NAMES[name]] == value, f"{step}: {name} of {node['id']} is {node[GRAPHQL_NAMES[name]]}"
        if step is NAMED:
            assert {one["field"] for one in node["withheld"]} == {GRAPHQL_NAMES[name] for name in hidden}
    assert bool(answer.get("errors")) == (step is ERRORS), f"{step}: {str(answer.get('errors'))[:300]}"
