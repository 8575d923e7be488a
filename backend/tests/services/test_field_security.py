"""Secured columns, field profiles and the settings of the hierarchy."""

import asyncio
from typing import Any

import pytest

from api.desk import Desk, Refusal
from api.office import Office
from fieldsync.errors import StaleRevision


async def refusal(desk: Desk, mutation: str, **input: object) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await desk.ask(mutation, **input)
    return refused.value


def permission(attribute: str, *rights: str, kind: str = "CONTACT") -> dict[str, Any]:
    words = ("read", "readUnmasked", "create", "update")
    return {"kind": kind, "attribute": attribute} | {word: word in rights for word in words}


async def columns(office: Office, kind: str = "CONTACT", who: str = "admin") -> dict[str, Any]:
    query = """query($kind: RecordKind!) { columns(kind: $kind) {
      kind attribute label canBeSecured neverSecurableBecause secured mask { keepLast } } }"""
    return {one["attribute"]: one for one in (await office.data(who, query, kind=kind))["columns"]}


async def test_a_column_is_secured_masked_anew_and_released(office: Office) -> None:
    desk = Desk(office)
    which = {"kind": "CONTACT", "attribute": "governmentid"}

    masked = await desk.ask("columnSecure", **which, mask={"keepLast": 4})
    other = await desk.ask("columnSecure", **which, mask={"keepLast": 0})
    plain = await desk.ask("columnSecure", **which)
    assert [one["mask"] for one in (masked, other, plain)] == [{"keepLast": 4}, {"keepLast": 0}, None]
    assert (await columns(office, who="sales"))["governmentid"]["secured"] is True

    released = await desk.ask("columnRelease", **which)
    assert (released["secured"], released["mask"]) == (False, None)
    assert [(event.before, event.after) for event in desk.audit()] == [
        ({"secured": False, "mask": None}, {"secured": True, "mask": {"keepLast": 4}}),
        ({"secured": True, "mask": {"keepLast": 4}}, {"secured": True, "mask": {"keepLast": 0}}),
        ({"secured": True, "mask": {"keepLast": 0}}, {"secured": True, "mask": None}),
        ({"secured": True, "mask": None}, {"secured": False, "mask": None}),
    ]
    assert {event.target_id for event in desk.audit()} == {"column:CONTACT.governmentid"}


async def test_a_secured_column_is_withheld_from_whoever_no_field_profile_opens_it_to(office: Office) -> None:
    desk = Desk(office)
    office.contact("sales", lastname="Anderson", governmentid="1234567")
    query = "{contacts{nodes{governmentId}}}"

    async def seen() -> Any:
        return (await office.data("sales", query))["contacts"]["nodes"][0]["governmentId"]

    await desk.ask("columnSecure", kind="CONTACT", attribute="governmentid", mask={"keepLast": 4})
    withheld = await seen()
    made = await desk.ask("fieldProfileCreate", name="Sales people")
    await desk.ask(
        "fieldProfileUpdate",
        fieldProfileId=made["id"],
        permissions=[permission("governmentid", "read")],
        memberIds=["principal:root-team"],
        expectedRevision=1,
    )
    masked = await seen()
    await desk.ask(
        "fieldProfileUpdate",
        fieldProfileId=made["id"],
        permissions=[permission("governmentid", "read", "readUnmasked")],
        expectedRevision=2,
    )
    shown = await seen()
    await desk.ask("fieldProfileDelete", fieldProfileId=made["id"], expectedRevision=3)

    assert (withheld, masked, shown, await seen()) == (None, "****4567", "1234567", None)


async def test_columns_are_those_of_the_catalogue_in_its_order_and_known_to_everybody(office: Office) -> None:
    listed = await columns(office, who="sales")

    assert list(listed)[:3] == ["anniversary", "assistantname", "assistantphone"]
    assert len(listed) == 60
    assert len({listed[name]["label"] for name in listed if name.startswith("address1_")}) == 1
    assert (listed["jobtitle"]["canBeSecured"], listed["jobtitle"]["neverSecurableBecause"]) == (True, None)
    assert listed["fullname"]["canBeSecured"] is False
    assert "full name" in listed["fullname"]["neverSecurableBecause"].lower()


