"""All use cases, wired once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from fieldsync.clock import Clock
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Database
from fieldsync.engine.connect import find_collections
from fieldsync.events.bell import Bell
from fieldsync.events.hubs import Hubs
from fieldsync.security.secrets import SecretBox
from fieldsync.security.sessions import SessionRules
from fieldsync.services.activity_values import ACTIVITY_KINDS, ActivityRules
from fieldsync.services.audit import Audit
from fieldsync.services.columns import Columns
from fieldsync.services.conflicts import Conflicts
from fieldsync.services.contact_values import ContactRules
from fieldsync.services.dead_letters import DeadLetters
from fieldsync.services.deletions import Deletions
from fieldsync.services.effective import EffectiveDirections
from fieldsync.services.field_profiles import FieldProfiles
from fieldsync.services.filter_templates import FilterTemplates
from fieldsync.services.held import HeldDeletions
from fieldsync.services.history import History
from fieldsync.services.incoming import IncomingRules
from fieldsync.services.mailboxes import CheckMailbox, FindCollections, Mailboxes
from fieldsync.services.match_reviews import MatchReviews
from fieldsync.services.members import Members
from fieldsync.services.opt_outs import OptOuts
from fieldsync.services.principals import Principals
from fieldsync.services.profile_setup import ProfileSetup
from fieldsync.services.profiles import Profiles
from fieldsync.services.quarantine import Quarantine
from fieldsync.services.record_rights import RecordRights
from fieldsync.services.records import Records
from fieldsync.services.roles import SecurityRoles
from fieldsync.services.runs import RunnerPort, Runs
from fieldsync.services.scope_check import ScopeChecks
from fieldsync.services.security_settings import SecuritySettings
from fieldsync.services.sign_in import SignIn
from fieldsync.services.sync_filters import SyncFilters
from fieldsync.services.sync_settings import SyncSettings
from fieldsync.services.teams import Teams
from fieldsync.services.tokens import Tokens
from fieldsync.services.undo import Previews, Undo
from fieldsync.services.units import BusinessUnits
from fieldsync.services.users import Users


class EnginePort(RunnerPort, Previews, Protocol):
    """What the services need of the engine."""


@dataclass(frozen=True, slots=True)
class Services:
    """One instance of each service, shared by all requests."""

    profiles: Profiles
    profile_setup: ProfileSetup
    effective: EffectiveDirections
    mailboxes: Mailboxes
    dead_letters: DeadLetters
    match_reviews: MatchReviews
    contacts: Records
    activities: Mapping[RecordKind, Records]
    record_rights: RecordRights
    runs: Runs
    undo: Undo
    conflicts: Conflicts
    history: History
    principals: Principals
    units: BusinessUnits
    users: Users
    teams: Teams
    members: Members
    roles: SecurityRoles
    field_profiles: FieldProfiles
    columns: Columns
    security_settings: SecuritySettings
    sync_settings: SyncSettings
    deletions: Deletions
    held: HeldDeletions
    quarantine: Quarantine
    sync_filters: SyncFilters
    filter_templates: FilterTemplates
    incoming_rules: IncomingRules
    opt_outs: OptOuts
    scope_checks: ScopeChecks
    audit: Audit
    sign_in: SignIn
    tokens: Tokens
    bell: Bell

    def records(self, kind: RecordKind) -> Records:
        """The service of the records of a kind."""
        return self.contacts if kind is RecordKind.CONTACT else self.activities[kind]

    @classmethod
    def build(
        cls,
        *,
        database: Database,
        bell: Bell,
        box: SecretBox,
        clock: Clock,
        runner: EnginePort,
        check_mailbox: CheckMailbox,
        find_collections: FindCollections = find_collections,
        session_rules: SessionRules | None = None,
    ) -> "Services":
        hubs = Hubs(database, bell)
        runs = Runs(database, bell, clock, runner, hubs)
        return cls(
            profiles=Profiles(database, bell, clock, hubs),
            profile_setup=ProfileSetup(database, bell, clock),
            effective=EffectiveDirections(database),
            mailboxes=Mailboxes(database, bell, box, clock, check_mailbox, find_collections),
            dead_letters=DeadLetters(database, bell, clock),
            match_reviews=MatchReviews(database, bell, clock),
            contacts=Records(database, clock, ContactRules()),
            activities={kind: Records(database, clock, ActivityRules(kind)) for kind in ACTIVITY_KINDS},
            record_rights=RecordRights(database, clock),
            runs=runs,
            undo=Undo(database, clock, runs, runner),
            conflicts=Conflicts(database, clock, box, runs),
            history=History(database, clock, box, runs),
            principals=Principals(database),
            units=BusinessUnits(database, clock),
            users=Users(database, clock),
            teams=Teams(database, clock),
            members=Members(database),
            roles=SecurityRoles(database, clock),
            field_profiles=FieldProfiles(database, clock),
            columns=Columns(database, clock),
            security_settings=SecuritySettings(database, clock),
            sync_settings=SyncSettings(database, clock),
            deletions=Deletions(database, clock),
            held=HeldDeletions(database, clock, runs),
            quarantine=Quarantine(database, clock, runs),
            sync_filters=SyncFilters(database, clock),
            filter_templates=FilterTemplates(database, clock),
            incoming_rules=IncomingRules(database, clock),
            opt_outs=OptOuts(database, clock),
            scope_checks=ScopeChecks(database, clock),
            audit=Audit(database),
            sign_in=SignIn(database, clock, session_rules),
            tokens=Tokens(database, clock),
            bell=bell,
        )
