"""What comes in, what is opted out, and why a record does or does not reach a mailbox."""

from datetime import datetime
from typing import Any

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.api.types.principal import Principal, principal_of
from fieldsync.api.types.run import HIDDEN
from fieldsync.core.incoming import IncomingMode
from fieldsync.core.scope_check import ScopeStage
from fieldsync.core.values import RecordKind
from fieldsync.db.repo.incoming_rules import StoredRule
from fieldsync.ids import global_id
from fieldsync.ids import record_id as global_record_id
from fieldsync.services.scope_check import Walk


@strawberry.type(description="Which items of a kind become records.")
class IncomingRule:
    kind: RecordKind = strawberry.field(description="Of which type of record.")
    mode: IncomingMode = strawberry.field(description="Which items.")
    category: str = strawberry.field(description="The category that tracked items have.")
    includes_private: bool = strawberry.field(description="Whether private items are followed, too.")
    revision: int = strawberry.field(description="Counts its changes; send it back as expectedRevision.")

    @classmethod
    def of(cls, rule: StoredRule) -> "IncomingRule":
        return cls(
            kind=rule.kind,
            mode=rule.mode,
            category=rule.category,
            includes_private=rule.includes_private,
            revision=rule.revision,
        )


@strawberry.type(description="One record, or one item, that stays out of a mailbox's sync.")
class OptOut(Node):
    kind: RecordKind = strawberry.field(description="Of which type of record.")
    record_id: strawberry.ID | None = strawberry.field(description="The record; null if only an item is known.")
    uid: str | None = strawberry.field(description="The UID of the item; null if only a record is known.")
    since: datetime = strawberry.field(description="When it was opted out.")
    row: strawberry.Private[Any]

    @strawberry.field(description="What it is called; *** if the caller may not see the record.")
    async def name(self, info: Info) -> str:
        return await info.context.loaders.opt_out_names.load(self.row) or HIDDEN

    @strawberry.field(description="Who opted it out; null if nobody knows.")
    async def principal(self, info: Info) -> Principal | None:
        return await principal_of(info, self.row.principal_id)

    @classmethod
    def from_row(cls, row: Any) -> "OptOut":
        kind = RecordKind(row.kind)
        return cls(
            id=strawberry.ID(global_id("optOut", row.id)),
            kind=kind,
            record_id=None if row.record_id is None else strawberry.ID(global_record_id(kind.value, row.record_id)),
            uid=row.uid,
            since=row.since,
            row=row,
        )


@strawberry.type(description="One check on the way of a record into a mailbox.")
class ScopeCheckStep:
    stage: ScopeStage = strawberry.field(description="What was looked at.")
    passed: bool = strawberry.field(description="Whether the record may go on.")
    rule: str = strawberry.field(description="What was found.")
    remedy: str | None = strawberry.field(description="What to do about it; null if it passed.")


@strawberry.type(description="Why a record does or does not reach a mailbox.")
class ScopeCheck:
    name: str = strawberry.field(description="What the record is called.")
    in_scope: bool = strawberry.field(description="Whether all checks passed.")
    checks: list[ScopeCheckStep] = strawberry.field(description="Every check, in order.")
    failure: ScopeCheckStep | None = strawberry.field(description="The first that failed; null if none did.")

    @classmethod
    def of(cls, walk: Walk) -> "ScopeCheck":
        steps = [
            ScopeCheckStep(stage=one.stage, passed=one.passed, rule=one.rule, remedy=one.remedy) for one in walk.checks
        ]
        failure = next((step for step in steps if not step.passed), None)
        return cls(name=walk.name, in_scope=failure is None, checks=steps, failure=failure)
