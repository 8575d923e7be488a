"""Mutations of what runs by itself: stopped mailboxes and dead letters."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.dead_letter import DeadLetter
from fieldsync.api.types.mailbox import Mailbox

_ERRORS = "Why nothing was changed; empty when all went well."


@strawberry.input(description="Let a stopped mailbox go on.")
class MailboxResumeInput:
    mailbox_id: strawberry.ID = strawberry.field(description="Which mailbox.")


@strawberry.type(description="What mailboxResume did.")
class MailboxResumePayload:
    mailbox: Mailbox | None = strawberry.field(description="The mailbox after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Have dead letters tried again.")
class DeadLetterRetryInput:
    dead_letter_ids: list[strawberry.ID] = strawberry.field(description="Which ones, 1 to 500.")


@strawberry.type(description="What deadLetterRetry did.")
class DeadLetterRetryPayload:
    dead_letters: list[DeadLetter] = strawberry.field(description="The letters after the change; none on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class CycleMutations:
    @strawberry.mutation(description="Let a stopped mailbox go on: what stopped it has been mended.")
    async def mailbox_resume(
        self,
        info: Info,
        input: Annotated[MailboxResumeInput, strawberry.argument(description="The mailbox.")],
    ) -> MailboxResumePayload:
        actor = info.context.signed_in()
        try:
            mailbox_id = parse_id("mailbox", input.mailbox_id, "mailboxId")
            row = await info.context.services.mailboxes.resume(actor, mailbox_id)
        except REFUSALS as refusal:
            return MailboxResumePayload(mailbox=None, errors=mutation_errors(refusal))
        return MailboxResumePayload(mailbox=Mailbox.from_row(info, row), errors=[])

    @strawberry.mutation(description="Have dead letters tried again by the next run, with all attempts before them.")
    async def dead_letter_retry(
        self,
        info: Info,
        input: Annotated[DeadLetterRetryInput, strawberry.argument(description="The letters.")],
    ) -> DeadLetterRetryPayload:
        actor = info.context.signed_in()
        try:
            ids = [parse_id("deadLetter", one, "deadLetterIds") for one in input.dead_letter_ids]
            rows = await info.context.services.dead_letters.retry(actor, ids)
        except REFUSALS as refusal:
            return DeadLetterRetryPayload(dead_letters=[], errors=mutation_errors(refusal))
        return DeadLetterRetryPayload(dead_letters=[DeadLetter.from_row(row) for row in rows], errors=[])
