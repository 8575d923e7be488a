"""The only place that says yes or no.

``permit`` answers whether an actor may do something; a yes is the Permit without which no write can be
opened. ``visible`` answers what an actor may see of mailboxes, runs and profiles, as a predicate that every
read starts from; ``sight`` answers it for CRM records, by roles, ownership, shares and secured columns.

Everybody signed in reads profiles and their mappings; administrators change and publish them, connect and
edit mailboxes and rights, and reach everything; a user reaches the mailboxes, runs and filters of their own, and the
records that the rights model opens. A token of scope ``read`` changes nothing. What one may not see looks as
if it were not there.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Table, or_, select, true
from sqlalchemy.engine import Connection, Engine

from fieldsync.core.access import Mask, RecordFacts, Standing
from fieldsync.core.privileges import Privilege
from fieldsync.core.rights import Action, Actor, Permit, Role, Scope
from fieldsync.core.values import RecordKind
from fieldsync.db import sync_tables, tables
from fieldsync.db.columns import table_of
from fieldsync.db.database import Database
from fieldsync.db.repo import standing as standing_rows
from fieldsync.errors import NotAllowed, NotFound
from fieldsync.security.sight import Sight

ENGINE = Actor(name="engine", principal_id="", role=Role.ADMINISTRATOR)
OPERATOR = Actor(name="command line", principal_id="", role=Role.ADMINISTRATOR)
DOOR = Actor(name="sign-in", principal_id="", role=Role.USER)
STANDINGS_KEPT = 2_000

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
        Action.FILTER_EDIT,
        Action.OPT_OUT_EDIT,
        Action.RUN_START,
        Action.RUN_CANCEL,
        Action.CONFLICT_RESOLVE,
    }
)
_RECORDS = {
    Action.RECORD_CREATE: Privilege.CREATE,
    Action.RECORD_UPDATE: Privilege.WRITE,
    Action.RECORD_DELETE: Privilege.DELETE,
    Action.RECORD_ASSIGN: Privilege.ASSIGN,
    Action.RECORD_SHARE: Privilege.SHARE,
}


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is aimed at; ``owner_id`` is None for what belongs to the whole organization."""

    id: str
    owner_id: str | None = None


def permit(actor: Actor, action: Action, target: Target) -> Permit:
    """Proof that the actor may do this; raises NotAllowed, or NotFound for what the actor may not even see."""
    _check_confirmed(actor)
    if action not in _ADMINISTRATORS_ONLY and action not in _OWNERS:
        raise NotAllowed(f"{action.value} is not for callers of the API.")
    _check_scope(actor)
    if actor.role is not Role.ADMINISTRATOR:
        if action in _ADMINISTRATORS_ONLY:
            raise NotAllowed("Only administrators may do this; ask one.")
        if target.owner_id != actor.principal_id:
            raise NotFound
    return Permit(actor, action, target.id)


def permit_records(sight: Sight, action: Action, kind: RecordKind, record_id: str = "") -> Permit:
    """Proof that the actor holds the privilege behind an action on records of a kind.

    Which records it reaches is decided where the record is read: by ``Sight.records`` within the same write, or for
    a new one by ``may_own``. Raises NotAllowed.
    """
    _check_scope(sight.actor)
    privilege = _RECORDS[action]
    if not sight.may(kind, privilege):
        word = privilege.value.lower()
        raise NotAllowed(f"No security role of yours allows to {word} such records; ask an administrator.")
    return Permit(sight.actor, action, record_id)


def may_own(sight: Sight, kind: RecordKind, owner_id: str, unit_id: str) -> bool:
    """Whether the actor may make a record of this owner."""
    prospect = RecordFacts("", owner_id, unit_id)
    return sight.reach(kind, Privilege.CREATE).way(prospect, Privilege.CREATE) is not None


def may(actor: Actor, action: Action, target: Target) -> bool:
    """Whether ``permit`` would say yes."""
    try:
        permit(actor, action, target)
    except (NotAllowed, NotFound):
        return False
    return True


def sight(connection: Connection, actor: Actor) -> Sight:
    """What the actor may see of records, as the rights are now."""
    _check_confirmed(actor)
    if not actor.principal_id:
        # The engine and the command line act for nobody in particular.
        return Sight(actor, Standing("", administrator=actor.role is Role.ADMINISTRATOR))
    standing, cache = _kept(connection, actor.principal_id)
    return Sight(actor, standing, cache)


def kept_sight(database: Database, actor: Actor) -> Sight | None:
    """What the actor might see of records when somebody last looked, or None; it costs no statement.

    The actor may be one whose claim is yet to be confirmed. Only for what it selects
    ``while_unchanged``, which finds nothing if that is not how it is.
    """
    kept = _standings.get(database.reading, {}).get(actor.principal_id) if actor.principal_id else None
    return None if kept is None else Sight(actor, *kept)


