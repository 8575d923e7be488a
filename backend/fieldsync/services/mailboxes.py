"""Use cases of mailboxes: list, connect, change."""

import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fieldsync.clock import Clock
from fieldsync.core.rights import Action, Actor
from fieldsync.core.runs import DeletionRule, SyncMethod
from fieldsync.core.values import STORE_OF, Store
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import cycles, dead_letters, principals
from fieldsync.db.repo import mailboxes as rows
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.engine.connect import CALLED, PATHS, Checked, Discovery, find_collections
from fieldsync.errors import AlreadyConnected, InvalidInput, MailboxBusy, NotFound, NotStopped
from fieldsync.events.bell import CYCLES, Bell
from fieldsync.ids import new_id
from fieldsync.security import gate
from fieldsync.security.secrets import SecretBox
from fieldsync.services.paging import Page, PageArguments, count_all, read_page

CheckMailbox = Callable[[Mapping[Store, str], str, str], Coroutine[Any, Any, Checked]]
"""Tries addresses with a user name and a password; raises sides.faults.SideError, or InvalidInput."""

FindCollections = Callable[[str, str, str], Coroutine[Any, Any, Discovery]]
"""Looks at a server with a user name and a password; raises as ``CheckMailbox``."""

URLS = {Store.ADDRESS_BOOK: "contacts_url", Store.CALENDAR: "calendar_url", Store.TASK_LIST: "tasks_url"}
_ADDRESS = re.compile(r"^[^\s@<>,;]+@[^\s@<>,;]+$")
MOST_ADDRESSES = 50


@dataclass(frozen=True, slots=True)
class Condition:
    """How a mailbox is: its links, the run under way, the newest run, the failure that stands, its dead letters."""

    linked: int
    active_run: str | None
    last_run: str | None
    failure: Any | None
    dead_letters: int = 0


@dataclass(frozen=True, slots=True)
class MailboxChange:
    """What to change; None leaves it as it is, an empty calendar or task list address takes that one away."""

    name: str | None = None
    contacts_url: str | None = None
    calendar_url: str | None = None
    tasks_url: str | None = None
    time_zone: str | None = None
    addresses: Sequence[str] | None = None
    user_name: str | None = None
    password: str | None = None
    sync_method: SyncMethod | None = None
    on_record_deleted: DeletionRule | None = None
    on_item_deleted: DeletionRule | None = None
    cycles_enabled: bool | None = None

    @property
    def reconnects(self) -> bool:
        given = (self.contacts_url, self.calendar_url, self.tasks_url, self.user_name, self.password)
        return any(one is not None for one in given)


