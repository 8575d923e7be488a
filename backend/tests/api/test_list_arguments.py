"""What lists refuse, what nodes finds, and what nobody may find out by asking for it another way."""

import base64
import json
from typing import Any

import pytest
from sqlalchemy import event, update

from api.office import Office
from api.shelves import LISTS, WANTED, fill
from authority import Authority
from fieldsync.api.types.contact_attributes import GRAPHQL_NAMES
from fieldsync.api.types.list_inputs import MOST_CONDITIONS, MOST_LEVELS
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.records import Contact
from fieldsync.db.sync_tables import DeadLetter
from rights.policies import RIGHTS_LISTS

PAGE = """query(
    $first: Int, $after: String, $last: Int, $before: String, $filter: ContactFilter, $orderBy: ContactOrder
){
  contacts(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy){
    totalCount edges{cursor node{id}} pageInfo{hasNextPage hasPreviousPage}}}"""
SOME_OF = ("tokens", "syncFilters")
"""Lists of which everybody sees something, see ``test_own_lists``."""
LETTERS = """query($filter: DeadLetterFilter, $orderBy: DeadLetterOrder){
  deadLetters(filter: $filter, orderBy: $orderBy){totalCount nodes{subject}}}"""


async def refusal(office: Office, who: str, query: str, **variables: Any) -> tuple[str, list[str]]:
    """Code and path of the one error."""
    answer = await office.ask(who, query, **variables)
    [error] = answer["errors"]
    assert answer["data"] is None
    return error["extensions"]["code"], error["extensions"].get("path", [])


def nested(levels: int) -> dict[str, Any]:
    return {"not": nested(levels - 1)} if levels else {}


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"first": 2, "last": 2}, ["last"]),
        ({"first": -1}, ["first"]),
        ({"last": -1}, ["last"]),
        ({"first": 1001}, ["first"]),
        ({"last": 1001}, ["last"]),
        ({"after": "?"}, ["after"]),
        ({"before": "x"}, ["before"]),
        ({"before": "é" * 5_000}, ["before"]),
        ({"filter": nested(MOST_LEVELS)}, ["filter"]),
        ({"filter": {"or": [{}] * MOST_CONDITIONS}}, ["filter"]),
        ({"filter": {"fullName": {"contains": "\x00"}}}, ["filter", "fullname"]),
        ({"filter": {"fullName": {"equals": "x" * 1_001}}}, ["filter", "fullname"]),
        ({"filter": {"modifiedAt": {"after": "2026-03-01T09:00:00"}}}, ["filter", "modified_at"]),
        ({"filter": {"modifiedAt": {"after": "0001-01-01T00:00:00+14:00"}}}, ["filter", "modified_at"]),
    ],
)
async def test_a_page_that_cannot_be_is_refused_by_name(office: Office, arguments: dict, path: list[str]) -> None:
    assert await refusal(office, "admin", PAGE, **arguments) == ("INVALID_INPUT", path)


async def test_an_id_of_something_else_is_refused(office: Office) -> None:
    given = {"ownerId": {"equals": "mailbox:1"}}
    assert await refusal(office, "admin", PAGE, filter=given) == ("NOT_FOUND", ["filter", "owner_id"])


@pytest.mark.parametrize("kind", ["contact", "task", "mailbox", "run", "principal", "audit", "role", "mapping"])
@pytest.mark.parametrize("raw", ["\x00", "a\x00b", "", "x" * 121])
async def test_a_text_that_can_be_no_id_finds_nothing(office: Office, kind: str, raw: str) -> None:
    asked = "query($id: ID!){node(id: $id){id} nodes(ids: [$id]){id}}"

    assert await office.data("admin", asked, id=f"{kind}:{raw}") == {"node": None, "nodes": [None]}


async def test_cursors_hold_for_one_list_in_one_order(office: Office) -> None:
    for number in range(3):
        office.contact("sales", fullname=str(number))
        office.activity(RecordKind.TASK, "sales", subject=str(number))
    there = (await office.data("sales", PAGE, first=1))["contacts"]["edges"][0]["cursor"]
    tasks = "query($after: String){tasks(after: $after){totalCount}}"

    assert (await office.data("sales", PAGE, after=there))["contacts"]["pageInfo"]["hasPreviousPage"]
    assert await refusal(office, "sales", tasks, after=there) == ("INVALID_INPUT", ["after"])
    order = {"field": "CREATED", "descending": True}
    assert await refusal(office, "sales", PAGE, before=there, orderBy=order) == ("INVALID_INPUT", ["before"])
    opened = base64.urlsafe_b64decode(there + "=" * (-len(there) % 4)).decode()
    forged = base64.urlsafe_b64encode(f"{opened[:-3]}\x00".encode()).decode()
    assert await refusal(office, "sales", PAGE, after=forged) == ("INVALID_INPUT", ["after"])


