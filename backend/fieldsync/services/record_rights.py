"""Use cases of rights on single records: share, assign, open a secured column."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from fieldsync.clock import Clock
from fieldsync.core.privileges import SHAREABLE, Privilege, rights_of
from fieldsync.core.rights import Action, Actor
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import audit, principals, rights_clock, shares
from fieldsync.db.repo.record_rows import rows_of
from fieldsync.errors import InvalidInput, NotAllowed, NotFound, StaleRevision
from fieldsync.ids import global_id, record_id
from fieldsync.security import gate
from fieldsync.services.records import seen
from fieldsync.services.seen import Seen

Record: TypeAlias = tuple[RecordKind, str]
"""One record by its kind and its id."""


class RecordRights:
    """Whoever may share a record shares it, but grants no more than one has; columns are opened by administrators."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def share(self, actor: Actor, record: Record, principal_id: str, rights: Sequence[Privilege]) -> Seen:
        """Share a record with just these rights, none to end it; raises InvalidInput, NotFound, NotAllowed."""
        wrong = [right.value for right in rights if right not in SHAREABLE]
        if wrong:
            raise InvalidInput(f"{', '.join(wrong)} cannot be shared on a single record.", path=("rights",))
        wanted = frozenset(rights)

        def unit(connection: Connection) -> None:
            self._check_reaches(connection, actor, Privilege.SHARE, record)
            _check_principal(connection, principal_id, "principalId", lambda found: not found.is_disabled)
            before = _rights(connection, record, principal_id)
            for right in sorted(wanted - before, key=lambda right: right.value):
                self._check_reaches(connection, actor, right, record)
            shares.set_share(connection, *record, principal_id, wanted)
            self._tell(
                connection, actor, "RECORD_SHARE_SET", record, principal_id,
                before={"rights": _names(before)}, after={"rights": _names(wanted)},
            )  # fmt: skip

        return await self._change(actor, Action.RECORD_SHARE, record, unit)

    async def assign(
        self, actor: Actor, record: Record, owner_id: str, expected_version: int | None = None
    ) -> Seen | None:
        """Give a record to another owner; None if the actor no longer sees it then.

        Raises NotFound, NotAllowed, StaleRevision. The former owner keeps no share (E6).
        """
        (kind, raw), now = record, self._clock.now()
        rows = rows_of(kind)

        def unit(connection: Connection) -> None:
            version = rows.take_version(connection)
            self._check_reaches(connection, actor, Privilege.ASSIGN, record)
            row = rows.plain(connection, raw, lock=True)
            if expected_version is not None and row.version != expected_version:
                raise StaleRevision(
                    f"The record is at version {row.version} by now; read it again.", path=("expectedVersion",)
                )
            _check_principal(connection, owner_id, "ownerId", principals.may_own_records)
            if row.owner_id == owner_id:
                return
            rows.change(connection, raw, {"owner_id": owner_id}, version, now)
            self._tell(
                connection, actor, f"{kind.value}_ASSIGN", record, owner_id,
                before={"owner": global_id("principal", row.owner_id)},
                after={"owner": global_id("principal", owner_id)},
            )  # fmt: skip

        return await self._change(actor, Action.RECORD_ASSIGN, record, unit)

    async def open_column(
        self, actor: Actor, record: Record, attribute: str, principal_id: str, *, read: bool, update: bool
    ) -> Seen:
        """Open a secured column of one record to somebody; neither right takes it back (C9).

        Raises NotFound, NotAllowed, InvalidInput.
        """
        (kind, raw), permit = record, gate.permit(actor, Action.ADMINISTER, gate.Target(record[1]))

        def unit(connection: Connection) -> Seen:
            if attribute not in rows_of(kind).attributes:
                raise NotFound(f"{kind.value} has no column {attribute[:80]!r}.", path=("attribute",))
            found = seen(connection, actor, *record)
            _check_principal(connection, principal_id, "principalId", lambda one: not one.is_disabled)
            if (read or update) and not shares.is_secured(connection, kind, attribute):
                raise InvalidInput(f"{attribute} is not secured, so there is nothing to open.", path=("attribute",))
            before = next(
                (
                    {"read": grant.can_read, "update": grant.can_update}
                    for grant in shares.grants_of(connection, kind, [raw])[raw]
                    if (grant.attribute, grant.principal_id) == (attribute, principal_id)
                ),
                {"read": False, "update": False},
            )
            shares.set_grant(connection, kind, raw, attribute, principal_id, read=read, update=update)
            rights_clock.bump(connection)
            self._tell(
                connection, actor, "COLUMN_GRANT_SET", record, principal_id,
                before={"attribute": attribute, **before},
                after={"attribute": attribute, "read": read, "update": update},
            )  # fmt: skip
            return found

        return await self._database.write(permit, unit)

    async def _change(self, actor: Actor, action: Action, record: Record, unit: Callable[[Connection], None]) -> Any:
        def look(connection: Connection) -> Any:
            seen(connection, actor, *record)
            return gate.sight(connection, actor)

        def write(connection: Connection) -> Seen | None:
            unit(connection)
            try:
                return seen(connection, actor, *record)
            except NotFound:
                return None

        permit = gate.permit_records(await self._database.read(look), action, *record)
        return await self._database.write(permit, write)

    def _check_reaches(self, connection: Connection, actor: Actor, privilege: Privilege, record: Record) -> None:
        (kind, raw), sight = record, gate.sight(connection, actor)
        rows = rows_of(kind)
        if not rows.ids_among(connection, sight.records(kind), [raw]):
            raise NotFound
        if not rows.ids_among(connection, sight.records(kind, privilege), [raw]):
            raise NotAllowed(f"Your own right to {privilege.value.lower()} does not reach this record.")

    def _tell(
        self, connection: Connection, actor: Actor, action: str, record: Record, principal_id: str,
        *, before: dict[str, Any], after: dict[str, Any],
    ) -> None:  # fmt: skip
        (kind, raw), rows = record, rows_of(record[0])
        who = {"principal": global_id("principal", principal_id)}
        # The subject of an activity can be secured; the audit is no way around that.
        name = None if shares.is_secured(connection, kind, rows.name) else rows.plain(connection, raw).called
        audit.append(
            connection,
            actor,
            action,
            target_id=record_id(kind.value, raw),
            target_name=name or "(no name)",
            before=who | before,
            after=who | after,
            now=self._clock.now(),
        )


def _check_principal(connection: Connection, principal_id: str, path: str, fits: Callable[[Any], bool]) -> None:
    found = principals.by_ids(connection, [principal_id]).get(principal_id)
    if found is None or not fits(found):
        raise NotFound("There is nobody with this id who could have it.", path=(path,))


def _rights(connection: Connection, record: Record, principal_id: str) -> frozenset[Privilege]:
    stored = shares.shares_of(connection, record[0], [record[1]])[record[1]]
    return next((rights_of(share.rights) for share in stored if share.principal_id == principal_id), frozenset())


def _names(rights: frozenset[Privilege]) -> list[str]:
    return sorted(right.value for right in rights)
