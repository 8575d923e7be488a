"""What the rights of a mailbox's owner do to a sync: roles, records and columns decide what travels."""

import pytest
from sqlalchemy import update

from authority import PERMIT, Authority, everything
from engine.pair import Pair
from fieldsync.core.privileges import AccessLevel, Privilege, RoleInheritance
from fieldsync.core.runs import RunMode, RunState
from fieldsync.core.values import Direction
from fieldsync.db.tables import Principal


@pytest.fixture
def rights(pair: Pair) -> Authority:
    return Authority(pair.database)


def notes(outcome) -> list[tuple[str, str | None]]:
    return [(problem["code"], problem["field_id"]) for problem in outcome.problems]


NOT_PERMITTED = ("NOT_PERMITTED", "CONTACT.jobtitle")


async def test_the_job_title_story_keeps_and_reports(pair: Pair, rights: Authority) -> None:
    rights.secure("jobtitle", "ftpsiteurl", "governmentid")
    rights.field_profile("Sales people", "jobtitle", pair.principal, read=True)

    href = pair.put("Nancy Anderson", jobtitle="Site boss", telephone1="1")
    first = await pair.sync_twice()

    assert notes(first) == [NOT_PERMITTED]
    assert pair.crm("Nancy Anderson")["jobtitle"] is None
    assert pair.crm("Nancy Anderson")["telephone1"] == "1"
    assert pair.item(href)["jobtitle"] == "Site boss"

    pair.edit(pair.crm("Nancy Anderson")["id"], jobtitle="Construction Manager")
    second = await pair.sync_twice()

    assert pair.item(href)["jobtitle"] == "Construction Manager"
    assert notes(second) == [("OVERWRITTEN", "CONTACT.jobtitle")]
    assert pair.lost() == {"CONTACT.jobtitle": "Site boss"}


async def test_the_job_title_story_as_dynamics_tells_it_loses_her_text_from_outlook(
    pair: Pair, rights: Authority
) -> None:
    rights.secure("jobtitle", "ftpsiteurl", "governmentid")
    rights.field_profile("Sales people", "jobtitle", pair.principal, read=True)
    rights.blank()

    href = pair.put("Nancy Anderson", "X-KEPT:yes", jobtitle="Site boss", telephone1="1")
    first = await pair.sync_twice()

    assert notes(first) == [NOT_PERMITTED]
    assert pair.crm("Nancy Anderson")["jobtitle"] is None
    assert pair.item(href)["jobtitle"] == ""
    assert b"X-KEPT:yes" in pair.server.items[href].body
    assert pair.lost() == {"CONTACT.jobtitle": "Site boss"}

    pair.edit(pair.crm("Nancy Anderson")["id"], jobtitle="Construction Manager")
    await pair.sync_twice()
    assert pair.item(href)["jobtitle"] == "Construction Manager"

    pair.edit_item(href, jobtitle="Queen")
    third = await pair.sync_twice()
    assert notes(third) == [NOT_PERMITTED]
    assert pair.item(href)["jobtitle"] == "Construction Manager"


async def test_blanking_goes_on_after_a_run_died_between_record_and_item(pair: Pair, rights: Authority) -> None:
    rights.secure("jobtitle")
    rights.field_profile("Sales people", "jobtitle", pair.principal, read=True)
    rights.blank()
    href = pair.put("Nancy Anderson", jobtitle="Site boss")
    pair.faults.fail_after = 2  # the item is listed and fetched; then the server is gone

    broken = await pair.sync()
    pair.faults.fail_after = None
    await pair.sync()

    assert broken.state is RunState.FAILED
    assert pair.item(href)["jobtitle"] == ""
    assert len(pair.records()) == 1


async def test_an_edit_in_outlook_of_a_field_one_may_not_update_stays(pair: Pair, rights: Authority) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="Countess")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]
    rights.secure("jobtitle")
    rights.field_profile("Readers", "jobtitle", pair.principal, read=True, create=True)

    pair.edit_item(href, jobtitle="Queen", telephone1="7")
    outcome = await pair.sync_twice()

    assert notes(outcome) == [NOT_PERMITTED]
    assert outcome.problems[0]["record_id"] == record
    assert (pair.crm("Ada Lovelace")["jobtitle"], pair.crm("Ada Lovelace")["telephone1"]) == ("Countess", "7")
    assert pair.item(href)["jobtitle"] == "Queen"


