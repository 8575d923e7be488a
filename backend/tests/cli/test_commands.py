import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from processes import environment


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the seeded demo."""
    folder = tmp_path_factory.mktemp("data")
    done = fieldsync(folder, "seed")
    assert done.returncode == 0, done.stderr
    return folder


def fieldsync(folder: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fieldsync.cli", *arguments],
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


@pytest.fixture
def serving(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "fieldsync.cli", "serve", "--demo", "--port", "0"],
        env=environment(data),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    found = re.search(r"http://\S+", first)
    assert found, first
    yield process, found.group()
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_help_shows_examples_and_exit_codes(tmp_path: Path) -> None:
    done = fieldsync(tmp_path, "--help")

    assert done.returncode == 0
    assert "examples:" in done.stdout
    assert "exit codes:" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["sync"], ["serve", "--port", "x"], ["token", "create"]])
def test_wrong_usage_ends_with_2(tmp_path: Path, arguments: list[str]) -> None:
    assert fieldsync(tmp_path, *arguments).returncode == 2


@pytest.mark.parametrize(
    "arguments", [["serve", "--port", "0"], ["token", "create", "--user", "admin"], ["sync", "sales"]]
)
def test_commands_refuse_a_database_that_is_not_migrated(tmp_path: Path, arguments: list[str]) -> None:
    done = fieldsync(tmp_path, *arguments)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "fieldsync: The database is not migrated; run: fieldsync migrate\n"


def test_a_token_is_printed_and_nothing_else(data: Path) -> None:
    done = fieldsync(data, "token", "create", "--user", "admin", "--scope", "read", "--name", "script")

    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"fs_[\w-]{43}\n", done.stdout)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["token", "create", "--user", "nobody"], "There is no user 'nobody'."),
        (["sync", "nothing"], "There is no mailbox 'nothing'; name it, its id, or its owner's user name."),
        (["schema", "--check", "--output", "gone.graphql"], "gone.graphql is not the schema of the code"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_without_a_traceback(
    data: Path, arguments: list[str], sentence: str
) -> None:
    done = fieldsync(data, *arguments)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"fieldsync: {sentence}")
    assert len(done.stderr.splitlines()) == 1


def test_an_organization_of_ones_own_begins_with_a_user(tmp_path: Path) -> None:
    assert fieldsync(tmp_path, "migrate").returncode == 0

    made = fieldsync(tmp_path, "user", "create", "ada", "--role", "administrator", input="a long password\n")
    again = fieldsync(tmp_path, "user", "create", "ada", input="a long password\n")
    short = fieldsync(tmp_path, "user", "create", "bob", input="short\n")

    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    with sqlite3.connect(tmp_path / "fieldsync.db") as database:
        audited = database.execute("SELECT actor, action, target_name FROM audit_event").fetchall()
    assert audited == [("command line", "USER_CREATE", "ada")]
    assert again.stderr == "fieldsync: There is a user 'ada' already.\n"
    assert short.stderr == "fieldsync: A password has at least 8 characters.\n"
    assert fieldsync(tmp_path, "token", "create", "--user", "ada").returncode == 0


def test_a_taken_port_is_one_sentence(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = fieldsync(data, "serve", "--port", str(port))

    assert done.returncode == 1
    assert done.stderr == f"fieldsync: Port {port} is taken; stop what uses it, or choose another one with --port.\n"


def test_the_schema_is_written_and_checked(tmp_path: Path) -> None:
    target = tmp_path / "schema.graphql"

    assert fieldsync(tmp_path, "schema", "--output", str(target)).returncode == 0
    assert fieldsync(tmp_path, "schema", "--check", "--output", str(target)).returncode == 0
    target.write_text(target.read_text() + "\n# changed")
    assert fieldsync(tmp_path, "schema", "--check", "--output", str(target)).returncode == 1


def test_seeding_twice_changes_nothing(data: Path) -> None:
    before = json.loads(fieldsync(data, "demo", "info", "--json").stdout)

    assert fieldsync(data, "seed").returncode == 0

    assert json.loads(fieldsync(data, "demo", "info", "--json").stdout) == before
    assert [mailbox["owner"] for mailbox in before["mailboxes"]] == ["manager", "sales"]
    assert {account["userName"] for account in before["accounts"]} == {"admin", "manager", "sales", "viewer"}


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_serves_syncs_and_stops_with_its_mail_server(
    data: Path, serving: tuple[subprocess.Popen[str], str], end: signal.Signals
) -> None:
    process, url = serving
    info = json.loads(fieldsync(data, "demo", "info", "--json").stdout)
    assert info["url"] == url
    with urlopen(f"{url}/healthz", timeout=10) as answer:
        assert json.load(answer) == {"status": "ok"}
    with urlopen(f"{url}/demo-accounts", timeout=10) as answer:
        assert json.load(answer)[0]["userName"] == "admin"

    first = fieldsync(data, "sync", "sales")
    second = fieldsync(data, "sync", "sales")
    assert "succeeded" in first.stdout, first.stderr
    assert second.returncode == 0, second.stderr
    assert "nothing to do" in second.stdout
    assert "Done" in second.stderr or len(second.stderr.splitlines()) > 2
    tasks = fieldsync(data, "sync", "sales", "--kind", "task", "--kind", "phone-call")
    assert (tasks.returncode, "1 requests" in tasks.stdout) == (0, True), tasks.stderr
    unknown = fieldsync(data, "sync", "sales", "--kind", "opportunity")
    assert unknown.returncode != 0
    assert "'opportunity' is no kind of record" in unknown.stderr

    process.send_signal(end)
    out, err = process.communicate(timeout=20)
    assert "Traceback" not in out + err
    port = int(info["mailServer"]["url"].rsplit(":", 1)[1].strip("/"))
    give_up = time.monotonic() + 5
    with socket.socket() as probe:
        while probe.connect_ex(("127.0.0.1", port)) == 0:
            assert time.monotonic() < give_up, "the mail server is still there"


def test_the_mail_server_moves_when_its_port_is_taken(data: Path) -> None:
    before = json.loads(fieldsync(data, "demo", "info", "--json").stdout)
    port = int(before["mailServer"]["url"].rsplit(":", 1)[1].strip("/"))

    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        done = fieldsync(data, "seed")

    assert done.returncode == 0, done.stderr
    after = json.loads(fieldsync(data, "demo", "info", "--json").stdout)
    assert after["mailServer"] != before["mailServer"]
    assert [mailbox["id"] for mailbox in after["mailboxes"]] == [mailbox["id"] for mailbox in before["mailboxes"]]
    for mailbox in after["mailboxes"]:
        for name in ("contactsUrl", "calendarUrl", "tasksUrl"):
            assert mailbox[name].startswith(after["mailServer"]["url"])


def test_check_names_what_rights_keep_from_travelling_and_exits_with_one(data: Path) -> None:
    told, facts = fieldsync(data, "check"), fieldsync(data, "check", "--json")

    assert (told.returncode, facts.returncode) == (1, 1)
    assert "Government" in told.stdout
    assert "Sam Lindqvist" in told.stdout
    found = {(one["label"], one["reason"]): one for one in json.loads(facts.stdout)}
    one = found["Government", "NO_UPDATE"]
    assert (one["mappingId"], one["narrowTo"]) == ("mapping:default:CONTACT.governmentid", "TO_OUTLOOK")
    assert 0 < one["affected"] < one["total"]


def test_check_has_nothing_to_say_where_everybody_may_everything(tmp_path: Path) -> None:
    assert fieldsync(tmp_path, "migrate").returncode == 0

    told = fieldsync(tmp_path, "check")

    assert (told.returncode, told.stdout) == (0, "No contradictions: everything can travel as it is set.\n")
