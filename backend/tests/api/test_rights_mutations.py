"""What all mutations of rights have in common; each is listed here, or a test fails."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from api.desk import ANSWERS, ROOT, Desk, Refusal
from api.office import HASH, PASSWORD, Office
from fieldsync.api.schema import RightsMutations
from fieldsync.core.rights import Scope


async def _unit_create(desk: Desk) -> Any:
    return {"name": "North", "parentId": ROOT}


async def _unit_update(desk: Desk) -> Any:
    return {"businessUnitId": (await desk.unit("North"))["id"], "name": "South", "expectedRevision": 1}


async def _unit_delete(desk: Desk) -> Any:
    return {"businessUnitId": (await desk.unit("North"))["id"], "expectedRevision": 1}


async def _user_create(desk: Desk) -> Any:
    return {"userName": "nancy", "name": "Nancy", "password": PASSWORD}


async def _user_update(desk: Desk) -> Any:
    return {"principalId": desk.id_of("sales"), "name": "Sally", "expectedRevision": 1}


async def _team_create(desk: Desk) -> Any:
    return {"name": "Blue", "kind": "OWNER_TEAM", "memberIds": [desk.id_of("sales")]}


async def _team_update(desk: Desk) -> Any:
    team = await desk.team("Blue")
    return {"principalId": team["id"], "memberIds": [desk.id_of("sales")], "expectedRevision": 1}


async def _team_delete(desk: Desk) -> Any:
    return {"principalId": (await desk.team("Blue"))["id"], "expectedRevision": 1}


async def _roles_set(desk: Desk) -> Any:
    return {"principalId": desk.id_of("sales"), "roleIds": [], "expectedRevision": 1}


async def _role_create(desk: Desk) -> Any:
    return {"name": "Reader", "copyOf": "role:basic"}


async def _role_update(desk: Desk) -> Any:
    change = {"kind": "CONTACT", "privilege": "READ", "level": "ORGANIZATION"}
    return {"roleId": "role:basic", "privileges": [change], "expectedRevision": 1}


async def _role_delete(desk: Desk) -> Any:
    role = await desk.ask("securityRoleCreate", name="Reader")
    return {"roleId": role["id"], "expectedRevision": 1}


async def _field_profile_create(desk: Desk) -> Any:
    return {"name": "Sales people"}


async def _field_profile_update(desk: Desk) -> Any:
    made = await desk.ask("fieldProfileCreate", name="Sales people")
    return {"fieldProfileId": made["id"], "memberIds": [desk.id_of("sales")], "expectedRevision": 1}


async def _field_profile_delete(desk: Desk) -> Any:
    made = await desk.ask("fieldProfileCreate", name="Sales people")
    return {"fieldProfileId": made["id"], "expectedRevision": 1}


async def _column_secure(desk: Desk) -> Any:
    return {"kind": "CONTACT", "attribute": "governmentid", "mask": {"keepLast": 4}}


async def _column_release(desk: Desk) -> Any:
    await desk.ask("columnSecure", kind="CONTACT", attribute="governmentid")
    return {"kind": "CONTACT", "attribute": "governmentid"}


async def _settings_update(desk: Desk) -> Any:
    return {"hierarchy": True, "expectedRevision": 1}


CASES: dict[str, tuple[Callable[[Desk], Awaitable[Any]], str]] = {
    "businessUnitCreate": (_unit_create, "BUSINESS_UNIT_CREATE"),
    "businessUnitUpdate": (_unit_update, "BUSINESS_UNIT_UPDATE"),
    "businessUnitDelete": (_unit_delete, "BUSINESS_UNIT_DELETE"),
    "userCreate": (_user_create, "USER_CREATE"),
    "userUpdate": (_user_update, "USER_UPDATE"),
    "teamCreate": (_team_create, "TEAM_CREATE"),
    "teamUpdate": (_team_update, "TEAM_UPDATE"),
    "teamDelete": (_team_delete, "TEAM_DELETE"),
    "principalRolesSet": (_roles_set, "PRINCIPAL_ROLES_SET"),
    "securityRoleCreate": (_role_create, "SECURITY_ROLE_CREATE"),
    "securityRoleUpdate": (_role_update, "SECURITY_ROLE_UPDATE"),
    "securityRoleDelete": (_role_delete, "SECURITY_ROLE_DELETE"),
    "fieldProfileCreate": (_field_profile_create, "FIELD_PROFILE_CREATE"),
    "fieldProfileUpdate": (_field_profile_update, "FIELD_PROFILE_UPDATE"),
    "fieldProfileDelete": (_field_profile_delete, "FIELD_PROFILE_DELETE"),
    "columnSecure": (_column_secure, "COLUMN_SECURE"),
    "columnRelease": (_column_release, "COLUMN_RELEASE"),
    "securitySettingsUpdate": (_settings_update, "SECURITY_SETTINGS_UPDATE"),
}


def test_every_mutation_of_rights_is_tested_here() -> None:
    fields = RightsMutations.__strawberry_definition__.fields  # pyright: ignore[reportAttributeAccessIssue]
    named = {"".join(word.title() if n else word for n, word in enumerate(field.name.split("_"))) for field in fields}

    assert named == set(CASES) == set(ANSWERS)


@pytest.mark.parametrize("mutation", CASES)
async def test_a_change_of_rights_counts_up_their_version_and_is_audited_once(office: Office, mutation: str) -> None:
    desk = Desk(office)
    build, action = CASES[mutation]
    given = await build(desk)
    version, told = desk.rights_version(), len(desk.audit())
    office.clock.advance(minutes=1)

    await desk.ask(mutation, **given)

    assert desk.rights_version() > version
    (event,) = desk.audit()[told:]
    assert (event.action, event.principal_id, event.at) == (action, office.people["admin"], office.clock.now())
    assert event.actor == "token admin admin"
    assert event.before != event.after
    assert (event.before is None) == mutation.endswith("Create")
    assert (event.after is None) == mutation.endswith("Delete")


@pytest.mark.parametrize("mutation", CASES)
@pytest.mark.parametrize(("who", "scope"), [("sales", Scope.ADMIN), ("admin", Scope.READ)])
async def test_only_administrators_change_rights_and_not_with_a_token_that_reads(
    office: Office, mutation: str, who: str, scope: Scope
) -> None:
    desk = Desk(office)
    given = await CASES[mutation][0](desk)
    version, told = desk.rights_version(), len(desk.audit())

    with pytest.raises(Refusal) as refused:
        await desk.ask(mutation, who=who, scope=scope, **given)

    assert refused.value.code == "NOT_ALLOWED"
    assert (desk.rights_version(), len(desk.audit())) == (version, told)


async def test_what_is_not_valid_is_not_told_to_those_who_may_not_ask(office: Office) -> None:
    for mutation, given in (
        ("userCreate", {"userName": "admin", "name": "", "password": "x"}),
        ("columnSecure", {"kind": "CONTACT", "attribute": "fullname"}),
        ("businessUnitDelete", {"businessUnitId": "unit:no", "expectedRevision": 1}),
    ):
        with pytest.raises(Refusal) as refused:
            await Desk(office).ask(mutation, who="sales", **given)
        assert refused.value.code == "NOT_ALLOWED"


@pytest.mark.parametrize("mutation", [name for name in CASES if name.endswith(("Update", "Delete", "Set"))])
async def test_a_change_against_an_older_revision_is_refused_and_undone(office: Office, mutation: str) -> None:
    desk = Desk(office)
    given = await CASES[mutation][0](desk)
    told, version = len(desk.audit()), desk.rights_version()

    with pytest.raises(Refusal) as refused:
        await desk.ask(mutation, **(given | {"expectedRevision": 7}))

    assert (refused.value.code, refused.value.path) == ("STALE_REVISION", ["input", "expectedRevision"])
    assert (len(desk.audit()), desk.rights_version()) == (told, version)


@pytest.mark.parametrize("mutation", CASES)
async def test_a_change_that_changes_nothing_leaves_no_trace_in_the_audit(office: Office, mutation: str) -> None:
    if mutation.endswith(("Create", "Delete")):
        return
    desk = Desk(office)
    given = await CASES[mutation][0](desk)
    await desk.ask(mutation, **given)
    told = len(desk.audit())
    again = given | ({"expectedRevision": 2} if "expectedRevision" in given else {})

    answer = await desk.ask(mutation, **again)

    assert len(desk.audit()) == told
    revision = (answer.get("rights") or answer).get("revision")
    assert revision == (2 if "expectedRevision" in given else None)


async def test_neither_the_audit_nor_an_error_holds_a_password(office: Office) -> None:
    desk = Desk(office)
    made = await desk.user("nancy", password=PASSWORD)
    await desk.ask("userUpdate", principalId=made["id"], name="Nan", expectedRevision=1)
    with pytest.raises(Refusal) as refused:
        await desk.user("nancy", password=PASSWORD)
    query = "{auditEvents{nodes{action actor targetName before after}}}"

    told = str([event._mapping for event in desk.audit()]) + str(await office.data("admin", query))

    assert "Nan" in told
    for text in (told, refused.value.message):
        assert PASSWORD not in text
        assert HASH[:12] not in text
        assert "argon2" not in text
