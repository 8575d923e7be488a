"""Random organizations, callers and requests: what an oracle withholds never shows, and all that it allows is there.

Each organization is loaded on SQLite and on PostgreSQL, which must answer alike. A few run by default; many with
``FIELDSYNC_EXAMPLES=500 pytest backend/tests/rights/test_nothing_leaks.py``. A failing one names its seed;
``FIELDSYNC_SEED=… pytest …`` repeats just that one.
"""

import asyncio
import json
import os
import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.privileges import bits_of
from fieldsync.core.values import Direction, RecordKind
from fieldsync.db.repo.list_query import Every, ListQuery
from fieldsync.db.repo.record_query import records_of
from fieldsync.services.paging import cursor_of
from rights import expected, writes
from rights.house import House, Note, events_of, rows_of, run_of
from rights.oracle import Oracle, Reading
from rights.organizations import NAMES, Maker
from rights.stock import ACTIVITIES, CONTACTS, UNSORTED, Stock

EXAMPLES = int(os.environ.get("FIELDSYNC_EXAMPLES", "8"))
SEED = os.environ.get("FIELDSYNC_SEED")
FIELDS = {field.id: list(field.attributes) for field in catalogue().fields(RecordKind.CONTACT)}
TOLD = [name for name, attributes in FIELDS.items() if set(attributes) & NAMES.keys()]

pytestmark = pytest.mark.timeout(max(120, EXAMPLES * 12))


