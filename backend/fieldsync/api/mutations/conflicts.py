"""Mutations of conflicts and of the history."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.conflict import Conflict
from fieldsync.api.types.lost_value import LostValue
from fieldsync.api.types.run import Run
from fieldsync.core.conflicts import ConflictChoice

_ERRORS = "Why nothing was changed; empty when all went well."
_RUN = "The run that carries it out, started at once; null if one is under way, or the mailbox runs later."


@strawberry.input(description="Decide a conflict; the next run carries it out.")
class ConflictResolveInput:
    conflict_id: strawberry.ID = strawberry.field(description="Which one.")
    choice: ConflictChoice = strawberry.field(description="Whose value stays, or VALUE for another one.")
    value: list[str] | None = strawberry.field(
        description="With VALUE: all parts, in the order of the mapping's crmAttributes; an empty text is no value.",
        default=None,
    )
    expected_revision: int | None = strawberry.field(
        description="The conflict's revision as you saw it; refused with STALE_REVISION if it has moved on.",
        default=None,
    )


@strawberry.type(description="What conflictResolve did.")
class ConflictResolvePayload:
    conflict: Conflict | None = strawberry.field(description="The conflict after the change; null on errors.")
    run: Run | None = strawberry.field(description=_RUN)
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Put a value back that gave way.")
class LostValueRestoreInput:
    lost_value_id: strawberry.ID = strawberry.field(description="Which one.")


@strawberry.type(description="What lostValueRestore did.")
class LostValueRestorePayload:
    lost_value: LostValue | None = strawberry.field(description="The value after the change; null on errors.")
    run: Run | None = strawberry.field(description=_RUN)
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class ConflictMutations:
    @strawberry.mutation(description="Decide a conflict. An edit made after the decision opens it again.")
    async def conflict_resolve(
        self, info: Info, input: Annotated[ConflictResolveInput, strawberry.argument(description="The decision.")]
    ) -> ConflictResolvePayload:
        actor = info.context.signed_in()
        try:
            conflict_id = parse_id("conflict", input.conflict_id, "conflictId")
            row, run = await info.context.services.conflicts.resolve(
                actor, conflict_id, input.choice, input.value, input.expected_revision
            )
        except REFUSALS as refusal:
            return ConflictResolvePayload(conflict=None, run=None, errors=mutation_errors(refusal))
        return ConflictResolvePayload(
            conflict=Conflict.from_row(row), run=None if run is None else Run.from_row(run), errors=[]
        )

    @strawberry.mutation(
        description="Put a value back that gave way: as an edit of the caller's in the CRM, within their rights; "
        "a run then carries it to Outlook if that is where it was lost."
    )
    async def lost_value_restore(
        self, info: Info, input: Annotated[LostValueRestoreInput, strawberry.argument(description="The value.")]
    ) -> LostValueRestorePayload:
        actor = info.context.signed_in()
        try:
            lost_id = parse_id("lostValue", input.lost_value_id, "lostValueId")
            row, run = await info.context.services.history.restore(actor, lost_id)
        except REFUSALS as refusal:
            return LostValueRestorePayload(lost_value=None, run=None, errors=mutation_errors(refusal))
        return LostValueRestorePayload(
            lost_value=LostValue.from_row(row), run=None if run is None else Run.from_row(run), errors=[]
        )
