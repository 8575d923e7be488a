"""The part of the query root that tells of rights."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import (
    AfterArgument,
    BeforeArgument,
    Connection,
    FirstArgument,
    LastArgument,
    connection_of,
)
from fieldsync.api.types.audit_event import AuditEvent
from fieldsync.api.types.column import Column
from fieldsync.api.types.field_profile import FieldProfile
from fieldsync.api.types.list_inputs import SORTED, SORTED_NEWEST, WHICH, equal, query_of
from fieldsync.api.types.principal import Principal
from fieldsync.api.types.rights_query import (
    AUDIT_EVENTS,
    PRINCIPALS,
    AuditEventFilter,
    AuditEventOrder,
    PrincipalFilter,
    PrincipalOrder,
    named_like,
)
from fieldsync.api.types.security_role import SecurityRole
from fieldsync.api.types.security_settings import SecuritySettings
from fieldsync.api.types.unit import BusinessUnit
from fieldsync.core.privileges import PrincipalKind
from fieldsync.core.values import RecordKind
from fieldsync.db.repo import audit, principals
from fieldsync.services.paging import PageArguments


@strawberry.type
class RightsQueries:
    @strawberry.field(description="Users and teams, in the order in which they were made; for administrators.")
    async def principals(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        search: Annotated[
            str | None, strawberry.argument(description="Only with this in the name or user name, in whatever case.")
        ] = None,
        kind: Annotated[PrincipalKind | None, strawberry.argument(description="Only of this kind.")] = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[PrincipalFilter | None, WHICH] = None,
        order_by: Annotated[PrincipalOrder | None, SORTED] = None,
    ) -> Connection[Principal]:
        actor, service = info.context.signed_in(), info.context.services.principals
        query = query_of(principals.LISTING, PRINCIPALS, filter, order_by, named_like(search), equal("kind", kind))
        page = await service.page(actor, PageArguments(first, after, last, before), query)
        return connection_of(page, query, Principal.from_row, lambda: service.count(actor, query))

    @strawberry.field(description="All business units, the root first, parents before children; for administrators.")
    async def business_units(self, info: Info) -> list[BusinessUnit]:
        actor = info.context.signed_in()
        return [BusinessUnit.from_row(row) for row in await info.context.services.units.every(actor)]

    @strawberry.field(description="All security roles by name; for administrators.")
    async def security_roles(self, info: Info) -> list[SecurityRole]:
        actor = info.context.signed_in()
        return [SecurityRole.from_row(row) for row in await info.context.services.roles.every(actor)]

    @strawberry.field(description="All field profiles by name; for administrators.")
    async def field_profiles(self, info: Info) -> list[FieldProfile]:
        actor = info.context.signed_in()
        return [FieldProfile.from_row(row) for row in await info.context.services.field_profiles.every(actor)]

    @strawberry.field(description="The CRM columns of a kind in the catalogue's order, and which are secured.")
    async def columns(
        self, info: Info, kind: Annotated[RecordKind, strawberry.argument(description="Of which kind.")]
    ) -> list[Column]:
        info.context.signed_in()
        return [Column.of(found) for found in await info.context.services.columns.every(kind)]

    @strawberry.field(description="Settings that concern rights; for administrators.")
    async def security_settings(self, info: Info) -> SecuritySettings:
        actor = info.context.signed_in()
        return SecuritySettings.from_row(await info.context.services.security_settings.get(actor))

    @strawberry.field(description="Who changed which right when, newest first; for administrators.")
    async def audit_events(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        target_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only changes of what has this id.")
        ] = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[AuditEventFilter | None, WHICH] = None,
        order_by: Annotated[AuditEventOrder | None, SORTED_NEWEST] = None,
    ) -> Connection[AuditEvent]:
        actor, service = info.context.signed_in(), info.context.services.audit
        query = query_of(audit.LISTING, AUDIT_EVENTS, filter, order_by, equal("target_id", target_id))
        page = await service.page(actor, PageArguments(first, after, last, before), query)
        return connection_of(page, query, AuditEvent.from_row, lambda: service.count(actor, query))
