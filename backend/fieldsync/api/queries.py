"""The query root."""

from typing import Annotated

import strawberry

from fieldsync.api.activity_queries import ActivityQueries
from fieldsync.api.claims import confirms_caller
from fieldsync.api.conflict_queries import ConflictQueries
from fieldsync.api.context import Info
from fieldsync.api.deletion_queries import DeletionQueries
from fieldsync.api.errors import parse_id
from fieldsync.api.kind_queries import KindQueries
from fieldsync.api.match_queries import MatchQueries
from fieldsync.api.nodes import node_of, nodes_of
from fieldsync.api.paging import (
    AfterArgument,
    BeforeArgument,
    Connection,
    FirstArgument,
    LastArgument,
    Node,
    listed,
)
from fieldsync.api.record_ids import parse_record_id
from fieldsync.api.record_lists import record_seen, records_listed
from fieldsync.api.rights_queries import RightsQueries
from fieldsync.api.scope_queries import ScopeQueries
from fieldsync.api.types import contact_query
from fieldsync.api.types.contact import Contact, contact_of
from fieldsync.api.types.contact_query import ContactFilter, ContactOrder
from fieldsync.api.types.dead_letter import DeadLetter
from fieldsync.api.types.effective import Contradiction, Explanation
from fieldsync.api.types.list_inputs import SORTED, SORTED_NEWEST, WHICH, equal, query_of
from fieldsync.api.types.mailbox import Mailbox
from fieldsync.api.types.mailbox_query import MAILBOXES, MailboxFilter, MailboxOrder
from fieldsync.api.types.principal import Viewer, owner_of
from fieldsync.api.types.profile import Mapping, Profile, mappings_of, profile_of
from fieldsync.api.types.run import Run
from fieldsync.api.types.run_query import RUNS, RunFilter, RunOrder
from fieldsync.api.types.token import Token
from fieldsync.api.types.token_query import TOKENS, TokenFilter, TokenOrder
from fieldsync.api.types.waiting_query import DEAD_LETTERS, DeadLetterFilter, DeadLetterOrder
from fieldsync.core.rights import Action
from fieldsync.core.runs import RunConfiguration
from fieldsync.core.values import RecordKind
from fieldsync.db.repo import dead_letters, mailboxes, run_views, tokens
from fieldsync.db.repo.profiles import DEFAULT
from fieldsync.errors import NotFound
from fieldsync.security import gate
from fieldsync.services.paging import PageArguments


