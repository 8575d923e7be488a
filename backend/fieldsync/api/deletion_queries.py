"""The part of the query root that tells how deletions and the sync as a whole are set."""

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.types.sync_settings import SyncSettings


@strawberry.type
class DeletionQueries:
    @strawberry.field(description="Settings that hold for the sync of every mailbox.")
    async def sync_settings(self, info: Info) -> SyncSettings:
        info.context.signed_in()
        return SyncSettings.of(await info.context.services.sync_settings.get())
