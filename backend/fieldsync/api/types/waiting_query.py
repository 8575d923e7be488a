"""Which conflicts, lost values, held deletions, copies, reviews and dead letters to list and in which order."""

from fieldsync.api.types.filters import ANY_RECORD, IdFilter, IntFilter, TimeFilter, enum_filter
from fieldsync.api.types.list_inputs import Listed, filtered, ordered
from fieldsync.core.conflicts import ConflictChoice, ConflictState
from fieldsync.core.letters import LetterState
from fieldsync.core.match import Doubt
from fieldsync.core.runs import OperationAction
from fieldsync.core.values import RecordKind, Side

_KIND = Listed("kind", "kind", "Of which type of record", enum_filter(RecordKind))
_SIDE = Listed("side", "side", "Which end it concerns", enum_filter(Side))
_MAILBOX = Listed("mailbox_id", "mailboxId", "The mailbox it belongs to", IdFilter, "mailbox")
_RUN = Listed("run_id", "runId", "The run it came from", IdFilter, "run")
_SUBJECT = Listed("subject", "subject", "What the record was called then; only for administrators")
_RECORD = Listed("record_id", "recordId", "Which record it concerns; only for administrators", IdFilter, ANY_RECORD)


def _id(ids: str) -> Listed:
    return Listed("id", "id", "Its id", IdFilter, ids)


CONFLICTS = (
    _id("conflict"),
    _KIND,
    Listed("state", "state", "How far it is", enum_filter(ConflictState)),
    Listed("reason", "reason", "What happened"),
    Listed("choice", "choice", "What was decided", enum_filter(ConflictChoice)),
    Listed("found_at", "foundAt", "When it was found", TimeFilter),
    Listed("resolved_at", "resolvedAt", "When it was decided", TimeFilter),
    Listed("resolved_by", "resolvedById", "Who decided it", IdFilter, "principal"),
    Listed("revision", "revision", "Counts further edits and decisions", IntFilter),
    _MAILBOX,
    _SUBJECT,
    _RECORD,
)
LOST_VALUES = (
    _id("lostValue"),
    _KIND,
    _SIDE,
    Listed("lost_at", "lostAt", "When it gave way", TimeFilter),
    Listed("expires_at", "expiresAt", "When it is forgotten", TimeFilter),
    Listed("restored_at", "restoredAt", "When it was put back", TimeFilter),
    _MAILBOX,
    _RUN,
    _RECORD,
)
HELD_DELETIONS = (
    _id("heldDeletion"),
    _KIND,
    Listed("action", "action", "What would happen", enum_filter(OperationAction)),
    Listed("held_at", "heldAt", "Since when", TimeFilter),
    Listed("released_at", "releasedAt", "When somebody agreed", TimeFilter),
    Listed("released_by", "releasedById", "Who agreed", IdFilter, "principal"),
    _MAILBOX,
    _SUBJECT,
)
QUARANTINE = (
    _id("quarantined"),
    _KIND,
    _SIDE,
    Listed("deleted_at", "deletedAt", "When it was deleted", TimeFilter),
    Listed("expires_at", "expiresAt", "When the copy is dropped", TimeFilter),
    Listed("restored_at", "restoredAt", "When it was put back", TimeFilter),
    _MAILBOX,
    _RUN,
    _SUBJECT,
)
MATCH_REVIEWS = (
    _id("matchReview"),
    _KIND,
    Listed("subject", "subject", "What the item is called"),
    Listed("reason", "reason", "Why it was not linked by itself", enum_filter(Doubt)),
    Listed("found_at", "foundAt", "When it was found", TimeFilter),
    Listed("decided_at", "decidedAt", "When it was decided", TimeFilter),
    Listed("decided_by", "decidedById", "Who decided it", IdFilter, "principal"),
    _MAILBOX,
)
DEAD_LETTERS = (
    _id("deadLetter"),
    _KIND,
    _SIDE,
    Listed("state", "state", "Whether it is tried again by itself", enum_filter(LetterState)),
    Listed("code", "code", "For programs; an ErrorCode"),
    Listed("message", "message", "What happened"),
    Listed("remedy", "remedy", "What to do about it"),
    Listed("attempts", "attempts", "How often it was tried", IntFilter),
    Listed("first_at", "firstAt", "When it failed first", TimeFilter),
    Listed("last_at", "lastAt", "When it failed last", TimeFilter),
    Listed("next_at", "nextAt", "When it is tried again at the earliest", TimeFilter),
    _MAILBOX,
    _SUBJECT,
)


@filtered("conflicts", CONFLICTS)
class ConflictFilter:
    pass


@ordered("conflicts", CONFLICTS)
class ConflictOrder:
    pass


@filtered("values that gave way", LOST_VALUES)
class LostValueFilter:
    pass


@ordered("values that gave way", LOST_VALUES)
class LostValueOrder:
    pass


@filtered("held deletions", HELD_DELETIONS)
class HeldDeletionFilter:
    pass


@ordered("held deletions", HELD_DELETIONS)
class HeldDeletionOrder:
    pass


@filtered("copies of what was deleted", QUARANTINE)
class QuarantinedFilter:
    pass


@ordered("copies of what was deleted", QUARANTINE)
class QuarantinedOrder:
    pass


@filtered("reviews", MATCH_REVIEWS)
class MatchReviewFilter:
    pass


@ordered("reviews", MATCH_REVIEWS)
class MatchReviewOrder:
    pass


@filtered("dead letters", DEAD_LETTERS)
class DeadLetterFilter:
    pass


@ordered("dead letters", DEAD_LETTERS)
class DeadLetterOrder:
    pass
