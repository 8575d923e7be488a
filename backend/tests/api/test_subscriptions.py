import asyncio

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.live import EVENTS, closed_with, receive, rest, served, socket, subscribe
from api.office import PASSWORD, Office
from fieldsync.core.rights import Scope
from fieldsync.core.runs import EventType, Phase, RunState


async def test_run_events_are_replayed_then_followed_and_end_with_the_run(office: Office) -> None:
    run = office.run(office.mailbox("sales"))
    office.tell(run, 2, EventType.STARTED, RunState.RUNNING, "Started")

    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        await subscribe(ws, EVENTS, id=f"run:{run}")
        stored = [await receive(ws), await receive(ws)]
        office.tell(run, 3, EventType.PHASE_STARTED, RunState.RUNNING, "Gathering", phase=Phase.GATHER)
        office.tell(run, 4, EventType.FINISHED, RunState.SUCCEEDED, "Done")
        live = await rest(ws)

    events = [message["payload"]["data"]["runEvents"] for message in stored + live[:-1]]
    assert [(event["seq"], event["type"]) for event in events] == [
        (1, "QUEUED"),
        (2, "STARTED"),
        (3, "PHASE_STARTED"),
        (4, "FINISHED"),
    ]
    assert events[2]["phase"] == "GATHER"
    assert live[-1]["type"] == "complete"


async def test_a_client_that_reconnects_gets_only_what_it_missed(office: Office) -> None:
    run = office.run(office.mailbox("sales"))
    office.tell(run, 2, EventType.STARTED, RunState.RUNNING)
    office.tell(run, 3, EventType.FINISHED, RunState.CANCELLED)

    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        await subscribe(ws, EVENTS, id=f"run:{run}", after=2)
        messages = await rest(ws)

    assert [message["type"] for message in messages] == ["next", "complete"]
    assert messages[0]["payload"]["data"]["runEvents"]["seq"] == 3