@strawberry.type(description="Everything that can be read; every field wants a signed-in caller.")
class Query(ActivityQueries, KindQueries, ConflictQueries, DeletionQueries, MatchQueries, RightsQueries, ScopeQueries):
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
            can_administer=gate.may(actor, Action.ADMINISTER, gate.Target("")),
        )

    @strawberry.field(description="Anything by its id; null if there is no such thing that the caller may see.")
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Which one.")]
    ) -> Node | None:
        info.context.signed_in()
        return await node_of(info, id)

    @strawberry.field(
        description="These by their ids, in that order; null for what is not there, or not for the caller to see."
    )
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Which ones, at most 200.")],
    ) -> list[Node | None]:
        info.context.signed_in()
        return await nodes_of(info, ids)

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

    @strawberry.field(description="CRM contacts that the caller may see.")
    @confirms_caller
    async def contacts(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        filter: Annotated[ContactFilter | None, WHICH] = None,
        order_by: Annotated[ContactOrder | None, SORTED] = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
    ) -> Connection[Contact]:
        service, query = info.context.services.contacts, contact_query.query_of(filter, order_by)
        return await records_listed(info, service, query, PageArguments(first, after, last, before))

    @strawberry.field(description="One contact; null if there is none with this id that the caller may see.")
    @confirms_caller
    async def contact(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Which one.")]
    ) -> Contact | None:
        info.context.claiming()
        try:
            raw = parse_id("contact", id, "id")
            return contact_of(info, await record_seen(info, info.context.services.contacts, raw))
        except NotFound:
            return None

    @strawberry.field(description="Why a field does or does not move for somebody: every check on the way.")
    async def explain(
        self,
        info: Info,
        principal_id: Annotated[
            strawberry.ID, strawberry.argument(description="For whom; oneself, or anybody for administrators.")
        ],
        mapping_id: Annotated[strawberry.ID, strawberry.argument(description="Which field, in which profile.")],
        record_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="On which record; without one, no single record is looked at."),
        ] = None,
    ) -> Explanation:
        actor = info.context.signed_in()
        who = parse_id("principal", principal_id, "principalId")
        profile_id, _, field_id = parse_id("mapping", mapping_id, "mappingId").partition(":")
        record = None if record_id is None else parse_record_id(record_id, "recordId")
        return Explanation.of(await info.context.services.effective.explain(actor, who, profile_id, field_id, record))

    @strawberry.field(
        description="Directions that rights forbid, to everybody or to some, before anything runs; for administrators."
    )
    async def contradictions(
        self,
        info: Info,
        profile_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Of which profile; of all when omitted.")
        ] = None,
        configuration: Annotated[
            RunConfiguration, strawberry.argument(description="The directions in force, or those of the draft.")
        ] = RunConfiguration.PUBLISHED,
    ) -> list[Contradiction]:
        actor = info.context.signed_in()
        raw = None if profile_id is None else parse_id("profile", profile_id, "profileId")
        found = await info.context.services.effective.contradictions(
            actor, raw, draft=configuration is RunConfiguration.DRAFT
        )
        return [Contradiction.of(one) for one in found]

    @strawberry.field(description="Mailboxes that the caller may see.")
    async def mailboxes(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[MailboxFilter | None, WHICH] = None,
        order_by: Annotated[MailboxOrder | None, SORTED] = None,
    ) -> Connection[Mailbox]:
        actor, service = info.context.signed_in(), info.context.services.mailboxes
        query = query_of(mailboxes.LISTING, MAILBOXES, filter, order_by)
        return await listed(
            service, actor, PageArguments(first, after, last, before), query, lambda row: Mailbox.from_row(info, row)
        )

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
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[RunFilter | None, WHICH] = None,
        order_by: Annotated[RunOrder | None, SORTED_NEWEST] = None,
    ) -> Connection[Run]:
        actor, service = info.context.signed_in(), info.context.services.runs
        mailbox = None if mailbox_id is None else parse_id("mailbox", mailbox_id, "mailboxId")
        query = query_of(run_views.LISTING, RUNS, filter, order_by, equal("mailbox_id", mailbox))
        return await listed(service, actor, PageArguments(first, after, last, before), query, Run.from_row)

    @strawberry.field(description="Records and items that failed and are put by, newest first.")
    async def dead_letters(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        mailbox_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only of this mailbox.")] = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[DeadLetterFilter | None, WHICH] = None,
        order_by: Annotated[DeadLetterOrder | None, SORTED_NEWEST] = None,
    ) -> Connection[DeadLetter]:
        actor, service = info.context.signed_in(), info.context.services.dead_letters
        mailbox = None if mailbox_id is None else parse_id("mailbox", mailbox_id, "mailboxId")
        query = query_of(dead_letters.LISTING, DEAD_LETTERS, filter, order_by, equal("mailbox_id", mailbox))
        return await listed(service, actor, PageArguments(first, after, last, before), query, DeadLetter.from_row)

    @strawberry.field(description="The caller's own tokens, newest first. A token of scope READ may not see them.")
    async def tokens(
        self,
        info: Info,
        first: FirstArgument = None,
        after: AfterArgument = None,
        last: LastArgument = None,
        before: BeforeArgument = None,
        filter: Annotated[TokenFilter | None, WHICH] = None,
        order_by: Annotated[TokenOrder | None, SORTED_NEWEST] = None,
    ) -> Connection[Token]:
        actor, service = info.context.signed_in(), info.context.services.tokens
        query = query_of(tokens.LISTING, TOKENS, filter, order_by)
        return await listed(service, actor, PageArguments(first, after, last, before), query, Token.from_row)
