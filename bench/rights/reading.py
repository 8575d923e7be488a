"""What `visible` costs: pages and counts of callers at every level, beside the same of an administrator.

Every figure is a whole read as a request makes it: the number of the rights, which says whether the standing in
memory still holds, and one statement for the records.
"""

import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from organization import Organization, contact_id
from sqlalchemy import event, select
from sqlalchemy.engine import Connection

from fieldsync.core.access import RecordFacts
from fieldsync.core.privileges import Privilege, rights_of
from fieldsync.core.rights import Actor, Role
from fieldsync.core.values import RecordKind
from fieldsync.db import rights as tables
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.records import Contact
from fieldsync.db.repo import contacts
from fieldsync.db.repo.list_query import ListQuery, Place
from fieldsync.db.repo.record_query import records_of
from fieldsync.db.repo.windows import Window
from fieldsync.db.tables import Principal
from fieldsync.security import gate

KIND = RecordKind.CONTACT
UNFILTERED = "unfiltered"
NARROW = ("own records", "lives from shares", "team with shares", "manager, few below")
STEPS = ("100", "1,000", "100 further on", "1,000 further on", "count")
_table = table_of(Contact)
EVERYTHING = ListQuery(records_of(RecordKind.CONTACT))
Times = dict[tuple[str, str], list[float]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a database finds a page of 100: the indexes it names, and whether it reads the whole table of contacts."""

    indexes: tuple[str, ...]
    scans_contacts: bool


def actor_of(principal_id: str) -> Actor:
    return Actor("benchmark", principal_id, Role.USER)


def read(connection: Connection, who: str, step: str, size: int) -> Any:
    """One step of a caller."""
    visible = gate.sight(connection, actor_of(who)).records(KIND)
    if step == "count":
        return contacts.count(connection, visible, EVERYTHING)
    first = 1000 if step.startswith("1,000") else 100
    after = Place(contact_id(size * 7 // 10)) if step.endswith("further on") else None
    return contacts.page(connection, visible, list(_table.c), EVERYTHING, Window(first, after=after)).rows


def ids(connection: Connection, who: str, *, outside: bool = False) -> set[str]:
    """All contacts that a caller sees, or all others."""
    visible = gate.sight(connection, actor_of(who)).records(KIND)
    return set(connection.scalars(select(_table.c.id).where(~visible if outside else visible)))


def check(databases: dict[str, Database], made: Organization) -> dict[str, int]:
    """That each database shows each caller what the rules say, record by record; returns how many that is."""
    facts = list(_facts(made))
    everything = {fact.id for fact in facts}
    numbers: dict[str, int] = {}
    for caller, who in made.callers.items():
        for name, database in databases.items():
            with database.engine.connect() as connection:
                reach = gate.sight(connection, actor_of(who)).reach(KIND, Privilege.READ)
                wanted = {fact.id for fact in facts if reach.way(fact, Privilege.READ)}
                assert ids(connection, who) == wanted, f"{name}: {caller} does not see what the rules say"
                assert ids(connection, who, outside=True) == everything - wanted, f"{name}: {caller}, the others"
                assert read(connection, who, "count", len(everything)) == len(wanted), f"{name}: {caller}, the count"
                for step in STEPS[:-1]:
                    page = [row.id for row in read(connection, who, step, len(everything))]
                    start = contact_id(len(everything) * 7 // 10) if step.endswith("further on") else ""
                    first = 1001 if step.startswith("1,000") else 101
                    assert page == sorted(one for one in wanted if one > start)[:first], f"{name}: {caller}, {step}"
            numbers[caller] = len(wanted)
    return numbers


def measure(database: Database, made: Organization, rounds: int) -> Times:
    """Seconds by caller and step, everybody in turn in every round."""
    times: Times = defaultdict(list)
    callers = {UNFILTERED: made.administrator, **made.callers}
    with database.engine.connect() as connection:
        for number in range(rounds + 1):
            for step in STEPS:
                for caller, who in callers.items():
                    began = time.perf_counter()
                    read(connection, who, step, made.size.contacts)
                    if number:  # the first round warms up
                        times[caller, step].append(time.perf_counter() - began)
    return times


def plans(database: Database, made: Organization) -> dict[str, Plan]:
    """How each caller's page of 100 is found; it is one statement beside the one for the number of the rights."""
    found: dict[str, Plan] = {}
    with database.engine.connect() as connection:
        for caller, who in made.callers.items():
            read(connection, who, "100", made.size.contacts)
            with _statements(connection) as seen:
                read(connection, who, "100", made.size.contacts)
            assert len(seen) == 2 and "rights_version" in seen[0][0], f"{caller}: {len(seen)} statements"
            explain = _explained if connection.dialect.name == "postgresql" else _explained_by_sqlite
            found[caller] = explain(connection, *seen[1])
            if caller in NARROW and connection.dialect.name == "postgresql" and made.size.contacts >= 50_000:
                assert not found[caller].scans_contacts, f"{caller}: a page of 100 reads the whole table"
    return found


def table(times: Times, numbers: dict[str, int]) -> str:
    """Milliseconds, and beside them how many times what the unfiltered query takes."""
    lines = [f"{'':22}{'sees':>9}" + "".join(f"{step:>20}" for step in STEPS)]
    for caller in (UNFILTERED, *numbers):
        cells = ""
        for step in STEPS:
            own = median(times[caller, step])
            ratio = own / median(times[UNFILTERED, step])
            cells += f"{1000 * own:>12.1f} ({ratio:>4.1f}×)"
        lines.append(f"{caller:22}{numbers.get(caller, max(numbers.values())):>9,}{cells}")
    return "\n".join(lines)


def _facts(made: Organization) -> Iterator[RecordFacts]:
    shares: dict[str, dict[str, frozenset[Privilege]]] = defaultdict(dict)
    for row in made.rows[tables.RecordShare]:
        shares[row["record_id"]][row["principal_id"]] = rights_of(row["rights"])
    units = {row["id"]: row["unit_id"] for row in made.rows[Principal]}
    for row in made.contacts():
        yield RecordFacts(row["id"], row["owner_id"], units[row["owner_id"]], shares.get(row["id"], {}))


@contextmanager
def _statements(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)


def _explained(connection: Connection, statement: str, parameters: Any) -> Plan:
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    nodes = list(_nodes((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]))
    indexes = sorted({node["Index Name"] for node in nodes if "Index Name" in node})
    scans = any(node["Node Type"] == "Seq Scan" and node["Relation Name"] == "contact" for node in nodes)
    return Plan(tuple(indexes), scans)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _explained_by_sqlite(connection: Connection, statement: str, parameters: Any) -> Plan:
    details = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    indexes = {match[1] for one in details for match in re.finditer(r"USING (?:COVERING )?INDEX (\S+)", one)}
    return Plan(tuple(sorted(indexes)), any(re.fullmatch(r"SCAN (contact|own)", one) for one in details))


def middle(call: Callable[[], Any], times: int) -> float:
    """The median of how many seconds a call takes."""
    found: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return median(found)
