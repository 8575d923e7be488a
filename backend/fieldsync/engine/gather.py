"""Gather: what moved on both sides since the cursors, and the counterparts of what moved.

The network is only used between reads, never inside one. The work grows with what changed: unchanged
versions are dropped before a body or a record is loaded.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection

from fieldsync.core.incoming import IncomingMode
from fieldsync.core.letters import LetterKey
from fieldsync.core.picture import Picture
from fieldsync.core.plan import PRIVATE, RETURNING, ItemState, LinkState, Rules
from fieldsync.core.runs import Problem
from fieldsync.core.values import RecordKind, Side
from fieldsync.db.database import Database
from fieldsync.db.repo import deletions, newcomers, unheard
from fieldsync.db.repo import links as link_rows
from fieldsync.db.repo import records as record_rows
from fieldsync.db.repo.records import Scope
from fieldsync.db.repo.runs import MailboxAccess
from fieldsync.engine.kinds import KindSetup
from fieldsync.engine.letters import Failure
from fieldsync.engine.rights import Obeyed
from fieldsync.engine.strangers import get_to_know
from fieldsync.errors import BrokenItem
from fieldsync.ports import Item, ItemChanges, RemoteSide

LOOKS = 3
"""How often the items are listed at most, where some were missed each time."""
NOTHING: tuple[Set[str], Set[str]] = (frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Gathered:
    """The picture, the bodies behind its items, and the cursors that hold once all of it is handled.

    ``broken`` are the items that exist and cannot be read; ``backfill`` says that what enters is not new, but is looked
    at for the first time; ``parted`` are links that are not followed and whose items have another address now. ``news``
    is False if the cursors are those that are stored already.
    """

    picture: Picture
    bodies: Mapping[str, bytes]
    record_cursor: int
    outlook_cursor: str
    records_changed: int
    items_changed: int
    problems: tuple[Problem, ...] = ()
    broken: tuple[Failure, ...] = ()
    news: bool = True
    backfill: bool = False
    parted: tuple[LinkState, ...] = ()

    @property
    def quiet(self) -> bool:
        """True if nothing moved at all."""
        picture = self.picture
        return not (picture.records or picture.items or picture.gone_records or picture.gone_items or self.problems)


@dataclass(slots=True)
class _Crm:
    """What the CRM side says moved.

    ``anew`` asks to compare everything, ``looks`` only what entered the scope or left it.
    """

    high_water: int
    changed: dict[str, int]
    gone: dict[str, bool]
    record_cursor: int
    outlook_cursor: str | None
    anew: bool = False
    looks: bool = False
    first: bool = False

    @property
    def all_records(self) -> bool:
        """Whether every record in scope is among the changed ones."""
        return self.anew or self.looks or self.record_cursor == 0


@dataclass(slots=True)
class _Moved:
    """What is left of both lists when the unchanged is dropped."""

    links: list[LinkState]
    linked: int
    item_hrefs: set[str] = field(default_factory=set)
    record_ids: set[str] = field(default_factory=set)
    counterparts: set[str] = field(default_factory=set)
    vanished: set[str] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the items of a kind are, and which other kinds are there as well."""

    side: RemoteSide
    siblings: Sequence[RecordKind] = ()


