"""`fieldsync standby`: wait, with everything loaded, for the synchronizations of commands, and end when none comes.

For whoever runs `fieldsync sync` again and again where no server runs: loading its libraries takes most of what a
command needs by itself.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from fieldsync.collecting import short_collections
from fieldsync.handed import LEAVE, settings_mark
from fieldsync.handover import taking_over
from fieldsync.logs import configure_logging
from fieldsync.parts import Parts
from fieldsync.settings import Settings


def stand_by(settings: Settings, minutes: float) -> int:
    """Stand by until nothing was to be done for so many minutes (0 for ever), or somebody ends it; the exit code.

    1 if a server or another standby takes over already.
    """
    configure_logging()
    with short_collections():
        return asyncio.run(_stand_by(settings, minutes))


async def _stand_by(settings: Settings, minutes: float) -> int:
    standing = asyncio.current_task()
    assert standing is not None
    with suppress(NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, standing.cancel)
    parts, standby = Parts.assemble(settings), Standby(minutes, _kept(settings))
    try:
        async with taking_over(parts, standby) as taken:
            if not taken:
                return 1
            sys.stdout.write("Standing by for `fieldsync sync`. Stop with Ctrl-C.\n")
            sys.stdout.flush()
            await standby.over()
    except asyncio.CancelledError:
        pass
    finally:
        await parts.runner.close()
        parts.database.close()
    return 0


def _kept(settings: Settings) -> list[Path]:
    """The key, and the database where it is a file."""
    kind, _, path = settings.database.partition(":///")
    return [settings.data / "secret.key", *([Path(path)] if kind == "sqlite" else [])]


class Standby:
    """A keeper of the socket that goes when it is asked to, when it is out of date, and when it is idle for long.

    It is out of date once the modules that it runs have other files than it loaded, once another file has taken the
    place of one that it works with (``kept``), or when a command comes with other settings.
    """

    gives_way = True

    def __init__(self, minutes: float, kept: Sequence[Path] = (), clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = minutes * 60 if minutes else float("inf")
        self._clock = clock
        self._until = clock() + self._seconds
        self._running = 0
        self._going = False
        self._moved = asyncio.Event()
        self._settings = settings_mark()
        self._kept = {path: _stamp(path)[0] for path in kept}
        self._files: dict[str, tuple[int, int]] = {}
        self._note_loaded()

    def takes(self, asked: Mapping[str, object]) -> bool:
        self._going = self._going or LEAVE in asked or asked.get("settings") != self._settings or self._is_old()
        self._moved.set()
        return not self._going

    @contextmanager
    def serving(self) -> Iterator[None]:
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            self._until = self._clock() + self._seconds
            self._note_loaded()
            self._moved.set()

    async def over(self) -> None:
        """Wait until it is time to go; runs that are under way come to their end first."""
        while self._running or not (self._going or self._clock() >= self._until):
            self._moved.clear()
            waits = self._running or self._until == float("inf")
            with suppress(TimeoutError):
                async with asyncio.timeout(None if waits else self._until - self._clock()):
                    await self._moved.wait()

    def _is_old(self) -> bool:
        return any(_stamp(path) != stamp for path, stamp in self._files.items()) or any(
            _stamp(path)[0] != number for path, number in self._kept.items()
        )

    def _note_loaded(self) -> None:
        for module in tuple(sys.modules.values()):
            path = getattr(module, "__file__", None)
            if path and path not in self._files:
                self._files[path] = _stamp(path)


def _stamp(path: str | Path) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns
