"""The command's end of a hand-over: asking the server that runs on the same data for a synchronization.

Standard library only: most of the time that `fieldsync sync` takes by itself is spent on loading libraries that the
running server has loaded already.
"""

import json
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NAME = "sync.sock"
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
    """Let the server synchronize and show what it tells; the exit code, or None if there is no such server."""
    try:
        with _connected(Path(os.environ.get("FIELDSYNC_DATA") or ".data")) as server:
            server.sendall(json.dumps(request_of(mailbox, kinds, preview=preview)).encode() + b"\n")
            server.settimeout(None)
            return _told(server)
    except (OSError, AttributeError):
        # Nobody there, or a machine without such sockets.
        return None


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
    begun = False
    with server.makefile("r", encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            if "exit" in told:
                return told["exit"]
            stream = sys.stdout if told["to"] == "out" else sys.stderr
            stream.write(told["line"] + "\n")
            stream.flush()
            begun = True
    if not begun:
        return None
    sys.stderr.write("The server ended before the run did; the next run goes on where it was.\n")
    return 1


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
