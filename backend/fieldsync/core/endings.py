"""How a pair ends: an end of it was deleted, or its meeting was cancelled."""

from dataclasses import replace

from fieldsync.core.deletes import Cause, DecidedBy, Ending, Facts, Ruling, cell_of, rule_on
from fieldsync.core.detect import Digests, moved
from fieldsync.core.plan import (
    DELETION_NOT_PERMITTED,
    ITEM_DELETED,
    RECORD_DELETED,
    DeleteItem,
    DeleteRecord,
    Forget,
    ItemState,
    LinkState,
    RecordState,
    Rules,
    Step,
    Unlink,
)
from fieldsync.core.values import MEETINGS

EDIT_WEIGHS_MORE = "It was edited since, and an edit weighs more than a deletion."
_NOT_REACHED = "The right of the mailbox's owner to delete does not reach this record."
_CANCELLED = 2
_COMPLETED = 1


def facts_of(record: RecordState) -> Facts:
    """What a deletion depends on, of a record that is there."""
    traits = record.traits
    return Facts(traits.owner_id, traits.organizer, traits.start, traits.end, traits.state)


def ruling(cause: Cause, record_id: str, facts: Facts | None, rules: Rules) -> Ruling:
    """What happens on the other side, edits aside."""
    of_mailbox = rules.on_item_deleted if cause is Cause.ITEM_DELETED else rules.on_record_deleted
    cell = None
    if facts is not None and rules.kind is not None and rules.party is not None:
        cell = cell_of(rules.kind, cause, facts, rules.party)
    found = rule_on(cause, cell, rules.deletes, of_mailbox)
    if cause is Cause.ITEM_DELETED and found.ending is Ending.DELETE:
        forbids = rules.cannot_delete or (_NOT_REACHED if record_id in rules.kept else None)
        if forbids is not None:
            return Ruling(Ending.UNLINK, DecidedBy.RIGHTS, forbids, cell)
    return found


def plan_record_gone(
    link: LinkState, item: ItemState | None, facts: Facts | None, rules: Rules, *, asked: bool = False
) -> Step:
    """The record was deleted; ``facts`` are those it had, None if nobody knows them any more.

    ``asked`` says that a conflict of the pair waits for a person: the item holds an edit that nobody decided about.
    """
    if item is None:
        return Forget(link)
    if facts is not None and item.traits.completed and facts.state not in (_COMPLETED, _CANCELLED):
        # It is the item that counts as done (F24), whichever side said so last.
        facts = replace(facts, state=_COMPLETED)
    found = ruling(Cause.RECORD_DELETED, link.record_id, facts, rules)
    if found.ending is not Ending.DELETE:
        return Unlink(link, RECORD_DELETED, vanished=True, because=found.because)
    if rules.edit_wins and (asked or item.version != link.item_version):
        return Unlink(link, RECORD_DELETED, vanished=True, because=EDIT_WEIGHS_MORE)
    return DeleteItem(link, item.version)


def plan_item_gone(link: LinkState, record: RecordState | None, rules: Rules, digests: Digests) -> Step:
    """The item was deleted."""
    if record is None:
        return Forget(link)
    found = ruling(Cause.ITEM_DELETED, record.id, facts_of(record), rules)
    if found.by is DecidedBy.RIGHTS:
        return Unlink(link, DELETION_NOT_PERMITTED, vanished=True, because=found.because)
    if found.ending is not Ending.DELETE:
        return Unlink(link, ITEM_DELETED, vanished=True, because=found.because)
    edited = bool(moved(link.crm_seen, digests.baseline(record.values)) - rules.of(record.id).withheld)
    if rules.edit_wins and edited:
        return Unlink(link, ITEM_DELETED, vanished=True, because=EDIT_WEIGHS_MORE)
    return DeleteRecord(link, record)


def cancelled(link: LinkState, record: RecordState, item: ItemState, rules: Rules) -> Ending:
    """What a meeting that was just cancelled in the CRM does to its item; KEEP if it was not, or if nothing."""
    if record.traits.state != _CANCELLED or record.version == link.record_version or item.traits.cancelled:
        return Ending.KEEP
    if rules.kind not in MEETINGS:
        return Ending.KEEP
    found = ruling(Cause.RECORD_CANCELLED, record.id, facts_of(record), rules).ending
    if found is Ending.DELETE and rules.edit_wins and item.version != link.item_version:
        return Ending.KEEP
    return found
