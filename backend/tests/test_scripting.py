"""What docs/scripting.md shows does what it says, on a server with the demo organization.

curl runs the commands, jq reads the answers (the scripts do without it if need be): both are Debian packages. Where one
is missing, the operations are only checked against the schema.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse, print_ast, validate
from graphql.language import DocumentNode

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "scripting.md"
EXAMPLES = ROOT / "docs" / "examples"
SHELL_SCRIPT, PYTHON_SCRIPT = EXAMPLES / "change-ten-directions.sh", EXAMPLES / "change_ten_directions.py"
POWERSHELL_SCRIPT = EXAMPLES / "ChangeTenDirections.ps1"
ADDRESS = "http://127.0.0.1:8000"
MAILBOX = "Sam Lindqvist's contacts"
PLACEHOLDER = re.compile("…|mail\\.example")
"""What stands for something of the reader's own: such an operation can only be checked."""
VARIABLE = re.compile(r"\$\w+: [\w\[\]!]*!\s*[,)]")
"""One that has to be given."""
TEN = {
    "jobtitle": "TO_OUTLOOK", "department": "TO_OUTLOOK", "managername": "TO_OUTLOOK", "telephone1": "TO_OUTLOOK",
    "fax": "TO_OUTLOOK", "websiteurl": "TO_OUTLOOK", "nickname": "TO_CRM", "spousesname": "TO_CRM",
    "birthdate": "TO_CRM", "anniversary": "NONE",
}  # fmt: skip

