"""Fields that programs write under names of their own: manager, assistant, spouse, children, dates …

Each field knows its *variants*, the usual form first. Reading takes the first that holds something;
writing gives the value to every variant the card has, so that no program sees the old one, and uses
the usual form of the card's version when there is none.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from re import compile as pattern

from fieldsync.core.values import Value
from fieldsync.sides.content import text as texts
from fieldsync.sides.vcard.lines import Card, Line

_URI = pattern(r"^(urn|https?|mailto|tel|data|geo):\S+$")
_DATE = pattern(r"^(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?$")


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to write a field: a property name, narrowed by type, Apple label or part."""

    name: str
    type: str = ""
    labels: frozenset[str] = frozenset()
    part: int | None = None
    param: str = ""

    def lines(self, card: Card) -> list[Line]:
        lines = card.by_name.get(self.name)
        if lines is None:
            return []
        if not (self.type or self.labels or self.param):
            return list(lines)
        return [line for line in lines if self._takes(card, line)]

    def _takes(self, card: Card, line: Line) -> bool:
        head = line.head
        if head is None or (self.param and not head.has(self.param)):
            return False
        if self.type and self.type not in head.types:
            return False
        return not self.labels or card.label(head) in self.labels


@dataclass(frozen=True)
class TextField:
    """One text; ``new_in_4`` is the usual form of version 4.0 where it differs."""

    key: str
    variants: tuple[Variant, ...]
    new: str
    new_in_4: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.key,)

    def read(self, card: Card) -> str:
        for variant in self.variants:
            if variant.name in card.by_name:
                for line in variant.lines(card):
                    text = self.text(card, variant, line)
                    if text:
                        return text
        return ""

    def normal(self, key: str, value: Value) -> Value:
        del key
        return (value[0].strip(),)

    def text(self, card: Card, variant: Variant, line: Line) -> str:
        if variant.part is not None:
            parts = card.parts(line)
            return card.unescape(line, parts[variant.part]).strip() if variant.part < len(parts) else ""
        text = card.text(line)
        # RELATED may point to another card instead of naming a person.
        named = variant.name != "RELATED" or (line.head and line.head.param("VALUE").upper() == "TEXT")
        return text if named or not _URI.match(text) else ""

    def write(self, card: Card, value: str) -> None:
        written = False
        for variant in self.variants:
            lines = variant.lines(card)
            if variant.name == "RELATED":
                lines = [line for line in lines if self.text(card, variant, line)]
            if value:
                for line in lines[:1]:
                    self.put(card, variant, line, value)
                    written = True
            else:
                for line in lines:
                    self.clear(card, variant, line)
        if value and not written:
            card.add(self.new_head(card), self.render(card, value, None))

    def put(self, card: Card, variant: Variant, line: Line, value: str) -> None:
        if variant.part is not None:
            card.set_parts(line, {variant.part: value})
            return
        assert line.head is not None, "only properties are assigned"
        head = line.head.with_param("VALUE", "text") if variant.name == "RELATED" else None
        card.set(line, self.render(card, value, line), head)

    def clear(self, card: Card, variant: Variant, line: Line) -> None:
        if variant.part is None or not card.set_parts(line, {variant.part: ""}):
            card.remove(line)

    def render(self, card: Card, value: str, line: Line | None) -> str:
        del line
        return card.escape(value)

    def new_head(self, card: Card) -> str:
        return self.new_in_4 if self.new_in_4 and card.version == "4.0" else self.new


@dataclass(frozen=True)
class ListedText(TextField):
    """A text that some programs write as a list of words: ``Jim,Jimmie`` reads as ``Jim, Jimmie``."""

    def text(self, card: Card, variant: Variant, line: Line) -> str:
        decoded = card.decoded(line)
        if "," not in decoded or card.version == "2.1":
            return card.text(line)
        words = (card.unescape(line, word).strip() for word in texts.split(decoded, ","))
        return ", ".join(word for word in words if word)


@dataclass(frozen=True)
class Note(TextField):
    """Several notes read as one, with an empty line between; once changed they are one."""

    def read(self, card: Card) -> str:
        lines = card.by_name.get("NOTE")
        if not lines:
            return ""
        if len(lines) == 1:
            return card.text(lines[0])
        return "\n\n".join(text for text in map(card.text, lines) if text)

    def write(self, card: Card, value: str) -> None:
        for line in list(card.all("NOTE"))[1 if value else 0 :]:
            card.remove(line)
        super().write(card, value)


