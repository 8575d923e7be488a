"""``/graphql`` over HTTP, WebSocket and server-sent events."""

import json
from collections.abc import Mapping
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import Message
from strawberry.types.unset import UNSET

from fieldsync.api.answering import Answers, Asked
from fieldsync.api.context import Context
from fieldsync.api.schema import Schema
from fieldsync.security.actors import Actors, Credentials, bearer
from fieldsync.security.origins import is_foreign
from fieldsync.services.bundle import Services


class _Handler(BaseGraphQLTransportWSHandler[Context, None]):
    """Closes the socket on messages of a wrong shape, which the base class would stumble over."""

    async def handle_message(self, message: Message) -> None:
        wrong = not isinstance(message.get("id", ""), str)
        if message.get("type") == "subscribe":
            payload = message.get("payload")
            wrong = wrong or not (
                isinstance(payload, dict)
                and isinstance(payload.get("query"), str)
                and isinstance(payload.get("variables") or {}, dict)
                and isinstance(payload.get("operationName") or "", str)
            )
        if wrong:
            await self.handle_invalid_message("Failed to parse message")
        else:
            await super().handle_message(message)


class GraphQLView(GraphQL[Context, None]):
    """Requests with a session cookie are answered to our own pages only; those with a token to anybody."""

    graphql_transport_ws_handler_class = _Handler

    def __init__(
        self,
        schema: Schema,
        services: Services,
        actors: Actors,
        allowed_origins: frozenset[str] = frozenset(),
        *,
        withheld_errors: bool = False,
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            allowed_origins=tuple(allowed_origins),
        )
        self._answers = Answers(schema)
        self._services = services
        self._actors = actors
        self._origins = allowed_origins
        self._withheld_errors = withheld_errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            if Credentials.of(request.headers, request.cookies).session and is_foreign(request.headers, self._origins):
                await _refusal("NOT_ALLOWED", "This page may not call the API.", 403)(scope, receive, send)
                return
        await super().__call__(scope, receive, send)

    async def run(self, request: Any, context: Any = UNSET, root_value: Any = UNSET) -> Any:
        try:
            if isinstance(request, Request) and request.method == "POST":
                answered = await self._answered(request)
                if answered is not None:
                    return answered
            return await super().run(request, context, root_value)
        except HTTPException as error:
            return _refusal("INVALID_INPUT", error.reason, error.status_code)

    async def _answered(self, request: Request) -> Response | None:
        """The answer to a query or mutation as JSON; None for everything else."""
        if not request.headers.get("content-type", "").startswith("application/json"):
            return None
        if "text/event-stream" in request.headers.get("accept", ""):
            return None
        try:
            sent = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            return None
        if not (isinstance(sent, dict) and isinstance(sent.get("query"), str)):
            return None
        if not isinstance(sent.get("variables") or {}, dict) or not isinstance(sent.get("operationName") or "", str):
            return None
        asked = Asked(sent["query"], sent.get("variables"), sent.get("operationName"))
        answer = await self._answers.answer(asked, await self.get_context(request, Response()))
        return Response(b"".join(answer.body), media_type="application/json")

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        credentials = Credentials.of(request.headers, request.cookies)
        return Context(self._services, self._actors, credentials, self._withheld_errors)

    async def on_ws_connect(self, context: Context) -> Any:
        """A token may come in the connection's parameters; a wrong one closes the socket (4403)."""
        parameters: Mapping[str, Any] = context.connection_params or {}
        header = next((value for name, value in parameters.items() if name.lower() == "authorization"), None)
        if isinstance(header, str):
            context.credentials = Credentials(token=bearer(header))
        given = context.credentials
        if given.token is not None or given.session:
            actor = await self._actors.find(given)
            if actor is None:
                raise ConnectionRejectionError
            context.credentials = given.lasting(actor)
        return UNSET

    def should_render_graphql_ide(self, request: Any) -> bool:
        return False

    def decode_json(self, data: str | bytes) -> object:
        """Every JSON text we take is an object; anything else is as wrong as no JSON."""
        value = orjson.loads(data)
        if not isinstance(value, dict):
            raise json.JSONDecodeError("expected an object", "", 0)
        return value

    def encode_json(self, data: object) -> str:
        # Text, not bytes: WebSocket clients expect text frames.
        return orjson.dumps(data).decode()


def _refusal(code: str, message: str, status: int) -> Response:
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return Response(orjson.dumps(body), status, media_type="application/json")
