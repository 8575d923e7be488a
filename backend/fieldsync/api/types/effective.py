"""Effective directions: what is left of an arrow, every check behind it, and what cannot work as it is set."""

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.enums import ContradictionReach
from fieldsync.api.paging import Node
from fieldsync.api.types.activity import Activity
from fieldsync.api.types.contact import Contact
from fieldsync.api.types.field_profile import FieldProfile
from fieldsync.api.types.principal import Principal, owner_of, principals_of
from fieldsync.api.types.records import record_of
from fieldsync.core.effective import BlockedReason, Check, CheckStage, Effective
from fieldsync.core.values import Direction
from fieldsync.errors import NotFound
from fieldsync.services.effective import Explanation as Explained
from fieldsync.services.effective import Found

if TYPE_CHECKING:
    from fieldsync.api.types.profile import Mapping, Profile

_MAPPING = strawberry.lazy("fieldsync.api.types.profile")
NAMED = 50
"""So many people, and so many field profiles, a contradiction names."""


@strawberry.type(description="A flow that is configured and does not happen.")
class BlockedFlow:
    direction: Direction = strawberry.field(description="TO_OUTLOOK or TO_CRM.")
    reason: BlockedReason = strawberry.field(description="What is missing, for programs.")
    stage: CheckStage = strawberry.field(description="The check that it did not pass.")
    rule: str = strawberry.field(description="The rule that decided.")
    message: str = strawberry.field(description="What stands in the way, for people.")
    remedy: str = strawberry.field(description="What would let it pass.")


@strawberry.type(description="The configured direction minus what rights forbid a principal.")
class EffectiveDirection:
    direction: Direction = strawberry.field(description="What is left on records that exist.")
    direction_for_new: Direction = strawberry.field(
        description="What is left when a record is made from an item: the right to create decides, not to update."
    )
    blocked_because: list[BlockedFlow] = strawberry.field(description="What was taken away; empty if nothing was.")

    @classmethod
    def of(cls, found: Effective) -> "EffectiveDirection":
        """What was found, as it is shown; the same for the same, since nobody changes one once it is made."""
        return _shown(found)


@lru_cache(maxsize=1_000)
def _shown(found: Effective) -> EffectiveDirection:
    return EffectiveDirection(
        direction=found.direction,
        direction_for_new=found.for_new,
        blocked_because=[
            BlockedFlow(
                direction=flow.direction,
                reason=flow.refusal.reason,
                stage=flow.refusal.stage,
                rule=flow.refusal.rule,
                message=_MESSAGES[flow.refusal.reason],
                remedy=flow.refusal.remedy,
            )
            for flow in found.blocked
        ],
    )


_MESSAGES = {
    BlockedReason.NO_READ: "May not read this field, so its values do not reach the mailbox.",
    BlockedReason.NO_CREATE: "May not fill this field of a new record, so Outlook's value stays in Outlook.",
    BlockedReason.NO_UPDATE: "May not change this field, so Outlook's value stays in Outlook.",
    BlockedReason.SYNC_METHOD_NONE: "The mailbox is not synchronized by anybody.",
}


@strawberry.type(description="One check on the way of a value.")
class ExplanationCheck:
    stage: CheckStage = strawberry.field(description="What was looked at.")
    flow: Direction = strawberry.field(description="TO_OUTLOOK or TO_CRM.")
    passed: bool = strawberry.field(description="Whether the value may go on.")
    rule: str = strawberry.field(description="The rule that decided.")
    remedy: str | None = strawberry.field(description="What would let it pass; null if it did.")

    @classmethod
    def of(cls, check: Check) -> "ExplanationCheck":
        return cls(stage=check.stage, flow=check.flow, passed=check.passed, rule=check.rule, remedy=check.remedy)


