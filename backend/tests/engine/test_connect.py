"""Trying an address before it is stored, against real servers."""

import pytest

from fieldsync.engine.connect import NotThisAddress, check_mailbox
from fieldsync.sides.faults import SignInRefused, Unreachable
from servers import PASSWORD, USER, DavServer


async def test_an_address_book_is_taken_as_it_is(radicale: DavServer) -> None:
    await check_mailbox(radicale.new_address_book(), USER, PASSWORD)


async def test_the_address_of_the_server_is_answered_with_the_address_books_it_has(radicale: DavServer) -> None:
    book = radicale.new_address_book()

    with pytest.raises(NotThisAddress) as refused:
        await check_mailbox(radicale.home, USER, PASSWORD)

    assert book in [found.url for found in refused.value.books]
    assert refused.value.path == ("contactsUrl",)
    assert "Take one of these" in refused.value.message


async def test_a_wrong_password_and_a_closed_port_are_told_apart(radicale: DavServer) -> None:
    with pytest.raises(SignInRefused):
        await check_mailbox(radicale.new_address_book(), USER, "wrong")
    with pytest.raises(Unreachable):
        await check_mailbox("http://127.0.0.1:9/book/", USER, PASSWORD)
