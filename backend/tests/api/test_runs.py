import socket
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from api.office import Office
from authority import Authority
from fieldsync.catalogue.fields import catalogue
from fieldsync.core.rights import Scope
from fieldsync.core.runs import EventType, Problem, RunState
from fieldsync.core.values import RecordKind
from fieldsync.db.repo import records as record_rows
from fieldsync.db.tables import LostValue, Run

START = """mutation($input: RunStartInput!) { runStart(input: $input) {
  runs { id state mode configuration kinds startedBy { userName } mailbox { id } viewerCanCancel }
  errors { code message path } } }"""
CANCEL = "mutation($id: ID!) { runCancel(input: {runId: $id}) { run { id state } errors { code path } } }"


async def start(office: Office, who: str, *mailboxes: str, **more: Any) -> Any:
    given = {"mailboxIds": [f"mailbox:{mailbox}" for mailbox in mailboxes]} | more
    return (await office.data(who, START, input=given))["runStart"]


async def test_a_user_starts_a_run_of_the_own_mailbox(office: Office) -> None:
    mailbox = office.mailbox("sales")

    payload = await start(office, "sales", mailbox)

    (run,) = payload["runs"]
    assert payload["errors"] == []
    assert run == {
        "id": run["id"],
        "state": "QUEUED",
        "mode": "APPLY",
        "configuration": "PUBLISHED",
        "kinds": ["CONTACT"],
        "startedBy": {"userName": "sales"},
        "mailbox": {"id": f"mailbox:{mailbox}"},
        "viewerCanCancel": True,
    }
    assert office.runner.started == [run["id"].removeprefix("run:")]


async def test_all_mailboxes_are_started_or_none(office: Office) -> None:
    free, busy = office.mailbox("sales"), office.mailbox("manager")
    office.run(busy)

    payload = await start(office, "admin", free, busy)

    assert payload["runs"] is None
    assert [error["code"] for error in payload["errors"]] == ["MAILBOX_BUSY"]
    assert office.runner.started == []
    assert (await office.data("admin", "{runs{totalCount}}"))["runs"]["totalCount"] == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kinds": ["TASK"]}, "KIND_NOT_SUPPORTED"),
        ({"configuration": "DRAFT"}, "DRAFT_NEEDS_PREVIEW"),
        ({"mailboxIds": []}, "INVALID_INPUT"),
        ({"mailboxIds": ["mailbox:nothing"]}, "NOT_FOUND"),
        ({"mailboxIds": ["run:nothing"]}, "NOT_FOUND"),
    ],
)
async def test_a_run_that_cannot_be_is_refused(office: Office, more: dict[str, Any], code: str) -> None:
    payload = await start(office, "sales", office.mailbox("sales"), **more)

    assert [error["code"] for error in payload["errors"]] == [code]
    assert office.runner.started == []


async def test_a_run_takes_all_kinds_that_its_mailbox_has_a_collection_for_or_those_it_is_asked_for(
    office: Office,
) -> None:
    plain = office.mailbox("sales")
    full = office.mailbox("manager", calendar_url="https://m.example/c/", tasks_url="https://m.example/c/")
    query = (
        "mutation($input: RunStartInput!) { runStart(input: $input) { runs { kinds } errors { code message path } } }"
    )
    ids = [f"mailbox:{plain}", f"mailbox:{full}"]

    refused = (await office.data("admin", query, input={"mailboxIds": ids, "kinds": ["TASK"]}))["runStart"]
    started = (await office.data("admin", query, input={"mailboxIds": ids}))["runStart"]

    assert [len(run["kinds"]) for run in started["runs"]] == [1, 8]
    assert [(error["code"], error["path"]) for error in refused["errors"]] == [
        ("KIND_NOT_SUPPORTED", ["input", "kinds"])
    ]
    assert "Connect its calendar or task list first" in refused["errors"][0]["message"]


async def test_a_draft_may_be_previewed(office: Office) -> None:
    payload = await start(office, "sales", office.mailbox("sales"), mode="PREVIEW", configuration="DRAFT")

    assert payload["errors"] == []
    assert payload["runs"][0]["configuration"] == "DRAFT"


async def test_a_mailbox_that_the_server_does_not_synchronize_is_refused(office: Office) -> None:
    payload = await start(office, "sales", office.mailbox("sales", sync_method="CLIENT"))

    assert [error["code"] for error in payload["errors"]] == ["MAILBOX_DISABLED"]


async def test_the_mailbox_of_somebody_else_looks_as_if_it_were_not_there(office: Office) -> None:
    payload = await start(office, "sales", office.mailbox("manager"))

    assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]


async def test_a_read_token_starts_and_cancels_nothing(office: Office) -> None:
    mailbox = office.mailbox("sales")
    given = {"mailboxIds": [f"mailbox:{mailbox}"]}

    started = (await office.data("sales", START, scope=Scope.READ, input=given))["runStart"]
    cancelled = (await office.data("sales", CANCEL, scope=Scope.READ, id=f"run:{office.run(mailbox)}"))["runCancel"]

    assert [error["code"] for error in started["errors"]] == ["NOT_ALLOWED"]
    assert [error["code"] for error in cancelled["errors"]] == ["NOT_ALLOWED"]


