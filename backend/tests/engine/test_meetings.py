"""Meetings of several people: whose they are, who follows them, and that they stay one meeting."""

from collections.abc import Sequence

import pytest

from authority import Authority
from engine.kind_pair import KindPair, codec_of
from engine.test_collections import APPOINTMENT_TIME, meeting
from fieldsync.core.privileges import AccessLevel, Privilege, bits_of
from fieldsync.core.values import RecordKind
from fieldsync.engine.apply import Applier
from fieldsync.engine.operations import Job

K = RecordKind
ME, BOSS = "me@example.com", "boss@example.com"


@pytest.fixture
def rights(here: KindPair) -> Authority:
    here.rule(addresses=[ME])
    return Authority(here.database)


def readers(rights: Authority, here: KindPair, *more: Privilege) -> None:
    """The owner of the mailbox may read everybody's appointments."""
    levels = dict.fromkeys((Privilege.READ, *more), AccessLevel.ORGANIZATION)
    rights.role("Readers", levels, here.principal, kind=K.APPOINTMENT)


@pytest.mark.parametrize(
    ("people", "follows"),
    [
        ({"organizer": f"Me <{ME}>"}, True),
        ({"requiredattendees": f"boss <{BOSS}>; {ME}"}, True),
        ({"optionalattendees": f"{ME.upper()}; {BOSS}"}, True),
        ({"requiredattendees": f"Not <not-{ME}>"}, False),
        ({"optionalattendees": f"x{ME}; {ME}.au"}, False),
        ({"organizer": BOSS}, False),
    ],
)
async def test_a_meeting_of_somebody_else_is_followed_by_whom_it_names(
    here: KindPair, rights: Authority, people: dict[str, str], follows: bool
) -> None:
    readers(rights, here)
    here.make(K.APPOINTMENT, owner=here.other, subject="Theirs", time=APPOINTMENT_TIME, **people)

    await here.settled()

    assert len(await here.hrefs(K.APPOINTMENT)) == follows


async def test_a_meeting_that_one_may_not_read_stays_out_although_one_is_invited(
    here: KindPair, rights: Authority
) -> None:
    here.make(K.APPOINTMENT, owner=here.other, subject="Secret", time=APPOINTMENT_TIME, requiredattendees=ME)

    await here.settled()

    assert await here.hrefs(K.APPOINTMENT) == []


async def test_a_share_brings_a_meeting_in_and_its_end_lets_go_of_it(here: KindPair, rights: Authority) -> None:
    record = here.make(K.APPOINTMENT, owner=here.other, subject="Shared", time=APPOINTMENT_TIME, requiredattendees=ME)
    assert (await here.settled()).writes == 0

    rights.share(record, here.principal, bits_of({Privilege.READ}), K.APPOINTMENT)
    await here.settled()
    (href,) = await here.hrefs(K.APPOINTMENT)
    rights.unshare(record)
    await here.settled()

    assert (await here.read(K.APPOINTMENT, href))["subject"] == ("Shared",)
    assert [(row["state"], row["reason"]) for row in here.links()] == [("UNLINKED", "OUT_OF_SCOPE")]


async def test_what_one_may_only_read_of_somebody_elses_meeting_is_not_written(
    here: KindPair, rights: Authority
) -> None:
    readers(rights, here)
    record = here.make(K.APPOINTMENT, owner=here.other, subject="Theirs", time=APPOINTMENT_TIME, requiredattendees=ME)
    await here.settled()
    (href,) = await here.hrefs(K.APPOINTMENT)

    await here.edit_of(K.APPOINTMENT, href, location="My place")
    outcome = await here.sync_twice()

    assert [problem["code"] for problem in outcome.problems] == ["NOT_PERMITTED"]
    assert here.value(K.APPOINTMENT, record, "location") == ("",)


