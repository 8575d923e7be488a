"""Mutations of filters and of their templates."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.sync_filter import FilterGroupInput, SyncFilter, SyncFilterDrift
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.sync_filters import FilterScope
from fieldsync.services.sync_filters import FILTER, Draft

_ERRORS = "Why nothing was changed; empty when all went well."
_REVISION = "Its revision as you saw it; refused with STALE_REVISION if it has moved on."


@strawberry.input(description="A filter to be made.")
class SyncFilterCreateInput:
    kind: RecordKind = strawberry.field(description="Of which type of record.")
    name: str = strawberry.field(description="What it is called.")
    definition: FilterGroupInput = strawberry.field(description="What it asks for.")
    scope: FilterScope = strawberry.field(description="Whose it is to be.", default=FilterScope.USER)
    principal_id: strawberry.ID | None = strawberry.field(
        description="The user it belongs to, oneself when omitted; of a template, the team it is for.", default=None
    )
    excludes: bool = strawberry.field(description="Whether it takes records away instead.", default=False)
    is_active: bool = strawberry.field(description="Whether it counts.", default=True)


@strawberry.input(description="Changes of a filter: what is left out stays.")
class SyncFilterUpdateInput:
    filter_id: strawberry.ID = strawberry.field(description="Which one.")
    expected_revision: int = strawberry.field(description=_REVISION)
    name: str | None = strawberry.field(description="What it is called.", default=None)
    definition: FilterGroupInput | None = strawberry.field(description="What it asks for.", default=None)
    excludes: bool | None = strawberry.field(description="Whether it takes records away instead.", default=None)


@strawberry.input(description="Switch a filter on or off.")
class SyncFilterActivateInput:
    filter_id: strawberry.ID = strawberry.field(description="Which one.")
    is_active: bool = strawberry.field(description="Whether it is to count.")
    expected_revision: int = strawberry.field(description=_REVISION)


@strawberry.input(description="A filter to be deleted.")
class SyncFilterDeleteInput:
    filter_id: strawberry.ID = strawberry.field(description="Which one.")
    expected_revision: int = strawberry.field(description=_REVISION)


@strawberry.input(description="Bring people's copies of templates up to date.")
class SyncFilterTemplateApplyInput:
    template_ids: list[strawberry.ID] | None = strawberry.field(
        description="Which templates; all active ones when omitted.", default=None
    )
    principal_ids: list[strawberry.ID] | None = strawberry.field(
        description="Whose copies; of everybody who has a mailbox when omitted.", default=None
    )
    preview: bool = strawberry.field(description="Only say what would change.", default=False)


@strawberry.type(description="What syncFilterCreate did.")
class SyncFilterCreatePayload:
    filter: SyncFilter | None = strawberry.field(description="The new filter; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What syncFilterUpdate did.")
class SyncFilterUpdatePayload:
    filter: SyncFilter | None = strawberry.field(description="The filter after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What syncFilterActivate did.")
class SyncFilterActivatePayload:
    filter: SyncFilter | None = strawberry.field(description="The filter after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What syncFilterDelete did.")
class SyncFilterDeletePayload:
    filter_id: strawberry.ID | None = strawberry.field(description="The filter that is gone; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What syncFilterTemplateApply did, or would do.")
class SyncFilterTemplateApplyPayload:
    changes: list[SyncFilterDrift] | None = strawberry.field(
        description="The copies that differed, as they were; null on errors."
    )
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class SyncFilterMutations:
    @strawberry.mutation(description="Make a filter; the next run of the mailboxes concerned goes by it.")
    async def sync_filter_create(
        self, info: Info, input: Annotated[SyncFilterCreateInput, strawberry.argument(description="The filter.")]
    ) -> SyncFilterCreatePayload:
        actor = info.context.signed_in()
        try:
            who = None if input.principal_id is None else parse_id("principal", input.principal_id, "principalId")
            draft = Draft(
                input.scope, who, input.kind, input.definition.parsed(), input.name, input.excludes, input.is_active
            )
            made = await info.context.services.sync_filters.create(actor, draft)
        except REFUSALS as refusal:
            return SyncFilterCreatePayload(filter=None, errors=mutation_errors(refusal))
        return SyncFilterCreatePayload(filter=SyncFilter.of(info, made), errors=[])

    @strawberry.mutation(description="Change a filter; records that no longer match are unlinked, nothing is deleted.")
    async def sync_filter_update(
        self, info: Info, input: Annotated[SyncFilterUpdateInput, strawberry.argument(description="The changes.")]
    ) -> SyncFilterUpdatePayload:
        actor = info.context.signed_in()
        try:
            changed = await info.context.services.sync_filters.update(
                actor,
                parse_id(FILTER, input.filter_id, "filterId"),
                input.expected_revision,
                name=input.name,
                definition=None if input.definition is None else input.definition.parsed(),
                excludes=input.excludes,
            )
        except REFUSALS as refusal:
            return SyncFilterUpdatePayload(filter=None, errors=mutation_errors(refusal))
        return SyncFilterUpdatePayload(filter=SyncFilter.of(info, changed), errors=[])

    @strawberry.mutation(description="Switch a filter on or off.")
    async def sync_filter_activate(
        self, info: Info, input: Annotated[SyncFilterActivateInput, strawberry.argument(description="The filter.")]
    ) -> SyncFilterActivatePayload:
        actor = info.context.signed_in()
        try:
            changed = await info.context.services.sync_filters.update(
                actor,
                parse_id(FILTER, input.filter_id, "filterId"),
                input.expected_revision,
                is_active=input.is_active,
            )
        except REFUSALS as refusal:
            return SyncFilterActivatePayload(filter=None, errors=mutation_errors(refusal))
        return SyncFilterActivatePayload(filter=SyncFilter.of(info, changed), errors=[])

    @strawberry.mutation(description="Delete a filter; copies of a template stay.")
    async def sync_filter_delete(
        self, info: Info, input: Annotated[SyncFilterDeleteInput, strawberry.argument(description="The filter.")]
    ) -> SyncFilterDeletePayload:
        actor = info.context.signed_in()
        try:
            which = parse_id(FILTER, input.filter_id, "filterId")
            await info.context.services.sync_filters.delete(actor, which, input.expected_revision)
        except REFUSALS as refusal:
            return SyncFilterDeletePayload(filter_id=None, errors=mutation_errors(refusal))
        return SyncFilterDeletePayload(filter_id=input.filter_id, errors=[])

    @strawberry.mutation(
        description="Make people's copies of templates what the templates are, or say what that would do; for "
        "administrators. Filters that came from no template stay."
    )
    async def sync_filter_template_apply(
        self,
        info: Info,
        input: Annotated[SyncFilterTemplateApplyInput, strawberry.argument(description="Templates and people.")],
    ) -> SyncFilterTemplateApplyPayload:
        actor = info.context.signed_in()
        try:
            changes = await info.context.services.filter_templates.apply(
                actor,
                _ids(FILTER, input.template_ids, "templateIds"),
                _ids("principal", input.principal_ids, "principalIds"),
                preview=input.preview,
            )
        except REFUSALS as refusal:
            return SyncFilterTemplateApplyPayload(changes=None, errors=mutation_errors(refusal))
        return SyncFilterTemplateApplyPayload(changes=[SyncFilterDrift.of(info, one) for one in changes], errors=[])


def _ids(kind: str, given: list[strawberry.ID] | None, path: str) -> list[str] | None:
    return None if given is None else [parse_id(kind, one, path, str(n)) for n, one in enumerate(given)]
