"""Random days: edits, creations, deletions and faults in any order, and what must hold when it is quiet again."""

import random

import pytest

from engine.pair import Pair
from fieldsync.core.values import Direction
from fieldsync.sides.memory import Faults

FIELDS = {
    "jobtitle": Direction.BOTH,
    "department": Direction.TO_OUTLOOK,
    "pager": Direction.TO_CRM,
    "description": Direction.NONE,
}
DAY = 25


class Days:
    """Plays one random history; values tell the side they were written on, and are never used twice."""

    def __init__(self, pair: Pair, seed: int) -> None:
        self.pair = pair
        self.chance = random.Random(seed)
        self.count = 0

    def value(self, side: str) -> str:
        self.count += 1
        return f"{side}{self.count}"

    async def act(self) -> None:
        await self.chance.choices(
            [self.edit_record, self.edit_item, self.add_record, self.add_item, self.delete, self.fault, self.sync],
            weights=[6, 6, 3, 3, 1, 3, 5],
        )[0]()

    async def edit_record(self) -> None:
        if records := self.pair.records():
            record = self.chance.choice(sorted(row["id"] or "" for row in records.values()))
            self.pair.edit(record, **{self.chance.choice(list(FIELDS)): self.value("crm")})

    async def edit_item(self) -> None:
        if self.pair.server.items:
            href = self.chance.choice(sorted(self.pair.server.items))
            self.pair.edit_item(href, **{self.chance.choice(list(FIELDS)): self.value("outlook")})

    async def add_record(self) -> None:
        self.pair.record(name=self.value("Record "), **{name: self.value("crm") for name in FIELDS})

    async def add_item(self) -> None:
        self.pair.put(self.value("Item "), **{name: self.value("outlook") for name in FIELDS})

    async def delete(self) -> None:
        if self.chance.random() < 0.5 and (records := self.pair.records()):
            self.pair.delete_record(self.chance.choice(sorted(row["id"] or "" for row in records.values())))
        elif self.pair.server.items:
            self.pair.server.remove(self.chance.choice(sorted(self.pair.server.items)))

    async def fault(self) -> None:
        self.pair.faults = self.chance.choice(
            [
                Faults(fail_after=self.chance.randrange(8)),
                Faults(drop_answers=self.chance.randint(1, 3)),
                Faults(time_out_once=True),
                Faults(lose_cursor=True),
                Faults(race_once=True),
            ]
        )

    async def sync(self) -> None:
        await self.pair.sync()
        if self.chance.random() < 0.5:
            self.pair.faults = Faults()

    async def quiet(self) -> None:
        self.pair.faults = Faults()
        for _ in range(3):
            last = await self.pair.sync(release_held=True)
        assert last.writes == 0, f"it never becomes quiet: {last}"

    def check(self) -> None:
        records = {row["id"]: row for row in self.pair.records().values()}
        links = [link for link in self.pair.links() if link["state"] == "LINKED"]
        hrefs = list(self.pair.server.items)
        names = [self.pair.item(href)["fullname"] for href in hrefs]
        assert len(names) == len(set(names)), "an item was doubled"
        assert len({row["fullname"] for row in records.values()}) == len(records), "a record was doubled"
        unlinked = {link["record_id"] for link in self.pair.links()} - {link["record_id"] for link in links}
        assert set(records) - {link["record_id"] for link in links} <= unlinked, "a record never arrived"
        for link in links:
            record, item = records[link["record_id"]], self.pair.item(link["href"])
            crm = {name: record[name] or "" for name in FIELDS}
            assert crm["jobtitle"] == item["jobtitle"], "the sides disagree on a field that travels both ways"
            assert not crm["department"].startswith("outlook"), "a value flowed against its direction"
            assert not item["pager"].startswith("crm"), "a value flowed against its direction"
            assert not crm["description"].startswith("outlook"), "a private value got out"
            assert not item["description"].startswith("crm"), "a private value got out"
        for row in records.values():
            assert row["fullname"].startswith(("Record ", "Item "))


@pytest.mark.parametrize("seed", range(12))
async def test_after_any_history_both_sides_agree_and_nothing_is_doubled(pair: Pair, seed: int) -> None:
    pair.direct(**FIELDS)
    days = Days(pair, seed)

    for _ in range(DAY):
        await days.act()
    await days.quiet()

    days.check()
