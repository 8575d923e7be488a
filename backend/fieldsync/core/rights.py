"""Who acts, and the proof that an action was allowed."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Role(Enum):
    """What a principal may do at all."""

    ADMINISTRATOR = "ADMINISTRATOR"
    USER = "USER"


class Scope(Enum):
    """How far a token reaches; a session reaches as far as its principal."""

    READ = "read"
    ADMIN = "admin"


class Action(Enum):
    """Everything that changes something, as far as rights are concerned."""

    MAPPING_EDIT = "MAPPING_EDIT"
    PROFILE_PUBLISH = "PROFILE_PUBLISH"
    MAILBOX_CONNECT = "MAILBOX_CONNECT"
    MAILBOX_EDIT = "MAILBOX_EDIT"
    RUN_START = "RUN_START"
    RUN_CANCEL = "RUN_CANCEL"
    CONFLICT_RESOLVE = "CONFLICT_RESOLVE"
    ACCOUNT_EDIT = "ACCOUNT_EDIT"
    FILTER_EDIT = "FILTER_EDIT"
    OPT_OUT_EDIT = "OPT_OUT_EDIT"
    RECORD_CREATE = "RECORD_CREATE"
    RECORD_UPDATE = "RECORD_UPDATE"
    RECORD_DELETE = "RECORD_DELETE"
    RECORD_ASSIGN = "RECORD_ASSIGN"
    RECORD_SHARE = "RECORD_SHARE"
    SIGN_IN = "SIGN_IN"
    SYNCHRONIZE = "SYNCHRONIZE"
    ADMINISTER = "ADMINISTER"


@dataclass(frozen=True, slots=True)
class Claim:
    """That the token with this ``digest`` is at the time ``at`` what it was when somebody last looked."""

    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """The authenticated caller; ``name`` says how (a session, a token, the engine, the command line).

    ``session`` is the id of the session behind it, which stays while its secret is renewed. With a ``claim`` it is yet
    to be confirmed: only a statement that finds nothing unless the claim is true may be asked for it.
    """

    name: str
    principal_id: str
    role: Role
    scope: Scope = Scope.ADMIN
    session: str | None = field(default=None, compare=False)
    claim: Claim | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Permit:
    """Proof that ``actor`` may do ``action`` to ``target``; only ``security.gate`` makes one."""

    actor: Actor
    action: Action
    target: str
