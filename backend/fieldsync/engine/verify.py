"""A verify run: compare the values of every link, and report what differs. Nothing is written on either side."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fieldsync.core.detect import Digests
from fieldsync.core.plan import ItemState, LinkState
from fieldsync.core.runs import Phase, Problem
from fieldsync.core.values import Side
from fieldsync.core.verify import Difference, compare
from fieldsync.db.database import Database
from fieldsync.db.repo import links as link_rows
from fieldsync.db.repo import records as record_rows
from fieldsync.db.repo.runs import MailboxAccess
from fieldsync.engine.journal import Journal
from fieldsync.engine.kinds import KindSetup
from fieldsync.engine.rights import Obeyed
from fieldsync.errors import BrokenItem
from fieldsync.ports import Item, RemoteSide

CHUNK = 200

_SAID = {
    Difference.STRAY: (
        "{label} holds an edit on the side that does not lead; it stays until the leading side changes.",
        "Edit it on the leading side, or change the direction of this field.",
    ),
    Difference.DIFFERENT: (
        "{label} differs on both sides, and neither changed since it was handled.",
        "Edit it on either side: the edit travels to the other one.",
    ),
    Difference.UNNOTICED: (
        "{label} changed, and its version did not: the server did not tell of it.",
        "Save the contact once more in the mailbox, or edit the record; a run then sees it.",
    ),
}


@dataclass(slots=True)
class Verifier:
    """Verifies one kind of one mailbox, in pieces that fit into memory."""

    database: Database
    side: RemoteSide
    mailbox: MailboxAccess
    setup: KindSetup
    digests: Digests
    journal: Journal
    still_obeyed: Callable[[], Awaitable[None]]

    async def run(self, held: Obeyed) -> None:
        """Report every difference; raises ``SideError``, RunCancelled, RightsChanged."""
        kind, journal = self.setup.kind, self.journal
        with journal.phase(Phase.GATHER, kind) as row:
            listing = await self.side.changes(None)
            versions = {change.href: change.version for change in listing.changed}
            links = await self.database.read(lambda c: link_rows.all_links(c, self.mailbox.id, kind))
            links = sorted((link for link in links if link.linked), key=lambda link: link.id)
            row.done = row.total = len(versions)
        with journal.phase(Phase.DECIDE, kind) as row:
            row.total = len(links)
            for start in range(0, len(links), CHUNK):
                piece = links[start : start + CHUNK]
                fetched = await self.side.fetch([link.href for link in piece if link.href in versions])
                await self._piece(piece, {item.href: item for item in fetched}, held)
                row.done += len(piece)
                journal.progress(row)
                await journal.write()
                await self.still_obeyed()

    async def _piece(self, links: list[LinkState], items: dict[str, Item], held: Obeyed) -> None:
        ids = [link.record_id for link in links]
        records = await self.database.read(lambda c: record_rows.fetch(c, held.scope, ids))
        counts, codec, identity = self.journal.counts, self.setup.codec, self.setup.identity
        for link in links:
            record, found = records.get(link.record_id), items.get(link.href)
            if record is None or found is None:
                self._missing(link, Side.CRM if record is None else Side.OUTLOOK)
                continue
            try:
                item = ItemState(found.href, found.version, codec.read(found.body))
            except BrokenItem as error:
                self.journal.problem(
                    Problem(error.code.value, str(error), "Save it once more in the mailbox.", subject=found.href)
                )
                continue
            result = compare(link, record, item, held.rules, self.digests, codec.normal)
            counts.unchanged += not (result.waits or result.fields)
            counts.items_changed += result.waits and item.version != link.item_version
            counts.records_changed += result.waits and record.version != link.record_version
            counts.different += len(result.fields)
            for position, difference in result.fields:
                field = self.setup.fields[position]
                message, remedy = _SAID[difference]
                self.journal.problem(
                    Problem(
                        difference.value,
                        message.format(label=field.crm_label),
                        remedy,
                        subject=identity.subject(record.values),
                        field_id=field.id,
                        record_id=record.id,
                    )
                )

    def _missing(self, link: LinkState, side: Side) -> None:
        where = "the CRM, or in what this mailbox synchronizes" if side is Side.CRM else "the mailbox"
        self.journal.counts.different += 1
        self.journal.problem(
            Problem(
                "MISSING",
                f"One end of a link is no longer in {where}.",
                "The next run handles it by the rules for deletions.",
                side=side.value,
                subject=link.href,
                record_id=link.record_id,
            )
        )
