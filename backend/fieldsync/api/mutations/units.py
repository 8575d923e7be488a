"""Mutations of business units."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.unit import BusinessUnit
from fieldsync.services.units import UNIT

_ERRORS = "Why nothing was changed; empty when all went well."
_NAME = "What to call it, 1 to 160 characters; no other unit and no team may have the name."
_REVISION = "The unit's revision as you saw it; refused with STALE_REVISION if it has moved on."
_WHICH = "Which business unit."


@strawberry.input(description="A new business unit.")
class BusinessUnitCreateInput:
    name: str = strawberry.field(description=_NAME)
    parent_id: strawberry.ID = strawberry.field(description="The unit to put it under.")


@strawberry.type(description="What businessUnitCreate did.")
class BusinessUnitCreatePayload:
    business_unit: BusinessUnit | None = strawberry.field(description="The new unit; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Changes of a business unit: what is left out stays.")
class BusinessUnitUpdateInput:
    business_unit_id: strawberry.ID = strawberry.field(description=_WHICH)
    expected_revision: int = strawberry.field(description=_REVISION)
    name: str | None = strawberry.field(description=_NAME, default=None)
    parent_id: strawberry.ID | None = strawberry.field(
        description="The unit to put it under; refused with RIGHTS_CYCLE if that lies below it.", default=None
    )


@strawberry.type(description="What businessUnitUpdate did.")
class BusinessUnitUpdatePayload:
    business_unit: BusinessUnit | None = strawberry.field(description="The unit after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Delete a business unit.")
class BusinessUnitDeleteInput:
    business_unit_id: strawberry.ID = strawberry.field(description=_WHICH)
    expected_revision: int = strawberry.field(description=_REVISION)


@strawberry.type(description="What businessUnitDelete did.")
class BusinessUnitDeletePayload:
    business_unit_id: strawberry.ID | None = strawberry.field(description="The unit that is gone; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class UnitMutations:
    @strawberry.mutation(description="Make a business unit with its default team; for administrators.")
    async def business_unit_create(
        self, info: Info, input: Annotated[BusinessUnitCreateInput, strawberry.argument(description="The unit.")]
    ) -> BusinessUnitCreatePayload:
        actor = info.context.signed_in()
        try:
            row = await info.context.services.units.create(
                actor, input.name, parse_id(UNIT, input.parent_id, "parentId")
            )
        except REFUSALS as refusal:
            return BusinessUnitCreatePayload(business_unit=None, errors=mutation_errors(refusal))
        return BusinessUnitCreatePayload(business_unit=BusinessUnit.from_row(row), errors=[])

    @strawberry.mutation(description="Rename a business unit or put it under another one; for administrators.")
    async def business_unit_update(
        self, info: Info, input: Annotated[BusinessUnitUpdateInput, strawberry.argument(description="The changes.")]
    ) -> BusinessUnitUpdatePayload:
        actor = info.context.signed_in()
        try:
            row = await info.context.services.units.update(
                actor,
                parse_id(UNIT, input.business_unit_id, "businessUnitId"),
                input.expected_revision,
                name=input.name,
                parent_id=None if input.parent_id is None else parse_id(UNIT, input.parent_id, "parentId"),
            )
        except REFUSALS as refusal:
            return BusinessUnitUpdatePayload(business_unit=None, errors=mutation_errors(refusal))
        return BusinessUnitUpdatePayload(business_unit=BusinessUnit.from_row(row), errors=[])

    @strawberry.mutation(
        description="Delete a business unit; IN_USE while it has units, users or teams. For administrators."
    )
    async def business_unit_delete(
        self, info: Info, input: Annotated[BusinessUnitDeleteInput, strawberry.argument(description="Which one.")]
    ) -> BusinessUnitDeletePayload:
        actor = info.context.signed_in()
        try:
            unit_id = parse_id(UNIT, input.business_unit_id, "businessUnitId")
            await info.context.services.units.delete(actor, unit_id, input.expected_revision)
        except REFUSALS as refusal:
            return BusinessUnitDeletePayload(business_unit_id=None, errors=mutation_errors(refusal))
        return BusinessUnitDeletePayload(business_unit_id=input.business_unit_id, errors=[])
