"""Queries of conflicts and of the history."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import parse_id
from fieldsync.api.paging import Connection, connection_of
from fieldsync.api.types.conflict import Conflict
from fieldsync.api.types.lost_value import LostValue
from fieldsync.api.types.run import AfterArgument, FirstArgument
from fieldsync.core.conflicts import ConflictState

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
    ) -> Connection[Conflict]:
        actor, service = info.context.signed_in(), info.context.services.conflicts
        mailbox = None if mailbox_id is None else parse_id("mailbox", mailbox_id, "mailboxId")
        page = await service.page(actor, first, after, mailbox, state)
        return connection_of(page, Conflict.from_row, lambda: service.count(actor, mailbox, state))

    @strawberry.field(description="Values that gave way, of mailboxes that the caller may see; newest first.")
    async def history(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        record_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only of this record.")] = None,
        mailbox_id: Annotated[strawberry.ID | None, _MAILBOX] = None,
    ) -> Connection[LostValue]:
        actor, service = info.context.signed_in(), info.context.services.history
        record = None if record_id is None else record_id.partition(":")[2]
        mailbox = None if mailbox_id is None else parse_id("mailbox", mailbox_id, "mailboxId")
        page = await service.page(actor, first, after, record, mailbox)
        return connection_of(page, LostValue.from_row, lambda: service.count(actor, record, mailbox))
