"""What one process is made of, put together in one place; the web is not part of it."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from fieldsync.clock import Clock, SystemClock
from fieldsync.db.database import Database
from fieldsync.engine.connect import check_mailbox
from fieldsync.engine.patience import Patience
from fieldsync.engine.runner import Runner
from fieldsync.engine.scheduler import Scheduler
from fieldsync.events.bell import Bell
from fieldsync.security.secrets import SecretBox
from fieldsync.security.sessions import SessionRules
from fieldsync.settings import Settings

if TYPE_CHECKING:
    from fieldsync.services.bundle import Services
    from fieldsync.services.external_sign_in import ExternalSignIn
    from fieldsync.services.mailboxes import CheckMailbox


@dataclass(frozen=True)
class Parts:
    """What one process is made of."""

    settings: Settings
    database: Database
    bell: Bell
    box: SecretBox
    clock: Clock
    runner: Runner
    scheduler: Scheduler
    check: "CheckMailbox"

    @classmethod
    def assemble(
        cls,
        settings: Settings,
        *,
        database: Database | None = None,
        clock: Clock | None = None,
        check: "CheckMailbox" = check_mailbox,
    ) -> "Parts":
        """Put the parts together; nothing is started and the database is not asked yet."""
        database = database or Database(settings.database)
        bell, box, clock = Bell(), SecretBox(settings.key()), clock or SystemClock()
        runner = Runner(database, bell, box, clock, patience=Patience())
        scheduler = Scheduler(database, bell, runner, clock)
        return cls(settings, database, bell, box, clock, runner, scheduler, check)

    @cached_property
    def services(self) -> "Services":
        """All use cases. Loading them takes a tenth of a command's start: only who serves asks for them."""
        from fieldsync.services.bundle import Services

        return Services.build(
            database=self.database,
            bell=self.bell,
            box=self.box,
            clock=self.clock,
            runner=self.runner,
            check_mailbox=self.check,
            session_rules=session_rules(self.settings),
        )


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
