"""Reading rights: who may, in which order, at what cost."""

from typing import Any

import pytest
from sqlalchemy import event, insert

from api.desk import Desk
from api.office import Office
from fieldsync.core.rights import Scope
from fieldsync.db.columns import table_of
from fieldsync.db.rights import ProfileMember
from fieldsync.db.tables import Profile

ADMINISTRATORS_ONLY = {
    "principals": "{principals{totalCount nodes{id}}}",
    "businessUnits": "{businessUnits{nodes{id}}}",
    "securityRoles": "{securityRoles{nodes{id}}}",
    "fieldProfiles": "{fieldProfiles{nodes{id}}}",
    "securitySettings": "{securitySettings{revision}}",
    "auditEvents": "{auditEvents{totalCount nodes{id}}}",
}
RIGHTS = """{principals(first: 200){nodes{name rights{
  role isDisabled isDefaultTeam revision manager{name} profile{id}
  businessUnit{name principalCount parent{name}}
  teams{name} members(first: 5){totalCount nodes{name}}
  securityRoles{name privileges{kind} holders(first: 5){totalCount nodes{name}}}
  fieldProfiles{name permissions{attribute} members(first: 5){totalCount nodes{name}}}
}}}}"""


@pytest.mark.parametrize("field", ADMINISTRATORS_ONLY)
async def test_only_administrators_read_the_rights_of_all(office: Office, field: str) -> None:
    refused = await office.ask("sales", ADMINISTRATORS_ONLY[field])
    assert {error["extensions"]["code"] for error in refused["errors"]} == {"NOT_ALLOWED"}
    assert refused["data"] is None

    nobody = await office.ask(None, ADMINISTRATORS_ONLY[field])
    assert {error["extensions"]["code"] for error in nobody["errors"]} == {"NOT_SIGNED_IN"}
    assert (await office.data("admin", ADMINISTRATORS_ONLY[field], scope=Scope.READ))[field] is not None


