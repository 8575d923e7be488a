"""From what each side holds to an ordered list of steps: plain functions over frozen values.

A preview is this list, not carried out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from fieldsync.core.detect import WIDTH, Digests, moved
from fieldsync.core.directions import Agree, Conflict, ConflictPolicy, Keep, Stray, Write, decide, decide_first_match
from fieldsync.core.runs import DeletionRule
from fieldsync.core.traits import NO_ITEM_TRAITS, NO_RECORD_TRAITS, ItemTraits, RecordTraits
from fieldsync.core.values import Direction, Side, Value, Values, is_empty


@dataclass(frozen=True, slots=True)
class RecordState:
    """A CRM record in scope, as it is now."""

    id: str
    version: int
    values: Values
    traits: RecordTraits = NO_RECORD_TRAITS


@dataclass(frozen=True, slots=True)
class ItemState:
    """An item of the mailbox, as it is now."""

    href: str
    version: str
    values: Values
    traits: ItemTraits = NO_ITEM_TRAITS


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
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Flows:
    """What rights leave of the directions, per field of a kind.

    ``withheld`` fields cannot be read in the CRM: they are neither compared nor written to Outlook. ``barred`` are
    those that are set to travel to the CRM and may not be written there, each with the rule that forbids it.
    """

    directions: tuple[Direction, ...]
    withheld: frozenset[int] = frozenset()
    barred: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for a mailbox and kind: the flows of its fields, and what to do in doubt.

    ``kept`` are records that may not be deleted whatever holds for others. ``flows`` hold for records that exist, ``new`` for a record about to be made of an item, ``single`` for records
    that are opened further than others. ``cannot_create`` and ``cannot_delete`` are the rules that forbid to make or
    delete records at all. ``blank`` puts the CRM's value in the place of one that may not be written there, as
    Dynamics does (B3, B6). ``fit`` gives a value as the CRM would hold it (texts cut to their columns, unreadable
    dates empty).
    """

    flows: Flows
    fit: Callable[[int, Value], Value]
    new: Flows | None = None
    single: Mapping[str, Flows] = field(default_factory=dict)
    cannot_create: str | None = None
    cannot_delete: str | None = None
    kept: frozenset[str] = frozenset()
    blank: bool = False
    policy: ConflictPolicy = ConflictPolicy.CRM_LEADS
    on_record_deleted: DeletionRule = DeletionRule.DELETE
    on_item_deleted: DeletionRule = DeletionRule.UNLINK

    def of(self, record_id: str) -> Flows:
        """The flows of one record."""
        return self.single.get(record_id, self.flows) if self.single else self.flows


class NoteKind(Enum):
    """What is to be reported of a field."""

    STRAY = "STRAY"
    OVERWRITTEN = "OVERWRITTEN"
    CONFLICT = "CONFLICT"
    NOT_PERMITTED = "NOT_PERMITTED"


@dataclass(frozen=True, slots=True)
class FieldNote:
    """Something to report of one field: an edit on ``side`` that stays there or gives way.

    ``lost`` is the value that is overwritten, None if nothing is.
    """

    position: int
    side: Side
    reason: str
    kind: NoteKind
    lost: Value | None = None


@dataclass(frozen=True, slots=True)
class CreateItem:
    """A record new to the mailbox; ``values`` are those that may travel, the others empty."""

    record: RecordState
    values: Values


