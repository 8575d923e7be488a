from typing import Any

import pytest

from api.office import Office
from fieldsync.core.rights import Scope

CREATE = """mutation($input: ContactCreateInput!) { contactCreate(input: $input) {
  contact { id version fullName firstName emailAddress1 birthDate address1City owner { userName } }
  errors { code message path } } }"""
UPDATE = """mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) {
  contact { id version fullName jobTitle } errors { code path } } }"""
DELETE = """mutation($input: ContactDeleteInput!) { contactDelete(input: $input) { contactId errors { code } } }"""


async def test_users_list_their_own_contacts_and_administrators_all(office: Office) -> None:
    office.contact("sales", fullname="Ada")
    office.contact("manager", fullname="Bob")
    query = "{contacts{totalCount nodes{fullName owner{userName}} edges{cursor node{id}}}}"

    mine = (await office.data("sales", query))["contacts"]
    all_of_them = (await office.data("admin", query))["contacts"]

    assert [(row["fullName"], row["owner"]["userName"]) for row in mine["nodes"]] == [("Ada", "sales")]
    assert mine["totalCount"] == 1
    assert all_of_them["totalCount"] == 2


async def test_pages_follow_each_other_without_gap_or_repeat(office: Office) -> None:
    made = {office.contact("sales", fullname=f"C{n}") for n in range(7)}
    query = """query($after: String) { contacts(first: 3, after: $after) {
      nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""

    seen: list[str] = []
    after, more = None, True
    while more:
        page = (await office.data("sales", query, after=after))["contacts"]
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        seen += [row["id"] for row in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert len(seen) == 7
    assert set(seen) == {f"contact:{contact}" for contact in made}


@pytest.mark.parametrize("arguments", ["first: -1", "first: 1001", 'after: "%%%"', 'after: ""'])
async def test_a_page_that_cannot_be_is_refused(office: Office, arguments: str) -> None:
    answer = await office.ask("sales", f"{{contacts({arguments}){{totalCount}}}}")

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID_INPUT"]


async def test_a_contact_of_somebody_else_looks_as_if_it_were_not_there(office: Office) -> None:
    theirs = f"contact:{office.contact('manager', fullname='Bob')}"
    query = "query($id: ID!){contact(id: $id){fullName}}"

    assert (await office.data("sales", query, id=theirs))["contact"] is None
    assert (await office.data("sales", query, id="contact:nothing"))["contact"] is None
    assert (await office.data("admin", query, id=theirs))["contact"] == {"fullName": "Bob"}
    for mutation, extra in ((UPDATE, {"jobTitle": "x"}), (DELETE, {})):
        data = await office.data("sales", mutation, input={"contactId": theirs, **extra})
        assert [error["code"] for error in next(iter(data.values()))["errors"]] == ["NOT_FOUND"]


async def test_a_contact_is_made_with_its_full_name_put_together(office: Office) -> None:
    given = {
        "firstName": "Ada",
        "middleName": "King",
        "lastName": "Lovelace",
        "emailAddress1": "  ada@example.org ",
        "birthDate": "1815-12-10",
        "address1City": "London",
        "jobTitle": "",
    }

    payload = (await office.data("sales", CREATE, input=given))["contactCreate"]

    assert payload["errors"] == []
    assert payload["contact"]["fullName"] == "Ada King Lovelace"
    assert payload["contact"]["emailAddress1"] == "ada@example.org"
    assert payload["contact"]["birthDate"] == "1815-12-10"
    assert payload["contact"]["owner"] == {"userName": "sales"}


async def test_the_full_name_follows_its_parts_unless_it_is_given(office: Office) -> None:
    contact = f"contact:{office.contact('sales', fullname='Ada Byron', firstname='Ada', lastname='Byron')}"

    renamed = await office.data("sales", UPDATE, input={"contactId": contact, "lastName": "Lovelace"})
    given = await office.data("sales", UPDATE, input={"contactId": contact, "lastName": "King", "fullName": "Countess"})

    assert renamed["contactUpdate"]["contact"]["fullName"] == "Ada Lovelace"
    assert given["contactUpdate"]["contact"]["fullName"] == "Countess"


async def test_an_update_leaves_what_it_does_not_name_and_empties_what_is_null(office: Office) -> None:
    contact = office.contact("sales", fullname="Ada", jobtitle="Analyst", department="Engines")
    query = "query($id: ID!){contact(id: $id){fullName jobTitle department}}"

    await office.data("sales", UPDATE, input={"contactId": f"contact:{contact}", "jobTitle": None})

    found = (await office.data("sales", query, id=f"contact:{contact}"))["contact"]
    assert found == {"fullName": "Ada", "jobTitle": None, "department": "Engines"}


async def test_every_write_takes_a_new_version_and_an_idle_one_does_not(office: Office) -> None:
    contact = f"contact:{office.contact('sales', fullname='Ada')}"

    first = await office.data("sales", UPDATE, input={"contactId": contact, "jobTitle": "Analyst"})
    idle = await office.data("sales", UPDATE, input={"contactId": contact, "jobTitle": "Analyst"})
    second = await office.data("sales", UPDATE, input={"contactId": contact, "jobTitle": "Chief"})

    versions = [data["contactUpdate"]["contact"]["version"] for data in (first, idle, second)]
    assert versions[0] == versions[1] < versions[2]


async def test_a_stale_version_is_refused(office: Office) -> None:
    contact = f"contact:{office.contact('sales', fullname='Ada')}"

    data = await office.data("sales", UPDATE, input={"contactId": contact, "jobTitle": "x", "expectedVersion": 999})

    assert data["contactUpdate"]["errors"] == [{"code": "STALE_REVISION", "path": ["input", "expectedVersion"]}]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"firstName": "x" * 51}, ["input", "firstName"]),
        ({"jobTitle": "a\x00b"}, ["input", "jobTitle"]),
        ({"birthDate": "0001-01-01"}, ["input", "birthDate"]),
        ({"jobTitle": ""}, None),
        ({}, None),
    ],
    ids=["too long", "zero byte", "too early", "only empty", "nothing"],
)
async def test_what_cannot_be_stored_is_refused(office: Office, given: dict[str, Any], path: list[str] | None) -> None:
    payload = (await office.data("sales", CREATE, input=given))["contactCreate"]

    assert payload["contact"] is None
    assert [(error["code"], error["path"]) for error in payload["errors"]] == [("INVALID_INPUT", path)]


async def test_a_deleted_contact_is_gone_and_leaves_a_tombstone(office: Office) -> None:
    contact = office.contact("sales", fullname="Ada")

    data = await office.data("sales", DELETE, input={"contactId": f"contact:{contact}"})
    again = await office.data("sales", DELETE, input={"contactId": f"contact:{contact}"})

    assert data["contactDelete"] == {"contactId": f"contact:{contact}", "errors": []}
    assert again["contactDelete"]["errors"] == [{"code": "NOT_FOUND"}]
    with office.database.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT record_id FROM record_deletion").scalars().all()
    assert kept == [contact]


async def test_a_read_token_changes_no_contact(office: Office) -> None:
    contact = f"contact:{office.contact('sales', fullname='Ada')}"

    for mutation, given in (
        (CREATE, {"lastName": "x"}),
        (UPDATE, {"contactId": contact, "jobTitle": "x"}),
        (DELETE, {"contactId": contact}),
    ):
        data = await office.data("sales", mutation, scope=Scope.READ, input=given)
        assert [error["code"] for error in next(iter(data.values()))["errors"]] == ["NOT_ALLOWED"]


async def test_contacts_are_made_for_those_whom_the_right_to_create_covers(office: Office) -> None:
    owner = f"principal:{office.people['manager']}"

    mine = await office.data("sales", CREATE, input={"lastName": "x", "ownerId": owner})
    theirs = await office.data("admin", CREATE, input={"lastName": "x", "ownerId": owner})
    nobodys = await office.data("admin", CREATE, input={"lastName": "x", "ownerId": "principal:nobody"})

    assert [(e["code"], e["path"]) for e in mine["contactCreate"]["errors"]] == [("NOT_ALLOWED", ["input", "ownerId"])]
    assert theirs["contactCreate"]["contact"]["owner"] == {"userName": "manager"}
    assert [error["code"] for error in nobodys["contactCreate"]["errors"]] == ["NOT_FOUND"]
