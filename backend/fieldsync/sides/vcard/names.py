"""Full name with its five parts, and company with department."""

from collections.abc import Mapping

from fieldsync.core.values import Value
from fieldsync.sides.content import text as texts
from fieldsync.sides.vcard.lines import Card, Line

_PLACEHOLDER = "X-FIELDSYNC-PLACEHOLDER"
"""Parameter of an FN that only stands there because a card must have one."""
_UNNAMED = "Unnamed"
_SALUTATION, _FIRST, _MIDDLE, _LAST, _SUFFIX = 3, 1, 2, 0, 4
_ORDER = (_SALUTATION, _FIRST, _MIDDLE, _LAST, _SUFFIX)
"""Where the parts salutation, first, middle, last name and suffix stand in N."""
_NOBODY = ("", "", "", "", "")


class Names:
    """``fullname``: FN as a whole and the five parts of N.

    FN stands in for a missing N, split, and N for an empty FN; neither is written back until the
    field itself is. A card whose person has no name at all gets an FN from ``stand_in``, marked so
    that it is not read as a name.
    """

    keys = ("fullname",)

    def read(self, card: Card) -> dict[str, Value]:
        full_line, parts_line = _best(card, "FN"), _n(card)
        full = card.text(full_line) if full_line else ""
        if parts_line is None:
            return {"fullname": (full, *_guess(full))}
        parts = _n_parts(card, parts_line)
        if parts == _NOBODY:
            return {"fullname": ("" if _is_placeholder(full_line) else full, *parts)}
        return {"fullname": (full or compose(parts), *parts)}

    def normal(self, key: str, value: Value) -> Value:
        del key
        full, *parts = (part.strip() for part in value)
        return (full or compose(parts), *parts)

    def write(self, card: Card, changes: Mapping[str, Value]) -> None:
        value = changes.get("fullname")
        if value is None:
            return
        full, *parts = value
        self._write_n(card, parts)
        if full:
            self._write_fn(card, full, placeholder=False)
        else:
            self._write_fn(card, stand_in(card), placeholder=True)

    def complete(self, card: Card) -> None:
        """See to it that a new card has FN and N, as version 3.0 demands."""
        if _best(card, "FN") is None:
            self._write_fn(card, stand_in(card), placeholder=True)
        if _n(card) is None:
            card.add("N", ";;;;")

    def _write_n(self, card: Card, parts: list[str]) -> None:
        line = _n(card)
        if line is None:
            written = [""] * 5
            for place, part in zip(_ORDER, parts, strict=True):
                written[place] = card.escape(part)
            card.add("N", ";".join(written))
            return
        before = _n_parts(card, line)
        changes = {place: new for place, old, new in zip(_ORDER, before, parts, strict=True) if old != new}
        if changes and not card.set_parts(line, changes, 5):
            card.set(line, ";;;;")

    def _write_fn(self, card: Card, full: str, placeholder: bool) -> None:
        line = _best(card, "FN")
        if line is None or line.head is None:
            line = card.add("FN", card.escape(full))
        elif card.text(line) != full:
            card.set(line, card.escape(full))
        assert line.head is not None, "FN is a property"
        if placeholder:
            card.set_head(line, line.head.with_param(_PLACEHOLDER, "1"))
        elif line.head.has(_PLACEHOLDER):
            card.set_head(line, line.head.without(_PLACEHOLDER))


class Organization:
    """``parentcustomerid`` and ``department``: the first two parts of ORG; further ones are kept."""

    keys = ("parentcustomerid", "department")

    def read(self, card: Card) -> dict[str, Value]:
        line = _best(card, "ORG")
        if line is None:
            return {}
        parts = card.parts(line)
        company = card.unescape(line, parts[0]).strip()
        department = card.unescape(line, parts[1]).strip() if len(parts) > 1 else ""
        return {"parentcustomerid": (company,), "department": (department,)}

    def normal(self, key: str, value: Value) -> Value:
        del key
        return (value[0].strip(),)

    def write(self, card: Card, changes: Mapping[str, Value]) -> None:
        moved = {self.keys.index(key): value[0] for key, value in changes.items() if key in self.keys}
        if not moved:
            return
        line = _best(card, "ORG")
        if line is not None:
            if not card.set_parts(line, moved):
                for left in list(card.all("ORG")):
                    card.remove(left)
        elif any(moved.values()):
            last = max(index for index, part in moved.items() if part)
            card.add("ORG", ";".join(card.escape(moved.get(i, "")) for i in range(last + 1)))


def stand_in(card: Card) -> str:
    """What a card without a person's name is called: company, e-mail or plainly Unnamed."""
    for name in ("ORG", "EMAIL"):
        line = _best(card, name)
        if line is not None:
            text = card.unescape(line, card.parts(line)[0]).strip()
            if text:
                return text
    return _UNNAMED


def compose(parts: Value | list[str]) -> str:
    """A full name from salutation, first, middle, last name and suffix."""
    return " ".join(part for part in parts if part)


def _is_placeholder(line: Line | None) -> bool:
    return line is not None and line.head is not None and line.head.has(_PLACEHOLDER)


def _best(card: Card, name: str) -> Line | None:
    """The preferred line of this name that holds something, else the first."""
    lines = card.by_name.get(name)
    if not lines:
        return None
    if len(lines) == 1:
        return lines[0]
    return min(lines, key=lambda line: (not line.value.strip(" ;"), line.head.rank if line.head else (0, 0)))


def _n(card: Card) -> Line | None:
    # RFC 9554 writes the reading of a name as a second N with the parameter PHONETIC.
    lines = card.by_name.get("N", ())
    return next((line for line in lines if line.head is not None and not line.head.has("PHONETIC")), None)


def _n_parts(card: Card, line: Line) -> Value:
    raw = card.parts(line)
    raw += [""] * (5 - len(raw))
    return tuple(_name_part(card, line, raw[place], place) for place in _ORDER)


def _name_part(card: Card, line: Line, raw: str, place: int) -> str:
    if not raw:
        return ""
    if "," not in raw or card.version == "2.1":
        return card.unescape(line, raw).strip()
    # Several values in one part: "Philip,Paul" are two middle names, "Jr.,M.D." two suffixes.
    joint = ", " if place in (_SALUTATION, _SUFFIX) else " "
    words = (card.unescape(line, word).strip() for word in texts.split(raw, ","))
    return joint.join(word for word in words if word)


def _guess(full: str) -> Value:
    """Parts of a name that is only known as a whole: the last word is the surname."""
    words = full.split()
    if len(words) < 2:
        return ("", "", "", full, "") if full else _NOBODY
    return ("", words[0], " ".join(words[1:-1]), words[-1], "")
