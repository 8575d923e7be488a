"""The protocol graphql-transport-ws, message by message."""

import asyncio
import json
import socket as raw
from typing import Any

import pytest
from websockets.asyncio.client import connect

from api.live import EVENTS, closed_with, receive, rest, served, socket, subscribe
from api.office import Office
from fieldsync.core.rights import Scope
from fieldsync.core.runs import EventType, RunState

VIEWER = "{viewer{principal{userName}}}"


def bare(address: str, **options: Any) -> Any:
    return connect(f"ws://{address}/graphql", **({"subprotocols": ["graphql-transport-ws"]} | options))


async def say(ws: Any, **message: Any) -> None:
    await ws.send(json.dumps(message))


async def test_who_does_not_say_hello_in_time_is_closed(office: Office) -> None:
    office.parts.settings.live_init_seconds = 0.05
    async with served(office) as address, bare(address) as ws:
        assert await closed_with(ws) == 4408


async def test_who_said_hello_in_time_stays(office: Office) -> None:
    office.parts.settings.live_init_seconds = 0.3
    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        await asyncio.sleep(0.5)
        await say(ws, type="ping")
        assert await receive(ws) == {"type": "pong"}


async def test_an_operation_before_the_hello_is_unauthorized(office: Office) -> None:
    async with served(office) as address, bare(address) as ws:
        await subscribe(ws, VIEWER)
        assert await closed_with(ws) == 4401


async def test_two_hellos_are_one_too_many(office: Office) -> None:
    async with served(office) as address, socket(address) as ws:
        await say(ws, type="connection_init")
        assert await closed_with(ws) == 4429


async def test_two_operations_of_one_name_are_one_too_many(office: Office) -> None:
    run = office.run(office.mailbox("sales"))
    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        await subscribe(ws, EVENTS, id=f"run:{run}")
        await receive(ws)
        await subscribe(ws, EVENTS, id=f"run:{run}")
        assert await closed_with(ws) == 4409


@pytest.mark.parametrize("offered", [None, ["graphql-ws"]])
async def test_another_protocol_is_not_spoken(office: Office, offered: list[str] | None) -> None:
    async with served(office) as address, bare(address, subprotocols=offered) as ws:
        assert await closed_with(ws) == 4406


@pytest.mark.parametrize("payload", [3, "x", ["x"]])
async def test_a_payload_is_an_object(office: Office, payload: object) -> None:
    async with served(office) as address:
        for kind in ("connection_init", "ping", "pong"):
            async with bare(address) as ws:
                await say(ws, type=kind, payload=payload)
                assert await closed_with(ws) == 4400, kind


async def test_binary_messages_and_unknown_ones_are_none(office: Office) -> None:
    async with served(office) as address:
        for message in (b'{"type": "ping"}', json.dumps({"type": "start" + "é" * 200}), '{"type": "subscribe"}'):
            async with socket(address) as ws:
                await ws.send(message)
                assert await closed_with(ws) == 4400, message


async def test_a_ping_is_answered_with_what_it_carried_at_any_time(office: Office) -> None:
    async with served(office) as address, bare(address) as ws:
        await say(ws, type="ping", payload={"n": 1})
        assert await receive(ws) == {"type": "pong", "payload": {"n": 1}}
        await say(ws, type="pong")
        await say(ws, type="connection_init")
        assert await receive(ws) == {"type": "connection_ack"}


async def test_queries_and_mutations_are_answered_once_and_complete(office: Office) -> None:
    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        await subscribe(ws, VIEWER)
        asked = await rest(ws)
        mutation = 'mutation{tokenRevoke(input: {tokenId: "token:x"}){errors{code}}}'
        await subscribe(ws, mutation)
        changed = await rest(ws)

    assert [message["type"] for message in asked + changed] == ["next", "complete", "next", "complete"]
    assert asked[0]["payload"]["data"]["viewer"]["principal"]["userName"] == "sales"
    assert changed[0]["payload"]["data"]["tokenRevoke"]["errors"] == [{"code": "NOT_FOUND"}]


