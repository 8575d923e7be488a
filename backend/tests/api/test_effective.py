"""Effective directions, their explanation, and contradictions between directions and rights."""

import pytest

from api.office import Office
from authority import Authority, everything
from fieldsync.core.privileges import AccessLevel, Privilege

EFFECTIVE = """query($who:ID){mappings(kind:CONTACT){id securedAttributes
  effective(principalId:$who){direction directionForNew blockedBecause{direction reason stage rule remedy}}}}"""
EXPLAIN = """query($who:ID!,$mapping:ID!,$record:ID){explain(principalId:$who,mappingId:$mapping,recordId:$record){
  configured effective{direction directionForNew} mapping{id} principal{userName} contact{fullName}
  checks{stage flow passed rule remedy}}}"""
CONTRADICTIONS = """query($profile:ID,$configuration:RunConfiguration){
  contradictions(profileId:$profile,configuration:$configuration){mapping{id} profile{name} flow stage reason affected
  total reach message remedy narrowTo principals{userName} fieldProfiles{name}}}"""
SET = """mutation($input:MappingDirectionsSetInput!){mappingDirectionsSet(input:$input){errors{code}}}"""
PROFILE_CREATE = """mutation($input:ProfileCreateInput!){profileCreate(input:$input){
  profile{id revision rank} errors{code path}}}"""
PROFILE_UPDATE = """mutation($input:ProfileUpdateInput!){profileUpdate(input:$input){
  profile{id name rank securedWrites revision members{nodes{userName}}} errors{code path message}}}"""
PROFILE_DELETE = """mutation($input:ProfileDeleteInput!){profileDelete(input:$input){profileId errors{code path}}}"""


@pytest.fixture
def rights(office: Office) -> Authority:
    return Authority(office.database)


async def effective(office: Office, name: str, field: str = "jobtitle", who: str | None = None) -> dict:
    found = await office.data(name, EFFECTIVE, who=who)
    [mapping] = [one for one in found["mappings"] if one["id"] == office.mapping_id(field)]
    return mapping


async def test_what_rights_forbid_is_taken_from_the_direction(office: Office, rights: Authority) -> None:
    rights.secure("jobtitle")
    rights.field_profile("Sales people", "jobtitle", office.people["sales"], read=True, create=True)

    mapping = await effective(office, "sales")
    admins = await effective(office, "admin")

    assert mapping["securedAttributes"] == ["jobtitle"]
    left = mapping["effective"]
    assert (left["direction"], left["directionForNew"]) == ("TO_OUTLOOK", "BOTH")
    [blocked] = left["blockedBecause"]
    assert (blocked["direction"], blocked["reason"], blocked["stage"]) == ("TO_CRM", "NO_UPDATE", "COLUMN")
    assert "jobtitle" in blocked["rule"]
    assert admins["effective"] == {"direction": "BOTH", "directionForNew": "BOTH", "blockedBecause": []}
    seen_by_admin = await effective(office, "admin", who=f"principal:{office.people['sales']}")
    assert seen_by_admin["effective"] == left


async def test_nobody_but_administrators_asks_for_others(office: Office) -> None:
    manager = f"principal:{office.people['manager']}"
    explained = {"who": manager, "mapping": office.mapping_id("jobtitle")}

    for document, variables in ((EFFECTIVE, {"who": manager}), (EXPLAIN, explained), (CONTRADICTIONS, {})):
        [error, *_] = (await office.ask("sales", document, **variables))["errors"]
        assert error["extensions"]["code"] == "NOT_ALLOWED"
    unknown = (("principal:nobody", office.mapping_id("jobtitle")), (manager, "mapping:default:CONTACT.nope"))
    for who, mapping in unknown:
        [error] = (await office.ask("admin", EXPLAIN, who=who, mapping=mapping))["errors"]
        assert error["extensions"]["code"] == "NOT_FOUND"


async def explain(office: Office, name: str, who: str, record: str | None = None, field: str = "jobtitle") -> dict:
    found = await office.data(
        name, EXPLAIN, who=f"principal:{office.people[who]}", mapping=office.mapping_id(field), record=record
    )
    return found["explain"]


def failed(found: dict) -> set[tuple[str, str]]:
    assert all((check["remedy"] is None) is check["passed"] for check in found["checks"])
    return {(check["stage"], check["flow"]) for check in found["checks"] if not check["passed"]}


async def test_an_explanation_walks_every_check_and_names_the_rule_that_decided(
    office: Office, rights: Authority
) -> None:
    rights.secure("jobtitle")
    rights.field_profile("Sales people", "jobtitle", office.people["sales"], read=True)
    record = f"contact:{office.contact('sales', fullname='Ada')}"

    found = await explain(office, "sales", "sales", record)

    assert [check["stage"] for check in found["checks"] if check["flow"] == "TO_OUTLOOK"] == [
        "CATALOGUE", "PROFILE", "MAILBOX", "ROLE", "RECORD", "COLUMN",
    ]  # fmt: skip
    assert failed(found) == {("COLUMN", "TO_CRM")}
    assert (found["configured"], found["effective"]["direction"]) == ("BOTH", "TO_OUTLOOK")
    assert (found["principal"], found["contact"]) == ({"userName": "sales"}, {"fullName": "Ada"})
    by_stage = {(check["stage"], check["flow"]): check["rule"] for check in found["checks"]}
    assert "Basic user" in by_stage["ROLE", "TO_CRM"]
    assert "Default, version 1" in by_stage["PROFILE", "TO_CRM"]


