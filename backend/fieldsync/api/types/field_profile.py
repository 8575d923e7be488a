"""Field profiles."""

from typing import Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import AfterArgument, BeforeArgument, Connection, FirstArgument, LastArgument, Node
from fieldsync.api.types.principal import Principal, members_of
from fieldsync.core.values import RecordKind
from fieldsync.ids import global_id
from fieldsync.services.field_profiles import FIELD_PROFILE
from fieldsync.services.members import MembersOf
from fieldsync.services.paging import PageArguments


@strawberry.type(description="What a field profile allows with one column; it waits while the column is not secured.")
class FieldPermission:
    kind: RecordKind = strawberry.field(description="The records it concerns.")
    attribute: str = strawberry.field(description="The CRM column.")
    read: bool = strawberry.field(description="Whether it may be read, masked if the column has a masking rule.")
    read_unmasked: bool = strawberry.field(description="Whether it may be read without the mask.")
    create: bool = strawberry.field(description="Whether it may be filled on a new record.")
    update: bool = strawberry.field(description="Whether it may be changed.")


@strawberry.type(description="Opens secured columns to users and teams; what several of them allow adds up.")
class FieldProfile(Node):
    name: str = strawberry.field(description="What it is called; no two field profiles share a name.")
    description: str = strawberry.field(description="What it is for; may be empty.")
    revision: int = strawberry.field(description="Counts its changes; send it back as expectedRevision.")
    row: strawberry.Private[Any]

    @strawberry.field(description="What it allows, column by column; what is not listed is not allowed.")
    async def permissions(self, info: Info) -> list[FieldPermission]:
        return [
            FieldPermission(
                kind=one.kind,
                attribute=one.attribute,
                read=one.rights.read,
                read_unmasked=one.rights.unmasked,
                create=one.rights.create,
                update=one.rights.update,
            )
            for one in await info.context.loaders.field_permissions.load(self.row.id)
        ]

    @strawberry.field(
        description="The users and teams who have it, by name; for users only themselves and their teams."
    )
    async def members(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
    ) -> Connection[Principal]:
        return await members_of(info, self.row.id, MembersOf.FIELD_PROFILE, PageArguments(first, after, last, before))

    @classmethod
    def from_row(cls, row: Any) -> "FieldProfile":
        return cls(
            id=strawberry.ID(global_id(FIELD_PROFILE, row.id)),
            name=row.name,
            description=row.description,
            revision=row.revision,
            row=row,
        )