@pytest.mark.parametrize(
    "query", ["{", "{nothing}", "{viewer{role}} {viewer{role}}", "query A {viewer{role}} query B {viewer{role}}"]
)
async def test_what_cannot_be_executed_is_an_error_and_the_socket_stays(office: Office, query: str) -> None:
    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        await subscribe(ws, query)
        refused = await receive(ws)
        await subscribe(ws, VIEWER)
        assert (await receive(ws))["type"] == "next"

    assert refused["type"] == "error"
    assert refused["id"] == "1"
    assert refused["payload"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_a_name_chooses_among_operations(office: Office) -> None:
    query = "query A {viewer{role}} query B {viewer{principal{userName}}}"
    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        payload = {"query": query, "operationName": "B", "extensions": {}, "variables": None}
        await say(ws, type="subscribe", id="é", payload=payload)
        message = await receive(ws)

    assert message["id"] == "é"
    assert message["payload"]["data"]["viewer"]["principal"] == {"userName": "sales"}


async def test_what_a_client_completes_is_told_no_more_and_its_name_is_free(office: Office) -> None:
    run = office.run(office.mailbox("sales"))
    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        await subscribe(ws, EVENTS, id=f"run:{run}")
        await receive(ws)
        await say(ws, type="complete", id="1")
        await say(ws, type="complete", id="never there")
        await subscribe(ws, VIEWER)
        messages = await rest(ws)
        office.tell(run, 2, EventType.STARTED, RunState.RUNNING)
        await say(ws, type="ping")
        assert await receive(ws) == {"type": "pong"}

    assert [message["type"] for message in messages] == ["next", "complete"]
    assert not office.parts.bell._listeners


async def test_a_socket_carries_only_so_many_operations(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fieldsync.api.sockets.MOST_OPERATIONS", 1)
    run = office.run(office.mailbox("sales"))
    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        await subscribe(ws, EVENTS, id=f"run:{run}")
        await receive(ws)
        await say(ws, type="subscribe", id="2", payload={"query": VIEWER})
        message = await receive(ws)

    assert (message["type"], message["id"]) == ("error", "2")


async def test_a_revoked_token_ends_what_it_follows_and_its_socket(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fieldsync.security.watch.CHECK_EVERY", 0.02)
    row, secret = await office.services.tokens.create(office.actor("sales"), scope=Scope.ADMIN, name="x", days=None)
    run = office.run(office.mailbox("sales"))
    async with served(office) as address, socket(address, secret) as following, socket(address, secret) as idle:
        await subscribe(following, EVENTS, id=f"run:{run}")
        await receive(following)
        await office.services.tokens.revoke(office.actor("sales"), row.id)
        assert (await receive(following))["type"] == "complete"
        assert [await closed_with(following), await closed_with(idle)] == [4403, 4403]


async def test_a_failure_nobody_foresaw_ends_the_operation_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = office.run(office.mailbox("sales"))

    def broken(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("fieldsync.db.repo.run_events.read_last", broken)
    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        await subscribe(ws, EVENTS, id=f"run:{run}")
        message = await receive(ws)
        await subscribe(ws, VIEWER)
        assert (await receive(ws))["type"] == "next"

    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == "INTERNAL"
    assert "secret" not in json.dumps(message)


async def test_a_foreign_page_is_refused_before_the_handshake(office: Office) -> None:
    async with served(office) as address:
        with pytest.raises(Exception, match="403"):
            async with bare(address, origin="https://evil.example"):
                pass
        async with bare(address, origin="https://portal.example"):
            pass


async def test_who_stops_reading_harms_nobody_and_is_cut_off(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server holds a little for it, the others are told everything at once, and in the end it is dropped."""
    office.parts.settings.live_write_seconds = 0.2
    monkeypatch.setattr("fieldsync.api.open_connections.TICK", 0.02)
    run = office.run(office.mailbox("sales"))
    long = "x" * 20_000
    async with served(office) as address, socket(address, await office.token("sales")) as reading:
        stopped = await _stopped(address, await office.token("sales"), run)
        await subscribe(reading, EVENTS, id=f"run:{run}")
        await receive(reading)
        heard = []
        for seq in range(2, 60):
            office.tell(run, seq, EventType.PROBLEM, RunState.RUNNING, long)
            heard.append((await receive(reading))["payload"]["data"]["runEvents"]["seq"])
        hub = await office.services.runs.hub(office.actor("sales"), run)
        async with asyncio.timeout(10):
            while hub.followers > 1:
                await asyncio.sleep(0.01)
        office.tell(run, 60, EventType.FINISHED, RunState.SUCCEEDED)
        last = await rest(reading)
        stopped.close()

    assert heard == list(range(2, 60))
    assert last[-1]["type"] == "complete"


async def _stopped(address: str, token: str, run: str) -> raw.socket:
    """A connection that asks for the events of a run and reads no more."""
    host, port = address.split(":")
    connection = raw.socket()
    connection.setsockopt(raw.SOL_SOCKET, raw.SO_RCVBUF, 4096)
    connection.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(connection, (host, int(port)))
    await loop.sock_sendall(
        connection,
        b"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n",
    )
    received = b""
    while not received.endswith(b"\r\n\r\n"):
        received += await loop.sock_recv(connection, 4096)
    hello = {"type": "connection_init", "payload": {"Authorization": f"Bearer {token}"}}
    asked = {"id": "1", "type": "subscribe", "payload": {"query": EVENTS, "variables": {"id": f"run:{run}"}}}
    for message in (hello, asked):
        text = json.dumps(message).encode()
        await loop.sock_sendall(connection, b"\x81\xfe" + len(text).to_bytes(2, "big") + b"\0\0\0\0" + text)
    while b'"seq":1' not in received:
        received += await loop.sock_recv(connection, 4096)
    return connection


async def test_a_hash_alone_wants_its_text_where_no_documents_are_known(office: Office) -> None:
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": "abc"}}
    async with served(office) as address, socket(address, await office.token("sales")) as ws:
        for payload in ({"extensions": extensions}, {"documentId": "sha256:abc", "variables": {}}):
            await say(ws, type="subscribe", id="1", payload=payload)
            message = await receive(ws)
            assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "DOCUMENT_UNKNOWN")
        await say(ws, type="subscribe", id="1", payload={"extensions": {"persistedQuery": 3}})
        assert await closed_with(ws) == 4400
