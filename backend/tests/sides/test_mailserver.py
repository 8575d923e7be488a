"""The embedded mail server as a process of its own."""

import importlib.util
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

import pytest

from fieldsync.demo.mailserver import MailServer, MailServerFailed
from fieldsync.sides.caldav.collection import DavCollection
from fieldsync.sides.outbound import Outbound


def status(url: str, user: str, password: str) -> int:
    request = urllib.request.Request(url, method="PROPFIND", headers={"Depth": "0"})
    request.add_header("Authorization", "Basic " + b64encode(f"{user}:{password}".encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


async def test_users_have_collections_of_their_own(tmp_path: Path) -> None:
    with MailServer(tmp_path / "mail") as server:
        server.add_user("ann", "secret one")
        server.add_user("bob", "secret two")
        hers = server.ensure_collections("ann", "secret one")
        assert server.ensure_collections("ann", "secret one") == hers == server.collections("ann")

        side = DavCollection(Outbound("ann", "secret one"), hers.contacts)
        assert (await side.check()).name == "Contacts"
        await side.close()
        assert status(hers.calendar, "ann", "secret one") == 207
        assert status(hers.contacts, "bob", "secret two") == 403
        assert status(hers.contacts, "ann", "wrong") == 401

        server.add_user("ann", "changed")
        assert status(hers.contacts, "ann", "changed") == 207
        assert status(hers.contacts, "bob", "secret two") == 403
    assert not server.running


def test_it_keeps_what_it_has_over_a_restart_and_nobody_else_may_read_the_users(tmp_path: Path) -> None:
    server = MailServer(tmp_path / "mail")
    server.add_user("ann", "secret")
    with server:
        found = server.ensure_collections("ann", "secret")
    with server:
        assert status(found.contacts, "ann", "secret") == 207

    assert (tmp_path / "mail" / "users").stat().st_mode & 0o077 == 0
    assert "secret" not in server.log.read_text()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="2026-11-22: only Linux ends it with its parent")
def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    program = (
        "import os, sys, pathlib\n"
        "from fieldsync.demo.mailserver import MailServer\n"
        "server = MailServer(pathlib.Path(sys.argv[1])); server.start()\n"
        "print(server._process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=60)
    stat = Path(f"/proc/{int(ended.stdout)}/stat")

    give_up = time.monotonic() + 10
    while stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < give_up, "the server outlived its parent"


def test_a_missing_radicale_is_one_clear_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(MailServerFailed, match="Radicale is not installed; install it with"):
        MailServer(tmp_path).start()


def test_a_taken_port_is_said_so(tmp_path: Path) -> None:
    with MailServer(tmp_path / "one") as first, pytest.raises(MailServerFailed, match="in use"):
        MailServer(tmp_path / "two", port=first.port).start()
