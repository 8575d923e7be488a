"""What was kept for a while goes when its time is over, and nothing else."""

from datetime import timedelta

from sqlalchemy import select, update

from engine.pair import PERMIT, Pair
from engine.test_conflicts import clash
from fieldsync.clock import SystemClock
from fieldsync.core.conflicts import ConflictChoice, ConflictPolicy
from fieldsync.db.repo import sync_settings
from fieldsync.db.repo.conflicts import table as conflict_table
from fieldsync.db.tables import LostValue
from fieldsync.engine.housekeeping import clean


async def test_the_history_is_kept_as_long_as_the_settings_say_and_no_longer(pair: Pair) -> None:
    pair.database.write_now(PERMIT, lambda connection: sync_settings.change(connection, 1, history_days=3))
    await clash(pair, ConflictPolicy.CRM_LEADS)
    await pair.sync_twice()
    now = SystemClock().now()

    pair.database.write_now(PERMIT, lambda connection: clean(connection, now + timedelta(days=2)))
    assert pair.lost() == {"CONTACT.jobtitle": "Boss"}
    pair.database.write_now(PERMIT, lambda connection: clean(connection, now + timedelta(days=3)))
    assert pair.lost() == {}


async def test_an_open_conflict_waits_for_ever_and_an_ended_one_goes_with_the_history(pair: Pair) -> None:
    await clash(pair, ConflictPolicy.ASK)
    await pair.sync()
    later = SystemClock().now() + timedelta(days=91)

    pair.database.write_now(PERMIT, lambda connection: clean(connection, later))
    assert list(pair.conflicts()) == ["jobtitle"]
    pair.decide("jobtitle", ConflictChoice.CRM)
    await pair.sync_twice()
    pair.database.write_now(PERMIT, lambda connection: clean(connection, later))
    assert pair.conflicts() == {}


async def test_what_has_no_end_of_its_own_stays(pair: Pair) -> None:
    """Values of before the history knew an end."""
    await clash(pair, ConflictPolicy.CRM_LEADS)
    await pair.sync_twice()
    pair.database.write_now(PERMIT, lambda c: c.execute(update(LostValue.__table__).values(expires_at=None)))

    pair.database.write_now(PERMIT, lambda c: clean(c, SystemClock().now() + timedelta(days=10_000)))

    assert pair.database.read_now(lambda c: c.execute(select(LostValue.__table__)).all())
    assert pair.database.read_now(lambda c: c.execute(select(conflict_table)).all()) == []
