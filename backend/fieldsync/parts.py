"""What one process is made of, put together in one place; the web is not part of it."""

import logging
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from fieldsync.clock import Clock, SystemClock
from fieldsync.db.database import Database
from fieldsync.engine.connect import check_mailbox
from fieldsync.engine.patience import Patience
from fieldsync.engine.runner import Runner
from fieldsync.engine.scheduler import Scheduler
from fieldsync.events.bell import Bell
from fieldsync.security.secrets import SecretBox
from fieldsync.security.sessions import SessionRules
from fieldsync.services.bundle import Services
from fieldsync.services.mailboxes import CheckMailbox
from fieldsync.settings import Settings

if TYPE_CHECKING:
    from fieldsync.services.external_sign_in import ExternalSignIn


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
    scheduler: Scheduler

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
        runner = Runner(database, bell, box, clock, patience=Patience())
        scheduler = Scheduler(database, bell, runner, clock)
        services = Services.build(
            database=database,
            bell=bell,
            box=box,
            clock=clock,
            runner=runner,
            check_mailbox=check,
            session_rules=session_rules(settings),
        )
        return cls(settings, database, bell, box, clock, runner, services, scheduler)


def session_rules(settings: Settings) -> SessionRules:
    """How long sessions live, by the settings."""
    return SessionRules(
        length=timedelta(hours=settings.session_hours), idle=timedelta(hours=settings.session_idle_hours)
    )


def external_sign_in(parts: Parts) -> "ExternalSignIn | None":
    """Signing in with the provider of the settings; None if they name none."""
    settings = parts.settings
    if settings.oidc_issuer is None:
        return None
    # Loading what it takes costs a third of a second: only who signs people in pays for it, no command does.
    from fieldsync.security.provider import Client, Provider
    from fieldsync.services.external_sign_in import ExternalSignIn

    secret = settings.oidc_client_secret
    client = Client(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        secret=secret.get_secret_value() if secret is not None and secret.get_secret_value() else None,
        scopes=settings.oidc_scopes,
    )
    return ExternalSignIn(
        parts.database,
        parts.clock,
        parts.box,
        parts.services.sign_in,
        Provider(client, parts.clock),
        groups_claim=settings.oidc_groups_claim,
        create_users=settings.oidc_create_users,
    )


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
