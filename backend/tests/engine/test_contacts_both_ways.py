"""Contacts between our own CRM store and a mailbox, every run done twice."""

from engine.pair import Pair
from fieldsync.core.runs import RunState
from fieldsync.core.values import Direction


async def test_an_empty_mailbox_gets_every_record_and_an_empty_crm_every_item(pair: Pair) -> None:
    pair.record(name="Ada Lovelace", jobtitle="Analyst", emailaddress1="ada@example.org")
    pair.put("Grace Hopper", jobtitle="Rear admiral", telephone1="+1 555 0100")

    outcome = await pair.sync_twice()

    assert outcome.counts == {
        "records_changed": 1,
        "items_changed": 1,
        "created_in_crm": 1,
        "created_in_outlook": 1,
    }
    assert pair.item(pair.items()["Ada Lovelace"])["jobtitle"] == "Analyst"
    assert pair.crm("Grace Hopper")["telephone1"] == "+1 555 0100"
    assert (pair.crm("Grace Hopper")["firstname"], pair.crm("Grace Hopper")["lastname"]) == ("Grace", "Hopper")


async def test_edits_travel_both_ways_and_edits_of_different_fields_both_survive(pair: Pair) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="Analyst", department="Engines")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]

    pair.edit(record, jobtitle="Chief analyst")
    pair.edit_item(href, department="Looms", mobilephone="0170 1")
    outcome = await pair.sync_twice()

    assert outcome.counts["updated_in_crm"] == outcome.counts["updated_in_outlook"] == 1
    assert (pair.item(href)["jobtitle"], pair.item(href)["department"]) == ("Chief analyst", "Looms")
    assert (pair.crm("Ada Lovelace")["jobtitle"], pair.crm("Ada Lovelace")["department"]) == ("Chief analyst", "Looms")
    assert pair.crm("Ada Lovelace")["mobilephone"] == "0170 1"


async def test_going_back_to_an_earlier_value_is_a_change_like_any_other(pair: Pair) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="v0")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]

    pair.edit(record, jobtitle="v1")
    await pair.sync_twice()
    assert pair.item(href)["jobtitle"] == "v1"
    pair.edit_item(href, jobtitle="v0")
    await pair.sync_twice()

    assert (pair.crm("Ada Lovelace")["jobtitle"], pair.item(href)["jobtitle"]) == ("v0", "v0")


async def test_what_is_not_mapped_stays_on_the_card_byte_for_byte(pair: Pair) -> None:
    extra = ("X-CUSTOM;FOO=bar:kept\\, as it is", "item1.URL:https://example.org", "item1.X-ABLabel:Blog", "GEO:1;2")
    href = pair.put("Grace Hopper", *extra, jobtitle="Captain")
    await pair.sync_twice()

    pair.edit(pair.crm("Grace Hopper")["id"], jobtitle="Rear admiral")
    await pair.sync_twice()

    body = pair.server.items[href].body.decode()
    assert pair.item(href)["jobtitle"] == "Rear admiral"
    assert [line for line in extra if line not in body] == []


async def test_a_field_set_to_none_stays_private_on_both_sides(pair: Pair) -> None:
    pair.direct(description=Direction.NONE)
    record = pair.record(name="Ada Lovelace", description="CRM secret")
    href = pair.put("Grace Hopper", description="Outlook secret")

    await pair.sync_twice()
    assert pair.item(pair.items()["Ada Lovelace"])["description"] == ""
    assert pair.crm("Grace Hopper")["description"] is None
    pair.edit(record, description="CRM secret 2", jobtitle="Analyst")
    pair.edit_item(href, description="Outlook secret 2", jobtitle="Admiral")
    await pair.sync_twice()

    assert pair.item(pair.items()["Ada Lovelace"])["description"] == ""
    assert pair.crm("Grace Hopper")["description"] is None
    assert pair.crm("Grace Hopper")["jobtitle"] == "Admiral"


async def test_a_stray_edit_stays_until_the_leader_changes(pair: Pair) -> None:
    pair.direct(jobtitle=Direction.TO_OUTLOOK)
    record = pair.record(name="Ada Lovelace", jobtitle="Buyer")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]

    pair.edit_item(href, jobtitle="Chief buyer")
    outcome = await pair.sync_twice()
    assert (pair.crm("Ada Lovelace")["jobtitle"], pair.item(href)["jobtitle"]) == ("Buyer", "Chief buyer")
    assert [problem["code"] for problem in outcome.problems] == ["STRAY"]
    pair.edit(record, jobtitle="Head of purchase")
    await pair.sync_twice()

    assert pair.item(href)["jobtitle"] == "Head of purchase"


