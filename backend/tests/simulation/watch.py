"""Judging every write of a run as it happens: may this travel, where does it come from, what does it destroy."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fieldsync.core.values import Side, Value, Values, is_empty
from simulation.ledger import Change, End, Held, Violation
from simulation.process import Process

if TYPE_CHECKING:
    from simulation.world import World


def item_made(world: "World", process: Process, end: End, meant: Values) -> None:
    """A run makes an item: of a record there is, with values that may travel, and only once."""
    _told(world, end)
    if not any(_mine(world, process, one) for one in world.ledger.about(Side.CRM, end.who)):
        raise Violation("nothing is made of nothing", f"{end.label} is about {end.who!r}, of whom there is no record")
    _only_one(world, end)
    for position, value in enumerate(meant):
        if not is_empty(value) and value != world.play.in_item(position, world.play.empty[position]):
            _may_travel(world, process, end, position, value)


def item_rewritten(world: "World", end: End, sent: bytes) -> None:
    """A run writes an item that exists: it can be read, and what nobody maps is still there."""
    if end.broken:
        raise Violation("what cannot be read is left alone", f"{end.label} was overwritten")
    if end.unmapped not in sent:
        raise Violation("what is not mapped stays as it was", f"{end.label}: {end.unmapped!r} is not in {sent!r}")


def item_changed(world: "World", process: Process, end: End, changes: Sequence[Change], meant: Values) -> None:
    for change in changes:
        if meant[change.position] == change.before.value:
            continue  # the server's own doing
        _may_travel(world, process, end, change.position, meant[change.position])
        _not_lost(world, process, end, change)


def item_deleted(world: "World", process: Process, end: End) -> None:
    """A run deletes an item: because its record was deleted, and with no edit on it that the CRM never saw."""
    world.tell(f"    {end.label} is gone")
    records = world.ledger.about(Side.CRM, end.who)
    if not any(not one.alive and not one.removed_by_run for one in records):
        raise Violation("only a deletion deletes", f"{end.label} was deleted, and nobody deleted its record")
    _nothing_new_on(world, end)


def record_made(world: "World", process: Process, end: End) -> None:
    """A run makes a record: of an item there is, with values that may travel, and only once."""
    _told(world, end)
    if not world.ledger.about(Side.OUTLOOK, end.who):
        raise Violation("nothing is made of nothing", f"{end.label} is about {end.who!r}, of whom there is no item")
    if not any(rights.makes_records for rights in process.rights):
        raise Violation("no flow against a right", f"{end.label} was made, and its owner may not make records")
    _only_one(world, end)
    end.kept_back = frozenset(
        position
        for position in world.directions
        if not all(rights.may_reach(Side.CRM, world.play.attributes(position), new=True) for rights in process.rights)
    )
    for position, value in enumerate(end.values):
        if not is_empty(value):
            _may_travel(world, process, end, position, value, new=True)


def record_changed(world: "World", process: Process, end: End, changes: Sequence[Change]) -> None:
    for change in changes:
        _may_travel(world, process, end, change.position, change.value)
        _not_lost(world, process, end, change)


def record_deleted(world: "World", process: Process, end: End) -> None:
    """A run deletes a record: because its item was deleted, the rule says so, and nobody edited it since."""
    world.tell(f"    {end.label} is gone")
    items = world.ledger.about(Side.OUTLOOK, end.who)
    if not any(not one.alive and not one.removed_by_run for one in items):
        raise Violation("only a deletion deletes", f"{end.label} was deleted, and nobody deleted its item")
    if "DELETE" not in process.rules:
        raise Violation("only a deletion deletes", f"{end.label} was deleted, and the rule is to unlink")
    if not any("DELETE" in rights.privileges for rights in process.rights):
        raise Violation("no flow against a right", f"{end.label} was deleted, and its owner may not delete records")
    _nothing_new_on(world, end)


def _told(world: "World", end: End) -> None:
    if not end.who:
        raise Violation("nothing is made of nothing", f"{end.label} has no name")


def _only_one(world: "World", end: End) -> None:
    others = [
        one
        for one in world.ledger.about(end.side, end.who)
        if one.alive and (one.side is Side.OUTLOOK or one.owner == world.me)
    ]
    if others:
        raise Violation(
            "no duplicates",
            f"{end.label} was made, and {others[0].label} is about {end.who} already ({end.side.value})",
        )


def _may_travel(world: "World", process: Process, end: End, position: int, value: Value, *, new: bool = False) -> None:
    play, side = world.play, end.side
    attributes = play.attributes(position)
    told = f"{play.key(position)} of {end.label} ({end.who}) became {value}"
    if not process.directions[position].writes(side):
        raise Violation("no flow against a direction", f"{told}; its direction is {process.directions[position].name}")
    if not any(rights.may_reach(side, attributes, new=new) for rights in process.rights):
        held = "; ".join(map(str, process.rights))
        raise Violation("no flow against a right", f"{told}; the rights were {held}")
    if side is Side.CRM and not new and not _mine(world, process, end):
        raise Violation("no flow against a right", f"{told}; it belongs to somebody else")
    known = {
        play.in_item(position, one) if side is Side.OUTLOOK else play.in_record(position, one)
        for source in world.ledger.about(side.other, end.who)
        if side is Side.CRM or _mine(world, process, source)
        for one in source.since(position, process.since)
    }
    known |= world.decided.get((end.who, position), set())
    if value not in known and not (is_empty(value) and any(is_empty(one) for one in known)):
        raise Violation("a value comes from the other side", f"{told}; the other side held {sorted(known)}")


def _mine(world: "World", process: Process, record: End) -> bool:
    """Whether the mailbox's owner had this record at some moment of the run."""
    return record.owner == world.me or record.left_at >= process.since


