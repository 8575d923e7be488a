import pytest

from api.desk import Desk, Refusal
from api.office import Office
from fieldsync.core.values import RecordKind


async def refusal(desk: Desk, mutation: str, **input: object) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await desk.ask(mutation, **input)
    return refused.value


async def test_a_team_has_just_the_members_it_is_given(office: Office) -> None:
    desk = Desk(office)
    sales, manager = desk.id_of("sales"), desk.id_of("manager")
    team = await desk.team("Blue", kind="ACCESS_TEAM", memberIds=[sales, sales])
    assert (team["kind"], team["userName"]) == ("ACCESS_TEAM", None)
    assert [member["name"] for member in team["rights"]["members"]["nodes"]] == ["Sales"]

    changed = await desk.ask("teamUpdate", principalId=team["id"], memberIds=[manager], expectedRevision=1)

    assert [member["name"] for member in changed["rights"]["members"]["nodes"]] == ["Manager"]
    assert changed["rights"]["revision"] == 2
    teams = {team["name"] for team in (await desk.principal(manager))["rights"]["teams"]}
    assert teams == {"Blue", "Organization"}
    event = desk.audit()[-1]
    assert event.before["members"] == ["Sales (sales)"]
    assert event.after["members"] == ["Manager (manager)"]


async def test_what_is_left_out_stays_and_an_empty_set_takes_all_members(office: Office) -> None:
    desk = Desk(office)
    team = await desk.team("Blue", memberIds=[desk.id_of("sales")])

    renamed = await desk.ask("teamUpdate", principalId=team["id"], name="Red", expectedRevision=1)
    emptied = await desk.ask("teamUpdate", principalId=team["id"], memberIds=[], expectedRevision=2)

    assert (renamed["name"], len(renamed["rights"]["members"]["nodes"])) == ("Red", 1)
    assert (emptied["name"], emptied["rights"]["members"]["nodes"]) == ("Red", [])


async def test_a_default_team_is_not_changed_by_hand(office: Office) -> None:
    desk = Desk(office)
    team = {"principalId": "principal:root-team", "expectedRevision": 1}

    for mutation, more in (("teamUpdate", {"memberIds": []}), ("teamUpdate", {"name": "x"}), ("teamDelete", {})):
        refused = await refusal(desk, mutation, **team, **more)
        assert (refused.code, refused.path) == ("INVALID_INPUT", ["input", "principalId"])
    assert len((await desk.principal("principal:root-team"))["rights"]["members"]["nodes"]) == 3


async def test_a_team_that_owns_records_is_not_deleted_until_it_owns_none(office: Office) -> None:
    desk = Desk(office)
    team = await desk.team("Blue", memberIds=[desk.id_of("sales")])
    office.people["blue"] = team["id"].removeprefix("principal:")
    contact = office.contact("blue", lastname="x")

    refused = await refusal(desk, "teamDelete", principalId=team["id"], expectedRevision=1)
    assert refused.code == "IN_USE"
    assert "1 record" in refused.message

    await office.services.record_rights.assign(
        office.actor("admin"), (RecordKind.CONTACT, contact), office.people["sales"]
    )
    assert await desk.ask("teamDelete", principalId=team["id"], expectedRevision=1) == team["id"]
    assert await desk.principal(team["id"]) is None
    assert [team["name"] for team in (await desk.principal(desk.id_of("sales")))["rights"]["teams"]] == ["Organization"]


async def test_a_team_that_owns_a_mailbox_is_not_deleted(office: Office) -> None:
    desk = Desk(office)
    team = await desk.team("Blue")
    office.people["blue"] = team["id"].removeprefix("principal:")
    office.mailbox("blue")

    refused = await refusal(desk, "teamDelete", principalId=team["id"], expectedRevision=1)

    assert (refused.code, "mailbox" in refused.message) == ("IN_USE", True)


@pytest.mark.parametrize(
    ("input", "code", "path"),
    [
        ({"kind": "USER"}, "INVALID_INPUT", ["kind"]),
        ({"name": "Organization"}, "INVALID_INPUT", ["name"]),
        ({"name": ""}, "INVALID_INPUT", ["name"]),
        ({"businessUnitId": "unit:no"}, "NOT_FOUND", ["businessUnitId"]),
        ({"memberIds": ["principal:nobody"]}, "NOT_FOUND", ["memberIds", "0"]),
        ({"memberIds": ["unit:root"]}, "NOT_FOUND", ["memberIds", "0"]),
        ({"memberIds": ["principal:root-team"]}, "INVALID_INPUT", ["memberIds", "0"]),
    ],
)
async def test_what_makes_no_team_is_refused_by_name(
    office: Office, input: dict[str, object], code: str, path: list[str]
) -> None:
    refused = await refusal(Desk(office), "teamCreate", **({"name": "Blue", "kind": "OWNER_TEAM"} | input))

    assert (refused.code, refused.path) == (code, ["input", *path])


async def test_a_user_is_no_team(office: Office) -> None:
    desk = Desk(office)

    for mutation in ("teamUpdate", "teamDelete"):
        refused = await refusal(desk, mutation, principalId=desk.id_of("sales"), expectedRevision=1)
        assert (refused.code, refused.path) == ("INVALID_INPUT", ["input", "principalId"])