async def test_a_value_that_led_until_its_direction_turned_is_put_aside_when_it_is_overwritten(pair: Pair) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="typed while it led")
    pair.direct(jobtitle=Direction.TO_CRM)
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]
    assert pair.item(href)["jobtitle"] == ""

    pair.edit_item(href, jobtitle="from Outlook")
    await pair.sync_twice()
    assert pair.crm("Ada Lovelace")["jobtitle"] == "from Outlook"
    assert pair.lost() == {"CONTACT.jobtitle": "typed while it led"}

    pair.edit_item(href, jobtitle="from Outlook again")
    outcome = await pair.sync_twice()
    assert pair.crm("Ada Lovelace")["jobtitle"] == "from Outlook again"
    assert outcome.problems == [], "what came from Outlook is no edit of the CRM"
    assert record in {link["record_id"] for link in pair.links()}


async def test_in_a_conflict_the_crm_leads_and_the_other_value_is_put_aside(pair: Pair) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="v0")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]

    pair.edit(record, jobtitle="from CRM")
    pair.edit_item(href, jobtitle="from Outlook")
    outcome = await pair.sync_twice()

    assert (pair.crm("Ada Lovelace")["jobtitle"], pair.item(href)["jobtitle"]) == ("from CRM", "from CRM")
    assert [(problem["code"], problem["field_id"]) for problem in outcome.problems] == [
        ("CONFLICT", "CONTACT.jobtitle")
    ]
    assert outcome.counts["conflicts"] == 1
    assert pair.lost() == {"CONTACT.jobtitle": "from Outlook"}


async def test_the_same_edit_on_both_sides_agrees(pair: Pair) -> None:
    record = pair.record(name="Ada Lovelace", jobtitle="v0")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]

    pair.edit(record, jobtitle="v1")
    pair.edit_item(href, jobtitle="v1")
    outcome = await pair.sync_twice()

    assert outcome.writes == 0
    assert outcome.problems == []


async def test_a_changed_direction_alone_writes_nothing(pair: Pair) -> None:
    pair.direct(description=Direction.NONE)
    pair.record(name="Ada Lovelace", description="CRM only")
    await pair.sync_twice()
    href = pair.items()["Ada Lovelace"]

    pair.direct(description=Direction.BOTH)
    outcome = await pair.sync_twice()

    assert outcome.writes == 0
    assert pair.item(href)["description"] == ""


async def test_a_name_and_an_address_in_common_link_what_is_on_both_sides(pair: Pair) -> None:
    pair.record(name="Ada Lovelace", emailaddress1="Ada@Example.org", jobtitle="Analyst", telephone1="1")
    href = pair.put("Ada  LOVELACE", emailaddress2="ada@example.org", emailaddress1="x@example.org", pager="9")

    outcome = await pair.sync()
    second = await pair.sync()

    assert outcome.counts["linked"] == 1
    assert len(pair.records()) == len(pair.server.items) == 1
    assert pair.item(href)["jobtitle"] == "Analyst"
    assert next(iter(pair.records().values()))["pager"] == "9"
    assert second.writes == 0


async def test_several_candidates_are_neither_linked_nor_copied(pair: Pair) -> None:
    pair.record(name="Ada Lovelace", emailaddress1="ada@example.org")
    pair.put("Ada Lovelace", emailaddress1="ada@example.org")
    pair.put("Ada Lovelace", emailaddress1="ada@example.org")

    outcome = await pair.sync()

    assert outcome.state is RunState.SUCCEEDED
    assert outcome.writes == 0
    assert {problem["code"] for problem in outcome.problems} == {"SEVERAL_CANDIDATES"}
    assert len(pair.database.read_now(lambda c: c.exec_driver_sql("SELECT id FROM contact").all())) == 1


async def test_a_text_too_long_for_the_crm_is_cut_there_and_stays_whole_in_outlook(pair: Pair) -> None:
    long = "Vice president of " + "very " * 40 + "long titles"
    href = pair.put("Grace Hopper", jobtitle=long)

    await pair.sync_twice()

    assert pair.crm("Grace Hopper")["jobtitle"] == long[:100]
    assert pair.item(href)["jobtitle"] == long


async def test_addresses_names_and_dates_arrive_whole(pair: Pair) -> None:
    address = ("Line 1", "Line 2", "", "Wien", "Wien", "1010", "Österreich", "PO 7")
    name = ("Dr. Ada M. Lovelace Jr.", "Dr.", "Ada", "M.", "Lovelace", "Jr.")
    pair.record(fullname=name, address1=address, birthdate="1815-12-10", anniversary="1835-07-08")

    await pair.sync_twice()

    href = next(iter(pair.server.items))
    from engine.pair import CODEC, FIELDS

    values = CODEC.read(pair.server.items[href].body)
    assert values[FIELDS["address1"].position] == address
    assert values[FIELDS["fullname"].position] == name
    assert values[FIELDS["birthdate"].position] == ("1815-12-10",)


async def test_a_quiet_run_costs_one_request(pair: Pair) -> None:
    for number in range(20):
        pair.record(name=f"Person {number}", emailaddress1=f"p{number}@example.org")
    await pair.sync_twice()

    outcome = await pair.sync()

    assert outcome.row["requests"] == 1
    assert outcome.events[-1].body["message"] == "Nothing to do"