class Mailboxes:
    """Users see their own; administrators see, connect and change all."""

    def __init__(
        self,
        database: Database,
        bell: Bell,
        box: SecretBox,
        clock: Clock,
        check: CheckMailbox,
        find: FindCollections = find_collections,
    ) -> None:
        self._database = database
        self._bell = bell
        self._box = box
        self._clock = clock
        self._check = check
        self._find = find

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page:
        """Mailboxes that the actor sees. Raises InvalidInput, FieldWithheld."""
        return await read_page(self._database, actor, asked, query, rows.listed(gate.visible(actor, rows.table)))

    async def count(self, actor: Actor, query: ListQuery) -> int:
        return await count_all(self._database, actor, query, rows.listed(gate.visible(actor, rows.table)))

    async def get(self, actor: Actor, mailbox_id: str) -> Any:
        """One mailbox; raises NotFound."""
        row = (await self.by_ids(actor, [mailbox_id]))[0]
        if row is None:
            raise NotFound
        return row

    async def by_ids(self, actor: Actor, ids: Sequence[str]) -> list[Any]:
        """Mailboxes in the order of ``ids``; None for those the actor does not see."""
        visible = gate.visible(actor, rows.table)
        found = await self._database.read(lambda connection: rows.by_ids(connection, visible, set(ids)))
        return [found.get(mailbox_id) for mailbox_id in ids]

    async def find(self, actor: Actor, text: str) -> list[Any]:
        """Mailboxes with this id or name, or whose owner has this user name."""
        visible = gate.visible(actor, rows.table)
        return await self._database.read(lambda connection: rows.find(connection, visible, text))

    async def conditions(self, ids: Sequence[str]) -> list[Condition]:
        """How mailboxes are that the actor was shown already."""

        def unit(connection: Connection) -> list[Condition]:
            wanted = set(ids)
            linked = rows.linked_counts(connection, wanted)
            active = rows.active_runs(connection, wanted)
            last = rows.last_runs(connection, wanted)
            failures = rows.failures(connection, wanted)
            dead = dead_letters.counts(connection, wanted)
            return [
                Condition(linked.get(i, 0), active.get(i), last.get(i), failures.get(i), dead.get(i, 0)) for i in ids
            ]

        return await self._database.read(unit)

    async def discover(self, actor: Actor, url: str, user_name: str, password: str) -> Discovery:
        """What a sign-in can see on a server, to choose from before connecting; raises SideError, InvalidInput."""
        gate.permit(actor, Action.MAILBOX_CONNECT, gate.Target("", None))
        url, user_name = _text(url, "url", 1000), _text(user_name, "userName", 320)
        return await self._find(url, user_name, _secret(password))

    async def connect(
        self,
        actor: Actor,
        *,
        principal_id: str | None,
        name: str,
        contacts_url: str,
        user_name: str,
        password: str,
        calendar_url: str | None = None,
        tasks_url: str | None = None,
        time_zone: str | None = None,
        addresses: Sequence[str] | None = None,
    ) -> Any:
        """Connect collections once their server let us in; raises SideError, AlreadyConnected, InvalidInput."""
        permit = gate.permit(actor, Action.MAILBOX_CONNECT, gate.Target("", principal_id))
        owner = principal_id or actor.principal_id
        name, user_name = _text(name, "name", 200), _text(user_name, "userName", 320)
        given = {Store.ADDRESS_BOOK: contacts_url, Store.CALENDAR: calendar_url, Store.TASK_LIST: tasks_url}
        urls = {store: checked_url(url, store) for store, url in given.items() if url is not None}
        url, password = urls[Store.ADDRESS_BOOK], _secret(password)
        zone = _zone(time_zone) if time_zone is not None else None

        def look(connection: Connection) -> None:
            if not principals.by_ids(connection, [owner]):
                raise NotFound(path=("principalId",))
            _refuse_taken(rows.taken(connection, urls, user_name))

        await self._database.read(look)
        checked = await self._check(urls, user_name, password)
        mailbox_id = new_id()
        visible = gate.visible(actor, rows.table)
        values = rows.values_for_new(
            principal_id=owner,
            name=name,
            contacts_url=url,
            user_name=user_name,
            password_box=self._box.seal(password),
            now=self._clock.now(),
        )
        values |= {
            "calendar_url": urls.get(Store.CALENDAR),
            "tasks_url": urls.get(Store.TASK_LIST),
            "time_zone": zone or checked.time_zone or "UTC",
            "addresses": _mail_addresses(addresses if addresses is not None else checked.addresses),
        }

        def unit(connection: Connection) -> Any:
            _refuse_taken(rows.taken(connection, urls, user_name))
            rows.insert_mailbox(connection, id=mailbox_id, **values)
            return rows.by_ids(connection, visible, [mailbox_id])[mailbox_id]

        return await self._database.write(permit, unit)

    async def update(self, actor: Actor, mailbox_id: str, change: MailboxChange) -> Any:
        """Change a mailbox; a new address or sign-in is tried first. Raises as ``connect``, and MailboxBusy.

        Another address book or user starts over: what was linked to the former one is forgotten, not deleted.
        """
        current = await self.get(actor, mailbox_id)
        permit = gate.permit(actor, Action.MAILBOX_EDIT, gate.Target(mailbox_id, current.principal_id))
        values: dict[str, Any] = {}
        if change.name is not None:
            values["name"] = _text(change.name, "name", 200)
        for store, column in URLS.items():
            wanted = getattr(change, column)
            if wanted is not None:
                optional = store is not Store.ADDRESS_BOOK and not wanted.strip()
                values[column] = None if optional else checked_url(wanted, store)
        if change.time_zone is not None:
            values["time_zone"] = _zone(change.time_zone)
        if change.addresses is not None:
            values["addresses"] = _mail_addresses(change.addresses)
        if change.user_name is not None:
            values["user_name"] = _text(change.user_name, "userName", 320)
        if change.sync_method is not None:
            values["sync_method"] = change.sync_method.value
        if change.on_record_deleted is not None:
            values["on_record_deleted"] = change.on_record_deleted.value
        if change.on_item_deleted is not None:
            values["on_item_deleted"] = change.on_item_deleted.value
        user_name = values.get("user_name", current.user_name)
        urls = {store: values.get(column, getattr(current, column)) for store, column in URLS.items()}
        moved = [
            store
            for store, column in URLS.items()
            if user_name != current.user_name or urls[store] != getattr(current, column)
        ]
        if change.reconnects:
            password = _secret(change.password) if change.password is not None else await self._password(mailbox_id)
            checked = await self._check({store: url for store, url in urls.items() if url}, user_name, password)
            if current.addresses is None and change.addresses is None:
                values["addresses"] = _mail_addresses(checked.addresses)
            if change.password is not None:
                values["password_box"] = self._box.seal(password)
        visible, now = gate.visible(actor, rows.table), self._clock.now()

        def unit(connection: Connection) -> Any:
            rows.lock(connection, mailbox_id)
            _refuse_taken(rows.taken(connection, urls, user_name, but=mailbox_id))
            if moved:
                if rows.active_runs(connection, [mailbox_id]):
                    raise MailboxBusy(path=("mailboxId",))
                rows.forget_collections(connection, mailbox_id, [kind for kind in STORE_OF if STORE_OF[kind] in moved])
            if values:
                rows.update_mailbox(connection, mailbox_id, **values)
            if change.reconnects:
                cycles.resume(connection, mailbox_id, now)
            if change.cycles_enabled is not None:
                cycles.enable(connection, mailbox_id, now if change.cycles_enabled else None)
            return rows.by_ids(connection, visible, [mailbox_id])[mailbox_id]

        updated = await self._database.write(permit, unit)
        self._bell.ring(CYCLES)
        return updated

    async def resume(self, actor: Actor, mailbox_id: str) -> Any:
        """Let a stopped mailbox go on: a person says that the obstacle is gone. Raises NotFound, NotStopped."""
        current = await self.get(actor, mailbox_id)
        permit = gate.permit(actor, Action.RUN_START, gate.Target(mailbox_id, current.principal_id))
        visible, now = gate.visible(actor, rows.table), self._clock.now()

        def unit(connection: Connection) -> Any:
            rows.lock(connection, mailbox_id)
            if rows.by_ids(connection, visible, [mailbox_id])[mailbox_id].stopped_at is None:
                raise NotStopped(path=("mailboxId",))
            cycles.resume(connection, mailbox_id, now)
            return rows.by_ids(connection, visible, [mailbox_id])[mailbox_id]

        resumed = await self._database.write(permit, unit)
        self._bell.ring(CYCLES)
        return resumed

    async def _password(self, mailbox_id: str) -> str:
        sealed = await self._database.read(lambda connection: rows.sealed_password(connection, mailbox_id))
        return self._box.open(sealed)


