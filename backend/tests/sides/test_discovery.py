import pytest

from fieldsync.sides.caldav.discovery import discover, plain_url
from fieldsync.sides.faults import CollectionGone, SignInRefused, Unreachable
from servers import PASSWORD, USER, DavServer, Misbehaving, status, xml


async def test_radicale_shows_its_address_books_from_its_root(radicale: DavServer) -> None:
    url = radicale.new_address_book()

    books = (await discover(radicale.url, USER, PASSWORD)).collections

    assert (url, "Test book") in {(book.url, book.name) for book in books}


async def test_xandikos_shows_its_address_books_from_its_root(xandikos: DavServer) -> None:
    books = (await discover(xandikos.url, USER, PASSWORD)).collections

    assert books
    assert all(book.url.startswith(xandikos.url) for book in books)


async def test_the_address_of_one_book_gives_just_that_one(radicale: DavServer) -> None:
    url = radicale.new_address_book()

    assert [book.url for book in (await discover(url, USER, PASSWORD)).collections] == [url]


async def test_a_wrong_password_is_said_so(radicale: DavServer) -> None:
    with pytest.raises(SignInRefused):
        await discover(radicale.url, USER, "wrong")


async def test_a_server_that_is_only_a_web_site_has_no_carddav(misbehaving: Misbehaving) -> None:
    misbehaving.on("PROPFIND", status(200, "<html>Welcome</html>"))

    with pytest.raises(CollectionGone):
        await discover(misbehaving.url, USER, PASSWORD)


async def test_the_well_known_address_is_tried_when_the_given_one_knows_nothing(misbehaving: Misbehaving) -> None:
    principal = (
        '<multistatus xmlns="DAV:"><response><href>/dav/</href><propstat><prop><current-user-principal>'
        "<href>/me/</href></current-user-principal></prop><status>HTTP/1.1 200 OK</status></propstat></response>"
        "</multistatus>"
    )
    home = (
        '<multistatus xmlns="DAV:"><response><href>/me/</href><propstat><prop><C:addressbook-home-set'
        ' xmlns:C="urn:ietf:params:xml:ns:carddav"><href>/home/</href></C:addressbook-home-set></prop>'
        "<status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"
    )
    books = (
        '<multistatus xmlns="DAV:"><response><href>/home/a%20b/</href><propstat><prop><displayname>Friends'
        '</displayname><resourcetype><collection/><C:addressbook xmlns:C="urn:ietf:params:xml:ns:carddav"/>'
        "</resourcetype></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"
    )
    misbehaving.on(
        "PROPFIND",
        status(404),
        status(301, Location="/dav"),
        xml(207, principal),
        xml(207, home),
        xml(207, books),
        status(404),
    )

    found = (await discover(misbehaving.url, USER, PASSWORD)).collections

    assert [(book.url, book.name) for book in found] == [(f"{misbehaving.url}home/a%20b/", "Friends")]
    assert [path for _, path, _ in misbehaving.seen] == [
        "/",
        "/.well-known/carddav",
        "/dav",
        "/me/",
        "/home/",
        "/.well-known/caldav",
    ]


async def test_nonsense_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        await discover("http://127.0.0.1:1", USER, PASSWORD)


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ("dav.example.org", "https://dav.example.org/"),
        (" HTTP://user:pass@h:81/x ", "http://h:81/x"),
        ("https://h/a?b#c", "https://h/a"),
    ],
)
def test_a_typed_address_is_made_whole(typed: str, made: str) -> None:
    assert plain_url(typed) == made
