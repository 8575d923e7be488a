"""Use cases of users: make one, change one, disable one."""

from dataclasses import dataclass
from typing import Any, Final

from fieldsync.core.rights import Actor, Role
from fieldsync.db.database import Connection
from fieldsync.db.repo import principals as rows
from fieldsync.db.repo import sessions, units
from fieldsync.db.rights import ROOT
from fieldsync.errors import InvalidInput, RightsCycle
from fieldsync.ids import global_id
from fieldsync.security import passwords
from fieldsync.services.administration import (
    Administration,
    Change,
    check_revision,
    checked_name,
    found_user,
    named,
)
from fieldsync.services.sign_in import check_password
from fieldsync.services.units import found_unit

NAME_LENGTH = 200


class Unchanged:
    """Stands for a value that stays as it is, where None is a value too."""


UNCHANGED: Final = Unchanged()


@dataclass(frozen=True, slots=True)
class UserChange:
    """What to change; None leaves it as it is, but ``manager_id`` None means nobody."""

    name: str | None = None
    role: Role | None = None
    unit_id: str | None = None
    manager_id: str | Unchanged | None = UNCHANGED
    is_disabled: bool | None = None


class Users(Administration):
    """People who sign in. Nobody takes administration from themselves, so there is always an administrator."""

    async def create(
        self,
        actor: Actor,
        *,
        user_name: str,
        name: str,
        password: str | None = None,
        role: Role = Role.USER,
        unit_id: str | None = None,
        manager_id: str | None = None,
    ) -> Any:
        """A new user with the basic role; without a password only an external sign-in lets them in.

        Raises InvalidInput, NotFound.
        """
        permit = self._permit(actor, user_name)
        user_name, name = checked_name(user_name, "userName"), checked_name(name, limit=NAME_LENGTH)
        if password is not None:
            check_password(password, "password")
        hashed = None if password is None else await passwords.hash_aside(password)

        def unit(change: Change) -> Any:
            connection = change.connection
            if rows.by_user_name(connection, user_name) is not None:
                raise InvalidInput(f"There is a user {user_name!r} already.", path=("userName",))
            where = ROOT if unit_id is None else found_unit(connection, unit_id).id
            if manager_id is not None:
                found_user(connection, manager_id, "managerId")
            principal_id = rows.upsert(
                connection,
                user_name=user_name,
                name=name,
                role=role,
                password_hash=hashed,
                now=change.now,
                unit_id=where,
                manager_id=manager_id,
            )
            row = rows.present(connection, principal_id)
            change.tell("USER_CREATE", global_id("principal", principal_id), name, None, _picture(connection, row))
            return row

        return await self._change(permit, unit)

    async def update(self, actor: Actor, principal_id: str, revision: int, wish: UserChange) -> Any:
        """Change a user; raises InvalidInput, NotFound, StaleRevision, RightsCycle."""
        permit = self._permit(actor, principal_id)
        name = None if wish.name is None else checked_name(wish.name, limit=NAME_LENGTH)

        def unit(change: Change) -> Any:
            connection = change.connection
            row = found_user(connection, principal_id, "principalId", enabled=False)
            check_revision(row, revision)
            before = _picture(connection, row)
            values: dict[str, Any] = {} if name is None else {"name": name}
            if wish.role is not None:
                values["role"] = wish.role.value
            if wish.is_disabled is not None:
                values["is_disabled"] = wish.is_disabled
            if wish.unit_id is not None:
                values["unit_id"] = found_unit(connection, wish.unit_id).id
            if not isinstance(wish.manager_id, Unchanged):
                values["manager_id"] = wish.manager_id
            moved = {column: value for column, value in values.items() if getattr(row, column) != value}
            _check_administrator_stays(connection, change.actor, row, moved)
            if moved.get("manager_id") is not None:
                _check_manager(connection, row, moved["manager_id"])
            if moved:
                rows.change(connection, principal_id, **moved)
            if moved.get("is_disabled"):
                sessions.close_sessions_of(connection, principal_id)  # or they would be back with the user
            if "unit_id" in moved:
                rows.join_default_team(connection, principal_id, moved["unit_id"])
            row = rows.present(connection, principal_id)
            change.tell(
                "USER_UPDATE", global_id("principal", principal_id), row.name, before, _picture(connection, row)
            )
            return row

        return await self._change(permit, unit)


def _check_administrator_stays(connection: Connection, actor: Actor, row: Any, moved: dict[str, Any]) -> None:
    """Raises InvalidInput if the change takes administration from oneself, or from the last who has it."""
    path = next(
        (
            path
            for column, path, lost in (("role", "role", Role.USER.value), ("is_disabled", "isDisabled", True))
            if moved.get(column) == lost
        ),
        None,
    )
    if path is None:
        return
    if row.id == actor.principal_id:
        raise InvalidInput("You cannot take administration from yourself; ask another administrator.", path=(path,))
    was_one = row.role == Role.ADMINISTRATOR.value and not row.is_disabled
    if was_one and not rows.has_other_administrator(connection, row.id):
        raise InvalidInput(f"{named(row)} is the last administrator; make another one first.", path=(path,))


def _check_manager(connection: Connection, row: Any, manager_id: str) -> None:
    manager = found_user(connection, manager_id, "managerId")
    if rows.is_managed_by(connection, manager_id, row.id):
        raise RightsCycle(
            "Nobody is their own manager."
            if manager_id == row.id
            else f"{named(row)} is above {named(manager)}, who cannot be the manager too.",
            path=("managerId",),
        )


def _picture(connection: Connection, row: Any) -> dict[str, Any]:
    """What the audit tells of a user: nothing about the password."""
    manager = None if row.manager_id is None else rows.get(connection, row.manager_id)
    unit = units.get(connection, row.unit_id)
    return {
        "userName": row.user_name,
        "name": row.name,
        "role": row.role,
        "businessUnit": None if unit is None else unit.name,
        "manager": None if manager is None else named(manager),
        "isDisabled": row.is_disabled,
    }