def sight_of(connection: Connection, principal_id: str) -> Sight:
    """What a principal may see of records, for the engine, which acts as the owner of a mailbox."""
    return _as_owner(*_kept(connection, principal_id))


def kept_sight_of(database: Database, principal_id: str, version: int) -> Sight | None:
    """``sight_of``, if it is kept as of this version of the rights; it costs no statement."""
    kept = _standings.get(database.reading, {}).get(principal_id)
    return None if kept is None or kept[0].version != version else _as_owner(*kept)


def _as_owner(found: Standing, cache: dict[Any, Any]) -> Sight:
    role = Role.ADMINISTRATOR if found.administrator else Role.USER
    return Sight(Actor("engine", found.principal_id, role), found, cache)


def masks_of(connection: Connection, principal_ids: Collection[str]) -> Callable[[str, RecordKind], Mask]:
    """The field masks of many principals, by principal and kind, from a number of statements that does not grow."""
    version = standing_rows.rights_version(connection)
    # The manager hierarchy is left out: it opens records and no columns.
    found = standing_rows.load_many(connection, principal_ids, version)

    def mask(principal_id: str, kind: RecordKind) -> Mask:
        one = found.get(principal_id) or Standing(principal_id, version=version)
        role = Role.ADMINISTRATOR if one.administrator else Role.USER
        return Sight(Actor("engine", principal_id, role), one, {}).mask(kind)

    return mask


def standing(connection: Connection, principal_id: str) -> Standing:
    """What somebody's rights depend on, as they are now; an unknown or disabled principal has none."""
    return _kept(connection, principal_id)[0]


_standings: WeakKeyDictionary[Engine, dict[str, tuple[Standing, dict[Any, Any]]]] = WeakKeyDictionary()


def _kept(connection: Connection, principal_id: str) -> tuple[Standing, dict[Any, Any]]:
    """The standing with what was derived from it, kept for as long as nobody changes any rights."""
    kept = _standings.setdefault(connection.engine, {})
    version = standing_rows.rights_version(connection)
    found = kept.get(principal_id)
    if found is None or found[0].version != version:
        loaded = standing_rows.load(connection, principal_id) or Standing(principal_id, version=version)
        found = (loaded, {})
        if len(kept) >= STANDINGS_KEPT:
            kept.clear()
        kept[principal_id] = found
    return found


def visible(actor: Actor, table: Table) -> ColumnElement[bool]:
    """The rows of ``table`` that the actor may see; a table that is not listed here shows nothing.

    CRM records are not: what shows of them is for ``sight`` to say.
    """
    _check_confirmed(actor)
    if table not in _OWNED and table not in _SHARED:
        raise LookupError(f"the gate knows no rule for {table.name}")
    if actor.role is Role.ADMINISTRATOR or table in _SHARED:
        return true()
    return _OWNED[table](actor.principal_id)


def sees_everybody(actor: Actor) -> bool:
    """Whether the actor may ask what holds for other principals."""
    _check_confirmed(actor)
    return actor.role is Role.ADMINISTRATOR


def administrators_only(actor: Actor) -> None:
    """For what only administrators may read; raises NotAllowed."""
    _check_confirmed(actor)
    if actor.role is not Role.ADMINISTRATOR:
        raise NotAllowed("Only administrators may see this; ask one.")


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


class Unconfirmed(Exception):
    """Nothing is decided for an actor with a claim; whoever brought that one looks it up and asks again."""


def _check_confirmed(actor: Actor) -> None:
    if actor.claim is not None:
        raise Unconfirmed


def _check_scope(actor: Actor) -> None:
    if actor.scope is Scope.READ:
        raise NotAllowed("This token may only read; make one with the scope admin to change something.")


def _own_mailboxes(principal_id: str):
    mailbox = table_of(tables.Mailbox)
    return select(mailbox.c.id).where(mailbox.c.principal_id == principal_id)


def _of_own_mailboxes(table: Table):
    """Rows that belong to a mailbox."""
    return lambda who: table.c.mailbox_id.in_(_own_mailboxes(who))


_filter = table_of(sync_tables.SyncFilter)
_OWNED: Mapping[Table, Any] = {
    table_of(tables.Mailbox): lambda who: table_of(tables.Mailbox).c.principal_id == who,
    **{
        table_of(model): _of_own_mailboxes(table_of(model))
        for model in (
            tables.Run,
            tables.LostValue,
            sync_tables.DeadLetter,
            sync_tables.ConflictRow,
            sync_tables.HeldDeletion,
            sync_tables.Quarantined,
            sync_tables.MatchReview,
            sync_tables.JournalEntry,
            sync_tables.OptOut,
        )
    },
    # Filters of the organization decide for everybody; templates are for administrators.
    _filter: lambda who: or_(
        _filter.c.scope == "ORGANIZATION", (_filter.c.scope == "USER") & (_filter.c.principal_id == who)
    ),
}
_SHARED = frozenset({table_of(tables.Profile), table_of(tables.Principal)})
