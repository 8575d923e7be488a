"""Many creations in one request: together where Cyrus takes them, never twice whatever gets lost."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from fieldsync.ports import Item, made_as
from fieldsync.sides.caldav.collection import DavCollection
from fieldsync.sides.faults import SideError
from fieldsync.sides.outbound import Outbound
from servers import PASSWORD, SERVERS, USER, DavServer, Misbehaving, cut, multistatus, status, xml

CYRUS = "Cyrus-HTTP/3.6.1"
EMPTY = multistatus(token="data:,1-1")


def card(uid: str, name: str = "Ada") -> bytes:
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nN:;{name};;;\r\nEND:VCARD\r\n".encode()


def methods(server: Misbehaving) -> list[str]:
    return [method for method, _, _ in server.seen]


async def taken(request: web.Request, sent: bytes) -> web.StreamResponse:
    """Each card becomes an item with a name of the server's, but those called Bad."""
    del request
    responses = "".join(
        f"<response><href>/book/{n}.vcf</href><propstat><status>HTTP/1.1 200 OK</status><prop><getetag>e{n}</getetag>"
        f'<u:uid xmlns:u="http://calendarserver.org/ns/">{uid}</u:uid></prop></propstat></response>'
        for n, uid in enumerate(re.findall(r"UID:(\S+)", sent.decode()))
        if f"UID:{uid}\r\nFN:Bad" not in sent.decode()
    )
    body = f'<?xml version="1.0"?><multistatus xmlns="DAV:">{responses}</multistatus>'
    return web.Response(status=207, text=body, content_type="application/xml")


@pytest.fixture
async def side(misbehaving: Misbehaving) -> AsyncIterator[DavCollection]:
    misbehaving.on("REPORT", EMPTY)
    misbehaving.on("OPTIONS", status(200, Allow="OPTIONS, GET, POST, PUT, DELETE", Server=CYRUS))
    misbehaving.on("POST", taken)
    misbehaving.on("PUT", status(201, ETag='"single"'))
    side = DavCollection(Outbound("tester", "x"), f"{misbehaving.url}book/")
    await side.changes(None)
    yield side
    await side.close()


async def create(side: DavCollection, *keys: str, name: str = "Ada") -> list[Item]:
    return await asyncio.gather(*(side.create(key, card(key, name=name)) for key in keys))


async def test_creations_at_the_same_time_travel_together(misbehaving: Misbehaving, side: DavCollection) -> None:
    made = await create(side, *(f"key-{n}" for n in range(250)))

    assert methods(misbehaving).count("POST") == 3
    assert "PUT" not in methods(misbehaving)
    assert made[1] == Item("/book/1.vcf", '"e1"', card("key-1"))


async def test_a_card_that_was_not_taken_goes_by_itself(misbehaving: Misbehaving, side: DavCollection) -> None:
    good, bad = await asyncio.gather(side.create("good", card("good")), side.create("bad", card("bad", name="Bad")))

    assert (good.href, bad.href, bad.version) == ("/book/0.vcf", "/book/bad.vcf", '"single"')
    assert methods(misbehaving).count("PUT") == 1


async def test_where_one_card_spoils_the_request_all_go_by_themselves(
    misbehaving: Misbehaving, side: DavCollection
) -> None:
    misbehaving.on("POST", xml(403, '<error xmlns="DAV:"/>'))

    made = await create(side, "one", "two")

    assert [item.href for item in made] == ["/book/one.vcf", "/book/two.vcf"]


async def test_a_collection_that_announces_no_post_is_not_sent_one(
    misbehaving: Misbehaving, side: DavCollection
) -> None:
    misbehaving.on("OPTIONS", status(200, Allow="OPTIONS, GET, PUT, DELETE", Server=CYRUS))

    await create(side, "one", "two")

    assert "POST" not in methods(misbehaving)


async def test_another_server_is_not_sent_a_post_at_all(misbehaving: Misbehaving) -> None:
    misbehaving.on("PUT", status(201, ETag='"single"'))
    for token, asked in (("http://sabre.io/ns/sync/1", {"REPORT", "PUT"}), ("data:,1-1", {"REPORT", "OPTIONS", "PUT"})):
        misbehaving.seen.clear()
        misbehaving.on("REPORT", multistatus(token=token))
        misbehaving.on("OPTIONS", status(200, Allow="POST, PUT", Server="Apache"))
        side = DavCollection(Outbound("tester", "x"), f"{misbehaving.url}book/")
        await side.changes(None)

        await create(side, "one", "two")
        await side.close()

        assert set(methods(misbehaving)) == asked


async def test_an_item_whose_uid_is_not_its_key_goes_by_itself(misbehaving: Misbehaving, side: DavCollection) -> None:
    await side.create("key", card("a-uid-of-old"))

    assert methods(misbehaving) == ["REPORT", "PUT"]


async def test_after_a_lost_answer_the_server_is_asked_before_anything_is_sent_again(
    misbehaving: Misbehaving, side: DavCollection
) -> None:
    misbehaving.on("POST", cut, taken)
    with pytest.raises(SideError):
        await create(side, "one", "two")
    lines = card("one").decode().replace("\r\n", "&#13;\n")
    misbehaving.on(
        "REPORT",
        multistatus(
            "<response><href>/book/x.vcf</href><propstat><prop><getetag>&quot;v&quot;</getetag>"
            f'<address-data xmlns="urn:ietf:params:xml:ns:carddav">{lines}</address-data></prop>'
            "<status>HTTP/1.1 200 OK</status></propstat></response>"
        ),
    )

    one, two = await create(side, "one", "two")

    assert (one.href, one.version) == ("/book/x.vcf", '"v"')
    assert two.href == "/book/0.vcf"
    posted = [sent for method, _, sent in misbehaving.seen if method == "POST"]
    assert b"UID:one" not in posted[-1]


@pytest.mark.skipif("cyrus" not in SERVERS, reason="2026-11-24: Cyrus is there in `make test-servers`")
async def test_cyrus_makes_each_once_and_finds_them_by_their_keys(request: pytest.FixtureRequest) -> None:
    server: DavServer = request.getfixturevalue("cyrus")
    url = server.new_address_book()
    side = DavCollection(Outbound(USER, PASSWORD), url)
    await side.changes(None)
    before = side.requests
    keys = [f"key-{n}" for n in range(150)]

    made = {item.href: item for item in await create(side, *keys)}

    assert side.requests - before <= 4
    listed = {change.href: change.version for change in (await side.changes(None)).changed}
    assert listed == {href: item.version for href, item in made.items()}
    await side.close()
    another = DavCollection(Outbound(USER, PASSWORD), url)
    await another.changes(None)
    found = await made_as(another, [*keys, "never-made"])
    assert {item.href for item in found.values()} == made.keys()
    assert found.keys() == set(keys)
    await another.close()


@pytest.mark.skipif("cyrus" not in SERVERS, reason="2026-11-24: Cyrus is there in `make test-servers`")
async def test_cyrus_refuses_them_all_for_one_and_takes_the_others_by_themselves(
    request: pytest.FixtureRequest,
) -> None:
    server: DavServer = request.getfixturevalue("cyrus")
    side = DavCollection(Outbound(USER, PASSWORD), server.new_address_book())
    await side.changes(None)
    broken = card("broken").replace(b"FN:", b"F;N")

    made = await asyncio.gather(
        side.create("one", card("one")), side.create("broken", broken), side.create("two", card("two")),
        return_exceptions=True,
    )  # fmt: skip

    assert isinstance(made[1], SideError)
    assert not made[1].whole_run
    assert len((await side.changes(None)).changed) == 2
    await side.close()
