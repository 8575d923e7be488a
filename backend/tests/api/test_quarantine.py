"""Held deletions and the quarantine through the API."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from api.office import Office
from fieldsync.db.columns import table_of
from fieldsync.db.sync_tables import HeldDeletion, Quarantined
from fieldsync.db.tables import Run
from fieldsync.ids import new_id

HELD = """query($box: ID) { heldDeletions(mailboxId: $box) { totalCount
  nodes { id kind action subject heldAt releasedAt releasedBy { name } mailbox { id } } } }"""
RELEASE = """mutation($input: HeldReleaseInput!) { heldRelease(input: $input) {
  heldDeletions { id releasedAt releasedBy { name } } run { id mailbox { id } } errors { code path } } }"""
COPIES = """query($box: ID) { quarantine(mailboxId: $box) { totalCount
  nodes { id kind side subject deletedAt expiresAt restoredAt mailbox { id } } } }"""
RESTORE = """mutation($id: ID!) { quarantineRestore(input: {quarantinedId: $id}) {
  quarantined { id } run { id undoes { quarantinedId } } errors { code path } } }"""


def hold(office: Office, box: str, name: str, action: str = "DELETE_RECORD", record: str = "gone") -> str:
    held = new_id()
    row = {
        "id": held, "mailbox_id": box, "run_id": "run", "kind": "CONTACT", "link_id": new_id(), "action": action,
        "subject": name, "record_id": record, "href": f"/{name}.vcf", "held_at": office.clock.now(),
    }  # fmt: skip
    office.write(lambda c: c.execute(insert(table_of(HeldDeletion)).values(row)))
    return held


def keep(office: Office, box: str, side: str = "OUTLOOK", **cells: Any) -> str:
    copy, now = new_id(), office.clock.now()
    row = {
        "id": copy, "mailbox_id": box, "run_id": "run", "kind": "CONTACT", "side": side, "subject": "Ada",
        "record_id": "gone", "href": "/ada.vcf", "body_box": b"", "deleted_at": now,
        "expires_at": now + timedelta(days=1),
    } | cells  # fmt: skip
    office.write(lambda c: c.execute(insert(table_of(Quarantined)).values(row)))
    return copy


async def release(office: Office, who: str, box: str, ids: list[str] | None = None) -> Any:
    given: dict[str, Any] = {"mailboxId": f"mailbox:{box}"}
    if ids is not None:
        given["heldDeletionIds"] = [f"heldDeletion:{one}" for one in ids]
    return (await office.data(who, RELEASE, input=given))["heldRelease"]


async def test_everybody_sees_what_is_held_of_their_own_mailboxes(office: Office) -> None:
    mine, theirs = office.mailbox("sales"), office.mailbox("manager")
    record = office.contact("sales", lastname="Lovelace")
    hold(office, mine, "Lovelace", record=record)
    hold(office, mine, "Hidden")
    hold(office, mine, "Item", "DELETE_ITEM")
    hold(office, theirs, "Other")

    seen = (await office.data("sales", HELD))["heldDeletions"]
    everything = (await office.data("admin", HELD))["heldDeletions"]
    of_box = (await office.data("admin", HELD, box=f"mailbox:{theirs}"))["heldDeletions"]

    # Of a record that the caller cannot see, for instance since it is gone, the name is not told.
    assert [node["subject"] for node in seen["nodes"]] == ["Lovelace", "***", "Item"]
    assert [node["subject"] for node in everything["nodes"]] == ["Lovelace", "Hidden", "Item", "Other"]
    assert (seen["totalCount"], of_box["totalCount"]) == (3, 1)


async def test_a_held_unlinking_is_called_by_the_record_that_stays(office: Office) -> None:
    box = office.mailbox("sales")
    hold(office, box, "0198.vcf", "UNLINK", office.contact("sales", fullname="Ada Lovelace"))
    hold(office, box, "0199.vcf", "UNLINK", office.contact("manager", fullname="Grace Hopper"))
    hold(office, box, "0200.vcf", "UNLINK")

    seen = (await office.data("sales", HELD))["heldDeletions"]["nodes"]
    everything = (await office.data("admin", HELD))["heldDeletions"]["nodes"]

    assert [node["subject"] for node in seen] == ["Ada Lovelace", "***", "***"]
    assert [node["subject"] for node in everything] == ["Ada Lovelace", "Grace Hopper", "0200.vcf"]


async def test_some_or_all_are_released_and_a_run_starts(office: Office) -> None:
    box = office.mailbox("sales")
    first, second, third = (hold(office, box, name) for name in "abc")

    some = await release(office, "sales", box, [second])
    rest = await release(office, "admin", box)
    seen = (await office.data("admin", HELD))["heldDeletions"]["nodes"]

    assert [one["id"] for one in some["heldDeletions"]] == [f"heldDeletion:{second}"]
    assert some["run"]["mailbox"]["id"] == f"mailbox:{box}"
    assert office.runner.started == [some["run"]["id"].removeprefix("run:")]
    assert (rest["run"], rest["errors"]) == (None, [])  # the first run is still under way
    assert {node["id"]: node["releasedBy"]["name"] for node in seen} == {
        f"heldDeletion:{first}": "Admin", f"heldDeletion:{second}": "Sales", f"heldDeletion:{third}": "Admin",
    }  # fmt: skip


async def test_nobody_releases_what_is_held_of_somebody_elses_mailbox(office: Office) -> None:
    box, other = office.mailbox("sales"), office.mailbox("manager")
    held, foreign = hold(office, box, "a"), hold(office, other, "b")

    by_other = await release(office, "manager", box, [held])
    mixed = await release(office, "sales", box, [held, foreign])

    assert [(e["code"], e["path"]) for e in by_other["errors"]] == [("NOT_FOUND", ["input", "mailboxId"])]
    assert [(e["code"], e["path"]) for e in mixed["errors"]] == [("NOT_FOUND", ["input", "heldDeletionIds"])]
    nodes = (await office.data("admin", HELD))["heldDeletions"]["nodes"]
    assert [node["releasedAt"] for node in nodes] == [None, None]


async def test_the_quarantine_names_items_and_ones_own_records_and_no_others(office: Office) -> None:
    box = office.mailbox("sales")
    keep(office, box)
    keep(office, box, "CRM", owner_id=office.people["sales"])
    keep(office, box, "CRM", owner_id=office.people["manager"])
    keep(office, office.mailbox("manager"))

    seen = (await office.data("sales", COPIES))["quarantine"]
    everything = (await office.data("admin", COPIES))["quarantine"]

    assert [node["subject"] for node in seen["nodes"]] == ["***", "Ada", "Ada"]
    assert [node["subject"] for node in everything["nodes"]] == ["Ada"] * 4


async def test_restoring_starts_a_run_that_puts_this_copy_back(office: Office) -> None:
    copy = keep(office, office.mailbox("sales"))

    restored = (await office.data("sales", RESTORE, id=f"quarantined:{copy}"))["quarantineRestore"]

    assert restored["errors"] == []
    assert restored["run"]["undoes"] == {"quarantinedId": f"quarantined:{copy}"}
    assert office.runner.started == [restored["run"]["id"].removeprefix("run:")]


async def test_what_cannot_be_restored_is_refused(office: Office) -> None:
    box, now = office.mailbox("sales"), office.clock.now()
    expired = keep(office, box, expires_at=now)
    back = keep(office, box, restored_at=now)
    theirs = keep(office, office.mailbox("manager"))

    async def code(copy: str) -> list[str]:
        answer = (await office.data("sales", RESTORE, id=f"quarantined:{copy}"))["quarantineRestore"]
        assert answer["run"] is None
        return [error["code"] for error in answer["errors"]]

    assert await code(expired) == await code(theirs) == ["NOT_FOUND"]
    assert await code(back) == ["ALREADY_RESTORED"]
    office.run(box)
    assert await code(keep(office, box)) == ["MAILBOX_BUSY"]
    assert office.database.read_now(lambda c: len(c.execute(table_of(Run).select()).all())) == 1