@pytest.mark.parametrize(
    ("input", "code", "path"),
    [
        ({"attribute": "fullname"}, "NEVER_SECURABLE", ["attribute"]),
        ({"attribute": "yomilastname"}, "NEVER_SECURABLE", ["attribute"]),
        ({"kind": "TASK", "attribute": "statecode"}, "NEVER_SECURABLE", ["attribute"]),
        ({"attribute": "password"}, "NOT_FOUND", ["attribute"]),
        ({"attribute": "owner_id"}, "NOT_FOUND", ["attribute"]),
        ({"attribute": "jobtitle", "mask": {"keepLast": 9}}, "INVALID_INPUT", ["mask", "keepLast"]),
        ({"attribute": "jobtitle", "mask": {"keepLast": -1}}, "INVALID_INPUT", ["mask", "keepLast"]),
        ({"attribute": "birthdate", "mask": {"keepLast": 4}}, "INVALID_INPUT", ["mask"]),
        ({"kind": "TASK", "attribute": "percentcomplete", "mask": {"keepLast": 1}}, "INVALID_INPUT", ["mask"]),
    ],
)
async def test_what_cannot_be_secured_is_refused_with_the_reason(
    office: Office, input: dict[str, Any], code: str, path: list[str]
) -> None:
    desk = Desk(office)

    refused = await refusal(desk, "columnSecure", **({"kind": "CONTACT"} | input))

    assert (refused.code, refused.path) == (code, ["input", *path])
    assert not any(column["secured"] for column in (await columns(office)).values())


async def test_a_column_without_text_can_be_secured_without_a_mask(office: Office) -> None:
    assert (await Desk(office).ask("columnSecure", kind="CONTACT", attribute="birthdate"))["secured"] is True


async def test_releasing_what_does_not_exist_is_refused(office: Office) -> None:
    refused = await refusal(Desk(office), "columnRelease", kind="FAX", attribute="jobtitle")

    assert (refused.code, refused.path) == ("NOT_FOUND", ["input", "attribute"])


async def test_only_the_named_permissions_change_and_nothing_at_all_takes_one_off_the_list(office: Office) -> None:
    desk = Desk(office)
    made = await desk.ask("fieldProfileCreate", name="Sales people", description="Reading.")
    which = {"fieldProfileId": made["id"]}
    both = [permission("governmentid", "read"), permission("ftpsiteurl", "read", "create", "update")]
    await desk.ask("fieldProfileUpdate", **which, permissions=both, expectedRevision=1)

    changed = await desk.ask(
        "fieldProfileUpdate", **which, permissions=[permission("governmentid", "update")], expectedRevision=2
    )
    assert changed["permissions"] == [
        permission("ftpsiteurl", "read", "create", "update"),
        permission("governmentid", "update"),
    ]
    less = await desk.ask("fieldProfileUpdate", **which, permissions=[permission("ftpsiteurl")], expectedRevision=3)
    assert less["permissions"] == [permission("governmentid", "update")]
    assert (less["name"], less["description"], less["revision"]) == ("Sales people", "Reading.", 4)
    event = desk.audit()[-1]
    assert event.before["permissions"] == {
        "CONTACT": {"ftpsiteurl": ["read", "create", "update"], "governmentid": ["update"]}
    }
    assert event.after["permissions"] == {"CONTACT": {"governmentid": ["update"]}}


async def test_users_and_teams_of_every_kind_have_field_profiles(office: Office) -> None:
    desk = Desk(office)
    made = await desk.ask("fieldProfileCreate", name="Sales people")
    access = await desk.team("Blue", kind="ACCESS_TEAM")
    wanted = [desk.id_of("sales"), access["id"], "principal:root-team"]

    changed = await desk.ask(
        "fieldProfileUpdate", fieldProfileId=made["id"], memberIds=wanted, name="Everybody", expectedRevision=1
    )

    assert [member["name"] for member in changed["members"]["nodes"]] == ["Blue", "Organization", "Sales"]
    assert (await desk.principal(access["id"]))["rights"]["fieldProfiles"] == [{"name": "Everybody"}]
    fewer = await desk.ask("fieldProfileUpdate", fieldProfileId=made["id"], memberIds=[], expectedRevision=2)
    assert fewer["members"]["nodes"] == []


