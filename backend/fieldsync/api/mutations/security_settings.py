"""The mutation of the settings that concern rights."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors
from fieldsync.api.types.security_settings import SecuritySettings


@strawberry.input(description="Changes of the settings that concern rights: what is left out stays.")
class SecuritySettingsUpdateInput:
    expected_revision: int = strawberry.field(
        description="Their revision as you saw it; refused with STALE_REVISION if it has moved on."
    )
    hierarchy: bool | None = strawberry.field(
        description="Whether managers reach what the people below them own.", default=None
    )
    hierarchy_depth: int | None = strawberry.field(
        description="How many levels down a manager reads, 1 to 100.", default=None
    )
    managers_in_same_or_parent_unit: bool | None = strawberry.field(
        description="Whether managers reach only people of their own business unit and of units below it.",
        default=None,
    )


@strawberry.type(description="What securitySettingsUpdate did.")
class SecuritySettingsUpdatePayload:
    security_settings: SecuritySettings | None = strawberry.field(
        description="The settings after the change; null on errors."
    )
    errors: list[MutationError] = strawberry.field(description="Why nothing was changed; empty when all went well.")


@strawberry.type
class SecuritySettingsMutations:
    @strawberry.mutation(description="Change the settings that concern rights; for administrators.")
    async def security_settings_update(
        self,
        info: Info,
        input: Annotated[SecuritySettingsUpdateInput, strawberry.argument(description="The changes.")],
    ) -> SecuritySettingsUpdatePayload:
        actor = info.context.signed_in()
        try:
            row = await info.context.services.security_settings.update(
                actor,
                input.expected_revision,
                hierarchy=input.hierarchy,
                hierarchy_depth=input.hierarchy_depth,
                managers_in_same_or_parent_unit=input.managers_in_same_or_parent_unit,
            )
        except REFUSALS as refusal:
            return SecuritySettingsUpdatePayload(security_settings=None, errors=mutation_errors(refusal))
        return SecuritySettingsUpdatePayload(security_settings=SecuritySettings.from_row(row), errors=[])
