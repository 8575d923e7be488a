"""CardDAV on servers that misbehave, each in a way that was seen in the wild."""

import pytest
from aiohttp import web

from fieldsync.sides.caldav.collection import DavCollection
from fieldsync.sides.faults import (
    AnswerUnreadable,
    CollectionGone,
    ItemGone,
    ItemLocked,
    ItemRefused,
    ServerFailed,
    SideError,
    SignInRefused,
    Throttled,
    TimedOut,
    Unreachable,
    VersionMismatch,
)
from fieldsync.sides.outbound import Limits, Outbound
from servers import Misbehaving, cut, cut_short, gone, listed, multistatus, never, status, xml

CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:k\r\nFN:Ada\r\nN:;Ada;;;\r\nEND:VCARD\r\n"
INVALID_TOKEN = '<error xmlns="DAV:"><valid-sync-token/></error>'
BOOK = (
    "<response><href>/book/</href><propstat><prop><resourcetype><collection/><C:addressbook"
    ' xmlns:C="urn:ietf:params:xml:ns:carddav"/></resourcetype></prop><status>HTTP/1.1 200 OK</status>'
    "</propstat></response>"
)


def ctag(tag: str) -> str:
    return (
        '<response><href>/book/</href><propstat><prop><getctag xmlns="http://calendarserver.org/ns/">'
        f"{tag}</getctag></prop><status>HTTP/1.1 200 OK</status></propstat></response>"
    )


@pytest.fixture
async def side(misbehaving: Misbehaving):
    limits = Limits(connect=1.0, read=0.3, total=1.0, max_answer=100_000)
    side = DavCollection(Outbound("tester", "top secret", limits), f"{misbehaving.url}book/")
    yield side
    await side.close()


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (status(401), SignInRefused),
        (status(403), SignInRefused),
        (status(404), CollectionGone),
        (status(410), CollectionGone),
        (status(500), ServerFailed),
        (status(502, "<html>Bad gateway</html>"), ServerFailed),
        (status(429), Throttled),
        (status(301, Location="https://elsewhere.example/"), ServerFailed),
        (status(200, "<html>Please sign in</html>"), ServerFailed),
        (xml(207, "<multistatus"), AnswerUnreadable),
        (xml(207, '<html xmlns="http://www.w3.org/1999/xhtml"/>'), ServerFailed),
        (xml(207, '<!DOCTYPE d [<!ENTITY e "x">]><multistatus xmlns="DAV:">&e;</multistatus>'), ServerFailed),
        (status(207, b"x" * 200_000), AnswerUnreadable),
        (cut, Unreachable),
        (cut_short, ServerFailed),
    ],
)
async def test_a_bad_answer_is_one_typed_error(
    misbehaving: Misbehaving, side: DavCollection, act, error: type[SideError]
) -> None:
    misbehaving.on("REPORT", act)

    with pytest.raises(error) as caught:
        await side.changes("sync:1")

    assert type(caught.value) is error
    assert caught.value.whole_run
    assert caught.value.remedy
    assert "secret" not in str(caught.value)


async def test_no_answer_is_a_time_out(misbehaving: Misbehaving, side: DavCollection) -> None:
    misbehaving.on("REPORT", never(misbehaving))

    with pytest.raises(TimedOut):
        await side.changes(None)


async def test_nobody_listening_is_unreachable() -> None:
    side = DavCollection(Outbound("tester", "x"), "http://127.0.0.1:1/book/")

    with pytest.raises(Unreachable):
        await side.changes(None)

    await side.close()


async def test_a_kept_connection_that_was_closed_is_opened_again(misbehaving: Misbehaving, side: DavCollection) -> None:
    misbehaving.on("REPORT", multistatus(token="1"), cut, multistatus(token="1"))
    await side.changes(None)

    assert (await side.changes("sync:1")).cursor == "sync:1"


