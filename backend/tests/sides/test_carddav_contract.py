"""Every RemoteSide keeps these promises: the one in memory, and address books and calendars on two real servers."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import ClassVar

import pytest

from fieldsync.core.values import Store
from fieldsync.ports import ItemChanges, ItemVersion, RemoteSide
from fieldsync.sides.caldav.collection import DavCollection
from fieldsync.sides.caldav.content import CONTENT_OF
from fieldsync.sides.faults import ItemGone, ItemRefused, VersionMismatch
from fieldsync.sides.memory import MemoryServer, MemorySide
from fieldsync.sides.outbound import Outbound
from servers import PASSWORD, SERVERS, USER, DavServer
from sides.calendar_files import calendar


def card(uid: str, name: str = "Ada Löwe", more: str = "") -> bytes:
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"UID:{uid}", f"FN:{name}", f"N:;{name};;;", more, "END:VCARD", ""]
    return "\r\n".join(line for line in lines if line or line == lines[-1]).encode()


def news(found: ItemChanges, before: ItemChanges) -> set[ItemVersion]:
    """What a round tells that an earlier one did not: SOGo counts in seconds and repeats those of the last one."""
    return set(found.changed) - set(before.changed)


def event(uid: str, name: str = "Ada Löwe", more: str = "") -> bytes:
    lines = [f"UID:{uid}", "DTSTAMP:20260101T000000Z", "DTSTART:20260302T080000Z", "DTEND:20260302T090000Z"]
    return calendar("BEGIN:VEVENT", *lines, f"SUMMARY:{name}", *([more] if more else []), "END:VEVENT")


def todo(uid: str, name: str = "Ada Löwe", more: str = "") -> bytes:
    lines = [f"UID:{uid}", "DTSTAMP:20260101T000000Z", "DUE;VALUE=DATE:20260302", "STATUS:NEEDS-ACTION"]
    return calendar("BEGIN:VTODO", *lines, f"SUMMARY:{name}", *([more] if more else []), "END:VTODO")


class RemoteSideContract:
    """Subclasses provide ``side``, empty at first, and a cursor that it has never given out."""

    unknown_cursor: str
    own = "item1.X-OWN;X-PARAM=a:kept\r\nitem1.X-ABLABEL:Mine"

    def body(self, uid: str, name: str = "Ada Löwe", more: str = "") -> bytes:
        return card(uid, name, more)

    async def test_an_empty_collection_is_listed_completely(self, side: RemoteSide) -> None:
        found = await side.changes(None)

        assert (found.changed, found.removed, found.complete) == ((), (), True)
        assert found.cursor

    async def test_what_was_created_is_listed_and_fetched(self, side: RemoteSide) -> None:
        item = await side.create("key-1", self.body("key-1"))

        found = await side.changes(None)
        assert [(each.href, each.version) for each in found.changed] == [(item.href, item.version)]
        fetched = await side.fetch([item.href])
        assert [(each.href, each.version) for each in fetched] == [(item.href, item.version)]
        assert ":Ada Löwe\r\n" in fetched[0].body.decode()

    async def test_repeating_a_create_finds_the_first_one(self, side: RemoteSide) -> None:
        first = await side.create("key-1", self.body("key-1"))

        second = await side.create("key-1", self.body("key-1"))

        assert (second.href, second.version) == (first.href, first.version)
        assert len((await side.changes(None)).changed) == 1

    async def test_a_name_taken_by_another_body_is_a_mismatch(self, side: RemoteSide) -> None:
        await side.create("key-1", self.body("key-1"))

        with pytest.raises(VersionMismatch):
            await side.create("key-1", self.body("key-1", name="Somebody else"))

        [item] = await side.fetch([each.href for each in (await side.changes(None)).changed])
        assert b"Somebody else" not in item.body

    @pytest.mark.parametrize("key", ["with blank", "ümlaut", "per%cent", "a+b@c"])
    async def test_a_key_may_hold_any_character(self, side: RemoteSide, key: str) -> None:
        if "%" in key and "/SOGo/" in side.address(key):
            pytest.skip("2026-11-24: SOGo lists names unescaped; one with a percent sign cannot be told from an escape")
        item = await side.create(key, self.body("key-1"))

        assert side.address(key) == item.href
        assert [each.href for each in (await side.changes(None)).changed] == [item.href]
        assert [each.href for each in await side.fetch([item.href])] == [item.href]
        changed = await side.update(item.href, self.body("key-1", name="Other"), item.version)
        await side.delete(item.href, changed.version)

    async def test_a_write_with_the_right_version_is_done(self, side: RemoteSide) -> None:
        item = await side.create("key-1", self.body("key-1"))

        changed = await side.update(item.href, self.body("key-1", name="Ada B."), item.version)

        assert changed.version != item.version
        [fetched] = await side.fetch([item.href])
        assert fetched.version == changed.version
        assert b":Ada B." in fetched.body

    async def test_a_write_with_an_old_version_is_refused(self, side: RemoteSide) -> None:
        item = await side.create("key-1", self.body("key-1"))
        await side.update(item.href, self.body("key-1", name="Ada B."), item.version)

        with pytest.raises(VersionMismatch):
            await side.update(item.href, self.body("key-1", name="Ada C."), item.version)

        [fetched] = await side.fetch([item.href])
        assert b":Ada B." in fetched.body

    async def test_a_write_to_an_item_that_is_gone_says_so(self, side: RemoteSide) -> None:
        item = await side.create("key-1", self.body("key-1"))
        await side.delete(item.href, item.version)

        with pytest.raises(ItemGone):
            await side.update(item.href, self.body("key-1", name="Ada B."), item.version)

        assert (await side.changes(None)).changed == ()

    async def test_deleting_twice_is_deleting_once(self, side: RemoteSide) -> None:
        item = await side.create("key-1", self.body("key-1"))

        await side.delete(item.href, item.version)
        await side.delete(item.href, item.version)

        assert await side.fetch([item.href]) == []

    async def test_a_delete_with_an_old_version_is_refused(self, side: RemoteSide) -> None:
        item = await side.create("key-1", self.body("key-1"))
        await side.update(item.href, self.body("key-1", name="Ada B."), item.version)

        with pytest.raises(VersionMismatch):
            await side.delete(item.href, item.version)

        assert len(await side.fetch([item.href])) == 1

    async def test_a_round_tells_what_moved_since_the_last_one(self, side: RemoteSide) -> None:
        stays = await side.create("stays", self.body("stays"))
        moves = await side.create("moves", self.body("moves"))
        goes = await side.create("goes", self.body("goes"))
        first = await side.changes(None)

        moved = await side.update(moves.href, self.body("moves", name="Moved"), moves.version)
        await side.delete(goes.href, goes.version)
        fresh = await side.create("fresh", self.body("fresh"))

        found = await side.changes(first.cursor)
        assert not found.complete
        assert news(found, first) == {ItemVersion(moved.href, moved.version), ItemVersion(fresh.href, fresh.version)}
        assert found.removed == (goes.href,)
        assert ItemVersion(stays.href, stays.version) in first.changed

    async def test_a_round_in_which_nothing_moved_is_one_request_and_empty(self, side: RemoteSide) -> None:
        item = await side.create("key-1", self.body("key-1"))
        first = await side.changes(None)
        # The first round may learn what the next ones ask for.
        second = await side.changes(first.cursor)
        before = side.requests

        third = await side.changes(second.cursor)

        assert (news(second, first), second.removed, second.complete) == (set(), (), False)
        assert (news(third, first), third.removed, third.complete) == (set(), (), False)
        assert side.requests == before + 1
        assert news(await side.changes(third.cursor), first) == set()
        changed = await side.update(item.href, self.body("key-1", name="Ada B."), item.version)
        assert ItemVersion(changed.href, changed.version) in (await side.changes(third.cursor)).changed

    async def test_an_unknown_cursor_gives_everything(self, side: RemoteSide) -> None:
        item = await side.create("key-1", self.body("key-1"))

        found = await side.changes(self.unknown_cursor)

        assert found.complete
        assert [each.href for each in found.changed] == [item.href]

    async def test_a_character_that_xml_cannot_hold_spoils_no_other_item(self, side: RemoteSide) -> None:
        written = [await side.create(f"key-{n}", self.body(f"key-{n}")) for n in range(4)]
        with suppress(ItemRefused):
            written.append(await side.create("key-odd", self.body("key-odd", more="X-ODD:a\x0bb")))

        fetched = await side.fetch([each.href for each in written])

        assert {(each.href, each.version) for each in fetched} == {(each.href, each.version) for each in written}
        odd = [each.body for each in fetched if b"X-ODD" in each.body]
        assert len(odd) == len(written) - 4

    async def test_what_does_not_exist_is_left_out_of_a_fetch(self, side: RemoteSide) -> None:
        item = await side.create("key-1", self.body("key-1"))

        fetched = await side.fetch([item.href, item.href.replace("key-1", "no-such")])

        assert [each.href for each in fetched] == [item.href]
        assert await side.fetch([]) == []

    async def test_a_long_fetch_is_cut_into_batches(self, side: RemoteSide) -> None:
        item = await side.create("key-1", self.body("key-1"))
        before = side.requests

        fetched = await side.fetch([item.href, *(item.href.replace("key-1", f"no{n}") for n in range(249))])

        assert [each.href for each in fetched] == [item.href]
        # One more where the server closed the connection without a word.
        assert side.requests - before in (3, 4)

    async def test_what_the_codec_does_not_know_survives(self, side: RemoteSide) -> None:
        body = self.body("key-1", more=self.own)

        item = await side.create("key-1", body)

        [fetched] = await side.fetch([item.href])
        assert b"X-OWN;X-PARAM=a:kept" in fetched.body


class TestMemory(RemoteSideContract):
    unknown_cursor = "7-3"

    @pytest.fixture
    def side(self) -> RemoteSide:
        return MemorySide(MemoryServer())


class TestServers(RemoteSideContract):
    unknown_cursors: ClassVar = {
        "radicale": "sync:http://radicale.org/ns/sync/" + "0" * 64,
        "xandikos": "sync:" + "0" * 40,
        "cyrus": "sync:data:,1234567890-1",
    }

    @pytest.fixture(params=SERVERS)
    def server(self, request: pytest.FixtureRequest) -> DavServer:
        self.unknown_cursor = self.unknown_cursors.get(request.param, "")
        return request.getfixturevalue(request.param)

    @pytest.fixture
    async def side(self, server: DavServer) -> AsyncIterator[RemoteSide]:
        side = DavCollection(Outbound(USER, PASSWORD), server.new_address_book())
        yield side
        await side.close()


class TestCalendarsOnServers(TestServers):
    own = "X-OWN;X-PARAM=a:kept"

    @pytest.fixture(params=[Store.CALENDAR, Store.TASK_LIST], ids=lambda store: store.value)
    async def side(self, request: pytest.FixtureRequest, server: DavServer) -> AsyncIterator[RemoteSide]:
        self.body = event if request.param is Store.CALENDAR else todo
        side = DavCollection(Outbound(USER, PASSWORD), server.new_calendar(), CONTENT_OF[request.param])
        yield side
        await side.close()


@pytest.mark.parametrize("server", SERVERS)
async def test_items_of_a_calendar_are_named_and_typed_as_such(request: pytest.FixtureRequest, server: str) -> None:
    found: DavServer = request.getfixturevalue(server)
    side = DavCollection(Outbound(USER, PASSWORD), found.new_calendar(), CONTENT_OF[Store.CALENDAR])

    item = await side.create("key-1", event("key-1"))
    seen = await side.check()
    await side.close()

    assert item.href.endswith("key-1.ics")
    assert seen.holds == {Store.CALENDAR, Store.TASK_LIST}
