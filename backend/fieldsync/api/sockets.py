"""GraphQL over WebSocket: the protocol graphql-transport-ws, for operations of all three types.

See PROTOCOL.md of the npm package graphql-ws. Each operation is a task of its own that waits for the network alone.
"""

import asyncio
from contextlib import ExitStack, aclosing, suppress
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from fieldsync.api.answering import Answer, Asked, refused
from fieldsync.api.open_connections import Gone, OpenConnection, OpenConnections, Serving, is_well_formed
from fieldsync.core.rights import Actor
from fieldsync.errors import InvalidInput, UserFacing
from fieldsync.security.actors import Credentials, bearer
from fieldsync.security.origins import is_foreign

PROTOCOL = "graphql-transport-ws"
MOST_OPERATIONS = 100
"""At once, on one socket."""
_LONGEST_REASON = 123


class _Close(Exception):
    """The socket is to be closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")


class Sockets:
    """Takes WebSockets of our own pages, and of programs that are no pages."""

    def __init__(self, serving: Serving, connections: OpenConnections) -> None:
        self._serving = serving
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        request = HTTPConnection(scope)
        if is_foreign(request.headers, self._serving.origins):
            # Closed before it is accepted: the handshake is answered with 403.
            await send({"type": "websocket.close", "code": 1008})
            return
        if PROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": 4406, "reason": "Subprotocol not acceptable"})
            return
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        credentials = Credentials.of(request.headers, request.cookies)
        socket = _Socket(scope, receive, send, self._serving, credentials)
        self._connections.add(socket)
        try:
            await socket.run()
        finally:
            self._connections.remove(socket)


class _Socket(OpenConnection):
    def __init__(self, scope: Scope, receive: Receive, send: Send, serving: Serving, credentials: Credentials) -> None:
        super().__init__(scope, send, serving.times)
        self._receive = receive
        self._serving = serving
        self._credentials = credentials
        self._initialised = False
        self._acknowledged = False
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._closing: asyncio.Task[None] | None = None
        self._held = ExitStack()

    async def run(self) -> None:
        """Serve until either side closes."""
        late = asyncio.get_running_loop().call_later(self._serving.times.init, self._too_late)
        try:
            while True:
                message = await self._receive()
                if message["type"] == "websocket.disconnect":
                    return
                await self._handle(message)
        except _Close as close:
            await self._close(close.code, close.reason)
        except Gone:
            pass
        finally:
            late.cancel()
            self._held.close()
            await self._end_all()

    async def _end_all(self) -> None:
        tasks = [*self._operations.values(), *([self._closing] if self._closing else [])]
        self._operations.clear()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    # What comes in

    async def _handle(self, received: Message) -> None:
        text = received.get("text")
        if text is None:
            raise _Close(4400, "Messages must be text")
        message = _parsed(text)
        kind = message.get("type")
        match kind:
            case "connection_init":
                await self._init(message)
            case "ping":
                payload = _object(message)
                await self._say({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})
            case "pong":
                _object(message)
            case "subscribe":
                await self._subscribe(message)
            case "complete":
                operation = self._operations.pop(_id(message), None)
                if operation is not None:
                    operation.cancel()
            case str():
                raise _Close(4400, f"Unknown message type: {kind}")
            case _:
                raise _Close(4400, "A message must have a type")

    async def _init(self, message: dict[str, Any]) -> None:
        payload = _object(message) or {}
        if self._initialised:
            raise _Close(4429, "Too many initialisation requests")
        self._initialised = True
        header = next((value for name, value in payload.items() if name.lower() == "authorization"), None)
        if isinstance(header, str):
            self._credentials = Credentials(token=bearer(header))
        given = self._credentials
        if given.token is not None or given.session:
            actor = await self._serving.actors.find(given)
            if actor is None:
                raise _Close(4403, "Forbidden")
            self._credentials = given.lasting(actor)
            self._watch(actor)
        self._acknowledged = True
        await self._say({"type": "connection_ack"})

    async def _subscribe(self, message: dict[str, Any]) -> None:
        if not self._acknowledged:
            raise _Close(4401, "Unauthorized")
        name, payload = _id(message), message.get("payload")
        if not isinstance(payload, dict) or not is_well_formed(payload):
            raise _Close(4400, "A subscribe message must carry an operation")
        if name in self._operations:
            raise _Close(4409, f"Subscriber for {name} already exists")
        if len(self._operations) >= MOST_OPERATIONS:
            await self._refuse(name, InvalidInput(f"A socket carries {MOST_OPERATIONS} operations at once at most."))
            return
        try:
            asked = self._serving.asked(payload)
        except UserFacing as refusal:
            await self._refuse(name, refusal)
            return
        self._operations[name] = asyncio.create_task(self._operate(name, asked))

    # What goes out

    async def _operate(self, name: str, asked: Asked) -> None:
        with suppress(Gone):
            try:
                found = await self._serving.answers.subscribe(asked, self._serving.context(self._credentials))
                if not isinstance(found, Answer):
                    await self._follow(name, found)
                elif found.executed:
                    await self._next(name, b"".join(found.body))
                else:
                    await self._error(name, found)
                    return
            except Gone:
                raise
            except Exception as error:  # noqa: BLE001 - the edge of an operation
                await self._error(name, refused([GraphQLError(str(error), original_error=error)]))
                return
            if self._done(name):
                await self._say({"id": name, "type": "complete"})

    async def _follow(self, name: str, results: Any) -> None:
        before = f'{{"id":{orjson.dumps(name).decode()},"type":"next","payload":'
        async with aclosing(results):
            async for result in results:
                await self.write({"type": "websocket.send", "text": f"{before}{result.decode()}}}"})

    async def _next(self, name: str, body: bytes) -> None:
        text = f'{{"id":{orjson.dumps(name).decode()},"type":"next","payload":{body.decode()}}}'
        await self.write({"type": "websocket.send", "text": text})

    async def _error(self, name: str, answer: Answer) -> None:
        if self._done(name):
            errors = orjson.loads(b"".join(answer.body))["errors"]
            await self._say({"id": name, "type": "error", "payload": errors})

    async def _refuse(self, name: str, refusal: UserFacing) -> None:
        (errors,) = refused([GraphQLError(refusal.message, original_error=refusal)]).body
        await self._say({"id": name, "type": "error", "payload": orjson.loads(errors)["errors"]})

    def _done(self, name: str) -> bool:
        """Free the name before the last message; False if the other side did so already."""
        return self._operations.pop(name, None) is not None

    async def _say(self, message: dict[str, Any]) -> None:
        await self.write({"type": "websocket.send", "text": orjson.dumps(message).decode()})

    # Ends

    def _too_late(self) -> None:
        if not self._initialised:
            self._closing = asyncio.create_task(self._close(4408, "Connection initialisation timeout"))

    def _watch(self, actor: Actor) -> None:
        self._held.enter_context(self._serving.actors.watch.hold(self._credentials, actor, self._signed_out))

    def _signed_out(self) -> None:
        if self._closing is None:
            self._closing = asyncio.create_task(self._sign_out())

    async def _sign_out(self) -> None:
        """What was followed completes first, since it ends by the same sign."""
        running = list(self._operations.values())
        if running:
            await asyncio.wait(running)
        await self._close(4403, "Forbidden")

    async def _close(self, code: int, reason: str) -> None:
        with suppress(Gone, RuntimeError):  # the server calls it an error to close what the other side has closed
            await self.write({"type": "websocket.close", "code": code, "reason": reason})


def _parsed(text: str) -> dict[str, Any]:
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _Close(4400, "Messages must be JSON") from None
    if not isinstance(message, dict):
        raise _Close(4400, "A message must be an object")
    return message


def _object(message: dict[str, Any]) -> dict[str, Any] | None:
    payload = message.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise _Close(4400, "A payload must be an object")
    return payload


def _id(message: dict[str, Any]) -> str:
    name = message.get("id")
    if not isinstance(name, str) or not name:
        raise _Close(4400, "This message must have an id")
    return name