async def test_run_events_of_somebody_else_look_as_if_they_were_not_there(office: Office) -> None:
    run = office.run(office.mailbox("manager"))

    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        for run_id in (f"run:{run}", "run:nothing", "contact:x"):
            await subscribe(ws, EVENTS, id=run_id)
            (message,) = [await receive(ws)]
            assert message["type"] == "error"
            assert message["payload"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_strangers_follow_nothing(office: Office) -> None:
    async with served(office) as address, socket(address) as ws:
        for query in ("subscription{mappingsChanged{id}}", 'subscription{runEvents(runId: "run:x"){seq}}'):
            await subscribe(ws, query)
            message = await receive(ws)
            assert message["payload"][0]["extensions"]["code"] == "NOT_SIGNED_IN"


async def test_a_wrong_token_closes_the_socket(office: Office) -> None:
    async with served(office) as address:
        with pytest.raises(ConnectionClosed) as closed:
            async with socket(address, "fs_wrong"):
                pass

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4403


async def test_changed_mappings_are_told_to_everybody_who_follows(office: Office) -> None:
    query = "subscription{mappingsChanged{revision draft{changes{mapping{id} after}}}}"
    change = {"mappingId": office.mapping_id("jobtitle"), "direction": "NONE", "expectedRevision": 1}
    mutation = """mutation($changes: [MappingDirectionChange!]!) {
      mappingDirectionsSet(input: {changes: $changes}) { errors { code } } }"""

    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        await subscribe(ws, query)
        while not office.parts.bell._listeners:
            await asyncio.sleep(0.01)
        await office.data("admin", mutation, changes=[change])
        after = (await receive(ws))["payload"]["data"]["mappingsChanged"]

    assert after["draft"]["changes"] == [{"mapping": {"id": office.mapping_id("jobtitle")}, "after": "NONE"}]


async def test_a_session_opens_a_socket_from_our_own_pages_only(office: Office) -> None:
    response = await office.client.post("/session", json={"userName": "sales", "password": PASSWORD})
    cookie = response.headers["set-cookie"].split(";")[0]

    async with served(office) as address:
        headers = {"Cookie": cookie}
        async with socket(address, additional_headers=headers, origin=f"http://{address}") as ws:
            await subscribe(ws, "{viewer{principal{userName}}}")
            message = await receive(ws)
            assert message["payload"]["data"]["viewer"]["principal"]["userName"] == "sales"
        with pytest.raises(InvalidStatus):
            async with socket(address, additional_headers=headers, origin="https://evil.example"):
                pass


async def test_an_operation_on_an_open_socket_fails_once_the_session_is_closed(office: Office) -> None:
    response = await office.client.post("/session", json={"userName": "sales", "password": PASSWORD})
    headers = {"Cookie": response.headers["set-cookie"].split(";")[0]}

    async with served(office) as address, socket(address, additional_headers=headers) as ws:
        await office.client.delete("/session")
        await subscribe(ws, "{viewer{role}}")
        message = await receive(ws)

    assert message["payload"]["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"


async def test_a_running_subscription_ends_once_its_session_is_closed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fieldsync.security.watch.CHECK_EVERY", 0.02)
    stolen = (await office.services.sign_in.open("sales", PASSWORD)).secret

    async with served(office) as address:
        headers = {"Cookie": f"fieldsync_session={stolen}"}
        async with socket(address, additional_headers=headers) as ws:
            await subscribe(ws, "subscription{mappingsChanged{revision}}")
            while not office.parts.bell._listeners:
                await asyncio.sleep(0.01)
            await office.services.sign_in.close(stolen)
            assert (await receive(ws))["type"] == "complete"
            assert await closed_with(ws) == 4403


async def test_events_of_a_run_are_told_no_more_once_the_session_is_closed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fieldsync.security.watch.CHECK_EVERY", 0.02)
    stolen = (await office.services.sign_in.open("sales", PASSWORD)).secret
    run = office.run(office.mailbox("sales"))

    async with served(office) as address:
        headers = {"Cookie": f"fieldsync_session={stolen}"}
        async with socket(address, additional_headers=headers) as ws:
            await subscribe(ws, EVENTS, id=f"run:{run}")
            first = await receive(ws)
            await office.services.sign_in.close(stolen)
            then = await receive(ws)
            office.tell(run, 2, EventType.STARTED, RunState.RUNNING)
            assert await closed_with(ws) == 4403

    assert (first["type"], then["type"]) == ("next", "complete")


async def test_an_open_socket_outlives_the_secret_it_came_with_but_not_the_session(office: Office) -> None:
    secret = (await office.services.sign_in.open("sales", PASSWORD)).secret
    headers = {"Cookie": f"fieldsync_session={secret}"}

    async with served(office) as address, socket(address, additional_headers=headers) as ws:
        office.clock.advance(hours=1)
        fresh = (await office.services.sign_in.renew(secret)).secret
        office.clock.advance(minutes=2)
        assert fresh is not None
        with pytest.raises(ConnectionClosed):
            async with socket(address, additional_headers=headers):
                pass
        await subscribe(ws, "{viewer{role}}")
        alive, _ = await receive(ws), await receive(ws)
        await office.services.sign_in.close(fresh)
        await subscribe(ws, "{viewer{role}}")
        dead = await receive(ws)

    assert alive["payload"]["data"]["viewer"] == {"role": "USER"}
    assert dead["payload"]["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"


async def test_a_revoked_token_is_dead_on_an_open_socket(office: Office) -> None:
    row, secret = await office.services.tokens.create(office.actor("sales"), scope=Scope.ADMIN, name="x", days=None)

    async with served(office) as address, socket(address, secret) as ws:
        await office.services.tokens.revoke(office.actor("sales"), row.id)
        await subscribe(ws, "{viewer{role}}")
        message = await receive(ws)

    assert message["payload"]["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"


async def test_server_sent_events_carry_a_run_to_its_end(office: Office) -> None:
    run = office.run(office.mailbox("sales"))
    headers = {"authorization": f"Bearer {await office.token('sales')}", "accept": "text/event-stream"}
    body = {"query": EVENTS, "variables": {"id": f"run:{run}"}}

    lines: list[str] = []
    async with (
        served(office) as address,
        httpx2.AsyncClient(timeout=10) as client,
        client.stream("POST", f"http://{address}/graphql", json=body, headers=headers) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        async for line in response.aiter_lines():
            lines.append(line)
            if '"seq":1' in line:
                office.tell(run, 2, EventType.FINISHED, RunState.SUCCEEDED)

    assert [line for line in lines if line.startswith("event:")] == ["event: next", "event: next", "event: complete"]
    assert '"type":"FINISHED"' in "".join(lines)


@pytest.mark.parametrize(
    "message",
    [
        "3",
        "[]",
        "{",
        '{"type": "subscribe"}',
        '{"type": "subscribe", "id": "1", "payload": "x"}',
        '{"type": "subscribe", "id": ["1"], "payload": {"query": "{viewer{role}}"}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{viewer{role}}", "variables": 5}}',
        '{"type": "complete", "id": {}}',
        '{"type": 5}',
    ],
)
async def test_a_message_that_is_none_closes_the_socket(office: Office, message: str) -> None:
    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        await ws.send(message)
        with pytest.raises(ConnectionClosed) as closed:
            await receive(ws)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4400
