"""Business units."""

from typing import Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.ids import global_id
from fieldsync.services.units import UNIT


@strawberry.type(description="A part of the organization; users, teams and the records they own belong to one.")
class BusinessUnit(Node):
    name: str = strawberry.field(description="What it is called; no two units share a name.")
    revision: int = strawberry.field(description="Counts its changes; send it back as expectedRevision.")
    row: strawberry.Private[Any]

    @strawberry.field(description="The unit above it; null for the root of all units.")
    async def parent(self, info: Info) -> "BusinessUnit | None":
        if self.row.parent_id is None:
            return None
        return BusinessUnit.from_row(await info.context.loaders.units.load(self.row.parent_id))

    @strawberry.field(description="How many users and teams belong to it, besides its default team.")
    async def principal_count(self, info: Info) -> int:
        return await info.context.loaders.unit_counts.load(self.row.id)

    @classmethod
    def from_row(cls, row: Any) -> "BusinessUnit":
        return cls(id=strawberry.ID(global_id(UNIT, row.id)), name=row.name, revision=row.revision, row=row)
