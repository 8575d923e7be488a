"""What is in scope for a mailbox: the union of the filters in force, as far as its owner's rights reach.

Several filters add up, those that exclude take away, and without any nothing goes out (F5). A record that was made
from an item is followed even while it matches no filter (F10), as long as it stays its owner's; what is excluded or
opted out never is.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, not_, or_
from sqlalchemy.engine import Connection

from fieldsync.core.filters import as_stored, only_mine, unreadable
from fieldsync.core.incoming import IncomingPolicy, OptOuts
from fieldsync.core.matching import Me, Today
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.filter_sql import predicate
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.repo import incoming_rules, links, opt_outs, records, sync_filters
from fieldsync.db.repo.records import Scope
from fieldsync.db.repo.sync_filters import StoredFilter

LISTED = 500
"""Up to how many ids stand in a query by themselves."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose scope it is, and what that person may read of a kind.

    ``closed`` are columns that are withheld or masked; a filter that asks for one matches nothing, so that nobody
    finds out what they hold by what travels.
    """

    me: Me
    today: Today
    readable: ColumnElement[bool]
    closed: Collection[str]


@dataclass(frozen=True, slots=True)
class InScope:
    """What goes out to a mailbox and what comes in from it, for one kind.

    ``mark`` tells two states of it apart: the first half what goes out, the second what comes in. ``blind`` are the
    filters that match nothing since they ask for columns that are closed to the owner.
    """

    scope: Scope
    incoming: IncomingPolicy
    mark: str
    blind: tuple[tuple[StoredFilter, tuple[str, ...]], ...] = ()


def zone_of(name: str) -> tzinfo:
    """A time zone by its name; UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError):
        return UTC


def me_of(principal_id: str, team_ids: Iterable[str], addresses: Iterable[str], user_name: str = "") -> Me:
    """The owner of a mailbox; a mailbox whose user name is a mail address is reached by it."""
    own = {address.lower() for address in addresses}
    if "@" in user_name:
        own.add(user_name.lower())
    return Me(principal_id, frozenset(team_ids), frozenset(own))


def matched_by(
    kind: RecordKind, filters: Iterable[StoredFilter], viewer: Viewer
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The records that some filter includes, and those that one excludes; rights are not looked at."""
    sighted = [one for one in filters if not unreadable(one.definition, viewer.closed)]
    included = [predicate(kind, one.definition, viewer.me, viewer.today) for one in sighted if not one.excludes]
    excluded = [predicate(kind, one.definition, viewer.me, viewer.today) for one in sighted if one.excludes]
    return or_(false(), *included), or_(false(), *excluded)


def goes_out(kind: RecordKind, filters: Iterable[StoredFilter], viewer: Viewer) -> ColumnElement[bool]:
    """The records that these filters together send to a mailbox, as far as its owner reads them."""
    included, excluded = matched_by(kind, filters, viewer)
    return and_(viewer.readable, included, not_(excluded))


def in_scope(
    connection: Connection,
    mailbox_id: str,
    kind: RecordKind,
    viewer: Viewer,
    columns: Sequence[ColumnElement[Any]],
    others: Callable[[], str],
) -> InScope:
    """What is in scope now. ``others`` tells which records of other owners can be read; asked where that matters."""
    filters = sync_filters.in_force(connection, viewer.me.principal_id, kind)
    out = opt_outs.in_force(connection, mailbox_id, kind)
    rule = incoming_rules.get(connection, kind)
    stored = table_of(RECORD_MODELS[kind])
    included, excluded = matched_by(kind, filters, viewer)
    came_in = links.came_in(connection, mailbox_id, kind, LISTED)
    allowed = and_(viewer.readable, not_(excluded))
    if out.record_ids:
        allowed = and_(allowed, stored.c.id.not_in(sorted(out.record_ids)))
    reached = included
    if came_in is not None:
        reached = or_(included, and_(stored.c.owner_id == viewer.me.principal_id, stored.c.id.in_(came_in)))
    own_only = all(only_mine(one.definition) for one in filters if not one.excludes)
    scope = Scope(kind, viewer.me.principal_id, and_(allowed, reached), columns, included, allowed, own_only)
    mark = _outgoing(filters, viewer, out, "" if own_only else others()) + _incoming(rule, out)
    blind = tuple((one, closed) for one in filters if (closed := unreadable(one.definition, viewer.closed)))
    return InScope(scope, rule.policy(out), mark, blind)


def _digest(parts: object) -> str:
    return blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def _outgoing(filters: Sequence[StoredFilter], viewer: Viewer, out: OptOuts, others: str) -> str:
    """Sixteen characters that differ when other records may be in scope without any of them having changed."""
    relative = any(one.definition.is_relative for one in filters)
    return _digest(
        (
            sorted((one.excludes, repr(as_stored(one.definition))) for one in filters),
            sorted(set(viewer.closed) & {name for one in filters for name in one.definition.attributes}),
            sorted(viewer.me.addresses),
            sorted(viewer.me.team_ids),
            (viewer.today.day, str(viewer.today.zone)) if relative else None,
            sorted(out.record_ids),
            others,
        )
    )


def _incoming(rule: incoming_rules.StoredRule, out: OptOuts) -> str:
    return _digest((rule.mode, rule.category.casefold(), rule.includes_private, sorted(out.uids)))


def note_arrivals(connection: Connection, mailbox_id: str, scope: Scope, record_ids: Collection[str]) -> set[str]:
    """Remember of records just made from items which match no filter; those that are not followed even so."""
    strangers = set(record_ids) - set(records.included_among(connection, scope, sorted(record_ids)))
    if strangers:
        links.note_came_in(connection, mailbox_id, scope.kind, strangers)
    return records.not_allowed_among(connection, scope, record_ids)


def settle_arrivals(connection: Connection, mailbox_id: str, scope: Scope) -> None:
    """Once a record that came in matches a filter, it goes by the filters like any other."""
    came_in = links.came_in(connection, mailbox_id, scope.kind, LISTED)
    if came_in is not None:
        matching = records.included_among(connection, scope, came_in)
        if matching:
            links.settle_came_in(connection, mailbox_id, scope.kind, matching)


def day_of(now: datetime, zone: str) -> Today:
    """The day that relative dates of a mailbox count from."""
    return Today.of(now, zone_of(zone))
