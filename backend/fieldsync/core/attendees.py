"""The people of a meeting as one text: ``Ada Lovelace <ada@example.com>; bob@example.com``.

The CRM keeps attendees and organizer so (behaviours: party lists are not plain columns). Two texts name the same
people when their addresses do; names are only how they are called. A person without an address is a name alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PLAIN_ADDRESS = re.compile(r'^[^\s<>;,"\\]+@[^\s<>;,"\\]+$')
_ANGLE = re.compile(r"^(?P<name>.*)<(?P<address>[^<>]*)>$", re.DOTALL)
_NEEDS_QUOTES = re.compile(r'[;<>"\\@]')
_QUOTED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by name and mail address; the address is in lower case and either may be empty, not both."""

    name: str = ""
    address: str = ""

    @property
    def key(self) -> str:
        """What tells people apart: the address, or without one the name."""
        return self.address or f"\n{self.name.casefold()}"

    def __str__(self) -> str:
        if not self.address:
            return _quoted(self.name)
        if self.name:
            return f"{_quoted(self.name)} <{self.address}>"
        return self.address if _PLAIN_ADDRESS.match(self.address) else f"<{self.address}>"


def person(name: str, address: str) -> Person | None:
    """Somebody with blanks put right; None if nothing is left. A name that is only the address says nothing."""
    address = "".join(mark for mark in address if mark not in "<>\r\n").strip().lower()
    while address.startswith("mailto:"):
        address = address.removeprefix("mailto:").strip()
    name = " ".join(name.split())
    if name.strip("'\"").lower() == address:
        name = ""
    return Person(name, address) if name or address else None


def parse(text: str) -> tuple[Person, ...]:
    """The people of a text, each once, in the order of ``listed``. Lenient: whatever is written is somebody."""
    return listed(one for chunk in _chunks(text) if (one := _one(chunk)) is not None)


def listed(people: Iterable[Person]) -> tuple[Person, ...]:
    """Each person once, in an order that depends on nothing but who they are; a name wins over none."""
    found: dict[str, Person] = {}
    for one in people:
        held = found.get(one.key)
        if held is None or (one.name and not held.name):
            found[one.key] = one
    return tuple(found[key] for key in sorted(found))


def written(people: Iterable[Person]) -> str:
    """The text of these people, as ``parse`` reads it."""
    return "; ".join(str(one) for one in listed(people))


def addresses(text: str) -> tuple[str, ...]:
    """The mail addresses of a text."""
    return tuple(one.address for one in parse(text) if one.address)


def _one(chunk: str) -> Person | None:
    match = _ANGLE.match(chunk)
    if match:
        return person(_unquoted(match["name"].strip()), match["address"])
    if chunk.startswith('"'):
        return person(_unquoted(chunk), "")
    name, _, last = chunk.rpartition(" ")
    if _PLAIN_ADDRESS.match(last):
        return person(name, last)
    return person(chunk, "")


def _chunks(text: str) -> Iterable[str]:
    """The text cut at semicolons and line ends outside quotes and angle brackets, and at commas between addresses."""
    for chunk in _cut(text):
        parts = [part for part in map(str.strip, chunk.split(",")) if part]
        if parts and parts != [chunk] and all(map(_PLAIN_ADDRESS.match, parts)):
            yield from parts
        elif chunk:
            yield chunk


def _cut(text: str) -> Iterable[str]:
    start, quoted, inside = 0, False, False
    position = 0
    while position < len(text):
        mark = text[position]
        if quoted:
            if mark == "\\":
                position += 1
            elif mark == '"':
                quoted = False
        elif mark == '"' and not text[start:position].strip():
            # Only a quote that begins a name is one; O"Brien has a character.
            quoted = text.find('"', position + 1) > 0
        elif mark in "<>":
            inside = mark == "<" and text.find(">", position) > 0
        elif mark == "\n" or (mark == ";" and not inside):
            yield text[start:position].strip()
            start, inside = position + 1, False
        position += 1
    yield text[start:].strip()


def _quoted(name: str) -> str:
    if not _NEEDS_QUOTES.search(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquoted(name: str) -> str:
    if len(name) < 2 or name[0] != '"' or name[-1] != '"':
        return name
    return _QUOTED.sub(r"\1", name[1:-1])
