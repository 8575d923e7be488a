"""The values of a contact, checked and completed before they are stored."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fieldsync.core.values import RecordKind
from fieldsync.db.repo.contacts import MAX_LENGTHS
from fieldsync.errors import InvalidInput
from fieldsync.services.records import Change

_NAME_PARTS = ("firstname", "middlename", "lastname")
_EARLIEST = date(1753, 1, 1)


def checked_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are stored; raises InvalidInput naming the attribute."""
    checked: dict[str, Any] = {}
    for name, given in values.items():
        value = given
        if isinstance(value, str):
            if name.startswith("emailaddress"):
                value = value.strip()
            if "\x00" in value:
                raise InvalidInput("This text holds a character that cannot be stored.", path=(name,))
            limit = MAX_LENGTHS[name]
            if len(value) > limit:
                raise InvalidInput(f"This text has {len(value)} characters; at most {limit} are kept.", path=(name,))
            value = value or None
        elif isinstance(value, date) and value < _EARLIEST:
            raise InvalidInput("Dates begin in 1753.", path=(name,))
        checked[name] = value
    return checked


class ContactRules:
    """The values of contacts."""

    kind = RecordKind.CONTACT
    noun = "contact"

    def checked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return checked_values(values)

    def complete(self, change: Change) -> None:
        if change.held is None and not change.wanted:
            raise InvalidInput("A contact needs at least one value, such as its last name.")
        # Neither the full name nor a part of it can be secured (C11).
        complete_full_name(change.held or {}, change.wanted)


def complete_full_name(current: Mapping[str, Any], wanted: dict[str, Any]) -> None:
    """Recompute the full name when a part of it changes and the caller did not give one."""
    if "fullname" in wanted or not any(part in wanted for part in _NAME_PARTS):
        return
    if all(current.get(part) == wanted.get(part, current.get(part)) for part in _NAME_PARTS):
        return
    parts = [wanted.get(part, current.get(part)) for part in _NAME_PARTS]
    wanted["fullname"] = " ".join(part for part in parts if part)[: MAX_LENGTHS["fullname"]] or None
