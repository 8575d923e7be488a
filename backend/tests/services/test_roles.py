import asyncio

import pytest

from api.desk import Desk, Refusal
from api.office import Office
from fieldsync.core.privileges import AccessLevel, Privilege
from fieldsync.core.values import RecordKind
from fieldsync.db.repo import roles as rows
from fieldsync.errors import StaleRevision
from fieldsync.services.roles import RolePrivilege


async def refusal(desk: Desk, mutation: str, **input: object) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await desk.ask(mutation, **input)
    return refused.value


def change(kind: str, privilege: str, level: str) -> dict[str, str]:
    return {"kind": kind, "privilege": privilege, "level": level}


async def test_a_role_starts_empty_or_with_the_privileges_of_another(office: Office) -> None:
    desk = Desk(office)

    empty = await desk.ask("securityRoleCreate", name="Empty", inheritance="TEAM_ONLY", description=" For teams. ")
    copy = await desk.ask("securityRoleCreate", name="Copy", copyOf="role:basic")

    assert (empty["privileges"], empty["inheritance"], empty["description"]) == ([], "TEAM_ONLY", "For teams.")
    assert len(copy["privileges"]) == 8 * 8
    assert copy["inheritance"] == "DIRECT"
    assert copy["privileges"][0] == change("APPOINTMENT", "CREATE", "USER")


async def test_only_the_named_privileges_change_and_none_takes_one_away(office: Office) -> None:
    desk = Desk(office)
    wanted = [change("CONTACT", "READ", "PARENT_CHILD"), change("CONTACT", "DELETE", "NONE")]

    changed = await desk.ask("securityRoleUpdate", roleId="role:basic", privileges=wanted, expectedRevision=1)

    contacts = {one["privilege"]: one["level"] for one in changed["privileges"] if one["kind"] == "CONTACT"}
    assert contacts == dict.fromkeys(("CREATE", "WRITE", "APPEND", "APPEND_TO", "ASSIGN", "SHARE"), "USER") | {
        "READ": "PARENT_CHILD"
    }
    assert len(changed["privileges"]) == 63
    event = desk.audit()[-1]
    assert (event.before["privileges"]["CONTACT"]["READ"], event.before["privileges"]["CONTACT"]["DELETE"]) == (
        "USER",
        "USER",
    )
    assert event.after["privileges"]["CONTACT"]["READ"] == "PARENT_CHILD"
    assert "DELETE" not in event.after["privileges"]["CONTACT"]


async def test_a_privilege_taken_away_holds_at_the_next_question(office: Office) -> None:
    desk = Desk(office)
    contact = office.contact("sales", lastname="Anderson")
    query = "query($id: ID!) { contact(id: $id) { lastName } }"
    assert (await office.data("sales", query, id=f"contact:{contact}"))["contact"] == {"lastName": "Anderson"}

    taken = [change("CONTACT", "READ", "NONE")]
    await desk.ask("securityRoleUpdate", roleId="role:basic", privileges=taken, expectedRevision=1)

    assert (await office.data("sales", query, id=f"contact:{contact}"))["contact"] is None


async def test_of_two_administrators_who_change_a_role_at_once_one_is_told_to_look_again(office: Office) -> None:
    async def set_read(level: AccessLevel) -> bool:
        wanted = [RolePrivilege(RecordKind.CONTACT, Privilege.READ, level)]
        try:
            await office.services.roles.update(office.actor("admin"), "basic", 1, privileges=wanted)
        except StaleRevision:
            return False
        return True

    done = await asyncio.gather(set_read(AccessLevel.ORGANIZATION), set_read(AccessLevel.BUSINESS_UNIT))

    assert sorted(done) == [False, True]
    assert office.database.read_now(lambda c: rows.get(c, "basic")).revision == 2


