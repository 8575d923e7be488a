"""Opening the remote side of a mailbox, and trying an address before it is stored."""

from collections.abc import Callable
from typing import TypeAlias

from fieldsync.db.repo.runs import MailboxAccess
from fieldsync.ports import RemoteSide
from fieldsync.security.secrets import SecretBox
from fieldsync.sides.caldav.collection import CardDavCollection
from fieldsync.sides.outbound import Outbound

OpenSide: TypeAlias = Callable[[MailboxAccess], RemoteSide]


def sides_of(box: SecretBox) -> OpenSide:
    """How the product opens mailboxes: CardDAV, with the mailbox's own sign-in."""

    def open_side(mailbox: MailboxAccess) -> RemoteSide:
        return CardDavCollection(Outbound(mailbox.user_name, box.open(mailbox.password_box)), mailbox.contacts_url)

    return open_side


async def check_mailbox(contacts_url: str, user_name: str, password: str) -> None:
    """Sign in and see that the address is an address book; raises ``SideError`` with its remedy."""
    side = CardDavCollection(Outbound(user_name, password), contacts_url)
    try:
        await side.check()
    finally:
        await side.close()
