"""Who belongs together, over runs: open questions, items that moved, mailboxes that are connected anew."""

from typing import Any

from sqlalchemy import select

from authority import Authority, everything
from engine.pair import FIELDS, PERMIT, Pair, card
from fieldsync.clock import SystemClock
from fieldsync.core.privileges import Privilege
from fieldsync.core.values import Direction, RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.repo import links as link_rows
from fieldsync.db.repo import mailboxes, match_reviews
from fieldsync.db.sync_tables import MatchReview
from fieldsync.sides.memory import MemoryServer

PATH = "/memory/"
ADA = {"name": "Ada Lovelace", "emailaddress1": "ada@e.org"}


def linked(pair: Pair) -> dict[str, str]:
    return {one["href"].rsplit("/", 1)[-1]: one["record_id"] for one in pair.links() if one["state"] == "LINKED"}


def crm(pair: Pair, record: str) -> Any:
    return next(row for row in pair.records().values() if row["id"] == record)


def cursors(pair: Pair) -> Any:
    return pair.database.read_now(lambda c: link_rows.cursors(c, pair.mailbox, RecordKind.CONTACT))


def reviews(pair: Pair) -> list[Any]:
    table = table_of(MatchReview)
    return pair.database.read_now(lambda c: list(c.execute(select(table).order_by(table.c.subject_key))))


def decide(pair: Pair, choice: str, record: str | None = None) -> None:
    (review,) = reviews(pair)
    said = {"choice": choice, "recordId": record}
    pair.database.write_now(
        PERMIT, lambda c: match_reviews.decide(c, review.id, said, pair.principal, SystemClock().now())
    )


def ada(uid: str = "ada", **fields: str) -> bytes:
    return card("Ada Lovelace", uid, emailaddress1="ada@e.org", **fields)


async def asked(pair: Pair) -> tuple[str, str]:
    """Two records that one item may be; nothing was linked or made."""
    first, second = pair.record(**ADA), pair.record(**ADA, jobtitle="Countess")
    pair.server.put("ada.vcf", ada())
    outcome = await pair.sync()
    assert (outcome.writes, len(pair.items())) == (0, 1)
    return first, second


async def test_an_item_that_may_be_several_records_is_asked_about_once(pair: Pair) -> None:
    first, second = await asked(pair)

    await pair.sync()

    (review,) = reviews(pair)
    assert (review.subject, review.reason, review.state) == ("Ada Lovelace", "SEVERAL", "OPEN")
    assert {one["recordId"] for one in review.candidates} == {first, second}


async def test_an_open_question_does_not_keep_the_rest_from_moving_on(pair: Pair) -> None:
    await asked(pair)
    bob = pair.record(name="Bob", emailaddress1="bob@e.org")
    await pair.sync()
    before = cursors(pair)

    pair.edit(bob, jobtitle="Clerk")
    outcome = await pair.sync()

    assert outcome.writes == 1
    assert cursors(pair) != before


async def test_a_decision_links_and_the_other_record_gets_an_item_of_its_own(pair: Pair) -> None:
    first, second = await asked(pair)
    decide(pair, "LINK", second)

    await pair.sync_twice()

    assert linked(pair)["ada.vcf"] == second
    assert set(linked(pair).values()) == {first, second}
    assert reviews(pair) == []


async def test_an_item_that_is_none_of_them_becomes_a_record_of_its_own(pair: Pair) -> None:
    first, second = await asked(pair)
    decide(pair, "CREATE")

    await pair.sync_twice()

    assert linked(pair)["ada.vcf"] not in (first, second)
    assert len(linked(pair)) == 3
    assert reviews(pair) == []


async def test_an_item_to_be_left_alone_is_neither_linked_nor_copied_nor_asked_about_again(pair: Pair) -> None:
    first, second = await asked(pair)
    decide(pair, "IGNORE")

    await pair.sync_twice()
    pair.server.put("ada.vcf", ada(jobtitle="Poet"))
    await pair.sync_twice()

    assert "ada.vcf" not in linked(pair)
    assert set(linked(pair).values()) == {first, second}
    assert [row.state for row in reviews(pair)] == ["DECIDED"]


async def test_a_question_ends_by_itself_when_one_of_the_candidates_is_told_apart(pair: Pair) -> None:
    first, second = await asked(pair)

    pair.edit(second, name="Augusta King", emailaddress1="king@e.org")
    await pair.sync_twice()

    assert linked(pair)["ada.vcf"] == first
    assert reviews(pair) == []


