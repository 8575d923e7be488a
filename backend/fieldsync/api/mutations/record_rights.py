"""Mutations of rights on single records: share, assign, open a secured column."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.paging import Node
from fieldsync.api.record_ids import parse_activity_id, parse_record_id
from fieldsync.api.types.activity import Activity, activity_of
from fieldsync.api.types.contact import Contact, contact_of
from fieldsync.api.types.records import record_of
from fieldsync.core.privileges import Privilege
from fieldsync.core.values import RecordKind

_ERRORS = "Why nothing was changed; empty when all went well."
_CONTACT = "The contact after the change; null on errors, and if it is no contact."
_RECORD = "The record after the change, of whatever kind; null on errors."
_VERSION = "The version as you saw it; refused with STALE_REVISION if it has moved on."


@strawberry.input(description="Share a record.")
class RecordShareSetInput:
    record_id: strawberry.ID = strawberry.field(description="Which record.")
    principal_id: strawberry.ID = strawberry.field(description="The user or team to share it with.")
    rights: list[Privilege] = strawberry.field(
        description="READ, WRITE, DELETE, APPEND, ASSIGN, SHARE, none that the caller lacks; an empty list ends it."
    )


@strawberry.type(description="What recordShareSet did.")
class RecordShareSetPayload:
    contact: Contact | None = strawberry.field(description=_CONTACT)
    record: Node | None = strawberry.field(description=_RECORD)
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Give a contact to another owner.")
class ContactAssignInput:
    contact_id: strawberry.ID = strawberry.field(description="Which contact.")
    owner_id: strawberry.ID = strawberry.field(description="The new owner: a user or an owner team.")
    expected_version: int | None = strawberry.field(
        description="The contact's version as you saw it; refused with STALE_REVISION if it has moved on.", default=None
    )


@strawberry.type(description="What contactAssign did.")
class ContactAssignPayload:
    contact: Contact | None = strawberry.field(
        description="The contact after the change; null on errors, and if the caller no longer sees it."
    )
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Give an activity to another owner.")
class ActivityAssignInput:
    activity_id: strawberry.ID = strawberry.field(description="Which activity.")
    owner_id: strawberry.ID = strawberry.field(description="The new owner: a user or an owner team.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)


@strawberry.type(description="What activityAssign did.")
class ActivityAssignPayload:
    activity: Activity | None = strawberry.field(
        description="The activity after the change; null on errors, and if the caller no longer sees it."
    )
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Open a secured column of one record to somebody; administrators only.")
class ColumnGrantSetInput:
    record_id: strawberry.ID = strawberry.field(description="Which record.")
    attribute: str = strawberry.field(description="The CRM column, such as governmentid.")
    principal_id: strawberry.ID = strawberry.field(description="The user or team it is opened to.")
    read: bool = strawberry.field(description="Whether it may be read.")
    update: bool = strawberry.field(description="Whether it may be changed; neither of both takes the grant back.")


@strawberry.type(description="What columnGrantSet did.")
class ColumnGrantSetPayload:
    contact: Contact | None = strawberry.field(description=_CONTACT)
    record: Node | None = strawberry.field(description=_RECORD)
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class RecordRightsMutations:
    @strawberry.mutation(description="Share a record with a user or a team, or take the share back.")
    async def record_share_set(
        self, info: Info, input: Annotated[RecordShareSetInput, strawberry.argument(description="The share.")]
    ) -> RecordShareSetPayload:
        actor = info.context.signed_in()
        try:
            seen = await info.context.services.record_rights.share(
                actor,
                parse_record_id(input.record_id, "recordId"),
                parse_id("principal", input.principal_id, "principalId"),
                input.rights,
            )
        except REFUSALS as refusal:
            return RecordShareSetPayload(contact=None, record=None, errors=mutation_errors(refusal))
        record = record_of(info, seen)
        return RecordShareSetPayload(contact=_contact(record), record=record, errors=[])

    @strawberry.mutation(description="Give a contact to another owner.")
    async def contact_assign(
        self, info: Info, input: Annotated[ContactAssignInput, strawberry.argument(description="What to whom.")]
    ) -> ContactAssignPayload:
        actor = info.context.signed_in()
        try:
            seen = await info.context.services.record_rights.assign(
                actor,
                (RecordKind.CONTACT, parse_id("contact", input.contact_id, "contactId")),
                parse_id("principal", input.owner_id, "ownerId"),
                input.expected_version,
            )
        except REFUSALS as refusal:
            return ContactAssignPayload(contact=None, errors=mutation_errors(refusal))
        return ContactAssignPayload(contact=None if seen is None else contact_of(info, seen), errors=[])

    @strawberry.mutation(description="Give an activity to another owner.")
    async def activity_assign(
        self, info: Info, input: Annotated[ActivityAssignInput, strawberry.argument(description="What to whom.")]
    ) -> ActivityAssignPayload:
        actor = info.context.signed_in()
        try:
            seen = await info.context.services.record_rights.assign(
                actor,
                parse_activity_id(input.activity_id, "activityId"),
                parse_id("principal", input.owner_id, "ownerId"),
                input.expected_version,
            )
        except REFUSALS as refusal:
            return ActivityAssignPayload(activity=None, errors=mutation_errors(refusal))
        return ActivityAssignPayload(activity=None if seen is None else activity_of(info, seen), errors=[])

    @strawberry.mutation(description="Open a secured column of one record, or close it again.")
    async def column_grant_set(
        self, info: Info, input: Annotated[ColumnGrantSetInput, strawberry.argument(description="What to whom.")]
    ) -> ColumnGrantSetPayload:
        actor = info.context.signed_in()
        try:
            seen = await info.context.services.record_rights.open_column(
                actor,
                parse_record_id(input.record_id, "recordId"),
                input.attribute,
                parse_id("principal", input.principal_id, "principalId"),
                read=input.read,
                update=input.update,
            )
        except REFUSALS as refusal:
            return ColumnGrantSetPayload(contact=None, record=None, errors=mutation_errors(refusal))
        record = record_of(info, seen)
        return ColumnGrantSetPayload(contact=_contact(record), record=record, errors=[])


def _contact(record: Contact | Activity) -> Contact | None:
    return record if isinstance(record, Contact) else None
