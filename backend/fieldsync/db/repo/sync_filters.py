"""Filters as they are stored: of users, of the organization, and templates, which are copied to users."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.filters import Group, as_stored, from_stored
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.repo.list_query import Condition, Operator, Some, listing
from fieldsync.db.rights import TeamMember
from fieldsync.db.sync_tables import SyncFilter
from fieldsync.db.tables import Mailbox
from fieldsync.ids import new_id

table = table_of(SyncFilter)
LISTING = listing("syncFilters", table)
_mailbox = table_of(Mailbox)
_member = table_of(TeamMember)


class FilterScope(Enum):
    """Whose a filter is: a user's, everybody's, or a template that users get a copy of."""

    USER = "USER"
    ORGANIZATION = "ORGANIZATION"
    TEMPLATE = "TEMPLATE"


@dataclass(frozen=True, slots=True)
class StoredFilter:
    """A filter. ``principal_id`` is the user it belongs to; of a template, the team that it is for, None for everybody.

    A copy knows its template and the revision it was copied at.
    """

    id: str
    scope: FilterScope
    principal_id: str | None
    kind: RecordKind
    name: str
    is_active: bool
    excludes: bool
    definition: Group
    template_id: str | None
    template_revision: int | None
    revision: int
    changed_at: datetime


def stored(row: Any) -> StoredFilter:
    """A filter from its row."""
    return StoredFilter(
        row.id,
        FilterScope(row.scope),
        row.principal_id,
        RecordKind(row.kind),
        row.name,
        row.is_active,
        row.excludes,
        from_stored(row.definition),
        row.template_id,
        row.template_revision,
        row.revision,
        row.changed_at,
    )


def _listed(connection: Connection, *conditions: ColumnElement[bool]) -> list[StoredFilter]:
    return [stored(row) for row in connection.execute(select(table).where(*conditions).order_by(table.c.id))]


def listed(visible: ColumnElement[bool]) -> Select[Any]:
    """Filters that may be seen."""
    return select(table).where(visible)


def concerning(principal_id: str) -> Some:
    """What belongs to a principal, and what is the organization's."""
    own = Condition("principal_id", Operator.EQUALS, principal_id)
    return Some((own, Condition("scope", Operator.EQUALS, FilterScope.ORGANIZATION.value)))


def find(
    connection: Connection, visible: ColumnElement[bool], filter_id: str, *, lock: bool = False
) -> StoredFilter | None:
    wanted = select(table).where(visible, table.c.id == filter_id)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return None if row is None else stored(row)


# Built once: runs ask this for every kind, and building costs more than asking.
_in_force = (
    select(table)
    .where(
        table.c.kind == bindparam("kind"),
        table.c.is_active,
        or_(
            and_(table.c.scope == FilterScope.USER.value, table.c.principal_id == bindparam("principal_id")),
            table.c.scope == FilterScope.ORGANIZATION.value,
        ),
    )
    .order_by(table.c.id)
)


def in_force(connection: Connection, principal_id: str, kind: RecordKind) -> list[StoredFilter]:
    """The active filters that decide for a user's mailboxes: the user's own and the organization's."""
    found = connection.execute(_in_force, {"kind": kind.value, "principal_id": principal_id})
    return [stored(row) for row in found]


def count(connection: Connection, scope: FilterScope, principal_id: str | None, kind: RecordKind) -> int:
    """How many filters of this kind and scope somebody has."""
    whose = table.c.principal_id.is_(None) if principal_id is None else table.c.principal_id == principal_id
    return connection.execute(
        select(func.count()).where(table.c.scope == scope.value, table.c.kind == kind.value, whose)
    ).scalar_one()


def add(connection: Connection, one: StoredFilter) -> None:
    connection.execute(insert(table), [_cells(one)])


def _cells(one: StoredFilter) -> dict[str, Any]:
    return {
        "id": one.id,
        "scope": one.scope.value,
        "principal_id": one.principal_id,
        "kind": one.kind.value,
        "name": one.name,
        "is_active": one.is_active,
        "excludes": one.excludes,
        "definition": as_stored(one.definition),
        "template_id": one.template_id,
        "template_revision": one.template_revision,
        "revision": one.revision,
        "changed_at": one.changed_at,
    }


def save(connection: Connection, one: StoredFilter) -> None:
    """Store a filter as it is now."""
    connection.execute(update(table).where(table.c.id == one.id).values(_cells(one)))


def remove(connection: Connection, filter_id: str) -> None:
    connection.execute(delete(table).where(table.c.id == filter_id))


def templates(connection: Connection, ids: Collection[str] | None = None) -> list[StoredFilter]:
    """The active templates; only those of ``ids``, if given."""
    conditions = [table.c.scope == FilterScope.TEMPLATE.value, table.c.is_active]
    return _listed(connection, *conditions, *([] if ids is None else [table.c.id.in_(ids)]))


def copies(connection: Connection, principal_ids: Collection[str] | None = None) -> list[StoredFilter]:
    """The filters of users that came from templates."""
    conditions = [table.c.scope == FilterScope.USER.value, table.c.template_id.is_not(None)]
    return _listed(
        connection, *conditions, *([] if principal_ids is None else [table.c.principal_id.in_(principal_ids)])
    )


def with_mailbox(connection: Connection) -> list[str]:
    """Everybody who has a mailbox."""
    return list(connection.scalars(select(_mailbox.c.principal_id).distinct().order_by(_mailbox.c.principal_id)))


def teams_of(connection: Connection, principal_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """The teams of each user, for the templates that are meant for teams."""
    found: dict[str, set[str]] = {one: set() for one in principal_ids}
    rows = connection.execute(select(_member.c.user_id, _member.c.team_id).where(_member.c.user_id.in_(list(found))))
    for user_id, team_id in rows:
        found[user_id].add(team_id)
    return {one: frozenset(teams) for one, teams in found.items()}


def meant_for(one: StoredFilter, team_ids: Collection[str]) -> bool:
    """Whether a template is for somebody in these teams."""
    return one.principal_id is None or one.principal_id in team_ids


def copied(template: StoredFilter, principal_id: str, now: datetime) -> StoredFilter:
    """A template as a new filter of a user."""
    return StoredFilter(
        new_id(),
        FilterScope.USER,
        principal_id,
        template.kind,
        template.name,
        is_active=True,
        excludes=template.excludes,
        definition=template.definition,
        template_id=template.id,
        template_revision=template.revision,
        revision=1,
        changed_at=now,
    )


def copy_templates(connection: Connection, principal_id: str, now: datetime) -> Sequence[StoredFilter]:
    """Give a user who gets the first mailbox a copy of every template meant for that user (F4).

    Whoever has filters already keeps just those.
    """
    if connection.execute(
        select(table.c.id).where(table.c.scope == FilterScope.USER.value, table.c.principal_id == principal_id).limit(1)
    ).first():
        return []
    teams = teams_of(connection, [principal_id])[principal_id]
    made = [copied(one, principal_id, now) for one in templates(connection) if meant_for(one, teams)]
    if made:
        connection.execute(insert(table), [_cells(one) for one in made])
    return made
