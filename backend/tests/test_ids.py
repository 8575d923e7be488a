"""Identifiers: unique, and in the order in which they are made."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from fieldsync import ids
from fieldsync.ids import creation_key, new_id


def test_ids_are_uuids_of_version_seven_in_the_order_in_which_they_are_made() -> None:
    made = [new_id() for _ in range(20_000)]

    assert made == sorted(set(made))
    assert {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in made} == {(7, uuid.RFC_4122)}


def test_a_clock_that_goes_back_does_not_turn_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    before = new_id()

    monkeypatch.setattr(ids.time, "time_ns", lambda: 0)

    assert before < new_id() < new_id()


def test_threads_never_make_the_same_id() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = [one for batch in pool.map(lambda _: [new_id() for _ in range(5_000)], range(4)) for one in batch]

    assert len(set(made)) == 20_000


def test_an_item_has_one_name_for_each_record_of_each_mailbox() -> None:
    mailboxes, records = [new_id() for _ in range(20)], [new_id() for _ in range(20)]

    made = [creation_key(mailbox, record) for mailbox in mailboxes for record in records]

    assert made == [creation_key(mailbox, record) for mailbox in mailboxes for record in records]
    assert len(set(made)) == 400
    assert {(uuid.UUID(one).version, uuid.UUID(one).variant) for one in made} == {(8, uuid.RFC_4122)}
