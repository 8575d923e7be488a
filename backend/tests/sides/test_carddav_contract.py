"""Every RemoteSide keeps these promises: the one in memory, and CardDAV on two real servers."""

from collections.abc import AsyncIterator

import pytest

from fieldsync.ports import RemoteSide
from fieldsync.sides.caldav.collection import DavCollection
from fieldsync.sides.faults import ItemGone, VersionMismatch
from fieldsync.sides.memory import MemoryServer, MemorySide
from fieldsync.sides.outbound import Outbound
from servers import PASSWORD, USER, DavServer


def card(uid: str, name: str = "Ada Löwe", more: str = "") -> bytes:
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"UID:{uid}", f"FN:{name}", f"N:;{name};;;", more, "END:VCARD", ""]
    return "\r\n".join(line for line in lines if line or line == lines[-1]).encode()


class RemoteSideContract:
    """Subclasses provide ``side``, empty at first, and a cursor that it has never given out."""

    unknown_cursor: str

    async def test_an_empty_collection_is_listed_completely(self, side: RemoteSide) -> None:
        found = await side.changes(None)

        assert (found.changed, found.removed, found.complete) == ((), (), True)
        assert found.cursor

    async def test_what_was_created_is_listed_and_fetched(self, side: RemoteSide) -> None:
        item = await side.create("key-1", card("key-1"))

        found = await side.changes(None)
        assert [(each.href, each.version) for each in found.changed] == [(item.href, item.version)]
        fetched = await side.fetch([item.href])
        assert [(each.href, each.version) for each in fetched] == [(item.href, item.version)]
        assert "FN:Ada Löwe\r\n" in fetched[0].body.decode()

    async def test_repeating_a_create_finds_the_first_one(self, side: RemoteSide) -> None:
        first = await side.create("key-1", card("key-1"))

        second = await side.create("key-1", card("key-1"))

        assert (second.href, second.version) == (first.href, first.version)
        assert len((await side.changes(None)).changed) == 1

    async def test_a_name_taken_by_another_body_is_a_mismatch(self, side: RemoteSide) -> None:
        await side.create("key-1", card("key-1"))

        with pytest.raises(VersionMismatch):
            await side.create("key-1", card("key-1", name="Somebody else"))

        [item] = await side.fetch([each.href for each in (await side.changes(None)).changed])
        assert b"Somebody else" not in item.body

    @pytest.mark.parametrize("key", ["with blank", "ümlaut", "per%cent", "a+b@c"])
    async def test_a_key_may_hold_any_character(self, side: RemoteSide, key: str) -> None:
        item = await side.create(key, card("key-1"))

        assert side.address(key) == item.href
        assert [each.href for each in (await side.changes(None)).changed] == [item.href]
        assert [each.href for each in await side.fetch([item.href])] == [item.href]
        changed = await side.update(item.href, card("key-1", name="Other"), item.version)
        await side.delete(item.href, changed.version)

    async def test_a_write_with_the_right_version_is_done(self, side: RemoteSide) -> None:
        item = await side.create("key-1", card("key-1"))

        changed = await side.update(item.href, card("key-1", name="Ada B."), item.version)

        assert changed.version != item.version
        [fetched] = await side.fetch([item.href])
        assert fetched.version == changed.version
        assert b"FN:Ada B." in fetched.body

    async def test_a_write_with_an_old_version_is_refused(self, side: RemoteSide) -> None:
        item = await side.create("key-1", card("key-1"))
        await side.update(item.href, card("key-1", name="Ada B."), item.version)

        with pytest.raises(VersionMismatch):
            await side.update(item.href, card("key-1", name="Ada C."), item.version)

        [fetched] = await side.fetch([item.href])
        assert b"FN:Ada B." in fetched.body

    async def test_a_write_to_an_item_that_is_gone_says_so(self, side: RemoteSide) -> None:
        item = await side.create("key-1", card("key-1"))
        await side.delete(item.href, item.version)

        with pytest.raises(ItemGone):
            await side.update(item.href, card("key-1", name="Ada B."), item.version)

        assert (await side.changes(None)).changed == ()

    async def test_deleting_twice_is_deleting_once(self, side: RemoteSide) -> None:
        item = await side.create("key-1", card("key-1"))

        await side.delete(item.href, item.version)
        await side.delete(item.href, item.version)

        assert await side.fetch([item.href]) == []

    async def test_a_delete_with_an_old_version_is_refused(self, side: RemoteSide) -> None:
        item = await side.create("key-1", card("key-1"))
        await side.update(item.href, card("key-1", name="Ada B."), item.version)

        with pytest.raises(VersionMismatch):
            await side.delete(item.href, item.version)

        assert len(await side.fetch([item.href])) == 1

    async def test_a_round_tells_what_moved_since_the_last_one(self, side: RemoteSide) -> None:
        stays = await side.create("stays", card("stays"))
        moves = await side.create("moves", card("moves"))
        goes = await side.create("goes", card("goes"))
        first = await side.changes(None)

        moved = await side.update(moves.href, card("moves", name="Moved"), moves.version)
        await side.delete(goes.href, goes.version)
        fresh = await side.create("fresh", card("fresh"))

        found = await side.changes(first.cursor)
        assert not found.complete
        assert {(each.href, each.version) for each in found.changed} == {
            (moved.href, moved.version),
            (fresh.href, fresh.version),
        }
        assert found.removed == (goes.href,)
        assert stays.href not in {each.href for each in found.changed}

    async def test_a_round_in_which_nothing_moved_is_one_request_and_empty(self, side: RemoteSide) -> None:
        await side.create("key-1", card("key-1"))
        cursor = (await side.changes(None)).cursor
        before = side.requests

        found = await side.changes(cursor)

        assert (found.changed, found.removed, found.complete) == ((), (), False)
        assert side.requests == before + 1
        assert (await side.changes(found.cursor)).changed == ()

    async def test_an_unknown_cursor_gives_everything(self, side: RemoteSide) -> None:
        item = await side.create("key-1", card("key-1"))

        found = await side.changes(self.unknown_cursor)

        assert found.complete
        assert [each.href for each in found.changed] == [item.href]

    async def test_what_does_not_exist_is_left_out_of_a_fetch(self, side: RemoteSide) -> None:
        item = await side.create("key-1", card("key-1"))

        fetched = await side.fetch([item.href, item.href.replace("key-1", "no-such")])

        assert [each.href for each in fetched] == [item.href]
        assert await side.fetch([]) == []

    async def test_a_long_fetch_is_cut_into_batches(self, side: RemoteSide) -> None:
        item = await side.create("key-1", card("key-1"))
        before = side.requests

        fetched = await side.fetch([item.href, *(item.href.replace("key-1", f"no{n}") for n in range(249))])

        assert [each.href for each in fetched] == [item.href]
        assert side.requests == before + 3

    async def test_what_the_codec_does_not_know_survives(self, side: RemoteSide) -> None:
        body = card("key-1", more="item1.X-OWN;X-PARAM=a:kept\r\nitem1.X-ABLABEL:Mine")

        item = await side.create("key-1", body)

        [fetched] = await side.fetch([item.href])
        assert b"X-OWN;X-PARAM=a:kept" in fetched.body


class TestMemory(RemoteSideContract):
    unknown_cursor = "7-3"

    @pytest.fixture
    def side(self) -> RemoteSide:
        return MemorySide(MemoryServer())


class TestRadicale(RemoteSideContract):
    unknown_cursor = "sync:http://radicale.org/ns/sync/" + "0" * 64

    @pytest.fixture
    async def side(self, radicale: DavServer) -> AsyncIterator[RemoteSide]:
        side = DavCollection(Outbound(USER, PASSWORD), radicale.new_address_book())
        yield side
        await side.close()


class TestXandikos(RemoteSideContract):
    unknown_cursor = "sync:" + "0" * 40

    @pytest.fixture
    async def side(self, xandikos: DavServer) -> AsyncIterator[RemoteSide]:
        side = DavCollection(Outbound(USER, PASSWORD), xandikos.new_address_book())
        yield side
        await side.close()