async def test_a_list_of_one_kind_asks_for_what_only_that_kind_has(office: Office) -> None:
    office.activity(RecordKind.TASK, "sales", subject="Half done", percentcomplete=50)
    office.activity(RecordKind.TASK, "sales", subject="Begun", percentcomplete=10)
    meeting = office.activity(RecordKind.APPOINTMENT, "sales", subject="Lunch", requiredattendees="Ada <ada@x.example>")

    asked = """{
      tasks(filter: {percentComplete: {atLeast: 20}, status: {notEquals: COMPLETED}}) {nodes{subject percentComplete}}
      sorted: tasks(orderBy: {field: PERCENT_COMPLETE}) {nodes{subject}}
      appointments(filter: {requiredAttendees: {contains: "ADA@"}, isAllDayEvent: {isEmpty: true}}) {nodes{id subject}}
    }"""
    found = await office.data("sales", asked)

    assert found["tasks"]["nodes"] == [{"subject": "Half done", "percentComplete": 50}]
    assert [one["subject"] for one in found["sorted"]["nodes"]] == ["Begun", "Half done"]
    assert found["appointments"]["nodes"] == [{"id": f"appointment:{meeting}", "subject": "Lunch"}]
    one = "query($id: ID!){appointment(id: $id){subject} task(id: $id){id}}"
    shown = await office.data("sales", one, id=f"appointment:{meeting}")
    assert shown == {"appointment": {"subject": "Lunch"}, "task": None}


async def test_operations_of_many_runs_are_paged_filtered_and_counted_at_once(office: Office) -> None:
    fill(office, 3, size=6)
    asked = """query($before: String){runs{nodes{id
      operations(last: 2, before: $before, orderBy: {field: STATE}){totalCount nodes{id state} edges{cursor}
        pageInfo{hasPreviousPage hasNextPage}}
      some: operations(filter: {state: {notIn: [APPLIED]}, not: {action: {in: [LINK]}}}){
        totalCount nodes{state action}}}}}"""
    statements: list[str] = []
    event.listen(office.database.engine, "before_cursor_execute", lambda *about: statements.append(about[2]))

    runs = (await office.data("admin", asked))["runs"]["nodes"]
    [first] = [run for run in runs if run["operations"]["totalCount"]]
    cursor = first["operations"]["edges"][0]["cursor"]
    before = (await office.data("admin", asked, before=cursor))["runs"]["nodes"]
    [earlier] = [run for run in before if run["operations"]["totalCount"]]

    assert len(runs) == 6
    assert first["operations"]["pageInfo"] == {"hasPreviousPage": True, "hasNextPage": False}
    assert earlier["operations"]["pageInfo"] == {"hasPreviousPage": True, "hasNextPage": True}
    states = [one["state"] for run in (earlier, first) for one in run["operations"]["nodes"]]
    assert states == sorted(states)
    assert len({one["id"] for run in (earlier, first) for one in run["operations"]["nodes"]}) == 4
    assert all(one["state"] != "APPLIED" and one["action"] != "LINK" for one in first["some"]["nodes"])
    assert first["some"]["totalCount"] == len(first["some"]["nodes"])
    # Two lists and two counts for each request, and once whether the runs without any have some behind the cursor.
    assert sum("FROM operation" in one for one in statements) == 9


