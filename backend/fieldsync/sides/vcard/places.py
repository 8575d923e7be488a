"""E-mail addresses and web pages."""

from fieldsync.core.values import Value
from fieldsync.sides.vcard.lines import Card, Head, Line
from fieldsync.sides.vcard.slots import Family, Slot

_PAGE_LABELS = {
    "homepage": "web",
    "home page": "web",
    "work": "web",
    "home": "",
    "profile": "",
    "blog": "",
    "ftp": "ftp",
}


class Emails(Family):
    names = ("EMAIL",)
    slots = (
        Slot("emailaddress1", ("email",), "INTERNET,PREF"),
        Slot("emailaddress2", ("email",), "INTERNET"),
        Slot("emailaddress3", ("email",), "INTERNET"),
    )

    def kind(self, card: Card, head: Head) -> str:
        del card
        return "" if "X400" in head.types else "email"

    def value(self, card: Card, line: Line) -> Value:
        address = card.text(line)
        return (address[7:].strip(),) if address[:7].lower() == "mailto:" else (address,)

    def normal(self, key: str, value: Value) -> Value:
        del key
        address = value[0].strip()
        while address[:7].lower() == "mailto:":
            address = address[7:].strip()
        return (address,)


class WebPages(Family):
    names = ("URL",)
    slots = (
        Slot("websiteurl", ("web", "page", "ftp"), "WORK"),
        Slot("ftpsiteurl", ("ftp", "page", "web"), "X-FTP"),
    )

    def kind(self, card: Card, head: Head) -> str:
        if "X-FTP" in head.types or "FTP" in head.types:
            return "ftp"
        label = card.label(head)
        if label:
            return _PAGE_LABELS.get(label, "")
        if "WORK" in head.types:
            return "web"
        return "" if "HOME" in head.types else "page"

    def kind_by_value(self, card: Card, line: Line, kind: str) -> str:
        return "ftp" if kind and card.text(line)[:4].lower() == "ftp:" else kind

    def adjust(self, kinds: dict[str, list[Line]], found: object) -> None:
        del found
        # A page that says nothing about itself serves where none is marked as the work page.
        kinds["web"] = kinds.get("web") or kinds.get("page", [])
