"""The command's end of a hand-over: asking the server that runs on the same data, or a standby, for a synchronization.

Standard library only: most of the time that `fieldsync sync` takes by itself is spent on loading libraries that the
running process has loaded already.
"""

import json
import os
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

NAME = "sync.sock"
INTERRUPTED = 130
LEAVE = "leave"
"""What a standby is asked when a server comes, or somebody stops it."""
_CONNECT_SECONDS = 2.0
_START_SECONDS = 60.0
_LOOK_SECONDS = 0.01
_FOLDER, _MINUTES = "FIELDSYNC_DATA", "FIELDSYNC_STANDBY_MINUTES"
_SETTINGS = ("FIELDSYNC_", "PG", "SSL_CERT_")


def request_of(mailbox: str, kinds: Sequence[str] = (), *, preview: bool) -> dict[str, Any]:
    """What is asked: the mailbox, which kinds, which database is meant, and with which settings."""
    return {
        "mailbox": mailbox,
        "kinds": list(kinds),
        "preview": preview,
        "database": os.environ.get("FIELDSYNC_DATABASE_URL", ""),
        "settings": settings_mark(),
    }


def settings_mark() -> str:
    """A digest of the environment's settings: a standby that has others is not the one to ask."""
    # Loaded here: a server is begun without.
    from hashlib import sha256

    kept = sorted(
        (name, value)
        for name, value in os.environ.items()
        if name.startswith(_SETTINGS) and name not in (_FOLDER, _MINUTES)
    )
    return sha256(json.dumps(kept).encode()).hexdigest()


def hand_over(mailbox: str, kinds: Sequence[str] = (), *, preview: bool) -> int | None:
    """Let the server synchronize and show what it tells; the exit code, or None if no server took it.

    None is only answered while nothing has begun. Ctrl-C cancels the run, whose end is still told.
    """
    try:
        server = _connected(_folder())
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


def standby_started() -> bool:
    """Leave a standby behind if the settings want one; True once somebody can be asked.

    It has a session of its own, so that neither Ctrl-C nor the end of the terminal reaches it. What it has to say goes
    to ``standby.log`` in the data folder.
    """
    try:
        wanted = float(os.environ.get(_MINUTES) or 0) > 0 and hasattr(socket, "AF_UNIX")
    except ValueError:
        return False  # whoever reads the settings says what is wrong
    if not wanted:
        return False
    import subprocess

    folder = _folder().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    told = os.open(folder / "standby.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        standby = subprocess.Popen(
            # -P: what lies in the folder that it is called from is no module of ours.
            [sys.executable, "-P", "-m", "fieldsync.cli", "standby"],
            env=os.environ | {_FOLDER: str(folder)},
            stdin=subprocess.DEVNULL, stdout=told, stderr=told, start_new_session=True,
        )  # fmt: skip
    finally:
        os.close(told)
    until = time.monotonic() + _START_SECONDS
    while not _answered(folder):
        if standby.poll() is not None or time.monotonic() > until:
            return _answered(folder)
        time.sleep(_LOOK_SECONDS)
    return True


def ask_to_leave(folder: Path) -> bool:
    """Ask a standby to leave the socket; True if one did, False if nobody stands by or a server is there."""
    try:
        with _connected(folder) as standby:
            standby.sendall(json.dumps({LEAVE: True}).encode() + b"\n")
            left = standby.recv(100)
    except (OSError, AttributeError):
        return False
    return left.strip() == json.dumps({LEAVE: True}).encode()


def _folder() -> Path:
    return Path(os.environ.get(_FOLDER) or ".data")


def _answered(folder: Path) -> bool:
    try:
        _connected(folder).close()
    except OSError:
        return False
    return True


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
