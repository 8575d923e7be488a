"""The office behind a real port, for clients that are programs of their own, and sockets to it."""

import asyncio
import json
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from api.office import Office
from fieldsync.app import create_app
from fieldsync.parts import Parts
from fieldsync.web.connections import HttpConnection, SocketConnection

ROOT = Path(__file__).resolve().parents[3]

EVENTS = "subscription($id: ID!, $after: Int){runEvents(runId: $id, after: $after){runId seq type state message phase}}"


@asynccontextmanager
async def listening(parts: Parts) -> AsyncIterator[str]:
    """The address at which the product answers, in this process."""
    with sockets.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            create_app(parts=parts),
            log_level="error",
            lifespan="off",
            http=HttpConnection,
            ws=SocketConnection,
            ws_per_message_deflate=False,
        )
        server = uvicorn.Server(config)
        # Signals belong to pytest.
        serving = asyncio.create_task(server._serve([bound]))
        while not server.started:
            await asyncio.sleep(0)
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await serving


@asynccontextmanager
async def served(office: Office) -> AsyncIterator[str]:
    """Host and port of the office."""
    async with listening(office.parts) as address:
        yield address.removeprefix("http://")


async def node(script: Path, *arguments: str) -> Any:
    """The JSON that a script prints."""
    process = await asyncio.create_subprocess_exec(
        "node", script, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out)


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
