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
    listed,
)
from fieldsync.api.types.audit_event import AuditEvent
from fieldsync.api.types.column import Column
from fieldsync.api.types.field_profile import FieldProfile
from fieldsync.api.types.list_inputs import SORTED, SORTED_BY_NAME, SORTED_NEWEST, WHICH, equal, query_of
from fieldsync.api.types.principal import Principal
from fieldsync.api.types.rights_query import (
    AUDIT_EVENTS,
    BUSINESS_UNITS,
    FIELD_PROFILES,
    PRINCIPALS,
    SECURITY_ROLES,
    AuditEventFilter,
    AuditEventOrder,
    BusinessUnitFilter,
    BusinessUnitOrder,
    FieldProfileFilter,
    FieldProfileOrder,
    PrincipalFilter,
    PrincipalOrder,
    SecurityRoleFilter,
    SecurityRoleOrder,
    named_like,
)
from fieldsync.api.types.security_role import SecurityRole
from fieldsync.api.types.security_settings import SecuritySettings
from fieldsync.api.types.unit import BusinessUnit
from fieldsync.core.privileges import PrincipalKind
from fieldsync.core.values import RecordKind
from fieldsync.db.repo import audit, field_profiles, principals, roles, units
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
        return await listed(service, actor, PageArguments(first, after, last, before), query, Principal.from_row)

    @strawberry.field(description="Business units by name; the root is the one without a parent. For administrators.")
    async def business_units(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[BusinessUnitFilter | None, WHICH] = None,
        order_by: Annotated[BusinessUnitOrder | None, SORTED_BY_NAME] = None,
    ) -> Connection[BusinessUnit]:
        actor, service = info.context.signed_in(), info.context.services.units
        query = query_of(units.LISTING, BUSINESS_UNITS, filter, order_by)
        return await listed(service, actor, PageArguments(first, after, last, before), query, BusinessUnit.from_row)

    @strawberry.field(description="Security roles by name; for administrators.")
    async def security_roles(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[SecurityRoleFilter | None, WHICH] = None,
        order_by: Annotated[SecurityRoleOrder | None, SORTED_BY_NAME] = None,
    ) -> Connection[SecurityRole]:
        actor, service = info.context.signed_in(), info.context.services.roles
        query = query_of(roles.LISTING, SECURITY_ROLES, filter, order_by)
        return await listed(service, actor, PageArguments(first, after, last, before), query, SecurityRole.from_row)

    @strawberry.field(description="Field profiles by name; for administrators.")
    async def field_profiles(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[FieldProfileFilter | None, WHICH] = None,
        order_by: Annotated[FieldProfileOrder | None, SORTED_BY_NAME] = None,
    ) -> Connection[FieldProfile]:
        actor, service = info.context.signed_in(), info.context.services.field_profiles
        query = query_of(field_profiles.LISTING, FIELD_PROFILES, filter, order_by)
        return await listed(service, actor, PageArguments(first, after, last, before), query, FieldProfile.from_row)

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
        return await listed(service, actor, PageArguments(first, after, last, before), query, AuditEvent.from_row)
