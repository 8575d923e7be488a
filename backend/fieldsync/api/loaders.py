"""Batches of what many objects of one answer ask for, so that lists cost a constant number of reads.

Nothing is cached beyond a batch: a WebSocket lives long, and what it was told must be true when told.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from strawberry.dataloader import DataLoader

from fieldsync.core.effective import Effective
from fieldsync.core.rights import Actor
from fieldsync.core.values import Direction, RecordKind
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.db.repo.profiles import ProfileState
from fieldsync.db.repo.sync_filters import StoredFilter
from fieldsync.services.bundle import Services
from fieldsync.services.mailboxes import Condition
from fieldsync.services.members import MembersOf
from fieldsync.services.paging import Page, PageArguments
from fieldsync.services.profiles import Version
from fieldsync.services.record_rights import Record
from fieldsync.services.records import Records
from fieldsync.services.seen import Seen

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Loaders:
    """Made for one request; ``actor_of`` tells who asks."""

    def __init__(self, services: Services, actor_of: Callable[[], Actor]) -> None:
        self._services = services
        self._actor_of = actor_of
        self.principals: DataLoader[str, Any] = _loader(services.principals.by_ids)
        self.mailboxes: DataLoader[str, Any] = _loader(lambda ids: services.mailboxes.by_ids(actor_of(), ids))
        self.conditions: DataLoader[str, Condition] = _loader(services.mailboxes.conditions)
        self.runs: DataLoader[str, Any] = _loader(lambda ids: services.runs.by_ids(actor_of(), ids))
        self.records: DataLoader[Record, Seen | None] = _loader(self._of_records(Records.by_ids))
        self.record_privileges: DataLoader[Record, Any] = _loader(self._of_records(Records.privileges))
        self.record_shares: DataLoader[Record, Any] = _loader(self._of_records(Records.shares))
        self.column_grants: DataLoader[Record, Any] = _loader(self._of_records(Records.column_grants))
        self.profiles: DataLoader[str, ProfileState] = _loader(services.profiles.by_ids)
        self.published_versions: DataLoader[tuple[str, int], Version] = _loader(services.profiles.published)
        self.profile_versions: DataLoader[tuple[str, PageArguments], Page] = _within(
            lambda ids, asked: services.profiles.versions(actor_of(), ids, asked)
        )
        self.version_counts: DataLoader[tuple[str], int] = _within(
            lambda ids: services.profiles.version_counts(actor_of(), ids)
        )
        self.holding_profiles: DataLoader[str, str] = _loader(services.principals.profiles)
        self.withheld_of_filters: DataLoader[StoredFilter, tuple[str, ...]] = _loader(services.sync_filters.closed)
        self.units: DataLoader[str, Any] = _loader(services.units.by_ids)
        self.unit_counts: DataLoader[str, int] = _loader(services.units.counts)
        self.teams_of: DataLoader[str, list[str]] = _loader(services.teams.of_users)
        self.members: DataLoader[tuple[str, MembersOf, PageArguments], Page] = _within(
            lambda ids, of, asked: services.members.pages(actor_of(), ids, of, asked)
        )
        self.member_counts: DataLoader[tuple[str, MembersOf], int] = _within(
            lambda ids, of: services.members.counts(actor_of(), ids, of)
        )
        self.roles_of: DataLoader[str, list[Any]] = _loader(services.roles.of_principals)
        fields = services.field_profiles
        self.field_profiles: DataLoader[str, Any] = _loader(fields.by_ids)
        self.field_profiles_of: DataLoader[str, list[Any]] = _loader(fields.of_principals)
        self.field_permissions: DataLoader[str, list[Any]] = _loader(fields.permissions)
        self.effective: DataLoader[tuple[str, str, Direction], Effective] = _loader(self._effective)
        self.secured: DataLoader[RecordKind, frozenset[str]] = _loader(services.effective.secured)
        self.problems: DataLoader[tuple[str, PageArguments], Page] = _within(
            lambda ids, asked: services.runs.problems(actor_of(), ids, asked)
        )
        self.problem_counts: DataLoader[tuple[str], int] = _within(
            lambda ids: services.runs.problem_counts(actor_of(), ids)
        )
        self.operations: DataLoader[tuple[str, PageArguments, ListQuery], Page] = _within(
            lambda ids, asked, query: services.runs.operations(actor_of(), ids, asked, query)
        )
        self.operation_counts: DataLoader[tuple[str, ListQuery], int] = _within(
            lambda ids, query: services.runs.operation_counts(actor_of(), ids, query)
        )
        self.lost_values: DataLoader[str, str | None] = _loader(lambda ids: services.history.shown(actor_of(), ids))
        self.lost_parts: DataLoader[Any, tuple[str, ...] | None] = _loader(
            lambda rows: services.history.values(actor_of(), rows)
        )
        self.conflict_values: DataLoader[Any, Any] = _loader(lambda rows: services.conflicts.held(actor_of(), rows))
        self.undo_values: DataLoader[Any, Any] = _loader(lambda places: services.undo.values(actor_of(), places))
        self.undoable: DataLoader[str, bool] = _loader(services.runs.undoable)
        self.record_names: DataLoader[tuple[RecordKind, str], str | None] = _loader(
            lambda records: services.runs.record_names(actor_of(), records)
        )
        self.opt_out_names: DataLoader[Any, str | None] = _loader(
            lambda rows: services.opt_outs.names(actor_of(), rows)
        )
        self.sees_record: DataLoader[str, bool] = _loader(lambda ids: services.runs.sees_records(actor_of(), ids))

    def _of_records(
        self, fetch: Callable[[Records, Actor, Sequence[str]], Awaitable[list[Any]]]
    ) -> Callable[[Sequence[Record]], Awaitable[list[Any]]]:
        """What the service of each record's kind answers for these records."""

        async def load(keys: Sequence[Record]) -> list[Any]:
            found: dict[Record, Any] = {}
            for kind, group in _grouped(keys, lambda key: key[0]).items():
                answers = await fetch(self._services.records(kind), self._actor_of(), [raw for _, raw in group])
                found.update(zip(group, answers, strict=True))
            return [found[key] for key in keys]

        return load

    async def _effective(self, keys: Sequence[tuple[str, str, Direction]]) -> list[Effective]:
        found: dict[tuple[str, str, Direction], Effective] = {}
        for principal_id, group in _grouped(keys, lambda key: key[0]).items():
            configured = [(field_id, direction) for _, field_id, direction in group]
            answers = await self._services.effective.of(self._actor_of(), principal_id, configured)
            found.update(zip(group, answers, strict=True))
        return [found[key] for key in keys]


