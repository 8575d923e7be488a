"""Queries of CRM activities."""

from typing import Annotated

import strawberry

from fieldsync.api.claims import confirms_caller
from fieldsync.api.context import Info
from fieldsync.api.paging import AfterArgument, BeforeArgument, Connection, FirstArgument, LastArgument
from fieldsync.api.record_ids import parse_activity_id
from fieldsync.api.record_lists import record_seen, records_listed
from fieldsync.api.types.activity import TYPES, Activity, activity_of
from fieldsync.api.types.activity_query import ActivityFilter, ActivityOrder, query_of
from fieldsync.api.types.list_inputs import SORTED, WHICH
from fieldsync.core.values import RecordKind
from fieldsync.errors import InvalidInput, NotFound
from fieldsync.services.paging import PageArguments


@strawberry.type
class ActivityQueries:
    @strawberry.field(description="CRM activities of one kind that the caller may see.")
    @confirms_caller
    async def activities(
        self,
        info: Info,
        kind: Annotated[RecordKind, strawberry.argument(description="Which kind; contacts are no activities.")],
        first: FirstArgument = None,
        after: AfterArgument = None,
        filter: Annotated[ActivityFilter | None, WHICH] = None,
        order_by: Annotated[ActivityOrder | None, SORTED] = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
    ) -> Connection[Activity]:
        info.context.claiming()
        if kind not in TYPES:
            raise InvalidInput("Contacts are no activities; ask for contacts instead.", path=("kind",))
        service, query = info.context.services.activities[kind], query_of(kind, filter, order_by)
        return await records_listed(info, service, query, PageArguments(first, after, last, before))

    @strawberry.field(
        description="One activity of any kind; null if there is none with this id that the caller may see."
    )
    @confirms_caller
    async def activity(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Which one.")]
    ) -> Activity | None:
        info.context.claiming()
        try:
            kind, raw = parse_activity_id(id, "id")
            return activity_of(info, await record_seen(info, info.context.services.activities[kind], raw))
        except NotFound:
            return None
