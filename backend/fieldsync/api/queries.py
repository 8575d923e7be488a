"""The query root."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import parse_id
from fieldsync.api.paging import Connection, connection_of
from fieldsync.api.types.contact import Contact
from fieldsync.api.types.mailbox import Mailbox
from fieldsync.api.types.principal import Viewer, owner_of
from fieldsync.api.types.profile import Mapping, Profile, mappings_of, profile_of
from fieldsync.api.types.run import AfterArgument, FirstArgument, Run
from fieldsync.api.types.token import Token
from fieldsync.core.rights import Action
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.profiles import DEFAULT
from fieldsync.errors import NotFound
from fieldsync.security import gate


@strawberry.type(description="Everything that can be read; every field wants a signed-in caller.")
class Query:
    @strawberry.field(description="Who asks, and what the caller may do.")
    async def viewer(self, info: Info) -> Viewer:
        actor = info.context.signed_in()
        return Viewer(
            actor=actor.name,
            principal=await owner_of(info, actor.principal_id),
            role=actor.role,
            can_edit_mappings=gate.may(actor, Action.MAPPING_EDIT, gate.Target(DEFAULT)),
            can_connect_mailboxes=gate.may(actor, Action.MAILBOX_CONNECT, gate.Target("")),
            can_start_runs=gate.may(actor, Action.RUN_START, gate.Target("", actor.principal_id)),
        )

    @strawberry.field(description="All profiles, the default one first.")
    async def profiles(self, info: Info) -> list[Profile]:
        info.context.signed_in()
        return [profile_of(info, state) for state in await info.context.services.profiles.all()]

    @strawberry.field(description="The mappings of a profile, in the catalogue's order.")
    async def mappings(
        self,
        info: Info,
        profile_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Of which profile; the default one when omitted."),
        ] = None,
        kind: Annotated[RecordKind | None, strawberry.argument(description="Only of this kind.")] = None,
    ) -> list[Mapping]:
        info.context.signed_in()
        raw = DEFAULT if profile_id is None else parse_id("profile", profile_id, "profileId")
        return mappings_of(info, await info.context.services.profiles.get(raw), kind)

    @strawberry.field(description="CRM contacts that the caller may see, in the order in which they were made.")
    async def contacts(
        self, info: Info, first: FirstArgument = None, after: AfterArgument = None
    ) -> Connection[Contact]:
        actor, service = info.context.signed_in(), info.context.services.contacts
        page = await service.page(actor, first, after)
        return connection_of(page, Contact.from_row, lambda: service.count(actor))

    @strawberry.field(description="One contact; null if there is none with this id that the caller may see.")
    async def contact(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Which one.")]
    ) -> Contact | None:
        actor = info.context.signed_in()
        try:
            return Contact.from_row(await info.context.services.contacts.get(actor, parse_id("contact", id, "id")))
        except NotFound:
            return None

    @strawberry.field(description="Mailboxes that the caller may see.")
    async def mailboxes(
        self, info: Info, first: FirstArgument = None, after: AfterArgument = None
    ) -> Connection[Mailbox]:
        actor, service = info.context.signed_in(), info.context.services.mailboxes
        page = await service.page(actor, first, after)
        return connection_of(page, lambda row: Mailbox.from_row(info, row), lambda: service.count(actor))

    @strawberry.field(description="One run; null if there is none with this id that the caller may see.")
    async def run(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Which one.")]
    ) -> Run | None:
        actor = info.context.signed_in()
        try:
            return Run.from_row(await info.context.services.runs.get(actor, parse_id("run", id, "id")))
        except NotFound:
            return None

    @strawberry.field(description="Runs that the caller may see, newest first.")
    async def runs(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        mailbox_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only of this mailbox.")] = None,
    ) -> Connection[Run]:
        actor, service = info.context.signed_in(), info.context.services.runs
        mailbox = None if mailbox_id is None else parse_id("mailbox", mailbox_id, "mailboxId")
        page = await service.page(actor, first, after, mailbox)
        return connection_of(page, Run.from_row, lambda: service.count(actor, mailbox))

    @strawberry.field(description="The caller's own tokens, newest first. A token of scope READ may not see them.")
    async def tokens(self, info: Info) -> list[Token]:
        rows = await info.context.services.tokens.own(info.context.signed_in())
        return [Token.from_row(row) for row in rows]
