"""vdirsyncer as measured: a folder of vCards against the address book, one process per sync."""

import os
import subprocess
from pathlib import Path

from contacts import Person
from measure import Measure, of_process
from server import PASSWORD, SYNC_USER, Server
from store import Folder

PROGRAM = Path(__file__).resolve().parents[2] / ".bench" / "bin" / "vdirsyncer"

CONFIG = """
[general]
status_path = "{folder}/status/"

[pair book]
a = "local"
b = "remote"
collections = null
conflict_resolution = "a wins"

[storage local]
type = "filesystem"
path = "{folder}/cards/"
fileext = ".vcf"

[storage remote]
type = "carddav"
url = "{url}"
username = "{user}"
password = "{password}"
"""


class Vdirsyncer:
    name = "vdirsyncer"

    def __init__(self, folder: Path, server: Server, people: list[Person]) -> None:
        self._server = server
        self._cards = Folder(folder / "cards", people)
        self.edit, self.notes = self._cards.edit, self._cards.notes
        self.path = server.make_book(folder.name)
        config = folder / "config"
        config.write_text(
            CONFIG.format(folder=folder, url=server.url + self.path, user=SYNC_USER, password=PASSWORD),
            encoding="utf-8",
        )
        self._environment = {**os.environ, "VDIRSYNCER_CONFIG": str(config), "HOME": str(folder)}
        subprocess.run(
            [PROGRAM, "discover"], env=self._environment, input=b"y\n" * 4, check=True, capture_output=True, timeout=60
        )

    @staticmethod
    def missing() -> str:
        return "" if PROGRAM.exists() else "run `make bench`, which installs it"

    def sync(self) -> Measure:
        return of_process([str(PROGRAM), "sync"], self._environment, self._server.count)

    def close(self) -> None:
        pass
