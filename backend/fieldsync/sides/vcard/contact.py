"""Contacts as vCards: the 34 fields of the catalogue, read from and written into cards of any program.

Version 3.0 is written for new cards; a card that exists keeps its version and its way of writing.
Which property carries which field follows the table of ``reference/dav.md``, section 6.
"""

import re
from collections.abc import Collection, Mapping
from typing import Protocol

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.traits import ItemTraits
from fieldsync.core.values import RecordKind, Value, Values
from fieldsync.errors import BrokenItem
from fieldsync.sides.content import text as texts
from fieldsync.sides.content.instants import from_text
from fieldsync.sides.vcard.addresses import Addresses
from fieldsync.sides.vcard.lines import Card, uid_of
from fieldsync.sides.vcard.names import Names, Organization
from fieldsync.sides.vcard.places import Emails, WebPages
from fieldsync.sides.vcard.telephones import Telephones
from fieldsync.sides.vcard.variants import Children, DateField, ListedText, Note, TextField, Variant, Variants

_FIELDS = catalogue().fields(RecordKind.CONTACT)
KEYS = tuple(field.key for field in _FIELDS)
"""The fields in the order of the catalogue."""

_GROUP = re.compile(
    rb"^(?:\xef\xbb\xbf)?BEGIN:[ \t]*VLIST"
    rb"|^(?:[\w-]+\.)?(?:X-ADDRESSBOOKSERVER-)?KIND(?:;[^:\r\n]*)?:[ \t]*GROUP[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
_GROUP_WORDS = (b"KIND", b"kind", b"Kind", b"VLIST")
"""What a group holds, in the spellings of real programs: looking for these first keeps photos cheap."""
_RELATED_BY_NAME = "X-ABRELATEDNAMES"


def _labelled(name: str, *labels: str) -> Variant:
    return Variant(name, labels=frozenset(labels))


_TEXTS: tuple[TextField, ...] = (
    ListedText("nickname", (Variant("NICKNAME"),), "NICKNAME"),
    TextField("jobtitle", (Variant("TITLE"),), "TITLE"),
    Note("description", (Variant("NOTE"),), "NOTE"),
    TextField("governmentid", (Variant("X-FIELDSYNC-GOVERNMENT-ID"),), "X-FIELDSYNC-GOVERNMENT-ID"),
    TextField(
        "assistantname",
        (
            Variant("X-ASSISTANT"),
            Variant("X-EVOLUTION-ASSISTANT"),
            Variant("X-MS-ASSISTANT"),
            Variant("X-KADDRESSBOOK-X-ASSISTANTSNAME"),
            Variant("RELATED", type="AGENT"),
            _labelled(_RELATED_BY_NAME, "assistant"),
        ),
        "X-ASSISTANT",
    ),
    TextField(
        "managername",
        (
            Variant("X-MANAGER"),
            Variant("X-EVOLUTION-MANAGER"),
            Variant("X-MS-MANAGER"),
            Variant("X-MANAGERSNAME"),
            Variant("X-KADDRESSBOOK-X-MANAGERSNAME"),
            _labelled(_RELATED_BY_NAME, "manager"),
        ),
        "X-MANAGER",
    ),
    TextField(
        "spousesname",
        (
            Variant("X-SPOUSE"),
            Variant("X-EVOLUTION-SPOUSE"),
            Variant("X-MS-SPOUSE"),
            Variant("X-KADDRESSBOOK-X-SPOUSESNAME"),
            Variant("RELATED", type="SPOUSE"),
            _labelled(_RELATED_BY_NAME, "spouse", "partner"),
        ),
        "X-SPOUSE",
        "RELATED;TYPE=spouse;VALUE=text",
    ),
    Children(
        "childrensnames",
        (Variant("X-MS-CHILD"), Variant("RELATED", type="CHILD"), _labelled(_RELATED_BY_NAME, "child")),
        "X-MS-CHILD",
        "RELATED;TYPE=child;VALUE=text",
    ),
    DateField("birthdate", (Variant("BDAY"),), "BDAY"),
    DateField(
        "anniversary",
        (
            Variant("X-ANNIVERSARY"),
            Variant("ANNIVERSARY"),
            Variant("X-EVOLUTION-ANNIVERSARY"),
            Variant("X-MS-ANNIVERSARY"),
            Variant("X-KADDRESSBOOK-X-ANNIVERSARY"),
            _labelled("X-ABDATE", "anniversary"),
        ),
        "X-ANNIVERSARY",
        "ANNIVERSARY",
    ),
    TextField(
        "yomifirstname",
        (
            Variant("X-PHONETIC-FIRST-NAME"),
            Variant("SOUND", type="X-IRMC-N", part=1),
            Variant("N", param="PHONETIC", part=1),
        ),
        "X-PHONETIC-FIRST-NAME",
    ),
    TextField(
        "yomilastname",
        (
            Variant("X-PHONETIC-LAST-NAME"),
            Variant("SOUND", type="X-IRMC-N", part=0),
            Variant("N", param="PHONETIC", part=0),
        ),
        "X-PHONETIC-LAST-NAME",
    ),
)


class _Family(Protocol):
    """Fields that are read and written together."""

    @property
    def keys(self) -> tuple[str, ...]: ...

    def read(self, card: Card) -> Mapping[str, Value]: ...

    def normal(self, key: str, value: Value) -> Value: ...

    def write(self, card: Card, changes: Mapping[str, Value]) -> None: ...


class ContactCodec:
    """``ports.Codec`` for contacts.

    Reading back what was written gives the ``normal`` form of the value: line ends as ``\\n``, outer
    blanks and characters that cannot travel left out, a full name composed from its parts where
    there was none.
    """

    def __init__(self) -> None:
        self._names = Names()
        # Names come last: the stand-in for a missing name may be a company just written.
        self._families: tuple[_Family, ...] = (
            Telephones(),
            Emails(),
            WebPages(),
            Addresses(),
            Organization(),
            Variants(_TEXTS),
            self._names,
        )
        place = {key: position for position, key in enumerate(KEYS)}
        self._owner = {place[key]: family for family in self._families for key in family.keys}
        self._place = place
        self._empty = [field.empty for field in _FIELDS]
        self._last: tuple[bytes, Card] | None = None

    def _card(self, body: bytes) -> Card:
        """The card, to be read only: who asks for its fields asks for its traits next."""
        if self._last is None or self._last[0] is not body:
            self._last = (body, Card(body))
        return self._last[1]

    def read(self, body: bytes) -> Values:
        card = self._card(body)
        values = self._empty.copy()
        place = self._place
        for family in self._families:
            for key, value in family.read(card).items():
                values[place[key]] = texts.cleaned(value)
        return tuple(values)

    def write(self, body: bytes | None, changes: Mapping[int, Value], uid: str) -> bytes:
        card = Card(body if body is not None else _new(uid))
        by_family: dict[int, dict[str, Value]] = {}
        for position, value in changes.items():
            family = self._owner[position]
            by_family.setdefault(id(family), {})[KEYS[position]] = self.normal(position, value)
        for family in self._families:
            mine = by_family.get(id(family))
            if mine:
                family.write(card, mine)
        if body is None:
            self._names.complete(card)
        return card.to_bytes()

    def normal(self, position: int, value: Value) -> Value:
        """The value as a card can hold it."""
        return self._owner[position].normal(KEYS[position], texts.cleaned(value))

    def mailed(self, body: bytes, owner: Collection[str]) -> tuple[str, ...]:
        """Nobody."""
        del body, owner
        return ()

    def traits(self, body: bytes) -> ItemTraits:
        """The traits of a card; raises BrokenItem. A card knows neither organizer nor state."""
        card = self._card(body)
        uid, secrecy, revised = card.first("UID"), card.first("CLASS"), card.first("REV")
        words = (
            card.unescape(line, word).strip().casefold()
            for line in card.all("CATEGORIES")
            for word in texts.split(card.decoded(line), ",")
        )
        return ItemTraits(
            uid=card.text(uid) if uid else "",
            categories=frozenset(word for word in words if word),
            private=secrecy is not None and card.text(secrecy).upper() in ("PRIVATE", "CONFIDENTIAL"),
            modified=from_text(card.text(revised)) if revised else None,
        )

    def holds(self, body: bytes) -> bool:
        """False for a group of contacts (RFC 6350, 6.1.4; Apple's before that; SOGo's lists): it is no contact.

        Cheap, and never raises. What cannot be read counts as a contact, so that somebody is told of it.
        """
        return not any(word in body for word in _GROUP_WORDS) or _GROUP.search(body) is None


def _new(uid: str) -> bytes:
    lines = ("BEGIN:VCARD", "VERSION:3.0", f"PRODID:{texts.PRODUCT}", f"UID:{uid}", "END:VCARD", "")
    return "\r\n".join(lines).encode()


def same_contact(one: bytes, other: bytes) -> bool:
    """True if two cards are the same item with the same values, however a server spelt them."""
    try:
        codec = ContactCodec()
        return uid_of(one) == uid_of(other) and codec.read(one) == codec.read(other)
    except BrokenItem:
        return False
