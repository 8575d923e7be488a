"""``/graphql`` over WebSocket and server-sent events."""

import json
from collections.abc import Mapping
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.schema import BaseSchema
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import Message
from strawberry.types.unset import UNSET

from fieldsync.api.context import Context
from fieldsync.api.requests import Refused, wanted
from fieldsync.api.trusted import TrustedDocuments
from fieldsync.errors import UserFacing
from fieldsync.security.actors import Actors, Credentials, bearer
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
                and isinstance(payload.get("extensions") or {}, dict)
            )
            if not wrong:
                try:
                    found = wanted(payload)
                    payload["query"] = self.view.documents.text(found.query, found.digest)  # pyright: ignore
                except (Refused, UserFacing) as refusal:
                    errors = [{"message": refusal.message, "extensions": {"code": refusal.code.value}}]
                    await self.send_message({"id": message["id"], "type": "error", "payload": errors})  # pyright: ignore
                    return
        if wrong:
            await self.handle_invalid_message("Failed to parse message")
        else:
            await super().handle_message(message)


class Streams(GraphQL[Context, None]):
    """What has more than one answer; the view has checked the origin already."""

    graphql_transport_ws_handler_class = _Handler

    def __init__(
        self,
        schema: BaseSchema,
        services: Services,
        actors: Actors,
        allowed_origins: frozenset[str] = frozenset(),
        *,
        documents: TrustedDocuments,
        withheld_errors: bool = False,
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            allowed_origins=tuple(allowed_origins),
        )
        self._services = services
        self._actors = actors
        self.documents = documents
        self._withheld_errors = withheld_errors

    async def run(self, request: Any, context: Any = UNSET, root_value: Any = UNSET) -> Any:
        try:
            return await super().run(request, context, root_value)
        except HTTPException as error:
            return _refusal("INVALID_INPUT", error.reason, error.status_code)

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
