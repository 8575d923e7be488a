"""CRM contacts."""

from datetime import datetime
from typing import Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.api.types.contact_attributes import with_attributes
from fieldsync.api.types.principal import Principal, owner_of
from fieldsync.ids import global_id


@strawberry.type(description="A CRM contact; the names are those of the Dataverse columns in camel case.")
@with_attributes(default=None)
class Contact(Node):
    version: int = strawberry.field(description="Changes with every write; send it back as expectedVersion.")
    created_at: datetime = strawberry.field(description="When it was made.")
    modified_at: datetime = strawberry.field(description="When it was last written.")
    owner_id: strawberry.Private[str]

    @strawberry.field(description="Whose contact it is.")
    async def owner(self, info: Info) -> Principal:
        return await owner_of(info, self.owner_id)

    @classmethod
    def from_row(cls, row: Any) -> "Contact":
        # Sixty attributes by name through __init__ cost more than everything else about a page of contacts.
        contact = cls.__new__(cls)
        contact.__dict__.update(row._mapping)
        contact.id = strawberry.ID(global_id("contact", row.id))
        return contact
