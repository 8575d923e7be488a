"""Recover: writes of a run that died, whose outcome nobody stored.

Every remote write was recorded as INTENDED before it was sent. Here the server is asked what became of
it: an item that was made is linked instead of being made again, an item that was changed counts as
handled for the fields that were written. Everything else is simply planned anew, since the cursors of
the dead run were not saved.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from fieldsync.core.changes import Made
from fieldsync.core.detect import Digests, moved, replaced
from fieldsync.core.plan import NO_VERSION, OUT_OF_SCOPE, RECORD_CANCELLED, UNDONE, LinkState
from fieldsync.core.runs import OperationAction, OperationState
from fieldsync.core.values import RecordKind
from fieldsync.db.repo import journal_entries, sync_settings
from fieldsync.db.repo import links as link_rows
from fieldsync.db.repo import records as record_rows
from fieldsync.db.repo import runs as run_rows
from fieldsync.db.repo.runs import Intended, MailboxAccess
from fieldsync.engine.entries import Entries, Row, Written
from fieldsync.engine.journal import Journal
from fieldsync.engine.kinds import setup
from fieldsync.engine.stores import Stores
from fieldsync.errors import BrokenItem
from fieldsync.ports import Item, made_as
from fieldsync.security.secrets import SecretBox

NOT_SENT = "Its run ended before this was sent; it is planned anew."
_IN_PLACE = (OperationAction.UPDATE_ITEM, OperationAction.DELETE_ITEM)
FOUND = "Its run ended before this was confirmed; the server has it."
FOUND_PART = "Its run ended before this was confirmed; the server has it in part, and the rest is planned anew."


async def recover(
    left: Sequence[Intended],
    stores: Stores,
    mailbox: MailboxAccess,
    digests: Digests,
    journal: Journal,
    box: SecretBox,
) -> None:
    """Close what earlier runs of this mailbox left open, with the journal entries of what they wrote.

    What lay in a store that the mailbox no longer has is forgotten.
    """
    found: dict[str, Item] = {}
    asked: set[str] = set()
    for kind in {op.kind for op in left if stores.has(op.kind)}:
        side, mine = stores.side(kind), [op for op in left if op.kind is kind]
        asked |= {op.id for op in mine}
        made = {op.item_key: op.id for op in mine if op.action is OperationAction.CREATE_ITEM and op.item_key}
        found |= {made[key]: item for key, item in (await made_as(side, list(made))).items()}
        hrefs = {op.id: op.href for op in mine if op.action in _IN_PLACE and op.href}
        items = {item.href: item for item in await side.fetch(sorted(set(hrefs.values())))}
        found |= {op_id: items[href] for op_id, href in hrefs.items() if href in items}

    def close(connection: Connection) -> None:
        outcomes, struck, entered = [], [], []
        kept = timedelta(days=sync_settings.get(connection).journal_days)
        for op in left:
            item = found.get(op.id)
            if op.action is OperationAction.DELETE_ITEM:
                applied = written = op.id in asked and item is None
                if written and op.link_id and record_rows.existing(connection, op.kind, [op.record_id or ""]):
                    # It went because its meeting was cancelled: that is no deletion to carry to the CRM.
                    link_rows.let_go(connection, op.link_id, RECORD_CANCELLED)
            else:
                applied, written = _adopt(connection, mailbox, op, item, digests) if item else (False, False)
            if op.action is OperationAction.CREATE_ITEM and item and written:
                entered.append(_entry(op, mailbox.id, item, box, kept, now))
            elif not written:
                struck.append(op.id)
            state = OperationState.APPLIED if applied else OperationState.SKIPPED
            message = FOUND if applied else FOUND_PART if written else NOT_SENT
            outcomes.append((op.id, state, message, op.link_id))
        run_rows.close_operations(connection, outcomes)
        stayed = [op.link_id for op in left if op.action is OperationAction.DELETE_ITEM and op.id in struck]
        link_rows.relink(connection, [link_id for link_id in stayed if link_id])
        journal_entries.strike_out(connection, struck)
        journal_entries.replace(connection, entered)

    now = journal.clock.now()
    await journal.write(close)


def _entry(op: Intended, mailbox_id: str, item: Item, box: SecretBox, kept: timedelta, now: datetime) -> Row:
    """The journal entry of an item that a dead run made."""
    entries = Entries(op.run_id, mailbox_id, op.kind, setup(op.kind).fields, box, kept)
    about = Written(op.id, op.action, op.link_id or "", op.record_id, item.href, op.subject)
    # Of its version nothing is known: somebody may have edited it since.
    return entries.row(about, Made(op.outlook_seen or b""), now)


def _adopt(
    connection: Connection, mailbox: MailboxAccess, op: Intended, item: Item, digests: Digests
) -> tuple[bool, bool]:
    """Store what the dead run would have stored: whether all was as it left it, and whether it had written at all."""
    mailbox_id, codec = mailbox.id, setup(op.kind, mailbox.time_zone).codec
    try:
        held = digests.baseline(codec.read(item.body))
        uid = codec.traits(item.body).uid
    except BrokenItem:
        if op.action is not OperationAction.CREATE_ITEM:
            return False, False
        # It was made, and somebody has broken it since: it is followed once it can be read again.
        made = _adopt_creation(connection, mailbox_id, op, item, op.link_id or "")
        return made, made
    if op.action is OperationAction.CREATE_ITEM:
        made = _adopt_creation(connection, mailbox_id, op, item, uid)
        return made, made
    if op.outlook_seen is None:
        return False, False
    written = frozenset(op.fields) - moved(op.outlook_seen, held)
    if not written:
        return False, False
    links = link_rows.links_of(connection, mailbox_id, op.kind, hrefs=[item.href], record_ids=[])
    if not links:
        # Its run was about to link it: what it wrote is recognized when the two are matched anew.
        return False, True
    if not (links[0].linked or links[0].reason == OUT_OF_SCOPE):
        return written == frozenset(op.fields), True
    # The version stays the old one, so that whatever else changed on the item is still seen as a change.
    link = replace(
        links[0],
        crm_seen=replaced(links[0].crm_seen, op.crm_seen or links[0].crm_seen, written),
        outlook_seen=replaced(links[0].outlook_seen, held, written),
    )
    link_rows.save_seen(connection, [link])
    return written == frozenset(op.fields), True


def _adopt_creation(connection: Connection, mailbox_id: str, op: Intended, item: Item, uid: str) -> bool:
    records = [op.record_id] if op.record_id else []
    known = link_rows.links_of(connection, mailbox_id, op.kind, hrefs=[item.href], record_ids=records)
    parted = [link for link in known if link.id == op.link_id and link.reason == UNDONE]
    if parted and op.crm_seen and op.outlook_seen:
        # An undo had put the item back and was about to link it again.
        seen = replace(parted[0], crm_seen=op.crm_seen, outlook_seen=op.outlook_seen, item_version=NO_VERSION)
        link_rows.save_seen(connection, [seen])
    if known:
        return True
    if op.link_id is None or op.record_id is None or op.crm_seen is None or op.outlook_seen is None:
        return False
    # Seen is what was sent, not what is there, and no version: somebody may have edited the item since.
    link = LinkState(
        op.link_id,
        op.record_id,
        item.href,
        op.record_version or 0,
        NO_VERSION,
        op.crm_seen,
        op.outlook_seen,
        uid=uid,
    )
    record_rows.adopt_uids(connection, op.kind, {op.record_id: uid})
    link_rows.insert_links(connection, mailbox_id, RecordKind(op.kind), [link])
    return True
