"""What the API has to answer, as the oracle sees it: contacts as one caller gets them, and what must not show."""

import base64
import json
import re
from collections.abc import Collection
from typing import Any

from fieldsync.core.privileges import Privilege
from rights.house import Note, run_of
from rights.oracle import Oracle, Organization, Reading, Record
from rights.stock import Stock


def fragment(stock: Stock) -> str:
    """All of a record, as ``answer`` says it."""
    return (
        f"fragment all on {stock.type}{{id {stock.selection} owner{{id}} withheld{{field attribute}} masked viewerCan "
        "shares{principal{id} rights} columnGrants{attribute read update principal{id}}}"
    )


def answer(oracle: Oracle, user: str, record: Record) -> dict[str, Any]:
    """A record that the caller may see, as ``fragment`` asks for it."""
    org, teams = oracle.org, oracle.teams_of(user)
    names = org.stock.names
    shows = {name: oracle.shows(user, name, record) for name in names}
    opened = [
        one
        for one in org.opened
        if one.record == record.id and (org.user(user).administrator or one.to in [user, *teams])
    ]
    return {
        "id": org.stock.id(record.id),
        **{gql: org.stock.said(name, oracle.shown(user, record, name)) for name, gql in names.items()},
        "owner": {"id": f"principal:{record.owner}"},
        "withheld": [{"field": names[n], "attribute": n} for n in sorted(names) if shows[n] is Reading.WITHHELD],
        "masked": [names[n] for n in sorted(names) if shows[n] is Reading.MASKED and record.values.get(n)],
        "viewerCan": [p.value for p in Privilege if p is not Privilege.CREATE and oracle.may(user, p, record)],
        "shares": [
            {"principal": {"id": f"principal:{share.to}"}, "rights": [p.value for p in Privilege if p in share.rights]}
            for share in sorted(org.shares, key=lambda share: share.to)
            if share.record == record.id
        ],
        "columnGrants": [
            {
                "attribute": one.attribute, "read": one.read, "update": one.update,
                "principal": {"id": f"principal:{one.to}"},
            }
            for one in sorted(opened, key=lambda one: (one.attribute, one.to))
        ],
    }  # fmt: skip


def visible(oracle: Oracle, user: str) -> list[Record]:
    """The records that the caller may see, in the order of their ids."""
    return sorted((r for r in oracle.org.records if oracle.may_see(user, r)), key=lambda record: record.id)


def forbidden(oracle: Oracle, user: str, notes: Collection[Note], fields: dict[str, list[str]]) -> set[str]:
    """Every text that must not show to the caller: values, and the ids of what is not there for the caller."""
    found: set[str] = set()
    for record in oracle.org.records:
        if not oracle.may_see(user, record):
            found.add(record.id)
        for name, value in record.values.items():
            if value and oracle.reads(user, record, name) is not Reading.PLAIN:
                found.add(value)
    sees_all = oracle.org.user(user).administrator
    for note in notes:
        if not sees_all and (note.owner != user or not lost_shows(oracle, user, note, fields)):
            found.add(note.lost)
    found |= {run_of(other.id) for other in oracle.org.users if not sees_all and other.id != user}
    return found


def lost_shows(oracle: Oracle, user: str, note: Note, fields: dict[str, list[str]]) -> bool:
    record = next((one for one in oracle.org.records if one.id == note.record), None)
    if oracle.org.user(user).administrator:
        return True
    return record is not None and all(oracle.reads(user, record, name) is Reading.PLAIN for name in fields[note.field])


def check_silent(text: str, secrets: set[str], sent: Any = "") -> None:
    """Nothing forbidden is in an answer, not even inside a cursor; what the caller sent itself is no news."""
    said = text + "".join(
        _opened(cursor) for cursor in re.findall(r'"(?:endCursor|startCursor|cursor)":"([^"]+)"', text)
    )
    known = json.dumps(sent)
    leaks = {one for one in secrets if re.search(rf"{one}(?![0-9])", said) and one not in known}
    assert not leaks, f"an answer tells {leaks}: {said}"


def _opened(cursor: str) -> str:
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()


def matching(
    oracle: Oracle, user: str, condition: tuple[str, str, str] | None, order: str | None, *, descending: bool
) -> list[Record]:
    """The visible records that meet a condition (attribute, operator, text), in an order."""
    found = [one for one in visible(oracle, user) if condition is None or _meets(one, *condition)]
    if order is not None:
        # What has no value comes first, on either database; a date sorts as its text does.
        found.sort(key=lambda one: (one.values.get(order) or "", one.id))
    return found[::-1] if descending else found


def _meets(record: Record, attribute: str, operator: str, text: str) -> bool:
    value = record.values.get(attribute)
    match operator:
        case "isEmpty":
            return value is None
        case "equals":
            return value == text
        case "contains":
            return text.lower() in (value or "").lower() and value is not None
        case "startsWith":
            return value is not None and value.lower().startswith(text.lower())
        case "onOrAfter":
            return value is not None and value >= text
        case _:
            raise ValueError(operator)


def without(org: Organization, record_id: str) -> None:
    """The record goes, and what was granted on it."""
    org.records = [one for one in org.records if one.id != record_id]
    org.shares = [one for one in org.shares if one.record != record_id]
    org.opened = [one for one in org.opened if one.record != record_id]
