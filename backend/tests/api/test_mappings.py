from typing import Any

import pytest

from api.office import Office
from fieldsync.core.rights import Scope

SET = """mutation($changes: [MappingDirectionChange!]!, $publish: Boolean! = false, $message: String) {
  mappingDirectionsSet(input: {changes: $changes, publish: $publish, message: $message}) {
    mappings { id direction draftDirection revision }
    profile { revision draft { changes { mapping { id } before after } changedBy { userName } }
              published { number message publishedBy { userName } changes { before after } } }
    errors { code message path } } }"""


def change(office: Office, field: str, direction: str, revision: int = 1) -> dict[str, Any]:
    return {"mappingId": office.mapping_id(field), "direction": direction, "expectedRevision": revision}


async def mapping(office: Office, field: str) -> Any:
    data = await office.data("sales", "{mappings{id direction draftDirection revision nextDirection viewerCanEdit}}")
    return next(row for row in data["mappings"] if row["id"] == office.mapping_id(field))


async def test_every_signed_in_user_reads_all_98_mappings_with_their_defaults(office: Office) -> None:
    data = await office.data(
        "sales",
        "{mappings{id kind direction draftDirection defaultDirection allowedDirections fixedReason viewerCanEdit}}",
    )

    assert len(data["mappings"]) == 98
    assert all(row["direction"] == row["draftDirection"] == row["defaultDirection"] for row in data["mappings"])
    assert not any(row["viewerCanEdit"] for row in data["mappings"])
    assert all((row["fixedReason"] is None) == (len(row["allowedDirections"]) > 1) for row in data["mappings"])


async def test_mappings_can_be_asked_for_by_kind(office: Office) -> None:
    data = await office.data("admin", '{mappings(profileId: "profile:default", kind: CONTACT){kind}}')

    assert len(data["mappings"]) == 34
    assert {row["kind"] for row in data["mappings"]} == {"CONTACT"}


async def test_a_draft_change_is_not_in_force_until_it_is_published(office: Office) -> None:
    answer = await office.data("admin", SET, changes=[change(office, "jobtitle", "TO_OUTLOOK")])

    payload = answer["mappingDirectionsSet"]
    assert payload["errors"] == []
    assert payload["mappings"] == [
        {"id": office.mapping_id("jobtitle"), "direction": "BOTH", "draftDirection": "TO_OUTLOOK", "revision": 2}
    ]
    assert payload["profile"]["draft"]["changes"][0]["after"] == "TO_OUTLOOK"
    assert payload["profile"]["draft"]["changedBy"] == {"userName": "admin"}
    assert payload["profile"]["published"]["number"] == 1

    publish = """mutation { profilePublish(input: {expectedRevision: 2, message: " job titles "}) {
      profile { published { number message changes { mapping { id } before after } } versions { nodes { number } } }
      errors { code } } }"""
    published = (await office.data("admin", publish))["profilePublish"]
    assert published["errors"] == []
    assert published["profile"]["published"]["message"] == "job titles"
    assert published["profile"]["published"]["changes"] == [
        {"mapping": {"id": office.mapping_id("jobtitle")}, "before": "BOTH", "after": "TO_OUTLOOK"}
    ]
    assert [version["number"] for version in published["profile"]["versions"]["nodes"]] == [2, 1]
    assert (await mapping(office, "jobtitle"))["direction"] == "TO_OUTLOOK"


async def test_a_change_can_be_published_in_the_same_step(office: Office) -> None:
    changes = [change(office, "jobtitle", "NONE"), change(office, "description", "TO_CRM")]

    payload = (await office.data("admin", SET, changes=changes, publish=True, message="quiet"))["mappingDirectionsSet"]

    assert payload["errors"] == []
    assert [row["direction"] for row in payload["mappings"]] == ["NONE", "TO_CRM"]
    assert payload["profile"]["published"]["number"] == 2
    assert payload["profile"]["published"]["publishedBy"] == {"userName": "admin"}
    assert payload["profile"]["draft"]["changes"] == []


async def test_setting_and_publishing_what_is_in_force_changes_nothing(office: Office) -> None:
    payload = (await office.data("admin", SET, changes=[change(office, "jobtitle", "BOTH")], publish=True))[
        "mappingDirectionsSet"
    ]

    assert payload["errors"] == []
    assert payload["profile"]["published"]["number"] == 1
    assert payload["profile"]["revision"] == 1


@pytest.mark.parametrize(
    ("field", "direction", "revision", "code", "part"),
    [
        ("fullname", "NONE", 1, "DIRECTION_NOT_ALLOWED", "direction"),
        ("department", "NONE", 7, "STALE_REVISION", "expectedRevision"),
        ("nosuchfield", "NONE", 1, "NOT_FOUND", "mappingId"),
        ("jobtitle", "NONE", 1, "INVALID_INPUT", "mappingId"),
    ],
    ids=["not allowed", "stale", "unknown", "twice"],
)
async def test_one_refused_change_undoes_all(
    office: Office, field: str, direction: str, revision: int, code: str, part: str
) -> None:
    changes = [change(office, "jobtitle", "TO_CRM"), change(office, field, direction, revision)]

    payload = (await office.data("admin", SET, changes=changes, publish=True))["mappingDirectionsSet"]

    assert payload["mappings"] is None
    assert payload["profile"] is None
    assert [(error["code"], error["path"]) for error in payload["errors"]] == [(code, ["input", "changes", "1", part])]
    assert (await mapping(office, "jobtitle"))["draftDirection"] == "BOTH"


