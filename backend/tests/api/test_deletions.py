"""The deletion matrix and its simulator through the API."""

from typing import Any

import pytest
from sqlalchemy import insert, select

from api.office import Office
from authority import Authority, everything
from fieldsync.core.deletes import cells
from fieldsync.core.privileges import AccessLevel, Privilege
from fieldsync.core.rights import Scope
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.repo import records
from fieldsync.db.rights import AuditEvent
from fieldsync.db.tables import Link
from fieldsync.ids import new_id

CELL = "key kind cause side owner organizer time state outcome shippedOutcome isSet choices because source"
MATRIX = f"query($kind: RecordKind) {{ deletionMatrix(kind: $kind) {{ revision cells {{ {CELL} }} }} }}"
SET = """mutation($input: DeletionRulesSetInput!) { deletionRulesSet(input: $input) {
  deletionMatrix { revision cells { key outcome isSet } } errors { code path message } } }"""
CHECK = """query($box: ID!, $kind: RecordKind!, $record: ID!, $side: Side!, $cancelled: Boolean! = false) {
  deletionCheck(mailboxId: $box, kind: $kind, recordId: $record, side: $side, cancelled: $cancelled) {
    outcome decidedBy because cell { key } } }"""
OWN = "CONTACT:RECORD_DELETED:OWNER"
MEETING = "APPOINTMENT:ITEM_DELETED:OWNER:ORGANIZER:FUTURE:OPEN"


async def put(office: Office, *changes: tuple[str, str | None], who: str = "admin", revision: int = 1) -> Any:
    given = {"changes": [{"cell": c, "outcome": o} for c, o in changes], "expectedRevision": revision}
    return (await office.data(who, SET, input=given))["deletionRulesSet"]


async def test_everybody_signed_in_sees_every_cell_with_its_source(office: Office) -> None:
    seen = (await office.data("sales", MATRIX))["deletionMatrix"]
    contacts = (await office.data("sales", MATRIX, kind="CONTACT"))["deletionMatrix"]

    assert [cell["key"] for cell in seen["cells"]] == [cell.key for cell in cells()]
    assert [(c["key"], c["outcome"], c["source"]) for c in contacts["cells"]] == [
        ("CONTACT:RECORD_DELETED:OWNER", "UNLINK", "F27, F28"),
        ("CONTACT:RECORD_DELETED:NOT_OWNER", "DELETE", "F27, F28"),
        ("CONTACT:ITEM_DELETED:OWNER", "UNLINK", "F27"),
        ("CONTACT:ITEM_DELETED:NOT_OWNER", "UNLINK", "F27"),
    ]
    assert not any(cell["isSet"] for cell in seen["cells"])


async def test_a_cell_is_set_made_as_shipped_again_and_each_change_audited(office: Office) -> None:
    changed = await put(office, (OWN, "DELETE"), (MEETING, "UNLINK"))
    back = await put(office, (OWN, None), revision=2)

    def outcome(answer: Any, key: str) -> tuple[str, bool]:
        return next((c["outcome"], c["isSet"]) for c in answer["deletionMatrix"]["cells"] if c["key"] == key)

    assert (outcome(changed, OWN), outcome(changed, MEETING)) == (("DELETE", True), ("UNLINK", True))
    assert (outcome(back, OWN), outcome(back, MEETING)) == (("UNLINK", False), ("UNLINK", True))
    assert back["deletionMatrix"]["revision"] == 3
    table = table_of(AuditEvent)
    events = office.database.read_now(lambda c: c.execute(select(table).order_by(table.c.id)).all())
    assert [(e.action, e.before, e.after) for e in events] == [
        ("DELETION_RULES_SET", {OWN: None, MEETING: None}, {OWN: "DELETE", MEETING: "UNLINK"}),
        ("DELETION_RULES_SET", {OWN: "DELETE"}, {OWN: None}),
    ]


@pytest.mark.parametrize(
    ("cell", "outcome", "path"),
    [
        ("CONTACT:SOMETHING", "DELETE", "cell"),
        (OWN, "CANCEL", "outcome"),
        ("SERVICE_ACTIVITY:ITEM_DELETED:OWNER:FUTURE:OPEN", "DELETE", "outcome"),
    ],
)
async def test_what_a_cell_cannot_be_changes_nothing(office: Office, cell: str, outcome: str, path: str) -> None:
    refused = await put(office, (OWN, "DELETE"), (cell, outcome))

    (error,) = refused["errors"]
    assert (refused["deletionMatrix"], error["code"]) == (None, "INVALID_INPUT")
    assert error["path"] == ["input", "changes", "0" if cell == OWN else "1", path]
    assert not any(c["isSet"] for c in (await office.data("sales", MATRIX))["deletionMatrix"]["cells"])


async def test_only_administrators_set_cells_and_only_those_they_have_seen(office: Office) -> None:
    assert [e["code"] for e in (await put(office, (OWN, "DELETE"), who="sales"))["errors"]] == ["NOT_ALLOWED"]
    assert [e["code"] for e in (await put(office, (OWN, "DELETE"), revision=2))["errors"]] == ["STALE_REVISION"]
    given = {"changes": [], "expectedRevision": 1}
    refused = await office.data("admin", SET, scope=Scope.READ, input=given)
    assert [e["code"] for e in refused["deletionRulesSet"]["errors"]] == ["NOT_ALLOWED"]


# The simulator


