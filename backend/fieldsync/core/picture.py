"""What both sides look like as far as something moved, and the steps that follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeGuard

from fieldsync.core.conflicts import NONE_WAITING, Waiting
from fieldsync.core.deletes import Ending, Facts
from fieldsync.core.detect import NOTHING_SENT, Digests, Sent
from fieldsync.core.endings import cancelled, plan_item_gone, plan_record_gone
from fieldsync.core.identity import Identity
from fieldsync.core.match import NO_DECISIONS, Decisions, Doubt, Matches, Unsure, match
from fieldsync.core.pair import plan_pair
from fieldsync.core.plan import (
    DETACHED,
    ITEM_DELETED,
    OPTED_OUT,
    OUT_OF_SCOPE,
    PRIVATE,
    RECORD_CANCELLED,
    RETURNING,
    DeleteItem,
    DeleteRecord,
    ItemState,
    LinkState,
    Reconcile,
    RecordState,
    Rules,
    Step,
    Unlink,
    plan_create_item,
    plan_create_record,
)
from fieldsync.core.values import Side


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that deciding needs.

    ``records`` and ``items`` hold what moved and its counterparts; ``gone_records`` says for each
    record that left whether it was deleted (True) or is merely out of scope; ``gone_items`` are
    confirmed; ``unreadable`` are items that exist and cannot be read. ``links`` are all links that
    touch any of these; ``linked`` counts the mailbox's links in all. ``waiting`` are conflicts that a person decides,
    by link and field; ``deleted`` tells of records that were deleted what they were, as far as anybody knows.
    ``decisions`` are what people said of items with several candidates.

    ``left`` are items that are neither linked nor copied, whatever they look like; ``ours`` are those that a run made
    for a record without hearing of it, and ``sent`` is what runs wrote on items without hearing of it, by record.
    ``compared`` records did not move: they are there for new items to be compared with, and nothing is made of them.
    ``hides`` says that an item is new that nobody could read.
    """

    records: Mapping[str, RecordState]
    items: Mapping[str, ItemState]
    gone_records: Mapping[str, bool]
    gone_items: frozenset[str]
    unreadable: frozenset[str]
    links: Sequence[LinkState]
    linked: int
    waiting: Mapping[str, Mapping[int, Waiting]] = field(default_factory=dict)
    deleted: Mapping[str, Facts] = field(default_factory=dict)
    decisions: Decisions = NO_DECISIONS
    left: frozenset[str] = frozenset()
    ours: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, Sent] = field(default_factory=dict)
    compared: frozenset[str] = frozenset()
    hides: bool = False


_MAY_BE_HIDDEN = "Another item is new in the mailbox and could not be read yet; it may be this one."

Deletion: TypeAlias = DeleteItem | DeleteRecord | Unlink
"""What a brake holds: an end of a link goes, or has gone and is let go of."""


@dataclass(frozen=True, slots=True)
class Release:
    """What a person agreed to: ``everything``, or the deletions of these links; ``waiting`` are those held before."""

    everything: bool = False
    agreed: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()


NOTHING_RELEASED = Release()


@dataclass(slots=True)
class Plan:
    """``steps`` in their order; ``held`` wait for a person, and so do the ``unsure``: each may be some record.

    ``refused`` are items that could become records, were their user allowed to make any. ``ending`` are the links of
    all deletions, held or not.
    """

    steps: list[Step] = field(default_factory=list)
    held: list[Deletion] = field(default_factory=list)
    ending: list[LinkState] = field(default_factory=list)
    unsure: list[Unsure] = field(default_factory=list)
    refused: list[ItemState] = field(default_factory=list)

    @property
    def reconciled(self) -> list[Reconcile]:
        return [step for step in self.steps if isinstance(step, Reconcile)]


