"""The server's and the standby's end of a hand-over: a socket in the data folder, for whoever may read that folder.

`fieldsync sync` finds it and lets the run happen here, where everything is loaded and connections are kept. One line of
JSON asks, lines of JSON answer: what to print, at last the exit code. Who goes away before that cancels the run.
"""

import asyncio
import contextlib
import errno
import json
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

import structlog

from fieldsync.core.rights import Actor
from fieldsync.errors import FieldsyncError
from fieldsync.foreground import Say, run_mailbox
from fieldsync.handed import LEAVE, NAME, ask_to_leave, short_path
from fieldsync.parts import Parts

ASK_SECONDS = 5.0
log = structlog.get_logger()


class Keeper(Protocol):
    """Who takes over, and for how long."""

    @property
    def gives_way(self) -> bool:
        """Whether the socket is left to a server that comes."""
        ...

    def takes(self, asked: Mapping[str, object]) -> bool:
        """Whether this run is done here; False also ends the taking over, if the keeper gives way."""
        ...

    def serving(self) -> contextlib.AbstractContextManager[object]:
        """Entered for each run."""
        ...


class Server:
    """A server: it takes over as long as it runs, whatever settings the command has."""

    gives_way = False

    def takes(self, asked: Mapping[str, object]) -> bool:
        return LEAVE not in asked

    def serving(self) -> contextlib.AbstractContextManager[object]:
        return nullcontext()


@asynccontextmanager
async def taking_over(parts: Parts, keeper: Keeper | None = None) -> AsyncIterator[bool]:
    """Take over synchronizations from commands while inside; False if another process does so on the same folder."""
    keeper = keeper or Server()
    try:
        place = await asyncio.to_thread(_Place.taken, parts.settings.data, keeper)
    except (OSError, AttributeError) as error:
        log.info("no synchronizations are taken over from commands here", why=str(error))
        yield False
        return
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        try:
            await _serve(parts, keeper, leave, reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            # Nobody waits for this task: cancelled is only what the server's own end leaves of it.
            pass
        finally:
            writer.close()

    def leave() -> None:
        """At once: the next server may put its own there while runs come to their end here."""
        server.close()
        place.leave()

    server = await asyncio.start_unix_server(serve, sock=place.listening)
    try:
        yield True
    finally:
        leave()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Place:
    """The socket in the data folder, and which one it is."""

    def __init__(self, folder: Path, listening: socket.socket) -> None:
        self._path = folder / NAME
        self._which = self._found()
        self.listening = listening

    @classmethod
    def taken(cls, folder: Path, keeper: Keeper) -> "_Place":
        """Listen there; raises OSError if somebody else does, or nobody can."""
        folder.mkdir(parents=True, exist_ok=True)
        if not keeper.gives_way:
            ask_to_leave(folder)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with _one_at_a_time(folder), short_path(folder) as path:
                if os.path.exists(path):
                    if _answers(path):
                        raise OSError("a server or a standby of this data folder does it already")
                    os.unlink(path)
                # Nobody can connect before it listens, and by then only its owner may.
                listening.bind(path)
                os.chmod(path, 0o600)
                listening.listen(100)
                listening.setblocking(False)
                return cls(folder, listening)
        except BaseException:
            listening.close()
            raise

    def leave(self) -> None:
        """Take the socket away, unless another process has put its own there since."""
        with contextlib.suppress(FileNotFoundError), _one_at_a_time(self._path.parent):
            if self._found() == self._which:
                self._path.unlink()

    def _found(self) -> tuple[int, int]:
        # The number of a file that is gone is given to the next one, but not at the same time.
        found = self._path.stat()
        return found.st_ino, found.st_ctime_ns


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Between looking at the socket and taking it away, nobody else puts a new one there."""
    # Where such sockets are, so is this.
    import fcntl

    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _answers(path: str) -> bool:
    """Whether somebody listens there, even if it is too busy or not for us."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.settimeout(ASK_SECONDS)
        return other.connect_ex(path) not in (errno.ECONNREFUSED, errno.ENOENT)


async def _serve(
    parts: Parts,
    keeper: Keeper,
    leave: Callable[[], None],
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    asked = await _asked(reader)
    if asked is None:
        return
    if not keeper.takes(asked):
        if keeper.gives_way:
            leave()
            writer.write(json.dumps({LEAVE: True}).encode() + b"\n" if LEAVE in asked else b"")
        return
    if asked.get("database", "") != (parts.settings.database_url or ""):
        # Another database: the command goes on by itself.
        return
    with keeper.serving():
        await _told(parts, asked, reader, writer)


async def _told(
    parts: Parts, asked: Mapping[str, object], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Run it, telling the command of it to the end; a command that goes away cancels it."""

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
        line = await asyncio.wait_for(reader.readline(), ASK_SECONDS)
        if not line:
            return None  # who only looks whether anybody is here
        asked = json.loads(line)
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
