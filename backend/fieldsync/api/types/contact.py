"""CRM contacts, as far as the caller's rights open them."""

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.api.types.contact_attributes import GRAPHQL_NAMES, with_attributes
from fieldsync.api.types.record import RecordFields
from fieldsync.services.seen import Seen


@strawberry.type(description="A CRM contact; the names are those of the Dataverse columns in camel case.")
@with_attributes(default=None)
class Contact(Node, RecordFields):
    pass


def contact_of(info: Info, seen: Seen) -> Contact:
    """The contact that the caller may see; of one that a plan read for itself, what was read."""
    if seen.columns is not None:
        return seen  # pyright: ignore[reportReturnType] - plans take contacts from their rows
    contact = Contact.__new__(Contact)
    contact.take(info, seen, GRAPHQL_NAMES)
    return contact
