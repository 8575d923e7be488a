"""Mutations of open questions about who belongs together."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.match_review import MatchReview
from fieldsync.core.match import MatchChoice
from fieldsync.services.match_reviews import MatchDecision


@strawberry.input(description="What to do with one item.")
class MatchDecisionInput:
    review_id: strawberry.ID = strawberry.field(description="Which review.")
    choice: MatchChoice = strawberry.field(description="What the item is.")
    record_id: strawberry.ID | None = strawberry.field(description="With LINK: the candidate that it is.", default=None)


@strawberry.input(description="Decide what items are: all of these, or none.")
class MatchReviewsDecideInput:
    decisions: list[MatchDecisionInput] = strawberry.field(description="1 to 500, each review once.")


@strawberry.type(description="What matchReviewsDecide did.")
class MatchReviewsDecidePayload:
    match_reviews: list[MatchReview] | None = strawberry.field(
        description="The reviews with their decisions, in the order given; null on errors."
    )
    errors: list[MutationError] = strawberry.field(description="Why nothing was changed; empty when all went well.")


@strawberry.type
class MatchMutations:
    @strawberry.mutation(
        description="Say which records items are. The next run links, makes or leaves them, and starts soon where "
        "cycles are on; until then a decision can be changed."
    )
    async def match_reviews_decide(
        self, info: Info, input: Annotated[MatchReviewsDecideInput, strawberry.argument(description="The decisions.")]
    ) -> MatchReviewsDecidePayload:
        actor = info.context.signed_in()
        try:
            decisions = [
                MatchDecision(
                    parse_id("matchReview", one.review_id, f"decisions.{n}.reviewId"),
                    one.choice,
                    None if one.record_id is None else one.record_id.partition(":")[2] or one.record_id,
                )
                for n, one in enumerate(input.decisions)
            ]
            rows = await info.context.services.match_reviews.decide(actor, decisions)
        except REFUSALS as refusal:
            return MatchReviewsDecidePayload(match_reviews=None, errors=mutation_errors(refusal))
        return MatchReviewsDecidePayload(match_reviews=[MatchReview.from_row(row) for row in rows], errors=[])
