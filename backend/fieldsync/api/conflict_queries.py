"""Queries of conflicts, of the history, and of what an undo would do."""

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
    connection_of,
    listed,
)
from fieldsync.api.types.conflict import Conflict
from fieldsync.api.types.list_inputs import SORTED_NEWEST, WHICH, equal, query_of
from fieldsync.api.types.lost_value import LostValue
from fieldsync.api.types.undo import UndoPreview, UndoPreviewInput
from fieldsync.api.types.waiting_query import (
    CONFLICTS,
    LOST_VALUES,
    ConflictFilter,
    ConflictOrder,
    LostValueFilter,
    LostValueOrder,
)
from fieldsync.core.conflicts import ConflictState
from fieldsync.db.repo import conflicts, lost_values
from fieldsync.errors import NotFound
from fieldsync.services.paging import PageArguments

_MAILBOX = strawberry.argument(description="Only of this mailbox.")


@strawberry.type
class ConflictQueries:
    @strawberry.field(
        description="Conflicts that a person decides, of mailboxes that the caller may see; newest first."
    )
    async def conflicts(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        mailbox_id: Annotated[strawberry.ID | None, _MAILBOX] = None,
        state: Annotated[ConflictState | None, strawberry.argument(description="Only those this far.")] = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[ConflictFilter | None, WHICH] = None,
        order_by: Annotated[ConflictOrder | None, SORTED_NEWEST] = None,
    ) -> Connection[Conflict]:
        actor, service = info.context.signed_in(), info.context.services.conflicts
        mailbox = None if mailbox_id is None else parse_id("mailbox", mailbox_id, "mailboxId")
        narrowed = equal("mailbox_id", mailbox), equal("state", state)
        query = query_of(conflicts.LISTING, CONFLICTS, filter, order_by, *narrowed)
        return await listed(service, actor, PageArguments(first, after, last, before), query, Conflict.from_row)

    @strawberry.field(
        description="What an undo would write and what it would leave, from what both sides hold now; null if there is "
        "no such run or mailbox that the caller may see."
    )
    async def undo_preview(
        self, info: Info, input: Annotated[UndoPreviewInput, strawberry.argument(description="What would be undone.")]
    ) -> UndoPreview | None:
        actor = info.context.signed_in()
        try:
            return UndoPreview.of(await info.context.services.undo.preview(actor, input.parsed()))
        except NotFound:
            return None

    @strawberry.field(description="Values that gave way, of mailboxes that the caller may see; newest first.")
    async def history(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        record_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only of this record.")] = None,
        mailbox_id: Annotated[strawberry.ID | None, _MAILBOX] = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[LostValueFilter | None, WHICH] = None,
        order_by: Annotated[LostValueOrder | None, SORTED_NEWEST] = None,
    ) -> Connection[LostValue]:
        actor, service = info.context.signed_in(), info.context.services.history
        record = None if record_id is None else record_id.partition(":")[2]
        mailbox = None if mailbox_id is None else parse_id("mailbox", mailbox_id, "mailboxId")
        query = query_of(lost_values.LISTING, LOST_VALUES, filter, order_by, equal("mailbox_id", mailbox))
        page = await service.page(actor, PageArguments(first, after, last, before), query, record)
        return connection_of(page, query, LostValue.from_row, lambda: service.count(actor, query, record))
