"""A folder of vCards, as programs keep one that have no CRM behind them."""

import re
from pathlib import Path

from contacts import Person


class Folder:
    """One file per contact, named after its key."""

    def __init__(self, path: Path, people: list[Person]) -> None:
        self.path = path
        path.mkdir(parents=True)
        for person in people:
            (path / f"{person.key}.vcf").write_bytes(person.vcard())

    def edit(self, keys: list[str], note: str) -> None:
        for key in keys:
            path = self.path / f"{key}.vcf"
            path.write_bytes(re.sub(rb"NOTE:[^\r\n]*", b"NOTE:" + note.encode(), path.read_bytes()))

    def notes(self) -> dict[str, str]:
        """The note of every contact, by key."""
        found = {}
        for path in self.path.iterdir():
            body = path.read_bytes()
            key, note = (re.search(name, body) for name in (rb"EMAIL[^:\r\n]*:([^@\r\n]+)@", rb"NOTE:([^\r\n]*)"))
            assert key and note
            found[key[1].decode()] = note[1].decode()
        return found
