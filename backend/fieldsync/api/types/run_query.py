"""Which runs, and which operations of a run, to list and in which order."""

from fieldsync.api.types.filters import IdFilter, IntFilter, TimeFilter, enum_filter
from fieldsync.api.types.list_inputs import Listed, filtered, ordered
from fieldsync.core.runs import OperationAction, OperationState, RunConfiguration, RunMode, RunState

RUNS = (
    Listed("id", "id", "Its id", IdFilter, "run"),
    Listed("mailbox_id", "mailboxId", "The mailbox it synchronizes", IdFilter, "mailbox"),
    Listed("state", "state", "Where it stands", enum_filter(RunState)),
    Listed("mode", "mode", "Whether it writes", enum_filter(RunMode)),
    Listed("configuration", "configuration", "Which directions it obeys", enum_filter(RunConfiguration)),
    Listed("profile_version", "profileVersion", "Number of the published version it obeys", IntFilter),
    Listed("started_by", "startedById", "Who started it; empty if the server did", IdFilter, "principal"),
    Listed("queued_at", "queuedAt", "When it was ordered", TimeFilter),
    Listed("started_at", "startedAt", "When it began", TimeFilter),
    Listed("finished_at", "finishedAt", "When it ended", TimeFilter),
    Listed("requests", "requests", "Requests sent to the mail server", IntFilter),
    Listed("error_code", "errorCode", "The code of the error it failed with"),
    Listed("last_seq", "lastSeq", "Number of its newest event", IntFilter),
)
OPERATIONS = (
    Listed("action", "action", "What it does", enum_filter(OperationAction)),
    Listed("state", "state", "What became of it", enum_filter(OperationState)),
    Listed("message", "message", "Why it ended so"),
    Listed("subject", "subject", "Name of the record it concerns; only for administrators"),
)


@filtered("runs", RUNS)
class RunFilter:
    pass


@ordered("runs", RUNS)
class RunOrder:
    pass


@filtered("operations", OPERATIONS)
class OperationFilter:
    pass


@ordered("operations", OPERATIONS)
class OperationOrder:
    pass