async def test_deleting_the_copy_of_somebody_elses_meeting_deletes_nothing_one_may_not_delete(
    here: KindPair, rights: Authority
) -> None:
    here.rule(on_item_deleted="DELETE")
    readers(rights, here, Privilege.WRITE)
    record = here.make(K.APPOINTMENT, owner=here.other, subject="Theirs", time=APPOINTMENT_TIME, requiredattendees=ME)
    await here.settled()

    await here.take(K.APPOINTMENT, (await here.hrefs(K.APPOINTMENT))[0])
    await here.settled()

    assert here.all(K.APPOINTMENT) == {"Theirs": record}
    assert [row["reason"] for row in here.links()] == ["DELETION_NOT_PERMITTED"]


async def test_a_record_made_in_the_crm_takes_the_uid_of_its_item_and_keeps_it(here: KindPair) -> None:
    record = here.make(K.APPOINTMENT, subject="Ours", time=APPOINTMENT_TIME)

    await here.settled()

    (href,) = await here.hrefs(K.APPOINTMENT)
    uid = codec_of(K.APPOINTMENT).traits(await here.body(K.APPOINTMENT, href)).uid
    assert uid
    assert here.column(K.APPOINTMENT, record, "globalobjectid") == uid
    assert [row["uid"] for row in here.links()] == [uid]


async def test_a_meeting_that_other_mailboxes_have_goes_to_the_next_one_under_its_uid(here: KindPair) -> None:
    here.make(K.APPOINTMENT, uid="known-elsewhere@example.com", subject="Ours", time=APPOINTMENT_TIME)

    await here.settled()

    (href,) = await here.hrefs(K.APPOINTMENT)
    assert b"UID:known-elsewhere@example.com" in await here.body(K.APPOINTMENT, href)


async def test_an_item_gives_its_uid_to_the_record_it_becomes(here: KindPair) -> None:
    await here.store(K.APPOINTMENT, meeting(uid="made-in-the-mailbox"))

    await here.settled()

    record = here.all(K.APPOINTMENT)["Standup"]
    assert here.column(K.APPOINTMENT, record, "globalobjectid") == "made-in-the-mailbox"


async def test_one_meeting_in_the_calendars_of_two_people_is_one_record(here: KindPair, rights: Authority) -> None:
    readers(rights, here)
    # The calendar of the organizer brought it in before, under another subject by now.
    theirs = here.make(K.APPOINTMENT, "shared", here.other, subject="Old", time=APPOINTMENT_TIME, requiredattendees=ME)
    await here.store(K.APPOINTMENT, meeting("New", uid="shared"))

    await here.sync_twice()

    assert here.all(K.APPOINTMENT) == {"Old": theirs}
    assert [row["record_id"] for row in here.links()] == [theirs]


async def test_a_meeting_whose_record_one_may_not_see_is_told_and_not_made_a_second_time(
    here: KindPair, rights: Authority
) -> None:
    theirs = here.make(K.APPOINTMENT, "shared", here.other, subject="Secret", time=APPOINTMENT_TIME)
    await here.store(K.APPOINTMENT, meeting("Mine", uid="shared"))

    outcome = await here.sync_twice()

    assert here.all(K.APPOINTMENT) == {"Secret": theirs}
    assert [problem["code"] for problem in outcome.problems] == ["NOT_YOURS"]
    assert here.links() == []


async def test_a_meeting_that_another_mailbox_brings_in_meanwhile_is_linked_by_the_next_run(
    here: KindPair, rights: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers(rights, here)
    await here.store(K.APPOINTMENT, meeting("Mine", uid="shared"))
    await here.store(K.APPOINTMENT, meeting("Also", uid="other"))
    meanwhile = list[str]()
    create = Applier._create_records

    async def raced(self: Applier, jobs: Sequence[Job]) -> None:
        if not meanwhile:
            made = here.make(
                K.APPOINTMENT, "shared", here.other, subject="Theirs", time=APPOINTMENT_TIME, requiredattendees=ME
            )
            meanwhile.append(made)
        await create(self, jobs)

    monkeypatch.setattr(Applier, "_create_records", raced)
    first = await here.sync()
    await here.sync_twice()

    assert first.counts["created_in_crm"] == first.counts["skipped"] == 1
    assert set(here.all(K.APPOINTMENT)) == {"Theirs", "Also"}
    assert meanwhile[0] in [row["record_id"] for row in here.links()]
