"""The subscription root: what happens, as it happens."""

from collections.abc import AsyncGenerator, Hashable
from contextlib import aclosing
from dataclasses import replace
from typing import Annotated, Any

import strawberry

from fieldsync.api.context import Context, Info
from fieldsync.api.errors import parse_id
from fieldsync.api.fanout import Source
from fieldsync.api.types.profile import Profile, profile_of
from fieldsync.api.types.run import RunEvent
from fieldsync.db.repo.profiles import DEFAULT, ProfileState
from fieldsync.db.repo.run_events import StoredEvent
from fieldsync.events.hubs import ProfileHub, RunHub

_NO_PROBLEM = frozenset({"problem"})


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
        hub = await info.context.services.runs.hub(info.context.signed_in(), raw)
        return _Events(hub, info.context, max(0, after or 0))  # pyright: ignore[reportReturnType]

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
        profiles = info.context.services.profiles
        state = await profiles.get(raw)
        return _Changes(profiles.hub(raw), info, state.row.revision)  # pyright: ignore[reportReturnType]


class _Events(Source[StoredEvent]):
    """The lines of a run."""

    def __init__(self, hub: RunHub, context: Context, after: int) -> None:
        super().__init__(hub, context)
        self._run = hub
        self._after = after

    async def items(self) -> AsyncGenerator[StoredEvent, None]:
        with self.watched() as hold:
            async with aclosing(self._run.events(self._after, hold)) as events:
                async for event in events:
                    yield event

    def mark(self, item: StoredEvent) -> Hashable:
        return item.seq

    def lacking(self, item: StoredEvent) -> frozenset[str]:
        return frozenset() if item.body.get("problem") else _NO_PROBLEM

    def value(self, item: StoredEvent, context: Context) -> RunEvent:
        return RunEvent.of(item.run_id, item.seq, item.at, item.body)


class _Changes(Source[ProfileState]):
    """The states of a profile."""

    def __init__(self, hub: ProfileHub, info: Info, told: int) -> None:
        super().__init__(hub, info.context)
        self._profile = hub
        self._info = info
        self._told = told

    async def items(self) -> AsyncGenerator[ProfileState, None]:
        with self.watched() as hold:
            async with aclosing(self._profile.states(self._told, hold)) as states:
                async for state in states:
                    yield state

    def mark(self, item: ProfileState) -> Hashable:
        return item.row.revision

    def value(self, item: ProfileState, context: Context) -> Any:
        raw: Any = self._info._raw_info
        return profile_of(replace(self._info, _raw_info=raw._replace(context=context)), item)