async def test_a_deleted_principal_has_no_field_profile_any_more(office: Office) -> None:
    desk = Desk(office)
    made = await desk.ask("fieldProfileCreate", name="Sales people")
    team = await desk.team("Blue")
    await desk.ask("fieldProfileUpdate", fieldProfileId=made["id"], memberIds=[team["id"]], expectedRevision=1)

    await desk.ask("teamDelete", principalId=team["id"], expectedRevision=1)

    listed = (await office.data("admin", "{fieldProfiles{nodes{name members{totalCount}}}}"))["fieldProfiles"]["nodes"]
    assert listed == [{"name": "Sales people", "members": {"totalCount": 0}}]
    refused = await refusal(
        desk, "fieldProfileUpdate", fieldProfileId=made["id"], memberIds=[team["id"]], expectedRevision=2
    )
    assert (refused.code, refused.path) == ("NOT_FOUND", ["input", "memberIds", "0"])


@pytest.mark.parametrize(
    ("permissions", "code", "path"),
    [
        ([permission("lastname", "read")], "NEVER_SECURABLE", ["permissions", "0", "attribute"]),
        ([permission("jobtitle", "read", kind="FAX")], "NOT_FOUND", ["permissions", "0", "attribute"]),
        ([permission("jobtitle", "read")] * 2, "INVALID_INPUT", ["permissions", "1", "attribute"]),
        ([permission("jobtitle", "readUnmasked")], "INVALID_INPUT", ["permissions", "0", "readUnmasked"]),
    ],
)
async def test_a_permission_that_cannot_be_undoes_the_whole_change(
    office: Office, permissions: list[dict[str, Any]], code: str, path: list[str]
) -> None:
    desk = Desk(office)
    made = await desk.ask("fieldProfileCreate", name="Sales people")

    refused = await refusal(
        desk,
        "fieldProfileUpdate",
        fieldProfileId=made["id"],
        name="Renamed",
        permissions=permissions,
        expectedRevision=1,
    )

    assert (refused.code, refused.path) == (code, ["input", *path])
    asked = "{fieldProfiles{nodes{name revision permissions{attribute}}}}"
    listed = (await office.data("admin", asked))["fieldProfiles"]["nodes"]
    assert listed == [{"name": "Sales people", "revision": 1, "permissions": []}]


async def test_names_of_field_profiles_are_taken_once(office: Office) -> None:
    desk = Desk(office)
    await desk.ask("fieldProfileCreate", name="A")
    other = await desk.ask("fieldProfileCreate", name="B")

    made = await refusal(desk, "fieldProfileCreate", name="A")
    renamed = await refusal(desk, "fieldProfileUpdate", fieldProfileId=other["id"], name="A", expectedRevision=1)

    assert (made.path, renamed.path) == (["input", "name"], ["input", "name"])
    same = await desk.ask("fieldProfileUpdate", fieldProfileId=other["id"], name="B", expectedRevision=1)
    assert same["revision"] == 1


async def test_the_settings_change_in_part_and_within_bounds(office: Office) -> None:
    desk = Desk(office)

    changed = await desk.ask("securitySettingsUpdate", hierarchy=True, hierarchyDepth=100, expectedRevision=1)
    for depth in (0, 101):
        refused = await refusal(desk, "securitySettingsUpdate", hierarchyDepth=depth, expectedRevision=2)
        assert (refused.code, refused.path) == ("INVALID_INPUT", ["input", "hierarchyDepth"])

    assert changed == {
        "hierarchy": True, "hierarchyDepth": 100, "managersInSameOrParentUnit": True, "revision": 2,
    }  # fmt: skip
    assert (await office.data("admin", "{securitySettings{hierarchyDepth revision}}"))["securitySettings"] == {
        "hierarchyDepth": 100,
        "revision": 2,
    }


async def test_of_two_administrators_who_change_the_settings_at_once_one_is_told_to_look_again(
    office: Office,
) -> None:
    async def deepen(depth: int) -> bool:
        try:
            await office.services.security_settings.update(office.actor("admin"), 1, hierarchy_depth=depth)
        except StaleRevision:
            return False
        return True

    assert sorted(await asyncio.gather(deepen(5), deepen(6))) == [False, True]
