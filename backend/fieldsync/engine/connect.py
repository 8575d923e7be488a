"""Opening the remote side of a mailbox, and trying an address before it is stored."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from fieldsync.db.repo.runs import MailboxAccess
from fieldsync.errors import InvalidInput
from fieldsync.ports import RemoteSide
from fieldsync.security.secrets import SecretBox
from fieldsync.sides.caldav.collection import CardDavCollection
from fieldsync.sides.caldav.discovery import AddressBook, discover
from fieldsync.sides.faults import CollectionGone, SideError
from fieldsync.sides.outbound import Outbound
from fieldsync.sides.pool import Pool

BOOKS_NAMED = 5

OpenSide: TypeAlias = Callable[[MailboxAccess], RemoteSide]


def sides_of(box: SecretBox, pool: Pool) -> OpenSide:
    """How the product opens mailboxes: CardDAV, with the mailbox's own sign-in, over connections that all share."""

    def open_side(mailbox: MailboxAccess) -> RemoteSide:
        http = Outbound(mailbox.user_name, box.open(mailbox.password_box), pool=pool)
        return CardDavCollection(http, mailbox.contacts_url)

    return open_side


class NotThisAddress(InvalidInput):
    """There is no address book at this address, but there are some on its server."""

    def __init__(self, books: Sequence[AddressBook]) -> None:
        found = ", ".join(f"{book.name or 'unnamed'} ({book.url})" for book in books[:BOOKS_NAMED])
        super().__init__(
            f"There is no address book at this address. The server has: {found}. Take one of these.",
            path=("contactsUrl",),
        )
        self.books = tuple(books)


async def check_mailbox(contacts_url: str, user_name: str, password: str) -> None:
    """Sign in and see that the address is an address book; raises NotThisAddress, or ``SideError`` with its remedy."""
    side = CardDavCollection(Outbound(user_name, password), contacts_url)
    try:
        await side.check()
    except CollectionGone:
        books = await _others(contacts_url, user_name, password)
        if not books:
            raise
        raise NotThisAddress(books) from None
    finally:
        await side.close()


async def _others(url: str, user_name: str, password: str) -> list[AddressBook]:
    try:
        return await discover(url, user_name, password)
    except SideError:
        return []
