"""Use cases of CRM records of one kind: read, create, change, delete, as far as the caller's rights reach."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from fieldsync.clock import Clock
from fieldsync.core.access import Mask
from fieldsync.core.privileges import Privilege
from fieldsync.core.rights import Action, Actor
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import principals, shares
from fieldsync.db.repo.list_query import EVERYTHING, ListQuery
from fieldsync.db.repo.record_rows import rows_of
from fieldsync.db.repo.windows import View, Window
from fieldsync.errors import FieldWithheld, InvalidInput, NotAllowed, NotFound, StaleRevision
from fieldsync.security import gate
from fieldsync.security.sight import MASK_TEXT, Sight
from fieldsync.services.paging import Page, PageArguments, window_of
from fieldsync.services.seen import Seen, SeenRows


class ValueRules(Protocol):
    """What the values of a kind must be; ``noun`` is what people call a record of it."""

    kind: RecordKind
    noun: str

    def checked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values by column, as they are stored; raises InvalidInput naming the attribute."""
        ...

    def complete(self, change: "Change") -> None:
        """Add to what is wanted what follows from it; raises InvalidInput, FieldWithheld."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written over a record that is ``held`` so, whoever may see that; None for a new one.

    Of its ``hidden`` columns the caller does not see the value: it must show neither in an answer nor in what is
    refused and what is not. ``closed`` are the columns that the caller may not write.
    """

    held: Mapping[str, Any] | None
    hidden: frozenset[str]
    closed: frozenset[str]
    wanted: dict[str, Any]
    now: datetime

    def after(self, attribute: str) -> Any:
        """What a column holds once this is written."""
        return self.wanted[attribute] if attribute in self.wanted else (self.held or {}).get(attribute)

    def differing(self) -> dict[str, Any]:
        """What is written: all that differs, and what the caller does not see in any case."""
        held = self.held or {}
        return {name: value for name, value in self.wanted.items() if name in self.hidden or held[name] != value}


