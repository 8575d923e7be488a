"""The composition root: everything is made and put together here, and nowhere else."""

import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from fieldsync.api.schema import build_schema
from fieldsync.api.view import GraphQLView
from fieldsync.clock import Clock, SystemClock
from fieldsync.db.database import Database
from fieldsync.db.migrate import is_current
from fieldsync.engine.connect import check_mailbox
from fieldsync.engine.runner import Runner
from fieldsync.events.bell import Bell
from fieldsync.security.actors import Actors
from fieldsync.security.secrets import SecretBox
from fieldsync.services.bundle import Services
from fieldsync.services.mailboxes import CheckMailbox
from fieldsync.settings import Settings
from fieldsync.web.doors import Doors
from fieldsync.web.guards import BodyLimit, SecurityHeaders
from fieldsync.web.pages import Pages


@dataclass(frozen=True, slots=True)
class Parts:
    """What one process is made of."""

    settings: Settings
    database: Database
    bell: Bell
    box: SecretBox
    clock: Clock
    runner: Runner
    services: Services

    @classmethod
    def assemble(
        cls,
        settings: Settings,
        *,
        database: Database | None = None,
        clock: Clock | None = None,
        check: CheckMailbox = check_mailbox,
    ) -> "Parts":
        """Put the parts together; nothing is started and the database is not asked yet."""
        database = database or Database(settings.database)
        bell, box, clock = Bell(), SecretBox(settings.key()), clock or SystemClock()
        runner = Runner(database, bell, box, clock)
        services = Services.build(
            database=database,
            bell=bell,
            box=box,
            clock=clock,
            runner=runner,
            check_mailbox=check,
            session_length=timedelta(hours=settings.session_hours),
        )
        return cls(settings, database, bell, box, clock, runner, services)


def create_app(settings: Settings | None = None, parts: Parts | None = None) -> Starlette:
    """The whole product as an ASGI application; its database must be migrated."""
    parts = parts or Parts.assemble(settings or Settings())
    settings, services = parts.settings, parts.services
    origins = frozenset(settings.allowed_origins)
    actors = Actors(parts.database, parts.clock)
    doors = Doors(
        services,
        is_migrated=lambda: is_current(parts.database.url),
        allowed_origins=origins,
        secure_cookies=settings.secure_cookies,
        demo_accounts=_demo_accounts(settings),
    )
    graphql = GraphQLView(build_schema(settings), services, actors, origins)
    return Starlette(
        routes=[
            Route("/graphql", graphql),
            WebSocketRoute("/graphql", graphql),
            Route("/session", doors.session, methods=["POST", "DELETE"]),
            Route("/demo-accounts", doors.demo_accounts),
            Route("/healthz", doors.health),
            Route("/{path:path}", Pages().answer),
        ],
        middleware=[Middleware(SecurityHeaders), Middleware(BodyLimit, limit=settings.max_body_bytes)],
        lifespan=lambda _: _lifespan(parts),
    )


@asynccontextmanager
async def _lifespan(parts: Parts) -> AsyncIterator[None]:
    mail_server = None
    if parts.settings.demo:
        from fieldsync.demo.seed import seed_records, start_mail_server

        # Blocking on purpose: nothing is served yet, and the mail server ends with the thread that starts it.
        seed_records(parts.database)
        mail_server = start_mail_server(parts.settings.data, parts.database, parts.box)
    try:
        await parts.runner.recover()
        # What lives from here on is short-lived; the rest need not be looked at by every collection.
        gc.collect()
        gc.freeze()
        yield
    finally:
        await parts.runner.close()
        if mail_server is not None:
            mail_server.stop()
        parts.database.close()


def _demo_accounts(settings: Settings) -> list[dict[str, str]]:
    if not settings.demo:
        return []
    from fieldsync.demo.info import accounts

    return accounts()


def configure_logging(level: int = logging.INFO) -> None:
    """Structured lines on standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
