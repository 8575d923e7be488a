"""Storing outcomes: many in one short write, each with its link, its operations and its journal entries."""

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from fieldsync.core.runs import OperationAction, OperationState
from fieldsync.db.repo import dead_letters, journal_entries
from fieldsync.db.repo import links as link_rows
from fieldsync.db.repo import records as record_rows
from fieldsync.db.repo import runs as run_rows
from fieldsync.engine.entries import Row
from fieldsync.engine.letters import Letters
from fieldsync.engine.send import Outcome, Sender

ENTERED_BEFORE = (OperationAction.UPDATE_ITEM, OperationAction.DELETE_ITEM)
AMENDED = (OperationAction.UPDATE_ITEM.value,)
NEEDLESS = "Not needed any more: both sides came to hold the same meanwhile."


def store_outcomes(connection: Connection, batch: Sequence[Outcome], sender: Sender, letters: Letters) -> list[Outcome]:
    """Store each outcome and close its operations; those that turned out stale."""
    stale: list[Outcome] = []
    entered: list[Row] = []
    struck: list[str] = []
    over: list[str] = []
    closed: list[tuple[str, OperationState, str | None, str | None]] = []
    made = [outcome.link for outcome in batch if outcome.link is not None]
    link_rows.insert_links(connection, sender.mailbox.id, sender.setup.kind, made)
    record_rows.adopt_uids(connection, sender.setup.kind, {link.record_id: link.uid for link in made})
    for outcome in batch:
        if not outcome.store(connection):
            stale.append(outcome)
            continue
        job, applied = outcome.job, outcome.state is OperationState.APPLIED
        entered.extend(outcome.entries)
        if applied and (letter := letters.over(job.step)):
            over.append(letter)
        carried_out = job.carried_out
        for action, operation in job.operations.items():
            done = action in job.done or (applied and action in carried_out)
            if action in ENTERED_BEFORE and not done:
                struck.append(operation)
            if applied and action not in carried_out:
                closed.append((operation, OperationState.SKIPPED, NEEDLESS, job.link_id))
            else:
                closed.append((operation, outcome.state, outcome.message, job.link_id))
    run_rows.close_operations(connection, closed)
    journal_entries.strike_out(connection, struck)
    journal_entries.replace(connection, [row for row in entered if row["action"] in AMENDED])
    journal_entries.insert_many(connection, [row for row in entered if row["action"] not in AMENDED])
    dead_letters.remove(connection, over)
    return stale