async def gather(
    database: Database,
    place: Place,
    mailbox: MailboxAccess,
    setup: KindSetup,
    obeyed: Obeyed,
    again: tuple[Set[str], Set[str]] = NOTHING,
    *,
    retried: Set[str] = frozenset(),
    compare: bool = False,
) -> Gathered:
    """Look at both sides; raises ``SideError`` when the server cannot be read.

    When the owner's rights are no longer those under which the mailbox was handled, everything is looked at: a record
    that can no longer be read, or a value that now can, moved no version. ``again`` are ids of records and hrefs of
    items to look at though they did not move: what failed before, and is due; ``retried`` are those of them that may
    belong to an item that did not move either. ``compare`` asks the server for its whole list: some forget to tell what
    changed, and a restored backup goes unnoticed otherwise.
    """
    kind, scope, side = setup.kind, obeyed.scope, place.side
    crm = await database.read(lambda connection: _crm_side(connection, mailbox, obeyed, retried, compare=compare))
    changes = await side.changes(crm.outlook_cursor, moved=bool(crm.changed or crm.gone or any(again)))
    if not (changes.changed or changes.removed or changes.complete or crm.changed or crm.gone or any(again)):
        return _nothing(crm, changes)
    changes, moved, fetched = await _fetch(database, place, mailbox.id, kind, crm, changes, again)
    items, bodies, broken = _read(setup, fetched)
    by_href = {link.href: link for link in moved.links}
    # What is there and of another kind now is gone as this kind. What was not listed as gone and is not there any more
    # has gone since: perhaps to another address, and the next list tells.
    present = {item.href for item in fetched}
    gone_items = frozenset((moved.vanished - present) | (present - bodies.keys()))
    unfetched = {change.href for change in changes.changed} & moved.item_hrefs - present - by_href.keys()
    known = await get_to_know(
        database,
        side,
        mailbox.id,
        scope,
        items,
        by_href,
        (bodies.keys(), gone_items),
        all_records=crm.all_records,
    )
    wanted = set(moved.record_ids) | known.records
    for href in (*items, *gone_items):
        if (link := by_href.get(href)) and (link.linked or link.reason == PRIVATE):
            wanted.add(link.record_id)
    wanted -= crm.gone.keys()
    records, deleted, sent = await database.read(
        lambda connection: (
            record_rows.fetch(connection, scope, sorted(wanted)),
            deletions.deleted(connection, kind, [record_id for record_id, gone in crm.gone.items() if gone]),
            unheard.sent(connection, mailbox.id, kind, {items[href].traits.uid: href for href in known.ours})
            if items
            else {},
        )
    )
    # A record that left the scope between the two reads would look like a missing one: it is told next time.
    links = known.links(moved.links)
    linked_gone = frozenset(link.href for link in links) & (gone_items - bodies.keys())
    elsewhere = known.elsewhere(records)
    return Gathered(
        picture=Picture(
            records=records,
            items=items,
            gone_records=crm.gone,
            gone_items=linked_gone,
            unreadable=frozenset(failure.key.subject for failure in broken),
            links=links,
            linked=moved.linked,
            deleted=deleted,
            left=known.moves.left | elsewhere,
            ours=known.ours,
            sent=sent,
            compared=known.outside - moved.record_ids,
            hides=bool({failure.key.subject for failure in broken} - by_href.keys() | unfetched),
        ),
        bodies=bodies,
        record_cursor=crm.high_water,
        outlook_cursor=changes.cursor,
        records_changed=len(moved.record_ids) + len(crm.gone),
        items_changed=len(moved.item_hrefs & bodies.keys()) + len(linked_gone),
        problems=(
            *(_told(failure) for failure in broken),
            *_turned(setup, fetched, bodies, by_href),
            *known.problems(setup, items, elsewhere),
        ),
        broken=tuple(broken),
        backfill=crm.first or crm.anew or crm.looks,
        parted=known.moves.parted,
    )


async def _fetch(
    database: Database,
    place: Place,
    mailbox_id: str,
    kind: RecordKind,
    crm: _Crm,
    changes: ItemChanges,
    again: tuple[Set[str], Set[str]],
) -> tuple[ItemChanges, _Moved, list[Item]]:
    """What moved and the bodies of it, with the list that tells of all of it.

    An item that is no longer where it was may have been moved since it was listed, and a newer list tells where to: so
    none counts as gone before a list that was asked for after it was missed.
    """

    async def drop_unchanged(told: ItemChanges) -> _Moved:
        return await database.read(
            lambda connection: _drop_unchanged(connection, mailbox_id, kind, place.siblings, crm, told, again)
        )

    looks = 1
    while True:
        moved = await drop_unchanged(changes)
        fetched = await place.side.fetch(sorted(moved.item_hrefs | moved.counterparts | moved.vanished | moved.doubted))
        if looks == LOOKS or moved.vanished <= {item.href for item in fetched}:
            return changes, moved, fetched
        newer = changes.then(await place.side.changes(changes.cursor, moved=True))
        if newer.tells(changes):
            return newer, moved, fetched
        changes, looks = newer, looks + 1


def _crm_side(
    connection: Connection, mailbox: MailboxAccess, obeyed: Obeyed, retried: Set[str], *, compare: bool
) -> _Crm:
    # The high-water mark first: a record written between the statements is then seen again, never missed.
    scope = obeyed.scope
    high_water = record_rows.current_version(connection)
    since, outlook_cursor, rights, mark = link_rows.cursors(connection, mailbox.id, scope.kind)
    anew = outlook_cursor is not None and rights != obeyed.digest
    looks = outlook_cursor is not None and mark != obeyed.mark
    first = outlook_cursor is None
    if not first and not compare and retried - link_rows.linked_among(connection, mailbox.id, scope.kind, retried):
        # What failed may have been to be linked with an item that is there all the time.
        compare = True
    if high_water == since and not anew and not looks:
        return _Crm(high_water, {}, {}, since, None if compare else outlook_cursor, first=first)
    start = -1 if anew or looks else since
    changed = record_rows.changed_since(connection, scope, start)
    whole = anew or compare or (looks and _lists_anew(connection, mailbox.id, scope, mark or "", obeyed.mark))
    if not whole and not _takes_all(obeyed.rules):
        # The mailbox is full of items that nobody took: a new record may well be one of them.
        whole = bool(changed.keys() - link_rows.linked_among(connection, mailbox.id, scope.kind, changed.keys()))
    return _Crm(
        high_water=high_water,
        changed=changed,
        gone=record_rows.gone_since(connection, scope, mailbox.id, start),
        record_cursor=since,
        outlook_cursor=None if whole else outlook_cursor,
        anew=anew,
        looks=looks,
        first=first,
    )


def _takes_all(rules: Rules) -> bool:
    """Whether every item becomes a record, if only rights and directions have not changed since."""
    takes = (rules.new or rules.flows).reach(Side.CRM) and rules.cannot_create is None
    return takes and rules.incoming.mode is IncomingMode.ALL


