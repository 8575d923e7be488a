"""The simulator bites: bugs that are planted in the product, one at a time, each found within a few seeds."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from fieldsync.core.moves import NO_MOVES
from fieldsync.core.plan import ItemState
from fieldsync.db.repo import leases
from fieldsync.db.repo import links as link_rows
from fieldsync.db.repo import records as record_rows
from fieldsync.engine import gather as gathering
from fieldsync.engine import recover as recovering
from fieldsync.engine import rights as obeying
from fieldsync.engine import strangers
from fieldsync.engine.lost import NoteTaker
from fieldsync.engine.run import MailboxRun
from fieldsync.engine.send import Sender
from fieldsync.ports import Item
from fieldsync.sides.memory import MemorySide
from simulation.play import Played, play
from simulation.stores import MemoryStore

SEEDS = 150
"""Every planted bug is found within so many."""

Plant = Callable[[pytest.MonkeyPatch], None]


def cursor_first(patch: pytest.MonkeyPatch) -> None:
    """The cursors are saved before anything is written, so a crash forgets what was still to do."""
    gather = MailboxRun._gather

    async def eager(self: MailboxRun, *arguments: Any) -> Any:
        held, gathered = await gather(self, *arguments)
        await self._save_cursors(held, gathered, clean=True)
        return held, gathered

    patch.setattr(MailboxRun, "_gather", eager)


def blank_on_withheld(patch: pytest.MonkeyPatch) -> None:
    """What may not be read counts as empty, and is carried over as such."""
    flows = obeying._flows
    patch.setattr(obeying, "_flows", lambda *given: replace(flows(*given), withheld=frozenset()))


def hash_of_the_old_value(patch: pytest.MonkeyPatch) -> None:
    """The written side's baseline is that of the value from before the write, so the echo looks like an edit."""
    reconcile = Sender._reconcile

    async def stale(self: Sender, job: Any, step: Any) -> Any:
        outcome = await reconcile(self, job, step)
        if step.to_outlook:
            written = ItemState(step.item.href, job.step.item.version, step.item.values, step.item.traits)
            outcome.store = self._pair(outcome, step, written, self.clock.now())
        return outcome

    patch.setattr(Sender, "_reconcile", stale)


def delete_on_partial_listing(patch: pytest.MonkeyPatch) -> None:
    """What a listing leaves out counts as deleted, without asking for it directly."""
    drop, read, vanished = gathering._drop_unchanged, gathering._read, set[str]()

    def note(*given: Any) -> Any:
        moved = drop(*given)
        vanished.clear()
        vanished.update(moved.vanished)
        return moved

    def believe(setup: Any, fetched: Sequence[Item], **given: Any) -> Any:
        return read(setup, [item for item in fetched if item.href not in vanished], **given)

    patch.setattr(gathering, "_drop_unchanged", note)
    patch.setattr(gathering, "_read", believe)


def create_without_a_key(patch: pytest.MonkeyPatch) -> None:
    """Each creation gets a name of its own, so a repeat makes a second item."""
    create, numbers = MemorySide._create, count()

    def careless(self: MemorySide, href: str, body: bytes) -> Item:
        number = next(numbers)
        return create(self, f"{href}-{number}", body.replace(b"\nUID:", b"\nUID:%d-" % number))

    patch.setattr(MemorySide, "_create", careless)


def if_match_ignored(patch: pytest.MonkeyPatch) -> None:
    """An item is overwritten whatever version it has by now."""
    update = MemorySide._update

    def careless(self: MemorySide, href: str, body: bytes, expect: str) -> Item:
        known = self.server.items.get(href)
        return update(self, href, body, known.version if known else expect)

    patch.setattr(MemorySide, "_update", careless)


def recovery_believes(patch: pytest.MonkeyPatch) -> None:
    """Whatever a dead run intended counts as done, without looking."""

    def trust(connection: Any, mailbox: Any, op: Any, item: Any, digests: Any) -> tuple[bool, bool]:
        links = link_rows.links_of(connection, mailbox.id, op.kind, hrefs=[op.href or ""], record_ids=[])
        for link in links if op.crm_seen and op.outlook_seen else []:
            done = replace(link, crm_seen=op.crm_seen, outlook_seen=op.outlook_seen, item_version=item.version)
            link_rows.save_seen(connection, [done])
        return True, True

    patch.setattr(recovering, "_adopt", trust)


def no_lease(patch: pytest.MonkeyPatch) -> None:
    """A run goes on writing after another one took over its mailbox."""
    patch.setattr(leases, "extend", lambda *_: True)
    patch.setattr(leases, "release", lambda *_: True)


def no_history(patch: pytest.MonkeyPatch) -> None:
    """What a conflict overwrites is put aside nowhere."""
    take = NoteTaker.take
    patch.setattr(NoteTaker, "take", lambda self, *given, **more: (take(self, *given, **more)[0], []))


def versions_ignored(patch: pytest.MonkeyPatch) -> None:
    """A record is overwritten whatever version it has by now."""
    write = record_rows.write

    def careless(connection: Any, kind: Any, record_id: str, changes: Any, expect: int, now: Any) -> int | None:
        version, _ = record_rows.held(connection, kind, record_id)
        return write(connection, kind, record_id, changes, version, now)

    patch.setattr(record_rows, "write", careless)


def moves_unnoticed(patch: pytest.MonkeyPatch) -> None:
    """An item under another address is one that was deleted, and one that was made."""
    patch.setattr(strangers, "follow", lambda *_: NO_MOVES)


PLANTED = [
    cursor_first, blank_on_withheld, hash_of_the_old_value, delete_on_partial_listing, create_without_a_key,
    if_match_ignored, recovery_believes, no_lease, no_history, versions_ignored,
    moves_unnoticed,
]  # fmt: skip


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_found(plant: Plant, memory_store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)

    found = next(_broken(memory_store), None)

    assert found is not None, f"{plant.__doc__} {SEEDS} seeds went by without a word"
    print(found)


def _broken(store: MemoryStore) -> Any:
    for seed in range(SEEDS):
        played: Played = play(seed, store)
        if played.violation is not None:
            yield played
