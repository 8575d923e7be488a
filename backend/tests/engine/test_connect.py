"""Trying an address before it is stored, against real servers."""

import pytest

from fieldsync.core.values import Store
from fieldsync.engine.connect import NotThisAddress, check_mailbox
from fieldsync.sides.faults import SignInRefused, Unreachable
from servers import PASSWORD, USER, DavServer

BOOK = Store.ADDRESS_BOOK


async def test_an_address_book_is_taken_as_it_is(radicale: DavServer) -> None:
    await check_mailbox({BOOK: radicale.new_address_book()}, USER, PASSWORD)


async def test_the_address_of_the_server_is_answered_with_the_address_books_it_has(radicale: DavServer) -> None:
    book = radicale.new_address_book()

    with pytest.raises(NotThisAddress) as refused:
        await check_mailbox({BOOK: radicale.home}, USER, PASSWORD)

    assert book in [found.url for found in refused.value.found]
    assert refused.value.path == ("contactsUrl",)
    assert "Take one of these" in refused.value.message


async def test_a_wrong_password_and_a_closed_port_are_told_apart(radicale: DavServer) -> None:
    with pytest.raises(SignInRefused):
        await check_mailbox({BOOK: radicale.new_address_book()}, USER, "wrong")
    with pytest.raises(Unreachable):
        await check_mailbox({BOOK: "http://127.0.0.1:9/book/"}, USER, PASSWORD)


async def test_a_calendar_is_none_of_an_address_book_and_the_other_way_round(radicale: DavServer) -> None:
    calendar, book = radicale.new_calendar(), radicale.new_address_book()

    await check_mailbox({BOOK: book, Store.CALENDAR: calendar, Store.TASK_LIST: calendar}, USER, PASSWORD)
    with pytest.raises(NotThisAddress) as refused:
        await check_mailbox({BOOK: book, Store.CALENDAR: book}, USER, PASSWORD)

    assert refused.value.path == ("calendarUrl",)
    assert calendar in [found.url for found in refused.value.found]
    assert book not in [found.url for found in refused.value.found]