async def test_a_run_is_cancelled_by_its_owner_while_it_lasts(office: Office) -> None:
    run = office.run(office.mailbox("sales"))

    payload = (await office.data("sales", CANCEL, id=f"run:{run}"))["runCancel"]
    assert payload["errors"] == []
    assert office.runner.cancelled == [run]

    office.tell(run, 2, EventType.FINISHED, RunState.CANCELLED)
    payload = (await office.data("sales", CANCEL, id=f"run:{run}"))["runCancel"]
    assert payload["errors"] == [{"code": "RUN_NOT_ACTIVE", "path": ["input", "runId"]}]


async def test_a_run_of_somebody_else_looks_as_if_it_were_not_there(office: Office) -> None:
    run = office.run(office.mailbox("manager"))

    assert (await office.data("sales", "query($id: ID!){run(id: $id){id}}", id=f"run:{run}"))["run"] is None
    assert (await office.data("sales", CANCEL, id=f"run:{run}"))["runCancel"]["errors"][0]["code"] == "NOT_FOUND"
    assert (await office.data("sales", "{runs{totalCount}}"))["runs"]["totalCount"] == 0
    assert office.runner.cancelled == []


async def test_runs_are_listed_newest_first_and_by_mailbox(office: Office) -> None:
    sales, manager = office.mailbox("sales"), office.mailbox("manager")
    made: list[str] = []
    for mailbox in (sales, sales, manager):
        made.append(office.run(mailbox))
        office.tell(made[-1], 2, EventType.FINISHED, RunState.SUCCEEDED)
    query = "query($box: ID){runs(mailboxId: $box){totalCount nodes{id milliseconds}}}"

    everything = (await office.data("admin", query))["runs"]
    only_sales = (await office.data("admin", query, box=f"mailbox:{sales}"))["runs"]

    assert {row["id"] for row in everything["nodes"]} == {f"run:{run}" for run in made}
    assert only_sales["totalCount"] == 2


async def test_a_run_tells_its_problems_with_the_field_they_concern(office: Office) -> None:
    run = office.run(office.mailbox("sales"))
    problem = Problem("ITEM_REFUSED", "Refused.", "Look.", side="OUTLOOK", subject="Ada", field_id="CONTACT.jobtitle")
    office.tell(run, 2, EventType.STARTED, RunState.RUNNING)
    office.tell(run, 3, EventType.PROBLEM, RunState.RUNNING, problem=problem)
    query = """query($id: ID!){run(id: $id){state lastSeq counts{failed} phases{phase} requests
      problems{totalCount nodes{seq code side subject mapping{id crmLabel}}} operations{totalCount nodes{id}}}}"""

    found = (await office.data("sales", query, id=f"run:{run}"))["run"]

    assert found["problems"]["totalCount"] == 1
    assert found["problems"]["nodes"] == [
        {
            "seq": 3,
            "code": "ITEM_REFUSED",
            "side": "OUTLOOK",
            "subject": "Ada",
            "mapping": {"id": office.mapping_id("jobtitle"), "crmLabel": "Job Title"},
        }
    ]
    assert found["operations"] == {"totalCount": 0, "nodes": []}


async def test_a_list_costs_the_same_number_of_reads_whatever_its_length(office: Office) -> None:
    query = """{mailboxes{nodes{principal{name} state linkedCount lastError{code}
      lastRun{startedBy{name} mailbox{name} problems(first: 3){totalCount nodes{code}}
        operations(first: 3){totalCount nodes{id mappings{id}}}}}}}"""
    await office.data("admin", query)

    async def reads() -> int:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            # The use of the token is written aside, whenever there is time for it.
            if statement.lstrip().startswith(("SELECT", "WITH")):
                statements.append(statement)

        event.listen(office.database.engine, "before_cursor_execute", note)
        try:
            await office.data("admin", query)
        finally:
            event.remove(office.database.engine, "before_cursor_execute", note)
        return len(statements)

    office.run(office.mailbox("sales"))
    few = await reads()
    for _ in range(6):
        office.run(office.mailbox("manager"))

    assert await reads() == few


async def test_a_run_whose_process_is_gone_stands_in_nobodys_way(office: Office) -> None:
    mailbox = office.mailbox("sales")
    dead = office.run(mailbox)
    gone = f"{socket.gethostname()[:60]}/4194305/dead"
    office.write(lambda connection: connection.execute(update(Run.__table__).values(process=gone)))

    payload = await start(office, "sales", mailbox)

    assert payload["errors"] == []
    answer = await office.data("sales", "query($id:ID!){run(id:$id){state error{code remedy}}}", id=f"run:{dead}")
    assert (answer["run"]["state"], answer["run"]["error"]["code"]) == ("FAILED", "LEASE_LOST")


