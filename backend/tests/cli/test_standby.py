"""A standby does for commands what a server does, and goes when it is in the way, out of date, or not needed."""

import asyncio
import importlib.util
import os
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from fieldsync.db import migrate
from fieldsync.db.database import Database
from fieldsync.demo.seed import seed_records, start_mail_server
from fieldsync.handed import INTERRUPTED, LEAVE, NAME, ask_to_leave, request_of
from fieldsync.handover import taking_over
from fieldsync.parts import Parts
from fieldsync.security.secrets import SecretBox
from fieldsync.settings import Settings
from fieldsync.standby import Standby
from processes import command, environment, last_run, silent_mailbox, started, wait_for

WANTED = {"FIELDSYNC_STANDBY_MINUTES": "1"}
SYNC = ("sync", "sales", "--kind", "task")
DONE = "Sam Lindqvist's contacts: succeeded, nothing to do; 1 requests, 0 problems\n"


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demo's data and its mail server, without a server of ours; nothing is left to be done for the tasks."""
    settings = Settings(data=tmp_path_factory.mktemp("settled"))
    migrate.upgrade(settings.database)
    database = Database(settings.database)
    seed_records(database)
    mail = start_mail_server(settings.data, database, SecretBox(settings.key()))
    database.close()
    for _ in range(3):
        done = command(settings.data, *SYNC)
    assert done.stdout == DONE, done.stderr
    yield settings.data
    mail.stop()


@pytest.fixture
def data(tmp_path: Path, settled: Path) -> Iterator[Path]:
    """A copy of that; a standby that is left there is ended."""
    for name in ("fieldsync.db", "secret.key"):
        shutil.copy(settled / name, tmp_path)
    yield tmp_path
    if (standing := standing_by(tmp_path)) is not None:
        os.kill(standing, signal.SIGTERM)
        wait_for(lambda: has_ended(standing))


def standing_by(folder: Path) -> int | None:
    """The process that answers at the socket."""
    with socket.socket(socket.AF_UNIX) as client:
        if client.connect_ex(str(folder / NAME)) != 0:
            return None
        pid, _, _ = struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        return pid


