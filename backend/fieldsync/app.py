"""The composition root: everything is made and put together here, and nowhere else."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from fieldsync.api.schema import build_schema
from fieldsync.api.view import GraphQLView
from fieldsync.db.migrate import is_current
from fieldsync.parts import Parts
from fieldsync.security.actors import Actors
from fieldsync.settings import Settings
from fieldsync.web.doors import Doors
from fieldsync.web.guards import BodyLimit, SecurityHeaders
from fieldsync.web.pages import Pages


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
    graphql = GraphQLView(build_schema(settings), services, actors, origins, withheld_errors=settings.withheld_errors)
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
