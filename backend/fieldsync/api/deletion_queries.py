"""The part of the query root that tells of deletions and of the settings of the sync."""

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
from fieldsync.api.types.deletion import DeletionCell, DeletionCheck, DeletionRules
from fieldsync.api.types.held_deletion import HeldDeletion
from fieldsync.api.types.list_inputs import SORTED, SORTED_NEWEST, WHICH, equal, query_of
from fieldsync.api.types.quarantined import Quarantined
from fieldsync.api.types.sync_settings import SyncSettings
from fieldsync.api.types.waiting_query import (
    HELD_DELETIONS,
    QUARANTINE,
    HeldDeletionFilter,
    HeldDeletionOrder,
    QuarantinedFilter,
    QuarantinedOrder,
)
from fieldsync.core.deletes import Cause, cells
from fieldsync.core.values import RecordKind, Side
from fieldsync.db.repo import held_deletions, quarantine
from fieldsync.errors import InvalidInput, NotFound
from fieldsync.services.paging import PageArguments


@strawberry.type
class DeletionQueries:
    @strawberry.field(description="Settings that hold for the sync of every mailbox.")
    async def sync_settings(self, info: Info) -> SyncSettings:
        info.context.signed_in()
        return SyncSettings.of(await info.context.services.sync_settings.get())

    @strawberry.field(description="What a deletion on one side does on the other: every cell, set or as shipped.")
    async def deletion_matrix(
        self,
        info: Info,
        kind: Annotated[RecordKind | None, strawberry.argument(description="Only cells of this kind.")] = None,
    ) -> DeletionRules:
        info.context.signed_in()
        held = await info.context.services.deletions.matrix()
        return DeletionRules(cells=[DeletionCell.of(cell, held.matrix) for cell in cells(kind)], revision=held.revision)

    @strawberry.field(description="Deletions that a brake holds, of mailboxes that the caller may see; oldest first.")
    async def held_deletions(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        mailbox_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only of this mailbox.")] = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[HeldDeletionFilter | None, WHICH] = None,
        order_by: Annotated[HeldDeletionOrder | None, SORTED] = None,
    ) -> Connection[HeldDeletion]:
        actor, service = info.context.signed_in(), info.context.services.held
        mailbox = None if mailbox_id is None else parse_id("mailbox", mailbox_id, "mailboxId")
        query = query_of(held_deletions.LISTING, HELD_DELETIONS, filter, order_by, equal("mailbox_id", mailbox))
        return await listed(service, actor, PageArguments(first, after, last, before), query, HeldDeletion.from_row)

    @strawberry.field(description="Copies of what was deleted, of mailboxes that the caller may see; newest first.")
    async def quarantine(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        mailbox_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only of this mailbox.")] = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[QuarantinedFilter | None, WHICH] = None,
        order_by: Annotated[QuarantinedOrder | None, SORTED_NEWEST] = None,
    ) -> Connection[Quarantined]:
        actor, service = info.context.signed_in(), info.context.services.quarantine
        mailbox = None if mailbox_id is None else parse_id("mailbox", mailbox_id, "mailboxId")
        query = query_of(quarantine.LISTING, QUARANTINE, filter, order_by, equal("mailbox_id", mailbox))
        return await listed(service, actor, PageArguments(first, after, last, before), query, Quarantined.from_row)

    @strawberry.field(
        description="What a deletion would do to one record or item of one mailbox, if it happened now; null if the "
        "caller does not see the mailbox or the record."
    )
    async def deletion_check(
        self,
        info: Info,
        mailbox_id: Annotated[strawberry.ID, strawberry.argument(description="In which mailbox.")],
        kind: Annotated[RecordKind, strawberry.argument(description="The record's kind.")],
        record_id: Annotated[strawberry.ID, strawberry.argument(description="Which record.")],
        side: Annotated[Side, strawberry.argument(description="Which end is deleted: the record, or its item.")],
        cancelled: Annotated[
            bool, strawberry.argument(description="Whether the record is cancelled instead, which only meetings are.")
        ] = False,
    ) -> DeletionCheck | None:
        actor, service = info.context.signed_in(), info.context.services.deletions
        mailbox = parse_id("mailbox", mailbox_id, "mailboxId")
        record = record_id.partition(":")[2] or record_id
        cause = _cause(kind, side, cancelled=cancelled)
        try:
            ruling = await service.check(actor, mailbox, kind, record, cause)
        except NotFound:
            return None
        return DeletionCheck.of(ruling, (await service.matrix()).matrix)


def _cause(kind: RecordKind, side: Side, *, cancelled: bool) -> Cause:
    if not cancelled:
        return Cause.RECORD_DELETED if side is Side.CRM else Cause.ITEM_DELETED
    if side is Side.OUTLOOK or not any(cell.cause is Cause.RECORD_CANCELLED for cell in cells(kind)):
        raise InvalidInput("Only meetings are cancelled, and only in the CRM.", path=("cancelled",))
    return Cause.RECORD_CANCELLED
