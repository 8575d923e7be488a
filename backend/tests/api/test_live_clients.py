"""The npm packages graphql-ws and graphql-sse against our server, through connections that break."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from api.live import served
from api.office import Office
from fieldsync.core.runs import EventType, RunState

HERE = Path(__file__).parent / "clients"
ROOT = Path(__file__).resolve().parents[3]


class Wire:
    """Carries bytes between a client and the server, until it is cut."""

    def __init__(self, address: str) -> None:
        self._host, port = address.split(":")
        self._port = int(port)
        self._open: list[asyncio.StreamWriter] = []
        self.port = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._port)
        self._open += [writer, back]
        await asyncio.gather(_copy(reader, back), _copy(there, writer))

    def cut(self) -> None:
        """Break every connection, wherever it is in a message."""
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(100):  # small pieces: a cut falls into the middle of messages
            writer.write(piece)
            await writer.drain()
    writer.transport.abort()


@asynccontextmanager
async def wired(address: str) -> AsyncIterator[Wire]:
    wire = Wire(address)
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        wire.cut()


@pytest.mark.parametrize(
    ("script", "package", "scheme"),
    [("follow_socket.mjs", "graphql-ws", "ws"), ("follow_events.mjs", "graphql-sse", "http")],
)
async def test_a_client_that_reconnects_and_resumes_loses_nothing_and_gets_nothing_twice(
    office: Office, tmp_path: Path, script: str, package: str, scheme: str
) -> None:
    if shutil.which("node") is None or not (ROOT / "node_modules" / package).is_dir():
        pytest.skip(f"{package} is not installed")
    run = office.run(office.mailbox("sales"))
    # A script finds packages from where it lies.
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    shutil.copy(HERE / script, tmp_path)
    token = await office.token("sales")
    async with served(office) as address, wired(address) as wire:
        command = [
            "node",
            "--experimental-websocket",
            script,
            f"{scheme}://127.0.0.1:{wire.port}/graphql",
            token,
            f"run:{run}",
        ]
        client = await asyncio.create_subprocess_exec(*command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE)
        assert client.stdout is not None
        lines: list[dict[str, object]] = []
        seq = 1
        async with asyncio.timeout(60):
            async for line in client.stdout:
                lines.append(json.loads(line))
                if "seq" not in lines[-1]:
                    continue
                if lines[-1]["seq"] in (4, 9, 13):
                    # More happens while nobody can hear it.
                    wire.cut()
                    office.tell(run, seq := seq + 1, EventType.PROGRESS, RunState.RUNNING)
                if lines[-1]["seq"] == seq:
                    seq += 1
                    if seq < 20:
                        office.tell(run, seq, EventType.PROGRESS, RunState.RUNNING)
                    elif seq == 20:
                        office.tell(run, seq, EventType.FINISHED, RunState.SUCCEEDED)
        await client.wait()

    told = [line for line in lines if "seq" in line]
    assert [line["seq"] for line in told] == list(range(1, 21))
    assert told[-1]["type"] == "FINISHED"
    assert sum("broken" in line for line in lines) >= 3
    assert lines[-1] == {"ended": True}
