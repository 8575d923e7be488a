"""Mutations of runs."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.run import Run
from fieldsync.core.runs import RunConfiguration, RunMode
from fieldsync.core.values import RecordKind

_ERRORS = "Why nothing was changed; empty when all went well."


@strawberry.input(description="Start runs, one for each mailbox, all or none.")
class RunStartInput:
    mailbox_ids: list[strawberry.ID] = strawberry.field(description="At least one.")
    kinds: list[RecordKind] | None = strawberry.field(
        description="Which types of records; all that the mailbox has a collection for when omitted.", default=None
    )
    mode: RunMode = strawberry.field(description="Whether to write.", default=RunMode.APPLY)
    configuration: RunConfiguration = strawberry.field(
        description="Which directions to obey; DRAFT only with the mode PREVIEW.",
        default=RunConfiguration.PUBLISHED,
    )
    release_held: bool = strawberry.field(
        description="Carry out what earlier runs set aside, such as a mass delete.", default=False
    )


@strawberry.type(description="What runStart did.")
class RunStartPayload:
    runs: list[Run] | None = strawberry.field(description="The runs, in the order of mailboxIds; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="End a run early; what it has written stays written.")
class RunCancelInput:
    run_id: strawberry.ID = strawberry.field(description="Which run.")


@strawberry.type(description="What runCancel did.")
class RunCancelPayload:
    run: Run | None = strawberry.field(description="The run, which ends at its next step; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class RunMutations:
    @strawberry.mutation(description="Start runs; follow them with the subscription runEvents.")
    async def run_start(
        self, info: Info, input: Annotated[RunStartInput, strawberry.argument(description="What to run.")]
    ) -> RunStartPayload:
        actor = info.context.signed_in()
        try:
            rows = await info.context.services.runs.start(
                actor,
                [parse_id("mailbox", mailbox_id, "mailboxIds") for mailbox_id in input.mailbox_ids],
                kinds=input.kinds,
                mode=input.mode,
                configuration=input.configuration,
                release_held=input.release_held,
            )
        except REFUSALS as refusal:
            return RunStartPayload(runs=None, errors=mutation_errors(refusal))
        return RunStartPayload(runs=[Run.from_row(row) for row in rows], errors=[])

    @strawberry.mutation(description="Ask a run to end early.")
    async def run_cancel(
        self, info: Info, input: Annotated[RunCancelInput, strawberry.argument(description="What to end.")]
    ) -> RunCancelPayload:
        actor = info.context.signed_in()
        try:
            row = await info.context.services.runs.cancel(actor, parse_id("run", input.run_id, "runId"))
        except REFUSALS as refusal:
            return RunCancelPayload(run=None, errors=mutation_errors(refusal))
        return RunCancelPayload(run=Run.from_row(row), errors=[])
