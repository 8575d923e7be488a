"""The server's connections, which the application may cut when the other side stops reading.

Closing waits until everything is sent, which takes for ever where nothing is read. ASGI has no word for more than that,
so the means to it comes with the connection's state, as ``abort``.
"""

import socket
from asyncio.transports import BaseTransport, Transport
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

UNREAD_BYTES = 131_072


class HttpConnection(HttpToolsProtocol):
    """One connection over HTTP."""

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # pyright: ignore[reportArgumentType]
        self.app_state = {**self.app_state, "abort": cast("Transport", transport).abort}


class SocketConnection(WebSocketsSansIOProtocol):
    """One WebSocket; of what is not read at the other end, the system keeps a fixed part and no more."""

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "abort": cast("Transport", transport).abort}
        connected = transport.get_extra_info("socket")
        if connected is not None:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNREAD_BYTES)
