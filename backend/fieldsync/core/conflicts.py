"""Conflicts: both sides changed a field that travels both ways. Who leads is set per mapping; a person can be asked.

What K8 of the reference leaves open is decided here: the CRM leads unless the mapping says otherwise, field by field.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeAlias

from fieldsync.core.values import Side, Value


class ConflictPolicy(Enum):
    """Who leads when both sides changed a field that travels both ways."""

    CRM_LEADS = "CRM_LEADS"
    OUTLOOK_LEADS = "OUTLOOK_LEADS"
    NEWEST = "NEWEST"
    ASK = "ASK"


class ConflictChoice(Enum):
    """What a person decided: one side's value, or another one."""

    CRM = "CRM"
    OUTLOOK = "OUTLOOK"
    VALUE = "VALUE"


class ConflictState(Enum):
    """OPEN waits for a person, RESOLVED for the next run, which makes it SETTLED; GONE resolved itself."""

    OPEN = "OPEN"
    RESOLVED = "RESOLVED"
    SETTLED = "SETTLED"
    GONE = "GONE"


@dataclass(frozen=True, slots=True)
class Times:
    """When each side was last changed, as it says itself; ``guard`` is how far clocks are trusted."""

    crm: datetime | None = None
    outlook: datetime | None = None
    now: datetime | None = None
    guard: timedelta = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conflict in the inbox, with what each side held; ``choice`` is what a person decided, if one did."""

    id: str
    crm: Value
    outlook: Value
    choice: ConflictChoice | None = None
    value: Value | None = None


NONE_WAITING: Mapping[int, Waiting] = {}


@dataclass(frozen=True, slots=True)
class Leads:
    """``side`` leads; ``because`` says why."""

    side: Side
    because: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A person decides; ``because`` says what happened."""

    because: str


Verdict: TypeAlias = Leads | Ask

NO_TIMES = "not both sides say when, so the CRM leads"
TOO_CLOSE = "the edits lie too close together to tell which is newer, so the CRM leads"
IN_THE_FUTURE = "an edit bears a time that has not come yet, so the CRM leads"
REOPENED = "it was edited after it had been decided"


def verdict(policy: ConflictPolicy, what: str, times: Times) -> Verdict:
    """Who leads in a conflict; ``what`` says what happened and becomes part of the reason."""
    match policy:
        case ConflictPolicy.CRM_LEADS:
            return Leads(Side.CRM, what)
        case ConflictPolicy.OUTLOOK_LEADS:
            return Leads(Side.OUTLOOK, what)
        case ConflictPolicy.ASK:
            return Ask(what)
        case ConflictPolicy.NEWEST:
            side, because = _newest(times)
            return Leads(side, f"{what}; {because}")


def _newest(times: Times) -> tuple[Side, str]:
    """The side changed last. Where times cannot tell, the CRM leads: no edit wins by a wrong clock."""
    if times.crm is None or times.outlook is None:
        return Side.CRM, NO_TIMES
    if times.now is not None and max(times.crm, times.outlook) > times.now:
        return Side.CRM, IN_THE_FUTURE
    if abs(times.crm - times.outlook) < times.guard:
        return Side.CRM, TOO_CLOSE
    side = Side.CRM if times.crm > times.outlook else Side.OUTLOOK
    return side, f"the edit in {'the CRM' if side is Side.CRM else 'Outlook'} is newer"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person's choice makes of a field; a side that is None holds it already."""

    to_crm: Value | None
    to_outlook: Value | None


def chosen(waiting: Waiting, crm: Value, outlook: Value, fit: Callable[[Value], Value]) -> Chosen | None:
    """What is to be written for a choice; None if there is none, or if somebody edited the field after it.

    A side that holds the chosen value already does not count as edited: a run may have died half way.
    """
    match waiting.choice:
        case None:
            return None
        case ConflictChoice.CRM:
            goal, goal_in_crm = waiting.crm, waiting.crm
        case ConflictChoice.OUTLOOK:
            goal, goal_in_crm = waiting.outlook, fit(waiting.outlook)
        case ConflictChoice.VALUE:
            if waiting.value is None:
                return None
            goal, goal_in_crm = waiting.value, fit(waiting.value)
    if crm not in (waiting.crm, goal_in_crm) or outlook not in (waiting.outlook, goal):
        return None
    return Chosen(None if crm == goal_in_crm else goal_in_crm, None if outlook == goal else goal)


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a pair that waits for a person.

    ``waiting_id`` is the conflict in the inbox that it continues; ``news`` is True if it is not there yet, or if a side
    was edited since.
    """

    position: int
    crm: Value
    outlook: Value
    because: str
    waiting_id: str | None = None
    news: bool = True


def asked(position: int, crm: Value, outlook: Value, because: str, waiting: Waiting | None) -> Asked:
    """What to store of a conflict for a person, given what waits already."""
    if waiting is None:
        return Asked(position, crm, outlook, because)
    if waiting.choice is not None:
        return Asked(position, crm, outlook, f"{because}; {REOPENED}", waiting.id)
    return Asked(position, crm, outlook, because, waiting.id, (crm, outlook) != (waiting.crm, waiting.outlook))
