"""``/graphql`` over HTTP, WebSocket and server-sent events."""

import json
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.types.unset import UNSET

from fieldsync.api.answering import Answers, Asked
from fieldsync.api.context import Context
from fieldsync.api.event_streams import wants_events
from fieldsync.api.live import Live
from fieldsync.api.open_connections import Serving, Times
from fieldsync.api.schema import Schema
from fieldsync.security.actors import Actors, Credentials
from fieldsync.security.origins import is_foreign
from fieldsync.services.bundle import Services


class GraphQLView(GraphQL[Context, None]):
    """Requests with a session cookie are answered to our own pages only; those with a token to anybody."""

    def __init__(
        self,
        schema: Schema,
        services: Services,
        actors: Actors,
        allowed_origins: frozenset[str] = frozenset(),
        *,
        withheld_errors: bool = False,
        times: Times | None = None,
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(),
        )
        self._answers = Answers(schema)
        self._services = services
        self._actors = actors
        self._origins = allowed_origins
        serving = Serving(
            self._answers, services, actors, allowed_origins, withheld_errors=withheld_errors, times=times or Times()
        )
        self._live = Live(serving)
        self._withheld_errors = withheld_errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._live(scope, receive, send)
            return
        request = Request(scope)
        if Credentials.of(request.headers, request.cookies).session and is_foreign(request.headers, self._origins):
            await _refusal("NOT_ALLOWED", "This page may not call the API.", 403)(scope, receive, send)
            return
        if wants_events(request.headers.get("accept", "")):
            await self._live(scope, receive, send)
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
