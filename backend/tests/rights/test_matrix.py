"""Every field, type, subscription and mutation of the schema, as everybody: who gets what is said in ``policies``.

The schema itself says what there is. Whoever adds to it is told here to say who may.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type

from fieldsync.api.schema import build_schema
from fieldsync.api.types.contact_attributes import GRAPHQL_NAMES
from fieldsync.core.privileges import Privilege
from fieldsync.settings import Settings
from rights.house import events_of
from rights.oracle import Oracle, Reading
from rights.policies import (
    CALLERS,
    COUNTED,
    MUTATIONS,
    NODES,
    QUERIES,
    SUBSCRIPTIONS,
    TYPES,
    UNREACHED,
    Mutation,
    Policy,
    Reach,
)
from rights.stage import LOST, Stage, stage

__all__ = ["stage"]

SCHEMA = build_schema(Settings()).core
OBJECTS = {
    name: type_
    for name, type_ in SCHEMA.type_map.items()
    if isinstance(type_, GraphQLObjectType) and not name.startswith("__")
}
SHOWN, ABSENT = "SHOWN", "ABSENT"
callers = pytest.mark.parametrize("caller", CALLERS)


def fields_of(name: str) -> list[str]:
    return list(OBJECTS[name].fields)


def selection(type_name: str, fields: list[str]) -> str:
    """These fields, objects by their type's name alone."""
    parts = []
    for one in fields:
        inner = get_named_type(OBJECTS[type_name].fields[one].type)
        parts.append(f"{one}{{__typename}}" if isinstance(inner, (GraphQLObjectType, GraphQLInterfaceType)) else one)
    return " ".join(parts)


# The table is whole


def test_every_root_field_is_in_the_table() -> None:
    for table, root in ((QUERIES, "Query"), (MUTATIONS, "Mutation"), (SUBSCRIPTIONS, "Subscription")):
        missing = [name for name in fields_of(root) if name not in table]
        gone = [name for name in table if name not in OBJECTS[root].fields]
        where = f"{root}s in policies.py".replace("Querys", "QUERIES").replace("Mutations", "MUTATIONS")
        assert not missing, f"{missing}: say who may; add it to {where}"
        assert not gone, f"{gone} is no longer in the schema; take it out of {where}"


def test_every_type_and_every_field_is_in_the_table() -> None:
    payloads = {get_named_type(OBJECTS["Mutation"].fields[name].type).name: one for name, one in MUTATIONS.items()}
    for name in OBJECTS:
        if name in payloads:
            known = [*payloads[name].payload.split(), "errors"]
            where = "the payload of its mutation in MUTATIONS"
        elif name in TYPES:
            known, where = TYPES[name].fields.split(), f"TYPES[{name!r}]"
        elif name in UNREACHED:
            continue
        else:
            raise AssertionError(f"the type {name} is new: say who sees it and how to reach it; add it to TYPES")
        missing = [one for one in fields_of(name) if one not in known]
        assert not missing, f"{name}.{missing}: say who sees it; add it to {where} in policies.py"
        gone = [one for one in known if one not in OBJECTS[name].fields]
        assert not gone, f"{name}.{gone} is no longer in the schema; take it out of {where} in policies.py"
        if name in TYPES:
            unknown = {*TYPES[name].differs.split(), *TYPES[name].rules} - set(known)
            assert not unknown, f"TYPES[{name!r}] has rules for fields that it does not list: {unknown}"


def test_every_type_with_an_identity_is_in_the_table() -> None:
    with_id = {name for name, one in OBJECTS.items() if any(base.name == "Node" for base in one.interfaces)}
    assert with_id == set(NODES), f"{with_id ^ set(NODES)}: say who gets it by its id; add it to NODES in policies.py"


def test_the_events_of_a_run_are_asked_for_whole() -> None:
    assert set(SUBSCRIPTIONS["runEvents"][2].split()) == set(fields_of("RunEvent"))


# What a policy means for a caller


