import asyncio
from typing import Any

import pytest

from api.desk import ROOT, Desk, Refusal
from api.office import Office
from fieldsync.core.privileges import PrincipalKind
from fieldsync.db.repo import contacts, principals, teams, units
from fieldsync.errors import InUse, InvalidInput, RightsCycle, StaleRevision


async def refusal(desk: Desk, mutation: str, **input: object) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await desk.ask(mutation, **input)
    return refused.value


async def test_units_are_listed_by_name_and_found_by_what_is_above_them(office: Office) -> None:
    desk = Desk(office)
    sales = await desk.unit("sales")
    await desk.unit("North", sales["id"])
    await desk.unit("Administration")
    await desk.unit("East", sales["id"])

    async def names(parent: dict[str, Any]) -> list[str]:
        asked = "query($filter: BusinessUnitFilter){businessUnits(filter: $filter){totalCount nodes{name}}}"
        found = (await office.data("admin", asked, filter=parent))["businessUnits"]
        assert found["totalCount"] == len(found["nodes"])
        return [unit["name"] for unit in found["nodes"]]

    assert await names({}) == ["Administration", "East", "North", "Organization", "sales"]
    assert await names({"parentId": {"isEmpty": True}}) == ["Organization"]
    assert await names({"parentId": {"equals": sales["id"]}}) == ["East", "North"]


async def test_the_default_team_of_a_unit_comes_with_it_is_renamed_and_goes_with_it(office: Office) -> None:
    desk = Desk(office)
    made = await desk.unit("North")
    raw = made["id"].removeprefix("unit:")
    team = office.database.read_now(lambda c: principals.get(c, teams.default_of(c, raw)))
    assert (team.name, team.kind, team.is_default_team) == ("North", PrincipalKind.OWNER_TEAM.value, True)

    await desk.ask("businessUnitUpdate", businessUnitId=made["id"], name="South", expectedRevision=1)
    assert office.database.read_now(lambda c: principals.get(c, team.id)).name == "South"

    await desk.ask("businessUnitDelete", businessUnitId=made["id"], expectedRevision=2)
    assert office.database.read_now(lambda c: principals.get(c, team.id)) is None
    assert office.database.read_now(lambda c: units.get(c, raw)) is None


async def test_the_default_team_has_the_users_of_the_unit_as_they_come_and_go(office: Office) -> None:
    desk = Desk(office)
    north = await desk.unit("North")
    moved = await desk.ask(
        "userUpdate", principalId=desk.id_of("sales"), businessUnitId=north["id"], expectedRevision=1
    )

    assert [team["name"] for team in moved["rights"]["teams"]] == ["North"]
    back = await desk.ask("userUpdate", principalId=desk.id_of("sales"), businessUnitId=ROOT, expectedRevision=2)
    assert [team["name"] for team in back["rights"]["teams"]] == ["Organization"]
    made = await desk.user("nancy", businessUnitId=north["id"])
    assert [team["name"] for team in made["rights"]["teams"]] == ["North"]


async def test_the_audit_tells_where_a_unit_was_and_where_it_is(office: Office) -> None:
    desk = Desk(office)
    sales, north = await desk.unit("Sales"), await desk.unit("North")

    await desk.ask("businessUnitUpdate", businessUnitId=north["id"], parentId=sales["id"], expectedRevision=1)

    event = desk.audit()[-1]
    assert (event.target_id, event.target_name) == (north["id"], "North")
    assert event.before == {"name": "North", "parent": "Organization"}
    assert event.after == {"name": "North", "parent": "Sales"}


async def test_a_unit_is_not_put_below_itself(office: Office) -> None:
    desk = Desk(office)
    top = await desk.unit("Top")
    middle = await desk.unit("Middle", top["id"])
    bottom = await desk.unit("Bottom", middle["id"])

    for below in (top, middle, bottom):
        refused = await refusal(
            desk, "businessUnitUpdate", businessUnitId=top["id"], parentId=below["id"], expectedRevision=1
        )
        assert (refused.code, refused.path) == ("RIGHTS_CYCLE", ["input", "parentId"])
    moved = await desk.ask("businessUnitUpdate", businessUnitId=bottom["id"], parentId=top["id"], expectedRevision=1)
    assert moved["parent"]["name"] == "Top"


