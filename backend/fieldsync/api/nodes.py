"""Things by their ids: the type before the colon says where to look, and each place asks the gate as always.

Whatever the number of ids, each type is looked for once.
"""

import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.api.record_ids import PREFIXES
from fieldsync.api.types.audit_event import AuditEvent
from fieldsync.api.types.conflict import Conflict
from fieldsync.api.types.dead_letter import DeadLetter
from fieldsync.api.types.field_profile import FieldProfile
from fieldsync.api.types.held_deletion import HeldDeletion
from fieldsync.api.types.lost_value import LostValue
from fieldsync.api.types.mailbox import Mailbox
from fieldsync.api.types.match_review import MatchReview
from fieldsync.api.types.principal import Principal
from fieldsync.api.types.profile import can_edit, mapping_of, profile_of, version_of
from fieldsync.api.types.quarantined import Quarantined
from fieldsync.api.types.records import record_of
from fieldsync.api.types.run import Operation, Run
from fieldsync.api.types.scope import OptOut
from fieldsync.api.types.security_role import SecurityRole
from fieldsync.api.types.sync_filter import SyncFilter
from fieldsync.api.types.token import Token
from fieldsync.api.types.unit import BusinessUnit
from fieldsync.catalogue.fields import catalogue
from fieldsync.core.values import RecordKind
from fieldsync.db.repo import (
    audit,
    conflicts,
    dead_letters,
    field_profiles,
    held_deletions,
    lost_values,
    match_reviews,
    opt_outs,
    quarantine,
    roles,
    sync_filters,
    tokens,
    units,
)
from fieldsync.db.repo.list_query import Condition, Listing, ListQuery, Operator
from fieldsync.errors import InvalidInput, NotAllowed, NotFound
from fieldsync.ids import parted
from fieldsync.services.field_profiles import FIELD_PROFILE
from fieldsync.services.paging import PageArguments
from fieldsync.services.roles import ROLE
from fieldsync.services.sync_filters import FILTER
from fieldsync.services.units import UNIT

MOST = 200
NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
Found: TypeAlias = Sequence[Node | None]
Find: TypeAlias = Callable[[Info, Sequence[str]], Awaitable[Found]]


def _records(kind: RecordKind) -> Find:
    async def find(info: Info, ids: Sequence[str]) -> Found:
        found = await info.context.services.records(kind).by_ids(info.context.signed_in(), ids)
        return [None if seen is None else record_of(info, seen) for seen in found]

    return find


async def _mailboxes(info: Info, ids: Sequence[str]) -> Found:
    found = await info.context.services.mailboxes.by_ids(info.context.signed_in(), ids)
    return [None if row is None else Mailbox.from_row(info, row) for row in found]


async def _runs(info: Info, ids: Sequence[str]) -> Found:
    found = await info.context.services.runs.by_ids(info.context.signed_in(), ids)
    return [None if row is None else Run.from_row(row) for row in found]


async def _principals(info: Info, ids: Sequence[str]) -> Found:
    found = await info.context.services.principals.by_ids(ids)
    return [None if row is None else Principal.from_row(row) for row in found]


async def _profiles(info: Info, ids: Sequence[str]) -> Found:
    states = {state.id: state for state in await info.context.services.profiles.all()}
    return [profile_of(info, states[one]) if one in states else None for one in ids]


async def _mappings(info: Info, ids: Sequence[str]) -> Found:
    states = {state.id: state for state in await info.context.services.profiles.all()}

    def mapping(raw: str) -> Node | None:
        profile_id, _, field_id = raw.partition(":")
        field, state = catalogue().by_id.get(field_id), states.get(profile_id)
        if field is None or state is None:
            return None
        return mapping_of(state, field, editable=can_edit(info, profile_id))

    return [mapping(raw) for raw in ids]


async def _operations(info: Info, ids: Sequence[str]) -> Found:
    rows = await info.context.services.runs.operations_by_ids(info.context.signed_in(), ids)
    return _among(rows, Operation.from_row, ids)


