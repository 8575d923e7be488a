"""Who is mailed because of a run, and that every plan says so."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from engine.kind_pair import KindPair
from engine.pair import PERMIT
from engine.test_collections import meeting
from fieldsync.core.runs import RunMode
from fieldsync.core.values import RecordKind
from fieldsync.db.columns import table_of
from fieldsync.db.sync_tables import SyncSettings
from fieldsync.db.tables import Mailbox, Operation

K = RecordKind
ME, ADA, BOB = "me@example.com", "ada@example.com", "bob@example.com"
PEOPLE = {"organizer": f"Me <{ME}>", "requiredattendees": f"Ada <{ADA}>; {BOB}"}


def when(days: float) -> tuple[str, ...]:
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
    return (*(f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (start, start + timedelta(hours=1))), "60", "false")


def settle(here: KindPair, invitations: str) -> None:
    here.rule(addresses=[ME])
    here.database.write_now(PERMIT, lambda c: c.execute(update(table_of(SyncSettings)).values(invitations=invitations)))


def mailed(here: KindPair, run: Any) -> list[Sequence[str] | None]:
    table = table_of(Operation)
    wanted = select(table.c.mailed).where(table.c.run_id == run.row["id"]).order_by(table.c.ordinal)
    return here.database.read_now(lambda c: list(c.scalars(wanted)))


async def only(here: KindPair) -> bytes:
    (href,) = await here.hrefs(K.APPOINTMENT)
    return (await here.body(K.APPOINTMENT, href)).replace(b"\r\n ", b"")


async def test_as_shipped_nobody_is_invited(here: KindPair) -> None:
    here.rule(addresses=[ME])
    await here.sync_twice()
    here.make(K.APPOINTMENT, subject="Plan", time=when(1), **PEOPLE)

    outcome = await here.sync_twice()

    body = await only(here)
    assert body.count(b"SCHEDULE-AGENT=CLIENT") == 3
    assert b"X-SOGO-SEND-APPOINTMENT-NOTIFICATIONS:NO" in body
    assert mailed(here, outcome) == [None]


async def test_the_organizer_s_mailbox_invites_and_a_preview_lists_whom(here: KindPair) -> None:
    settle(here, "ORGANIZER")
    await here.sync_twice()
    here.make(K.APPOINTMENT, subject="Plan", time=when(1), **PEOPLE)

    preview = await here.sync(RunMode.PREVIEW)
    outcome = await here.sync_twice()

    assert mailed(here, preview) == mailed(here, outcome) == [[ADA, BOB]]
    assert b"SCHEDULE-AGENT" not in await only(here)


@pytest.mark.parametrize(
    ("days", "people"),
    [(-1, PEOPLE), (1, PEOPLE | {"organizer": ADA}), (1, {"requiredattendees": ADA})],
    ids=["over", "somebody else's", "nobody's"],
)
async def test_nobody_is_invited_to(here: KindPair, days: int, people: dict[str, str]) -> None:
    settle(here, "ORGANIZER")
    await here.sync_twice()
    here.make(K.APPOINTMENT, subject="Plan", time=when(days), **people)

    outcome = await here.sync_twice()

    body = await only(here)
    assert body.count(b"SCHEDULE-AGENT=CLIENT") == body.count(b"ATTENDEE") + body.count(b"ORGANIZER")
    assert mailed(here, outcome) == [None]


async def test_a_back_fill_invites_nobody(here: KindPair) -> None:
    settle(here, "ORGANIZER")
    here.make(K.APPOINTMENT, subject="Plan", time=when(1), **PEOPLE)

    outcome = await here.sync_twice()

    assert b"SCHEDULE-AGENT=CLIENT" in await only(here)
    assert mailed(here, outcome) == [None]


async def test_of_two_mailboxes_of_one_person_only_the_older_one_invites(here: KindPair) -> None:
    settle(here, "ORGANIZER")
    await here.sync_twice()
    box = table_of(Mailbox)

    def older(connection: Connection) -> None:
        row = dict(connection.execute(select(box)).mappings().one())
        elsewhere = {"id": "0" * 36, "contacts_url": "memory:/else/", "calendar_url": "memory:/elsewhere/"}
        connection.execute(insert(box).values(row | elsewhere))

    here.database.write_now(PERMIT, older)
    here.make(K.APPOINTMENT, subject="Plan", time=when(1), **PEOPLE)

    outcome = await here.sync_twice()

    assert b"SCHEDULE-AGENT=CLIENT" in await only(here)
    assert mailed(here, outcome) == [None]


async def test_whom_another_program_invited_is_listed_when_the_crm_moves_or_deletes_the_meeting(here: KindPair) -> None:
    """The mail server tells them whatever we do; it is not kept from the plan."""
    here.rule(addresses=[ME])
    people = (f"ORGANIZER:mailto:{ME}", f"ATTENDEE:mailto:{ADA}", f"ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:{BOB}")
    await here.store(K.APPOINTMENT, meeting("Plan", *people))
    await here.sync_twice()
    record = here.all(K.APPOINTMENT)["Plan"]

    here.change(K.APPOINTMENT, record, location="Room 1")
    moved = await here.sync_twice()
    here.drop(K.APPOINTMENT, record)
    deleted = await here.sync_twice()

    assert mailed(here, moved) == [[ADA]]
    assert mailed(here, deleted) == [[ADA]]


async def test_what_attendees_need_not_know_mails_nobody(here: KindPair) -> None:
    here.rule(addresses=[ME])
    await here.store(K.APPOINTMENT, meeting("Plan", f"ORGANIZER:mailto:{ME}", f"ATTENDEE:mailto:{ADA}"))
    await here.sync_twice()

    here.change(K.APPOINTMENT, here.all(K.APPOINTMENT)["Plan"], regardingobjectid="ACME")
    outcome = await here.sync_twice()

    assert outcome.counts["updated_in_outlook"] == 1
    assert mailed(here, outcome) == [None]
