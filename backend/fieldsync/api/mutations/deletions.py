"""Mutations of deletions."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.deletion import DeletionCell, DeletionRules
from fieldsync.api.types.held_deletion import HeldDeletion
from fieldsync.api.types.run import Run
from fieldsync.core.deletes import Ending, cells

_ERRORS = "Why nothing was changed; empty when all went well."


@strawberry.input(description="One cell of the deletion matrix to set.")
class DeletionCellInput:
    cell: str = strawberry.field(description="Its key, as deletionMatrix tells it.")
    outcome: Ending | None = strawberry.field(
        description="What is to happen on the other side; null makes it as shipped again.", default=None
    )


@strawberry.input(description="Set cells of the deletion matrix: all of these, or none.")
class DeletionRulesSetInput:
    changes: list[DeletionCellInput] = strawberry.field(description="The cells; the last of one counts.")
    expected_revision: int = strawberry.field(
        description="The revision of the matrix as you saw it; refused with STALE_REVISION if it has moved on."
    )


@strawberry.type(description="What deletionRulesSet did.")
class DeletionRulesSetPayload:
    deletion_matrix: DeletionRules | None = strawberry.field(description="All of it after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Agree to deletions that a brake holds.")
class HeldReleaseInput:
    mailbox_id: strawberry.ID = strawberry.field(description="Of which mailbox.")
    held_deletion_ids: list[strawberry.ID] | None = strawberry.field(
        description="Which ones; all of the mailbox when omitted.", default=None
    )


@strawberry.type(description="What heldRelease did.")
class HeldReleasePayload:
    held_deletions: list[HeldDeletion] | None = strawberry.field(
        description="What was released, the oldest first; null on errors."
    )
    run: Run | None = strawberry.field(
        description="The run that carries it out, started at once; null if one is under way, or the mailbox runs later."
    )
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class DeletionMutations:
    @strawberry.mutation(
        description="Set cells of the deletion matrix, for administrators; runs that start later go by them."
    )
    async def deletion_rules_set(
        self, info: Info, input: Annotated[DeletionRulesSetInput, strawberry.argument(description="The cells.")]
    ) -> DeletionRulesSetPayload:
        actor = info.context.signed_in()
        changes = {one.cell: one.outcome for one in input.changes}
        try:
            held = await info.context.services.deletions.set(actor, changes, input.expected_revision)
        except REFUSALS as refusal:
            return DeletionRulesSetPayload(deletion_matrix=None, errors=mutation_errors(refusal))
        rules = DeletionRules(cells=[DeletionCell.of(cell, held.matrix) for cell in cells()], revision=held.revision)
        return DeletionRulesSetPayload(deletion_matrix=rules, errors=[])

    @strawberry.mutation(
        description="Agree to deletions that a brake holds; the next run carries out those whose cause is still there."
    )
    async def held_release(
        self, info: Info, input: Annotated[HeldReleaseInput, strawberry.argument(description="Which ones.")]
    ) -> HeldReleasePayload:
        actor, given = info.context.signed_in(), input.held_deletion_ids
        try:
            mailbox_id = parse_id("mailbox", input.mailbox_id, "mailboxId")
            ids = None if given is None else [parse_id("heldDeletion", one, "heldDeletionIds") for one in given]
            rows, run = await info.context.services.held.release(actor, mailbox_id, ids)
        except REFUSALS as refusal:
            return HeldReleasePayload(held_deletions=None, run=None, errors=mutation_errors(refusal))
        return HeldReleasePayload(
            held_deletions=[HeldDeletion.from_row(row) for row in rows],
            run=None if run is None else Run.from_row(run),
            errors=[],
        )
