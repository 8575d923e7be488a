"""The load, by autocannon in a process of its own, and the CPU that the server, PostgreSQL and the load took."""

import http.client
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contenders import PEERS, Server, node
from measure import cpu_of

Request = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Slice:
    """One turn of a server: requests, seconds on the clock and of CPUs, seconds that answers took."""

    count: int
    wall: float
    server: float
    postgres: float
    client: float
    median: float
    p99: float
    bytes: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.count / self.wall

    @property
    def cpu(self) -> float:
        """Seconds of the server's CPU per request."""
        return self.server / self.count


class Load:
    """Asks over connections that are kept open for a turn, each one request after the other."""

    def __init__(self, connections: int, postmaster: int) -> None:
        self._connections, self._postmaster = connections, postmaster
        self._process = subprocess.Popen(
            [node(), PEERS / "load.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def turn(self, server: Server, requests: Sequence[Request], amount: int) -> Slice:
        """At least ``amount`` requests, as many on each connection."""
        amount = -(-max(amount, self._connections) // self._connections) * self._connections
        job = {"port": server.port, "connections": self._connections, "amount": amount, "requests": requests}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        before = self._cpu(server)
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        used = [after - began for began, after in zip(before, self._cpu(server), strict=True)]
        if not line:
            raise RuntimeError("The load generator ended.")
        found = json.loads(line)
        if found["failed"] or found["count"] != amount:
            raise RuntimeError(f"{server.kind.name}: {found}")
        return Slice(
            amount, found["wall"], *used, median=found["median"], p99=found["p99"], bytes=found["bytes"] / amount
        )

    def _cpu(self, server: Server) -> tuple[float, float, float]:
        return cpu_of(server.process.pid), sum(map(cpu_of, _family(self._postmaster))), cpu_of(self._process.pid)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


def answers(server: Server, requests: Sequence[Request]) -> list[bytes]:
    """What the server answers to each."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    found: list[bytes] = []
    for one in requests:
        connection.request(one["method"], one["path"], one.get("body"), one["headers"])
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{server.kind.name}: {answer.status} {body[:500]!r}")
        found.append(body)
    connection.close()
    return found


def _family(postmaster: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [postmaster, *map(int, children)]