class Records:
    """Values come and go by attribute (``jobtitle``); an empty text is stored as none."""

    def __init__(self, database: Database, clock: Clock, rules: ValueRules) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
        self.kind = rules.kind
        self._rows = rows_of(rules.kind)

    async def page(
        self, actor: Actor, asked: PageArguments, query: ListQuery, columns: tuple[str, ...] | None = None
    ) -> Page:
        """Records the actor sees, as ``SeenRows``, in the query's order; raises InvalidInput, FieldWithheld.

        Only ``columns`` are read, the id first among them; all when omitted.
        """
        window = window_of(asked, query)
        with suppress(FieldWithheld, _LookAgain):
            return await self._glanced_page(actor, query, window, columns)

        def unit(connection: Connection) -> Page:
            sight = gate.sight(connection, actor)
            self._check_query(sight, query)
            found = self._rows.page(connection, sight.selected(self.kind, columns), query, window)
            return self._seen_page(found, sight, query, columns)

        return await self._database.read(unit)

    async def _glanced_page(
        self, actor: Actor, query: ListQuery, window: Window, columns: tuple[str, ...] | None
    ) -> Page:
        """The page by one statement, with the rights of last time; raises FieldWithheld, _LookAgain."""
        kept = self._kept_sight(actor)
        self._check_query(kept, query)
        unsearched = query.term == EVERYTHING
        # The first page of all records is read in one way, whoever asks for it.
        steady = unsearched and window.is_at_end and kept.reach(self.kind, Privilege.READ).everything
        view = View(query, window, sized=steady)
        values = view.values | kept.claimed
        if unsearched:
            question = kept.question(self.kind, columns, view.shape, view.statement, same_plan=steady)
            rows = await self._database.ask(question, **values)
        else:
            # What is searched for differs each time: SQLAlchemy knows better which statements are alike.
            statement = view.statement(kept.selected(self.kind, columns, while_unchanged=True))
            rows = await self._database.read(lambda connection: connection.execute(statement, values).all())
        if not rows:
            raise _LookAgain
        return self._seen_page(view.page(rows, _look_again), kept, query, columns)

    def _seen_page(self, page: Page, sight: Sight, query: ListQuery, columns: tuple[str, ...] | None) -> Page:
        rows = SeenRows(self.kind, page.rows, sight.mask(self.kind), columns, is_sorted=query.order is not None)
        return Page(rows, page.has_next, page.has_previous)

    async def count(self, actor: Actor, query: ListQuery) -> int:
        def unit(connection: Connection) -> int:
            sight = gate.sight(connection, actor)
            self._check_query(sight, query)
            return self._rows.count(connection, sight.records(self.kind), query)

        return await self._database.read(unit)

    async def get(self, actor: Actor, record_id: str, columns: tuple[str, ...] | None = None) -> Seen:
        """One record, of which only ``columns`` are read; raises NotFound."""
        with suppress(_LookAgain):
            kept = self._kept_sight(actor)
            question = kept.question(self.kind, columns, "with id", self._rows.with_id, same_plan=True)
            rows = await self._database.ask(question, id=record_id, **kept.claimed)
            if rows:
                return Seen(self.kind, rows[0], kept.mask(self.kind), columns)
        return await self._database.read(lambda connection: seen(connection, actor, self.kind, record_id, columns))

    def _kept_sight(self, actor: Actor) -> Sight:
        """What the actor could see when somebody last looked; raises _LookAgain.

        With it one statement answers mostly, since it finds nothing if any right has changed; what it finds counts,
        and for all else one has to look again.
        """
        kept = gate.kept_sight(self._database, actor)
        if kept is None:
            raise _LookAgain
        return kept

    async def by_ids(self, actor: Actor, ids: Sequence[str]) -> list[Seen | None]:
        """Records in the order of ``ids``; None for those the actor does not see."""

        def unit(connection: Connection) -> list[Seen | None]:
            sight = gate.sight(connection, actor)
            mask, wanted = sight.mask(self.kind), set(ids)
            found = self._rows.by_ids(connection, sight.records(self.kind), sight.columns(self.kind), wanted)
            return [Seen(self.kind, found[one], mask) if one in found else None for one in ids]

        return await self._database.read(unit)

    async def privileges(self, actor: Actor, ids: Sequence[str]) -> list[list[Privilege]]:
        """What the actor may do with each of these records."""

        def unit(connection: Connection) -> dict[Privilege, set[str]]:
            sight = gate.sight(connection, actor)
            return {
                privilege: self._rows.ids_among(connection, sight.records(self.kind, privilege), set(ids))
                for privilege in Privilege
                if privilege is not Privilege.CREATE and sight.may(self.kind, privilege)
            }

        found = await self._database.read(unit)
        return [[privilege for privilege, records in found.items() if record_id in records] for record_id in ids]

    async def shares(self, actor: Actor, ids: Sequence[str]) -> list[list[Any]]:
        """Whom each of these records is shared with, as far as the actor sees the records."""
        return await self._granted(actor, ids, shares.shares_of)

    async def column_grants(self, actor: Actor, ids: Sequence[str]) -> list[list[Any]]:
        """The secured columns opened on each of these records; to administrators all, to others their own."""
        found = await self._granted(actor, ids, shares.grants_of)
        if gate.sees_everybody(actor):
            return found
        sight = await self._database.read(lambda connection: gate.sight(connection, actor))
        mine = {actor.principal_id, *sight.standing.team_ids}
        return [[grant for grant in group if grant.principal_id in mine] for group in found]

    async def _granted(self, actor: Actor, ids: Sequence[str], fetch: Any) -> list[list[Any]]:
        def unit(connection: Connection) -> dict[str, list[Any]]:
            visible = gate.sight(connection, actor).records(self.kind)
            return fetch(connection, self.kind, self._rows.ids_among(connection, visible, set(ids)))

        found = await self._database.read(unit)
        return [found.get(record_id, []) for record_id in ids]

    async def create(self, actor: Actor, values: Mapping[str, Any], owner_id: str | None = None) -> Seen:
        """Store a record of this owner, oneself by default; raises InvalidInput, NotFound, NotAllowed, FieldWithheld.

        The answer holds what the actor may see of it, which after giving it to somebody else may be nothing at all:
        then it is NotFound, and nothing was stored.
        """
        owner, kind = owner_id or actor.principal_id, self.kind
        sight = await self._database.read(lambda connection: gate.sight(connection, actor))
        permit = gate.permit_records(sight, Action.RECORD_CREATE, kind)
        given = {name: value for name, value in self._rules.checked(values).items() if value is not None}
        now = self._clock.now()

        def unit(connection: Connection) -> Seen:
            sight = gate.sight(connection, actor)
            closed = sight.mask(kind).unfillable
            _check_writable(closed, given)
            change = Change(None, frozenset(), closed, dict(given), now)
            self._rules.complete(change)
            found = principals.by_ids(connection, [owner]).get(owner)
            if found is None or not principals.may_own_records(found):
                raise NotFound("There is nobody with this id who can own records.", path=("ownerId",))
            if not gate.may_own(sight, kind, owner, found.unit_id):
                raise NotAllowed(
                    f"Your rights do not allow to make {self._rules.noun}s of this owner.", path=("ownerId",)
                )
            record_id = self._rows.create(connection, change.wanted, owner_id=owner, now=now)
            return seen(connection, actor, kind, record_id)

        return await self._database.write(permit, unit)

    async def update(
        self, actor: Actor, record_id: str, values: Mapping[str, Any], expected_version: int | None = None
    ) -> Seen:
        """Change these attributes; raises NotFound, NotAllowed, FieldWithheld, InvalidInput, StaleRevision.

        A record that would not change keeps its version, so the synchronization has nothing to do. A column that
        the actor may write but not read is written in any case: whether that changed anything is withheld too.
        """
        permit = await self._permit(actor, Action.RECORD_UPDATE, record_id)
        checked = self._rules.checked(values)
        now, kind = self._clock.now(), self.kind

        def unit(connection: Connection) -> Seen:
            version = self._rows.take_version(connection)
            sight = gate.sight(connection, actor)
            self._locked(connection, sight, Privilege.WRITE, record_id, expected_version)
            mask, rights = sight.mask(kind), sight.standing.column_rights
            closed = frozenset(name for name in mask.fixed if not rights(kind, name, record_id).update)
            _check_writable(closed, checked)
            _check_no_mask_text(mask, checked)
            hidden = frozenset(mask.withheld_on(record_id) | mask.masked.keys())
            change = Change(self._rows.held(connection, record_id), hidden, closed, dict(checked), now)
            # What follows from nothing would tell, by the version, what a hidden column holds.
            if change.differing():
                self._rules.complete(change)
            changed = change.differing()
            if changed:
                self._rows.change(connection, record_id, changed, version, now)
            return seen(connection, actor, kind, record_id)

        return await self._database.write(permit, unit)

    async def delete(self, actor: Actor, record_id: str, expected_version: int | None = None) -> None:
        """Delete a record; the synchronization treats its item as the mailbox says.

        Raises NotFound, NotAllowed, StaleRevision.
        """
        permit = await self._permit(actor, Action.RECORD_DELETE, record_id)
        now = self._clock.now()

        def unit(connection: Connection) -> None:
            version = self._rows.take_version(connection)
            sight = gate.sight(connection, actor)
            self._locked(connection, sight, Privilege.DELETE, record_id, expected_version)
            self._rows.remove(connection, record_id, version, now)

        await self._database.write(permit, unit)

    async def _permit(self, actor: Actor, action: Action, record_id: str) -> Any:
        """A permit for a record that the actor sees; raises NotFound before it says anything about privileges."""

        def unit(connection: Connection) -> Sight:
            seen(connection, actor, self.kind, record_id)
            return gate.sight(connection, actor)

        return gate.permit_records(await self._database.read(unit), action, self.kind, record_id)

    def _locked(
        self,
        connection: Connection,
        sight: Sight,
        privilege: Privilege,
        record_id: str,
        expected_version: int | None,
    ) -> None:
        """Lock the record; raises NotFound, or NotAllowed if it can be seen and no more."""
        kind, rows = self.kind, self._rows
        found = rows.by_ids(connection, sight.records(kind), sight.columns(kind), [record_id], lock=True)
        if record_id not in found:
            raise NotFound
        if not rows.ids_among(connection, sight.records(kind, privilege), [record_id]):
            word = privilege.value.lower()
            raise NotAllowed(f"You may see this {self._rules.noun}; your right to {word} does not reach it.")
        version = found[record_id].version
        if expected_version is not None and version != expected_version:
            raise StaleRevision(
                f"The {self._rules.noun} is at version {version} by now; read it again.", path=("expectedVersion",)
            )

    def _check_query(self, sight: Sight, query: ListQuery) -> None:
        """What is withheld can be neither searched nor sorted by: the order of an answer would tell it."""
        mask = sight.mask(self.kind)
        for name in sorted(query.attributes & (mask.withheld | mask.masked.keys())):
            raise FieldWithheld(
                f"{name} is withheld from you, so {self._rules.noun}s can be neither filtered nor sorted by it.",
                path=("orderBy" if name == query.order else "filter", name),
            )


