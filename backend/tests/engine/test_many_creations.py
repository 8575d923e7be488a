"""Items that are made: bodies are written ahead of their turn, links are made many at once. Each fails by itself."""

import pytest

from engine.pair import Pair
from fieldsync.errors import NotTransferable
from fieldsync.sides.vcard.contact import ContactCodec

PEOPLE = 12


@pytest.fixture
def people(pair: Pair) -> Pair:
    for number in range(PEOPLE):
        pair.record(name=f"Person {number:02}", jobtitle="Analyst")
    return pair


async def test_an_item_that_comes_back_broken_is_one_failure_among_many(people: Pair) -> None:
    people.faults.rewrite = lambda body: b"BEGIN:VCARD\r\nnothing" if b"Person 05" in body else body

    outcome = await people.sync()

    assert (outcome.counts["created_in_outlook"], outcome.counts["failed"]) == (PEOPLE - 1, 1)
    assert [problem["subject"] for problem in outcome.problems] == ["Person 05"]
    assert len(people.links()) == PEOPLE - 1


async def test_a_record_that_no_item_can_say_does_not_stop_those_beside_it(
    people: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = ContactCodec.write

    def picky(self, body, changes, uid):
        if any("Person 05" in part for value in changes.values() for part in value):
            raise NotTransferable("a name like that")
        return write(self, body, changes, uid)

    monkeypatch.setattr(ContactCodec, "write", picky)

    outcome = await people.sync()

    assert (outcome.counts["created_in_outlook"], outcome.counts["failed"]) == (PEOPLE - 1, 1)
    assert len(people.server.items) == PEOPLE - 1
