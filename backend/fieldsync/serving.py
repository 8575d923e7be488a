"""The two commands that take a while: serving, and one synchronization in the foreground."""

import asyncio
import contextlib
import errno
import socket
import sys
from typing import Any, TextIO

import uvicorn

from fieldsync.app import Parts, configure_logging, create_app
from fieldsync.core.runs import EventType, RunMode, RunState
from fieldsync.db.repo.run_events import StoredEvent
from fieldsync.errors import FieldsyncError, NotFound
from fieldsync.events.log import follow
from fieldsync.ids import raw_id
from fieldsync.security import gate
from fieldsync.settings import Settings

LAST_WORDS = 5.0


class CannotListen(FieldsyncError):
    """The address cannot be listened on."""


def serve(settings: Settings) -> int:
    """Serve until interrupted or terminated."""
    configure_logging()
    listening = _listen(settings.host, settings.port)
    port = listening.getsockname()[1]
    url = f"http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{port}"
    server = _Server(
        uvicorn.Config(
            create_app(settings),
            log_level="warning",
            access_log=False,
            ws="websockets-sansio",
            timeout_graceful_shutdown=3,
            server_header=False,
        ),
        settings,
        url,
    )
    # uvicorn raises the signal again once it is down; that is how Ctrl-C gets here.
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    return 0 if server.started else 1


class _Server(uvicorn.Server):
    """Says where it serves once it does."""

    def __init__(self, config: uvicorn.Config, settings: Settings, url: str) -> None:
        super().__init__(config)
        self._settings = settings
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        _say(f"Fieldsync serves {self._url}")
        if self._settings.demo:
            from fieldsync.demo.info import accounts, remember_address

            remember_address(self._settings.data, self._url)
            _say("Sign in with one of the demo's accounts (user name, password):")
            for account in accounts():
                _say(f"  {account['userName']:8} {account['password']:14} {account['role'].lower()}")
        _say("Stop with Ctrl-C.")


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


async def synchronize(settings: Settings, text: str, *, preview: bool) -> int:
    """Run one mailbox to its end; progress on standard error, the summary on standard output."""
    configure_logging()
    parts = Parts.assemble(settings)
    try:
        mailbox = await _mailbox(parts, text)
        mode = RunMode.PREVIEW if preview else RunMode.APPLY
        actor = gate.command_line(mailbox.principal_id)
        (run,) = await parts.services.runs.queue(actor, [mailbox.id], mode=mode)
        telling = asyncio.create_task(_tell(parts, run.id))
        await parts.runner.run(run.id)
        # A run that lost its mailbox to another process ends here without a last event.
        done, _ = await asyncio.wait([telling], timeout=LAST_WORDS)
        problems = telling.result() if done else 0
        telling.cancel()
        ended = await parts.services.runs.get(actor, run.id)
        _say(_summary(mailbox.name, ended, problems))
        return 0 if ended.state == RunState.SUCCEEDED.value and not problems else 1
    finally:
        await parts.runner.close()
        parts.database.close()


async def _tell(parts: Parts, run_id: str) -> int:
    """Print each event as it happens, to the run's end; the number of problems."""
    problems = 0
    async for event in follow(parts.database, parts.bell, run_id):
        problems += event.body["type"] == EventType.PROBLEM.value
        _say(_line(event), sys.stderr)
    return problems


async def _mailbox(parts: Parts, text: str) -> Any:
    wanted = raw_id("mailbox", text) if text.startswith("mailbox:") else text
    found = await parts.services.mailboxes.find(gate.OPERATOR, wanted)
    if not found:
        raise NotFound(f"There is no mailbox {text!r}; name it, its id, or its owner's user name.")
    if len(found) > 1:
        names = ", ".join(f"{row.name} (mailbox:{row.id})" for row in found)
        raise NotFound(f"{text!r} may mean several mailboxes: {names}.")
    return found[0]


def _line(event: StoredEvent) -> str:
    body = event.body
    problem = body.get("problem")
    if not problem:
        return f"{event.seq:4}  {body['message']}"
    about = f" ({problem['subject']})" if problem.get("subject") else ""
    return f"{event.seq:4}  {problem['code']}: {problem['message']}{about} {problem['remedy']}"


def _summary(name: str, run: Any, problems: int) -> str:
    done = (
        ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in run.counts.items() if count) or "nothing to do"
    )
    said = f"{name}: {run.state.lower()}, {done}; {run.requests} requests, {problems} problems"
    return f"{said}. {run.error_message} {run.error_remedy}" if run.error_message else said
