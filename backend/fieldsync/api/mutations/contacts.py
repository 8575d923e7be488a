"""Mutations of CRM contacts."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.contact import Contact, contact_of
from fieldsync.api.types.contact_attributes import GRAPHQL_NAMES, given, with_attributes

_ERRORS = "Why nothing was changed; empty when all went well."
_VERSION = (
    "The contact's version as you saw it; refused with STALE_REVISION if it has moved on. Not checked if omitted."
)


@strawberry.input(description="A new contact; at least one value.")
@with_attributes(default=strawberry.UNSET)
class ContactCreateInput:
    owner_id: strawberry.ID | None = strawberry.field(
        description="Whose contact it becomes: a user's or an owner team's; the caller's own when omitted.",
        default=None,
    )


@strawberry.type(description="What contactCreate did.")
class ContactCreatePayload:
    contact: Contact | None = strawberry.field(description="The new contact; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Changes of a contact: what is left out stays, null empties.")
@with_attributes(default=strawberry.UNSET)
class ContactUpdateInput:
    contact_id: strawberry.ID = strawberry.field(description="Which contact.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)


@strawberry.type(description="What contactUpdate did.")
class ContactUpdatePayload:
    contact: Contact | None = strawberry.field(description="The contact after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Delete a contact.")
class ContactDeleteInput:
    contact_id: strawberry.ID = strawberry.field(description="Which contact.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)


@strawberry.type(description="What contactDelete did.")
class ContactDeletePayload:
    contact_id: strawberry.ID | None = strawberry.field(description="The contact that is gone; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class ContactMutations:
    @strawberry.mutation(description="Make a contact.")
    async def contact_create(
        self,
        info: Info,
        input: Annotated[ContactCreateInput, strawberry.argument(description="The contact.")],
    ) -> ContactCreatePayload:
        actor = info.context.signed_in()
        try:
            owner = None if input.owner_id is None else parse_id("principal", input.owner_id, "ownerId")
            seen = await info.context.services.contacts.create(actor, given(input), owner)
        except REFUSALS as refusal:
            return ContactCreatePayload(contact=None, errors=mutation_errors(refusal, GRAPHQL_NAMES))
        return ContactCreatePayload(contact=contact_of(info, seen), errors=[])

    @strawberry.mutation(description="Change a contact.")
    async def contact_update(
        self,
        info: Info,
        input: Annotated[ContactUpdateInput, strawberry.argument(description="The changes.")],
    ) -> ContactUpdatePayload:
        actor = info.context.signed_in()
        try:
            contact_id = parse_id("contact", input.contact_id, "contactId")
            seen = await info.context.services.contacts.update(actor, contact_id, given(input), input.expected_version)
        except REFUSALS as refusal:
            return ContactUpdatePayload(contact=None, errors=mutation_errors(refusal, GRAPHQL_NAMES))
        return ContactUpdatePayload(contact=contact_of(info, seen), errors=[])

    @strawberry.mutation(description="Delete a contact; its item goes or stays as the mailbox says.")
    async def contact_delete(
        self, info: Info, input: Annotated[ContactDeleteInput, strawberry.argument(description="Which one.")]
    ) -> ContactDeletePayload:
        actor = info.context.signed_in()
        try:
            contact_id = parse_id("contact", input.contact_id, "contactId")
            await info.context.services.contacts.delete(actor, contact_id, input.expected_version)
        except REFUSALS as refusal:
            return ContactDeletePayload(contact_id=None, errors=mutation_errors(refusal, GRAPHQL_NAMES))
        return ContactDeletePayload(contact_id=input.contact_id, errors=[])
