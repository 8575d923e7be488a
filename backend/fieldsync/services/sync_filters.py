"""Use cases of filters: see them, try them, make and change them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.access import Mask
from fieldsync.core.filters import Group, as_stored, unreadable
from fieldsync.core.privileges import PrincipalKind
from fieldsync.core.rights import Action, Actor, Permit
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import principals
from fieldsync.db.repo import sync_filters as rows
from fieldsync.db.repo.list_query import ListQuery, Some
from fieldsync.db.repo.scope_counts import Compared, Matched, compare, matched
from fieldsync.db.repo.sync_filters import FilterScope, StoredFilter
from fieldsync.errors import FieldWithheld, InvalidInput, NotAllowed, NotFound
from fieldsync.ids import global_id, new_id
from fieldsync.security import gate
from fieldsync.services.administration import Change, check_revision, checked_name
from fieldsync.services.filter_scope import check_definition, viewer_of
from fieldsync.services.paging import Page, PageArguments, count_all, read_page

FILTER = "syncFilter"
MOST = 20
"""How many filters of a kind somebody may have."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A filter to be tried or made; ``principal_id`` as in ``StoredFilter``."""

    scope: FilterScope
    principal_id: str | None
    kind: RecordKind
    definition: Group
    name: str = ""
    excludes: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Preview:
    """What a filter would do for somebody; ``unreadable`` columns make it match nothing."""

    matched: Matched
    compared: Compared
    unreadable: tuple[str, ...]


class SyncFilters:
    """Users manage their own; administrators those of all, of the organization, and templates.

    What is changed here decides from the next run of the mailboxes concerned on.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def concerning(self, actor: Actor, principal_id: str) -> Some:
        """The condition for the filters of a principal, with the organization's; raises NotAllowed."""
        if principal_id != actor.principal_id and not gate.sees_everybody(actor):
            raise NotAllowed("You may only ask for your own filters.", path=("principalId",))
        return rows.concerning(principal_id)

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page:
        """Filters that the actor may see. Raises InvalidInput."""
        return await read_page(self._database, actor, asked, query, rows.listed(gate.visible(actor, rows.table)))

    async def count(self, actor: Actor, query: ListQuery) -> int:
        return await count_all(self._database, actor, query, rows.listed(gate.visible(actor, rows.table)))

    async def closed(self, found: Sequence[StoredFilter]) -> list[tuple[str, ...]]:
        """The columns of each of these filters of users that are withheld from its owner."""

        def unit(connection: Connection) -> list[tuple[str, ...]]:
            owned = [one.principal_id for one in found if one.scope is FilterScope.USER and one.principal_id]
            mask = gate.masks_of(connection, owned)
            return [_withheld(one, mask) if one.scope is FilterScope.USER else () for one in found]

        return await self._database.read(unit)

    async def preview(
        self, actor: Actor, principal_id: str | None, draft: Draft, replaces: str | None = None
    ) -> Preview:
        """How many records somebody's mailboxes would get with this filter, in the place of ``replaces`` if given.

        Records are counted as far as that person reads them. Raises NotAllowed, NotFound, InvalidInput.
        """
        who = principal_id or actor.principal_id
        if who != actor.principal_id and not gate.sees_everybody(actor):
            raise NotAllowed("You may only try filters for yourself.", path=("principalId",))
        check_definition(draft.definition, draft.kind)
        now, kind = self._clock.now(), draft.kind

        def unit(connection: Connection) -> Preview:
            if not principals.by_ids(connection, [who]):
                raise NotFound(path=("principalId",))
            viewer = viewer_of(connection, who, kind, now)
            before = rows.in_force(connection, who, kind)
            after = [one for one in before if one.id != replaces]
            if draft.is_active:
                after.append(_made(draft, "", now))
            closed = unreadable(draft.definition, viewer.closed)
            found = Matched() if closed else matched(connection, kind, draft.definition, viewer)
            return Preview(found, compare(connection, kind, viewer, before, after), closed)

        return await self._database.read(unit)

    async def create(self, actor: Actor, draft: Draft) -> StoredFilter:
        """Store a filter; raises NotAllowed, NotFound, InvalidInput, FieldWithheld."""
        filter_id, now = new_id(), self._clock.now()
        owner = draft.principal_id
        if draft.scope is FilterScope.USER:
            owner = owner or actor.principal_id
        elif draft.scope is FilterScope.ORGANIZATION and owner is not None:
            raise InvalidInput("A filter of the organization holds for everybody.", path=("principalId",))
        draft = replace(draft, principal_id=owner, name=checked_name(draft.name))
        permit = _permit(actor, draft.scope, owner, filter_id)
        check_definition(draft.definition, draft.kind)

        def unit(connection: Connection) -> StoredFilter:
            _check_owner(connection, draft)
            if rows.count(connection, draft.scope, owner, draft.kind) >= MOST:
                raise InvalidInput(f"There are {MOST} filters of this kind already; put some of them together.")
            made = _made(draft, filter_id, now)
            _check_readable(connection, made)
            rows.add(connection, made)
            self._tell(connection, actor, "SYNC_FILTER_CREATE", None, made)
            return made

        return await self._database.write(permit, unit)

    async def update(
        self,
        actor: Actor,
        filter_id: str,
        revision: int,
        *,
        name: str | None = None,
        definition: Group | None = None,
        excludes: bool | None = None,
        is_active: bool | None = None,
    ) -> StoredFilter:
        """Change what is not None; raises NotFound, NotAllowed, InvalidInput, FieldWithheld, StaleRevision."""
        permit = await self._permit_for(actor, filter_id)
        name = None if name is None else checked_name(name)
        visible, now = gate.visible(actor, rows.table), self._clock.now()

        def unit(connection: Connection) -> StoredFilter:
            before = _found(connection, visible, filter_id)
            check_revision(before, revision)
            if definition is not None:
                check_definition(definition, before.kind)
            after = replace(
                before,
                name=before.name if name is None else name,
                definition=before.definition if definition is None else definition,
                excludes=before.excludes if excludes is None else excludes,
                is_active=before.is_active if is_active is None else is_active,
            )
            if after == before:
                return before
            if definition is not None:
                _check_readable(connection, after)
            after = replace(after, revision=before.revision + 1, changed_at=now)
            rows.save(connection, after)
            self._tell(connection, actor, "SYNC_FILTER_UPDATE", before, after)
            return after

        return await self._database.write(permit, unit)

    async def delete(self, actor: Actor, filter_id: str, revision: int) -> None:
        """Delete a filter; copies of a template stay. Raises NotFound, NotAllowed, StaleRevision."""
        permit = await self._permit_for(actor, filter_id)
        visible = gate.visible(actor, rows.table)

        def unit(connection: Connection) -> None:
            before = _found(connection, visible, filter_id)
            check_revision(before, revision)
            rows.remove(connection, filter_id)
            self._tell(connection, actor, "SYNC_FILTER_DELETE", before, None)

        await self._database.write(permit, unit)

    async def _permit_for(self, actor: Actor, filter_id: str) -> Permit:
        visible = gate.visible(actor, rows.table)
        found = await self._database.read(lambda connection: rows.find(connection, visible, filter_id))
        if found is None:
            raise NotFound(path=("filterId",))
        return _permit(actor, found.scope, found.principal_id, filter_id)

    def _tell(
        self, connection: Connection, actor: Actor, action: str, before: StoredFilter | None, after: StoredFilter | None
    ) -> None:
        one = after or before
        if one is not None:
            change = Change(connection, actor, self._clock.now())
            change.tell(action, global_id(FILTER, one.id), one.name, _picture(before), _picture(after))


