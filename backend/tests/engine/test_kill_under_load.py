"""Workers killed at random moments while people edit on both sides: nothing is lost, and nothing is there twice.

As long as FIELDSYNC_KILL_SECONDS says; `make test-kill` gives it a minute on SQLite and one on PostgreSQL.
"""

import asyncio
import os
import random
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select, update

from engine.pair import CODEC, FIELDS, KIND, PERMIT, Pair, card
from engine.test_kill import start_sync
from fieldsync.clock import SystemClock
from fieldsync.core.runs import OperationState
from fieldsync.db.records import Contact
from fieldsync.db.repo import records as record_rows
from fieldsync.db.tables import Mailbox, Operation
from fieldsync.ids import new_id
from fieldsync.sides.caldav.collection import DavCollection
from fieldsync.sides.faults import SideError
from fieldsync.sides.outbound import Outbound
from servers import PASSWORD, USER, DavServer

SECONDS = float(os.environ.get("FIELDSYNC_KILL_SECONDS", "6"))
FROM_CRM, FROM_OUTLOOK = "jobtitle", "mobilephone"
"""Each person has one field that only the CRM edits, and one that only Outlook edits."""
AT_ONCE = 2


@dataclass
class Expected:
    """What people wrote last, by name: it must be on both sides in the end."""

    crm: dict[str, str] = field(default_factory=dict)
    outlook: dict[str, str] = field(default_factory=dict)


@dataclass
class People:
    """They make and edit contacts on both sides, a few a second."""

    pair: Pair
    side: DavCollection
    chance: random.Random
    expected: Expected = field(default_factory=Expected)
    number: int = 0

    async def act(self) -> None:
        self.number += 1
        match self.chance.random():
            case roll if roll < 0.25:
                name = f"Record {self.number}"
                self.pair.record(name=name, emailaddress1=f"r{self.number}@example.org", jobtitle="new")
                self.expected.crm[name], self.expected.outlook[name] = "new", ""
            case roll if roll < 0.5:
                name, key = f"Item {self.number}", new_id()
                await self.side.create(key, card(name, key, mobilephone="new"))
                self.expected.outlook[name], self.expected.crm[name] = "new", ""
            case roll if roll < 0.75:
                self._edit_record()
            case _:
                await self._edit_item()

    def _edit_record(self) -> None:
        rows = self.pair.records()
        name = self.chance.choice(sorted(rows)) if rows else None
        if name is None:
            return
        value, row = f"title {self.number}", rows[name]
        changes = {FIELDS[FROM_CRM].position: (value,)}
        done = self.pair.database.write_now(
            PERMIT,
            lambda c: record_rows.write(c, KIND, row["id"], changes, row["version"], SystemClock().now()),
        )
        if done is not None:
            self.expected.crm[name] = value

    async def _edit_item(self) -> None:
        listed = await self.side.changes(None)
        if not listed.changed:
            return
        found = await self.side.fetch([self.chance.choice(sorted(one.href for one in listed.changed))])
        for item in found:
            value = f"phone {self.number}"
            body = CODEC.write(item.body, {FIELDS[FROM_OUTLOOK].position: (value,)}, "")
            try:
                await self.side.update(item.href, body, item.version)
            except SideError:
                continue  # a run wrote it just now
            self.expected.outlook[CODEC.read(body)[FIELDS["fullname"].position][0]] = value


async def test_nothing_is_lost_or_doubled_when_workers_are_killed_while_people_edit(
    pair: Pair, radicale: DavServer, tmp_path: Path
) -> None:
    url, sealed = radicale.new_address_book(), pair.box.seal(PASSWORD)
    pair.database.write_now(
        PERMIT,
        lambda c: c.execute(update(Mailbox.__table__).values(contacts_url=url, user_name=USER, password_box=sealed)),
    )
    side = DavCollection(Outbound(USER, PASSWORD), url)
    people, chance = People(pair, side, random.Random(11)), random.Random(13)
    workers: list[subprocess.Popen[bytes]] = []
    killed, end = 0, time.monotonic() + SECONDS
    try:
        while time.monotonic() < end:
            workers = [one for one in workers if one.poll() is None]
            while len(workers) < AT_ONCE:
                workers.append(start_sync(pair, tmp_path))
            for _ in range(chance.randint(1, 8)):
                await people.act()
                await asyncio.sleep(chance.random() / 5)
            victim = chance.choice(workers)
            if victim.poll() is None:
                victim.send_signal(signal.SIGKILL)
                killed += 1
            victim.wait()
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()

    for _ in range(4):
        finished = start_sync(pair, tmp_path)
        output, _ = finished.communicate(timeout=120)
        if b"nothing to do" in output:
            break
    listed = await side.changes(None)
    items = [CODEC.read(item.body) for item in await side.fetch([one.href for one in listed.changed])]
    await side.close()

    assert killed >= SECONDS / 6
    assert b"nothing to do" in output, output.decode()
    named = Counter(values[FIELDS["fullname"].position][0] for values in items)
    records = pair.database.read_now(lambda c: c.execute(select(Contact.__table__)).mappings().all())
    assert named == Counter(row["fullname"] for row in records) == Counter(dict.fromkeys(people.expected.crm, 1))
    by_name = {row["fullname"]: row for row in records}
    for values in items:
        name = values[FIELDS["fullname"].position][0]
        for key, expected in ((FROM_CRM, people.expected.crm[name]), (FROM_OUTLOOK, people.expected.outlook[name])):
            assert (by_name[name][key] or "", values[FIELDS[key].position][0]) == (expected, expected), (name, key)
    assert len(pair.links()) == len(records)
    states = set(pair.database.read_now(lambda c: c.scalars(select(Operation.__table__.c.state)).all()))
    assert OperationState.INTENDED.value not in states