def _not_lost(world: "World", process: Process, end: End, change: Change) -> None:
    """What a person wrote where it leads reached the other side, or gave way to another edit and is in the history."""
    position, held = change.position, change.before
    if not _unseen(world, end, position, held):
        return
    told = (
        f"{world.play.key(position)} of {end.label} ({end.who}): {held.value}, written at {held.at}, was overwritten "
        f"with {change.value}"
    )
    if not world.kept(end.who, position, held.value):
        raise Violation("nothing is lost", f"{told} and is in no history")
    if world.scenario.server_trims or world.changed_at.get(position, 0) > held.at:
        return  # a run cannot tell what such a server makes of its writes, should the answer be lost
    if end.side is Side.OUTLOOK and _is_blanked(world, process, position):
        return
    if not _typed(world, end, position, change.value):
        raise Violation("an edit gives way only to an edit", f"{told}, which nobody wrote on the other side")


def _is_blanked(world: "World", process: Process, position: int) -> bool:
    """Whether the rule is that what may not be written in the CRM gives way to the CRM's value (behaviours B3, K3)."""
    attributes = world.play.attributes(position)
    return "BLANK" in process.rules and not all(
        rights.may_reach(Side.CRM, attributes, new=new) for rights in process.rights for new in (False, True)
    )


def _typed(world: "World", end: End, position: int, value: Value) -> bool:
    """Whether a person wrote this value, on the other side or in the inbox of conflicts."""
    typed = {
        one.value
        for other in world.ledger.about(end.side.other, end.who)
        for one in other.held.get(position, ())
        if one.typed
    } | world.decided.get((end.who, position), set())
    return any(is_empty(value) == is_empty(one) and _as_same(world, end, position, value, one) for one in typed)


def _as_same(world: "World", end: End, position: int, here: Value, there: Value) -> bool:
    return world.same(position, here, there) if end.side is Side.CRM else world.same(position, there, here)


def _nothing_new_on(world: "World", end: End) -> None:
    for position in world.directions:
        held = end.newest(position)
        if world.obeyed_since(position) > held.at or not _unseen(world, end, position, held):
            continue  # a run that obeyed what held before took it for handled
        if not world.kept(end.who, position, held.value):
            raise Violation(
                "an edit weighs more than a deletion",
                f"{end.label} ({end.who}) was deleted with {world.play.key(position)}={held.value}, written at "
                f"{held.at} and never seen by the other side",
            )


def _unseen(world: "World", end: End, position: int, held: Held) -> bool:
    """Whether a person wrote this where it leads, and the other side never held it."""
    if not (held.typed and held.led) or is_empty(held.value):
        return False
    others = world.ledger.ever(end.side.other, end.who, position)
    return not any(_as_same(world, end, position, held.value, one) for one in others)