def read(policy: Policy, stage: Stage, caller: str) -> str:
    """SHOWN, ABSENT, or the code of the error."""
    user, scope = CALLERS[caller]
    if user is None:
        return "NOT_SIGNED_IN"
    admin, own = user == "admin", user == "sales"
    match policy:
        case Policy.SIGNED_IN:
            return SHOWN
        case Policy.ADMIN_ONLY:
            return SHOWN if admin else "NOT_ALLOWED"
        case Policy.ADMIN_OR_ABSENT:
            return SHOWN if admin else ABSENT
        case Policy.OWN_OR_ADMIN:
            return SHOWN if admin or own else "NOT_ALLOWED"
        case Policy.OWN_OR_ABSENT | Policy.OWN_OR_EMPTY:
            return SHOWN if admin or own else ABSENT
        case Policy.OWN_OR_REFUSED:
            return SHOWN if admin or own else "NOT_FOUND"
        case Policy.READABLE:
            return SHOWN if Oracle(stage.org).may_see(user, stage.org.record("contact0")) else ABSENT
        case Policy.WITHHELD:
            return SHOWN if not admin and read(Policy.READABLE, stage, caller) == SHOWN else ABSENT
        case Policy.EACH_OWN:
            return "NOT_ALLOWED" if scope == "read" else SHOWN
        case Policy.JUST_OWN:
            return SHOWN if own and scope != "read" else ABSENT
        case _:
            raise ValueError(f"{policy} is for mutations")


def write(mutation: Mutation, stage: Stage, caller: str) -> str | None:
    """The code of the refusal; None if it is done."""
    user, scope = CALLERS[caller]
    if user is None:
        return "NOT_SIGNED_IN"
    admin, own = user == "admin", user == "sales"
    reads_only = "NOT_ALLOWED" if scope == "read" else None
    oracle, contact = Oracle(stage.org), stage.org.record("contact0")
    match mutation.policy:
        case Policy.ADMIN_WRITES:
            return reads_only if admin else "NOT_ALLOWED"
        case Policy.ADMIN_WRITES_SEEN:
            return reads_only if admin else "NOT_ALLOWED" if own else "NOT_FOUND"
        case Policy.OWNER_WRITES:
            return reads_only if admin or own else "NOT_FOUND"
        case Policy.JUST_OWNER_WRITES:
            return reads_only or (None if own else "NOT_FOUND")
        case Policy.SELF_WRITES:
            return reads_only
        case Policy.CREATE_WRITES:
            return reads_only or (None if oracle.may_create(user, user) else "NOT_ALLOWED")
        case Policy.RECORD_WRITES if not oracle.may_see(user, contact):
            return "NOT_FOUND"
        case Policy.RECORD_WRITES:
            allowed = oracle.may(user, Privilege[mutation.privilege], contact)
            return reads_only or (None if allowed else "NOT_ALLOWED")
        case _:
            raise ValueError(f"{mutation.policy} is for reading")


async def asked(stage: Stage, caller: str, query: str, **variables: Any) -> Any:
    user, scope = CALLERS[caller]
    return json.loads(await stage.house.ask(user, query, scope=scope, **variables))


def code_of(answer: Any) -> str | None:
    codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
    assert len(codes) <= 1, answer
    return codes.pop() if codes else None


def instances(data: Any, path: list[str]) -> Iterator[Any]:
    """What lies at the end of a path; lists on the way are walked through."""
    if isinstance(data, list):
        for one in data:
            yield from instances(one, path)
    elif data is not None:
        if path:
            yield from instances(data[path[0]], path[1:])
        else:
            yield data


# Reading


@callers
async def test_a_root_field_answers_whoever_its_policy_names(stage: Stage, caller: str) -> None:
    for name, (query, policy) in QUERIES.items():
        answer = await asked(stage, caller, f"{{{query}}}")
        expected = read(policy, stage, caller)
        if expected in (SHOWN, ABSENT):
            assert code_of(answer) is None, f"{name}: {answer}"
            assert (answer["data"][name] is None) == (expected == ABSENT), f"{name}: {answer}"
        else:
            assert code_of(answer) == expected, f"{name}: {answer}"
            assert not any((answer["data"] or {}).values()), name