async def test_an_explanation_about_a_record_out_of_reach_says_so_to_those_who_see_it(
    office: Office, rights: Authority
) -> None:
    theirs = f"contact:{office.contact('manager', fullname='Bob')}"

    about = await explain(office, "admin", "sales", theirs)
    hidden = await office.ask(
        "sales", EXPLAIN,
        who=f"principal:{office.people['sales']}", mapping=office.mapping_id("jobtitle"), record=theirs,
    )  # fmt: skip

    assert failed(about) == {("RECORD", "TO_OUTLOOK"), ("RECORD", "TO_CRM")}
    assert about["effective"]["direction"] == "NONE"
    assert hidden["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert "Bob" not in str(hidden)


async def test_mailboxes_that_nobody_synchronizes_and_missing_roles_are_told(office: Office, rights: Authority) -> None:
    office.mailbox("sales", sync_method="NONE")
    rights.without_roles(office.people["sales"])

    found = await explain(office, "admin", "sales")

    assert failed(found) >= {("MAILBOX", "TO_OUTLOOK"), ("ROLE", "TO_OUTLOOK"), ("ROLE", "TO_CRM")}
    assert found["effective"]["direction"] == "NONE"


async def contradictions(office: Office, **variables) -> list[dict]:
    return (await office.data("admin", CONTRADICTIONS, **variables))["contradictions"]


async def test_with_full_rights_nothing_contradicts(office: Office) -> None:
    assert await contradictions(office) == []


async def test_a_secured_field_that_travels_both_ways_is_told_with_its_cure(office: Office, rights: Authority) -> None:
    rights.secure("jobtitle")
    rights.field_profile("Sales people", "jobtitle", office.people["sales"], read=True, create=True)
    rights.field_profile("Managers", "jobtitle", office.people["manager"], read=True, create=True, update=True)

    [found] = await contradictions(office)

    assert (found["mapping"]["id"], found["flow"], found["reason"]) == (
        office.mapping_id("jobtitle"), "TO_CRM", "NO_UPDATE",
    )  # fmt: skip
    assert (found["affected"], found["total"], found["reach"]) == (1, 3, "SOME")
    assert found["message"] == "Job Title travels both ways but is secured, and 1 of 3 people may not update it."
    assert found["principals"] == [{"userName": "sales"}]
    assert {one["name"] for one in found["fieldProfiles"]} == {"Sales people", "Managers"}
    assert found["narrowTo"] == "TO_OUTLOOK"

    change = {"mappingId": office.mapping_id("jobtitle"), "direction": found["narrowTo"], "expectedRevision": 1}
    payload = await office.data("admin", SET, input={"changes": [change]})
    assert payload["mappingDirectionsSet"]["errors"] == []
    assert await contradictions(office, configuration="DRAFT") == []
    assert len(await contradictions(office)) == 1


async def test_a_contradiction_names_no_more_than_fifty_field_profiles(office: Office, rights: Authority) -> None:
    rights.secure("jobtitle")
    for n in range(51):
        rights.field_profile(f"Readers {n}", "jobtitle", office.people["sales"], read=True, create=True)

    found = await contradictions(office)

    assert {len(one["fieldProfiles"]) for one in found} == {50}


async def test_a_role_that_lacks_a_privilege_is_told_once_for_all_its_fields(office: Office, rights: Authority) -> None:
    rights.without_roles(office.people["sales"])
    rights.role("Reader", {Privilege.READ: AccessLevel.ORGANIZATION}, office.people["sales"])

    found = [one for one in await contradictions(office) if "CONTACT" in one["mapping"]["id"]]

    assert [(one["stage"], one["reason"], one["affected"], one["narrowTo"]) for one in found] == [
        ("ROLE", "NO_UPDATE", 1, None),
        ("ROLE", "NO_CREATE", 1, None),
    ]
    assert found[0]["message"].endswith("travel to the CRM, but 1 of 3 people may not write contacts at all.")


async def test_people_whose_mailbox_nobody_synchronizes_and_disabled_ones_do_not_count(
    office: Office, rights: Authority
) -> None:
    rights.secure("jobtitle")
    office.mailbox("sales", sync_method="NONE")
    rights.disable(office.people["manager"])

    assert await contradictions(office) == []


async def test_a_profile_holds_for_whom_it_is_given_to_by_rank(office: Office, rights: Authority) -> None:
    made = {}
    for name, rank in (("Quiet", 20), ("Loud", 10)):
        payload = (await office.data("admin", PROFILE_CREATE, input={"name": name, "rank": rank}))["profileCreate"]
        assert payload["errors"] == []
        made[name] = payload["profile"]
    team = f"principal:{rights.team('Crew', [office.people['sales']])}"
    sales = f"principal:{office.people['sales']}"

    async def give(name: str, *members: str) -> None:
        wanted = {"profileId": made[name]["id"], "memberIds": members, "expectedRevision": made[name]["revision"]}
        payload = (await office.data("admin", PROFILE_UPDATE, input=wanted))["profileUpdate"]
        assert payload["errors"] == []
        made[name] = payload["profile"]

    async def holding() -> str:
        return (await office.data("sales", "{viewer{profile{name}}}"))["viewer"]["profile"]["name"]

    assert await holding() == "Default"
    await give("Quiet", sales)
    assert await holding() == "Quiet"
    await give("Loud", team)
    assert await holding() == "Loud"
    await give("Loud")
    assert await holding() == "Quiet"
    assert (await office.data("sales", "{profiles{name members{totalCount}}}"))["profiles"][1]["members"] is None

    quiet = made["Quiet"]["id"].removeprefix("profile:")
    change = {"mappingId": f"mapping:{quiet}:CONTACT.jobtitle", "direction": "NONE", "expectedRevision": 1}
    wanted = {"profileId": made["Quiet"]["id"], "changes": [change], "publish": True}
    assert (await office.data("admin", SET, input=wanted))["mappingDirectionsSet"]["errors"] == []
    profiles = (await office.data("admin", "{profiles{name differences{before after mapping{id}}}}"))["profiles"]
    assert {one["name"]: len(one["differences"]) for one in profiles} == {"Default": 0, "Loud": 0, "Quiet": 1}
    about = await explain(office, "sales", "sales")
    assert ("PROFILE", "TO_OUTLOOK") in failed(about)


async def test_profiles_that_make_no_sense_are_refused(office: Office) -> None:
    async def create(**given) -> list:
        payload = await office.data("admin", PROFILE_CREATE, input=given)
        return [(e["code"], e["path"]) for e in payload["profileCreate"]["errors"]]

    async def update(profile: str, revision: int = 1, **given) -> list:
        wanted = {"profileId": profile, "expectedRevision": revision, **given}
        payload = await office.data("admin", PROFILE_UPDATE, input=wanted)
        return [(e["code"], e["path"]) for e in payload["profileUpdate"]["errors"]]

    assert await create(name="Default") == [("INVALID_INPUT", ["input", "name"])]
    assert await create(name=" ") == [("INVALID_INPUT", ["input", "name"])]
    assert await create(name="x", rank=0) == [("INVALID_INPUT", ["input", "rank"])]
    assert await create(name="x", copyOf="profile:nope") == [("NOT_FOUND", ["input", "copyOf"])]
    assert await update("profile:default", memberIds=[]) == [("INVALID_INPUT", ["input", "memberIds"])]
    assert await update("profile:default", rank=1) == [("INVALID_INPUT", ["input", "rank"])]
    assert await update("profile:default", revision=7, name="x") == [("STALE_REVISION", ["input", "expectedRevision"])]
    assert await update("profile:nope", name="x") == [("NOT_FOUND", ["input", "profileId"])]
    assert await update("profile:default", securedWrites="BLANK") == []
    wanted = {"profileId": "profile:default", "expectedRevision": 2}
    gone = await office.data("admin", PROFILE_DELETE, input=wanted)
    assert [e["code"] for e in gone["profileDelete"]["errors"]] == ["INVALID_INPUT"]
    users = await office.data("sales", PROFILE_CREATE, input={"name": "x"})
    assert [e["code"] for e in users["profileCreate"]["errors"]] == ["NOT_ALLOWED"]


async def test_a_profile_in_use_is_not_deleted_and_one_out_of_use_is(office: Office) -> None:
    made = (await office.data("admin", PROFILE_CREATE, input={"name": "x"}))["profileCreate"]["profile"]
    given = {"profileId": made["id"], "expectedRevision": 1, "memberIds": [f"principal:{office.people['sales']}"]}
    await office.data("admin", PROFILE_UPDATE, input=given)

    async def delete(revision: int) -> list[str]:
        wanted = {"profileId": made["id"], "expectedRevision": revision}
        payload = await office.data("admin", PROFILE_DELETE, input=wanted)
        return [e["code"] for e in payload["profileDelete"]["errors"]]

    assert await delete(2) == ["IN_USE"]
    await office.data("admin", PROFILE_UPDATE, input={**given, "expectedRevision": 2, "memberIds": []})
    assert await delete(3) == []
    assert len((await office.data("sales", "{profiles{id}}"))["profiles"]) == 1


async def test_a_wide_right_is_no_contradiction(office: Office, rights: Authority) -> None:
    rights.role("Everything", everything(AccessLevel.ORGANIZATION), office.people["sales"])

    assert await contradictions(office) == []
