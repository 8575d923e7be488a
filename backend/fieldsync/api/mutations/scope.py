"""Mutations of what comes in, and of opt-outs."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.scope import IncomingRule, OptOut
from fieldsync.core.incoming import IncomingMode
from fieldsync.core.values import RecordKind
from fieldsync.ids import record_name

_ERRORS = "Why nothing was changed; empty when all went well."


@strawberry.input(description="Changes of what comes in: what is left out stays.")
class IncomingRuleUpdateInput:
    kind: RecordKind = strawberry.field(description="Of which type of record.")
    expected_revision: int = strawberry.field(
        description="Its revision as you saw it; refused with STALE_REVISION if it has moved on."
    )
    mode: IncomingMode | None = strawberry.field(description="Which items become records.", default=None)
    category: str | None = strawberry.field(description="The category that tracked items have.", default=None)
    includes_private: bool | None = strawberry.field(
        description="Whether private items are followed, too.", default=None
    )


@strawberry.type(description="What incomingRuleUpdate did.")
class IncomingRuleUpdatePayload:
    incoming_rule: IncomingRule | None = strawberry.field(description="The rule after the change; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="A record or an item to be left out, one of them.")
class OptOutAddInput:
    mailbox_id: strawberry.ID = strawberry.field(description="Of which mailbox.")
    kind: RecordKind = strawberry.field(description="Of which type of record.")
    record_id: strawberry.ID | None = strawberry.field(description="Which record.", default=None)
    uid: str | None = strawberry.field(description="Which item, by its UID.", default=None)


@strawberry.type(description="What optOutAdd did.")
class OptOutAddPayload:
    opt_out: OptOut | None = strawberry.field(description="The new opt-out; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="An opt-out to be taken back.")
class OptOutRemoveInput:
    opt_out_id: strawberry.ID = strawberry.field(description="Which one.")


@strawberry.type(description="What optOutRemove did.")
class OptOutRemovePayload:
    opt_out_id: strawberry.ID | None = strawberry.field(description="The opt-out that is gone; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class ScopeMutations:
    @strawberry.mutation(description="Change which items become records, for administrators.")
    async def incoming_rule_update(
        self, info: Info, input: Annotated[IncomingRuleUpdateInput, strawberry.argument(description="The changes.")]
    ) -> IncomingRuleUpdatePayload:
        actor = info.context.signed_in()
        try:
            rule = await info.context.services.incoming_rules.update(
                actor,
                input.kind,
                input.expected_revision,
                mode=input.mode,
                category=input.category,
                includes_private=input.includes_private,
            )
        except REFUSALS as refusal:
            return IncomingRuleUpdatePayload(incoming_rule=None, errors=mutation_errors(refusal))
        return IncomingRuleUpdatePayload(incoming_rule=IncomingRule.of(rule), errors=[])

    @strawberry.mutation(
        description="Leave one record or item out of a mailbox's sync for good. A linked pair is unlinked by the next "
        "run; both ends stay as they are."
    )
    async def opt_out_add(
        self, info: Info, input: Annotated[OptOutAddInput, strawberry.argument(description="What is left out.")]
    ) -> OptOutAddPayload:
        actor = info.context.signed_in()
        try:
            mailbox = parse_id("mailbox", input.mailbox_id, "mailboxId")
            kind = input.kind
            record = None if input.record_id is None else parse_id(record_name(kind.value), input.record_id, "recordId")
            row = await info.context.services.opt_outs.add(actor, mailbox, kind, record_id=record, uid=input.uid)
        except REFUSALS as refusal:
            return OptOutAddPayload(opt_out=None, errors=mutation_errors(refusal))
        return OptOutAddPayload(opt_out=OptOut.from_row(row), errors=[])

    @strawberry.mutation(description="Take an opt-out back; what was linked is followed again if it is in scope.")
    async def opt_out_remove(
        self, info: Info, input: Annotated[OptOutRemoveInput, strawberry.argument(description="Which one.")]
    ) -> OptOutRemovePayload:
        actor = info.context.signed_in()
        try:
            await info.context.services.opt_outs.remove(actor, parse_id("optOut", input.opt_out_id, "optOutId"))
        except REFUSALS as refusal:
            return OptOutRemovePayload(opt_out_id=None, errors=mutation_errors(refusal))
        return OptOutRemovePayload(opt_out_id=input.opt_out_id, errors=[])