@callers
async def test_lists_hold_what_the_caller_may_see_and_nothing_else(stage: Stage, caller: str) -> None:
    user, _ = CALLERS[caller]
    if user is None:
        return
    oracle = Oracle(stage.org)
    own = {"sales": 2, "admin": 5}  # sales has a second mailbox and administrators see all
    expected = {
        "contacts": {f"contact:{one.id}" for one in stage.org.records if oracle.may_see(user, one)},
        "mailboxes": own.get(user, 1),
        "runs": {"sales": 5, "admin": 8}.get(user, 1),
    }
    assert set(expected) == set(COUNTED)
    lists = " ".join(f"{one}{{totalCount nodes{{id}}}}" for one in COUNTED)
    answer = await asked(stage, caller, f"{{{lists}}}")
    for name in COUNTED:
        got = answer["data"][name]
        found = {one["id"] for one in got["nodes"]}
        assert got["totalCount"] == len(found)
        wanted = expected[name]
        assert (found == wanted) if isinstance(wanted, set) else (len(found) == wanted), name


@callers
async def test_a_field_of_a_type_shows_to_whoever_its_policy_names(stage: Stage, caller: str) -> None:
    for name, reach in TYPES.items():
        query = "{" + reach.query % selection(name, reach.fields.split()) + "}"
        answer = await asked(stage, caller, query)
        expected = read(reach.policy, stage, caller)
        if expected not in (SHOWN, ABSENT):
            assert code_of(answer) == expected, f"{name}: {answer}"
            assert not any((answer["data"] or {}).values()), name
            continue
        assert code_of(answer) is None, f"{name}: {answer}"
        found = list(instances(answer["data"], reach.path.split()))
        assert bool(found) == (expected == SHOWN), f"{name} shows {found} where it should be {expected}"
        if not found:
            continue
        whole = await asked(stage, "administrator", query)
        same = list(instances(whole["data"], reach.path.split()))
        for field in reach.fields.split():
            _check_field(stage, caller, name, reach, field, [one[field] for one in found], [one[field] for one in same])


def _check_field(
    stage: Stage, caller: str, name: str, reach: Reach, field: str, got: list[Any], whole: list[Any]
) -> None:
    if field in reach.rules and read(reach.rules[field], stage, caller) == ABSENT:
        assert all(not one for one in got), f"{name}.{field} tells {got}"
        assert any(one for one in whole), f"{name}.{field} is empty for administrators too: the test proves nothing"
    elif field not in reach.differs.split():
        assert got == whole, f"{name}.{field} is {got} for {caller}, and {whole} for an administrator"


@callers
async def test_each_column_of_a_contact_shows_as_the_oracle_says(stage: Stage, caller: str) -> None:
    user, _ = CALLERS[caller]
    asked_for = " ".join(GRAPHQL_NAMES.values())
    answer = await asked(stage, caller, f'{{contact(id: "contact:contact0"){{{asked_for} withheld{{field}} masked}}}}')
    record, oracle = stage.org.record("contact0"), Oracle(stage.org)
    if user is None or not oracle.may_see(user, record):
        assert not (answer["data"] or {}).get("contact")
        return
    found = answer["data"]["contact"]
    for attribute, name in GRAPHQL_NAMES.items():
        shows = oracle.reads(user, record, attribute)
        assert found[name] == oracle.shown(user, record, attribute), name
        assert ({"field": name} in found["withheld"]) == (shows is Reading.WITHHELD), name
        assert (name in found["masked"]) == (shows is Reading.MASKED), name


def test_the_contact_shows_in_all_three_ways_to_sales() -> None:
    """Otherwise the test above would prove less than it says."""
    from rights.stage import organization

    org = organization()
    oracle, record = Oracle(org), org.record("contact0")
    assert {oracle.reads("sales", record, name) for name in GRAPHQL_NAMES} == set(Reading)
    assert oracle.may_see("manager", record)
    assert not oracle.may_see("clerk", record)


@callers
async def test_anything_by_its_id_shows_to_whoever_its_policy_names(stage: Stage, caller: str) -> None:
    for name, (node_id, policy) in NODES.items():
        answer = await asked(stage, caller, f'{{node(id: "{node_id}"){{__typename id}}}}')
        expected = read(policy, stage, caller)
        if expected in (SHOWN, ABSENT):
            shown = {"__typename": name, "id": node_id} if expected == SHOWN else None
            assert answer["data"] == {"node": shown}, name
            assert "errors" not in answer, name
        else:
            assert code_of(answer) == expected, name


