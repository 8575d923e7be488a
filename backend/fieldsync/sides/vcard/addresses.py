"""The three postal addresses: eight parts each in the CRM, seven in a card.

line1 to line3 are the lines of the street. The second part of a card's address (extended) belongs
to nobody in the CRM and is kept. A LABEL of the same type is the printed twin of the address: it
is read where there is nothing else, and goes when the address it shows is replaced.
"""

from fieldsync.core.values import Value
from fieldsync.sides.vcard.lines import Card, Head, Line
from fieldsync.sides.vcard.slots import Family, Slot

_BOX, _STREET, _CITY, _STATE, _POSTAL_CODE, _COUNTRY = 0, 2, 3, 4, 5, 6
_LABELS = {"work": "work", "home": "home", "other": "other"}


class Addresses(Family):
    names = ("ADR",)
    slots = (
        Slot("address1", ("work",), "WORK"),
        Slot("address2", ("home",), "HOME"),
        Slot("address3", ("other",), "OTHER"),
    )

    def kind(self, card: Card, head: Head) -> str:
        label = card.label(head)
        if label in _LABELS:
            return _LABELS[label]
        if "WORK" in head.types:
            return "work"
        return "home" if "HOME" in head.types else "other"

    def assign(self, card: Card) -> dict[str, Line]:
        found = super().assign(card)
        if "address1" not in found and "LABEL" in card.by_name:
            labels = self._labels(card, "work")
            if labels:
                found["address1"] = labels[0]
        return found

    def value(self, card: Card, line: Line) -> Value:
        if line.head is not None and line.head.name == "LABEL":
            return (*_street_lines(card.text(line)), "", "", "", "", "")
        raw = card.parts(line)
        if len(raw) < 7:
            raw += [""] * (7 - len(raw))
        parts = [_text(card, line, part) if part else "" for part in raw]
        return (
            *_street_lines(parts[_STREET]),
            parts[_CITY],
            parts[_STATE],
            parts[_POSTAL_CODE],
            parts[_COUNTRY],
            parts[_BOX],
        )

    def normal(self, key: str, value: Value) -> Value:
        del key
        line1, line2, line3, *others = value
        street = "\n".join((line1, line2, line3))
        return (*_street_lines(street), *(part.strip() for part in others))

    def put(self, card: Card, key: str, line: Line, value: Value) -> Line:
        assert line.head is not None, "only properties are assigned"
        if line.head.name == "LABEL":
            card.remove(line)
            return self.add(card, key, value)
        self._set_parts(card, line, value)
        for label in self._labels(card, self.kind(card, line.head)):
            card.remove(label)
        return line

    def add(self, card: Card, key: str, value: Value) -> Line:
        written = [card.escape(part) for part in _parts(value)]
        return card.add(self.new_head(card, key), ";".join(written))

    def clear(self, card: Card, key: str, line: Line) -> bool:
        assert line.head is not None, "only properties are assigned"
        twins = self._labels(card, self._same_plan[key].kinds[0])
        for label in twins:
            card.remove(label)
        if line.head.name != "LABEL":
            if self._set_parts(card, line, ("",) * 8):
                return False
            card.remove(line)
        return True

    def _set_parts(self, card: Card, line: Line, value: Value) -> bool:
        assert line.head is not None, "only properties are assigned"
        before, after = _parts(self.value(card, line)), _parts(value)
        changes = {i: new for i, (old, new) in enumerate(zip(before, after, strict=True)) if old != new}
        # LABEL as a parameter (4.0) is the printed twin, too.
        return card.set_parts(line, changes, 7, line.head.without("LABEL"))

    def _labels(self, card: Card, kind: str) -> list[Line]:
        return [
            line
            for line in card.by_name.get("LABEL", ())
            if line.head is not None and self.kind(card, line.head) == kind
        ]


def _street_lines(street: str) -> tuple[str, str, str]:
    if "\n" not in street:
        return street.strip(), "", ""
    lines = [line.strip() for line in street.rstrip().split("\n")]
    lines += ["", ""]
    return lines[0], lines[1], "\n".join(lines[2:]).rstrip()


def _parts(value: Value) -> list[str]:
    line1, line2, line3, city, state, postal_code, country, box = value
    street = "\n".join((line1, line2, line3)).rstrip("\n")
    return [box, "", street, city, state, postal_code, country]


def _text(card: Card, line: Line, part: str) -> str:
    return card.unescape(line, part).strip(" \t") if part else ""