def _refuse_taken(store: Store | None) -> None:
    """Two mailboxes over one collection would make two records of everything."""
    if store is not None:
        called = CALLED[store]
        raise AlreadyConnected(f"This {called} is connected already, in another mailbox.", path=(PATHS[store],))


def checked_url(url: str, store: Store = Store.ADDRESS_BOOK) -> str:
    """An http or https address without credentials, ending in a slash as collections do; raises InvalidInput."""
    path, called = (PATHS[store],), CALLED[store]
    url = url.strip()
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound, parts = False, urlsplit("")
    if not sound or any(character.isspace() or not character.isprintable() for character in url):
        raise InvalidInput(f"Give the address of the {called}, such as https://host/path/.", path=path)
    if parts.username is not None or parts.password is not None:
        raise InvalidInput("Leave user name and password out of the address.", path=path)
    if parts.query or parts.fragment:
        raise InvalidInput("The address of a collection has no ? and no #.", path=path)
    if len(url) >= 1000:
        raise InvalidInput("The address has more than 1000 characters.", path=path)
    return url if url.endswith("/") else url + "/"


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput("Give a time zone by its IANA name, such as Europe/Vienna.", path=("timeZone",)) from error


def _mail_addresses(given: Sequence[str]) -> list[str]:
    addresses = list(dict.fromkeys(address.strip().lower() for address in given))
    wrong = next((address for address in addresses if not _ADDRESS.match(address) or len(address) > 320), None)
    if wrong is not None:
        raise InvalidInput(f"{wrong[:80]!r} is no mail address.", path=("addresses",))
    if len(addresses) > MOST_ADDRESSES:
        raise InvalidInput(f"At most {MOST_ADDRESSES} addresses are kept.", path=("addresses",))
    return addresses


def _text(value: str, name: str, limit: int) -> str:
    value = value.strip()
    if not value or len(value) > limit or "\x00" in value:
        raise InvalidInput(f"This must have 1 to {limit} characters.", path=(name,))
    return value


def _secret(value: str) -> str:
    if not value or len(value) > 1000 or any(character in value for character in "\x00\r\n"):
        raise InvalidInput("This must have 1 to 1000 characters on one line.", path=("password",))
    return value
