"""vdirsyncer as measured: a folder of vCards against the address book, one process per sync."""

import os
import re
import subprocess
from pathlib import Path

from contacts import Person
from measure import Measure, of_process
from server import PASSWORD, SYNC_USER, Radicale

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

    def __init__(self, folder: Path, server: Radicale, people: list[Person]) -> None:
        self._server = server
        self._cards = folder / "cards"
        self._cards.mkdir(parents=True)
        for person in people:
            (self._cards / f"{person.key}.vcf").write_bytes(person.vcard())
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

    def sync(self) -> Measure:
        return of_process([str(PROGRAM), "sync"], self._environment, self._server.count)

    def edit(self, keys: list[str], note: str) -> None:
        for key in keys:
            path = self._cards / f"{key}.vcf"
            path.write_bytes(re.sub(rb"NOTE:[^\r\n]*", b"NOTE:" + note.encode(), path.read_bytes()))

    def notes(self) -> dict[str, str]:
        """The note of every contact on this side, by key."""
        found = {}
        for path in self._cards.glob("*.vcf"):
            body = path.read_bytes()
            key, note = (re.search(name + rb":([^\r\n]*)", body) for name in (rb"UID", rb"NOTE"))
            assert key and note
            found[key[1].decode()] = note[1].decode()
        return found

    def close(self) -> None:
        pass