async def test_a_name_alone_is_asked_about_and_nothing_is_doubled(pair: Pair) -> None:
    pair.record(name="Ada Lovelace", mobilephone="1")
    pair.server.put("ada.vcf", card("Ada Lovelace", "ada", mobilephone="2"))

    outcome = await pair.sync()

    assert outcome.writes == 0
    assert [row.reason for row in reviews(pair)] == ["NAME_ONLY"]


async def test_an_item_that_comes_later_finds_a_record_that_never_had_one(pair: Pair) -> None:
    """Nothing travels to Outlook, so the record has no item: all the same the item is not made a second record."""
    pair.direct(**dict.fromkeys(FIELDS, Direction.TO_CRM))
    record = pair.record(**ADA)
    await pair.sync_twice()
    pair.server.put("ada.vcf", ada(jobtitle="Countess"))

    await pair.sync_twice()

    assert linked(pair) == {"ada.vcf": record}
    assert crm(pair, record)["jobtitle"] == "Countess"


async def test_an_item_that_moves_within_the_mailbox_stays_linked(pair: Pair) -> None:
    record = pair.record(**ADA, jobtitle="Countess")
    await pair.sync_twice()
    (href,) = linked(pair)
    body = pair.server.items[PATH + href].body

    pair.server.remove(PATH + href)
    pair.server.put("moved.vcf", body.replace(b"Countess", b"Poet"))
    outcome = await pair.sync_twice()

    assert linked(pair) == {"moved.vcf": record}
    assert crm(pair, record)["jobtitle"] == "Poet"
    assert not outcome.counts.keys() & {"deleted_in_crm", "created_in_crm", "unlinked"}


async def test_an_item_that_moves_after_it_was_listed_as_removed_is_found_where_it_went(pair: Pair) -> None:
    pair.rule(on_item_deleted="DELETE")
    record = pair.record(**ADA, jobtitle="Countess")
    await pair.sync_twice()
    (href,) = linked(pair)

    async def move(request: str) -> None:
        if request == "fetch":
            pair.faults.before, pair.faults.say_removed = None, frozenset()
            body = pair.server.items[PATH + href].body
            pair.server.remove(PATH + href)
            pair.server.put("moved.vcf", body)

    pair.faults.before, pair.faults.say_removed = move, frozenset({PATH + href})
    await pair.sync_twice()

    assert linked(pair) == {"moved.vcf": record}


async def test_an_item_that_a_list_names_as_removed_right_after_a_whole_one_is_asked_for(pair: Pair) -> None:
    pair.rule(on_item_deleted="DELETE")
    record = pair.record(**ADA, jobtitle="Countess")
    await pair.sync_twice()
    (href,) = linked(pair)
    pair.server.put("moved.vcf", pair.server.items[PATH + href].body)
    pair.server.remove(PATH + href)
    pair.server.forget_cursors()

    async def lie(request: str) -> None:
        if request == "fetch":
            pair.faults.before, pair.faults.say_removed = None, frozenset({PATH + "moved.vcf"})

    pair.faults.before = lie
    await pair.sync()
    pair.faults.say_removed = frozenset()
    await pair.sync_twice()

    assert linked(pair) == {"moved.vcf": record}


async def test_an_item_that_is_back_is_followed_again_where_its_record_might_not_be_deleted(
    pair: Pair,
) -> None:
    pair.rule(on_item_deleted="DELETE")
    rights = Authority(pair.database)
    levels = {one: level for one, level in everything().items() if one is not Privilege.DELETE}
    rights.without_roles(pair.principal)
    rights.role("No deleting", levels, pair.principal)
    record = pair.record(**ADA, jobtitle="Countess")
    await pair.sync_twice()
    (href,) = linked(pair)
    body = pair.server.items[PATH + href].body
    pair.server.remove(PATH + href)
    await pair.sync_twice()
    assert linked(pair) == {}

    pair.server.put("back.vcf", body.replace(b"Countess", b"Poet"))
    await pair.sync_twice()

    assert linked(pair) == {"back.vcf": record}
    assert crm(pair, record)["jobtitle"] == "Poet"


async def test_a_copy_with_the_uid_of_its_original_is_told_and_left_alone(pair: Pair) -> None:
    record = pair.record(**ADA)
    await pair.sync_twice()
    (href,) = linked(pair)

    pair.server.put("copy.vcf", pair.server.items[PATH + href].body)
    outcome = await pair.sync()
    again = await pair.sync()

    assert [problem["code"] for problem in outcome.problems] == ["UID_TWICE"]
    assert (outcome.writes, again.writes) == (0, 0)
    assert linked(pair) == {href: record}


