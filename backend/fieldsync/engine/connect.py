"""Opening the collections of a mailbox, and trying addresses before they are stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from fieldsync.core.values import Store
from fieldsync.db.repo.runs import MailboxAccess
from fieldsync.engine.stores import Stores
from fieldsync.errors import InvalidInput
from fieldsync.ports import RemoteSide
from fieldsync.security.secrets import SecretBox
from fieldsync.sides.caldav.collection import DavCollection
from fieldsync.sides.caldav.content import CONTENT_OF
from fieldsync.sides.caldav.discovery import Discovery, Found, discover
from fieldsync.sides.faults import CollectionGone, SideError
from fieldsync.sides.outbound import Outbound
from fieldsync.sides.pool import Pool

NAMED = 5
PATHS = {Store.ADDRESS_BOOK: "contactsUrl", Store.CALENDAR: "calendarUrl", Store.TASK_LIST: "tasksUrl"}
"""What the input that holds the address of a store is called."""
CALLED = {store: content.called for store, content in CONTENT_OF.items()}

OpenSide: TypeAlias = Callable[[MailboxAccess], Stores]


def addresses_of(mailbox: MailboxAccess) -> dict[Store, str]:
    """The addresses of the stores that a mailbox has."""
    given = {
        Store.ADDRESS_BOOK: mailbox.contacts_url,
        Store.CALENDAR: mailbox.calendar_url,
        Store.TASK_LIST: mailbox.tasks_url,
    }
    return {store: url for store, url in given.items() if url}


def sides_of(box: SecretBox, pool: Pool) -> OpenSide:
    """How the product opens mailboxes: CardDAV and CalDAV, each with its sign-in, over connections that all share."""

    def open_side(mailbox: MailboxAccess) -> Stores:
        http = Outbound(mailbox.user_name, box.open(mailbox.password_box), pool=pool)
        addresses = addresses_of(mailbox)
        return Stores(addresses, lambda store: DavCollection(http, addresses[store], CONTENT_OF[store]))

    return open_side


def with_sides(open_store: Callable[[Store], RemoteSide]) -> OpenSide:
    """Mailboxes whose collections are given, such as fakes: one for each store that they have an address for."""
    return lambda mailbox: Stores(addresses_of(mailbox), open_store)


class NotThisAddress(InvalidInput):
    """There is no such collection at this address, but there are some on its server."""

    def __init__(self, store: Store, found: Sequence[Found]) -> None:
        called = CONTENT_OF[store].called
        listed = ", ".join(f"{one.name or 'unnamed'} ({one.url})" for one in found[:NAMED])
        super().__init__(
            f"There is no {called} at this address. The server has: {listed}. Take one of these.",
            path=(PATHS[store],),
        )
        self.found = tuple(found)


class NoCollection(InvalidInput):
    """There is no such collection at this address."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What trying a mailbox told: the mail addresses under which its server knows the owner, and the owner's zone."""

    addresses: tuple[str, ...] = ()
    time_zone: str = ""


async def check_mailbox(urls: Mapping[Store, str], user_name: str, password: str) -> Checked:
    """Sign in and see that each address is what it should be; raises NotThisAddress, or ``SideError``."""
    zone = ""
    async with Outbound(user_name, password) as http:
        for store, url in urls.items():
            try:
                seen = await DavCollection(http, url, CONTENT_OF[store]).check()
            except CollectionGone as error:
                found = await _others(url, user_name, password)
                fitting = [one for one in found.collections if store in one.holds]
                if fitting:
                    raise NotThisAddress(store, fitting) from None
                if store is Store.ADDRESS_BOOK:
                    raise
                raise NoCollection(f"{error} {error.remedy}", path=(PATHS[store],)) from None
            zone = zone or seen.time_zone
    calendar = urls.get(Store.CALENDAR)
    owner = await _others(calendar, user_name, password) if calendar else Discovery(())
    return Checked(owner.addresses, zone)


async def find_collections(url: str, user_name: str, password: str) -> Discovery:
    """What a sign-in can see at a server, to choose from; raises ``SideError``, InvalidInput for no address at all."""
    try:
        return await discover(url, user_name, password, around=True)
    except ValueError as error:
        raise InvalidInput("Give the address of the mail server, such as https://host/.", path=("url",)) from error


async def _others(url: str, user_name: str, password: str) -> Discovery:
    try:
        return await discover(url, user_name, password, around=True)
    except SideError:
        return Discovery(())
