"""Errors of mutations: typed, in the payload. Errors of queries are masked in ``operation``."""

from typing import Any

import strawberry

from fieldsync.errors import ErrorCode, FieldsyncError, NotFound, UserFacing
from fieldsync.ids import raw_id
from fieldsync.sides.faults import SideError

REFUSALS = (UserFacing, SideError, ExceptionGroup)
"""What a mutation catches: everything that a caller can do something about."""


@strawberry.type(description="Why a mutation changed nothing.")
class MutationError:
    code: ErrorCode = strawberry.field(description="For programs.")
    message: str = strawberry.field(description="For people.")
    path: list[str] | None = strawberry.field(
        description="Where in the arguments the cause lies, such as [input, changes, 0, direction]; null if nowhere."
    )


def mutation_errors(refusal: Exception, names: dict[str, str] | None = None) -> list[MutationError]:
    """The payload's errors for what was caught. Re-raises what is no refusal.

    ``names`` translates parts of paths; a dot in one leads into an input within the input.
    """
    if isinstance(refusal, ExceptionGroup):
        return [error for single in refusal.exceptions for error in mutation_errors(single, names)]
    if isinstance(refusal, SideError):
        path: tuple[str, ...] | None = ("contactsUrl",)
        if refusal.code is ErrorCode.SERVER_REFUSED_SIGN_IN:
            path = ("password",)
        message = f"{refusal} {refusal.remedy}"
    elif isinstance(refusal, UserFacing):
        path, message = refusal.path or None, refusal.message
    else:
        raise refusal
    told = names or {}
    place = None if path is None else ["input", *(name for part in path for name in _names(part, told))]
    return [MutationError(code=code_of(refusal), message=message, path=place)]


def _names(part: str, names: dict[str, str]) -> list[str]:
    return names[part].split(".") if part in names else [part]


def code_of(error: FieldsyncError) -> ErrorCode:
    return error.code


def parse_id(kind: str, value: Any, *path: str) -> str:
    """The row behind an id of the API; raises NotFound that says where the id stood."""
    try:
        return raw_id(kind, value)
    except NotFound as error:
        raise NotFound(error.message, path=path) from error