def seen(
    connection: Connection, actor: Actor, kind: RecordKind, record_id: str, columns: tuple[str, ...] | None = None
) -> Seen:
    """One record as the actor may see it; raises NotFound."""
    sight = gate.sight(connection, actor)
    row = connection.execute(rows_of(kind).with_id(sight.selected(kind, columns)), {"id": record_id}).one_or_none()
    if row is None:
        raise NotFound
    return Seen(kind, row, sight.mask(kind), columns)


class _LookAgain(Exception):
    """What was found with the rights of last time does not suffice."""


def _look_again(*_: Any, **__: Any) -> bool:
    raise _LookAgain


def _check_writable(closed: Any, values: Mapping[str, Any]) -> None:
    refused = [
        FieldWithheld(f"{name} is a secured column, and no field profile of yours allows to write it.", path=(name,))
        for name in values
        if name in closed
    ]
    if refused:
        raise ExceptionGroup("columns that may not be written", refused)


def _check_no_mask_text(mask: Mask, values: Mapping[str, Any]) -> None:
    """Masked text that came from us must not take the place of the value it hides (C13), nor stand among people."""
    for name, value in values.items():
        parts = value.split(";") if name in mask.masked and isinstance(value, str) else []
        if any(part.strip(' "').startswith(MASK_TEXT) for part in parts):
            raise InvalidInput("This is the masked text, not the value; leave the field out instead.", path=(name,))
