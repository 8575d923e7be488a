"""Filters, templates, incoming rules, opt-outs and scope checks over GraphQL."""

from typing import Any

from sqlalchemy import insert, select, update

from api.office import Office
from authority import Authority
from fieldsync.core.rights import Scope
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.repo import sync_filters
from fieldsync.db.rights import AuditEvent
from fieldsync.db.tables import Link, Mailbox

MINE = {"attribute": "ownerid", "operator": "IS_ME"}
ERRORS = "errors { code message path }"
FILTER = "id name scope kind isActive excludes revision words templateId templateRevision viewerCanEdit unreadable"
COUNTS = "current resulting entering leaving"


def looms(text: str = "loom", **more: Any) -> dict[str, Any]:
    return {"rows": [MINE, {"attribute": "department", "operator": "CONTAINS", "value": text}], **more}


async def change(office: Office, who: str, mutation: str, answer: str, **input: Any) -> Any:
    kind = mutation[0].upper() + mutation[1:] + "Input"
    scope = input.pop("token", Scope.ADMIN)
    query = f"mutation($input: {kind}!) {{ it: {mutation}(input: $input) {{ {answer} {ERRORS} }} }}"
    return (await office.data(who, query, scope=scope, input=input))["it"]


async def create(office: Office, who: str = "sales", definition: Any = None, **more: Any) -> Any:
    given = {"kind": "CONTACT", "name": "Looms", "definition": definition or looms()} | more
    return await change(office, who, "syncFilterCreate", f"filter {{ {FILTER} }}", **given)


async def preview(office: Office, who: str = "sales", definition: Any = None, **more: Any) -> Any:
    given = {"kind": "CONTACT", "definition": definition or looms()} | more
    query = (
        "query($input: SyncFilterPreviewInput!) { syncFilterPreview(input: $input) { count sample { recordId name }"
        f" unreadable scope {{ {COUNTS} }} }} }}"
    )
    return (await office.data(who, query, input=given))["syncFilterPreview"]


async def filters(office: Office, who: str, arguments: str = "") -> list[Any]:
    asked = f"{{ syncFilters{arguments} {{ nodes {{ {FILTER} principal {{ userName }} }} }} }}"
    return (await office.data(who, asked))["syncFilters"]["nodes"]


def code(payload: Any) -> list[str]:
    return [error["code"] for error in payload["errors"]]


# filters


async def test_whoever_gets_the_first_mailbox_gets_the_default_filters_once(office: Office) -> None:
    office.mailbox("sales")
    office.mailbox("sales")

    own = await filters(office, "sales", "(scope: USER)")

    assert len(own) == len(RecordKind)
    assert {one["principal"]["userName"] for one in own} == {"sales"}
    contacts = next(one for one in own if one["kind"] == "CONTACT")
    assert contacts["words"] == "Owner is me and Status is 0"
    assert (contacts["templateId"], contacts["templateRevision"]) == ("syncFilter:template-contact", 1)


async def test_a_user_manages_filters_of_ones_own(office: Office) -> None:
    made = (await create(office))["filter"]
    assert made["words"] == "Owner is me and Department contains loom"

    changed = await change(
        office, "sales", "syncFilterUpdate", f"filter {{ {FILTER} }}", filterId=made["id"], expectedRevision=1,
        definition=looms("engine"), excludes=True,
    )  # fmt: skip
    off = await change(
        office, "sales", "syncFilterActivate", "filter { isActive revision }", filterId=made["id"], isActive=False,
        expectedRevision=2,
    )  # fmt: skip
    stale = await change(
        office, "sales", "syncFilterUpdate", "filter { id }", filterId=made["id"], expectedRevision=1, name="Late"
    )
    gone = await change(office, "sales", "syncFilterDelete", "filterId", filterId=made["id"], expectedRevision=3)

    assert (changed["filter"]["excludes"], changed["filter"]["revision"]) == (True, 2)
    assert off["filter"] == {"isActive": False, "revision": 3}
    assert code(stale) == ["STALE_REVISION"]
    assert gone["filterId"] == made["id"]
    assert await filters(office, "sales") == []


