"""Mutations of undoing."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors
from fieldsync.api.types.run import Run
from fieldsync.api.types.undo import UndoStartInput


@strawberry.type(description="What undoStart did.")
class UndoStartPayload:
    run: Run | None = strawberry.field(description="The run that undoes; null on errors.")
    errors: list[MutationError] = strawberry.field(description="Why nothing was started; empty when all went well.")


@strawberry.type
class UndoMutations:
    @strawberry.mutation(
        description="Start a run that writes back what was there before: on the side that was written, and only what "
        "nobody changed since. The runs after it leave it so. What it does can be undone likewise."
    )
    async def undo_start(
        self, info: Info, input: Annotated[UndoStartInput, strawberry.argument(description="What is to be undone.")]
    ) -> UndoStartPayload:
        actor = info.context.signed_in()
        try:
            row = await info.context.services.undo.start(actor, input.parsed())
        except REFUSALS as refusal:
            return UndoStartPayload(run=None, errors=mutation_errors(refusal))
        return UndoStartPayload(run=Run.from_row(row), errors=[])
