import asyncio

import pytest
from sqlalchemy import select

from api.desk import ROOT, Desk, Refusal
from api.office import PASSWORD, Office
from fieldsync.core.rights import Actor, Role
from fieldsync.db.repo import principals
from fieldsync.errors import InvalidInput
from fieldsync.security import passwords
from fieldsync.services.users import UserChange


async def refusal(desk: Desk, mutation: str, **input: object) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await desk.ask(mutation, **input)
    return refused.value


async def test_a_new_user_signs_in_and_has_the_basic_role_and_the_default_team(office: Office) -> None:
    made = await Desk(office).user("nancy", password=PASSWORD)

    assert (await office.services.sign_in.open("nancy", PASSWORD)).principal.name == "Nancy"
    assert (made["userName"], made["kind"]) == ("nancy", "USER")
    rights = made["rights"]
    assert [role["name"] for role in rights["securityRoles"]] == ["Basic user"]
    assert [team["name"] for team in rights["teams"]] == ["Organization"]
    assert (rights["role"], rights["isDisabled"], rights["revision"]) == ("USER", False, 1)
    assert rights["profile"] == {"id": "profile:default"}


async def test_a_password_is_stored_as_an_argon2_hash_and_may_be_left_out(office: Office) -> None:
    desk = Desk(office)
    with_one, without = await desk.user("nancy", password=PASSWORD), await desk.user("oskar")

    def stored(principal: dict[str, str]) -> str | None:
        raw = principal["id"].removeprefix("principal:")
        wanted = select(principals.table.c.password).where(principals.table.c.id == raw)
        return office.database.read_now(lambda c: c.scalar(wanted))

    assert (stored(with_one) or "").startswith("$argon2id$")
    assert await passwords.verify(PASSWORD, stored(with_one))
    assert stored(without) is None


async def test_a_user_is_made_even_when_the_basic_role_was_deleted(office: Office) -> None:
    desk = Desk(office)
    for name in ("admin", "sales", "manager"):
        await desk.ask("principalRolesSet", principalId=desk.id_of(name), roleIds=[], expectedRevision=1)
    await desk.ask("securityRoleDelete", roleId="role:basic", expectedRevision=1)

    assert (await desk.user("nancy"))["rights"]["securityRoles"] == []


@pytest.mark.parametrize(
    ("input", "code", "path"),
    [
        ({"userName": "admin"}, "INVALID_INPUT", "userName"),
        ({"userName": " "}, "INVALID_INPUT", "userName"),
        ({"userName": "x" * 101}, "INVALID_INPUT", "userName"),
        ({"name": "a\x00"}, "INVALID_INPUT", "name"),
        ({"password": "short"}, "INVALID_INPUT", "password"),
        ({"password": "x" * 1001}, "INVALID_INPUT", "password"),
        ({"businessUnitId": "unit:nowhere"}, "NOT_FOUND", "businessUnitId"),
        ({"businessUnitId": "principal:root"}, "NOT_FOUND", "businessUnitId"),
        ({"managerId": "principal:nobody"}, "NOT_FOUND", "managerId"),
        ({"managerId": "principal:root-team"}, "INVALID_INPUT", "managerId"),
    ],
)
async def test_what_makes_no_user_is_refused_by_name(
    office: Office, input: dict[str, str], code: str, path: str
) -> None:
    refused = await refusal(Desk(office), "userCreate", **({"userName": "nancy", "name": "Nancy"} | input))

    assert (refused.code, refused.path) == (code, ["input", path])
    wanted = select(principals.table.c.id).where(principals.table.c.user_name == "nancy")
    assert office.database.read_now(lambda c: c.scalar(wanted)) is None


async def test_a_manager_is_set_kept_and_cleared(office: Office) -> None:
    desk = Desk(office)
    who = {"principalId": desk.id_of("sales")}

    given = await desk.ask("userUpdate", **who, managerId=desk.id_of("manager"), expectedRevision=1)
    kept = await desk.ask("userUpdate", **who, name="Sally", expectedRevision=2)
    cleared = await desk.ask("userUpdate", **who, managerId=None, expectedRevision=3)

    assert given["rights"]["manager"] == kept["rights"]["manager"] == {"id": desk.id_of("manager")}
    assert cleared["rights"]["manager"] is None


async def test_the_audit_tells_what_a_user_was_and_is(office: Office) -> None:
    desk = Desk(office)

    await desk.ask(
        "userUpdate",
        principalId=desk.id_of("sales"),
        managerId=desk.id_of("manager"),
        role="ADMINISTRATOR",
        expectedRevision=1,
    )

    event = desk.audit()[-1]
    before = {
        "userName": "sales",
        "name": "Sales",
        "role": "USER",
        "businessUnit": "Organization",
        "manager": None,
        "isDisabled": False,
    }
    assert event.before == before
    assert event.after == before | {"manager": "Manager (manager)", "role": "ADMINISTRATOR"}
    assert event.target_id == desk.id_of("sales")


