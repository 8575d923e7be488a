"""Anything by its id: the type before the colon says where to look, and each place asks the gate as always."""

from collections.abc import Awaitable, Callable

from fieldsync.api.context import Info
from fieldsync.api.paging import Node
from fieldsync.api.record_ids import PREFIXES
from fieldsync.api.types.field_profile import FieldProfile
from fieldsync.api.types.mailbox import Mailbox
from fieldsync.api.types.principal import principal_of
from fieldsync.api.types.profile import can_edit, mapping_of, profile_of
from fieldsync.api.types.records import record_of
from fieldsync.api.types.run import Run
from fieldsync.api.types.security_role import SecurityRole
from fieldsync.api.types.unit import BusinessUnit
from fieldsync.catalogue.fields import catalogue
from fieldsync.core.values import RecordKind
from fieldsync.errors import NotAllowed, NotFound
from fieldsync.services.field_profiles import FIELD_PROFILE
from fieldsync.services.roles import ROLE
from fieldsync.services.units import UNIT


def _record(kind: RecordKind) -> Callable[[Info, str], Awaitable[Node | None]]:
    async def find(info: Info, raw: str) -> Node | None:
        return record_of(info, await info.context.services.records(kind).get(info.context.signed_in(), raw))

    return find


async def _mailbox(info: Info, raw: str) -> Node | None:
    return Mailbox.from_row(info, await info.context.services.mailboxes.get(info.context.signed_in(), raw))


async def _run(info: Info, raw: str) -> Node | None:
    return Run.from_row(await info.context.services.runs.get(info.context.signed_in(), raw))


async def _profile(info: Info, raw: str) -> Node | None:
    return profile_of(info, await info.context.services.profiles.get(raw))


async def _mapping(info: Info, raw: str) -> Node | None:
    profile_id, _, field_id = raw.partition(":")
    field = catalogue().by_id.get(field_id)
    if field is None:
        return None
    state = await info.context.services.profiles.get(profile_id)
    return mapping_of(state, field, editable=can_edit(info, profile_id))


async def _unit(info: Info, raw: str) -> Node | None:
    rows = await info.context.services.units.every(info.context.signed_in())
    return next((BusinessUnit.from_row(row) for row in rows if row.id == raw), None)


async def _role(info: Info, raw: str) -> Node | None:
    rows = await info.context.services.roles.every(info.context.signed_in())
    return next((SecurityRole.from_row(row) for row in rows if row.id == raw), None)


async def _field_profile(info: Info, raw: str) -> Node | None:
    rows = await info.context.services.field_profiles.every(info.context.signed_in())
    return next((FieldProfile.from_row(row) for row in rows if row.id == raw), None)


_FINDERS: dict[str, Callable[[Info, str], Awaitable[Node | None]]] = {
    **{prefix: _record(kind) for prefix, kind in PREFIXES.items()},
    "mailbox": _mailbox,
    "run": _run,
    "profile": _profile,
    "mapping": _mapping,
    "principal": principal_of,
    UNIT: _unit,
    ROLE: _role,
    FIELD_PROFILE: _field_profile,
}


async def node_of(info: Info, value: str) -> Node | None:
    """What has this id; None for what is not there, is not visible, or has no place of its own."""
    kind, _, raw = value.partition(":")
    find = _FINDERS.get(kind)
    if find is None or not raw or len(raw) > 120:
        return None
    try:
        return await find(info, raw)
    except (NotFound, NotAllowed):
        return None