async def test_nodes_come_in_the_order_of_their_ids_with_one_look_for_each_type(office: Office) -> None:
    contacts = [office.contact("sales", fullname=str(number)) for number in range(20)]
    foreign = office.contact("admin", fullname="Other")
    box = office.mailbox("sales")
    asked = "query($ids: [ID!]!){nodes(ids: $ids){__typename id ...on Contact{fullName} ...on Mailbox{name}}}"
    ids = [f"contact:{one}" for one in contacts]
    given = [*ids[::-1], f"contact:{foreign}", f"mailbox:{box}", "nothing", "role:basic", ids[0], "task:none"]
    await office.data("sales", asked, ids=ids[:1])
    statements: list[str] = []
    event.listen(office.database.engine, "before_cursor_execute", lambda *about: statements.append(about[2]))

    found = (await office.data("sales", asked, ids=given))["nodes"]
    for_many, _ = len(statements), statements.clear()
    await office.data("sales", asked, ids=[ids[0], f"mailbox:{box}", "task:none"])

    shown = [None if one is None else one["id"] for one in found]
    assert shown == [*ids[::-1], None, f"mailbox:{box}", None, None, ids[0], None]
    assert for_many == len(statements)
    assert (await office.data("admin", asked, ids=["role:basic"]))["nodes"][0]["__typename"] == "SecurityRole"
    answer = await office.ask("sales", asked, ids=["contact:x"] * 201)
    assert answer["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "path": ["ids"]}


async def test_a_version_is_found_by_its_profile_and_number_and_nothing_else_is_one(office: Office) -> None:
    asked = "query($ids: [ID!]!){nodes(ids: $ids){id ...on ProfileVersion{number publishedBy{name}}}}"
    none = ["version:default:2", "version:default:0", "version:default:01", "version:default:\u0661", "version:other:1",
            "version:default", f"version:default:{10**9}", "version:default:-1"]  # fmt: skip

    found = (await office.data("sales", asked, ids=["version:default:1", *none]))["nodes"]

    assert found == [{"id": "version:default:1", "number": 1, "publishedBy": None}, *[None] * len(none)]


def probes(attribute: str, name: str) -> list[dict[str, Any]]:
    """Ways to ask for a column: plainly, within and, or and not, and by the order."""
    by = {"equals": "1980-02-03"} if attribute in ("birthdate", "anniversary") else {"contains": "a"}
    plain = {name: by}
    order = "".join(f"_{c}" if c.isupper() else c.upper() for c in name)
    filters = [plain, {name: {"isEmpty": True}}, {"not": plain}, {"or": [{"fullName": {"contains": "o"}}, plain]},
               {"and": [{"not": {"or": [{"not": plain}]}}]}]  # fmt: skip
    return [*({"filter": one} for one in filters), {"orderBy": {"field": order}},
            {"orderBy": {"field": order, "descending": True}, "last": 2}]  # fmt: skip


async def test_what_is_withheld_changes_no_answer_whatever_is_asked(office: Office) -> None:
    rights, people = Authority(office.database), office.people
    hidden = {"jobtitle": "a", "governmentid": "a1234", "nickname": "a", "birthdate": None, "department": None}
    ids = [office.contact("sales", fullname=f"Bob {n}", lastname="a" * (n % 2)) for n in range(4)]
    for name in hidden:
        rights.secure(name, mask_keep=4) if name == "governmentid" else rights.secure(name)
    rights.field_profile("Readers", "governmentid", people["sales"], read=True)
    rights.open_column(ids[0], "nickname", people["sales"], read=True)
    contact = table_of(Contact)

    async def everything() -> list[Any]:
        found = []
        for attribute, name in GRAPHQL_NAMES.items():
            for arguments in probes(attribute, name):
                answer = await office.ask("sales", PAGE, **arguments)
                if attribute in hidden:
                    assert answer["data"] is None
                    assert [one["extensions"]["code"] for one in answer["errors"]] == ["FIELD_WITHHELD"], arguments
                else:
                    assert "errors" not in answer, answer
                found.append([answer.get("data"), answer.get("errors")])
        return found

    before = await everything()
    for n, record_id in enumerate(ids):
        cells = {name: None if n % 2 else "zza" for name in hidden if name not in ("birthdate", "nickname")}
        office.write(lambda c, i=record_id, v=cells: c.execute(update(contact).where(contact.c.id == i).values(**v)))
    for record_id in ids[1:]:
        office.write(lambda c, i=record_id: c.execute(update(contact).where(contact.c.id == i).values(nickname="zz")))

    assert json.dumps(await everything()) == json.dumps(before)


async def test_what_shows_of_some_rows_only_is_for_administrators_to_ask_for(office: Office) -> None:
    fill(office, 4, size=6)
    box = office.mailbox("sales")
    letters = table_of(DeadLetter)
    hidden = office.contact("admin", fullname="Secret")
    office.write(lambda c: c.execute(update(letters).values(mailbox_id=box, record_id=hidden, subject="Secret")))

    for given in ({"filter": {"subject": {"contains": "S"}}}, {"filter": {"not": {"subject": {"isEmpty": True}}}}):
        assert await refusal(office, "sales", LETTERS, **given) == ("FIELD_WITHHELD", ["filter", "subject"])
        assert (await office.data("admin", LETTERS, **given))["deadLetters"]["totalCount"] == 6
    order = {"orderBy": {"field": "SUBJECT"}}
    assert await refusal(office, "sales", LETTERS, **order) == ("FIELD_WITHHELD", ["orderBy", "subject"])
    assert {one["subject"] for one in (await office.data("sales", LETTERS))["deadLetters"]["nodes"]} == {"***"}
    for name in ("conflicts", "history"):
        asked = f'{{{name}(filter: {{recordId: {{equals: "contact:{hidden}"}}}}){{totalCount}}}}'
        answer = await office.ask("sales", asked)
        assert answer["errors"][0]["extensions"] == {"code": "FIELD_WITHHELD", "path": ["filter", "record_id"]}


async def test_nobody_without_the_right_pages_filters_or_counts_what_administrators_see(office: Office) -> None:
    fill(office, 4, size=3)
    for name in LISTS:
        wanted = WANTED.get(name, "")
        mine = await office.ask("manager", f"{{{name}({wanted}filter: {{not: {{and: []}}}}){{totalCount}}}}")
        if name in RIGHTS_LISTS.values():
            assert mine["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"
        elif wanted:
            assert mine["errors"][0]["extensions"]["code"] == "NOT_FOUND"
        elif name not in SOME_OF:
            assert mine["data"][name]["totalCount"] == 0
