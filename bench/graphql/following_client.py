"""Many subscribers of `subscribers.py` in one process: plain sockets, each with what was received on it.

Written for what a benchmark needs and no more: the server's frames are not masked, not split and not compressed.
"""

import asyncio
import base64
import gc
import json
import os
import socket
import struct
import sys
import time

QUERY = """subscription Follow($id: ID!) { runEvents(runId: $id) {
  seq at type state phase kind done total milliseconds message
  counts { recordsChanged itemsChanged unchanged createdInCrm updatedInCrm deletedInCrm createdInOutlook
           updatedInOutlook deletedInOutlook linked unlinked strays conflicts held skipped failed different }
  problem { seq code message remedy } } }"""


class Subscriber(asyncio.Protocol):
    """One socket; ``received`` holds (seq, nanoseconds since it was told)."""

    def __init__(self, run_id: str, token: str, ready: asyncio.Semaphore) -> None:
        self.received: list[tuple[int, int]] = []
        self.lost = False
        self._run_id = run_id
        self._token = token
        self._ready = ready
        self._buffer = b""
        self._open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /graphql HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        self._buffer += data
        if not self._open:
            head, found, self._buffer = self._buffer.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            assert b" 101 " in head, head
            self._open = True
            self._say({"type": "connection_init", "payload": {"Authorization": f"Bearer {self._token}"}})
        while self._frame(now):
            pass

    def _frame(self, now: int) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        size, start = buffer[1], 2
        if size == 126:
            if len(buffer) < 4:
                return False
            size, start = struct.unpack_from("!H", buffer, 2)[0], 4
        if len(buffer) < start + size:
            return False
        payload = buffer[start : start + size]
        self._buffer = buffer[start + size :]
        match buffer[0] & 15:
            case 1:
                self._message(payload, now)
            case 8:
                self.lost = True
                self.transport.close()
            case 9:
                self._send(10, payload)
        return True

    def _message(self, payload: bytes, now: int) -> None:
        if b'"type":"next"' in payload:
            at = payload.find(b'"seq":') + 6
            seq = int(payload[at : payload.index(b",", at)])
            told = payload.find(b"told ")
            self.received.append((seq, now - int(payload[told + 5 : told + 25]) if told > 0 else -1))
            if seq == 1:
                self._ready.release()
        elif b"connection_ack" in payload:
            asked = {"query": QUERY, "variables": {"id": f"run:{self._run_id}"}}
            self._say({"id": os.urandom(8).hex(), "type": "subscribe", "payload": asked})
        elif b'"type":"error"' in payload:
            sys.exit(payload.decode())

    def _say(self, message: object) -> None:
        self._send(1, json.dumps(message).encode())

    def _send(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        head = struct.pack("!BB", 128 | kind, 128 | size) if size < 126 else struct.pack("!BBH", 128 | kind, 254, size)
        self.transport.write(head + b"\0\0\0\0" + payload)  # a mask of zeros leaves it as it is

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True


async def follow(port: int, run_id: str, token: str, number: int, stuck: str, stopped: int) -> None:
    """Open ``number`` subscribers, and ``stopped`` of the run ``stuck`` that never read; report at the end of input."""
    loop, ready = asyncio.get_running_loop(), asyncio.Semaphore(0)
    subscribers = []
    for _ in range(number):
        _, one = await loop.create_connection(lambda: Subscriber(run_id, token, ready), "127.0.0.1", port)
        subscribers.append(one)
        if len(subscribers) % 50 == 0:  # not all at once: the queue of the listening socket is short
            for _ in range(50):
                await ready.acquire()
    for _ in range(len(subscribers) % 50):
        await ready.acquire()
    say({"open": len(subscribers)})
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    unread = []
    while command := (await reader.readline()).split():
        match command:
            case [b"stop"]:
                unread = [await _stopped(port, stuck, token) for _ in range(stopped)]
                say({"stopped": len(unread)})
            case [b"wait", last]:
                for _ in range(600):
                    if all(one.received and one.received[-1][0] >= int(last) for one in subscribers):
                        break
                    await asyncio.sleep(0.05)
                say(_report(subscribers, int(last)))
                for one in subscribers:
                    one.received.clear()
    for one in subscribers:
        one.transport.abort()


async def _stopped(port: int, run_id: str, token: str) -> asyncio.Transport:
    """A subscriber that stops reading once it has asked; its window is small."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", port))
    raw.setblocking(False)
    ready = asyncio.Semaphore(0)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_connection(lambda: Subscriber(run_id, token, ready), sock=raw)
    await ready.acquire()
    transport.pause_reading()
    return transport


def _report(subscribers: list[Subscriber], last: int) -> dict[str, object]:
    delays = sorted(delay for one in subscribers for _, delay in one.received if delay >= 0)
    doubled = sum(len(one.received) - len({seq for seq, _ in one.received}) for one in subscribers)
    disordered = sum(
        any(after <= before for (before, _), (after, _) in zip(one.received, one.received[1:], strict=False))
        for one in subscribers
    )
    return {
        "delivered": sum(len(one.received) for one in subscribers),
        "doubled": doubled,
        "disordered": disordered,
        "lost": sum(one.lost for one in subscribers),
        "behind": sum(not one.received or one.received[-1][0] < last for one in subscribers),
        "delays": [delays[int(len(delays) * share / 1000)] / 1e6 for share in range(1000)] if delays else [],
        "slowest": delays[-1] / 1e6 if delays else 0.0,
    }


def say(line: object) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    gc.disable()  # what measures must not pause
    port, run_id, token, number, stuck, stopped = sys.argv[1:]
    asyncio.run(follow(int(port), run_id, token, int(number), stuck, int(stopped)))
