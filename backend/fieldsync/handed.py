"""The command's end of a hand-over: asking the server that runs on the same data for a synchronization.

Standard library only: most of the time that `fieldsync sync` takes by itself is spent on loading libraries that the
running server has loaded already.
"""

import json
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

NAME = "sync.sock"
INTERRUPTED = 130
_CONNECT_SECONDS = 2.0


def request_of(mailbox: str, kinds: Sequence[str] = (), *, preview: bool) -> dict[str, Any]:
    """What is asked: the mailbox, which kinds, and which database is meant."""
    return {
        "mailbox": mailbox,
        "kinds": list(kinds),
        "preview": preview,
        "database": os.environ.get("FIELDSYNC_DATABASE_URL", ""),
    }


def hand_over(mailbox: str, kinds: Sequence[str] = (), *, preview: bool) -> int | None:
    """Let the server synchronize and show what it tells; the exit code, or None if no server took it.

    None is only answered while nothing has begun. Ctrl-C cancels the run, whose end is still told.
    """
    try:
        server = _connected(Path(os.environ.get("FIELDSYNC_DATA") or ".data"))
    except (OSError, AttributeError):
        # Nobody there, a socket of somebody else's, or a machine without such sockets.
        return None
    with server:
        try:
            server.sendall(json.dumps(request_of(mailbox, kinds, preview=preview)).encode() + b"\n")
            server.settimeout(None)
        except OSError:
            return None
        return _told(server)


def _connected(folder: Path) -> socket.socket:
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.settimeout(_CONNECT_SECONDS)
    try:
        with short_path(folder) as path:
            client.connect(path)
    except BaseException:
        client.close()
        raise
    return client


def _told(server: socket.socket) -> int | None:
    with server.makefile("r", encoding="utf-8") as lines:
        try:
            return _shown(lines)
        except KeyboardInterrupt:
            # The server cancels the run of whoever says no more.
            with suppress(OSError):
                server.shutdown(socket.SHUT_WR)
            _shown(lines)
            return INTERRUPTED


def _shown(lines: TextIO) -> int | None:
    begun = False
    while (told := _next(lines)) is not None:
        if "exit" in told:
            return told["exit"]
        stream = sys.stdout if told.get("to") == "out" else sys.stderr
        stream.write(f"{told.get('line', '')}\n")
        stream.flush()
        begun = True
    if not begun:
        return None
    sys.stderr.write("The server ended before the run did; the next run goes on where it was.\n")
    return 1


def _next(lines: TextIO) -> dict[str, Any] | None:
    """What the server tells next; None at its end, which a broken connection and half a line are as well."""
    try:
        told = json.loads(lines.readline() or "null")
    except (ConnectionError, ValueError):
        return None
    return told if isinstance(told, dict) else None


class short_path:  # noqa: N801 - used as a function
    """The path of the socket in ``folder``, short enough for any folder: systems allow about a hundred octets."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = -1

    def __enter__(self) -> str:
        path = str(self._folder / NAME)
        if len(os.fsencode(path)) < 100:
            return path
        self._open = os.open(self._folder, os.O_RDONLY)
        return f"/proc/self/fd/{self._open}/{NAME}"

    def __exit__(self, *_: object) -> None:
        if self._open >= 0:
            os.close(self._open)
