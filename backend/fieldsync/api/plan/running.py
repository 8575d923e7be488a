"""Running a plan: what can be told at once is, the rest is resolved level by level, one batch per level."""

from asyncio import Future, sleep
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fieldsync.api.context import Context, PlanInfo
from fieldsync.core.values import RecordKind

Columns = Mapping[RecordKind, tuple[str, ...]]


ArgumentMaker = Callable[[PlanInfo, Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Awaited:
    """A field with an asynchronous resolver: where its arguments are made, and how its value is completed.

    Where the field can be resolved in ``bulk``, its resolver takes all objects of a level.
    """

    key: str
    resolver: Callable[..., Any]
    slot: int
    complete: Callable[[Any, "Run"], Any]
    bulk: bool = False


@dataclass(slots=True)
class _Step:
    """A resolver under way, the field and the answers that it is for, and what it waits for."""

    coroutine: Coroutine[Any, Any, Any]
    field: Awaited
    answers: Sequence[dict[str, Any]]
    future: Any = None


class Run:
    """One execution of a plan.

    ``waiting`` holds, for each selection with asynchronous fields, the objects whose fields are still to be
    resolved, each with the part of the answer that they go into.
    """

    def __init__(
        self, context: Context, variables: Any, makers: Sequence[ArgumentMaker], awaited: Sequence[Sequence[Awaited]]
    ) -> None:
        self.info = PlanInfo(context)
        self.waiting: list[list[tuple[Any, dict[str, Any]]]] = [[] for _ in awaited]
        self._variables = variables
        self._makers = makers
        self._awaited = awaited
        self._arguments: dict[int, dict[str, Any]] = {}
        self._steps: list[_Step] = []

    def arguments(self, slot: int) -> dict[str, Any]:
        """The arguments of a field, made when the first object asks for them."""
        found = self._arguments.get(slot)
        if found is None:
            found = self._arguments[slot] = self._makers[slot](self.info, self._variables)
        return found

    async def resolve(self) -> None:
        """Resolve what waits, and what comes to wait by that, until nothing does.

        Resolvers are stepped side by side, so that loaders see all keys of a level at once; a task for each would
        cost more than most of them do. An error ends it, and what is under way is closed.
        """
        try:
            while True:
                self._begin()
                if not self._steps:
                    return
                for step in self._steps:
                    await _done(step.future)
                reached = len(self._steps)
                for step in self._steps[:reached]:
                    self._advance(step)
                del self._steps[:reached]
        finally:
            for step in self._steps:
                step.coroutine.close()
                if isinstance(step.future, Future):
                    step.future.add_done_callback(_looked_at)

    def _begin(self) -> None:
        """Start the resolvers of everything that waits."""
        again = True
        while again:
            again = False
            for number, fields in enumerate(self._awaited):
                waiting = self.waiting[number]
                if not waiting:
                    continue
                again = True
                self.waiting[number] = []
                for field in fields:
                    arguments = self.arguments(field.slot)
                    if field.bulk:
                        sources, answers = [source for source, _ in waiting], [answer for _, answer in waiting]
                        self._advance(_Step(field.resolver(sources, **arguments), field, answers))
                        continue
                    for source, answer in waiting:
                        self._advance(_Step(field.resolver(source, **arguments), field, (answer,)))

    def _advance(self, step: _Step) -> None:
        """Let a resolver go on to what it waits for next, or complete what it returns."""
        try:
            step.future = step.coroutine.send(None)
        except StopIteration as end:
            key, complete = step.field.key, step.field.complete
            values = end.value if step.field.bulk else (end.value,)
            for answer, value in zip(step.answers, values, strict=True):
                answer[key] = complete(value, self)
        else:
            self._steps.append(step)


async def _done(future: Any) -> None:
    """Wait until a future that a resolver waits for is done; whatever became of it is for the resolver to see."""
    if isinstance(future, Future):
        # The mark by which a task knows that a coroutine waits; whoever waits next sets it anew.
        future._asyncio_future_blocking = False
        if not future.done():
            with suppress(Exception):
                await future
    else:
        await sleep(0)


def _looked_at(future: Future[Any]) -> None:
    """Nobody waits for this one any more; asyncio would log that its error went unseen."""
    if not future.cancelled():
        future.exception()