@dataclass(frozen=True, slots=True)
class CreateRecord:
    """An item new to the CRM; ``values`` as the CRM will hold them.

    ``gives_up`` are the fields that the CRM does not take and Outlook therefore loses, once the record is made.
    """

    item: ItemState
    values: Values
    notes: tuple[FieldNote, ...] = ()
    gives_up: tuple[FieldNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconcile:
    """A record and an item that belong together: fields to write on either side, possibly none.

    ``link`` None means that they were just matched. ``unseen`` fields are withheld: what the CRM holds is not known.
    """

    link: LinkState | None
    record: RecordState
    item: ItemState
    to_outlook: Mapping[int, Value]
    to_crm: Mapping[int, Value]
    notes: tuple[FieldNote, ...] = ()
    joins: bool = False
    unseen: frozenset[int] = frozenset()


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
DELETION_NOT_PERMITTED = "DELETION_NOT_PERMITTED"
LEADS = "the other side leads this field"


def plan_create_item(record: RecordState, rules: Rules) -> CreateItem:
    """A record without an item: copy what may travel to Outlook."""
    return CreateItem(record, _travelling(record.values, rules.of(record.id), Side.OUTLOOK))


def plan_create_record(item: ItemState, rules: Rules) -> CreateRecord:
    """An item without a record: copy what may travel to the CRM; what rights keep back is reported, or given up."""
    flows = rules.new or rules.flows
    values = _travelling(item.values, flows, Side.CRM)
    barred = {n: rule for n, rule in flows.barred.items() if not is_empty(item.values[n])}
    blank = frozenset(n for n in barred if rules.blank and flows.directions[n].writes(Side.OUTLOOK))
    return CreateRecord(
        item,
        tuple(rules.fit(position, value) for position, value in enumerate(values)),
        tuple(_kept_back(n, rule) for n, rule in barred.items() if n not in blank),
        tuple(_given_up(n, barred[n], item.values[n]) for n in sorted(blank)),
    )


def plan_blank(link: LinkState, record: RecordState, step: CreateRecord) -> Reconcile:
    """Put the CRM's value, which is none, in the place of what the CRM did not take."""
    values = {note.position: record.values[note.position] for note in step.gives_up}
    return Reconcile(link, record, step.item, values, {}, step.gives_up)


def _kept_back(position: int, rule: str) -> FieldNote:
    return FieldNote(position, Side.OUTLOOK, rule, NoteKind.NOT_PERMITTED)


def _given_up(position: int, rule: str, lost: Value) -> FieldNote:
    return FieldNote(position, Side.OUTLOOK, rule, NoteKind.NOT_PERMITTED, lost)


def _travelling(values: Values, flows: Flows, to: Side) -> Values:
    return tuple(
        value if direction.writes(to) else ("",) * len(value)
        for value, direction in zip(values, flows.directions, strict=True)
    )


def plan_pair(
    link: LinkState | None, record: RecordState, item: ItemState, rules: Rules, digests: Digests
) -> Reconcile:
    """Decide every field of a pair; only fields that moved are looked at.

    Of a withheld field only Outlook's edits are seen, and never at the first match: nobody would know what they
    overwrite.
    """
    flows = rules.of(record.id)
    unseen = flows.withheld
    if link is None:
        positions = frozenset(range(len(record.values))) - unseen
        crm_moved = outlook_moved = frozenset[int]()
    else:
        crm_moved = moved(link.crm_seen, digests.baseline(record.values)) - unseen
        outlook_moved = moved(link.outlook_seen, digests.baseline(item.values))
        positions = crm_moved | outlook_moved
    to_outlook: dict[int, Value] = {}
    to_crm: dict[int, Value] = {}
    notes: list[FieldNote] = []
    for position in sorted(positions):
        crm, outlook, direction = record.values[position], item.values[position], flows.directions[position]
        known = position not in unseen
        # A CRM column may be too short for what Outlook holds: its cut-off copy counts as the same value.
        if known and crm != outlook and not is_empty(crm) and crm == rules.fit(position, outlook):
            continue
        rule = flows.barred.get(position)
        if rule is not None and position not in crm_moved and not (known and crm == outlook):
            # Outlook holds what the CRM would take, were it allowed: an edit, or at the first match anything at all.
            if is_empty(outlook) if link is None else position not in outlook_moved:
                continue
            if direction.writes(Side.OUTLOOK) and (rules.blank or (link is None and not is_empty(crm))):
                to_outlook[position] = crm
                notes.append(_given_up(position, rule, outlook))
            else:
                notes.append(_kept_back(position, rule))
            continue
        if not known:
            if direction.writes(Side.CRM):
                to_crm[position] = rules.fit(position, outlook)
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
                notes.append(FieldNote(position, side, LEADS, NoteKind.STRAY))
                continue
            case Conflict(side, reason):
                target, kind = side, NoteKind.CONFLICT
            case Write(side, loses_edit):
                if not loses_edit and link is not None and side is Side.OUTLOOK:
                    loses_edit = _is_unsent(link, position, outlook, rules, digests)
                target, reason, kind = side, LEADS, NoteKind.OVERWRITTEN if loses_edit else None
        old = outlook if target is Side.OUTLOOK else crm
        if target is Side.OUTLOOK:
            to_outlook[position] = crm
        else:
            to_crm[position] = rules.fit(position, outlook)
        if kind is not None:
            notes.append(FieldNote(position, target, reason, kind, old))
    joins = link is None or not link.linked
    return Reconcile(link, record, item, to_outlook, to_crm, tuple(notes), joins, unseen)


def _is_unsent(link: LinkState, position: int, outlook: Value, rules: Rules, digests: Digests) -> bool:
    """True if Outlook holds something that never reached the CRM: an edit that strayed, or that rights kept back."""
    if is_empty(outlook):
        return False
    seen = link.crm_seen[position * WIDTH : (position + 1) * WIDTH]
    return seen not in (digests.of(outlook), digests.of(rules.fit(position, outlook)))


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
    edited = bool(moved(link.crm_seen, digests.baseline(record.values)) - rules.of(record.id).withheld)
    if rules.on_item_deleted is DeletionRule.DELETE and not edited:
        if rules.cannot_delete is not None or record.id in rules.kept:
            return Unlink(link, DELETION_NOT_PERMITTED, vanished=True)
        return DeleteRecord(link, record)
    return Unlink(link, ITEM_DELETED, vanished=True)