pytestmark = pytest.mark.timeout(300)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of the page."""

    line: int
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Server:
    """A server with the demo organization, and where its commands are as the page names them."""

    url: str
    folder: Path
    environment: Mapping[str, str]
    token: str = ""

    def run(self, *command: str | Path, path: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {**self.environment, **more} | ({"PATH": path} if path else {})
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=250, check=False
        )

    def ask(self, query: str) -> Any:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(f"{self.url}/graphql", json.dumps({"query": query}).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The one that tests share."""
    with running(tmp_path_factory.mktemp("server")) as server:
        yield server


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FIELDSYNC_")}
    environment = kept | {"FIELDSYNC_DATA": str(folder / "data")}
    command = folder / ".venv" / "bin" / "fieldsync"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m fieldsync.cli "$@"\n')
    command.chmod(0o755)
    process = subprocess.Popen(
        [command, "serve", "--demo", "--port", "0"],
        env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, process.communicate()[1]
        server = Server(found.group(), folder, environment)
        made = server.run(command, "token", "create", "--user", "admin")
        assert made.returncode == 0, made.stderr
        yield replace(server, token=made.stdout.strip())
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def needed(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed; it is the package {program} of Debian")
    return found


def blocks() -> list[Block]:
    found: list[Block] = []
    opened: Block | None = None
    for number, line in enumerate(PAGE.read_text("utf-8").splitlines(), 1):
        if line.startswith("```"):
            if opened is not None:
                found.append(opened)
            opened = None if opened is not None else Block(number, line[3:], "")
        elif opened is not None:
            opened = Block(opened.line, opened.language, f"{opened.text}{line}\n")
        else:
            assert not line.startswith("    "), f"line {number}: put it into a fence with its language"
    return found


def operations(text: str) -> list[str]:
    return [
        print_ast(DocumentNode(definitions=(one,)))
        for one in parse(text, no_location=True).definitions
        if isinstance(one, OperationDefinitionNode)
    ]


def refusals(answer: Any) -> list[Any]:
    """Everything that went wrong, anywhere in an answer."""
    if isinstance(answer, list):
        return [fault for one in answer for fault in refusals(one)]
    if not isinstance(answer, dict):
        return []
    own = answer.get("errors") or []
    return [*own, *(fault for name, one in answer.items() if name != "errors" for fault in refusals(one))]


def answers(output: str) -> Iterator[Any]:
    """The JSON that commands printed, in lines or after `data:`, or as whole documents."""
    decoder = json.JSONDecoder()
    for start in re.finditer(r"^(?:data: ?)?(?=\{)|(?<=\})(?=\{)", output, re.MULTILINE):
        yield decoder.raw_decode(output, start.end())[0]


def test_every_block_says_what_it_is() -> None:
    assert {one.language for one in blocks()} <= {"sh", "python", "graphql", "json", "text"}


def test_every_command_of_the_page_works_from_top_to_bottom(tmp_path: Path) -> None:
    needed("curl")
    needed("jq")
    commands = [one for one in blocks() if one.language == "sh"]
    script = "set -eu\n" + "".join(f"printf '\\n=== {one.line}\\n'\n{one.text}" for one in commands)
    assert ADDRESS in script

    with running(tmp_path) as fresh:
        done = fresh.run("sh", "-c", script.replace(ADDRESS, fresh.url))

    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    parts = dict(re.findall(r"^=== (\d+)\n(.*?)(?=^=== |\Z)", done.stdout, re.MULTILINE | re.DOTALL))
    assert set(parts) == {str(one.line) for one in commands}
    given = {line: list(answers(text)) for line, text in parts.items()}
    assert {line: refusals(found) for line, found in given.items() if refusals(found)} == {}
    assert sum(map(len, given.values())) > 20
    assert "event: complete" in done.stdout
    assert "full" in (tmp_path / "contacts.csv").read_text("utf-8").lower()


def test_the_python_of_the_page_works(server: Server) -> None:
    for block in (one for one in blocks() if one.language == "python"):
        done = server.run(sys.executable, "-c", block.text, FIELDSYNC_URL=server.url, FIELDSYNC_TOKEN=server.token)

        assert (done.returncode, done.stderr) == (0, ""), f"line {block.line}"
        assert "'direction': 'BOTH'" in done.stdout


def test_every_operation_of_the_page_and_the_scripts_is_valid() -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text("utf-8"))
    found = [one.text for one in blocks() if one.language == "graphql"]
    for pattern in (r"\bask '([^']*)'", r"""(?:\bask\(|query: )"([^"]*)\""""):
        found += [text for one in blocks() for text in re.findall(pattern, one.text)]
    found += re.findall(r"@'\n(.*?)\n'@", POWERSHELL_SCRIPT.read_text("utf-8"), re.DOTALL)
    found += re.findall(r"(?<!-r )'((?:query|mutation|subscription) [^']*)'", SHELL_SCRIPT.read_text("utf-8"))
    checked = [one for text in found for one in operations(text)]

    assert {one: faults for one in checked if (faults := validate(schema, parse(one)))} == {}
    assert len(checked) > 40


def test_the_operations_of_the_page_that_name_nothing_of_ones_own_work(server: Server) -> None:
    asked = [op for one in blocks() if one.language == "graphql" for op in operations(one.text)]
    asked = [one for one in asked if not PLACEHOLDER.search(one) and not VARIABLE.search(one)]

    assert len(asked) >= 8
    assert {one: faults for one in asked if (faults := refusals(server.ask(one)))} == {}


def test_the_scripts_are_about_the_same_steps() -> None:
    """The one that is not run asks what those ask that are."""
    named = re.compile(r"\b(?:query|mutation|subscription) ([A-Z]\w+)[^']*?\{ *\n? *(\w+)")
    texts = [one.read_text("utf-8") for one in (SHELL_SCRIPT, PYTHON_SCRIPT, POWERSHELL_SCRIPT)]

    steps = [sorted(set(named.findall(text))) for text in texts]

    assert steps[0] == steps[1] == steps[2]
    assert len(steps[0]) == 5
    for field, direction in TEN.items():
        assert all(re.search(rf"\b{field}\b\W+{direction}\b", text) for text in texts), field


def only(folder: Path, programs: Sequence[str]) -> str:
    """A PATH with nothing but these programs."""
    folder.mkdir()
    for program in programs:
        (folder / program).symlink_to(sys.executable if program == "python3" else needed(program))
    return str(folder)


@pytest.mark.parametrize("reader", ["jq", "python3", "Python alone"])
def test_a_script_sets_ten_directions_and_waits_for_the_run(server: Server, tmp_path: Path, reader: str) -> None:
    if reader == "Python alone":
        command, path = (sys.executable, PYTHON_SCRIPT), None
    else:
        command = ("sh", SHELL_SCRIPT)
        path = only(tmp_path / "programs", ["sh", "curl", "cat", "mktemp", "rm", "sleep", reader])
    environment = {"FIELDSYNC_URL": server.url, "FIELDSYNC_TOKEN": server.token}

    for one in server.ask("{ mappings(kind: CONTACT) { id revision } }")["data"]["mappings"]:
        if one["id"].rpartition(".")[2] in TEN:
            revision = f'mappingId: "{one["id"]}", expectedRevision: {one["revision"]}'
            change = f"{{changes: [{{{revision}, direction: BOTH}}]}}"
            assert not refusals(
                server.ask(f"mutation {{ mappingDirectionsSet(input: {change}) {{ errors {{ code }} }} }}")
            )

    first = server.run(*command, MAILBOX, path=path, **environment)
    again = server.run(*command, MAILBOX, path=path, **environment)

    assert (first.returncode, first.stderr) == (0, "")
    lines = first.stdout.splitlines()
    assert lines[:2] == ["Published.", "Waiting to start"]
    assert re.fullmatch(r"Nothing to do|\d+ written to Outlook, \d+ to the CRM", lines[-1])
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.splitlines()[-1] == "Nothing to do"
    after = server.ask("{ mappings(kind: CONTACT) { id direction draftDirection } runs { nodes { state } } }")
    now = {one["id"].rpartition(".")[2]: {one["direction"], one["draftDirection"]} for one in after["data"]["mappings"]}
    assert {field: now[field] for field in TEN} == {field: {direction} for field, direction in TEN.items()}
    assert {one["state"] for one in after["data"]["runs"]["nodes"]} == {"SUCCEEDED"}


@pytest.mark.parametrize("command", [("sh", SHELL_SCRIPT), (sys.executable, PYTHON_SCRIPT)], ids=["sh", "Python"])
def test_a_script_says_what_is_wrong_and_ends_with_1(server: Server, command: tuple[str | Path, ...]) -> None:
    needed("curl")
    good = {"FIELDSYNC_URL": server.url, "FIELDSYNC_TOKEN": server.token}

    no_token = server.run(*command, MAILBOX, FIELDSYNC_URL=server.url)
    wrong_token = server.run(*command, MAILBOX, **good | {"FIELDSYNC_TOKEN": "fs_wrong"})
    no_mailbox = server.run(*command, "Nobody's", **good)
    no_server = server.run(*command, MAILBOX, **good | {"FIELDSYNC_URL": "http://127.0.0.1:9"})

    assert (no_token.returncode, no_token.stderr.split(":")[0]) == (2, "usage")
    assert (wrong_token.returncode, "Sign in first" in wrong_token.stderr) == (1, True)
    assert (no_mailbox.returncode, no_mailbox.stderr) == (
        1,
        "There is no mailbox Nobody's that this token may see.\n",
    )
    assert (no_server.returncode, "http://127.0.0.1:9 does not answer" in no_server.stderr) == (1, True)
