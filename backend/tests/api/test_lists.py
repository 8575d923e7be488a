"""Every list: random filters and orders against the nodes themselves, and pages both ways."""

import random
from datetime import date, datetime
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, get_named_type

from api.office import Office
from api.shelves import LISTS, TEXTS, WANTED, fill
from fieldsync.api.schema import build_schema

SCHEMA = build_schema().core
ELSEWHERE = {
    "errorCode": "error code", "businessUnitId": "rights businessUnit id", "managerId": "rights manager id",
    "role": "rights role", "isDisabled": "rights isDisabled", "isDefaultTeam": "rights isDefaultTeam",
    "revision": "rights revision",
}  # fmt: skip
"""Where a node shows what a filter names otherwise."""
UNSEEN = {"organizer", "requiredAttendees", "optionalAttendees", "subject", "recordId", "exceptions"}
"""What no node shows as a filter compares it; single tests ask for these."""
EXAMPLES = 6


def inputs(name: str) -> GraphQLInputObjectType:
    found = SCHEMA.type_map[f"{LISTS[name]}Filter"]
    assert isinstance(found, GraphQLInputObjectType)
    return found


def fields_of(name: str) -> dict[str, str]:
    """What the list can be filtered by and its nodes show, each with the input that it is filtered with."""
    return {
        field: str(get_named_type(one.type))
        for field, one in inputs(name).fields.items()
        if field not in ("and", "or", "not") and field not in UNSEEN
    }


def path_of(name: str, field: str) -> list[str]:
    """Where a node shows what the filter calls so."""
    node = SCHEMA.type_map[LISTS[name]]
    assert isinstance(node, GraphQLObjectType)
    if field in ELSEWHERE and field not in node.fields:
        return ELSEWHERE[field].split()
    if field in node.fields:
        return [field]
    return ["recurrence", field] if "recurrence" in node.fields and "Id" not in field else [field[:-2], "id"]


def selection(name: str) -> str:
    paths = [path_of(name, field) for field in fields_of(name)]
    return "id " + " ".join("{".join(path) + "}" * (len(path) - 1) for path in paths)


def plain(name: str, node: dict[str, Any], fields: dict[str, str]) -> dict[str, Any]:
    """A node as filters name it, with times and dates as such."""
    found: dict[str, Any] = {"": node["id"]}
    for field, by in fields.items():
        value: Any = node
        for part in path_of(name, field):
            value = None if value is None else value[part]
        found[field] = read(value, by)
    return found


def read(value: Any, by: str) -> Any:
    if isinstance(value, str) and by in ("TimeFilter", "DateFilter"):
        return (datetime if by == "TimeFilter" else date).fromisoformat(value)
    return value


def holds(given: dict[str, Any], row: dict[str, Any], fields: dict[str, str]) -> bool:
    for name, held in given.items():
        match name:
            case "and":
                found = all(holds(one, row, fields) for one in held)
            case "or":
                found = any(holds(one, row, fields) for one in held)
            case "not":
                found = not holds(held, row, fields)
            case _:
                found = all(meets(row[name], operator, held[operator], fields[name]) for operator in held)
        if not found:
            return False
    return True


def meets(value: Any, operator: str, text: Any, by: str) -> bool:
    other = [read(one, by) for one in text] if isinstance(text, list) else read(text, by)
    match operator:
        case "isEmpty":
            return (value is None) == other
        case "notEquals":
            return value != other
        case "notIn":
            return value not in other
        case _ if value is None:
            return False
        case "equals":
            return value == other
        case "in":
            return value in other
        case "includes":
            return set(other) <= set(value)
        case "contains":
            return other.lower() in value.lower()
        case "startsWith":
            return value.lower().startswith(other.lower())
        case "endsWith":
            return value.lower().endswith(other.lower())
        case "before" | "lessThan":
            return value < other
        case "onOrBefore" | "atMost":
            return value <= other
        case "after" | "greaterThan":
            return value > other
        case "onOrAfter" | "atLeast":
            return value >= other
    raise AssertionError(operator)


