"""The demo organization: its people, their CRM contacts and the address books they had before. All invented.

The address books hold vCards as several programs write them: Apple's, Thunderbird's, DAVx5's, Google's,
those of Outlook add-ins. Some are people whom CRM knows too, some are new to it.
"""

import json
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from fieldsync.core.rights import Role

_DATA = resources.files("fieldsync.demo") / "data"
_DATES = ("birthdate", "anniversary")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in to the demo; ``mail_password`` is for the embedded mail server."""

    user_name: str
    name: str
    role: Role
    password: str
    mail_password: str | None = None


ACCOUNTS = (
    Account("admin", "Ada Admin", Role.ADMINISTRATOR, "admin-demo"),
    Account("manager", "Maya Okafor", Role.USER, "manager-demo", "manager-mail"),
    Account("sales", "Sam Lindqvist", Role.USER, "sales-demo", "sales-mail"),
    Account("viewer", "Vera Novak", Role.USER, "viewer-demo"),
)


def crm_contacts(user_name: str) -> list[dict[str, Any]]:
    """The contacts that this account owns in CRM at the beginning, by attribute."""
    stored = json.loads((_DATA / "contacts.json").read_text(encoding="utf-8")).get(user_name, [])
    return [
        {name: date.fromisoformat(value) if name in _DATES else value for name, value in contact.items()}
        for contact in stored
    ]


def address_book(user_name: str) -> dict[str, str]:
    """The vCards that this account's address book holds at the beginning, by file name."""
    folder = _DATA / "address_books" / user_name
    if not folder.is_dir():
        return {}
    # Kept with plain line ends, so that no checkout changes them; vCards want both characters.
    return {
        card.name: card.read_text(encoding="utf-8").replace("\n", "\r\n")
        for card in sorted(folder.iterdir(), key=lambda card: card.name)
    }
