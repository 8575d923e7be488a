"""Mutations of CRM activities: two for each kind, generated from its attributes, and one that deletes any."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.record_ids import parse_activity_id
from fieldsync.api.types.activity import NAMES, TYPES, activity_of
from fieldsync.api.types.activity_attributes import STATUS_TYPES, given_in, inputs_of
from fieldsync.api.types.series import RecurrenceInput, rule_of
from fieldsync.core.values import RecordKind
from fieldsync.ids import record_name
from fieldsync.services.activity_values import RECURRENCE, STATUS

C = TypeVar("C", bound=type)

_ERRORS = "Why nothing was changed; empty when all went well."
_VERSION = "The version as you saw it; refused with STALE_REVISION if it has moved on. Not checked if omitted."


@strawberry.input(description="Delete an activity.")
class ActivityDeleteInput:
    activity_id: strawberry.ID = strawberry.field(description="Which activity.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=None)


@strawberry.type(description="What activityDelete did.")
class ActivityDeletePayload:
    activity_id: strawberry.ID | None = strawberry.field(description="The activity that is gone; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


def _values(kind: RecordKind, given: Any) -> dict[str, Any]:
    """The values of an input as the service takes them; raises InvalidInput."""
    values = given_in(kind, given)
    if given.status is not strawberry.UNSET:
        values[STATUS] = given.status
    recurrence = getattr(given, RECURRENCE, strawberry.UNSET)
    if recurrence is not strawberry.UNSET:
        values[RECURRENCE] = None if recurrence is None else rule_of(recurrence)
    return values


def _made(make: Any, name: str, description: str, fields: Mapping[str, tuple[Any, Any]]) -> Any:
    """An input or a type of these fields."""
    annotations = {field: annotation for field, (annotation, _) in fields.items()}
    members = {field: definition for field, (_, definition) in fields.items()}
    cls = type(name, (), {"__annotations__": annotations, "__module__": __name__, **members})
    return make(cls, description=description)


class _Kind:
    """The inputs, payloads and resolvers of one kind; ``noun`` is ``phoneCall`` and ``one`` "a phone call"."""

    def __init__(self, kind: RecordKind) -> None:
        self.kind = kind
        self.noun = record_name(kind.value)
        self.snake = kind.value.lower()
        words = self.snake.replace("_", " ")
        self.one = f"an {words}" if words[0] in "aeiou" else f"a {words}"
        self.type = TYPES[kind]
        self._of_kind = dict(inputs_of(kind))
        status = strawberry.field(description="Its status; the state follows from it.", default=strawberry.UNSET)
        self._of_kind["status"] = (STATUS_TYPES[kind] | None, status)

    def create(self) -> Any:
        owner = strawberry.field(
            description="Whose it becomes: a user's or an owner team's; the caller's own when omitted.", default=None
        )
        fields: dict[str, tuple[Any, Any]] = {"owner_id": (strawberry.ID | None, owner), **self._of_kind}
        if self.kind is RecordKind.RECURRING_APPOINTMENT:
            fields[RECURRENCE] = (RecurrenceInput, strawberry.field(description="When it happens."))
        about = f"The values of {self.one}, at least one. What is left out is empty, or follows from the rest."
        taken = _made(strawberry.input, f"{self.type.__name__}CreateInput", about, fields)
        payload = self._payload("Create", "The new one; null on errors.")

        async def resolve(info: Any, input: Any) -> Any:
            actor, service = info.context.signed_in(), info.context.services.activities[self.kind]
            try:
                owner = None if input.owner_id is None else parse_id("principal", input.owner_id, "ownerId")
                seen = await service.create(actor, _values(self.kind, input), owner)
            except REFUSALS as refusal:
                return self._answer(payload, None, refusal)
            return self._answer(payload, activity_of(info, seen))

        return self._mutation(resolve, taken, payload, "The values.", f"Make {self.one}.")

    def update(self) -> Any:
        key = f"{self.snake}_id"
        fields: dict[str, tuple[Any, Any]] = {
            key: (strawberry.ID, strawberry.field(description="Which one.")),
            "expected_version": (int | None, strawberry.field(description=_VERSION, default=None)),
            **self._of_kind,
        }
        if self.kind is RecordKind.RECURRING_APPOINTMENT:
            told = strawberry.field(description="When it happens, as a whole.", default=strawberry.UNSET)
            fields[RECURRENCE] = (RecurrenceInput | None, told)
        about = f"Changes of {self.one}: what is left out stays, null empties."
        taken = _made(strawberry.input, f"{self.type.__name__}UpdateInput", about, fields)
        payload = self._payload("Update", "It after the change; null on errors.")

        async def resolve(info: Any, input: Any) -> Any:
            actor, service = info.context.signed_in(), info.context.services.activities[self.kind]
            try:
                raw = parse_id(self.noun, getattr(input, key), f"{self.noun}Id")
                seen = await service.update(actor, raw, _values(self.kind, input), input.expected_version)
            except REFUSALS as refusal:
                return self._answer(payload, None, refusal)
            return self._answer(payload, activity_of(info, seen))

        return self._mutation(resolve, taken, payload, "The changes.", f"Change {self.one}.")

    def _payload(self, what: str, description: str) -> Any:
        fields = {
            self.snake: (self.type | None, strawberry.field(description=description)),
            "errors": (list[MutationError], strawberry.field(description=_ERRORS)),
        }
        about = f"What {self.noun}{what} did."
        return _made(strawberry.type, f"{self.type.__name__}{what}Payload", about, fields)

    def _answer(self, payload: Any, activity: Any, refusal: Exception | None = None) -> Any:
        errors = [] if refusal is None else mutation_errors(refusal, dict(NAMES[self.kind]))
        return payload(**{self.snake: activity, "errors": errors})

    def _mutation(self, resolve: Any, taken: Any, payload: Any, argument: str, description: str) -> Any:
        resolve.__annotations__ = {
            "info": Info,
            "input": Annotated[taken, strawberry.argument(description=argument)],
            "return": payload,
        }
        return strawberry.mutation(resolver=resolve, description=description)


def _of_each_kind(cls: C) -> C:
    for kind in map(_Kind, TYPES):
        setattr(cls, f"{kind.snake}_create", kind.create())
        setattr(cls, f"{kind.snake}_update", kind.update())
    return cls


@strawberry.type
@_of_each_kind
class ActivityMutations:
    @strawberry.mutation(description="Delete an activity of any kind; its item goes or stays as the mailbox says.")
    async def activity_delete(
        self, info: Info, input: Annotated[ActivityDeleteInput, strawberry.argument(description="Which one.")]
    ) -> ActivityDeletePayload:
        actor = info.context.signed_in()
        try:
            kind, raw = parse_activity_id(input.activity_id, "activityId")
            await info.context.services.activities[kind].delete(actor, raw, input.expected_version)
        except REFUSALS as refusal:
            return ActivityDeletePayload(activity_id=None, errors=mutation_errors(refusal))
        return ActivityDeletePayload(activity_id=input.activity_id, errors=[])
