"""From what each side holds to an ordered list of steps: plain functions over frozen values.

A preview is this list, not carried out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from fieldsync.core.detect import Digests, moved
from fieldsync.core.directions import Agree, Conflict, ConflictPolicy, Keep, Stray, Write, decide, decide_first_match
from fieldsync.core.runs import DeletionRule
from fieldsync.core.values import Direction, Side, Value, Values, is_empty


@dataclass(frozen=True, slots=True)
class RecordState:
    """A CRM record in scope, as it is now."""

    id: str
    version: int
    values: Values


@dataclass(frozen=True, slots=True)
class ItemState:
    """An item of the mailbox, as it is now."""

    href: str
    version: str
    values: Values


@dataclass(frozen=True, slots=True)
class LinkState:
    """A link as stored; ``reason`` says why it is no longer followed (``linked`` False)."""

    id: str
    record_id: str
    href: str
    record_version: int
    item_version: str
    crm_seen: bytes
    outlook_seen: bytes
    linked: bool = True
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for a mailbox and kind: one effective direction per field, and what to do in doubt.

    ``fit`` gives a value as the CRM would hold it (texts cut to their columns, unreadable dates empty).
    """

    directions: tuple[Direction, ...]
    fit: Callable[[int, Value], Value]
    policy: ConflictPolicy = ConflictPolicy.CRM_LEADS
    on_record_deleted: DeletionRule = DeletionRule.DELETE
    on_item_deleted: DeletionRule = DeletionRule.UNLINK


@dataclass(frozen=True, slots=True)
class FieldNote:
    """Something to report of one field: a stray or lost value. ``lost`` is None if nothing is overwritten."""

    position: int
    side: Side
    reason: str
    conflict: bool
    lost: Value | None


@dataclass(frozen=True, slots=True)
class CreateItem:
    """A record new to the mailbox; ``values`` are those that may travel, the others empty."""

    record: RecordState
    values: Values


@dataclass(frozen=True, slots=True)
class CreateRecord:
    """An item new to the CRM; ``values`` as the CRM will hold them."""

    item: ItemState
    values: Values


@dataclass(frozen=True, slots=True)
class Reconcile:
    """A record and an item that belong together: fields to write on either side, possibly none.

    ``link`` None means that they were just matched.
    """

    link: LinkState | None
    record: RecordState
    item: ItemState
    to_outlook: Mapping[int, Value]
    to_crm: Mapping[int, Value]
    notes: tuple[FieldNote, ...] = ()
    joins: bool = False


@dataclass(frozen=True, slots=True)
class DeleteItem:
    link: LinkState


@dataclass(frozen=True, slots=True)
class DeleteRecord:
    link: LinkState
    record: RecordState


@dataclass(frozen=True, slots=True)
class Unlink:
    """Stop following a pair, touching neither end. ``vanished`` is True if an end is gone."""

    link: LinkState
    reason: str
    vanished: bool


@dataclass(frozen=True, slots=True)
class Forget:
    """Both ends are gone; so goes the link."""

    link: LinkState


Step: TypeAlias = CreateItem | CreateRecord | Reconcile | DeleteItem | DeleteRecord | Unlink | Forget

RECORD_DELETED = "RECORD_DELETED"
ITEM_DELETED = "ITEM_DELETED"
OUT_OF_SCOPE = "OUT_OF_SCOPE"


def plan_create_item(record: RecordState, rules: Rules) -> CreateItem:
    """A record without an item: copy what may travel to Outlook."""
    return CreateItem(record, _travelling(record.values, rules, Side.OUTLOOK))


def plan_create_record(item: ItemState, rules: Rules) -> CreateRecord:
    """An item without a record: copy what may travel to the CRM."""
    values = _travelling(item.values, rules, Side.CRM)
    return CreateRecord(item, tuple(rules.fit(position, value) for position, value in enumerate(values)))


def _travelling(values: Values, rules: Rules, to: Side) -> Values:
    return tuple(
        value if direction.writes(to) else ("",) * len(value)
        for value, direction in zip(values, rules.directions, strict=True)
    )


def plan_pair(
    link: LinkState | None, record: RecordState, item: ItemState, rules: Rules, digests: Digests
) -> Reconcile:
    """Decide every field of a pair; only fields that moved are looked at."""
    if link is None:
        positions = frozenset(range(len(record.values)))
        crm_moved = outlook_moved = frozenset[int]()
    else:
        crm_moved = moved(link.crm_seen, digests.baseline(record.values))
        outlook_moved = moved(link.outlook_seen, digests.baseline(item.values))
        positions = crm_moved | outlook_moved
    to_outlook: dict[int, Value] = {}
    to_crm: dict[int, Value] = {}
    notes: list[FieldNote] = []
    for position in sorted(positions):
        crm, outlook, direction = record.values[position], item.values[position], rules.directions[position]
        # A CRM column may be too short for what Outlook holds: its cut-off copy counts as the same value.
        if crm != outlook and not is_empty(crm) and crm == rules.fit(position, outlook):
            continue
        if link is None:
            decision = decide_first_match(direction, crm, outlook, rules.policy)
        else:
            decision = decide(
                direction,
                crm,
                outlook,
                crm_moved=position in crm_moved,
                outlook_moved=position in outlook_moved,
                policy=rules.policy,
            )
        match decision:
            case Keep() | Agree():
                continue
            case Stray(side):
                notes.append(FieldNote(position, side, "the other side leads this field", False, None))
                continue
            case Conflict(side, reason):
                target, conflict, loses = side, reason, True
            case Write(side, loses_edit):
                target, conflict, loses = side, None, loses_edit
        old = outlook if target is Side.OUTLOOK else crm
        if target is Side.OUTLOOK:
            to_outlook[position] = crm
        else:
            to_crm[position] = rules.fit(position, outlook)
        if loses:
            reason = conflict or "the other side leads this field"
            notes.append(FieldNote(position, target, reason, conflict is not None, old))
    joins = link is None or not link.linked
    return Reconcile(link, record, item, to_outlook, to_crm, tuple(notes), joins)


def plan_record_gone(link: LinkState, item: ItemState | None, rules: Rules) -> Step:
    """The record was deleted. An item edited since is kept: an edit weighs more than a deletion."""
    if item is None:
        return Forget(link)
    if rules.on_record_deleted is DeletionRule.DELETE and item.version == link.item_version:
        return DeleteItem(link)
    return Unlink(link, RECORD_DELETED, vanished=True)


def plan_item_gone(link: LinkState, record: RecordState | None, rules: Rules, digests: Digests) -> Step:
    """The item was deleted. A record edited since is kept: an edit weighs more than a deletion."""
    if record is None:
        return Forget(link)
    edited = bool(moved(link.crm_seen, digests.baseline(record.values)))
    if rules.on_item_deleted is DeletionRule.DELETE and not edited:
        return DeleteRecord(link, record)
    return Unlink(link, ITEM_DELETED, vanished=True)
