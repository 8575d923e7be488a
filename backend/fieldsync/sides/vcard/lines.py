"""A vCard as its lines: what is not touched is written back byte for byte (ADR 0003).

A *line* is one property with its folds; its *head* is everything before the colon: group, name and
parameters. Heads repeat from card to card and are parsed once. Values are unfolded and decoded only
when somebody asks. Names, groups, types and parameter names are compared in upper case.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from fieldsync.errors import BrokenItem
from fieldsync.sides.content import text as texts
from fieldsync.sides.content.head import FOLD, HeadText, colon

_PIECES = re.compile("\n(?![ \t])")
_FOLD_OF_QUOTED = re.compile("(?<![=\r])\r?\n[ \t]")
_LABEL = re.compile(r"^_\$!<(.*)>!\$_$", re.DOTALL)
_NAME = re.compile(r"^[A-Za-z0-9_./ -]+$")
_BARE_ENCODINGS = {"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B"}
_LONGEST_CACHED_HEAD = 200
PIN = "X-FIELDSYNC-FIELD"
"""Parameter that says which field a line belongs to, where order and types alone would say another."""


class Head(HeadText):
    """Group, name and parameters of a line; equal texts share one head."""

    __slots__ = ("charset", "encoding", "group", "name", "pin", "rank", "types", "valid")

    def __init__(self, text: str) -> None:
        super().__init__(text)
        group, dot, name = self.name_text.strip(" \t\ufeff").rpartition(".")
        self.group = group.upper() if dot else ""
        self.name = name.upper()
        self.valid = _NAME.match(name) is not None
        self.encoding = self.param("ENCODING").upper()
        self.charset = self.param("CHARSET")
        self.types = frozenset(
            word.strip(' "').upper()
            for key, part in self._params
            if key == "TYPE"
            for word in part.partition("=")[2].split(",")
        ) | frozenset(part.strip().upper() for key, part in self._params if not key)

        self.pin = self.param(PIN).lower()
        self.rank = (_number(self.param("X-EVOLUTION-UI-SLOT"), 50), self._preference())

    @staticmethod
    def param_name(part: str) -> str:
        name = HeadText.param_name(part)
        # Version 2.1 writes TEL;WORK;QUOTED-PRINTABLE without names.
        return "ENCODING" if not name and part.strip().upper() in _BARE_ENCODINGS else name

    def _preference(self) -> int:
        return 1 if "PREF" in self.types else _number(self.param("PREF"), 101)

    def without(self, *names: str) -> "Head":
        text = self.text_without(*names)
        return self if text == self.text else head(text)

    def with_param(self, name: str, value: str) -> "Head":
        return head(f"{self.without(name).text};{name}={value}")


class Line:
    """One property, or with ``head`` None something that is only carried along."""

    __slots__ = ("head", "raw")

    def __init__(self, raw: str, head: Head | None) -> None:
        self.raw = raw
        self.head = head

    @property
    def value(self) -> str:
        """Unfolded, still encoded and escaped; soft line breaks of quoted-printable are kept."""
        head = self.head
        if head is None:
            return ""
        raw = self.raw
        if "\n" not in raw:
            return raw[head.size :].rstrip("\r")
        if head.encoding == "QUOTED-PRINTABLE":
            unfolded = _FOLD_OF_QUOTED.sub("", raw)
            return unfolded[colon(unfolded) + 1 :].rstrip("\r\n")
        unfolded = FOLD.sub("", raw)
        return unfolded[colon(unfolded) + 1 :].rstrip("\r\n")

    def decoded(self, exact: bool = True) -> str:
        """The value with its transfer encoding and charset undone, still escaped."""
        head, value = self.head, self.value
        if head is None:
            return ""
        if head.encoding == "QUOTED-PRINTABLE":
            return texts.from_quoted_printable(value, head.charset)
        if head.encoding in ("BASE64", "B"):
            return texts.from_base64(value, head.charset)
        if not exact:
            return texts.decode(value.encode("utf-8", "surrogateescape"), head.charset)
        # Servers convert to UTF-8 and leave CHARSET standing: octets that are UTF-8 are believed.
        return value


class Card:
    """The lines of one card in their order, by name, and what is needed to write new ones."""

    __slots__ = ("_cr", "_end", "_exact", "_labels", "by_name", "lines", "version")

    def __init__(self, body: bytes) -> None:
        """Raises BrokenItem when this is not exactly one complete card."""
        if b"\0" in body:
            raise BrokenItem(f"line {body[: body.index(0)].count(10) + 1} holds a NUL character")
        try:
            text = body.decode("utf-8")
            self._exact = True
        except UnicodeDecodeError:
            text = body.decode("utf-8", "surrogateescape")
            self._exact = False
        if "\n" not in text and "\r" in text:
            raise BrokenItem("line 1 has no end: lines are parted by bare carriage returns")
        self._cr = "\r" if "\r\n" in text else ""
        self._labels: dict[str, str] | None = None
        self.by_name: dict[str, list[Line]] = {}
        self.lines: list[Line] = []
        self._read(_PIECES.split(text))
        version = self.first("VERSION")
        self.version = version.value.strip() if version else "3.0"

    def _read(self, pieces: list[str]) -> None:
        lines, by_name = self.lines, self.by_name
        depth, ended = 0, False
        open_pieces: list[str] = []
        for piece in pieces:
            if open_pieces:
                last = lines[-1]
                if last.head is not None and _continues(last.head, piece, open_pieces[-1]):
                    open_pieces.append(piece)
                    continue
                last.raw = "\n".join(open_pieces)
                open_pieces = []
            start, parted, _ = piece.partition(":")
            if not parted or '"' in start:
                at = colon(piece)
                if at < 0:
                    self._carry_along(piece, outside=depth == 0)
                    continue
                start = piece[:at]
            if "\n" in start:
                start = FOLD.sub("", start)
            known = head(start) if len(start) <= _LONGEST_CACHED_HEAD else Head(start)
            name = known.name
            line = Line(piece, None)
            if name == "BEGIN":
                if ended and piece[len(start) + 1 :].strip().upper() == "VCARD":
                    raise BrokenItem(f"line {self._count() + 1} begins a second card")
                depth += 1
            elif name == "END" and depth:
                depth -= 1
                if depth == 0:
                    ended, self._end = True, line
            elif depth == 1:
                if not known.valid:
                    raise BrokenItem(f"line {self._count() + 1} has no property name: {piece.strip()[:60]!r}")
                line.head = known
                by_name.setdefault(name, []).append(line)
                if known.encoding:
                    open_pieces = [piece]
            elif depth == 0 and not ended:
                raise BrokenItem(f"line {self._count() + 1} comes before BEGIN:VCARD: {piece.strip()[:60]!r}")
            lines.append(line)
        if open_pieces:
            lines[-1].raw = "\n".join(open_pieces)
        if depth:
            raise BrokenItem(f"line {self._count()} is the last, and the card has no END:VCARD")
        if not ended:
            raise BrokenItem("line 1 does not begin a card")

    def _carry_along(self, piece: str, outside: bool) -> None:
        if piece.strip(" \t\r\n\ufeff\x1a") and not outside:
            raise BrokenItem(f"line {self._count() + 1} has no colon: {piece.strip()[:60]!r}")
        self.lines.append(Line(piece, None))

    def _count(self) -> int:
        return sum(line.raw.count("\n") + 1 for line in self.lines)

    def first(self, name: str) -> Line | None:
        found = self.by_name.get(name)
        return found[0] if found else None

    def all(self, *names: str) -> Iterable[Line]:
        for name in names:
            yield from self.by_name.get(name, ())

    def decoded(self, line: Line) -> str:
        return line.decoded(self._exact)

    def text(self, line: Line) -> str:
        """The value as a person reads it, without outer blanks."""
        head, raw = line.head, line.raw
        if self._exact and head is not None and not head.encoding and "\n" not in raw:
            decoded = raw[head.size :]
        else:
            decoded = line.decoded(self._exact)
        if "\\" in decoded:
            decoded = self.unescape(line, decoded)
        decoded = decoded.strip()
        if "\r" in decoded:
            decoded = decoded.replace("\r\n", "\n").replace("\r", "\n")
        return decoded

    def parts(self, line: Line) -> list[str]:
        """The parts of a structured value, still escaped."""
        return texts.split(self.decoded(line).replace("\r\n", "\n"), ";")

    def unescape(self, line: Line, text: str) -> str:
        quoted = line.head is not None and line.head.encoding == "QUOTED-PRINTABLE"
        return texts.unescape_21(text) if quoted else texts.unescape(text)

    def set_parts(self, line: Line, changes: Mapping[int, str], least: int = 1, new_head: Head | None = None) -> bool:
        """Change parts of a structured value; the others keep their spelling. False if none is left.

        The line is not written then: whether it goes is for the caller to say.
        """
        assert line.head is not None, "only properties are written"
        parts = self.parts(line)
        if self.version == "2.1" or line.head.encoding:
            # What was quoted-printable may not be so afterwards, and the two escape differently.
            parts = [self.escape(self.unescape(line, part)) for part in parts]
        parts += [""] * (max([least - 1, *changes]) + 1 - len(parts))
        for index, part in changes.items():
            parts[index] = self.escape(part)
        if not any(part.strip() for part in parts):
            return False
        self.set(line, ";".join(parts), new_head)
        return True

    def escape(self, text: str) -> str:
        return texts.escape_21(text) if self.version == "2.1" else texts.escape(text)

    def label(self, head: Head) -> str:
        """Apple's label of the line's group in lower case: ``_$!<Spouse>!$_`` gives ``spouse``."""
        if not head.group:
            return ""
        if self._labels is None:
            self._labels = {}
            for line in self.all("X-ABLABEL"):
                if line.head is not None:
                    plain = _LABEL.sub(r"\1", self.text(line))
                    self._labels[line.head.group] = plain.strip().lower()
        return self._labels.get(head.group, "")

    def forget_labels(self) -> None:
        """Read the labels anew; call it after adding one."""
        self._labels = None

    def set(self, line: Line, value: str, new_head: Head | None = None) -> None:
        """Give a line a new value, escaped already, and where asked a new head; group and order stay."""
        head = new_head or line.head
        assert head is not None, "only properties are written"
        written = self._render(head.without("ENCODING", "CHARSET"), value)
        line.head, line.raw = written.head, written.raw

    def set_head(self, line: Line, new_head: Head) -> None:
        """Give a line another head and leave its value exactly as it is written."""
        raw = f"{new_head.text}:{line.raw[colon(line.raw) + 1 :]}"
        if not new_head.encoding:
            end = "\r" if raw.endswith("\r") else ""
            raw = texts.fold(FOLD.sub("", raw).removesuffix("\r"), self._cr) + end
        line.head, line.raw = new_head, raw

    def add(self, head_text: str, value: str) -> Line:
        """A new line at the end of the card, its value escaped already."""
        line = self._render(head(head_text), value)
        assert line.head is not None, "a rendered line has a head"
        place = self.lines.index(self._end)
        before = self.lines[place - 1]
        if before.head is not None and _continues(before.head, line.raw, before.raw):
            # A soft line break that nothing follows would swallow the new line.
            place -= 1
        self.lines.insert(place, line)
        self.by_name.setdefault(line.head.name, []).append(line)
        return line

    def remove(self, line: Line) -> None:
        """Take a line out, and the Apple label that only it had."""
        assert line.head is not None, "only properties are removed"
        self.lines.remove(line)
        self.by_name[line.head.name].remove(line)
        group = line.head.group
        if not group:
            return
        left = [other for other in self.lines if other.head is not None and other.head.group == group]
        if left and all(other.head is not None and other.head.name == "X-ABLABEL" for other in left):
            self._labels = None
            for label in left:
                self.lines.remove(label)
                self.by_name["X-ABLABEL"].remove(label)

    def to_bytes(self) -> bytes:
        return "\n".join(line.raw for line in self.lines).encode("utf-8", "surrogateescape")

    def _render(self, known: Head, value: str) -> Line:
        old = self.version == "2.1"
        plain = value.isascii() and value.isprintable() and len(known.text) + len(value) < 75
        if old and not plain:
            quoted = head(f"{known.text};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE")
            raw = texts.to_quoted_printable(quoted.text, value, self._cr)
            return Line(raw + self._cr, quoted)
        return Line(texts.fold(f"{known.text}:{value}", self._cr) + self._cr, known)


@lru_cache(maxsize=8192)
def head(text: str) -> Head:
    """The head written so."""
    return Head(text)


def uid_of(body: bytes) -> str:
    """The card's UID, or nothing; raises BrokenItem."""
    card = Card(body)
    line = card.first("UID")
    return card.text(line) if line else ""


def _continues(known: Head, piece: str, previous: str) -> bool:
    """True for what follows a soft line break of quoted-printable, and for base64 that is not indented."""
    if known.encoding == "QUOTED-PRINTABLE":
        return previous.rstrip("\r").endswith("=") and piece.strip().upper() != "END:VCARD"
    return known.encoding in ("BASE64", "B") and ":" not in piece and bool(piece.strip())


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default
