"""What an item or a record is beside its fields: what scope, matching, deletions and invitations depend on.

Times are UTC. Mail addresses are in lower case and without ``mailto:``.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ItemTraits:
    """Traits of an item. ``categories`` are casefolded; ``private`` is CLASS PRIVATE or CONFIDENTIAL.

    ``modified`` is when a person last changed it, as the item says itself. ``start`` of a series is that of its first
    occurrence, ``end`` that of its last one, None if it never ends. ``completed`` is said of tasks.
    """

    uid: str = ""
    categories: frozenset[str] = frozenset()
    private: bool = False
    modified: datetime | None = None
    organizer: str = ""
    attendees: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    completed: bool = False
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class RecordTraits:
    """Traits of a record. ``uid`` is the UID that its meeting has in every mailbox (``globalobjectid``).

    ``state`` is Dataverse's statecode: for activities 0 open, 1 completed, 2 canceled, 3 scheduled; for contacts 0
    active, 1 inactive.
    """

    owner_id: str = ""
    modified: datetime | None = None
    uid: str = ""
    organizer: str = ""
    attendees: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    state: int = 0


NO_ITEM_TRAITS = ItemTraits()
NO_RECORD_TRAITS = RecordTraits()
