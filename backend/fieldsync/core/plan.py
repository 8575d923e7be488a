"""From what each side holds to an ordered list of steps: plain functions over frozen values.

A preview is this list, not carried out.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeAlias

from fieldsync.core.brakes import AS_SHIPPED, Brakes
from fieldsync.core.conflicts import Asked, ConflictPolicy, ConflictState
from fieldsync.core.deletes import AS_SHIPPED as SHIPPED_MATRIX
from fieldsync.core.deletes import DeletionMatrix, Party
from fieldsync.core.incoming import TAKES_ALL, IncomingPolicy
from fieldsync.core.runs import DeletionRule
from fieldsync.core.traits import NO_ITEM_TRAITS, NO_RECORD_TRAITS, ItemTraits, RecordTraits
from fieldsync.core.values import Direction, RecordKind, Side, Value, Values, is_empty


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

    def reach(self, side: Side) -> bool:
        """Whether anything travels to a side, or would, were it allowed: else nothing is made there (F21)."""
        if side is Side.CRM and self.barred:
            return True
        return any(direction.writes(side) for direction in self.directions)


def _as_it_is(position: int, value: Value) -> Value:
    del position
    return value


def _nothing(values: Values, written: Set[int], now: datetime) -> Mapping[int, Value]:
    del values, written, now
    return {}


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for a mailbox and kind: the flows of its fields, and what to do in doubt.

    ``flows`` hold for records that exist, ``new`` for a record about to be made of an item, ``single`` for records
    that are opened further than others. ``cannot_create`` and ``cannot_delete`` are the rules that forbid to make or
    delete records at all, ``kept`` the records that may not be deleted whatever holds for others. ``blank`` puts the
    CRM's value in the place of one that may not be written there, as Dynamics does (B3, B6).

    ``fit`` gives a value as the CRM would hold it (texts cut to their columns, unreadable dates empty), ``normal`` as
    an item would; ``fill`` says what the CRM fills in by itself once fields were written. ``policies`` say who leads in
    a conflict, per field (none: the CRM), ``now`` is when the run decides, ``newest_guard`` how far apart two edits
    must lie before their times decide. ``owner_addresses`` are the mail addresses of the mailbox's owner, which tell
    whose meeting it is. ``incoming`` says which items become records and what is left alone.

    ``brakes`` say how many deletions are carried out unasked, ``deletes`` what one does on the other side where
    ``on_record_deleted`` and ``on_item_deleted`` leave it to the matrix; for that the ``kind``, ``owner_id``, the
    mailbox's owner, and ``status``, the field that says cancelled, are known. ``edit_wins`` keeps an edited end from
    being deleted. ``sends_for`` are the organizers whose meetings may invite people from this mailbox.
    """

    flows: Flows
    fit: Callable[[int, Value], Value]
    normal: Callable[[int, Value], Value] = _as_it_is
    fill: Callable[[Values, Set[int], datetime], Mapping[int, Value]] = _nothing
    new: Flows | None = None
    single: Mapping[str, Flows] = field(default_factory=dict)
    cannot_create: str | None = None
    cannot_delete: str | None = None
    kept: frozenset[str] = frozenset()
    blank: bool = False
    policies: tuple[ConflictPolicy, ...] = ()
    now: datetime | None = None
    newest_guard: timedelta = timedelta(seconds=120)
    owner_addresses: frozenset[str] = frozenset()
    incoming: IncomingPolicy = TAKES_ALL
    on_record_deleted: DeletionRule = DeletionRule.DELETE
    on_item_deleted: DeletionRule = DeletionRule.UNLINK
    brakes: Brakes = AS_SHIPPED
    kind: RecordKind | None = None
    owner_id: str = ""
    status: int | None = None
    deletes: DeletionMatrix = SHIPPED_MATRIX
    edit_wins: bool = True
    sends_for: frozenset[str] = frozenset()

    def of(self, record_id: str) -> Flows:
        """The flows of one record."""
        return self.single.get(record_id, self.flows) if self.single else self.flows

    @property
    def party(self) -> Party | None:
        """Whose rules of deletion these are; None as long as nobody said what time it is."""
        return Party(self.owner_id, self.owner_addresses, self.now) if self.now is not None else None

    def policy(self, position: int) -> ConflictPolicy:
        """Who leads when both sides changed this field."""
        return self.policies[position] if self.policies else ConflictPolicy.CRM_LEADS


