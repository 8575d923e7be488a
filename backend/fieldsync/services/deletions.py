"""Use cases of deletions: the matrix, and what it says of one record in one mailbox."""

from collections.abc import Mapping
from dataclasses import dataclass

from fieldsync.clock import Clock
from fieldsync.core.deletes import Cause, Cell, DecidedBy, DeletionMatrix, Ending, Facts, Ruling, cells
from fieldsync.core.endings import ruling
from fieldsync.core.plan import RecordState
from fieldsync.core.rights import Action, Actor
from fieldsync.core.runs import RunConfiguration
from fieldsync.core.traits import RecordTraits
from fieldsync.core.values import RecordKind
from fieldsync.db.database import Connection, Database
from fieldsync.db.repo import deletion_rules, links, mailboxes, records, sync_settings
from fieldsync.db.repo.runs import directions_in_force, mailbox_of
from fieldsync.engine.kinds import setup
from fieldsync.engine.rights import OwnerDisabled, obeyed, widened
from fieldsync.errors import InvalidInput, NotFound, StaleRevision
from fieldsync.ids import global_id
from fieldsync.security import gate
from fieldsync.services.administration import Change
from fieldsync.services.value_rights import record_facts

MATRIX = "The deletion matrix"


@dataclass(frozen=True, slots=True)
class MatrixInForce:
    """The matrix, and the revision of the sync settings that it is part of."""

    matrix: DeletionMatrix
    revision: int


class Deletions:
    """Everybody signed in sees the matrix, administrators set it; runs go by it from their next start on."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def matrix(self) -> MatrixInForce:
        return await self._database.read(_in_force)

    async def set(self, actor: Actor, changes: Mapping[str, Ending | None], revision: int) -> MatrixInForce:
        """Set these cells, by their keys; None makes one as shipped. Raises NotAllowed, InvalidInput, StaleRevision."""
        permit = gate.permit(actor, Action.ADMINISTER, gate.Target("deletions"))
        _check(changes)
        now = self._clock.now()

        def unit(connection: Connection) -> MatrixInForce:
            before = _in_force(connection)
            held = before.matrix.changed
            news = {key: ending for key, ending in changes.items() if ending is not held.get(key)}
            if before.revision != revision or (news and not sync_settings.change(connection, revision)):
                raise StaleRevision(
                    f"Somebody changed the matrix or the settings meanwhile; they are at revision {before.revision}.",
                    path=("expectedRevision",),
                )
            deletion_rules.put(connection, news)
            Change(connection, actor, now).tell(
                "DELETION_RULES_SET",
                global_id("settings", "deletions"),
                MATRIX,
                {key: held[key].value if key in held else None for key in sorted(news)},
                {key: ending.value if ending else None for key, ending in sorted(news.items())},
            )
            return _in_force(connection)

        return await self._database.write(permit, unit)

    async def check(self, actor: Actor, mailbox_id: str, kind: RecordKind, record_id: str, cause: Cause) -> Ruling:
        """What it would do to this record's pair in this mailbox if that happened now, by the rules that runs obey.

        Raises NotFound for a mailbox or a record that the actor may not see.
        """
        visible, now = gate.visible(actor, mailboxes.table), self._clock.now()

        def unit(connection: Connection) -> Ruling:
            if mailbox_id not in mailboxes.by_ids(connection, visible, [mailbox_id]):
                raise NotFound(path=("mailboxId",))
            seen = record_facts(connection, gate.sight(connection, actor), kind, [record_id])
            traits = records.traits(connection, kind, record_id) if seen else None
            if traits is None:
                raise NotFound(path=("recordId",))
            return _ruling(connection, mailbox_id, kind, record_id, traits, cause)

        def _ruling(
            connection: Connection, box: str, kind: RecordKind, record_id: str, traits: RecordTraits, cause: Cause
        ) -> Ruling:
            mailbox, shape = mailbox_of(connection, box), setup(kind)
            found = links.links_of(connection, box, kind, hrefs=[], record_ids=[record_id])
            if not any(link.linked for link in found):
                return Ruling(Ending.KEEP, DecidedBy.LINK, _NOT_LINKED)
            profile_id = gate.standing(connection, mailbox.principal_id).profile_id
            in_force = directions_in_force(connection, profile_id, RunConfiguration.PUBLISHED)
            record = RecordState(record_id, 0, (), traits)
            try:
                held = obeyed(connection, mailbox, shape, in_force, now)
            except OwnerDisabled:
                return Ruling(Ending.KEEP, DecidedBy.RIGHTS, OwnerDisabled.__doc__ or "")
            rules = widened(connection, mailbox, shape, in_force, held, [record]).rules
            facts = Facts(traits.owner_id, traits.organizer, traits.start, traits.end, traits.state)
            return ruling(cause, record_id, facts, rules)

        return await self._database.read(unit)


_NOT_LINKED = "The record is not linked to an item of this mailbox, so nothing happens."
_BY_KEY: dict[str, Cell] = {cell.key: cell for cell in cells()}


def _check(changes: Mapping[str, Ending | None]) -> None:
    for n, (key, ending) in enumerate(changes.items()):
        cell = _BY_KEY.get(key)
        if cell is None:
            raise InvalidInput(
                f"There is no cell {key[:120]!r}; see deletionMatrix for all of them.", path=("changes", str(n), "cell")
            )
        if ending is not None and ending not in cell.choices:
            choices = ", ".join(one.value for one in cell.choices)
            raise InvalidInput(f"This cell can be: {choices}.", path=("changes", str(n), "outcome"))


def _in_force(connection: Connection) -> MatrixInForce:
    return MatrixInForce(deletion_rules.matrix(connection), sync_settings.get(connection).revision)