@callers
async def test_a_subscription_sends_to_whoever_its_policy_names(stage: Stage, caller: str) -> None:
    user, scope = CALLERS[caller]
    for name, (query, policy, fields) in SUBSCRIPTIONS.items():
        type_name = get_named_type(OBJECTS["Subscription"].fields[name].type).name
        text = await stage.house.follow(user, f"subscription{{{query % selection(type_name, fields.split())}}}", scope)
        expected = read(policy, stage, caller)
        payload = events_of(text)[0]
        if name == "mappingsChanged" and expected == SHOWN:
            expected = ABSENT  # it would never end, so it is asked for a profile that is not there
        if expected == SHOWN:
            assert payload["data"][name].keys() == set(fields.split()), text
        else:
            assert code_of(payload) == ("NOT_FOUND" if expected == ABSENT else expected), text
            assert LOST not in text


@callers
async def test_the_table_to_download_holds_what_the_caller_may_see(stage: Stage, caller: str) -> None:
    user, scope = CALLERS[caller]
    answer = await stage.house.clients[0].get(
        "/export/contacts.csv", headers={"authorization": f"Bearer fs_{user}_{scope}"} if user else {}
    )
    assert answer.status_code == (401 if user is None else 200)
    oracle = Oracle(stage.org)
    for record in stage.org.records:
        seen = user is not None and oracle.may_see(user, record)
        assert (f"contact:{record.id}" in answer.text) == seen
    assert ("government-secret" in answer.text) == (user == "admin")


# Writing


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_a_mutation_is_done_for_whoever_its_policy_names_and_leaves_no_trace_otherwise(
    stage: Stage, mutation: str
) -> None:
    one = MUTATIONS[mutation]
    payload = get_named_type(OBJECTS["Mutation"].fields[mutation].type).name
    kind = mutation[0].upper() + mutation[1:] + "Input"
    asked_for = selection(payload, one.payload.split())
    query = f"mutation($input: {kind}!){{{mutation}(input: $input){{{asked_for} errors{{code message path}}}}}}"
    done: list[str] = []
    before = stage.digest()
    for caller in CALLERS:
        refused = write(one, stage, caller)
        answer = await asked(stage, caller, query, input=one.input)
        if refused == "NOT_SIGNED_IN":
            assert code_of(answer) == refused, caller
            assert answer["data"] is None
        else:
            assert code_of(answer) is None, f"{caller}: {answer}"
            found = answer["data"][mutation]
            codes = [error["code"] for error in found["errors"]]
            assert codes == ([refused] if refused else []), f"{caller}: {found}"
            filled = [name for name in one.payload.split() if found[name]]
            assert filled == ([] if refused else one.payload.split()), f"{caller}: {found}"
        after = stage.digest()
        if refused:
            changed = [table for table, rows in after.items() if rows != before[table]]
            assert not changed, f"{caller} was refused, and yet {changed} changed"
        else:
            assert (after != before) == one.stores, f"{caller} was told it was done, and nothing changed, or too much"
            done.append(caller)
            stage.restore()
            before = stage.digest()
    assert done, "nobody could do it: the input is not valid, or the policy is wrong"


async def test_what_is_refused_does_not_tell_what_is_there(stage: Stage) -> None:
    """Somebody who may not see the contact gets the very answer that anybody gets for an id that is not there."""
    query = "mutation($input: ContactUpdateInput!){contactUpdate(input: $input){contact{id} errors{code message path}}}"
    for caller in ("clerk, who has no role", "manager of sales"):
        hidden = "contact:contact0" if caller.startswith("clerk") else "contact:contact1"
        there = await asked(stage, caller, query, input={"contactId": hidden, "jobTitle": "x"})
        nowhere = await asked(stage, caller, query, input={"contactId": "contact:nowhere", "jobTitle": "x"})
        assert there == nowhere
        assert there["data"]["contactUpdate"]["errors"][0]["code"] == "NOT_FOUND"
