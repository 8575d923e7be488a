"""What one process writes is told by another one, on either database."""

import asyncio
import os
import sys
from pathlib import Path

from api.live import EVENTS, receive, rest, socket, subscribe
from api.office import Office
from fieldsync.core.runs import EventType, RunState


async def test_a_run_of_one_process_is_followed_on_the_server_of_another(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    run = office.run(office.mailbox("sales"))
    token = await office.token("sales")
    environment = {
        **os.environ,
        "FIELDSYNC_DATA": str(tmp_path / "other"),
        "FIELDSYNC_DATABASE_URL": database_url,
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "fieldsync.cli", "serve", "--port", "0"]
    server = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=environment)
    try:
        assert server.stdout is not None
        async with asyncio.timeout(60):
            said = (await server.stdout.readline()).decode()
        address = said.rpartition("://")[2].strip()
        async with socket(address, token) as ws:
            await subscribe(ws, EVENTS, id=f"run:{run}")
            first = await receive(ws)
            # Rung in this process only: the other one has to look.
            office.tell(run, 2, EventType.STARTED, RunState.RUNNING)
            second = await receive(ws)
            office.tell(run, 3, EventType.FINISHED, RunState.SUCCEEDED)
            last = await rest(ws)
    finally:
        server.terminate()
        await server.wait()

    told = [message["payload"]["data"]["runEvents"]["seq"] for message in [first, second, *last[:-1]]]
    assert told == [1, 2, 3]
    assert last[-1]["type"] == "complete"
