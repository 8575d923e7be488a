"""Run events as rows, and the bell's topics for what is followed."""

from collections.abc import AsyncIterator
from functools import partial

from fieldsync.db.database import Database
from fieldsync.db.repo.run_events import StoredEvent, read_after
from fieldsync.events.bell import Bell

LOOK_EVERY = 1.0


def topic(run_id: str) -> str:
    """The bell's topic for a run."""
    return f"run:{run_id}"


def profile_topic(profile_id: str) -> str:
    """The bell's topic of a profile's draft and versions."""
    return f"profile:{profile_id}"


async def follow(database: Database, bell: Bell, run_id: str, after: int = 0) -> AsyncIterator[StoredEvent]:
    """The stored lines after ``after``, then each new one, for one listener; ends with the run."""
    # Listen before reading: an event written between the two would otherwise never be delivered.
    async with bell.listen(topic(run_id)) as listener:
        while True:
            events = await database.read(partial(read_after, run_id=run_id, after=after))
            for event in events:
                after = event.seq
                yield event
                if event.final:
                    return
            if not events:
                await listener.wait(LOOK_EVERY)