@pytest.mark.parametrize("code", [403, 409, 410, 412])
async def test_an_invalid_token_starts_over_completely(
    misbehaving: Misbehaving, side: DavCollection, code: int
) -> None:
    misbehaving.on("REPORT", xml(code, INVALID_TOKEN), multistatus(listed("/book/a.vcf", '"1"'), token="9"))

    found = await side.changes("sync:old")

    assert found.complete
    assert [each.href for each in found.changed] == ["/book/a.vcf"]
    assert found.cursor == "sync:9"
    assert b"<d:sync-token></d:sync-token>" in misbehaving.seen[-1][2]


async def test_507_for_the_whole_request_starts_over(misbehaving: Misbehaving, side: DavCollection) -> None:
    misbehaving.on("REPORT", status(507), multistatus(token="9"))

    assert (await side.changes("sync:old")).complete


async def test_a_cut_list_is_asked_on_until_it_is_whole(misbehaving: Misbehaving, side: DavCollection) -> None:
    misbehaving.on(
        "REPORT",
        multistatus(listed("/book/a.vcf", '"1"'), listed("/book/b.vcf", '"1"'), gone("/book/", 507), token="2"),
        multistatus(gone("/book/b.vcf"), listed("/book/c.vcf", '"1"'), gone("/book/", 507), token="3"),
        multistatus(token="4"),
    )

    found = await side.changes("sync:1")

    assert [each.href for each in found.changed] == ["/book/a.vcf", "/book/c.vcf"]
    assert found.removed == ("/book/b.vcf",)
    assert found.cursor == "sync:4"
    assert not found.complete


async def test_a_list_that_never_ends_is_a_failure(misbehaving: Misbehaving, side: DavCollection) -> None:
    misbehaving.on("REPORT", multistatus(gone("/book/", 507), token="1"))

    with pytest.raises(ServerFailed):
        await side.changes("sync:1")


async def test_order_is_nothing_and_the_collection_and_folders_are_no_items(
    misbehaving: Misbehaving, side: DavCollection
) -> None:
    misbehaving.on(
        "REPORT",
        xml(
            207,
            '<d:multistatus xmlns:d="DAV:"><d:sync-token>5</d:sync-token>'
            "<d:response><d:propstat><d:status>HTTP/1.1 200 OK</d:status><d:prop><d:getetag>W/&quot;1&quot;"
            "</d:getetag></d:prop></d:propstat><d:href>http://127.0.0.1/book/%7Ea%20b.vcf</d:href></d:response>"
            "<d:response><d:href>/book/</d:href><d:propstat><d:prop><d:getetag>x</d:getetag></d:prop>"
            "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
            "<d:response><d:href>/book/sub/</d:href><d:propstat><d:prop><d:getetag>x</d:getetag></d:prop>"
            "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>",
        ),
    )

    found = await side.changes(None)

    assert [(each.href, each.version) for each in found.changed] == [("/book/~a%20b.vcf", '"1"')]
    assert found.cursor == "sync:5"


async def test_the_servers_spelling_of_an_address_is_used_to_ask_it(
    misbehaving: Misbehaving, side: DavCollection
) -> None:
    misbehaving.on("REPORT", multistatus(listed("/book/a%2bb%40c.vcf", '"1"'), token="1"))
    found = await side.changes(None)
    misbehaving.on("REPORT", multistatus())

    await side.fetch([found.changed[0].href])

    assert found.changed[0].href == "/book/a+b@c.vcf"
    assert b"<d:href>/book/a%2bb%40c.vcf</d:href>" in misbehaving.seen[-1][2]


@pytest.mark.parametrize(
    "act",
    [
        status(405),
        status(501),
        status(415),
        xml(403, '<error xmlns="DAV:"><supported-report/></error>'),
        multistatus(listed("/book/a.vcf", '"1"')),
    ],
)
async def test_a_server_without_sync_is_compared_by_its_ctag(
    misbehaving: Misbehaving, side: DavCollection, act
) -> None:
    misbehaving.on("REPORT", act)
    misbehaving.on(
        "PROPFIND",
        multistatus(ctag("t1")),
        multistatus(BOOK, listed("/book/a.vcf", '"1"')),
        multistatus(ctag("t1")),
        multistatus(ctag("t2")),
        multistatus(BOOK, listed("/book/b.vcf", '"1"')),
    )

    first = await side.changes(None)
    assert (first.complete, [each.href for each in first.changed]) == (True, ["/book/a.vcf"])

    before = side.requests
    second = await side.changes(first.cursor)
    assert (second.changed, second.complete, second.cursor) == ((), False, first.cursor)
    assert side.requests == before + 1

    third = await side.changes(second.cursor)
    assert (third.complete, [each.href for each in third.changed]) == (True, ["/book/b.vcf"])


