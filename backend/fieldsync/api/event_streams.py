"""GraphQL over server-sent events, one connection for each operation ("distinct connections mode").

See PROTOCOL.md of the npm package graphql-sse. Whatever is wrong with the operation itself is told within the stream.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any

from graphql import GraphQLError, OperationType
from starlette.types import Receive, Scope, Send

from fieldsync.api.answering import Answer, Asked, refused
from fieldsync.api.open_connections import Gone, OpenConnection, OpenConnections
from fieldsync.api.requests import Wanted, address_of, credentials_of, headers_of, mutation_by_get, wanted_of
from fieldsync.api.serving import Serving
from fieldsync.errors import UserFacing

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # proxies must not gather what is to arrive at once
]
_COMPLETE = b"event: complete\ndata:\n\n"


class EventStreams:
    """Answers one operation by a stream of its results; origin, method and type of content were checked before.

    Raises Refused for what is no GraphQL request.
    """

    def __init__(self, serving: Serving, connections: OpenConnections) -> None:
        self._serving = serving
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        results = await self._results(scope, await wanted_of(scope, receive))
        stream = _Stream(scope, send, self._serving.times)
        self._connections.add(stream)
        try:
            await _first_to_end(stream.send_all(results), _disconnected(receive))
        finally:
            self._connections.remove(stream)
            await results.aclose()

    async def _results(self, scope: Scope, wanted: Wanted) -> AsyncGenerator[bytes, None]:
        answers = self._serving.answers
        context = self._serving.context(credentials_of(scope, headers_of(scope)), address_of(scope))
        try:
            asked = self._serving.asked(wanted)
        except UserFacing as refusal:
            return _one(refused([GraphQLError(refusal.message, original_error=refusal)]))
        if scope["method"] != "POST":
            answer = await answers.answer(asked, context, mutations=False)
            if not answer.executed and answer.operation is OperationType.MUTATION:
                raise mutation_by_get()
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
