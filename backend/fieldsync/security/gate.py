"""The only place that says yes or no.

``permit`` answers whether an actor may do something; a yes is the Permit without which no write can be
opened. ``visible`` answers what an actor may see, as a predicate that every read starts from.

The rules of today, two roles: everybody signed in reads profiles and their mappings; administrators
change and publish them, connect and edit mailboxes, and reach all records; a user reaches the mailboxes,
runs and contacts of their own. A token of scope ``read`` changes nothing. What is not yours looks as if
it were not there.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, select, true

from fieldsync.core.rights import Action, Actor, Permit, Role, Scope
from fieldsync.db import tables
from fieldsync.db.columns import table_of
from fieldsync.db.records import Contact
from fieldsync.errors import NotAllowed, NotFound

ENGINE = Actor(name="engine", principal_id="", role=Role.ADMINISTRATOR)
OPERATOR = Actor(name="command line", principal_id="", role=Role.ADMINISTRATOR)
DOOR = Actor(name="sign-in", principal_id="", role=Role.USER)

_ADMINISTRATORS_ONLY = frozenset(
    {
        Action.MAPPING_EDIT,
        Action.PROFILE_PUBLISH,
        Action.MAILBOX_CONNECT,
        Action.MAILBOX_EDIT,
        Action.ADMINISTER,
    }
)
_OWNERS = frozenset(
    {
        Action.ACCOUNT_EDIT,
        Action.RUN_START,
        Action.RUN_CANCEL,
        Action.CONTACT_CREATE,
        Action.CONTACT_UPDATE,
        Action.CONTACT_DELETE,
    }
)


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is aimed at; ``owner_id`` is None for what belongs to the whole organization."""

    id: str
    owner_id: str | None = None


def permit(actor: Actor, action: Action, target: Target) -> Permit:
    """Proof that the actor may do this; raises NotAllowed, or NotFound for what the actor may not even see."""
    if action not in _ADMINISTRATORS_ONLY and action not in _OWNERS:
        raise NotAllowed(f"{action.value} is not for callers of the API.")
    if actor.scope is Scope.READ:
        raise NotAllowed("This token may only read; make one with the scope admin to change something.")
    if actor.role is not Role.ADMINISTRATOR:
        if action in _ADMINISTRATORS_ONLY:
            raise NotAllowed("Only administrators may do this; ask one.")
        if target.owner_id != actor.principal_id:
            raise NotFound
    return Permit(actor, action, target.id)


def may(actor: Actor, action: Action, target: Target) -> bool:
    """Whether ``permit`` would say yes."""
    try:
        permit(actor, action, target)
    except (NotAllowed, NotFound):
        return False
    return True


def visible(actor: Actor, table: Table) -> ColumnElement[bool]:
    """The rows of ``table`` that the actor may see; a table that is not listed here shows nothing."""
    if table not in _OWNED and table not in _SHARED:
        raise LookupError(f"the gate knows no rule for {table.name}")
    if actor.role is Role.ADMINISTRATOR or table in _SHARED:
        return true()
    return _OWNED[table](actor.principal_id)


def sees_everybody(actor: Actor) -> bool:
    """Whether the actor may ask what holds for other principals."""
    return actor.role is Role.ADMINISTRATOR


def synchronize(mailbox_id: str) -> Permit:
    """For the engine's own writes of a run of this mailbox."""
    return Permit(ENGINE, Action.SYNCHRONIZE, mailbox_id)


def administer(what: str) -> Permit:
    """For whoever runs our commands on the machine: seeding, tokens."""
    return Permit(OPERATOR, Action.ADMINISTER, what)


def sign_in(principal_id: str) -> Permit:
    """For opening and closing sessions, once the password or the cookie has been checked."""
    return Permit(DOOR, Action.SIGN_IN, principal_id)


def command_line(principal_id: str) -> Actor:
    """Whoever runs our commands on the machine, acting for this principal."""
    return Actor(name="command line", principal_id=principal_id, role=Role.ADMINISTRATOR)


def _own_mailboxes(principal_id: str):
    mailbox = table_of(tables.Mailbox)
    return select(mailbox.c.id).where(mailbox.c.principal_id == principal_id)


_OWNED = {
    table_of(Contact): lambda who: table_of(Contact).c.owner_id == who,
    table_of(tables.Mailbox): lambda who: table_of(tables.Mailbox).c.principal_id == who,
    table_of(tables.Run): lambda who: table_of(tables.Run).c.mailbox_id.in_(_own_mailboxes(who)),
}
_SHARED = frozenset({table_of(tables.Profile), table_of(tables.Principal)})
