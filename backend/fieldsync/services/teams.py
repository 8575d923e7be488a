"""Use cases of teams: owner teams, which own records and hold roles, and access teams, which work by shares."""

from collections.abc import Collection, Sequence
from typing import Any

from fieldsync.core.privileges import PrincipalKind
from fieldsync.core.rights import Actor
from fieldsync.db.database import Connection
from fieldsync.db.repo import principals, units
from fieldsync.db.repo import teams as rows
from fieldsync.db.rights import ROOT
from fieldsync.errors import InUse, InvalidInput, NotFound
from fieldsync.ids import global_id, new_id
from fieldsync.services.administration import (
    Administration,
    Change,
    check_free,
    check_members,
    check_revision,
    checked_name,
    names,
)
from fieldsync.services.units import found_unit

NAME_LENGTH = 160


class Teams(Administration):
    """The default team of a unit is not changed here: it is named like the unit and has all its users."""

    async def of_users(self, ids: Sequence[str]) -> list[list[str]]:
        """The ids of each user's teams, for those whose rights the caller may see."""
        found = await self._database.read(lambda connection: rows.of_users(connection, set(ids)))
        return [found.get(one, []) for one in ids]

    async def create(
        self,
        actor: Actor,
        *,
        name: str,
        kind: PrincipalKind,
        unit_id: str | None = None,
        member_ids: Collection[str] = (),
    ) -> Any:
        """A new team; raises InvalidInput, NotFound."""
        team_id = new_id()
        permit = self._permit(actor, team_id)
        name = checked_name(name, limit=NAME_LENGTH)
        if kind is PrincipalKind.USER:
            raise InvalidInput("A team is an OWNER_TEAM or an ACCESS_TEAM.", path=("kind",))

        def unit(change: Change) -> Any:
            connection = change.connection
            check_free(rows.is_taken(connection, name), "a team", name)
            where = ROOT if unit_id is None else found_unit(connection, unit_id).id
            members = check_members(connection, member_ids, (), users_only=True)
            rows.add(connection, team_id, kind=kind, name=name, unit_id=where, now=change.now)
            rows.set_members(connection, team_id, members)
            row = principals.present(connection, team_id)
            change.tell("TEAM_CREATE", global_id("principal", team_id), name, None, _picture(connection, row))
            return row

        return await self._change(permit, unit)

    async def update(
        self,
        actor: Actor,
        team_id: str,
        revision: int,
        *,
        name: str | None = None,
        unit_id: str | None = None,
        member_ids: Collection[str] | None = None,
    ) -> Any:
        """Change a team; ``member_ids`` is the whole set. Raises InvalidInput, NotFound, StaleRevision."""
        permit = self._permit(actor, team_id)
        wanted = None if name is None else checked_name(name, limit=NAME_LENGTH)

        def unit(change: Change) -> Any:
            connection = change.connection
            row = _current(connection, team_id, revision)
            before = _picture(connection, row)
            values: dict[str, Any] = {}
            if wanted is not None and wanted != row.name:
                check_free(rows.is_taken(connection, wanted, team_id), "a team", wanted)
                values["name"] = wanted
            if unit_id is not None and unit_id != row.unit_id:
                values["unit_id"] = found_unit(connection, unit_id).id
            present = rows.members(connection, [team_id]).get(team_id, [])
            members = present if member_ids is None else check_members(connection, member_ids, present, users_only=True)
            if set(members) != set(present):
                rows.set_members(connection, team_id, members)
            if values or set(members) != set(present):
                principals.change(connection, team_id, **values)
            row = principals.present(connection, team_id)
            change.tell("TEAM_UPDATE", global_id("principal", team_id), row.name, before, _picture(connection, row))
            return row

        return await self._change(permit, unit)

    async def delete(self, actor: Actor, team_id: str, revision: int) -> None:
        """Delete a team with its memberships, roles and shares; raises InvalidInput, NotFound, StaleRevision, InUse."""
        permit = self._permit(actor, team_id)

        def unit(change: Change) -> None:
            connection = change.connection
            row = _current(connection, team_id, revision)
            records = principals.owned_records(connection, team_id)
            if records:
                raise InUse(f"{row.name} owns {records} records. Assign them first.", path=("principalId",))
            before = _picture(connection, row)
            principals.remove(connection, team_id)
            change.tell("TEAM_DELETE", global_id("principal", team_id), row.name, before, None)

        await self._change(permit, unit)


def _current(connection: Connection, team_id: str, revision: int) -> Any:
    row = principals.get(connection, team_id)
    if row is None:
        raise NotFound(path=("principalId",))
    if row.kind == PrincipalKind.USER.value:
        raise InvalidInput(f"{row.name} is a user, not a team.", path=("principalId",))
    if row.is_default_team:
        raise InvalidInput(
            f"{row.name} is the default team of its business unit and changes with it only.", path=("principalId",)
        )
    check_revision(row, revision)
    return row


def _picture(connection: Connection, row: Any) -> dict[str, Any]:
    unit = units.get(connection, row.unit_id)
    return {
        "kind": row.kind,
        "name": row.name,
        "businessUnit": None if unit is None else unit.name,
        "members": names(connection, rows.members(connection, [row.id]).get(row.id, [])),
    }
