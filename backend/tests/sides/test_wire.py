"""HTTP as servers really speak it: every way to end a body, to keep or drop a connection, and to get it wrong."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fieldsync.sides.faults import ServerFailed, TimedOut, Unreachable
from fieldsync.sides.outbound import Limits, Outbound
from fieldsync.sides.pool import Pool

Script = Callable[[int, bytes], tuple[bytes, bool]]
"""From the number of the connection and what was asked: what to answer, and whether to keep the connection."""


class Raw:
    """A server that answers octets."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.connections = 0
        self.asked: list[bytes] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number, keep = self.connections, True
        try:
            while keep:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")), 0
                )
                asked = head + await reader.readexactly(length)
                self.asked.append(asked)
                answer, keep = self.script(number, asked)
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def raw() -> AsyncIterator[Callable[..., Awaitable[Raw]]]:
    servers: list[asyncio.Server] = []

    async def start(script: Script, tls: ssl.SSLContext | None = None) -> Raw:
        made = Raw(script)
        server = await asyncio.start_server(made.serve, "127.0.0.1", 0, ssl=tls)
        servers.append(server)
        port = server.sockets[0].getsockname()[1]
        made.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}/"
        return made

    yield start
    for server in servers:
        server.close()


def plain(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


BODIES = {
    "with a length": plain(b"hello"),
    "in chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
    "after an interim answer": b"HTTP/1.1 100 Continue\r\n\r\n" + plain(b"hello"),
    "compressed": plain(gzip.compress(b"hello"), "Content-Encoding: gzip"),
}


@pytest.mark.parametrize("name", list(BODIES))
async def test_a_body_ends_where_the_server_says_and_the_connection_serves_again(raw, name: str) -> None:
    server = await raw(lambda _, __: (BODIES[name], True))

    async with Outbound("tester", "x") as http:
        answers = [await http.send("REPORT", server.url, b"<ask/>") for _ in range(3)]

    assert [(answer.status, answer.body) for answer in answers] == [(200, b"hello")] * 3
    assert server.connections == 1
    assert all(asked.endswith(b"<ask/>") for asked in server.asked)


async def test_without_a_length_the_body_ends_with_the_connection(raw) -> None:
    server = await raw(lambda _, __: (b"HTTP/1.0 200 OK\r\n\r\nhello", False))

    async with Outbound("tester", "x") as http:
        answers = [await http.send("GET", server.url) for _ in range(2)]

    assert [answer.body for answer in answers] == [b"hello", b"hello"]
    assert server.connections == 2


@pytest.mark.parametrize(
    ("method", "asked"),
    [("GET", 3), ("PUT", 3), ("DELETE", 3), ("POST", 2)],
)
async def test_a_kept_connection_that_turns_out_closed_is_made_anew_for_what_can_be_repeated(
    raw, method: str, asked: int
) -> None:
    # The first connection answers once and drops the second request without a word.
    def script(number: int, _: bytes) -> tuple[bytes, bool]:
        return (plain(b""), True) if number > 1 or len(server.asked) == 1 else (b"", False)

    server, pool = await raw(script), Pool()
    http = Outbound("tester", "x", pool=pool)
    await http.send("GET", server.url)
    if method == "POST":
        with pytest.raises(Unreachable):
            await http.send(method, server.url, b"x")
    else:
        assert (await http.send(method, server.url, b"x")).status == 200
    pool.close()

    assert len(server.asked) == asked


async def test_a_write_on_a_fresh_connection_is_never_sent_twice(raw) -> None:
    server = await raw(lambda _, __: (b"", False))

    async with Outbound("tester", "x") as http:
        with pytest.raises(Unreachable):
            await http.send("PUT", server.url, b"x")

    assert len(server.asked) == 1


async def test_more_than_was_announced_is_answered_and_the_connection_not_used_again(raw) -> None:
    server = await raw(lambda _, __: (plain(b"hello") + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", True))

    async with Outbound("tester", "x") as http:
        answers = [await http.send("GET", server.url) for _ in range(2)]

    assert [answer.body for answer in answers] == [b"hello", b"hello"]
    assert server.connections == 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "not an HTTP answer"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "not an HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "cut short"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "cut short"),
        (plain(b"no gzip at all", "Content-Encoding: gzip"), "compression"),
        (plain(gzip.compress(b"0" * 5000), "Content-Encoding: gzip"), "more than 2000"),
        (plain(b"0" * 5000), "more than 2000"),
        (plain(b"", *(f"X-{n}: {'y' * 1000}" for n in range(100))), "headers without end"),
    ],
)
async def test_an_answer_that_is_none_fails_with_its_reason(raw, answer: bytes, why: str) -> None:
    server = await raw(lambda _, __: (answer, False))

    async with Outbound("tester", "x", Limits(max_answer=2000)) as http:
        with pytest.raises(ServerFailed, match=why):
            await http.send("GET", server.url)


async def test_an_answer_that_stops_coming_times_out(raw) -> None:
    server = await raw(lambda _, __: (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nha", True))

    async with Outbound("tester", "x", Limits(read=0.05)) as http:
        with pytest.raises(TimedOut):
            await http.send("GET", server.url)


async def test_no_more_requests_at_once_than_allowed() -> None:
    most = busy = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal most, busy
        await reader.readuntil(b"\r\n\r\n")
        busy += 1
        most = max(most, busy)
        for _ in range(20):
            await asyncio.sleep(0)
        busy -= 1
        writer.write(plain(b""))
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
    async with Outbound("tester", "x", Limits(connections=3)) as http:
        await asyncio.gather(*(http.send("GET", url) for _ in range(12)))
    listening.close()

    assert most == 3


@pytest.mark.parametrize("url", ["http://127.0.0.1/a b", "ftp://127.0.0.1/", "http://127.0.0.1/\r\nX: y", "no address"])
async def test_what_is_no_web_address_is_not_asked_for(url: str) -> None:
    async with Outbound("tester", "x") as http:
        with pytest.raises(Unreachable):
            await http.send("GET", url)
        assert http.requests == 0


async def test_a_line_end_in_a_header_is_not_sent() -> None:
    async with Outbound("tester", "x") as http:
        with pytest.raises(Unreachable):
            await http.send("PUT", "http://127.0.0.1/", b"", {"If-Match": '"a"\r\nX: y'})
        assert http.requests == 0


def certificate(folder: Path) -> ssl.SSLContext:
    """A context with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


async def test_a_certificate_that_nobody_vouches_for_is_not_accepted(raw, tmp_path: Path) -> None:
    server = await raw(lambda _, __: (plain(b""), True), certificate(tmp_path))

    async with Outbound("tester", "x") as http:
        with pytest.raises(Unreachable, match="certificate"):
            await http.send("GET", server.url)

    assert server.asked == []
