"""What must hold when it is quiet again: both sides agree, nothing is doubled or left behind, nothing more happens."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from fieldsync.core.runs import EventType, RunState
from fieldsync.core.values import Direction, Side, Value, is_empty
from fieldsync.db.columns import table_of
from fieldsync.db.tables import Link, LostValue, Operation, Run, RunEvent
from fieldsync.security.sealed_values import open_value
from simulation.ledger import End, Violation
from simulation.world import World

_links = table_of(Link)
_lost = table_of(LostValue)
_runs = table_of(Run)
_events = table_of(RunEvent)
_operations = table_of(Operation)


def snapshot(world: World) -> tuple[Any, ...]:
    """Everything on both sides, and every operation ever recorded."""
    records = {end.id: (end.values, end.owner) for end in world.ledger.alive(Side.CRM)}
    items = {href: (item.version, item.body) for href, item in world.mail.server.items.items()}
    operations = world.database.read_now(lambda c: c.execute(select(_operations.c.id)).scalars().all())
    return records, items, len(operations), world.crm.version


def check(world: World) -> None:
    """Raise the first Violation there is."""
    links = [dict(row) for row in world.database.read_now(lambda c: c.execute(select(_links)).mappings().all())]
    _nothing_doubled(world)
    _edits_gave_way(world)
    _nothing_left_behind(world, links)
    for link in links:
        if link["state"] != "LINKED":
            continue
        record = world.ledger.ends.get((Side.CRM, link["record_id"]))
        item = world.ledger.ends.get((Side.OUTLOOK, link["href"]))
        if record is None or item is None or not (record.alive and item.alive):
            if item is None or not item.broken:
                raise Violation("links have two ends", f"{link['record_id']} and {link['href']}")
            continue
        if record.owner == world.me and not item.broken:
            for position in sorted(world.directions):
                _agrees(world, record, item, position)


def _agrees(world: World, record: End, item: End, position: int) -> None:
    """A field of a pair as its effective direction wants it, if anybody wrote it since that was set."""
    play, ledger = world.play, world.ledger
    direction = world.rights.left_of(world.directions[position], play.attributes(position))
    in_crm, in_outlook = record.values[position], item.values[position]
    typed = {side: ledger.typed_at(side, record.who, position) for side in Side}
    if direction is Direction.NONE or world.same(position, in_crm, in_outlook):
        return
    touched = [typed[side] for side in Side if direction.writes(side.other)]
    if max(touched) <= world.obeyed_since(position):
        return
    if position in record.kept_back and max(typed.values()) <= record.born_at:
        return  # what may not be filled when a record is made does not follow when it may be changed (B7)
    leaders = [end for end in (record, item) if direction.writes(end.side.other)]
    if any(is_empty(end.values[position]) and end.was_empty(position) for end in leaders):
        return  # written and emptied again between two looks: nothing moved
    if record.who in world.strangers and not world.rights.may_reach(Side.OUTLOOK, play.attributes(position)):
        return  # nobody may know what the first match would overwrite
    if direction is not Direction.BOTH:
        leader = Side.OUTLOOK if direction is Direction.TO_CRM else Side.CRM
        if typed[leader.other] > typed[leader]:
            return  # an edit on the side that does not lead stays there until the leader changes (A9, A10)
        if record.who in world.strangers and is_empty(in_crm if leader is Side.CRM else in_outlook):
            return  # at the first match an empty leader writes nothing
    raise Violation(
        "both sides agree",
        f"{play.key(position)} ({direction.name}) is {in_crm} in {record.label} and {in_outlook} in {item.label}; "
        f"last written in the CRM at {typed[Side.CRM]}, in Outlook at {typed[Side.OUTLOOK]}",
    )


def check_runs(world: World) -> None:
    """Every run has one end, and nothing of ours went wrong in it."""
    if world.failures:
        raise Violation("a run ends without an error of ours", world.failures[0])
    events = select(_runs.c.id, _runs.c.state, _events.c.seq, _events.c.body).join(
        _events, _events.c.run_id == _runs.c.id
    )
    told: dict[tuple[str, str], list[bool]] = {}
    for run_id, state, _, body in world.database.read_now(
        lambda c: c.execute(events.order_by(_runs.c.id, _events.c.seq)).all()
    ):
        told.setdefault((run_id, state), []).append(body["type"] == EventType.FINISHED.value)
    for (run_id, state), finals in told.items():
        if state != RunState.QUEUED.value and (finals.count(True) != 1 or not finals[-1]):
            raise Violation(
                "a run has one end",
                f"run {run_id} ({state}): {finals.count(True)} of its {len(finals)} events are its end",
            )
    open_ones = world.database.read_now(
        lambda c: c.execute(select(_operations.c.action).where(_operations.c.state == "INTENDED")).all()
    )
    if open_ones:
        raise Violation("every operation has an outcome", f"{[action for (action,) in open_ones]}")


def _edits_gave_way(world: World) -> None:
    """Whatever the history says was overwritten, a person had written on that side; copies are no edits."""
    if world.scenario.server_trims:
        return
    positions = {one.id: one.position for one in world.play.setup.fields}
    for row in world.database.read_now(lambda c: c.execute(select(_lost)).all()):
        position, side = positions[row.field_id], Side(row.side)
        who = world.ledger.get(Side.CRM, row.record_id).who
        if world.changed_at.get(position) or (who, position) in world.decided_about:
            continue
        value = open_value(world.box, row.value_box)
        typed = [one.value for end in world.ledger.about(side, who) for one in end.held.get(position, ()) if one.typed]
        if side is Side.CRM and _is_cut(world, who, position, value):
            continue  # nobody can tell any more that it was the beginning of a longer text: better kept than lost
        if not any(world.play.same(position, value, one) or world.play.same(position, one, value) for one in typed):
            raise Violation(
                "an edit gives way only to an edit",
                f"{row.field_id} of {who}: {value} counts as an edit in {side.value}, and nobody wrote it there",
            )


def _is_cut(world: World, who: str, position: int, value: Value) -> bool:
    """Whether the CRM's column cut a longer text of the mailbox to this value."""
    fit = world.play.setup.layout.fit
    return any(
        fit(position, one.value) == value != one.value
        for end in world.ledger.about(Side.OUTLOOK, who)
        for one in end.held.get(position, ())
    )


