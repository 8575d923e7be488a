"""The embedded CalDAV and CardDAV server: Radicale, started as a program of its own.

It is GPL and therefore never imported: it runs as ``python -m radicale`` with its own configuration,
users and storage under one folder, bound to this machine only, and ends when its parent does.
"""

import ctypes
import http.client
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from fieldsync.errors import FieldsyncError

_PR_SET_PDEATHSIG = 1
_START_SECONDS = 20.0
_STOP_SECONDS = 5.0
_CONFIG = """\
[server]
hosts = {host}:{port}
max_connections = 50
[auth]
type = htpasswd
htpasswd_filename = {users}
htpasswd_encryption = plain
delay = 0.1
[rights]
type = owner_only
[storage]
filesystem_folder = {storage}
[web]
type = none
[logging]
level = warning
mask_passwords = True
"""
_ADDRESS_BOOK = """<?xml version="1.0" encoding="utf-8"?>
<d:mkcol xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:set><d:prop>
<d:resourcetype><d:collection/><c:addressbook/></d:resourcetype><d:displayname>Contacts</d:displayname>
</d:prop></d:set></d:mkcol>"""
_CALENDAR = """<?xml version="1.0" encoding="utf-8"?>
<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>
<d:displayname>Calendar</d:displayname><c:supported-calendar-component-set><c:comp name="VEVENT"/>
<c:comp name="VTODO"/></c:supported-calendar-component-set></d:prop></d:set></c:mkcalendar>"""


class MailServerFailed(FieldsyncError):
    """The embedded mail server could not be started."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{(type(self).__doc__ or '').strip()} {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Collections:
    """Where a user's address book and calendar are."""

    contacts: str
    calendar: str


class MailServer:
    """One embedded server with everything it keeps under ``folder``.

    All methods block; ``start`` from the main thread, as the server ends with the thread that began it.
    """

    def __init__(self, folder: Path, port: int | None = None, host: str = "127.0.0.1") -> None:
        self.folder = folder.absolute()
        self.host = host
        self.port = port or free_port(host)
        self.log = self.folder / "radicale.log"
        self._users = self.folder / "users"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}/"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def __enter__(self) -> "MailServer":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers; raises MailServerFailed."""
        if self.running:
            return
        if importlib.util.find_spec("radicale") is None:
            raise MailServerFailed("Radicale is not installed; install it with: pip install 'fieldsync[demo]'")
        if _is_taken(self.host, self.port):
            raise MailServerFailed(f"Port {self.port} is in use by another program.")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._users.touch(mode=0o600)
        config = self.folder / "radicale.conf"
        config.write_text(
            _CONFIG.format(host=self.host, port=self.port, users=self._users, storage=self.folder / "collections"),
            encoding="utf-8",
        )
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "radicale", "--config", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent(),
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def add_user(self, user: str, password: str) -> None:
        """Let ``user`` sign in, from now on with this password; before or after the start."""
        if ":" in user or "\n" in user + password:
            raise ValueError("a user name holds no colon, and neither holds a line end")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._users.touch(mode=0o600)
        others = [line for line in self._users.read_text("utf-8").splitlines() if line.partition(":")[0] != user]
        # Written aside and moved: the server must never read half a file.
        fresh = self._users.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text("".join(f"{line}\n" for line in [*others, f"{user}:{password}"]), "utf-8")
        fresh.replace(self._users)

    def collections(self, user: str) -> Collections:
        base = f"{self.url}{quote(user)}/"
        return Collections(contacts=f"{base}contacts/", calendar=f"{base}calendar/")

    def ensure_collections(self, user: str, password: str) -> Collections:
        """Make the user's address book and calendar unless they are there."""
        found = self.collections(user)
        for address, method, body in (
            (found.contacts, "MKCOL", _ADDRESS_BOOK),
            (found.calendar, "MKCALENDAR", _CALENDAR),
        ):
            path = address.removeprefix(self.url.rstrip("/"))
            if self._request("PROPFIND", path, user, password) == 207:
                continue
            status = self._request(method, path, user, password, body)
            if status != 201:
                raise MailServerFailed(f"{method} {path} was answered with status {status}.")
        return found

    def _request(self, method: str, path: str, user: str, password: str, body: str = "") -> int:
        sign_in = b64encode(f"{user}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {sign_in}", "Content-Type": "application/xml", "Depth": "0"}
        connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        try:
            connection.request(method, path, body.encode(), headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def _wait_until_it_answers(self) -> None:
        give_up = time.monotonic() + _START_SECONDS
        while time.monotonic() < give_up:
            if not self.running:
                raise MailServerFailed(f"It ended at once; its log says: {self._last_words()}")
            try:
                self._request("OPTIONS", "/", "nobody", "")
            except OSError:
                time.sleep(0.02)
            else:
                return
        self.stop()
        raise MailServerFailed(f"It did not answer within {_START_SECONDS:.0f} s; see {self.log}.")

    def _last_words(self) -> str:
        lines = self.log.read_text("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "nothing"


def free_port(host: str = "127.0.0.1") -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _is_taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        # As the server does itself: only a listener is in its way, not a connection that just ended.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _die_with_parent() -> Callable[[], None] | None:
    """Run in the child before it becomes the server: asks Linux to end it when we end; None elsewhere."""
    if not sys.platform.startswith("linux"):
        return None
    # Looked up here: between fork and exec nothing may be loaded.
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask
