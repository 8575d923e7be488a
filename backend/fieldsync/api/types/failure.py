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
    known = row.error_code in ErrorCode.__members__
    return MailboxError(
        code=ErrorCode[row.error_code] if known else ErrorCode.INTERNAL,
        message=row.error_message or "The run failed.",
        remedy=row.error_remedy or "Try again; if it stays, look into the server's log.",
        at=row.finished_at,
    )
