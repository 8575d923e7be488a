"""The subscription root: what happens, as it happens."""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated

import strawberry

from fieldsync.api.context import Info
from fieldsync.api.errors import parse_id
from fieldsync.api.types.profile import Profile, profile_of
from fieldsync.api.types.run import RunEvent
from fieldsync.db.repo.profiles import DEFAULT
from fieldsync.db.repo.run_events import StoredEvent

LOOK_EVERY = 1.0
SIGNED_IN_EVERY = 5.0


@strawberry.type(description="What can be followed; over WebSocket or server-sent events.")
class Subscription:
    @strawberry.subscription(
        description="Replays the stored events of a run after `after`, then follows it; ends with the run."
    )
    async def run_events(
        self,
        info: Info,
        run_id: Annotated[strawberry.ID, strawberry.argument(description="Which run.")],
        after: Annotated[
            int | None,
            strawberry.argument(description="Number of the last event already seen; all when omitted."),
        ] = None,
    ) -> AsyncGenerator[RunEvent, None]:
        raw = parse_id("run", run_id, "runId")
        events = await info.context.services.runs.events(info.context.signed_in(), raw, after or 0)
        return _events(info, events)

    @strawberry.subscription(description="The profile, each time its draft or its published version changed.")
    async def mappings_changed(
        self,
        info: Info,
        profile_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Which profile; the default one when omitted."),
        ] = None,
    ) -> AsyncGenerator[Profile, None]:
        info.context.signed_in()
        raw = DEFAULT if profile_id is None else parse_id("profile", profile_id, "profileId")
        state = await info.context.services.profiles.get(raw)
        return _profiles(info, raw, state.row.revision)


async def _events(info: Info, events: AsyncIterator[StoredEvent]) -> AsyncGenerator[RunEvent, None]:
    looked = time.monotonic()
    async for event in events:
        if time.monotonic() - looked > SIGNED_IN_EVERY:
            if not await info.context.still_signed_in():
                return
            looked = time.monotonic()
        yield RunEvent.of(event.run_id, event.seq, event.at, event.body)


async def _profiles(info: Info, profile_id: str, told: int) -> AsyncGenerator[Profile, None]:
    services = info.context.services
    looked = time.monotonic()
    async with services.profiles.listen(profile_id) as listener:
        while True:
            state = await services.profiles.get(profile_id)
            if state.row.revision != told:
                told = state.row.revision
                yield profile_of(info, state)
            await listener.wait(LOOK_EVERY)
            if time.monotonic() - looked > SIGNED_IN_EVERY:
                if not await info.context.still_signed_in():
                    return
                looked = time.monotonic()