class Day:
    """One organization, on both databases, and everything that its people ask and try."""

    def __init__(self, houses: list[House], chance: random.Random, stock: Stock = CONTACTS) -> None:
        self.houses, self.chance, self.stock = houses, chance, stock
        self.maker = Maker(chance, stock)
        self.org = self.maker.organization()
        self.oracle = Oracle(self.org)
        self.notes = [
            Note(user.id, record.id, chance.choice(TOLD), self.maker.value("description"))
            for user in self.org.users
            for record in chance.sample(self.org.records, 3)
            if stock is CONTACTS
        ]
        for house in houses:
            house.load(self.org, self.notes)

    async def ask(self, user: str, query: str, **more: Any) -> Any:
        """Ask both houses: the same answer, with nothing in it that the oracle withholds."""
        texts = [await house.ask(user, query, **more) for house in self.houses]
        self.listen(user, texts, sent=[query, more])
        answer = json.loads(texts[0])
        answer.pop("extensions", None)  # what is refused before it is executed has none
        return answer

    def listen(self, user: str, texts: list[str], sent: Any = "") -> None:
        secrets = expected.forbidden(self.oracle, user, self.notes, FIELDS)
        for text in texts:
            expected.check_silent(text, secrets, sent)
        assert texts[0] == texts[1], "SQLite and PostgreSQL answer differently"

    # reading

    async def lists_everything(self, user: str) -> None:
        stock = self.stock
        seen = [expected.answer(self.oracle, user, one) for one in expected.visible(self.oracle, user)]
        query = f"{{{stock.listed}({stock.arguments}first: 1000){{nodes{{...all}} totalCount}}}}"
        answer = await self.ask(user, query + expected.fragment(stock))
        assert answer == {"data": {stock.listed: {"nodes": seen, "totalCount": len(seen)}}}

    async def finds_each_by_its_id(self, user: str) -> None:
        stock = self.stock
        ids = [stock.id(one.id) for one in self.org.records]
        parts = [f'n{n}: node(id: "{one}"){{id ...all}}' for n, one in enumerate(ids)]
        parts += [f'c{n}: {stock.one}(id: "{one}"){{...all}}' for n, one in enumerate(ids)]
        answer = await self.ask(user, "{" + " ".join(parts) + "}" + expected.fragment(stock))
        for n, record in enumerate(self.org.records):
            seen = self.oracle.may_see(user, record)
            wanted = expected.answer(self.oracle, user, record) if seen else None
            assert answer["data"][f"n{n}"] == answer["data"][f"c{n}"] == wanted

    async def pages_filters_and_sorts(self, user: str) -> None:
        stock = self.stock
        order = self.chance.choice([None, *self.sorted_by()])
        condition = self.condition()
        descending = order is not None and self.chance.random() < 0.5
        asked = {name for name in (order, condition[0] if condition else None) if name}
        closed = {name for name in asked if self.oracle.shows(user, name) is not Reading.PLAIN}
        found = expected.matching(self.oracle, user, condition, order, descending=descending)
        wanted = [stock.id(one.id) for one in found]
        query = (
            f"query($first: Int, $after: String, $filter: {stock.filter}, $orderBy: {stock.order})"
            f"{{{stock.listed}({stock.arguments}first: $first, after: $after, filter: $filter, orderBy: $orderBy)"
            "{nodes{id} totalCount edges{cursor} pageInfo{hasNextPage endCursor}}}"
        )
        arguments: dict[str, Any] = {"first": self.chance.randint(1, 3)}
        if order:
            arguments["orderBy"] = {"field": stock.field(order), "descending": descending}
        if condition:
            arguments["filter"] = {
                stock.names[condition[0]]: {condition[1]: True if condition[1] == "isEmpty" else condition[2]}
            }
        got: list[str] = []
        while True:
            answer = await self.ask(user, query, **arguments)
            if closed:
                assert answer["data"] is None
                assert {error["extensions"]["code"] for error in answer["errors"]} == {"FIELD_WITHHELD"}
                return
            page = answer["data"][stock.listed]
            assert page["totalCount"] == len(wanted)
            got += [one["id"] for one in page["nodes"]]
            if not page["pageInfo"]["hasNextPage"]:
                break
            arguments["after"] = page["pageInfo"]["endCursor"]
        assert got == wanted

    def condition(self) -> tuple[str, str, str] | None:
        attribute = self.chance.choice(list(self.stock.names))
        held = [value for one in self.org.records if (value := one.values.get(attribute))]
        if not held or self.chance.random() < 0.2:
            return None
        value = self.chance.choice(held)
        if attribute in self.stock.times:
            return attribute, self.chance.choice(["isEmpty", "onOrAfter"]), value
        if attribute in self.stock.dates:
            return attribute, self.chance.choice(["isEmpty", "equals"]), value
        operator = self.chance.choice(["isEmpty", "equals", "contains", "startsWith"])
        return attribute, operator, {"contains": value[3:], "startsWith": value[:5].upper()}.get(operator, value)

    async def cannot_sort_by_what_is_withheld(self, user: str) -> None:
        """Nor page through such an order with a cursor of one's own making, which would find values by halving."""
        stock = self.stock
        made_up: dict[str, Any] = dict.fromkeys(stock.dates, date(1850, 1, 1))
        made_up |= dict.fromkeys(stock.times, datetime(1850, 1, 1, tzinfo=UTC))
        closed = [name for name in self.sorted_by() if self.oracle.shows(user, name) is not Reading.PLAIN]
        for name in closed:
            descending = self.chance.random() < 0.5
            place = SimpleNamespace(id="record3", sort_key=made_up.get(name, "mk0040q"))
            cursor = cursor_of(ListQuery(records_of(stock.kind), Every(), name, descending), place)
            order = f"{{field: {stock.field(name)}, descending: {str(descending).lower()}}}"
            for after in ("null", f'"{cursor}"'):
                asked = f"{stock.arguments}orderBy: {order}, after: {after}"
                answer = await self.ask(user, f"{{{stock.listed}({asked}){{totalCount nodes{{id}}}}}}")
                assert answer["data"] is None
                assert answer["errors"][0]["extensions"]["code"] == "FIELD_WITHHELD"

    async def downloads_the_table(self, user: str) -> None:
        texts = [await house.table(user) for house in self.houses]
        self.listen(user, texts)
        rows = [
            {"id": row["id"], "withheld": row["withheld"], **{n: row[n] for n in NAMES}} for row in rows_of(texts[0])
        ]
        assert rows == [
            {
                "id": f"contact:{one.id}",
                "withheld": " ".join(sorted(n for n in NAMES if self.oracle.shows(user, n, one) is Reading.WITHHELD)),
                **{name: self.oracle.shown(user, one, name) or "" for name in NAMES},
            }
            for one in expected.visible(self.oracle, user)
        ]

    async def gets_errors_in_the_place_of_withheld_values(self, user: str) -> None:
        """The stricter setting: what is withheld is an error of its field, all else is as it was."""
        stock = self.stock
        asked = f"...on {stock.type}{{{stock.selection}}}"
        query = f"{{{stock.listed}({stock.arguments}first: 1000){{nodes{{id {asked}}}}}}}"
        answer = await self.ask(user, query, errors=True)
        closed = {
            (n, stock.names[name])
            for n, one in enumerate(expected.visible(self.oracle, user))
            for name in stock.names
            if self.oracle.shows(user, name, one) is Reading.WITHHELD
        }
        assert {(error["path"][2], error["path"][3]) for error in answer.get("errors", [])} == closed
        assert {error["extensions"]["code"] for error in answer.get("errors", [])} <= {"FIELD_WITHHELD"}

    async def looks_at_runs(self, user: str) -> None:
        answer = await self.ask(
            user,
            "{runs(first: 1000){nodes{id problems{nodes{subject lostValue mapping{id}}} operations{nodes{subject}}}}}",
        )
        got = {run["id"]: run for run in answer["data"]["runs"]["nodes"]}
        everything = self.org.user(user).administrator
        owners = [one.id for one in self.org.users if everything or one.id == user]
        assert got.keys() == {f"run:{run_of(owner)}" for owner in owners}
        for owner in owners:
            run = got[f"run:{run_of(owner)}"]
            assert [(one["subject"], one["lostValue"]) for one in run["problems"]["nodes"]] == self.told(user, owner)
            assert [one["subject"] for one in run["operations"]["nodes"]] == [s for s, _ in self.told(user, owner)]

    async def looks_at_conflicts_and_the_history(self, user: str) -> None:
        answer = await self.ask(
            user,
            "{conflicts(first: 1000){nodes{subject crmValue outlookValue mapping{id}}} "
            "history(first: 1000){nodes{recordId value mapping{id}}}}",
        )
        everything = self.org.user(user).administrator
        told = [
            (self.subject(user, one.record), one.record, one) for one in self.notes if everything or one.owner == user
        ]
        got = sorted((str(one["subject"]), str(one["crmValue"])) for one in answer["data"]["conflicts"]["nodes"])
        values = [[one.lost] if expected.lost_shows(self.oracle, user, one, FIELDS) else None for *_, one in told]
        assert got == sorted((name, str(value)) for (name, *_), value in zip(told, values, strict=True))
        lost = answer["data"]["history"]["nodes"]
        assert sorted(str(one["value"]) for one in lost) == sorted(map(str, values))

    def told(self, user: str, owner: str) -> list[tuple[str, str | None]]:
        """What the problems of a run are called, and the values they put aside."""
        found = []
        for one in self.notes:
            if one.owner == owner:
                shows = expected.lost_shows(self.oracle, user, one, FIELDS)
                found.append((self.subject(user, one.record), one.lost if shows else None))
        return found

    def subject(self, user: str, record_id: str) -> str:
        name = next((r.values["fullname"] for r in self.loaded if r.id == record_id), None)
        now = next((record for record in self.org.records if record.id == record_id), None)
        if self.org.user(user).administrator or (now is not None and self.oracle.may_see(user, now)):
            return name or ""
        return "***"

    async def follows_runs(self, user: str) -> None:
        for owner in self.org.users:
            texts = [await house.events(user, run_of(owner.id)) for house in self.houses]
            self.listen(user, texts, sent=run_of(owner.id))
            payloads = events_of(texts[0])
            if owner.id != user and not self.org.user(user).administrator:
                assert [p.get("data") for p in payloads] == [None], texts[0]
                continue
            problems = [p["data"]["runEvents"]["problem"] for p in payloads if p.get("data")]
            assert [(one["subject"], one["lostValue"]) for one in problems if one] == self.told(user, owner.id)

    async def asks_which_way_fields_travel(self, user: str) -> None:
        answer = await self.ask(
            user, "{mappings(kind: CONTACT){id direction crmAttributes effective{direction directionForNew}}}"
        )
        for one in answer["data"]["mappings"]:
            configured, attributes = Direction[one["direction"]], one["crmAttributes"]
            assert one["effective"] == {
                "direction": self.oracle.direction(user, configured, attributes).name,
                "directionForNew": self.oracle.direction_for_new(user, configured, attributes).name,
            }, one["id"]

    async def asks_why(self, user: str) -> None:
        about = self.chance.choice([user, *(one.id for one in self.org.users)])
        record, field = self.chance.choice(self.org.records), self.chance.choice(TOLD)
        answer = await self.ask(
            user,
            "query($who: ID!, $what: ID!, $on: ID){explain(principalId: $who, mappingId: $what, recordId: $on)"
            "{configured effective{direction directionForNew} contact{...all} checks{rule}}}"
            + expected.fragment(CONTACTS),
            who=f"principal:{about}", what=f"mapping:default:{field}", on=f"contact:{record.id}",
        )  # fmt: skip
        code = [error["extensions"]["code"] for error in answer.get("errors", [])]
        if about != user and not self.org.user(user).administrator:
            assert code == ["NOT_ALLOWED"]
        elif not self.oracle.may_see(user, record):
            assert code == ["NOT_FOUND"]
        else:
            found = answer["data"]["explain"]
            configured = Direction[found["configured"]]
            assert found["contact"] == expected.answer(self.oracle, user, record)
            assert found["effective"] == {
                "direction": self.oracle.direction(about, configured, FIELDS[field], record).name,
                "directionForNew": self.oracle.direction_for_new(about, configured, FIELDS[field], record).name,
            }

    # writing

    async def tries(self, user: str, attempt: Callable[..., writes.Attempt]) -> None:
        """One mutation: done and stored if the oracle allows it, refused and without any trace if it does not."""
        scope = "read" if self.chance.random() < 0.1 else "admin"
        one = attempt(self.oracle, user, self.chance, self.maker)
        before = [self.stored(house) for house in self.houses]
        refused = writes.READ_ONLY if scope == "read" else one.refused
        texts = [await house.ask(user, one.query, scope=scope, input=one.input) for house in self.houses]
        made = [json.loads(text)["data"][one.name] for text in texts]
        if refused:
            self.listen(user, texts, sent=one.input)
            codes = {error["code"] for error in made[0]["errors"]}
            assert codes <= refused and codes, f"{made[0]['errors']} where {refused} was to be expected"
            assert made[0].keys() - {"errors"} and all(made[0][key] is None for key in made[0].keys() - {"errors"})
            assert [self.stored(house) for house in self.houses] == before
            return
        assert made[0]["errors"] == [], made[0]["errors"]
        [shown] = made[0].keys() - {"errors"}
        ids = [(answer[shown] or {}).get("id", "") if one.makes else "" for answer in made]
        same = [
            text.replace(f'"{name}"', f'"{self.stock.id(one.record)}"') if one.makes else text
            for text, name in zip(texts, ids, strict=True)
        ]
        if one.makes:
            # Each database made an id of its own; from here on both records are called alike.
            for house, name in zip(self.houses, ids, strict=True):
                writes.rename(house.database, self.stock, name.partition(":")[2], one.record)
        one.change()
        self.listen(user, same, sent=one.input)
        answer = json.loads(same[0])["data"][one.name]
        if "...all" in one.answer:
            record = next(record for record in self.org.records if record.id == one.record)
            seen = expected.answer(self.oracle, user, record) if self.oracle.may_see(user, record) else None
            assert answer[shown] == seen
        self.check_stored()

    def stored(self, house: House) -> Any:
        return house.records(self.stock), house.shares(), house.grants()

    def check_stored(self) -> None:
        values = {
            one.id: (one.owner, {name: one.values.get(name) for name in self.stock.names}) for one in self.org.records
        }
        shares = {(one.record, one.to, bits_of(frozenset(one.rights))) for one in self.org.shares}
        grants = {(one.record, one.attribute, one.to, one.read, one.update) for one in self.org.opened}
        for house in self.houses:
            assert house.records(self.stock) == values
            assert house.shares() == shares
            assert house.grants() == grants

    def sorted_by(self) -> list[str]:
        """The columns that lists can be sorted by."""
        return [name for name in self.stock.names if self.stock is CONTACTS or name not in UNSORTED]

    async def play(self) -> None:
        self.loaded = list(self.org.records)
        reads = [
            self.lists_everything, self.finds_each_by_its_id, self.pages_filters_and_sorts,
            self.pages_filters_and_sorts, self.cannot_sort_by_what_is_withheld,
            self.gets_errors_in_the_place_of_withheld_values,
        ]  # fmt: skip
        if self.stock is CONTACTS:
            reads += [
                self.downloads_the_table, self.looks_at_runs, self.follows_runs,
                self.looks_at_conflicts_and_the_history, self.asks_which_way_fields_travel, self.asks_why,
            ]  # fmt: skip
        for user in self.org.users:
            if user.disabled:
                answer = await self.ask(user.id, "{contacts{nodes{id}}}")
                assert answer["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"
                continue
            for read in reads:
                await read(user.id)
        signed_in = [user.id for user in self.org.users if not user.disabled]
        for _ in range(10):
            user = self.chance.choice(signed_in)
            await self.tries(user, self.chance.choice(writes.ATTEMPTS))
        for user in signed_in:
            await self.lists_everything(user)


@pytest.mark.parametrize("stocks", [[CONTACTS], ACTIVITIES], ids=["contacts", "activities"])
def test_nothing_withheld_shows_and_everything_allowed_is_there(houses: list[House], stocks: list[Stock]) -> None:
    def day(seed: int) -> Day:
        return Day(houses, random.Random(seed), stocks[seed % len(stocks)])

    with asyncio.Runner() as loop:

        @settings(
            max_examples=EXAMPLES,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=[HealthCheck.too_slow],
            database=None,
        )
        @given(seed=st.integers(0, 2**32))
        def example(seed: int) -> None:
            note(f"FIELDSYNC_SEED={seed}")
            loop.run(day(seed).play())

        if SEED:
            loop.run(day(int(SEED)).play())
        else:
            example()
        for house in houses:
            loop.run(house.close())
