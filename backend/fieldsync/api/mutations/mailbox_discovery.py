"""Looking at a mail server before a mailbox is connected: what there is to choose from."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors
from fieldsync.core.values import Store
from fieldsync.engine.connect import Found


@strawberry.type(description="A collection on a mail server: an address book, a calendar or a task list.")
class FoundCollection:
    url: str = strawberry.field(description="Its address, as mailboxConnect takes it.")
    name: str = strawberry.field(description="What its owner calls it.")
    holds: list[Store] = strawberry.field(description="What it can be connected as; a calendar may hold tasks too.")
    time_zone: str | None = strawberry.field(description="The time zone it names as its own (IANA name), if it does.")

    @classmethod
    def of(cls, found: Found) -> "FoundCollection":
        holds = [store for store in Store if store in found.holds]
        return cls(url=found.url, name=found.name, holds=holds, time_zone=found.time_zone or None)


@strawberry.input(description="Look at a mail server.")
class MailboxDiscoverInput:
    url: str = strawberry.field(description="Address of the server, or of anything on it, http or https.")
    user_name: str = strawberry.field(description="What the mail server knows the user as.")
    password: str = strawberry.field(description="For the mail server; used once and kept nowhere.")


@strawberry.type(description="What mailboxDiscover found.")
class MailboxDiscoverPayload:
    collections: list[FoundCollection] = strawberry.field(description="All collections the sign-in can see.")
    addresses: list[str] = strawberry.field(description="The mail addresses that the server knows the user by.")
    time_zone: str | None = strawberry.field(description="The user's time zone (IANA name), if a calendar names one.")
    errors: list[MutationError] = strawberry.field(description="Why nothing was found; empty when all went well.")


@strawberry.type
class MailboxDiscoveryMutations:
    @strawberry.mutation(
        description="Look for address books, calendars and task lists on a mail server. Nothing is stored."
    )
    async def mailbox_discover(
        self,
        info: Info,
        input: Annotated[MailboxDiscoverInput, strawberry.argument(description="The server and the sign-in.")],
    ) -> MailboxDiscoverPayload:
        actor = info.context.signed_in()
        try:
            found = await info.context.services.mailboxes.discover(actor, input.url, input.user_name, input.password)
        except REFUSALS as refusal:
            errors = mutation_errors(refusal, {"contactsUrl": "url"})
            return MailboxDiscoverPayload(collections=[], addresses=[], time_zone=None, errors=errors)
        return MailboxDiscoverPayload(
            collections=[FoundCollection.of(one) for one in found.collections],
            addresses=list(found.addresses),
            time_zone=found.time_zone or None,
            errors=[],
        )
