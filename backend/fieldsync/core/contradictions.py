"""Arrows against rights, before anything runs: what cannot travel as it is set, for everybody or for some."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from fieldsync.core.access import Standing
from fieldsync.core.effective import (
    DIRECTION_WORDS,
    KIND_WORDS,
    PRIVILEGE_OF,
    BlockedReason,
    CheckStage,
    Refusal,
    field_rights,
)
from fieldsync.core.values import Direction, RecordKind, Side


class FieldFacts(Protocol):
    """What is asked of a field of the catalogue."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> RecordKind: ...
    @property
    def crm_label(self) -> str: ...
    @property
    def attributes(self) -> tuple[str, ...]: ...
    @property
    def allowed(self) -> tuple[Direction, ...]: ...


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A flow that is configured and that these people's rights forbid, of ``total`` for whom the profile holds.

    Of role contradictions, which concern all fields of a kind alike, the first field stands for all. ``narrow_to`` is
    the direction that would resolve it, None if the field does not allow that one.
    """

    field_id: str
    flow: Direction
    refusal: Refusal
    people: tuple[str, ...]
    total: int
    message: str
    narrow_to: Direction | None
    attributes: tuple[str, ...] = ()


_MAY_NOT = {
    BlockedReason.NO_READ: "read",
    BlockedReason.NO_CREATE: "fill it on new records",
    BlockedReason.NO_UPDATE: "update",
}


def contradictions(
    fields: Sequence[FieldFacts], directions: Mapping[str, Direction], people: Mapping[str, Standing]
) -> list[Contradiction]:
    """What these directions ask for and these people's rights forbid; role contradictions first."""
    groups = _alike(people)
    roles: dict[tuple[Refusal, frozenset[str]], list[FieldFacts]] = defaultdict(list)
    columns: list[Contradiction] = []
    for field in fields:
        configured = directions[field.id]
        blocked: dict[tuple[BlockedReason, Direction], tuple[Refusal, list[str]]] = {}
        for standing, members in groups:
            rights = field_rights(standing, field.kind, field.attributes)
            for flow, refusal in _forbidden(configured, rights.read, rights.create, rights.update):
                _, who = blocked.setdefault((refusal.reason, flow), (refusal, []))
                who.extend(members)
        for (_, flow), (refusal, who) in blocked.items():
            if refusal.stage is CheckStage.ROLE:
                roles[refusal, frozenset(who)].append(field)
            else:
                columns.append(_of_column(field, configured, flow, refusal, sorted(who), len(people)))
    found = [_of_role(refusal, who, group, len(people), directions) for (refusal, who), group in roles.items()]
    return found + columns


def _alike(people: Mapping[str, Standing]) -> list[tuple[Standing, list[str]]]:
    """People whose rights are the same as far as whole kinds and columns are concerned, each group once."""
    groups: dict[object, tuple[Standing, list[str]]] = {}
    for who, standing in people.items():
        key = (
            standing.administrator,
            frozenset(standing.grants),
            frozenset((kind, *item) for kind, group in standing.columns.items() for item in group.items()),
        )
        groups.setdefault(key, (standing, []))[1].append(who)
    return list(groups.values())


def _forbidden(
    configured: Direction, read: Refusal | None, create: Refusal | None, update: Refusal | None
) -> list[tuple[Direction, Refusal]]:
    found: list[tuple[Direction, Refusal]] = []
    if configured.writes(Side.OUTLOOK) and read:
        found.append((Direction.TO_OUTLOOK, read))
    if configured.writes(Side.CRM):
        found.extend((Direction.TO_CRM, refusal) for refusal in (update, create) if refusal)
    return found


def _of_column(
    field: FieldFacts, configured: Direction, flow: Direction, refusal: Refusal, who: list[str], total: int
) -> Contradiction:
    it = "" if refusal.reason is BlockedReason.NO_CREATE else " it"
    amount = "nobody may" if len(who) == total else f"{len(who)} of {total} people may not"
    message = (
        f"{field.crm_label} {DIRECTION_WORDS[configured]} but is secured, and {amount} {_MAY_NOT[refusal.reason]}{it}."
    )
    return Contradiction(
        field.id, flow, refusal, tuple(who), total, message, _narrowed(field, configured, flow), field.attributes
    )


def _of_role(
    refusal: Refusal,
    who: frozenset[str],
    group: Sequence[FieldFacts],
    total: int,
    directions: Mapping[str, Direction],
) -> Contradiction:
    first = group[0]
    flow = Direction.TO_OUTLOOK if refusal.reason is BlockedReason.NO_READ else Direction.TO_CRM
    privilege = PRIVILEGE_OF[refusal.reason]
    amount = "nobody may" if len(who) == total else f"{len(who)} of {total} people may not"
    to = "Outlook" if flow is Direction.TO_OUTLOOK else "the CRM"
    count = f"{len(group)} fields" if len(group) > 1 else first.crm_label
    travels = "travel" if len(group) > 1 else "travels"
    what = KIND_WORDS[first.kind]
    message = f"{count} of {what} {travels} to {to}, but {amount} {privilege.value.lower()} {what} at all."
    narrow = _narrowed(first, directions[first.id], flow) if len(group) == 1 else None
    return Contradiction(first.id, flow, refusal, tuple(sorted(who)), total, message, narrow)


def _narrowed(field: FieldFacts, configured: Direction, flow: Direction) -> Direction | None:
    left = Direction(configured.value & ~flow.value)
    return left if left in field.allowed else None