@strawberry.type(description="Why a field does or does not move for somebody.")
class Explanation:
    configured: Direction = strawberry.field(description="The published direction.")
    effective: EffectiveDirection = strawberry.field(description="What is left of it.")
    checks: list[ExplanationCheck] = strawberry.field(description="Every check, in the order in which they are made.")
    found: strawberry.Private[Explained]

    @strawberry.field(description="The field it is about.")
    def mapping(self, info: Info) -> Annotated["Mapping", _MAPPING]:
        from fieldsync.api.types.profile import can_edit, mapping_of

        state = self.found.state
        return mapping_of(state, self.found.field, editable=can_edit(info, state.id))

    @strawberry.field(description="The person it is about.")
    async def principal(self, info: Info) -> Principal:
        return await owner_of(info, self.found.principal_id)

    @strawberry.field(description="The contact it is about; null if none was named, or a record of another kind.")
    async def contact(self, info: Info) -> Contact | None:
        found = await self._record(info)
        return found if isinstance(found, Contact) else None

    @strawberry.field(description="The record it is about, of whatever kind; null if none was named.")
    async def record(self, info: Info) -> Node | None:
        return await self._record(info)

    async def _record(self, info: Info) -> Contact | Activity | None:
        if self.found.record_id is None:
            return None
        service = info.context.services.records(self.found.field.kind)
        try:
            return record_of(info, await service.get(info.context.signed_in(), self.found.record_id))
        except NotFound:
            return None

    @classmethod
    def of(cls, found: Explained) -> "Explanation":
        return cls(
            configured=found.configured,
            effective=EffectiveDirection.of(found.effective),
            checks=[ExplanationCheck.of(check) for check in found.checks],
            found=found,
        )


@strawberry.type(description="A direction that rights forbid, for everybody or for some.")
class Contradiction:
    flow: Direction = strawberry.field(description="What cannot work: TO_OUTLOOK or TO_CRM.")
    stage: CheckStage = strawberry.field(
        description="ROLE concerns all fields of the kind alike, the mapping stands for them; COLUMN the mapping's own."
    )
    reason: BlockedReason = strawberry.field(description="What is missing, for programs.")
    affected: int = strawberry.field(description="How many people it does not work for.")
    total: int = strawberry.field(description="How many people the profile holds for.")
    reach: ContradictionReach = strawberry.field(description="Whether it works for anybody.")
    message: str = strawberry.field(description="What contradicts what, for people.")
    remedy: str = strawberry.field(description="What would resolve it.")
    narrow_to: Direction | None = strawberry.field(
        description="The direction that would resolve it; null if the field does not allow that one."
    )
    found: strawberry.Private[Found]

    @strawberry.field(description="The field.")
    def mapping(self, info: Info) -> Annotated["Mapping", _MAPPING]:
        from fieldsync.api.types.profile import can_edit, mapping_of
        from fieldsync.catalogue.fields import catalogue

        state = self.found.state
        field = catalogue().by_id[self.found.contradiction.field_id]
        return mapping_of(state, field, editable=can_edit(info, state.id))

    @strawberry.field(description="The profile whose direction it is.")
    def profile(self, info: Info) -> Annotated["Profile", _MAPPING]:
        from fieldsync.api.types.profile import profile_of

        return profile_of(info, self.found.state)

    @strawberry.field(description="The first fifty people it does not work for.")
    async def principals(self, info: Info) -> list[Principal]:
        return await principals_of(info, list(self.found.contradiction.people[:NAMED]))

    @strawberry.field(
        description="The first fifty field profiles that say something about its secured columns; empty unless the "
        "stage is COLUMN."
    )
    async def field_profiles(self, info: Info) -> list[FieldProfile]:
        rows = await info.context.loaders.field_profiles.load_many(self.found.field_profile_ids[:NAMED])
        return [FieldProfile.from_row(row) for row in rows if row is not None]

    @classmethod
    def of(cls, found: Found) -> "Contradiction":
        one = found.contradiction
        return cls(
            flow=one.flow,
            stage=one.refusal.stage,
            reason=one.refusal.reason,
            affected=len(one.people),
            total=one.total,
            reach=ContradictionReach.EVERYBODY if len(one.people) == one.total else ContradictionReach.SOME,
            message=one.message,
            remedy=one.refusal.remedy,
            narrow_to=one.narrow_to,
            found=found,
        )
