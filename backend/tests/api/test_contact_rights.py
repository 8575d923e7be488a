"""Contacts through the API, as far as roles, records and secured columns open them."""

import csv
import io
from dataclasses import replace

import httpx2
import pytest

from api.office import Office
from authority import Authority, everything
from fieldsync.app import create_app
from fieldsync.core.privileges import AccessLevel, PrincipalKind, Privilege
from fieldsync.core.rights import Scope

CONTACT = """query($id:ID!){contact(id:$id){id fullName jobTitle governmentId version
  withheld{field attribute rule} masked viewerCan shares{principal{userName} rights}
  columnGrants{attribute principal{userName} read update}}}"""
LIST = """query($first:Int,$after:String,$filter:ContactFilter,$order:ContactOrder){
  contacts(first:$first,after:$after,filter:$filter,orderBy:$order){totalCount nodes{id fullName jobTitle}
  pageInfo{hasNextPage endCursor}}}"""
UPDATE = "mutation($input:ContactUpdateInput!){contactUpdate(input:$input){contact{jobTitle} errors{code path}}}"
CREATE = "mutation($input:ContactCreateInput!){contactCreate(input:$input){contact{id} errors{code path}}}"
DELETE = "mutation($input:ContactDeleteInput!){contactDelete(input:$input){contactId errors{code}}}"
SHARE = "mutation($input:RecordShareSetInput!){recordShareSet(input:$input){contact{id} errors{code path}}}"
ASSIGN = "mutation($input:ContactAssignInput!){contactAssign(input:$input){contact{id} errors{code path}}}"
GRANT = "mutation($input:ColumnGrantSetInput!){columnGrantSet(input:$input){contact{id} errors{code path}}}"


@pytest.fixture
def rights(office: Office) -> Authority:
    return Authority(office.database)


def codes(payload: dict) -> list[str]:
    return [error["code"] for error in payload["errors"]]


async def test_a_withheld_field_reads_null_and_is_named_with_its_rule(office: Office, rights: Authority) -> None:
    contact = f"contact:{office.contact('sales', fullname='Ada', jobtitle='Countess', governmentid='123-45-6789')}"
    rights.secure("jobtitle")
    rights.secure("governmentid", mask_keep=4)
    rights.field_profile("Readers", "governmentid", office.people["sales"], read=True)

    seen = (await office.data("sales", CONTACT, id=contact))["contact"]
    everything_seen = (await office.data("admin", CONTACT, id=contact))["contact"]

    assert (seen["fullName"], seen["jobTitle"], seen["governmentId"]) == ("Ada", None, "****6789")
    assert [(one["field"], one["attribute"]) for one in seen["withheld"]] == [("jobTitle", "jobtitle")]
    assert "field profile" in seen["withheld"][0]["rule"]
    assert seen["masked"] == ["governmentId"]
    assert (everything_seen["jobTitle"], everything_seen["governmentId"]) == ("Countess", "123-45-6789")
    assert (everything_seen["withheld"], everything_seen["masked"]) == ([], [])


async def test_a_setting_makes_a_withheld_field_an_error(office: Office, rights: Authority) -> None:
    contact = f"contact:{office.contact('sales', fullname='Ada', jobtitle='Countess')}"
    rights.secure("jobtitle")
    settings = office.parts.settings.model_copy(update={"withheld_errors": True})
    transport = httpx2.ASGITransport(create_app(parts=replace(office.parts, settings=settings)))
    headers = {"authorization": f"Bearer {await office.token('sales')}"}

    async with httpx2.AsyncClient(transport=transport, base_url="http://office") as client:
        body = {"query": "query($id:ID!){contact(id:$id){fullName jobTitle}}", "variables": {"id": contact}}
        answer = (await client.post("/graphql", json=body, headers=headers)).json()

    assert answer["data"]["contact"] == {"fullName": "Ada", "jobTitle": None}
    [error] = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["contact", "jobTitle"], "FIELD_WITHHELD")
    assert "Countess" not in str(answer)


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"filter": {"jobTitle": {"contains": "C"}}}, ["filter", "jobtitle"]),
        ({"filter": {"governmentId": {"startsWith": "1"}}}, ["filter", "governmentid"]),
        ({"order": {"field": "JOB_TITLE"}}, ["orderBy", "jobtitle"]),
    ],
)
async def test_what_is_withheld_or_masked_can_be_neither_filtered_nor_sorted_by(
    office: Office, rights: Authority, arguments: dict, path: list[str]
) -> None:
    office.contact("sales", fullname="Ada", jobtitle="Countess", governmentid="1")
    rights.secure("jobtitle")
    rights.secure("governmentid", mask_keep=4)
    rights.field_profile("Readers", "governmentid", office.people["sales"], read=True)

    [error] = (await office.ask("sales", LIST, **arguments))["errors"]

    assert (error["extensions"]["code"], error["extensions"]["path"]) == ("FIELD_WITHHELD", path)
    assert (await office.data("admin", LIST, **arguments))["contacts"]["totalCount"] == 1


