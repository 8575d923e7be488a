"""``/graphql`` where there is more than one answer: over WebSocket, or as server-sent events."""

from starlette.types import Receive, Scope, Send

from fieldsync.api.event_streams import EventStreams
from fieldsync.api.open_connections import OpenConnections
from fieldsync.api.serving import Serving
from fieldsync.api.sockets import Sockets


class Live:
    """An ASGI application; whoever hands HTTP requests on to it has checked their origin."""

    def __init__(self, serving: Serving) -> None:
        self.connections = OpenConnections()
        self._sockets = Sockets(serving, self.connections)
        self._streams = EventStreams(serving, self.connections)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._sockets(scope, receive, send)
        else:
            await self._streams(scope, receive, send)
