"""Links, baselines and cursors of a mailbox."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, func, insert, literal, or_, select, update
from sqlalchemy.engine import Connection

from fieldsync.core.plan import DETACHED, RETURNING, UNDONE, LinkState
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.dialect import upsert
from fieldsync.db.repo import conflicts
from fieldsync.db.tables import Link, MailboxCursor

_links = table_of(Link)
_cursors = table_of(MailboxCursor)
CHUNK = 500
NOWHERE = "detached:"
"""What the address of an item begins with that a mailbox had before it meant another collection."""
_columns = (
    _links.c.id,
    _links.c.record_id,
    _links.c.href,
    _links.c.record_version,
    _links.c.item_version,
    _links.c.crm_seen,
    _links.c.outlook_seen,
    _links.c.state,
    _links.c.reason,
    _links.c.uid,
)


def _state(row: Sequence[Any]) -> LinkState:
    reason = DETACHED if row[7] == DETACHED else row[8]
    return LinkState(*row[:7], linked=row[7] == "LINKED", reason=reason, uid=row[9] or "")


class Handled(NamedTuple):
    """How far a mailbox is handled, and under what: digests of the rights and of the scope.

    ``outlook_cursor`` None means never, or start over.
    """

    record_cursor: int = 0
    outlook_cursor: str | None = None
    rights: str | None = None
    scope: str | None = None


_handled = ("record_cursor", "outlook_cursor", "rights", "scope")
_stored_cursors = select(*(_cursors.c[name] for name in _handled)).where(
    _cursors.c.mailbox_id == bindparam("mailbox_id"), _cursors.c.kind == bindparam("kind")
)


def cursors(connection: Connection, mailbox_id: str, kind: RecordKind) -> Handled:
    row = connection.execute(_stored_cursors, {"mailbox_id": mailbox_id, "kind": kind.value}).first()
    return Handled(*row) if row else Handled()


def save_cursors(connection: Connection, mailbox_id: str, kind: RecordKind, handled: Handled) -> None:
    connection.execute(
        upsert(connection, _cursors, ["mailbox_id", "kind"], list(_handled)),
        {"mailbox_id": mailbox_id, "kind": kind.value, **handled._asdict()},
    )


def forget_cursors(connection: Connection, mailbox_id: str) -> None:
    """The next run compares everything."""
    connection.execute(delete(_cursors).where(_cursors.c.mailbox_id == mailbox_id))


def all_links(connection: Connection, mailbox_id: str, kind: RecordKind) -> list[LinkState]:
    """The links of items that the mailbox has or had, followed or not."""
    return [_state(row) for row in connection.execute(select(*_columns).where(_of(mailbox_id, kind), _attached))]


def links_of(
    connection: Connection, mailbox_id: str, kind: RecordKind, *, hrefs: Iterable[str], record_ids: Iterable[str]
) -> list[LinkState]:
    """The links that have one of these items or one of these records."""
    found: dict[str, LinkState] = {}
    for column, wanted in ((_links.c.href, list(hrefs)), (_links.c.record_id, list(record_ids))):
        for start in range(0, len(wanted), CHUNK):
            rows = connection.execute(
                select(*_columns).where(_of(mailbox_id, kind), _attached, column.in_(wanted[start : start + CHUNK]))
            )
            found.update((row[0], _state(row)) for row in rows)
    return list(found.values())


def by_uids(connection: Connection, mailbox_id: str, kind: RecordKind, uids: Collection[str]) -> dict[str, LinkState]:
    """The links of items with these UIDs, followed, not followed, or remembered from a former collection."""
    wanted, found = sorted(uids), dict[str, LinkState]()
    for start in range(0, len(wanted), CHUNK):
        some = _links.c.uid.in_(wanted[start : start + CHUNK])
        states = [_state(row) for row in connection.execute(select(*_columns).where(_of(mailbox_id, kind), some))]
        # Should two have it, the one that is followed counts.
        found |= {one.uid: one for one in sorted(states, key=lambda one: one.linked)}
    return found


def detach(connection: Connection, mailbox_id: str, kinds: Collection[RecordKind]) -> None:
    """The mailbox means other collections now: remember who belonged together, for items that turn up again there.

    What was not followed for a reason that stays, as a deletion, is not followed there either.
    """
    mine = and_(_links.c.mailbox_id == mailbox_id, _links.c.kind.in_([kind.value for kind in kinds]))
    passing = or_(_links.c.state == "LINKED", _links.c.reason.in_(RETURNING))
    connection.execute(delete(_links).where(mine, _links.c.uid.is_(None)))
    connection.execute(update(_links).where(mine).values(href=literal(NOWHERE) + _links.c.id))
    connection.execute(update(_links).where(mine, passing).values(state=DETACHED, reason=None))


def by_ids(connection: Connection, ids: Iterable[str]) -> dict[str, LinkState]:
    wanted, found = list(ids), dict[str, LinkState]()
    for start in range(0, len(wanted), CHUNK):
        rows = connection.execute(select(*_columns).where(_links.c.id.in_(wanted[start : start + CHUNK])))
        found.update((row[0], _state(row)) for row in rows)
    return found


def put(connection: Connection, mailbox_id: str, kind: RecordKind, link: LinkState) -> None:
    """Store a link as it is, followed or not, in the place of the one with its id."""
    connection.execute(delete(_links).where(_links.c.id == link.id))
    insert_links(connection, mailbox_id, kind, [link])


def count_linked(connection: Connection, mailbox_id: str, kind: RecordKind) -> int:
    return connection.execute(
        select(func.count()).where(
            _links.c.mailbox_id == mailbox_id, _links.c.kind == kind.value, _links.c.state == "LINKED"
        )
    ).scalar_one()


def versions_of(
    connection: Connection, mailbox_id: str, kinds: Sequence[RecordKind], hrefs: Iterable[str]
) -> dict[str, str]:
    """The versions at which items of these kinds were last handled, by href."""
    wanted, found = list(hrefs), dict[str, str]()
    for start in range(0, len(wanted) if kinds else 0, CHUNK):
        rows = connection.execute(
            select(_links.c.href, _links.c.item_version).where(
                _links.c.mailbox_id == mailbox_id,
                _links.c.kind.in_([kind.value for kind in kinds]),
                _links.c.href.in_(wanted[start : start + CHUNK]),
                _links.c.state == "LINKED",
            )
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def insert_links(connection: Connection, mailbox_id: str, kind: RecordKind, links: Sequence[LinkState]) -> None:
    """Store new links, in the place of what was remembered of their records."""
    if links:
        remembered = and_(_of(mailbox_id, kind), _links.c.state == DETACHED)
        for start in range(0, len(links), CHUNK):
            records = [link.record_id for link in links[start : start + CHUNK]]
            connection.execute(delete(_links).where(remembered, _links.c.record_id.in_(records)))
        connection.execute(
            insert(_links),
            [
                {
                    "id": link.id,
                    "mailbox_id": mailbox_id,
                    "kind": kind.value,
                    "record_id": link.record_id,
                    "href": link.href,
                    "record_version": link.record_version,
                    "item_version": link.item_version,
                    "crm_seen": link.crm_seen,
                    "outlook_seen": link.outlook_seen,
                    "state": "LINKED" if link.linked else "UNLINKED",
                    "reason": None if link.linked else link.reason,
                    "uid": link.uid or None,
                }
                for link in links
            ],
        )


def save_seen(connection: Connection, links: Sequence[LinkState]) -> None:
    """Store addresses, versions and baselines of links that were handled; they are followed from now on."""
    if links:
        connection.execute(
            update(_links)
            .where(_links.c.id == bindparam("link_id"))
            .values(
                record_version=bindparam("new_record_version"),
                href=bindparam("new_href"),
                item_version=bindparam("new_item_version"),
                crm_seen=bindparam("new_crm_seen"),
                outlook_seen=bindparam("new_outlook_seen"),
                state="LINKED",
                reason=None,
            ),
            [
                {
                    "link_id": link.id,
                    "new_record_version": link.record_version,
                    "new_href": link.href,
                    "new_item_version": link.item_version,
                    "new_crm_seen": link.crm_seen,
                    "new_outlook_seen": link.outlook_seen,
                }
                for link in links
            ],
        )


def unlink(connection: Connection, link_id: str, reason: str, href: str | None = None) -> None:
    """Stop following a pair, whose item is at ``href`` if that is new; its conflicts end."""
    address = {} if href is None else {"href": href}
    connection.execute(update(_links).where(_links.c.id == link_id).values(state="UNLINKED", reason=reason, **address))
    conflicts.close_of_link(connection, link_id)


def readdress(connection: Connection, links: Sequence[LinkState]) -> None:
    """Remember where the items of pairs are now that are not followed."""
    for link in links:
        known = (_links.c.id == link.id, _links.c.state != "LINKED")
        connection.execute(update(_links).where(*known).values(href=link.href))


def let_go(connection: Connection, link_id: str, reason: str) -> None:
    """Stop following a pair, unless nobody follows it any more."""
    if connection.scalar(select(_links.c.state).where(_links.c.id == link_id)) == "LINKED":
        unlink(connection, link_id, reason)


def relink(connection: Connection, ids: Sequence[str]) -> None:
    """Follow pairs again that an undo was about to part, as they were."""
    if ids:
        undone = (_links.c.id.in_(ids), _links.c.reason == UNDONE)
        connection.execute(update(_links).where(*undone).values(state="LINKED", reason=None))


def remove_link(connection: Connection, link_id: str) -> None:
    connection.execute(delete(_links).where(_links.c.id == link_id))
    conflicts.close_of_link(connection, link_id)


def _of(mailbox_id: str, kind: RecordKind) -> ColumnElement[bool]:
    return and_(_links.c.mailbox_id == mailbox_id, _links.c.kind == kind.value)


_attached = _links.c.state != DETACHED


_came_in = (
    select(_links.c.record_id)
    .where(
        _links.c.mailbox_id == bindparam("mailbox_id"),
        _links.c.kind == bindparam("kind"),
        _links.c.came_in,
        _links.c.state == "LINKED",
    )
    .limit(bindparam("most"))
)


def came_in(connection: Connection, mailbox_id: str, kind: RecordKind, listed: int) -> Any | None:
    """The records made from items that have matched no filter yet, to be put into IN; None if there are none.

    Up to ``listed`` come as a list, which a query can look up in an index.
    """
    found = list(connection.scalars(_came_in, {"mailbox_id": mailbox_id, "kind": kind.value, "most": listed + 1}))
    if len(found) > listed:
        return select(_links.c.record_id).where(_of(mailbox_id, kind), _links.c.came_in, _links.c.state == "LINKED")
    return sorted(found) or None


def note_came_in(connection: Connection, mailbox_id: str, kind: RecordKind, record_ids: Iterable[str]) -> None:
    """These records were made from items and match no filter."""
    connection.execute(
        update(_links).where(_of(mailbox_id, kind), _links.c.record_id.in_(sorted(record_ids))).values(came_in=True)
    )


def settle_came_in(connection: Connection, mailbox_id: str, kind: RecordKind, record_ids: Iterable[str]) -> None:
    """These match a filter by now: they are followed because of that, and leave when they no longer do (F35)."""
    connection.execute(
        update(_links).where(_of(mailbox_id, kind), _links.c.record_id.in_(sorted(record_ids))).values(came_in=False)
    )


def linked_among(connection: Connection, mailbox_id: str, kind: RecordKind, record_ids: Collection[str]) -> set[str]:
    """Those of these records that have a link, followed or not."""
    wanted, found = list(record_ids), set[str]()
    for start in range(0, len(wanted), CHUNK):
        some = _links.c.record_id.in_(wanted[start : start + CHUNK])
        found.update(str(one) for one in connection.scalars(of_kind(mailbox_id, kind).where(some)))
    return found


def of_kind(mailbox_id: str, kind: RecordKind) -> Select[tuple[str]]:
    """The ids of the records that have a link, followed or not."""
    return select(_links.c.record_id).where(_of(mailbox_id, kind), _attached)


def ends_of(connection: Connection, mailbox_id: str, kind: RecordKind, record_id: str) -> Any | None:
    """The link of a record: state, reason and came_in; None if it has none."""
    wanted = select(_links.c.state, _links.c.reason, _links.c.came_in)
    return connection.execute(wanted.where(_of(mailbox_id, kind), _links.c.record_id == record_id)).one_or_none()
