"""Use cases of field profiles: what they allow with secured columns, and who has them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from fieldsync.core.privileges import ColumnRights
from fieldsync.core.rights import Actor
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Connection
from fieldsync.db.repo import field_profiles as rows
from fieldsync.db.repo.list_query import ListQuery
from fieldsync.errors import InvalidInput, NotFound
from fieldsync.ids import global_id, new_id
from fieldsync.services.administration import (
    Administration,
    Change,
    check_free,
    check_members,
    check_revision,
    checked_description,
    checked_name,
    names,
)
from fieldsync.services.columns import check_securable
from fieldsync.services.paging import Page, PageArguments

FIELD_PROFILE = "fieldProfile"


@dataclass(frozen=True, slots=True)
class FieldPermission:
    """What a field profile allows with one column; it waits while the column is not secured."""

    kind: RecordKind
    attribute: str
    rights: ColumnRights


class FieldProfiles(Administration):
    """Administrators see and change field profiles; others see those they have."""

    async def page(self, actor: Actor, asked: PageArguments, query: ListQuery) -> Page:
        """Field profiles. Raises InvalidInput, NotAllowed."""
        return await self._page(actor, asked, query, rows.listed())

    async def count(self, actor: Actor, query: ListQuery) -> int:
        return await self._count(actor, query, rows.listed())

    async def by_ids(self, ids: Sequence[str]) -> list[Any]:
        """Field profiles in the order of ``ids``, which an administrator was shown already."""
        found = await self._database.read(lambda connection: rows.by_ids(connection, set(ids)))
        return [found.get(one) for one in ids]

    async def of_principals(self, ids: Sequence[str]) -> list[list[Any]]:
        """The field profiles given to each principal directly, for those whose rights the caller may see."""
        found = await self._database.read(lambda connection: rows.given.of_principals(connection, set(ids)))
        return [found.get(one, []) for one in ids]

    async def permissions(self, ids: Sequence[str]) -> list[list[FieldPermission]]:
        """What each field profile allows, for those that the caller was shown already."""
        found = await self._database.read(lambda connection: rows.permissions(connection, set(ids)))
        return [
            [FieldPermission(kind, attribute, rights) for (kind, attribute), rights in found.get(one, {}).items()]
            for one in ids
        ]

    async def create(self, actor: Actor, name: str, description: str = "") -> Any:
        """A new field profile that allows nothing and that nobody has; raises InvalidInput."""
        field_profile_id = new_id()
        permit = self._permit(actor, field_profile_id)
        name, description = checked_name(name), checked_description(description)

        def unit(change: Change) -> Any:
            connection = change.connection
            check_free(rows.is_taken(connection, name), "a field profile", name)
            rows.add(connection, field_profile_id, name, description)
            return _told(change, "FIELD_PROFILE_CREATE", field_profile_id, None)

        return await self._change(permit, unit)

    async def update(
        self,
        actor: Actor,
        field_profile_id: str,
        revision: int,
        *,
        name: str | None = None,
        description: str | None = None,
        permissions: Sequence[FieldPermission] = (),
        member_ids: Collection[str] | None = None,
    ) -> Any:
        """Change a field profile: just the named permissions, and its members as a whole set.

        Raises InvalidInput, NotFound, NeverSecurable, StaleRevision.
        """
        permit = self._permit(actor, field_profile_id)
        values: dict[str, Any] = {}
        if name is not None:
            values["name"] = checked_name(name)
        if description is not None:
            values["description"] = checked_description(description)
        _check_permissions(permissions)

        def unit(change: Change) -> Any:
            connection = change.connection
            row = _current(connection, field_profile_id, revision)
            if "name" in values:
                taken = rows.is_taken(connection, values["name"], field_profile_id)
                check_free(taken, "a field profile", values["name"])
            before = _picture(connection, row)
            for one in permissions:
                rows.allow(connection, field_profile_id, one.kind, one.attribute, one.rights)
            if member_ids is not None:
                present = rows.given.holders(connection, [field_profile_id]).get(field_profile_id, [])
                members = check_members(connection, member_ids, present, users_only=False)
                rows.given.set_holders(connection, field_profile_id, members)
            if _picture(connection, row) | values != before:
                rows.change(connection, field_profile_id, **values)
            return _told(change, "FIELD_PROFILE_UPDATE", field_profile_id, before)

        return await self._change(permit, unit)

    async def delete(self, actor: Actor, field_profile_id: str, revision: int) -> None:
        """Delete a field profile; what it opened is closed again. Raises NotFound, StaleRevision."""
        permit = self._permit(actor, field_profile_id)

        def unit(change: Change) -> None:
            connection = change.connection
            row = _current(connection, field_profile_id, revision)
            before = _picture(connection, row)
            rows.remove(connection, field_profile_id)
            change.tell("FIELD_PROFILE_DELETE", global_id(FIELD_PROFILE, field_profile_id), row.name, before, None)

        await self._change(permit, unit)


def _current(connection: Connection, field_profile_id: str, revision: int) -> Any:
    row = rows.get(connection, field_profile_id)
    if row is None:
        raise NotFound(path=("fieldProfileId",))
    check_revision(row, revision)
    return row


def _check_permissions(permissions: Sequence[FieldPermission]) -> None:
    seen: set[tuple[RecordKind, str]] = set()
    for n, one in enumerate(permissions):
        place = ("permissions", str(n))
        check_securable(one.kind, one.attribute, *place, "attribute")
        if (one.kind, one.attribute) in seen:
            raise InvalidInput(f"{one.attribute} of {one.kind.value} is named twice.", path=(*place, "attribute"))
        if one.rights.unmasked and not one.rights.read:
            raise InvalidInput(
                f"Reading {one.attribute} unmasked wants the right to read it.", path=(*place, "readUnmasked")
            )
        seen.add((one.kind, one.attribute))


def _told(change: Change, action: str, field_profile_id: str, before: dict[str, Any] | None) -> Any:
    row = rows.get(change.connection, field_profile_id)
    if row is None:
        raise NotFound(path=("fieldProfileId",))
    after = _picture(change.connection, row)
    change.tell(action, global_id(FIELD_PROFILE, field_profile_id), row.name, before, after)
    return row


def _picture(connection: Connection, row: Any) -> dict[str, Any]:
    allowed: dict[str, dict[str, list[str]]] = {}
    for (kind, attribute), rights in rows.permissions(connection, [row.id]).get(row.id, {}).items():
        words = (
            ("read", rights.read),
            ("readUnmasked", rights.unmasked),
            ("create", rights.create),
            ("update", rights.update),
        )
        allowed.setdefault(kind.value, {})[attribute] = [word for word, given in words if given]
    return {
        "name": row.name,
        "description": row.description,
        "permissions": allowed,
        "members": names(connection, rows.given.holders(connection, [row.id]).get(row.id, [])),
    }