def mailbox(office: Office, rule: str = "MATRIX") -> str:
    """A mailbox of sales."""
    return office.mailbox("sales", on_record_deleted=rule, on_item_deleted=rule, addresses=["sales@example.org"])


def linked(office: Office, box: str, kind: RecordKind, record_id: str) -> None:
    link = {
        "id": new_id(), "mailbox_id": box, "kind": kind.value, "record_id": record_id, "href": f"/{record_id}",
        "record_version": 1, "item_version": "1", "crm_seen": b"", "outlook_seen": b"", "state": "LINKED",
    }  # fmt: skip
    office.write(lambda c: c.execute(insert(table_of(Link)).values(link)))


def appointment(office: Office, owner: str = "sales", **columns: Any) -> str:
    record_id, table = new_id(), records.layout(RecordKind.APPOINTMENT).table
    now = office.clock.now()
    cells = {"version": 1, "statecode": 0, "created_at": now, "modified_at": now, "subject": "Talk"} | columns
    office.write(lambda c: c.execute(insert(table).values(id=record_id, owner_id=office.people[owner], **cells)))
    return record_id


async def check(office: Office, box: str, record: str, side: str, who: str = "sales", **more: Any) -> Any:
    kind = more.pop("kind", "CONTACT")
    variables = {"box": f"mailbox:{box}", "kind": kind, "record": f"{kind.lower()}:{record}", "side": side} | more
    return (await office.data(who, CHECK, **variables))["deletionCheck"]


async def test_the_simulator_tells_the_outcome_the_cell_and_why(office: Office) -> None:
    box, record = mailbox(office), office.contact("sales", lastname="Lovelace")
    linked(office, box, RecordKind.CONTACT, record)

    before = await check(office, box, record, "CRM")
    await put(office, (OWN, "DELETE"))
    after = await check(office, box, record, "CRM")

    assert before == {
        "outcome": "UNLINK", "decidedBy": "MATRIX", "cell": {"key": OWN},
        "because": "The owner of a contact keeps the item (shipped rule, F27, F28).",
    }  # fmt: skip
    assert (after["outcome"], after["because"]) == ("DELETE", "An administrator set this cell of the deletion matrix.")


@pytest.mark.parametrize(("rule", "outcome", "by"), [("UNLINK", "UNLINK", "MAILBOX"), ("DELETE", "DELETE", "MAILBOX")])
async def test_a_mailbox_that_goes_its_own_way_is_told_so(office: Office, rule: str, outcome: str, by: str) -> None:
    box, record = mailbox(office, rule), office.contact("sales", lastname="Lovelace")
    linked(office, box, RecordKind.CONTACT, record)

    found = await check(office, box, record, "CRM")

    assert (found["outcome"], found["decidedBy"]) == (outcome, by)


async def test_a_meeting_is_judged_by_organizer_time_and_state(office: Office) -> None:
    box, now = mailbox(office), office.clock.now()
    mine = appointment(office, organizer="Sales <sales@example.org>", scheduledstart=now.replace(year=2027))
    past = appointment(office, organizer="sales@example.org", scheduledstart=now.replace(year=2025))
    for record in (mine, past):
        linked(office, box, RecordKind.APPOINTMENT, record)

    found = {
        (name, side): (await check(office, box, record, side, kind="APPOINTMENT"))["outcome"]
        for name, record in (("mine", mine), ("past", past))
        for side in ("CRM", "OUTLOOK")
    }
    cancelled = await check(office, box, mine, "CRM", kind="APPOINTMENT", cancelled=True)

    assert found == {
        ("mine", "CRM"): "DELETE", ("mine", "OUTLOOK"): "DELETE", ("past", "CRM"): "UNLINK",
        ("past", "OUTLOOK"): "UNLINK",
    }  # fmt: skip
    assert (cancelled["outcome"], cancelled["cell"]["key"]) == (
        "KEEP",
        "APPOINTMENT:RECORD_CANCELLED:OWNER:ORGANIZER:FUTURE",
    )


async def test_what_the_owner_may_not_delete_stays_whatever_the_matrix_says(office: Office) -> None:
    box, record = mailbox(office), office.contact("sales", lastname="Lovelace")
    linked(office, box, RecordKind.CONTACT, record)
    await put(office, ("CONTACT:ITEM_DELETED:OWNER", "DELETE"))

    allowed = await check(office, box, record, "OUTLOOK")
    rights = Authority(office.database)
    rights.without_roles(office.people["sales"])
    rights.role("Careful", everything() | {Privilege.DELETE: AccessLevel.NONE}, office.people["sales"])
    forbidden = await check(office, box, record, "OUTLOOK")

    assert (allowed["outcome"], allowed["decidedBy"]) == ("DELETE", "MATRIX")
    assert (forbidden["outcome"], forbidden["decidedBy"]) == ("UNLINK", "RIGHTS")


async def test_nothing_happens_to_what_is_not_linked(office: Office) -> None:
    found = await check(office, mailbox(office), office.contact("sales", lastname="Lovelace"), "CRM")

    assert (found["outcome"], found["decidedBy"], found["cell"]) == ("KEEP", "LINK", None)


async def test_who_does_not_see_mailbox_or_record_learns_nothing(office: Office) -> None:
    box, mine, theirs = mailbox(office), office.contact("sales", lastname="A"), office.contact("manager", lastname="B")

    for who, record in (("manager", mine), ("manager", theirs), ("sales", theirs), ("sales", "nothing")):
        assert await check(office, box, record, "CRM", who) is None
    assert await check(office, box, mine, "CRM", "sales") is not None
