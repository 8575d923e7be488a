"""The server of `subscribers.py`: the product as it is served, and a run whose events are told on command.

Reads commands on standard input: `tell N SECONDS` writes N progress events, one every SECONDS; `state` prints memory
and processor time; the end of the input ends it. The events are written in the process that serves, as the engine does.
"""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import uvicorn

from fieldsync.app import create_app
from fieldsync.clock import SystemClock
from fieldsync.collecting import short_collections
from fieldsync.core.runs import Counts, EventType, Phase, RunState, event_body
from fieldsync.core.values import RecordKind
from fieldsync.db.repo import run_events, runs
from fieldsync.events.log import topic
from fieldsync.logs import configure_logging
from fieldsync.parts import Parts
from fieldsync.security import gate
from fieldsync.settings import Settings
from fieldsync.web.connections import HttpConnection, SocketConnection


async def serve(url: str, data: Path, run_id: str) -> None:
    parts = Parts.assemble(Settings(data=data, database_url=url))
    app = create_app(parts=parts)
    config = uvicorn.Config(
        app,
        port=0,
        log_level="warning",
        access_log=False,
        lifespan="off",
        http=HttpConnection,
        ws=SocketConnection,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)
    with short_collections():  # as the product has it
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        say({"port": server.servers[0].sockets[0].getsockname()[1]})
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        teller = Teller(parts, run_id)
        while command := (await reader.readline()).split():
            match command:
                case [b"tell", number, seconds]:
                    await teller.tell(int(number), float(seconds))
                case [b"end"]:
                    await teller.end()
            say(state() | {"seq": teller.seq})
        server.should_exit = True
        await serving


class Teller:
    """Writes events as the journal of a run does: one short write, then the bell."""

    def __init__(self, parts: Parts, run_id: str) -> None:
        self._parts = parts
        self._run_id = run_id
        self._permit = gate.administer("bench")
        self.seq = 1

    async def tell(self, number: int, seconds: float) -> None:
        begun = time.monotonic()
        for n in range(number):
            # Spread evenly, whatever a write takes; the message says when it was told.
            await asyncio.sleep(max(0.0, begun + n * seconds - time.monotonic()))
            await self._write(EventType.PROGRESS, RunState.RUNNING)

    async def end(self) -> None:
        await self._write(EventType.FINISHED, RunState.SUCCEEDED)

    async def _write(self, kind: EventType, state: RunState) -> None:
        self.seq += 1
        told = f"told {time.monotonic_ns():020}"
        now = SystemClock().now()
        body = event_body(
            kind,
            state,
            told,
            phase=Phase.APPLY,
            kind=RecordKind.CONTACT,
            done=self.seq,
            total=10_000,
            rate=812.5,
            remaining=3.2,
            counts=Counts(updated_in_outlook=self.seq),
        )

        def unit(connection: Any) -> None:
            run_events.append(connection, self._run_id, self.seq, now, [body])
            runs.save_run(connection, self._run_id, state=state.value, last_seq=self.seq)

        await self._parts.database.write(self._permit, unit)
        self._parts.bell.ring(topic(self._run_id))


def state() -> dict[str, float]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return {
        "rss": pages * resource.getpagesize() / 1e6,
        "cpu": used.ru_utime + used.ru_stime,
    }


def say(line: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    configure_logging()
    with asyncio.Runner(loop_factory=uvicorn.Config("").get_loop_factory()) as runner:
        runner.run(serve(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
