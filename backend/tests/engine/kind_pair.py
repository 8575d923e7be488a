"""A CRM and a mailbox with all its collections, for tests of the kinds: in memory or on a real server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from engine.pair import PERMIT, Outcome, Pair
from fieldsync.catalogue.fields import Field, catalogue
from fieldsync.clock import SystemClock
from fieldsync.core.runs import RunConfiguration, RunMode, RunState
from fieldsync.core.values import STORE_OF, RecordKind, Store, Value
from fieldsync.db.repo import records as record_rows
from fieldsync.db.repo import runs as run_rows
from fieldsync.engine.connect import with_sides
from fieldsync.engine.kinds import SUPPORTED_KINDS, setup
from fieldsync.engine.runner import Runner
from fieldsync.events.bell import Bell
from fieldsync.ids import new_id
from fieldsync.ports import Codec, Item, RemoteSide
from fieldsync.sides.caldav.collection import DavCollection
from fieldsync.sides.caldav.content import CONTENT_OF
from fieldsync.sides.memory import MemoryServer, MemorySide
from fieldsync.sides.outbound import Outbound
from servers import PASSWORD, USER, DavServer

ZONE = "Europe/Vienna"


def fields_of(kind: RecordKind) -> dict[str, Field]:
    return {one.key: one for one in catalogue().fields(kind)}


def codec_of(kind: RecordKind) -> Codec:
    return setup(kind, ZONE).codec


@dataclass
class KindPair(Pair):
    """One mailbox with an address book, a calendar and a task list; ``together`` makes the last two one collection."""

    urls: dict[Store, str] = field(default_factory=dict)
    servers: dict[Store, MemoryServer] = field(default_factory=dict)

    def settle(self, server: DavServer | None, *, together: bool = False) -> None:
        """Make the collections and tell the mailbox of them."""
        if server is None:
            self.urls = {store: f"memory:/{store.value.lower()}/" for store in Store}
            if together:
                self.urls[Store.TASK_LIST] = self.urls[Store.CALENDAR]
            made = {url: MemoryServer(url.removeprefix("memory:")) for url in self.urls.values()}
            self.servers = {store: made[url] for store, url in self.urls.items()}
        else:
            calendar = server.new_calendar()
            self.urls = {
                Store.ADDRESS_BOOK: server.new_address_book(),
                Store.CALENDAR: calendar,
                Store.TASK_LIST: calendar if together else server.new_calendar(),
            }
        self.rule(
            contacts_url=self.urls[Store.ADDRESS_BOOK],
            calendar_url=self.urls[Store.CALENDAR],
            tasks_url=self.urls[Store.TASK_LIST],
            time_zone=ZONE,
        )

    def open(self, store: Store) -> RemoteSide:
        if self.servers:
            return MemorySide(self.servers[store], self.faults)
        return DavCollection(Outbound(USER, PASSWORD), self.urls[store], CONTENT_OF[store])

    def runner(self) -> Runner:
        return Runner(self.database, Bell(), self.box, SystemClock(), with_sides(self.open))

    def order(
        self,
        mode: RunMode = RunMode.APPLY,
        *,
        release_held: bool = False,
        cycle: bool = False,
        kinds: Sequence[RecordKind] = SUPPORTED_KINDS,
    ) -> str:
        run_id = new_id()
        self.database.write_now(
            PERMIT,
            lambda connection: run_rows.insert_run(
                connection,
                run_id=run_id,
                mailbox_id=self.mailbox,
                mode=mode,
                configuration=RunConfiguration.PUBLISHED,
                kinds=kinds,
                started_by=None if cycle else self.principal,
                release_held=release_held,
                now=SystemClock().now(),
            ),
        )
        return run_id

    async def settled(self) -> Outcome:
        """``sync_twice``, and a verify run that finds nothing to report."""
        first = await self.sync_twice()
        verified = await self.sync(RunMode.VERIFY)
        assert verified.state is RunState.SUCCEEDED, verified
        assert verified.row["counts"]["different"] == 0, verified
        return first

    # the CRM side

    def make(self, kind: RecordKind, uid: str = "", owner: str = "", **values: str | Value) -> str:
        """Create a record; its id."""
        record_id, fields = new_id(), fields_of(kind)
        cells = [one.empty for one in fields.values()]
        for key, value in values.items():
            cells[fields[key].position] = (value,) if isinstance(value, str) else value
        self.database.write_now(
            PERMIT,
            lambda c: record_rows.insert_many(
                c, kind, owner or self.principal, [(record_id, tuple(cells))], SystemClock().now(), [uid]
            ),
        )
        return record_id

    def change(self, kind: RecordKind, record_id: str, **values: str | Value) -> None:
        fields = fields_of(kind)
        changes = {fields[key].position: (v,) if isinstance(v, str) else v for key, v in values.items()}

        def unit(connection):
            version, _ = record_rows.held(connection, kind, record_id)
            assert record_rows.write(connection, kind, record_id, changes, version, SystemClock().now())

        self.database.write_now(PERMIT, unit)

    def drop(self, kind: RecordKind, record_id: str) -> None:
        def unit(connection):
            version, _ = record_rows.held(connection, kind, record_id)
            assert record_rows.remove(connection, kind, record_id, version, SystemClock().now())

        self.database.write_now(PERMIT, unit)

    def value(self, kind: RecordKind, record_id: str, key: str) -> Value:
        held = self.database.read_now(lambda c: record_rows.held(c, kind, record_id))
        return held[1][fields_of(kind)[key].position]

    def all(self, kind: RecordKind) -> dict[str, str]:
        """The records of a kind: subject (or name) to id."""
        table = record_rows.layout(kind).table
        name = "fullname" if kind is RecordKind.CONTACT else "subject"
        rows = self.database.read_now(lambda c: c.execute(select(table.c[name], table.c.id)).all())
        return {row[0]: row[1] for row in rows}

    def column(self, kind: RecordKind, record_id: str, name: str) -> object:
        table = record_rows.layout(kind).table
        return self.database.read_now(lambda c: c.scalar(select(table.c[name]).where(table.c.id == record_id)))

    # the Outlook side

    async def store(self, kind: RecordKind, body: bytes, key: str = "") -> Item:
        """Another program makes an item."""
        side = self.open(STORE_OF[kind])
        item = await side.create(key or new_id(), body)
        await side.close()
        return item

    async def rewrite(self, kind: RecordKind, href: str, body: bytes) -> None:
        side = self.open(STORE_OF[kind])
        (item,) = await side.fetch([href])
        await side.update(href, body, item.version)
        await side.close()

    async def edit_of(self, kind: RecordKind, href: str, **values: str | Value) -> None:
        """Another program writes these fields of an item."""
        fields = fields_of(kind)
        changes = {fields[key].position: (v,) if isinstance(v, str) else v for key, v in values.items()}
        await self.rewrite(kind, href, codec_of(kind).write((await self.body(kind, href)), changes, "unused"))

    async def take(self, kind: RecordKind, href: str) -> None:
        """Another program deletes an item."""
        side = self.open(STORE_OF[kind])
        (item,) = await side.fetch([href])
        await side.delete(href, item.version)
        await side.close()

    async def body(self, kind: RecordKind, href: str) -> bytes:
        side = self.open(STORE_OF[kind])
        (item,) = await side.fetch([href])
        await side.close()
        return item.body

    async def hrefs(self, kind: RecordKind) -> list[str]:
        """The items of a kind."""
        side = self.open(STORE_OF[kind])
        listing = await side.changes(None)
        items = await side.fetch(sorted(change.href for change in listing.changed))
        await side.close()
        return [item.href for item in items if codec_of(kind).holds(item.body)]

    async def read(self, kind: RecordKind, href: str) -> Mapping[str, Value]:
        values = codec_of(kind).read(await self.body(kind, href))
        return {key: values[one.position] for key, one in fields_of(kind).items()}