def _nothing_doubled(world: World) -> None:
    for side in Side:
        doubled = [who for who, number in _counted(world.ledger.alive(side)).items() if number > 1]
        if doubled:
            raise Violation("no duplicates", f"{doubled} several times in {side.value}")


def _counted(ends: Iterable[End]) -> Counter[str]:
    return Counter(end.who for end in ends)


def _nothing_left_behind(world: World, links: Sequence[dict[str, Any]]) -> None:
    """Whatever should travel is linked; what was let go of, somebody gave a reason for."""
    by_record = {link["record_id"]: link for link in links}
    by_href = {link["href"]: link for link in links}
    reads = "READ" in world.rights.privileges
    for record in world.ledger.alive(Side.CRM):
        if record.owner == world.me and reads and record.id not in by_record and not _unclear(world, record):
            raise Violation("nothing is left behind", f"{record.label} ({record.who}) never reached the mailbox")
    for item in world.ledger.alive(Side.OUTLOOK):
        if world.rights.makes_records and not (item.broken or item.id in by_href or _unclear(world, item)):
            raise Violation("nothing is left behind", f"{item.label} ({item.who}) never reached the CRM")
    for link in links:
        _has_reason(world, link)


def _unclear(world: World, end: End) -> bool:
    """Whether the other side of somebody is of no use for a link: broken, or somebody else's."""
    others = [one for one in world.ledger.about(end.side.other, end.who) if one.alive]
    return any(one.broken or (one.side is Side.CRM and one.owner != world.me) for one in others)


def _has_reason(world: World, link: dict[str, Any]) -> None:
    """Pairs are let go of because an end was deleted or left the scope, never otherwise."""
    record = world.ledger.ends.get((Side.CRM, link["record_id"]))
    item = world.ledger.ends.get((Side.OUTLOOK, link["href"]))
    out = record is not None and (record.owner != world.me or "READ" not in world.rights.privileges)
    if link["state"] == "LINKED":
        if out and record is not None and record.alive and item is not None and not item.broken:
            raise Violation("what left the scope is let go of", f"{record.label} is still linked")
        return
    whole = record is not None and item is not None and record.alive and item.alive and not item.broken
    if whole and not out:
        raise Violation(
            "nothing is left behind", f"{record.label} and {item.label} are no longer linked ({link['reason']})"
        )
