"""Use cases of CRM contacts: read, create, change, delete, as far as the caller's rights reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fieldsync.clock import Clock
from fieldsync.core.access import Mask
from fieldsync.core.privileges import Privilege
from fieldsync.core.rights import Action, Actor
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import contacts as rows
from fieldsync.db.repo import principals, shares
from fieldsync.db.repo.contact_query import EVERYTHING, ContactQuery
from fieldsync.errors import FieldWithheld, InvalidInput, NotAllowed, NotFound, StaleRevision
from fieldsync.security import gate
from fieldsync.security.sight import MASK_TEXT, Sight
from fieldsync.services.contact_values import checked_values, complete_full_name
from fieldsync.services.paging import Page, checked_first, key_of, page_of

KIND = RecordKind.CONTACT


@dataclass(frozen=True, slots=True)
class Seen:
    """A contact as the caller may see it: withheld columns are None and named by the mask."""

    row: Any
    mask: Mask

    @property
    def id(self) -> str:
        return self.row.id


class Contacts:
    """Values come and go by attribute (``jobtitle``); an empty text is stored as none."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def page(self, actor: Actor, first: int | None, after: str | None, query: ContactQuery = EVERYTHING) -> Page:
        """Contacts the actor sees, as ``Seen``, in the query's order; raises InvalidInput, FieldWithheld."""
        size, key = checked_first(first), key_of(after)
        try:
            place = None if key is None else query.place_of(key)
        except ValueError as error:
            raise InvalidInput("after must be a cursor from an answer in the same order.", path=("after",)) from error

        def unit(connection: Connection) -> list[Seen]:
            sight = gate.sight(connection, actor)
            _check_query(sight, query)
            mask = sight.mask(KIND)
            found = rows.page(
                connection, sight.records(KIND), sight.columns(KIND), query, first=size, after=place
            )  # fmt: skip
            return [Seen(row, mask) for row in found]

        return page_of(await self._database.read(unit), size, after)

    async def count(self, actor: Actor, query: ContactQuery = EVERYTHING) -> int:
        def unit(connection: Connection) -> int:
            sight = gate.sight(connection, actor)
            _check_query(sight, query)
            return rows.count(connection, sight.records(KIND), query)

        return await self._database.read(unit)

    async def get(self, actor: Actor, contact_id: str) -> Seen:
        """One contact; raises NotFound."""
        return await self._database.read(lambda connection: seen(connection, actor, contact_id))

    async def privileges(self, actor: Actor, ids: Sequence[str]) -> list[list[Privilege]]:
        """What the actor may do with each of these contacts."""

        def unit(connection: Connection) -> dict[Privilege, set[str]]:
            sight = gate.sight(connection, actor)
            return {
                privilege: rows.ids_among(connection, sight.records(KIND, privilege), set(ids))
                for privilege in Privilege
                if privilege is not Privilege.CREATE and sight.may(KIND, privilege)
            }

        found = await self._database.read(unit)
        return [[privilege for privilege, records in found.items() if contact_id in records] for contact_id in ids]

    async def shares(self, actor: Actor, ids: Sequence[str]) -> list[list[Any]]:
        """Whom each of these contacts is shared with, as far as the actor sees the contacts."""
        return await self._granted(actor, ids, shares.shares_of)

    async def column_grants(self, actor: Actor, ids: Sequence[str]) -> list[list[Any]]:
        """The secured columns opened on each of these contacts; to administrators all, to others their own."""
        found = await self._granted(actor, ids, shares.grants_of)
        if gate.sees_everybody(actor):
            return found
        sight = await self._database.read(lambda connection: gate.sight(connection, actor))
        mine = {actor.principal_id, *sight.standing.team_ids}
        return [[grant for grant in group if grant.principal_id in mine] for group in found]

    async def _granted(self, actor: Actor, ids: Sequence[str], fetch: Any) -> list[list[Any]]:
        def unit(connection: Connection) -> dict[str, list[Any]]:
            visible = gate.sight(connection, actor).records(KIND)
            return fetch(connection, KIND, rows.ids_among(connection, visible, set(ids)))

        found = await self._database.read(unit)
        return [found.get(contact_id, []) for contact_id in ids]

    async def create(self, actor: Actor, values: Mapping[str, Any], owner_id: str | None = None) -> Seen:
        """Store a contact of this owner, oneself by default; raises InvalidInput, NotFound, NotAllowed, FieldWithheld.

        The answer holds what the actor may see of it, which after giving it to somebody else may be nothing at all:
        then it is NotFound, and nothing was stored.
        """
        owner = owner_id or actor.principal_id
        sight = await self._database.read(lambda connection: gate.sight(connection, actor))
        permit = gate.permit_records(sight, Action.CONTACT_CREATE, KIND)
        checked = {name: value for name, value in checked_values(values).items() if value is not None}
        if not checked:
            raise InvalidInput("A contact needs at least one value, such as its last name.")
        complete_full_name({}, checked)
        now = self._clock.now()

        def unit(connection: Connection) -> Seen:
            sight = gate.sight(connection, actor)
            _check_writable(sight.mask(KIND).unfillable, checked)
            found = principals.by_ids(connection, [owner]).get(owner)
            if found is None or not principals.may_own_records(found):
                raise NotFound("There is nobody with this id who can own records.", path=("ownerId",))
            if not gate.may_own(sight, KIND, owner, found.unit_id):
                raise NotAllowed("Your rights do not allow to make contacts of this owner.", path=("ownerId",))
            contact_id = rows.create(connection, checked, owner_id=owner, now=now)
            return seen(connection, actor, contact_id)

        return await self._database.write(permit, unit)

    async def update(
        self, actor: Actor, contact_id: str, values: Mapping[str, Any], expected_version: int | None = None
    ) -> Seen:
        """Change these attributes; raises NotFound, NotAllowed, FieldWithheld, InvalidInput, StaleRevision.

        A contact that would not change keeps its version, so the synchronization has nothing to do. A column that
        the actor may write but not read is written in any case: whether that changed anything is withheld too.
        """
        permit = await self._permit(actor, Action.CONTACT_UPDATE, contact_id)
        checked = checked_values(values)
        now = self._clock.now()

        def unit(connection: Connection) -> Seen:
            version = rows.take_version(connection)
            sight = gate.sight(connection, actor)
            row = _locked(connection, sight, Privilege.WRITE, contact_id, expected_version)
            mask, rights = sight.mask(KIND), sight.standing.column_rights
            _check_writable({n for n in mask.fixed if not rights(KIND, n, contact_id).update}, checked)
            _check_no_mask_text(mask, checked)
            wanted, hidden = dict(checked), mask.withheld_on(contact_id) | mask.masked.keys()
            complete_full_name(row._mapping, wanted)
            changed = {n: value for n, value in wanted.items() if n in hidden or row._mapping[n] != value}
            if changed:
                rows.change(connection, contact_id, changed, version, now)
            return seen(connection, actor, contact_id)

        return await self._database.write(permit, unit)

    async def delete(self, actor: Actor, contact_id: str, expected_version: int | None = None) -> None:
        """Delete a contact; the synchronization treats its item as the mailbox says.

        Raises NotFound, NotAllowed, StaleRevision.
        """
        permit = await self._permit(actor, Action.CONTACT_DELETE, contact_id)
        now = self._clock.now()

        def unit(connection: Connection) -> None:
            version = rows.take_version(connection)
            sight = gate.sight(connection, actor)
            _locked(connection, sight, Privilege.DELETE, contact_id, expected_version)
            rows.remove(connection, contact_id, version, now)

        await self._database.write(permit, unit)

    async def _permit(self, actor: Actor, action: Action, contact_id: str) -> Any:
        """A permit for a contact that the actor sees; raises NotFound before it says anything about privileges."""

        def unit(connection: Connection) -> Sight:
            seen(connection, actor, contact_id)
            return gate.sight(connection, actor)

        return gate.permit_records(await self._database.read(unit), action, KIND, contact_id)


