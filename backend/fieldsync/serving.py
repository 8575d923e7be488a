"""`fieldsync serve`: listen, say where, and serve until interrupted."""

import contextlib
import errno
import socket
import sys
from typing import TextIO

import uvicorn

from fieldsync.app import create_app
from fieldsync.errors import FieldsyncError
from fieldsync.handover import taking_over
from fieldsync.logs import configure_logging
from fieldsync.parts import Parts
from fieldsync.settings import Settings
from fieldsync.web.connections import HttpConnection, SocketConnection

LAST_WORDS = 5.0


class CannotListen(FieldsyncError):
    """The address cannot be listened on."""


def serve(settings: Settings) -> int:
    """Serve until interrupted or terminated."""
    configure_logging()
    listening = _listen(settings.host, settings.port)
    port = listening.getsockname()[1]
    url = f"http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{port}"
    parts = Parts.assemble(settings)
    server = _Server(
        uvicorn.Config(
            create_app(parts=parts),
            log_level="warning",
            access_log=False,
            http=HttpConnection,
            ws=SocketConnection,
            ws_per_message_deflate=False,  # each connection would compress what all are sent, with 20 KB of its own
            timeout_graceful_shutdown=3,
            server_header=False,
        ),
        parts,
        url,
    )
    # uvicorn raises the signal again once it is down; that is how Ctrl-C gets here.
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    return 0 if server.started else 1


class _Server(uvicorn.Server):
    """Says where it serves once it does."""

    def __init__(self, config: uvicorn.Config, parts: Parts, url: str) -> None:
        super().__init__(config)
        self._settings = parts.settings
        self._taking_over = taking_over(parts)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        await self._taking_over.__aenter__()
        _say(f"Fieldsync serves {self._url}")
        if self._settings.demo:
            from fieldsync.demo.info import accounts, remember_address

            remember_address(self._settings.data, self._url)
            _say("Sign in with one of the demo's accounts (user name, password):")
            for account in accounts():
                _say(f"  {account['userName']:8} {account['password']:14} {account['role'].lower()}")
        _say("Stop with Ctrl-C.")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self.started:
            await self._taking_over.__aexit__(None, None, None)
        await super().shutdown(sockets)


def _say(line: str, to: TextIO | None = None) -> None:
    out = to or sys.stdout
    out.write(line + "\n")
    out.flush()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotListen(
                f"Port {port} is taken; stop what uses it, or choose another one with --port."
            ) from error
        if error.errno == errno.EACCES:
            raise CannotListen(f"No permission to listen on port {port}; choose one above 1023.") from error
        raise CannotListen(f"Cannot listen on {host}: {error.strerror or error}.") from error
    return listening