async def test_what_was_asked_for_and_not_answered_is_gone(misbehaving: Misbehaving, side: DavCollection) -> None:
    body = CARD.decode().replace("\r\n", "\n")
    answered = (
        '<response><href>/book/a.vcf</href><propstat><prop><getetag>"1"</getetag><address-data'
        f' xmlns="urn:ietf:params:xml:ns:carddav">{body}</address-data></prop>'
        "<status>HTTP/1.1 200 OK</status></propstat></response>"
    )
    misbehaving.on("REPORT", multistatus(answered, gone("/book/b.vcf")))

    [item] = await side.fetch(["/book/a.vcf", "/book/b.vcf", "/book/c.vcf"])

    assert (item.href, item.version, item.body) == ("/book/a.vcf", '"1"', CARD)


async def test_without_multiget_items_are_read_one_by_one(misbehaving: Misbehaving, side: DavCollection) -> None:
    misbehaving.on("REPORT", status(501))
    misbehaving.on("GET", status(200, CARD, ETag='"1"'), status(404))

    [item] = await side.fetch(["/book/a.vcf", "/book/b.vcf"])

    assert (item.version, item.body) == ('"1"', CARD)


async def test_one_body_that_spoils_the_answer_is_found_and_read_as_it_is(
    misbehaving: Misbehaving, side: DavCollection
) -> None:
    odd = CARD.replace(b"FN:Ada", b"FN:A\x0bda")
    hrefs = [f"/book/{n}.vcf" for n in range(50)]

    async def answer(request: web.Request, sent: bytes) -> web.StreamResponse:
        asked = [href for href in hrefs if f"<d:href>{href}</d:href>".encode() in sent]
        bodies = {href: odd if href == hrefs[17] else CARD for href in asked}
        responses = [
            f'<response><href>{href}</href><propstat><prop><getetag>"1"</getetag><address-data'
            f' xmlns="urn:ietf:params:xml:ns:carddav">{body.decode()}</address-data></prop>'
            "<status>HTTP/1.1 200 OK</status></propstat></response>"
            for href, body in bodies.items()
        ]
        return await multistatus(*responses)(request, sent)

    misbehaving.on("REPORT", answer)
    misbehaving.on("GET", status(200, odd, ETag='"1"'))

    found = {item.href: item.body for item in await side.fetch(hrefs)}

    assert found == {href: odd if href == hrefs[17] else CARD for href in hrefs}
    assert side.requests < 15


async def test_more_than_fits_into_one_answer_comes_in_several(misbehaving: Misbehaving, side: DavCollection) -> None:
    hrefs = [f"/book/{n}.vcf" for n in range(8)]

    async def answer(request: web.Request, sent: bytes) -> web.StreamResponse:
        asked = [href for href in hrefs if f"<d:href>{href}</d:href>".encode() in sent]
        body = CARD.decode().replace("FN:Ada", f"FN:{'a' * 30_000}")
        responses = [
            f'<response><href>{href}</href><propstat><prop><getetag>"1"</getetag><address-data'
            f' xmlns="urn:ietf:params:xml:ns:carddav">{body}</address-data></prop>'
            "<status>HTTP/1.1 200 OK</status></propstat></response>"
            for href in asked
        ]
        return await multistatus(*responses)(request, sent)

    misbehaving.on("REPORT", answer)

    assert [item.href for item in await side.fetch(hrefs)] == hrefs


async def test_a_write_answered_without_etag_is_read_at_once(misbehaving: Misbehaving, side: DavCollection) -> None:
    stored = CARD.replace(b"FN:Ada", b"FN:ADA")
    misbehaving.on("PUT", status(201))
    misbehaving.on("GET", status(200, stored, ETag='W/"7-gzip"'))

    item = await side.create("k", CARD)

    assert (item.version, item.body) == ('"7"', stored)