async def test_all_refused_changes_are_named_at_once(office: Office) -> None:
    changes = [change(office, "fullname", "NONE"), change(office, "jobtitle", "NONE", 9)]

    payload = (await office.data("admin", SET, changes=changes))["mappingDirectionsSet"]

    assert [error["code"] for error in payload["errors"]] == ["DIRECTION_NOT_ALLOWED", "STALE_REVISION"]


async def test_a_user_may_not_change_directions(office: Office) -> None:
    payload = (await office.data("sales", SET, changes=[change(office, "jobtitle", "NONE")]))["mappingDirectionsSet"]

    assert [error["code"] for error in payload["errors"]] == ["NOT_ALLOWED"]
    assert (await mapping(office, "jobtitle"))["draftDirection"] == "BOTH"


async def test_a_read_token_of_an_administrator_may_not_change_directions(office: Office) -> None:
    answer = await office.data("admin", SET, scope=Scope.READ, changes=[change(office, "jobtitle", "NONE")])

    assert [error["code"] for error in answer["mappingDirectionsSet"]["errors"]] == ["NOT_ALLOWED"]


@pytest.mark.parametrize(
    ("mutation", "code"),
    [
        ("profilePublish(input: {expectedRevision: 1})", "NOTHING_TO_PUBLISH"),
        ("profilePublish(input: {expectedRevision: 5})", "STALE_REVISION"),
        ('profilePublish(input: {expectedRevision: 1, profileId: "profile:other"})', "NOT_FOUND"),
        ('profilePublish(input: {expectedRevision: 1, profileId: "contact:default"})', "NOT_FOUND"),
        ("profileDraftDiscard(input: {expectedRevision: 5})", "STALE_REVISION"),
        ("profileRestore(input: {expectedRevision: 1, number: 9})", "NOT_FOUND"),
    ],
)
async def test_profile_mutations_refuse(office: Office, mutation: str, code: str) -> None:
    data = await office.data("admin", f"mutation {{ it: {mutation} {{ profile {{ id }} errors {{ code }} }} }}")

    assert data["it"] == {"profile": None, "errors": [{"code": code}]}


@pytest.mark.parametrize("verb", ["profilePublish", "profileDraftDiscard", "profileRestore"])
async def test_users_may_not_touch_profiles(office: Office, verb: str) -> None:
    number = ", number: 1" if verb == "profileRestore" else ""
    query = f"mutation {{ it: {verb}(input: {{expectedRevision: 1{number}}}) {{ errors {{ code }} }} }}"

    assert (await office.data("sales", query))["it"]["errors"] == [{"code": "NOT_ALLOWED"}]


async def test_a_draft_can_be_dropped_and_an_old_version_restored(office: Office) -> None:
    await office.data("admin", SET, changes=[change(office, "jobtitle", "NONE")], publish=True)
    await office.data("admin", SET, changes=[change(office, "jobtitle", "TO_CRM", 2)])
    profile = (await office.data("admin", "{profiles{revision}}"))["profiles"][0]

    query = """mutation($revision: Int!) { profileDraftDiscard(input: {expectedRevision: $revision}) {
      profile { revision draft { changes { after } changedAt } } errors { code } } }"""
    dropped = (await office.data("admin", query, revision=profile["revision"]))["profileDraftDiscard"]["profile"]
    assert dropped["draft"] == {"changes": [], "changedAt": None}

    query = """mutation($revision: Int!) { profileRestore(input: {expectedRevision: $revision, number: 1}) {
      profile { draft { changes { before after } } } errors { code } } }"""
    restored = (await office.data("admin", query, revision=dropped["revision"]))["profileRestore"]["profile"]
    assert restored["draft"]["changes"] == [{"before": "NONE", "after": "BOTH"}]
    assert (await mapping(office, "jobtitle"))["direction"] == "NONE"


async def test_the_effective_direction_of_a_mailbox_that_nobody_synchronizes_is_none(office: Office) -> None:
    office.mailbox("sales", sync_method="NONE")

    query = "{mappings(kind: CONTACT){effective{direction blockedBecause{direction reason message}}}}"
    rows = (await office.data("sales", query))["mappings"]

    assert {row["effective"]["direction"] for row in rows} == {"NONE"}
    assert [flow["reason"] for flow in rows[0]["effective"]["blockedBecause"]] == ["SYNC_METHOD_NONE"] * 2


async def test_only_administrators_ask_for_effective_directions_of_others(office: Office) -> None:
    query = "query($who: ID){mappings(kind: FAX){effective(principalId: $who){direction}}}"
    who = f"principal:{office.people['manager']}"

    assert "errors" not in await office.ask("admin", query, who=who)
    answer = await office.ask("sales", query, who=who)
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"NOT_ALLOWED"}
    answer = await office.ask("admin", query, who="principal:nobody")
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"NOT_FOUND"}
