"""Compiled plans answer as the generic executor does, and stand aside where they cannot."""

import asyncio
import gc
from typing import Any

import pytest

from api.asking import Both, both, text
from api.office import Office
from authority import Authority, everything
from fieldsync.api.documents import DOCUMENTS_KEPT
from fieldsync.core.values import RecordKind

__all__ = ["both"]


@pytest.fixture
def rights(office: Office) -> Authority:
    return Authority(office.database)


@pytest.fixture
def people(office: Office, rights: Authority) -> list[str]:
    """Five contacts of sales, with a secured column that one of them opens; and a task and a meeting."""
    ids = [
        office.contact(
            "sales", fullname=f"Ada {n}", jobtitle="Countess", governmentid=f"12{n}", emailaddress1=f"a{n}@x.example"
        )
        for n in range(5)
    ]
    rights.secure("governmentid", "nickname")
    rights.open_column(ids[1], "nickname", office.people["sales"], read=True)
    office.activity(RecordKind.TASK, "sales", subject="Call", prioritycode=2, percentcomplete=30)
    office.activity(
        RecordKind.APPOINTMENT, "sales", subject="Meet", requiredattendees="Ada <ada@x.example>", location="Here"
    )
    return [f"contact:{one}" for one in ids]


SHAPES = {
    "connection": "{contacts(first: 3){nodes{id fullName jobTitle governmentId birthDate version createdAt modifiedAt}"
    " edges{cursor node{id nickName}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor} totalCount}}",
    "only the count": "{contacts{totalCount}}",
    "aliases": "{a: contacts(first: 1){n: nodes{one: fullName two: fullName three: id}} b: contacts{totalCount}}",
    "withheld": "{contacts{nodes{id governmentId nickName withheld{field attribute rule}}}}",
    "masked": "{contacts{nodes{id masked governmentId}}}",
    "owner and rights": "{contacts{nodes{fullName owner{id name kind rights{role isDisabled}} viewerCan shares{rights}"
    " columnGrants{attribute principal{userName}}}}}",
    "names of types": "{__typename contacts(first: 1){__typename nodes{__typename id} edges{__typename}}}",
    "fragments": "{contacts(first: 2){...page}} fragment page on ContactConnection{nodes{...who ...on Node{id}}}"
    " fragment who on Contact{fullName ...mail} fragment mail on Contact{emailAddress1 fullName}",
    "sorted": "{contacts(orderBy: {field: FULL_NAME, descending: true}){nodes{fullName} edges{cursor}"
    " pageInfo{endCursor}}}",
    "filtered": '{contacts(filter: {fullName: {startsWith: "ada"}}){nodes{fullName} totalCount}}',
    "an empty page": "{contacts(first: 0){nodes{id} edges{cursor} pageInfo{startCursor hasNextPage}}}",
    "activities": "{activities(kind: TASK){nodes{id kind state subject priority ...on Task{percentComplete status}"
    " ...on Appointment{location}} totalCount edges{cursor}}}",
    "meetings": "{activities(kind: APPOINTMENT){nodes{__typename id version createdAt ...on Appointment{location status"
    " requiredAttendees{name address} organizer{name}} withheld{field} masked owner{userName}}}}",
    "series": "{activities(kind: RECURRING_APPOINTMENT){nodes{id ...on RecurringAppointment"
    "{recurrence{patternType interval daysOfWeek}}}}}",
    "mappings": "{mappings{id kind outlookProperties allowedDirections direction nextDirection note computed revision"
    " securedAttributes effective{direction directionForNew blockedBecause{direction reason message}}}}",
    "arguments with constants": '{mappings(profileId: "profile:default", kind: TASK){id crmLabel}}',
    "profiles": "{profiles{id name isDefault members{nodes{userName}}"
    " draft{changes{before after mapping{id}} changedAt} published{number message publishedAt publishedBy{name}}"
    " versions(first: 3){nodes{number}} differences{before}}}",
    "viewer": "{viewer{actor role principal{id userName rights{role revision}} profile{name mappings(kind: FAX){id}}}}",
    "several roots": "{viewer{role} contacts{totalCount} runs{nodes{id}} mailboxes{nodes{id} totalCount}}",
}


@pytest.mark.parametrize("who", ["admin", "sales"])
async def test_a_plan_answers_as_the_generic_executor_does(both: Both, people: list[str], who: str) -> None:
    for shape, query in SHAPES.items():
        assert await both.data(who, query), shape


async def test_single_things_by_their_ids(both: Both, people: list[str]) -> None:
    data = await both.data(
        "sales",
        "query($one: ID!, $none: ID!){contact(id: $one){id fullName nickName governmentId withheld{field} owner{name}}"
        " none: contact(id: $none){id} node(id: $one){__typename id ...on Contact{fullName jobTitle}"
        " ...on Profile{name}}}",
        one=people[1],
        none="contact:none",
    )

    assert data["contact"]["fullName"] == data["node"]["fullName"] == "Ada 1"
    assert [one["field"] for one in data["contact"]["withheld"]] == ["governmentId"]
    assert data["none"] is None


