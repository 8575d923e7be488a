"""Items that no link is of: whether they are known by another address, and which records they may be."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection

from fieldsync.core.moves import NO_MOVES, Moves, follow
from fieldsync.core.plan import ItemState, LinkState, RecordState
from fieldsync.core.runs import Problem
from fieldsync.core.values import Side
from fieldsync.db.database import Database
from fieldsync.db.repo import links as link_rows
from fieldsync.db.repo import newcomers, unheard
from fieldsync.db.repo import records as record_rows
from fieldsync.db.repo.records import Scope
from fieldsync.engine.kinds import KindSetup
from fieldsync.ports import RemoteSide


@dataclass(frozen=True, slots=True)
class Known:
    """``records`` are to be looked at because of them; ``by_uid`` are records by the UIDs of their items.

    Those are there whoever may see them: meetings, and records that an item was made for unheard. ``outside`` are those
    of the records that have no item and are looked at for nothing but to be compared. ``ours`` are the records of items
    that a run made without hearing of it, by address.
    """

    strangers: Sequence[ItemState] = ()
    moves: Moves = NO_MOVES
    records: frozenset[str] = frozenset()
    by_uid: Mapping[str, str] = field(default_factory=dict)
    ours: Mapping[str, str] = field(default_factory=dict)
    outside: frozenset[str] = frozenset()

    def links(self, links: Sequence[LinkState]) -> list[LinkState]:
        """These links and those of items that turned up again, each with the address it has now."""
        moved = dict(self.moves.links)
        return [*(moved.pop(link.id, link) for link in links), *moved.values()]

    def elsewhere(self, records: Mapping[str, RecordState]) -> frozenset[str]:
        """The items whose record is there and not for the owner of this mailbox to see."""
        moved = {link.href for link in self.moves.links.values()}
        return frozenset(
            item.href
            for item in self.strangers
            if self.by_uid.get(item.traits.uid, "") not in ("", *records) and item.href not in moved | self.moves.left
        )

    def problems(self, setup: KindSetup, items: Mapping[str, ItemState], elsewhere: Collection[str]) -> list[Problem]:
        """What to tell of those that are left alone."""
        twice = [
            Problem(
                "UID_TWICE",
                f"This {setup.name} has the UID of another item, {other}; only that one is followed.",
                "Delete the one that is not wanted, or give it a UID of its own by copying it in the mail program.",
                side=Side.OUTLOOK.value,
                subject=setup.identity.subject(items[href].values),
            )
            for href, other in self.moves.doubled.items()
        ]
        unseen = [
            Problem(
                "NOT_YOURS",
                f"This {setup.name} is in the CRM already, where the owner of this mailbox may not see it.",
                "Ask an administrator to share the record; it is linked then.",
                side=Side.OUTLOOK.value,
                subject=setup.identity.subject(items[href].values),
            )
            for href in sorted(elsewhere)
        ]
        return twice + unseen


async def get_to_know(
    database: Database,
    side: RemoteSide,
    mailbox_id: str,
    scope: Scope,
    items: Mapping[str, ItemState],
    by_href: Mapping[str, LinkState],
    asked: tuple[Collection[str], Collection[str]],
    *,
    all_records: bool,
) -> Known:
    """Look up the items that have no link; ``asked`` are the addresses that hold an item and those that hold none.

    No record is made of an item before it was compared with every record that has no item: with ``all_records`` they
    are being looked at anyway.
    """
    present, gone = asked
    strangers = [item for href, item in items.items() if href not in by_href]
    if not strangers:
        return Known()
    uids = {item.traits.uid for item in strangers} - {""}

    def look(connection: Connection) -> tuple[dict[str, LinkState], dict[str, str], dict[str, str], list[str]]:
        linked = link_rows.of_kind(mailbox_id, scope.kind)
        made = unheard.made_for(connection, mailbox_id, scope.kind, uids)
        there = record_rows.existing(connection, scope.kind, made.values())
        return (
            link_rows.by_uids(connection, mailbox_id, scope.kind, uids),
            {uid: one for uid, one in made.items() if one in there} | newcomers.by_uids(connection, scope.kind, uids),
            made,
            [] if all_records else newcomers.outside(connection, scope, linked),
        )

    links, by_uid, made, outside = await database.read(look)
    ask = {link.href for link in links.values() if not link.href.startswith(link_rows.NOWHERE)} - {*present, *gone}
    there = {item.href for item in await side.fetch(sorted(ask))} if ask else set[str]()
    moves = follow(strangers, links, {*present, *there})
    ours = {item.href: made[item.traits.uid] for item in strangers if item.traits.uid in made}
    records = {link.record_id for link in moves.links.values()}.union(by_uid.values(), ours.values(), outside)
    return Known(strangers, moves, frozenset(records), by_uid, ours, frozenset(outside))
