"""The demo as it stands after a first sync: meetings and tasks of every kind in both mailboxes, and then silence."""

from pathlib import Path

from sqlalchemy import func, select

from fieldsync.clock import SystemClock
from fieldsync.core.runs import RunConfiguration, RunMode, RunState
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Database
from fieldsync.db.records import RECORD_MODELS
from fieldsync.db.repo import mailboxes, run_events
from fieldsync.db.repo import runs as run_rows
from fieldsync.db.tables import Run
from fieldsync.demo import info
from fieldsync.demo.seed import seed_records, start_mail_server
from fieldsync.engine.kinds import kinds_of
from fieldsync.engine.runner import Runner
from fieldsync.events.bell import Bell
from fieldsync.ids import new_id
from fieldsync.security import gate
from fieldsync.security.secrets import SecretBox

K = RecordKind


async def sync(database: Database, box: SecretBox, row) -> tuple[dict, list]:
    run_id = new_id()
    database.write_now(
        gate.administer("test"),
        lambda connection: run_rows.insert_run(
            connection,
            run_id=run_id,
            mailbox_id=row.id,
            mode=RunMode.APPLY,
            configuration=RunConfiguration.PUBLISHED,
            kinds=kinds_of(row),
            started_by=None,
            release_held=False,
            now=SystemClock().now(),
        ),
    )
    await Runner(database, Bell(), box, SystemClock()).run(run_id)
    events = database.read_now(lambda c: run_events.read_after(c, run_id, 0, 10_000))
    assert events[-1].body["state"] == RunState.SUCCEEDED.value, events[-1].body
    problems = [event.body["problem"] for event in events if event.body["problem"]]
    return {name: n for name, n in events[-1].body["counts"].items() if n}, problems


def last_requests(database: Database) -> int:
    table = Run.__table__
    return database.read_now(lambda c: c.scalar(select(table.c.requests).order_by(table.c.id.desc()).limit(1)))


def count(database: Database, kind: RecordKind) -> int:
    return database.read_now(lambda c: c.scalar(select(func.count()).select_from(RECORD_MODELS[kind].__table__)))


async def test_the_demo_synchronizes_every_kind_and_then_has_nothing_to_do(database: Database, tmp_path: Path) -> None:
    box = SecretBox("key of the tests")
    seed_records(database)
    server = start_mail_server(tmp_path, database, box)
    try:
        rows = database.read_now(mailboxes.owner_and_urls)
        told = info.describe(tmp_path, database, "http://127.0.0.1:8000")["mailboxes"]
        assert [one["calendarUrl"] for one in told] == [f"{server.url}{row.owner}/calendar/" for row in rows]
        assert all(one["tasksUrl"] == one["calendarUrl"] for one in told)
        seeded = {kind: count(database, kind) for kind in K}
        assert min(seeded.values()) >= 1
        # The third round only tells the kinds of one calendar of what the others wrote in the second.
        for _ in range(3):
            for row in rows:
                _, problems = await sync(database, box, row)
                # Some people stand in both address books, and not in the same words: those are told.
                assert [one for one in problems if not (one["field_id"] or "").startswith("CONTACT.")] == [], row.owner
        for row in rows:
            counts, problems = await sync(database, box, row)
            assert (counts, problems) == ({}, []), row.owner
            # One look at the address book and one at the calendar, whatever lives there.
            assert last_requests(database) == 2
        # One meeting of both is one record, and what is in the mailboxes came in but for what is private.
        assert count(database, K.APPOINTMENT) == seeded[K.APPOINTMENT] + 4
        assert count(database, K.RECURRING_APPOINTMENT) == seeded[K.RECURRING_APPOINTMENT] + 1
        assert count(database, K.TASK) == seeded[K.TASK] + 3
    finally:
        server.stop()


def test_a_demo_whose_port_was_taken_moves_all_its_collections(database: Database, tmp_path: Path) -> None:
    box = SecretBox("key of the tests")
    seed_records(database)
    start_mail_server(tmp_path, database, box).stop()
    (tmp_path / "mail-port").unlink()

    server = start_mail_server(tmp_path, database, box)
    server.stop()

    for row in database.read_now(mailboxes.owner_and_urls):
        assert row.contacts_url == f"{server.url}{row.owner}/contacts/"
        assert row.calendar_url == row.tasks_url == f"{server.url}{row.owner}/calendar/"
