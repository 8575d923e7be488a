"""A running server takes over the command's run; whatever is wrong with it, the command does the run by itself."""

import asyncio
import json
import re
import signal
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from fieldsync import handover
from fieldsync.db import migrate
from fieldsync.handed import INTERRUPTED, NAME, hand_over, request_of
from fieldsync.handover import taking_over
from fieldsync.parts import Parts
from fieldsync.settings import Settings
from processes import command, last_run, silent_mailbox, started, wait_for

LOADS_NOTHING = {"FIELDSYNC_PORT": "a setting that stops whoever reads the settings"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a running server with the demo."""
    folder = tmp_path_factory.mktemp("data")
    server = started(folder, "serve", "--demo", "--port", "0")
    assert server.stdout is not None
    first = server.stdout.readline()
    assert "serves http" in first, first
    yield folder
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=20)


def test_the_command_tells_and_ends_as_it_does_alone(data: Path) -> None:
    first = command(data, "sync", "sales", **LOADS_NOTHING)
    command(data, "sync", "sales", **LOADS_NOTHING)
    again = command(data, "sync", "sales", **LOADS_NOTHING)
    alone = command(data, "sync", "sales", "--alone")

    assert "succeeded" in first.stdout, first.stderr
    assert (again.returncode, again.stdout) == (alone.returncode, alone.stdout)
    assert re.sub(r"^\S+=.*\n", "", alone.stderr, flags=re.MULTILINE) == again.stderr


@pytest.mark.parametrize(
    "arguments",
    [["nobody's"], ["sales", "--kind", "opportunity"], ["sales", "--preview", "--kind", "task"]],
)
def test_errors_and_previews_read_the_same_either_way(data: Path, arguments: list[str]) -> None:
    handed, alone = command(data, "sync", *arguments, **LOADS_NOTHING), command(data, "sync", *arguments, "--alone")

    assert (handed.returncode, handed.stdout, handed.stderr) == (alone.returncode, alone.stdout, alone.stderr)


def test_alone_means_by_itself(data: Path) -> None:
    done = command(data, "sync", "sales", "--alone", **LOADS_NOTHING)

    assert done.returncode == 1
    assert "A setting is wrong" in done.stderr


def test_another_database_is_not_the_servers(data: Path, tmp_path: Path) -> None:
    other = {"FIELDSYNC_DATABASE_URL": f"sqlite:///{tmp_path / 'other.db'}"}
    assert command(data, "migrate", **other).returncode == 0

    done = command(data, "sync", "sales", **other)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("fieldsync: There is no mailbox 'sales'")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whoever_goes_away_cancels_the_run(data: Path, end: signal.Signals) -> None:
    with silent_mailbox(data) as server:
        going = started(data, "sync", "manager", "--kind", "contact")
        server.asked()
        going.send_signal(end)
        wait_for(lambda: last_run(data)[1] == 1)
    out, err = going.communicate(timeout=60)
    wait_for(lambda: last_run(data)[0] == "CANCELLED")

    assert "Traceback" not in out + err
    if end is signal.SIGINT:
        assert going.returncode == INTERRUPTED
        assert "cancelled, nothing to do" in out


def test_the_end_of_the_server_is_the_end_of_the_command(tmp_path: Path) -> None:
    assert command(tmp_path, "seed").returncode == 0
    serving = started(tmp_path, "serve", "--port", "0")
    assert serving.stdout is not None
    serving.stdout.readline()
    with silent_mailbox(tmp_path) as server:
        going = started(tmp_path, "sync", "manager", "--kind", "contact")
        server.asked()
        serving.send_signal(signal.SIGTERM)
        out, err = going.communicate(timeout=60)
    told = "".join(serving.communicate(timeout=60))

    assert (going.returncode, out) == (1, "")
    assert err.endswith("The server ended before the run did; the next run goes on where it was.\n")
    assert "Traceback" not in told
    assert last_run(tmp_path)[0] == "FAILED"
    assert not (tmp_path / NAME).exists()


# The command's end, beside servers that behave in other ways.


@contextmanager
def answering(folder: Path, answer: bytes) -> Iterator[None]:
    """A server that reads what is asked, says this and goes away."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(folder / NAME))
    listening.listen()

    def serve() -> None:
        client, _ = listening.accept()
        with client:
            client.makefile("rb").readline()
            client.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield
    thread.join(10)
    listening.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FIELDSYNC_DATA", str(tmp_path))
    monkeypatch.delenv("FIELDSYNC_DATABASE_URL", raising=False)
    return tmp_path


def line(**told: object) -> bytes:
    return json.dumps(told).encode() + b"\n"


def test_lines_are_shown_where_they_belong_and_the_exit_code_is_the_servers(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(folder, line(to="err", line="   1  Begun") + line(to="out", line="Done, Zoë") + line(exit=3)):
        code = hand_over("sales", preview=False)

    assert (code, *capsys.readouterr()) == (3, "Done, Zoë\n", "   1  Begun\n")


@pytest.mark.parametrize("answer", [b"", b"{", b"\xff\xfe\n", b"no JSON\n", b"[1]\n"])
def test_a_server_that_begins_nothing_leaves_the_run_to_the_command(folder: Path, answer: bytes) -> None:
    with answering(folder, answer):
        assert hand_over("sales", preview=False) is None


@pytest.mark.parametrize("rest", [b"", b'{"to": "out", "li', b"no JSON\n"])
def test_a_server_that_breaks_off_is_told_and_nothing_is_run_twice(
    folder: Path, rest: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(folder, line(to="err", line="Begun") + rest):
        code = hand_over("sales", preview=False)

    assert code == 1
    assert capsys.readouterr().err == (
        "Begun\nThe server ended before the run did; the next run goes on where it was.\n"
    )


@pytest.mark.parametrize("what", ["nothing", "dead socket", "file", "folder"])
def test_what_nobody_answers_at_is_passed_over(folder: Path, what: str) -> None:
    match what:
        case "dead socket":
            with socket.socket(socket.AF_UNIX) as left:
                left.bind(str(folder / NAME))
        case "file":
            (folder / NAME).write_text("not a socket")
        case "folder":
            (folder / NAME).mkdir()

    assert hand_over("sales", preview=False) is None


# The server's end.


async def ask(folder: Path, said: bytes) -> list[dict[str, Any]]:
    reader, writer = await asyncio.open_unix_connection(str(folder / NAME))
    writer.write(said)
    told = [json.loads(each) async for each in reader]
    writer.close()
    return told


ASKED = json.dumps(request_of("sales", preview=False)).encode() + b"\n"
REFUSED = [
    {
        "to": "err",
        "line": "fieldsync: There is no mailbox 'sales'; name it, its id, or its owner's user name.",
    },
    {"exit": 1},
]


@pytest.mark.parametrize(
    "said",
    [b"no JSON\n", b"[]\n", b"{\n", b"\xff\n", b'{"database": "sqlite:///other.db"}\n', b'"' + b"a" * 100_000 + b'"\n'],
)
async def test_what_the_server_does_not_understand_gets_no_answer_and_does_no_harm(parts: Parts, said: bytes) -> None:
    unhandled = list[dict[str, Any]]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unhandled.append(context))
    async with taking_over(parts):
        assert await ask(parts.settings.data, said) == []
        assert await ask(parts.settings.data, ASKED) == REFUSED
    assert unhandled == []


async def test_whoever_says_nothing_is_not_waited_for(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "ASK_SECONDS", 0.01)
    async with taking_over(parts):
        assert await ask(parts.settings.data, b"") == []


async def test_only_the_owner_may_ask_and_the_socket_goes_with_the_server(parts: Parts) -> None:
    path = parts.settings.data / NAME
    async with taking_over(parts):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.exists()


async def test_a_dead_socket_is_taken_over_and_a_living_one_is_left(parts: Parts) -> None:
    path = parts.settings.data / NAME
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    async with taking_over(parts):
        async with taking_over(parts):
            pass
        assert await ask(parts.settings.data, ASKED) == REFUSED


async def test_a_server_that_is_too_busy_to_answer_is_not_thought_dead(parts: Parts) -> None:
    path = parts.settings.data / NAME
    with ExitStack() as waiting, socket.socket(socket.AF_UNIX) as busy:
        busy.bind(str(path))
        busy.listen(0)
        while True:
            client = waiting.enter_context(socket.socket(socket.AF_UNIX))
            client.setblocking(False)
            if client.connect_ex(str(path)) != 0:
                break
        async with taking_over(parts) as taken:
            assert not taken
    assert path.is_socket()


async def test_a_folder_with_a_long_name_has_its_socket_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    settings = Settings(data=deep)
    deep.mkdir(parents=True)
    migrate.upgrade(settings.database)
    monkeypatch.setenv("FIELDSYNC_DATA", str(deep))
    parts = Parts.assemble(settings)
    async with taking_over(parts):
        assert await asyncio.to_thread(hand_over, "sales", preview=False) == 1
    parts.database.close()
