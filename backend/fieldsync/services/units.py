"""Use cases of business units: the tree, each unit with its default team."""

from collections.abc import Sequence
from typing import Any

from fieldsync.core.privileges import PrincipalKind
from fieldsync.core.rights import Actor
from fieldsync.db.database import Connection
from fieldsync.db.repo import principals, teams
from fieldsync.db.repo import units as rows
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.errors import InUse, InvalidInput, NotFound, RightsCycle
from fieldsync.ids import global_id, new_id
from fieldsync.services.administration import (
    Administration,
    Change,
    check_free,
    check_revision,
    checked_name,
    in_words,
)
from fieldsync.services.paging import Page, PageArguments

UNIT = "unit"
NAME_LENGTH = 160


class BusinessUnits(Administration):
    """One root, never deleted and never below another; the default team of a unit follows it in everything."""

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page:
        """Units. Raises InvalidInput, NotAllowed."""
        return await self._page(actor, asked, query, rows.listed())

    async def count(self, actor: Actor, query: ListQuery) -> int:
        return await self._count(actor, query, rows.listed())

    async def by_ids(self, ids: Sequence[str]) -> list[Any]:
        """Units in the order of ``ids``, whose ids the caller was shown already."""
        found = await self._database.read(lambda connection: rows.by_ids(connection, set(ids)))
        return [found.get(one) for one in ids]

    async def counts(self, ids: Sequence[str]) -> list[int]:
        """How many users and teams each unit has, besides its default team."""
        found = await self._database.read(lambda connection: rows.counts(connection, set(ids)))
        return [found.get(one, 0) for one in ids]

    async def create(self, actor: Actor, name: str, parent_id: str) -> Any:
        """Make a unit with its default team; raises InvalidInput, NotFound."""
        unit_id = new_id()
        permit = self._permit(actor, unit_id)
        name = checked_name(name, limit=NAME_LENGTH)

        def unit(change: Change) -> Any:
            connection = change.connection
            parent = rows.get(connection, parent_id)
            if parent is None:
                raise NotFound(path=("parentId",))
            _check_name(connection, name)
            rows.add(connection, unit_id, name, parent_id)
            teams.add(
                connection,
                new_id(),
                kind=PrincipalKind.OWNER_TEAM,
                name=name,
                unit_id=unit_id,
                now=change.now,
                is_default_team=True,
            )
            row = found_unit(connection, unit_id)
            change.tell("BUSINESS_UNIT_CREATE", global_id(UNIT, unit_id), name, None, _picture(connection, row))
            return row

        return await self._change(permit, unit)

    async def update(
        self, actor: Actor, unit_id: str, revision: int, *, name: str | None, parent_id: str | None
    ) -> Any:
        """Rename a unit or put it under another one; raises InvalidInput, NotFound, StaleRevision, RightsCycle."""
        permit = self._permit(actor, unit_id)
        wanted = None if name is None else checked_name(name, limit=NAME_LENGTH)

        def unit(change: Change) -> Any:
            connection = change.connection
            row = _current(connection, unit_id, revision)
            before = _picture(connection, row)
            values: dict[str, Any] = {}
            if wanted is not None and wanted != row.name:
                team = teams.default_of(connection, unit_id)
                _check_name(connection, wanted, unit_id, team)
                principals.change(connection, team, name=wanted)
                values["name"] = wanted
            if parent_id is not None and parent_id != row.parent_id:
                _check_parent(connection, row, parent_id)
                values["parent_id"] = parent_id
            if values:
                rows.change(connection, unit_id, **values)
            row = found_unit(connection, unit_id)
            change.tell("BUSINESS_UNIT_UPDATE", global_id(UNIT, unit_id), row.name, before, _picture(connection, row))
            return row

        return await self._change(permit, unit)

    async def delete(self, actor: Actor, unit_id: str, revision: int) -> None:
        """Delete an empty unit with its default team; raises InvalidInput, NotFound, StaleRevision, InUse."""
        permit = self._permit(actor, unit_id)

        def unit(change: Change) -> None:
            connection = change.connection
            row = _current(connection, unit_id, revision)
            if row.parent_id is None:
                raise InvalidInput(f"{row.name} is the root of all units and stays.", path=("businessUnitId",))
            team = teams.default_of(connection, unit_id)
            _check_unused(connection, row, team)
            before = _picture(connection, row)
            principals.remove(connection, team)
            rows.remove(connection, unit_id)
            change.tell("BUSINESS_UNIT_DELETE", global_id(UNIT, unit_id), row.name, before, None)

        await self._change(permit, unit)


def found_unit(connection: Connection, unit_id: str) -> Any:
    """The unit that a principal is to be put into; raises NotFound."""
    row = rows.get(connection, unit_id)
    if row is None:
        raise NotFound(path=("businessUnitId",))
    return row


def _current(connection: Connection, unit_id: str, revision: int) -> Any:
    row = found_unit(connection, unit_id)
    check_revision(row, revision)
    return row


def _check_name(connection: Connection, name: str, unit_id: str | None = None, team_id: str | None = None) -> None:
    check_free(rows.is_taken(connection, name, unit_id), "a business unit", name)
    # Its default team has the same name, and no two teams have one.
    check_free(teams.is_taken(connection, name, team_id), "a team", name)


def _check_parent(connection: Connection, row: Any, parent_id: str) -> None:
    if row.parent_id is None:
        raise InvalidInput(f"{row.name} is the root of all units and has no parent.", path=("parentId",))
    parent = rows.get(connection, parent_id)
    if parent is None:
        raise NotFound(path=("parentId",))
    if rows.is_within(connection, parent_id, row.id):
        raise RightsCycle(f"{parent.name} lies below {row.name}; choose a unit outside of it.", path=("parentId",))


def _check_unused(connection: Connection, row: Any, team_id: str) -> None:
    path = ("businessUnitId",)
    children = rows.children(connection, row.id)
    if children:
        raise InUse(f"{row.name} has units below it: {in_words(children)}. Move or delete them first.", path=path)
    people = rows.counts(connection, [row.id]).get(row.id, 0)
    if people:
        raise InUse(f"{row.name} still has {people} users and teams. Move them to another unit first.", path=path)
    records = principals.owned_records(connection, team_id)
    if records:
        raise InUse(f"The default team of {row.name} owns {records} records. Assign them first.", path=path)


def _picture(connection: Connection, row: Any) -> dict[str, Any]:
    parent = None if row.parent_id is None else rows.get(connection, row.parent_id)
    return {"name": row.name, "parent": None if parent is None else parent.name}