def has_ended(pid: int) -> bool:
    """Whether it is gone, or was ours and is only waited for."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_command_leaves_one_behind_that_serves_the_next(data: Path) -> None:
    first = command(data, *SYNC, **WANTED)
    standing = standing_by(data)
    next_one = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "fieldsync.cli", *SYNC],
        env=environment(data), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (first.returncode, first.stdout) == (0, DONE), first.stderr
    assert (next_one.returncode, next_one.stdout) == (0, DONE)
    assert "sqlalchemy" not in next_one.stderr
    assert standing is not None
    assert standing_by(data) == standing
    second = command(data, "standby")
    assert (second.returncode, second.stdout) == (1, "")
    assert "a server or a standby of this data folder does it already" in second.stderr
    assert (data / "standby.log").stat().st_mode & 0o777 == 0o600


def test_without_the_setting_none_is_left(data: Path) -> None:
    assert command(data, *SYNC).stdout == DONE
    assert not (data / NAME).exists()


def test_with_alone_neither_asked_nor_left(data: Path) -> None:
    assert command(data, *SYNC, "--alone", **WANTED).stdout == DONE
    assert not (data / NAME).exists()


def test_two_commands_at_once_leave_one(data: Path) -> None:
    both = [started(data, *SYNC, **WANTED) for _ in range(2)]
    told = [each.communicate(timeout=60) for each in both]

    # One run per mailbox at a time: the other one may be told to wait.
    assert DONE in [out for out, _ in told], told
    assert "Traceback" not in str(told)
    standing = standing_by(data)
    assert standing is not None
    wait_for(lambda: processes_of(data) == [standing])


def processes_of(folder: Path) -> list[int]:
    """The standbys of this data folder that run."""
    found = list[int]()
    for each in Path("/proc").iterdir():
        with suppress(OSError):
            if not each.name.isdecimal() or b"fieldsync.cli\0standby" not in (each / "cmdline").read_bytes():
                continue
            if f"FIELDSYNC_DATA={folder}".encode() in (each / "environ").read_bytes().split(b"\0"):
                found.append(int(each.name))
    return found


def test_it_ends_by_itself_when_nothing_comes(data: Path) -> None:
    assert command(data, *SYNC, FIELDSYNC_STANDBY_MINUTES="0.02").stdout == DONE
    wait_for(lambda: not processes_of(data))
    assert not (data / NAME).exists()


def test_one_that_was_killed_is_replaced(data: Path) -> None:
    command(data, *SYNC, **WANTED)
    killed = standing_by(data)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: has_ended(killed))

    assert command(data, *SYNC, **WANTED).stdout == DONE
    assert standing_by(data) not in (None, killed)


def test_one_with_other_settings_makes_way_for_one_with_these(data: Path) -> None:
    command(data, *SYNC, **WANTED)
    before = standing_by(data)

    assert command(data, *SYNC, **WANTED, FIELDSYNC_SESSION_HOURS="9").stdout == DONE
    assert standing_by(data) not in (None, before)


def test_a_database_from_a_backup_is_not_mistaken_for_the_one_that_was_there(data: Path) -> None:
    command(data, *SYNC, **WANTED)
    with sqlite3.connect(data / "fieldsync.db") as database:
        database.execute(f"VACUUM INTO '{data / 'backup.db'}'")
        before = database.execute("SELECT count(*) FROM run").fetchone()[0]
    for suffix in ("-wal", "-shm"):
        (data / f"fieldsync.db{suffix}").unlink(missing_ok=True)
    (data / "backup.db").rename(data / "fieldsync.db")

    assert command(data, *SYNC, **WANTED).stdout == DONE
    with sqlite3.connect(data / "fieldsync.db") as database:
        assert database.execute("SELECT count(*) FROM run").fetchone()[0] == before + 1


def test_it_is_stopped_by_a_command(data: Path) -> None:
    command(data, *SYNC, **WANTED)
    standing = standing_by(data)
    assert standing is not None

    assert command(data, "standby", "--stop").stdout == "It leaves.\n"
    wait_for(lambda: has_ended(standing))
    assert command(data, "standby", "--stop").stdout == "Nobody stands by.\n"
    assert (data / "standby.log").read_text() == "Standing by for `fieldsync sync`. Stop with Ctrl-C.\n"


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_in_the_foreground_it_ends_like_a_server(data: Path, end: signal.Signals) -> None:
    standing = started(data, "standby", "--minutes", "0")
    assert standing.stdout is not None
    standing.stdout.readline()
    assert command(data, *SYNC).stdout == DONE

    standing.send_signal(end)
    out, err = standing.communicate(timeout=60)

    assert (standing.returncode, out, err) == (0, "", "")
    assert not (data / NAME).exists()


def test_ctrl_c_cancels_the_run_and_leaves_the_standby(data: Path) -> None:
    command(data, *SYNC, **WANTED)
    standing = standing_by(data)
    with silent_mailbox(data) as server:
        going = started(data, "sync", "manager", "--kind", "contact")
        server.asked()
        going.send_signal(signal.SIGINT)
        wait_for(lambda: last_run(data)[1] == 1)
    going.communicate(timeout=60)

    assert going.returncode == INTERRUPTED
    assert last_run(data)[0] == "CANCELLED"
    assert standing_by(data) == standing


def test_a_server_takes_its_place(data: Path) -> None:
    command(data, *SYNC, **WANTED)
    standing = standing_by(data)
    assert standing is not None
    server = started(data, "serve", "--port", "0")
    assert server.stdout is not None
    server.stdout.readline()
    try:
        wait_for(lambda: has_ended(standing))
        assert standing_by(data) == server.pid
        assert command(data, *SYNC, **WANTED).stdout == DONE
        assert command(data, "standby", "--stop").stdout == "Nobody stands by.\n"
        assert standing_by(data) == server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)


@pytest.mark.parametrize("minutes", ["soon", "inf", "-1"])
def test_wrong_minutes_are_named(data: Path, minutes: str) -> None:
    done = command(data, *SYNC, FIELDSYNC_STANDBY_MINUTES=minutes)

    assert (done.returncode, done.stdout) == (1, "")
    assert "A setting is wrong: FIELDSYNC_STANDBY_MINUTES" in done.stderr


def test_one_that_cannot_start_leaves_the_complaint_to_the_command(tmp_path: Path) -> None:
    done = command(tmp_path, *SYNC, **WANTED)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "fieldsync: The database is not migrated; run: fieldsync migrate\n"


# In this process.


def asked() -> dict[str, object]:
    return request_of("sales", preview=False)


async def test_it_waits_for_its_time_from_the_end_of_the_last_run() -> None:
    now = 0.0
    standby = Standby(1, clock=lambda: now)
    over = asyncio.create_task(standby.over())
    assert standby.takes(asked())
    with standby.serving():
        now = 100.0
        await asyncio.sleep(0)
        assert not over.done()
    now = 159.0
    await asyncio.sleep(0)
    assert not over.done()

    now = 160.0
    standby.takes(asked())
    await asyncio.wait_for(over, 1)


async def test_it_finishes_what_runs_before_it_goes() -> None:
    standby = Standby(0)
    over = asyncio.create_task(standby.over())
    with standby.serving():
        assert not standby.takes({LEAVE: True})
        assert not standby.takes(asked())
        for _ in range(3):
            await asyncio.sleep(0)
        assert not over.done()

    await asyncio.wait_for(over, 1)


async def test_new_code_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "some_module.py"
    path.write_text("A = 1\n")
    standby = Standby(0)
    spec = importlib.util.spec_from_file_location("some_module", path)
    assert spec is not None
    with standby.serving():
        monkeypatch.setitem(sys.modules, "some_module", importlib.util.module_from_spec(spec))
    assert standby.takes(asked())

    path.write_text("A = 2\n")
    os.utime(path, ns=(0, 0))
    assert not standby.takes(asked())


async def test_who_leaves_does_not_take_the_next_ones_socket_away(parts: Parts) -> None:
    standby = Standby(0)
    path = parts.settings.data / NAME
    async with taking_over(parts, standby) as first:
        async with taking_over(parts, Standby(0)) as second:
            assert (first, second) == (True, False)
        async with taking_over(parts) as server:
            await asyncio.wait_for(standby.over(), 1)
            served = path.stat().st_ino
            assert server
            assert not await asyncio.to_thread(ask_to_leave, parts.settings.data)
            async with taking_over(parts, Standby(0)) as third:
                assert not third
            assert path.stat().st_ino == served
    assert not path.exists()


async def test_a_standby_that_ends_late_leaves_the_servers_socket(parts: Parts) -> None:
    path, server = parts.settings.data / NAME, taking_over(parts)
    async with taking_over(parts, Standby(0)):
        await server.__aenter__()
        served = path.stat().st_ino

    assert path.stat().st_ino == served
    await server.__aexit__(None, None, None)
    assert not path.exists()
