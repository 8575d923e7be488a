"""Queries of CRM activities."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info, columns_of
from fieldsync.api.paging import Connection, connection_of
from fieldsync.api.record_ids import parse_activity_id
from fieldsync.api.types.activity import TYPES, Activity, activity_of
from fieldsync.api.types.activity_query import ActivityFilter, ActivityOrder, query_of
from fieldsync.api.types.run import AfterArgument, FirstArgument
from fieldsync.core.values import RecordKind
from fieldsync.errors import InvalidInput, NotFound


@strawberry.type
class ActivityQueries:
    @strawberry.field(description="CRM activities of one kind that the caller may see.")
    async def activities(
        self,
        info: Info,
        kind: Annotated[RecordKind, strawberry.argument(description="Which kind; contacts are no activities.")],
        first: FirstArgument = None,
        after: AfterArgument = None,
        filter: Annotated[
            ActivityFilter | None, strawberry.argument(description="Which ones; all when omitted.")
        ] = None,
        order_by: Annotated[
            ActivityOrder | None,
            strawberry.argument(description="In which order; that in which they were made when omitted."),
        ] = None,
    ) -> Connection[Activity]:
        actor = info.context.signed_in()
        if kind not in TYPES:
            raise InvalidInput("Contacts are no activities; ask for contacts instead.", path=("kind",))
        service, query = info.context.services.activities[kind], query_of(kind, filter, order_by)
        page = await service.page(actor, first, after, query, columns_of(info, kind))
        return connection_of(
            page,
            lambda seen: activity_of(info, seen),
            lambda: service.count(actor, query),
            key=lambda seen: query.text_of(seen.row),
        )

    @strawberry.field(
        description="One activity of any kind; null if there is none with this id that the caller may see."
    )
    async def activity(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Which one.")]
    ) -> Activity | None:
        actor = info.context.signed_in()
        try:
            kind, raw = parse_activity_id(id, "id")
            found = await info.context.services.activities[kind].get(actor, raw, columns_of(info, kind))
            return activity_of(info, found)
        except NotFound:
            return None
