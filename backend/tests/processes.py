"""Fieldsync's commands as processes of their own, and a mail server to keep them waiting."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FIELDSYNC_")}
    return kept | {"FIELDSYNC_DATA": str(folder)} | more


def command(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fieldsync.cli", *arguments],
        env=environment(folder, **more), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def started(folder: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "fieldsync.cli", *arguments],
        env=environment(folder, **more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=_listens_to_interrupts,
    )  # fmt: skip


def _listens_to_interrupts() -> None:
    """A shell's background jobs begin deaf to Ctrl-C, and so would all that they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Silent:
    """A mail server that takes requests and answers none until it is closed."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(30)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/"
        self._taken: list[socket.socket] = []

    def asked(self) -> None:
        self._taken.append(self._listening.accept()[0])

    def close(self) -> None:
        for each in (*self._taken, self._listening):
            each.close()


@contextmanager
def silent_mailbox(data: Path) -> Iterator[Silent]:
    """The manager's contacts lie on a server that answers nothing."""
    server = Silent()
    with sqlite3.connect(data / "fieldsync.db") as database:
        (before,) = database.execute("SELECT contacts_url FROM mailbox WHERE name = ?", (manager(data),)).fetchone()
        database.execute("UPDATE mailbox SET contacts_url = ? WHERE name = ?", (server.url, manager(data)))
    try:
        yield server
    finally:
        server.close()
        with sqlite3.connect(data / "fieldsync.db") as database:
            database.execute("UPDATE mailbox SET contacts_url = ? WHERE name = ?", (before, manager(data)))


def manager(data: Path) -> str:
    query = "SELECT m.name FROM mailbox m JOIN principal p ON p.id = m.principal_id WHERE p.user_name = 'manager'"
    return sqlite3.connect(data / "fieldsync.db").execute(query).fetchone()[0]


def last_run(data: Path) -> tuple[str, int]:
    query = "SELECT state, cancel_requested FROM run ORDER BY queued_at DESC LIMIT 1"
    return sqlite3.connect(data / "fieldsync.db").execute(query).fetchone()


def wait_for(ready: Any) -> None:
    """Poll a state that another process is about to reach; the test's own limit ends it otherwise."""
    while not ready():
        threading.Event().wait(0.01)