async def test_a_create_whose_answer_was_lost_finds_its_item(misbehaving: Misbehaving, side: DavCollection) -> None:
    misbehaving.on("PUT", cut)
    misbehaving.on("GET", status(200, CARD.replace(b"\r\nFN:Ada\r\nN:;Ada;;;", b"\r\nN:;Ada\r\nFN:Ada"), ETag='"3"'))
    with pytest.raises(Unreachable):
        await side.create("k", CARD)
    misbehaving.on("PUT", status(412))

    item = await side.create("k", CARD)

    assert item.version == '"3"'


@pytest.mark.parametrize("code", [400, 403, 404, 409, 412, 413, 415, 507])
async def test_a_body_the_server_does_not_like_is_refused_and_concerns_one_item(
    misbehaving: Misbehaving, side: DavCollection, code: int
) -> None:
    misbehaving.on("PUT", status(code))
    misbehaving.on("GET", status(404))
    misbehaving.on("PROPFIND", multistatus(BOOK))

    with pytest.raises(ItemRefused) as caught:
        await side.create("k", CARD)

    assert caught.value.status == code
    assert not caught.value.whole_run


async def test_a_create_in_a_book_that_is_gone_ends_the_run(misbehaving: Misbehaving, side: DavCollection) -> None:
    misbehaving.on("PUT", status(409))
    misbehaving.on("PROPFIND", status(404))

    with pytest.raises(CollectionGone):
        await side.create("k", CARD)


async def test_a_uid_that_exists_names_the_other_item(misbehaving: Misbehaving, side: DavCollection) -> None:
    conflict = (
        '<error xmlns="DAV:"><no-uid-conflict xmlns="urn:ietf:params:xml:ns:carddav">'
        '<href xmlns="DAV:">/book/other%20one.vcf</href></no-uid-conflict></error>'
    )
    misbehaving.on("PUT", xml(409, conflict))

    with pytest.raises(ItemRefused) as caught:
        await side.create("k", CARD)

    assert caught.value.conflicting_href == "/book/other%20one.vcf"
    assert caught.value.detail == "no-uid-conflict"


async def test_a_locked_item_is_tried_again_later(misbehaving: Misbehaving, side: DavCollection) -> None:
    misbehaving.on("PUT", status(423))

    with pytest.raises(ItemLocked) as caught:
        await side.update("/book/a.vcf", CARD, '"1"')

    assert caught.value.retry.again
    assert not caught.value.whole_run


@pytest.mark.parametrize("code", [404, 409, 412])
async def test_an_update_of_an_item_that_vanished_says_so(
    misbehaving: Misbehaving, side: DavCollection, code: int
) -> None:
    misbehaving.on("PUT", status(code))
    misbehaving.on("GET", status(404))
    misbehaving.on("PROPFIND", multistatus(BOOK))

    with pytest.raises(ItemGone):
        await side.update("/book/a.vcf", CARD, '"1"')


async def test_412_although_the_version_is_right_means_the_body(misbehaving: Misbehaving, side: DavCollection) -> None:
    misbehaving.on("PUT", status(412))
    misbehaving.on("GET", status(200, CARD, ETag='"1"'))

    with pytest.raises(ItemRefused):
        await side.update("/book/a.vcf", CARD, '"1"')


async def test_a_server_that_deletes_unconditionally_is_asked_first(
    misbehaving: Misbehaving, side: DavCollection
) -> None:
    misbehaving.on("GET", status(200, CARD, ETag='"gcs00000002"'))
    misbehaving.on("DELETE", status(204))

    with pytest.raises(VersionMismatch):
        await side.delete("/book/a.vcf", '"gcs00000001"')
    assert "DELETE" not in {method for method, _, _ in misbehaving.seen}

    await side.delete("/book/a.vcf", '"gcs00000002"')
    assert misbehaving.seen[-1][0] == "DELETE"


async def test_something_that_is_no_address_book_is_not_connected(
    misbehaving: Misbehaving, side: DavCollection
) -> None:
    misbehaving.on("PROPFIND", multistatus(listed("/book/", '"1"')))

    with pytest.raises(CollectionGone):
        await side.check()


