"""What the kinds of one collection share while a run lasts, and when it is asked for anew."""

import pytest

from fieldsync.core.values import RecordKind, Store
from fieldsync.engine.stores import SharedSide, Stores
from fieldsync.sides.faults import VersionMismatch
from fieldsync.sides.memory import Faults, MemoryServer, MemorySide

K = RecordKind


class Asked(MemorySide):
    """A side that notes what it was asked for."""

    def __init__(self, server: MemoryServer) -> None:
        self.names: list[str] = []

        async def note(name: str) -> None:
            self.names.append(name)

        super().__init__(server, Faults(before=note))


@pytest.fixture
def server() -> MemoryServer:
    server = MemoryServer()
    server.put("one", b"1")
    server.put("two", b"2")
    return server


@pytest.fixture
def asked(server: MemoryServer) -> Asked:
    return Asked(server)


async def test_a_listing_and_its_bodies_are_asked_for_once(asked: Asked) -> None:
    side = SharedSide(asked, shared=True)

    for _ in range(3):
        listing = await side.changes(None)
        assert [item.body for item in await side.fetch([change.href for change in listing.changed])] == [b"1", b"2"]

    assert asked.names == ["changes", "fetch"]


async def test_where_nobody_shares_nothing_is_kept(asked: Asked) -> None:
    side = SharedSide(asked, shared=False)

    for _ in range(2):
        listing = await side.changes(None)
        await side.fetch([change.href for change in listing.changed])

    assert asked.names == ["changes", "fetch"] * 2


async def test_after_an_own_write_the_listing_and_the_written_body_are_asked_for_anew(asked: Asked) -> None:
    side = SharedSide(asked, shared=True)
    first = await side.changes(None)
    one, two = await side.fetch([change.href for change in first.changed])
    asked.names.clear()

    written = await side.update(one.href, b"1 changed", one.version)
    again = await side.changes(None)
    bodies = {item.href: item.body for item in await side.fetch([one.href, two.href])}

    assert {change.href: change.version for change in again.changed}[one.href] == written.version
    assert bodies == {one.href: b"1 changed", two.href: b"2"}
    assert asked.names == ["update", "changes", "fetch"]


async def test_what_was_made_or_deleted_is_seen_by_the_next_kind(asked: Asked) -> None:
    side = SharedSide(asked, shared=True)
    (one, _) = (await side.changes(None)).changed

    made = await side.create("three", b"3")
    await side.delete(one.href, one.version)

    assert one.href not in {change.href for change in (await side.changes(None)).changed}
    assert [item.href for item in await side.fetch([one.href, made.href])] == [made.href]


async def test_a_body_whose_version_moved_in_a_newer_listing_is_not_taken_from_before(
    server: MemoryServer, asked: Asked
) -> None:
    side = SharedSide(asked, shared=True)
    first = await side.changes(None)
    (one, _) = await side.fetch([change.href for change in first.changed])

    server.put(one.href, b"somebody else's")
    await side.changes(first.cursor)

    assert [item.body for item in await side.fetch([one.href])] == [b"somebody else's"]


async def test_a_body_that_turned_out_to_be_old_is_asked_for_anew(server: MemoryServer, asked: Asked) -> None:
    side = SharedSide(asked, shared=True)
    first = await side.changes(None)
    (one, _) = await side.fetch([change.href for change in first.changed])

    server.put(one.href, b"somebody else's")
    with pytest.raises(VersionMismatch):
        await side.update(one.href, b"mine", one.version)

    assert [item.body for item in await side.fetch([one.href])] == [b"somebody else's"]


def test_kinds_at_one_address_share_and_those_without_an_address_are_not_there() -> None:
    opened: list[Store] = []

    def open_store(store: Store) -> MemorySide:
        opened.append(store)
        return MemorySide()

    stores = Stores({Store.ADDRESS_BOOK: "book", Store.CALENDAR: "calendar"}, open_store)

    assert stores.side(K.APPOINTMENT) is stores.side(K.SERVICE_ACTIVITY)
    assert stores.siblings(K.APPOINTMENT) == [K.RECURRING_APPOINTMENT, K.SERVICE_ACTIVITY]
    assert stores.siblings(K.CONTACT) == []
    assert not stores.has(K.TASK)
    assert opened == [Store.CALENDAR]
