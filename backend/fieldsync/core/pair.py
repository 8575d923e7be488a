"""One pair, decided field by field: what is written on either side, what stays, and what waits for a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from fieldsync.core.conflicts import (
    NONE_WAITING,
    Ask,
    Asked,
    ConflictState,
    Leads,
    Times,
    Waiting,
    asked,
    chosen,
    verdict,
)
from fieldsync.core.detect import NOTHING_SENT, WIDTH, Digests, Seen, Sent, moved
from fieldsync.core.directions import Agree, Conflict, Keep, Stray, Write, decide, decide_first_match
from fieldsync.core.plan import (
    FieldNote,
    Flows,
    ItemState,
    LinkState,
    NoteKind,
    Reconcile,
    RecordState,
    Rules,
    given_up,
    kept_back,
)
from fieldsync.core.values import Direction, Side, Value, is_empty

LEADS = "the other side leads this field"
DECIDED = "somebody decided this conflict"


@dataclass(slots=True)
class _Draft:
    """The step of a pair while its fields are decided."""

    record: RecordState
    item: ItemState
    rules: Rules
    to_outlook: dict[int, Value] = field(default_factory=dict)
    to_crm: dict[int, Value] = field(default_factory=dict)
    notes: list[FieldNote] = field(default_factory=list)
    asks: list[Asked] = field(default_factory=list)
    settled: set[int] = field(default_factory=set)

    def carry(self, position: int, to: Side, reason: str = "", kind: NoteKind | None = None) -> None:
        """Write the other side's value; with a ``kind``, what it overwrites is noted as lost."""
        crm, outlook = self.record.values[position], self.item.values[position]
        if to is Side.OUTLOOK:
            self.to_outlook[position] = crm
        else:
            self.to_crm[position] = self.rules.fit(position, outlook)
        if kind is not None:
            self.notes.append(FieldNote(position, to, reason, kind, outlook if to is Side.OUTLOOK else crm))

    def settle(self, position: int, held: Waiting) -> bool:
        """Carry out what a person chose; False if nobody did, or if the field was edited since."""
        crm, outlook = self.record.values[position], self.item.values[position]
        choice = chosen(held, crm, outlook, partial(self.rules.fit, position))
        if choice is None:
            return False
        self.settled.add(position)
        if choice.to_outlook is not None:
            self.to_outlook[position] = choice.to_outlook
            self.notes.append(FieldNote(position, Side.OUTLOOK, DECIDED, NoteKind.DECIDED, outlook))
        if choice.to_crm is not None:
            self.to_crm[position] = choice.to_crm
            self.notes.append(FieldNote(position, Side.CRM, DECIDED, NoteKind.DECIDED, crm))
        return True

    def conflict(self, position: int, what: str, times: Times, held: Waiting | None) -> None:
        """Let the policy decide, or have a person asked."""
        match verdict(self.rules.policy(position), what, times):
            case Leads(side, because):
                self.carry(position, side.other, because, NoteKind.CONFLICT)
            case Ask(because):
                one = asked(position, self.record.values[position], self.item.values[position], because, held)
                self.asks.append(one)
                if one.news:
                    self.notes.append(FieldNote(position, Side.OUTLOOK, one.because, NoteKind.ASKED))

    def fill(self, unseen: frozenset[int], outlook_moved: frozenset[int]) -> None:
        """Add what the CRM fills in by itself because of what is written there; it travels on as an edit of the CRM."""
        if not self.to_crm or self.rules.now is None:
            return
        after = tuple(self.to_crm.get(n, value) for n, value in enumerate(self.record.values))
        pending = {one.position for one in self.asks}
        for position, value in self.rules.fill(after, self.to_crm.keys(), self.rules.now).items():
            if position in unseen or position in pending or position in self.to_crm:
                continue
            self.to_crm[position] = value
            outlook = self.item.values[position]
            travels = self.rules.of(self.record.id).directions[position].writes(Side.OUTLOOK)
            kept = position in outlook_moved and not is_empty(outlook)
            if travels and not kept and outlook != self.rules.normal(position, value):
                self.to_outlook[position] = value

    def step(self, link: LinkState | None, unseen: frozenset[int], waiting: Mapping[int, Waiting]) -> Reconcile:
        pending = {one.position for one in self.asks}
        return Reconcile(
            link,
            self.record,
            self.item,
            self.to_outlook,
            self.to_crm,
            tuple(self.notes),
            joins=link is None or not link.linked,
            unseen=unseen,
            asked=tuple(self.asks),
            closed={
                held.id: ConflictState.SETTLED if position in self.settled else ConflictState.GONE
                for position, held in waiting.items()
                if position not in pending
            },
        )