def plan_steps(
    picture: Picture, rules: Rules, identity: Identity, digests: Digests, release: Release = NOTHING_RELEASED
) -> Plan:
    """Match what is new, decide what moved, set aside what a brake holds."""
    plan = Plan()
    endings: list[Step] = []
    linked_records: set[str] = set()
    linked_items: set[str] = set()
    for link in picture.links:
        linked_records.add(link.record_id)
        linked_items.add(link.href)
        step = _linked(link, picture, rules, digests)
        if isinstance(step, DeleteRecord) and picture.hides:
            # It may have moved there; once that one can be read, the pair is followed again.
            step = Unlink(link, ITEM_DELETED, vanished=True, because=_MAY_BE_HIDDEN)
        if isinstance(step, Reconcile):
            plan.steps.append(step)
        elif step is not None:
            endings.append(step)

    matches = match(
        identity,
        [record for key, record in picture.records.items() if key not in linked_records],
        [item for key, item in picture.items.items() if key not in linked_items and key not in picture.left],
        replace(picture.decisions, pairs={**picture.ours, **picture.decisions.pairs}),
    )
    plan.unsure = _asked(matches, rules)
    fresh = [item for item in matches.items if rules.incoming.takes(item.traits)]
    if not (rules.new or rules.flows).reach(Side.CRM):
        fresh = []
    if rules.cannot_create is None:
        plan.steps.extend(plan_create_record(item, rules) for item in fresh)
    else:
        plan.refused = fresh
    # A record whose item is left alone is not made a second time beside it.
    plan.steps.extend(
        plan_pair(None, record, item, rules, digests, sent=picture.sent.get(record.id, NOTHING_SENT))
        for record, item in matches.pairs
        if not rules.incoming.leaves_alone(item.traits)
    )
    plan.steps.extend(
        plan_create_item(record, rules)
        for record in matches.records
        if record.id not in picture.compared and rules.of(record.id).reach(Side.OUTLOOK)
    )

    deletions = [step for step in endings if _is_deletion(step)]
    plan.ending = [step.link for step in deletions]
    plan.held = _held(deletions, rules, picture.linked, release)
    held = {step.link.id for step in plan.held}
    plan.steps.extend(step for step in endings if not (_is_deletion(step) and step.link.id in held))
    return plan


def _asked(matches: Matches, rules: Rules) -> list[Unsure]:
    """The unsure ones that somebody is asked about: an item that is left alone keeps no record from Outlook."""
    asked = [one for one in matches.unsure if not rules.incoming.leaves_alone(one.item.traits)]
    wanted = {record.id for one in asked for record in one.records}
    for one in matches.unsure:
        if one not in asked and one.why is not Doubt.SEVERAL:
            matches.records.extend(record for record in one.records if record.id not in wanted)
    return asked


def _held(deletions: Sequence[Deletion], rules: Rules, linked: int, release: Release) -> list[Deletion]:
    """What a brake holds of these: all that nobody agreed to, or what was held before and still waits."""
    if release.everything:
        return []
    unasked = [step for step in deletions if step.link.id not in release.agreed]
    if rules.brakes.hold(len(unasked), linked):
        return unasked
    return [step for step in unasked if step.link.id in release.waiting]


def _is_deletion(step: Step) -> TypeGuard[Deletion]:
    return isinstance(step, DeleteItem | DeleteRecord) or (isinstance(step, Unlink) and step.vanished)


def _linked(link: LinkState, picture: Picture, rules: Rules, digests: Digests) -> Step | None:
    """What is to be done about one link; None if nothing can or need be."""
    if link.href in picture.unreadable:
        return None
    record = picture.records.get(link.record_id)
    waiting = picture.waiting.get(link.id, NONE_WAITING)
    sent = picture.sent.get(link.record_id, NOTHING_SENT)
    item = picture.items.get(link.href)
    item_gone = link.href in picture.gone_items
    if link.reason == DETACHED and item is not None and rules.incoming.leaves_alone(item.traits):
        return None
    if link.reason == DETACHED and record is None and item is not None:
        # Its record was deleted, or is nobody's to see here, while the mailbox meant another collection.
        return Unlink(link, OUT_OF_SCOPE, vanished=False)
    if not link.linked:
        if link.reason not in RETURNING or record is None or item is None or rules.incoming.leaves_alone(item.traits):
            return None
        return plan_pair(link, record, item, rules, digests, waiting, sent)
    deleted = picture.gone_records.get(link.record_id)
    if deleted:
        known = item or ItemState(link.href, link.item_version, ())
        facts = picture.deleted.get(link.record_id)
        return plan_record_gone(link, None if item_gone else known, facts, rules, asked=bool(waiting))
    if deleted is False or (record is None and item is not None):
        opted_out = link.record_id in rules.incoming.opt_outs.record_ids
        return Unlink(link, OPTED_OUT if opted_out else OUT_OF_SCOPE, vanished=False)
    if item is not None and rules.incoming.leaves_alone(item.traits):
        reason = PRIVATE if rules.incoming.is_private(item.traits) else OPTED_OUT
        return Unlink(link, reason, vanished=False)
    if item_gone:
        return plan_item_gone(link, record, rules, digests)
    if record is None or item is None:
        return None
    match cancelled(link, record, item, rules):
        case Ending.DELETE:
            return DeleteItem(link, item.version, leaves=RECORD_CANCELLED)
        case Ending.CANCEL if rules.status is not None and rules.status not in rules.of(record.id).withheld:
            step = plan_pair(link, record, item, rules, digests, waiting, sent)
            said = {rules.status: record.values[rules.status]}
            return replace(step, to_outlook={**step.to_outlook, **said})
        case _:
            return plan_pair(link, record, item, rules, digests, waiting, sent)