def _lists_anew(connection: Connection, mailbox_id: str, scope: Scope, before: str, mark: str) -> bool:
    """Whether another scope wants the whole list of items, too.

    That is so when other items may come in, and when there is a record to send of which the mailbox may hold an item
    that nobody took so far.
    """
    half = len(mark) // 2
    linked = link_rows.of_kind(mailbox_id, scope.kind)
    return before[half:] != mark[half:] or newcomers.has_newcomers(connection, scope, linked)


def _nothing(crm: _Crm, changes: ItemChanges) -> Gathered:
    picture = Picture({}, {}, {}, frozenset(), frozenset(), (), 0)
    news = crm.looks or crm.high_water != crm.record_cursor or changes.cursor != crm.outlook_cursor
    return Gathered(picture, {}, crm.high_water, changes.cursor, 0, 0, news=news)


def _drop_unchanged(
    connection: Connection,
    mailbox_id: str,
    kind: RecordKind,
    siblings: Sequence[RecordKind],
    crm: _Crm,
    changes: ItemChanges,
    again: tuple[Set[str], Set[str]],
) -> _Moved:
    record_ids, again_hrefs = again
    if changes.complete or crm.looks:
        links = link_rows.all_links(connection, mailbox_id, kind)
    else:
        hrefs = {change.href for change in changes.changed} | set(changes.removed) | again_hrefs
        links = link_rows.links_of(
            connection, mailbox_id, kind, hrefs=hrefs, record_ids=crm.changed.keys() | crm.gone.keys() | record_ids
        )
    by_href = {link.href: link for link in links}
    by_record = {link.record_id: link for link in links}
    moved = _Moved(links, link_rows.count_linked(connection, mailbox_id, kind))
    listed = set[str]()
    told = [*(change.href for change in changes.changed), *changes.removed]
    unknown = [href for href in told if href not in by_href]
    elsewhere = link_rows.versions_of(connection, mailbox_id, siblings, unknown)
    for change in changes.changed:
        listed.add(change.href)
        link = by_href.get(change.href)
        if link is None and elsewhere.get(change.href) == change.version:
            continue
        watched = link is None or link.linked or link.reason == PRIVATE
        if link is None or (watched and (crm.anew or link.item_version != change.version)):
            moved.item_hrefs.add(change.href)
    for record_id, version in crm.changed.items():
        link = by_record.get(record_id)
        if link is None:
            moved.record_ids.add(record_id)
            continue
        changed = crm.anew or link.record_version != version
        if changed if link.linked else link.reason in RETURNING:
            moved.record_ids.add(record_id)
            moved.counterparts.add(link.href)
    moved.record_ids |= record_ids - crm.gone.keys()
    moved.counterparts |= {by_record[record_id].href for record_id in record_ids if record_id in by_record}
    moved.item_hrefs |= again_hrefs
    missing = (by_href.keys() - listed) if changes.complete else set(changes.removed)
    # Fetched all the same: a removal is only believed once the server says so when asked directly, of whatever item.
    moved.doubted = set(changes.removed) - by_href.keys() - elsewhere.keys()
    moved.vanished = {href for href in missing if href in by_href and by_href[href].linked}
    return moved


def _read(setup: KindSetup, fetched: list[Item]) -> tuple[dict[str, ItemState], dict[str, bytes], list[Failure]]:
    """The items of this kind, their bodies, and those that cannot be read."""
    items: dict[str, ItemState] = {}
    bodies: dict[str, bytes] = {}
    broken: list[Failure] = []
    codec = setup.codec
    for item in fetched:
        if not codec.holds(item.body):
            continue
        bodies[item.href] = item.body
        try:
            items[item.href] = ItemState(item.href, item.version, codec.read(item.body), codec.traits(item.body))
        except BrokenItem as error:
            message = f"This item cannot be read and was skipped: {error.reason}"
            key = LetterKey(Side.OUTLOOK, item.href)
            broken.append(Failure(key, item.version, item.href, error.code.value, message, _MEND))
    return items, bodies, broken


def _turned(
    setup: KindSetup, fetched: list[Item], bodies: Mapping[str, bytes], by_href: Mapping[str, LinkState]
) -> list[Problem]:
    """What was linked as this kind and is something else now, as a meeting that became a series."""
    return [
        Problem(
            "KIND_CHANGED",
            f"This {setup.name} became another kind of item in the mailbox; from now on it is followed as that.",
            f"What becomes of the {setup.name} in the CRM is for the rule for deletions to say.",
            side=Side.OUTLOOK.value,
            subject=item.href,
        )
        for item in fetched
        if item.href not in bodies and (link := by_href.get(item.href)) is not None and link.linked
    ]


_MEND = "Open it in the mailbox and save it again, or delete it; it is read anew when it changes."


def _told(failure: Failure) -> Problem:
    return Problem(failure.code, failure.message, failure.remedy, side=failure.key.side.value, subject=failure.subject)