def plan_pair(
    link: LinkState | None,
    record: RecordState,
    item: ItemState,
    rules: Rules,
    digests: Digests,
    waiting: Mapping[int, Waiting] = NONE_WAITING,
    sent: Sent = NOTHING_SENT,
) -> Reconcile:
    """Decide every field of a pair; only fields that moved, or wait for a person, are looked at.

    Of a withheld field only Outlook's edits are seen, and never at the first match: nobody would know what they
    overwrite. What was ``sent`` and is there is the CRM's value of then: Outlook did not move, the CRM may have.
    """
    flows = rules.of(record.id)
    unseen = flows.withheld
    in_outlook = digests.baseline(item.values)
    written = sent.on(in_outlook)
    seen = (link.crm_seen, link.outlook_seen) if link else sent.made if sent.href == item.href else None
    if seen is None:
        positions = frozenset(range(len(record.values))) - unseen
        crm_moved, outlook_moved = written - unseen, frozenset[int]()
        unknown = positions - written
    else:
        outlook_moved = moved(seen[1], in_outlook)
        written &= outlook_moved
        crm_moved = (moved(seen[0], digests.baseline(record.values)) | written) - unseen
        outlook_moved -= written
        positions, unknown = crm_moved | outlook_moved, frozenset[int]()
    if waiting:
        positions |= waiting.keys() - unseen
    draft = _Draft(record, item, rules)
    times = Times(record.traits.modified, item.traits.modified, rules.now, rules.newest_guard)
    for position in sorted(positions):
        crm, outlook, direction = record.values[position], item.values[position], flows.directions[position]
        known, held = position not in unseen, waiting.get(position)
        if held is not None and direction is Direction.BOTH and draft.settle(position, held):
            continue
        if known and crm != outlook and _means(rules, position, crm, outlook):
            continue
        rule = flows.barred.get(position)
        if rule is not None and position not in crm_moved and not (known and crm == outlook):
            # Outlook holds what the CRM would take, were it allowed: an edit, or at the first match anything at all.
            if position in unknown and not is_empty(outlook):
                _bar(draft, position, rule, flows, first=True)
                continue
            if position not in unknown:
                if position in outlook_moved:
                    _bar(draft, position, rule, flows, first=False)
                continue
        if not known:
            if direction.writes(Side.CRM):
                draft.to_crm[position] = rules.fit(position, outlook)
            continue
        if position in unknown:
            decision = decide_first_match(direction, crm, outlook)
        else:
            decision = decide(
                direction,
                crm,
                outlook,
                crm_moved=position in crm_moved,
                outlook_moved=position in outlook_moved,
            )
        match decision:
            case Keep() | Agree():
                pass
            case Stray(side):
                draft.notes.append(FieldNote(position, side, LEADS, NoteKind.STRAY))
            case Conflict(what):
                draft.conflict(position, what, times, held)
            case Write(side, loses_edit):
                if not loses_edit and seen is not None and position not in written:
                    loses_edit = _is_unsent(seen, position, side, draft, digests)
                draft.carry(position, side, LEADS, NoteKind.OVERWRITTEN if loses_edit else None)
    draft.fill(unseen, outlook_moved)
    return draft.step(link, unseen, waiting)


def _means(rules: Rules, position: int, crm: Value, outlook: Value) -> bool:
    """True if two values are one, each as its side can hold it.

    A CRM column may be too short for what Outlook holds: its cut-off copy counts as the same value. Outlook may have
    fewer words: a letter received and a letter sent are both completed tasks.
    """
    return outlook == rules.normal(position, crm) or (not is_empty(crm) and crm == rules.fit(position, outlook))


def _bar(draft: _Draft, position: int, rule: str, flows: Flows, *, first: bool) -> None:
    """An edit in Outlook that may not be written in the CRM: it stays, or the CRM's value takes its place."""
    crm, outlook = draft.record.values[position], draft.item.values[position]
    if flows.directions[position].writes(Side.OUTLOOK) and (draft.rules.blank or (first and not is_empty(crm))):
        draft.to_outlook[position] = crm
        draft.notes.append(given_up(position, rule, outlook))
    else:
        draft.notes.append(kept_back(position, rule))


def _is_unsent(seen: Seen, position: int, side: Side, draft: _Draft, digests: Digests) -> bool:
    """True if ``side`` holds something that never reached the other: an edit that strayed, or was kept back."""
    if side is Side.OUTLOOK:
        held, there, form = draft.item.values[position], seen[0], draft.rules.fit
    else:
        held, there, form = draft.record.values[position], seen[1], draft.rules.normal
    if is_empty(held):
        return False
    last = there[position * WIDTH : (position + 1) * WIDTH]
    return last not in (digests.of(held), digests.of(form(position, held)))
