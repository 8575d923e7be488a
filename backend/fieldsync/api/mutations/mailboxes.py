"""Mutations of mailboxes."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.mailbox import Mailbox
from fieldsync.core.runs import DeletionRule, SyncMethod
from fieldsync.services.mailboxes import MailboxChange

_ERRORS = "Why nothing was changed; empty when all went well."
_CALENDAR = "Address of the calendar for appointments, series and service activities."
_TASKS = "Address of the calendar for tasks, phone calls, letters and faxes; may be that of the calendar."
_ZONE = "Time zone (IANA name) in which times without one are read."
_ADDRESSES = "The owner's own mail addresses, which tell whose meeting it is; asked from the server when omitted."
_URL = "Address of the address book collection, http or https, without credentials."


@strawberry.input(description="Connect an address book.")
class MailboxConnectInput:
    name: str = strawberry.field(description="What to call it, at most 200 characters.")
    contacts_url: str = strawberry.field(description=_URL)
    user_name: str = strawberry.field(description="What the mail server knows the user as.")
    password: str = strawberry.field(description="For the mail server; kept sealed and never shown again.")
    principal_id: strawberry.ID | None = strawberry.field(
        description="Whose mailbox it is; the caller's own when omitted.", default=None
    )
    calendar_url: str | None = strawberry.field(description=_CALENDAR, default=None)
    tasks_url: str | None = strawberry.field(description=_TASKS, default=None)
    time_zone: str | None = strawberry.field(description=_ZONE, default=None)
    addresses: list[str] | None = strawberry.field(description=_ADDRESSES, default=None)


@strawberry.type(description="What mailboxConnect did.")
class MailboxConnectPayload:
    mailbox: Mailbox | None = strawberry.field(description="The connected mailbox; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="Changes of a mailbox: what is left out stays.")
class MailboxUpdateInput:
    mailbox_id: strawberry.ID = strawberry.field(description="Which mailbox.")
    name: str | None = strawberry.field(description="What to call it, at most 200 characters.", default=None)
    contacts_url: str | None = strawberry.field(
        description=f"{_URL} Another address starts over: links to the former one are forgotten.",
        default=None,
    )
    calendar_url: str | None = strawberry.field(description=f"{_CALENDAR} Empty takes it away.", default=None)
    tasks_url: str | None = strawberry.field(description=f"{_TASKS} Empty takes it away.", default=None)
    time_zone: str | None = strawberry.field(description=_ZONE, default=None)
    addresses: list[str] | None = strawberry.field(description=_ADDRESSES, default=None)
    user_name: str | None = strawberry.field(description="What the mail server knows the user as.", default=None)
    password: str | None = strawberry.field(description="For the mail server; kept sealed.", default=None)
    sync_method: SyncMethod | None = strawberry.field(description="Who synchronizes it.", default=None)
    on_record_deleted: DeletionRule | None = strawberry.field(
        description="What happens to an item whose record is deleted.", default=None
    )
    on_item_deleted: DeletionRule | None = strawberry.field(
        description="What happens to a record whose item is deleted.", default=None
    )
    cycles_enabled: bool | None = strawberry.field(
        description="Whether it is synchronized again and again by itself.", default=None
    )


@strawberry.type(description="What mailboxUpdate did.")
class MailboxUpdatePayload:
    mailbox: Mailbox | None = strawberry.field(description="The mailbox after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class MailboxMutations:
    @strawberry.mutation(description="Connect an address book, once its server let us in.")
    async def mailbox_connect(
        self,
        info: Info,
        input: Annotated[MailboxConnectInput, strawberry.argument(description="The address book.")],
    ) -> MailboxConnectPayload:
        actor = info.context.signed_in()
        try:
            principal = None if input.principal_id is None else parse_id("principal", input.principal_id, "principalId")
            row = await info.context.services.mailboxes.connect(
                actor,
                principal_id=principal,
                name=input.name,
                contacts_url=input.contacts_url,
                user_name=input.user_name,
                password=input.password,
                calendar_url=input.calendar_url,
                tasks_url=input.tasks_url,
                time_zone=input.time_zone,
                addresses=input.addresses,
            )
        except REFUSALS as refusal:
            return MailboxConnectPayload(mailbox=None, errors=mutation_errors(refusal))
        return MailboxConnectPayload(mailbox=Mailbox.from_row(info, row), errors=[])

    @strawberry.mutation(description="Change a mailbox; a new address or sign-in is tried first.")
    async def mailbox_update(
        self,
        info: Info,
        input: Annotated[MailboxUpdateInput, strawberry.argument(description="The changes.")],
    ) -> MailboxUpdatePayload:
        actor = info.context.signed_in()
        change = MailboxChange(
            name=input.name,
            contacts_url=input.contacts_url,
            calendar_url=input.calendar_url,
            tasks_url=input.tasks_url,
            time_zone=input.time_zone,
            addresses=input.addresses,
            user_name=input.user_name,
            password=input.password,
            sync_method=input.sync_method,
            on_record_deleted=input.on_record_deleted,
            on_item_deleted=input.on_item_deleted,
            cycles_enabled=input.cycles_enabled,
        )
        try:
            mailbox_id = parse_id("mailbox", input.mailbox_id, "mailboxId")
            row = await info.context.services.mailboxes.update(actor, mailbox_id, change)
        except REFUSALS as refusal:
            return MailboxUpdatePayload(mailbox=None, errors=mutation_errors(refusal))
        return MailboxUpdatePayload(mailbox=Mailbox.from_row(info, row), errors=[])
