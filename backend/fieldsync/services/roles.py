"""Use cases of security roles: what they allow, and who holds them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from fieldsync.core.privileges import AccessLevel, PrincipalKind, Privilege, RoleInheritance
from fieldsync.core.rights import Actor
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Connection
from fieldsync.db.repo import principals
from fieldsync.db.repo import roles as rows
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.errors import InUse, InvalidInput, NotFound
from fieldsync.ids import global_id, new_id
from fieldsync.services.administration import (
    Administration,
    Change,
    check_free,
    check_revision,
    checked_description,
    checked_name,
    in_words,
    names,
)
from fieldsync.services.paging import Page, PageArguments

ROLE = "role"


@dataclass(frozen=True, slots=True)
class RolePrivilege:
    """How far one privilege reaches with the records of one kind."""

    kind: RecordKind
    privilege: Privilege
    level: AccessLevel


def privileges_of(stored: dict[str, dict[str, str]]) -> list[RolePrivilege]:
    """What a role allows, from how it is stored: by kind and privilege, without what it does not allow."""
    return [
        RolePrivilege(kind, privilege, AccessLevel[level])
        for kind in RecordKind
        for privilege in Privilege
        if (level := stored.get(kind.value, {}).get(privilege.value, "NONE")) != AccessLevel.NONE.name
    ]


class SecurityRoles(Administration):
    """Administrators see and change roles; others see those they hold."""

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page:
        """Roles. Raises InvalidInput, NotAllowed."""
        return await self._page(actor, asked, query, rows.listed())

    async def count(self, actor: Actor, query: ListQuery) -> int:
        return await self._count(actor, query, rows.listed())

    async def of_principals(self, ids: Sequence[str]) -> list[list[Any]]:
        """The roles given to each principal directly, for those whose rights the caller may see."""
        found = await self._database.read(lambda connection: rows.given.of_principals(connection, set(ids)))
        return [found.get(one, []) for one in ids]

    async def create(
        self,
        actor: Actor,
        name: str,
        *,
        description: str = "",
        inheritance: RoleInheritance = RoleInheritance.DIRECT,
        copy_of: str | None = None,
    ) -> Any:
        """A new role that allows nothing, or what the role ``copy_of`` allows; raises InvalidInput, NotFound."""
        role_id = new_id()
        permit = self._permit(actor, role_id)
        name, description = checked_name(name), checked_description(description)

        def unit(change: Change) -> Any:
            connection = change.connection
            check_free(rows.is_taken(connection, name), "a security role", name)
            model = None if copy_of is None else rows.get(connection, copy_of)
            if copy_of is not None and model is None:
                raise NotFound(path=("copyOf",))
            rows.add(
                connection,
                role_id,
                name=name,
                description=description,
                inheritance=inheritance.value,
                privileges={} if model is None else model.privileges,
            )
            row = rows.get(connection, role_id)
            change.tell("SECURITY_ROLE_CREATE", global_id(ROLE, role_id), name, None, _picture(row))
            return row

        return await self._change(permit, unit)

    async def update(
        self,
        actor: Actor,
        role_id: str,
        revision: int,
        *,
        name: str | None = None,
        description: str | None = None,
        inheritance: RoleInheritance | None = None,
        privileges: Sequence[RolePrivilege] = (),
    ) -> Any:
        """Change a role, and just the named privileges of it; raises InvalidInput, NotFound, StaleRevision."""
        permit = self._permit(actor, role_id)
        values: dict[str, Any] = {}
        if name is not None:
            values["name"] = checked_name(name)
        if description is not None:
            values["description"] = checked_description(description)
        if inheritance is not None:
            values["inheritance"] = inheritance.value
        _check_once(privileges)

        def unit(change: Change) -> Any:
            connection = change.connection
            row = _current(connection, role_id, revision)
            if "name" in values:
                check_free(rows.is_taken(connection, values["name"], role_id), "a security role", values["name"])
            wanted = values | {"privileges": _with(row.privileges, privileges)}
            if any(getattr(row, column) != value for column, value in wanted.items()):
                rows.change(connection, role_id, **wanted)
            after = _found(connection, role_id)
            change.tell("SECURITY_ROLE_UPDATE", global_id(ROLE, role_id), after.name, _picture(row), _picture(after))
            return after

        return await self._change(permit, unit)

    async def delete(self, actor: Actor, role_id: str, revision: int) -> None:
        """Delete a role that nobody holds; raises NotFound, StaleRevision, InUse."""
        permit = self._permit(actor, role_id)

        def unit(change: Change) -> None:
            connection = change.connection
            row = _current(connection, role_id, revision)
            held_by = names(connection, rows.given.holders(connection, [role_id]).get(role_id, []))
            if held_by:
                raise InUse(f"{row.name} is held by {in_words(held_by)}. Take it from them first.", path=("roleId",))
            rows.remove(connection, role_id)
            change.tell("SECURITY_ROLE_DELETE", global_id(ROLE, role_id), row.name, _picture(row), None)

        await self._change(permit, unit)

    async def give(self, actor: Actor, principal_id: str, revision: int, role_ids: Collection[str]) -> Any:
        """Make just these the roles of a user or an owner team; raises InvalidInput, NotFound, StaleRevision."""
        permit = self._permit(actor, principal_id)

        def unit(change: Change) -> Any:
            connection = change.connection
            row = principals.get(connection, principal_id)
            if row is None:
                raise NotFound(path=("principalId",))
            if row.kind == PrincipalKind.ACCESS_TEAM.value:
                raise InvalidInput(
                    f"{row.name} is an access team, which works by shares and holds no roles.", path=("principalId",)
                )
            check_revision(row, revision)
            known = rows.by_ids(connection, set(role_ids))
            for n, one in enumerate(role_ids):
                if one not in known:
                    raise NotFound(path=("roleIds", str(n)))
            held = rows.given.of_principals(connection, [principal_id]).get(principal_id, [])
            if {role.id for role in held} != set(known):
                rows.give(connection, principal_id, set(known))
                principals.change(connection, principal_id)
            change.tell(
                "PRINCIPAL_ROLES_SET",
                global_id("principal", principal_id),
                row.name,
                {"securityRoles": sorted(role.name for role in held)},
                {"securityRoles": sorted(role.name for role in known.values())},
            )
            return principals.get(connection, principal_id)

        return await self._change(permit, unit)


def _found(connection: Connection, role_id: str) -> Any:
    row = rows.get(connection, role_id)
    if row is None:
        raise NotFound(path=("roleId",))
    return row


def _current(connection: Connection, role_id: str, revision: int) -> Any:
    row = _found(connection, role_id)
    check_revision(row, revision)
    return row


def _check_once(privileges: Sequence[RolePrivilege]) -> None:
    seen: set[tuple[RecordKind, Privilege]] = set()
    for n, one in enumerate(privileges):
        if (one.kind, one.privilege) in seen:
            raise InvalidInput(
                f"{one.privilege.value} of {one.kind.value} is named twice.", path=("privileges", str(n))
            )
        seen.add((one.kind, one.privilege))


def _with(stored: dict[str, dict[str, str]], changes: Sequence[RolePrivilege]) -> dict[str, dict[str, str]]:
    """What is stored with these levels put in; what is not allowed is not stored."""
    levels = {(one.kind, one.privilege): one.level for one in privileges_of(stored)}
    levels |= {(one.kind, one.privilege): one.level for one in changes}
    found: dict[str, dict[str, str]] = {}
    for (kind, privilege), level in levels.items():
        if level is not AccessLevel.NONE:
            found.setdefault(kind.value, {})[privilege.value] = level.name
    return found


def _picture(row: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "description": row.description,
        "inheritance": row.inheritance,
        "privileges": row.privileges,
    }
