"""The part of the query root that tells which items wait for somebody to say what they are."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import parse_id
from fieldsync.api.paging import (
    AfterArgument,
    BeforeArgument,
    Connection,
    FirstArgument,
    LastArgument,
    listed,
)
from fieldsync.api.types.list_inputs import SORTED, WHICH, equal, query_of
from fieldsync.api.types.match_review import MatchReview
from fieldsync.api.types.waiting_query import MATCH_REVIEWS, MatchReviewFilter, MatchReviewOrder
from fieldsync.db.repo import match_reviews
from fieldsync.services.paging import PageArguments


@strawberry.type
class MatchQueries:
    @strawberry.field(
        description="Items that may be records that are there already, of mailboxes that the caller may see; oldest "
        "first. Nothing is linked and nothing is made anew until somebody decides."
    )
    async def match_reviews(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        mailbox_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only of this mailbox.")] = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[MatchReviewFilter | None, WHICH] = None,
        order_by: Annotated[MatchReviewOrder | None, SORTED] = None,
    ) -> Connection[MatchReview]:
        actor, service = info.context.signed_in(), info.context.services.match_reviews
        mailbox = None if mailbox_id is None else parse_id("mailbox", mailbox_id, "mailboxId")
        query = query_of(match_reviews.LISTING, MATCH_REVIEWS, filter, order_by, equal("mailbox_id", mailbox))
        return await listed(service, actor, PageArguments(first, after, last, before), query, MatchReview.from_row)