async def test_nobody_becomes_their_own_manager_through_others(office: Office) -> None:
    desk = Desk(office)
    await desk.ask("userUpdate", principalId=desk.id_of("sales"), managerId=desk.id_of("manager"), expectedRevision=1)
    below = await desk.user("nancy", managerId=desk.id_of("sales"))

    for manager in (desk.id_of("manager"), desk.id_of("sales"), below["id"]):
        refused = await refusal(
            desk, "userUpdate", principalId=desk.id_of("manager"), managerId=manager, expectedRevision=1
        )
        assert (refused.code, refused.path) == ("RIGHTS_CYCLE", ["input", "managerId"])


async def test_nobody_takes_administration_from_themselves(office: Office) -> None:
    desk = Desk(office)
    await desk.ask("userUpdate", principalId=desk.id_of("sales"), role="ADMINISTRATOR", expectedRevision=1)

    for change, path in (({"role": "USER"}, "role"), ({"isDisabled": True}, "isDisabled")):
        refused = await refusal(desk, "userUpdate", principalId=desk.id_of("admin"), **change, expectedRevision=1)
        assert (refused.code, refused.path) == ("INVALID_INPUT", ["input", path])


@pytest.mark.parametrize("change", [UserChange(role=Role.USER), UserChange(is_disabled=True)])
async def test_the_last_administrator_stays_one_whoever_asks(office: Office, change: UserChange) -> None:
    somebody = Actor("command line", "", Role.ADMINISTRATOR)

    with pytest.raises(InvalidInput, match="last administrator"):
        await office.services.users.update(somebody, office.people["admin"], 1, change)


async def test_two_administrators_who_disable_each_other_do_not_both_succeed(office: Office) -> None:
    await Desk(office).ask(
        "userUpdate", principalId=Desk(office).id_of("sales"), role="ADMINISTRATOR", expectedRevision=1
    )
    admin = office.actor("admin")
    other = Actor("session", office.people["sales"], Role.ADMINISTRATOR)

    async def disable(actor: Actor, whom: str, revision: int) -> bool:
        try:
            await office.services.users.update(actor, whom, revision, UserChange(is_disabled=True))
        except InvalidInput:
            return False
        return True

    done = await asyncio.gather(disable(admin, office.people["sales"], 2), disable(other, office.people["admin"], 1))

    assert sorted(done) == [False, True]


async def test_a_disabled_user_takes_no_new_part_and_can_be_enabled_again(office: Office) -> None:
    desk = Desk(office)
    who = desk.id_of("sales")
    team = await desk.team("Blue", memberIds=[who])
    disabled = await desk.ask("userUpdate", principalId=who, isDisabled=True, expectedRevision=1)
    assert disabled["rights"]["isDisabled"] is True

    as_manager = await refusal(desk, "userUpdate", principalId=desk.id_of("manager"), managerId=who, expectedRevision=1)
    as_member = await refusal(desk, "teamCreate", name="Red", kind="OWNER_TEAM", memberIds=[who])
    assert (as_manager.code, as_manager.path) == ("INVALID_INPUT", ["input", "managerId"])
    assert (as_member.code, as_member.path) == ("INVALID_INPUT", ["input", "memberIds", "0"])

    stays = await desk.ask(
        "teamUpdate", principalId=team["id"], memberIds=[desk.id_of("manager"), who], expectedRevision=1
    )
    assert {member["name"] for member in stays["rights"]["members"]["nodes"]} == {"Manager", "Sales"}
    enabled = await desk.ask("userUpdate", principalId=who, isDisabled=False, expectedRevision=2)
    assert enabled["rights"]["isDisabled"] is False


async def test_a_team_is_no_user_and_an_unknown_id_nobody(office: Office) -> None:
    desk = Desk(office)

    team = await refusal(desk, "userUpdate", principalId="principal:root-team", name="x", expectedRevision=1)
    nobody = await refusal(desk, "userUpdate", principalId="principal:nobody", name="x", expectedRevision=1)
    nowhere = await refusal(
        desk, "userUpdate", principalId=desk.id_of("sales"), businessUnitId="unit:no", expectedRevision=1
    )

    assert (team.code, nobody.code, nowhere.code) == ("INVALID_INPUT", "NOT_FOUND", "NOT_FOUND")
    assert nowhere.path == ["input", "businessUnitId"]
    assert (await desk.principal(desk.id_of("sales")))["rights"]["businessUnit"]["id"] == ROOT
