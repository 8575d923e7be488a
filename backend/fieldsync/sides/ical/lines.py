"""A calendar object as a tree of components over its lines: what is not touched is written back byte for byte.

A *component* (VCALENDAR, VTIMEZONE, VEVENT, VTODO, VALARM …) holds lines and further components in their order. A
*line* is one property with its folds, its *head* the part before the colon: name and parameters. Heads are parsed
once; values are unfolded only when somebody asks. Names are compared in upper case.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from fieldsync.errors import BrokenItem
from fieldsync.sides.content import text as texts
from fieldsync.sides.content.head import FOLD, HeadText, colon

_PIECES = re.compile("\n(?![ \t])")
_NAME = re.compile(r"^[A-Za-z0-9_.-]+$")
_CARETS = re.compile(r"\^([n^'])")
_FROM_CARET = {"n": "\n", "^": "^", "'": '"'}
_TO_CARET = str.maketrans({"^": "^^", "\n": "^n", '"': "^'"})
_LONGEST_CACHED_HEAD = 200
_STRICT = frozenset({"VCALENDAR", "VEVENT", "VTODO", "VJOURNAL"})
"""Components in which a line that cannot be read may be a part of a value we read."""


class Head(HeadText):
    """Name and parameters of a line; equal texts share one head. Parameter values as RFC 6868 writes them."""

    __slots__ = ("name", "valid")

    def __init__(self, text: str) -> None:
        super().__init__(text)
        name = self.name_text.strip(" \t\r\ufeff")
        self.name = name.upper()
        self.valid = _NAME.match(name) is not None

    def param(self, name: str) -> str:
        value = super().param(name)
        return _CARETS.sub(lambda match: _FROM_CARET[match[1]], value) if "^" in value else value

    def without(self, *names: str) -> "Head":
        text = self.text_without(*names)
        return self if text == self.text else head(text)

    def with_param(self, name: str, value: str) -> "Head":
        """The head with this parameter, quoted where it must be."""
        written = texts.clean(value).translate(_TO_CARET)
        if any(mark in written for mark in ",;:"):
            written = f'"{written}"'
        return head(f"{self.without(name).text};{name}={written}")


class Line:
    """One property, or with ``head`` None something that is only carried along."""

    __slots__ = ("head", "raw")

    def __init__(self, raw: str, head: Head | None) -> None:
        self.raw = raw
        self.head = head

    @property
    def value(self) -> str:
        """Unfolded, still escaped."""
        known, raw = self.head, self.raw
        if known is None:
            return ""
        if "\n" not in raw:
            return raw[known.size :].rstrip("\r")
        unfolded = FOLD.sub("", raw)
        return unfolded[colon(unfolded) + 1 :].rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Style:
    """How a body is written: what stands before each LF, and whether all of it is UTF-8."""

    cr: str
    exact: bool


class Component:
    """Lines and components between a BEGIN and its END."""

    __slots__ = ("_style", "begin", "by_name", "end", "items", "name")

    def __init__(self, name: str, begin: Line, style: Style) -> None:
        self.name = name
        self.begin = begin
        self.end: Line | None = None
        self.items: list[Line | Component] = []
        self.by_name: dict[str, list[Line]] = {}
        self._style = style

    def first(self, name: str) -> Line | None:
        found = self.by_name.get(name)
        return found[0] if found else None

    def all(self, *names: str) -> Iterable[Line]:
        for name in names:
            yield from self.by_name.get(name, ())

    def components(self, *names: str) -> Iterator["Component"]:
        """The components directly inside, of these names or all."""
        for item in self.items:
            if isinstance(item, Component) and (not names or item.name in names):
                yield item

    def decoded(self, line: Line) -> str:
        """The value with its transfer encoding and charset undone, still escaped."""
        value, known = line.value, line.head
        if known is None:
            return ""
        if known.has("ENCODING") and known.param("ENCODING").upper() == "QUOTED-PRINTABLE":
            return texts.from_quoted_printable(value, known.param("CHARSET"))
        if not self._style.exact:
            return texts.decode(value.encode("utf-8", "surrogateescape"), known.param("CHARSET"))
        return value

    def text(self, line: Line | None) -> str:
        """The value as a person reads it, without outer blanks; nothing for no line."""
        if line is None:
            return ""
        text = texts.unescape(self.decoded(line)).strip()
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

    def words(self, *names: str) -> list[str]:
        """The parts of list values such as CATEGORIES, over all lines of these names."""
        parts = (part for line in self.all(*names) for part in texts.split(self.decoded(line), ","))
        return [word for part in parts if (word := texts.unescape(part).strip())]

    def set(self, line: Line, value: str, new_head: Head | None = None) -> None:
        """Give a line a new value, escaped already, and where asked a new head; its place stays."""
        known = new_head or line.head
        assert known is not None, "only properties are written"
        known = known.without("ENCODING", "CHARSET")
        if line.head is not known and line.head is not None and line.head.name != known.name:
            self.by_name[line.head.name].remove(line)
            self.by_name.setdefault(known.name, []).append(line)
        line.head, line.raw = known, self._render(known, value)

    def add(self, head_text: str, value: str) -> Line:
        """A new line behind the others and before the components, its value escaped already."""
        known = head(head_text)
        line = Line(self._render(known, value), known)
        self.items.insert(self._place(), line)
        self.by_name.setdefault(known.name, []).append(line)
        return line

    def put(self, name: str, value: str) -> None:
        """The one line of this name with this value, escaped already, with the head it has or a plain one."""
        line = self.first(name)
        if line is None:
            self.add(name, value)
        else:
            self.set(line, value)

    def add_component(self, lines: Iterable[str], before: "Component | None" = None) -> "Component":
        """A new component from its lines, BEGIN and END included, each unfolded and escaped already."""
        cr = self._style.cr
        (made,) = _read([texts.fold(line, cr) + cr for line in lines], self._style)
        assert isinstance(made, Component), "the lines make one component"
        place = len(self.items) if before is None else self.items.index(before)
        self.items.insert(place, made)
        return made

    def remove(self, item: "Line | Component") -> None:
        self.items.remove(item)
        if isinstance(item, Line) and item.head is not None:
            self.by_name[item.head.name].remove(item)

    def remove_all(self, *names: str) -> None:
        """Take out every line of these names."""
        for line in list(self.all(*names)):
            self.remove(line)

    def raws(self) -> Iterator[str]:
        """All lines as they are written, from BEGIN to END."""
        yield self.begin.raw
        for item in self.items:
            if isinstance(item, Component):
                yield from item.raws()
            else:
                yield item.raw
        if self.end is not None:
            yield self.end.raw

    def _place(self) -> int:
        return next((n for n, item in enumerate(self.items) if isinstance(item, Component)), len(self.items))

    def _render(self, known: Head, value: str) -> str:
        return texts.fold(f"{known.text}:{value}", self._style.cr) + self._style.cr


class Calendar:
    """A body that is exactly one VCALENDAR, with whatever stands around it."""

    __slots__ = ("items", "root")

    def __init__(self, body: bytes) -> None:
        """Raises BrokenItem when this is not exactly one complete calendar."""
        self.items = parse(body)
        roots = [item for item in self.items if isinstance(item, Component)]
        if len(roots) > 1:
            raise BrokenItem(f"the file holds {len(roots)} calendars")
        if not roots:
            raise BrokenItem("line 1 does not begin a calendar")
        self.root = roots[0]

    def to_bytes(self) -> bytes:
        raws: list[str] = []
        for item in self.items:
            raws.extend(item.raws() if isinstance(item, Component) else (item.raw,))
        return "\n".join(raws).encode("utf-8", "surrogateescape")


_Items: TypeAlias = list[Line | Component]


def parse(body: bytes) -> _Items:
    """All calendars of a body and the lines around them; raises BrokenItem."""
    if b"\0" in body:
        raise BrokenItem(f"line {body[: body.index(0)].count(10) + 1} holds a NUL character")
    try:
        text, exact = body.decode("utf-8"), True
    except UnicodeDecodeError:
        text, exact = body.decode("utf-8", "surrogateescape"), False
    if "\n" not in text and "\r" in text:
        raise BrokenItem("line 1 has no end: lines are parted by bare carriage returns")
    items = _read(_PIECES.split(text), Style("\r" if "\r\n" in text else "", exact))
    number, ended = 1, False
    for item in items:
        if isinstance(item, Component):
            if item.name != "VCALENDAR":
                raise BrokenItem(f"line {number} begins a {item.name} outside of a VCALENDAR")
            ended = True
            number += sum(raw.count("\n") + 1 for raw in item.raws())
        else:
            if not ended and item.raw.strip(" \t\r\n\ufeff"):
                raise BrokenItem(f"line {number} comes before BEGIN:VCALENDAR: {item.raw.strip()[:60]!r}")
            number += item.raw.count("\n") + 1
    return items


def _read(pieces: list[str], style: Style) -> _Items:
    top: _Items = []
    stack: list[Component] = []
    items = top
    number = 1
    for piece in pieces:
        line = _line(piece)
        known = line.head
        name = known.name if known is not None else ""
        if name == "BEGIN":
            opened = Component(line.value.strip().upper(), line, style)
            items.append(opened)
            stack.append(opened)
            items = opened.items
        elif name == "END" and stack:
            closed, ended = stack.pop(), line.value.strip().upper()
            if closed.name != ended:
                raise BrokenItem(f"line {number} ends {ended}, but {closed.name} is open")
            closed.end = line
            items = stack[-1].items if stack else top
        else:
            if stack:
                _belong(line, stack[-1], number)
            else:
                line.head = None
            items.append(line)
        number += piece.count("\n") + 1
    if stack:
        raise BrokenItem(f"line {number - 1} is the last, and {stack[-1].name} has no END")
    return top


def _line(piece: str) -> Line:
    start, parted, _ = piece.partition(":")
    if not parted or '"' in start:
        at = colon(piece)
        if at < 0:
            return Line(piece, None)
        start = piece[:at]
    if "\n" in start:
        start = FOLD.sub("", start)
    return Line(piece, head(start) if len(start) <= _LONGEST_CACHED_HEAD else Head(start))


def _belong(line: Line, component: Component, number: int) -> None:
    known = line.head
    if known is not None and known.valid:
        component.by_name.setdefault(known.name, []).append(line)
        return
    if component.name in _STRICT and line.raw.strip(" \t\r\n\x1a"):
        lacks = "no colon" if known is None else "no property name"
        raise BrokenItem(f"line {number} has {lacks}: {line.raw.strip()[:60]!r}")
    line.head = None


@lru_cache(maxsize=8192)
def head(text: str) -> Head:
    """The head written so."""
    return Head(text)