async def test_two_moves_at_once_that_would_make_a_cycle_do_not(office: Office) -> None:
    desk, admin = Desk(office), office.actor("admin")
    one, two = [(await desk.unit(name))["id"].removeprefix("unit:") for name in ("One", "Two")]

    async def move(unit: str, parent: str) -> bool:
        try:
            await office.services.units.update(admin, unit, 1, name=None, parent_id=parent)
        except RightsCycle:
            return False
        return True

    assert sorted(await asyncio.gather(move(one, two), move(two, one))) == [False, True]


async def test_of_two_administrators_who_rename_a_unit_at_once_one_is_told_to_look_again(office: Office) -> None:
    unit = (await Desk(office).unit("One"))["id"].removeprefix("unit:")

    async def rename(name: str) -> bool:
        try:
            await office.services.units.update(office.actor("admin"), unit, 1, name=name, parent_id=None)
        except StaleRevision:
            return False
        return True

    assert sorted(await asyncio.gather(rename("A"), rename("B"))) == [False, True]


async def test_the_root_stays_where_it_is(office: Office) -> None:
    desk = Desk(office)
    other = await desk.unit("Other")

    moved = await refusal(desk, "businessUnitUpdate", businessUnitId=ROOT, parentId=other["id"], expectedRevision=1)
    gone = await refusal(desk, "businessUnitDelete", businessUnitId=ROOT, expectedRevision=1)

    assert (moved.code, gone.code) == ("INVALID_INPUT", "INVALID_INPUT")
    renamed = await desk.ask("businessUnitUpdate", businessUnitId=ROOT, name="Contoso", expectedRevision=1)
    assert (renamed["name"], renamed["parent"]) == ("Contoso", None)


async def test_a_unit_in_use_is_not_deleted_and_says_by_what(office: Office) -> None:
    desk = Desk(office)
    sales = await desk.unit("Sales")
    north = await desk.unit("North", sales["id"])
    made = await desk.user("nancy", businessUnitId=north["id"])

    by_child = await refusal(desk, "businessUnitDelete", businessUnitId=sales["id"], expectedRevision=1)
    by_user = await refusal(desk, "businessUnitDelete", businessUnitId=north["id"], expectedRevision=1)

    assert by_child.code == by_user.code == "IN_USE"
    assert "North" in by_child.message
    assert "1 user" in by_user.message
    await desk.ask("userUpdate", principalId=made["id"], businessUnitId=ROOT, expectedRevision=1)
    assert await desk.ask("businessUnitDelete", businessUnitId=north["id"], expectedRevision=1) == north["id"]


async def test_a_unit_whose_default_team_owns_records_is_not_deleted(office: Office) -> None:
    raw = (await Desk(office).unit("North"))["id"].removeprefix("unit:")
    team = office.database.read_now(lambda c: teams.default_of(c, raw))
    office.write(lambda c: contacts.create(c, {"lastname": "x"}, owner_id=team, now=office.clock.now()))

    with pytest.raises(InUse, match="1 record"):
        await office.services.units.delete(office.actor("admin"), raw, 1)


async def test_names_of_units_and_their_teams_are_taken_once(office: Office) -> None:
    desk = Desk(office)
    await desk.unit("North")
    await desk.team("Blue")

    for name in ("North", "Blue"):
        refused = await refusal(desk, "businessUnitCreate", name=name, parentId=ROOT)
        assert (refused.code, refused.path) == ("INVALID_INPUT", ["input", "name"])
        assert name in refused.message


@pytest.mark.parametrize("name", ["", "  ", "x" * 161, "a\x00b", "a\nb"])
async def test_a_name_that_is_none_is_refused(office: Office, name: str) -> None:
    with pytest.raises(InvalidInput):
        await office.services.units.create(office.actor("admin"), name, "root")


@pytest.mark.parametrize("parent", ["unit:nowhere", "contact:root", "root", ""])
async def test_a_unit_under_an_unknown_one_is_refused(office: Office, parent: str) -> None:
    refused = await refusal(Desk(office), "businessUnitCreate", name="North", parentId=parent)

    assert (refused.code, refused.path) == ("NOT_FOUND", ["input", "parentId"])