async def test_a_secured_value_does_not_reach_the_mailbox_until_it_may_be_read(pair: Pair, rights: Authority) -> None:
    rights.secure("governmentid")
    pair.record(name="Ada Lovelace", governmentid="123-45-6789", telephone1="1")

    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]
    assert (pair.item(href)["governmentid"], pair.item(href)["telephone1"]) == ("", "1")
    assert b"6789" not in pair.server.items[href].body

    rights.field_profile("Readers", "governmentid", pair.principal, read=True)
    await pair.sync_twice()
    assert pair.item(href)["governmentid"] == "123-45-6789"


async def test_a_value_that_is_only_shown_masked_never_travels(pair: Pair, rights: Authority) -> None:
    rights.secure("governmentid", mask_keep=4)
    rights.field_profile("Readers", "governmentid", pair.principal, read=True, update=True, create=True)
    pair.record(name="Ada Lovelace", governmentid="123-45-6789")

    await pair.sync_twice()

    href = pair.items()["Ada Lovelace"]
    assert pair.item(href)["governmentid"] == ""
    pair.edit_item(href, telephone1="7")
    await pair.sync_twice()
    assert pair.crm("Ada Lovelace")["governmentid"] == "123-45-6789"


@pytest.mark.parametrize("made", [False, True])
async def test_what_a_run_wrote_unread_is_no_edit_of_the_crm_once_it_may_be_read(
    pair: Pair, rights: Authority, made: bool
) -> None:
    rights.secure("jobtitle")
    rights.field_profile("Writers", "jobtitle", pair.principal, create=True, update=True)
    href = pair.put("Ada Lovelace", **({"jobtitle": "Countess"} if made else {}))
    await pair.sync_twice()
    pair.edit_item(href, jobtitle="Countess")
    await pair.sync_twice()
    assert pair.crm("Ada Lovelace")["jobtitle"] == "Countess"

    rights.release("jobtitle")
    pair.edit_item(href, jobtitle="Queen")
    await pair.sync_twice()

    assert (pair.crm("Ada Lovelace")["jobtitle"], pair.item(href)["jobtitle"]) == ("Queen", "Queen")
    assert pair.lost() == {}


async def test_losing_the_right_to_read_a_field_takes_nothing_away(pair: Pair, rights: Authority) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="Countess")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]
    rights.secure("jobtitle")

    lost = await pair.sync_twice()
    assert lost.writes == 0
    assert pair.item(href)["jobtitle"] == "Countess"

    pair.edit(record, jobtitle="Secret", telephone1="7")
    await pair.sync_twice()
    assert (pair.item(href)["jobtitle"], pair.item(href)["telephone1"]) == ("Countess", "7")

    rights.release("jobtitle")
    await pair.sync_twice()
    assert pair.item(href)["jobtitle"] == "Secret"


async def test_a_value_that_did_not_change_while_it_was_withheld_overwrites_nothing_afterwards(
    pair: Pair, rights: Authority
) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="Countess")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]
    rights.secure("jobtitle")
    pair.edit_item(href, jobtitle="Queen")
    pair.edit(record, telephone1="7")
    await pair.sync_twice()

    rights.release("jobtitle")
    outcome = await pair.sync_twice()

    assert outcome.writes == 0
    assert (pair.crm("Ada Lovelace")["jobtitle"], pair.item(href)["jobtitle"]) == ("Countess", "Queen")


