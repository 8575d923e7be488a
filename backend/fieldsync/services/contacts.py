"""Use cases of CRM contacts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.rights import Action, Actor
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import contacts as rows
from fieldsync.db.repo import principals
from fieldsync.errors import InvalidInput, NotFound, StaleRevision
from fieldsync.security import gate
from fieldsync.services.paging import Page, checked_first, key_of, page_of

_NAME_PARTS = ("firstname", "middlename", "lastname")
_EARLIEST = date(1753, 1, 1)


class Contacts:
    """Values come and go by attribute (``jobtitle``); an empty text is stored as none."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def page(self, actor: Actor, first: int | None, after: str | None) -> Page:
        """Contacts the actor sees, in a stable order; raises InvalidInput."""
        size, key = checked_first(first), key_of(after)
        visible = gate.visible(actor, rows.table)
        found = await self._database.read(lambda connection: rows.page(connection, visible, first=size, after=key))
        return page_of(found, size, after)

    async def count(self, actor: Actor) -> int:
        visible = gate.visible(actor, rows.table)
        return await self._database.read(lambda connection: rows.count(connection, visible))

    async def get(self, actor: Actor, contact_id: str) -> Any:
        """One contact; raises NotFound."""
        visible = gate.visible(actor, rows.table)
        row = await self._database.read(lambda connection: rows.get(connection, visible, contact_id))
        if row is None:
            raise NotFound
        return row

    async def create(self, actor: Actor, values: Mapping[str, Any], owner_id: str | None = None) -> Any:
        """Store a contact of this owner, oneself by default; raises InvalidInput, NotFound, NotAllowed."""
        owner = owner_id or actor.principal_id
        permit = gate.permit(actor, Action.CONTACT_CREATE, gate.Target("", owner))
        checked = {name: value for name, value in _checked(values).items() if value is not None}
        if not checked:
            raise InvalidInput("A contact needs at least one value, such as its last name.")
        _complete_full_name({}, checked)
        visible = gate.visible(actor, rows.table)
        now = self._clock.now()

        def unit(connection: Connection) -> Any:
            if not principals.by_ids(connection, [owner]):
                raise NotFound(path=("ownerId",))
            contact_id = rows.create(connection, checked, owner_id=owner, now=now)
            return rows.get(connection, visible, contact_id)

        return await self._database.write(permit, unit)

    async def update(
        self, actor: Actor, contact_id: str, values: Mapping[str, Any], expected_version: int | None = None
    ) -> Any:
        """Change these attributes; raises NotFound, InvalidInput, StaleRevision.

        A contact that would not change keeps its version, so the synchronization has nothing to do.
        """
        current = await self.get(actor, contact_id)
        permit = gate.permit(actor, Action.CONTACT_UPDATE, gate.Target(contact_id, current.owner_id))
        checked = _checked(values)
        visible = gate.visible(actor, rows.table)
        now = self._clock.now()

        def unit(connection: Connection) -> Any:
            version = rows.take_version(connection)
            row = _locked(rows.get(connection, visible, contact_id, lock=True), expected_version)
            wanted = dict(checked)
            _complete_full_name(row._mapping, wanted)
            changed = {name: value for name, value in wanted.items() if row._mapping[name] != value}
            if not changed:
                return row
            rows.change(connection, contact_id, changed, version, now)
            return rows.get(connection, visible, contact_id)

        return await self._database.write(permit, unit)

    async def delete(self, actor: Actor, contact_id: str, expected_version: int | None = None) -> None:
        """Delete a contact; the synchronization treats its item as the mailbox says. Raises NotFound, StaleRevision."""
        current = await self.get(actor, contact_id)
        permit = gate.permit(actor, Action.CONTACT_DELETE, gate.Target(contact_id, current.owner_id))
        visible = gate.visible(actor, rows.table)
        now = self._clock.now()

        def unit(connection: Connection) -> None:
            version = rows.take_version(connection)
            _locked(rows.get(connection, visible, contact_id, lock=True), expected_version)
            rows.remove(connection, contact_id, version, now)

        await self._database.write(permit, unit)


def _locked(row: Any, expected_version: int | None) -> Any:
    if row is None:
        raise NotFound
    if expected_version is not None and row.version != expected_version:
        raise StaleRevision(
            f"The contact is at version {row.version} by now; read it again.", path=("expectedVersion",)
        )
    return row


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are stored; raises InvalidInput naming the attribute."""
    checked: dict[str, Any] = {}
    for name, given in values.items():
        value = given
        if isinstance(value, str):
            if name.startswith("emailaddress"):
                value = value.strip()
            if "\x00" in value:
                raise InvalidInput("This text holds a character that cannot be stored.", path=(name,))
            limit = rows.MAX_LENGTHS[name]
            if len(value) > limit:
                raise InvalidInput(f"This text has {len(value)} characters; at most {limit} are kept.", path=(name,))
            value = value or None
        elif isinstance(value, date) and value < _EARLIEST:
            raise InvalidInput("Dates begin in 1753.", path=(name,))
        checked[name] = value
    return checked


def _complete_full_name(current: Mapping[str, Any], wanted: dict[str, Any]) -> None:
    """Recompute the full name when a part of it changes and the caller did not give one."""
    if "fullname" in wanted or not any(part in wanted for part in _NAME_PARTS):
        return
    if all(current.get(part) == wanted.get(part, current.get(part)) for part in _NAME_PARTS):
        return
    parts = [wanted.get(part, current.get(part)) for part in _NAME_PARTS]
    wanted["fullname"] = " ".join(part for part in parts if part)[: rows.MAX_LENGTHS["fullname"]] or None
