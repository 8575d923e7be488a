"""Mutations of secured columns."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors
from fieldsync.api.types.column import Column
from fieldsync.core.values import RecordKind

_ERRORS = "Why nothing was changed; empty when all went well."
_COLUMN = "The column after the change; null on errors."
_ATTRIBUTE = "The CRM column, such as governmentid."


@strawberry.input(description="A masking rule.")
class ColumnMaskInput:
    keep_last: int = strawberry.field(description="How many of the last characters are shown, 0 to 8.")


@strawberry.input(description="Secure a column.")
class ColumnSecureInput:
    kind: RecordKind = strawberry.field(description="The records it belongs to.")
    attribute: str = strawberry.field(description=f"{_ATTRIBUTE} NEVER_SECURABLE if it can never be secured.")
    mask: ColumnMaskInput | None = strawberry.field(
        description="How to show it to those who may read it, but not unmasked; text columns only. None when omitted.",
        default=None,
    )


@strawberry.type(description="What columnSecure did.")
class ColumnSecurePayload:
    column: Column | None = strawberry.field(description=_COLUMN)
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="No longer secure a column.")
class ColumnReleaseInput:
    kind: RecordKind = strawberry.field(description="The records it belongs to.")
    attribute: str = strawberry.field(description=_ATTRIBUTE)


@strawberry.type(description="What columnRelease did.")
class ColumnReleasePayload:
    column: Column | None = strawberry.field(description=_COLUMN)
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class ColumnMutations:
    @strawberry.mutation(
        description="Secure a column, so that only field profiles open it, or change its mask; for administrators."
    )
    async def column_secure(
        self, info: Info, input: Annotated[ColumnSecureInput, strawberry.argument(description="Which one, and how.")]
    ) -> ColumnSecurePayload:
        actor = info.context.signed_in()
        keep = None if input.mask is None else input.mask.keep_last
        try:
            found = await info.context.services.columns.secure(actor, input.kind, input.attribute, keep)
        except REFUSALS as refusal:
            return ColumnSecurePayload(column=None, errors=mutation_errors(refusal))
        return ColumnSecurePayload(column=Column.of(found), errors=[])

    @strawberry.mutation(description="No longer secure a column; for administrators.")
    async def column_release(
        self, info: Info, input: Annotated[ColumnReleaseInput, strawberry.argument(description="Which one.")]
    ) -> ColumnReleasePayload:
        actor = info.context.signed_in()
        try:
            found = await info.context.services.columns.release(actor, input.kind, input.attribute)
        except REFUSALS as refusal:
            return ColumnReleasePayload(column=None, errors=mutation_errors(refusal))
        return ColumnReleasePayload(column=Column.of(found), errors=[])