async def test_nobody_but_administrators_touches_the_filters_of_others(office: Office) -> None:
    made = (await create(office))["filter"]

    hidden = await change(
        office, "manager", "syncFilterUpdate", "filter { id }", filterId=made["id"], expectedRevision=1, name="Mine"
    )
    for_others = await create(office, "manager", principalId=f"principal:{office.people['sales']}")
    answer = await office.ask(
        "manager", f'{{ syncFilters(principalId: "principal:{office.people["sales"]}") {{ totalCount }} }}'
    )
    by_admin = await create(office, "admin", principalId=f"principal:{office.people['sales']}", name="From above")

    assert code(hidden) == code(for_others) == ["NOT_FOUND"]
    assert answer["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"
    assert by_admin["errors"] == []
    assert [one["name"] for one in await filters(office, "sales")] == ["Looms", "From above"]
    assert await filters(office, "manager") == []


async def test_a_token_that_reads_changes_no_filter(office: Office) -> None:
    assert code(await create(office, token=Scope.READ)) == ["NOT_ALLOWED"]


async def test_filters_of_the_organization_are_seen_by_all_and_made_by_administrators(office: Office) -> None:
    refused = await create(office, scope="ORGANIZATION")
    made = await create(office, "admin", scope="ORGANIZATION")
    changed = await change(
        office,
        "sales",
        "syncFilterUpdate",
        "filter { id }",
        filterId=made["filter"]["id"],
        expectedRevision=1,
        name="X",
    )
    templates = await create(office, "admin", scope="TEMPLATE", name="For all")

    assert code(refused) == code(changed) == ["NOT_ALLOWED"]
    assert templates["errors"] == []
    assert [(one["scope"], one["viewerCanEdit"]) for one in await filters(office, "sales")] == [("ORGANIZATION", False)]
    assert len(await filters(office, "admin", "(scope: TEMPLATE, kind: CONTACT)")) == 2


async def test_every_fault_of_a_filter_is_told_with_its_place(office: Office) -> None:
    definition = {
        "rows": [MINE, {"attribute": "salary", "operator": "EQUALS", "value": "1"}],
        "groups": [{"rows": [{"attribute": "birthdate", "operator": "ON", "value": "yesterday"}]}],
    }

    refused = await create(office, definition=definition)

    assert [(error["code"], error["path"]) for error in refused["errors"]] == [
        ("INVALID_INPUT", ["input", "definition", "rows", "1", "attribute"]),
        ("INVALID_INPUT", ["input", "definition", "groups", "0", "rows", "0", "value"]),
    ]
    assert await filters(office, "sales") == []


async def test_there_is_an_end_to_filters(office: Office) -> None:
    for _ in range(20):
        assert (await create(office))["errors"] == []

    assert code(await create(office)) == ["INVALID_INPUT"]
    assert (await create(office, kind="TASK", definition={"rows": [MINE]}))["errors"] == []


async def test_changes_of_filters_are_audited(office: Office) -> None:
    made = (await create(office))["filter"]
    await change(
        office, "sales", "syncFilterActivate", "filter { id }", filterId=made["id"], isActive=False, expectedRevision=1
    )

    table = table_of(AuditEvent)
    told = office.database.read_now(lambda c: list(c.execute(select(table).order_by(table.c.id))))

    assert [(row.action, row.target_id, row.target_name) for row in told] == [
        ("SYNC_FILTER_CREATE", made["id"], "Looms"),
        ("SYNC_FILTER_UPDATE", made["id"], "Looms"),
    ]
    assert (told[1].before["isActive"], told[1].after["isActive"]) == (True, False)


# previews


async def test_a_preview_counts_and_shows_before_anything_is_saved(office: Office) -> None:
    office.mailbox("sales")
    ada = office.contact("sales", fullname="Ada", department="Looms")
    office.contact("sales", fullname="Charles", department="Engines")
    office.contact("manager", fullname="Mary", department="Looms")
    default = next(one for one in await filters(office, "sales", "(kind: CONTACT)"))

    added = await preview(office)
    instead = await preview(office, filterId=default["id"])
    without = await preview(office, excludes=True)

    assert (added["count"], added["sample"]) == (1, [{"recordId": f"contact:{ada}", "name": "Ada"}])
    assert added["scope"] == {"current": 2, "resulting": 2, "entering": 0, "leaving": 0}
    assert instead["scope"] == {"current": 2, "resulting": 1, "entering": 0, "leaving": 1}
    assert without["scope"] == {"current": 2, "resulting": 1, "entering": 0, "leaving": 1}


async def test_a_preview_sees_with_the_eyes_of_whoever_it_is_for(office: Office) -> None:
    office.contact("sales", fullname="Ada", department="Looms")
    definition = {"rows": [{"attribute": "department", "operator": "CONTAINS", "value": "loom"}]}
    who = f"principal:{office.people['manager']}"

    for_manager = await preview(office, "admin", definition, principalId=who)
    for_admin = await preview(office, "admin", definition)
    answer = await office.ask(
        "sales",
        f'{{ syncFilterPreview(input: {{kind: CONTACT, definition: {{}}, principalId: "{who}"}}) {{ count }} }}',
    )

    assert (for_manager["count"], for_admin["count"]) == (0, 1)
    assert answer["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"


async def test_a_withheld_column_is_found_out_neither_by_a_preview_nor_by_a_filter(office: Office) -> None:
    Authority(office.database).secure("governmentid")
    office.contact("sales", fullname="Ada", governmentid="123")
    for operator, value in (("BEGINS_WITH", "1"), ("NOT_EQUALS", "1"), ("IS_EMPTY", ""), ("IS_NOT_EMPTY", "")):
        definition = {"rows": [{"attribute": "governmentid", "operator": operator, "value": value}]}
        nested = {"joint": "ANY", "rows": [MINE], "groups": [definition]}

        found = await preview(office, definition=definition)
        deeper = await preview(office, definition=nested)
        refused = await create(office, definition=nested)

        for one in (found, deeper):
            assert (one["count"], one["sample"], one["unreadable"]) == (0, [], ["governmentid"])
            assert one["scope"]["resulting"] == one["scope"]["current"]
        assert code(refused) == ["FIELD_WITHHELD"]
    assert (await preview(office, "admin", definition=definition, principalId=None))["count"] == 1


async def test_a_filter_whose_column_was_secured_afterwards_says_that_it_matches_nothing(office: Office) -> None:
    definition = {"rows": [{"attribute": "governmentid", "operator": "IS_NOT_EMPTY"}]}
    await create(office, definition=definition)

    Authority(office.database).secure("governmentid", mask_keep=2)

    assert [one["unreadable"] for one in await filters(office, "sales")] == [["governmentid"]]


# templates


def team(office: Office, *members: str) -> str:
    return Authority(office.database).team("Crew", [office.people[name] for name in members])


async def test_a_template_for_a_team_goes_to_its_members(office: Office) -> None:
    crew = team(office, "sales")
    made = await create(office, "admin", scope="TEMPLATE", name="Crew", principalId=f"principal:{crew}")
    assert made["errors"] == []

    office.mailbox("sales")
    office.mailbox("manager")

    assert "Crew" in {one["name"] for one in await filters(office, "sales")}
    assert "Crew" not in {one["name"] for one in await filters(office, "manager")}


async def drift(office: Office) -> list[tuple[str, str]]:
    query = "{ syncFilterDrift { drift principal { userName } template { name } filter { id } } }"
    found = (await office.data("admin", query))["syncFilterDrift"]
    return [(one["principal"]["userName"], one["drift"]) for one in found]


async def test_drift_is_told_and_mended_with_a_preview_before(office: Office) -> None:
    office.mailbox("sales")
    office.mailbox("manager")
    office.contact("sales", fullname="Ada", department="Looms")
    office.contact("sales", fullname="Charles")
    assert await drift(office) == []
    own = next(one for one in await filters(office, "sales", "(kind: CONTACT)"))
    await change(
        office, "sales", "syncFilterActivate", "filter { id }", filterId=own["id"], isActive=False, expectedRevision=1
    )
    assert await drift(office) == [("sales", "CHANGED")]
    await change(
        office, "admin", "syncFilterUpdate", "filter { id }", filterId="syncFilter:template-contact",
        expectedRevision=1, definition=looms(),
    )  # fmt: skip
    assert sorted(await drift(office)) == [("manager", "OUTDATED"), ("sales", "OUTDATED")]

    answer = f"changes {{ drift principal {{ userName }} scope {{ {COUNTS} }} filter {{ id }} }}"
    tried = await change(
        office, "admin", "syncFilterTemplateApply", answer, templateIds=["syncFilter:template-contact"], preview=True
    )
    before = await drift(office)
    done = await change(office, "admin", "syncFilterTemplateApply", answer, templateIds=["syncFilter:template-contact"])
    again = await change(office, "admin", "syncFilterTemplateApply", answer)

    counts = {one["principal"]["userName"]: one["scope"] for one in tried["changes"]}
    assert counts["sales"] == {"current": 0, "resulting": 1, "entering": 1, "leaving": 0}
    assert len(before) == 2
    assert tried["changes"] == done["changes"]
    assert again["changes"] == []
    contacts = [one for one in await filters(office, "sales") if one["kind"] == "CONTACT"]
    assert [(one["words"], one["isActive"], one["revision"]) for one in contacts] == [
        ("Owner is me and Department contains loom", True, 3)
    ]


async def test_a_missing_copy_is_made_and_what_people_made_themselves_stays(office: Office) -> None:
    office.mailbox("sales")
    await create(office, name="My own")
    office.write(lambda c: sync_filters.remove(c, _own_contact_filter(c, office)))
    assert await drift(office) == [("sales", "MISSING")]

    await change(
        office, "admin", "syncFilterTemplateApply", "changes { drift }",
        principalIds=[f"principal:{office.people['sales']}"],
    )  # fmt: skip

    names = [one["name"] for one in await filters(office, "sales", "(kind: CONTACT, scope: USER)")]
    assert names == ["My own", "My active contacts"]
    assert await drift(office) == []


def _own_contact_filter(connection: Any, office: Office) -> str:
    held = sync_filters.in_force(connection, office.people["sales"], RecordKind.CONTACT)
    return next(one.id for one in held if one.template_id)


async def test_templates_are_for_administrators(office: Office) -> None:
    refused = await change(office, "sales", "syncFilterTemplateApply", "changes { drift }")
    wrong = await change(
        office, "admin", "syncFilterTemplateApply", "changes { drift }", templateIds=["syncFilter:nothing"]
    )

    assert code(refused) == ["NOT_ALLOWED"]
    assert code(wrong) == ["NOT_FOUND"]


# what comes in


async def test_administrators_say_what_comes_in(office: Office) -> None:
    answer = "incomingRule { kind mode category includesPrivate revision }"

    first = await change(
        office, "admin", "incomingRuleUpdate", answer, kind="TASK", mode="TRACKED", category="CRM", expectedRevision=1
    )
    stale = await change(office, "admin", "incomingRuleUpdate", answer, kind="TASK", mode="ALL", expectedRevision=1)
    refused = await change(office, "sales", "incomingRuleUpdate", answer, kind="TASK", mode="ALL", expectedRevision=2)
    out_only = await change(
        office, "admin", "incomingRuleUpdate", answer, kind="SERVICE_ACTIVITY", mode="ALL", expectedRevision=1
    )
    rules = (await office.data("sales", "{ incomingRules { kind mode category includesPrivate } }"))["incomingRules"]

    assert first["incomingRule"] == {
        "kind": "TASK", "mode": "TRACKED", "category": "CRM", "includesPrivate": False, "revision": 2
    }  # fmt: skip
    assert (code(stale), code(refused), code(out_only)) == (["STALE_REVISION"], ["NOT_ALLOWED"], ["INVALID_INPUT"])
    modes = {rule["kind"]: rule["mode"] for rule in rules}
    assert (modes["CONTACT"], modes["TASK"], modes["SERVICE_ACTIVITY"]) == ("ALL", "TRACKED", "NONE")


# opt-outs


async def test_a_user_opts_out_and_back_in(office: Office) -> None:
    mailbox, contact = office.mailbox("sales"), office.contact("sales", fullname="Ada")
    answer = "optOut { id kind recordId uid name principal { userName } }"
    given = {"mailboxId": f"mailbox:{mailbox}", "kind": "CONTACT"}

    made = await change(office, "sales", "optOutAdd", answer, **given, recordId=f"contact:{contact}")
    twice = await change(office, "sales", "optOutAdd", answer, **given, recordId=f"contact:{contact}")
    both = await change(office, "sales", "optOutAdd", answer, **given, recordId=f"contact:{contact}", uid="x")
    item = await change(office, "sales", "optOutAdd", answer, **given, uid="uid-1")
    listed = await office.data("sales", f'{{ optOuts(mailboxId: "mailbox:{mailbox}") {{ nodes {{ name uid }} }} }}')
    back = await change(office, "sales", "optOutRemove", "optOutId", optOutId=made["optOut"]["id"])

    assert made["optOut"]["name"] == "Ada"
    assert made["optOut"]["principal"] == {"userName": "sales"}
    assert (code(twice), code(both)) == (["INVALID_INPUT"], ["INVALID_INPUT"])
    assert listed["optOuts"]["nodes"] == [{"name": "Ada", "uid": None}, {"name": "uid-1", "uid": "uid-1"}]
    assert back["optOutId"] == made["optOut"]["id"]
    assert item["errors"] == []


async def test_opt_outs_are_for_ones_own_mailboxes_and_for_records_in_sight(office: Office) -> None:
    mailbox, contact = office.mailbox("sales"), office.contact("manager", fullname="Mary")
    given = {"mailboxId": f"mailbox:{mailbox}", "kind": "CONTACT"}

    theirs = await change(office, "manager", "optOutAdd", "optOut { id }", **given, uid="uid-1")
    unseen = await change(office, "sales", "optOutAdd", "optOut { id }", **given, recordId=f"contact:{contact}")
    by_admin = await change(office, "admin", "optOutAdd", "optOut { id name }", **given, recordId=f"contact:{contact}")
    listed = await office.data("sales", f'{{ optOuts(mailboxId: "mailbox:{mailbox}") {{ nodes {{ name }} }} }}')
    answer = await office.ask("manager", f'{{ optOuts(mailboxId: "mailbox:{mailbox}") {{ nodes {{ name }} }} }}')

    assert code(theirs) == code(unseen) == ["NOT_FOUND"]
    assert by_admin["optOut"]["name"] == "Mary"
    assert listed["optOuts"]["nodes"] == [{"name": "***"}]
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"


# why not


async def walk(office: Office, mailbox: str, contact: str, who: str = "sales") -> Any:
    query = (
        f'{{ scopeCheck(mailboxId: "mailbox:{mailbox}", kind: CONTACT, recordId: "contact:{contact}")'
        " { inScope failure { stage rule remedy } checks { stage passed } } }"
    )
    return (await office.data(who, query))["scopeCheck"]


async def test_a_record_on_its_way_passes_every_check(office: Office) -> None:
    mailbox, contact = office.mailbox("sales"), office.contact("sales", fullname="Ada")

    found = await walk(office, mailbox, contact)

    assert found["inScope"] is True
    assert found["failure"] is None
    assert [one["stage"] for one in found["checks"]] == ["MAILBOX", "FILTER", "ACCESS", "OPT_OUT", "LINK"]


async def test_the_first_failure_is_named_with_its_remedy(office: Office) -> None:
    mailbox, contact = office.mailbox("sales"), office.contact("sales", fullname="Ada", department="Stars")
    default = next(one for one in await filters(office, "sales", "(kind: CONTACT)"))

    await change(
        office, "sales", "syncFilterUpdate", "filter { id }", filterId=default["id"], expectedRevision=1,
        definition=looms(), name="Loomers",
    )  # fmt: skip
    by_filter = await walk(office, mailbox, contact)
    await change(
        office, "sales", "syncFilterActivate", "filter { id }", filterId=default["id"], expectedRevision=2,
        isActive=False,
    )  # fmt: skip
    without = await walk(office, mailbox, contact)
    office.write(lambda c: c.execute(update(table_of(Mailbox)).values(sync_method="NONE")))
    silent = await walk(office, mailbox, contact)

    assert by_filter["failure"]["stage"] == "FILTER"
    assert by_filter["failure"]["rule"] == ("The filter Loomers does not name it: not so is Department contains loom.")
    assert without["failure"]["rule"].startswith("No filter of this kind is active")
    assert silent["failure"]["stage"] == "MAILBOX"
    assert [one["passed"] for one in silent["checks"]] == [False, False, True, True, True]


async def test_access_opt_out_and_link_are_looked_at_too(office: Office) -> None:
    mailbox, contact = office.mailbox("sales"), office.contact("manager", fullname="Mary")
    everything = {"scope": "ORGANIZATION", "definition": {"joint": "ALL"}}
    assert (await create(office, "admin", **everything))["errors"] == []
    own = office.contact("sales", fullname="Ada")
    await change(
        office, "sales", "optOutAdd", "optOut { id }", mailboxId=f"mailbox:{mailbox}", kind="CONTACT",
        recordId=f"contact:{own}",
    )  # fmt: skip

    assert (await walk(office, mailbox, contact, "admin"))["failure"]["stage"] == "ACCESS"
    assert (await walk(office, mailbox, own))["failure"]["stage"] == "OPT_OUT"

    ended = office.contact("sales", fullname="Charles")
    cells = {"record_version": 1, "item_version": "1", "crm_seen": b"", "outlook_seen": b"", "came_in": False}
    office.write(
        lambda c: c.execute(
            insert(table_of(Link)).values(
                id="l", mailbox_id=mailbox, kind="CONTACT", record_id=ended, href="/a", state="UNLINKED",
                reason="ITEM_DELETED", **cells,
            )
        )
    )  # fmt: skip
    found = await walk(office, mailbox, ended)
    assert (found["failure"]["stage"], found["failure"]["remedy"]) == (
        "LINK", "Restore the item, or make a new record.",
    )  # fmt: skip


async def test_what_one_may_not_see_is_not_there_to_be_checked(office: Office) -> None:
    mailbox, contact = office.mailbox("sales"), office.contact("manager", fullname="Mary")
    for who in ("sales", "manager"):
        given = f'mailboxId: "mailbox:{mailbox}", kind: CONTACT, recordId: "contact:{contact}"'
        answer = await office.ask(who, f"{{ scopeCheck({given}) {{ name }} }}")
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_a_preview_tells_all_faults_of_a_filter_and_not_that_something_went_wrong(office: Office) -> None:
    rows = '[{attribute: "nonesuch", operator: EQUALS, value: "a"}, {attribute: "other", operator: IS_EMPTY}]'
    answer = await office.ask(
        "sales", f"{{ syncFilterPreview(input: {{kind: CONTACT, definition: {{rows: {rows}}}}}) {{ count }} }}"
    )

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INVALID_INPUT", "INVALID_INPUT"]
    assert ["nonesuch" in error["message"] for error in answer["errors"]] == [True, False]
