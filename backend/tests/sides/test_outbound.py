from datetime import UTC, datetime, timedelta

import pytest

from fieldsync.sides.faults import Retry, SignInRefused, Throttled, Unreachable
from fieldsync.sides.outbound import Outbound
from servers import Misbehaving, status

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("code", [429, 503])
@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("120", 120),
        ("Sun, 22 Nov 2026 12:05:00 GMT", 300),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("99999999999", 86400),
        ("soon", 30),
        ("", 30),
    ],
)
async def test_a_busy_server_says_how_long_to_wait(
    misbehaving: Misbehaving, code: int, retry_after: str, seconds: int
) -> None:
    misbehaving.on("GET", status(code, Retry_After=retry_after))

    async with Outbound("tester", "x", now=lambda: NOW) as http:
        with pytest.raises(Throttled) as caught:
            await http.send("GET", misbehaving.url)

    assert caught.value.retry == Retry.after(timedelta(seconds=seconds))


async def test_the_sign_in_does_not_follow_to_another_origin(misbehaving: Misbehaving) -> None:
    other = misbehaving.url.replace("127.0.0.1", "localhost")
    misbehaving.on("PROPFIND", status(302, Location=f"{other}book/"), status(401))

    async with Outbound("tester", "x") as http:
        with pytest.raises(SignInRefused):
            await http.send("PROPFIND", misbehaving.url, b"<x/>", redirects=3)

    assert "Authorization" in misbehaving.headers[0]
    assert "Authorization" not in misbehaving.headers[1]


async def test_a_redirect_is_not_followed_unasked(misbehaving: Misbehaving) -> None:
    misbehaving.on("PUT", status(307, Location="/elsewhere"))

    async with Outbound("tester", "x") as http:
        answer = await http.send("PUT", misbehaving.url, b"body")

    assert answer.status == 307
    assert len(misbehaving.seen) == 1


async def test_redirects_in_a_circle_end(misbehaving: Misbehaving) -> None:
    misbehaving.on("PROPFIND", status(301, Location="/again"))

    async with Outbound("tester", "x") as http:
        answer = await http.send("PROPFIND", misbehaving.url, b"", redirects=4)

    assert answer.status == 301
    assert http.requests == 5


@pytest.mark.parametrize("url", ["http:///x", "http://127.0.0.1:99999/", "http://no-such-host.invalid/"])
async def test_an_address_that_leads_nowhere_is_unreachable(url: str) -> None:
    async with Outbound("tester", "x") as http:
        with pytest.raises(Unreachable):
            await http.send("GET", url)


async def test_the_sign_in_shows_up_nowhere(misbehaving: Misbehaving) -> None:
    misbehaving.on("GET", status(401))
    http = Outbound("tester", "hunter2")

    with pytest.raises(SignInRefused) as caught:
        await http.send("GET", misbehaving.url.replace("http://", "http://me:hunter2@"))
    await http.close()

    assert "hunter2" not in f"{http!r} {caught.value!r} {vars(caught.value)}"


async def test_addresses_go_out_as_the_server_wrote_them(misbehaving: Misbehaving) -> None:
    misbehaving.on("GET", status(200))

    async with Outbound("tester", "x") as http:
        await http.send("GET", f"{misbehaving.url}a%2bb%40c%20d.vcf")

    assert misbehaving.seen[0][1] == "/a%2bb%40c%20d.vcf"