async def test_what_may_be_written_and_not_read_is_written_and_the_old_value_put_aside(
    pair: Pair, rights: Authority
) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="Countess")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]
    rights.secure("jobtitle")
    rights.field_profile("Writers", "jobtitle", pair.principal, update=True)
    pair.edit(record, jobtitle="Secret")
    await pair.sync_twice()

    pair.edit_item(href, jobtitle="Queen")
    outcome = await pair.sync_twice()

    assert pair.crm("Ada Lovelace")["jobtitle"] == "Queen"
    assert pair.lost() == {"CONTACT.jobtitle": "Secret"}
    assert not any("Secret" in str(event.body) for event in outcome.events)


async def test_without_any_right_to_read_contacts_links_are_undone_and_nothing_is_deleted(
    pair: Pair, rights: Authority
) -> None:
    pair.rule(on_record_deleted="DELETE", on_item_deleted="DELETE")
    for number in range(4):
        pair.record(name=f"Contact {number}")
    await pair.sync_twice()
    before = dict(pair.server.items)
    rights.without_roles(pair.principal)

    outcome = await pair.sync()

    assert outcome.state is RunState.SUCCEEDED
    assert outcome.counts == {"records_changed": 4, "items_changed": 4, "unlinked": 4}
    assert pair.server.items == before
    assert len(pair.records()) == 4
    assert {(link["state"], link["reason"]) for link in pair.links()} == {("UNLINKED", "OUT_OF_SCOPE")}

    rights.role("Sales", everything(), pair.principal)
    await pair.sync_twice()
    assert {link["state"] for link in pair.links()} == {"LINKED"}
    assert pair.server.items == before


async def test_the_mailbox_of_somebody_disabled_is_not_touched(pair: Pair, rights: Authority) -> None:
    pair.record(name="Ada Lovelace")
    await pair.sync_twice()
    rights.disable(pair.principal)

    outcome = await pair.sync()

    assert (outcome.state, outcome.row["error_code"]) == (RunState.FAILED, "MAILBOX_DISABLED")
    assert {link["state"] for link in pair.links()} == {"LINKED"}


async def test_a_role_that_only_reads_brings_nothing_back(pair: Pair, rights: Authority) -> None:
    rights.without_roles(pair.principal)
    rights.role("Reader", {Privilege.READ: AccessLevel.ORGANIZATION}, pair.principal)
    pair.record(name="Ada Lovelace", jobtitle="Countess")
    pair.put("Charles Babbage")

    outcome = await pair.sync_twice()

    assert set(pair.records()) == {"Ada Lovelace"}
    assert set(pair.items()) == {"Ada Lovelace", "Charles Babbage"}
    assert [(one["code"], one["subject"]) for one in outcome.problems] == [("NOT_PERMITTED", "Charles Babbage")]

    pair.edit_item(pair.items()["Ada Lovelace"], jobtitle="Queen")
    refused = await pair.sync_twice()
    assert pair.crm("Ada Lovelace")["jobtitle"] == "Countess"
    assert NOT_PERMITTED in notes(refused)

    rights.role("Sales", everything(), pair.principal)
    await pair.sync_twice()
    assert set(pair.records()) == {"Ada Lovelace", "Charles Babbage"}


async def test_nothing_is_made_that_its_owner_could_not_read(pair: Pair, rights: Authority) -> None:
    rights.without_roles(pair.principal)
    rights.role("Maker", {Privilege.CREATE: AccessLevel.ORGANIZATION}, pair.principal)
    pair.put("Charles Babbage")

    outcome = await pair.sync_twice()

    assert pair.records() == {}
    assert [(one["code"], one["subject"]) for one in outcome.problems] == [("NOT_PERMITTED", "Charles Babbage")]

    rights.role("Reader", {Privilege.READ: AccessLevel.USER}, pair.principal)
    await pair.sync_twice()
    assert set(pair.records()) == {"Charles Babbage"}


async def test_without_the_right_to_delete_a_deletion_only_unlinks(pair: Pair, rights: Authority) -> None:
    pair.rule(on_item_deleted="DELETE")
    rights.without_roles(pair.principal)
    levels = {one: level for one, level in everything().items() if one is not Privilege.DELETE}
    rights.role("No deleting", levels, pair.principal)
    pair.record(name="Ada Lovelace")
    await pair.sync_twice()

    pair.server.remove(pair.items()["Ada Lovelace"])
    await pair.sync_twice()

    assert set(pair.records()) == {"Ada Lovelace"}
    assert {link["reason"] for link in pair.links()} == {"DELETION_NOT_PERMITTED"}


