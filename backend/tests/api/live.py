"""The office behind a real socket, for clients that are programs of their own."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn

from fieldsync.app import create_app
from fieldsync.parts import Parts

ROOT = Path(__file__).resolve().parents[3]


@asynccontextmanager
async def listening(parts: Parts) -> AsyncIterator[str]:
    """The address at which the product answers, in this process."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create_app(parts=parts), log_level="warning", lifespan="off", ws="websockets-sansio")
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


async def node(script: Path, *arguments: str) -> Any:
    """The JSON that a script prints."""
    process = await asyncio.create_subprocess_exec(
        "node", script, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out)