async def test_a_copy_with_a_uid_of_its_own_does_not_inherit_the_link(pair: Pair) -> None:
    record = pair.record(**ADA)
    await pair.sync_twice()
    (href,) = linked(pair)

    pair.server.put("copy.vcf", ada("another"))
    await pair.sync_twice()

    assert linked(pair)[href] == record
    assert linked(pair)["copy.vcf"] != record


async def test_links_survive_a_mailbox_that_is_connected_anew(pair: Pair) -> None:
    record = pair.record(**ADA, jobtitle="Countess", mobilephone="1")
    await pair.sync_twice()
    (href,) = linked(pair)
    body = pair.server.items[PATH + href].body

    pair.database.write_now(PERMIT, lambda c: mailboxes.forget_collections(c, pair.mailbox, [RecordKind.CONTACT]))
    pair.server = MemoryServer()
    pair.server.put("elsewhere.vcf", body.replace(b"Countess", b"Poet").replace(b"Lovelace", b"King"))
    pair.edit(record, mobilephone="2")
    await pair.sync_twice()

    # Edits of both sides meanwhile are merged, as if it had been the same collection all the time.
    assert linked(pair) == {"elsewhere.vcf": record}
    assert (crm(pair, record)["jobtitle"], pair.item(PATH + "elsewhere.vcf")["mobilephone"]) == ("Poet", "2")


async def test_a_record_whose_item_is_not_in_the_new_collection_gets_one_there(pair: Pair) -> None:
    record = pair.record(**ADA)
    await pair.sync_twice()

    pair.database.write_now(PERMIT, lambda c: mailboxes.forget_collections(c, pair.mailbox, [RecordKind.CONTACT]))
    pair.server = MemoryServer()
    await pair.sync_twice()

    assert list(linked(pair).values()) == [record]
    assert len(pair.items()) == 1


async def test_a_deletion_is_remembered_by_a_mailbox_that_is_connected_anew(pair: Pair) -> None:
    """What was parted on purpose stays parted: the record is not copied out again."""
    pair.rule(on_item_deleted="UNLINK")
    pair.record(**ADA)
    await pair.sync_twice()
    (href,) = linked(pair)
    pair.server.remove(PATH + href)
    await pair.sync_twice()

    pair.database.write_now(PERMIT, lambda c: mailboxes.forget_collections(c, pair.mailbox, [RecordKind.CONTACT]))
    pair.server = MemoryServer()
    await pair.sync_twice()

    assert pair.items() == {}


async def test_a_record_is_not_deleted_while_its_item_may_be_one_that_cannot_be_read(pair: Pair) -> None:
    """It moved, and a program broke it there; nothing tells that it is the same until it is mended."""
    pair.rule(on_item_deleted="DELETE")
    record = pair.record(**ADA)
    await pair.sync_twice()
    (href,) = linked(pair)
    body = pair.server.items[PATH + href].body

    pair.server.remove(PATH + href)
    pair.server.put("moved.vcf", b"BEGIN:VCARD\r\nthis is no line of a card\r\n")
    await pair.sync()
    assert (linked(pair), [row["id"] for row in pair.records().values()]) == ({}, [record])

    pair.server.put("moved.vcf", body)
    await pair.sync_twice()
    assert linked(pair) == {"moved.vcf": record}


async def test_nothing_is_made_of_a_record_that_is_only_compared(pair: Pair) -> None:
    """Its link failed and is tried again later; a new item meanwhile does not make it a loner."""
    record = pair.record(**ADA)
    pair.server.put("ada.vcf", ada(jobtitle="Countess"))
    pair.edit(record, department="Engines")
    pair.faults.refuse = lambda body: "not welcome" if b"Engines" in body else None
    assert (await pair.sync(cycle=True)).counts["failed"] == 1

    pair.faults.refuse = None
    pair.server.put("bob.vcf", card("Bob", "bob", emailaddress1="bob@e.org"))
    await pair.sync(cycle=True)

    assert set(pair.items()) == {"Ada Lovelace", "Bob"}
    assert len(pair.server.items) == 2


async def test_an_empty_item_is_filled_at_the_first_match_where_it_may_not_be_read_back(pair: Pair) -> None:
    rights = Authority(pair.database)
    rights.secure("jobtitle")
    rights.field_profile("Readers", "jobtitle", pair.principal, read=True)
    record = pair.record(**ADA, jobtitle="Countess")
    pair.server.put("ada.vcf", ada())

    await pair.sync_twice()

    assert linked(pair) == {"ada.vcf": record}
    assert pair.item(PATH + "ada.vcf")["jobtitle"] == "Countess"