async def test_a_value_that_gave_way_is_shown_to_those_who_see_the_run(office: Office) -> None:
    mailbox, record = office.mailbox("sales"), office.contact("sales", fullname="Ada")
    run = office.run(mailbox)
    box = office.parts.box.seal("Chief buyer")
    office.write(
        lambda connection: connection.execute(
            insert(LostValue.__table__).values(
                id="lost",
                run_id=run,
                record_id=record,
                field_id="CONTACT.jobtitle",
                side="OUTLOOK",
                value_box=box,
                lost_at=office.parts.clock.now(),
            )
        )
    )
    problem = Problem(
        "CONFLICT", "Job Title: both sides changed", "…", "OUTLOOK", "Ada", "CONTACT.jobtitle", "lost", record
    )
    office.tell(run, 2, EventType.PROBLEM, RunState.RUNNING, problem=problem)
    query = "query($id:ID!){run(id:$id){problems{nodes{code subject lostValue mapping{outlookLabel}}}}}"

    own = await office.data("sales", query, id=f"run:{run}")
    foreign = await office.data("manager", query, id=f"run:{run}")

    assert own["run"]["problems"]["nodes"] == [
        {"code": "CONFLICT", "subject": "Ada", "lostValue": "Chief buyer", "mapping": {"outlookLabel": "Job Title"}}
    ]
    assert foreign["run"] is None

    rights = Authority(office.database)
    rights.secure("jobtitle")
    withheld = (await office.data("sales", query, id=f"run:{run}"))["run"]["problems"]["nodes"][0]
    assert (withheld["subject"], withheld["lostValue"]) == ("Ada", None)
    rights.without_roles(office.people["sales"])
    hidden = (await office.data("sales", query, id=f"run:{run}"))["run"]["problems"]["nodes"][0]
    assert (hidden["subject"], hidden["lostValue"]) == ("***", None)
    everything = (await office.data("admin", query, id=f"run:{run}"))["run"]["problems"]["nodes"][0]
    assert (everything["subject"], everything["lostValue"]) == ("Ada", "Chief buyer")


async def test_problems_are_paged_both_ways_within_each_of_many_runs(office: Office) -> None:
    for owner in ("sales", "manager", "admin"):
        run = office.run(office.mailbox(owner))
        office.tell(run, 2, EventType.STARTED, RunState.RUNNING)
        for n in range(5):
            told = Problem("ITEM_REFUSED", f"{owner} {n}", "Look.")
            office.tell(run, 3 + n, EventType.PROBLEM, RunState.RUNNING, problem=told)
    query = """{runs(first: 9){nodes{problems(%s){
      totalCount nodes{seq message} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}}}}}"""

    async def pages(arguments: str, who: str = "admin") -> list[Any]:
        return [one["problems"] for one in (await office.data(who, query % arguments))["runs"]["nodes"]]

    first = await pages("first: 2")
    rest = await pages(f'first: 9, after: "{first[0]["pageInfo"]["endCursor"]}"')
    back = await pages(f'last: 1, before: "{rest[0]["pageInfo"]["startCursor"]}"')

    assert [len(found) for found in (first, rest, back)] == [3, 3, 3]
    for n, owner in enumerate(("admin", "manager", "sales")):
        seen = [node["message"] for node in first[n]["nodes"] + rest[n]["nodes"]]
        assert seen == [f"{owner} {m}" for m in range(5)]
        assert [node["seq"] for node in back[n]["nodes"]] == [4]
        assert {found[n]["totalCount"] for found in (first, rest, back)} == {5}
        assert (first[n]["pageInfo"]["hasNextPage"], rest[n]["pageInfo"]["hasPreviousPage"]) == (True, True)
    assert [[node["message"] for node in page["nodes"]] for page in await pages("last: 1", "sales")] == [["sales 4"]]


@pytest.mark.parametrize("kind", [RecordKind.APPOINTMENT, RecordKind.TASK])
async def test_the_name_of_a_record_of_any_kind_is_told_to_whoever_sees_it(office: Office, kind: RecordKind) -> None:
    mailbox = office.mailbox("sales")
    run = office.run(mailbox)
    empty = tuple(field.empty for field in catalogue().fields(kind))
    for owner in ("sales", "manager"):
        people, now = office.people, office.parts.clock.now()
        office.write(lambda c, o=owner: record_rows.insert_many(c, kind, people[o], [(f"of {o}", empty)], now))  # noqa: B023
        problem = Problem("STRAY", "…", "…", subject=f"Lunch of {owner}", record_id=f"of {owner}")
        office.tell(run, 2 + (owner == "manager"), EventType.PROBLEM, RunState.RUNNING, problem=problem)
    query = "query($id:ID!){run(id:$id){problems{nodes{subject}}}}"

    seen = (await office.data("sales", query, id=f"run:{run}"))["run"]["problems"]["nodes"]

    assert seen == [{"subject": "Lunch of sales"}, {"subject": "***"}]