@dataclass(frozen=True)
class DateField(TextField):
    """A day. What names no single day (``--0203``) reads as empty and stays until a day is written."""

    def text(self, card: Card, variant: Variant, line: Line) -> str:
        head = line.head
        text = day(card.text(line))
        if head is not None and text and head.param("X-APPLE-OMIT-YEAR") == text[:4]:
            return ""
        return text

    def normal(self, key: str, value: Value) -> Value:
        del key
        return (day(value[0].strip()),)

    def clear(self, card: Card, variant: Variant, line: Line) -> None:
        if self.text(card, variant, line):
            card.remove(line)

    def put(self, card: Card, variant: Variant, line: Line, value: str) -> None:
        assert line.head is not None, "only properties are assigned"
        keep = line.head.without("X-APPLE-OMIT-YEAR")
        if keep.param("VALUE").upper() != "DATE":
            keep = keep.without("VALUE")
        card.set(line, self.render(card, value, line), keep)

    def render(self, card: Card, value: str, line: Line | None) -> str:
        if line is None:
            basic = card.version == "4.0"
        else:
            text = card.text(line)
            basic = "-" not in text if day(text) else card.version == "4.0"
            basic = basic or (line.head is not None and line.head.name == "X-MS-ANNIVERSARY")
        return value.replace("-", "") if basic else value


@dataclass(frozen=True)
class Children(TextField):
    """One text in the CRM, one line per child in a card."""

    joint: str = field(default=", ")

    def read(self, card: Card) -> str:
        for variant in self.variants:
            names = [text for line in variant.lines(card) if (text := self.text(card, variant, line))]
            if names:
                return self.joint.join(names)
        return ""

    def normal(self, key: str, value: Value) -> Value:
        del key
        return (self.joint.join(_children(value[0])),)

    def write(self, card: Card, value: str) -> None:
        names = _children(value)
        written = False
        for variant in self.variants:
            lines = [line for line in variant.lines(card) if self.text(card, variant, line)]
            if not lines:
                continue
            written = True
            for line, name in zip(lines, names, strict=False):
                if self.text(card, variant, line) != name:
                    self.put(card, variant, line, name)
            for line in lines[len(names) :]:
                card.remove(line)
            if len(lines) < len(names):
                self._add(card, variant, names[len(lines) :])
        if not written:
            for name in names:
                card.add(self.new_head(card), card.escape(name))

    def _add(self, card: Card, variant: Variant, names: Iterable[str]) -> None:
        for name in names:
            if variant.labels:
                group = _free_group(card)
                card.add(f"{group}.{variant.name}", card.escape(name))
                card.add(f"{group}.X-ABLabel", "_$!<Child>!$_")
                card.forget_labels()
            elif variant.type:
                card.add(f"{variant.name};TYPE={variant.type.lower()};VALUE=text", card.escape(name))
            else:
                card.add(variant.name, card.escape(name))


class Variants:
    """All these fields as one family."""

    def __init__(self, fields: tuple[TextField, ...]) -> None:
        self._fields: Mapping[str, TextField] = {each.key: each for each in fields}
        self._by_name: dict[str, list[TextField]] = {}
        for each in fields:
            for name in dict.fromkeys(variant.name for variant in each.variants):
                self._by_name.setdefault(name, []).append(each)
        self.keys = tuple(self._fields)

    def read(self, card: Card) -> dict[str, Value]:
        found: dict[str, Value] = {}
        by_name: Callable[[str], list[TextField] | None] = self._by_name.get
        for name in card.by_name:
            for each in by_name(name) or ():
                if each.key not in found:
                    found[each.key] = (each.read(card),)
        return found

    def normal(self, key: str, value: Value) -> Value:
        return self._fields[key].normal(key, value)

    def write(self, card: Card, changes: Mapping[str, Value]) -> None:
        for key, value in changes.items():
            self._fields[key].write(card, value[0])


def day(text: str) -> str:
    """The day as ``YYYY-MM-DD``, or nothing where the text names no single day."""
    match = _DATE.match(text) if text.isascii() else None
    if match is None:
        return ""
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return ""


def _children(text: str) -> list[str]:
    return [name for part in text.replace("\n", ",").split(",") if (name := part.strip())]


def _free_group(card: Card) -> str:
    taken = {line.head.group for line in card.lines if line.head is not None}
    return next(f"item{n}" for n in range(1, len(taken) + 2) if f"ITEM{n}" not in taken)