class Asking:
    """Makes up filters of one list, with values of its rows."""

    def __init__(self, chance: random.Random, name: str, rows: list[dict[str, Any]]) -> None:
        self.chance, self.fields, self.rows = chance, fields_of(name), rows

    def filter(self, depth: int = 2) -> dict[str, Any]:
        given = dict(self.condition() for _ in range(self.chance.randint(0, 2)))
        if depth:
            for joint in self.chance.sample(["and", "or", "not"], self.chance.randint(0, 2)):
                several = [self.filter(depth - 1) for _ in range(self.chance.randint(0, 3))]
                given[joint] = self.filter(depth - 1) if joint == "not" else several
        return given

    def condition(self) -> tuple[str, dict[str, Any]]:
        field = self.chance.choice(list(self.fields))
        by = SCHEMA.type_map[self.fields[field]]
        assert isinstance(by, GraphQLInputObjectType)
        operator, of = self.chance.choice(list(by.fields.items()))
        several = str(of.type).startswith("[")
        if operator == "isEmpty":
            return field, {operator: self.chance.random() < 0.5}
        value = [self.value(field, of) for _ in range(2)] if several else self.value(field, of)
        return field, {operator: value}

    def value(self, field: str, of: Any) -> Any:
        held = [row[field] for row in self.rows if row[field] is not None]
        if isinstance(of_type := get_named_type(of.type), GraphQLEnumType):
            return self.chance.choice(list(of_type.values))
        if of_type.name == "String":
            return self.chance.choice([*TEXTS, *held])
        found = (
            self.chance.choice(held)
            if held
            else {"Int": 1, "Boolean": True, "Date": date(2026, 3, 1)}.get(of_type.name)
        )
        if found is None:
            found = datetime.fromisoformat("2026-03-01T12:00:00Z") if of_type.name == "DateTime" else "mailbox:none"
        return found.isoformat() if isinstance(found, date) else found


@pytest.mark.parametrize("seed", [11, 12])
async def test_every_list_answers_filters_as_its_nodes_say(office: Office, seed: int) -> None:
    fill(office, seed)
    chance = random.Random(seed)
    for name in LISTS:
        fields = fields_of(name)
        wanted = WANTED.get(name, "")
        query = (
            f"query($filter: {LISTS[name]}Filter, $orderBy: {LISTS[name]}Order)"
            f"{{{name}({wanted}first: 1000, filter: $filter, orderBy: $orderBy)"
            f"{{totalCount nodes{{{selection(name)}}}}}}}"
        )
        everything = (await office.data("admin", query))[name]["nodes"]
        rows = [plain(name, node, fields) for node in everything]
        assert len(rows) >= 9, name
        asking = Asking(chance, name, rows)
        for _ in range(EXAMPLES):
            given = asking.filter()
            found = (await office.data("admin", query, filter=given))[name]
            right = [row[""] for row in rows if holds(given, row, fields)]
            assert [node["id"] for node in found["nodes"]] == right, f"{name} {given}"
            assert found["totalCount"] == len(right), f"{name} {given}"


async def test_every_list_is_paged_both_ways_in_every_order(office: Office) -> None:
    fill(office, 5, size=7)
    for name, noun in LISTS.items():
        orders = SCHEMA.type_map[f"{noun}OrderField"]
        assert isinstance(orders, GraphQLEnumType)
        query = (
            f"query($first: Int, $after: String, $last: Int, $before: String, $orderBy: {noun}Order)"
            f"{{{name}({WANTED.get(name, '')}first: $first, after: $after, last: $last, before: $before, "
            "orderBy: $orderBy)"
            "{edges{cursor node{id}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}}}"
        )
        for n, order in enumerate(list(orders.values)[:: 7 if noun == "Contact" else 2]):
            by = {"field": order, "descending": n % 2 == 1}
            whole = (await office.data("admin", query, first=1000, orderBy=by))[name]
            every = [edge["node"]["id"] for edge in whole["edges"]]
            size = (len(every) + 1) // 2
            there = (await office.data("admin", query, first=size, orderBy=by))[name]
            beyond = (await office.data("admin", query, first=1000, orderBy=by, after=there["pageInfo"]["endCursor"]))[
                name
            ]
            back = (await office.data("admin", query, last=2, orderBy=by, before=beyond["pageInfo"]["startCursor"]))[
                name
            ]
            assert [edge["node"]["id"] for edge in there["edges"] + beyond["edges"]] == every, (name, order)
            assert [edge["node"]["id"] for edge in back["edges"]] == every[size - 2 : size], (name, order)
            flags = [
                (page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]) for page in (there, beyond, back)
            ]
            assert flags == [(False, True), (True, False), (True, True)], (name, order)
            assert back["pageInfo"]["startCursor"] == back["edges"][0]["cursor"]