def _permit(actor: Actor, scope: FilterScope, principal_id: str | None, filter_id: str) -> Permit:
    if scope is FilterScope.USER:
        return gate.permit(actor, Action.FILTER_EDIT, gate.Target(filter_id, principal_id))
    return gate.permit(actor, Action.ADMINISTER, gate.Target(filter_id))


def _found(connection: Connection, visible: Any, filter_id: str) -> StoredFilter:
    found = rows.find(connection, visible, filter_id, lock=True)
    if found is None:
        raise NotFound(path=("filterId",))
    return found


def _made(draft: Draft, filter_id: str, now: Any) -> StoredFilter:
    return StoredFilter(
        filter_id,
        draft.scope,
        draft.principal_id,
        draft.kind,
        draft.name,
        draft.is_active,
        draft.excludes,
        draft.definition,
        None,
        None,
        1,
        now,
    )


def _check_owner(connection: Connection, draft: Draft) -> None:
    """A filter belongs to a user, a template may be for a team."""
    if draft.principal_id is None:
        return
    row = principals.get(connection, draft.principal_id)
    if row is None:
        raise NotFound(path=("principalId",))
    is_user = row.kind == PrincipalKind.USER.value
    if is_user is not (draft.scope is FilterScope.USER):
        raise InvalidInput(
            "Filters belong to users, and templates are for teams or for everybody.", path=("principalId",)
        )


def _withheld(one: StoredFilter, mask_of: Callable[[str, RecordKind], Mask]) -> tuple[str, ...]:
    """The columns that a filter asks for and its owner may not read."""
    if one.principal_id is None:
        return ()
    mask = mask_of(one.principal_id, one.kind)
    return unreadable(one.definition, mask.withheld | mask.masked.keys())


def _check_readable(connection: Connection, one: StoredFilter) -> None:
    """Nobody filters by what is withheld: what matches would tell it. It would match nothing (see ``scopes``)."""
    owned = [one.principal_id] if one.scope is FilterScope.USER and one.principal_id else []
    closed = _withheld(one, gate.masks_of(connection, owned)) if owned else ()
    if closed:
        raise FieldWithheld(
            f"{', '.join(closed)} is withheld from the owner of this filter, so that it would match nothing.",
            path=("definition",),
        )


def _picture(one: StoredFilter | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "name": one.name,
        "scope": one.scope.value,
        "principal": None if one.principal_id is None else global_id("principal", one.principal_id),
        "kind": one.kind.value,
        "isActive": one.is_active,
        "excludes": one.excludes,
        "definition": as_stored(one.definition),
    }