async def test_everybody_signed_in_knows_the_columns_and_nobody_else(office: Office) -> None:
    assert (await office.data("sales", "{columns(kind: FAX){attribute}}"))["columns"]
    answer = await office.ask(None, "{columns(kind: FAX){attribute}}")
    assert answer["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"


async def test_rights_are_shown_to_administrators_and_to_whoever_has_them(office: Office) -> None:
    contact = office.contact("sales", lastname="x")
    office.contact("manager", lastname="y")
    query = "query($id: ID!){node(id: $id){... on Principal{name rights{revision securityRoles{name}}}}}"

    async def rights(who: str, whose: str) -> Any:
        found = await office.data(who, query, id=f"principal:{office.people[whose]}")
        return found["node"]["rights"]

    shown = {"revision": 1, "securityRoles": [{"name": "Basic user"}]}
    assert await rights("admin", "sales") == await rights("sales", "sales") == shown
    assert await rights("sales", "manager") is None
    assert await rights("sales", "admin") is None
    owner = await office.data(
        "sales", "query($id: ID!){contact(id: $id){owner{rights{role}}}}", id=f"contact:{contact}"
    )
    assert owner["contact"]["owner"]["rights"] == {"role": "USER"}


async def test_a_user_learns_nothing_about_the_rights_of_others_from_roles_and_field_profiles(office: Office) -> None:
    desk = Desk(office)
    made = await desk.ask("fieldProfileCreate", name="Sales people")
    everybody = [desk.id_of("sales"), desk.id_of("manager"), "principal:root-team"]
    await desk.ask("fieldProfileUpdate", fieldProfileId=made["id"], memberIds=everybody, expectedRevision=1)
    query = """{viewer{principal{rights{
      teams{name rights{role}} manager{name}
      securityRoles{holders{totalCount nodes{name}}}
      fieldProfiles{members{totalCount nodes{name rights{revision}}}}}}}}"""

    rights = (await office.data("sales", query))["viewer"]["principal"]["rights"]

    assert rights["securityRoles"] == [{"holders": {"totalCount": 1, "nodes": [{"name": "Sales"}]}}]
    assert rights["fieldProfiles"] == [
        {
            "members": {
                "totalCount": 2,
                "nodes": [{"name": "Organization", "rights": None}, {"name": "Sales", "rights": {"revision": 1}}],
            }
        }
    ]
    assert rights["teams"] == [{"name": "Organization", "rights": None}]
    admin = (await office.data("admin", "{fieldProfiles{nodes{members{nodes{name}}}}}"))["fieldProfiles"]["nodes"]
    assert [member["name"] for member in admin[0]["members"]["nodes"]] == ["Manager", "Organization", "Sales"]


@pytest.mark.parametrize(("who", "scope", "may"), [
    ("admin", Scope.ADMIN, True), ("admin", Scope.READ, False), ("sales", Scope.ADMIN, False),
])  # fmt: skip
async def test_the_viewer_knows_whether_administration_is_open(
    office: Office, who: str, scope: Scope, may: bool
) -> None:
    query = "{viewer{canAdminister profile{id isDefault}}}"

    assert (await office.data(who, query, scope=scope))["viewer"] == {
        "canAdminister": may,
        "profile": {"id": "profile:default", "isDefault": True},
    }


async def test_principals_are_found_by_name_user_name_and_kind_and_paged(office: Office) -> None:
    desk = Desk(office)
    await desk.user("nancy", name="ŁUCJA 100%_o")
    await desk.team("Nancy's team", kind="ACCESS_TEAM")
    query = """query($first: Int, $after: String, $search: String, $kind: PrincipalKind) {
      principals(first: $first, after: $after, search: $search, kind: $kind) {
        totalCount pageInfo { hasNextPage endCursor } nodes { name } } }"""

    async def names(**given: Any) -> list[str]:
        found = (await office.data("admin", query, **given))["principals"]
        assert found["totalCount"] == len(found["nodes"])
        return sorted(node["name"] for node in found["nodes"])

    assert await names(search="NANCY") == ["Nancy's team", "ŁUCJA 100%_o"]
    assert await names(search="łucja") == ["ŁUCJA 100%_o"]
    assert await names(search="%") == ["ŁUCJA 100%_o"]
    assert await names(search="1_0") == []
    assert await names(kind="ACCESS_TEAM") == ["Nancy's team"]
    assert await names(kind="OWNER_TEAM") == ["Organization"]
    assert await names(search="nancy", kind="USER") == ["ŁUCJA 100%_o"]

    seen: list[str] = []
    after = None
    while True:
        page = (await office.data("admin", query, first=2, after=after))["principals"]
        assert page["totalCount"] == 6
        seen += [node["name"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == 6


@pytest.mark.parametrize("arguments", ['search: "%s"' % ("x" * 201), 'after: "?"', "first: 1001"])
async def test_a_page_of_principals_that_cannot_be_is_refused(office: Office, arguments: str) -> None:
    answer = await office.ask("admin", f"{{principals({arguments}){{nodes{{id}}}}}}")

    assert answer["errors"][0]["extensions"]["code"] == "INVALID_INPUT"


async def test_the_audit_is_read_newest_first_page_by_page_and_by_target(office: Office) -> None:
    desk = Desk(office)
    unit = await desk.unit("North")
    await desk.team("Blue")
    await desk.ask("businessUnitUpdate", businessUnitId=unit["id"], name="South", expectedRevision=1)
    query = """query($first: Int, $after: String, $target: ID) {
      auditEvents(first: $first, after: $after, targetId: $target) {
        totalCount pageInfo { endCursor hasNextPage }
        nodes { action actor targetId targetName before after at principal { name } } } }"""

    first = (await office.data("admin", query, first=2))["auditEvents"]
    rest = (await office.data("admin", query, first=2, after=first["pageInfo"]["endCursor"]))["auditEvents"]
    of_unit = (await office.data("admin", query, target=unit["id"]))["auditEvents"]

    assert [event["action"] for event in first["nodes"] + rest["nodes"]] == [
        "BUSINESS_UNIT_UPDATE",
        "TEAM_CREATE",
        "BUSINESS_UNIT_CREATE",
    ]
    assert (first["totalCount"], rest["pageInfo"]["hasNextPage"], of_unit["totalCount"]) == (3, False, 2)
    assert first["nodes"][0] == {
        "action": "BUSINESS_UNIT_UPDATE",
        "actor": "token admin admin",
        "targetId": unit["id"],
        "targetName": "South",
        "before": {"name": "North", "parent": "Organization"},
        "after": {"name": "South", "parent": "Organization"},
        "at": office.clock.now().isoformat(),
        "principal": {"name": "Admin"},
    }


async def test_a_page_of_principals_with_all_their_rights_costs_a_constant_number_of_statements(office: Office) -> None:
    desk = Desk(office)
    north = await desk.unit("North")
    field_profile = await desk.ask("fieldProfileCreate", name="Sales people")
    await desk.ask(
        "fieldProfileUpdate", fieldProfileId=field_profile["id"], memberIds=["principal:root-team"],
        permissions=[{"kind": "CONTACT", "attribute": "jobtitle", "read": True, "readUnmasked": False,
                      "create": False, "update": False}],
        expectedRevision=1,
    )  # fmt: skip
    await desk.user("first", businessUnitId=north["id"], managerId=desk.id_of("manager"))
    for n in range(100):
        await desk.user(f"person{n}", businessUnitId=north["id"], managerId=desk.id_of("manager"))
        if n % 10 == 0:
            await desk.team(f"Team {n}", memberIds=[desk.id_of("sales"), desk.id_of("manager")])
    statements: list[str] = []

    def note(*given: Any) -> None:
        if given[2].startswith("SELECT"):
            statements.append(given[2])

    event.listen(office.database.engine, "before_cursor_execute", note)
    nodes = (await office.data("admin", RIGHTS))["principals"]["nodes"]

    assert sum(node["rights"]["manager"] is not None for node in nodes) == 101
    assert len(statements) <= 30, statements


async def test_the_profile_of_a_principal_is_the_one_of_the_lowest_rank_given_to_it_or_its_teams(
    office: Office,
) -> None:
    desk = Desk(office)
    team = await desk.team("Blue", memberIds=[desk.id_of("sales")])

    def give(profile_id: str, rank: int, *holders: str) -> None:
        def unit(connection: Any) -> None:
            connection.execute(
                insert(table_of(Profile)).values(
                    id=profile_id, name=profile_id, description="", is_default=False, revision=1,
                    published_number=1, rank=rank, secured_writes="KEEP",
                )
            )  # fmt: skip
            for holder in holders:
                given = {"profile_id": profile_id, "principal_id": holder.removeprefix("principal:")}
                connection.execute(insert(table_of(ProfileMember)).values(**given))

        office.write(unit)

    async def holding(name: str) -> str:
        return (await desk.principal(desk.id_of(name)))["rights"]["profile"]["id"]

    assert await holding("sales") == "profile:default"
    give("b", 20, desk.id_of("sales"))
    give("c", 10, team["id"])
    assert (await holding("sales"), await holding("manager")) == ("profile:c", "profile:default")
    give("a", 10, desk.id_of("sales"))
    assert await holding("sales") == "profile:a"
    assert (await desk.principal(team["id"]))["rights"]["profile"] == {"id": "profile:c"}
