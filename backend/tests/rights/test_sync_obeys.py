"""Random rights, edits and syncs: what rights withhold never travels, and nothing is deleted because of them.

More days than usual: ``FIELDSYNC_EXAMPLES=200 pytest backend/tests/rights/test_sync_obeys.py``.
"""

import os
import random

import pytest

from authority import Authority
from engine.conftest import pair
from engine.pair import FIELDS, PERMIT, Pair
from fieldsync.core.privileges import AccessLevel, Privilege
from fieldsync.core.values import Direction, Side
from rights.house import store_rights
from rights.oracle import (
    Holding,
    Opened,
    Oracle,
    Organization,
    Permission,
    Record,
    Role,
    Secured,
    Share,
    Team,
    User,
)
from rights.organizations import Maker

__all__ = ["pair"]

KEYS = ("jobtitle", "department", "telephone1", "governmentid", "description", "address1")
"""Fields in play; the last one has many columns behind it."""
ATTRIBUTES = {key: list(FIELDS[key].attributes) for key in KEYS}
SECURABLE = ["jobtitle", "department", "telephone1", "governmentid", "description", "address1_line1", "address1_city"]
EXAMPLES = int(os.environ.get("FIELDSYNC_EXAMPLES", "5"))


class Days:
    """One mailbox, its owner's rights as they come and go, and what may have travelled by now."""

    def __init__(self, pair: Pair, seed: int) -> None:
        self.pair, self.chance = pair, random.Random(seed)
        self.maker = Maker(self.chance)
        self.count = 0
        self.crm: dict[str, tuple[str, str]] = {}
        """Every marker written in CRM: the record and the field that hold it."""
        self.outlook: set[str] = set()
        team = Authority(pair.database).team("Crew", [pair.principal])
        self.org = Organization(
            users=[User(pair.principal), User(pair.other)], teams=[Team(team, members=[pair.principal])]
        )
        self.me, self.team = pair.principal, team
        self.directions = {
            key: self.chance.choice([Direction.BOTH, Direction.BOTH, Direction.TO_OUTLOOK, Direction.TO_CRM])
            for key in KEYS
        }
        pair.direct(**self.directions)
        self.blank = self.chance.random() < 0.3
        if self.blank:
            Authority(pair.database).blank()
        self.change_rights()

    # what people do

    def marker(self, side: str) -> str:
        self.count += 1
        return f"{side}{self.count:04d}q"

    def written_in_crm(self, record: str, key: str) -> str | tuple[str, ...]:
        marks = [self.marker("crm") for _ in range(2 if key == "address1" else 1)]
        self.crm |= dict.fromkeys(marks, (record, key))
        return _value(key, marks)

    def written_in_outlook(self, key: str) -> str | tuple[str, ...]:
        marks = [self.marker("out") for _ in range(2 if key == "address1" else 1)]
        self.outlook |= set(marks)
        return _value(key, marks)

    def add_record(self) -> None:
        record = self.pair.record(name=self.marker("Name "))
        for key in KEYS:
            self.edit_record(record, key)
        if self.chance.random() < 0.2:
            self.pair.hand_over(record, self.pair.other)

    def edit_record(self, record: str | None = None, key: str | None = None) -> None:
        record = record or self.chance.choice(sorted(str(row["id"]) for row in self.pair.records().values()))
        key = key or self.chance.choice(KEYS)
        self.pair.edit(record, **{key: self.written_in_crm(record, key)})  # pyright: ignore[reportArgumentType]

    def add_item(self) -> None:
        href = self.pair.put(self.marker("Item "))
        values = {key: self.written_in_outlook(key) for key in KEYS}
        self.pair.edit_item(href, **values)  # pyright: ignore[reportArgumentType]

    def edit_item(self) -> None:
        if self.pair.server.items:
            href, key = self.chance.choice(sorted(self.pair.server.items)), self.chance.choice(KEYS)
            self.pair.edit_item(href, **{key: self.written_in_outlook(key)})  # pyright: ignore[reportArgumentType]

    def hand_over(self) -> None:
        row = self.chance.choice(sorted(self.pair.records().values(), key=lambda row: str(row["id"])))
        self.pair.hand_over(str(row["id"]), self.chance.choice([self.me, self.me, self.pair.other]))

    def change_rights(self) -> None:
        org, chance = self.org, self.chance
        org.roles = [
            Role(f"role{n}", self.levels(), team_only=chance.random() < 0.3) for n in range(chance.randint(1, 3))
        ]
        org.holdings = [Holding(chance.choice([self.me, self.me, self.team]), role.id) for role in org.roles]
        org.secured = [Secured(name, chance.choice([None, None, 0, 4])) for name in SECURABLE if chance.random() < 0.5]
        org.permissions = [
            Permission(
                f"fp-{one.attribute}", chance.choice([self.me, self.team]), one.attribute,
                **{right: chance.random() < 0.5 for right in ("read", "unmasked", "create", "update")},
            )
            for one in org.secured
            if chance.random() < 0.7
        ]  # fmt: skip
        records = sorted(str(row["id"]) for row in self.pair.records().values())
        org.shares = [Share(one, chance.choice([self.me, self.team]), self.maker.rights()) for one in records[::3]]
        org.opened = [
            Opened(record, one.attribute, self.me, read=chance.random() < 0.6, update=True)
            for record in records[::2]
            for one in org.secured
            if chance.random() < 0.3
        ]
        self.store()

    def levels(self) -> dict[Privilege, AccessLevel]:
        found = self.maker.levels()
        return found | {one: AccessLevel.USER for one in (Privilege.READ,) if self.chance.random() < 0.7}

    def store(self) -> None:
        self.pair.database.write_now(PERMIT, lambda connection: store_rights(connection, self.org))

    # what a sync may do with it

    def records(self) -> dict[str, Record]:
        return {
            str(row["id"]): Record(str(row["id"]), str(row["owner_id"]), row) for row in self.pair.records().values()
        }

    def bodies(self) -> str:
        """All items as one text, their folded lines made whole."""
        return b"".join(item.body.replace(b"\r\n ", b"") for item in self.pair.server.items.values()).decode()

    def in_crm(self) -> dict[str, tuple[str, str]]:
        """Markers from Outlook that are in CRM by now, with the record and the column."""
        return {
            value: (record.id, column)
            for record in self.records().values()
            for column, value in record.values.items()
            if value in self.outlook
        }

    async def sync(self) -> None:
        records, bodies, in_crm = self.records(), self.bodies(), self.in_crm()
        self.org.records = list(records.values())
        oracle = Oracle(self.org)
        hrefs = set(self.pair.server.items)

        outcome = await self.pair.sync_twice()

        assert hrefs <= set(self.pair.server.items), "an item was deleted because of rights"
        assert records.keys() <= self.records().keys(), "a record was deleted because of rights"
        assert not outcome.counts.keys() & {"deleted_in_crm", "deleted_in_outlook", "held"}
        said, now = str([event.body for event in outcome.events]), self.bodies()
        for marker, (record_id, key) in self.crm.items():
            record = records[record_id]
            flow = oracle.direction(self.me, self.directions[key], ATTRIBUTES[key], record)
            if marker in now and marker not in bodies:
                # Blanking puts the CRM's value in the place of one that may not travel, if it may be read.
                shows = oracle.direction(self.me, Direction.BOTH, ATTRIBUTES[key], record) if self.blank else flow
                assert shows.writes(Side.OUTLOOK), f"{key} was withheld and got into Outlook"
                assert record.owner == self.me, "a record of somebody else got into Outlook"
            assert marker not in said, "an event tells a value"
        for record in records.values():
            if not oracle.may_see(self.me, record):
                assert str(record.values["fullname"]) not in said, "an event names a record that cannot be seen"
        for marker, (record_id, column) in self.in_crm().items():
            if marker in in_crm:
                continue
            key = next(key for key in KEYS if column in ATTRIBUTES[key])
            if record_id in records:
                flow = oracle.direction(self.me, self.directions[key], ATTRIBUTES[key], records[record_id])
            else:
                flow = oracle.direction_for_new(self.me, self.directions[key], ATTRIBUTES[key])
                assert oracle.may_create(self.me, self.me), "a record was made that its maker may not make"
            assert flow.writes(Side.CRM), f"{column} came from Outlook, and rights forbid it"

    async def play(self) -> None:
        for _ in range(3):
            self.add_record()
            self.add_item()
        for _ in range(5):
            for _ in range(4):
                self.chance.choice([self.edit_record, self.edit_item, self.add_record, self.add_item, self.hand_over])()
            if self.chance.random() < 0.7:
                self.change_rights()
            await self.sync()
        await self.everything_travels_again()

    async def everything_travels_again(self) -> None:
        """With all rights, what is then written arrives: nothing above passed because nothing ever moved."""
        org = self.org
        org.roles = [Role("all", dict.fromkeys(Privilege, AccessLevel.USER))]
        org.holdings, org.secured, org.permissions, org.opened = [Holding(self.me, "all")], [], [], []
        self.store()
        await self.sync()
        mine = [record.id for record in self.records().values() if record.owner == self.me]
        for record in mine:
            self.edit_record(record, "jobtitle")
        await self.sync()
        linked = {link["record_id"] for link in self.pair.links() if link["state"] == "LINKED"}
        assert linked >= set(mine)
        if self.directions["jobtitle"].writes(Side.OUTLOOK):
            wanted = {str(row["jobtitle"]) for row in self.pair.records().values() if row["id"] in mine}
            assert wanted <= {self.pair.item(href)["jobtitle"] for href in self.pair.server.items}


def _value(key: str, marks: list[str]) -> str | tuple[str, ...]:
    return (marks[0], "", "", marks[1], "", "", "", "") if key == "address1" else marks[0]


@pytest.mark.parametrize("seed", range(EXAMPLES))
async def test_no_sync_moves_or_deletes_anything_that_rights_withhold(pair: Pair, seed: int) -> None:
    await Days(pair, seed).play()
