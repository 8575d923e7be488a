"""An event is encoded once for all who asked the same and see the same, and its bytes are shared.

What may be shared with everybody is executed with nobody's eyes: were a field wrongly taken for one that all see
alike, it would find no caller and fail, and what fails is never shared. A selection that is not understood, and a
source that is no hub's, is answered to each subscriber alone.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Hashable, Mapping
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar, cast
from weakref import WeakValueDictionary

import orjson
from graphql import (
    ExecutionResult,
    Executor,
    FieldNode,
    FragmentDefinitionNode,
    Node,
    VariableNode,
    Visitor,
    print_ast,
    visit,
)

from fieldsync.api.context import Context
from fieldsync.api.operation import encode
from fieldsync.api.sight import Sight, sights_of
from fieldsync.core.rights import Actor
from fieldsync.errors import UserFacing
from fieldsync.events.hubs import Hub
from fieldsync.events.shelf import Made
from fieldsync.security.actors import Credentials
from fieldsync.security.watch import Hold

T = TypeVar("T")


class Source(ABC, Generic[T]):
    """What one subscriber is told by a hub; iterated, it gives the root values that only this subscriber is shown."""

    def __init__(self, hub: Hub, context: Context) -> None:
        self.hub = hub
        self.context = context
        self.actor = context.signed_in()

    def watched(self) -> AbstractContextManager[Hold]:
        """Ends once this subscriber's credentials hold no longer."""
        credentials = self.context.credentials.lasting(self.actor)
        return self.context.actors.watch.hold(credentials, self.actor, self.hub.wake)

    @abstractmethod
    def items(self) -> AsyncGenerator[T, None]:
        """What the hub tells, until this subscriber may be told no more."""

    @abstractmethod
    def mark(self, item: T) -> Hashable:
        """The number of an item; the same for the same item."""

    def lacking(self, item: T) -> frozenset[str]:
        """Fields of the root value that are null for everybody in this item."""
        return frozenset()

    @abstractmethod
    def value(self, item: T, context: Context) -> Any:
        """The root value for the eyes of this context."""

    async def __aiter__(self) -> AsyncIterator[Any]:
        async with aclosing(self.items()) as items:
            async for item in items:
                yield self.value(item, self.context)


async def encoded(
    executor: Executor, source: Any, extensions: Mapping[str, Any] | None = None
) -> AsyncGenerator[bytes, None]:
    """The results of a subscription as JSON; ``extensions`` go with the first."""
    if isinstance(source, Source):
        results = _of_source(executor, source)
    else:
        results = _alone(executor, source)
    async with aclosing(results):
        async for result in results:
            if extensions:
                yield result[:-1] + b',"extensions":' + orjson.dumps(extensions) + b"}"
                extensions = None
            else:
                yield result


async def _of_source(executor: Executor, source: Source[Any]) -> AsyncGenerator[bytes, None]:
    selection = _selection(executor)
    async with aclosing(source.items()) as items:
        async for item in items:
            yield await _shared(executor, source, selection, item)


async def _alone(executor: Executor, source: Any) -> AsyncGenerator[bytes, None]:
    async for value in source:
        yield encode(await _execute(executor.build_per_event_executor(value)))


async def _execute(executor: Executor) -> ExecutionResult:
    found: Any = executor.execute_operation(False)
    return await found if executor.is_awaitable(found) else found


# What was asked


@dataclass(eq=False, slots=True, weakref_slot=True)
class _Selection:
    """What is asked of each event; the same object for all who ask the same, whatever run they name."""

    sights: Mapping[str, Sight]
    _known: dict[frozenset[str], Sight] = field(default_factory=dict)

    def sight(self, lacking: frozenset[str]) -> Sight:
        """Whose eyes an item takes in which these fields are null."""
        known = self._known.get(lacking)
        if known is None:
            known = max(sight for name, sight in self.sights.items() if name not in lacking)
            self._known[lacking] = known
        return known


def _selection(executor: Executor) -> _Selection | None:
    """None for what cannot be shared: not exactly one field at the root, written there."""
    root = executor.operation.selection_set.selections
    kind = executor.schema.subscription_type
    if kind is None or len(root) != 1 or not isinstance(root[0], FieldNode) or root[0].name.value not in kind.fields:
        return None
    # The arguments of the root field say which events there are, not what is told of them.
    asked = FieldNode(
        alias=root[0].alias,
        name=root[0].name,
        arguments=(),
        directives=root[0].directives,
        selection_set=root[0].selection_set,
    )
    fragments = {name: details.definition for name, details in executor.fragments.items()}
    found = _Found(fragments)
    visit(asked, found)
    given = executor.variable_values.coerced
    key = (
        id(executor.schema),
        print_ast(asked),
        tuple(print_ast(fragments[name]) for name in sorted(found.fragments)),
        tuple((name, repr(given[name])) for name in sorted(found.variables) if name in given),
    )
    known = _selections.get(key)
    if known is None:
        known = _selections[key] = _Selection(sights_of(executor.schema, kind, asked, fragments))
    return known


_selections: WeakValueDictionary[Hashable, _Selection] = WeakValueDictionary()


class _Found(Visitor):
    """Names the variables and fragments that a selection uses."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        super().__init__()
        self._all = fragments
        self.variables: set[str] = set()
        self.fragments: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.variables.add(node.name.value)

    def enter_fragment_spread(self, node: Any, *_: Any) -> None:
        name = node.name.value
        if name not in self.fragments:
            self.fragments.add(name)
            visit(cast("Node", self._all[name]), self)


# Sharing


async def _shared(executor: Executor, source: Source[T], selection: _Selection | None, item: T) -> bytes:
    """The bytes of an item for this subscriber, made now or made for somebody who asked and sees the same."""
    # Alone with it, there is nobody to share with; whoever comes later encodes for himself and those after him.
    if selection is not None and source.hub.followers > 1:
        sight = selection.sight(source.lacking(item))
        eyes = _eyes(sight, source.actor)
        key = (selection, source.mark(item), eyes)
        shelf = source.hub.shelf
        made = shelf.find(key) or await shelf.make(
            key,
            lambda: _made(executor, source, item, eyes),
            # What is a person's own is shared while it is made, never kept: rights may change.
            keep=sight is not Sight.PERSON,
        )
        if made is not None:
            return made
    return encode(await _own(executor, source, item))


def _eyes(sight: Sight, actor: Actor) -> Actor | None:
    match sight:
        case Sight.EVERYBODY:
            return None
        case Sight.ROLE:
            return Actor("shared", "", actor.role, actor.scope)
        case Sight.PERSON:
            return actor


def _made(executor: Executor, source: Source[T], item: T, eyes: Actor | None) -> Made | Awaitable[Made]:
    """Executed with these eyes; None if that brings errors, which are never shared."""
    context = replace(source.context, actor=eyes, credentials=Credentials())
    try:
        found: Any = _once(executor, source.value(item, context), context).execute_operation(False)
    except UserFacing:
        return None
    return _sound_later(found) if executor.is_awaitable(found) else _sound(found)


async def _sound_later(found: Awaitable[ExecutionResult]) -> Made:
    return _sound(await found)


def _sound(result: ExecutionResult) -> Made:
    return None if result.errors else encode(result)


async def _own(executor: Executor, source: Source[T], item: T) -> ExecutionResult:
    return await _execute(_once(executor, source.value(item, source.context), source.context))


def _once(executor: Executor, value: Any, context: Context) -> Executor:
    once = executor.build_per_event_executor(value)
    once.context_value = context
    return once