async def test_skip_and_include_follow_their_variables(both: Both, people: list[str]) -> None:
    query = (
        "query($owner: Boolean!, $less: Boolean! = true){contacts(first: 1){nodes{id owner @include(if: $owner){name}"
        " ...more @skip(if: $less)}}} fragment more on Contact{fullName}"
    )
    for variables in ({"owner": True}, {"owner": True, "less": False}, {"owner": False, "less": False}):
        data = await both.data("sales", query, **variables)

        (node,) = data["contacts"]["nodes"]
        more = {"owner"} if variables["owner"] else set()
        assert set(node) == {"id"} | more | ({"fullName"} if variables.get("less") is False else set())


async def test_an_operation_is_found_by_its_name(both: Both) -> None:
    query = "query A{viewer{role}} query B{viewer{actor}}"

    assert set((await both.data("sales", query, operation="B"))["viewer"]) == {"actor"}
    for operation in (None, "C"):
        answer = await both.ask("sales", query, operation=operation)
        assert set(answer) == {"errors"}
        assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("{viewer{nothing}}", {}),
    ("{viewer{", {}),
    ("query($a: Int!){contacts(first: $a){totalCount}}", {}),
    ("query($a: Int!){contacts(first: $a){totalCount}}", {"a": "many"}),
    ("subscription{mappingsChanged{id}}", {}),
]


async def test_what_is_refused_before_execution_has_no_data(both: Both) -> None:
    for query, variables in REFUSED:
        assert set(await both.ask("sales", query, **variables)) == {"errors"}, query


FAILING = [
    "{contacts(first: 5000){totalCount} viewer{role}}",
    '{contacts(after: "nonsense"){totalCount}}',
    '{mappings(profileId: "contact:x"){id}}',
    '{mappings{effective(principalId: "principal:nobody"){direction}}}',
    '{contacts(filter: {governmentId: {equals: "1"}}){nodes{id}}}',
    "{roles: securityRoles{nodes{id}} viewer{role}}",
]


async def test_errors_are_those_of_the_specification(both: Both, people: list[str]) -> None:
    for query in FAILING:
        (error,) = (await both.ask("sales", query, planned=False))["errors"]
        assert error["path"], query
        assert error["extensions"]["code"] != "INTERNAL", query


async def test_strangers_are_refused_alike(both: Both) -> None:
    answer = await both.ask(None, "{viewer{role}}", planned=False)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_SIGNED_IN"]
    assert answer["data"] is None


