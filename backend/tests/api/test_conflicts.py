"""Conflicts and the history over the API, above a run that never comes: who decides what, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from api.office import Office
from fieldsync.catalogue.fields import catalogue
from fieldsync.core.conflicts import ConflictState
from fieldsync.db.columns import table_of
from fieldsync.db.records import Contact
from fieldsync.db.repo import conflicts as conflict_rows
from fieldsync.db.tables import LostValue, Run
from fieldsync.security.sealed_values import open_value, seal_value

RESOLVE = """mutation($input: ConflictResolveInput!){conflictResolve(input: $input){
  conflict{id state choice value revision viewerCanResolve resolvedBy{name}} run{id} errors{code}}}"""
RESTORE = """mutation($input: LostValueRestoreInput!){lostValueRestore(input: $input){
  lostValue{id restoredAt} run{id} errors{code message path}}}"""
ADDRESS = ("1 Road", "", "", "Town", "", "12345", "Here", "")


async def contact(office: Office) -> str:
    made = 'mutation{contactCreate(input: {lastName: "Lovelace", jobTitle: "Chief"}){contact{id}}}'
    return (await office.data("sales", made))["contactCreate"]["contact"]["id"].partition(":")[2]


async def asked(office: Office, field_id: str = "CONTACT.jobtitle") -> str:
    """A conflict in the inbox of sales; the id of the mailbox."""
    record, mailbox = await contact(office), office.mailbox("sales")
    box, empty = office.parts.box, catalogue().by_id[field_id].empty
    values = {"crm_box": ("Chief", *empty[1:]), "outlook_box": ("Boss", *empty[1:])}

    def unit(connection: Any) -> None:
        conflict_rows.insert_many(
            connection,
            [
                {
                    "id": "asked", "mailbox_id": mailbox, "run_id": "none", "kind": "CONTACT",
                    "link_id": "link", "record_id": record, "field_id": field_id, "subject": "Lovelace",
                    "reason": "both sides changed", "state": "OPEN", "found_at": office.clock.now(), "revision": 1,
                    **{name: seal_value(box, value) for name, value in values.items()},
                }
            ],
        )  # fmt: skip

    office.write(unit)
    return mailbox


async def test_the_inbox_shows_both_values_and_says_what_it_is_about(office: Office) -> None:
    await asked(office)

    answer = await office.data(
        "sales",
        "{conflicts(state: OPEN){totalCount nodes{subject reason crmValue outlookValue viewerCanResolve "
        "mapping{crmLabel} mailbox{id}}}}",
    )

    (found,) = answer["conflicts"]["nodes"]
    assert (found["crmValue"], found["outlookValue"]) == (["Chief"], ["Boss"])
    assert (found["subject"], found["viewerCanResolve"]) == ("Lovelace", True)
    assert (await office.data("sales", "{conflicts(state: GONE){totalCount}}"))["conflicts"]["totalCount"] == 0
    assert (await office.data("manager", "{conflicts{totalCount}}"))["conflicts"]["totalCount"] == 0


async def test_a_decision_is_stored_and_a_run_starts_at_once(office: Office) -> None:
    await asked(office)

    wanted = {"conflictId": "conflict:asked", "choice": "VALUE", "value": ["Countess"], "expectedRevision": 1}
    payload = (await office.data("sales", RESOLVE, input=wanted))["conflictResolve"]

    assert payload["errors"] == []
    assert payload["conflict"] == {
        "id": "conflict:asked", "state": "RESOLVED", "choice": "VALUE", "value": ["Countess"], "revision": 2,
        "viewerCanResolve": True, "resolvedBy": {"name": "Sales"},
    }  # fmt: skip
    assert office.runner.started == [payload["run"]["id"].partition(":")[2]]


async def test_a_decision_while_a_run_is_under_way_waits_for_the_next(office: Office) -> None:
    mailbox = await asked(office)
    await office.services.runs.start(office.actor("sales"), [mailbox])

    wanted = {"conflictId": "conflict:asked", "choice": "CRM"}
    payload = (await office.data("sales", RESOLVE, input=wanted))["conflictResolve"]

    assert (payload["conflict"]["state"], payload["run"], payload["errors"]) == ("RESOLVED", None, [])


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"choice": "CRM", "expectedRevision": 7}, "STALE_REVISION"),
        ({"choice": "CRM", "value": ["x"]}, "INVALID_INPUT"),
        ({"choice": "VALUE"}, "INVALID_INPUT"),
        ({"choice": "VALUE", "value": ["a", "b"]}, "INVALID_INPUT"),
        ({"choice": "VALUE", "value": ["x" * 101]}, "INVALID_INPUT"),
        ({"choice": "VALUE", "value": ["nul \x00"]}, "INVALID_INPUT"),
    ],
)
async def test_a_decision_that_makes_no_sense_is_refused(office: Office, wanted: dict, code: str) -> None:
    await asked(office)

    payload = (await office.data("sales", RESOLVE, input={"conflictId": "conflict:asked"} | wanted))["conflictResolve"]

    assert [error["code"] for error in payload["errors"]] == [code]
    assert office.runner.started == []


async def test_a_conflict_that_ended_takes_no_decision(office: Office) -> None:
    await asked(office)
    office.write(lambda connection: conflict_rows.close(connection, {"asked": ConflictState.GONE}))

    payload = (await office.data("sales", RESOLVE, input={"conflictId": "conflict:asked", "choice": "CRM"}))[
        "conflictResolve"
    ]

    assert [error["code"] for error in payload["errors"]] == ["CONFLICT_ENDED"]


async def test_who_may_not_read_the_field_decides_nothing(office: Office) -> None:
    await asked(office, "CONTACT.governmentid")
    secured = 'mutation{columnSecure(input: {kind: CONTACT, attribute: "governmentid"}){errors{code}}}'
    assert (await office.data("admin", secured))["columnSecure"]["errors"] == []

    answer = await office.data("sales", "{conflicts{nodes{crmValue outlookValue viewerCanResolve}}}")
    payload = (await office.data("sales", RESOLVE, input={"conflictId": "conflict:asked", "choice": "CRM"}))[
        "conflictResolve"
    ]

    assert answer["conflicts"]["nodes"] == [{"crmValue": None, "outlookValue": None, "viewerCanResolve": False}]
    assert [error["code"] for error in payload["errors"]] == ["FIELD_WITHHELD"]


# The history


async def lost(office: Office, side: str = "CRM", field_id: str = "CONTACT.jobtitle", value: tuple = ("Boss",)) -> str:
    """A value that gave way in the mailbox of sales; the id of its record."""
    record, mailbox = await contact(office), office.mailbox("sales")
    run = (await office.services.runs.start(office.actor("sales"), [mailbox]))[0].id
    now = office.clock.now()

    def unit(connection: Any) -> None:
        connection.execute(
            update(table_of(Run)).where(Run.id == run).values(state="SUCCEEDED", started_at=now, finished_at=now)
        )
        connection.execute(
            insert(table_of(LostValue)).values(
                id="lost", run_id=run, record_id=record, field_id=field_id, side=side, lost_at=now, kind="CONTACT",
                value_box=seal_value(office.parts.box, value), mailbox_id=mailbox,
                expires_at=now + timedelta(days=90),
            )
        )  # fmt: skip

    office.write(unit)
    return record


def stored(office: Office, record: str) -> Any:
    table = table_of(Contact)
    return office.database.read_now(lambda c: c.execute(select(table).where(table.c.id == record)).mappings().one())


async def test_what_gave_way_is_put_back_as_an_edit_and_a_run_carries_it_on(office: Office) -> None:
    record = await lost(office, "OUTLOOK")

    answer = await office.data(
        "sales", "{history{nodes{recordId subject value side expiresAt restoredAt mapping{crmLabel}}}}"
    )
    payload = (await office.data("sales", RESTORE, input={"lostValueId": "lostValue:lost"}))["lostValueRestore"]
    again = (await office.data("sales", RESTORE, input={"lostValueId": "lostValue:lost"}))["lostValueRestore"]

    (found,) = answer["history"]["nodes"]
    assert (found["recordId"], found["value"], found["restoredAt"]) == (f"contact:{record}", ["Boss"], None)
    assert found["subject"] == stored(office, record)["fullname"]
    assert payload["errors"] == []
    assert payload["lostValue"]["restoredAt"]
    assert payload["run"]["id"].partition(":")[2] == office.runner.started[-1]
    assert stored(office, record)["jobtitle"] == "Boss"
    assert [error["code"] for error in again["errors"]] == ["ALREADY_RESTORED"]


async def test_the_history_names_a_record_only_to_whoever_still_sees_it(office: Office) -> None:
    record = await lost(office)
    admin = (await office.data("admin", "{viewer{principal{id}}}"))["viewer"]["principal"]["id"]
    give = "mutation($input: ContactAssignInput!){contactAssign(input: $input){errors{code}}}"
    given = await office.data("admin", give, input={"contactId": f"contact:{record}", "ownerId": admin})
    assert given["contactAssign"]["errors"] == []

    told = {user: await office.data(user, "{history{nodes{subject recordId value}}}") for user in ("sales", "admin")}
    delete = "mutation($input: ContactDeleteInput!){contactDelete(input: $input){errors{code}}}"
    deleted = await office.data("admin", delete, input={"contactId": f"contact:{record}"})
    assert deleted["contactDelete"]["errors"] == []
    after = await office.data("admin", "{history{nodes{subject}}}")

    assert told["sales"]["history"]["nodes"] == [{"subject": "***", "recordId": None, "value": None}]
    assert told["admin"]["history"]["nodes"][0]["subject"] == "Lovelace"
    assert after["history"]["nodes"] == [{"subject": "***"}]


async def test_a_composite_comes_back_with_all_its_parts(office: Office) -> None:
    record = await lost(office, "CRM", "CONTACT.address1", ADDRESS)

    payload = (await office.data("sales", RESTORE, input={"lostValueId": "lostValue:lost"}))["lostValueRestore"]

    assert payload["errors"] == []
    assert (stored(office, record)["address1_line1"], stored(office, record)["address1_city"]) == ("1 Road", "Town")


async def test_a_composite_of_old_whose_parts_nobody_knows_is_not_guessed(office: Office) -> None:
    await lost(office, "CRM", "CONTACT.address1", ("1 Road\nTown",))

    payload = (await office.data("sales", RESTORE, input={"lostValueId": "lostValue:lost"}))["lostValueRestore"]

    assert [error["code"] for error in payload["errors"]] == ["INVALID_INPUT"]


async def test_what_does_not_travel_to_outlook_is_not_put_back_there(office: Office) -> None:
    record = await lost(office, "OUTLOOK")
    to_crm = """mutation{mappingDirectionsSet(input: {publish: true, changes: [
      {mappingId: "mapping:default:CONTACT.jobtitle", direction: TO_CRM, expectedRevision: 1}]}){errors{code}}}"""
    assert (await office.data("admin", to_crm))["mappingDirectionsSet"]["errors"] == []

    payload = (await office.data("sales", RESTORE, input={"lostValueId": "lostValue:lost"}))["lostValueRestore"]

    assert [error["code"] for error in payload["errors"]] == ["NOT_RESTORABLE"]
    assert stored(office, record)["jobtitle"] == "Chief"


async def test_putting_back_is_an_edit_within_ones_rights(office: Office) -> None:
    record = await lost(office, "CRM", "CONTACT.governmentid", ("123",))
    secured = 'mutation{columnSecure(input: {kind: CONTACT, attribute: "governmentid"}){errors{code}}}'
    assert (await office.data("admin", secured))["columnSecure"]["errors"] == []

    payload = (await office.data("sales", RESTORE, input={"lostValueId": "lostValue:lost"}))["lostValueRestore"]
    foreign = (await office.data("manager", RESTORE, input={"lostValueId": "lostValue:lost"}))["lostValueRestore"]

    assert [error["code"] for error in payload["errors"]] == ["FIELD_WITHHELD"]
    assert [error["code"] for error in foreign["errors"]] == ["NOT_FOUND"]
    kept = office.database.read_now(lambda c: c.execute(select(table_of(LostValue))).mappings().one())
    assert (kept["restored_at"], open_value(office.parts.box, kept["value_box"])) == (None, ("123",))
    assert stored(office, record)["governmentid"] is None
