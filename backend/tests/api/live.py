"""The office served on a real port, and sockets to it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from api.office import Office
from fieldsync.app import create_app
from fieldsync.web.connections import HttpConnection, SocketConnection

EVENTS = "subscription($id: ID!, $after: Int){runEvents(runId: $id, after: $after){runId seq type state message phase}}"


@asynccontextmanager
async def served(office: Office) -> AsyncIterator[str]:
    """The application on a real port, in this loop."""
    config = uvicorn.Config(
        create_app(parts=office.parts),
        port=0,
        log_level="error",
        lifespan="off",
        http=HttpConnection,
        ws=SocketConnection,
        ws_per_message_deflate=False,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def socket(address: str, token: str | None = None, **options: Any) -> AsyncIterator[ClientConnection]:
    async with connect(f"ws://{address}/graphql", subprotocols=["graphql-transport-ws"], **options) as ws:  # pyright: ignore[reportArgumentType]
        payload = {"Authorization": f"Bearer {token}"} if token else {}
        await ws.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(await ws.recv())["type"] == "connection_ack"
        yield ws


async def subscribe(ws: ClientConnection, query: str, **variables: Any) -> None:
    payload = {"query": query, "variables": variables}
    await ws.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))


async def receive(ws: ClientConnection) -> Any:
    async with asyncio.timeout(10):
        text = await ws.recv()
    assert isinstance(text, str), "browsers expect text frames"
    return json.loads(text)


async def closed_with(ws: ClientConnection) -> int | None:
    """The code that the server closes with, before anything else comes."""
    with pytest.raises(ConnectionClosed) as closed:
        await receive(ws)
    return closed.value.rcvd.code if closed.value.rcvd else None


async def rest(ws: ClientConnection) -> list[Any]:
    """All messages to the end of the operation."""
    messages = [await receive(ws)]
    while messages[-1]["type"] == "next":
        messages.append(await receive(ws))
    return messages
