"""All use cases, wired once."""

from dataclasses import dataclass
from datetime import timedelta

from fieldsync.clock import Clock
from fieldsync.db.database import Database
from fieldsync.events.bell import Bell
from fieldsync.security.secrets import SecretBox
from fieldsync.services.contacts import Contacts
from fieldsync.services.effective import EffectiveDirections
from fieldsync.services.mailboxes import CheckMailbox, Mailboxes
from fieldsync.services.principals import Principals
from fieldsync.services.profiles import Profiles
from fieldsync.services.record_rights import RecordRights
from fieldsync.services.runs import RunnerPort, Runs
from fieldsync.services.sign_in import SignIn


@dataclass(frozen=True, slots=True)
class Services:
    """One instance of each service, shared by all requests."""

    profiles: Profiles
    effective: EffectiveDirections
    mailboxes: Mailboxes
    contacts: Contacts
    record_rights: RecordRights
    runs: Runs
    principals: Principals
    sign_in: SignIn
    bell: Bell

    @classmethod
    def build(
        cls,
        *,
        database: Database,
        bell: Bell,
        box: SecretBox,
        clock: Clock,
        runner: RunnerPort,
        check_mailbox: CheckMailbox,
        session_length: timedelta = timedelta(hours=12),
    ) -> "Services":
        return cls(
            profiles=Profiles(database, bell, clock),
            effective=EffectiveDirections(database),
            mailboxes=Mailboxes(database, box, clock, check_mailbox),
            contacts=Contacts(database, clock),
            record_rights=RecordRights(database, clock),
            runs=Runs(database, bell, clock, box, runner),
            principals=Principals(database),
            sign_in=SignIn(database, clock, session_length),
            bell=bell,
        )