async def test_a_nullable_field_that_fails_is_null_and_the_rest_is_there(
    both: Both, people: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise NotImplementedError("a secret")

    monkeypatch.setattr(type(both.office.services.contacts), "get", broken)
    query = "query($id: ID!){viewer{role} contact(id: $id){id}}"
    answers = [await both.one(one, "sales", query, {"id": people[0]}, None) for one in (both.compiled, both.generic)]

    for answer in answers:
        assert b'"data":{"viewer":{"role":"USER"},"contact":null}' in text(answer)
        assert b'"path":["contact"]' in text(answer)
        assert b"secret" not in text(answer)
        assert answer.executed


async def test_introspection_is_the_generic_executors(both: Both) -> None:
    data = await both.data("sales", '{__schema{queryType{name}} __type(name: "Contact"){kind}}', planned=False)

    assert data == {"__schema": {"queryType": {"name": "Query"}}, "__type": {"kind": "OBJECT"}}


async def test_a_plan_that_breaks_leaves_the_answer_to_the_generic_executor(
    both: Both, people: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("fieldsync.api.plan.running.Run.arguments", broken)

    assert len((await both.data("sales", "{contacts{nodes{id}}}", planned=False))["contacts"]["nodes"]) == 5


async def test_what_a_plan_gave_up_waiting_for_is_not_complained_of(
    both: Both, people: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two loaders fail; the first one ends the plan, and asyncio would log that nobody looked at the second."""

    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    complaints = list[dict[str, Any]]()
    asyncio.get_running_loop().set_exception_handler(lambda _, about: complaints.append(about))
    monkeypatch.setattr(type(both.office.services.contacts), "privileges", broken)
    monkeypatch.setattr(type(both.office.services.contacts), "shares", broken)
    query = "{contacts{nodes{viewerCan shares{rights}}}}"
    answer = await both.one(both.compiled, "sales", query, None, None)
    gc.collect()
    await asyncio.sleep(0)

    assert b'"code":"INTERNAL"' in text(answer)
    assert complaints == []


async def test_a_mutation_runs_once_whatever_its_answer_costs(both: Both) -> None:
    query = (
        'mutation{contactCreate(input: {fullName: "Ada"}){contact{id owner{rights{role}}}'
        " errors{code} again: errors{message}}}"
    )
    await both.one(both.compiled, "sales", query, None, None)

    data = await both.data("sales", "{contacts{totalCount}}")
    assert data["contacts"]["totalCount"] == 1


async def test_mutations_are_refused_where_they_are_not_allowed(both: Both) -> None:
    from fieldsync.api.answering import Asked

    asked = Asked('mutation{contactCreate(input: {fullName: "Ada"}){errors{code}}}')
    answer = await both.compiled.answer(asked, await both.context("sales"), mutations=False)

    assert not answer.executed
    assert (await both.data("sales", "{contacts{totalCount}}"))["contacts"]["totalCount"] == 0


async def test_columns_that_nobody_asked_for_are_not_read_nor_those_that_are_withheld(
    both: Both, people: list[str]
) -> None:
    with both.statements() as statements:
        await both.one(both.compiled, "sales", "{contacts{nodes{id fullName governmentId}}}", None, None)

    (page,) = [one for one in statements if "FROM contact" in one]
    selected = page.partition("FROM contact")[0]
    assert "contact.fullname" in selected
    assert "contact.governmentid" not in selected
    assert "jobtitle" not in page
    assert "description" not in page


async def test_a_count_reads_no_columns(both: Both, people: list[str]) -> None:
    with both.statements() as statements:
        await both.one(both.compiled, "sales", "{contacts{totalCount pageInfo{hasNextPage}}}", None, None)

    page = next(one for one in statements if "FROM contact" in one and "count(" not in one)
    assert page.partition("FROM contact")[0].replace("SELECT", "").strip() == "contact.id"


NESTED = "{contacts(first: 1000){nodes{id owner{id name} viewerCan shares{rights principal{name}}}}}"


async def test_statements_do_not_grow_with_the_rows(both: Both) -> None:
    counts: list[int] = []
    await both.one(both.compiled, "sales", NESTED, None, None)  # the rights are read once
    for _ in range(2):
        for _ in range(10):
            both.office.contact("sales", fullname="Ada")
        with both.statements() as statements:
            await both.one(both.compiled, "sales", NESTED, None, None)
        counts.append(len([one for one in statements if one.startswith(("SELECT", "WITH"))]))

    assert counts[0] == counts[1]


async def test_documents_are_parsed_once_and_not_kept_without_end(both: Both) -> None:
    documents = both.compiled.documents
    first = documents.of("{viewer{role}}")

    for n in range(DOCUMENTS_KEPT + 20):
        documents.of(f"{{a{n}: viewer{{role}}}}")
        assert documents.of("{viewer{role}}") is first

    assert len(documents) == DOCUMENTS_KEPT


async def test_long_documents_push_others_out(both: Both) -> None:
    documents = both.compiled.documents
    for n in range(6):
        documents.of(f"{{viewer{{role}}}} #{n} {'x' * 1_000_000}")

    assert len(documents) <= 4


async def test_a_revoked_right_holds_for_the_very_next_operation(both: Both, people: list[str]) -> None:
    rights, query = Authority(both.office.database), "{contacts(first: 1){nodes{jobTitle}}}"
    before = await both.data("sales", query)

    rights.secure("jobtitle")

    assert before["contacts"]["nodes"] == [{"jobTitle": "Countess"}]
    assert (await both.data("sales", query))["contacts"]["nodes"] == [{"jobTitle": None}]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_page_costs_one_statement_once_caller_and_rights_are_known(both: Both, people: list[str]) -> None:
    query = "{contacts(first: 2){nodes{id fullName governmentId}}}"
    await both.one(both.compiled, "sales", query, None, None)

    with both.statements() as statements:
        await both.one(both.compiled, "sales", query, None, None)

    (asked,) = (one for one in statements if one.startswith("SELECT"))
    assert "rights_version" in asked
    assert "token.digest" in asked


async def test_an_empty_page_is_looked_at_with_the_rights_of_now(both: Both, people: list[str]) -> None:
    rights, query = Authority(both.office.database), "{contacts{nodes{id}}}"
    rights.without_roles(both.office.people["sales"])
    before = await both.data("sales", query)

    rights.role("sellers", everything(), both.office.people["sales"])

    assert before["contacts"]["nodes"] == []
    assert len((await both.data("sales", query))["contacts"]["nodes"]) == 5


async def test_a_column_that_was_released_can_be_sorted_by_at_once(both: Both, people: list[str]) -> None:
    rights, query = Authority(both.office.database), "{contacts(orderBy: {field: GOVERNMENT_ID}){nodes{governmentId}}}"
    (refusal,) = (await both.ask("sales", query, planned=False))["errors"]

    rights.release("governmentid")

    assert refusal["extensions"]["code"] == "FIELD_WITHHELD"
    assert [one["governmentId"] for one in (await both.data("sales", query))["contacts"]["nodes"]] == [
        f"12{n}" for n in range(5)
    ]


async def test_a_big_answer_comes_in_chunks(both: Both) -> None:
    for n in range(40):
        both.office.contact("sales", fullname=f"Ada {n}", description="x" * 5_000)

    answer = await both.one(both.compiled, "sales", "{contacts{nodes{description}}}", None, None)

    assert len(answer.body) > 1
    assert text(answer).count(b"xxx") > 40