async def test_a_team_role_for_the_team_only_does_not_open_ones_own_records(pair: Pair, rights: Authority) -> None:
    rights.without_roles(pair.principal)
    team = rights.team("Crew", [pair.principal])
    rights.role("Team", everything(), team, inheritance=RoleInheritance.TEAM_ONLY)
    pair.record(name="Ada Lovelace")

    outcome = await pair.sync()

    assert (outcome.state, pair.items()) == (RunState.SUCCEEDED, {})


async def test_a_column_opened_on_one_record_travels_there_and_nowhere_else(pair: Pair, rights: Authority) -> None:
    rights.secure("governmentid")
    ada = pair.record(name="Ada Lovelace", governmentid="A")
    pair.record(name="Charles Babbage", governmentid="B")
    rights.open_column(ada, "governmentid", pair.principal, read=True)

    await pair.sync_twice()

    ids = {name: pair.item(href)["governmentid"] for name, href in pair.items().items()}
    assert ids == {"Ada Lovelace": "A", "Charles Babbage": ""}
    pair.edit_item(pair.items()["Ada Lovelace"], governmentid="forged")
    await pair.sync_twice()
    assert pair.crm("Ada Lovelace")["governmentid"] == "A"


async def test_a_preview_tells_what_is_not_permitted_and_writes_nothing(pair: Pair, rights: Authority) -> None:
    rights.secure("jobtitle")
    rights.blank()
    rights.field_profile("Readers", "jobtitle", pair.principal, read=True)
    href = pair.put("Nancy Anderson", jobtitle="Site boss")

    outcome = await pair.sync(RunMode.PREVIEW)

    assert pair.records() == {}
    assert pair.item(href)["jobtitle"] == "Site boss"
    assert outcome.state is RunState.SUCCEEDED
    assert notes(outcome) == [NOT_PERMITTED]


async def test_an_administrators_mailbox_knows_no_secured_columns(pair: Pair, rights: Authority) -> None:
    rights.secure("jobtitle")
    pair.database.write_now(PERMIT, lambda c: c.execute(update(Principal.__table__).values(role="ADMINISTRATOR")))
    pair.record(name="Ada Lovelace", jobtitle="Countess")

    await pair.sync_twice()

    assert pair.item(pair.items()["Ada Lovelace"])["jobtitle"] == "Countess"


async def test_a_cut_off_address_is_as_withheld_as_its_columns(pair: Pair, rights: Authority) -> None:
    rights.secure("address1_city")
    pair.record(name="Ada Lovelace", address1=("1 Pike Street", "", "", "Seattle", "", "", "", ""))

    await pair.sync_twice()

    body = pair.server.items[pair.items()["Ada Lovelace"]].body
    assert b"Seattle" not in body
    assert b"Pike" not in body


async def test_rights_that_change_while_a_run_gathers_are_obeyed(pair: Pair, rights: Authority) -> None:
    pair.record(name="Ada Lovelace", governmentid="A", telephone1="1")

    async def secure(request: str) -> None:
        if request == "changes":
            pair.faults.before = None
            rights.secure("governmentid")

    pair.faults.before = secure

    await pair.sync()

    item = pair.item(pair.items()["Ada Lovelace"])
    assert (item["governmentid"], item["telephone1"]) == ("", "1")


async def test_the_direction_of_a_field_still_decides_before_rights_do(pair: Pair, rights: Authority) -> None:
    rights.secure("jobtitle")
    rights.field_profile("Readers", "jobtitle", pair.principal, read=True)
    pair.direct(jobtitle=Direction.TO_OUTLOOK)
    href = pair.put("Nancy Anderson", jobtitle="Site boss")

    outcome = await pair.sync_twice()

    assert notes(outcome) == []
    assert pair.item(href)["jobtitle"] == "Site boss"
