"""The part of the query root that tells what is in scope of a sync."""

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
)
from fieldsync.api.types.list_inputs import SORTED, WHICH, equal, query_of
from fieldsync.api.types.scope import IncomingRule, OptOut, ScopeCheck
from fieldsync.api.types.scope_query import (
    OPT_OUTS,
    SYNC_FILTERS,
    OptOutFilter,
    OptOutOrder,
    SyncFilterFilter,
    SyncFilterOrder,
)
from fieldsync.api.types.sync_filter import (
    FilterGroupInput,
    SyncFilter,
    SyncFilterColumn,
    SyncFilterDrift,
    SyncFilterPreview,
)
from fieldsync.core.filters import OPERATORS
from fieldsync.core.values import RecordKind
from fieldsync.db.filter_sql import filter_columns, filter_labels
from fieldsync.db.repo import opt_outs, sync_filters
from fieldsync.db.repo.sync_filters import FilterScope
from fieldsync.ids import record_name
from fieldsync.services.paging import PageArguments
from fieldsync.services.sync_filters import FILTER, Draft

KindArgument = Annotated[RecordKind | None, strawberry.argument(description="Only of this kind.")]


@strawberry.input(description="A filter to be tried.")
class SyncFilterPreviewInput:
    kind: RecordKind = strawberry.field(description="Of which type of record.")
    definition: FilterGroupInput = strawberry.field(description="What it asks for.")
    excludes: bool = strawberry.field(description="Whether it takes records away instead.", default=False)
    is_active: bool = strawberry.field(description="Whether it is to count.", default=True)
    principal_id: strawberry.ID | None = strawberry.field(
        description="For whom; oneself when omitted, anybody for administrators.", default=None
    )
    filter_id: strawberry.ID | None = strawberry.field(
        description="The filter in whose place it is tried; none when omitted.", default=None
    )


@strawberry.type
class ScopeQueries:
    @strawberry.field(
        description="Filters in the order in which they were made: one's own and the organization's; to administrators "
        "all, and templates."
    )
    async def sync_filters(
        self,
        info: Info,
        principal_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Of whom, with the organization's; of all that may be seen when omitted."),
        ] = None,
        kind: KindArgument = None,
        scope: Annotated[FilterScope | None, strawberry.argument(description="Only of this scope.")] = None,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[SyncFilterFilter | None, WHICH] = None,
        order_by: Annotated[SyncFilterOrder | None, SORTED] = None,
    ) -> Connection[SyncFilter]:
        actor, service = info.context.signed_in(), info.context.services.sync_filters
        who = None if principal_id is None else parse_id("principal", principal_id, "principalId")
        concerning = None if who is None else service.concerning(actor, who)
        query = query_of(
            sync_filters.LISTING,
            SYNC_FILTERS,
            filter,
            order_by,
            concerning,
            equal("kind", kind),
            equal("scope", scope),
        )
        page = await service.page(actor, PageArguments(first, after, last, before), query)
        return connection_of(
            page,
            query,
            lambda row: SyncFilter.of(info, sync_filters.stored(row)),
            lambda: service.count(actor, query),
        )

    @strawberry.field(description="The attributes of a kind that filters can ask for.")
    async def sync_filter_columns(
        self, info: Info, kind: Annotated[RecordKind, strawberry.argument(description="Of which kind.")]
    ) -> list[SyncFilterColumn]:
        info.context.signed_in()
        labels = filter_labels(kind)
        return [
            SyncFilterColumn(attribute=name, label=labels[name], type=holds, operators=list(OPERATORS[holds]))
            for name, holds in filter_columns(kind).items()
        ]

    @strawberry.field(description="What a filter would do for somebody's mailboxes, before it is saved.")
    async def sync_filter_preview(
        self, info: Info, input: Annotated[SyncFilterPreviewInput, strawberry.argument(description="The filter.")]
    ) -> SyncFilterPreview:
        actor = info.context.signed_in()
        who = None if input.principal_id is None else parse_id("principal", input.principal_id, "principalId")
        replaced = None if input.filter_id is None else parse_id(FILTER, input.filter_id, "filterId")
        draft = Draft(
            FilterScope.USER,
            who or actor.principal_id,
            input.kind,
            input.definition.parsed(),
            excludes=input.excludes,
            is_active=input.is_active,
        )
        found = await info.context.services.sync_filters.preview(actor, who, draft, replaced)
        return SyncFilterPreview.of(input.kind, found)

    @strawberry.field(
        description="Copies of templates that differ from them, of everybody who has a mailbox; for administrators."
    )
    async def sync_filter_drift(
        self,
        info: Info,
        template_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only of this template.")] = None,
    ) -> list[SyncFilterDrift]:
        actor = info.context.signed_in()
        which = None if template_id is None else parse_id(FILTER, template_id, "templateId")
        found = await info.context.services.filter_templates.drift(actor, which)
        return [SyncFilterDrift.of(info, one) for one in found]

    @strawberry.field(description="Which items become records, by kind.")
    async def incoming_rules(self, info: Info) -> list[IncomingRule]:
        info.context.signed_in()
        return [IncomingRule.of(rule) for rule in await info.context.services.incoming_rules.every()]

    @strawberry.field(description="What stays out of a mailbox's sync, in the order in which it was opted out.")
    async def opt_outs(
        self,
        info: Info,
        mailbox_id: Annotated[strawberry.ID, strawberry.argument(description="Of which mailbox.")],
        kind: KindArgument = None,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[OptOutFilter | None, WHICH] = None,
        order_by: Annotated[OptOutOrder | None, SORTED] = None,
    ) -> Connection[OptOut]:
        actor, service = info.context.signed_in(), info.context.services.opt_outs
        mailbox = parse_id("mailbox", mailbox_id, "mailboxId")
        of_mailbox = equal("mailbox_id", mailbox)
        query = query_of(opt_outs.LISTING, OPT_OUTS, filter, order_by, of_mailbox, equal("kind", kind))
        page = await service.page(actor, PageArguments(first, after, last, before), query, mailbox)
        return connection_of(page, query, OptOut.from_row, lambda: service.count(actor, query))

    @strawberry.field(
        description="Why a record does or does not reach a mailbox: mailbox, filter, organizer, access, opt-out, link."
    )
    async def scope_check(
        self,
        info: Info,
        mailbox_id: Annotated[strawberry.ID, strawberry.argument(description="Which mailbox.")],
        kind: Annotated[RecordKind, strawberry.argument(description="Of which type the record is.")],
        record_id: Annotated[strawberry.ID, strawberry.argument(description="Which record.")],
    ) -> ScopeCheck:
        actor = info.context.signed_in()
        mailbox = parse_id("mailbox", mailbox_id, "mailboxId")
        record = parse_id(record_name(kind.value), record_id, "recordId")
        return ScopeCheck.of(await info.context.services.scope_checks.walk(actor, mailbox, kind, record))
