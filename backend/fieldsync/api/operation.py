"""What the result of an operation looks like to the outside."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import orjson
import structlog
from graphql import ExecutionResult, GraphQLError
from structlog.contextvars import get_contextvars

from fieldsync.errors import ErrorCode, UserFacing
from fieldsync.sides.faults import SideError

log = structlog.get_logger("fieldsync.api")


def encode(result: ExecutionResult, extensions: Mapping[str, Any] | None = None) -> bytes:
    """The JSON of a result, its errors masked."""
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [error.formatted for error in masked(result.errors)]
    if extensions:
        body["extensions"] = extensions
    return orjson.dumps(body)


def masked(errors: Sequence[GraphQLError]) -> list[GraphQLError]:
    """The errors as they may go out; those that nobody foresaw are logged."""
    return [told for error in errors for told in _masked(error)]


def _masked(error: GraphQLError) -> list[GraphQLError]:
    """One error for each cause: what checks several things at once raises all that it found in one group."""
    cause: BaseException | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    causes = cause.exceptions if isinstance(cause, BaseExceptionGroup) else (cause,)
    return [_told(error, one) for one in causes]


def _told(error: GraphQLError, cause: BaseException | None) -> GraphQLError:
    match cause:
        case None:
            code, message = ErrorCode.INVALID_INPUT, error.message
            extensions: dict[str, Any] = {}
        case UserFacing():
            code, message = cause.code, cause.message
            extensions = {"path": list(cause.path), **cause.facts()} if cause.path else cause.facts()
        case SideError():
            code, message = cause.code, str(cause)
            extensions = {"remedy": cause.remedy}
        case _:
            # The one of the request, where there is one: it is in the answer's headers and in every line of the log.
            correlation = get_contextvars().get("correlation_id") or str(uuid4())
            log.error("unexpected error", correlation_id=correlation, path=error.path, exc_info=cause)
            code, message = (
                ErrorCode.INTERNAL,
                f"Something went wrong on our side; it is logged as {correlation}.",
            )
            extensions = {"correlationId": correlation}
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={"code": code.value, **extensions},
    )
