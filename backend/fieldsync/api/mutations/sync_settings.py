"""The mutation of the settings of the sync engine."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors
from fieldsync.api.types.sync_settings import TOLD, SyncSettings
from fieldsync.core.deletes import EditAgainstDelete
from fieldsync.core.invitations import Invitations
from fieldsync.services.sync_settings import NAMES, SettingsChange


@strawberry.input(description="Changes of the settings of the sync: what is left out stays.")
class SyncSettingsUpdateInput:
    expected_revision: int = strawberry.field(
        description="Their revision as you saw it; refused with STALE_REVISION if it has moved on."
    )
    brake_count: int | None = strawberry.field(description=TOLD["brake_count"], default=None)
    brake_share: int | None = strawberry.field(description=TOLD["brake_share"], default=None)
    edit_against_delete: EditAgainstDelete | None = strawberry.field(
        description=TOLD["edit_against_delete"], default=None
    )
    newest_guard_seconds: int | None = strawberry.field(description=TOLD["newest_guard_seconds"], default=None)
    history_days: int | None = strawberry.field(description=TOLD["history_days"], default=None)
    quarantine_days: int | None = strawberry.field(description=TOLD["quarantine_days"], default=None)
    journal_days: int | None = strawberry.field(description=TOLD["journal_days"], default=None)
    shortest_interval: int | None = strawberry.field(description=TOLD["shortest_interval"], default=None)
    longest_interval: int | None = strawberry.field(description=TOLD["longest_interval"], default=None)
    dead_after: int | None = strawberry.field(description=TOLD["dead_after"], default=None)
    invitations: Invitations | None = strawberry.field(description=TOLD["invitations"], default=None)

    def change(self) -> SettingsChange:
        return SettingsChange(**{name: getattr(self, name) for name in NAMES})


@strawberry.type(description="What syncSettingsUpdate did.")
class SyncSettingsUpdatePayload:
    sync_settings: SyncSettings | None = strawberry.field(description="The settings after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description="Why nothing was changed; empty when all went well.")


@strawberry.type
class SyncSettingsMutations:
    @strawberry.mutation(
        description="Change the settings of the sync, for administrators; runs that start later go by them."
    )
    async def sync_settings_update(
        self, info: Info, input: Annotated[SyncSettingsUpdateInput, strawberry.argument(description="The changes.")]
    ) -> SyncSettingsUpdatePayload:
        actor = info.context.signed_in()
        try:
            settings = await info.context.services.sync_settings.update(actor, input.expected_revision, input.change())
        except REFUSALS as refusal:
            return SyncSettingsUpdatePayload(sync_settings=None, errors=mutation_errors(refusal))
        return SyncSettingsUpdatePayload(sync_settings=SyncSettings.of(settings), errors=[])
