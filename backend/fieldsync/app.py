"""The composition root: everything is made and put together here, and nowhere else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from fieldsync.api.admission import CostAdmission
from fieldsync.api.answering import Answers
from fieldsync.api.live import Live
from fieldsync.api.rates import Rates
from fieldsync.api.reference import Reference
from fieldsync.api.schema import build_schema, render
from fieldsync.api.serving import Serving, Times
from fieldsync.api.trusted import TrustedDocuments
from fieldsync.api.view import GraphQLView
from fieldsync.collecting import short_collections
from fieldsync.db.migrate import is_current
from fieldsync.parts import Parts, external_sign_in, session_rules
from fieldsync.security.actors import Actors
from fieldsync.services.external_sign_in import ExternalSignIn
from fieldsync.settings import Settings
from fieldsync.web.doors import Doors
from fieldsync.web.exports import Exports
from fieldsync.web.external_doors import ExternalDoors
from fieldsync.web.guards import BodyLimit, SecurityHeaders
from fieldsync.web.pages import STATIC, Pages
from fieldsync.web.shortcut import Shortcut


def create_app(settings: Settings | None = None, parts: Parts | None = None) -> ASGIApp:
    """The whole product as an ASGI application; its database must be migrated."""
    parts = parts or Parts.assemble(settings or Settings())
    settings, services = parts.settings, parts.services
    origins = frozenset(settings.allowed_origins)
    actors = Actors(parts.database, parts.clock, session_rules(settings))
    external = external_sign_in(parts)
    doors = Doors(
        services,
        is_migrated=lambda: is_current(parts.database.url),
        allowed_origins=origins,
        secure_cookies=settings.secure_cookies,
        demo_accounts=_demo_accounts(settings),
        provider_name=settings.oidc_name if external else None,
    )
    graphql, pages = _graphql(parts, actors, origins), Pages()
    exports = Exports(services.contacts, actors, origins)
    others = Starlette(
        routes=[
            Route("/session", doors.session, methods=["POST", "DELETE"]),
            Route("/session/refresh", doors.refresh, methods=["POST"]),
            Route("/demo-accounts", doors.demo_accounts),
            Route("/export/contacts.csv", exports.contacts),
            Route("/sign-in-options", doors.sign_in_options),
            *_external_routes(external, settings),
            Route("/healthz", doors.health),
            *([Route("/reference", Reference(render).answer)] if settings.introspection else []),
            *([Route("/graphiql", pages.graphiql)] if settings.graphiql else []),
            Route("/{path:path}", pages.answer),
        ],
        lifespan=lambda _: _lifespan(parts, actors),
    )
    return SecurityHeaders(BodyLimit(Shortcut("/graphql", graphql, others), settings.max_body_bytes))


@asynccontextmanager
async def _lifespan(parts: Parts, actors: Actors) -> AsyncIterator[None]:
    mail_server = None
    if parts.settings.demo:
        from fieldsync.demo.seed import seed_records, start_mail_server

        # Blocking on purpose: nothing is served yet, and the mail server ends with the thread that starts it.
        seed_records(parts.database)
        mail_server = start_mail_server(parts.settings.data, parts.database, parts.box)
    try:
        await parts.runner.recover()
        parts.scheduler.start()
        with short_collections():
            yield
    finally:
        await parts.scheduler.close()
        await parts.runner.close()
        await actors.settle()
        if mail_server is not None:
            mail_server.stop()
        parts.database.close()


def _graphql(parts: Parts, actors: Actors, origins: frozenset[str]) -> GraphQLView:
    settings, schema = parts.settings, build_schema(parts.settings)
    rates = Rates(settings.rate_points_per_minute) if settings.rate_points_per_minute else None
    admission = CostAdmission(
        schema.core, max_cost=settings.max_cost, max_list_items=settings.max_list_items, rates=rates
    )
    answers = Answers(schema, admission, seconds=settings.operation_seconds)
    documents = TrustedDocuments.built_with(STATIC / "documents.json", only=settings.trusted_documents_only)
    serving = Serving(
        answers,
        parts.services,
        actors,
        documents,
        origins,
        withheld_errors=settings.withheld_errors,
        times=Times(settings.live_init_seconds, settings.live_write_seconds, settings.live_quiet_seconds),
    )
    return GraphQLView(serving, Live(serving), page="/graphiql" if settings.graphiql else None)


def _external_routes(external: ExternalSignIn | None, settings: Settings) -> list[Route]:
    if external is None:
        return []
    doors = ExternalDoors(external, public_url=settings.public_url, secure_cookies=settings.secure_cookies)
    return [Route("/oidc/start", doors.start), Route("/oidc/callback", doors.callback)]


def _demo_accounts(settings: Settings) -> list[dict[str, str]]:
    if not settings.demo:
        return []
    from fieldsync.demo.info import accounts

    return accounts()