async def test_a_role_is_deleted_once_nobody_holds_it(office: Office) -> None:
    desk = Desk(office)
    made = await desk.ask("securityRoleCreate", name="Reader")
    await desk.ask("principalRolesSet", principalId=desk.id_of("sales"), roleIds=[made["id"]], expectedRevision=1)

    refused = await refusal(desk, "securityRoleDelete", roleId=made["id"], expectedRevision=1)
    assert refused.code == "IN_USE"
    assert "Sales (sales)" in refused.message

    await desk.ask("principalRolesSet", principalId=desk.id_of("sales"), roleIds=[], expectedRevision=2)
    assert await desk.ask("securityRoleDelete", roleId=made["id"], expectedRevision=1) == made["id"]
    left = (await office.data("admin", "{securityRoles{nodes{name}}}"))["securityRoles"]["nodes"]
    assert left == [{"name": "Basic user"}]


async def test_users_and_owner_teams_hold_just_the_roles_they_are_given(office: Office) -> None:
    desk = Desk(office)
    reader = await desk.ask("securityRoleCreate", name="Reader")
    team = await desk.team("Blue")

    user = await desk.ask(
        "principalRolesSet",
        principalId=desk.id_of("sales"),
        roleIds=[reader["id"], "role:basic", reader["id"]],
        expectedRevision=1,
    )
    for holder in (team["id"], "principal:root-team"):
        given = await desk.ask("principalRolesSet", principalId=holder, roleIds=[reader["id"]], expectedRevision=1)
        assert [role["name"] for role in given["rights"]["securityRoles"]] == ["Reader"]

    assert [role["name"] for role in user["rights"]["securityRoles"]] == ["Basic user", "Reader"]
    listed = (await office.data("admin", "{securityRoles{nodes{name holders{nodes{name}}}}}"))["securityRoles"]["nodes"]
    assert [holder["name"] for holder in listed[1]["holders"]["nodes"]] == ["Blue", "Organization", "Sales"]
    assert desk.audit()[-3].after == {"securityRoles": ["Basic user", "Reader"]}


async def test_an_access_team_holds_no_role(office: Office) -> None:
    desk = Desk(office)
    team = await desk.team("Blue", kind="ACCESS_TEAM")

    refused = await refusal(
        desk, "principalRolesSet", principalId=team["id"], roleIds=["role:basic"], expectedRevision=1
    )

    assert (refused.code, refused.path) == ("INVALID_INPUT", ["input", "principalId"])


@pytest.mark.parametrize(
    ("mutation", "input", "code", "path"),
    [
        ("securityRoleCreate", {"name": "Basic user"}, "INVALID_INPUT", ["name"]),
        ("securityRoleCreate", {"name": ""}, "INVALID_INPUT", ["name"]),
        ("securityRoleCreate", {"name": "x", "description": "y" * 1001}, "INVALID_INPUT", ["description"]),
        ("securityRoleCreate", {"name": "x", "copyOf": "role:no"}, "NOT_FOUND", ["copyOf"]),
        ("securityRoleUpdate", {"roleId": "role:no", "expectedRevision": 1}, "NOT_FOUND", ["roleId"]),
        (
            "securityRoleUpdate",
            {"roleId": "role:basic", "expectedRevision": 1, "privileges": [change("FAX", "READ", "NONE")] * 2},
            "INVALID_INPUT",
            ["privileges", "1"],
        ),
        (
            "principalRolesSet",
            {"principalId": "principal:root-team", "roleIds": ["role:basic", "role:no"], "expectedRevision": 1},
            "NOT_FOUND",
            ["roleIds", "1"],
        ),
        (
            "principalRolesSet",
            {"principalId": "principal:nobody", "roleIds": [], "expectedRevision": 1},
            "NOT_FOUND",
            ["principalId"],
        ),
    ],
)
async def test_what_cannot_be_is_refused_by_name(
    office: Office, mutation: str, input: dict[str, object], code: str, path: list[str]
) -> None:
    refused = await refusal(Desk(office), mutation, **input)

    assert (refused.code, refused.path) == (code, ["input", *path])
