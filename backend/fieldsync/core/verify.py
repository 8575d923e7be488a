"""Do both sides hold the same? Values are compared, not versions: a plain function of one pair."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from fieldsync.core.detect import Digests, moved
from fieldsync.core.plan import ItemState, LinkState, RecordState, Rules
from fieldsync.core.values import Direction, Value


class Difference(Enum):
    """Why a field is not the same on both sides though nothing waits to be synchronized."""

    STRAY = "STRAY"
    """An edit on the side that does not lead; it stays until the leading side changes (behaviours A9, A10)."""
    DIFFERENT = "DIFFERENT"
    """Both sides lead and hold different values, as after a direction was changed without a back-fill."""
    UNNOTICED = "UNNOTICED"
    """A value changed without its version: the server, or somebody in the database, did not tell."""


@dataclass(frozen=True, slots=True)
class Found:
    """What comparing one pair told: differing fields, or that a change waits for the next run."""

    fields: tuple[tuple[int, Difference], ...] = ()
    waits: bool = False


def compare(
    link: LinkState,
    record: RecordState,
    item: ItemState,
    rules: Rules,
    digests: Digests,
    normal: Callable[[int, Value], Value],
) -> Found:
    """Compare what travels; ``normal`` gives a value as an item can hold it.

    A pair of which either end moved since it was handled is not judged: the next run will.
    """
    if (link.record_version, link.item_version) != (record.version, item.version):
        return Found(waits=True)
    flows = rules.of(record.id)
    silent = moved(link.crm_seen, digests.baseline(record.values)) - flows.withheld
    silent |= moved(link.outlook_seen, digests.baseline(item.values))
    found: list[tuple[int, Difference]] = []
    for position, direction in enumerate(flows.directions):
        if direction is Direction.NONE or position in flows.withheld:
            continue
        crm, outlook = record.values[position], item.values[position]
        if crm == outlook or outlook == normal(position, crm) or crm == rules.fit(position, outlook):
            continue
        if position in silent:
            found.append((position, Difference.UNNOTICED))
        else:
            found.append((position, Difference.DIFFERENT if direction is Direction.BOTH else Difference.STRAY))
    return Found(tuple(found))