async def _versions(info: Info, ids: Sequence[str]) -> Found:
    states = {state.id: state for state in await info.context.services.profiles.all()}

    def numbered(raw: str) -> tuple[str, int] | None:
        profile_id, _, number = raw.rpartition(":")
        state = states.get(profile_id)
        if state is None or not NUMBER.fullmatch(number) or int(number) > state.row.published_number:
            return None
        return profile_id, int(number)

    asked = [numbered(raw) for raw in ids]
    wanted = [one for one in dict.fromkeys(asked) if one is not None]
    found = dict(zip(wanted, await info.context.services.profiles.published(wanted), strict=True))
    return [None if one is None else version_of(info, states[one[0]], found[one]) for one in asked]


def _listed(service: str, listing: Listing, convert: Callable[[Any], Node]) -> Find:
    """Finds rows of a list, as far as the list would show them."""

    async def find(info: Info, ids: Sequence[str]) -> Found:
        return _among(await _rows(info, service, listing, ids), convert, ids)

    return find


async def _rows(info: Info, service: str, listing: Listing, ids: Sequence[str]) -> Sequence[Any]:
    query = ListQuery(listing, Condition("id", Operator.IN, tuple(ids)))
    page = await getattr(info.context.services, service).page(info.context.signed_in(), PageArguments(MOST), query)
    return page.rows


async def _sync_filters(info: Info, ids: Sequence[str]) -> Found:
    found = await _rows(info, "sync_filters", sync_filters.LISTING, ids)
    return _among(found, lambda row: SyncFilter.of(info, sync_filters.stored(row)), ids)


def _among(rows: Sequence[Any], convert: Callable[[Any], Node], ids: Sequence[str]) -> Found:
    by_id = {row.id: row for row in rows}
    return [convert(by_id[one]) if one in by_id else None for one in ids]


_FINDERS: dict[str, Find] = {
    **{prefix: _records(kind) for prefix, kind in PREFIXES.items()},
    "mailbox": _mailboxes,
    "run": _runs,
    "operation": _operations,
    "conflict": _listed("conflicts", conflicts.LISTING, Conflict.from_row),
    "lostValue": _listed("history", lost_values.LISTING, LostValue.from_row),
    "heldDeletion": _listed("held", held_deletions.LISTING, HeldDeletion.from_row),
    "quarantined": _listed("quarantine", quarantine.LISTING, Quarantined.from_row),
    "matchReview": _listed("match_reviews", match_reviews.LISTING, MatchReview.from_row),
    "deadLetter": _listed("dead_letters", dead_letters.LISTING, DeadLetter.from_row),
    "audit": _listed("audit", audit.LISTING, AuditEvent.from_row),
    "profile": _profiles,
    "mapping": _mappings,
    "version": _versions,
    "token": _listed("tokens", tokens.LISTING, Token.from_row),
    "optOut": _listed("opt_outs", opt_outs.LISTING, OptOut.from_row),
    FILTER: _sync_filters,
    "principal": _principals,
    UNIT: _listed("units", units.LISTING, BusinessUnit.from_row),
    ROLE: _listed("roles", roles.LISTING, SecurityRole.from_row),
    FIELD_PROFILE: _listed("field_profiles", field_profiles.LISTING, FieldProfile.from_row),
}


async def node_of(info: Info, value: str) -> Node | None:
    """What has this id; None for what is not there, or not for the caller to see."""
    return (await nodes_of(info, [value]))[0]


async def nodes_of(info: Info, values: Sequence[str]) -> list[Node | None]:
    """What has these ids, in their order; raises InvalidInput for too many."""
    if len(values) > MOST:
        raise InvalidInput(f"At most {MOST} things are found by their ids at once.", path=("ids",))
    groups: dict[str, list[str]] = defaultdict(list)
    for value in dict.fromkeys(values):
        named = parted(value)
        if named and named[0] in _FINDERS:
            groups[named[0]].append(named[1])
    found: dict[str, Node | None] = {}
    for kind, ids in groups.items():
        try:
            nodes = await _FINDERS[kind](info, ids)
        except (NotFound, NotAllowed):
            continue
        found.update({f"{kind}:{raw}": node for raw, node in zip(ids, nodes, strict=True)})
    return [found.get(value) for value in values]
