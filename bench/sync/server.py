"""The servers to synchronize with, and the few requests that the benchmark itself sends to them.

Radicale is GPL and stays a process of its own, as Cyrus does. Requests are counted in Radicale's log, so that nothing
stands between it and whoever is measured; Cyrus keeps no such log.
"""

import base64
import http.client
import re
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import debian_servers
from fieldsync.demo.mailserver import free_port

SYNC_USER = "bench"
PASSWORD = "bench"


class Server:
    """A CardDAV server; ``home`` is where its address books are made. What a peer calls ``port`` is on loopback."""

    name = ""
    port = 0
    home = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def count(self) -> int:
        """How many requests came in so far; 0 where that is not known."""
        return 0

    def request(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        secret = base64.b64encode(f"{SYNC_USER}:{PASSWORD}".encode()).decode()
        connection.request(method, path, body, {"Authorization": f"Basic {secret}", **(headers or {})})
        answer = connection.getresponse()
        result = answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
        connection.close()
        return result

    def make_book(self, name: str) -> str:
        """An empty address book; its path."""
        path = f"{self.home}{name}/"
        body = (
            b'<?xml version="1.0"?><mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop>'
            b"<resourcetype><collection/><C:addressbook/></resourcetype></prop></set></mkcol>"
        )
        status, answer, _ = self.request("MKCOL", path, body, {"Content-Type": "application/xml"})
        assert status == 201, answer
        return path

    def items(self, path: str) -> list[str]:
        """The addresses of all cards, sorted."""
        body = b'<?xml version="1.0"?><propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
        _, answer, _ = self.request("PROPFIND", path, body, {"Depth": "1", "Content-Type": "application/xml"})
        hrefs = re.findall(rb"<(?:\w+:)?href>([^<]+)</", answer)
        return sorted(href.decode() for href in hrefs if href.decode() != path)

    def card(self, href: str) -> bytes:
        return self.request("GET", href)[1]

    def edit(self, href: str, note: str) -> None:
        """Change the note of a card, as another program of the same person would."""
        _, body, headers = self.request("GET", href)
        changed = re.sub(rb"NOTE:[^\r\n]*", b"NOTE:" + note.encode(), body)
        assert changed != body
        status, answer, _ = self.request(
            "PUT", href, changed, {"If-Match": headers["etag"], "Content-Type": "text/vcard"}
        )
        assert status in (200, 201, 204), answer

    def close(self) -> None:
        raise NotImplementedError


class Radicale(Server):
    """One server in a folder of its own, on the disk; it takes any password."""

    name = "Radicale"
    home = f"/{SYNC_USER}/"

    def __init__(self, folder: Path) -> None:
        self.version = metadata.version("radicale")
        self.port = free_port()
        self._log = folder / "radicale.log"
        options = {
            "server-hosts": f"127.0.0.1:{self.port}",
            "auth-type": "none",
            "rights-type": "owner_only",
            "storage-filesystem-folder": str(folder / "collections"),
            "web-type": "none",
            "logging-level": "info",
        }
        command = [sys.executable, "-m", "radicale", *(f"--{name}={value}" for name, value in options.items())]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        for _ in range(200):
            try:
                self.request("MKCOL", self.home)
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(self._log.read_text())

    def count(self) -> int:
        return self._log.read_bytes().count(b" received from ")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


class Cyrus(Server):
    """Cyrus from Debian's packages, its data in memory: as quick as a mail server gets, so the client shows."""

    name = "Cyrus"
    home = f"/dav/addressbooks/user/{SYNC_USER}/"

    def __init__(self, _: Path) -> None:
        self._server = debian_servers.Cyrus((SYNC_USER, PASSWORD))
        self._server.__enter__()
        self.port = self._server.port
        package = ["dpkg-query", "-W", "-f=${Version}", "cyrus-imapd"]
        self.version = subprocess.run(package, capture_output=True, text=True, check=False).stdout.partition("-")[0]

    @staticmethod
    def missing() -> str:
        """Why it cannot be started here; empty if it can."""
        if Path("/usr/sbin/cyrmaster").exists() and Path("/usr/lib/cyrus/bin/httpd").exists():
            return "" if debian_servers.os.geteuid() == 0 else "it is started by root only"
        return "Debian's packages cyrus-imapd, cyrus-caldav and sasl2-bin are not installed"

    def close(self) -> None:
        self._server.stop()
