"""``/graphql`` over HTTP: after the specification GraphQL over HTTP, in JSON."""

from collections.abc import Mapping, Sequence
from secrets import token_hex

import orjson
import structlog
from graphql import GraphQLError, OperationType
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from fieldsync.api.accepting import MediaType, negotiated
from fieldsync.api.answering import Answer, refused
from fieldsync.api.requests import (
    Refused,
    Wanted,
    address_of,
    check_content,
    credentials_of,
    headers_of,
    mutation_by_get,
    not_allowed,
    wanted_of,
)
from fieldsync.api.serving import Serving
from fieldsync.errors import ErrorCode, UserFacing
from fieldsync.security.actors import Credentials
from fieldsync.security.origins import is_foreign

log = structlog.get_logger("fieldsync.api")

CORRELATION = "x-correlation-id"
_CORRELATION = CORRELATION.encode()
_EVERY_HEADER = ((b"vary", b"accept"), (b"cache-control", b"no-store"))
_CONTENT_TYPE = {kind: (b"content-type", f"{kind.value}; charset=utf-8".encode()) for kind in MediaType}
_ALLOWED = "GET, HEAD, POST, OPTIONS"
_STATUS = {
    "NOT_SIGNED_IN": 401,
    "NOT_ALLOWED": 403,
    "DOCUMENT_NOT_TRUSTED": 403,
    "INTERNAL": 500,
    "TIMED_OUT": 503,
}
"""Of refused operations, by code, where the media type leaves the status to us; 400 for all others."""


class GraphQLView:
    """Requests with a session cookie are answered to our own pages only; those with a token to anybody.

    ``streams`` answers WebSockets and whoever accepts server-sent events. A browser that asks for no operation is sent
    to ``page``.
    """

    def __init__(self, serving: Serving, streams: ASGIApp, page: str | None = None) -> None:
        self._serving = serving
        self._streams = streams
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._streams(scope, receive, send)
            return
        headers = headers_of(scope)
        correlation = _correlation(headers)
        kind = negotiated(headers.get("accept"))
        credentials = credentials_of(scope, headers)
        reply = _Reply(send, correlation, kind or MediaType.JSON)
        with bound_contextvars(correlation_id=correlation):
            try:
                self._check(scope, headers, credentials, kind)
                if kind is MediaType.EVENTS:
                    await self._streams(scope, receive, send)
                else:
                    await self._answer(await wanted_of(scope, receive), scope, credentials, reply)
            except Refused as refusal:
                await reply.refuse(refusal)
            except UserFacing as refusal:
                await reply.answer(_refusal(refusal))

    def _check(
        self, scope: Scope, headers: Mapping[str, str], credentials: Credentials, kind: MediaType | None
    ) -> None:
        """Everything that can be told from the first lines of a request; raises Refused."""
        method = scope["method"]
        if method == "OPTIONS":
            raise Refused("Send an operation by POST, or a query by GET.", 204, headers={"allow": _ALLOWED})
        if method not in ("GET", "HEAD", "POST"):
            raise not_allowed("Send an operation by POST, or a query by GET.", _ALLOWED)
        if self._page and method == "GET" and not scope["query_string"] and _accepts_pages(headers):
            raise Refused(f"Operations can be tried at {self._page}.", 303, headers={"location": self._page})
        if credentials.session:
            if is_foreign(headers, self._serving.origins):
                raise Refused("This page may not call the API.", 403, ErrorCode.NOT_ALLOWED)
            if method != "POST" and not _is_ours(headers):
                # A link or an image on another site makes an old browser send this, cookie and all.
                message = "A session may ask by GET from our own pages only; send it by POST, or with a token."
                raise Refused(message, 403, ErrorCode.NOT_ALLOWED)
        if method == "POST":
            check_content(headers)
        if kind is None:
            types = ", ".join(one.value for one in MediaType)
            raise Refused(f"Accept one of {types}.", 406)

    async def _answer(self, wanted: Wanted, scope: Scope, credentials: Credentials, reply: "_Reply") -> None:
        asked = self._serving.asked(wanted)
        context = self._serving.context(credentials, address_of(scope))
        by_post = scope["method"] == "POST"
        try:
            answer = await self._serving.answers.answer(asked, context, mutations=by_post)
        except Exception as error:  # noqa: BLE001 - the edge of a request: not even the caller could be looked up
            answer = refused([GraphQLError(str(error), original_error=error)])
        if not by_post and not answer.executed and answer.operation is OperationType.MUTATION:
            raise mutation_by_get()
        await reply.answer(answer)


class _Reply:
    """Sends the one answer to a request."""

    def __init__(self, send: Send, correlation: str, kind: MediaType) -> None:
        self._send = send
        self._correlation = correlation
        self._kind = MediaType.JSON if kind is MediaType.EVENTS else kind

    async def answer(self, answer: Answer) -> None:
        if answer.executed:
            await self._write(200, answer.body)
            return
        (error, *_) = orjson.loads(b"".join(answer.body))["errors"]
        code, facts = error["extensions"]["code"], error["extensions"]
        if code == ErrorCode.RATE_LIMITED.value:
            log.warning("a caller asks for too much", seconds=facts["retryAfterSeconds"])
            await self._write(429, answer.body, {"retry-after": str(facts["retryAfterSeconds"])})
            return
        # In application/json a status other than 200 could be anybody's on the way (GraphQL over HTTP).
        status = 200 if self._kind is MediaType.JSON and code != ErrorCode.INTERNAL.value else _STATUS.get(code, 400)
        await self._write(status, answer.body)

    async def refuse(self, refusal: Refused) -> None:
        error = {"message": refusal.message, "extensions": {"code": refusal.code.value}}
        body = [] if refusal.status == 204 else [orjson.dumps({"errors": [error]})]
        await self._write(refusal.status, body, refusal.headers)

    async def _write(self, status: int, body: Sequence[bytes], headers: dict[str, str] | None = None) -> None:
        raw = [*_EVERY_HEADER, (_CORRELATION, self._correlation.encode())]
        raw += [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
        if body:
            raw += [_CONTENT_TYPE[self._kind], (b"content-length", b"%d" % sum(map(len, body)))]
        await self._send({"type": "http.response.start", "status": status, "headers": raw})
        for chunk in body[:-1]:
            await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
        await self._send({"type": "http.response.body", "body": body[-1] if body else b""})


def _accepts_pages(headers: Mapping[str, str]) -> bool:
    return "text/html" in headers.get("accept", "").lower()


def _is_ours(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that a page of ours sent this, which other sites cannot make it say."""
    return headers.get("sec-fetch-site") == "same-origin" or "origin" in headers


def _correlation(headers: Mapping[str, str]) -> str:
    """The caller's own, if it is harmless in a log, else a new one."""
    given = headers.get(CORRELATION, "")
    harmless = 0 < len(given) <= 64 and given.isascii() and given.replace("-", "").replace("_", "").isalnum()
    return given if harmless else token_hex(16)


def _refusal(error: UserFacing) -> Answer:
    body = {"errors": [{"message": error.message, "extensions": {"code": error.code.value, **error.facts()}}]}
    return Answer([orjson.dumps(body)], executed=False)
