"""The server's end of a hand-over: a socket in the data folder, for whoever may read that folder.

`fieldsync sync` finds it and lets the run happen here, where everything is loaded and connections are kept. One line of
JSON asks, lines of JSON answer: what to print, at last the exit code. Who goes away before that cancels the run.
"""

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from fieldsync.core.rights import Actor
from fieldsync.errors import FieldsyncError
from fieldsync.foreground import Say, run_mailbox
from fieldsync.handed import NAME, short_path
from fieldsync.parts import Parts

ASK_SECONDS = 5.0
log = structlog.get_logger()


@asynccontextmanager
async def taking_over(parts: Parts) -> AsyncIterator[None]:
    """Take over synchronizations from commands while inside; another server on the same folder keeps the socket."""
    folder = parts.settings.data
    try:
        listening = _listen(folder)
    except (OSError, AttributeError) as error:
        log.info("commands synchronize by themselves", why=str(error))
        yield
        return
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        try:
            await _serve(parts, reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            # Nobody waits for this task: cancelled is only what the server's own end leaves of it.
            pass
        finally:
            writer.close()

    server = await asyncio.start_unix_server(serve, sock=listening)
    try:
        yield
    finally:
        server.close()
        # At once: the next server may put its own there while runs come to their end here.
        (folder / NAME).unlink(missing_ok=True)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _listen(folder: Path) -> socket.socket:
    folder.mkdir(parents=True, exist_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with short_path(folder) as path:
            if os.path.exists(path):
                if _answers(path):
                    raise OSError("another server of this data folder takes them over")
                os.unlink(path)
            # Nobody can connect before it listens, and by then only its owner may.
            listening.bind(path)
            os.chmod(path, 0o600)
    except BaseException:
        listening.close()
        raise
    listening.setblocking(False)
    return listening


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        return other.connect_ex(path) == 0


async def _serve(parts: Parts, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    asked = await _asked(reader)
    if asked is None or asked.get("database", "") != (parts.settings.database_url or ""):
        # Nothing that we understand, or another database: the command goes on by itself.
        return

    def say(line: str, to: str = "out") -> None:
        if not writer.is_closing():
            writer.write(json.dumps({"to": to, "line": line}).encode() + b"\n")

    begun: asyncio.Future[tuple[Actor, str]] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(_run(parts, asked, say, lambda actor, run_id: begun.set_result((actor, run_id))))
    gone = asyncio.create_task(reader.read(1))
    try:
        await asyncio.wait([running, gone], return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            # Who goes away while the run is being ordered cancels it all the same.
            await asyncio.wait([running, begun], return_when=asyncio.FIRST_COMPLETED)
        if begun.done() and not running.done():
            with contextlib.suppress(FieldsyncError):
                await parts.services.runs.cancel(*begun.result())
        writer.write(json.dumps({"exit": await running}).encode() + b"\n")
        await writer.drain()
    finally:
        gone.cancel()
        running.cancel()
        # A run that is stopped with its server still stores how far it came.
        await asyncio.gather(running, gone, return_exceptions=True)


async def _asked(reader: asyncio.StreamReader) -> dict[str, object] | None:
    """What the command wants; None if it says nothing in time, or nothing that can be read."""
    try:
        asked = json.loads(await asyncio.wait_for(reader.readline(), ASK_SECONDS))
    except (TimeoutError, ValueError):
        asked = None
    if not isinstance(asked, dict):
        log.info("a command asked for something unknown", socket=NAME)
        return None
    return asked


async def _run(parts: Parts, asked: Mapping[str, object], say: Say, begun: Callable[[Actor, str], None]) -> int:
    mailbox, preview = str(asked.get("mailbox", "")), bool(asked.get("preview"))
    named = asked.get("kinds")
    kinds = [str(name) for name in named] if isinstance(named, list) else []
    try:
        return await run_mailbox(parts, mailbox, kinds, preview=preview, say=say, begun=begun)
    except FieldsyncError as error:
        say(f"fieldsync: {error}", "err")
        return 1
