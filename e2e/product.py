"""A server process with the demo organization, as a test or a benchmark needs it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FIELDSYNC = Path(sys.executable).with_name("fieldsync")
START_SECONDS = 60


class NotReady(Exception):
    """The server ended or did not answer in time; the message is its log."""


@dataclass(slots=True)
class Product:
    """A running server with the demo organization in a folder of its own."""

    url: str
    port: int
    folder: Path
    process: subprocess.Popen[bytes]
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return _environment(self.folder, self.settings)

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")

    def command(self, *arguments: str) -> str:
        """What `fieldsync ...` prints, run beside the server on the same data."""
        done = subprocess.run(
            [FIELDSYNC, *arguments], env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, f"fieldsync {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FIELDSYNC_")}
    return {**kept, "FIELDSYNC_DATA": str(folder / "data"), **settings}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_product(
    folder: Path,
    environment: Mapping[str, str] | None = None,
    port: int | None = None,
    program: Sequence[str | Path] = (FIELDSYNC,),
) -> Product:
    """Start a server in ``folder`` and wait until it is ready; started again in the same folder it has its data.

    ``environment`` holds settings of its own (FIELDSYNC_…); without ``port`` it takes a free one. ``program`` is what
    is run in the place of ``fieldsync``.
    """
    settings, port = environment or {}, port or free_port()
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [*program, "serve", "--demo", "--port", str(port)],
            env=_environment(folder, settings), cwd=folder, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    product = Product(f"http://127.0.0.1:{port}", port, folder, process, settings)
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{product.url}/healthz", timeout=2):
                return product
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    product.stop()
    raise NotReady(product.log)