def _loader(fetch: Callable[[Sequence[K]], Awaitable[Sequence[V]]]) -> DataLoader[K, V]:
    async def load(keys: list[K]) -> list[V]:
        unique = list(dict.fromkeys(keys))
        found = dict(zip(unique, await fetch(unique), strict=True))
        return [found[key] for key in keys]

    return DataLoader(load, cache=False)


def _within(fetch: Callable[..., Awaitable[Mapping[str, Any]]]) -> DataLoader[Any, Any]:
    """A loader of lists within objects: those that are asked for alike are read at once.

    Keys are the id of an object and what is asked of its list, as ``fetch`` takes them, with many ids in place of one.
    """

    async def load(keys: Sequence[tuple[Any, ...]]) -> list[Any]:
        found: dict[tuple[Any, ...], Any] = {}
        for asked, group in _grouped(keys, lambda key: key[1:]).items():
            answers = await fetch([key[0] for key in group], *asked)
            found.update({key: answers[key[0]] for key in group})
        return [found[key] for key in keys]

    return _loader(load)


def _grouped(keys: Sequence[K], by: Callable[[K], Any]) -> dict[Any, list[K]]:
    groups: dict[Any, list[K]] = defaultdict(list)
    for key in keys:
        groups[by(key)].append(key)
    return groups
