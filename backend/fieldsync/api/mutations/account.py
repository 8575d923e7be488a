"""Mutations of the caller's own account: tokens and the password."""

from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import REFUSALS, MutationError, mutation_errors, parse_id
from fieldsync.api.types.token import Token
from fieldsync.core.rights import Scope

_ERRORS = "Why nothing was changed; empty when all went well."


@strawberry.input(description="A token to make.")
class TokenCreateInput:
    name: str = strawberry.field(description="What the token is for, at most 100 characters.")
    scope: Scope = strawberry.field(description="How far it reaches; never further than the caller.")
    days: int | None = strawberry.field(
        description="How many days it holds, 1 to 36500; for ever when omitted.", default=None
    )


@strawberry.type(description="What tokenCreate did.")
class TokenCreatePayload:
    token: Token | None = strawberry.field(description="The new token; null on errors.")
    secret: str | None = strawberry.field(
        description="What to send as `Authorization: Bearer …`; it cannot be shown again. Null on errors."
    )
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="A token to end.")
class TokenRevokeInput:
    token_id: strawberry.ID = strawberry.field(description="Which one of the caller's own.")


@strawberry.type(description="What tokenRevoke did.")
class TokenRevokePayload:
    token: Token | None = strawberry.field(description="The token that holds no longer; null on errors.")
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.input(description="A new password for the caller.")
class PasswordChangeInput:
    current: str = strawberry.field(description="The password until now; wrong ones count as attempts to sign in.")
    new: str = strawberry.field(description="The password from now on, at least 8 characters.")


@strawberry.type(description="What passwordChange did.")
class PasswordChangePayload:
    ok: bool = strawberry.field(
        description="Whether the password is changed; the caller is then signed out everywhere."
    )
    errors: list[MutationError] = strawberry.field(description=_ERRORS)


@strawberry.type
class AccountMutations:
    @strawberry.mutation(description="Make a token that acts as the caller. A token of scope READ may not.")
    async def token_create(
        self, info: Info, input: Annotated[TokenCreateInput, strawberry.argument(description="The token.")]
    ) -> TokenCreatePayload:
        actor = info.context.signed_in()
        try:
            row, secret = await info.context.services.tokens.create(
                actor, scope=input.scope, name=input.name, days=input.days
            )
        except REFUSALS as refusal:
            return TokenCreatePayload(token=None, secret=None, errors=mutation_errors(refusal))
        return TokenCreatePayload(token=Token.from_row(row), secret=secret, errors=[])

    @strawberry.mutation(description="End one of the caller's tokens at once. A token of scope READ may not.")
    async def token_revoke(
        self, info: Info, input: Annotated[TokenRevokeInput, strawberry.argument(description="Which token.")]
    ) -> TokenRevokePayload:
        actor = info.context.signed_in()
        try:
            row = await info.context.services.tokens.revoke(actor, parse_id("token", input.token_id, "tokenId"))
        except REFUSALS as refusal:
            return TokenRevokePayload(token=None, errors=mutation_errors(refusal))
        return TokenRevokePayload(token=Token.from_row(row), errors=[])

    @strawberry.mutation(
        description="Change the caller's password, which ends all sessions of the caller, this one too; tokens stay."
    )
    async def password_change(
        self, info: Info, input: Annotated[PasswordChangeInput, strawberry.argument(description="The passwords.")]
    ) -> PasswordChangePayload:
        actor = info.context.signed_in()
        try:
            await info.context.services.sign_in.change_password(actor, input.current, input.new)
        except REFUSALS as refusal:
            return PasswordChangePayload(ok=False, errors=mutation_errors(refusal))
        return PasswordChangePayload(ok=True, errors=[])