async def test_check_follows_a_redirect_with_method_and_body(misbehaving: Misbehaving, side: DavCollection) -> None:
    misbehaving.on("PROPFIND", status(301, Location="/dav/book/"), multistatus(BOOK))

    book = await side.check()

    assert book.url == f"{misbehaving.url}dav/book/"
    assert misbehaving.seen[0][2] == misbehaving.seen[1][2] != b""
    assert all("Authorization" in headers for headers in misbehaving.headers)


TOKEN = "http://radicale.org/ns/sync/"


async def test_radicale_is_asked_for_its_tag_before_its_list(misbehaving: Misbehaving, side: DavCollection) -> None:
    misbehaving.on(
        "REPORT", multistatus(listed("/book/a.vcf", '"1"'), token=f"{TOKEN}1"), multistatus(token=f"{TOKEN}1")
    )
    misbehaving.on("PROPFIND", multistatus(ctag("t1")))

    first = await side.changes(None)
    second = await side.changes(first.cursor)
    before = side.requests
    third = await side.changes(second.cursor)

    assert (first.complete, [each.href for each in first.changed]) == (True, ["/book/a.vcf"])
    assert (third.changed, third.complete, third.cursor) == ((), False, second.cursor)
    assert (side.requests - before, misbehaving.seen[-1][0]) == (1, "PROPFIND")


async def test_a_change_between_the_tag_and_the_list_is_told_twice_not_missed(
    misbehaving: Misbehaving, side: DavCollection
) -> None:
    a_change = listed("/book/a.vcf", '"2"')
    misbehaving.on("REPORT", multistatus(a_change, token=f"{TOKEN}2"), multistatus(token=f"{TOKEN}2"))
    misbehaving.on("PROPFIND", multistatus(ctag("t1")), multistatus(ctag("t2")))

    found = await side.changes(f"sync:{TOKEN}1 t0")
    again = await side.changes(found.cursor)
    asked = [method for method, *_ in misbehaving.seen]
    quiet = await side.changes(again.cursor)

    assert [each.href for each in found.changed] == ["/book/a.vcf"]
    assert asked == ["PROPFIND", "REPORT", "PROPFIND", "REPORT"]
    assert quiet.cursor == again.cursor == f"sync:{TOKEN}2 t2"


async def test_radicale_is_asked_for_its_list_at_once_where_the_other_side_moved(
    misbehaving: Misbehaving, side: DavCollection
) -> None:
    misbehaving.on("PROPFIND", multistatus(ctag("t1")))
    misbehaving.on("REPORT", multistatus(listed("/book/a.vcf", '"2"'), token=f"{TOKEN}2"))

    found = await side.changes(f"sync:{TOKEN}1 t1", moved=True)

    assert [each.href for each in found.changed] == ["/book/a.vcf"]
    assert found.cursor == f"sync:{TOKEN}2"
    assert [method for method, *_ in misbehaving.seen] == ["REPORT"]


async def test_a_radicale_without_a_tag_is_asked_for_its_list(misbehaving: Misbehaving, side: DavCollection) -> None:
    misbehaving.on("PROPFIND", multistatus(gone("/book/")))
    misbehaving.on("REPORT", multistatus(listed("/book/a.vcf", '"2"'), token=f"{TOKEN}2"))

    found = await side.changes(f"sync:{TOKEN}1 ")

    assert [each.href for each in found.changed] == ["/book/a.vcf"]
    assert found.cursor == f"sync:{TOKEN}2"


async def test_a_token_that_radicale_forgot_starts_over_though_the_tag_is_known(
    misbehaving: Misbehaving, side: DavCollection
) -> None:
    misbehaving.on("PROPFIND", multistatus(ctag("t2")))
    misbehaving.on("REPORT", xml(403, INVALID_TOKEN), multistatus(listed("/book/a.vcf", '"1"'), token=f"{TOKEN}9"))

    found = await side.changes(f"sync:{TOKEN}1 t1")

    assert found.complete
    assert found.cursor == f"sync:{TOKEN}9 t2"