class NoteKind(Enum):
    """What is to be reported of a field."""

    STRAY = "STRAY"
    OVERWRITTEN = "OVERWRITTEN"
    CONFLICT = "CONFLICT"
    ASKED = "ASKED"
    DECIDED = "DECIDED"
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

    ``gives_up`` are the fields that the CRM does not take and Outlook therefore loses, once the record is made;
    ``gains`` are those that the CRM filled in by itself and Outlook gets then.
    """

    item: ItemState
    values: Values
    notes: tuple[FieldNote, ...] = ()
    gives_up: tuple[FieldNote, ...] = ()
    gains: frozenset[int] = frozenset()

    @property
    def follows(self) -> frozenset[int]:
        """The fields to be written in Outlook once the record is made."""
        return self.gains | {note.position for note in self.gives_up}


@dataclass(frozen=True, slots=True)
class Reconcile:
    """A record and an item that belong together: fields to write on either side, possibly none.

    ``link`` None means that they were just matched. ``unseen`` fields are withheld: what the CRM holds is not known.
    ``asked`` fields wait for a person: neither side is written, and both stay unseen, so that the conflict stays one.
    ``closed`` are conflicts of the inbox that have come to an end.
    """

    link: LinkState | None
    record: RecordState
    item: ItemState
    to_outlook: Mapping[int, Value]
    to_crm: Mapping[int, Value]
    notes: tuple[FieldNote, ...] = ()
    joins: bool = False
    unseen: frozenset[int] = frozenset()
    asked: tuple[Asked, ...] = ()
    closed: Mapping[str, ConflictState] = field(default_factory=dict)

    @property
    def pending(self) -> frozenset[int]:
        """The fields whose baselines stay as they are."""
        return frozenset(one.position for one in self.asked)


@dataclass(frozen=True, slots=True)
class DeleteItem:
    """The item goes, as long as it is at version ``expect`` (empty: at that of the link).

    ``leaves`` is the reason with which the link stays, no longer followed, where its record does; else it goes too.
    """

    link: LinkState
    expect: str = ""
    leaves: str | None = None

    @property
    def version(self) -> str:
        return self.expect or self.link.item_version


@dataclass(frozen=True, slots=True)
class DeleteRecord:
    link: LinkState
    record: RecordState


@dataclass(frozen=True, slots=True)
class Unlink:
    """Stop following a pair, touching neither end. ``vanished`` is True if an end is gone; ``because`` says more."""

    link: LinkState
    reason: str
    vanished: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class Forget:
    """Both ends are gone; so goes the link."""

    link: LinkState


Step: TypeAlias = CreateItem | CreateRecord | Reconcile | DeleteItem | DeleteRecord | Unlink | Forget

RECORD_DELETED = "RECORD_DELETED"
ITEM_DELETED = "ITEM_DELETED"
NO_VERSION = ""
"""The version in a link whose item is to be looked at, whatever version it has."""
OUT_OF_SCOPE = "OUT_OF_SCOPE"
RECORD_CANCELLED = "RECORD_CANCELLED"
UNDONE = "UNDONE"
OPTED_OUT = "OPTED_OUT"
PRIVATE = "PRIVATE"
DETACHED = "DETACHED"
RETURNING = frozenset({OUT_OF_SCOPE, OPTED_OUT, PRIVATE, DETACHED})
"""Reasons that may pass: a pair unlinked for one of them is followed again then. A deletion stays one."""
DELETION_NOT_PERMITTED = "DELETION_NOT_PERMITTED"


def plan_create_item(record: RecordState, rules: Rules) -> CreateItem:
    """A record without an item: copy what may travel to Outlook."""
    return CreateItem(record, _travelling(record.values, rules.of(record.id), Side.OUTLOOK))


def plan_create_record(item: ItemState, rules: Rules) -> CreateRecord:
    """An item without a record: copy what may travel to the CRM; what rights keep back is reported, or given up."""
    flows = rules.new or rules.flows
    values = _travelling(item.values, flows, Side.CRM)
    barred = {n: rule for n, rule in flows.barred.items() if not is_empty(item.values[n])}
    blank = frozenset(n for n in barred if rules.blank and flows.directions[n].writes(Side.OUTLOOK))
    values = tuple(rules.fit(position, value) for position, value in enumerate(values))
    filled = rules.fill(values, frozenset(range(len(values))), rules.now) if rules.now else {}
    return CreateRecord(
        item,
        tuple(filled.get(position, value) for position, value in enumerate(values)),
        tuple(kept_back(n, rule) for n, rule in barred.items() if n not in blank),
        tuple(given_up(n, barred[n], item.values[n]) for n in sorted(blank)),
        frozenset(n for n in filled if is_empty(item.values[n]) and flows.directions[n].writes(Side.OUTLOOK)),
    )


def plan_following(link: LinkState, record: RecordState, step: CreateRecord) -> Reconcile:
    """Put the CRM's value in the place of what the CRM did not take (it has none), or filled in by itself."""
    values = {position: record.values[position] for position in step.follows}
    return Reconcile(link, record, step.item, values, {}, step.gives_up)


def kept_back(position: int, rule: str) -> FieldNote:
    """An edit that may not be written in the CRM and stays in Outlook."""
    return FieldNote(position, Side.OUTLOOK, rule, NoteKind.NOT_PERMITTED)


def given_up(position: int, rule: str, lost: Value) -> FieldNote:
    """A value that may not be written in the CRM and that Outlook loses."""
    return FieldNote(position, Side.OUTLOOK, rule, NoteKind.NOT_PERMITTED, lost)


def _travelling(values: Values, flows: Flows, to: Side) -> Values:
    return tuple(
        value if direction.writes(to) else ("",) * len(value)
        for value, direction in zip(values, flows.directions, strict=True)
    )
