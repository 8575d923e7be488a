"""The demo organization: its people and rights, their CRM contacts, the address books they had before. All invented.

The address books hold vCards as several programs write them: Apple's, Thunderbird's, DAVx5's, Google's,
those of Outlook add-ins. Some are people whom CRM knows too, some are new to it.
"""

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from typing import Any

from fieldsync.catalogue.fields import catalogue
from fieldsync.core.privileges import AccessLevel, ColumnRights, PrincipalKind, Privilege
from fieldsync.core.rights import Role
from fieldsync.core.values import RecordKind, Values

_DATA = resources.files("fieldsync.demo") / "data"
_DATES = ("birthdate", "anniversary")
_DAYS = re.compile(r"\{\+(\d+)\}")
ZONE = "Europe/Vienna"
"""Where the demo's people live."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in to the demo; ``mail_password`` is for the embedded mail server.

    ``unit``, ``security_role`` and ``manager`` (a user name) are by name; no unit is the root.
    """

    user_name: str
    name: str
    role: Role
    password: str
    mail_password: str | None = None
    unit: str | None = None
    security_role: str | None = None
    manager: str | None = None

    @property
    def addresses(self) -> list[str]:
        """The mail addresses that meetings name the account by."""
        return [f"{self.name.lower().replace(' ', '.')}@fieldsync.example"]


@dataclass(frozen=True, slots=True)
class SecurityRole:
    """A security role: how far its privileges reach with all kinds, and where they reach further with contacts."""

    name: str
    description: str
    levels: dict[Privilege, AccessLevel]
    with_contacts: dict[Privilege, AccessLevel]

    @property
    def privileges(self) -> dict[str, dict[str, str]]:
        """By kind and privilege, as roles are stored."""
        return {
            kind.value: {
                privilege.value: level.name
                for privilege, level in (
                    self.levels | (self.with_contacts if kind is RecordKind.CONTACT else {})
                ).items()
            }
            for kind in RecordKind
        }


@dataclass(frozen=True, slots=True)
class FieldProfile:
    """What one field profile allows with each secured column, and who has it: users, and units' default teams."""

    name: str
    description: str
    rights: ColumnRights
    users: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Team:
    """A team besides those that units have by themselves; its members by user name."""

    name: str
    kind: PrincipalKind
    unit: str
    members: tuple[str, ...]


UNITS = (("Sales", None), ("Sales North", "Sales"), ("Sales South", "Sales"), ("Service", None))
"""Business units with the unit above them; None is the root."""

_ALL = dict.fromkeys(Privilege, AccessLevel.USER)
SECURITY_ROLES = (
    SecurityRole(
        "Salesperson",
        "Everything with records of one's own; reads the contacts of the business unit.",
        _ALL,
        {Privilege.READ: AccessLevel.BUSINESS_UNIT},
    ),
    SecurityRole(
        "Sales manager",
        "Everything in the business unit and the units below it.",
        dict.fromkeys(Privilege, AccessLevel.PARENT_CHILD),
        {},
    ),
    SecurityRole("Reader", "Reads everything, changes nothing.", {Privilege.READ: AccessLevel.ORGANIZATION}, {}),
)

SECURED_COLUMNS = (("governmentid", 4), ("ftpsiteurl", None))
"""Columns of contacts with how many last characters their mask shows; None is no mask."""

FIELD_PROFILES = (
    FieldProfile("Sales people", "Read what is secured.", ColumnRights(read=True), units=("Sales North",)),
    FieldProfile(
        "Sales management",
        "Read without a mask, and change what is secured.",
        ColumnRights(read=True, unmasked=True, create=True, update=True),
        users=("manager",),
    ),
)

TEAMS = (
    Team("Key accounts", PrincipalKind.OWNER_TEAM, "Sales", ("manager", "sales")),
    Team("Harbour project", PrincipalKind.ACCESS_TEAM, "Sales", ("sales", "viewer")),
)

ACCOUNTS = (
    Account("admin", "Ada Admin", Role.ADMINISTRATOR, "admin-demo"),
    Account(
        "manager", "Maya Okafor", Role.USER, "manager-demo", "manager-mail",
        unit="Sales", security_role="Sales manager",
    ),
    Account(
        "sales", "Sam Lindqvist", Role.USER, "sales-demo", "sales-mail",
        unit="Sales North", security_role="Salesperson", manager="manager",
    ),
    Account("viewer", "Vera Novak", Role.USER, "viewer-demo", unit="Service", security_role="Reader"),
)  # fmt: skip


def crm_contacts(user_name: str) -> list[dict[str, Any]]:
    """The contacts that this account owns in CRM at the beginning, by attribute."""
    stored = json.loads((_DATA / "contacts.json").read_text(encoding="utf-8")).get(user_name, [])
    return [
        {name: date.fromisoformat(value) if name in _DATES else value for name, value in contact.items()}
        for contact in stored
    ]


def crm_activities(user_name: str, today: date) -> dict[RecordKind, list[Values]]:
    """The meetings and tasks that this account owns in CRM at the beginning, around ``today``."""
    text = (_DATA / "activities.json").read_text(encoding="utf-8")
    stored = json.loads(_dated(text, today, "%Y-%m-%d")).get(user_name, {})
    return {kind: [_values(kind, told) for told in stored.get(kind.value, [])] for kind in RecordKind}


def address_book(user_name: str) -> dict[str, str]:
    """The vCards that this account's address book holds at the beginning, by file name."""
    return _files("address_books", user_name)


def calendar(user_name: str, today: date) -> dict[str, str]:
    """The events and tasks that this account's calendar holds at the beginning, around ``today``, by file name."""
    return {name: _dated(text, today, "%Y%m%d") for name, text in _files("calendars", user_name).items()}


def _values(kind: RecordKind, told: dict[str, str | list[str]]) -> Values:
    values = [field.empty for field in catalogue().fields(kind)]
    for field in catalogue().fields(kind):
        if field.key in told:
            value = told[field.key]
            values[field.position] = (value,) if isinstance(value, str) else tuple(value)
    return tuple(values)


def _files(folder: str, user_name: str) -> dict[str, str]:
    place = _DATA / folder / user_name
    if not place.is_dir():
        return {}
    # Kept with plain line ends, so that no checkout changes them; cards and calendars want both characters.
    return {
        one.name: one.read_text(encoding="utf-8").replace("\n", "\r\n")
        for one in sorted(place.iterdir(), key=lambda one: one.name)
    }


def _dated(text: str, today: date, form: str) -> str:
    """The text with ``{+3}`` as the day in three days: a demo is always about now."""
    return _DAYS.sub(lambda found: (today + timedelta(days=int(found[1]))).strftime(form), text)
