"""What goes out and what comes in: filters, incoming rules, private items, opt-outs."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from authority import Authority
from engine.pair import Pair
from engine.scope_pair import MINE, ScopePair, all_of, contains, of
from fieldsync.core.filters import Group, Operator, Row
from fieldsync.core.incoming import IncomingMode
from fieldsync.core.privileges import SHAREABLE, AccessLevel, Privilege
from fieldsync.core.runs import RunState
from fieldsync.db.columns import table_of
from fieldsync.db.repo.sync_filters import FilterScope
from fieldsync.db.rights import RecordShare

LOOMS, ENGINES = contains("department", "loom"), contains("department", "engine")
TRACKED = "CATEGORIES:Tracked"


@pytest.fixture
def here(pair: Pair) -> ScopePair:
    return of(pair)


# filters


async def test_several_filters_add_up_and_one_that_excludes_takes_away(here: ScopePair) -> None:
    here.filters(LOOMS, ENGINES)
    here.record(name="Ada Lovelace", department="Looms")
    here.record(name="Charles Babbage", department="Engines")
    here.record(name="Mary Somerville", department="Stars")
    here.record(name="Nobody Known", department="Looms", jobtitle="Secret agent")
    here.add_filter(contains("jobtitle", "secret"), excludes=True)

    await here.sync_twice()

    assert set(here.items()) == {"Ada Lovelace", "Charles Babbage"}


async def test_without_an_active_filter_nothing_goes_out(here: ScopePair) -> None:
    here.filters()
    here.add_filter(LOOMS, active=False)
    here.record(name="Ada Lovelace", department="Looms")

    await here.sync_twice()

    assert here.items() == {}


async def test_a_filter_of_the_organization_holds_for_everybody(here: ScopePair) -> None:
    here.filters()
    here.add_filter(LOOMS, scope=FilterScope.ORGANIZATION)
    here.record(name="Ada Lovelace", department="Looms")

    await here.sync_twice()

    assert set(here.items()) == {"Ada Lovelace"}


async def test_a_record_that_leaves_its_filter_is_unlinked_and_nothing_is_deleted(here: ScopePair) -> None:
    here.filters(LOOMS)
    record = here.record(name="Ada Lovelace", department="Looms")
    await here.sync_twice()

    here.edit(record, department="Poetry")
    outcome = await here.sync_twice()

    assert outcome.operations == [("UNLINK", "APPLIED")]
    assert here.states() == {record: "OUT_OF_SCOPE"}
    assert set(here.items()) == {"Ada Lovelace"}
    assert here.item(here.items()["Ada Lovelace"])["department"] == "Looms"


async def test_a_filter_that_is_changed_takes_effect_at_the_next_run_and_back_again(here: ScopePair) -> None:
    here.filters(LOOMS)
    ada = here.record(name="Ada Lovelace", department="Looms")
    charles = here.record(name="Charles Babbage", department="Engines")
    await here.sync_twice()

    here.filters(ENGINES)
    changed = await here.sync_twice()
    here.edit_item(here.items()["Ada Lovelace"], jobtitle="Countess")
    await here.sync_twice()
    assert here.crm("Ada Lovelace")["jobtitle"] is None
    here.filters(LOOMS, ENGINES)
    back = await here.sync_twice()

    assert sorted(changed.operations) == [("CREATE_ITEM", "APPLIED"), ("UNLINK", "APPLIED")]
    assert ("LINK", "APPLIED") in back.operations
    assert here.states() == {ada: None, charles: None}
    assert here.crm("Ada Lovelace")["jobtitle"] == "Countess"
    assert len(here.items()) == len(here.records()) == 2


async def test_another_filter_costs_no_look_at_items_that_stay(here: ScopePair) -> None:
    here.filters(LOOMS)
    for number in range(5):
        here.record(name=f"Person {number}", department="Looms")
    await here.sync_twice()
    idle = await here.sync()

    here.add_filter(ENGINES)
    looked = await here.sync()
    after = await here.sync()

    assert (looked.writes, looked.row["counts"]["items_changed"]) == (0, 0)
    assert looked.row["requests"] == after.row["requests"] == idle.row["requests"]


async def test_a_record_enters_and_leaves_with_the_days_though_nothing_changed(here: ScopePair) -> None:
    here.filters(all_of(MINE, Row("anniversary", Operator.NEXT_DAYS, "2")))
    record = here.record(name="Ada Lovelace", anniversary="2026-03-05")

    found = []
    for _ in range(6):
        outcome = await here.sync_twice()
        found.append([action for action, _ in outcome.operations])
        here.clock.at += timedelta(days=1)

    assert found == [[], ["CREATE_ITEM"], [], [], ["UNLINK"], []]
    assert here.states() == {record: "OUT_OF_SCOPE"}


async def test_the_day_is_that_of_the_mailbox(here: ScopePair) -> None:
    here.filters(all_of(MINE, Row("anniversary", Operator.NEXT_DAYS, "1")))
    here.record(name="Ada Lovelace", anniversary="2026-03-04")
    await here.sync_twice()
    assert here.items() == {}

    here.zone("Pacific/Kiritimati")  # fourteen hours ahead: tomorrow already
    await here.sync_twice()

    assert set(here.items()) == {"Ada Lovelace"}


async def test_a_run_that_dies_before_its_end_looks_again_at_what_entered_and_left(here: ScopePair) -> None:
    here.filters(LOOMS)
    here.record(name="Ada Lovelace", department="Looms")
    here.record(name="Charles Babbage", department="Engines")
    await here.sync_twice()

    here.filters(ENGINES)
    here.faults.fail_after = 1
    broken = await here.sync()
    here.faults.fail_after = None
    await here.sync()
    await here.sync_twice()

    assert broken.state is RunState.FAILED
    assert sorted(here.states().values(), key=str) == [None, "OUT_OF_SCOPE"]
    assert len(here.items()) == 2


async def test_a_filter_on_a_column_its_owner_may_not_read_matches_nothing_and_says_so(here: ScopePair) -> None:
    here.filters(contains("governmentid", "4"))
    here.record(name="Ada Lovelace", governmentid="123456")
    await here.sync_twice()
    assert set(here.items()) == {"Ada Lovelace"}

    Authority(here.database).secure("governmentid")
    outcome = await here.sync()
    second = await here.sync()

    assert [problem["code"] for problem in outcome.problems] == ["FILTER_UNREADABLE"]
    assert "governmentid" in outcome.problems[0]["message"]
    assert set(here.states().values()) == {"OUT_OF_SCOPE"}
    assert second.writes == 0


async def test_the_opposite_of_a_withheld_value_tells_nothing_either(here: ScopePair) -> None:
    Authority(here.database).secure("governmentid")
    here.filters(all_of(MINE, Row("governmentid", Operator.NOT_EQUALS, "1")))
    here.add_filter(all_of(Row("governmentid", Operator.IS_EMPTY)))
    here.record(name="Ada Lovelace", governmentid="1")
    here.record(name="Charles Babbage")

    await here.sync_twice()

    assert here.items() == {}


async def test_a_filter_reaches_no_further_than_its_owners_rights(here: ScopePair) -> None:
    rights = Authority(here.database)
    here.filters(Group())
    mine, theirs = here.record(name="Ada Lovelace"), here.record(name="Charles Babbage")
    here.hand_over(theirs, here.other)
    await here.sync_twice()
    assert set(here.items()) == {"Ada Lovelace"}

    rights.share(theirs, here.principal, SHAREABLE[Privilege.READ])
    await here.sync_twice()
    assert set(here.items()) == {"Ada Lovelace", "Charles Babbage"}
    here.edit_item(here.items()["Charles Babbage"], jobtitle="Engineer")
    await here.sync_twice()
    assert here.crm("Charles Babbage")["jobtitle"] is None
    rights._execute(delete(table_of(RecordShare)))
    await here.sync_twice()

    assert here.states() == {mine: None, theirs: "OUT_OF_SCOPE"}
    assert len(here.items()) == 2


async def test_other_peoples_records_are_written_as_far_as_rights_reach(here: ScopePair) -> None:
    wide = {Privilege.READ: AccessLevel.ORGANIZATION, Privilege.WRITE: AccessLevel.ORGANIZATION}
    Authority(here.database).role("Wide", wide, here.principal)
    here.filters(all_of(Row("department", Operator.EQUALS, "Looms")))
    theirs = here.record(name="Charles Babbage", department="Looms")
    here.hand_over(theirs, here.other)
    await here.sync_twice()

    here.edit_item(here.items()["Charles Babbage"], jobtitle="Engineer")
    await here.sync_twice()

    assert here.crm("Charles Babbage")["jobtitle"] == "Engineer"
    assert here.crm("Charles Babbage")["owner_id"] == here.other


# what came in


async def test_what_came_in_is_followed_though_no_filter_names_it(here: ScopePair) -> None:
    here.filters(LOOMS)
    href = here.put("Ada Lovelace")
    await here.sync_twice()

    here.edit_item(href, jobtitle="Countess")
    await here.sync_twice()
    here.edit(here.crm("Ada Lovelace")["id"], jobtitle="Analyst")
    await here.sync_twice()

    assert here.item(href)["jobtitle"] == "Analyst"
    assert set(here.states().values()) == {None}


async def test_what_came_in_goes_by_the_filters_once_one_names_it(here: ScopePair) -> None:
    here.filters(LOOMS)
    here.put("Ada Lovelace")
    await here.sync_twice()
    record = here.crm("Ada Lovelace")["id"]

    here.edit(record, department="Looms")
    await here.sync_twice()
    here.edit(record, department="Poetry")
    await here.sync_twice()

    assert here.states() == {record: "OUT_OF_SCOPE"}


async def test_what_came_in_and_was_given_to_somebody_else_is_left(here: ScopePair) -> None:
    here.filters(LOOMS)
    here.put("Ada Lovelace")
    await here.sync_twice()
    record = here.crm("Ada Lovelace")["id"]

    here.hand_over(record, here.other)
    await here.sync_twice()

    assert here.states() == {record: "OUT_OF_SCOPE"}


async def test_what_came_in_and_is_excluded_is_made_and_left(here: ScopePair) -> None:
    here.add_filter(contains("jobtitle", "secret"), excludes=True)
    href = here.put("Ada Lovelace", jobtitle="Secret agent")

    await here.sync_twice()
    here.edit_item(href, department="Looms")
    await here.sync_twice()

    assert here.crm("Ada Lovelace")["department"] is None
    assert set(here.states().values()) == {"OUT_OF_SCOPE"}


# what comes in


async def test_only_tracked_items_come_in_where_the_rule_says_so(here: ScopePair) -> None:
    here.incoming(IncomingMode.TRACKED)
    href = here.put("Ada Lovelace")
    here.put("Charles Babbage", "CATEGORIES:friends,TRACKED")

    await here.sync_twice()
    assert set(here.records()) == {"Charles Babbage"}
    body = here.server.items[href].body
    here.server.put(href, body.replace(b"END:VCARD", TRACKED.encode() + b"\r\nEND:VCARD"))
    await here.sync_twice()

    assert set(here.records()) == {"Ada Lovelace", "Charles Babbage"}


@pytest.mark.parametrize("mode", [IncomingMode.TRACKED, IncomingMode.NONE])
async def test_a_record_finds_its_item_though_the_item_would_not_come_in(here: ScopePair, mode: IncomingMode) -> None:
    here.incoming(mode)
    href = here.put("Ada Lovelace", emailaddress1="ada@example.com")
    await here.sync_twice()
    assert here.records() == {}

    here.record(name="Ada Lovelace", emailaddress1="ada@example.com", jobtitle="Analyst")
    await here.sync_twice()

    assert set(here.server.items) == {href}
    assert here.item(href)["jobtitle"] == "Analyst"


async def test_another_rule_takes_in_what_was_left_so_far(here: ScopePair) -> None:
    here.incoming(IncomingMode.NONE)
    here.put("Ada Lovelace")
    await here.sync_twice()

    here.incoming(IncomingMode.ALL)
    await here.sync_twice()

    assert set(here.records()) == {"Ada Lovelace"}


async def test_a_linked_pair_is_followed_whatever_comes_in(here: ScopePair) -> None:
    href = here.put("Ada Lovelace")
    await here.sync_twice()

    here.incoming(IncomingMode.NONE)
    await here.sync_twice()
    here.edit_item(href, jobtitle="Countess")
    await here.sync_twice()

    assert here.crm("Ada Lovelace")["jobtitle"] == "Countess"


# private items


async def test_private_items_are_nobodys_business(here: ScopePair) -> None:
    here.put("Ada Lovelace", "CLASS:PRIVATE", emailaddress1="ada@example.com")
    here.record(name="Ada Lovelace", emailaddress1="ada@example.com", jobtitle="Analyst")

    outcome = await here.sync_twice()

    assert outcome.writes == 0
    assert len(here.records()) == len(here.server.items) == 1


async def test_private_items_come_in_where_the_rule_says_so(here: ScopePair) -> None:
    here.incoming(IncomingMode.ALL, private=True)
    here.put("Ada Lovelace", "CLASS:PRIVATE")

    await here.sync_twice()

    assert set(here.records()) == {"Ada Lovelace"}


async def test_an_item_that_becomes_private_is_left_and_followed_again_afterwards(here: ScopePair) -> None:
    href = here.put("Ada Lovelace", "CLASS:PUBLIC")
    await here.sync_twice()
    record = here.crm("Ada Lovelace")["id"]

    hidden = here.server.items[href].body.replace(b"CLASS:PUBLIC", b"CLASS:PRIVATE")
    here.server.put(href, hidden)
    here.edit_item(href, jobtitle="Secret")
    outcome = await here.sync_twice()
    assert outcome.operations == [("UNLINK", "APPLIED")]
    assert here.states() == {record: "PRIVATE"}
    here.edit(record, department="Looms")
    await here.sync_twice()
    assert (here.crm("Ada Lovelace")["jobtitle"], here.item(href)["department"]) == (None, "")
    here.server.put(href, here.server.items[href].body.replace(b"CLASS:PRIVATE", b"CLASS:PUBLIC"))
    await here.sync_twice()

    assert here.states() == {record: None}
    assert (here.crm("Ada Lovelace")["jobtitle"], here.item(href)["department"]) == ("Secret", "Looms")


async def test_private_items_that_were_followed_are_left_once_the_rule_changes(here: ScopePair) -> None:
    here.incoming(IncomingMode.ALL, private=True)
    here.put("Ada Lovelace", "CLASS:PRIVATE")
    await here.sync_twice()

    here.incoming(IncomingMode.ALL)
    await here.sync_twice()

    assert set(here.states().values()) == {"PRIVATE"}


# opt-outs


async def test_what_is_opted_out_stays_away_until_it_is_taken_back(here: ScopePair) -> None:
    record = here.record(name="Ada Lovelace")
    await here.sync_twice()
    href = here.items()["Ada Lovelace"]

    opt_out = here.opt_out(record)
    outcome = await here.sync_twice()
    here.edit(record, jobtitle="Analyst")
    here.edit_item(href, department="Looms")
    await here.sync_twice()
    assert outcome.operations == [("UNLINK", "APPLIED")]
    assert here.states() == {record: "OPTED_OUT"}
    assert (here.item(href)["jobtitle"], here.crm("Ada Lovelace")["department"]) == ("", None)
    here.opt_in(opt_out)
    await here.sync_twice()

    assert (here.item(href)["jobtitle"], here.crm("Ada Lovelace")["department"]) == ("Analyst", "Looms")


async def test_a_pair_is_opted_out_by_its_item_and_stays_away_across_reconnects(here: ScopePair) -> None:
    href = here.put("Ada Lovelace")
    await here.sync_twice()
    body, uid = here.server.items[href].body, here.links()[0]["uid"]

    here.opt_out(uid=uid)
    await here.sync_twice()
    assert set(here.states().values()) == {"OPTED_OUT"}
    here.reconnect()
    here.server.put("/elsewhere.vcf", body)
    outcome = await here.sync_twice()

    assert outcome.writes == 0
    assert len(here.records()) == len(here.server.items) == 1


async def test_an_unlinked_item_is_opted_out_by_its_uid(here: ScopePair) -> None:
    href = here.put("Ada Lovelace")
    uid = href.rsplit("/", 1)[-1].removesuffix(".vcf")

    opt_out = here.opt_out(uid=uid)
    await here.sync_twice()
    here.edit_item(href, jobtitle="Countess")
    await here.sync_twice()
    assert here.records() == {}
    here.opt_in(opt_out)
    await here.sync_twice()

    assert set(here.records()) == {"Ada Lovelace"}


async def test_a_record_opted_out_before_it_was_ever_sent_stays(here: ScopePair) -> None:
    here.opt_out(here.record(name="Ada Lovelace"))
    here.record(name="Charles Babbage")

    await here.sync_twice()

    assert set(here.items()) == {"Charles Babbage"}
