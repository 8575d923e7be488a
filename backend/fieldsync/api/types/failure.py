"""What went wrong with a mailbox or its run."""

from datetime import datetime
from typing import Any

import strawberry

from fieldsync.errors import ErrorCode


@strawberry.type(description="What stopped a run, and what to do about it.")
class MailboxError:
    code: ErrorCode = strawberry.field(description="For programs.")
    message: str = strawberry.field(description="What happened.")
    remedy: str = strawberry.field(description="What to do about it.")
    at: datetime = strawberry.field(description="When it happened.")


def failure_of(row: Any) -> MailboxError:
    """The error in the columns of a failed run."""
    return MailboxError(
        code=_code(row.error_code),
        message=row.error_message or "The run failed.",
        remedy=row.error_remedy or "Try again; if it stays, look into the server's log.",
        at=row.finished_at,
    )


def stop_of(row: Any) -> MailboxError | None:
    """Why a mailbox is stopped; None if it is not."""
    if row.stopped_at is None:
        return None
    said = row.stopped or {}
    return MailboxError(
        code=_code(said.get("code")),
        message=said.get("message") or "It was stopped.",
        remedy=said.get("remedy") or "Start a run by hand to see what is wrong.",
        at=row.stopped_at,
    )


def _code(text: str | None) -> ErrorCode:
    return ErrorCode.__members__.get(text or "", ErrorCode.INTERNAL)
