"""The ten telephone numbers, told apart by their types."""

from collections.abc import Mapping
from functools import lru_cache

from fieldsync.core.values import Value
from fieldsync.sides.vcard.lines import Card, Head, Line
from fieldsync.sides.vcard.slots import Family, Slot

_MS_KINDS = {"ASSISTANT": "assistant", "COMPANY": "company", "CALLBACK": "callback"}
_KINDS = (
    (frozenset({"X-MANAGER", "X-EVOLUTION-MANAGER"}), ""),
    (frozenset({"X-EVOLUTION-ASSISTANT", "X-ASSISTANT", "ASSISTANT"}), "assistant"),
    (frozenset({"X-EVOLUTION-COMPANY", "X-COMPANY", "COMPANY", "MAIN"}), "company"),
    (frozenset({"X-EVOLUTION-CALLBACK", "X-CALLBACK", "CALLBACK"}), "callback"),
    (frozenset({"X-EVOLUTION-RADIO", "X-RADIO", "RADIO", "X-EVOLUTION-TELEX", "TELEX", "TLX"}), ""),
    (frozenset({"X-EVOLUTION-TTYTDD", "TTYTDD", "TTY-TDD", "TEXTPHONE", "BBS", "MODEM", "ISDN", "CAR"}), ""),
)
_LABELS = {
    "mobile": "CELL",
    "iphone": "IPHONE",
    "work": "WORK",
    "home": "HOME",
    "main": "MAIN",
    "company": "COMPANY",
    "company main": "COMPANY",
    "pager": "PAGER",
    "assistant": "ASSISTANT",
    "callback": "CALLBACK",
    "manager": "X-MANAGER",
    "car": "CAR",
    "radio": "RADIO",
}
_FAX_LABELS = {"workfax": "workfax", "work fax": "workfax", "homefax": "homefax", "home fax": "homefax"}


class Telephones(Family):
    names = ("TEL", "X-MS-TEL")
    slots = (
        Slot("telephone1", ("business",), "WORK,VOICE"),
        Slot("business2", ("business",), "WORK,VOICE"),
        Slot("telephone2", ("home",), "HOME,VOICE"),
        Slot("home2", ("home",), "HOME,VOICE"),
        Slot("mobilephone", ("mobile",), "CELL"),
        Slot("telephone3", ("other",), "VOICE"),
        Slot("fax", ("workfax", "fax"), "WORK,FAX"),
        Slot("pager", ("pager",), "PAGER"),
        Slot("company", ("company",), "X-EVOLUTION-COMPANY"),
        Slot("callback", ("callback",), "X-EVOLUTION-CALLBACK"),
        Slot("assistantphone", ("assistant",), "X-EVOLUTION-ASSISTANT"),
    )

    def kind(self, card: Card, head: Head) -> str:
        label = card.label(head)
        if label in _FAX_LABELS:
            return _FAX_LABELS[label]
        if label in _LABELS:
            return _kind_of(frozenset({_LABELS[label]}))
        return _kind(head)

    def value(self, card: Card, line: Line) -> Value:
        number = card.text(line)
        head = line.head
        if head is not None and head.param("VALUE").upper() == "URI" and number[:4].lower() == "tel:":
            number = number[4:].strip()
        return (number,)

    def adjust(self, kinds: dict[str, list[Line]], found: Mapping[str, Line]) -> None:
        # A fax line that does not say whose: the business fax, if it is the only fax there is.
        plain = kinds.get("fax", ())
        if len(plain) == 1 and "fax" not in found and not kinds.get("workfax") and not kinds.get("homefax"):
            kinds["workfax"] = [plain[0]]


@lru_cache(maxsize=4096)
def _kind(head: Head) -> str:
    if head.name == "X-MS-TEL":
        return next((_MS_KINDS[word] for word in head.types if word in _MS_KINDS), "")
    return _kind_of(head.types)


def _kind_of(types: frozenset[str]) -> str:
    for words, kind in _KINDS:
        if words & types:
            return kind
    if "FAX" in types:
        return "workfax" if "WORK" in types else "homefax" if "HOME" in types else "fax"
    if "PAGER" in types:
        return "pager"
    if types & {"CELL", "IPHONE", "MOBILE"}:
        return "mobile"
    if "WORK" in types:
        return "business"
    if "HOME" in types:
        return "home"
    # PREF alone is Outlook's "primary telephone", which the CRM does not have.
    return "" if types == {"PREF"} else "other"
