"""Who shares the bytes of an event, and who never does."""

import asyncio
import json
from typing import Any

import pytest
from graphql import GraphQLObjectType

from api.live import receive, rest, served, socket
from api.office import Office
from fieldsync.api import fanout
from fieldsync.api.schema import build_schema
from fieldsync.api.sight import SIGHTS
from fieldsync.core.rights import Scope
from fieldsync.core.runs import EventType, Problem, RunState

PLAIN = "subscription($id: ID!, $after: Int){runEvents(runId: $id, after: $after){seq type message counts{failed}}}"
NAMED = "subscription($id: ID!){runEvents(runId: $id){seq message problem{subject lostValue}}}"


@pytest.fixture
def encodings(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every result that is encoded, as it is encoded."""
    made: list[Any] = []
    encode = fanout.encode

    def counted(result: Any) -> bytes:
        made.append(result)
        return encode(result)

    monkeypatch.setattr(fanout, "encode", counted)
    return made


async def ask(ws: Any, query: str, name: str = "1", **variables: Any) -> None:
    payload = {"query": query, "variables": variables}
    await ws.send(json.dumps({"id": name, "type": "subscribe", "payload": payload}))


async def told(ws: Any) -> Any:
    return (await receive(ws))["payload"]["data"]["runEvents"]


async def test_an_event_is_encoded_once_for_all_who_asked_the_same(office: Office, encodings: list[Any]) -> None:
    run = office.run(office.mailbox("sales"))
    async with (
        served(office) as address,
        socket(address, await office.token("admin")) as one,
        socket(address, await office.token("sales")) as two,
        socket(address, await office.token("sales", Scope.READ)) as three,
    ):
        for ws in (one, two, three):
            await ask(ws, PLAIN, id=f"run:{run}")
            await told(ws)
        await ask(three, PLAIN.replace("$after: Int", "$after: Int = 1"), "resumed", id=f"run:{run}")
        encodings.clear()
        office.tell(run, 2, EventType.STARTED, RunState.RUNNING, "Started")
        heard = [await told(ws) for ws in (one, two, three, three)]

    assert len(encodings) == 1
    assert heard == [{"seq": 2, "type": "STARTED", "message": "Started", "counts": None}] * 4


async def test_what_differs_in_selection_or_variables_is_not_shared(office: Office, encodings: list[Any]) -> None:
    run = office.run(office.mailbox("sales"))
    shown = "subscription($id: ID!, $with: Boolean!){runEvents(runId: $id){seq message @include(if: $with)}}"
    named = "subscription($id: ID!){runEvents(runId: $id){...F}} fragment F on RunEvent {%s}"
    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        asked = [(shown, {"with": True}), (shown, {"with": False}), (named % "seq", {}), (named % "message", {})]
        for n, (query, variables) in enumerate(asked):
            await ask(ws, query, str(n), id=f"run:{run}", **variables)
            await told(ws)
        encodings.clear()
        office.tell(run, 2, EventType.STARTED, RunState.RUNNING, "Started")
        messages = {
            message["id"]: message["payload"]["data"]["runEvents"] for message in [await receive(ws) for _ in asked]
        }

    assert messages == {
        "0": {"seq": 2, "message": "Started"},
        "1": {"seq": 2},
        "2": {"seq": 2},
        "3": {"message": "Started"},
    }
    assert len(encodings) == 4


async def test_people_of_different_sight_never_share_what_they_may_not_all_see(
    office: Office, encodings: list[Any]
) -> None:
    mailbox = office.mailbox("sales")
    run = office.run(mailbox)
    hidden = office.contact("manager", lastname="Secretname")
    problem = Problem("STRAY", "Somebody edited it", "Look at it", subject="Secretname", record_id=hidden)
    async with (
        served(office) as address,
        socket(address, await office.token("admin")) as admin,
        socket(address, await office.token("sales")) as sales,
        socket(address, await office.token("sales", Scope.READ)) as again,
    ):
        for ws in (admin, sales, again):
            await ask(ws, NAMED, id=f"run:{run}")
            await told(ws)
        encodings.clear()
        office.tell(run, 2, EventType.STARTED, RunState.RUNNING, "Started")
        for ws in (admin, sales, again):
            await told(ws)
        without = len(encodings)
        office.tell(run, 3, EventType.PROBLEM, RunState.RUNNING, "Odd", problem=problem)
        subjects = [(await told(ws))["problem"]["subject"] for ws in (admin, sales, again)]

    assert without == 1, "an event without a problem shows nobody's names"
    assert subjects == ["Secretname", "***", "***"]
    assert len(encodings) == 1 + 3, "each actor alone"


async def test_rights_that_changed_hold_for_what_is_told_again(office: Office) -> None:
    run = office.run(office.mailbox("sales"))
    record = office.contact("sales", lastname="Ada")
    problem = Problem("X", "x", "x", subject="Ada", record_id=record)
    office.tell(run, 2, EventType.PROBLEM, RunState.RUNNING, problem=problem)
    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        for n in ("first", "second"):
            await ask(ws, NAMED, n, id=f"run:{run}")
            await told(ws)
            before = (await told(ws))["problem"]["subject"]
        await office.data("admin", ASSIGN, id=f"contact:{record}", to=f"principal:{office.people['manager']}")
        await ask(ws, NAMED, "after", id=f"run:{run}")
        await told(ws)
        after = (await told(ws))["problem"]["subject"]

    assert (before, after) == ("Ada", "***")


async def test_a_changed_profile_is_shared_among_callers_of_one_role(office: Office, encodings: list[Any]) -> None:
    query = "subscription{mappingsChanged{revision viewerCanEdit mappings{id viewerCanEdit}}}"
    change = {"mappingId": office.mapping_id("jobtitle"), "direction": "NONE", "expectedRevision": 1}
    async with (
        served(office) as address,
        socket(address, await office.token("admin")) as admin,
        socket(address, await office.token("sales")) as sales,
        socket(address, await office.token("manager")) as manager,
    ):
        for ws in (admin, sales, manager):
            await ask(ws, query)
        hub = office.services.profiles.hub("default")
        while hub.followers < 3 or not hub.head:
            await asyncio.sleep(0.01)
        await office.data("admin", CHANGE, changes=[change])
        heard = [(await receive(ws))["payload"]["data"]["mappingsChanged"] for ws in (admin, sales, manager)]

    assert [one["viewerCanEdit"] for one in heard] == [True, False, False]
    assert heard[1] == heard[2]
    assert len(encodings) == 2


async def test_what_fails_with_nobodys_eyes_is_answered_to_each_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch, encodings: list[Any]
) -> None:
    """Were somebody to list a personal field as one that all see alike, nothing of it would be shared."""
    monkeypatch.setitem(SIGHTS, "RunProblem", {"subject": 0, "message": 0})  # pyright: ignore[reportArgumentType]
    run = office.run(office.mailbox("sales"))
    hidden = office.contact("manager", lastname="Secretname")
    problem = Problem("STRAY", "x", "x", subject="Secretname", record_id=hidden)
    query = "subscription($id: ID!){runEvents(runId: $id){seq problem{subject message}}}"
    async with (
        served(office) as address,
        socket(address, await office.token("admin")) as admin,
        socket(address, await office.token("sales")) as sales,
    ):
        for ws in (admin, sales):
            await ask(ws, query, id=f"run:{run}")
            await told(ws)
        office.tell(run, 2, EventType.PROBLEM, RunState.RUNNING, problem=problem)
        subjects = [(await told(ws))["problem"]["subject"] for ws in (admin, sales)]

    assert subjects == ["Secretname", "***"]


async def test_two_fields_of_one_name_and_an_alias_are_followed_too(office: Office) -> None:
    run = office.run(office.mailbox("sales"))
    office.tell(run, 2, EventType.FINISHED, RunState.SUCCEEDED)
    split = "subscription($id: ID!){runEvents(runId: $id){seq} ...on Subscription{runEvents(runId: $id){type}}}"
    alias = "subscription($id: ID!){told: runEvents(runId: $id){number: seq __typename}}"
    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        await ask(ws, split, id=f"run:{run}")
        merged = await rest(ws)
        await ask(ws, alias, id=f"run:{run}")
        named = await rest(ws)

    assert [message["payload"]["data"]["runEvents"] for message in merged[:-1]] == [
        {"seq": 1, "type": "QUEUED"},
        {"seq": 2, "type": "FINISHED"},
    ]
    assert named[1]["payload"]["data"] == {"told": {"number": 2, "__typename": "RunEvent"}}


def test_all_that_is_listed_as_seen_alike_is_in_the_schema() -> None:
    types = build_schema().core.type_map
    for name, fields in SIGHTS.items():
        found = types[name]
        assert isinstance(found, GraphQLObjectType)
        assert fields.keys() <= found.fields.keys(), name


CHANGE = (
    "mutation($changes: [MappingDirectionChange!]!){mappingDirectionsSet(input: {changes: $changes}){errors{code}}}"
)
ASSIGN = "mutation($id: ID!, $to: ID!){contactAssign(input: {contactId: $id, ownerId: $to}){errors{code}}}"
