"""A Radicale process to synchronize with, and the few requests that the benchmark itself sends to it.

Radicale is GPL and stays a process of its own; requests are counted in its log, so that nothing stands
between it and whoever is measured.
"""

import base64
import http.client
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

SYNC_USER, OTHER_USER = "bench", "colleague"
PASSWORD = "bench"


class Radicale:
    """One server in a folder of its own; every user may write everywhere."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._log = folder / "radicale.log"
        (folder / "rights").write_text("[all]\nuser: .*\ncollection: .*\npermissions: RWrw\n")
        options = {
            "server-hosts": f"127.0.0.1:{self.port}",
            "auth-type": "none",
            "rights-type": "from_file",
            "rights-file": str(folder / "rights"),
            "storage-filesystem-folder": str(folder / "collections"),
            "web-type": "none",
            "logging-level": "info",
        }
        command = [sys.executable, "-m", "radicale", *(f"--{name}={value}" for name, value in options.items())]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        for _ in range(200):
            try:
                self.request("OPTIONS", "/", user=OTHER_USER)
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(self._log.read_text())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def request(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, user: str = OTHER_USER
    ) -> tuple[int, bytes, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        secret = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
        connection.request(method, path, body, {"Authorization": f"Basic {secret}", **(headers or {})})
        answer = connection.getresponse()
        result = answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
        connection.close()
        return result

    def count(self) -> int:
        """How many requests came in so far."""
        return self._log.read_bytes().count(b" received from ")

    def make_book(self, name: str) -> str:
        """An empty address book; its path."""
        path = f"/{SYNC_USER}/{name}/"
        body = (
            b'<?xml version="1.0"?><mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop>'
            b"<resourcetype><collection/><C:addressbook/></resourcetype></prop></set></mkcol>"
        )
        self.request("MKCOL", f"/{SYNC_USER}/", b"")
        status, answer, _ = self.request("MKCOL", path, body)
        assert status == 201, answer
        return path

    def items(self, path: str) -> list[str]:
        """The addresses of all cards, sorted."""
        body = b'<?xml version="1.0"?><propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
        _, answer, _ = self.request("PROPFIND", path, body, {"Depth": "1"})
        hrefs = re.findall(rb"<href>([^<]+)</href>", answer)
        return sorted(href.decode() for href in hrefs if href.decode() != path)

    def card(self, href: str) -> bytes:
        return self.request("GET", href)[1]

    def edit(self, href: str, note: str) -> None:
        """Change the note of a card, as a colleague would from another program."""
        _, body, headers = self.request("GET", href)
        changed = re.sub(rb"NOTE:[^\r\n]*", b"NOTE:" + note.encode(), body)
        assert changed != body
        status, answer, _ = self.request(
            "PUT", href, changed, {"If-Match": headers["etag"], "Content-Type": "text/vcard"}
        )
        assert status in (200, 201, 204), answer

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