async def test_lists_are_filtered_sorted_and_paged_in_one_order(office: Office) -> None:
    for name, title in (("Zoë", "b"), ("ada", "a"), ("Ödön", None), ("Bob", "B"), ("Carl_", "100%")):
        office.contact("sales", fullname=name, jobtitle=title)

    async def names(**arguments) -> list[str]:
        found: list[str] = []
        after = None
        while True:
            page = (await office.data("sales", LIST, first=2, after=after, **arguments))["contacts"]
            found += [node["fullName"] for node in page["nodes"]]
            if not page["pageInfo"]["hasNextPage"]:
                assert page["totalCount"] == len(found)
                return found
            after = page["pageInfo"]["endCursor"]

    assert await names() == ["Zoë", "ada", "Ödön", "Bob", "Carl_"]
    assert await names(order={"field": "FULL_NAME"}) == ["ada", "Bob", "Carl_", "Zoë", "Ödön"]
    assert await names(order={"field": "JOB_TITLE", "descending": True}) == ["Bob", "Zoë", "ada", "Carl_", "Ödön"]
    assert await names(order={"field": "MODIFIED", "descending": True}) == ["Carl_", "Bob", "Ödön", "ada", "Zoë"]
    assert await names(filter={"fullName": {"contains": "ÖD"}}) == ["Ödön"]
    assert await names(filter={"fullName": {"contains": "_"}}) == ["Carl_"]
    assert await names(filter={"jobTitle": {"contains": "%"}}) == ["Carl_"]
    assert await names(filter={"jobTitle": {"startsWith": "B", "isEmpty": False}}) == ["Zoë", "Bob"]
    assert await names(filter={"jobTitle": {"isEmpty": True}}) == ["Ödön"]
    assert await names(filter={"jobTitle": {"equals": "b"}}) == ["Zoë"]


async def test_a_cursor_of_another_order_is_refused(office: Office) -> None:
    for number in range(3):
        office.contact("sales", fullname=str(number))
    page = (await office.data("sales", LIST, first=1))["contacts"]["pageInfo"]

    answer = await office.ask("sales", LIST, after=page["endCursor"], order={"field": "FULL_NAME"})

    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_writing_a_secured_column_is_refused_by_name_and_changes_nothing(
    office: Office, rights: Authority
) -> None:
    contact = f"contact:{office.contact('sales', fullname='Ada', jobtitle='Countess')}"
    rights.secure("jobtitle", "ftpsiteurl")

    update = {"contactId": contact, "jobTitle": "Queen", "ftpSiteUrl": "ftp://x", "telephone1": "7"}
    updated = (await office.data("sales", UPDATE, input=update))["contactUpdate"]
    created = (await office.data("sales", CREATE, input={"lastName": "x", "jobTitle": "Queen"}))["contactCreate"]

    assert {(e["code"], e["path"][1]) for e in updated["errors"]} == {
        ("FIELD_WITHHELD", "jobTitle"), ("FIELD_WITHHELD", "ftpSiteUrl"),
    }  # fmt: skip
    assert [(e["code"], e["path"]) for e in created["errors"]] == [("FIELD_WITHHELD", ["input", "jobTitle"])]
    seen = (await office.data("admin", LIST))["contacts"]["nodes"]
    assert [(one["fullName"], one["jobTitle"]) for one in seen] == [("Ada", "Countess")]


async def test_what_may_be_written_and_not_read_is_written_and_stays_withheld(
    office: Office, rights: Authority
) -> None:
    contact = f"contact:{office.contact('sales', fullname='Ada', jobtitle='Countess')}"
    rights.secure("jobtitle")
    rights.field_profile("Writers", "jobtitle", office.people["sales"], update=True)

    payload = (await office.data("sales", UPDATE, input={"contactId": contact, "jobTitle": "Queen"}))["contactUpdate"]

    assert payload == {"contact": {"jobTitle": None}, "errors": []}
    assert (await office.data("admin", CONTACT, id=contact))["contact"]["jobTitle"] == "Queen"


