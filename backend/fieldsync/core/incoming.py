"""Which items of a mailbox become records, and which the sync leaves alone altogether.

Filters say what goes out; this says what comes in (behaviours F2, F22): all items, those that somebody tracked by a
category, or none. Private items are nobody's business but their owner's, and what was opted out stays away.
"""

from dataclasses import dataclass
from enum import Enum

from fieldsync.core.traits import ItemTraits
from fieldsync.core.values import RecordKind

DEFAULT_CATEGORY = "Tracked to Dynamics 365"
OUTGOING_ONLY = frozenset({RecordKind.SERVICE_ACTIVITY})
"""Kinds that no item ever becomes (F21)."""


class IncomingMode(Enum):
    """Which items of a kind become records."""

    ALL = "ALL"
    TRACKED = "TRACKED"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class OptOuts:
    """What stays out of one mailbox's sync of one kind: records by their ids, items by their UIDs."""

    record_ids: frozenset[str] = frozenset()
    uids: frozenset[str] = frozenset()


NO_OPT_OUTS = OptOuts()


@dataclass(frozen=True, slots=True)
class IncomingPolicy:
    """What holds for the items of a kind; ``category`` is compared without regard to capitals."""

    mode: IncomingMode = IncomingMode.ALL
    category: str = DEFAULT_CATEGORY
    includes_private: bool = False
    opt_outs: OptOuts = NO_OPT_OUTS

    def is_private(self, traits: ItemTraits) -> bool:
        """True for a private item that is not to be followed."""
        return traits.private and not self.includes_private

    def leaves_alone(self, traits: ItemTraits) -> bool:
        """True for an item that becomes no record and is not linked to one either."""
        return self.is_private(traits) or (bool(traits.uid) and traits.uid in self.opt_outs.uids)

    def takes(self, traits: ItemTraits) -> bool:
        """True for an unlinked item that becomes a record."""
        if self.leaves_alone(traits):
            return False
        match self.mode:
            case IncomingMode.ALL:
                return True
            case IncomingMode.TRACKED:
                return self.category.casefold() in traits.categories
            case IncomingMode.NONE:
                return False


TAKES_ALL = IncomingPolicy()


def shipped(kind: RecordKind) -> IncomingPolicy:
    """What holds for a kind until an administrator says otherwise."""
    return IncomingPolicy(IncomingMode.NONE if kind in OUTGOING_ONLY else IncomingMode.ALL)
