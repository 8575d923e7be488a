"""No operation of the repository sends more statements to the database when there is more to answer."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from graphql import DocumentNode, FieldNode, OperationType, VariableDefinitionNode, VariableNode, parse, print_ast
from sqlalchemy import event

from api.operations.crowd import multiply
from api.operations.documents import Written, written
from api.operations.spoil import nodes_of
from fieldsync.db.database import Database
from rights.policies import MUTATIONS, Policy
from rights.stage import Stage

FEW, MANY = 1, 4
"""Copies of every row: what is counted on the one must do for the other, of everything three times and more."""
EVERYTHING = written()
PER_PERSON = "syncFilterTemplateApply"
"""It writes a filter for everybody and counts what each would get: what it sends grows with the people by intent."""
CHANGES = [one for one in EVERYTHING if one.kind is OperationType.MUTATION and PER_PERSON not in one.text]
FOLLOWED = [one for one in EVERYTHING if one.kind is OperationType.SUBSCRIPTION and "runEvents" in one.text]

EXAMPLES = {
    "contact": "contact0", "task": "task0", "appointment": "appointment0", "phoneCall": "phoneCall0",
    "run": "run-sales", "mailbox": "box-sales", "principal": "sales", "profile": "default",
    "fieldProfile": "fp-mobilephone", "token": "spare", "deadLetter": "letter", "syncFilter": "filter-sales",
}  # fmt: skip
"""What the ids of the guide, such as ``contact:…``, stand for."""
VARIABLES: dict[str, Any] = {
    "first": 100, "templates": 100, "others": 100, "mailboxId": "mailbox:box-sales", "recordId": "contact:contact0",
    "kind": "CONTACT", "side": "CRM", "cancelled": False, "profileId": "profile:default",
    "principalId": "principal:sales", "personId": "principal:sales", "mappingId": "mapping:default:CONTACT.jobtitle",
}  # fmt: skip
UNDO = {"runId": "run:written", "mailboxId": "mailbox:box-sales"}
INPUTS = {"undoPreview": UNDO, "syncFilterPreview": {"kind": "CONTACT", "definition": {}}, "undoStart": UNDO}
ONES = {"contact": "contact:contact0", "run": "run:run-sales", "node": "principal:sales"}


class Counted:
    """One stage, whose statements are counted."""

    def __init__(self, folder: Path, template: Path, copies: int) -> None:
        folder.mkdir()
        shutil.copyfile(template, folder / "stage.db")
        self.database = Database(f"sqlite:///{folder / 'stage.db'}")
        self.stage = Stage(self.database, folder)
        multiply(self.database, copies)
        self.stage.keep()

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            sent.append(" ".join(statement.split()))

        event.listen(self.database.engine, "before_cursor_execute", note)
        yield sent
        event.remove(self.database.engine, "before_cursor_execute", note)

    async def ask(self, asked: Written) -> Any:
        own = any(name in asked.text for name, one in MUTATIONS.items() if one.policy is Policy.JUST_OWNER_WRITES)
        who = "sales" if own else "admin"
        return json.loads(await self.stage.house.ask(who, _text(asked), **variables(asked)))


@pytest.fixture(scope="module")
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Counted, Counted]]:
    """On SQLite alone: what is sent is the same on PostgreSQL, but for how it is written."""
    template, folder = request.getfixturevalue("_sqlite"), tmp_path_factory.mktemp("counted")
    few, many = Counted(folder / "few", template, FEW), Counted(folder / "many", template, MANY)
    yield few, many
    few.database.close()
    many.database.close()


def _text(asked: Written) -> str:
    return re.sub(r"(\w+):…", lambda found: f"{found[1]}:{EXAMPLES.get(found[1], 'nowhere')}", asked.text)


def variables(asked: Written) -> dict[str, Any]:
    """What an operation is asked with: what its text shows, or else what finds something on the stage."""
    if asked.variables:
        return dict(asked.variables)
    found: dict[str, Any] = {}
    document = parse(asked.text)
    for each in nodes_of(document, VariableDefinitionNode):
        name, kind = each.variable.name.value, print_ast(each.type)
        root = _taker(document, name)
        if name == "input":
            found[name] = INPUTS[root] if root in INPUTS else MUTATIONS[root].input
        elif name == "ids":
            found[name] = ["contact:contact0", "contact:contact1", "task:task0"]
        elif name == "id":
            found[name] = ONES[root]
        elif name in VARIABLES and kind != "PrincipalKind" and not (name == "recordId" and root == "history"):
            found[name] = VARIABLES[name]
    return found


def _taker(document: DocumentNode, variable: str) -> str:
    """The field that takes this variable."""
    return next(
        one.name.value
        for one in nodes_of(document, FieldNode)
        if any(each.name.value == variable for each in nodes_of(one.arguments, VariableNode))
    )


async def sent_for(one: Counted, asked: Written) -> list[str]:
    """The statements of one operation, after which everything is as it was."""
    with one.counting() as sent:
        answer = await one.ask(asked)
    assert "errors" not in answer, answer
    if asked.kind is OperationType.MUTATION:
        one.stage.restore()
        if "frontend" in asked.place:
            codes = {error["code"] for payload in answer["data"].values() for error in payload["errors"]}
            assert codes <= {"IN_USE"}, answer
    return sent


async def check(both: tuple[Counted, Counted], asked: Written) -> None:
    """Loads that come at the same time go out together; whether two come so is chance, hence the repeats."""
    few, many = both
    if asked.kind is OperationType.QUERY:
        for one in both:
            await one.ask(asked)  # what is kept in memory is there from now on
    most = max([await sent_for(few, asked) for _ in range(2 if asked.kind is OperationType.QUERY else 1)], key=len)
    for _ in range(4):
        found = await sent_for(many, asked)
        if len(found) <= len(most):
            return
    raise AssertionError(told(most, found))


@pytest.mark.parametrize("asked", [one for one in EVERYTHING if one.kind is OperationType.QUERY], ids=str)
async def test_a_query_sends_as_many_statements_for_more_rows(both: tuple[Counted, Counted], asked: Written) -> None:
    await check(both, asked)


@pytest.mark.parametrize("asked", CHANGES, ids=str)
async def test_a_mutation_sends_as_many_statements_where_there_are_more_rows(
    both: tuple[Counted, Counted], asked: Written
) -> None:
    await check(both, asked)


@pytest.mark.parametrize("asked", FOLLOWED, ids=str)
async def test_following_a_run_sends_as_many_statements_for_more_events(
    both: tuple[Counted, Counted], asked: Written
) -> None:
    text = _text(asked).replace("$runId: ID!", '$runId: ID! = "run:run-sales"')
    counts = []
    for one in both:
        with one.counting() as sent:
            assert "runEvents" in await one.stage.house.follow("admin", text)
        counts.append(sent)
    assert len(counts[1]) <= len(counts[0]), told(*counts)


def test_the_stage_with_many_rows_has_three_times_those_with_few(both: tuple[Counted, Counted]) -> None:
    few, many = (one.stage.digest() for one in both)
    lists = "contact task mailbox run run_event operation conflict lost_value dead_letter held_deletion match_review"

    for name in [*lists.split(), "quarantine", "record_share", "principal", "team_member", "sync_filter", "profile"]:
        assert len(many[name]) >= 2 * len(few[name]), name


def told(few: list[str], many: list[str]) -> str:
    """The statements that are sent more often, and how often."""
    grown = {one: (few.count(one), many.count(one)) for one in dict.fromkeys(many) if many.count(one) > few.count(one)}
    lines = [f"{before} -> {after}: {one[:300]}" for one, (before, after) in grown.items()]
    return "\n".join([f"{len(few)} statements became {len(many)}", *lines])
