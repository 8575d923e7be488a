"""GraphQL over server-sent events, one connection for each operation ("distinct connections mode").

See PROTOCOL.md of the npm package graphql-sse. Whatever is wrong with the operation itself is told within the stream.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import Any

import orjson
from graphql import GraphQLError, OperationType
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fieldsync.api.answering import Answer, Asked, refused
from fieldsync.api.open_connections import Gone, OpenConnection, OpenConnections, Serving, is_well_formed
from fieldsync.errors import UserFacing
from fieldsync.security.actors import Credentials

MEDIA_TYPE = "text/event-stream"
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # proxies must not gather what is to arrive at once
]
_COMPLETE = b"event: complete\ndata:\n\n"


class Malformed(Exception):
    """The request carries no operation; ``status`` is how to answer."""

    def __init__(self, message: str, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers


def wants_events(accept: str) -> bool:
    """Whether an Accept header names server-sent events, and nothing else of ours that it prefers."""
    weights: dict[str, float] = {}
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        with suppress(ValueError):
            weights.setdefault(kind, float(weight))
    others = (weights.get(kind, 0.0) for kind in ("application/json", "application/graphql-response+json"))
    events = weights.get(MEDIA_TYPE, 0.0)
    first = next((kind for kind in weights if kind in (MEDIA_TYPE, "application/json")), MEDIA_TYPE)
    best = max(others)
    return events > 0 and (events > best or (events == best and first == MEDIA_TYPE))


class EventStreams:
    """Answers one operation by a stream of its results; the origin was checked before."""

    def __init__(self, serving: Serving, connections: OpenConnections) -> None:
        self._serving = serving
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            payload = await _payload(request)
            results = await self._results(request, payload)
        except Malformed as fault:
            answer = {"errors": [{"message": str(fault), "extensions": {"code": "INVALID_INPUT"}}]}
            response = Response(
                orjson.dumps(answer), fault.status, headers=fault.headers, media_type="application/json"
            )
            await response(scope, receive, send)
            return
        stream = _Stream(scope, send, self._serving.times)
        self._connections.add(stream)
        try:
            await _first_to_end(stream.send_all(results), _disconnected(receive))
        finally:
            self._connections.remove(stream)
            await results.aclose()

    async def _results(self, request: Request, payload: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        answers = self._serving.answers
        context = self._serving.context(Credentials.of(request.headers, request.cookies))
        try:
            asked = self._serving.asked(payload)
        except UserFacing as refusal:
            return _one(refused([GraphQLError(refusal.message, original_error=refusal)]))
        if request.method == "GET":
            answer = await answers.answer(asked, context, mutations=False)
            if not answer.executed and answer.operation is OperationType.MUTATION:
                raise Malformed("Mutations are not taken by GET; send it by POST.", 405, {"allow": "POST"})
            if answer.executed or answer.operation is not OperationType.SUBSCRIPTION:
                return _one(answer)
        return self._operate(asked, context)

    async def _operate(self, asked: Asked, context: Any) -> AsyncGenerator[bytes, None]:
        try:
            found = await self._serving.answers.subscribe(asked, context)
            if isinstance(found, Answer):
                yield b"".join(found.body)
                return
            async with aclosing(found) as results:  # pyright: ignore[reportArgumentType]
                async for result in results:
                    yield result
        except Exception as error:  # noqa: BLE001 - the edge of an operation
            yield b"".join(refused([GraphQLError(str(error), original_error=error)]).body)


class _Stream(OpenConnection):
    def __init__(self, scope: Scope, send: Send, times: Any) -> None:
        super().__init__(scope, send, times)
        self._reminder: asyncio.Task[None] | None = None
        self._ended = False

    async def send_all(self, results: AsyncGenerator[bytes, None]) -> None:
        with suppress(Gone):
            await self.write({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            # What is there at once goes with the headers; a comment opens the stream for whoever waits for bytes.
            await self._chunk(b":\n\n")
            async for result in results:
                await self._chunk(b"event: next\ndata: " + result + b"\n\n")
            self._ended = True
            await self.write({"type": "http.response.body", "body": _COMPLETE})

    def remind(self) -> None:
        """A comment keeps proxies from closing what is quiet, and finds out whether anybody is there."""
        if not self._ended:
            self._reminder = asyncio.create_task(self._comment())

    async def _comment(self) -> None:
        with suppress(Gone, RuntimeError):
            await self._chunk(b":\n\n")

    async def _chunk(self, body: bytes) -> None:
        await self.write({"type": "http.response.body", "body": body, "more_body": True})


async def _one(answer: Answer) -> AsyncGenerator[bytes, None]:
    yield b"".join(answer.body)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _first_to_end(sending: Any, leaving: Any) -> None:
    """Run both; whichever ends first ends the other. Raises what ``sending`` raises."""
    tasks = [asyncio.create_task(sending), asyncio.create_task(leaving)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if not tasks[0].cancelled() and (error := tasks[0].exception()) is not None:
        raise error


async def _payload(request: Request) -> dict[str, Any]:
    """The parameters of a request; raises Malformed."""
    if request.method == "GET":
        payload: Any = dict(request.query_params)
        for name in ("variables", "extensions"):
            payload[name] = _json(payload[name]) if payload.get(name) else None
    elif request.method == "POST":
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Malformed("Send JSON with the type application/json.", 415)
        payload = _json(await request.body())
    else:
        raise Malformed("Send an operation by POST, or a query or subscription by GET.", 405, {"allow": "GET, POST"})
    if not is_well_formed(payload):
        raise Malformed("Send a JSON object with the operation as `query`.")
    payload["operationName"] = payload.get("operationName") or None
    return payload


def _json(text: str | bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Malformed("What should be JSON is none.") from None
