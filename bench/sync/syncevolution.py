"""SyncEvolution as measured: its file backend against its CardDAV backend, one process per sync, no D-Bus daemon.

Its backups before and after each sync and its printed differences are off, and it keeps the logs of one sync: none of
the others does these things. What it cannot do is said where a step fails, not left out.
"""

import os
import shutil
import subprocess
from pathlib import Path

from contacts import Person
from measure import Measure, of_process
from server import PASSWORD, SYNC_USER, Server
from store import Folder

PROGRAM = "syncevolution"
LEAN = ["dumpData=0", "printChanges=0", "maxLogDirs=1", "logLevel=0", "keyring=no"]


class SyncEvolution:
    name = "SyncEvolution"

    def __init__(self, folder: Path, server: Server, people: list[Person]) -> None:
        self._server = server
        self._cards = Folder(folder / "cards", people)
        self.edit, self.notes = self._cards.edit, self._cards.notes
        self.path = server.make_book(folder.name)
        homes = {name: str(folder / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
        self._environment = {**os.environ, **homes, "HOME": str(folder)}
        self._mode = ["--sync", "slow"]
        self._configure(
            f"syncURL={server.url}/", f"username={SYNC_USER}", f"password={PASSWORD}", "backend=carddav",
            f"database={server.url}{self.path}", "target-config@bench", "book",
        )  # fmt: skip
        self._configure(
            "--template", "SyncEvolution_Client", "syncURL=local://@bench", "peerIsClient=1", "username=", "password=",
            "backend=file", f"database=file://{self._cards.path}", "databaseFormat=text/vcard", "uri=book",
            "sync=two-way", "bench@default", "book",
        )  # fmt: skip

    @staticmethod
    def missing() -> str:
        return "" if shutil.which(PROGRAM) else "Debian's package syncevolution is not installed"

    def sync(self) -> Measure:
        mode, self._mode = self._mode, []
        command = [PROGRAM, "--daemon=no", *mode, "bench@default", "book"]
        return of_process(command, self._environment, self._server.count)

    def close(self) -> None:
        pass

    def _configure(self, *words: str) -> None:
        at = 2 if words[0].startswith("--") else 0
        command = [PROGRAM, "--daemon=no", "--configure", *words[:at], *LEAN, *words[at:]]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