async def test_masked_text_is_not_taken_for_the_value(office: Office, rights: Authority) -> None:
    contact = f"contact:{office.contact('sales', fullname='Ada', governmentid='123-45-6789')}"
    rights.secure("governmentid", mask_keep=4)
    rights.field_profile("All", "governmentid", office.people["sales"], read=True, update=True)

    payload = await office.data("sales", UPDATE, input={"contactId": contact, "governmentId": "****6789"})

    assert codes(payload["contactUpdate"]) == ["INVALID_INPUT"]
    assert (await office.data("admin", CONTACT, id=contact))["contact"]["governmentId"] == "123-45-6789"


async def test_a_record_out_of_reach_is_as_if_it_were_not_there(office: Office) -> None:
    theirs = f"contact:{office.contact('manager', fullname='b')}"
    nobodys = "contact:00000000-0000-7000-8000-000000000000"

    for contact in (theirs, nobodys):
        assert (await office.data("sales", CONTACT, id=contact))["contact"] is None
        node = await office.data("sales", "query($id:ID!){node(id:$id){id}}", id=contact)
        assert node["node"] is None
        principal = f"principal:{office.people['sales']}"
        for document, name, wanted in (
            (UPDATE, "contactUpdate", {"contactId": contact, "jobTitle": "x"}),
            (DELETE, "contactDelete", {"contactId": contact}),
            (SHARE, "recordShareSet", {"recordId": contact, "principalId": principal, "rights": ["READ"]}),
            (ASSIGN, "contactAssign", {"contactId": contact, "ownerId": principal}),
        ):
            assert codes((await office.data("sales", document, input=wanted))[name]) == ["NOT_FOUND"]


async def test_a_share_opens_a_record_for_what_it_is_for(office: Office) -> None:
    contact, sales = f"contact:{office.contact('manager', fullname='b')}", f"principal:{office.people['sales']}"

    async def share(*rights: str) -> None:
        given = {"recordId": contact, "principalId": sales, "rights": rights}
        assert codes((await office.data("manager", SHARE, input=given))["recordShareSet"]) == []

    await share("READ")
    seen = (await office.data("sales", CONTACT, id=contact))["contact"]
    assert seen["viewerCan"] == ["READ"]
    assert seen["shares"] == [{"principal": {"userName": "sales"}, "rights": ["READ"]}]
    refused = await office.data("sales", UPDATE, input={"contactId": contact, "jobTitle": "x"})
    assert codes(refused["contactUpdate"]) == ["NOT_ALLOWED"]

    await share("READ", "WRITE")
    done = await office.data("sales", UPDATE, input={"contactId": contact, "jobTitle": "x"})
    assert codes(done["contactUpdate"]) == []
    assert codes((await office.data("sales", DELETE, input={"contactId": contact}))["contactDelete"]) == ["NOT_ALLOWED"]

    await share()
    assert (await office.data("sales", CONTACT, id=contact))["contact"] is None


async def test_nobody_passes_on_more_than_one_has(office: Office, rights: Authority) -> None:
    record = office.contact("manager", fullname="b")
    contact, other = f"contact:{record}", f"principal:{rights.user('other')}"
    rights.share(record, office.people["sales"], 1 | 32)  # read and share

    given = {"recordId": contact, "principalId": other}
    more = await office.data("sales", SHARE, input={**given, "rights": ["READ", "WRITE"]})
    fine = await office.data("sales", SHARE, input={**given, "rights": ["READ"]})
    odd = await office.data("sales", SHARE, input={**given, "rights": ["CREATE"]})

    assert codes(more["recordShareSet"]) == ["NOT_ALLOWED"]
    assert codes(fine["recordShareSet"]) == []
    assert codes(odd["recordShareSet"]) == ["INVALID_INPUT"]


async def test_an_assigned_contact_goes_to_its_new_owner_and_leaves_the_old_one(
    office: Office, rights: Authority
) -> None:
    contact, manager = f"contact:{office.contact('sales', fullname='b')}", f"principal:{office.people['manager']}"
    access = f"principal:{rights.team('Access', kind=PrincipalKind.ACCESS_TEAM)}"

    for owner in (access, "principal:nobody"):
        refused = await office.data("sales", ASSIGN, input={"contactId": contact, "ownerId": owner})
        assert codes(refused["contactAssign"]) == ["NOT_FOUND"]
    stale = await office.data("sales", ASSIGN, input={"contactId": contact, "ownerId": manager, "expectedVersion": 99})
    assert codes(stale["contactAssign"]) == ["STALE_REVISION"]
    done = await office.data("sales", ASSIGN, input={"contactId": contact, "ownerId": manager})

    assert done["contactAssign"] == {"contact": None, "errors": []}
    assert (await office.data("sales", CONTACT, id=contact))["contact"] is None
    assert (await office.data("manager", CONTACT, id=contact))["contact"]["fullName"] == "b"


