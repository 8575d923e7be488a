from api.office import Office
from fieldsync.core.values import RecordKind
from fieldsync.db.repo import links, mailboxes
from fieldsync.services.mailboxes import MailboxChange

HANDLED = links.Handled(7, "mark", "rights", "scope")


def give_cursor(office: Office, mailbox: str) -> None:
    office.write(lambda connection: links.save_cursors(connection, mailbox, RecordKind.CONTACT, HANDLED))


def cursor(office: Office, mailbox: str) -> links.Handled:
    return office.database.read_now(lambda connection: links.cursors(connection, mailbox, RecordKind.CONTACT))


async def test_another_address_book_starts_over_so_that_nothing_looks_deleted(office: Office) -> None:
    mailbox = office.mailbox("sales")
    give_cursor(office, mailbox)

    change = MailboxChange(contacts_url="https://new.example/book/")
    await office.services.mailboxes.update(office.actor("admin"), mailbox, change)

    assert cursor(office, mailbox) == links.Handled()


async def test_a_new_password_goes_on_where_the_old_one_stopped(office: Office) -> None:
    mailbox = office.mailbox("sales")
    give_cursor(office, mailbox)

    await office.services.mailboxes.update(office.actor("admin"), mailbox, MailboxChange(password="new", name="New"))

    assert cursor(office, mailbox) == HANDLED
    sealed = office.database.read_now(lambda connection: mailboxes.sealed_password(connection, mailbox))
    assert office.parts.box.open(sealed) == "new"


async def test_a_mailbox_is_found_by_name_id_and_owner(office: Office) -> None:
    mailbox = office.mailbox("sales", "Team book")
    admin, service = office.actor("admin"), office.services.mailboxes

    for text in ("Team book", mailbox, "sales"):
        assert [row.id for row in await service.find(admin, text)] == [mailbox]
    assert await service.find(admin, "nothing") == []
    assert await service.find(office.actor("manager"), mailbox) == []