def seen(connection: Connection, actor: Actor, contact_id: str) -> Seen:
    sight = gate.sight(connection, actor)
    row = rows.by_ids(connection, sight.records(KIND), sight.columns(KIND), [contact_id]).get(contact_id)
    if row is None:
        raise NotFound
    return Seen(row, sight.mask(KIND))


def _locked(
    connection: Connection, sight: Sight, privilege: Privilege, contact_id: str, expected_version: int | None
) -> Any:
    """The contact under lock; raises NotFound, or NotAllowed if it can be seen and no more."""
    found = rows.by_ids(connection, sight.records(KIND), sight.columns(KIND), [contact_id], lock=True)
    if contact_id not in found:
        raise NotFound
    if not rows.ids_among(connection, sight.records(KIND, privilege), [contact_id]):
        raise NotAllowed(f"You may see this contact; your right to {privilege.value.lower()} does not reach it.")
    row = found[contact_id]
    if expected_version is not None and row.version != expected_version:
        raise StaleRevision(
            f"The contact is at version {row.version} by now; read it again.", path=("expectedVersion",)
        )
    return row


def _check_query(sight: Sight, query: ContactQuery) -> None:
    """What is withheld can be neither searched nor sorted by: the order of an answer would tell it."""
    mask = sight.mask(KIND)
    for name in sorted(query.attributes & (mask.withheld | mask.masked.keys())):
        raise FieldWithheld(
            f"{name} is withheld from you, so contacts can be neither filtered nor sorted by it.",
            path=("orderBy" if name == query.order else "filter", name),
        )


def _check_writable(closed: Any, values: Mapping[str, Any]) -> None:
    refused = [
        FieldWithheld(f"{name} is a secured column, and no field profile of yours allows to write it.", path=(name,))
        for name in values
        if name in closed
    ]
    if refused:
        raise ExceptionGroup("columns that may not be written", refused)


def _check_no_mask_text(mask: Mask, values: Mapping[str, Any]) -> None:
    """Masked text that came from us must not take the place of the value it hides (C13)."""
    for name, value in values.items():
        if name in mask.masked and isinstance(value, str) and value.startswith(MASK_TEXT):
            raise InvalidInput("This is the masked text, not the value; leave the field out instead.", path=(name,))