async def test_administrators_open_a_secured_column_of_one_record(office: Office, rights: Authority) -> None:
    one, two = (f"contact:{office.contact('sales', fullname=n, jobtitle=f'title {n}')}" for n in ("a", "b"))
    given = {"recordId": one, "attribute": "jobtitle", "principalId": f"principal:{office.people['sales']}"}
    early = await office.data("admin", GRANT, input={**given, "read": True, "update": False})
    assert codes(early["columnGrantSet"]) == ["INVALID_INPUT"]
    rights.secure("jobtitle")

    refused = await office.data("sales", GRANT, input={**given, "read": True, "update": False})
    done = await office.data("admin", GRANT, input={**given, "read": True, "update": True})

    assert codes(refused["columnGrantSet"]) == ["NOT_ALLOWED"]
    assert codes(done["columnGrantSet"]) == []
    seen = (await office.data("sales", CONTACT, id=one))["contact"]
    assert (seen["jobTitle"], seen["withheld"]) == ("title a", [])
    assert seen["columnGrants"] == [
        {"attribute": "jobtitle", "principal": {"userName": "sales"}, "read": True, "update": True}
    ]
    assert (await office.data("sales", CONTACT, id=two))["contact"]["jobTitle"] is None
    listed = (await office.data("sales", LIST))["contacts"]["nodes"]
    assert [node["jobTitle"] for node in listed] == ["title a", None]
    for contact, expected in ((one, []), (two, ["FIELD_WITHHELD"])):
        payload = await office.data("sales", UPDATE, input={"contactId": contact, "jobTitle": "x"})
        assert codes(payload["contactUpdate"]) == expected


async def test_what_one_may_do_is_told_record_by_record(office: Office, rights: Authority) -> None:
    contact = f"contact:{office.contact('sales', fullname='a')}"
    assert set((await office.data("sales", CONTACT, id=contact))["contact"]["viewerCan"]) == {
        privilege.value for privilege in Privilege if privilege is not Privilege.CREATE
    }

    rights.without_roles(office.people["sales"])
    rights.role("Reader", {Privilege.READ: AccessLevel.USER}, office.people["sales"])

    assert (await office.data("sales", CONTACT, id=contact))["contact"]["viewerCan"] == ["READ"]


async def test_the_export_holds_what_its_caller_may_see(office: Office, rights: Authority) -> None:
    office.contact("sales", fullname="Ada, Countess", jobtitle="secret", telephone1="+43 1")
    office.contact("manager", fullname="Bob")
    rights.secure("jobtitle")

    async def lines(name: str) -> list[dict[str, str]]:
        headers = {"authorization": f"Bearer {await office.token(name, Scope.READ)}"}
        answer = await office.client.get("/export/contacts.csv", headers=headers)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    [mine], all_of_them = await lines("sales"), await lines("admin")

    assert (mine["fullname"], mine["telephone1"], mine["jobtitle"]) == ("Ada, Countess", "+43 1", "")
    assert mine["withheld"] == "jobtitle"
    assert {line["jobtitle"] for line in all_of_them} == {"secret", ""}
    assert (await office.client.get("/export/contacts.csv")).status_code == 401


async def test_the_export_goes_on_beyond_a_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fieldsync.web.exports.MAX_FIRST", 2)
    for number in range(5):
        office.contact("sales", fullname=str(number))

    headers = {"authorization": f"Bearer {await office.token('sales')}"}
    text = (await office.client.get("/export/contacts.csv", headers=headers)).content.decode("utf-8-sig")

    assert [line["fullname"] for line in csv.DictReader(io.StringIO(text))] == ["0", "1", "2", "3", "4"]


async def test_a_role_for_the_whole_organization_shows_everything_and_changes_as_far_as_it_goes(
    office: Office, rights: Authority
) -> None:
    theirs = f"contact:{office.contact('manager', fullname='b')}"
    rights.role("Wide", {Privilege.READ: AccessLevel.ORGANIZATION}, office.people["sales"])

    assert (await office.data("sales", LIST))["contacts"]["totalCount"] == 1
    payload = await office.data("sales", UPDATE, input={"contactId": theirs, "jobTitle": "x"})
    assert codes(payload["contactUpdate"]) == ["NOT_ALLOWED"]

    rights.role("Wider", everything(AccessLevel.ORGANIZATION), office.people["sales"])
    payload = await office.data("sales", UPDATE, input={"contactId": theirs, "jobTitle": "x"})
    assert codes(payload["contactUpdate"]) == []
